// SPDX-License-Identifier: Apache-2.0
//! RFC-78 metadata: types that are proven to be the runtime's, and decoding with them.
//!
//! `merkleized-metadata` makes these proofs and can only encode them. This is the other side:
//! types that decode, the root that a proof leads to, and a walk over bytes. The tests compare both.
//!
//! A proof shows that its types belong to the tree with a certain root; that the root is the
//! runtime's is left to the chain, which refuses a transaction whose signature covers another one.

mod proof;
mod types;
mod walk;

pub use proof::{Proof, Types};
pub use types::{
	digest_hash, EnumerationVariant, ExtrinsicMetadata, Field, SignedExtension, Type, TypeDef,
	TypeRef,
};
pub use walk::{VariantPath, Visitor, Walker, Whole};
