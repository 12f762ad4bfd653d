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
		// Minimum execution time: 2_473_000 picoseconds.
		Weight::from_parts(29_285_710, 0)
			.saturating_add(Weight::from_parts(385, 0).saturating_mul(b.into()))
	}
	/// The range of component `b` is `[0, 3932160]`.
	fn remark_with_event(b: u32, ) -> Weight {
		// Minimum execution time: 6_099_000 picoseconds.
		Weight::from_parts(4_391_939, 0)
			.saturating_add(Weight::from_parts(1_327, 0).saturating_mul(b.into()))
	}
	/// Storage: `:heappages` (r:0 w:1)
	fn set_heap_pages() -> Weight {
		// Minimum execution time: 4_747_000 picoseconds.
		Weight::from_parts(5_158_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `:code` (r:0 w:1)
	fn set_code() -> Weight {
		// Minimum execution time: 118_986_981_000 picoseconds.
		Weight::from_parts(121_168_373_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `i` is `[0, 1000]`.
	fn set_storage(i: u32, ) -> Weight {
		// Minimum execution time: 2_613_000 picoseconds.
		Weight::from_parts(2_654_000, 0)
			.saturating_add(Weight::from_parts(987_309, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `i` is `[0, 1000]`.
	fn kill_storage(i: u32, ) -> Weight {
		// Minimum execution time: 2_423_000 picoseconds.
		Weight::from_parts(2_564_000, 0)
			.saturating_add(Weight::from_parts(726_930, 0).saturating_mul(i.into()))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(i.into())))
	}
	/// Storage: `unknown` (r:0 w:0)
	/// The range of component `p` is `[0, 1000]`.
	fn kill_prefix(p: u32, ) -> Weight {
		// Minimum execution time: 4_417_000 picoseconds.
		Weight::from_parts(4_607_000, 51)
			.saturating_add(Weight::from_parts(1_248_144, 70).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	/// Storage: `System::AuthorizedUpgrade` (r:0 w:1)
	fn authorize_upgrade() -> Weight {
		// Minimum execution time: 15_843_000 picoseconds.
		Weight::from_parts(20_330_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `:code` (r:0 w:1)
	/// Storage: `System::AuthorizedUpgrade` (r:1 w:1)
	fn apply_authorized_upgrade() -> Weight {
		// Minimum execution time: 120_771_024_000 picoseconds.
		Weight::from_parts(121_759_729_000, 22)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
}
