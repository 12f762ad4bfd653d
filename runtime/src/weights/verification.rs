// SPDX-License-Identifier: Apache-2.0

//! What verifying one signature costs inside the runtime's wasm, a scheme.

use frame_support::weights::Weight;
use qh_crypto::Scheme;

/// Cost of verifying one signature of `scheme`.
pub const fn weight_of(scheme: Scheme) -> Weight {
	match scheme {
		Scheme::Falcon512 => Weight::from_parts(30_000_000, 0),
		Scheme::SlhDsaSha2_128s => Weight::from_parts(480_000_000, 0),
		Scheme::MlDsa65 => Weight::from_parts(300_000_000, 0),
	}
}
