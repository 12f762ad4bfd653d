// SPDX-License-Identifier: Apache-2.0
//! Drives the sender: a tick at every new block, and what came of it onto the board.

use super::{notify, HealthDigest};
use crate::{
	chain::Chain,
	clock::Clock,
	control::RotationRequest,
	hexed::Hex32,
	journal::Entry,
	outbox::{Chained, Waiting},
	recorder::{RecordError, Recorder},
	sender::{Report, RotationError, SendError, Sender},
	signer::Signer,
	status::Board,
};
use qh_receipts::{blake2_256, Kind};
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// Pause after an error, so that a node that is away is not hammered.
const PAUSE: Duration = Duration::from_secs(1);

/// The task's parts.
pub(super) struct Sending<C, S, K> {
	pub(super) sender: Sender<C, S, K>,
	pub(super) recorder: Recorder,
	pub(super) board: Arc<Board>,
	pub(super) digests: watch::Receiver<HealthDigest>,
	pub(super) requests: mpsc::Receiver<RotationRequest>,
}

impl<C: Chain, S: Signer, K: Clock> Sending<C, S, K> {
	/// Sends until shutdown.
	pub(super) async fn run(mut self, shutdown: CancellationToken) -> anyhow::Result<()> {
		loop {
			let digest = *self.digests.borrow();
			self.sender.set_report(digest.node_version, digest.report);
			let ticked = tokio::select! {
				// A tick may be dropped at any point: everything it does is made for that.
				() = shutdown.cancelled() => return Ok(()),
				ticked = self.sender.tick() => ticked,
			};
			self.recorder.halt(matches!(ticked, Err(SendError::Disagreement(_))));
			let failed = ticked.is_err();
			match ticked {
				Ok(report) => show(&self.board, &self.sender, &report),
				Err(error) if error.is_fatal() => return Err(error.into()),
				Err(error) => {
					if self.board.problem("sender", Some(error.to_string())) {
						tracing::warn!(%error, "receipts do not get through");
					}
				}
			}
			// A tick that failed has ended, too: a node that is away is no reason to be restarted.
			feed_watchdog();
			let request = tokio::select! {
				() = shutdown.cancelled() => return Ok(()),
				() = pause(&self.sender, failed) => None,
				request = self.requests.recv() => request,
			};
			if let Some(reply) = request {
				tokio::select! {
					() = shutdown.cancelled() => return Ok(()),
					rotated = self.rotate() => { let _ = reply.send(rotated); },
				}
			}
		}
	}

	/// Rotates the session keys: the intent is on disk before, the outcome after.
	async fn rotate(&mut self) -> Result<[u8; 32], String> {
		let keys = self.sender.new_session_keys().await.map_err(|error| error.to_string())?;
		let digest = blake2_256(&[&keys.keys()]);
		self.note("intent", digest, None).await.map_err(|error| error.to_string())?;
		let rotated = self.sender.rotate_session_keys(&keys, feed_watchdog).await;
		let problem = rotated.as_ref().err().map(ToString::to_string);
		let stage = match &rotated {
			Ok(()) => "done",
			Err(RotationError::Failed(_)) => "failed",
			Err(RotationError::Unknown { .. }) => "unknown",
		};
		if let Err(error) = self.note(stage, digest, problem.as_deref()).await {
			tracing::error!(%error, "the outcome of the rotation is not written yet");
		}
		match problem {
			None => Ok(digest),
			Some(problem) => Err(problem),
		}
	}

	async fn note(
		&self,
		stage: &str,
		digest: [u8; 32],
		problem: Option<&str>,
	) -> Result<(), RecordError> {
		let payload = serde_json::to_vec(&Rotation {
			v: 1,
			event: "session_keys_rotation",
			stage,
			session_keys: Hex32(digest),
			problem,
		})
		.map_err(|error| RecordError::Refused(error.to_string()))?;
		self.recorder.record(vec![Entry { kind: Kind::KEY_ROTATION, payload }]).await.map(|_| ())
	}
}

/// Payload of a key rotation receipt. The order of the fields is part of the format.
#[derive(Serialize)]
struct Rotation<'a> {
	v: u8,
	event: &'a str,
	stage: &'a str,
	session_keys: Hex32,
	problem: Option<&'a str>,
}

/// Tells systemd that the task does not hang.
fn feed_watchdog() {
	notify(&[sd_notify::NotifyState::Watchdog]);
}

async fn pause<C: Chain, S: Signer, K: Clock>(sender: &Sender<C, S, K>, failed: bool) {
	match failed {
		true => tokio::time::sleep(PAUSE).await,
		false => sender.chain().changed().await,
	}
}

fn show<C: Chain, S: Signer, K: Clock>(board: &Board, sender: &Sender<C, S, K>, report: &Report) {
	let settled = sender.settled();
	let oldest = sender.index().time_ms(settled);
	board.update(|status| {
		status.node.set_view(&report.view);
		let receipts = &mut status.receipts;
		receipts.anchored = report.view.best_head.next_seq;
		receipts.finalized = report.view.finalized_head.next_seq;
		receipts.settled = settled;
		receipts.in_flight = report.in_flight;
		receipts.waiting = report.waiting.name().to_owned();
		receipts.affordable = report.view.affordable;
		receipts.oldest_unsettled_ms = oldest;
		receipts.set_counters(sender.counters());
	});
	let problem = match report.waiting {
		Waiting::Allowance => Some(
			"neither the free allowance nor the gas tank covers a receipt: fill the tank \
			 (Attestation.fill_tank) or wait for the next day",
		),
		Waiting::NodeBehind => Some("the node has not caught up with what was final before"),
		_ => None,
	};
	if board.problem("sender", problem.map(str::to_owned)) {
		match problem {
			Some(problem) => tracing::warn!(problem, "receipts do not get through"),
			None => tracing::info!("receipts get through again"),
		}
	}
}
