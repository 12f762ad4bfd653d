// SPDX-License-Identifier: Apache-2.0
//! The node's socket.

use super::{
	AccountId, FalconPublic, FalconSignature, Hash, Horizon, KeyInfo, SessionKeys, Status,
};
use codec::{Decode, Encode};

/// What the node may ask.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum NodeRequest {
	/// How the signer is. Answer: [`NodeResponse::Status`].
	#[codec(index = 0)]
	Status,
	/// The session keys it holds, also while locked. Answer: [`NodeResponse::Keys`].
	#[codec(index = 1)]
	Keys,
	/// Seal a block. Answer: [`NodeResponse::Signature`] over `blake2_256(header)`.
	#[codec(index = 2)]
	SignAura {
		/// Genesis hash of the node's chain.
		genesis: Hash,
		/// Aura key to sign with.
		public: Box<FalconPublic>,
		/// SCALE of the whole unsealed header.
		header: Vec<u8>,
		/// Milliseconds after which the signature is of no use.
		deadline_ms: u32,
	},
	/// Sign a finality vote. Answer: [`NodeResponse::Signature`] over `message`.
	#[codec(index = 3)]
	SignGrandpa {
		/// Genesis hash of the node's chain.
		genesis: Hash,
		/// GRANDPA key to sign with.
		public: Box<FalconPublic>,
		/// SCALE of `(Message<H256, u32>, round: u64, set_id: u64)`.
		message: Vec<u8>,
	},
	/// Make new session keys. Answer: [`NodeResponse::SessionKeys`].
	#[codec(index = 4)]
	NewSessionKeys {
		/// Genesis hash of the node's chain.
		genesis: Hash,
		/// Account that will own the keys on chain.
		owner: AccountId,
	},
	/// Tell the signer where finality stands, for the way out of quarantine. Answer:
	/// [`NodeResponse::Done`].
	#[codec(index = 5)]
	Progress {
		/// Genesis hash of the node's chain.
		genesis: Hash,
		/// The round that the node is in.
		at: Horizon,
	},
}

/// Answers on the node's socket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum NodeResponse {
	/// To [`NodeRequest::Status`].
	#[codec(index = 0)]
	Status(Box<Status>),
	/// To [`NodeRequest::Keys`].
	#[codec(index = 1)]
	Keys(Vec<KeyInfo>),
	/// To the signing requests.
	#[codec(index = 2)]
	Signature(Box<FalconSignature>),
	/// To [`NodeRequest::NewSessionKeys`].
	#[codec(index = 3)]
	SessionKeys(Box<SessionKeys>),
	/// Nothing to say but yes.
	#[codec(index = 4)]
	Done,
}
