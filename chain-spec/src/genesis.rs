// SPDX-License-Identifier: Apache-2.0

//! Hashes of a genesis.

use crate::spec::{self, ChainSpec};
use anyhow::{Context, Result};
use qh_runtime::{opaque::Block, Hash};
use sc_chain_spec::{construct_genesis_block, resolve_state_version_from_wasm};
use sc_executor::WasmExecutor;
use sp_io::hashing::blake2_256;
use sp_runtime::traits::{BlakeTwo256, Block as _, Hash as _};
use sp_storage::{well_known_keys, StateVersion, Storage};

/// The hashes of a genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenesisHashes {
	/// Hash of block 0. Depends on every byte of the wasm.
	pub block: Hash,
	/// Root of the genesis state without the runtime's code: the same whatever compiler built the
	/// wasm, different as soon as an account, a key or a period differs.
	pub state_without_code: Hash,
	/// blake2_256 of the wasm as it stands in the state, compressed.
	pub wasm: Hash,
}

impl GenesisHashes {
	/// Computes the hashes of a spec's genesis.
	pub fn of(spec: &ChainSpec) -> Result<Self> {
		Self::of_storage(spec::storage(spec)?)
	}

	fn of_storage(mut storage: Storage) -> Result<Self> {
		let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
		let version = resolve_state_version_from_wasm::<_, BlakeTwo256>(&storage, &executor)
			.context("cannot read the version of the runtime in the genesis")?;
		let root = state_root(&storage, version);
		let block = construct_genesis_block::<Block>(root, version).header().hash();
		let code =
			storage.top.remove(well_known_keys::CODE).context("the genesis has no runtime")?;
		Ok(Self {
			block,
			state_without_code: state_root(&storage, version),
			wasm: Hash::from(blake2_256(&code)),
		})
	}
}

/// Root of a genesis state. This chain has no child tries at genesis.
fn state_root(storage: &Storage, version: StateVersion) -> Hash {
	BlakeTwo256::trie_root(storage.top.clone().into_iter().collect(), version)
}
