// SPDX-License-Identifier: Apache-2.0
//! A runtime's wasm with the state of one of its genesis presets.

use anyhow::{anyhow, Context, Result};
use codec::{Decode, Encode};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::StorageInfo;
use sc_chain_spec::GenesisConfigBuilderRuntimeCaller;
use sc_client_db::BenchmarkingState;
use sc_executor::WasmExecutor;
use sp_core::{
	offchain::{
		testing::{TestOffchainExt, TestTransactionPoolExt},
		OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
	},
	storage::Storage,
	traits::{CallContext, ReadRuntimeVersionExt, RuntimeCode, WrappedRuntimeCode},
};
use sp_externalities::Extensions;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{OverlayedChanges, StateMachine};

/// Enough for the largest benchmark: 64 KiB pages beyond what the wasm asks for itself.
const HEAP_PAGES: u64 = 4096;

type HostFunctions =
	(sp_io::SubstrateHostFunctions, frame_benchmarking::benchmarking::HostFunctions);

/// Whether a run counts storage accesses, or is left undisturbed for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Track {
	/// Every key read or written is recorded.
	Storage,
	/// Nothing is recorded.
	Time,
}

/// A loaded runtime.
pub(crate) struct Runtime {
	code: Vec<u8>,
	hash: Vec<u8>,
	genesis: Storage,
	executor: WasmExecutor<HostFunctions>,
}

impl Runtime {
	/// Loads the wasm and builds the preset's state with it.
	pub(crate) fn load(code: Vec<u8>, preset: &str) -> Result<Self> {
		let genesis = GenesisConfigBuilderRuntimeCaller::<
			frame_benchmarking::benchmarking::HostFunctions,
		>::new(&code)
		.get_storage_for_named_preset(Some(&preset.to_owned()))
		.map_err(|error| anyhow!("the runtime cannot build its preset {preset:?}: {error}"))?;
		let executor = WasmExecutor::<HostFunctions>::builder()
			.with_onchain_heap_alloc_strategy(sc_executor::HeapAllocStrategy::Dynamic {
				maximum_pages: Some(HEAP_PAGES as u32),
			})
			.with_offchain_heap_alloc_strategy(sc_executor::HeapAllocStrategy::Dynamic {
				maximum_pages: Some(HEAP_PAGES as u32),
			})
			.build();
		let hash = sp_crypto_hashing::blake2_256(&code).to_vec();
		Ok(Self { code, hash, genesis, executor })
	}

	/// The benchmarks that the runtime has, and the storage items of its pallets.
	pub(crate) fn benchmarks(&self) -> Result<(Vec<BenchmarkList>, Vec<StorageInfo>)> {
		let answer = self
			.call("Benchmark_benchmark_metadata", &false.encode(), Track::Time)
			.context("is the wasm built with the feature `runtime-benchmarks`?")?;
		Ok(Decode::decode(&mut &answer[..])?)
	}

	/// Runs one benchmark at one choice of components.
	pub(crate) fn dispatch(
		&self,
		config: &BenchmarkConfig,
		track: Track,
	) -> Result<Vec<BenchmarkBatch>> {
		let answer = self.call("Benchmark_dispatch_benchmark", &config.encode(), track)?;
		Result::<Vec<BenchmarkBatch>, String>::decode(&mut &answer[..])?.map_err(|error| {
			anyhow!("{}::{}: {error}", crate::utf8(&config.pallet), crate::utf8(&config.benchmark))
		})
	}

	fn call(&self, method: &str, data: &[u8], track: Track) -> Result<Vec<u8>> {
		let state = BenchmarkingState::<BlakeTwo256>::new(
			self.genesis.clone(),
			None,
			track == Track::Storage,
			track == Track::Storage,
		)
		.map_err(|error| anyhow!("cannot build the benchmarking state: {error}"))?;
		let mut overlay = OverlayedChanges::default();
		let mut extensions = self.extensions();
		let fetcher = WrappedRuntimeCode((&self.code[..]).into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: self.hash.clone() };
		let answer = StateMachine::new(
			&state,
			&mut overlay,
			&self.executor,
			method,
			data,
			&mut extensions,
			&code,
			CallContext::Offchain,
		)
		.execute()
		.map_err(|error| anyhow!("{method}: {error}"));
		answer
	}

	fn extensions(&self) -> Extensions {
		let mut extensions = Extensions::default();
		let (offchain, _) = TestOffchainExt::new();
		let (pool, _) = TestTransactionPoolExt::new();
		extensions.register(KeystoreExt::new(MemoryKeystore::new()));
		extensions.register(OffchainWorkerExt::new(offchain.clone()));
		extensions.register(OffchainDbExt::new(offchain));
		extensions.register(TransactionPoolExt::new(pool));
		extensions.register(ReadRuntimeVersionExt::new(self.executor.clone()));
		extensions
	}
}
