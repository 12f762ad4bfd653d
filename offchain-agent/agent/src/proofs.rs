// SPDX-License-Identifier: Apache-2.0
//! Whole proofs on disk, one file a batch under `proofs/`.
//!
//! A file holds all that the chain gave: the batches of the block, its leaf and path in the Merkle
//! mountain range, and the header. With the receipts, which are in the log, any receipt of the batch
//! is proven from it for ever, with no node, archive or not. What is stored was verified as a
//! stranger would verify it, so that a proof that does not hold is found when it can still be
//! fetched again, not years later.

use crate::{
	chain::{Anchored, RangeProof},
	durable::{self, FileError},
	hexed::{Hex32, HexBytes},
	outbox::BlockId,
};
use codec::{DecodeAll, Encode};
use qh_receipts::{merkle, BatchLeaf, BlockLeaf, ReceiptProof, SignedReceipt, Step, Trusted};
use serde::{Deserialize, Serialize};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Version of the file's layout.
const VERSION: u8 = 1;

/// Failure to store, find or make a proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
	/// The file system refused.
	#[error(transparent)]
	File(#[from] FileError),
	/// The file is not what this program writes.
	#[error("{path}: {problem}")]
	Content {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		problem: String,
	},
	/// No stored batch holds the receipt.
	#[error("no proof of receipt {seq} is stored yet: it is {settled} receipts that are settled")]
	Missing {
		/// The receipt.
		seq: u64,
		/// Receipts below this number have a proof.
		settled: u64,
	},
	/// What the node gave does not prove the batch.
	#[error("the proof of receipts {first_seq} to {last_seq} does not hold: {problem}")]
	Unsound {
		/// First receipt.
		first_seq: u64,
		/// Last receipt.
		last_seq: u64,
		/// Which step failed.
		problem: String,
	},
}

/// A batch with all that proves it. The order of the fields is part of the format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchProof {
	/// Version of this layout.
	pub version: u8,
	/// Genesis hash of the chain.
	pub genesis: Hex32,
	/// Number of the first receipt.
	pub first_seq: u64,
	/// Number of the last receipt.
	pub last_seq: u64,
	/// Ids of the receipts, in order.
	pub receipt_ids: Vec<Hex32>,
	/// SCALE of every batch of the block, in order.
	pub batches: Vec<HexBytes>,
	/// Which of them this is.
	pub batch_index: u32,
	/// SCALE of the block's leaf in the range.
	pub block_leaf: HexBytes,
	/// Items of the range's proof.
	pub block_path: Vec<Hex32>,
	/// SCALE of the header that holds the range's root.
	pub header: HexBytes,
	/// Hash of that header.
	pub header_hash: Hex32,
	/// Its number.
	pub header_number: u32,
}

impl BatchProof {
	/// The proof of the batch at `index` of `anchored`, which holds the receipts with these ids.
	/// Verified but for the receipts' signatures.
	pub fn new(
		genesis: [u8; 32],
		ids: &[[u8; 32]],
		anchored: &Anchored,
		index: usize,
		range: &RangeProof,
	) -> Result<Self, ProofError> {
		let batch = anchored.batches.get(index).ok_or_else(|| ProofError::Unsound {
			first_seq: 0,
			last_seq: 0,
			problem: format!("the block has no batch {index}"),
		})?;
		let proof = Self {
			version: VERSION,
			genesis: Hex32(genesis),
			first_seq: batch.first_seq,
			last_seq: batch.last_seq,
			receipt_ids: ids.iter().copied().map(Hex32).collect(),
			batches: anchored.batches.iter().map(|batch| HexBytes(batch.encode())).collect(),
			batch_index: u32::try_from(index).unwrap_or(u32::MAX),
			block_leaf: HexBytes(range.leaf.clone()),
			block_path: range.items.iter().copied().map(Hex32).collect(),
			header: HexBytes(range.header.clone()),
			header_hash: Hex32(range.block.hash),
			header_number: range.block.number,
		};
		proof.check_ids(batch)?;
		proof.check_block(anchored.block)?;
		Ok(proof)
	}

	/// The receipts' ids are the batch's.
	fn check_ids(&self, batch: &BatchLeaf) -> Result<(), ProofError> {
		let ids = || self.receipt_ids.iter().map(|id| id.0);
		if batch.receipts().map(u64::from) != Some(self.receipt_ids.len() as u64) {
			return Err(self.unsound("the batch has another number of receipts"));
		}
		if ids().next_back() != Some(batch.new_head)
			|| merkle::root(ids()) != Some(batch.merkle_root)
		{
			return Err(self.unsound("the batch holds other receipts than the log"));
		}
		Ok(())
	}

	/// The block's leaf is the right one.
	fn check_block(&self, block: BlockId) -> Result<(), ProofError> {
		let leaf = BlockLeaf::decode_all(&mut self.block_leaf.0.as_slice())
			.map_err(|error| self.unsound(&format!("the block's leaf: {error}")))?;
		if leaf.number != block.number || leaf.hash != block.hash {
			return Err(self.unsound("the range's leaf is another block's"));
		}
		Ok(())
	}

	fn unsound(&self, problem: &str) -> ProofError {
		let (first_seq, last_seq, problem) = (self.first_seq, self.last_seq, problem.to_owned());
		ProofError::Unsound { first_seq, last_seq, problem }
	}

	/// The whole proof of one receipt.
	pub fn receipt(
		&self,
		signed: SignedReceipt,
		agent_public: &[u8; 897],
	) -> Result<ReceiptProof, ProofError> {
		let batches = self
			.batches
			.iter()
			.map(|batch| BatchLeaf::decode_all(&mut batch.0.as_slice()))
			.collect::<Result<Vec<_>, _>>()
			.map_err(|error| self.unsound(&format!("a batch: {error}")))?;
		let index = self.batch_index as usize;
		let batch = batches
			.get(index)
			.cloned()
			.ok_or_else(|| self.unsound("there is no batch of that index"))?;
		let batch_path = merkle::path(batches.iter().map(Encode::encode), index)
			.ok_or_else(|| self.unsound("there is no batch of that index"))?;
		let position = signed.receipt.seq.checked_sub(self.first_seq);
		let receipt_path = position
			.and_then(|position| usize::try_from(position).ok())
			.and_then(|position| merkle::path(self.receipt_ids.iter().map(|id| id.0), position))
			.ok_or_else(|| self.unsound(&format!("it holds no receipt {}", signed.receipt.seq)))?;
		let block = BlockLeaf::decode_all(&mut self.block_leaf.0.as_slice())
			.map_err(|error| self.unsound(&format!("the block's leaf: {error}")))?;
		Ok(ReceiptProof {
			version: qh_receipts::PROOF_VERSION,
			signed,
			agent_public: *agent_public,
			receipt_path,
			batch,
			batch_index: self.batch_index,
			batch_count: u32::try_from(batches.len()).unwrap_or(u32::MAX),
			batch_path,
			block,
			block_path: self.block_path.iter().map(|item| item.0).collect(),
			header: self.header.0.clone(),
		})
	}

	/// Proves one receipt of the batch as a stranger would.
	pub fn verify(
		&self,
		signed: SignedReceipt,
		agent_public: &[u8; 897],
	) -> Result<(), ProofError> {
		let trusted = Trusted { genesis: self.genesis.0, header_hash: self.header_hash.0 };
		self.receipt(signed, agent_public)?
			.verify(&trusted)
			.map_err(|step: Step| self.unsound(&step.to_string()))
	}
}

/// The folder of proofs.
#[derive(Clone, Debug)]
pub struct Proofs {
	dir: PathBuf,
}

/// How far the stored proofs reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
	/// All receipts below this number have a proof.
	pub settled: u64,
	/// Block of the last of these batches.
	pub block: u32,
}

impl Proofs {
	/// The proofs in `dir`.
	pub fn new(dir: PathBuf) -> Self {
		Self { dir }
	}

	/// Stores a proof; durable when it returns. The same one again replaces it.
	pub fn store(&self, proof: &BatchProof) -> Result<(), ProofError> {
		let path = self.path(proof.first_seq, proof.last_seq);
		let mut content = serde_json::to_vec(proof).map_err(|error| ProofError::Content {
			path: path.clone(),
			problem: error.to_string(),
		})?;
		content.push(b'\n');
		Ok(durable::replace(&path, &content)?)
	}

	/// The proof of the batch that holds receipt `seq`.
	pub fn find(&self, seq: u64) -> Result<BatchProof, ProofError> {
		let ranges = self.ranges()?;
		let (first, last) = ranges
			.iter()
			.copied()
			.find(|(first, last)| (*first..=*last).contains(&seq))
			.ok_or_else(|| ProofError::Missing { seq, settled: contiguous(&ranges) })?;
		self.load(first, last)
	}

	/// How far the stored proofs reach without a gap.
	pub fn reach(&self) -> Result<Reach, ProofError> {
		let ranges = self.ranges()?;
		let settled = contiguous(&ranges);
		let Some(last_seq) = settled.checked_sub(1) else {
			return Ok(Reach::default());
		};
		let Some((first, last)) = ranges.into_iter().find(|(_, last)| *last == last_seq) else {
			return Ok(Reach::default());
		};
		let proof = self.load(first, last)?;
		let leaf = BlockLeaf::decode_all(&mut proof.block_leaf.0.as_slice())
			.map_err(|error| proof.unsound(&format!("the block's leaf: {error}")))?;
		Ok(Reach { settled, block: leaf.number })
	}

	fn load(&self, first: u64, last: u64) -> Result<BatchProof, ProofError> {
		let path = self.path(first, last);
		let content = fs::read(&path).map_err(FileError::on("read", &path))?;
		let problem = |problem: String| ProofError::Content { path: path.clone(), problem };
		let proof: BatchProof =
			serde_json::from_slice(&content).map_err(|error| problem(error.to_string()))?;
		if proof.version != VERSION {
			return Err(problem(format!("version {} is unknown", proof.version)));
		}
		Ok(proof)
	}

	/// First and last receipt of every stored batch, in order. Other files are left alone.
	fn ranges(&self) -> Result<Vec<(u64, u64)>, ProofError> {
		let listing = fs::read_dir(&self.dir).map_err(FileError::on("list", &self.dir))?;
		let mut ranges = Vec::new();
		for entry in listing {
			let name = entry.map_err(FileError::on("list", &self.dir))?.file_name();
			ranges.extend(name.to_str().and_then(range_of));
		}
		ranges.sort_unstable();
		Ok(ranges)
	}

	fn path(&self, first: u64, last: u64) -> PathBuf {
		self.dir.join(format!("{first:020}-{last:020}.json"))
	}
}

fn range_of(name: &str) -> Option<(u64, u64)> {
	let (first, last) = name.strip_suffix(".json")?.split_once('-')?;
	Some((first.parse().ok()?, last.parse().ok()?))
}

/// The first number that no range covers, counted from 0.
fn contiguous(ranges: &[(u64, u64)]) -> u64 {
	ranges.iter().fold(0, |reached, (first, last)| match *first <= reached {
		true => reached.max(last.saturating_add(1)),
		false => reached,
	})
}

/// Makes the folder.
pub fn create(dir: &Path) -> Result<(), FileError> {
	durable::private_dir(dir)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn proofs_reach_up_to_the_first_gap() {
		assert_eq!(contiguous(&[]), 0);
		assert_eq!(contiguous(&[(0, 3), (4, 4)]), 5);
		assert_eq!(contiguous(&[(0, 3), (5, 9)]), 4);
		assert_eq!(contiguous(&[(1, 3)]), 0);
		assert_eq!(contiguous(&[(0, 3), (2, 5)]), 6);
	}

	#[test]
	fn only_names_of_proofs_are_read_as_such() {
		assert_eq!(range_of("00000000000000000007-00000000000000000012.json"), Some((7, 12)));
		assert_eq!(range_of("00000000000000000007-00000000000000000012.json.tmp"), None);
		assert_eq!(range_of("notes.json"), None);
	}
}
