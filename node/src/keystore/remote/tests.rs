// SPDX-License-Identifier: Apache-2.0

//! The faults of a signer, each made by a fake one: a real signer does not lie, forget or hang on
//! demand.

use super::*;
use crate::keystore::horizon::Position;
use codec::DecodeAll;
use finality_grandpa::{Message, Prevote};
use qh_signer_client::{
	frame,
	protocol::{Answer, Envelope, NodeRequest, NodeResponse, MAX_FRAME},
	KeyClass, KeyInfo, KeyRole, LogStatus, Refusal, Status,
};
use sp_consensus_aura::digests::CompatibleDigestItem;
use sp_core::crypto::Pair;
use sp_runtime::{traits::Header as _, Digest, DigestItem};
use std::{
	os::unix::net::{UnixListener, UnixStream},
	path::PathBuf,
	thread,
};

const GENESIS: Hash = Hash::repeat_byte(0x6e);
const SOON: Duration = Duration::from_secs(20);

fn pair<P: Pair<Seed = [u8; 32]>>(role: &str) -> P {
	P::from_seed(&qh_crypto::dev::dev_seed("alice", role))
}

fn aura_key() -> aura::AuthorityId {
	pair::<aura::AuthorityPair>("aura").public()
}

fn grandpa_key() -> grandpa::AuthorityId {
	pair::<grandpa::AuthorityPair>("grandpa").public()
}

fn at(set_id: u64, round: u64) -> Horizon {
	Horizon { set_id, round }
}

/// A database's record, settable.
struct Record {
	position: Mutex<Position>,
	voter: Mutex<Option<Vec<u8>>>,
	refused: Mutex<Option<Horizon>>,
}

impl Record {
	fn new(round: Horizon) -> Arc<Self> {
		let position = Mutex::new(Position { round, voted_with: None, voters: 4 });
		Arc::new(Self { position, voter: Mutex::default(), refused: Mutex::default() })
	}
}

impl Progress for Record {
	fn position(&self) -> Result<Option<Position>, Error> {
		Ok(Some(self.position.lock().clone()))
	}
	fn voter(&self) -> Option<Vec<u8>> {
		self.voter.lock().clone()
	}
	fn remember_voter(&self, public: &[u8]) {
		*self.voter.lock() = Some(public.to_vec());
	}
	fn refused(&self) -> Option<Horizon> {
		*self.refused.lock()
	}
	fn remember_refused(&self, at: Horizon) {
		*self.refused.lock() = Some(at);
	}
}

/// How the fake signer behaves.
#[derive(Clone, Default)]
struct Behaviour {
	locked: bool,
	/// Its keys belong to another chain.
	foreign: bool,
	quarantine: Option<String>,
	horizon: Option<Horizon>,
	/// Refuses to sign with this.
	refuses: Option<RefusalCode>,
	/// Signs with another key.
	lies: bool,
	/// The rounds that the node has reported.
	reported: Vec<Horizon>,
}

/// A signer with alice's keys, in a directory of its own.
struct FakeSigner {
	dir: tempfile::TempDir,
	behaviour: Arc<Mutex<Behaviour>>,
	running: Option<Running>,
}

struct Running {
	/// Ends the listener and every connection.
	connections: Arc<Mutex<Vec<UnixStream>>>,
	stop: Arc<Mutex<bool>>,
	thread: thread::JoinHandle<()>,
}

impl FakeSigner {
	fn absent() -> Self {
		let dir = tempfile::tempdir().unwrap();
		std::fs::create_dir(dir.path().join("run")).unwrap();
		Self { dir, behaviour: Arc::default(), running: None }
	}

	fn running() -> Self {
		let mut signer = Self::absent();
		signer.start();
		signer
	}

	fn socket(&self) -> PathBuf {
		self.dir.path().join("run/node.sock")
	}

	fn set(&self, change: impl FnOnce(&mut Behaviour)) {
		change(&mut self.behaviour.lock());
	}

	fn start(&mut self) {
		let listener = UnixListener::bind(self.socket()).unwrap();
		let (connections, stop) = (Arc::<Mutex<Vec<UnixStream>>>::default(), Arc::default());
		let (behaviour, open, stopped) =
			(self.behaviour.clone(), connections.clone(), Arc::<Mutex<bool>>::clone(&stop));
		let thread = thread::spawn(move || {
			for stream in listener.incoming().map_while(Result::ok) {
				if *stopped.lock() {
					return;
				}
				open.lock().push(stream.try_clone().unwrap());
				let behaviour = behaviour.clone();
				thread::spawn(move || serve(stream, &behaviour));
			}
		});
		self.running = Some(Running { connections, stop, thread });
	}

	/// Ends as a killed process does: connections break, the socket stays behind.
	fn kill(&mut self) {
		let running = self.running.take().unwrap();
		*running.stop.lock() = true;
		let _ = UnixStream::connect(self.socket());
		running.thread.join().unwrap();
		for stream in running.connections.lock().drain(..) {
			let _ = stream.shutdown(std::net::Shutdown::Both);
		}
		std::fs::remove_file(self.socket()).unwrap();
	}

	fn keystore(&self, record: &Arc<Record>) -> Arc<RemoteKeystore> {
		self.keystore_in_step(record, || true)
	}

	/// Of a node that is in step with the chain when this says so.
	fn keystore_in_step(
		&self,
		record: &Arc<Record>,
		is_in_step: impl Fn() -> bool + Send + Sync + 'static,
	) -> Arc<RemoteKeystore> {
		let (dir, restart, in_step) = (self.dir.path(), Restart::new(true), InStep::default());
		in_step.ask(move |_| is_in_step());
		let record = record.clone();
		Arc::new(RemoteKeystore::new(dir, GENESIS, record, None, restart, in_step).unwrap())
	}
}

fn serve(stream: UnixStream, behaviour: &Mutex<Behaviour>) {
	while let Ok(frame) = frame::read(&stream, MAX_FRAME, Instant::now() + SOON, SOON) {
		let request = Envelope::<NodeRequest>::decode_all(&mut &frame[..]).unwrap();
		let result = answer(request.body, &mut behaviour.lock());
		let answer = Answer { id: request.id, result }.encode();
		if frame::write(&stream, &answer, Instant::now() + SOON).is_err() {
			return;
		}
	}
}

fn answer(request: NodeRequest, behaviour: &mut Behaviour) -> Result<NodeResponse, Refusal> {
	let key = |role, public: Vec<u8>| KeyInfo {
		id: [0; 32],
		class: KeyClass::Consensus,
		role,
		scheme: 0,
		public,
		label: String::new(),
		operator: None,
		created_ms: 0,
	};
	let may_sign = |behaviour: &Behaviour| match behaviour {
		_ if behaviour.locked => Err(Refusal::new(RefusalCode::Locked, "locked")),
		Behaviour { quarantine: Some(why), .. } => {
			Err(Refusal::new(RefusalCode::Quarantined, why.clone()))
		}
		Behaviour { refuses: Some(code), .. } => Err(Refusal::new(*code, "as told")),
		_ => Ok(if behaviour.lies { "account" } else { "" }),
	};
	let role = |lie, truth| if str::is_empty(lie) { truth } else { lie };
	Ok(match request {
		NodeRequest::Status => NodeResponse::Status(Box::new(Status {
			protocol: 1,
			version: "fake".into(),
			genesis: if behaviour.foreign { [0; 32] } else { GENESIS.into() },
			locked: behaviour.locked,
			quarantine: behaviour.quarantine.clone(),
			horizon: behaviour.horizon,
			last_slot: None,
			log: LogStatus { records: 0, head: [0; 32], generation: 1, error: None },
			sandbox: Vec::new(),
			lease_seconds: None,
			signed: 0,
			refused: 0,
		})),
		NodeRequest::Keys => NodeResponse::Keys(vec![
			key(KeyRole::Aura, AsRef::<[u8]>::as_ref(&aura_key()).to_vec()),
			key(KeyRole::Grandpa, AsRef::<[u8]>::as_ref(&grandpa_key()).to_vec()),
		]),
		NodeRequest::SignAura { header, .. } => {
			let lie = may_sign(behaviour)?;
			let header = Header::decode_all(&mut &header[..]).unwrap();
			let pair = pair::<aura::AuthorityPair>(role(lie, "aura"));
			let signature = pair.sign(header.hash().as_bytes());
			NodeResponse::Signature(Box::new(AsRef::<[u8]>::as_ref(&signature).try_into().unwrap()))
		}
		NodeRequest::SignGrandpa { message, .. } => {
			let lie = may_sign(behaviour)?;
			let signature = pair::<grandpa::AuthorityPair>(role(lie, "grandpa")).sign(&message);
			NodeResponse::Signature(Box::new(AsRef::<[u8]>::as_ref(&signature).try_into().unwrap()))
		}
		NodeRequest::Progress { at, .. } => {
			behaviour.reported.push(at);
			NodeResponse::Done
		}
		NodeRequest::NewSessionKeys { .. } => {
			return Err(Refusal::new(RefusalCode::Busy, "as told"));
		}
	})
}

fn vote(round: u64, set_id: u64) -> Vec<u8> {
	let prevote = Prevote { target_hash: Hash::repeat_byte(1), target_number: 9u32 };
	sp_consensus_grandpa::localized_payload(
		round,
		set_id,
		&Message::<Hash, BlockNumber>::Prevote(prevote),
	)
}

fn header() -> Header {
	let pre_digest =
		<DigestItem as CompatibleDigestItem<aura::AuthoritySignature>>::aura_pre_digest(7.into());
	let digest = Digest { logs: vec![pre_digest] };
	Header::new(9, Hash::repeat_byte(2), Hash::repeat_byte(3), Hash::repeat_byte(4), digest)
}

fn has(keystore: &RemoteKeystore, key_type: KeyTypeId) -> bool {
	let public = match key_type {
		aura::KEY_TYPE => AsRef::<[u8]>::as_ref(&aura_key()).to_vec(),
		_ => AsRef::<[u8]>::as_ref(&grandpa_key()).to_vec(),
	};
	keystore.has_keys(&[(public, key_type)])
}

fn sign_vote(
	keystore: &RemoteKeystore,
	message: &[u8],
) -> Result<Option<Vec<u8>>, sp_keystore::Error> {
	let key = grandpa_key();
	keystore.sign_with(grandpa::KEY_TYPE, grandpa::CRYPTO_ID, key.as_ref(), message)
}

fn is_good_vote(signature: Option<Vec<u8>>, message: &[u8]) -> bool {
	let signature = grandpa::AuthoritySignature::try_from(&signature.unwrap()[..]).unwrap();
	grandpa_key().verify(&message, &signature)
}

/// Waits until the keystore's vote is waiting for the signer.
fn until_waiting(keystore: &RemoteKeystore) {
	let by = Instant::now() + SOON;
	while keystore.metrics.waiting.get() == 0 {
		assert!(Instant::now() < by, "the vote does not wait");
		thread::yield_now();
	}
}

#[test]
fn a_ready_signer_signs_votes_and_the_block_that_it_saw() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(has(&keystore, aura::KEY_TYPE) && has(&keystore, grandpa::KEY_TYPE));
	assert_eq!(keystore.keys(grandpa::KEY_TYPE).unwrap().len(), 1);

	let message = vote(1, 0);
	assert!(is_good_vote(sign_vote(&keystore, &message).unwrap(), &message));

	let header = header();
	let seal = |hash: &Hash| {
		let key = aura_key();
		keystore.sign_with(aura::KEY_TYPE, aura::CRYPTO_ID, key.as_ref(), hash.as_bytes())
	};
	assert!(seal(&header.hash()).is_err(), "nobody showed the signer this block");
	keystore.approve_block(&aura_key(), &header, SOON).unwrap();
	let signature = seal(&header.hash()).unwrap().unwrap();
	let signature = aura::AuthoritySignature::try_from(&signature[..]).unwrap();
	assert!(aura_key().verify(&header.hash(), &signature));
	assert!(seal(&header.hash()).is_err(), "one seal a block");

	keystore.approve_block(&aura_key(), &header, SOON).unwrap();
	assert!(seal(&Hash::repeat_byte(9)).is_err(), "the seal is for another block");
}

#[test]
fn keys_are_kept_apart_and_others_do_not_exist() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	let grandpa_public = AsRef::<[u8]>::as_ref(&grandpa_key()).to_vec();
	assert!(!keystore.has_keys(&[(grandpa_public.clone(), aura::KEY_TYPE)]));
	assert!(!keystore.has_keys(&[(vec![0; 897], grandpa::KEY_TYPE)]));
	assert!(keystore.insert(aura::KEY_TYPE, "//Alice", &[]).is_err());
	let wrong_role =
		keystore.sign_with(grandpa::KEY_TYPE, aura::CRYPTO_ID, &grandpa_public, &vote(1, 0));
	assert!(wrong_role.is_err());
	let unknown_type = keystore.sign_with(KeyTypeId(*b"acco"), aura::CRYPTO_ID, &[], b"");
	assert!(unknown_type.is_err());
}

#[test]
fn a_signer_may_come_later() {
	let mut signer = FakeSigner::absent();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(!has(&keystore, aura::KEY_TYPE) && !has(&keystore, grandpa::KEY_TYPE));
	let status = keystore.status();
	assert!(!status.reachable && status.problem.is_some() && !status.voting);

	signer.start();
	keystore.refresh();
	assert!(has(&keystore, aura::KEY_TYPE) && has(&keystore, grandpa::KEY_TYPE));
	let status = keystore.status();
	assert!(status.reachable && status.problem.is_none() && status.voting);
}

#[test]
fn a_database_that_voted_goes_on_before_the_signer_is_there() {
	let signer = FakeSigner::absent();
	let record = Record::new(at(0, 5));
	let public = AsRef::<[u8]>::as_ref(&grandpa_key()).to_vec();
	*record.voter.lock() = Some(public);
	let keystore = signer.keystore(&record);
	assert!(has(&keystore, grandpa::KEY_TYPE));
	assert!(!has(&keystore, aura::KEY_TYPE), "slots are left out meanwhile");
}

#[test]
fn a_vote_waits_for_a_signer_that_restarts() {
	let mut signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(has(&keystore, grandpa::KEY_TYPE));
	signer.kill();
	assert!(has(&keystore, grandpa::KEY_TYPE), "a round that begins now has its vote, later");

	let message = vote(1, 0);
	let voter = {
		let (keystore, message) = (keystore.clone(), message.clone());
		thread::spawn(move || sign_vote(&keystore, &message))
	};
	until_waiting(&keystore);
	assert!(keystore.status().waiting);
	assert!(!has(&keystore, aura::KEY_TYPE));
	signer.start();
	assert!(is_good_vote(voter.join().unwrap().unwrap(), &message));
	assert_eq!(keystore.metrics.waiting.get(), 0);
}

#[test]
fn a_wait_ends_when_the_node_shuts_down() {
	let signer = FakeSigner::absent();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	let following = keystore.clone().follow();
	let voter = {
		let keystore = keystore.clone();
		thread::spawn(move || sign_vote(&keystore, &vote(1, 0)))
	};
	until_waiting(&keystore);
	drop(following);
	assert!(voter.join().unwrap().is_err());
}

#[test]
fn a_locked_signer_has_no_keys_and_a_vote_under_way_waits_for_the_unlocking() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(has(&keystore, grandpa::KEY_TYPE));

	signer.set(|behaviour| behaviour.locked = true);
	let message = vote(1, 0);
	let voter = {
		let (keystore, message) = (keystore.clone(), message.clone());
		thread::spawn(move || sign_vote(&keystore, &message))
	};
	until_waiting(&keystore);
	// The refusal is enough, without the next question for the status.
	assert!(!has(&keystore, grandpa::KEY_TYPE) && !has(&keystore, aura::KEY_TYPE));
	assert!(keystore.status().locked);

	signer.set(|behaviour| behaviour.locked = false);
	assert!(is_good_vote(voter.join().unwrap().unwrap(), &message));
	keystore.refresh();
	assert!(has(&keystore, grandpa::KEY_TYPE) && has(&keystore, aura::KEY_TYPE));
}

#[test]
fn a_signer_of_another_chain_has_no_keys_until_the_right_one_is_there() {
	let signer = FakeSigner::running();
	signer.set(|behaviour| behaviour.foreign = true);
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(!has(&keystore, grandpa::KEY_TYPE) && !has(&keystore, aura::KEY_TYPE));
	assert!(!keystore.is_ready());
	let problem = keystore.status().problem.unwrap();
	assert!(problem.contains("belong to the chain with genesis 0x0000"), "{problem}");

	signer.set(|behaviour| behaviour.foreign = false);
	keystore.refresh();
	assert!(has(&keystore, grandpa::KEY_TYPE) && has(&keystore, aura::KEY_TYPE));
	assert_eq!(keystore.status().problem, None);
}

#[test]
fn a_quarantined_signer_has_no_keys_and_learns_where_finality_is() {
	let signer = FakeSigner::running();
	signer.set(|behaviour| behaviour.quarantine = Some("the log was lost".into()));
	let record = Record::new(at(4, 17));
	let keystore = signer.keystore(&record);
	assert!(!has(&keystore, grandpa::KEY_TYPE) && !has(&keystore, aura::KEY_TYPE));
	assert_eq!(signer.behaviour.lock().reported, [at(4, 17)]);
	assert_eq!(keystore.status().quarantine.as_deref(), Some("the log was lost"));

	// Released above the round that was reported: this round is left out.
	signer.set(|behaviour| {
		behaviour.quarantine = None;
		behaviour.horizon = Some(at(4, 17));
	});
	keystore.refresh();
	assert!(has(&keystore, aura::KEY_TYPE));
	assert!(!has(&keystore, grandpa::KEY_TYPE));
	record.position.lock().round = at(4, 18);
	assert!(has(&keystore, grandpa::KEY_TYPE));
}

#[test]
fn a_node_that_is_not_in_step_does_not_say_where_finality_is() {
	assert!(!InStep::default().holds(1), "nothing is known before there is a network");
	let signer = FakeSigner::running();
	signer.set(|behaviour| behaviour.quarantine = Some("the log was lost".into()));
	let is_in_step = Arc::new(AtomicBool::new(false));
	let asked = is_in_step.clone();
	let keystore =
		signer.keystore_in_step(&Record::new(at(4, 17)), move || asked.load(Ordering::Relaxed));
	keystore.refresh();
	assert!(keystore.status().quarantine.is_some());
	assert!(signer.behaviour.lock().reported.is_empty());

	is_in_step.store(true, Ordering::Relaxed);
	keystore.refresh();
	assert_eq!(signer.behaviour.lock().reported, [at(4, 17)]);
}

#[test]
fn a_lost_database_follows_until_it_is_past_the_horizon() {
	let signer = FakeSigner::running();
	signer.set(|behaviour| behaviour.horizon = Some(at(3, 40)));
	let record = Record::new(at(0, 1));
	let keystore = signer.keystore(&record);
	assert!(has(&keystore, aura::KEY_TYPE), "slots only go forward");
	for behind in [at(0, 1), at(2, 900), at(3, 39), at(3, 40)] {
		record.position.lock().round = behind;
		assert!(!has(&keystore, grandpa::KEY_TYPE), "{behind:?}");
		assert!(keystore.keys(grandpa::KEY_TYPE).unwrap().is_empty());
		assert_eq!(*record.voter.lock(), None);
	}
	record.position.lock().round = at(3, 41);
	assert!(has(&keystore, grandpa::KEY_TYPE));

	// From here the horizon is this node's own work, and is seen a moment late.
	signer.set(|behaviour| behaviour.horizon = Some(at(3, 41)));
	keystore.refresh();
	assert!(has(&keystore, grandpa::KEY_TYPE));
	assert!(record.voter.lock().is_some(), "the database is remembered as the voter's");
}

#[test]
fn a_restarted_node_repeats_its_votes_at_the_horizon() {
	let signer = FakeSigner::running();
	signer.set(|behaviour| behaviour.horizon = Some(at(3, 40)));
	let record = Record::new(at(3, 40));
	record.position.lock().voted_with = Some(AsRef::<[u8]>::as_ref(&grandpa_key()).to_vec());
	assert!(has(&signer.keystore(&record), grandpa::KEY_TYPE));
}

#[test]
fn a_refusal_for_good_is_an_error_that_the_next_start_remembers() {
	let signer = FakeSigner::running();
	let record = Record::new(at(3, 40));
	let keystore = signer.keystore(&record);
	signer.set(|behaviour| behaviour.refuses = Some(RefusalCode::Conflict));
	assert!(sign_vote(&keystore, &vote(40, 3)).is_err());
	assert_eq!(*record.refused.lock(), Some(at(3, 40)));

	let restarted = signer.keystore(&record);
	assert!(!has(&restarted, grandpa::KEY_TYPE));
	record.position.lock().round = at(3, 41);
	assert!(has(&restarted, grandpa::KEY_TYPE));
}

#[test]
fn a_key_that_is_gone_is_no_key() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	signer.set(|behaviour| behaviour.refuses = Some(RefusalCode::UnknownKey));
	assert!(sign_vote(&keystore, &vote(1, 0)).unwrap().is_none());
}

#[test]
fn a_signature_that_does_not_verify_goes_nowhere() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	signer.set(|behaviour| behaviour.lies = true);
	assert!(matches!(
		keystore.approve_block(&aura_key(), &header(), SOON),
		Err(Error::BadSignature(_))
	));
	let message = vote(1, 0);
	let voter = {
		let (keystore, message) = (keystore.clone(), message.clone());
		thread::spawn(move || sign_vote(&keystore, &message))
	};
	until_waiting(&keystore);
	signer.set(|behaviour| behaviour.lies = false);
	assert!(is_good_vote(voter.join().unwrap().unwrap(), &message));
}

#[test]
fn a_block_does_not_wait() {
	let mut signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(matches!(
		keystore.approve_block(&aura_key(), &header(), Duration::ZERO),
		Err(Error::TooLate)
	));
	signer.set(|behaviour| behaviour.refuses = Some(RefusalCode::Busy));
	assert!(keystore.approve_block(&aura_key(), &header(), SOON).is_err());
	signer.kill();
	assert!(keystore.approve_block(&aura_key(), &header(), SOON).is_err());
}

#[test]
fn a_round_that_began_without_keys_and_does_not_end_makes_the_node_start_anew() {
	let mut signer = FakeSigner::absent();
	let record = Record::new(at(0, 1));
	let keystore = signer.keystore(&record);
	assert!(!has(&keystore, grandpa::KEY_TYPE), "the voter asks as its round begins");
	assert!(!keystore.is_stuck(Duration::ZERO), "there are no keys to begin anew with");

	signer.start();
	keystore.refresh();
	assert!(!keystore.is_stuck(SOON), "others may end the round");
	assert!(keystore.is_stuck(Duration::ZERO));

	record.position.lock().round = at(0, 2);
	assert!(!keystore.is_stuck(Duration::ZERO), "they did");
	assert!(has(&keystore, grandpa::KEY_TYPE), "and the next round has its keys");
	record.position.lock().round = at(0, 1);
	assert!(!keystore.is_stuck(Duration::ZERO));
}

#[test]
fn a_node_whose_database_would_go_with_it_does_not_start_anew() {
	for keeps_database in [true, false] {
		let mut signer = FakeSigner::absent();
		let (dir, record) = (signer.dir.path(), Record::new(at(0, 1)));
		let restart = Restart::new(keeps_database);
		let in_step = InStep::default();
		let keystore = RemoteKeystore::new(dir, GENESIS, record, None, restart, in_step).unwrap();
		assert!(!has(&keystore, grandpa::KEY_TYPE));
		signer.start();
		keystore.refresh();
		assert!(keystore.is_stuck(Duration::ZERO));
		assert_eq!(keystore.has_to_start_anew(Duration::ZERO), keeps_database);
	}
}

#[test]
fn a_node_that_is_no_authority_never_starts_anew() {
	let signer = FakeSigner::running();
	let keystore = signer.keystore(&Record::new(at(0, 1)));
	assert!(!keystore.has_keys(&[(vec![7; 897], grandpa::KEY_TYPE)]), "somebody else's key");
	assert!(!keystore.is_stuck(Duration::ZERO));
}
