// SPDX-License-Identifier: Apache-2.0
//! Ten thousand receipts: the chain keeps no more of the operator than before, and each is proven.

use anyhow::{Context, Result};
use qh_crypto::dev;
use qh_tests::{
	agent::{verify_in_python, verify_proof},
	client::Client,
	network::Network,
	rpc::Rpc,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, time::Duration};
use subxt::dynamic::tx;
use subxt_rpcs::rpc_params;

const MINUTE: Duration = Duration::from_secs(60);
/// 10^12 units, which is the gas of one receipt.
const QMHY: u128 = 1_000_000_000_000;
const RECEIPTS: usize = 10_000;
/// Most receipts in one request.
const PORTION: usize = 256;

/// Keys of the state that name one of these accounts, with the size of their values. The state's
/// keys hold an account as it is, behind a hash of it.
async fn state_of(rpc: &Rpc, accounts: &[&str], at: &str) -> Result<BTreeMap<String, u64>> {
	let mut sizes = BTreeMap::new();
	let mut start: Option<String> = None;
	loop {
		let page: Vec<String> =
			rpc.call("state_getKeysPaged", rpc_params!["0x", 1_000, &start, at]).await?;
		let Some(last) = page.last() else { return Ok(sizes) };
		start = Some(last.clone());
		for key in page {
			if accounts.iter().any(|account| key.contains(account)) {
				let size: Option<u64> =
					rpc.call("state_getStorageSize", rpc_params![&key, at]).await?;
				sizes.insert(key, size.context("a key without a value")?);
			}
		}
	}
}

/// How many keys name the accounts, and how many bytes keys and values take.
fn totals(state: &BTreeMap<String, u64>) -> (usize, u64) {
	let bytes = state.iter().map(|(key, value)| (key.len() as u64 - 2) / 2 + value);
	(state.len(), bytes.sum())
}

/// Changes one hexadecimal digit of a member (the first item of it, if it is a list).
fn tampered(proof: &Value, member: &str, digit: usize) -> Result<String> {
	let mut proof = proof.clone();
	let value = proof.get_mut(member).context("no such member")?;
	let value = match value {
		Value::Array(items) => items.first_mut().context("an empty list")?,
		other => other,
	};
	let text = value.as_str().context("no text")?;
	let mut digits = text.as_bytes().to_vec();
	let found = digits.get_mut(digit).context("too short")?;
	*found = if *found == b'0' { b'1' } else { b'0' };
	*value = Value::String(String::from_utf8(digits)?);
	Ok(proof.to_string())
}

/// One byte of each part, and the step that must notice. The payload of these receipts begins at
/// byte 116; the state root of a header lies behind the parent's hash and the number.
const TAMPERED: [(&str, usize, &str); 6] = [
	("receipt", 2 + 2 * 120, "signature"),
	("receipt_path", 10, "receipt-in-batch"),
	("batch", 2 + 2 * 150, "receipt-in-batch"),
	("block", 2 + 2 * 50, "batch-in-block"),
	("block_path", 10, "block-in-range"),
	("header", 2 + 2 * 40, "header-hash"),
];

fn verify(file: &Path, header: &str, genesis: &str) -> Result<()> {
	verify_proof(file, header, genesis)?;
	assert_eq!(verify_in_python(file, header, genesis)?, (true, String::new()));

	let proof: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
	for (member, digit, step) in TAMPERED {
		fs::write(file, tampered(&proof, member, digit)?)?;
		let refusal = verify_proof(file, header, genesis).expect_err("a changed byte passed");
		let refusal = refusal.to_string();
		assert!(refusal.contains(&format!("step {step}")), "{member}: {refusal}");
		assert_eq!(verify_in_python(file, header, genesis)?, (false, step.to_owned()), "{member}");
	}
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_receipts_leave_the_operators_state_as_large_as_before() -> Result<()> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let alice = &mut network.validators[0];
	let client = Client::connect(alice.rpc_port).await?;
	let rpc = alice.rpc().await?;
	let gas = RECEIPTS as u128 * 2 * QMHY;
	client.send(&tx("Attestation", "fill_tank", (gas,)), &dev::keypair("alice", "account")).await?;
	alice.start_agent().await?;
	let files = alice.agent_files();
	files.wait_final(0, MINUTE).await?;

	let (operator, agent) = files.accounts()?;
	let accounts = [&operator[2..], &agent[2..]];
	let at = rpc.finalized().await?.hash;
	let before = state_of(&rpc, &accounts, &at).await?;
	assert!(before.len() >= 6, "registry, agent, health, chain, tank, accounts: {before:?}");

	let mut first = None;
	let mut last = 0;
	for portion in (0..RECEIPTS).collect::<Vec<_>>().chunks(PORTION) {
		let payloads: Vec<String> =
			portion.iter().map(|number| format!("number {number}")).collect();
		let numbers = files.record(&payloads)?;
		first = first.or(numbers.first().copied());
		last = *numbers.last().context("nothing was recorded")?;
	}
	let first = first.context("nothing was recorded")?;
	assert!(last + 1 - first >= RECEIPTS as u64);
	files.wait_final(last, 5 * MINUTE).await?;

	let at = rpc.finalized().await?.hash;
	let after = state_of(&rpc, &accounts, &at).await?;
	assert_eq!(totals(&after), totals(&before), "before {before:#?}\nafter {after:#?}");

	let genesis = network.chain.genesis.clone();
	for seq in [first, (first + last) / 2, last] {
		let file = network.dir().join(format!("proof-{seq}.json"));
		files.prove(seq, &file)?;
		let header = files.header_hash(seq)?;
		let number = rpc.header(Some(&header)).await?.height()?;
		assert_eq!(rpc.hash_at(number).await?, Some(header.clone()));
		assert!(number <= rpc.finalized().await?.number);
		verify(&file, &header, &genesis)?;
	}
	Ok(())
}
