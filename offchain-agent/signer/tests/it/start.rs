// SPDX-License-Identifier: Apache-2.0
//! Starting, and the errors of not being able to.

use crate::harness::*;
use qh_crypto::{blake2_256, Domain, Scheme};
use qh_signer_client::{Error, NodeClient, RefusalCode};

fn stderr(output: &std::process::Output) -> String {
	assert!(!output.status.success());
	String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn signatures_verify_and_carry_their_domain() {
	let signer = TestSigner::alice();
	let header = header(slot_now(), 1);
	let signature = signer.node().sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
	let verify = |role: &str, signature: &[u8], domain, message: &[u8]| {
		qh_crypto::verify(Scheme::Falcon512, &public(role), signature, domain, message)
	};
	assert!(verify("aura", &signature, Domain::AURA, &blake2_256(&header)));
	assert!(!verify("aura", &signature, Domain::GRANDPA, &blake2_256(&header)));

	let vote = vote(0, 0, 1, 9);
	let signature = signer.node().sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap();
	assert!(verify("grandpa", &signature, Domain::GRANDPA, &vote));

	let receipts = receipts(0, 3, [0; 32]);
	let agent = account("agent");
	let signatures = signer.agent().sign_receipts(agent, &receipts, WITHIN).unwrap();
	for (receipt, signature) in receipts.iter().zip(&signatures) {
		assert!(verify("agent", signature, Domain::RECEIPT, &receipt.id()));
	}

	let consent = signer.agent().sign_agent_consent(agent, account("account"), WITHIN).unwrap();
	let message = codec::Encode::encode(&(GENESIS, account("account"), "agent"));
	assert!(verify("agent", &consent, Domain::REGISTRATION, &message));

	let status = signer.node().status(WITHIN).unwrap();
	assert_eq!((status.signed, status.refused), (6, 0));
	assert!(status.horizon.is_some() && status.last_slot.is_some());
	assert!(signer.assert_log().contains("6 of them signatures"));
}

#[test]
fn the_same_request_gets_the_same_signature() {
	let mut signer = TestSigner::alice();
	let (node, header, vote) = (signer.node(), header(slot_now(), 1), vote(1, 3, 4, 5));
	let sealed = node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
	let voted = node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap();
	let records = node.status(WITHIN).unwrap().log.records;
	for _ in 0..20 {
		assert_eq!(node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap(), sealed);
		assert_eq!(node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap(), voted);
	}
	assert_eq!(node.status(WITHIN).unwrap().log.records, records);

	let again = || {
		let sealed = node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
		(sealed, node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap())
	};
	signer.kill();
	signer.start();
	assert_eq!(again(), (sealed, voted));

	// A file that was changed is noticed, and one that is gone is not needed: another signature of
	// the same, and still the one record.
	signer.stop();
	let answers = signer.dir.join("answers");
	let mut bytes = std::fs::read(&answers).unwrap();
	bytes.chunks_mut(738).for_each(|entry| entry[700] ^= 1);
	std::fs::write(&answers, bytes).unwrap();
	signer.start();
	let changed = again();
	assert!(changed.0 != sealed && changed.1 != voted);
	assert_eq!(again(), changed);
	signer.stop();
	std::fs::remove_file(&answers).unwrap();
	signer.start();
	assert_ne!(again(), changed);
	assert!(signer.assert_log().contains("2 of them signatures"));
}

#[test]
fn another_chain_is_refused() {
	let signer = TestSigner::alice();
	let node = NodeClient::connect(&signer.dir, [9; 32]);
	let error = node.sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::WrongGenesis));
	assert!(error.to_string().contains(&hex::encode(GENESIS)));
	let mut stopped = TestSigner::initialised();
	let output = stopped.command(&["run", "--genesis", &hex::encode([9; 32])]);
	assert!(stderr(&output).contains("belong to the chain with genesis 4747"));
	stopped.start();
}

#[test]
fn a_missing_vault_is_named_with_the_way_out() {
	let empty = tempfile::tempdir().unwrap();
	let signer = TestSigner::at(empty.path());
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("qh-signer init"), "{error}");
	std::fs::write(empty.path().join("config.toml"), "slot_ms = 1000").unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("there is no vault at"), "{error}");
}

#[test]
fn a_wrong_credential_does_not_open_the_vault() {
	let signer = TestSigner::initialised();
	std::fs::write(signer.dir.join("credential"), [1; 32]).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("wrong secret or damaged file"), "{error}");
	std::fs::remove_file(signer.dir.join("credential")).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("credential") && error.contains("No such file"), "{error}");
}

#[test]
fn unknown_settings_and_second_vaults_are_errors() {
	let signer = TestSigner::initialised();
	let genesis = hex::encode(GENESIS);
	let error = stderr(&signer.command(&["init", "--dev", "bob", "--genesis", &genesis]));
	assert!(error.contains("never overwritten"), "{error}");
	signer.edit_config(|text| format!("rules = false\n{text}"));
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("unknown field `rules`"), "{error}");
}

#[test]
fn a_passphrase_is_asked_for_and_has_a_length() {
	let dir = tempfile::tempdir().unwrap();
	let signer = TestSigner::at(&dir.path().join("signer"));
	let init = ["init", "--genesis", &hex::encode(GENESIS)];
	assert!(stderr(&signer.command_with(&init, b"")).contains("expected as a line"));
	assert!(stderr(&signer.command_with(&init, b"short\n")).contains("at least 8"));
	let output = signer.command_with(&init, b"long enough\n");
	assert!(output.status.success());
	assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 4);
}

#[test]
fn a_second_signer_does_not_start() {
	let signer = TestSigner::alice();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("another signer runs"), "{error}");
}

#[test]
fn what_a_killed_signer_left_is_no_obstacle() {
	let mut signer = TestSigner::alice();
	for round in 1..=10 {
		let vote = vote(0, 0, round, 1);
		signer.node().sign_grandpa(&public("grandpa"), vote, WITHIN).unwrap();
		signer.kill();
		assert!(signer.dir.join("run/node.sock").exists());
		signer.start();
	}
	assert_eq!(signer.node().status(WITHIN).unwrap().log.generation, 11);
	signer.assert_log();
}

#[test]
fn something_else_in_a_sockets_place_is_not_touched() {
	let signer = TestSigner::initialised();
	std::fs::create_dir(signer.dir.join("run")).unwrap();
	let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
	std::fs::set_permissions(signer.dir.join("run"), permissions).unwrap();
	std::fs::write(signer.dir.join("run/node.sock"), "precious").unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("not this signer's socket"), "{error}");
	assert_eq!(std::fs::read(signer.dir.join("run/node.sock")).unwrap(), b"precious");
}

#[test]
fn a_signer_that_is_away_is_told_from_one_that_refuses() {
	let signer = TestSigner::initialised();
	let error = signer.node().keys(WITHIN).unwrap_err();
	assert!(matches!(error, Error::Unreachable { .. }) && error.is_passing());
}

#[test]
fn the_sandbox_holds_and_says_so() {
	let signer = TestSigner::alice();
	let status = signer.node().status(WITHIN).unwrap();
	for check in status.sandbox.iter().filter(|check| !check.holds) {
		eprintln!("skipped: this host lacks {}: {}", check.name, check.detail);
	}
	let core = status.sandbox.iter().find(|check| check.name == "core-dump").unwrap();
	assert!(core.holds);
	assert!(status.sandbox.len() >= 9);
}

#[test]
fn a_missing_part_of_the_sandbox_is_allowed_by_name_only() {
	let mut signer = TestSigner::alice();
	let complete = signer.node().status(WITHIN).unwrap().sandbox.iter().all(|check| check.holds);
	signer.stop();
	signer.edit_config(|text| {
		let (head, _) = text.rsplit_once("[sandbox]").unwrap();
		head.to_owned()
	});
	if complete {
		signer.start();
	} else {
		let error = stderr(&signer.command(&["run"]));
		assert!(error.contains("allow_missing = ["), "{error}");
	}
}
