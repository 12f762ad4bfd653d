// SPDX-License-Identifier: Apache-2.0

//! The primitives of GRANDPA over Falcon-512.
//!
//! This crate stands in the place of polkadot-sdk's crate of the same name (see
//! `[patch.crates-io]` in the workspace), so that the client, the pallet and the warp-sync code of
//! polkadot-sdk run unchanged over keys that a quantum computer does not break.
//!
//! What it promises:
//! - the public API of `sp-consensus-grandpa` 31.0.0, item for item; `tests/checks/grandpa_api.py`
//!   compares it with the source in the registry;
//! - the SCALE encoding of that version for everything that holds neither key nor signature, and
//!   for the rest the same encoding with a key of 897 and a signature of 666 bytes, without length
//!   prefix, where upstream has 32 and 64; `tests/encoding.rs` holds the golden bytes;
//! - no ed25519: [`AuthorityId`], [`AuthoritySignature`] and `AuthorityPair` come from
//!   `qh_app_crypto::grandpa`, whose signatures carry GRANDPA's own domain tag, and
//!   [`sign_message`] asks the keystore through its scheme-neutral method.
//!
//! Everything is defined at the root: the metadata names a type by its path, and wallets look types
//! up by that name.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

extern crate alloc;

use alloc::vec::Vec;
use codec::{Codec, Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
#[cfg(feature = "serde")]
use serde::Serialize;
#[cfg(feature = "std")]
use sp_keystore::KeystorePtr;
use sp_runtime::{
	traits::{Header as HeaderT, NumberFor},
	ConsensusEngineId, OpaqueValue,
};

/// Target of what the client logs.
pub const CLIENT_LOG_TARGET: &str = "grandpa";
/// Target of what the runtime logs.
pub const RUNTIME_LOG_TARGET: &str = "runtime::grandpa";

/// Type of the key in a keystore: `gran`.
pub const KEY_TYPE: sp_core::crypto::KeyTypeId = sp_application_crypto::key_types::GRANDPA;

/// Identifies GRANDPA's items in a header's digest.
pub const GRANDPA_ENGINE_ID: ConsensusEngineId = *b"FRNK";

sp_application_crypto::with_pair! {
	/// The key pair of an authority: Falcon-512 under the domain tag of GRANDPA.
	pub type AuthorityPair = qh_app_crypto::grandpa::AuthorityPair;
}

/// The public key of an authority, 897 bytes.
pub type AuthorityId = qh_app_crypto::grandpa::AuthorityId;

/// A signature of an authority, 666 bytes.
pub type AuthoritySignature = qh_app_crypto::grandpa::AuthoritySignature;

/// How much the vote of an authority counts.
pub type AuthorityWeight = u64;

/// The place of an authority in its set, from 0.
pub type AuthorityIndex = u64;

/// The number of an authority set: 0 at genesis, one more with every change.
pub type SetId = u64;

/// The number of a round within a set.
pub type RoundNumber = u64;

/// The authorities of a set with their weights, in the order of their indices.
pub type AuthorityList = Vec<(AuthorityId, AuthorityWeight)>;

/// A vote, or the primary's proposal, on a chain with this header.
pub type Message<Header> =
	finality_grandpa::Message<<Header as HeaderT>::Hash, <Header as HeaderT>::Number>;

/// A [`Message`] with its signer and signature.
pub type SignedMessage<Header> = finality_grandpa::SignedMessage<
	<Header as HeaderT>::Hash,
	<Header as HeaderT>::Number,
	AuthoritySignature,
	AuthorityId,
>;

/// What a round's primary broadcasts: the block it believes the last round could have finalized.
pub type PrimaryPropose<Header> =
	finality_grandpa::PrimaryPropose<<Header as HeaderT>::Hash, <Header as HeaderT>::Number>;

/// A vote of a round's first stage.
pub type Prevote<Header> =
	finality_grandpa::Prevote<<Header as HeaderT>::Hash, <Header as HeaderT>::Number>;

/// A vote of a round's second stage.
pub type Precommit<Header> =
	finality_grandpa::Precommit<<Header as HeaderT>::Hash, <Header as HeaderT>::Number>;

/// The votes that bring a voter who fell behind to a completed round.
pub type CatchUp<Header> = finality_grandpa::CatchUp<
	<Header as HeaderT>::Hash,
	<Header as HeaderT>::Number,
	AuthoritySignature,
	AuthorityId,
>;

/// The precommits that finalize a block.
pub type Commit<Header> = finality_grandpa::Commit<
	<Header as HeaderT>::Hash,
	<Header as HeaderT>::Number,
	AuthoritySignature,
	AuthorityId,
>;

/// A [`Commit`] with signatures and signers kept apart from the votes.
pub type CompactCommit<Header> = finality_grandpa::CompactCommit<
	<Header as HeaderT>::Hash,
	<Header as HeaderT>::Number,
	AuthoritySignature,
	AuthorityId,
>;

/// The proof that a block is final: a commit of more than two thirds of the weight, and the headers
/// that lead from the commit's target to every precommit's target.
///
/// Kept with the block that ends a set, and sent to nodes that sync, as the proof of the hand-over
/// to the next set. About 1.6 KB a voter.
#[derive(Clone, Encode, Decode, PartialEq, Eq, TypeInfo)]
#[cfg_attr(feature = "std", derive(Debug))]
pub struct GrandpaJustification<Header: HeaderT> {
	/// The round in which the block became final.
	pub round: u64,
	/// The precommits.
	pub commit: Commit<Header>,
	/// Headers between the commit's target and targets above it. Honest voters do not vote past a
	/// change of the set, so this is empty in the usual case.
	pub votes_ancestries: Vec<Header>,
}

/// The next set of authorities and when it takes over.
#[derive(Clone, Eq, PartialEq, Encode, Decode, Debug, TypeInfo)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub struct ScheduledChange<N> {
	/// The authorities from then on.
	pub next_authorities: AuthorityList,
	/// Blocks to wait after the block that carries the signal.
	pub delay: N,
}

/// What the runtime tells the client in a header's digest, under [`GRANDPA_ENGINE_ID`].
#[derive(Decode, Encode, PartialEq, Eq, Clone, Debug)]
#[cfg_attr(feature = "serde", derive(Serialize))]
pub enum ConsensusLog<N: Codec> {
	/// Change the set once the delay has passed in *finalized* blocks. Of several in one block the
	/// first counts, and none if the block also forces a change.
	#[codec(index = 1)]
	ScheduledChange(ScheduledChange<N>),
	/// Change the set once the delay has passed in *imported* blocks, without waiting for finality
	/// that will not come. The number is the best finalized block to build on.
	#[codec(index = 2)]
	ForcedChange(N, ScheduledChange<N>),
	/// The authority with this index has no say until the set changes.
	#[codec(index = 3)]
	OnDisabled(AuthorityIndex),
	/// Stop voting once the block at this delay is final.
	#[codec(index = 4)]
	Pause(N),
	/// Vote again from the block at this delay.
	#[codec(index = 5)]
	Resume(N),
}

impl<N: Codec> ConsensusLog<N> {
	/// The scheduled change, if this is one.
	pub fn try_into_change(self) -> Option<ScheduledChange<N>> {
		if let Self::ScheduledChange(change) = self {
			Some(change)
		} else {
			None
		}
	}

	/// The forced change with the finalized block it builds on, if this is one.
	pub fn try_into_forced_change(self) -> Option<(N, ScheduledChange<N>)> {
		if let Self::ForcedChange(median, change) = self {
			Some((median, change))
		} else {
			None
		}
	}

	/// The delay of a pause, if this is one.
	pub fn try_into_pause(self) -> Option<N> {
		if let Self::Pause(delay) = self {
			Some(delay)
		} else {
			None
		}
	}

	/// The delay of a resumption, if this is one.
	pub fn try_into_resume(self) -> Option<N> {
		if let Self::Resume(delay) = self {
			Some(delay)
		} else {
			None
		}
	}
}

/// Two votes of one authority in one round and stage of one set, for different blocks.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, PartialEq, Eq, TypeInfo)]
pub struct EquivocationProof<H, N> {
	set_id: SetId,
	equivocation: Equivocation<H, N>,
}

impl<H, N> EquivocationProof<H, N> {
	/// Ties the two votes to the set in which they were cast.
	pub fn new(set_id: SetId, equivocation: Equivocation<H, N>) -> Self {
		Self { set_id, equivocation }
	}

	/// The set in which the votes were cast.
	pub fn set_id(&self) -> SetId {
		self.set_id
	}

	/// The round in which the votes were cast.
	pub fn round(&self) -> RoundNumber {
		self.equivocation.round_number()
	}

	/// Who cast them.
	pub fn offender(&self) -> &AuthorityId {
		self.equivocation.offender()
	}
}

/// Two conflicting votes of either stage.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, PartialEq, Eq, TypeInfo)]
pub enum Equivocation<H, N> {
	/// Both are prevotes.
	Prevote(
		finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Prevote<H, N>,
			AuthoritySignature,
		>,
	),
	/// Both are precommits.
	Precommit(
		finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Precommit<H, N>,
			AuthoritySignature,
		>,
	),
}

impl<H, N>
	From<
		finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Prevote<H, N>,
			AuthoritySignature,
		>,
	> for Equivocation<H, N>
{
	fn from(
		prevotes: finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Prevote<H, N>,
			AuthoritySignature,
		>,
	) -> Self {
		Self::Prevote(prevotes)
	}
}

impl<H, N>
	From<
		finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Precommit<H, N>,
			AuthoritySignature,
		>,
	> for Equivocation<H, N>
{
	fn from(
		precommits: finality_grandpa::Equivocation<
			AuthorityId,
			finality_grandpa::Precommit<H, N>,
			AuthoritySignature,
		>,
	) -> Self {
		Self::Precommit(precommits)
	}
}

impl<H, N> Equivocation<H, N> {
	/// Who cast the votes.
	pub fn offender(&self) -> &AuthorityId {
		match self {
			Self::Prevote(votes) => &votes.identity,
			Self::Precommit(votes) => &votes.identity,
		}
	}

	/// The round in which the votes were cast.
	pub fn round_number(&self) -> RoundNumber {
		match self {
			Self::Prevote(votes) => votes.round_number,
			Self::Precommit(votes) => votes.round_number,
		}
	}
}

/// Whether the proof shows an equivocation: two different targets, and both votes signed by the
/// offender for that round of that set. Costs up to two Falcon verifications.
pub fn check_equivocation_proof<H, N>(report: EquivocationProof<H, N>) -> bool
where
	H: Clone + Encode + PartialEq,
	N: Clone + Encode + PartialEq,
{
	use finality_grandpa::Message::{Precommit, Prevote};

	let EquivocationProof { set_id, equivocation } = report;
	match equivocation {
		Equivocation::Prevote(votes) => are_conflicting_votes(votes, set_id, Prevote),
		Equivocation::Precommit(votes) => are_conflicting_votes(votes, set_id, Precommit),
	}
}

fn are_conflicting_votes<H, N, V>(
	votes: finality_grandpa::Equivocation<AuthorityId, V, AuthoritySignature>,
	set_id: SetId,
	into_message: impl Fn(V) -> finality_grandpa::Message<H, N>,
) -> bool
where
	H: Encode + PartialEq,
	N: Encode + PartialEq,
{
	let finality_grandpa::Equivocation { round_number, identity, first, second } = votes;
	let (first, first_signature) = (into_message(first.0), first.1);
	let (second, second_signature) = (into_message(second.0), second.1);
	let is_signed = |message: &finality_grandpa::Message<H, N>, signature: &AuthoritySignature| {
		check_message_signature(message, &identity, signature, round_number, set_id).is_valid()
	};
	first != second && is_signed(&first, &first_signature) && is_signed(&second, &second_signature)
}

/// What a voter signs: `SCALE((message, round, set_id))`, 53 bytes for a hash of 32 and a number of
/// 4 bytes.
pub fn localized_payload<E: Encode>(round: RoundNumber, set_id: SetId, message: &E) -> Vec<u8> {
	let mut payload = Vec::new();
	localized_payload_with_buffer(round, set_id, message, &mut payload);
	payload
}

/// Like [`localized_payload`], into a buffer whose former content is dropped.
pub fn localized_payload_with_buffer<E: Encode>(
	round: RoundNumber,
	set_id: SetId,
	message: &E,
	buf: &mut Vec<u8>,
) {
	buf.clear();
	message.encode_to(buf);
	round.encode_to(buf);
	set_id.encode_to(buf);
}

/// What checking a signature found.
#[derive(Clone, Encode, Decode, PartialEq, Eq)]
#[cfg_attr(feature = "std", derive(Debug))]
pub enum SignatureResult {
	/// Signed for this set.
	Valid,

	/// Signed neither for this set nor for the one before.
	Invalid,

	/// Signed for the set before this one.
	OutdatedSet,
}

impl SignatureResult {
	/// Whether the message was signed for this set.
	pub fn is_valid(&self) -> bool {
		*self == Self::Valid
	}
}

/// Checks the signature of a message for a round of a set, and on failure for the set before it:
/// a voter that has not seen the change yet is late, not dishonest.
pub fn check_message_signature<H, N>(
	message: &finality_grandpa::Message<H, N>,
	id: &AuthorityId,
	signature: &AuthoritySignature,
	round: RoundNumber,
	set_id: SetId,
) -> SignatureResult
where
	H: Encode,
	N: Encode,
{
	let mut payload = Vec::new();
	check_message_signature_with_buffer(message, id, signature, round, set_id, &mut payload)
}

/// Like [`check_message_signature`], with a buffer for the payload whose former content is dropped.
pub fn check_message_signature_with_buffer<H, N>(
	message: &finality_grandpa::Message<H, N>,
	id: &AuthorityId,
	signature: &AuthoritySignature,
	round: RoundNumber,
	set_id: SetId,
	buf: &mut Vec<u8>,
) -> SignatureResult
where
	H: Encode,
	N: Encode,
{
	use sp_application_crypto::RuntimeAppPublic;

	let mut is_signed_for = |set_id: SetId| {
		localized_payload_with_buffer(round, set_id, message, buf);
		id.verify(buf, signature)
	};

	if is_signed_for(set_id) {
		return SignatureResult::Valid;
	}
	let result = match set_id.checked_sub(1) {
		Some(previous) if is_signed_for(previous) => SignatureResult::OutdatedSet,
		_ => SignatureResult::Invalid,
	};
	log::debug!(
		target: if cfg!(feature = "std") { CLIENT_LOG_TARGET } else { RUNTIME_LOG_TARGET },
		"the signature of {id:?} on a message of round {round} is not for set {set_id}; for the set before: {}",
		result == SignatureResult::OutdatedSet,
	);
	result
}

/// Signs a message for a round of a set with a key that the keystore holds.
///
/// `None` when the keystore does not hold the key or could not sign. The client takes that for a
/// fatal error and ends the node: a keystore that may refuse must first report that it has no key.
#[cfg(feature = "std")]
pub fn sign_message<H, N>(
	keystore: KeystorePtr,
	message: finality_grandpa::Message<H, N>,
	public: AuthorityId,
	round: RoundNumber,
	set_id: SetId,
) -> Option<finality_grandpa::SignedMessage<H, N, AuthoritySignature, AuthorityId>>
where
	H: Encode,
	N: Encode,
{
	use codec::DecodeAll;
	use sp_application_crypto::AppCrypto;

	let payload = localized_payload(round, set_id, &message);
	let signature = keystore
		.sign_with(AuthorityId::ID, AuthorityId::CRYPTO_ID, public.as_ref(), &payload)
		.inspect_err(|error| {
			log::error!(
				target: CLIENT_LOG_TARGET,
				"the keystore did not sign a vote of round {round} in set {set_id}: {error}",
			)
		})
		.ok()
		.flatten()?;
	let signature = AuthoritySignature::decode_all(&mut &signature[..]).ok()?;
	Some(finality_grandpa::SignedMessage { message, signature, id: public })
}

/// The proof that a key belonged to a validator in a session, encoded: only the runtime knows its
/// type.
pub type OpaqueKeyOwnershipProof = OpaqueValue;

sp_api::decl_runtime_apis! {
	/// What the client's voter asks the runtime.
	///
	/// Changes of the set reach the client by [`ConsensusLog`], not by this interface.
	#[api_version(3)]
	pub trait GrandpaApi {
		/// The authorities that finalize the children of the block at which this is called.
		fn grandpa_authorities() -> AuthorityList;

		/// Puts an unsigned report into the local pool; it is not gossiped. `None` if the runtime
		/// could not build or submit it. For off-chain use only.
		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: EquivocationProof<Block::Hash, NumberFor<Block>>,
			key_owner_proof: OpaqueKeyOwnershipProof,
		) -> Option<()>;

		/// Proves that the key belonged to a validator. To be called at a block at which the set
		/// was in office; the set's number itself is not looked at.
		fn generate_key_ownership_proof(
			set_id: SetId,
			authority_id: AuthorityId,
		) -> Option<OpaqueKeyOwnershipProof>;

		/// The number of the set in office.
		fn current_set_id() -> SetId;
	}
}
