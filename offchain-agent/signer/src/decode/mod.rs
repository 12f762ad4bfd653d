// SPDX-License-Identifier: Apache-2.0
//! Decoders of everything that the signer signs. What does not decode to its last byte is refused.

mod header;
pub mod metadata;
mod show;
mod transaction;
mod vote;

pub use header::decode_header;
pub use show::show_transaction;
pub use transaction::{decode_transaction, Era, Terms, Transaction};
pub use vote::decode_vote;

use qh_signer_client::{Refusal, RefusalCode};

fn malformed(what: impl Into<String>) -> Refusal {
	Refusal::new(RefusalCode::Malformed, what)
}
