// SPDX-License-Identifier: Apache-2.0

//! What every block and every transaction costs, whatever they do.

use frame_support::weights::Weight;

/// Cost of a block with nothing but its inherent.
pub const BLOCK: Weight = Weight::from_parts(400_000_000, 0);

/// Cost of a signed transaction that does nothing, without the verification of its signature.
pub const TRANSACTION: Weight = Weight::from_parts(100_000_000, 0);
