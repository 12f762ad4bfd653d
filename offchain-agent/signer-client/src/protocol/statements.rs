// SPDX-License-Identifier: Apache-2.0
//! What is signed by its meaning: transactions, registrations, releases.

use super::{AccountId, Hash};
use codec::{Decode, Encode};

/// A transaction to sign, version 4 of the extrinsic format.
///
/// The payload is `call ‖ explicit ‖ implicit`; above 256 bytes its `blake2_256` is signed instead.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TransactionRequest {
	/// Account of the key.
	pub key: AccountId,
	/// SCALE of the call.
	pub call: Vec<u8>,
	/// What the transaction extensions put in the extrinsic, in their order.
	pub explicit: Vec<u8>,
	/// What they add to the signed data only.
	pub implicit: Vec<u8>,
	/// Shows what the bytes mean.
	pub metadata: MetadataProof,
}

/// RFC-78 proof of the types that a transaction is decoded with.
///
/// Hash of the metadata = `blake3(SCALE(1u8, types root, blake3(extrinsic), spec_version, spec_name,
/// base58_prefix, decimals, token_symbol))`; it must be the one that `CheckMetadataHash` signs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MetadataProof {
	/// SCALE of `merkleized_metadata::Proof`: leaves, leaf indices, nodes.
	pub proof: Vec<u8>,
	/// SCALE of `merkleized_metadata::types::ExtrinsicMetadata`.
	pub extrinsic: Vec<u8>,
	/// Version of the runtime.
	pub spec_version: u32,
	/// Name of the runtime.
	pub spec_name: String,
	/// SS58 prefix.
	pub base58_prefix: u16,
	/// Decimals of the token.
	pub decimals: u8,
	/// Symbol of the token.
	pub token_symbol: String,
}

/// What an operator consents to by registering.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct RegistrationStatement {
	/// Genesis hash of the chain.
	pub genesis: Hash,
	/// The operator; its key signs.
	pub operator: AccountId,
	/// Its agent.
	pub agent: AccountId,
	/// Who invites it, if anybody does.
	pub inviter: Option<AccountId>,
}

/// What a release's signature covers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Release {
	/// Name of what is released, at most 64 bytes.
	pub name: String,
	/// Its version, at most 64 bytes.
	pub version: String,
	/// Digest of the image or archive.
	pub digest: Hash,
}
