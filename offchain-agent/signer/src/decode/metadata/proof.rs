// SPDX-License-Identifier: Apache-2.0
//! The root that a proof of types leads to.
//!
//! The tree is a complete binary tree over the types in the order of their ids: node 0 is the root,
//! the children of `i` are `2i + 1` and `2i + 2`, the `n` leaves are nodes `n - 1 ..= 2n - 2`.
//! A leaf hashes its type's SCALE, a node its two children.

use super::types::{Type, TypeDef};
use codec::{Decode, DecodeAll, Encode};
use qh_signer_client::Hash;
use std::collections::BTreeMap;

/// Most leaves of a proof: far more than one transaction needs.
const MAX_LEAVES: usize = 4096;
/// Deepest tree: 2^20 types.
const MAX_LEVEL: u32 = 20;

/// A proof that types belong to a tree, as `merkleized_metadata::Proof` encodes it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Proof {
	/// The types, from left to right in the tree.
	pub leaves: Vec<Type>,
	/// Their node indices, in the same order.
	pub leaf_indices: Vec<u32>,
	/// Hashes of the subtrees without proven types, from left to right.
	pub nodes: Vec<Hash>,
}

/// Proven types by id; an enum has several, one a variant.
pub type Types = BTreeMap<u32, Vec<Type>>;

impl Proof {
	/// Decode a proof to its last byte.
	pub fn decode_whole(bytes: &[u8]) -> Result<Self, String> {
		Self::decode_all(&mut &bytes[..])
			.map_err(|error| format!("the proof does not decode: {error}"))
	}

	/// The root that the proof leads to, and its types.
	pub fn verify(self) -> Result<(Hash, Types), String> {
		self.check_places()?;
		let mut walk =
			Remaining { leaves: &self.leaves, indices: &self.leaf_indices, nodes: &self.nodes };
		let root = walk.hash_of(0)?;
		if !walk.leaves.is_empty() || !walk.nodes.is_empty() {
			return Err("the proof has more types or hashes than its tree".into());
		}
		let mut types = Types::new();
		for leaf in self.leaves {
			let known = types.entry(leaf.type_id.0).or_default();
			let variants = matches!(leaf.type_def, TypeDef::Enumeration(_))
				&& known.iter().all(|other| matches!(other.type_def, TypeDef::Enumeration(_)));
			if !known.is_empty() && !variants {
				return Err(format!("the proof describes type {} twice", leaf.type_id.0));
			}
			known.push(leaf);
		}
		Ok((root, types))
	}

	/// Every leaf must be where a tree of one size has its leaves: otherwise the bytes of an inner
	/// node could pass for a type.
	fn check_places(&self) -> Result<(), String> {
		if self.leaves.is_empty()
			|| self.leaves.len() != self.leaf_indices.len()
			|| self.leaves.len() > MAX_LEAVES
		{
			return Err("the proof's types and indices do not match".into());
		}
		let lowest = self.leaf_indices.iter().min().copied().unwrap_or_default();
		let highest = self.leaf_indices.iter().max().copied().unwrap_or_default();
		if u64::from(highest) > 2 * u64::from(lowest) || level(highest) > MAX_LEVEL {
			return Err("the proof's types are not all leaves of one tree".into());
		}
		Ok(())
	}
}

/// What of a proof is not used yet.
struct Remaining<'a> {
	leaves: &'a [Type],
	indices: &'a [u32],
	nodes: &'a [Hash],
}

impl Remaining<'_> {
	/// Hash of a node, from what comes next from left to right.
	fn hash_of(&mut self, node: u32) -> Result<Hash, String> {
		match (self.indices.split_first(), self.leaves.split_first()) {
			(Some((index, indices)), Some((leaf, leaves))) if *index == node => {
				(self.indices, self.leaves) = (indices, leaves);
				Ok(*blake3::hash(&leaf.encode()).as_bytes())
			}
			(Some((index, _)), _) if is_above(node, *index) => {
				// No overflow: `node` lies above an index of a bounded level.
				let left = self.hash_of(2 * node + 1)?;
				let right = self.hash_of(2 * node + 2)?;
				Ok(*blake3::hash(&[left, right].concat()).as_bytes())
			}
			_ => {
				let (hash, nodes) =
					self.nodes.split_first().ok_or("the proof lacks a hash of its tree")?;
				self.nodes = nodes;
				Ok(*hash)
			}
		}
	}
}

/// Level of a node; the root's is 0.
fn level(node: u32) -> u32 {
	(u64::from(node) + 1).ilog2()
}

/// Whether `node` is a proper ancestor of `below`.
fn is_above(node: u32, below: u32) -> bool {
	let (upper, lower) = (level(node), level(below));
	upper < lower && (u64::from(below) + 1) >> (lower - upper) == u64::from(node) + 1
}
