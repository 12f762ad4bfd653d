// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_utility`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_utility --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `pallet_utility`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_utility::WeightInfo for WeightInfo<T> {
	/// The range of component `c` is `[0, 1000]`.
	fn batch(c: u32, ) -> Weight {
		// Minimum execution time: 4_898_000 picoseconds.
		Weight::from_parts(11_346_721, 0)
			.saturating_add(Weight::from_parts(3_617_232, 0).saturating_mul(c.into()))
	}
	fn as_derivative() -> Weight {
		// Minimum execution time: 5_408_000 picoseconds.
		Weight::from_parts(5_708_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn batch_all(c: u32, ) -> Weight {
		// Minimum execution time: 5_057_000 picoseconds.
		Weight::from_parts(11_335_346, 0)
			.saturating_add(Weight::from_parts(4_026_863, 0).saturating_mul(c.into()))
	}
	fn dispatch_as() -> Weight {
		// Minimum execution time: 7_541_000 picoseconds.
		Weight::from_parts(7_731_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn force_batch(c: u32, ) -> Weight {
		// Minimum execution time: 4_997_000 picoseconds.
		Weight::from_parts(4_220_439, 0)
			.saturating_add(Weight::from_parts(3_625_381, 0).saturating_mul(c.into()))
	}
	fn dispatch_as_fallible() -> Weight {
		// Minimum execution time: 7_341_000 picoseconds.
		Weight::from_parts(7_771_000, 0)
	}
	fn if_else() -> Weight {
		// Minimum execution time: 9_053_000 picoseconds.
		Weight::from_parts(9_383_000, 0)
	}
}
