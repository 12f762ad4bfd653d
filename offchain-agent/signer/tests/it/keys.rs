// SPDX-License-Identifier: Apache-2.0
//! Keys: made, imported, allowed, removed; session keys and their proofs.

use crate::harness::*;
use qh_crypto::{Domain, Scheme};
use qh_signer_client::{
	protocol::{KeySpec, Release},
	KeyClass, KeyRole, RefusalCode, RegistrationStatement,
};
use std::{io::Write, process::Stdio, time::Duration};

fn spec(class: KeyClass, role: KeyRole, scheme: Scheme) -> KeySpec {
	KeySpec {
		class,
		role,
		scheme: scheme.index(),
		label: "test".into(),
		operator: None,
		canary: false,
	}
}

#[test]
fn new_session_keys_prove_possession_and_survive_a_restart() {
	let mut signer = TestSigner::alice();
	let owner = account("account");
	let keys = signer.node().new_session_keys(owner, WITHIN).unwrap();
	let statement = [b"POP_", &owner[..]].concat();
	for (public, proof) in [(keys.aura, keys.aura_proof), (keys.grandpa, keys.grandpa_proof)] {
		let verify = |message: &[u8]| {
			qh_crypto::verify(Scheme::Falcon512, &public, &proof, Domain::POSSESSION, message)
		};
		assert!(verify(&statement));
		assert!(!verify(&[b"POP_", &[9u8; 32][..]].concat()));
	}
	assert_eq!(keys.keys().len(), 2 * 897);
	assert_eq!(keys.proof().len(), 2 * 666);
	signer.kill();
	signer.start();
	assert_eq!(signer.node().keys(WITHIN).unwrap().len(), 4);
	signer.node().sign_aura(&keys.aura, header(slot_now(), 1), WITHIN).unwrap();
	signer.node().sign_grandpa(&keys.grandpa, vote(0, 5, 1, 1), WITHIN).unwrap();
}

#[test]
fn session_keys_are_a_bounded_budget() {
	let mut signer = TestSigner::alice();
	let node = signer.node();
	let mut made = 0;
	let error = loop {
		match node.new_session_keys([1; 32], WITHIN) {
			Ok(_) => made += 1,
			Err(error) => break error,
		}
		assert!(made < 50);
	};
	assert_eq!(error.reason(), Some(RefusalCode::RateLimited));
	// A restart gives nothing back.
	signer.kill();
	signer.start();
	let error = node.new_session_keys([1; 32], WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::RateLimited));
}

#[test]
fn keys_of_every_scheme_sign_for_the_operator() {
	let mut signer = TestSigner::alice();
	for scheme in Scheme::ALL {
		let (admin, lease) = signer.operator();
		let spec = spec(KeyClass::Operator, KeyRole::Account, scheme);
		let key = admin.create_key(lease, spec, b"dice").unwrap();
		let release = Release { name: "qh-node".into(), version: "1.0.0".into(), digest: [7; 32] };
		let signature = admin.sign_release(lease, key.id, release.clone()).unwrap();
		let message = codec::Encode::encode(&release);
		assert!(qh_crypto::verify(scheme, &key.public, &signature, Domain::RELEASE, &message));
		signer.kill();
		signer.start();
		let (admin, lease) = signer.operator();
		admin.sign_raw(lease, key.id, b"still there".to_vec()).unwrap();
	}
}

#[test]
fn an_operator_consents_to_its_own_registration() {
	let signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	for inviter in [None, Some([3; 32])] {
		let statement = RegistrationStatement {
			genesis: GENESIS,
			operator: account("account"),
			agent: account("agent"),
			inviter,
		};
		let signature = admin.sign_registration(lease, statement).unwrap();
		let message =
			codec::Encode::encode(&(GENESIS, account("account"), account("agent"), inviter));
		assert_eq!(message.len(), if inviter.is_some() { 129 } else { 97 });
		let public = public("account");
		assert!(qh_crypto::verify(
			Scheme::Falcon512,
			&public,
			&signature,
			Domain::REGISTRATION,
			&message
		));
	}
	let elsewhere = RegistrationStatement {
		genesis: [1; 32],
		operator: account("account"),
		agent: account("agent"),
		inviter: None,
	};
	let error = admin.sign_registration(lease, elsewhere).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::WrongGenesis));
}

#[test]
fn imported_session_keys_hold_back_until_released() {
	let signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	let spec = spec(KeyClass::Consensus, KeyRole::Grandpa, Scheme::Falcon512);
	let key = admin.import_key(lease, spec, [3; 32]).unwrap();
	let public = key.public.as_slice().try_into().unwrap();
	let node = signer.node();
	let error = node.sign_grandpa(&public, vote(0, 0, 9, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
	// Where finality stands is not known yet.
	let error = admin.release_quarantine(lease, None).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Quarantined));
	let at = qh_signer_client::Horizon { set_id: 0, round: 10 };
	node.progress(at, WITHIN).unwrap();
	admin.release_quarantine(lease, None).unwrap();
	let error = node.sign_grandpa(&public, vote(0, 0, 12, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::BelowFloor));
	node.sign_grandpa(&public, vote(0, 0, 13, 1), WITHIN).unwrap();
}

#[test]
fn classes_roles_and_schemes_must_fit() {
	let signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	for bad in [
		spec(KeyClass::Consensus, KeyRole::Account, Scheme::Falcon512),
		spec(KeyClass::Agent, KeyRole::Aura, Scheme::Falcon512),
		spec(KeyClass::Operator, KeyRole::Grandpa, Scheme::Falcon512),
		spec(KeyClass::Consensus, KeyRole::Aura, Scheme::MlDsa65),
		spec(KeyClass::Agent, KeyRole::Account, Scheme::SlhDsaSha2_128s),
		KeySpec { scheme: 3, ..spec(KeyClass::Operator, KeyRole::Account, Scheme::MlDsa65) },
		KeySpec {
			label: "x".repeat(65),
			..spec(KeyClass::Operator, KeyRole::Account, Scheme::MlDsa65)
		},
	] {
		let error = admin.create_key(lease, bad, b"").unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::Malformed));
	}
	let twice = admin.import_key(
		lease,
		spec(KeyClass::Agent, KeyRole::Account, Scheme::Falcon512),
		qh_crypto::dev::dev_seed("alice", "agent"),
	);
	assert_eq!(twice.unwrap_err().reason(), Some(RefusalCode::Malformed));
}

#[test]
fn allow_lists_change_within_bounds_and_last() {
	let mut signer = TestSigner::alice();
	let agent = account("agent");
	let (admin, lease) = signer.operator();
	admin.allow(lease, agent, vec!["UpgradeWaves.report_step".into()]).unwrap();
	for forbidden in ["RankedPolls.vote", "Balances.transfer_keep_alive", "*", "nonsense"] {
		let error = admin.allow(lease, agent, vec![forbidden.into()]).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::NotAllowed), "{forbidden}");
	}
	let error = admin.allow(lease, account("aura"), vec!["A.b".into()]).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::NotAllowed));
	signer.kill();
	signer.start();
	let admin = signer.admin();
	assert!(admin.calls(agent).unwrap().contains(&"UpgradeWaves.report_step".to_string()));
	let (admin, lease) = signer.operator();
	admin.disallow(lease, agent, admin.calls(agent).unwrap()).unwrap();
	assert!(admin.calls(agent).unwrap().is_empty());
}

/// What a command of the program says: its answer, or its error.
fn said(signer: &TestSigner, arguments: &[&str]) -> Result<String, String> {
	let output = signer.command_with(arguments, b"dev\n");
	let text = |bytes| String::from_utf8(bytes).unwrap();
	if output.status.success() {
		Ok(text(output.stdout))
	} else {
		Err(text(output.stderr))
	}
}

#[test]
fn the_operator_narrows_its_own_key() {
	let mut signer = TestSigner::alice();
	let key = &hex::encode(account("account"))[..];
	const TRANSFER: &str = "Balances.transfer_keep_alive";
	assert_eq!(said(&signer, &["allow", "list", key]).unwrap(), "*\n");
	let error = said(&signer, &["allow", "add", key, "Balances"]).unwrap_err();
	assert!(error.contains("Pallet.call"), "{error}");

	let added = said(&signer, &["allow", "add", key, TRANSFER, "Utility.batch_all"]).unwrap();
	assert!(added.contains(&format!("allowed: {TRANSFER}\n")), "{added}");
	// What was added narrows nothing yet, and that is said.
	assert!(added.contains("may still sign every call") && added.contains("0x"), "{added}");
	assert_eq!(said(&signer, &["allow", "remove", key, "*"]).unwrap(), "no longer allowed: *\n");
	let list = format!("{TRANSFER}\nUtility.batch_all\n");
	assert_eq!(said(&signer, &["allow", "list", key]).unwrap(), list);
	signer.kill();
	signer.start();
	assert_eq!(said(&signer, &["allow", "list", key]).unwrap(), list);
	// Outside of a session nobody knows.
	let error = signer.admin().calls(account("account")).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::NoLease));
}

#[test]
fn a_list_that_does_not_change_says_so_and_is_no_record() {
	let signer = TestSigner::alice();
	let agent = &hex::encode(account("agent"))[..];
	let heartbeat = "Operators.heartbeat";
	let again = said(&signer, &["allow", "add", agent, heartbeat]).unwrap();
	assert!(again.contains("nothing changed"), "{again}");
	let error = said(&signer, &["allow", "remove", agent, "No.such"]).unwrap_err();
	assert!(error.contains("nothing changed") && error.contains("No.such"), "{error}");
	let some = said(&signer, &["allow", "remove", agent, "No.such", heartbeat]).unwrap();
	assert!(some.contains(&format!("no longer allowed: {heartbeat}")), "{some}");
	assert!(some.contains("not on the list: No.such"), "{some}");

	let (admin, lease) = signer.operator();
	let records = admin.status().unwrap().log.records;
	admin.disallow(lease, account("agent"), vec![heartbeat.into()]).unwrap();
	admin.allow(lease, account("agent"), vec!["Attestation.anchor".into()]).unwrap();
	assert_eq!(admin.status().unwrap().log.records, records);
	admin.allow(lease, account("agent"), vec![heartbeat.into()]).unwrap();
	assert_eq!(admin.status().unwrap().log.records, records + 1);
}

#[test]
fn an_account_is_written_in_any_form_and_shown_in_one() {
	let signer = TestSigner::alice();
	let agent = account("agent");
	let plain = hex::encode(agent);
	let prefixed = format!("0x{plain}");
	let ss58 = ss58_of(42, &agent);
	let list = said(&signer, &["allow", "list", &plain]).unwrap();
	for form in [&prefixed, &ss58] {
		assert_eq!(said(&signer, &["allow", "list", form]).unwrap(), list, "{form}");
	}
	for (wrong, why) in [
		(ss58_of(0, &agent), "another network"),
		(format!("{}1", &ss58[..ss58.len() - 1]), "checksum"),
		(plain[..63].to_owned(), "64 digits"),
	] {
		let error = said(&signer, &["allow", "list", &wrong]).unwrap_err();
		assert!(error.contains(why), "{error}");
	}
	for line in said(&signer, &["keys", "list"]).unwrap().lines() {
		assert!(line.starts_with("0x") && line.as_bytes()[66] == b' ', "{line}");
	}
	let status = said(&signer, &["status"]).unwrap();
	assert!(status.contains("genesis:    0x4747") && status.contains("head 0x"), "{status}");
	assert!(signer.assert_log().contains("head 0x"));
	let error = said(&signer, &["allow", "list", &ss58_of(42, &[9; 32])]).unwrap_err();
	assert!(error.contains(&format!("0x{}", hex::encode([9; 32]))), "{error}");
}

/// The address of an account in a network with a short prefix.
fn ss58_of(prefix: u8, account: &[u8; 32]) -> String {
	use blake2::{Blake2b512, Digest};
	let content = [&[prefix][..], account].concat();
	let hash = Blake2b512::new().chain_update(b"SS58PRE").chain_update(&content).finalize();
	bs58::encode([&content[..], &hash[..2]].concat()).into_string()
}

#[test]
fn removed_keys_are_gone() {
	let mut signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	admin.remove_key(lease, account("grandpa")).unwrap();
	let sign = |signer: &TestSigner| {
		signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap_err()
	};
	assert_eq!(sign(&signer).reason(), Some(RefusalCode::UnknownKey));
	signer.kill();
	signer.start();
	assert_eq!(sign(&signer).reason(), Some(RefusalCode::UnknownKey));
	assert_eq!(signer.node().keys(WITHIN).unwrap().len(), 1);
}

#[test]
fn the_command_line_does_the_same() {
	let signer = TestSigner::alice();
	let run = |arguments: &[&str], input: &[u8]| {
		let output = signer.command_with(arguments, input);
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		String::from_utf8(output.stdout).unwrap()
	};
	assert_eq!(run(&["keys", "list"], b"").lines().count(), 4);
	let owner = hex::encode(account("account"));
	let session = run(&["keys", "new-session", "--owner", &owner], b"dev\n");
	assert!(session.starts_with("keys:  0x") && session.contains("proof: 0x"));
	run(&["keys", "create", "--class", "operator", "--scheme", "ml-dsa-65"], b"dev\nentropy");
	let seed = format!("dev\n{}\n", hex::encode([8; 32]));
	run(&["keys", "import", "--class", "operator"], seed.as_bytes());
	assert_eq!(run(&["keys", "list"], b"").lines().count(), 8);
	let agent = hex::encode(account("agent"));
	run(&["allow", "add", &agent, "UpgradeWaves.witness"], b"dev\n");
	assert!(run(&["allow", "list", &agent], b"").contains("UpgradeWaves.witness"));
	assert!(run(&["status"], b"").contains("locked:     no"));
	run(&["lock"], b"");
	assert!(run(&["status"], b"").contains("locked:     yes"));
	run(&["unlock"], b"dev\n");
	let wrong = signer.command_with(&["keys", "new-session", "--owner", &owner], b"wrong\n");
	assert!(String::from_utf8(wrong.stderr).unwrap().contains("wrong secret"));
}

#[test]
fn nobody_is_waited_for_while_the_operators_keys_are_in_memory() {
	let mut signer = TestSigner::initialised();
	let (second, edit) = (Duration::from_secs(1), "max_session_seconds = 1");
	signer.edit_config(|text| {
		let (head, rest) = text.split_once("max_session_seconds = ").unwrap();
		format!("{head}{edit}\n{}", rest.split_once('\n').unwrap().1)
	});
	signer.start();
	let mut create = program(&signer.dir, &["keys", "create", "--class", "operator"])
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.spawn()
		.unwrap();
	let mut input = create.stdin.take().unwrap();
	input.write_all(b"dev\nsome entropy, and").unwrap();
	// Longer than a session lasts: nothing tells that the command has read so far.
	std::thread::sleep(3 * second);
	assert_eq!(signer.node().status(WITHIN).unwrap().lease_seconds, None);
	input.write_all(b" some more").unwrap();
	drop(input);
	let output = create.wait_with_output().unwrap();
	assert!(output.status.success());
	assert_eq!(signer.admin().keys().unwrap().len(), 5);
}
