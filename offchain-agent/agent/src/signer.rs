// SPDX-License-Identifier: Apache-2.0
//! The signer as the agent uses it, behind a trait so that tests bring their own keys.

use qh_receipts::Receipt;
use qh_signer_client::{AgentClient, KeyInfo, SessionKeys, Status, TransactionRequest};
use std::{future::Future, path::Path, sync::Arc, time::Duration};

/// A Falcon-512 signature in its padded form.
pub type FalconSignature = [u8; 666];

/// Failure of a call to the signer.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
	/// Asking again later may well succeed: it is away, locked, or out of budget for now.
	#[error("{0}")]
	Later(String),
	/// The same request will be refused again.
	#[error("{0}")]
	Refused(String),
}

impl SignerError {
	/// Whether asking again later may well succeed.
	pub fn is_passing(&self) -> bool {
		matches!(self, Self::Later(_))
	}
}

impl From<qh_signer_client::Error> for SignerError {
	fn from(error: qh_signer_client::Error) -> Self {
		// A locked signer waits for its operator; the agent waits with it.
		if error.is_passing() || error.is_holding_back() {
			Self::Later(error.to_string())
		} else {
			Self::Refused(error.to_string())
		}
	}
}

/// What keeps a signer that answers from signing all that it should, for a person.
pub fn signer_problem(status: &Status) -> Option<String> {
	let locked = || "locked, nothing is signed: `qh-signer unlock` ends it".to_owned();
	let quarantined = |reason: &String| {
		format!("quarantined ({reason}), session keys sign nothing: `qh-signer release` ends it")
	};
	let parts = [
		status.locked.then(locked),
		status.quarantine.as_ref().map(quarantined),
		status.log.error.clone(),
	];
	let parts: Vec<_> = parts.into_iter().flatten().collect();
	(!parts.is_empty()).then(|| parts.join("; "))
}

/// Signs with the agent's key.
pub trait Signer: Send + Sync + 'static {
	/// Signatures of receipts that continue the agent's chain, in their order. The same receipts
	/// again get signatures again.
	fn sign_receipts(
		&self,
		receipts: Vec<Receipt>,
	) -> impl Future<Output = Result<Vec<FalconSignature>, SignerError>> + Send;

	/// Signature of a transaction.
	fn sign_transaction(
		&self,
		request: TransactionRequest,
	) -> impl Future<Output = Result<FalconSignature, SignerError>> + Send;

	/// New session keys for `owner`, with the proof of their possession.
	fn new_session_keys(
		&self,
		owner: [u8; 32],
	) -> impl Future<Output = Result<SessionKeys, SignerError>> + Send;
}

/// The signer's process, over its agent socket. Calls run on the blocking pool.
#[derive(Clone, Debug)]
pub struct RemoteSigner {
	client: Arc<AgentClient>,
	key: [u8; 32],
	deadline: Duration,
}

impl RemoteSigner {
	/// The signer in `directory`, for the chain with this genesis hash and the agent account `key`.
	pub fn new(directory: &Path, genesis: [u8; 32], key: [u8; 32], deadline: Duration) -> Self {
		Self { client: Arc::new(AgentClient::connect(directory, genesis)), key, deadline }
	}

	/// The signer's state.
	pub async fn status(&self) -> Result<Status, SignerError> {
		self.call(|client, deadline| client.status(deadline)).await
	}

	/// The accounts of the agent's class.
	pub async fn accounts(&self) -> Result<Vec<KeyInfo>, SignerError> {
		self.call(|client, deadline| client.accounts(deadline)).await
	}

	/// The agent's consent to work for an operator.
	pub async fn agent_consent(&self, operator: [u8; 32]) -> Result<Vec<u8>, SignerError> {
		let key = self.key;
		self.call(move |client, deadline| client.sign_agent_consent(key, operator, deadline)).await
	}

	async fn call<T: Send + 'static>(
		&self,
		call: impl FnOnce(&AgentClient, Duration) -> Result<T, qh_signer_client::Error> + Send + 'static,
	) -> Result<T, SignerError> {
		let (client, deadline) = (self.client.clone(), self.deadline);
		tokio::task::spawn_blocking(move || call(&client, deadline))
			.await
			.map_err(|error| SignerError::Later(format!("the call was given up: {error}")))?
			.map_err(SignerError::from)
	}
}

impl Signer for RemoteSigner {
	async fn sign_receipts(
		&self,
		receipts: Vec<Receipt>,
	) -> Result<Vec<FalconSignature>, SignerError> {
		let key = self.key;
		self.call(move |client, deadline| client.sign_receipts(key, &receipts, deadline)).await
	}

	async fn sign_transaction(
		&self,
		request: TransactionRequest,
	) -> Result<FalconSignature, SignerError> {
		let signature =
			self.call(move |client, deadline| client.sign_transaction(request, deadline)).await?;
		let found = signature.len();
		signature.try_into().map_err(|_| {
			SignerError::Refused(format!(
				"the agent's key gave a signature of {found} bytes; an agent's key is a Falcon-512 \
				 key, whose signatures have 666"
			))
		})
	}

	async fn new_session_keys(&self, owner: [u8; 32]) -> Result<SessionKeys, SignerError> {
		self.call(move |client, deadline| client.new_session_keys(owner, deadline)).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use qh_signer_client::LogStatus;

	#[test]
	fn a_signer_that_holds_back_is_not_well() {
		let mut status = Status {
			protocol: 1,
			version: "1.0.0".into(),
			genesis: [1; 32],
			locked: false,
			quarantine: None,
			horizon: None,
			last_slot: None,
			log: LogStatus { records: 0, head: [0; 32], generation: 1, error: None },
			sandbox: Vec::new(),
			lease_seconds: None,
			signed: 0,
			refused: 0,
		};
		assert_eq!(signer_problem(&status), None);
		status.quarantine = Some("the log was lost".into());
		let problem = signer_problem(&status).unwrap();
		assert!(problem.contains("the log was lost"), "{problem}");
		assert!(problem.contains("qh-signer release"), "{problem}");
		status.locked = true;
		status.log.error = Some("the disk is full".into());
		let problem = signer_problem(&status).unwrap();
		for words in ["qh-signer unlock", "the log was lost", "the disk is full"] {
			assert!(problem.contains(words), "{problem}");
		}
	}
}
