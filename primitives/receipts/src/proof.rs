// SPDX-License-Identifier: Apache-2.0

//! The whole way from a receipt to a header.

use crate::{
	batch::commit_to_count, blake2_256, merkle, mmr, BatchLeaf, BlockLeaf, Hash, Header,
	HeaderError, ReceiptError, SignedReceipt,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::fmt;
use qh_crypto::Scheme;

/// The version that this crate writes and verifies.
pub const PROOF_VERSION: u8 = 1;

/// Everything that shows a receipt to be anchored, but the header hash that the reader trusts.
///
/// SCALE encoded in the order of the fields; as a file it is JSON (`file::ProofFile`).
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking)]
pub struct ReceiptProof {
	/// [`PROOF_VERSION`].
	pub version: u8,
	/// The receipt and the agent's signature.
	pub signed: SignedReceipt,
	/// Falcon-512 public key of the agent.
	pub agent_public: [u8; 897],
	/// Siblings from the receipt's id to the batch's `merkle_root`.
	pub receipt_path: Vec<Hash>,
	/// The batch that holds the receipt.
	pub batch: BatchLeaf,
	/// Place of the batch in its block, from 0.
	pub batch_index: u32,
	/// Number of batches in that block.
	pub batch_count: u32,
	/// Siblings from the batch to the root of the block's batches.
	pub batch_path: Vec<Hash>,
	/// The block that holds the batch.
	pub block: BlockLeaf,
	/// Items from the block's leaf to the root of the range ([`mmr`]).
	pub block_path: Vec<Hash>,
	/// SCALE encoded header of a later block.
	pub header: Vec<u8>,
}

/// What the reader of a proof knows and trusts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trusted {
	/// Genesis hash of the network.
	pub genesis: Hash,
	/// Hash of a finalized block: the one whose header is in the proof.
	pub header_hash: Hash,
}

/// The step of a proof that failed, in the order in which steps are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
	/// The proof has a version that is not known here.
	Version(u8),
	/// The receipt has an unknown version or is too large.
	Receipt(ReceiptError),
	/// The receipt was made for another network.
	Genesis,
	/// The public key is not that of the agent that anchored the batch.
	Agent,
	/// The signature is not the agent's over this receipt.
	Signature,
	/// The batch is another operator's.
	Operator,
	/// The receipt's sequence number is not in the batch, or the batch's range is impossible.
	Sequence,
	/// The receipt is the first or last of the batch and does not meet its heads.
	Chain,
	/// The path does not lead from the receipt to the batch's root.
	ReceiptInBatch,
	/// The path does not lead from the batch to the root of the block's batches.
	BatchInBlock,
	/// The header is not the one with the trusted hash.
	HeaderHash,
	/// The header cannot be decoded, or holds no single root of the range.
	Header(HeaderError),
	/// The items do not lead from the block to the root of the range in the header.
	BlockInRange,
}

impl Step {
	/// Name of the step, as other implementations and the command line give it.
	pub const fn name(&self) -> &'static str {
		match self {
			Self::Version(_) => "version",
			Self::Receipt(_) => "receipt",
			Self::Genesis => "genesis",
			Self::Agent => "agent",
			Self::Signature => "signature",
			Self::Operator => "operator",
			Self::Sequence => "sequence",
			Self::Chain => "chain",
			Self::ReceiptInBatch => "receipt-in-batch",
			Self::BatchInBlock => "batch-in-block",
			Self::HeaderHash => "header-hash",
			Self::Header(_) => "header",
			Self::BlockInRange => "block-in-range",
		}
	}
}

impl fmt::Display for Step {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: ", self.name())?;
		match self {
			Self::Version(version) => {
				write!(f, "proof version {version} is unknown, expected {PROOF_VERSION}")
			}
			Self::Receipt(error) => error.fmt(f),
			Self::Genesis => f.write_str("the receipt was made for another network"),
			Self::Agent => f.write_str("the public key is not the anchoring agent's"),
			Self::Signature => f.write_str("the agent did not sign this receipt"),
			Self::Operator => f.write_str("the batch belongs to another operator"),
			Self::Sequence => f.write_str("the receipt's number is not in the batch"),
			Self::Chain => f.write_str("the receipt does not meet the batch's heads"),
			Self::ReceiptInBatch => f.write_str("the receipt is not in the batch"),
			Self::BatchInBlock => f.write_str("the batch is not in the block"),
			Self::HeaderHash => f.write_str("the header does not have the trusted hash"),
			Self::Header(error) => error.fmt(f),
			Self::BlockInRange => {
				f.write_str("the block is not in the range that the header commits to")
			}
		}
	}
}

impl core::error::Error for Step {}

impl ReceiptProof {
	/// Takes every step from the receipt to the trusted header, and names the first that fails.
	pub fn verify(&self, trusted: &Trusted) -> Result<(), Step> {
		self.verify_receipt(trusted)?;
		self.verify_batch()?;
		self.verify_block(trusted)
	}

	fn verify_receipt(&self, trusted: &Trusted) -> Result<(), Step> {
		if self.version != PROOF_VERSION {
			return Err(Step::Version(self.version));
		}
		self.signed.receipt.check().map_err(Step::Receipt)?;
		ensure(self.signed.receipt.genesis == trusted.genesis, Step::Genesis)?;
		let agent = qh_crypto::account_id(Scheme::Falcon512, &self.agent_public);
		ensure(agent == self.batch.agent, Step::Agent)?;
		ensure(self.signed.verify(&self.agent_public), Step::Signature)
	}

	fn verify_batch(&self) -> Result<(), Step> {
		let (receipt, batch) = (&self.signed.receipt, &self.batch);
		ensure(receipt.operator == batch.operator, Step::Operator)?;
		let count = batch.receipts().ok_or(Step::Sequence)?;
		let index = receipt.seq.checked_sub(batch.first_seq).ok_or(Step::Sequence)?;
		ensure(index < count.into(), Step::Sequence)?;

		let id = receipt.id();
		ensure(index != 0 || receipt.prev == batch.prev_head, Step::Chain)?;
		ensure(receipt.seq != batch.last_seq || id == batch.new_head, Step::Chain)?;
		let root = merkle::root_from_path(&id, index, count.into(), &self.receipt_path);
		ensure(root == Some(batch.merkle_root), Step::ReceiptInBatch)
	}

	fn verify_block(&self, trusted: &Trusted) -> Result<(), Step> {
		let root = merkle::root_from_path(
			&self.batch.encode(),
			self.batch_index.into(),
			self.batch_count.into(),
			&self.batch_path,
		)
		.map(|root| commit_to_count(self.batch_count, &root));
		ensure(root == Some(self.block.batches_root), Step::BatchInBlock)?;

		ensure(blake2_256(&[&self.header]) == trusted.header_hash, Step::HeaderHash)?;
		let header = Header::from_bytes(&self.header).map_err(Step::Header)?;
		let range_root = header.range_root().map_err(Step::Header)?;

		// Every block adds one leaf, from block 1 on: block N's leaf has the index N, and the range
		// in the header of block M has M leaves.
		let root = mmr::root_from_path(
			&self.block.encode(),
			self.block.number.into(),
			header.number.into(),
			&self.block_path,
		);
		ensure(root == Some(range_root), Step::BlockInRange)
	}
}

fn ensure(holds: bool, step: Step) -> Result<(), Step> {
	if holds {
		Ok(())
	} else {
		Err(step)
	}
}
