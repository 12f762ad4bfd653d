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
		// Minimum execution time: 69_213_000 picoseconds.
		Weight::from_parts(71_246_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn transfer_keep_alive() -> Weight {
		// Minimum execution time: 54_881_000 picoseconds.
		Weight::from_parts(55_743_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_set_balance_creating() -> Weight {
		// Minimum execution time: 24_696_000 picoseconds.
		Weight::from_parts(25_428_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_set_balance_killing() -> Weight {
		// Minimum execution time: 24_236_000 picoseconds.
		Weight::from_parts(25_127_000, 103)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_transfer() -> Weight {
		// Minimum execution time: 73_780_000 picoseconds.
		Weight::from_parts(74_911_000, 103)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn transfer_all() -> Weight {
		// Minimum execution time: 68_512_000 picoseconds.
		Weight::from_parts(69_443_000, 0)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn force_unreserve() -> Weight {
		// Minimum execution time: 21_081_000 picoseconds.
		Weight::from_parts(21_452_000, 103)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// The range of component `u` is `[1, 1000]`.
	fn upgrade_accounts(u: u32, ) -> Weight {
		// Minimum execution time: 21_241_000 picoseconds.
		Weight::from_parts(21_702_000, 140)
			.saturating_add(Weight::from_parts(19_192_196, 84).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(u.into())))
	}
	fn force_adjust_total_issuance() -> Weight {
		// Minimum execution time: 6_369_000 picoseconds.
		Weight::from_parts(6_901_000, 0)
	}
	fn burn_allow_death() -> Weight {
		// Minimum execution time: 42_223_000 picoseconds.
		Weight::from_parts(43_274_000, 0)
	}
	fn burn_keep_alive() -> Weight {
		// Minimum execution time: 28_662_000 picoseconds.
		Weight::from_parts(29_564_000, 0)
	}
}
