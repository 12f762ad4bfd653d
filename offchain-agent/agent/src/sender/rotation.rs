// SPDX-License-Identifier: Apache-2.0
//! New session keys: made by the signer, put on chain by the agent.
//!
//! While keys are rotated nothing else is sent, so that the nonce is free. Nothing of it is kept on
//! disk: after a crash the operator looks which keys are in force, and asks again if they are the
//! old ones.
//!
//! What a node may hold it may also include, however long it does not answer. So once a transaction
//! was handed in, a rotation is called failed only when every block that could hold it is final and
//! the keys are not there. Where that is not seen in time, nobody knows, and that is the answer.

use super::{SendError, Sender};
use crate::{
	chain::{extrinsic::MORTALITY, Call, Chain, ChainError, Submission},
	clock::Clock,
	outbox::View,
	signer::Signer,
};
use qh_signer_client::SessionKeys;

/// Changes of the chain during which transactions are signed and handed in.
const PATIENCE: u32 = 60;
/// Changes after that until what was handed in has to be included or dead: a block of its life is
/// seen twice, as the best one and as a final one.
const UNTIL_DEAD: u32 = 2 * MORTALITY;

/// Why session keys are not on chain.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
	/// They will not be: nothing that was handed in can still be included.
	#[error(transparent)]
	Failed(SendError),
	/// They may yet be.
	#[error(
		"{reason}; what was sent may still be included until block {death} is final, and \
		 `qh-agent status --json` then shows in registration.session_keys which keys the chain \
		 holds: until then keep the old keys and the new ones"
	)]
	Unknown {
		/// Why it is not waited for any longer.
		reason: SendError,
		/// First block that can no longer hold what was sent.
		death: u32,
	},
}

/// A rotation under way.
struct Rotation {
	call: Call,
	/// SCALE of the keys, as the chain holds them.
	wanted: Vec<u8>,
	/// The transaction signed last.
	signed: Option<Signed>,
	/// First block that can hold nothing of what a node may have taken.
	death: Option<u32>,
	/// The last finalized block at which the keys were not there.
	finalized: u32,
	/// Why nothing more is handed in.
	given_up: Option<String>,
}

struct Signed {
	transaction: Vec<u8>,
	nonce: u32,
	death: u32,
	spec_version: u32,
	/// Best block when a node last took it.
	taken_at: Option<u32>,
}

impl Signed {
	fn can_be_included(&self, view: &View) -> bool {
		self.nonce == view.nonce
			&& self.spec_version == view.spec_version
			&& self.death > view.best.number.saturating_add(1)
	}
}

impl Rotation {
	/// Whether nothing that was handed in can still be included.
	fn is_dead(&self) -> bool {
		self.death.is_none_or(|death| self.finalized.saturating_add(1) >= death)
	}

	fn may_be_held(&mut self, death: u32) {
		self.death = self.death.max(Some(death));
	}

	fn ended(&self, reason: SendError) -> RotationError {
		match self.death {
			Some(death) if !self.is_dead() => RotationError::Unknown { reason, death },
			_ => RotationError::Failed(reason),
		}
	}
}

impl<C: Chain, S: Signer, K: Clock> Sender<C, S, K> {
	/// Has the signer make new session keys for the operator. They are in force nowhere yet.
	pub async fn new_session_keys(&self) -> Result<SessionKeys, SendError> {
		let made = self.signer.new_session_keys(self.identity.owner.operator).await;
		made.map_err(SendError::SessionKeys)
	}

	/// Puts session keys on chain; done when the best block holds them.
	///
	/// Looks at the chain again and again, and calls `at_each_turn` before, so that a caller can
	/// tell waiting from hanging.
	pub async fn rotate_session_keys(
		&mut self,
		keys: &SessionKeys,
		mut at_each_turn: impl FnMut() + Send,
	) -> Result<(), RotationError> {
		let call = Call::RotateSessionKeys {
			aura: Box::new(keys.aura),
			grandpa: Box::new(keys.grandpa),
			proof: keys.proof(),
		};
		let mut rotation = Rotation {
			call,
			wanted: keys.keys(),
			signed: None,
			death: None,
			finalized: 0,
			given_up: None,
		};
		let late = || "it was not included in time".to_owned();
		for turn in 0..PATIENCE.saturating_add(UNTIL_DEAD) {
			at_each_turn();
			if turn >= PATIENCE {
				rotation.given_up.get_or_insert_with(late);
			}
			match self.rotation_turn(&mut rotation).await {
				Ok(true) => return Ok(()),
				Ok(false) => {}
				Err(error) if error.is_fatal() || rotation.death.is_none() => {
					return Err(rotation.ended(error));
				}
				Err(error) => tracing::warn!(%error, "the rotation waits for the chain"),
			}
			if rotation.given_up.is_some() && rotation.is_dead() {
				break;
			}
			self.chain.changed().await;
		}
		let reason = rotation.given_up.take().unwrap_or_else(late);
		Err(rotation.ended(refused(reason)))
	}

	/// Takes the next step; whether the keys are on chain.
	async fn rotation_turn(&self, rotation: &mut Rotation) -> Result<bool, SendError> {
		let view = self.chain.view().await?;
		// Read after the view: what the view's finalized block holds is in this, too.
		if self.chain.operator().await?.session_keys.as_ref() == Some(&rotation.wanted) {
			return Ok(true);
		}
		rotation.finalized = view.finalized.number;
		let is_busy =
			self.outbox.waiting_nonce(&view).is_some() || self.waiting_beat(&view).is_some();
		if is_busy || rotation.given_up.is_some() {
			return Ok(false);
		}
		let mut signed = match rotation.signed.take() {
			Some(signed) if signed.can_be_included(&view) => signed,
			_ => {
				let (transaction, death, spec_version) =
					self.signed_transaction(&rotation.call, view.nonce).await?;
				Signed { transaction, nonce: view.nonce, death, spec_version, taken_at: None }
			}
		};
		let again =
			signed.taken_at.map(|at| at.saturating_add(self.settings.policy.resubmit_after));
		if again.is_none_or(|again| view.best.number >= again) {
			match self.chain.submit(&signed.transaction).await {
				Ok(Submission::Pooled) => {
					rotation.may_be_held(signed.death);
					signed.taken_at = Some(view.best.number);
				}
				Ok(Submission::Later(reason)) => tracing::warn!(reason, "rotation delayed"),
				Ok(Submission::Refused(reason)) => rotation.given_up = Some(reason),
				Err(error) => {
					// The answer may be what was lost.
					rotation.may_be_held(signed.death);
					rotation.signed = Some(signed);
					return Err(error.into());
				}
			}
		}
		rotation.signed = Some(signed);
		Ok(false)
	}
}

fn refused(message: String) -> SendError {
	let method = "Operators.rotate_session_keys".to_owned();
	ChainError::Rpc { method, code: 0, message }.into()
}
