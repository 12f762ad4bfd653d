// SPDX-License-Identifier: Apache-2.0
//! No classical key or signature in a running network: not in the runtime's code, its metadata,
//! its genesis, its session keys, its blocks, or anything that the node's keystore does.
//!
//! The transport between nodes is outside of this: README, "What is classical".

use anyhow::{Context, Result};
use codec::{Compact, Decode};
use qh_tests::{network::Network, rpc::Rpc, validator::run};
use scale_info::TypeDef;
use serde_json::Value;
use std::{fs, time::Duration};
use subxt::Metadata;
use subxt_rpcs::rpc_params;

const MINUTE: Duration = Duration::from_secs(60);

/// Length of a Falcon-512 public key, and the first byte of each.
const FALCON_KEY: usize = 897;
const FALCON_KEY_HEAD: u8 = 9;
/// Length of a Falcon-512 signature.
const FALCON_SIGNATURE: u32 = 666;
/// `Session.QueuedKeys`, `Aura.Authorities`, `Grandpa.Authorities`.
const QUEUED_KEYS: &str = "0xcec5070d609dd3497f72bde07fc96ba0e0cdd062e6eaf24295ad4ccfc41d4609";
const AURA: &str = "0x57f8dc2f5ab09467896f47300f0424385e0621c4869aa60c02be9adcc98a0d1d";
const GRANDPA: &str = "0x5f9cc45b7a00c5899361e1c6099678dc5e0621c4869aa60c02be9adcc98a0d1d";
/// The public keys of `//Alice` that every classical development chain has: sr25519, ed25519, ECDSA.
const ALICE: [&str; 3] = [
	"d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
	"88dc3417d5058ec4b4503e0c12ea1a0a89be200fe98922423d4334014fa6b0ee",
	"020a1091341fe5664bfa1782d5e04779689068c916b04cb365ec3153755684d9a1",
];
/// What names of classical schemes contain.
const SCHEMES: [&str; 7] =
	["ed25519", "sr25519", "ecdsa", "secp256", "bandersnatch", "bls38", "multisignature"];

fn assert_not_classical(name: &str) {
	let name = name.to_lowercase();
	for scheme in SCHEMES {
		assert!(!name.contains(scheme), "{name} is of a classical scheme");
	}
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
	let digits = hex.strip_prefix("0x").context("bytes without 0x")?;
	(0..digits.len())
		.step_by(2)
		.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).context("no hexadecimal digits"))
		.collect()
}

async fn storage(rpc: &Rpc, key: &str) -> Result<Vec<u8>> {
	let value: Option<String> = rpc.call("state_getStorage", rpc_params![key]).await?;
	bytes(&value.with_context(|| format!("nothing is stored under {key}"))?)
}

/// Takes a list whose elements have `length` bytes apart.
fn elements(mut encoded: &[u8], length: usize) -> Result<Vec<Vec<u8>>> {
	let count = Compact::<u32>::decode(&mut encoded)?.0 as usize;
	assert_eq!(encoded.len(), count * length, "elements of another length than {length}");
	Ok(encoded.chunks(length).map(<[u8]>::to_vec).collect())
}

fn assert_falcon_key(key: &[u8]) {
	assert_eq!((key.len(), key[0]), (FALCON_KEY, FALCON_KEY_HEAD));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_classical_key_or_signature_is_in_a_running_network() -> Result<()> {
	let imports = run("qh-chain-spec", ["check-imports", "--list"])?;
	assert!(imports.contains("ext_hashing_"), "a list of imports: {imports}");
	imports.lines().for_each(assert_not_classical);

	let mut network = Network::prepare("development", 1).await?;
	let spec = fs::read_to_string(&network.chain.spec)?;
	for key in ALICE {
		assert!(!spec.contains(key), "the genesis contains the classical key {key}");
	}
	network.start().await?;
	let node = &network.validators[0];
	let rpc = node.rpc().await?;
	let block = rpc.wait_finalized(2, MINUTE).await?;

	types_name_no_classical_scheme(&rpc).await?;
	consensus_keys_are_falcon(&rpc).await?;
	the_block_is_sealed_by_falcon(&rpc, &block.hash).await?;
	the_keystore_takes_makes_and_has_none(&rpc).await?;

	let mut folders = vec![node.node_dir()];
	while let Some(folder) = folders.pop() {
		for entry in fs::read_dir(folder)? {
			let path = entry?.path();
			let is_keystore = path.components().any(|part| part.as_os_str() == "keystore");
			assert!(!(is_keystore && path.is_file()), "a key on disk: {}", path.display());
			if path.is_dir() {
				folders.push(path);
			}
		}
	}
	Ok(())
}

async fn types_name_no_classical_scheme(rpc: &Rpc) -> Result<()> {
	let metadata: String = rpc.call("state_getMetadata", rpc_params![]).await?;
	let metadata = Metadata::decode(&mut &bytes(&metadata)?[..])?;
	let types = &metadata.types().types;
	assert!(types.len() > 100, "{} types", types.len());
	for ty in types {
		assert_not_classical(&ty.ty.path.segments.join("::"));
		if let TypeDef::Variant(variants) = &ty.ty.type_def {
			variants.variants.iter().for_each(|variant| assert_not_classical(&variant.name));
		}
	}
	Ok(())
}

async fn consensus_keys_are_falcon(rpc: &Rpc) -> Result<()> {
	for validator in elements(&storage(rpc, QUEUED_KEYS).await?, 32 + 2 * FALCON_KEY)? {
		assert_falcon_key(&validator[32..32 + FALCON_KEY]);
		assert_falcon_key(&validator[32 + FALCON_KEY..]);
	}
	for key in elements(&storage(rpc, AURA).await?, FALCON_KEY)? {
		assert_falcon_key(&key);
	}
	// With a weight of eight bytes each.
	for authority in elements(&storage(rpc, GRANDPA).await?, FALCON_KEY + 8)? {
		assert_falcon_key(&authority[..FALCON_KEY]);
	}
	Ok(())
}

async fn the_block_is_sealed_by_falcon(rpc: &Rpc, hash: &str) -> Result<()> {
	let header = rpc.header(Some(hash)).await?;
	let seal = bytes(header.digest.logs.last().context("a block without a seal")?)?;
	// The variant `Seal`, the engine, the signature's length.
	assert_eq!(&seal[..5], b"\x05aura");
	assert_eq!(Compact::<u32>::decode(&mut &seal[5..])?.0, FALCON_SIGNATURE);
	Ok(())
}

async fn the_keystore_takes_makes_and_has_none(rpc: &Rpc) -> Result<()> {
	for kind in ["aura", "gran", "acco", "babe", "imon"] {
		for key in ALICE {
			let public = format!("0x{key}");
			let inserted: Result<Value> =
				rpc.call("author_insertKey", rpc_params![kind, "//Alice", &public]).await;
			assert!(inserted.is_err(), "the node took a {kind} key");
			let has: bool = rpc.call("author_hasKey", rpc_params![&public, kind]).await?;
			assert!(!has, "the node has a {kind} key");
		}
	}
	let rotated: Result<Value> = rpc.call("author_rotateKeys", rpc_params![]).await;
	let refusal = format!("{:#}", rotated.expect_err("the runtime made keys"));
	assert!(refusal.contains("made by the signer"), "{refusal}");
	Ok(())
}
