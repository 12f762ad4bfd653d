// SPDX-License-Identifier: Apache-2.0
//! The agent's client: transactions, receipts and session keys.

use crate::{
	protocol::{AgentRequest, AgentResponse, FalconSignature, MAX_FRAME, MAX_RECEIPTS},
	transport::{Retry, Transport},
	AccountId, Error, Hash, KeyInfo, SessionKeys, Status, TransactionRequest,
};
use codec::Encode;
use qh_receipts::Receipt;
use std::{
	path::Path,
	time::{Duration, Instant},
};

/// Bytes of a frame that are left for what surrounds the receipts.
const FRAME_MARGIN: usize = 128;

/// Client of the agent's socket. Every call is safe from any thread.
#[derive(Debug)]
pub struct AgentClient {
	transport: Transport,
	genesis: Hash,
}

impl AgentClient {
	/// For the signer in directory `dir` (or the socket itself) and the chain with this genesis
	/// hash. Nothing is connected before the first call.
	pub fn connect(dir: impl AsRef<Path>, genesis: Hash) -> Self {
		let path = crate::socket_path(dir.as_ref(), crate::socket::AGENT);
		Self { transport: Transport::new(path), genesis }
	}

	/// Path of the socket, for messages.
	pub fn path(&self) -> &Path {
		self.transport.path()
	}

	/// The signer's state.
	pub fn status(&self, within: Duration) -> Result<Status, Error> {
		match self.call(AgentRequest::Status, within, Retry::Idempotent)? {
			AgentResponse::Status(status) => Ok(*status),
			other => Err(unexpected(&other)),
		}
	}

	/// The agent's accounts.
	pub fn accounts(&self, within: Duration) -> Result<Vec<KeyInfo>, Error> {
		match self.call(AgentRequest::Accounts, within, Retry::Idempotent)? {
			AgentResponse::Keys(keys) => Ok(keys),
			other => Err(unexpected(&other)),
		}
	}

	/// Sign a transaction. The signature has the length of the key's scheme.
	pub fn sign_transaction(
		&self,
		request: TransactionRequest,
		within: Duration,
	) -> Result<Vec<u8>, Error> {
		let request = AgentRequest::SignTransaction(Box::new(request));
		self.signature(request, within)
	}

	/// Sign receipts, in the order of their sequence numbers. The same receipts again get a
	/// signature again; others in their place are refused. Split over as many requests as needed:
	/// after an error some may have been signed, which does no harm.
	pub fn sign_receipts(
		&self,
		key: AccountId,
		receipts: &[Receipt],
		within: Duration,
	) -> Result<Vec<FalconSignature>, Error> {
		let by = Instant::now() + within;
		let mut signatures = Vec::with_capacity(receipts.len());
		let mut rest = receipts;
		while !rest.is_empty() {
			let count = fitting(rest);
			let (part, later) = rest.split_at(count);
			let request = AgentRequest::SignReceipts { key, receipts: part.to_vec() };
			let left = by.saturating_duration_since(Instant::now());
			match self.call(request, left, Retry::Idempotent)? {
				AgentResponse::Signatures(some) if some.len() == count => signatures.extend(some),
				other => return Err(unexpected(&other)),
			}
			rest = later;
		}
		Ok(signatures)
	}

	/// Make new session keys, to be owned by `owner` on chain.
	pub fn new_session_keys(
		&self,
		owner: AccountId,
		within: Duration,
	) -> Result<SessionKeys, Error> {
		let request = AgentRequest::NewSessionKeys { genesis: self.genesis, owner };
		match self.call(request, within, Retry::Never)? {
			AgentResponse::SessionKeys(keys) => Ok(*keys),
			other => Err(unexpected(&other)),
		}
	}

	/// The agent's signature of `(genesis, operator, "agent")`, for the operator's registration.
	pub fn sign_agent_consent(
		&self,
		key: AccountId,
		operator: AccountId,
		within: Duration,
	) -> Result<Vec<u8>, Error> {
		let request = AgentRequest::SignAgentConsent { key, genesis: self.genesis, operator };
		self.signature(request, within)
	}

	fn signature(&self, request: AgentRequest, within: Duration) -> Result<Vec<u8>, Error> {
		match self.call(request, within, Retry::Idempotent)? {
			AgentResponse::Signature(signature) => Ok(signature),
			other => Err(unexpected(&other)),
		}
	}

	fn call(
		&self,
		request: AgentRequest,
		within: Duration,
		retry: Retry,
	) -> Result<AgentResponse, Error> {
		self.transport.call(request, within, retry)
	}
}

/// How many of the first receipts fit in one request: at least one.
fn fitting(receipts: &[Receipt]) -> usize {
	let mut size = FRAME_MARGIN;
	receipts
		.iter()
		.take(MAX_RECEIPTS)
		.take_while(|receipt| {
			size += receipt.encoded_size();
			size <= MAX_FRAME
		})
		.count()
		.max(1)
}

fn unexpected(response: &AgentResponse) -> Error {
	let name = match response {
		AgentResponse::Status(_) => "status",
		AgentResponse::Keys(_) => "keys",
		AgentResponse::Signature(_) => "signature",
		AgentResponse::Signatures(_) => "signatures",
		AgentResponse::SessionKeys(_) => "session keys",
	};
	Error::Protocol(format!("unexpected answer: {name}"))
}
