// SPDX-License-Identifier: Apache-2.0
//! `qh-signer sign`, with the files that the agent's golden vectors hold.

use crate::harness::*;
use codec::DecodeAll;
use qh_crypto::{blake2_256, Domain, Scheme};
use qh_signer_client::TransactionRequest;
use serde_json::{json, Map, Value};
use std::{fs, path::PathBuf};

/// Alice's signer on the chain of the golden files.
fn signer(temporary: &tempfile::TempDir) -> TestSigner {
	let mut signer = TestSigner::at(&temporary.path().join("signer"));
	let genesis = hex::encode(&request(&invitation()).implicit[8..40]);
	let init = ["init", "--dev", "alice", "--slot-ms", "1000", "--genesis", &genesis];
	let output = signer.command(&init);
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	signer.start();
	signer
}

/// Alice's transaction that registers eve, unsigned.
fn invitation() -> Map<String, Value> {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../agent/vectors/invitation.json");
	let mut document: Map<String, Value> =
		serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
	document.insert("signature".into(), Value::Null);
	document
}

fn request(document: &Map<String, Value>) -> TransactionRequest {
	let bytes = hex::decode(&document["request"].as_str().unwrap()[2..]).unwrap();
	TransactionRequest::decode_all(&mut &bytes[..]).unwrap()
}

fn write(temporary: &tempfile::TempDir, document: &Map<String, Value>) -> PathBuf {
	let path = temporary.path().join("invitation.json");
	fs::write(&path, serde_json::to_vec(document).unwrap()).unwrap();
	path
}

#[test]
fn the_operator_reads_what_it_signs() {
	let temporary = tempfile::tempdir().unwrap();
	let signer = signer(&temporary);
	let path = write(&temporary, &invitation());
	let output = signer.command_with(&["sign", path.to_str().unwrap()], b"dev\n");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let said = String::from_utf8(output.stdout).unwrap();
	let alice = format!("0x{}", hex::encode(account("account")));
	for line in [
		"transaction Operators.register".to_owned(),
		format!("    inviter: Some {alice}"),
		format!("account     {alice}"),
		"nonce       1".to_owned(),
		"death       95: the first block that is too late".to_owned(),
		format!("signed by {alice}"),
	] {
		assert!(said.lines().any(|found| found == line), "{line}\nis not in\n{said}");
	}

	let signed: Map<String, Value> =
		serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
	let signature = hex::decode(&signed["signature"]["signature"].as_str().unwrap()[2..]).unwrap();
	let request = request(&signed);
	let payload = [&request.call[..], &request.explicit, &request.implicit].concat();
	assert!(qh_crypto::verify(
		Scheme::Falcon512,
		&public("account"),
		&signature,
		Domain::TRANSACTION,
		&blake2_256(&payload)
	));
}

#[test]
fn a_file_that_contradicts_what_it_has_signed_is_refused_and_left() {
	let temporary = tempfile::tempdir().unwrap();
	let signer = signer(&temporary);
	let mut document = invitation();
	document.insert("death".into(), json!(96));
	let path = write(&temporary, &document);
	let before = fs::read(&path).unwrap();
	let output = signer.command_with(&["sign", path.to_str().unwrap()], b"dev\n");
	assert!(!output.status.success());
	let error = String::from_utf8(output.stderr).unwrap();
	assert!(error.contains("block 96") && error.contains("the era"), "{error}");
	assert_eq!(fs::read(&path).unwrap(), before);
	assert_eq!(signer.admin().status().unwrap().signed, 0);
}
