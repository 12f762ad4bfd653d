// SPDX-License-Identifier: Apache-2.0

//! The pallets whose weights are measured with this runtime.
//!
//! `pallet_grandpa` is missing on purpose: its benchmark decodes a report made with classical keys
//! (see [`crate::weights::pallet_grandpa`]); so is `pallet_session`, whose calls are switched off.

use crate::{
	AccountId, AllPalletsWithSystem, Attestation, Balances, Mmr, Operators, Runtime, Timestamp,
	TransactionPayment, Utility,
};
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};
use frame_system_benchmarking::{
	extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench,
};
use sp_storage::TrackedStorageKey;

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_timestamp, Timestamp]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_utility, Utility]
	[pallet_mmr, Mmr]
	[pallet_operators, Operators]
	[pallet_attestation, Attestation]
);

impl frame_system_benchmarking::Config for Runtime {}
impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

/// Registers operators for the benchmarks of receipts.
pub struct RegisterAgent;

impl pallet_attestation::BenchmarkHelper<AccountId> for RegisterAgent {
	fn register(operator: &AccountId, agent: &AccountId) {
		let entry = pallet_operators::Operator {
			agent: agent.clone(),
			inviter: Some(agent.clone()),
			segment: Default::default(),
			registered_at: 0,
			registered_in: 0,
			bond: 0,
			invitations: Default::default(),
			agent_changes: Default::default(),
			key_rotations: Default::default(),
			revocations: Default::default(),
			revoked_keys: 0,
		};
		pallet_operators::Registry::<Runtime>::insert(operator, entry);
		pallet_operators::Agents::<Runtime>::insert(agent, operator);
	}
}

/// The benchmarks and the storage that they may touch.
pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Why a benchmark did not run.
pub(crate) type Failure = String;

/// Runs one benchmark.
pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, Failure> {
	let whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::<BenchmarkBatch>::new();
	let config = &config;
	let whitelist = &whitelist;
	let params = (config, whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
