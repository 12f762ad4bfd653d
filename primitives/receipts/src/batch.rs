// SPDX-License-Identifier: Apache-2.0

//! What the chain commits to: a batch of receipts, and a block's batches.

use crate::{blake2_256, merkle, ChainError, Hash, Head, Receipt};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most receipts of one batch: the depth of its tree is at most 16.
pub const MAX_BATCH_RECEIPTS: u32 = 65_536;

/// Hashed in front of a block's number of batches and the root of their tree.
const BLOCK_TAG: &[u8] = &[0x02];

/// In front of number and hash in the key of the off-chain index.
const INDEX_TAG: &[u8] = b"qh/batches/v1";

/// A run of receipts as a block commits to it. SCALE encoded in the order of the fields: 176 bytes.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BatchLeaf {
	/// Account of the operator.
	pub operator: Hash,
	/// Account of the agent that anchored the batch: its key signed every receipt in it.
	pub agent: Hash,
	/// Sequence number of the first receipt.
	pub first_seq: u64,
	/// Sequence number of the last receipt, not below the first.
	pub last_seq: u64,
	/// Id of the receipt before the first; zeros if there is none.
	pub prev_head: Hash,
	/// Id of the last receipt.
	pub new_head: Hash,
	/// Root of the tree ([`merkle`]) whose leaves hold the receipts' ids, in order.
	pub merkle_root: Hash,
}

impl BatchLeaf {
	/// The batch that moves `head` over `receipts` of `operator`, anchored by `agent`.
	///
	/// Checks that the receipts continue the chain and are this operator's.
	pub fn over(
		operator: Hash,
		agent: Hash,
		head: Head,
		receipts: &[Receipt],
	) -> Result<Self, ChainError> {
		if receipts.is_empty() {
			return Err(ChainError::Empty);
		}
		if receipts.len() > MAX_BATCH_RECEIPTS as usize {
			return Err(ChainError::TooMany);
		}
		let mut end = head;
		let mut ids = Vec::with_capacity(receipts.len());
		for receipt in receipts {
			if receipt.operator != operator {
				return Err(ChainError::Operator { seq: receipt.seq });
			}
			end.accept(receipt)?;
			ids.push(end.head);
		}
		Ok(Self {
			operator,
			agent,
			first_seq: head.next_seq,
			last_seq: end.next_seq - 1,
			prev_head: head.head,
			new_head: end.head,
			merkle_root: merkle::root(&ids).ok_or(ChainError::Empty)?,
		})
	}

	/// Number of receipts; `None` if the range is upside down or over [`MAX_BATCH_RECEIPTS`].
	pub fn receipts(&self) -> Option<u32> {
		receipts_between(self.first_seq, self.last_seq)
	}
}

/// Number of receipts from `first_seq` to `last_seq`, both included; `None` if the range is upside
/// down or over [`MAX_BATCH_RECEIPTS`].
pub fn receipts_between(first_seq: u64, last_seq: u64) -> Option<u32> {
	let more = u32::try_from(last_seq.checked_sub(first_seq)?).ok()?;
	more.checked_add(1).filter(|count| *count <= MAX_BATCH_RECEIPTS)
}

/// What a block of number `N + 1` adds to the Merkle mountain range. SCALE encoded in the order of
/// the fields: 68 bytes, as `pallet-mmr` encodes `(u32, H256, H256)`.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct BlockLeaf {
	/// `N`: number of the parent of the block that adds the leaf. Also the leaf's index.
	pub number: u32,
	/// Hash of block `N`.
	pub hash: Hash,
	/// [`batches_root`] of block `N`.
	pub batches_root: Hash,
}

/// The root over the batches of one block: `blake2_256(0x02 ‖ number of batches as u32 ‖ root of
/// their tree)`, or zeros for a block without batches. A leaf of the tree holds a SCALE encoded
/// [`BatchLeaf`].
pub fn batches_root(batches: &[BatchLeaf]) -> Hash {
	merkle::root(batches.iter().map(Encode::encode))
		.map(|root| commit_to_count(batches.len() as u32, &root))
		.unwrap_or_default()
}

/// The root over `count` batches whose tree has the root `root`.
pub(crate) fn commit_to_count(count: u32, root: &Hash) -> Hash {
	blake2_256(&[BLOCK_TAG, &count.to_le_bytes(), root])
}

/// Key under which a node's off-chain storage keeps `SCALE(Vec<BatchLeaf>)` of the block with this
/// number and hash: `"qh/batches/v1" ‖ number as u32 ‖ hash`. Written when the block's child is
/// imported; absent for a block without batches.
pub fn batches_key(number: u32, hash: &Hash) -> Vec<u8> {
	[INDEX_TAG, &number.to_le_bytes(), hash].concat()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Kind, RECEIPT_VERSION};

	fn receipts(count: u64) -> Vec<Receipt> {
		let mut head = Head::default();
		(0..count)
			.map(|seq| {
				let receipt = Receipt {
					version: RECEIPT_VERSION,
					genesis: [1; 32],
					operator: [2; 32],
					seq,
					prev: head.head,
					time_ms: seq,
					kind: Kind::REPAIR,
					payload: Vec::new(),
				};
				head.accept(&receipt).unwrap();
				receipt
			})
			.collect()
	}

	#[test]
	fn a_batch_spans_its_receipts() {
		let receipts = receipts(3);
		let batch = BatchLeaf::over([2; 32], [3; 32], Head::default(), &receipts).unwrap();
		assert_eq!((batch.first_seq, batch.last_seq), (0, 2));
		assert_eq!((batch.prev_head, batch.new_head), ([0; 32], receipts[2].id()));
		assert_eq!(batch.receipts(), Some(3));
		assert_eq!(batch.encoded_size(), 176);
	}

	#[test]
	fn a_batch_refuses_what_is_no_chain() {
		let mut receipts = receipts(3);
		let over = |receipts: &[Receipt]| {
			BatchLeaf::over([2; 32], [3; 32], Head::default(), receipts).map(|_| ())
		};
		assert_eq!(over(&[]), Err(ChainError::Empty));
		assert_eq!(over(&receipts[1..]), Err(ChainError::Sequence { expected: 0, found: 1 }));
		receipts[1].time_ms += 1;
		assert_eq!(over(&receipts), Err(ChainError::Prev { seq: 2 }));
		receipts[0].operator = [9; 32];
		assert_eq!(over(&receipts), Err(ChainError::Operator { seq: 0 }));
	}

	#[test]
	fn ranges_are_counted_without_overflow() {
		assert_eq!(receipts_between(5, 5), Some(1));
		assert_eq!(receipts_between(5, 4), None);
		assert_eq!(receipts_between(0, 65_535), Some(65_536));
		assert_eq!(receipts_between(0, 65_536), None);
		assert_eq!(receipts_between(0, u64::MAX), None);
	}

	#[test]
	fn a_block_without_batches_has_zeros() {
		assert_eq!(batches_root(&[]), [0; 32]);
		let leaf = BlockLeaf { number: 1, hash: [2; 32], batches_root: [0; 32] };
		assert_eq!(leaf.encoded_size(), 68);
	}
}
