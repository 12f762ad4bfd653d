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
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_falcon512() -> Weight {
		// Minimum execution time: 277_231_000 picoseconds.
		Weight::from_parts(291_101_000, 8_372)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 1_015_254_000 picoseconds.
		Weight::from_parts(1_032_350_000, 8_147)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_120_631_000 picoseconds.
		Weight::from_parts(1_154_220_000, 8_388)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn heartbeat() -> Weight {
		// Minimum execution time: 35_894_000 picoseconds.
		Weight::from_parts(37_105_000, 635)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::ExternallySetKeys` (r:0 w:1)
	/// Storage: `Session::KeyOwner` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	fn rotate_session_keys() -> Weight {
		// Minimum execution time: 170_182_000 picoseconds.
		Weight::from_parts(172_826_000, 893)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn set_agent() -> Weight {
		// Minimum execution time: 113_829_000 picoseconds.
		Weight::from_parts(116_383_000, 847)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 30_745_000 picoseconds.
		Weight::from_parts(23_062_300, 731)
			.saturating_add(Weight::from_parts(7_790_341, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Offences::ConcurrentReportsIndex` (r:1 w:1)
	/// Storage: `Offences::Reports` (r:1 w:1)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// The range of component `v` is `[1, 256]`.
	fn report_aura_equivocation(v: u32, ) -> Weight {
		// Minimum execution time: 190_211_000 picoseconds.
		Weight::from_parts(159_196_634, 2_038)
			.saturating_add(Weight::from_parts(23_437_229, 1_880).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// The range of component `b` is `[0, 1048576]`.
	fn hash_headers(b: u32, ) -> Weight {
		// Minimum execution time: 48_391_000 picoseconds.
		Weight::from_parts(48_095_292, 0)
			.saturating_add(Weight::from_parts(1_468, 0).saturating_mul(b.into()))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_falcon512() -> Weight {
		// Minimum execution time: 203_452_000 picoseconds.
		Weight::from_parts(209_281_000, 5_726)
			.saturating_add(T::DbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 932_862_000 picoseconds.
		Weight::from_parts(946_873_000, 5_567)
			.saturating_add(T::DbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_022_655_000 picoseconds.
		Weight::from_parts(1_048_714_000, 5_724)
			.saturating_add(T::DbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn check_heartbeat() -> Weight {
		// Minimum execution time: 15_793_000 picoseconds.
		Weight::from_parts(16_184_000, 635)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::KeyOwner` (r:1 w:0)
	fn check_rotate_session_keys() -> Weight {
		// Minimum execution time: 130_503_000 picoseconds.
		Weight::from_parts(132_987_000, 809)
			.saturating_add(T::DbWeight::get().reads(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_set_agent() -> Weight {
		// Minimum execution time: 82_772_000 picoseconds.
		Weight::from_parts(84_475_000, 707)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn check_revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 17_156_000 picoseconds.
		Weight::from_parts(14_755_964, 731)
			.saturating_add(Weight::from_parts(2_702_610, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	fn check_other() -> Weight {
		// Minimum execution time: 5_218_000 picoseconds.
		Weight::from_parts(5_458_000, 337)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:0)
	/// Storage: `Periods::SessionLength` (r:1 w:0)
	fn advance_window() -> Weight {
		// Minimum execution time: 7_421_000 picoseconds.
		Weight::from_parts(7_711_000, 357)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:1)
	fn sweep_step() -> Weight {
		// Minimum execution time: 29_474_000 picoseconds.
		Weight::from_parts(31_096_000, 705)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	fn note_author() -> Weight {
		// Minimum execution time: 19_239_000 picoseconds.
		Weight::from_parts(20_180_000, 528)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	fn punish_equivocator() -> Weight {
		// Minimum execution time: 86_679_000 picoseconds.
		Weight::from_parts(93_448_000, 10_768)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

// For tests.
impl WeightInfo for () {
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_falcon512() -> Weight {
		// Minimum execution time: 277_231_000 picoseconds.
		Weight::from_parts(291_101_000, 8_372)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 1_015_254_000 picoseconds.
		Weight::from_parts(1_032_350_000, 8_147)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::Populations` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_120_631_000 picoseconds.
		Weight::from_parts(1_154_220_000, 8_388)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn heartbeat() -> Weight {
		// Minimum execution time: 35_894_000 picoseconds.
		Weight::from_parts(37_105_000, 635)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::ExternallySetKeys` (r:0 w:1)
	/// Storage: `Session::KeyOwner` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:1)
	fn rotate_session_keys() -> Weight {
		// Minimum execution time: 170_182_000 picoseconds.
		Weight::from_parts(172_826_000, 893)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:1)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn set_agent() -> Weight {
		// Minimum execution time: 113_829_000 picoseconds.
		Weight::from_parts(116_383_000, 847)
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:1)
	/// Storage: `Operators::RevokedKeys` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 30_745_000 picoseconds.
		Weight::from_parts(23_062_300, 731)
			.saturating_add(Weight::from_parts(7_790_341, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Offences::ConcurrentReportsIndex` (r:1 w:1)
	/// Storage: `Offences::Reports` (r:1 w:1)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// The range of component `v` is `[1, 256]`.
	fn report_aura_equivocation(v: u32, ) -> Weight {
		// Minimum execution time: 190_211_000 picoseconds.
		Weight::from_parts(159_196_634, 2_038)
			.saturating_add(Weight::from_parts(23_437_229, 1_880).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `b` is `[0, 1048576]`.
	fn hash_headers(b: u32, ) -> Weight {
		// Minimum execution time: 48_391_000 picoseconds.
		Weight::from_parts(48_095_292, 0)
			.saturating_add(Weight::from_parts(1_468, 0).saturating_mul(b.into()))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_falcon512() -> Weight {
		// Minimum execution time: 203_452_000 picoseconds.
		Weight::from_parts(209_281_000, 5_726)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		// Minimum execution time: 932_862_000 picoseconds.
		Weight::from_parts(946_873_000, 5_567)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CounterForRegistry` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_register_ml_dsa65() -> Weight {
		// Minimum execution time: 1_022_655_000 picoseconds.
		Weight::from_parts(1_048_714_000, 5_724)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	fn check_heartbeat() -> Weight {
		// Minimum execution time: 15_793_000 picoseconds.
		Weight::from_parts(16_184_000, 635)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::KeyOwner` (r:1 w:0)
	fn check_rotate_session_keys() -> Weight {
		// Minimum execution time: 130_503_000 picoseconds.
		Weight::from_parts(132_987_000, 809)
			.saturating_add(RocksDbWeight::get().reads(9_u64))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `System::Account` (r:1 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	fn check_set_agent() -> Weight {
		// Minimum execution time: 82_772_000 picoseconds.
		Weight::from_parts(84_475_000, 707)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// The range of component `n` is `[1, 8]`.
	fn check_revoke_keys(n: u32, ) -> Weight {
		// Minimum execution time: 17_156_000 picoseconds.
		Weight::from_parts(14_755_964, 731)
			.saturating_add(Weight::from_parts(2_702_610, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
	/// Storage: `Operators::Agents` (r:1 w:0)
	fn check_other() -> Weight {
		// Minimum execution time: 5_218_000 picoseconds.
		Weight::from_parts(5_458_000, 337)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:0)
	/// Storage: `Periods::SessionLength` (r:1 w:0)
	fn advance_window() -> Weight {
		// Minimum execution time: 7_421_000 picoseconds.
		Weight::from_parts(7_711_000, 357)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:1 w:1)
	/// Storage: `Operators::SweepCursor` (r:1 w:1)
	fn sweep_step() -> Weight {
		// Minimum execution time: 29_474_000 picoseconds.
		Weight::from_parts(31_096_000, 705)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Operators::CurrentWindow` (r:1 w:0)
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::LastSeen` (r:0 w:1)
	fn note_author() -> Weight {
		// Minimum execution time: 19_239_000 picoseconds.
		Weight::from_parts(20_180_000, 528)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Operators::HealthOf` (r:1 w:1)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::Suspended` (r:1 w:1)
	/// Storage: `Session::DisabledValidators` (r:1 w:1)
	/// Storage: `Session::Validators` (r:1 w:0)
	fn punish_equivocator() -> Weight {
		// Minimum execution time: 86_679_000 picoseconds.
		Weight::from_parts(93_448_000, 10_768)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
}
