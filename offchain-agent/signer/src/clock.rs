// SPDX-License-Identifier: Apache-2.0
//! Wall-clock time, behind a trait so that tests can set it.

use std::time::{SystemTime, UNIX_EPOCH};

/// A source of wall-clock time.
pub trait Clock: Send + Sync + 'static {
	/// Milliseconds since 1970; 0 for a clock before that.
	fn now_ms(&self) -> u64;
}

/// The host's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
	fn now_ms(&self) -> u64 {
		SystemTime::now()
			.duration_since(UNIX_EPOCH)
			.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
	}
}
