// SPDX-License-Identifier: Apache-2.0
//! What the log records: every record is both an audit entry and a change of the rules' state.

use super::{State, Vote};
use codec::{Decode, Encode};
use qh_signer_client::{AccountId, Hash, Horizon, KeyClass, KeyRole};

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
	/// Number of the record, from 0, without gaps over the whole log.
	pub seq: u64,
	/// Milliseconds since 1970; never less than the record before.
	pub time_ms: u64,
	/// Who asked: uid, gid and pid of the peer; none for what the signer does by itself.
	pub peer: Option<(u32, u32, i32)>,
	/// What happened.
	pub event: Event,
}

/// Why the signer is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum LockReason {
	/// The operator asked.
	#[codec(index = 0)]
	Operator,
	/// A canary key was asked for.
	#[codec(index = 1)]
	Canary,
}

/// What happened. Variants are only ever appended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Event {
	/// The log was opened. The generation counts that, in the vault too.
	#[codec(index = 0)]
	Started {
		/// Of vault and log together.
		generation: u64,
		/// Fingerprint of the machine and directory.
		place: Hash,
	},
	/// The whole state, at the head of each file of the log.
	#[codec(index = 1)]
	Snapshot(Box<State>),
	/// A block was sealed.
	#[codec(index = 2)]
	Aura {
		/// The key.
		key: AccountId,
		/// The slot.
		slot: u64,
		/// Hash of the header.
		hash: Hash,
	},
	/// A vote was cast.
	#[codec(index = 3)]
	Grandpa {
		/// The key.
		key: AccountId,
		/// The vote.
		vote: Vote,
	},
	/// A transaction was signed.
	#[codec(index = 4)]
	Transaction {
		/// The key.
		key: AccountId,
		/// `Pallet.call`.
		call: String,
		/// `blake2_256` of the payload.
		payload: Hash,
	},
	/// Receipts were signed.
	#[codec(index = 5)]
	Receipts {
		/// The key.
		key: AccountId,
		/// Number of the first.
		first_seq: u64,
		/// Their ids.
		ids: Vec<Hash>,
	},
	/// Something else was signed.
	#[codec(index = 6)]
	Statement {
		/// The key.
		key: AccountId,
		/// Its domain tag.
		domain: [u8; 16],
		/// `blake2_256` of the message.
		message: Hash,
	},
	/// A key was made or imported.
	#[codec(index = 7)]
	KeyAdded {
		/// The key.
		key: AccountId,
		/// Its class.
		class: KeyClass,
		/// What it signs.
		role: KeyRole,
		/// Whether it came from elsewhere, and with it an unknown past.
		imported: bool,
	},
	/// A key was removed; should it come back, it holds back.
	#[codec(index = 8)]
	KeyRemoved {
		/// The key.
		key: AccountId,
	},
	/// Keys left memory.
	#[codec(index = 9)]
	Locked {
		/// Why.
		reason: LockReason,
	},
	/// Keys are back.
	#[codec(index = 10)]
	Unlocked,
	/// An operator's session began or, with 0 seconds, ended.
	#[codec(index = 11)]
	Lease {
		/// How long.
		seconds: u32,
	},
	/// Keys hold back: what they signed is not known for sure.
	#[codec(index = 12)]
	Quarantined {
		/// Why.
		reason: String,
		/// Session keys.
		consensus: Vec<AccountId>,
		/// Agents' keys, which sign no receipts until their chain is adopted.
		agents: Vec<AccountId>,
	},
	/// Consensus keys may sign again, above these floors.
	#[codec(index = 13)]
	Released {
		/// No slot at or under this.
		slot: u64,
		/// No round at or under this.
		horizon: Horizon,
	},
	/// Requests were refused since the last such record: counts by refusal code.
	#[codec(index = 14)]
	Refusals {
		/// Code and count.
		counts: Vec<(u16, u32)>,
	},
	/// A key's allow-list was changed.
	#[codec(index = 15)]
	Calls {
		/// The key.
		key: AccountId,
		/// Allowed now.
		added: Vec<String>,
		/// No longer allowed.
		removed: Vec<String>,
	},
	/// The agent's keys may sign without a session until then.
	#[codec(index = 16)]
	AgentAuthorised {
		/// Milliseconds since 1970.
		until_ms: u64,
	},
	/// A receipt chain was taken over from elsewhere.
	#[codec(index = 17)]
	ChainAdopted {
		/// The key.
		key: AccountId,
		/// Number of the next receipt.
		next_seq: u64,
		/// Id of the last one.
		head: Hash,
	},
	/// The signer ended in order.
	#[codec(index = 18)]
	Stopped,
	/// The vault is being bound to a chain. It is once the vault itself says so.
	#[codec(index = 19)]
	Bound {
		/// Genesis hash of the chain.
		genesis: Hash,
	},
}
