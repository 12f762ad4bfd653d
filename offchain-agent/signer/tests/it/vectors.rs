// SPDX-License-Identifier: Apache-2.0
//! Golden files of log and vault. `QH_WRITE_VECTORS=1` writes them anew, which is a change of the
//! format and belongs in the changelog.

use qh_signer::{
	config::{Config, Paths},
	init::{init, Setup},
	rules::{Event, State, Vote, VoteKind},
	vault::Kdf,
	wal::{Identity, Wal, HEADER_LEN},
};
use qh_signer_client::Horizon;
use std::{collections::BTreeMap, fs, path::PathBuf};

fn vectors(name: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn golden(name: &str, make: impl FnOnce() -> BTreeMap<String, String>) -> BTreeMap<String, String> {
	let path = vectors(name);
	if std::env::var_os("QH_WRITE_VECTORS").is_some() {
		fs::write(&path, serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
	}
	serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

fn log() -> BTreeMap<String, String> {
	let dir = tempfile::tempdir().unwrap();
	let identity = Identity { vault: [1; 16], genesis: [2; 32] };
	let state = State::default();
	let wal = Wal::create(dir.path(), identity, 64 * 1024, &state).unwrap();
	let vote = Vote {
		at: Horizon { set_id: 3, round: 4 },
		kind: VoteKind::Precommit,
		number: 5,
		hash: [6; 32],
	};
	for event in [
		Event::Started { generation: 1, place: [7; 32] },
		Event::Aura { key: [8; 32], slot: 9, hash: [10; 32] },
		Event::Grandpa { key: [8; 32], vote },
	] {
		wal.append(1_700_000_000_000, Some((1000, 1000, 42)), event, &state);
	}
	wal.flush().unwrap();
	let bytes = fs::read(dir.path().join("0000000000000000.log")).unwrap();
	let (records, head) = wal.head();
	let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
	BTreeMap::from([
		("header".into(), hex::encode(&bytes[..HEADER_LEN])),
		("records".into(), hex::encode(&bytes[HEADER_LEN..end])),
		("count".into(), records.to_string()),
		("head".into(), hex::encode(head)),
	])
}

#[test]
fn the_log_is_the_golden_one() {
	assert_eq!(golden("log.json", log), log());
}

/// A vault cannot be made twice the same: the golden one is opened.
#[test]
fn the_golden_vault_opens() {
	let config = Config::new(1000);
	let vault = golden("vault.json", || {
		let dir = tempfile::tempdir().unwrap();
		let paths = Paths::new(dir.path());
		let setup = Setup {
			genesis: [2; 32],
			kdf: Kdf { memory_kib: 64, passes: 2, lanes: 1 },
			credential: b"credential",
			passphrase: b"passphrase",
			operator: None,
			dev: Some("alice"),
		};
		init(&paths, &config, &setup).unwrap();
		BTreeMap::from([
			("credential".into(), hex::encode("credential")),
			("passphrase".into(), hex::encode("passphrase")),
			("file".into(), hex::encode(fs::read(paths.vault()).unwrap())),
		])
	});
	let dir = tempfile::tempdir().unwrap();
	let signer = crate::harness::TestSigner::at(dir.path());
	let write = |name: &str, bytes: Vec<u8>| {
		use std::{io::Write, os::unix::fs::OpenOptionsExt};
		let path = dir.path().join(name);
		let mut options = fs::OpenOptions::new();
		options.write(true).create(true).truncate(true).mode(0o600);
		options.open(path).unwrap().write_all(&bytes).unwrap();
	};
	write("vault", hex::decode(&vault["file"]).unwrap());
	write("credential", hex::decode(&vault["credential"]).unwrap());
	let text = "slot_ms = 1000\n[sandbox]\nallow_missing = [\"landlock\", \"seccomp\", \
	            \"network-namespace\", \"secret-memory\"]\n";
	write("config.toml", text.into());
	let mut signer = signer;
	signer.start();
	// Its log is not here, so it holds back; its keys are Alice's.
	let status = signer.node().status(crate::harness::WITHIN).unwrap();
	assert!(status.quarantine.is_some());
	let keys = signer.admin().keys().unwrap();
	let accounts: Vec<_> = keys.iter().map(|key| key.id).collect();
	for role in ["account", "agent", "aura", "grandpa"] {
		assert!(accounts.contains(&crate::harness::account(role)));
	}
	signer.admin().open_lease(b"passphrase", 10).unwrap();
}
