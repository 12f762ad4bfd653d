// SPDX-License-Identifier: Apache-2.0
//! The running agent: opens what is on disk, starts the tasks, stops them in order.
//!
//! | task | does |
//! |---|---|
//! | `recorder` | writes receipts, the only writer of the log |
//! | `observer` | looks at node and signer, and writes health down |
//! | `sender` | heartbeats, batches, proofs |
//! | `status` | publishes `status.json` |
//! | `control` | serves the control socket |
//! | `metrics` | serves Prometheus, if configured |

mod observer;
mod sending;

use crate::{
	chain::node::{Node, NodeConfig},
	clock::{Clock, SystemClock},
	config::Config,
	control, durable,
	hexed::Hex32,
	journal::Journal,
	metrics,
	outbox::{Chained, Policy},
	recorder,
	sender::{Identity, Sender, Settings},
	signer::RemoteSigner,
	state_dir::StateDir,
	status::Board,
	supervisor::Supervisor,
};
use anyhow::Context;
use observer::Observer;
use sending::Sending;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{
	net::TcpListener,
	signal::unix::{signal, SignalKind},
	sync::{mpsc, watch},
};

/// How long tasks have to end.
const DEADLINE: Duration = Duration::from_secs(10);
/// How often the status file is published.
const PUBLISH: Duration = Duration::from_secs(1);

/// Pause after a connection could not be accepted: the system reports the same again at once while
/// file descriptors are short.
pub(crate) const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// What a heartbeat says of the node: its version, and the digest of the last health report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HealthDigest {
	pub(crate) node_version: [u16; 3],
	pub(crate) report: [u8; 32],
}

/// Runs until a signal asks it to end or a critical task does.
pub async fn run(config: Config) -> anyhow::Result<()> {
	let state = StateDir::new(&config.state_dir);
	let identity = state.identity()?;
	state.create()?;
	let _lock = state.lock()?;
	let stop = stop_signal()?;
	let clock = SystemClock::new();
	let board = Arc::new(Board::default());
	board.update(|status| {
		status.version = 1;
		status.agent_version = env!("CARGO_PKG_VERSION").to_owned();
		status.pid = std::process::id();
		status.genesis = Hex32(identity.owner.genesis);
		status.operator = Hex32(identity.owner.operator);
		status.agent = Hex32(identity.agent);
	});

	let signer = signer_of(&config, &identity);
	let (journal, torn) = Journal::open(
		&state.log(),
		&state.pending(),
		identity.owner,
		identity.agent_public,
		signer.clone(),
		clock,
	)?;
	let index = journal.index().clone();
	let last_ms = index.last_time_ms();
	board.update(|status| {
		status.receipts.written = index.count();
		status.receipts.pending = journal.pending() as u64;
	});
	let settings = Settings {
		policy: Policy {
			max_receipts: config.anchor.max_receipts,
			interval_ms: config.anchor.interval_ms,
			resubmit_after: config.anchor.resubmit_after_blocks,
		},
		heartbeat_after: config.heartbeat.enabled.then_some(config.heartbeat.after_blocks),
	};
	let (digest, digests) = watch::channel(HealthDigest::default());
	let sender = Sender::open(
		node_of(&config, &identity),
		signer.clone(),
		clock,
		identity.clone(),
		state.paths(),
		settings,
		index,
	)?;
	let socket = control::bind(&state.socket())?;
	let metrics = match &config.metrics {
		Some(metrics) => Some(
			TcpListener::bind(metrics.listen)
				.await
				.with_context(|| format!("cannot serve metrics on {}", metrics.listen))?,
		),
		None => None,
	};

	let (rotations, requests) = mpsc::channel(1);
	let mut supervisor = Supervisor::default();
	let shutdown = supervisor.shutdown();
	let (recorder, recording) = recorder::start(journal, board.clone(), shutdown.clone());
	supervisor.spawn("recorder", recording);
	let observer = Observer {
		// A connection of its own, so that a large answer about the pool holds up no receipt.
		node: node_of(&config, &identity),
		signer,
		recorder: recorder.clone(),
		board: board.clone(),
		clock,
		agent: identity.agent,
		digest,
		torn,
		last_ms,
		config: config.health.clone(),
	};
	supervisor.spawn("observer", observer.run(shutdown.clone()));
	let sending =
		Sending { sender, recorder: recorder.clone(), board: board.clone(), digests, requests };
	supervisor.spawn("sender", sending.run(shutdown.clone()));
	let services = control::Services { recorder, board: board.clone(), clock, rotations };
	supervisor.spawn("control", control::serve(socket, services, shutdown.clone()));
	supervisor.spawn("status", publish(state.clone(), board.clone(), clock, shutdown.clone()));
	if let Some(listener) = metrics {
		supervisor
			.spawn("metrics", metrics::serve(listener, board.clone(), clock, shutdown.clone()));
	}
	tracing::info!(
		operator = %Hex32(identity.owner.operator),
		agent = %Hex32(identity.agent),
		genesis = %Hex32(identity.owner.genesis),
		socket = %state.socket().display(),
		"serving"
	);
	notify(&[sd_notify::NotifyState::Ready]);
	let result = supervisor.run(stop, DEADLINE).await;
	notify(&[sd_notify::NotifyState::Stopping]);
	let _ = durable::remove(&state.socket());
	tracing::info!("stopped");
	Ok(result?)
}

/// The node of the configuration.
pub fn node_of(config: &Config, identity: &Identity) -> Node {
	Node::new(NodeConfig {
		url: config.node.url.clone(),
		timeout: config.node_timeout(),
		genesis: Some(identity.owner.genesis),
		operator: identity.owner.operator,
		agent: identity.agent,
	})
}

/// The signer of the configuration.
pub fn signer_of(config: &Config, identity: &Identity) -> RemoteSigner {
	RemoteSigner::new(
		&config.signer.dir,
		identity.owner.genesis,
		identity.agent,
		config.signer_timeout(),
	)
}

/// Resolves at the first SIGTERM or SIGINT.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
	let mut terminate = signal(SignalKind::terminate()).context("cannot handle SIGTERM")?;
	let mut interrupt = signal(SignalKind::interrupt()).context("cannot handle SIGINT")?;
	Ok(async move {
		tokio::select! {
			_ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
			_ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
		}
	})
}

async fn publish(
	state: StateDir,
	board: Arc<Board>,
	clock: SystemClock,
	shutdown: tokio_util::sync::CancellationToken,
) -> anyhow::Result<()> {
	loop {
		let mut content = serde_json::to_vec_pretty(&board.read(clock.unix_ms()))?;
		content.push(b'\n');
		// A full disk must not end the agent; that it is full shows in the log's problem.
		if let Err(error) = durable::publish(&state.status(), &content) {
			tracing::warn!(%error, "the status is not published");
		}
		tokio::select! {
			() = shutdown.cancelled() => return Ok(()),
			() = tokio::time::sleep(PUBLISH) => {},
		}
	}
}

/// Tells systemd, if it started this process.
pub(crate) fn notify(state: &[sd_notify::NotifyState<'_>]) {
	if let Err(error) = sd_notify::notify(state) {
		tracing::debug!(%error, "systemd was not notified");
	}
}
