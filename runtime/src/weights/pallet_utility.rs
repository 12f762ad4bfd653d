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
		// Minimum execution time: 4_967_000 picoseconds.
		Weight::from_parts(73_439, 0)
			.saturating_add(Weight::from_parts(3_748_075, 0).saturating_mul(c.into()))
	}
	fn as_derivative() -> Weight {
		// Minimum execution time: 5_448_000 picoseconds.
		Weight::from_parts(5_848_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn batch_all(c: u32, ) -> Weight {
		// Minimum execution time: 5_027_000 picoseconds.
		Weight::from_parts(82_753_976, 0)
			.saturating_add(Weight::from_parts(4_053_012, 0).saturating_mul(c.into()))
	}
	fn dispatch_as() -> Weight {
		// Minimum execution time: 7_481_000 picoseconds.
		Weight::from_parts(7_902_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn force_batch(c: u32, ) -> Weight {
		// Minimum execution time: 5_028_000 picoseconds.
		Weight::from_parts(5_655_150, 0)
			.saturating_add(Weight::from_parts(3_650_560, 0).saturating_mul(c.into()))
	}
	fn dispatch_as_fallible() -> Weight {
		// Minimum execution time: 7_230_000 picoseconds.
		Weight::from_parts(7_962_000, 0)
	}
	fn if_else() -> Weight {
		// Minimum execution time: 9_474_000 picoseconds.
		Weight::from_parts(9_714_000, 0)
	}
}
