// SPDX-License-Identifier: Apache-2.0
//! Drives the sender: a tick at every new block, and what came of it onto the board.

use super::{notify, HealthDigest};
use crate::{
	chain::Chain,
	clock::Clock,
	outbox::{Chained, Waiting},
	recorder::Recorder,
	sender::{Report, SendError, Sender},
	signer::Signer,
	status::Board,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Pause after an error, so that a node that is away is not hammered.
const PAUSE: Duration = Duration::from_secs(1);

/// Sends until shutdown.
pub(super) async fn run<C: Chain, S: Signer, K: Clock>(
	mut sender: Sender<C, S, K>,
	recorder: Recorder,
	board: Arc<Board>,
	digests: watch::Receiver<HealthDigest>,
	shutdown: CancellationToken,
) -> anyhow::Result<()> {
	loop {
		let digest = *digests.borrow();
		sender.set_report(digest.node_version, digest.report);
		let ticked = tokio::select! {
			// A tick may be dropped at any point: everything it does is made for that.
			() = shutdown.cancelled() => return Ok(()),
			ticked = sender.tick() => ticked,
		};
		recorder.halt(matches!(ticked, Err(SendError::Disagreement(_))));
		let failed = ticked.is_err();
		match ticked {
			Ok(report) => show(&board, &sender, &report),
			Err(error) if error.is_fatal() => return Err(error.into()),
			Err(error) => {
				if board.problem("sender", Some(error.to_string())) {
					tracing::warn!(%error, "receipts do not get through");
				}
			}
		}
		// Only a completed tick feeds the watchdog.
		notify(&[sd_notify::NotifyState::Watchdog]);
		tokio::select! {
			() = shutdown.cancelled() => return Ok(()),
			() = pause(&sender, failed) => {},
		}
	}
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
