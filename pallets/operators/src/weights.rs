// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_operators`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_operators --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// Weight functions needed for `pallet_operators`.
pub trait WeightInfo {
	fn register_falcon512() -> Weight;
	fn register_slh_dsa_sha2_128s() -> Weight;
	fn register_ml_dsa65() -> Weight;
	fn heartbeat() -> Weight;
	fn rotate_session_keys() -> Weight;
	fn set_agent() -> Weight;
	fn revoke_keys(n: u32, ) -> Weight;
	fn report_aura_equivocation(v: u32, ) -> Weight;
	fn hash_headers(b: u32, ) -> Weight;
	fn check_register_falcon512() -> Weight;
	fn check_register_slh_dsa_sha2_128s() -> Weight;
	fn check_register_ml_dsa65() -> Weight;
	fn check_heartbeat() -> Weight;
	fn check_rotate_session_keys() -> Weight;
	fn check_set_agent() -> Weight;
	fn check_revoke_keys(n: u32, ) -> Weight;
	fn check_other() -> Weight;
	fn advance_window() -> Weight;
	fn sweep_step() -> Weight;
	fn note_author() -> Weight;
	fn punish_equivocator() -> Weight;
}

/// Weights for `pallet_operators` with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_falcon512() -> Weight {
		// Minimum execution time: 298_713_000 picoseconds.
		Weight::from_parts(311_992_000, 8_440)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 1_055_584_000 picoseconds.
		Weight::from_parts(1_076_014_000, 8_215)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_168_391_000 picoseconds.
		Weight::from_parts(1_224_003_000, 8_456)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn heartbeat() -> Weight {
		// Minimum execution time: 40_980_000 picoseconds.
		Weight::from_parts(41_962_000, 635)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:3 w:0)
	/// Storage: `Session::ExternallySetKeys` (r:1 w:1)
	/// Storage: `Session::KeyOwner` (r:2 w:4)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	fn rotate_session_keys() -> Weight {
		// Minimum execution time: 185_906_000 picoseconds.
		Weight::from_parts(189_240_000, 2_795)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:2)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:2 w:1)
	/// Storage: `Operators::RevokedKeys` (r:2 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn set_agent() -> Weight {
		// Minimum execution time: 105_486_000 picoseconds.
		Weight::from_parts(108_051_000, 707)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Operators::Agents` (r:0 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:9 w:8)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 39_929_000 picoseconds.
		Weight::from_parts(35_832_110, 731)
			.saturating_add(Weight::from_parts(7_656_630, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Offences::ConcurrentReportsIndex` (r:1 w:1)
	/// Storage: `Offences::Reports` (r:1 w:1)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:256 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// The range of component `v` is `[1, 256]`.
	fn report_aura_equivocation(v: u32, ) -> Weight {
		// Minimum execution time: 191_544_000 picoseconds.
		Weight::from_parts(99_570_130, 2_038)
			.saturating_add(Weight::from_parts(26_226_510, 1_880).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of component `b` is `[0, 1048576]`.
	fn hash_headers(b: u32, ) -> Weight {
		// Minimum execution time: 48_532_000 picoseconds.
		Weight::from_parts(40_398_202, 0)
			.saturating_add(Weight::from_parts(1_629, 0).saturating_mul(b.into()))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_falcon512() -> Weight {
		// Minimum execution time: 225_414_000 picoseconds.
		Weight::from_parts(231_683_000, 5_794)
			.saturating_add(T::DbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 966_402_000 picoseconds.
		Weight::from_parts(1_017_718_000, 5_635)
			.saturating_add(T::DbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_064_336_000 picoseconds.
		Weight::from_parts(1_144_816_000, 5_792)
			.saturating_add(T::DbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn check_heartbeat() -> Weight {
		// Minimum execution time: 18_287_000 picoseconds.
		Weight::from_parts(21_872_000, 635)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:3 w:0)
	/// Storage: `Session::KeyOwner` (r:2 w:0)
	fn check_rotate_session_keys() -> Weight {
		// Minimum execution time: 129_952_000 picoseconds.
		Weight::from_parts(209_000_000, 809)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:2 w:0)
	/// Storage: `Operators::RevokedKeys` (r:2 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_set_agent() -> Weight {
		// Minimum execution time: 83_123_000 picoseconds.
		Weight::from_parts(84_976_000, 707)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:8 w:0)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn check_revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 17_295_000 picoseconds.
		Weight::from_parts(23_049_750, 731)
			.saturating_add(Weight::from_parts(4_237_466, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	fn check_other() -> Weight {
		// Minimum execution time: 5_368_000 picoseconds.
		Weight::from_parts(6_079_000, 337)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:0)
	/// Storage: `Periods::SessionLength` (r:1 w:0)
	fn advance_window() -> Weight {
		// Minimum execution time: 7_491_000 picoseconds.
		Weight::from_parts(7_882_000, 357)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::HealthOf` (r:2 w:2)
	/// Storage: `Operators::LastSeen` (r:3 w:2)
	/// Storage: `Operators::SweepCursor` (r:1 w:1)
	fn sweep_step() -> Weight {
		// Minimum execution time: 29_704_000 picoseconds.
		Weight::from_parts(30_685_000, 705)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:2)
	fn note_author() -> Weight {
		// Minimum execution time: 25_147_000 picoseconds.
		Weight::from_parts(25_939_000, 528)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	fn punish_equivocator() -> Weight {
		// Minimum execution time: 101_781_000 picoseconds.
		Weight::from_parts(104_785_000, 10_768)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

// For tests.
impl WeightInfo for () {
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_falcon512() -> Weight {
		// Minimum execution time: 298_713_000 picoseconds.
		Weight::from_parts(311_992_000, 8_440)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 1_055_584_000 picoseconds.
		Weight::from_parts(1_076_014_000, 8_215)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:3 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_168_391_000 picoseconds.
		Weight::from_parts(1_224_003_000, 8_456)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:2)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn heartbeat() -> Weight {
		// Minimum execution time: 40_980_000 picoseconds.
		Weight::from_parts(41_962_000, 635)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:3 w:0)
	/// Storage: `Session::ExternallySetKeys` (r:1 w:1)
	/// Storage: `Session::KeyOwner` (r:2 w:4)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	fn rotate_session_keys() -> Weight {
		// Minimum execution time: 185_906_000 picoseconds.
		Weight::from_parts(189_240_000, 2_795)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:2)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:2 w:1)
	/// Storage: `Operators::RevokedKeys` (r:2 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn set_agent() -> Weight {
		// Minimum execution time: 105_486_000 picoseconds.
		Weight::from_parts(108_051_000, 707)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Operators::Agents` (r:0 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:9 w:8)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 39_929_000 picoseconds.
		Weight::from_parts(35_832_110, 731)
			.saturating_add(Weight::from_parts(7_656_630, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Offences::ConcurrentReportsIndex` (r:1 w:1)
	/// Storage: `Offences::Reports` (r:1 w:1)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:256 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// The range of component `v` is `[1, 256]`.
	fn report_aura_equivocation(v: u32, ) -> Weight {
		// Minimum execution time: 191_544_000 picoseconds.
		Weight::from_parts(99_570_130, 2_038)
			.saturating_add(Weight::from_parts(26_226_510, 1_880).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `b` is `[0, 1048576]`.
	fn hash_headers(b: u32, ) -> Weight {
		// Minimum execution time: 48_532_000 picoseconds.
		Weight::from_parts(40_398_202, 0)
			.saturating_add(Weight::from_parts(1_629, 0).saturating_mul(b.into()))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_falcon512() -> Weight {
		// Minimum execution time: 225_414_000 picoseconds.
		Weight::from_parts(231_683_000, 5_794)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 966_402_000 picoseconds.
		Weight::from_parts(1_017_718_000, 5_635)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:2 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:3 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_064_336_000 picoseconds.
		Weight::from_parts(1_144_816_000, 5_792)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn check_heartbeat() -> Weight {
		// Minimum execution time: 18_287_000 picoseconds.
		Weight::from_parts(21_872_000, 635)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:3 w:0)
	/// Storage: `Session::KeyOwner` (r:2 w:0)
	fn check_rotate_session_keys() -> Weight {
		// Minimum execution time: 129_952_000 picoseconds.
		Weight::from_parts(209_000_000, 809)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:2 w:0)
	/// Storage: `Operators::RevokedKeys` (r:2 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_set_agent() -> Weight {
		// Minimum execution time: 83_123_000 picoseconds.
		Weight::from_parts(84_976_000, 707)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:8 w:0)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn check_revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 17_295_000 picoseconds.
		Weight::from_parts(23_049_750, 731)
			.saturating_add(Weight::from_parts(4_237_466, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	fn check_other() -> Weight {
		// Minimum execution time: 5_368_000 picoseconds.
		Weight::from_parts(6_079_000, 337)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:0)
	/// Storage: `Periods::SessionLength` (r:1 w:0)
	fn advance_window() -> Weight {
		// Minimum execution time: 7_491_000 picoseconds.
		Weight::from_parts(7_882_000, 357)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::HealthOf` (r:2 w:2)
	/// Storage: `Operators::LastSeen` (r:3 w:2)
	/// Storage: `Operators::SweepCursor` (r:1 w:1)
	fn sweep_step() -> Weight {
		// Minimum execution time: 29_704_000 picoseconds.
		Weight::from_parts(30_685_000, 705)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:2)
	fn note_author() -> Weight {
		// Minimum execution time: 25_147_000 picoseconds.
		Weight::from_parts(25_939_000, 528)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	fn punish_equivocator() -> Weight {
		// Minimum execution time: 101_781_000 picoseconds.
		Weight::from_parts(104_785_000, 10_768)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
}
