// SPDX-License-Identifier: Apache-2.0
//! The agent's socket.

#[cfg(doc)]
use super::MAX_RECEIPTS;
use super::{AccountId, FalconSignature, Hash, KeyInfo, SessionKeys, Status, TransactionRequest};
use codec::{Decode, Encode};
use qh_receipts::Receipt;

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
