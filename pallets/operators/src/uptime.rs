// SPDX-License-Identifier: Apache-2.0

//! The rolling record of the windows in which an operator was seen.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::types::WindowIndex;

/// Complete windows at most over which uptime is measured: 30 days of 48.
pub const MAX_UPTIME_WINDOWS: u32 = 1_440;

/// One byte more than the windows take, so that the current window, which is not complete, has a
/// bit that no counted window shares.
const RING_BYTES: usize = (MAX_UPTIME_WINDOWS / 8 + 1) as usize;

/// Windows that the ring has bits for.
pub(crate) const RING_WINDOWS: u32 = 8 * RING_BYTES as u32;

/// A ring of one bit a window: bit `window % 1448` is set if the operator was seen in `window`.
///
/// Only bits up to the last window seen, and not further back than the ring is long, mean
/// anything; whoever reads it knows that window. This keeps a missed window free of cost.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub(crate) struct Uptime([u8; RING_BYTES]);

impl Default for Uptime {
	fn default() -> Self {
		Self([0; RING_BYTES])
	}
}

impl Uptime {
	/// Of an operator that was seen in every window.
	#[cfg(feature = "runtime-benchmarks")]
	pub(crate) const fn full() -> Self {
		Self([u8::MAX; RING_BYTES])
	}

	/// Notes that the operator, last seen in `last_seen`, was seen in `window`, not before it.
	pub(crate) fn note(&mut self, last_seen: WindowIndex, window: WindowIndex) {
		let missed = window.saturating_sub(last_seen).saturating_sub(1);
		if missed >= RING_WINDOWS {
			*self = Self::default();
		} else {
			for behind in 1..=missed {
				self.set(window.saturating_sub(behind), false);
			}
		}
		self.set(window, true);
	}

	/// Windows from `from` to `to`, both included, in which the operator was seen; `to` not above
	/// the last window seen, `from` not further back than the ring is long.
	pub(crate) fn count(&self, from: WindowIndex, to: WindowIndex) -> u32 {
		(from..=to).map(|window| u32::from(self.get(window))).sum()
	}

	fn get(&self, window: WindowIndex) -> bool {
		let (byte, mask) = Self::place(window);
		self.0.get(byte).is_some_and(|bits| bits & mask != 0)
	}

	fn set(&mut self, window: WindowIndex, seen: bool) {
		let (byte, mask) = Self::place(window);
		if let Some(bits) = self.0.get_mut(byte) {
			if seen {
				*bits |= mask;
			} else {
				*bits &= !mask;
			}
		}
	}

	const fn place(window: WindowIndex) -> (usize, u8) {
		let bit = window % RING_WINDOWS;
		((bit / 8) as usize, 1 << (bit % 8))
	}
}
