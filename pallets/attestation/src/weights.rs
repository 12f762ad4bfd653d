// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_attestation`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_attestation --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};

/// Weight functions needed for `pallet_attestation`.
pub trait WeightInfo {
	fn anchor(f: u32, s: u32, m: u32, ) -> Weight;
	fn fill_tank() -> Weight;
	fn withdraw() -> Weight;
	fn cancel_vouchers() -> Weight;
	fn on_initialize(b: u32, ) -> Weight;
	fn check_anchor(v: u32, ) -> Weight;
}

/// Weights for `pallet_attestation` with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Attestation::Batches` (r:1 w:1)
	/// Storage: `Attestation::Chains` (r:1 w:1)
	/// Storage: `Attestation::Customers` (r:12 w:12)
	/// Storage: `Attestation::Tanks` (r:13 w:13)
	/// Storage: `Attestation::Totals` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:13 w:13)
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `System::Account` (r:13 w:13)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// The range of component `f` is `[0, 4]`.
	/// The range of component `s` is `[0, 4]`.
	/// The range of component `m` is `[0, 4]`.
	fn anchor(f: u32, s: u32, m: u32, ) -> Weight {
		// Minimum execution time: 89_482_000 picoseconds.
		Weight::from_parts(73_854_531, 91_306)
			.saturating_add(Weight::from_parts(113_111_296, 241).saturating_mul(f.into()))
			.saturating_add(Weight::from_parts(927_574_201, 237).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(967_699_686, 230).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(f.into())))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(f.into())))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(m.into())))
	}
	/// Storage: `Attestation::Tanks` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn fill_tank() -> Weight {
		// Minimum execution time: 66_388_000 picoseconds.
		Weight::from_parts(67_800_000, 285)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Attestation::Tanks` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn withdraw() -> Weight {
		// Minimum execution time: 59_638_000 picoseconds.
		Weight::from_parts(61_190_000, 285)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Attestation::Customers` (r:1 w:1)
	fn cancel_vouchers() -> Weight {
		// Minimum execution time: 8_923_000 picoseconds.
		Weight::from_parts(9_474_000, 6)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Batches` (r:1 w:1)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// The range of component `b` is `[0, 256]`.
	fn on_initialize(b: u32, ) -> Weight {
		// Minimum execution time: 4_446_000 picoseconds.
		Weight::from_parts(1_957_226, 33)
			.saturating_add(Weight::from_parts(4_126_439, 176).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Batches` (r:1 w:0)
	/// Storage: `Attestation::Chains` (r:1 w:0)
	/// Storage: `Attestation::Customers` (r:12 w:0)
	/// Storage: `Balances::Holds` (r:13 w:0)
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `System::Account` (r:13 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// The range of component `v` is `[0, 12]`.
	fn check_anchor(v: u32, ) -> Weight {
		// Minimum execution time: 47_540_000 picoseconds.
		Weight::from_parts(47_688_962, 91_168)
			.saturating_add(Weight::from_parts(22_149_347, 155).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(v.into())))
	}
}

// For tests.
impl WeightInfo for () {
	/// Storage: `Attestation::Batches` (r:1 w:1)
	/// Storage: `Attestation::Chains` (r:1 w:1)
	/// Storage: `Attestation::Customers` (r:12 w:12)
	/// Storage: `Attestation::Tanks` (r:13 w:13)
	/// Storage: `Attestation::Totals` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:13 w:13)
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `System::Account` (r:13 w:13)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// The range of component `f` is `[0, 4]`.
	/// The range of component `s` is `[0, 4]`.
	/// The range of component `m` is `[0, 4]`.
	fn anchor(f: u32, s: u32, m: u32, ) -> Weight {
		// Minimum execution time: 89_482_000 picoseconds.
		Weight::from_parts(73_854_531, 91_306)
			.saturating_add(Weight::from_parts(113_111_296, 241).saturating_mul(f.into()))
			.saturating_add(Weight::from_parts(927_574_201, 237).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(967_699_686, 230).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(f.into())))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((4_u64).saturating_mul(f.into())))
			.saturating_add(RocksDbWeight::get().writes((4_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes((4_u64).saturating_mul(m.into())))
	}
	/// Storage: `Attestation::Tanks` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn fill_tank() -> Weight {
		// Minimum execution time: 66_388_000 picoseconds.
		Weight::from_parts(67_800_000, 285)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Attestation::Tanks` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	fn withdraw() -> Weight {
		// Minimum execution time: 59_638_000 picoseconds.
		Weight::from_parts(61_190_000, 285)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Attestation::Customers` (r:1 w:1)
	fn cancel_vouchers() -> Weight {
		// Minimum execution time: 8_923_000 picoseconds.
		Weight::from_parts(9_474_000, 6)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Batches` (r:1 w:1)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// The range of component `b` is `[0, 256]`.
	fn on_initialize(b: u32, ) -> Weight {
		// Minimum execution time: 4_446_000 picoseconds.
		Weight::from_parts(1_957_226, 33)
			.saturating_add(Weight::from_parts(4_126_439, 176).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Batches` (r:1 w:0)
	/// Storage: `Attestation::Chains` (r:1 w:0)
	/// Storage: `Attestation::Customers` (r:12 w:0)
	/// Storage: `Balances::Holds` (r:13 w:0)
	/// Storage: `Operators::Agents` (r:1 w:0)
	/// Storage: `Operators::Registry` (r:1 w:0)
	/// Storage: `Operators::RevokedKeys` (r:1 w:0)
	/// Storage: `Periods::EraLength` (r:1 w:0)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Storage: `System::Account` (r:13 w:0)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// The range of component `v` is `[0, 12]`.
	fn check_anchor(v: u32, ) -> Weight {
		// Minimum execution time: 47_540_000 picoseconds.
		Weight::from_parts(47_688_962, 91_168)
			.saturating_add(Weight::from_parts(22_149_347, 155).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(v.into())))
	}
}
