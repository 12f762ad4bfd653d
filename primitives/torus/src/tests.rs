// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeSet, VecDeque};

fn any_segment() -> impl Strategy<Value = Segment> {
	(0..SEGMENTS).prop_map(|number| Segment::new(number).unwrap())
}

proptest! {
	#[test]
	fn number_and_coordinates_determine_each_other(segment in any_segment()) {
		let (x, y, z) = segment.coordinates();
		prop_assert!(x < SIDE && y < SIDE && z < SIDE);
		prop_assert_eq!(Segment::at(x, y, z), segment);
		prop_assert_eq!(segment.number(), u16::from(x) + 8 * u16::from(y) + 64 * u16::from(z));
	}

	#[test]
	fn only_numbers_below_512_are_segments(number in any::<u16>()) {
		let segment = Segment::new(number);
		prop_assert_eq!(segment.is_some(), number < SEGMENTS);
		prop_assert_eq!(Segment::try_from(number).ok(), segment);
		let bytes = number.encode();
		prop_assert_eq!(Segment::decode(&mut &bytes[..]).ok(), segment);
	}

	#[test]
	fn a_segment_encodes_as_its_number(segment in any_segment()) {
		prop_assert_eq!(segment.encode(), segment.number().to_le_bytes().to_vec());
		prop_assert_eq!(Segment::decode(&mut &segment.encode()[..]), Ok(segment));
	}

	#[test]
	fn distance_is_a_metric(a in any_segment(), b in any_segment(), c in any_segment()) {
		prop_assert_eq!(a.distance(b) == 0, a == b);
		prop_assert_eq!(a.distance(b), b.distance(a));
		prop_assert!(a.distance(c) <= a.distance(b) + b.distance(c));
		prop_assert!(a.distance(b) <= MAX_DISTANCE);
	}

	#[test]
	fn neighbours_are_six_and_one_step_away(segment in any_segment()) {
		let neighbours = segment.neighbours();
		let distinct: BTreeSet<_> = neighbours.into_iter().collect();
		prop_assert_eq!(distinct.len(), 6);
		for neighbour in neighbours {
			prop_assert_eq!(segment.distance(neighbour), 1);
			prop_assert!(segment.is_neighbour_of(neighbour));
			prop_assert!(neighbour.neighbours().contains(&segment));
		}
		prop_assert_eq!(
			Segment::all().filter(|other| segment.is_neighbour_of(*other)).count(),
			6
		);
	}

	#[test]
	fn a_spiral_visits_each_segment_once_and_never_comes_nearer(centre in any_segment()) {
		let visited: Vec<_> = spiral(centre).collect();
		prop_assert_eq!(visited[0], centre);
		prop_assert_eq!(visited.iter().collect::<BTreeSet<_>>().len(), usize::from(SEGMENTS));
		prop_assert!(visited
			.windows(2)
			.all(|pair| centre.distance(pair[0]) <= centre.distance(pair[1])));
	}

	#[test]
	fn placement_takes_no_worse_place_than_any_other(
		centre in any_segment(),
		population in proptest::collection::vec(0u32..20, usize::from(SEGMENTS)),
	) {
		let cost = |segment: Segment| {
			population[segment.index()] + u32::from(centre.distance(segment))
		};
		let chosen = least_crowded(centre, |segment| population[segment.index()]);
		prop_assert!(Segment::all().all(|other| cost(chosen) <= cost(other)));
	}

	#[test]
	fn guests_of_one_inviter_surround_it(centre in any_segment()) {
		let mut population = [0u32; SEGMENTS as usize];
		population[centre.index()] = 1;
		let guests: BTreeSet<_> = (0..6)
			.map(|_| {
				let seat = least_crowded(centre, |segment| population[segment.index()]);
				population[seat.index()] += 1;
				seat
			})
			.collect();
		prop_assert_eq!(guests, centre.neighbours().into_iter().collect());
	}
}

#[test]
fn distance_counts_steps() {
	let origin = Segment::at(0, 0, 0);
	let mut steps = [u8::MAX; SEGMENTS as usize];
	steps[origin.index()] = 0;
	let mut queue = VecDeque::from([origin]);
	while let Some(segment) = queue.pop_front() {
		for neighbour in segment.neighbours() {
			if steps[neighbour.index()] == u8::MAX {
				steps[neighbour.index()] = steps[segment.index()] + 1;
				queue.push_back(neighbour);
			}
		}
	}
	for segment in Segment::all() {
		assert_eq!(origin.distance(segment), steps[segment.index()]);
	}
	assert_eq!(steps.iter().max(), Some(&MAX_DISTANCE));
}

#[test]
fn ten_thousand_guests_of_one_inviter_stay_balanced() {
	let centre = Segment::at(3, 4, 5);
	let mut population = [0u32; SEGMENTS as usize];
	for _ in 0..10_000 {
		let seat = least_crowded(centre, |segment| population[segment.index()]);
		population[seat.index()] += 1;
	}
	let fullest = population.iter().max().unwrap();
	let emptiest = population.iter().min().unwrap();
	assert!(fullest - emptiest <= u32::from(MAX_DISTANCE) + 1, "{emptiest} to {fullest}");
}

#[test]
fn the_first_bytes_of_a_hash_choose_the_segment() {
	let mut hash = [0xff; 32];
	hash[..2].copy_from_slice(&0x0203u16.to_le_bytes());
	assert_eq!(Segment::from_hash(&hash).number(), 3);
}

#[test]
fn a_segment_displays_its_number_and_place() {
	assert_eq!(Segment::at(1, 2, 3).to_string(), "209 (1,2,3)");
	assert_eq!(
		NotASegment(600).to_string(),
		"600 is not a segment: segments are numbered 0 to 511"
	);
}
