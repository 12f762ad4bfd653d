// SPDX-License-Identifier: Apache-2.0
//! What the signer says about itself.

use super::Signer;
use crate::metrics::Snapshot;
use qh_signer_client::{protocol::PROTOCOL_VERSION, LogStatus, SandboxCheck, Status};
use std::{sync::atomic::Ordering, time::Instant};

impl Signer {
	/// The signer's state.
	pub fn status(&self) -> Status {
		let (records, head) = self.wal.head();
		let inner = self.inner.lock();
		let lease_seconds = inner.lease.as_ref().and_then(|lease| {
			let left = lease.until.checked_duration_since(Instant::now())?;
			u32::try_from(left.as_secs()).ok()
		});
		Status {
			protocol: PROTOCOL_VERSION,
			version: env!("CARGO_PKG_VERSION").into(),
			genesis: self.identity.genesis,
			locked: inner.unlocked.is_none(),
			quarantine: inner.state.quarantine().map(str::to_owned),
			horizon: inner.state.horizon(),
			last_slot: inner.state.last_slot(),
			log: LogStatus {
				records,
				head,
				generation: inner.anchor.generation,
				error: self.wal.error(),
			},
			sandbox: self.sandbox.get().cloned().unwrap_or_default(),
			lease_seconds,
			signed: self.signed.load(Ordering::Relaxed),
			refused: self.refused.load(Ordering::Relaxed),
		}
	}

	/// Note what the sandbox's self-test found; once.
	pub fn set_sandbox(&self, checks: Vec<SandboxCheck>) {
		let _ = self.sandbox.set(checks);
	}

	/// Metrics in the text format of Prometheus.
	pub fn metrics_text(&self) -> String {
		self.metrics.render(&Snapshot { status: self.status() })
	}
}
