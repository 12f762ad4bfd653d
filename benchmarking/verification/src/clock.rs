// SPDX-License-Identifier: Apache-2.0

//! A clock that stands still while other processes have the processor.

use rustix::time::{clock_gettime, ClockId};
use std::time::Duration;

/// Processor time that this thread has used so far.
///
/// The executor runs a call on the thread that makes it, so this is the time of the call, however
/// busy the machine is.
fn now() -> Duration {
	let time = clock_gettime(ClockId::ThreadCPUTime);
	Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// A point in this thread's processor time.
pub(crate) struct Stopwatch(Duration);

impl Stopwatch {
	/// Starts now.
	pub(crate) fn start() -> Self {
		Self(now())
	}

	/// Processor time since the start.
	pub(crate) fn elapsed(&self) -> Duration {
		now().saturating_sub(self.0)
	}
}
