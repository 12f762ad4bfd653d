// SPDX-License-Identifier: Apache-2.0
//! Waiting after a refusal.

use std::time::Duration;

/// First and longest pause after a refusal.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// A pause that doubles with each refusal in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
	until: Duration,
	next: Duration,
}

impl Pause {
	/// None.
	pub(super) const NONE: Self = Self { until: Duration::ZERO, next: BACK_OFF.0 };

	/// Whether it lasts at this time.
	pub(super) fn lasts(&self, now: Duration) -> bool {
		now < self.until
	}

	/// Begins it.
	pub(super) fn begin(&mut self, now: Duration) {
		self.until = now.saturating_add(self.next);
		self.next = self.next.saturating_mul(2).min(BACK_OFF.1);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pauses_double_up_to_a_limit() {
		let mut pause = Pause::NONE;
		assert!(!pause.lasts(Duration::ZERO));
		let mut lengths = Vec::new();
		for _ in 0..8 {
			pause.begin(Duration::ZERO);
			lengths.push(pause.until.as_millis());
		}
		assert_eq!(lengths, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
		assert!(pause.lasts(Duration::from_secs(29)) && !pause.lasts(Duration::from_secs(30)));
	}
}
