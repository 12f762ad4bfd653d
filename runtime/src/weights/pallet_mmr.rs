// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_mmr`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_mmr --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `pallet_mmr`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_mmr::WeightInfo for WeightInfo<T> {
	/// Storage: `Attestation::Batches` (r:1 w:0)
	/// Storage: `Mmr::Nodes` (r:8 w:5)
	/// Storage: `Mmr::NumberOfLeaves` (r:1 w:1)
	/// Storage: `Mmr::RootHash` (r:0 w:1)
	/// Storage: `Mmr::UseLocalStorage` (r:1 w:0)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// The range of component `x` is `[1, 1000]`.
	fn on_initialize(x: u32, ) -> Weight {
		// Minimum execution time: 13_611_000 picoseconds.
		Weight::from_parts(30_481_491, 236)
			.saturating_add(Weight::from_parts(31_667, 0).saturating_mul(x.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
}
