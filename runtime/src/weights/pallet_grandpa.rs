// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_grandpa` over Falcon-512.
//!
//! The pallet's own benchmark decodes a report that was made with classical keys, so it cannot run
//! here. A report of two votes costs what a report of two blocks does, which is measured: two
//! Falcon-512 verifications, the owner of a key among the validators, and an offence; and a few
//! reads more. Twice, because an unsigned report is checked before dispatch and again in it.
//!
//! The number of validators is the most there can be, not that of the report: it is the reporter's
//! word, and the keys of the current session may be gone through before it is found wrong.

use crate::{configs::consensus::MAX_AUTHORITIES, Runtime};
use frame_support::weights::Weight;
use pallet_operators::WeightInfo as _;

/// Reads of a report of votes that one of blocks does not make: the session of a set and of the
/// one before, the current session, its validators, the key's owner and its suspension.
const MORE_READS: u64 = 6;

/// Weights of `pallet_grandpa` in this runtime.
pub struct WeightInfo;

impl pallet_grandpa::WeightInfo for WeightInfo {
	fn report_equivocation(_: u32, _: u32) -> Weight {
		pallet_operators::weights::SubstrateWeight::<Runtime>::report_aura_equivocation(
			MAX_AUTHORITIES,
		)
		.saturating_add(<Runtime as frame_system::Config>::DbWeight::get().reads(MORE_READS))
		.saturating_mul(2)
	}

	fn note_stalled() -> Weight {
		<() as pallet_grandpa::WeightInfo>::note_stalled()
	}
}
