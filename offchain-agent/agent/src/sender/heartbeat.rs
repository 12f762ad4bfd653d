// SPDX-License-Identifier: Apache-2.0
//! One heartbeat a window, in windows in which the validator authored no block.

use super::{Pause, SendError, Sender};
use crate::{
	chain::{Call, Chain, Heartbeat, OperatorState, Submission},
	clock::Clock,
	outbox::View,
	signer::Signer,
};

/// A heartbeat that waits in the pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
	window: u32,
	nonce: u32,
	submitted_at: u32,
}

impl<C: Chain, S: Signer, K: Clock> Sender<C, S, K> {
	/// Sends a heartbeat if the current window needs one.
	pub(super) async fn send_heartbeat(
		&mut self,
		view: &View,
		operator: &OperatorState,
	) -> Result<(), SendError> {
		let window = operator.window;
		let (Some(after), false) = (self.settings.heartbeat_after, window.seen) else {
			return Ok(());
		};
		let ours = operator.agent == Some(self.identity.agent);
		let waits = self.waiting_beat(view).is_some()
			&& self.beat.is_some_and(|beat| beat.window == window.index);
		if !ours || waits || window.blocks < after || self.beat_pause.lasts(self.clock.monotonic())
		{
			return Ok(());
		}
		let nonce = match self.outbox.waiting_nonce(view) {
			Some(taken) if taken == view.nonce => taken.saturating_add(1),
			_ => view.nonce,
		};
		let (best, finalized) = (view.best.number, view.finalized.number);
		let call = Call::Heartbeat(Heartbeat { best, finalized, ..self.report });
		let (transaction, ..) = self.signed_transaction(&call, nonce).await?;
		match self.chain.submit(&transaction).await? {
			Submission::Pooled => {
				self.counters.heartbeats = self.counters.heartbeats.saturating_add(1);
				self.beat_pause = Pause::NONE;
				self.beat = Some(Beat { window: window.index, nonce, submitted_at: best });
				tracing::info!(window = window.index, "heartbeat sent");
			}
			Submission::Later(reason) | Submission::Refused(reason) => {
				tracing::warn!(reason, window = window.index, "the node refused the heartbeat");
				self.counters.refused = self.counters.refused.saturating_add(1);
				self.beat = None;
				self.beat_pause.begin(self.clock.monotonic());
			}
		}
		Ok(())
	}

	/// Nonce of a heartbeat that is still waiting. One that is in no block for a while was dropped,
	/// and must not hold up what comes after its nonce.
	pub(super) fn waiting_beat(&self, view: &View) -> Option<u32> {
		let beat = self.beat?;
		let patience = self.settings.policy.resubmit_after.saturating_mul(2);
		let waits = beat.nonce >= view.nonce
			&& view.best.number < beat.submitted_at.saturating_add(patience);
		waits.then_some(beat.nonce)
	}
}
