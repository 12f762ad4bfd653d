// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_grandpa` over Falcon-512.
//!
//! The pallet's own benchmark decodes a report that was made with classical keys, so it cannot run
//! here. What an equivocation report costs is therefore put together: the pallet's figure for
//! everything around the two signatures, plus two verifications as measured in this runtime's
//! wasm. The pallet's figure still contains its own signature check, which errs on the safe side.

use super::verification;
use frame_support::weights::Weight;
use qh_crypto::Scheme;

/// Weights of `pallet_grandpa` in this runtime.
pub struct WeightInfo;

impl pallet_grandpa::WeightInfo for WeightInfo {
	fn report_equivocation(validator_count: u32, max_nominators_per_validator: u32) -> Weight {
		<() as pallet_grandpa::WeightInfo>::report_equivocation(
			validator_count,
			max_nominators_per_validator,
		)
		.saturating_add(verification::weight_of(Scheme::Falcon512).saturating_mul(2))
	}

	fn note_stalled() -> Weight {
		<() as pallet_grandpa::WeightInfo>::note_stalled()
	}
}
