// SPDX-License-Identifier: Apache-2.0
//! A signer that signs whatever it is asked and remembers nothing: the means to equivocate on
//! purpose. The node has no code for that.
//!
//! Two nodes with the keys of one validator, each with a careless signer of its own, equivocate:
//!
//! - **Aura**, with [`Habits::BLOCKS`]: both author in each of the validator's slots, and their
//!   blocks differ by the timestamp.
//! - **GRANDPA**, with [`Habits::votes`]: one of the two signers answers late. Its node begins each
//!   round later than the other one, sees newer blocks by then, and votes for another block in the
//!   same round.
//!
//! Each kind is made alone, because the first one that is reported ends the validator's part.
//!
//! ```text
//! let quick = CarelessSigner::start(&dir_1, "dave", genesis, Habits::votes(Duration::ZERO))?;
//! let late = CarelessSigner::start(&dir_2, "dave", genesis, Habits::votes(LATE))?;
//! // qh-node … --signer dir_1        qh-node … --signer dir_2
//! ```

use anyhow::{Context, Result};
use codec::{DecodeAll, Encode};
use qh_crypto::{dev, Domain, Keypair};
use qh_signer_client::{
	frame,
	protocol::{Answer, Envelope, NodeRequest, NodeResponse, MAX_FRAME, PROTOCOL_VERSION},
	socket, KeyClass, KeyInfo, KeyRole, LogStatus, Refusal, RefusalCode, Status, SOCKET_DIR,
};
use std::{
	fs,
	os::unix::net::{UnixListener, UnixStream},
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread,
	time::{Duration, Instant},
};

/// How long a connection may stay silent.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Which keys a careless signer has, and how fast it is.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
	/// Whether it has the Aura key.
	blocks: bool,
	/// How late it answers votes; without the GRANDPA key if it does not.
	votes: Option<Duration>,
}

impl Habits {
	/// It seals blocks and has no key to vote with.
	pub const BLOCKS: Self = Self { blocks: true, votes: None };

	/// It answers votes after `delay` and has no key to seal blocks with.
	pub const fn votes(delay: Duration) -> Self {
		Self { blocks: false, votes: Some(delay) }
	}
}

/// Serves a node's socket until it is dropped.
#[derive(Debug)]
pub struct CarelessSigner {
	socket: PathBuf,
	is_stopped: Arc<AtomicBool>,
}

struct Keys {
	aura: Keypair,
	grandpa: Keypair,
	genesis: [u8; 32],
	habits: Habits,
}

impl CarelessSigner {
	/// Serves `dir` with the development keys of `name`.
	pub fn start(dir: &Path, name: &str, genesis: [u8; 32], habits: Habits) -> Result<Self> {
		let run = dir.join(SOCKET_DIR);
		fs::create_dir_all(&run)?;
		let socket = run.join(socket::NODE);
		let listener = UnixListener::bind(&socket)
			.with_context(|| format!("cannot listen on {}", socket.display()))?;
		let keys = Arc::new(Keys {
			aura: dev::keypair(name, "aura"),
			grandpa: dev::keypair(name, "grandpa"),
			genesis,
			habits,
		});
		let is_stopped = Arc::new(AtomicBool::new(false));
		let stop = is_stopped.clone();
		thread::spawn(move || {
			for stream in listener.incoming().map_while(Result::ok) {
				if stop.load(Ordering::Relaxed) {
					return;
				}
				let (keys, stop) = (keys.clone(), stop.clone());
				thread::spawn(move || keys.serve(&stream, &stop));
			}
		});
		Ok(Self { socket, is_stopped })
	}
}

impl Drop for CarelessSigner {
	fn drop(&mut self) {
		self.is_stopped.store(true, Ordering::Relaxed);
		// Wakes the listener.
		let _ = UnixStream::connect(&self.socket);
		let _ = fs::remove_file(&self.socket);
	}
}

impl Keys {
	fn serve(&self, stream: &UnixStream, stop: &AtomicBool) {
		while let Ok(frame) = frame::read(stream, MAX_FRAME, Instant::now() + PATIENCE, PATIENCE) {
			let Ok(request) = Envelope::<NodeRequest>::decode_all(&mut &frame[..]) else { return };
			let answer = Answer { id: request.id, result: self.answer(request.body) };
			if stop.load(Ordering::Relaxed)
				|| frame::write(stream, &answer.encode(), Instant::now() + PATIENCE).is_err()
			{
				return;
			}
		}
	}

	fn answer(&self, request: NodeRequest) -> Result<NodeResponse, Refusal> {
		Ok(match request {
			NodeRequest::Status => NodeResponse::Status(Box::new(Status {
				protocol: PROTOCOL_VERSION,
				version: "careless".into(),
				genesis: self.genesis,
				locked: false,
				quarantine: None,
				horizon: None,
				last_slot: None,
				log: LogStatus { records: 0, head: [0; 32], generation: 1, error: None },
				sandbox: Vec::new(),
				lease_seconds: None,
				signed: 0,
				refused: 0,
			})),
			NodeRequest::Keys => {
				let aura = self.habits.blocks.then(|| info(KeyRole::Aura, &self.aura));
				let grandpa = self.habits.votes.map(|_| info(KeyRole::Grandpa, &self.grandpa));
				NodeResponse::Keys(aura.into_iter().chain(grandpa).collect())
			}
			NodeRequest::SignAura { header, .. } => {
				signature(&self.aura, Domain::AURA, &qh_crypto::blake2_256(&header))?
			}
			NodeRequest::SignGrandpa { message, .. } => {
				thread::sleep(self.habits.votes.unwrap_or_default());
				signature(&self.grandpa, Domain::GRANDPA, &message)?
			}
			NodeRequest::Progress { .. } => NodeResponse::Done,
			NodeRequest::NewSessionKeys { .. } => {
				return Err(Refusal::new(
					RefusalCode::UnknownRequest,
					"a careless signer has fixed keys",
				))
			}
		})
	}
}

fn signature(key: &Keypair, domain: Domain, message: &[u8]) -> Result<NodeResponse, Refusal> {
	key.sign(domain, message)
		.try_into()
		.map(|signature| NodeResponse::Signature(Box::new(signature)))
		.map_err(|_| Refusal::new(RefusalCode::Internal, "a signature of another length"))
}

fn info(role: KeyRole, key: &Keypair) -> KeyInfo {
	KeyInfo {
		id: key.account_id(),
		class: KeyClass::Consensus,
		role,
		scheme: 0,
		public: key.public().to_vec(),
		label: String::new(),
		operator: None,
		created_ms: 0,
	}
}
