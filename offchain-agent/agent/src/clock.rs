// SPDX-License-Identifier: Apache-2.0
//! Time as the agent sees it, behind a trait so that tests decide what time it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
	/// Milliseconds since the Unix epoch. Steps with the system's clock; a receipt carries it.
	fn unix_ms(&self) -> u64;

	/// Time since some fixed moment, never going back. Back-offs and intervals use it, so that a
	/// clock that is set does not move them.
	fn monotonic(&self) -> Duration;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
	start: std::time::Instant,
}

impl SystemClock {
	/// A clock whose monotonic time begins now.
	pub fn new() -> Self {
		Self { start: std::time::Instant::now() }
	}
}

impl Default for SystemClock {
	fn default() -> Self {
		Self::new()
	}
}

impl Clock for SystemClock {
	fn unix_ms(&self) -> u64 {
		let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
		u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
	}

	fn monotonic(&self) -> Duration {
		self.start.elapsed()
	}
}
