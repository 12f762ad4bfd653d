// SPDX-License-Identifier: Apache-2.0

//! System, time and batches of calls.

use crate::{
	periods,
	weights::{self, overhead},
	AccountId, Aura, Block, Hash, Nonce, OriginCaller, PalletInfo, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeOrigin, RuntimeTask, SS58_PREFIX, VERSION,
};
use frame_support::dispatch::DispatchClass;
use frame_support::{
	derive_impl, parameter_types,
	traits::ConstU32,
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::{traits::AccountIdLookup, Perbill};
use sp_version::RuntimeVersion;

/// Share of a block that normal transactions may fill. The rest is kept for operational ones.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);

/// Time that a block may take to execute: a third of mainnet's slot, and twice what a slot of the
/// test presets lasts, where nobody fills blocks.
pub const MAXIMUM_BLOCK_WEIGHT: Weight =
	Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// Bytes that a block's transactions may take. Post-quantum signatures make length the scarcer
/// resource: a full block holds about 2,400 Falcon transfers.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1024 * 1024;

/// Share of a block that its hooks are expected to take.
const AVERAGE_INITIALIZATION: Perbill = Perbill::from_percent(10);

parameter_types! {
	/// Blocks whose hashes stay in the state; also the longest a transaction can be mortal.
	pub const BlockHashCount: u32 = 4096;
	/// Version of this runtime.
	pub const Version: RuntimeVersion = VERSION;
	/// Limits of a block's weight. What a transaction costs without its signature is measured here;
	/// the signature is charged by its scheme.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.base_block(overhead::BLOCK)
		.for_class(DispatchClass::all(), |limits| limits.base_extrinsic = overhead::TRANSACTION)
		.for_class(DispatchClass::Normal, |limits| {
			limits.max_total = Some(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.for_class(DispatchClass::Operational, |limits| {
			limits.max_total = Some(MAXIMUM_BLOCK_WEIGHT);
			limits.reserved =
				Some(MAXIMUM_BLOCK_WEIGHT - NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_WEIGHT);
		})
		.avg_block_initialization(AVERAGE_INITIALIZATION)
		.build_or_panic();
	/// Limits of a block's length.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(MAXIMUM_BLOCK_LENGTH)
		.modify_max_length_for_class(DispatchClass::Normal, |max| {
			*max = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH
		})
		.build();
	/// Prefix of addresses.
	pub const SS58Prefix: u16 = SS58_PREFIX as u16;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type AccountId = AccountId;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type Nonce = Nonce;
	type Hash = Hash;
	type BlockHashCount = BlockHashCount;
	// The database that the node runs on.
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type AccountData = pallet_balances::AccountData<crate::Balance>;
	type SystemWeightInfo = weights::frame_system::WeightInfo<Runtime>;
	type ExtensionsWeightInfo = weights::frame_system_extensions::WeightInfo<Runtime>;
	type SS58Prefix = SS58Prefix;
	type MaxConsumers = ConstU32<16>;
	type SingleBlockMigrations =
		(pallet_operators::migrations::Migrations, pallet_attestation::migrations::Migrations);
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Aura;
	type MinimumPeriod = periods::MinimumPeriod<Runtime>;
	type WeightInfo = weights::pallet_timestamp::WeightInfo<Runtime>;
}

impl periods::Config for Runtime {}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = weights::pallet_utility::WeightInfo<Runtime>;
}
