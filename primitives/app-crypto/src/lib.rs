// SPDX-License-Identifier: Apache-2.0

//! QuantumHarmony's signature schemes as polkadot-sdk knows them.
//!
//! - [`Signature`] and [`AccountPublic`] stand where `MultiSignature` and `MultiSigner` stand in
//!   other chains: the account signatures, index by index.
//! - [`aura`] and [`grandpa`]: Falcon-512 session keys, each with its own types and its own domain
//!   tag, so that neither's signature is ever the other's.
//!
//! Verification, also of proofs of possession, is pure Rust and calls no host function, so every
//! tool that executes a standard runtime executes this one. Keys are made and used for signing
//! outside the runtime only; inside, `generate_pair` and `sign` have nothing to give.
//!
//! Layouts are in FORMATS.md, "Keys, signatures and accounts".

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

extern crate alloc;

pub mod falcon;
mod session;
mod signature;

pub use qh_crypto::{Domain, Scheme};
pub use session::{aura, grandpa};
pub use signature::{AccountPublic, InvalidLength, Signature, FALCON_BUNDLE_LEN};
