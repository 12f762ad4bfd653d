// SPDX-License-Identifier: Apache-2.0
//! Prometheus metrics, in OpenMetrics text over HTTP on the loopback interface.
//!
//! Everything is taken from the [`Status`] at the moment of the scrape; nothing is counted twice.

use crate::{
	clock::Clock,
	run::ACCEPT_AGAIN,
	status::{Board, Status},
};
use http_body_util::Full;
use hyper::{body::Bytes, header, service::service_fn, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use prometheus_client::{
	collector::Collector,
	encoding::{text::encode, DescriptorEncoder, EncodeMetric},
	metrics::{counter::ConstCounter, gauge::ConstGauge, info::Info},
	registry::Registry,
};
use std::{convert::Infallible, fmt, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Collects from the board.
struct BoardCollector<K> {
	board: Arc<Board>,
	clock: K,
}

impl<K> fmt::Debug for BoardCollector<K> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("BoardCollector")
	}
}

impl<K: Clock> Collector for BoardCollector<K> {
	fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
		let now_ms = self.clock.unix_ms();
		Page { encoder }.status(&self.board.read(now_ms), now_ms)
	}
}

struct Page<'a> {
	encoder: DescriptorEncoder<'a>,
}

impl Page<'_> {
	fn status(&mut self, status: &Status, now_ms: u64) -> Result<(), fmt::Error> {
		let build = Info::new([("version", status.agent_version.clone())]);
		self.put("build", "Version of the agent", &build)?;
		let node = &status.node;
		self.flag("node_up", "Whether the node answers", node.reachable)?;
		self.flag("node_syncing", "Whether the node catches up", node.syncing)?;
		self.gauge("node_peers", "Peers of the node", node.peers)?;
		if let Some(pool) = node.pool {
			self.gauge("node_pool_transactions", "Transactions in the node's pool", pool)?;
		}
		self.gauge("node_best_block", "Best block of the node", node.best.into())?;
		self.gauge("node_finalized_block", "Finalized block", node.finalized.into())?;
		self.gauge("node_spec_version", "Version of the runtime", node.spec_version.into())?;
		self.flag("signer_up", "Whether the signer answers", status.signer.reachable)?;
		self.flag("signer_locked", "Whether the signer is locked", status.signer.locked)?;
		self.flag(
			"signer_quarantined",
			"Whether the signer's session keys hold back",
			status.signer.quarantine.is_some(),
		)?;
		let registration = &status.registration;
		self.flag(
			"operator_registered",
			"Whether the operator is registered and this its agent",
			registration.is_agent,
		)?;
		let healthy = registration.health.as_deref() == Some("healthy");
		self.flag("operator_healthy", "Whether the chain calls the operator healthy", healthy)?;
		self.receipts(status, now_ms)?;
		self.gauge("problems", "Problems that last", status.problems.len() as u64)
	}

	fn receipts(&mut self, status: &Status, now_ms: u64) -> Result<(), fmt::Error> {
		let receipts = &status.receipts;
		self.gauge("log_receipts", "Receipts written down", receipts.written)?;
		self.gauge("receipts_pending", "Receipts announced but not signed", receipts.pending)?;
		self.gauge("receipts_anchored", "Receipts in the best chain", receipts.anchored)?;
		self.gauge("receipts_finalized", "Receipts in finalized blocks", receipts.finalized)?;
		self.gauge("receipts_settled", "Receipts final and proven on disk", receipts.settled)?;
		self.gauge("receipts_in_flight", "Receipts in the batch under way", receipts.in_flight)?;
		self.gauge(
			"receipts_affordable",
			"Receipts that allowance and tank cover",
			receipts.affordable,
		)?;
		let oldest = receipts.oldest_unsettled_ms.map(|ms| now_ms.saturating_sub(ms)).unwrap_or(0);
		let seconds = oldest as f64 / 1_000.0;
		self.put(
			"receipt_oldest_unsettled_seconds",
			"Age of the oldest receipt that is not settled",
			&ConstGauge::new(seconds),
		)?;
		self.counter("batches_submitted", "Batches handed to the node", receipts.submitted)?;
		self.counter("transactions_resigned", "Transactions signed anew", receipts.resigned)?;
		self.counter("transactions_refused", "Transactions the node refused", receipts.refused)?;
		self.counter("heartbeats", "Heartbeats handed to the node", receipts.heartbeats)
	}

	fn flag(&mut self, name: &str, help: &str, value: bool) -> Result<(), fmt::Error> {
		self.gauge(name, help, value.into())
	}

	fn gauge(&mut self, name: &str, help: &str, value: u64) -> Result<(), fmt::Error> {
		self.put(name, help, &ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX)))
	}

	fn counter(&mut self, name: &str, help: &str, value: u64) -> Result<(), fmt::Error> {
		self.put(name, help, &ConstCounter::new(value))
	}

	fn put(
		&mut self,
		name: &str,
		help: &str,
		metric: &impl EncodeMetric,
	) -> Result<(), fmt::Error> {
		let name = format!("qh_agent_{name}");
		let encoder = self.encoder.encode_descriptor(&name, help, None, metric.metric_type())?;
		metric.encode(encoder)
	}
}

/// The metrics of this board as text.
pub fn page<K: Clock>(board: Arc<Board>, clock: K) -> Result<String, fmt::Error> {
	let mut registry = Registry::default();
	registry.register_collector(Box::new(BoardCollector { board, clock }));
	let mut text = String::new();
	encode(&mut text, &registry)?;
	Ok(text)
}

/// Serves `GET /metrics` until shutdown.
pub async fn serve<K: Clock + Clone>(
	listener: TcpListener,
	board: Arc<Board>,
	clock: K,
	shutdown: CancellationToken,
) -> anyhow::Result<()> {
	loop {
		let stream = tokio::select! {
			() = shutdown.cancelled() => return Ok(()),
			accepted = listener.accept() => match accepted {
				Ok((stream, _)) => stream,
				Err(error) => {
					tracing::warn!(%error, "a connection for metrics failed");
					tokio::time::sleep(ACCEPT_AGAIN).await;
					continue;
				},
			},
		};
		let (board, clock, ended) = (board.clone(), clock.clone(), shutdown.clone());
		tokio::spawn(async move {
			let service = service_fn(|request| {
				let response = respond(&request, &board, &clock);
				async move { Ok::<_, Infallible>(response) }
			});
			let connection = hyper::server::conn::http1::Builder::new()
				.serve_connection(TokioIo::new(stream), service);
			tokio::select! {
				() = ended.cancelled() => {},
				served = connection => if let Err(error) = served {
					tracing::debug!(%error, "a connection for metrics ended");
				},
			}
		});
	}
}

fn respond<K: Clock + Clone, B>(
	request: &Request<B>,
	board: &Arc<Board>,
	clock: &K,
) -> Response<Full<Bytes>> {
	let (status, kind, body) = match (request.method(), request.uri().path()) {
		(&Method::GET, "/metrics") => match page(board.clone(), clock.clone()) {
			Ok(text) => {
				(StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", text)
			}
			Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.to_string()),
		},
		_ => (StatusCode::NOT_FOUND, "text/plain", "metrics are at /metrics\n".to_owned()),
	};
	let mut response = Response::new(Full::new(Bytes::from(body)));
	*response.status_mut() = status;
	response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
	response
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fakes::ManualClock;

	#[test]
	fn the_page_holds_what_the_status_holds() {
		let board = Arc::new(Board::default());
		board.update(|status| {
			status.node.best = 12;
			status.receipts.submitted = 3;
			status.signer.quarantine = Some("why".into());
			status.receipts.oldest_unsettled_ms = Some(500);
		});
		let text = page(board, ManualClock::at(2_000)).unwrap();
		for line in [
			"qh_agent_node_best_block 12",
			"qh_agent_signer_quarantined 1",
			"qh_agent_batches_submitted_total 3",
			"qh_agent_receipt_oldest_unsettled_seconds 1.5",
			"# EOF",
		] {
			assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
		}
	}
}
