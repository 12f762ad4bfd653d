// SPDX-License-Identifier: Apache-2.0

//! Where a newcomer sits: near its inviter, and not in a crowd.

use crate::{Segment, SEGMENTS, SIDE};

/// All 512 segments, nearest to `centre` first; at one distance, by the offset `(dz, dy, dx)` from
/// the centre, smallest first.
///
/// The order is the same from every centre, moved along with it: nobody is placed differently for
/// sitting at the edge of the numbering.
pub fn spiral(centre: Segment) -> impl ExactSizeIterator<Item = Segment> {
	let (x, y, z) = centre.coordinates();
	SPIRAL.iter().map(move |offset| {
		let (dx, dy, dz) = Segment(*offset).coordinates();
		Segment::at(x + dx, y + dy, z + dz)
	})
}

/// The segment near `centre` for one more occupant, given how many each segment already holds.
///
/// Each step away costs as much as one occupant: the segment with the smallest
/// `population + distance` is taken, of those the emptiest, of those the first of the [`spiral`].
/// An inviter's first guests so surround it, and a busy neighbourhood spreads instead of piling up.
pub fn least_crowded(centre: Segment, population: impl Fn(Segment) -> u32) -> Segment {
	spiral(centre)
		.min_by_key(|segment| {
			let occupants = population(*segment);
			(occupants.saturating_add(centre.distance(*segment).into()), occupants)
		})
		.unwrap_or(centre)
}

/// Offsets from a centre, as segment numbers relative to the origin, in the order of [`spiral`].
const SPIRAL: [u16; SEGMENTS as usize] = sorted_by_distance();

/// Counting sort of all segments by their distance from the origin; stable, so that one distance
/// keeps the order of the numbers.
const fn sorted_by_distance() -> [u16; SEGMENTS as usize] {
	let mut sorted = [0u16; SEGMENTS as usize];
	let mut next = 0;
	let mut distance = 0;
	while distance <= 3 * (SIDE / 2) {
		let mut number = 0;
		while number < SEGMENTS {
			if Segment(0).distance(Segment(number)) == distance {
				sorted[next] = number;
				next += 1;
			}
			number += 1;
		}
		distance += 1;
	}
	sorted
}
