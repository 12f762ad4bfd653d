// SPDX-License-Identifier: Apache-2.0
//! Keys, without their secrets.

use super::{AccountId, FalconPublic, FalconSignature};
use codec::{Decode, Encode};

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
