// SPDX-License-Identifier: Apache-2.0

//! What every block and every transaction costs, whatever they do. Generated; do not edit.
//!
//! Medians, written by `qh-verification-cost --rounds 1000 --transactions 500 \
//! --write runtime/src/weights`.
//! CPU: AMD EPYC.

use frame_support::weights::Weight;

/// Cost of a block with nothing but its inherent.
pub const BLOCK: Weight = Weight::from_parts(256_090_000, 0);

/// Cost of a signed transaction that does nothing, without the verification of its signature.
pub const TRANSACTION: Weight = Weight::from_parts(120_170_000, 0);
