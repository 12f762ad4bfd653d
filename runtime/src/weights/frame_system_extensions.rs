// SPDX-License-Identifier: Apache-2.0
//! Weights of `frame_system_extensions`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet frame_system_extensions --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `frame_system_extensions`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// Minimum execution time: 2_264_000 picoseconds.
		Weight::from_parts(2_553_000, 0)
	}
	fn check_mortality_mortal_transaction() -> Weight {
		// Minimum execution time: 4_636_000 picoseconds.
		Weight::from_parts(4_897_000, 0)
	}
	fn check_mortality_immortal_transaction() -> Weight {
		// Minimum execution time: 4_636_000 picoseconds.
		Weight::from_parts(4_877_000, 0)
	}
	fn check_non_zero_sender() -> Weight {
		// Minimum execution time: 791_000 picoseconds.
		Weight::from_parts(862_000, 0)
	}
	/// Storage: `System::Account` (r:1 w:1)
	fn check_nonce() -> Weight {
		// Minimum execution time: 9_454_000 picoseconds.
		Weight::from_parts(9_895_000, 101)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn check_spec_version() -> Weight {
		// Minimum execution time: 611_000 picoseconds.
		Weight::from_parts(661_000, 0)
	}
	fn check_tx_version() -> Weight {
		// Minimum execution time: 620_000 picoseconds.
		Weight::from_parts(661_000, 0)
	}
	fn check_weight() -> Weight {
		// Minimum execution time: 5_057_000 picoseconds.
		Weight::from_parts(5_388_000, 0)
	}
	fn weight_reclaim() -> Weight {
		// Minimum execution time: 2_824_000 picoseconds.
		Weight::from_parts(3_054_000, 0)
	}
}
