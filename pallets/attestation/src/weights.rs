// SPDX-License-Identifier: Apache-2.0

//! Weights of the pallet: estimates, until `make weights` replaces this file with what it measures.

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{constants::RocksDbWeight, Weight},
};

/// Weights of calls, hook and extension.
pub trait WeightInfo {
	/// A batch with this many vouchers of each scheme.
	fn anchor(f: u32, s: u32, m: u32) -> Weight;
	/// `fill_tank`.
	fn fill_tank() -> Weight;
	/// `withdraw`.
	fn withdraw() -> Weight;
	/// `cancel_vouchers`.
	fn cancel_vouchers() -> Weight;
	/// The hook, after a block with this many batches.
	fn on_initialize(b: u32) -> Weight;
	/// The extension, for a call of `anchor` with this many vouchers.
	fn check_anchor(v: u32) -> Weight;
}

/// Weights on the reference machine.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn anchor(f: u32, s: u32, m: u32) -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(f.into()))
			.saturating_add(Weight::from_parts(600_000_000, 0).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(300_000_000, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(u64::from(3 * (f + s + m))))
			.saturating_add(T::DbWeight::get().writes(u64::from(3 * (f + s + m))))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn fill_tank() -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn cancel_vouchers() -> Weight {
		Weight::from_parts(15_000_000, 0)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn on_initialize(b: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn check_anchor(v: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(u64::from(2 * v)))
	}
}

/// For tests.
impl WeightInfo for () {
	fn anchor(f: u32, s: u32, m: u32) -> Weight {
		Weight::from_parts(120_000_000, 0)
			.saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(f.into()))
			.saturating_add(Weight::from_parts(600_000_000, 0).saturating_mul(s.into()))
			.saturating_add(Weight::from_parts(300_000_000, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(u64::from(3 * (f + s + m))))
			.saturating_add(RocksDbWeight::get().writes(u64::from(3 * (f + s + m))))
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().writes(5))
	}
	fn fill_tank() -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn withdraw() -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(RocksDbWeight::get().reads(3))
			.saturating_add(RocksDbWeight::get().writes(3))
	}
	fn cancel_vouchers() -> Weight {
		Weight::from_parts(15_000_000, 0)
			.saturating_add(RocksDbWeight::get().reads(1))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn on_initialize(b: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2))
			.saturating_add(RocksDbWeight::get().writes(1))
	}
	fn check_anchor(v: u32) -> Weight {
		Weight::from_parts(20_000_000, 0)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(6))
			.saturating_add(RocksDbWeight::get().reads(u64::from(2 * v)))
	}
}
