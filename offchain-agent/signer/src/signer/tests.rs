// SPDX-License-Identifier: Apache-2.0
//! What it takes a clock, a moment or a crash of one's own to see.

use super::{lock::credential_refused, *};
use crate::{
	init::{init, Setup},
	rules::Enforced,
	vault::Kdf,
	wal::{verify, NO_CHAIN},
};
use codec::Encode;
use qh_crypto::dev;
use qh_signer_client::protocol::{AdminRequest, AdminResponse, AgentRequest, NodeRequest};
use std::{
	fs,
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::PathBuf,
};

const GENESIS: Hash = [2; 32];
const PASSPHRASE: &[u8] = b"passphrase";
const PEER: Peer = Peer { uid: 1, gid: 1, pid: 1 };

/// A clock that is set.
#[derive(Clone)]
struct SetClock(Arc<AtomicU64>);

impl Clock for SetClock {
	fn now_ms(&self) -> u64 {
		self.0.load(Ordering::Relaxed)
	}
}

/// The directory of a signer with Alice's keys.
struct Home {
	paths: Paths,
	config: Config,
	clock: SetClock,
	_temporary: tempfile::TempDir,
}

impl Home {
	fn new() -> Self {
		Self::of(GENESIS)
	}

	fn of(genesis: Hash) -> Self {
		let temporary = tempfile::tempdir().unwrap();
		let (paths, mut config) = (Paths::new(temporary.path()), Config::new(1000));
		config.log.file_size = 64 << 10;
		let credential = [7; 32];
		let mut file = fs::OpenOptions::new();
		let path = paths.dir.join(&config.credential);
		let mut file = file.write(true).create_new(true).mode(0o600).open(path).unwrap();
		file.write_all(&credential).unwrap();
		let setup = Setup {
			genesis,
			kdf: Kdf { memory_kib: 64, passes: 1, lanes: 1 },
			credential: &credential,
			passphrase: PASSPHRASE,
			operator: None,
			dev: Some("alice"),
		};
		init(&paths, &config, &setup).unwrap();
		let clock = SetClock(Arc::new(AtomicU64::new(crate::clock::SystemClock.now_ms())));
		Self { paths, config, clock, _temporary: temporary }
	}

	fn open(&self) -> Signer {
		let rules = Box::new(Enforced::new(self.config.slot_ms));
		let clock = Box::new(self.clock.clone());
		Signer::open(self.paths.clone(), self.config.clone(), rules, clock).unwrap()
	}
}

fn vote(signer: &Signer, round: u64) -> Result<(), Refusal> {
	let public = Box::new(dev::keypair("alice", "grandpa").public().try_into().unwrap());
	let message = (0u8, [1u8; 32], 7u32, round, 0u64).encode();
	let request = NodeRequest::SignGrandpa { genesis: GENESIS, public, message };
	signer.handle_node(PEER, request).map(drop)
}

#[test]
fn an_unbound_vault_proves_possession_and_signs_nothing_else() {
	let home = Home::of(NO_CHAIN);
	let (paths, config) = (home.paths.clone(), home.config.clone());
	let rules = Box::new(Enforced::new(config.slot_ms));
	let refused = Signer::open(paths.clone(), config.clone(), rules, Box::new(home.clock.clone()));
	assert!(matches!(refused.err().unwrap(), StartError::Unbound(_)));

	let signer = Signer::open_offline(paths, config).unwrap();
	let public = |role| Box::new(dev::keypair("alice", role).public().try_into().unwrap());
	let account = |role| dev::keypair("alice", role).account_id();
	let message = (0u8, [1u8; 32], 7u32, 1u64, 0u64).encode();
	let vote = NodeRequest::SignGrandpa { genesis: NO_CHAIN, public: public("grandpa"), message };
	let consent = AgentRequest::SignAgentConsent {
		key: account("agent"),
		genesis: NO_CHAIN,
		operator: account("account"),
	};
	let passphrase = PASSPHRASE.to_vec();
	let lease = match signer.handle_admin(PEER, AdminRequest::OpenLease { passphrase, seconds: 9 })
	{
		Ok(AdminResponse::Lease { lease, .. }) => lease,
		other => panic!("{other:?}"),
	};
	let key = account("account");
	let raw = AdminRequest::SignRaw { lease, key, message: vec![1] };
	for refused in [
		signer.handle_node(PEER, vote).map(drop),
		signer.handle_agent(PEER, consent).map(drop),
		signer.handle_admin(PEER, raw).map(drop),
	] {
		assert_eq!(refused.unwrap_err().reason(), Some(RefusalCode::WrongGenesis));
	}

	let validator = signer.validator(ValidatorChoice::default()).unwrap();
	assert_eq!((validator.operator, validator.agent), (account("account"), account("agent")));
	let statement = [b"POP_", &validator.operator[..]].concat();
	for (role, proof) in ["aura", "grandpa"].into_iter().zip(validator.proof.chunks(666)) {
		let pair = dev::keypair("alice", role);
		let (scheme, domain) = (qh_crypto::Scheme::Falcon512, Domain::POSSESSION);
		assert!(qh_crypto::verify(scheme, pair.public(), proof, domain, &statement));
	}
}

#[test]
fn refusals_counted_before_a_new_file_are_in_its_snapshot() {
	let home = Home::new();
	let signer = home.open();
	for round in 1..=900 {
		// Each vote comes with a count of refusals, and sooner or later needs a file of its own.
		home.clock.0.fetch_add(REFUSALS_EVERY_MS + 1, Ordering::Relaxed);
		signer.note_refusal(&Refusal::new(RefusalCode::Busy, ""));
		vote(&signer, round).unwrap();
	}
	signer.close();
	let verified = verify(&home.paths.log(), &home.config.limits).unwrap().unwrap();
	assert!(verified.files > 3, "{verified:?}");
}

#[test]
fn an_unlock_that_a_lock_overtakes_is_refused() {
	let home = Home::new();
	let signer = home.open();
	signer.lock(PEER).unwrap();
	let epoch = signer.epoch();
	let unlocked = signer.load_all().unwrap();
	signer.lock(PEER).unwrap();
	let refusal = signer.install(PEER, epoch, unlocked).unwrap_err();
	assert_eq!(refusal.reason(), Some(RefusalCode::Locked));
	assert_eq!(vote(&signer, 1).unwrap_err().reason(), Some(RefusalCode::Locked));
	signer.unlock(PEER, PASSPHRASE).unwrap();
	vote(&signer, 1).unwrap();
}

#[test]
fn of_two_unlocks_the_slower_takes_no_keys_away() {
	let home = Home::new();
	let signer = home.open();
	signer.lock(PEER).unwrap();
	let epoch = signer.epoch();
	let (first, second) = (signer.load_all().unwrap(), signer.load_all().unwrap());
	signer.install(PEER, epoch, first).unwrap();
	signer.new_session_keys(PEER, [3; 32]).unwrap();
	signer.install(PEER, epoch, second).unwrap();
	assert_eq!(signer.inner.lock().unlocked.as_ref().unwrap().keys.len(), 5);
}

#[test]
fn starts_that_fail_before_the_vault_is_written_do_not_make_it_an_older_one() {
	let home = Home::new();
	home.open().close();
	let vault = fs::read(home.paths.vault()).unwrap();
	for _ in 0..4 {
		drop(home.open());
		fs::write(home.paths.vault(), &vault).unwrap();
	}
	assert_eq!(home.open().status().quarantine, None);
	// Two that did not fail do.
	home.open().close();
	fs::write(home.paths.vault(), &vault).unwrap();
	let reason = home.open().status().quarantine.unwrap();
	assert!(reason.contains("older than the log"), "{reason}");
}

#[test]
fn a_credential_that_is_not_readable_is_no_wrong_passphrase() {
	let home = Home::new();
	let signer = home.open();
	signer.lock(PEER).unwrap();
	let path = home.paths.dir.join(&home.config.credential);
	fs::write(&path, [8; 32]).unwrap();
	let refusal = signer.unlock(PEER, PASSPHRASE).unwrap_err();
	assert_eq!(refusal.reason(), Some(RefusalCode::VaultUnavailable));
	assert!(refusal.message.contains("credential"), "{refusal}");

	fs::remove_file(&path).unwrap();
	let refusal = signer.unlock(PEER, PASSPHRASE).unwrap_err();
	assert_eq!(refusal.reason(), Some(RefusalCode::VaultUnavailable));
	assert!(!refusal.message.contains("restart"), "{refusal}");
	// As Landlock says of a file that took the place of the one it knows.
	let source = io::Error::from(io::ErrorKind::PermissionDenied);
	let error = StartError::Credential { path: PathBuf::from("credential"), source };
	assert!(credential_refused(&error).message.contains("restart the signer"));
}
