// SPDX-License-Identifier: Apache-2.0

//! Binary Merkle trees over byte strings.
//!
//! Leaf `blake2_256(0x00 ‖ data)`, node `blake2_256(0x01 ‖ left ‖ right)`; in a row of odd length
//! the last node moves up unchanged. The two tags keep a node from being read as a leaf.
//!
//! A path holds siblings from the leaf upwards. Index and number of leaves are not part of it: the
//! caller takes them from where they are committed to. For a given number of leaves every index
//! has another sequence of turns, so that a path proves one position only.

use crate::{blake2_256, Hash};
use alloc::vec::Vec;

/// The hash of a leaf that holds `data`.
pub fn leaf(data: &[u8]) -> Hash {
	blake2_256(&[&[0x00], data])
}

/// The hash of a node over its two children.
pub fn node(left: &Hash, right: &Hash) -> Hash {
	blake2_256(&[&[0x01], left, right])
}

/// The root over leaves that hold `items`; `None` if there are none.
pub fn root<T: AsRef<[u8]>>(items: impl IntoIterator<Item = T>) -> Option<Hash> {
	let mut row = row_of(items);
	while row.len() > 1 {
		row = row_above(&row);
	}
	row.first().copied()
}

/// The siblings of leaf `index`, from the leaf upwards; `None` if there is no such leaf.
pub fn path<T: AsRef<[u8]>>(
	items: impl IntoIterator<Item = T>,
	mut index: usize,
) -> Option<Vec<Hash>> {
	let mut row = row_of(items);
	if index >= row.len() {
		return None;
	}
	let mut path = Vec::new();
	while row.len() > 1 {
		path.extend(row.get(index ^ 1));
		row = row_above(&row);
		index /= 2;
	}
	Some(path)
}

/// The root that `path` leads to from leaf `index` of `count`, which holds `data`.
///
/// `None` if `index` is not below `count`, or the path is not as long as that position needs.
pub fn root_from_path(data: &[u8], index: u64, count: u64, path: &[Hash]) -> Option<Hash> {
	if index >= count {
		return None;
	}
	let (mut index, mut width) = (index, count);
	let mut hash = leaf(data);
	let mut siblings = path.iter();
	while width > 1 {
		if index % 2 == 1 {
			hash = node(siblings.next()?, &hash);
		} else if index + 1 < width {
			hash = node(&hash, siblings.next()?);
		}
		index /= 2;
		width = width.div_ceil(2);
	}
	siblings.next().is_none().then_some(hash)
}

fn row_of<T: AsRef<[u8]>>(items: impl IntoIterator<Item = T>) -> Vec<Hash> {
	items.into_iter().map(|item| leaf(item.as_ref())).collect()
}

fn row_above(row: &[Hash]) -> Vec<Hash> {
	row.chunks(2)
		.map(|pair| match pair {
			[left, right] => node(left, right),
			_ => pair[0],
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn items(count: usize) -> Vec<[u8; 4]> {
		(0..count as u32).map(u32::to_le_bytes).collect()
	}

	#[test]
	fn nothing_has_no_root_and_one_leaf_is_its_own() {
		assert_eq!(root(items(0)), None);
		assert_eq!(root([b"a"]), Some(leaf(b"a")));
	}

	#[test]
	fn an_odd_node_is_promoted() {
		let three = root([b"a", b"b", b"c"]).unwrap();
		assert_eq!(three, node(&node(&leaf(b"a"), &leaf(b"b")), &leaf(b"c")));
	}

	#[test]
	fn every_position_is_proven_and_only_that_position() {
		for count in 1..=33 {
			let items = items(count);
			let root = root(&items).unwrap();
			for index in 0..count {
				let path = path(&items, index).unwrap();
				for other in 0..count {
					let found = root_from_path(&items[index], other as u64, count as u64, &path);
					assert_eq!(found == Some(root), other == index, "{index}/{other} of {count}");
				}
			}
			assert_eq!(path(&items, count), None);
		}
	}

	#[test]
	fn a_path_of_another_length_is_refused() {
		let items = items(5);
		let mut path = path(&items, 1).unwrap();
		path.push([0; 32]);
		assert_eq!(root_from_path(&items[1], 1, 5, &path), None);
		path.truncate(2);
		assert_eq!(root_from_path(&items[1], 1, 5, &path), None);
		assert_eq!(root_from_path(&items[1], 5, 5, &path), None);
	}

	#[test]
	fn a_node_is_not_a_leaf() {
		let pair = [leaf(b"a"), leaf(b"b")].concat();
		assert_ne!(root([b"a", b"b"]), root([&pair[..]]));
	}

	#[test]
	fn the_largest_counts_do_not_overflow() {
		assert_eq!(root_from_path(b"a", u64::MAX - 1, u64::MAX, &[]), None);
	}
}
