// SPDX-License-Identifier: Apache-2.0

//! The 8×8×8 torus on which operators sit.
//!
//! # Overview
//!
//! The network is divided into 512 segments, arranged as a cube of side 8 whose opposite faces are
//! glued together. A [`Segment`] is one cell; it has six neighbours, one step along each axis.
//! Nothing here knows what sits in a segment: callers bring populations, this crate brings geometry.
//!
//! # Properties
//!
//! * Every [`Segment`] is below [`SEGMENTS`]; decoding anything else fails.
//! * A segment's number and its coordinates determine each other: `number = x + 8y + 64z`.
//! * [`Segment::distance`] is a metric, at most [`MAX_DISTANCE`], and 1 exactly for neighbours.
//! * Everything is deterministic integer arithmetic, the same natively and in wasm.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod placement;

pub use placement::{least_crowded, spiral};

use codec::{Decode, DecodeWithMemTracking, Encode, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// Cells along one axis.
pub const SIDE: u8 = 8;

/// Cells of the torus, 8³.
pub const SEGMENTS: u16 = 512;

/// The largest distance between two segments: half the side along each of three axes.
pub const MAX_DISTANCE: u8 = 12;

/// One cell of the torus: `x + 8y + 64z`, below [`SEGMENTS`].
///
/// Encodes as the two bytes of a little-endian `u16`; a number of 512 or more does not decode.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Segment(u16);

impl Decode for Segment {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		Self::new(u16::decode(input)?).ok_or_else(|| "segment is not below 512".into())
	}
}

/// The number is not that of a segment: it is 512 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASegment(pub u16);

impl core::fmt::Display for NotASegment {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "{} is not a segment: segments are numbered 0 to {}", self.0, SEGMENTS - 1)
	}
}

impl core::error::Error for NotASegment {}

impl TryFrom<u16> for Segment {
	type Error = NotASegment;

	fn try_from(number: u16) -> Result<Self, NotASegment> {
		Self::new(number).ok_or(NotASegment(number))
	}
}

impl From<Segment> for u16 {
	fn from(segment: Segment) -> u16 {
		segment.0
	}
}

impl Segment {
	/// The segment of this number, or `None` if the number is 512 or more.
	pub const fn new(number: u16) -> Option<Self> {
		if number < SEGMENTS {
			Some(Self(number))
		} else {
			None
		}
	}

	/// The segment at these coordinates, each taken modulo [`SIDE`].
	pub const fn at(x: u8, y: u8, z: u8) -> Self {
		Self((x % SIDE) as u16 + 8 * (y % SIDE) as u16 + 64 * (z % SIDE) as u16)
	}

	/// The segment that the first two bytes of a hash name, little-endian, modulo [`SEGMENTS`].
	///
	/// Unbiased, because 512 divides 65,536. Where nobody invited, an account's own id chooses.
	pub const fn from_hash(hash: &[u8; 32]) -> Self {
		Self(u16::from_le_bytes([hash[0], hash[1]]) % SEGMENTS)
	}

	/// The segment's number, 0 to 511.
	pub const fn number(self) -> u16 {
		self.0
	}

	/// The number as an index into an array of [`SEGMENTS`] entries.
	pub const fn index(self) -> usize {
		self.0 as usize
	}

	/// The coordinates `(x, y, z)`, each 0 to 7.
	pub const fn coordinates(self) -> (u8, u8, u8) {
		((self.0 % 8) as u8, (self.0 / 8 % 8) as u8, (self.0 / 64) as u8)
	}

	/// The six neighbours, in the order −x, +x, −y, +y, −z, +z.
	pub const fn neighbours(self) -> [Self; 6] {
		let (x, y, z) = self.coordinates();
		[
			Self::at(x + SIDE - 1, y, z),
			Self::at(x + 1, y, z),
			Self::at(x, y + SIDE - 1, z),
			Self::at(x, y + 1, z),
			Self::at(x, y, z + SIDE - 1),
			Self::at(x, y, z + 1),
		]
	}

	/// The number of steps between two segments, 0 to [`MAX_DISTANCE`].
	pub const fn distance(self, other: Self) -> u8 {
		let (ax, ay, az) = self.coordinates();
		let (bx, by, bz) = other.coordinates();
		ring_distance(ax, bx) + ring_distance(ay, by) + ring_distance(az, bz)
	}

	/// Whether the two segments share a face.
	pub const fn is_neighbour_of(self, other: Self) -> bool {
		self.distance(other) == 1
	}

	/// All 512 segments in the order of their numbers.
	pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
		(0..SEGMENTS).map(Self)
	}
}

impl core::fmt::Display for Segment {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		let (x, y, z) = self.coordinates();
		write!(f, "{} ({x},{y},{z})", self.0)
	}
}

/// The shorter way round between two places on a ring of [`SIDE`].
const fn ring_distance(a: u8, b: u8) -> u8 {
	let gap = a.abs_diff(b);
	if gap > SIDE / 2 {
		SIDE - gap
	} else {
		gap
	}
}

#[cfg(test)]
mod tests;
