// SPDX-License-Identifier: Apache-2.0
//! Accounts, transfers and events through stock subxt, with every scheme.

use anyhow::{Context, Result};
use qh_crypto::{dev, Keypair, Scheme};
use qh_tests::{
	client::{account, sign_immortal, AccountId32, At, Client, MultiAddress, Transfer},
	network::Network,
};
use serde_json::Value;
use std::path::PathBuf;
use subxt::{
	config::DefaultExtrinsicParamsBuilder, dynamic::tx, events::DecodeAsEvent,
	ext::scale_decode::DecodeAsType, transactions::DynamicPayload,
};
use tokio::task::JoinSet;

/// 10^12 units.
const QMHY: u128 = 1_000_000_000_000;

/// The longest transaction that a Falcon transfer may be, in bytes.
const FALCON_TRANSFER_LIMIT: usize = 1_700;

/// `TransactionPayment.TransactionFeePaid`.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct FeePaid {
	who: AccountId32,
	actual_fee: u128,
}

impl DecodeAsEvent for FeePaid {
	fn is_event(pallet: &str, event: &str) -> bool {
		(pallet, event) == ("TransactionPayment", "TransactionFeePaid")
	}
}

/// A seed of the golden file and the account that the file names for it.
fn golden(scheme: Scheme) -> Result<([u8; 32], String)> {
	let file =
		PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../primitives/crypto/vectors/keys.json");
	let keys: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
	let key = keys
		.iter()
		.find(|key| key["scheme"] == scheme.name())
		.with_context(|| format!("no key of {scheme} in keys.json"))?;
	let text = |field: &str| key[field].as_str().map(str::to_owned).context("a field is missing");
	let seed = text("seed")?;
	let mut bytes = [0; 32];
	for (index, byte) in bytes.iter_mut().enumerate() {
		*byte = u8::from_str_radix(&seed[2 * index..2 * index + 2], 16)?;
	}
	Ok((bytes, text("account_id")?))
}

fn transfer(
	to: AccountId32,
	amount: u128,
) -> DynamicPayload<(MultiAddress<AccountId32, ()>, u128)> {
	tx("Balances", "transfer_keep_alive", (MultiAddress::Id(to), amount))
}

fn remark(bytes: usize) -> DynamicPayload<(Vec<u8>,)> {
	tx("System", "remark", (vec![0x5a; bytes],))
}

/// Length of what is signed for a remark, hashed if it is long.
fn signed_len(at: &At, bytes: usize) -> Result<usize> {
	let params = DefaultExtrinsicParamsBuilder::new().immortal().build();
	Ok(at.tx().create_signable_offline(&remark(bytes), params)?.signer_payload()?.len())
}

/// From a seed to a transfer, its events, and payloads around the length above which they are
/// hashed.
async fn a_life(client: Client, pair: Keypair, friend: AccountId32) -> Result<()> {
	let me = account(&pair);
	let before = client.account(me).await?;
	assert_eq!(before.nonce, 0);

	let events = client.send(&transfer(friend, QMHY), &pair).await?;
	let found = events.find_first::<Transfer>().context("no Balances.Transfer")??;
	assert_eq!(found, Transfer { from: me, to: friend, amount: QMHY });
	let fee = events.find_first::<FeePaid>().context("no fee was paid")??;
	assert_eq!(fee.who, me);
	let after = client.account(me).await?;
	assert_eq!(after.nonce, 1);
	assert_eq!(after.data.free, before.data.free - QMHY - fee.actual_fee);

	let best = client.best().await?;
	// A remark of 64 bytes and more has a length prefix of two, as those below have.
	let overhead = signed_len(&best, 64)? - 64;
	for (nonce, length) in (1..).zip([255, 256, 257]) {
		let bytes = length - overhead;
		let expected = if length > 256 { 32 } else { length };
		assert_eq!(signed_len(&best, bytes)?, expected);
		let transaction = sign_immortal(&best, &remark(bytes), &pair, nonce)?;
		let progress = best.tx().from_bytes(transaction).submit_and_watch().await?;
		progress
			.wait_for_finalized_success()
			.await
			.with_context(|| format!("{}, a payload of {length} bytes", pair.scheme()))?;
	}
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_every_scheme_transfer_through_stock_subxt() -> Result<()> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let client = Client::connect(network.validators[0].rpc_port).await?;
	let alice = dev::keypair("alice", "account");

	let mut lives = JoinSet::new();
	for scheme in Scheme::ALL {
		let (seed, expected) = golden(scheme)?;
		let pair = Keypair::from_seed(scheme, &seed);
		let me = account(&pair);
		assert_eq!(me.0.map(|byte| format!("{byte:02x}")).concat(), expected, "{scheme}");
		client.send(&transfer(me, 100 * QMHY), &alice).await?;
		lives.spawn(a_life(client.clone(), pair, account(&alice)));
	}
	while let Some(lived) = lives.join_next().await {
		lived??;
	}

	let short = client.sign(&transfer(account(&alice), QMHY), &alice).await?;
	assert!(short.len() <= FALCON_TRANSFER_LIMIT, "a Falcon transfer takes {} bytes", short.len());
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_signs_for_no_account_but_its_own() -> Result<()> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let client = Client::connect(network.validators[0].rpc_port).await?;
	let victim = account(&dev::keypair("alice", "account"));

	for scheme in Scheme::ALL {
		let thief = Keypair::from_seed(scheme, &[7; 32]);
		let loot = transfer(account(&thief), QMHY);
		let best = client.best().await?;
		let params = DefaultExtrinsicParamsBuilder::new().immortal().build();
		let mut signable = best.tx().create_signable_offline(&loot, params)?;
		let signature = subxt::transactions::Signer::sign(&thief, &signable.signer_payload()?);
		let forged = signable.sign_with_account_and_signature(&victim, &signature)?;
		let refusal = client.submit(forged.encoded()).await?.expect_err("a forged transaction");
		assert_eq!((refusal.code, refusal.reason.contains("bad signature")), (1010, true));
	}
	Ok(())
}
