// SPDX-License-Identifier: Apache-2.0

//! Prometheus metrics of what the node asks the signer.

use qh_signer_client::Error;
use std::time::Duration;
use substrate_prometheus_endpoint::{
	register, CounterVec, Gauge, HistogramOpts, HistogramVec, Opts, PrometheusError, Registry, U64,
};

/// Upper bounds of the latency's buckets, in seconds: a signature takes a few milliseconds, and a
/// block's deadline is a quarter slot.
const LATENCY_BUCKETS: [f64; 12] =
	[0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1.0, 2.0];

/// Metrics of the signer's client. Cheap to clone; the clones count together.
#[derive(Clone)]
pub(super) struct Metrics {
	requests: CounterVec<U64>,
	refusals: CounterVec<U64>,
	seconds: HistogramVec,
	pub(super) reachable: Gauge<U64>,
	pub(super) ready: Gauge<U64>,
	pub(super) voting: Gauge<U64>,
	pub(super) waiting: Gauge<U64>,
}

impl Metrics {
	/// Registers the metrics where there is a registry.
	pub(super) fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
		let gauge = |name, help| {
			let gauge = Gauge::<U64>::new(name, help)?;
			registry.map_or(Ok(gauge.clone()), |registry| register(gauge.clone(), registry))
		};
		let counter = |name: &str, help: &str, label| {
			let counter = CounterVec::<U64>::new(Opts::new(name, help), &[label])?;
			registry.map_or(Ok(counter.clone()), |registry| register(counter.clone(), registry))
		};
		let seconds = HistogramVec::new(
			HistogramOpts::new(
				"qh_signer_request_seconds",
				"Time until the signer answered, by request",
			)
			.buckets(LATENCY_BUCKETS.to_vec()),
			&["request"],
		)?;
		Ok(Self {
			requests: counter(
				"qh_signer_requests_total",
				"Requests to the signer, by outcome",
				"outcome",
			)?,
			refusals: counter(
				"qh_signer_refusals_total",
				"Requests that the signer refused, by reason",
				"reason",
			)?,
			seconds: registry
				.map_or(Ok(seconds.clone()), |registry| register(seconds, registry))?,
			reachable: gauge("qh_signer_reachable", "1 if the signer answered the last request")?,
			ready: gauge("qh_signer_ready", "1 if the signer is neither locked nor quarantined")?,
			voting: gauge("qh_signer_voting", "1 if this node takes part in finality")?,
			waiting: gauge("qh_signer_waiting", "1 while a vote waits for the signer")?,
		})
	}

	/// Counts an answer and the time that it took.
	pub(super) fn record<T>(&self, request: &str, took: Duration, answer: &Result<T, Error>) {
		let outcome = match answer {
			Ok(_) => "answered",
			Err(Error::Refused(_)) => "refused",
			Err(Error::Timeout { .. }) => "timeout",
			Err(Error::Unreachable { .. }) => "unreachable",
			Err(Error::Protocol(_)) => "protocol",
		};
		self.requests.with_label_values(&[outcome]).inc();
		if let Err(Error::Refused(refusal)) = answer {
			let reason = refusal.reason().map_or("unknown", |reason| reason.label());
			self.refusals.with_label_values(&[reason]).inc();
		}
		if !matches!(answer, Err(Error::Unreachable { .. })) {
			self.seconds.with_label_values(&[request]).observe(took.as_secs_f64());
		}
		self.reachable.set(matches!(answer, Ok(_) | Err(Error::Refused(_))).into());
	}
}
