// SPDX-License-Identifier: Apache-2.0
//! The golden files in `vectors/`, for other implementations of FORMATS.md, "Operational log" and
//! "Agent", to check themselves against. Both logs are signed by the development agent of Alice:
//! the first for a chain that does not exist, whose genesis hash is 0x1111…, the one in `anchored/`
//! for a network on which its receipts were anchored, with their proofs. The registration is that of
//! Eve, whom Alice invites to such a network.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use qh_agent::{
	log::{self, Line, LogError},
	proofs::Proofs,
	signing::{self, RegistrationFile, TransactionFile},
	state_dir::StateDir,
};
use qh_crypto::dev_accounts::{ALICE, EVE};
use std::{fs, path::PathBuf};

fn vectors() -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

#[test]
fn the_golden_log_verifies() {
	let identity = StateDir::new(vectors()).identity().unwrap();
	let path = vectors().join("operational.jsonl");
	let found = log::verify(&path, identity.owner, &identity.agent_public, false).unwrap();
	assert_eq!(found.head.next_seq, 5);
	let kinds = (0..5).map(|seq| log::find(&path, identity.owner, seq).unwrap().receipt.kind.0);
	assert_eq!(kinds.collect::<Vec<_>>(), [0, 16, 60_000, 2, 16]);
}

#[test]
fn its_payloads_are_these_bytes() {
	let identity = StateDir::new(vectors()).identity().unwrap();
	let path = vectors().join("operational.jsonl");
	let payload = |seq| log::find(&path, identity.owner, seq).unwrap().receipt.payload;
	assert_eq!(payload(1), b"{\"note\":\"quotes \\\" and \\\\ and a line\\nfeed\"}");
	let text = "tab\there, bell\u{7}, delete\u{7f}, Gr\u{fc}\u{df}e, \u{91cf}\u{5b50}, \u{1f980}";
	assert_eq!(payload(2), text.as_bytes());
	assert_eq!(payload(3), [0x00, 0xff, 0x80]);
	assert!(payload(4).is_empty());
}

#[test]
fn another_form_of_the_same_values_is_refused() {
	let text = fs::read_to_string(vectors().join("operational.jsonl")).unwrap();
	let third = text.lines().nth(2).unwrap();
	Line::parse(third.as_bytes()).unwrap();
	for (from, to) in [
		("\\u0007", "\\u0007 "),
		("delete\u{7f}", "delete\\u007f"),
		("\\t", "\\u0009"),
		("{\"version\":1", "{ \"version\":1"),
		("\"kind\":60000", "\"kind\":60000.0"),
		("\"seq\":2,", ""),
		("\"id\":\"0x", "\"id\":\"0X"),
	] {
		let changed = third.replacen(from, to, 1);
		assert_ne!(changed, third, "{from} is not in the line");
		assert!(Line::parse(changed.as_bytes()).is_err(), "{to} was accepted");
	}
}

#[test]
fn a_missing_line_is_found() {
	let identity = StateDir::new(vectors()).identity().unwrap();
	let text = fs::read_to_string(vectors().join("operational.jsonl")).unwrap();
	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("operational.jsonl");
	let without: Vec<_> =
		text.lines().enumerate().filter(|(line, _)| *line != 2).map(|(_, line)| line).collect();
	fs::write(&path, without.join("\n") + "\n").unwrap();
	let error = log::verify(&path, identity.owner, &identity.agent_public, false).unwrap_err();
	match error {
		LogError::Damaged { line: 3, seq: 2, .. } => {}
		error => panic!("{error}"),
	}
}

#[test]
fn the_golden_proofs_hold() {
	let state = StateDir::new(vectors().join("anchored"));
	let identity = state.identity().unwrap();
	let proofs = Proofs::new(state.paths().proofs);
	assert_eq!(proofs.reach().unwrap().settled, 3);
	for seq in 0..3 {
		let signed = log::find(&state.log(), identity.owner, seq).unwrap();
		let proof = proofs.find(seq).unwrap();
		proof.verify(signed, &identity.agent_public).unwrap();
	}
}

#[test]
fn the_golden_registration_and_invitation_hold() {
	let registration: RegistrationFile =
		signing::load(&vectors().join("registration.json")).unwrap();
	let statement = registration.statement().unwrap();
	assert_eq!((statement.operator, statement.agent), (EVE.account, EVE.agent));
	assert_eq!(statement.inviter, Some(ALICE.account));
	registration.call(statement.genesis, ALICE.account).unwrap();
	registration.call(statement.genesis, EVE.account).unwrap_err();

	let invitation: TransactionFile = signing::load(&vectors().join("invitation.json")).unwrap();
	let extrinsic = invitation.extrinsic().unwrap();
	// The registration is the call's last argument, and the call is the transaction's end.
	let (operator, agent) = (registration.signature.unwrap(), registration.agent);
	let end = [
		&[0][..],
		&operator.public.0,
		&operator.signature.0,
		&[0],
		&agent.public.0,
		&agent.signature.0,
		&[1],
		&ALICE.account,
	]
	.concat();
	assert!(extrinsic.ends_with(&end));
}
