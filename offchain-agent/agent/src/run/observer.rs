// SPDX-License-Identifier: Apache-2.0
//! Looks at node and signer, and writes down what it saw.

use super::HealthDigest;
use crate::{
	chain::{node::Node, Chain},
	clock::{Clock, SystemClock},
	config, health,
	journal::Entry,
	log::Torn,
	recorder::{RecordError, Recorder},
	signer::{signer_problem, RemoteSigner},
	status::{Board, RegistrationStatus},
};
use qh_receipts::{blake2_256, Kind};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The task's parts.
pub(super) struct Observer {
	pub(super) node: Node,
	pub(super) signer: RemoteSigner,
	pub(super) recorder: Recorder,
	pub(super) board: Arc<Board>,
	pub(super) clock: SystemClock,
	pub(super) agent: [u8; 32],
	pub(super) digest: watch::Sender<HealthDigest>,
	pub(super) torn: Option<Torn>,
	/// When the last receipt was written before this process began.
	pub(super) last_ms: Option<u64>,
	pub(super) config: config::Health,
}

impl Observer {
	/// Observes until shutdown.
	pub(super) async fn run(mut self, shutdown: CancellationToken) -> anyhow::Result<()> {
		let every = Duration::from_millis(self.config.observe_ms);
		let health = Duration::from_millis(self.config.interval_ms);
		// A process that is restarted again and again must not use up the allowance: the time since
		// the last receipt counts, whoever wrote it.
		let age = self.last_ms.map(|ms| self.clock.unix_ms().saturating_sub(ms));
		let wait = age.map(|ms| health.saturating_sub(Duration::from_millis(ms)));
		let mut due = self.clock.monotonic().saturating_add(wait.unwrap_or_default());
		loop {
			tokio::select! {
				() = shutdown.cancelled() => return Ok(()),
				() = self.observe() => {},
			}
			self.tell_of_torn_tail().await;
			let now = self.clock.monotonic();
			if now >= due && self.write().await? {
				due = now.saturating_add(health);
			}
			tokio::select! {
				() = shutdown.cancelled() => return Ok(()),
				() = tokio::time::sleep(every) => {},
			}
		}
	}

	async fn observe(&self) {
		let operator = self.node.operator().await;
		let keys = operator.as_ref().ok().and_then(|operator| operator.session_keys.clone());
		let seen = match (operator, self.node.view().await, self.node.node(keys).await) {
			(Ok(operator), Ok(view), Ok(node)) => Ok((operator, view, node)),
			(Err(error), _, _) | (_, Err(error), _) | (_, _, Err(error)) => Err(error),
		};
		match &seen {
			Ok((operator, view, node)) => self.board.update(|status| {
				status.node.set_state(node.clone());
				status.node.set_view(view);
				status.registration = RegistrationStatus::new(operator, self.agent);
			}),
			Err(_) => self.board.update(|status| status.node.reachable = false),
		}
		self.problem("node", seen.as_ref().err().map(ToString::to_string));
		if let Ok((operator, _, node)) = &seen {
			let lost = node.has_session_keys == Some(false);
			let message = "it lacks the session keys that the chain holds for this operator";
			self.problem("session keys", lost.then(|| message.to_owned()));
			let message = match (operator.registered, operator.agent == Some(self.agent)) {
				(true, true) => None,
				(true, false) => Some("the operator has another agent on chain"),
				(false, _) => Some("the operator is not registered on chain"),
			};
			self.problem("registration", message.map(str::to_owned));
		}

		let signer = self.signer.status().await;
		self.board.update(|status| {
			status.signer.reachable = signer.is_ok();
			if let Ok(seen) = &signer {
				status.signer.version = seen.version.clone();
				status.signer.locked = seen.locked;
				status.signer.quarantine = seen.quarantine.clone();
			}
		});
		let problem = match &signer {
			Err(error) => Some(error.to_string()),
			Ok(seen) => signer_problem(seen),
		};
		self.problem("signer", problem);
	}

	fn problem(&self, part: &'static str, problem: Option<String>) {
		if self.board.problem(part, problem.clone()) {
			match problem {
				Some(problem) => tracing::warn!(part, problem, "problem"),
				None => tracing::info!(part, "problem resolved"),
			}
		}
	}

	/// Writes a health receipt. False if it has to be tried again.
	async fn write(&self) -> anyhow::Result<bool> {
		let status = self.board.read(self.clock.unix_ms());
		let payload = health::payload(&status)?;
		let report = blake2_256(&[&payload]);
		let written = self.record(Entry { kind: Kind::HEALTH, payload }).await;
		if written {
			let node_version = health::node_version(&status.node.version);
			self.digest.send_replace(HealthDigest { node_version, report });
		}
		Ok(written)
	}

	/// Says in the log that its unfinished end was cut off.
	async fn tell_of_torn_tail(&mut self) {
		let Some(torn) = &self.torn else { return };
		let payload = format!(
			"{{\"v\":1,\"event\":\"unfinished_write_cut_off\",\"bytes\":{},\"seq\":{}}}",
			torn.bytes, torn.seq
		);
		let entry = Entry { kind: Kind::DIAGNOSIS, payload: payload.into_bytes() };
		if self.record(entry).await {
			self.torn = None;
		}
	}

	async fn record(&self, entry: Entry) -> bool {
		match self.recorder.record(vec![entry]).await {
			Ok(_) | Err(RecordError::Pending(_)) => true,
			Err(RecordError::Refused(_)) => false,
		}
	}
}
