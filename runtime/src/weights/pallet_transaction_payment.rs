// SPDX-License-Identifier: Apache-2.0
//! Weights of `pallet_transaction_payment`, generated; do not edit.
//!
//! Written by `make weights` from the runtime's own benchmarks:
//! `qh-weights --pallet pallet_transaction_payment --steps 50 --repeat 20`
//! Steps: 50, repetitions: 20, CPU: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions of `pallet_transaction_payment`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_transaction_payment::WeightInfo for WeightInfo<T> {
	/// Storage: `System::Account` (r:2 w:2)
	fn charge_transaction_payment() -> Weight {
		// Minimum execution time: 81_371_000 picoseconds.
		Weight::from_parts(83_003_000, 204)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
}
