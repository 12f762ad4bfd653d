// SPDX-License-Identifier: Apache-2.0
//! A vault that is older than its chain: unbound, proving possession, bound once.

use crate::harness::*;
use qh_crypto::{Domain, Scheme};
use qh_signer_client::to_address;
use serde_json::Value;
use std::process::Output;

const PASSPHRASE: &[u8] = b"of a network's founder\n";

fn unbound(dir: &std::path::Path) -> TestSigner {
	let signer = TestSigner::at(&dir.join("signer"));
	done(&signer.command_with(&["init"], PASSPHRASE));
	signer.edit_config(|text| {
		let all = r#"["landlock", "seccomp", "network-namespace", "secret-memory"]"#;
		text.replace("allow_missing = []", &format!("allow_missing = {all}"))
	});
	signer
}

fn done(output: &Output) -> String {
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
	assert!(!output.status.success());
	String::from_utf8(output.stderr.clone()).unwrap()
}

fn bytes(entry: &Value, member: &str) -> Vec<u8> {
	hex::decode(entry[member].as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

#[test]
fn a_vault_is_made_before_its_chain_and_bound_once() {
	let dir = tempfile::tempdir().unwrap();
	let mut signer = unbound(dir.path());
	let genesis = hex::encode(GENESIS);
	let bind = ["bind", "--genesis", &genesis, "--slot-ms", "1000"];

	// Nothing serves it before it is bound.
	let error = refused(&signer.command(&["run"]));
	assert!(error.contains("bound to no chain yet") && error.contains("qh-signer bind"), "{error}");
	assert!(!signer.dir.join("run").exists());

	// What it proves, a genesis can check.
	let printed = done(&signer.command(&["validator", "--segment", "7"]));
	let list: Vec<Value> = serde_json::from_str(&printed).unwrap();
	let [entry] = &list[..] else { panic!("{printed}") };
	assert_eq!(entry.as_object().unwrap().len(), 5);
	assert_eq!(entry["segment"], 7);
	let (keys, proof) = (bytes(entry, "keys"), bytes(entry, "proof"));
	assert_eq!((keys.len(), proof.len()), (2 * 897, 2 * 666));

	// Only the operator binds it, and only to a chain.
	let error = refused(&signer.command_with(&bind, b"a guess of mine\n"));
	assert!(error.contains("with this passphrase: wrong secret"), "{error}");
	let zeros = "0".repeat(64);
	let nowhere = ["bind", "--genesis", &zeros, "--slot-ms", "1000"];
	assert!(refused(&signer.command_with(&nowhere, PASSPHRASE)).contains("stand for no chain"));
	assert!(refused(&signer.command(&["run"])).contains("bound to no chain yet"));
	assert!(done(&signer.command_with(&bind, PASSPHRASE)).contains("slots of 1000 ms"));
	let other = "11".repeat(32);
	for genesis in [&genesis, &other] {
		let again = ["bind", "--genesis", genesis, "--slot-ms", "1000"];
		let error = refused(&signer.command_with(&again, PASSPHRASE));
		assert!(error.contains(&format!("genesis 0x{} already", hex::encode(GENESIS))), "{error}");
	}

	// From here on it is a signer like any, with the keys that the genesis names.
	signer.start();
	let status = signer.node().status(WITHIN).unwrap();
	assert_eq!((status.genesis, status.quarantine), (GENESIS, None));
	let public = |place: usize| keys[place * 897..][..897].try_into().unwrap();
	signer.node().sign_aura(&public(0), header(slot_now(), 1), WITHIN).unwrap();
	signer.node().sign_grandpa(&public(1), vote(0, 0, 1, 1), WITHIN).unwrap();
	let infos = signer.admin().keys().unwrap();
	let account = |class| infos.iter().find(|key| key.class == class).unwrap().id;
	let operator = account(qh_signer_client::KeyClass::Operator);
	let agent = account(qh_signer_client::KeyClass::Agent);
	assert_eq!(entry["operator"], to_address(&operator));
	assert_eq!(entry["agent"], to_address(&agent));
	let statement = [b"POP_", &operator[..]].concat();
	for (place, signature) in proof.chunks(666).enumerate() {
		let (scheme, key) = (Scheme::Falcon512, &keys[place * 897..][..897]);
		assert!(qh_crypto::verify(scheme, key, signature, Domain::POSSESSION, &statement));
	}
	signer.admin().open_lease(PASSPHRASE.trim_ascii_end(), 10).unwrap();
	// Its log goes on over the binding, and has both proofs.
	signer.kill();
	assert!(signer.assert_log().contains("4 of them signatures"));
	signer.start();
	assert_eq!(signer.node().status(WITHIN).unwrap().quarantine, None);
	let error = refused(&signer.command(&["validator", "--segment", "7"]));
	assert!(error.contains("another signer runs"), "{error}");
}

#[test]
fn an_unbound_vault_in_the_place_of_a_bound_one_does_not_take_over_its_log() {
	let dir = tempfile::tempdir().unwrap();
	let mut signer = unbound(dir.path());
	let vault = signer.dir.join("vault");
	let before = std::fs::read(&vault).unwrap();
	let genesis = hex::encode(GENESIS);
	let bind = ["bind", "--genesis", &genesis, "--slot-ms", "1000"];
	done(&signer.command_with(&bind, PASSPHRASE));
	signer.start();
	signer.stop();
	std::fs::write(&vault, before).unwrap();
	done(&signer.command_with(&bind, PASSPHRASE));
	signer.start();
	let quarantine = signer.node().status(WITHIN).unwrap().quarantine.unwrap();
	assert!(quarantine.contains("older than the log"), "{quarantine}");
}

#[test]
fn an_entry_is_of_keys_that_are_there_and_fit() {
	let signer = TestSigner::initialised();
	let entry =
		|more: &[&str]| signer.command(&[&["validator", "--segment", "0"][..], more].concat());
	let name = |role| hex::encode(account(role));
	let of_alice = done(&entry(&["--operator", &name("account"), "--agent", &name("agent")]));
	let list: Vec<Value> = serde_json::from_str(&of_alice).unwrap();
	assert_eq!(bytes(&list[0], "keys"), [public("aura"), public("grandpa")].concat());
	let error = refused(&entry(&["--agent", &name("account")]));
	assert!(error.contains("no agent key"), "{error}");
	let error = refused(&entry(&["--operator", &name("agent")]));
	assert!(error.contains("works for the operator"), "{error}");
	let error = refused(&signer.command(&["validator", "--segment", "512"]));
	assert!(error.contains("512"), "{error}");
	for half in [["--slot-ms", "1000"], ["--genesis", &"11".repeat(32)]] {
		let error = refused(&signer.command(&[&["init", "--dev", "bob"][..], &half[..]].concat()));
		assert!(error.contains("required"), "{error}");
	}
}
