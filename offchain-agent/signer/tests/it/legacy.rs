// SPDX-License-Identifier: Apache-2.0
//! Ownership of a key of the previous network, as an operator who moves in proves it.

use pqcrypto_sphincsplus::sphincsshake256fsimple as sphincs;
use pqcrypto_traits::sign::{PublicKey, SecretKey};
use std::{
	fs,
	io::Write,
	process::{Command, Output, Stdio},
};

fn legacy(arguments: &[&str], stdin: &str) -> Output {
	let mut child = Command::new(env!("CARGO_BIN_EXE_qh-signer"))
		.arg("legacy")
		.args(arguments)
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()
		.unwrap();
	// Who is refused may be gone before it reads.
	let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
	child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
	format!(
		"{}{}",
		String::from_utf8_lossy(&output.stdout),
		String::from_utf8_lossy(&output.stderr)
	)
}

#[test]
fn an_old_key_speaks_for_one_account_on_one_chain() {
	let temporary = tempfile::tempdir().unwrap();
	let proof = temporary.path().join("proof").display().to_string();
	let (public, secret) = sphincs::keypair();
	let (public, secret) = (hex::encode(public.as_bytes()), hex::encode(secret.as_bytes()));
	let [genesis, account, other] = ["11", "22", "33"].map(|byte| byte.repeat(32));
	let arguments = ["prove", "--genesis", &genesis, "--account", &account, "--out", &proof];
	let proven = legacy(&arguments, &format!("{secret}\n"));
	assert!(proven.status.success(), "{}", said(&proven));
	assert!(said(&proven).contains(&public), "{}", said(&proven));
	assert!(!said(&proven).contains(&secret));
	assert_eq!(fs::metadata(&proof).unwrap().len(), 49_856);

	let verify = |genesis: &str, account: &str| {
		let public = ["verify", "--public", &public];
		let rest = ["--genesis", genesis, "--account", account, &proof];
		legacy(&[&public[..], &rest].concat(), "")
	};
	let good = verify(&genesis, &account);
	assert!(good.status.success(), "{}", said(&good));
	for bad in [verify(&other, &account), verify(&genesis, &other)] {
		assert!(!bad.status.success());
		assert!(said(&bad).contains("does not show"), "{}", said(&bad));
	}
}

#[test]
fn a_secret_key_that_is_none_is_refused() {
	let temporary = tempfile::tempdir().unwrap();
	let proof = temporary.path().join("proof").display().to_string();
	let hash = "11".repeat(32);
	let arguments = ["prove", "--genesis", &hash, "--account", &hash, "--out", &proof];
	for (secret, reason) in
		[("0x12".to_owned(), "256 hex digits"), ("12".repeat(128), "halves of the old secret key")]
	{
		let output = legacy(&arguments, &format!("{secret}\n"));
		assert!(!output.status.success());
		assert!(said(&output).contains(reason), "{}", said(&output));
		assert!(!temporary.path().join("proof").exists());
	}
}
