// SPDX-License-Identifier: Apache-2.0

//! Builds and reads chain specs.

use crate::network::Network;
use anyhow::{anyhow, bail, Context, Result};
use codec::{DecodeAll, Encode};
use qh_runtime::genesis_presets::{self, Validator};
use sc_chain_spec::{GenericChainSpec, Properties};
use serde_json::{json, Value};
use sp_io::hashing::{blake2_256, twox_128};
use sp_runtime::BuildStorage;
use sp_storage::Storage;
use std::path::Path;

/// A chain spec without extensions of our own.
pub type ChainSpec = GenericChainSpec;

/// The runtime's wasm that this program was built with.
pub fn embedded_wasm() -> Result<&'static [u8]> {
	qh_runtime::WASM_BINARY.context(
		"this program was built without the runtime's wasm; build it again without \
		 SKIP_WASM_BUILD",
	)
}

/// The spec of a network with this wasm.
pub fn of(network: Network, wasm: &[u8]) -> ChainSpec {
	ChainSpec::builder(wasm, None)
		.with_name(network.name())
		.with_id(network.id())
		.with_chain_type(network.chain_type())
		.with_properties(properties())
		.with_genesis_config_preset_name(network.preset())
		.build()
}

/// The spec of a network of one's own: like `network`, with these validators, and with an
/// identifier that other validators do not share, so that no node mixes up their databases.
pub fn with_validators(
	network: Network,
	validators: &[Validator],
	wasm: &[u8],
) -> Result<ChainSpec> {
	let genesis = genesis_presets::preset_with(network.preset(), validators)
		.context("the runtime inside this program has no such preset")?;
	Ok(ChainSpec::builder(wasm, None)
		.with_name(&format!("{} (own)", network.name()))
		.with_id(&own_id(network, validators))
		.with_chain_type(network.chain_type())
		.with_properties(properties())
		.with_genesis_config_patch(genesis)
		.build())
}

fn own_id(network: Network, validators: &[Validator]) -> String {
	let who: Vec<_> =
		validators.iter().map(|validator| (&validator.operator, &validator.keys)).collect();
	let [a, b, c, d, ..] = blake2_256(&who.encode());
	format!("{}-{}", network.own_id(), hex::encode([a, b, c, d]))
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), qh_runtime::TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), qh_runtime::TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), qh_runtime::SS58_PREFIX.into());
	properties
}

/// Reads a spec from a file.
pub fn read(path: &Path) -> Result<ChainSpec> {
	ChainSpec::from_json_file(path.into())
		.map_err(|error| anyhow!(error))
		.with_context(|| format!("cannot read the chain spec {}", path.display()))
}

/// The genesis state of a spec.
pub fn storage(spec: &ChainSpec) -> Result<Storage> {
	spec.build_storage()
		.map_err(|error| anyhow!(error))
		.with_context(|| format!("cannot build the genesis of {}", spec.id()))
}

/// Length of the slots in a genesis, in milliseconds.
pub fn slot_millis(spec: &ChainSpec) -> Result<u64> {
	let key = [twox_128(b"Periods"), twox_128(b"SlotDuration")].concat();
	storage(spec)?
		.top
		.get(&key)
		.and_then(|value| u64::decode_all(&mut &value[..]).ok())
		.with_context(|| format!("the genesis of {} does not say how long a slot is", spec.id()))
}

/// The spec as JSON.
pub fn to_json(spec: &ChainSpec, raw: bool) -> Result<Value> {
	let json = spec.as_json(raw).map_err(|error| anyhow!(error))?;
	Ok(serde_json::from_str(&json)?)
}

/// Writes into a raw spec that `wasm` may replace the runtime: the first block can apply it.
///
/// Upgrades are a matter of governance. This is for test networks that upgrade before there is any,
/// so it is refused for networks whose keys are not known to everybody.
pub fn authorize_upgrade(spec: &mut Value, network: Network, wasm: &[u8]) -> Result<()> {
	if !network.has_dev_keys() {
		bail!("a genesis may authorise an upgrade on development and local networks only");
	}
	let top = spec
		.pointer_mut("/genesis/raw/top")
		.and_then(Value::as_object_mut)
		.context("only a raw spec can authorise an upgrade: add --raw")?;
	let key = [twox_128(b"System"), twox_128(b"AuthorizedUpgrade")].concat();
	// The hash of the code, and that its version must be higher than the one in force.
	let value = (blake2_256(wasm), true).encode();
	top.insert(to_hex(&key), json!(to_hex(&value)));
	Ok(())
}

/// Bytes as `0x` and hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}
