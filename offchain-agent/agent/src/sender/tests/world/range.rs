// SPDX-License-Identifier: Apache-2.0
//! A Merkle mountain range and its proofs, made the long way: every tree from its leaves.

use qh_receipts::blake2_256;

fn join(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
	blake2_256(&[left, right])
}

/// The perfect trees of a range, the largest first.
fn trees(leaves: &[[u8; 32]]) -> Vec<&[[u8; 32]]> {
	let (mut trees, mut rest) = (Vec::new(), leaves);
	for bit in (0..usize::BITS).rev().filter(|bit| leaves.len() & (1 << bit) != 0) {
		let (tree, more) = rest.split_at(1 << bit);
		trees.push(tree);
		rest = more;
	}
	trees
}

fn tree_root(leaves: &[[u8; 32]]) -> [u8; 32] {
	match leaves {
		[leaf] => *leaf,
		_ => {
			let (left, right) = leaves.split_at(leaves.len() / 2);
			join(&tree_root(left), &tree_root(right))
		}
	}
}

fn bag(peaks: &[[u8; 32]]) -> Option<[u8; 32]> {
	peaks.iter().rev().copied().reduce(|right, left| join(&right, &left))
}

/// The root over these hashed leaves, zeros if there are none.
pub(super) fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
	let peaks: Vec<_> = trees(leaves).into_iter().map(tree_root).collect();
	bag(&peaks).unwrap_or_default()
}

/// The items of the proof of leaf `index`.
pub(super) fn items(leaves: &[[u8; 32]], index: usize) -> Vec<[u8; 32]> {
	let trees = trees(leaves);
	let (mut start, mut items) = (0, Vec::new());
	for (position, tree) in trees.iter().enumerate() {
		if index >= start + tree.len() {
			items.push(tree_root(tree));
			start += tree.len();
			continue;
		}
		let (mut row, mut at) = (tree.to_vec(), index - start);
		while row.len() > 1 {
			items.push(row[at ^ 1]);
			row = row.chunks(2).map(|pair| join(&pair[0], &pair[1])).collect();
			at /= 2;
		}
		let right: Vec<_> = trees[position + 1..].iter().map(|tree| tree_root(tree)).collect();
		items.extend(bag(&right));
		break;
	}
	items
}
