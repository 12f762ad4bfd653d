// SPDX-License-Identifier: Apache-2.0

//! What verifying one signature costs inside the runtime's wasm, a scheme. Generated; do not edit.
//!
//! Medians, written by `qh-verification-cost --rounds 1000 --transactions 500 \
//! --write runtime/src/weights`.
//! CPU: AMD EPYC.

use frame_support::weights::Weight;
use qh_crypto::Scheme;

/// Cost of verifying one signature of `scheme`.
pub const fn weight_of(scheme: Scheme) -> Weight {
	match scheme {
		Scheme::Falcon512 => Weight::from_parts(33_310_000, 0),
		Scheme::SlhDsaSha2_128s => Weight::from_parts(900_805_000, 0),
		Scheme::MlDsa65 => Weight::from_parts(960_342_000, 0),
	}
}
