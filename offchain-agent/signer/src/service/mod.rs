// SPDX-License-Identifier: Apache-2.0
//! The sockets: one a role, each with its own peer, threads and requests.
//!
//! A connection is a thread with a bounded frame, a deadline for each frame and for each answer,
//! and a place among a bounded number. Nothing here knows keys or rules.

mod connection;
mod listener;
mod metrics;

pub use listener::{Role, Sockets};

use crate::signer::Signer;
use std::{
	io,
	path::PathBuf,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread::{self, JoinHandle},
	time::{Duration, Instant},
};

/// How long connections may finish after the end was asked for.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// A socket cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("socket {}: {source}", path.display())]
pub struct ServiceError {
	/// The socket or its directory.
	pub path: PathBuf,
	/// Why.
	pub source: io::Error,
}

/// Running listeners.
pub struct Service {
	stopping: Arc<AtomicBool>,
	threads: Vec<JoinHandle<()>>,
}

impl Service {
	/// Serve `signer` on all sockets.
	pub fn start(signer: Arc<Signer>, sockets: Sockets) -> Result<Self, ServiceError> {
		let stopping = Arc::new(AtomicBool::new(false));
		let mut threads = Vec::new();
		for listener in sockets.listeners {
			let (signer, stopping) = (signer.clone(), stopping.clone());
			let path = listener.path.clone();
			let thread = thread::Builder::new()
				.name(listener.role.name().into())
				.spawn(move || listener.serve(&signer, &stopping))
				.map_err(|source| ServiceError { path, source })?;
			threads.push(thread);
		}
		let stop = stopping.clone();
		let sweeper = thread::Builder::new().name("lease".into()).spawn(move || {
			while !stop.load(Ordering::Relaxed) {
				thread::sleep(Duration::from_millis(500));
				signer.expire_lease();
			}
		});
		threads.extend(sweeper);
		Ok(Self { stopping, threads })
	}

	/// Whether a listener has ended by itself, which none does.
	pub fn is_broken(&self) -> bool {
		self.threads.iter().any(JoinHandle::is_finished)
	}

	/// Stop accepting, and wait a little for those who are being answered.
	pub fn stop(self) {
		self.stopping.store(true, Ordering::Relaxed);
		let by = Instant::now() + SHUTDOWN;
		while Instant::now() < by && !self.threads.iter().all(JoinHandle::is_finished) {
			thread::sleep(Duration::from_millis(10));
		}
	}
}
