// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_timestamp`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_timestamp --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `pallet_timestamp`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
	/// Storage: `Aura::CurrentSlot` (r:1 w:0)
	/// Storage: `Periods::SlotDuration` (r:1 w:0)
	/// Storage: `Timestamp::Now` (r:1 w:1)
	fn set() -> Weight {
		// Minimum execution time: 9_193_000 picoseconds.
		Weight::from_parts(9_664_000, 166)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn on_finalize() -> Weight {
		// Minimum execution time: 1_042_000 picoseconds.
		Weight::from_parts(1_182_000, 0)
	}
}
