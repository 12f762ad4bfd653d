// SPDX-License-Identifier: Apache-2.0
//! Counters, and their text for Prometheus. Labels come from closed sets: nothing that a peer sends
//! makes a new series.

use qh_crypto::Domain;
use qh_signer_client::{RefusalCode, Status};
use std::{
	fmt::Write,
	sync::atomic::{AtomicU64, Ordering},
	time::Duration,
};

/// Upper bounds of the histogram's buckets, in microseconds.
const BOUNDS_US: [u64; 8] = [100, 250, 500, 1000, 2500, 10_000, 100_000, 1_000_000];

/// Counters since the start.
pub(crate) struct Metrics {
	signed: [AtomicU64; Domain::ALL.len()],
	refused: [AtomicU64; RefusalCode::ALL.len() + 1],
	sign_buckets: [AtomicU64; BOUNDS_US.len()],
	sign_us: AtomicU64,
}

/// What else is shown.
pub(crate) struct Snapshot {
	pub(crate) status: Status,
}

impl Metrics {
	pub(crate) fn new() -> Self {
		Self {
			signed: Default::default(),
			refused: Default::default(),
			sign_buckets: Default::default(),
			sign_us: AtomicU64::new(0),
		}
	}

	pub(crate) fn signed(&self, domain: Domain, took: Duration) {
		if let Some(index) = Domain::ALL.iter().position(|known| *known == domain) {
			self.signed[index].fetch_add(1, Ordering::Relaxed);
		}
		let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
		self.sign_us.fetch_add(micros, Ordering::Relaxed);
		if let Some(index) = BOUNDS_US.iter().position(|bound| micros <= *bound) {
			self.sign_buckets[index].fetch_add(1, Ordering::Relaxed);
		}
	}

	pub(crate) fn refused(&self, code: u16) {
		let index = usize::from(code).min(RefusalCode::ALL.len() + 1).saturating_sub(1);
		self.refused[index].fetch_add(1, Ordering::Relaxed);
	}

	/// The text format, version 0.0.4.
	pub(crate) fn render(&self, snapshot: &Snapshot) -> String {
		let mut out = String::new();
		self.render_counters(&mut out);
		let status = &snapshot.status;
		let mut gauge = |name: &str, help: &str, value: u64| {
			let _ = write!(
				out,
				"# HELP qh_signer_{name} {help}\n# TYPE qh_signer_{name} gauge\nqh_signer_{name} {value}\n"
			);
		};
		gauge("locked", "1 while keys are out of memory.", status.locked.into());
		gauge("quarantined", "1 while session keys hold back.", status.quarantine.is_some().into());
		gauge("log_records", "Records of the log.", status.log.records);
		gauge(
			"log_failing",
			"1 while the log cannot be written.",
			status.log.error.is_some().into(),
		);
		gauge("generation", "Starts of this vault and log.", status.log.generation);
		gauge(
			"lease_seconds",
			"Seconds left of the operator's session.",
			status.lease_seconds.unwrap_or_default().into(),
		);
		if let Some(slot) = status.last_slot {
			gauge("last_slot", "Last slot that was sealed.", slot);
		}
		if let Some(horizon) = status.horizon {
			gauge("last_set", "Furthest authority set voted in.", horizon.set_id);
			gauge("last_round", "Furthest round voted in within that set.", horizon.round);
		}
		out.push_str(
			"# HELP qh_signer_sandbox_holds 1 where the sandbox denied what it must.\n\
			 # TYPE qh_signer_sandbox_holds gauge\n",
		);
		for check in &status.sandbox {
			let _ = writeln!(
				out,
				"qh_signer_sandbox_holds{{check=\"{}\"}} {}",
				check.name,
				u8::from(check.holds)
			);
		}
		out
	}

	fn render_counters(&self, out: &mut String) {
		out.push_str(
			"# HELP qh_signer_signatures_total Signatures made, by domain.\n\
			 # TYPE qh_signer_signatures_total counter\n",
		);
		let mut total = 0;
		for (domain, count) in Domain::ALL.iter().zip(&self.signed) {
			let count = count.load(Ordering::Relaxed);
			total += count;
			let name = domain.name();
			let _ = writeln!(out, "qh_signer_signatures_total{{domain=\"{name}\"}} {count}");
		}
		out.push_str(
			"# HELP qh_signer_refusals_total Requests refused, by reason.\n\
			 # TYPE qh_signer_refusals_total counter\n",
		);
		let labels = RefusalCode::ALL.iter().map(|reason| reason.label()).chain(["other"]);
		for (reason, count) in labels.zip(&self.refused) {
			let count = count.load(Ordering::Relaxed);
			let _ = writeln!(out, "qh_signer_refusals_total{{reason=\"{reason}\"}} {count}");
		}
		out.push_str(
			"# HELP qh_signer_sign_seconds Time to make and verify a signature.\n\
			 # TYPE qh_signer_sign_seconds histogram\n",
		);
		let mut below = 0;
		for (bound, count) in BOUNDS_US.iter().zip(&self.sign_buckets) {
			below += count.load(Ordering::Relaxed);
			let bound = *bound as f64 / 1e6;
			let _ = writeln!(out, "qh_signer_sign_seconds_bucket{{le=\"{bound}\"}} {below}");
		}
		let sum = self.sign_us.load(Ordering::Relaxed) as f64 / 1e6;
		let _ = write!(
			out,
			"qh_signer_sign_seconds_bucket{{le=\"+Inf\"}} {total}\n\
			 qh_signer_sign_seconds_sum {sum}\nqh_signer_sign_seconds_count {total}\n"
		);
	}
}
