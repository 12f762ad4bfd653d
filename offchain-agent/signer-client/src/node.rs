// SPDX-License-Identifier: Apache-2.0
//! The node's client: consensus signatures and session keys.

use crate::{
	protocol::{FalconPublic, FalconSignature, NodeRequest, NodeResponse},
	transport::{Retry, Transport},
	AccountId, Error, Hash, Horizon, KeyInfo, SessionKeys, Status,
};
use std::{path::Path, time::Duration};

/// Client of the node's socket. Every call is safe from any thread.
#[derive(Debug)]
pub struct NodeClient {
	transport: Transport,
	genesis: Hash,
}

impl NodeClient {
	/// For the signer in directory `dir` (or the socket itself) and the chain with this genesis
	/// hash. Nothing is connected before the first call, so the signer may come later.
	pub fn connect(dir: impl AsRef<Path>, genesis: Hash) -> Self {
		let path = crate::socket_path(dir.as_ref(), crate::socket::NODE);
		Self { transport: Transport::new(path), genesis }
	}

	/// Path of the socket, for messages.
	pub fn path(&self) -> &Path {
		self.transport.path()
	}

	/// The signer's state: locked, quarantined, horizon.
	pub fn status(&self, within: Duration) -> Result<Status, Error> {
		match self.call(NodeRequest::Status, within, Retry::Idempotent)? {
			NodeResponse::Status(status) => Ok(*status),
			other => Err(unexpected(&other)),
		}
	}

	/// The session keys that the signer holds, also while it is locked.
	pub fn keys(&self, within: Duration) -> Result<Vec<KeyInfo>, Error> {
		match self.call(NodeRequest::Keys, within, Retry::Idempotent)? {
			NodeResponse::Keys(keys) => Ok(keys),
			other => Err(unexpected(&other)),
		}
	}

	/// Seal the block with this unsealed header (SCALE). The deadline goes along: the signer signs
	/// nothing that comes too late.
	pub fn sign_aura(
		&self,
		public: &FalconPublic,
		header: Vec<u8>,
		within: Duration,
	) -> Result<FalconSignature, Error> {
		let request = NodeRequest::SignAura {
			genesis: self.genesis,
			public: Box::new(*public),
			header,
			deadline_ms: u32::try_from(within.as_millis()).unwrap_or(u32::MAX),
		};
		self.signature(request, within)
	}

	/// Sign a vote: SCALE of `(Message<H256, u32>, round: u64, set_id: u64)`.
	pub fn sign_grandpa(
		&self,
		public: &FalconPublic,
		message: Vec<u8>,
		within: Duration,
	) -> Result<FalconSignature, Error> {
		let request =
			NodeRequest::SignGrandpa { genesis: self.genesis, public: Box::new(*public), message };
		self.signature(request, within)
	}

	/// Make new session keys, to be owned by `owner` on chain.
	pub fn new_session_keys(
		&self,
		owner: AccountId,
		within: Duration,
	) -> Result<SessionKeys, Error> {
		let request = NodeRequest::NewSessionKeys { genesis: self.genesis, owner };
		match self.call(request, within, Retry::Never)? {
			NodeResponse::SessionKeys(keys) => Ok(*keys),
			other => Err(unexpected(&other)),
		}
	}

	/// Report the round that the node is in.
	pub fn progress(&self, at: Horizon, within: Duration) -> Result<(), Error> {
		let request = NodeRequest::Progress { genesis: self.genesis, at };
		match self.call(request, within, Retry::Idempotent)? {
			NodeResponse::Done => Ok(()),
			other => Err(unexpected(&other)),
		}
	}

	fn signature(&self, request: NodeRequest, within: Duration) -> Result<FalconSignature, Error> {
		match self.call(request, within, Retry::Idempotent)? {
			NodeResponse::Signature(signature) => Ok(*signature),
			other => Err(unexpected(&other)),
		}
	}

	fn call(
		&self,
		request: NodeRequest,
		within: Duration,
		retry: Retry,
	) -> Result<NodeResponse, Error> {
		self.transport.call(request, within, retry)
	}
}

fn unexpected(response: &NodeResponse) -> Error {
	let name = match response {
		NodeResponse::Status(_) => "status",
		NodeResponse::Keys(_) => "keys",
		NodeResponse::Signature(_) => "signature",
		NodeResponse::SessionKeys(_) => "session keys",
		NodeResponse::Done => "done",
	};
	Error::Protocol(format!("unexpected answer: {name}"))
}
