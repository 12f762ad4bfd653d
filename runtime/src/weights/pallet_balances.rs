// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_balances`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_balances --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `pallet_balances`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_balances::WeightInfo for WeightInfo<T> {
	/// Storage: `System::Account` (r:1 w:1)
	fn transfer_allow_death() -> Weight {
		// Minimum execution time: 79_177_000 picoseconds.
		Weight::from_parts(94_761_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn transfer_keep_alive() -> Weight {
		// Minimum execution time: 59_879_000 picoseconds.
		Weight::from_parts(79_908_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_set_balance_creating() -> Weight {
		// Minimum execution time: 30_646_000 picoseconds.
		Weight::from_parts(40_871_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_set_balance_killing() -> Weight {
		// Minimum execution time: 30_515_000 picoseconds.
		Weight::from_parts(41_181_000, 103)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:2 w:2)
	fn force_transfer() -> Weight {
		// Minimum execution time: 74_781_000 picoseconds.
		Weight::from_parts(97_314_000, 103)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn transfer_all() -> Weight {
		// Minimum execution time: 68_782_000 picoseconds.
		Weight::from_parts(93_408_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_unreserve() -> Weight {
		// Minimum execution time: 21_041_000 picoseconds.
		Weight::from_parts(21_502_000, 103)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1000 w:1000)
	/// The range of component `u` is `[1, 1000]`.
	fn upgrade_accounts(u: u32, ) -> Weight {
		// Minimum execution time: 21_672_000 picoseconds.
		Weight::from_parts(21_803_000, 140)
			.saturating_add(Weight::from_parts(20_111_726, 84).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(u.into())))
	}
	fn force_adjust_total_issuance() -> Weight {
		// Minimum execution time: 6_700_000 picoseconds.
		Weight::from_parts(7_151_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// Minimum execution time: 41_141_000 picoseconds.
		Weight::from_parts(42_633_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// Minimum execution time: 27_851_000 picoseconds.
		Weight::from_parts(28_432_000, 0)
	}
}
