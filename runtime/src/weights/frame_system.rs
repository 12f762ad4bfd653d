// SPDX-License-Identifier: Apache-2.0
//! Weights of `frame_system`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet frame_system --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `frame_system`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> frame_system::WeightInfo for WeightInfo<T> {
	/// The range of component `b` is `[0, 3932160]`.
	fn remark(b: u32, ) -> Weight {
		// Minimum execution time: 2_624_000 picoseconds.
		Weight::from_parts(24_167_749, 0)
			.saturating_add(Weight::from_parts(324, 0).saturating_mul(b.into()))
	}
	/// The range of component `b` is `[0, 3932160]`.
	fn remark_with_event(b: u32, ) -> Weight {
		// Minimum execution time: 5_859_000 picoseconds.
		Weight::from_parts(6_160_000, 0)
			.saturating_add(Weight::from_parts(1_233, 0).saturating_mul(b.into()))
	}
	/// Storage: `:heappages` (r:0 w:1)
	fn set_heap_pages() -> Weight {
		// Minimum execution time: 4_687_000 picoseconds.
		Weight::from_parts(4_927_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `:code` (r:0 w:1)
	fn set_code() -> Weight {
		// Minimum execution time: 114_642_444_000 picoseconds.
		Weight::from_parts(116_311_617_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `i` is `[0, 1000]`.
	fn set_storage(i: u32, ) -> Weight {
		// Minimum execution time: 2_514_000 picoseconds.
		Weight::from_parts(2_594_000, 0)
			.saturating_add(Weight::from_parts(998_731, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `i` is `[0, 1000]`.
	fn kill_storage(i: u32, ) -> Weight {
		// Minimum execution time: 2_363_000 picoseconds.
		Weight::from_parts(2_534_000, 0)
			.saturating_add(Weight::from_parts(721_669, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `p` is `[0, 1000]`.
	fn kill_prefix(p: u32, ) -> Weight {
		// Minimum execution time: 4_326_000 picoseconds.
		Weight::from_parts(4_466_000, 51)
			.saturating_add(Weight::from_parts(1_199_639, 70).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	/// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	fn authorize_upgrade() -> Weight {
		// Minimum execution time: 13_090_000 picoseconds.
		Weight::from_parts(16_925_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `:code` (r:0 w:1)
	/// Storage: `System::AuthorizedUpgrade` (r:1 w:1)
	fn apply_authorized_upgrade() -> Weight {
		// Minimum execution time: 119_713_477_000 picoseconds.
		Weight::from_parts(121_528_657_000, 22)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
}
