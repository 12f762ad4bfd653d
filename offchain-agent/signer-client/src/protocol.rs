// SPDX-License-Identifier: Apache-2.0
//! Requests and answers of each role's socket.
//!
//! A frame is `u32 LE length ‖ SCALE(body)` with at most [`MAX_FRAME`] bytes of body. The client's
//! body is an [`Envelope`] of the role's request, the signer's an [`Answer`] with the same id. Enum
//! indices and field order are wire format: variants are only ever appended.

use crate::Refusal;
use codec::{Decode, Encode};
pub use qh_crypto::falcon512::{PUBLIC_LEN, SIGNATURE_LEN};
use qh_receipts::{Receipt, Voucher};

/// Version of this protocol, reported in [`Status`].
pub const PROTOCOL_VERSION: u16 = 1;
/// Most bytes in the body of a frame. (The header of a block that announces a session of 256
/// authorities takes 461 kB.)
pub const MAX_FRAME: usize = 1 << 20;
/// Most receipts in one request: their signatures fit in one answer.
pub const MAX_RECEIPTS: usize = 1024;

/// A 32-byte hash.
pub type Hash = [u8; 32];
/// An account: `blake2_256("qh/account/v1" ‖ scheme index ‖ public key)`.
pub type AccountId = [u8; 32];
/// A Falcon-512 public key.
pub type FalconPublic = [u8; PUBLIC_LEN];
/// A Falcon-512 signature in its padded form.
pub type FalconSignature = [u8; SIGNATURE_LEN];

/// A request with the number under which it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope<T> {
	/// Chosen by the client; the answer repeats it.
	pub id: u64,
	/// The role's request.
	pub body: T,
}

/// An answer to the request with the same id.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer<T> {
	/// The request's id; 0 where the request could not be read at all.
	pub id: u64,
	/// What was asked for, or why not.
	pub result: Result<T, Refusal>,
}

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

/// What the agent may ask. Keys are those of the agent's class.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AgentRequest {
	/// How the signer is. Answer: [`AgentResponse::Status`].
	#[codec(index = 0)]
	Status,
	/// The agent's accounts. Answer: [`AgentResponse::Keys`].
	#[codec(index = 1)]
	Accounts,
	/// Sign a transaction that the key's allow-list has. Answer: [`AgentResponse::Signature`].
	#[codec(index = 2)]
	SignTransaction(Box<TransactionRequest>),
	/// Sign receipts that continue the agent's chain. Answer: [`AgentResponse::Signatures`], one a
	/// receipt.
	#[codec(index = 3)]
	SignReceipts {
		/// Account of the agent.
		key: AccountId,
		/// In the order of their sequence numbers, without gaps; at most [`MAX_RECEIPTS`].
		receipts: Vec<Receipt>,
	},
	/// Make new session keys. Answer: [`AgentResponse::SessionKeys`].
	#[codec(index = 4)]
	NewSessionKeys {
		/// Genesis hash of the agent's chain.
		genesis: Hash,
		/// Account that will own the keys on chain.
		owner: AccountId,
	},
	/// The agent's consent to work for an operator. Answer: [`AgentResponse::Signature`] over
	/// SCALE of `(genesis, operator, "agent")`.
	#[codec(index = 5)]
	SignAgentConsent {
		/// Account of the agent.
		key: AccountId,
		/// Genesis hash of the agent's chain.
		genesis: Hash,
		/// The operator to work for: the one the key was made for, if it was.
		operator: AccountId,
	},
}

/// Answers on the agent's socket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AgentResponse {
	/// To [`AgentRequest::Status`].
	#[codec(index = 0)]
	Status(Box<Status>),
	/// To [`AgentRequest::Accounts`].
	#[codec(index = 1)]
	Keys(Vec<KeyInfo>),
	/// A signature in the length of its key's scheme.
	#[codec(index = 2)]
	Signature(Vec<u8>),
	/// To [`AgentRequest::SignReceipts`].
	#[codec(index = 3)]
	Signatures(Vec<FalconSignature>),
	/// To [`AgentRequest::NewSessionKeys`].
	#[codec(index = 4)]
	SessionKeys(Box<SessionKeys>),
}

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

/// Who may use a key, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub enum KeyClass {
	/// Session keys: unlocked by the credential, so that a validator restarts without a person.
	#[codec(index = 0)]
	Consensus,
	/// The agent's: unlocked by the credential, restricted by an allow-list.
	#[codec(index = 1)]
	Agent,
	/// The operator's own: only within an operator's session.
	#[codec(index = 2)]
	Operator,
}

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub enum KeyRole {
	/// Blocks.
	#[codec(index = 0)]
	Aura,
	/// Finality votes.
	#[codec(index = 1)]
	Grandpa,
	/// Transactions and what else its class allows.
	#[codec(index = 2)]
	Account,
}

/// A key to make or import.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeySpec {
	/// Its class. Session keys are [`KeyClass::Consensus`], nothing else is.
	pub class: KeyClass,
	/// What it signs.
	pub role: KeyRole,
	/// Index of its scheme; session keys and agents are Falcon.
	pub scheme: u8,
	/// A name for people, at most 64 bytes.
	pub label: String,
	/// For an agent's key: the operator it works for.
	pub operator: Option<AccountId>,
	/// A trip-wire: any use of it locks the signer.
	pub canary: bool,
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyInfo {
	/// Account of the key, by which requests name it.
	pub id: AccountId,
	/// Its class.
	pub class: KeyClass,
	/// What it signs.
	pub role: KeyRole,
	/// Index of its scheme.
	pub scheme: u8,
	/// Public key.
	pub public: Vec<u8>,
	/// A name for people.
	pub label: String,
	/// For an agent's key: the operator it works for.
	pub operator: Option<AccountId>,
	/// When it was made or imported, in milliseconds since 1970.
	pub created_ms: u64,
}

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

/// New session keys with the proof that their maker holds them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SessionKeys {
	/// Public Aura key.
	pub aura: FalconPublic,
	/// Public GRANDPA key.
	pub grandpa: FalconPublic,
	/// Signature of the Aura key over `"POP_" ‖ owner`, under the possession tag.
	pub aura_proof: FalconSignature,
	/// Signature of the GRANDPA key over the same.
	pub grandpa_proof: FalconSignature,
}

impl SessionKeys {
	/// The keys as the runtime's `SessionKeys` encodes them: Aura, then GRANDPA.
	pub fn keys(&self) -> Vec<u8> {
		[&self.aura[..], &self.grandpa[..]].concat()
	}

	/// The proof as `set_keys` takes it: both signatures, in the keys' order.
	pub fn proof(&self) -> Vec<u8> {
		[&self.aura_proof[..], &self.grandpa_proof[..]].concat()
	}
}

/// A place in finality's progress. Ordered by set first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub struct Horizon {
	/// Authority set.
	pub set_id: u64,
	/// Round within it.
	pub round: u64,
}

/// State of the signer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Status {
	/// [`PROTOCOL_VERSION`] of the signer.
	pub protocol: u16,
	/// The program's version.
	pub version: String,
	/// The chain that its keys are bound to.
	pub genesis: Hash,
	/// Whether keys are out of memory.
	pub locked: bool,
	/// Why consensus keys hold back, if they do.
	pub quarantine: Option<String>,
	/// The furthest round voted in by any key. A node that is not past it (a database that was lost
	/// replays old rounds) must follow as a non-voter until it is.
	pub horizon: Option<Horizon>,
	/// The last slot signed by any key.
	pub last_slot: Option<u64>,
	/// State of the log.
	pub log: LogStatus,
	/// What the sandbox's self-test found.
	pub sandbox: Vec<SandboxCheck>,
	/// Seconds left of the operator's session, if there is one.
	pub lease_seconds: Option<u32>,
	/// Signatures given since the start.
	pub signed: u64,
	/// Requests refused since the start.
	pub refused: u64,
}

/// State of the signer's log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LogStatus {
	/// Records written.
	pub records: u64,
	/// Hash of the last one.
	pub head: Hash,
	/// How often the vault and the log have been opened together.
	pub generation: u64,
	/// What keeps it from being written, if anything does.
	pub error: Option<String>,
}

/// One check of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SandboxCheck {
	/// What was tried.
	pub name: String,
	/// Whether it was denied, as it must be.
	pub holds: bool,
	/// What was seen.
	pub detail: String,
}
