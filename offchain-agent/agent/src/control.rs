// SPDX-License-Identifier: Apache-2.0
//! The control socket: one JSON object a line in, one JSON object a line out, for programs of the
//! same user. The folder that holds it is closed to everybody else.
//!
//! ```text
//! {"status":{}}                                              → {"status":{…}}
//! {"record":[{"kind":16,"payload_utf8":"…"}, …]}             → {"recorded":[{"seq":7,"id":"0x…"}, …]}
//! {"rotate_session_keys":{}}                                 → {"rotated":{"session_keys":"0x…"}}
//! anything that fails                                        → {"error":{"pending":false,"message":"…"}}
//! ```
//! With `pending` true the receipts are announced on disk and will be written: handing them in
//! again would write them twice.

use crate::{
	clock::Clock,
	durable::{self, FileError},
	hexed::{Hex32, HexBytes},
	journal::Entry,
	recorder::{RecordError, Recorder},
	run::ACCEPT_AGAIN,
	status::{Board, Status},
};
use qh_receipts::Kind;
use serde::{Deserialize, Serialize};
use std::{path::Path, sync::Arc};
use tokio::{
	io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
	net::{UnixListener, UnixStream},
	sync::{mpsc, oneshot},
	task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// Longest line: 256 receipts of 65,536 bytes are too many for one, 16 MiB are not.
const MAX_LINE: u64 = 16 << 20;

/// Connections that are served at a time; further ones wait in the socket's queue.
const MAX_CONNECTIONS: usize = 64;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
	/// The status.
	Status {},
	/// Write receipts down.
	Record(Vec<NewReceipt>),
	/// Make new session keys and put them on chain.
	RotateSessionKeys {},
}

/// A receipt to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewReceipt {
	/// Number of its kind.
	pub kind: u16,
	/// Its payload, as text…
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payload_utf8: Option<String>,
	/// …or as bytes.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payload_hex: Option<HexBytes>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
	/// To [`Request::Status`].
	Status(Box<Status>),
	/// To [`Request::Record`]: they are on disk.
	Recorded(Vec<Written>),
	/// To [`Request::RotateSessionKeys`]: the best block holds them.
	Rotated {
		/// blake2_256 of the new keys.
		session_keys: Hex32,
	},
	/// It was not done.
	Error {
		/// Whether it will be done without being asked again.
		pending: bool,
		/// Why not.
		message: String,
	},
}

/// A receipt that is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
	/// Its number.
	pub seq: u64,
	/// Its id.
	pub id: Hex32,
}

impl NewReceipt {
	fn entry(self) -> Result<Entry, String> {
		let payload = match (self.payload_utf8, self.payload_hex) {
			(Some(text), None) => text.into_bytes(),
			(None, Some(bytes)) => bytes.0,
			_ => return Err("exactly one of payload_utf8 and payload_hex is needed".to_owned()),
		};
		Ok(Entry { kind: Kind(self.kind), payload })
	}
}

/// Binds the socket at `path`, in place of one that a dead agent left: the caller holds the lock.
pub fn bind(path: &Path) -> Result<UnixListener, FileError> {
	durable::remove(path)?;
	UnixListener::bind(path).map_err(FileError::on("listen on", path))
}

/// Asks the sender to rotate the session keys; the answer is their digest, or why not.
pub type RotationRequest = oneshot::Sender<Result<[u8; 32], String>>;

/// What requests are answered with.
#[derive(Debug)]
pub struct Services<K> {
	/// Writes receipts.
	pub recorder: Recorder,
	/// Holds the status.
	pub board: Arc<Board>,
	/// Tells the time.
	pub clock: K,
	/// Takes requests to rotate the session keys.
	pub rotations: mpsc::Sender<RotationRequest>,
}

/// Serves until shutdown.
pub async fn serve<K: Clock>(
	listener: UnixListener,
	services: Services<K>,
	shutdown: CancellationToken,
) -> anyhow::Result<()> {
	let services = Arc::new(services);
	let mut peers = JoinSet::new();
	loop {
		let stream = tokio::select! {
			() = shutdown.cancelled() => break,
			accepted = listener.accept(), if peers.len() < MAX_CONNECTIONS => match accepted {
				Ok((stream, _)) => stream,
				Err(error) => {
					tracing::warn!(%error, "a connection to the control socket failed");
					tokio::time::sleep(ACCEPT_AGAIN).await;
					continue;
				},
			},
			// What has ended makes room.
			Some(_) = peers.join_next() => continue,
		};
		let (services, shutdown) = (services.clone(), shutdown.clone());
		peers.spawn(async move {
			tokio::select! {
				() = shutdown.cancelled() => {},
				served = talk(stream, &services) => {
					if let Err(error) = served {
						tracing::debug!(%error, "a connection to the control socket ended");
					}
				},
			}
		});
	}
	while peers.join_next().await.is_some() {}
	Ok(())
}

async fn talk<K: Clock>(stream: UnixStream, services: &Services<K>) -> std::io::Result<()> {
	let (read, mut write) = stream.into_split();
	let mut read = BufReader::new(read);
	loop {
		let mut line = Vec::new();
		let length = (&mut read).take(MAX_LINE).read_until(b'\n', &mut line).await?;
		if length == 0 {
			return Ok(());
		}
		let whole = line.ends_with(b"\n");
		let response = match whole {
			true => services.answer(&line).await,
			false => refused(format!("a request is one line of at most {MAX_LINE} bytes")),
		};
		let mut text = serde_json::to_vec(&response)?;
		text.push(b'\n');
		write.write_all(&text).await?;
		if !whole {
			return Ok(());
		}
	}
}

impl<K: Clock> Services<K> {
	async fn answer(&self, line: &[u8]) -> Response {
		match serde_json::from_slice(line) {
			Err(error) => refused(format!("not a request: {error}")),
			Ok(Request::Status {}) => {
				Response::Status(Box::new(self.board.read(self.clock.unix_ms())))
			}
			Ok(Request::Record(receipts)) => self.record(receipts).await,
			Ok(Request::RotateSessionKeys {}) => self.rotate().await,
		}
	}

	async fn record(&self, receipts: Vec<NewReceipt>) -> Response {
		let entries = receipts.into_iter().map(NewReceipt::entry).collect::<Result<_, _>>();
		let entries = match entries {
			Ok(entries) => entries,
			Err(message) => return refused(message),
		};
		match self.recorder.record(entries).await {
			Ok(recorded) => Response::Recorded(
				recorded
					.iter()
					.map(|recorded| Written { seq: recorded.seq, id: Hex32(recorded.id) })
					.collect(),
			),
			Err(error) => Response::Error {
				pending: matches!(error, RecordError::Pending(_)),
				message: error.to_string(),
			},
		}
	}

	async fn rotate(&self) -> Response {
		let gone = || refused("the agent is shutting down".to_owned());
		let (reply, answer) = oneshot::channel();
		if self.rotations.send(reply).await.is_err() {
			return gone();
		}
		match answer.await {
			Ok(Ok(session_keys)) => Response::Rotated { session_keys: Hex32(session_keys) },
			Ok(Err(message)) => refused(message),
			Err(_) => gone(),
		}
	}
}

fn refused(message: String) -> Response {
	Response::Error { pending: false, message }
}

/// The client's side: one connection, one request at a time.
#[derive(Debug)]
pub struct Client {
	stream: BufReader<UnixStream>,
}

impl Client {
	/// Connects to the socket of a running agent.
	pub async fn connect(path: &Path) -> Result<Self, FileError> {
		let stream = UnixStream::connect(path).await.map_err(FileError::on("connect to", path))?;
		Ok(Self { stream: BufReader::new(stream) })
	}

	/// Asks, and waits for the answer.
	pub async fn ask(&mut self, request: &Request) -> std::io::Result<Response> {
		let mut text = serde_json::to_vec(request)?;
		text.push(b'\n');
		self.stream.write_all(&text).await?;
		let mut line = Vec::new();
		self.stream.read_until(b'\n', &mut line).await?;
		Ok(serde_json::from_slice(&line)?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		fakes::{FakeSigner, ManualClock},
		journal::Journal,
		log::Owner,
	};

	async fn client(dir: &Path) -> Client {
		let signer = FakeSigner::new(4);
		let owner = Owner { genesis: [1; 32], operator: [2; 32] };
		let clock = ManualClock::at(9);
		let public = signer.public();
		let (journal, _) =
			Journal::open(&dir.join("log"), &dir.join("pending"), owner, public, signer, clock)
				.unwrap();
		let board = Arc::new(Board::default());
		let shutdown = CancellationToken::new();
		let (recorder, task) = crate::recorder::start(journal, board.clone(), shutdown.clone());
		tokio::spawn(task);
		let listener = bind(&dir.join("agent.sock")).unwrap();
		let (rotations, _) = mpsc::channel(1);
		let clock = ManualClock::at(9);
		tokio::spawn(serve(listener, Services { recorder, board, clock, rotations }, shutdown));
		Client::connect(&dir.join("agent.sock")).await.unwrap()
	}

	fn text(kind: u16, text: &str) -> NewReceipt {
		NewReceipt { kind, payload_utf8: Some(text.into()), payload_hex: None }
	}

	#[tokio::test]
	async fn receipts_are_written_and_the_status_tells() {
		let dir = tempfile::tempdir().unwrap();
		let mut client = client(dir.path()).await;
		let request = Request::Record(vec![text(16, "a"), text(60_000, "b")]);
		let Response::Recorded(written) = client.ask(&request).await.unwrap() else { panic!() };
		assert_eq!(written.iter().map(|written| written.seq).collect::<Vec<_>>(), [0, 1]);
		let Response::Status(status) = client.ask(&Request::Status {}).await.unwrap() else {
			panic!()
		};
		assert_eq!((status.receipts.written, status.time_ms), (2, 9));
	}

	#[tokio::test]
	async fn a_connection_above_the_limit_waits_until_another_ends() {
		let dir = tempfile::tempdir().unwrap();
		let mut first = client(dir.path()).await;
		let mut others = Vec::new();
		for _ in 1..MAX_CONNECTIONS {
			let mut other = Client::connect(&dir.path().join("agent.sock")).await.unwrap();
			other.ask(&Request::Status {}).await.unwrap();
			others.push(other);
		}
		first.ask(&Request::Status {}).await.unwrap();
		let mut last = Client::connect(&dir.path().join("agent.sock")).await.unwrap();
		let last = tokio::spawn(async move { last.ask(&Request::Status {}).await });
		for _ in 0..100 {
			first.ask(&Request::Status {}).await.unwrap();
		}
		assert!(!last.is_finished());
		drop(others);
		last.await.unwrap().unwrap();
	}

	#[tokio::test]
	async fn what_is_no_request_is_refused_and_the_connection_goes_on() {
		let dir = tempfile::tempdir().unwrap();
		let mut client = client(dir.path()).await;
		for line in ["", "{}", "{\"vote\":{}}", "{\"record\":[{\"kind\":1}]}", "\u{0}\u{1}"] {
			client.stream.write_all(format!("{line}\n").as_bytes()).await.unwrap();
			let mut answer = Vec::new();
			client.stream.read_until(b'\n', &mut answer).await.unwrap();
			let answer: Response = serde_json::from_slice(&answer).unwrap();
			assert!(matches!(answer, Response::Error { pending: false, .. }), "{line}: {answer:?}");
		}
		let payload =
			NewReceipt { kind: 1, payload_utf8: Some("x".repeat(65_537)), payload_hex: None };
		let answer = client.ask(&Request::Record(vec![payload])).await.unwrap();
		assert!(matches!(answer, Response::Error { pending: false, .. }), "{answer:?}");
		let answer = client.ask(&Request::Record(vec![text(1, "fine")])).await.unwrap();
		assert!(matches!(answer, Response::Recorded(_)), "{answer:?}");
	}
}
