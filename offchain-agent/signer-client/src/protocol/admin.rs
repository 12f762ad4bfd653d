// SPDX-License-Identifier: Apache-2.0
//! The operator's socket.

use super::{
	AccountId, FalconPublic, Hash, Horizon, KeyInfo, KeySpec, RegistrationStatement, Release,
	SessionKeys, Status, TransactionRequest,
};
use codec::{Decode, Encode};
use qh_receipts::Voucher;

/// What the operator may ask. Requests with a `lease` need the one that
/// [`AdminRequest::OpenLease`] gave.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum AdminRequest {
	/// How the signer is. Answer: [`AdminResponse::Status`].
	#[codec(index = 0)]
	Status,
	/// Wipe all keys from memory, durably: a restart stays locked. Answer: [`AdminResponse::Done`],
	/// after which nothing more is signed.
	#[codec(index = 1)]
	Lock,
	/// Undo a lock. Answer: [`AdminResponse::Done`].
	#[codec(index = 2)]
	Unlock {
		/// The operator's passphrase.
		passphrase: Vec<u8>,
	},
	/// Begin an operator's session. Answer: [`AdminResponse::Lease`].
	#[codec(index = 3)]
	OpenLease {
		/// The operator's passphrase.
		passphrase: Vec<u8>,
		/// How long, in seconds; the signer's configuration has a maximum.
		seconds: u32,
	},
	/// End an operator's session. Answer: [`AdminResponse::Done`].
	#[codec(index = 4)]
	CloseLease,
	/// All keys, without secrets. Answer: [`AdminResponse::Keys`].
	#[codec(index = 5)]
	ListKeys,
	/// Make a key. Answer: [`AdminResponse::Keys`] with the one.
	#[codec(index = 6)]
	CreateKey {
		/// The session.
		lease: LeaseId,
		/// Which key.
		spec: KeySpec,
		/// Entropy of the operator's own, mixed with the system's. May be empty.
		entropy: Vec<u8>,
	},
	/// Take in a key from its 32-byte seed. Answer: [`AdminResponse::Keys`] with the one. A
	/// consensus key is quarantined until released: what it signed elsewhere is not known.
	#[codec(index = 7)]
	ImportKey {
		/// The session.
		lease: LeaseId,
		/// Which key.
		spec: KeySpec,
		/// Its seed.
		seed: [u8; 32],
	},
	/// Allow calls to a key, by name. Answer: [`AdminResponse::Done`].
	#[codec(index = 8)]
	AllowCalls {
		/// The session.
		lease: LeaseId,
		/// The key.
		key: AccountId,
		/// `Pallet.call` names.
		calls: Vec<String>,
	},
	/// Take calls from a key's allow-list. Answer: [`AdminResponse::Done`].
	#[codec(index = 9)]
	DisallowCalls {
		/// The session.
		lease: LeaseId,
		/// The key.
		key: AccountId,
		/// `Pallet.call` names.
		calls: Vec<String>,
	},
	/// Let consensus keys sign again after a quarantine, above what is given (or, without it, above
	/// the furthest round that the node reported). Answer: [`AdminResponse::Done`].
	#[codec(index = 10)]
	ReleaseQuarantine {
		/// The session.
		lease: LeaseId,
		/// Nothing at or under this round will be signed.
		horizon: Option<Horizon>,
	},
	/// Let the agent's keys sign without a session for some hours. Answer: [`AdminResponse::Done`].
	#[codec(index = 11)]
	AuthoriseAgent {
		/// The session.
		lease: LeaseId,
		/// From now; 0 ends it.
		hours: u32,
	},
	/// Sign a transaction with an operator's key. Answer: [`AdminResponse::Signature`].
	#[codec(index = 12)]
	SignTransaction {
		/// The session.
		lease: LeaseId,
		/// The transaction.
		request: Box<TransactionRequest>,
	},
	/// The operator's consent to a registration. Answer: [`AdminResponse::Signature`] over SCALE of
	/// the [`RegistrationStatement`].
	#[codec(index = 13)]
	SignRegistration {
		/// The session.
		lease: LeaseId,
		/// What is consented to; the key is the operator's.
		statement: RegistrationStatement,
	},
	/// Sign a voucher as its customer. Answer: [`AdminResponse::Signature`].
	#[codec(index = 14)]
	SignVoucher {
		/// The session.
		lease: LeaseId,
		/// The voucher's content.
		voucher: Box<Voucher>,
	},
	/// Sign a release's statement. Answer: [`AdminResponse::Signature`].
	#[codec(index = 15)]
	SignRelease {
		/// The session.
		lease: LeaseId,
		/// The key.
		key: AccountId,
		/// What is released.
		release: Release,
	},
	/// Sign bytes under the raw domain tag, which nothing on chain accepts. Answer:
	/// [`AdminResponse::Signature`].
	#[codec(index = 16)]
	SignRaw {
		/// The session.
		lease: LeaseId,
		/// The key.
		key: AccountId,
		/// At most 64 KiB.
		message: Vec<u8>,
	},
	/// Prove possession of session keys that the vault holds. Answer: [`AdminResponse::Signature`]
	/// with the proof.
	#[codec(index = 17)]
	ProvePossession {
		/// The session.
		lease: LeaseId,
		/// Account that will own the keys on chain.
		owner: AccountId,
		/// Aura key.
		aura: Box<FalconPublic>,
		/// GRANDPA key.
		grandpa: Box<FalconPublic>,
	},
	/// Make new session keys. Answer: [`AdminResponse::SessionKeys`].
	#[codec(index = 18)]
	NewSessionKeys {
		/// The session.
		lease: LeaseId,
		/// Account that will own the keys on chain.
		owner: AccountId,
	},
	/// The calls that a key may make. Answer: [`AdminResponse::Calls`].
	#[codec(index = 19)]
	ListCalls {
		/// The key.
		key: AccountId,
	},
	/// Accept the agent's receipt chain as it stands elsewhere, after the log was lost. Answer:
	/// [`AdminResponse::Done`].
	#[codec(index = 20)]
	AdoptReceiptChain {
		/// The session.
		lease: LeaseId,
		/// The agent's account.
		key: AccountId,
		/// Sequence number of the next receipt.
		next_seq: u64,
		/// Id of the last receipt.
		head: Hash,
	},
	/// Remove keys from the vault for good. Answer: [`AdminResponse::Done`].
	#[codec(index = 21)]
	RemoveKey {
		/// The session.
		lease: LeaseId,
		/// The key.
		key: AccountId,
	},
}

impl core::fmt::Debug for AdminRequest {
	/// Nothing but the variant's index: several variants carry secrets.
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "AdminRequest(#{})", self.encode().first().copied().unwrap_or_default())
	}
}

/// Answers on the operator's socket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AdminResponse {
	/// To [`AdminRequest::Status`].
	#[codec(index = 0)]
	Status(Box<Status>),
	/// Nothing to say but yes.
	#[codec(index = 1)]
	Done,
	/// To [`AdminRequest::OpenLease`].
	#[codec(index = 2)]
	Lease {
		/// To be sent with the session's requests.
		lease: LeaseId,
		/// How long it lasts.
		seconds: u32,
	},
	/// Keys, without secrets.
	#[codec(index = 3)]
	Keys(Vec<KeyInfo>),
	/// A signature in the length of its key's scheme.
	#[codec(index = 4)]
	Signature(Vec<u8>),
	/// New session keys.
	#[codec(index = 5)]
	SessionKeys(Box<SessionKeys>),
	/// `Pallet.call` names.
	#[codec(index = 6)]
	Calls(Vec<String>),
}

/// Names an operator's session.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct LeaseId(pub [u8; 16]);

impl core::fmt::Debug for LeaseId {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str("LeaseId(..)")
	}
}
