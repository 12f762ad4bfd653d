// SPDX-License-Identifier: Apache-2.0

//! Proofs of one leaf in the chain's Merkle mountain range, as `pallet-mmr` makes them with
//! `Hashing = BlakeTwo256`.
//!
//! A leaf is hashed as `blake2_256(data)`, without a tag; a node as `blake2_256(left ‖ right)`,
//! 64 bytes. Leaves hold 68 bytes ([`BlockLeaf`](crate::BlockLeaf)), so none can be read as a node.
//! A range of `count` leaves is a row of perfect trees, one for each bit that is set in `count`,
//! the largest first; their roots are its peaks. The root of the range is the last peak, joined
//! with each peak before it, from right to left, as `blake2_256(right ‖ left)`.
//!
//! The items of a proof are, in this order: the peaks left of the leaf's tree, from left to right;
//! the siblings in the leaf's tree, from the leaf upwards; and, if there are peaks to the right,
//! one hash, those peaks joined.

use crate::{blake2_256, Hash};

/// The root that `items` lead to from leaf `index` of `count`, which holds `data`.
///
/// `None` if `index` is not below `count`, or the number of items is not what that position needs.
pub fn root_from_path(data: &[u8], index: u64, count: u64, items: &[Hash]) -> Option<Hash> {
	if index >= count {
		return None;
	}
	// The leaf's tree: of the bits set in `count`, from the highest, the first whose leaves, with
	// all before them, reach past `index`.
	let mut start = 0;
	let mut left_peaks = 0;
	let mut height = 63 - count.leading_zeros();
	while count & (1 << height) == 0 || index >= start + (1 << height) {
		if count & (1 << height) != 0 {
			start += 1 << height;
			left_peaks += 1;
		}
		height -= 1;
	}
	let right = count & ((1 << height) - 1) != 0;

	let (left, rest) = items.split_at_checked(left_peaks)?;
	let (siblings, rest) = rest.split_at_checked(height as usize)?;
	let right = match (right, rest) {
		(true, [joined]) => Some(joined),
		(false, []) => None,
		_ => return None,
	};

	let mut position = index - start;
	let mut hash = blake2_256(&[data]);
	for sibling in siblings {
		hash = if position % 2 == 1 {
			blake2_256(&[sibling, &hash])
		} else {
			blake2_256(&[&hash, sibling])
		};
		position /= 2;
	}
	if let Some(right) = right {
		hash = blake2_256(&[right, &hash]);
	}
	for peak in left.iter().rev() {
		hash = blake2_256(&[&hash, peak]);
	}
	Some(hash)
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;
	use mmr_lib::{leaf_index_to_pos, util::MemMMR, util::MemStore, Merge, Result};

	struct Blake;

	impl Merge for Blake {
		type Item = Hash;

		fn merge(left: &Hash, right: &Hash) -> Result<Hash> {
			Ok(blake2_256(&[left, right]))
		}
	}

	#[test]
	fn agrees_with_the_library_of_pallet_mmr_at_every_position() {
		for count in 1..=65u64 {
			let store = MemStore::default();
			let mut range = MemMMR::<_, Blake>::new(0, &store);
			for leaf in 0..count {
				range.push(blake2_256(&[&leaf.to_le_bytes()])).unwrap();
			}
			let root = range.get_root().unwrap();
			for index in 0..count {
				let proof = range.gen_proof(alloc::vec![leaf_index_to_pos(index)]).unwrap();
				let items: Vec<Hash> = proof.proof_items().to_vec();
				for other in 0..count {
					let found = root_from_path(&index.to_le_bytes(), other, count, &items);
					assert_eq!(found == Some(root), other == index, "{index}/{other} of {count}");
				}
				let longer = [&items[..], &[[0; 32]]].concat();
				assert_eq!(root_from_path(&index.to_le_bytes(), index, count, &longer), None);
				if let Some((_, shorter)) = items.split_last() {
					assert_eq!(root_from_path(&index.to_le_bytes(), index, count, shorter), None);
				}
			}
		}
	}

	#[test]
	fn an_index_beyond_the_range_is_refused() {
		assert_eq!(root_from_path(b"a", 0, 0, &[]), None);
		assert_eq!(root_from_path(b"a", 1, 1, &[]), None);
		assert_eq!(root_from_path(b"a", u64::MAX - 1, u64::MAX, &[]), None);
	}
}
