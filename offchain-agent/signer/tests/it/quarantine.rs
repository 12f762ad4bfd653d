// SPDX-License-Identifier: Apache-2.0
//! When the memory of what was signed is not what it should be, consensus keys hold back; agents'
//! transactions go on.

use crate::harness::*;
use qh_signer_client::{Horizon, RefusalCode};
use std::{fs, path::Path};

fn copy_dir(from: &Path, to: &Path) {
	fs::create_dir_all(to).unwrap();
	for entry in fs::read_dir(from).unwrap() {
		let entry = entry.unwrap();
		if entry.path().is_file() {
			fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
		}
	}
}

fn assert_quarantined(signer: &TestSigner, why: &str) {
	let status = signer.node().status(WITHIN).unwrap();
	assert!(status.quarantine.as_ref().is_some_and(|reason| reason.contains(why)), "{status:?}");
	let error =
		signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 99, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
	assert!(error.is_holding_back());
	let error =
		signer.node().sign_aura(&public("aura"), header(slot_now(), 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
	let receipts = receipts(0, 1, [0; 32]);
	let error = signer.agent().sign_receipts(account("agent"), &receipts, WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
}

/// A signer that voted in rounds 1 to 5 and signed three receipts.
fn used() -> TestSigner {
	let signer = TestSigner::alice();
	for round in 1..=5 {
		signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, round, 1), WITHIN).unwrap();
	}
	let receipts = receipts(0, 3, [0; 32]);
	signer.agent().sign_receipts(account("agent"), &receipts, WITHIN).unwrap();
	signer
}

#[test]
fn a_missing_log_is_a_quarantine_until_released() {
	let mut signer = used();
	signer.kill();
	fs::remove_dir_all(signer.dir.join("wal")).unwrap();
	signer.start();
	assert_quarantined(&signer, "missing");
	// A restart does not help.
	signer.stop();
	signer.start();
	assert_quarantined(&signer, "missing");

	let (admin, lease) = signer.operator();
	admin.release_quarantine(lease, Some(Horizon { set_id: 0, round: 50 })).unwrap();
	let node = signer.node();
	let status = node.status(WITHIN).unwrap();
	assert_eq!(status.quarantine, None);
	assert_eq!(status.horizon, Some(Horizon { set_id: 0, round: 50 }));
	let grandpa = public("grandpa");
	let error = node.sign_grandpa(&grandpa, vote(0, 0, 50, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::BelowFloor));
	node.sign_grandpa(&grandpa, vote(0, 0, 51, 1), WITHIN).unwrap();
	let error = node.sign_aura(&public("aura"), header(slot_now(), 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::BelowFloor));

	// Receipts wait for their own word.
	let head = receipts(0, 3, [0; 32])[2].id();
	let next = receipts(3, 1, head);
	let agent = signer.agent();
	let error = agent.sign_receipts(account("agent"), &next, WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
	admin.adopt_receipt_chain(lease, account("agent"), 3, head).unwrap();
	agent.sign_receipts(account("agent"), &next, WITHIN).unwrap();
	signer.assert_log();
}

/// A signer that voted in round 6 and whose log was then set back to round 5.
fn with_an_older_log() -> TestSigner {
	let mut signer = used();
	signer.stop();
	let old = signer.dir.join("old");
	copy_dir(&signer.dir.join("wal"), &old);
	signer.start();
	signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 6, 1), WITHIN).unwrap();
	signer.stop();
	fs::remove_dir_all(signer.dir.join("wal")).unwrap();
	copy_dir(&old, &signer.dir.join("wal"));
	signer.start();
	signer
}

#[test]
fn an_older_log_is_a_quarantine() {
	let signer = with_an_older_log();
	assert_quarantined(&signer, "older than the vault");
	// What the old log still says is remembered.
	assert_eq!(
		signer.node().status(WITHIN).unwrap().horizon,
		Some(Horizon { set_id: 0, round: 5 })
	);
}

#[test]
fn a_damaged_log_is_put_aside_and_a_quarantine() {
	let mut signer = used();
	signer.kill();
	let path = signer.log_file();
	let mut bytes = fs::read(&path).unwrap();
	let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
	bytes[last - 100] ^= 1;
	fs::write(&path, &bytes).unwrap();
	signer.start();
	assert_quarantined(&signer, "damaged");
	let aside = fs::read_dir(&signer.dir)
		.unwrap()
		.any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with("wal.damaged-"));
	assert!(aside);
}

#[test]
fn a_copy_in_another_place_is_a_quarantine() {
	let mut signer = used();
	signer.stop();
	let elsewhere = tempfile::tempdir().unwrap();
	let dir = elsewhere.path().join("signer");
	copy_dir(&signer.dir, &dir);
	copy_dir(&signer.dir.join("wal"), &dir.join("wal"));
	let mut copy = TestSigner::at(&dir);
	copy.start();
	assert_quarantined(&copy, "another place");
	// The original goes on.
	signer.start();
	signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 6, 1), WITHIN).unwrap();
}

#[test]
fn another_signers_log_is_a_quarantine() {
	let mut one = used();
	let mut other = used();
	one.stop();
	other.stop();
	fs::remove_dir_all(one.dir.join("wal")).unwrap();
	copy_dir(&other.dir.join("wal"), &one.dir.join("wal"));
	one.start();
	assert_quarantined(&one, "another vault");
}

#[test]
fn keys_made_after_the_loss_are_free() {
	let mut signer = used();
	signer.kill();
	fs::remove_dir_all(signer.dir.join("wal")).unwrap();
	signer.start();
	let keys = signer.node().new_session_keys(account("account"), WITHIN).unwrap();
	signer.node().sign_grandpa(&keys.grandpa, vote(0, 1, 1, 1), WITHIN).unwrap();
	signer.node().sign_aura(&keys.aura, header(slot_now(), 1), WITHIN).unwrap();
}

/// Put this vault back, and start.
fn start_with_vault(signer: &mut TestSigner, vault: &[u8]) {
	signer.stop();
	fs::write(signer.dir.join("vault"), vault).unwrap();
	signer.start();
}

#[test]
fn an_older_vault_brings_no_removed_key_back() {
	for restarts in 0..=2 {
		let mut signer = used();
		let vault = fs::read(signer.dir.join("vault")).unwrap();
		let (admin, lease) = signer.operator();
		admin.remove_key(lease, account("grandpa")).unwrap();
		admin.remove_key(lease, account("agent")).unwrap();
		assert_eq!(signer.node().status(WITHIN).unwrap().quarantine, None);
		for _ in 0..restarts {
			signer.stop();
			signer.start();
		}
		start_with_vault(&mut signer, &vault);
		assert_quarantined(&signer, "older than the log");

		// It takes the operator's word, once.
		let (admin, lease) = signer.operator();
		admin.release_quarantine(lease, Some(Horizon { set_id: 0, round: 5 })).unwrap();
		signer.stop();
		signer.start();
		assert_eq!(signer.node().status(WITHIN).unwrap().quarantine, None);
		let sign =
			|round| signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, round, 1), WITHIN);
		assert_eq!(sign(5).unwrap_err().reason(), Some(RefusalCode::BelowFloor));
		sign(6).unwrap();
		signer.stop();
		signer.assert_log();
	}
}

#[test]
fn an_older_vault_is_a_quarantine_whatever_was_changed() {
	let mut signer = used();
	let vault = fs::read(signer.dir.join("vault")).unwrap();
	let (admin, lease) = signer.operator();
	admin.disallow(lease, account("agent"), admin.calls(account("agent")).unwrap()).unwrap();
	for _ in 0..2 {
		signer.stop();
		signer.start();
	}
	start_with_vault(&mut signer, &vault);
	assert_quarantined(&signer, "older than the log");
}

#[test]
fn a_release_says_what_it_closes() {
	let mut signer = used();
	signer.kill();
	fs::remove_dir_all(signer.dir.join("wal")).unwrap();
	signer.start();
	let release = |signer: &TestSigner, arguments: &[&str]| {
		let output = signer.command_with(&[&["release"], arguments].concat(), b"dev\n");
		String::from_utf8(if output.status.success() { output.stdout } else { output.stderr })
			.unwrap()
	};
	assert!(release(&signer, &[]).contains("name set and round"));
	signer.node().progress(Horizon { set_id: 3, round: 40 }, WITHIN).unwrap();
	let said = release(&signer, &[]);
	assert!(said.contains("set 3 at or under round 42"), "{said}");
	let sign = |round| signer.node().sign_grandpa(&public("grandpa"), vote(0, 3, round, 1), WITHIN);
	assert_eq!(sign(42).unwrap_err().reason(), Some(RefusalCode::BelowFloor));
	sign(43).unwrap();
}

#[test]
fn a_release_closes_what_the_operator_names() {
	let mut signer = used();
	signer.kill();
	fs::remove_dir_all(signer.dir.join("wal")).unwrap();
	signer.start();
	let output = signer.command_with(&["release", "--set", "4", "--round", "7"], b"dev\n");
	let said = String::from_utf8(output.stdout).unwrap();
	assert!(said.contains("set 4 at or under round 7"), "{said}");
}

/// Records but those of sessions.
fn acts(signer: &TestSigner, act: impl FnOnce()) -> u64 {
	let before = signer.admin().status().unwrap().log.records;
	act();
	signer.admin().status().unwrap().log.records - before
}

#[test]
fn a_release_of_nothing_is_refused_and_no_record() {
	let signer = used();
	signer.node().progress(Horizon { set_id: 0, round: 9 }, WITHIN).unwrap();
	let (admin, lease) = signer.operator();
	let records = acts(&signer, || {
		for horizon in [None, Some(Horizon { set_id: 0, round: 50 })] {
			let error = admin.release_quarantine(lease, horizon).unwrap_err();
			assert_eq!(error.reason(), Some(RefusalCode::NotAllowed));
			assert!(error.to_string().contains("nothing to release"), "{error}");
		}
	});
	assert_eq!(records, 0);
	signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 6, 1), WITHIN).unwrap();
	let output = signer.command_with(&["release"], b"dev\n");
	assert!(!output.status.success());
	assert!(String::from_utf8(output.stderr).unwrap().contains("nothing to release"));
}

#[test]
fn receipts_are_adopted_for_an_agents_key_only() {
	let signer = used();
	let (admin, lease) = signer.operator();
	let records = acts(&signer, || {
		for (key, reason) in [
			([9; 32], RefusalCode::UnknownKey),
			(account("account"), RefusalCode::NotAllowed),
			(account("aura"), RefusalCode::NotAllowed),
			(account("grandpa"), RefusalCode::NotAllowed),
		] {
			let error = admin.adopt_receipt_chain(lease, key, 7, [7; 32]).unwrap_err();
			assert_eq!(error.reason(), Some(reason), "{error}");
			assert!(error.to_string().contains(&format!("0x{}", hex::encode(key))), "{error}");
		}
	});
	assert_eq!(records, 0);
	admin.adopt_receipt_chain(lease, account("agent"), 7, [7; 32]).unwrap();
	signer.agent().sign_receipts(account("agent"), &receipts(7, 1, [7; 32]), WITHIN).unwrap();
}

#[test]
fn a_release_is_never_below_what_the_log_remembers() {
	let signer = with_an_older_log();
	// A node that is far behind.
	signer.node().progress(Horizon { set_id: 0, round: 1 }, WITHIN).unwrap();
	let (admin, lease) = signer.operator();
	admin.release_quarantine(lease, None).unwrap();
	let sign = |round| signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, round, 9), WITHIN);
	assert_eq!(sign(4).unwrap_err().reason(), Some(RefusalCode::BelowFloor));
}
