// SPDX-License-Identifier: Apache-2.0

//! Receipts: what an operator's agent did, proven against a finalized header.
//!
//! ## What it promises
//!
//! A [`Receipt`] is one act of an agent. Receipts of one operator form a hash chain ([`Head`]);
//! the chain of blocks stores only the head. A run of receipts is anchored as one [`BatchLeaf`];
//! the batches of a block hang under one root, which the next block puts into the chain's Merkle
//! mountain range as a [`BlockLeaf`], and every header carries the root of that range. A
//! [`ReceiptProof`] walks these steps, needs no node, and names the [`Step`] that failed.
//!
//! ## Invariants
//!
//! - One hash function everywhere: BLAKE2b with a 32-byte digest ([`blake2_256`]).
//! - A proof is *canonical*: for one receipt and one header there is exactly one proof that
//!   verifies, so a change of any byte is refused. Positions are therefore derived from what is
//!   already committed to (sequence numbers, block numbers), not taken from the proof.
//! - At most one receipt can be proven for a sequence number of a batch.
//! - Nothing here allocates more than its input or panics on foreign input.
//!
//! ## Trade-offs accepted
//!
//! - A proof shows that a receipt was anchored by the operator's agent, not that its neighbours in
//!   the batch form a chain: that needs all of the batch's receipts ([`Head::accept`]).
//! - Block `N`'s receipts are proven by headers from `N + 1` on, because a block's own header
//!   cannot contain what its transactions made.
//! - Whether a header is final is not decided here: the caller trusts a header hash.
//!
//! Byte layouts: section "Receipts" of `primitives/FORMATS.md`; golden files in `vectors/`.
//! Source: design section 3.5.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

extern crate alloc;

mod batch;
#[cfg(feature = "serde")]
pub mod file;
mod hash;
mod header;
mod kind;
pub mod merkle;
pub mod mmr;
mod proof;
mod receipt;
mod voucher;

pub use batch::{
	batches_key, batches_root, receipts_between, BatchLeaf, BlockLeaf, MAX_BATCH_RECEIPTS,
};
pub use hash::{blake2_256, Hash};
pub use header::{Header, HeaderError, RANGE_ROOT_ENGINE};
pub use kind::Kind;
pub use proof::{ReceiptProof, Step, Trusted, PROOF_VERSION};
pub use receipt::{
	ChainError, Head, Receipt, ReceiptError, SignedReceipt, MAX_PAYLOAD, RECEIPT_VERSION,
};
pub use voucher::{Voucher, VoucherError, VOUCHER_VERSION};
