// SPDX-License-Identifier: Apache-2.0

//! Signed data for benchmarks, made outside the runtime, which has no key to sign with.
//!
//! `cargo test -p pallet-operators write_fixtures -- --ignored` writes `fixtures.scale` anew; a test
//! verifies that every signature in it holds.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use qh_app_crypto::Signature;
use sp_core::H256;
use sp_runtime::AccountId32;

use crate::types::Registration;

/// What is signed, by keys that are nobody's.
#[derive(Encode, Decode)]
pub(crate) struct Fixtures {
	/// Genesis hash of the network that the statements are for.
	pub(crate) genesis: H256,
	/// The inviter that the registrations name.
	pub(crate) inviter: AccountId32,
	/// Registrations by operator keys of each scheme, in the order of their indices.
	pub(crate) registrations: Vec<Registration>,
	/// An operator, and a key's consent to be its agent.
	pub(crate) consent: (AccountId32, Signature),
	/// An operator, its encoded session keys, and their proof of possession.
	pub(crate) session_keys: (AccountId32, Vec<u8>, Vec<u8>),
	/// An encoded proof that the Aura key among them equivocated. Headers with numbers of any width
	/// encode alike.
	pub(crate) equivocation: Vec<u8>,
}

impl Fixtures {
	pub(crate) fn load() -> Result<Self, codec::Error> {
		Self::decode_all(&mut &include_bytes!("fixtures.scale")[..])
	}
}
