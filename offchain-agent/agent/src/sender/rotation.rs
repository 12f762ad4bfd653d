// SPDX-License-Identifier: Apache-2.0
//! New session keys: made by the signer, put on chain by the agent.
//!
//! While keys are rotated nothing else is sent, so that the nonce is free. Nothing of it is kept on
//! disk: after a crash the old keys are in force and the operator asks again.

use super::{SendError, Sender};
use crate::{
	chain::{Call, Chain, ChainError, Submission},
	clock::Clock,
	outbox::View,
	signer::Signer,
};
use qh_signer_client::SessionKeys;

/// Changes of the chain that are waited for before giving up.
const PATIENCE: usize = 60;

/// A transaction that was handed to the node.
struct Sent {
	nonce: u32,
	death: u32,
	spec_version: u32,
}

impl Sent {
	fn can_be_included(&self, view: &View) -> bool {
		self.nonce == view.nonce
			&& self.spec_version == view.spec_version
			&& self.death > view.best.number.saturating_add(1)
	}
}

impl<C: Chain, S: Signer, K: Clock> Sender<C, S, K> {
	/// Has the signer make new session keys for the operator. They are in force nowhere yet.
	pub async fn new_session_keys(&self) -> Result<SessionKeys, SendError> {
		Ok(self.signer.new_session_keys(self.identity.owner.operator).await?)
	}

	/// Puts session keys on chain; done when the best block holds them.
	pub async fn rotate_session_keys(&mut self, keys: &SessionKeys) -> Result<(), SendError> {
		let wanted = keys.keys();
		let call = Call::RotateSessionKeys {
			aura: Box::new(keys.aura),
			grandpa: Box::new(keys.grandpa),
			proof: keys.proof(),
		};
		let mut sent: Option<Sent> = None;
		for _ in 0..PATIENCE {
			let view = self.chain.view().await?;
			if self.chain.operator().await?.session_keys.as_deref() == Some(&wanted) {
				return Ok(());
			}
			let busy =
				self.outbox.waiting_nonce(&view).is_some() || self.waiting_beat(&view).is_some();
			let waits = sent.as_ref().is_some_and(|sent| sent.can_be_included(&view));
			if !busy && !waits {
				let (transaction, death, spec_version) =
					self.signed_transaction(&call, view.nonce).await?;
				match self.chain.submit(&transaction).await? {
					Submission::Pooled => {
						sent = Some(Sent { nonce: view.nonce, death, spec_version });
					}
					Submission::Later(reason) => tracing::warn!(reason, "rotation delayed"),
					Submission::Refused(reason) => return Err(refused(reason)),
				}
			}
			self.chain.changed().await;
		}
		Err(refused("it was not included in time".to_owned()))
	}
}

fn refused(message: String) -> SendError {
	let method = "Operators.rotate_session_keys".to_owned();
	ChainError::Rpc { method, code: 0, message }.into()
}
