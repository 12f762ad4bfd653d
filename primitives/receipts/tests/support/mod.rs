// SPDX-License-Identifier: Apache-2.0

//! A small chain, made by hand: operators whose agents write receipts, blocks that anchor them,
//! headers that commit to the range over the blocks.

#![allow(dead_code)]

use codec::Encode;
use mmr_lib::{
	leaf_index_to_pos,
	util::{MemMMR, MemStore},
	Merge,
};
use qh_crypto::{Domain, Keypair, Scheme};
use qh_receipts::{
	batches_root, blake2_256, merkle, BatchLeaf, BlockLeaf, Hash, Head, Kind, Receipt,
	ReceiptProof, SignedReceipt, Trusted, PROOF_VERSION, RANGE_ROOT_ENGINE, RECEIPT_VERSION,
};

struct Blake;

impl Merge for Blake {
	type Item = Hash;

	fn merge(left: &Hash, right: &Hash) -> mmr_lib::Result<Hash> {
		Ok(blake2_256(&[left, right]))
	}
}

/// A batch in a block, with the receipts it was made of.
pub(crate) struct Anchored {
	pub(crate) leaf: BatchLeaf,
	pub(crate) receipts: Vec<SignedReceipt>,
	pub(crate) agent_public: [u8; 897],
}

/// Block `N` stands at index `N`; block 0 is the genesis.
pub(crate) struct Chain {
	pub(crate) genesis: Hash,
	pub(crate) hashes: Vec<Hash>,
	pub(crate) headers: Vec<Vec<u8>>,
	pub(crate) batches: Vec<Vec<Anchored>>,
}

pub(crate) struct Operator {
	pub(crate) account: Hash,
	pub(crate) agent: Keypair,
	head: Head,
}

impl Operator {
	pub(crate) fn new(name: &str) -> Self {
		let seed =
			|role: &str| blake2_256(&[b"qh-receipts vectors/", name.as_bytes(), role.as_bytes()]);
		let agent = Keypair::from_seed(Scheme::Falcon512, &seed("/agent"));
		Self { account: seed("/operator"), agent, head: Head::default() }
	}

	/// Writes, signs and batches the next receipts.
	pub(crate) fn batch(&mut self, genesis: Hash, count: usize) -> Anchored {
		let begin = self.head;
		let receipts: Vec<_> = (0..count)
			.map(|_| {
				let seq = self.head.next_seq;
				let receipt = Receipt {
					version: RECEIPT_VERSION,
					genesis,
					operator: self.account,
					seq,
					prev: self.head.head,
					time_ms: 1_790_000_000_000 + seq * 1_000,
					kind: Kind::KNOWN[seq as usize % Kind::KNOWN.len()],
					payload: format!("{{\"act\":{seq}}}").into_bytes(),
				};
				self.head.accept(&receipt).unwrap();
				let signature = self.agent.sign(Domain::RECEIPT, &receipt.id());
				SignedReceipt { receipt, signature: signature.try_into().unwrap() }
			})
			.collect();
		let plain: Vec<_> = receipts.iter().map(|signed| signed.receipt.clone()).collect();
		let leaf = BatchLeaf::over(self.account, self.agent.account_id(), begin, &plain).unwrap();
		Anchored { leaf, receipts, agent_public: self.agent.public().try_into().unwrap() }
	}
}

impl Chain {
	/// A chain whose block `N` anchors batches of these numbers of receipts, by operators in turn.
	pub(crate) fn new(blocks: &[&[usize]]) -> Self {
		let mut operators: Vec<_> = ["alice", "bob", "carol", "dave"].map(Operator::new).into();
		let genesis = blake2_256(&[b"qh-receipts vectors"]);
		let mut chain = Self {
			genesis,
			hashes: vec![genesis],
			headers: vec![Vec::new()],
			batches: vec![Vec::new()],
		};
		for (index, sizes) in blocks.iter().enumerate() {
			let number = index as u32 + 1;
			let header = chain.header(number);
			chain.hashes.push(blake2_256(&[&header]));
			chain.headers.push(header);
			chain.batches.push(
				sizes
					.iter()
					.zip(operators.iter_mut())
					.map(|(size, operator)| operator.batch(genesis, *size))
					.collect(),
			);
		}
		chain
	}

	/// Header `number`, which commits to the leaves of the blocks before it.
	fn header(&self, number: u32) -> Vec<u8> {
		let root = self.range(number, |range| range.get_root().unwrap());
		let mut header = self.hashes[number as usize - 1].to_vec();
		codec::Compact(number).encode_to(&mut header);
		header.extend(blake2_256(&[b"state", &number.to_le_bytes()]));
		header.extend(blake2_256(&[b"extrinsics", &number.to_le_bytes()]));
		// Digest: pre-runtime item of Aura, range root, seal of Aura.
		header.push(3 << 2);
		(6u8, *b"aura", u64::from(number).encode()).encode_to(&mut header);
		(4u8, RANGE_ROOT_ENGINE, root.to_vec()).encode_to(&mut header);
		(5u8, *b"aura", vec![0xa5u8; 666]).encode_to(&mut header);
		header
	}

	pub(crate) fn block_leaf(&self, number: u32) -> BlockLeaf {
		let index = number as usize;
		let leaves: Vec<_> = self.batches[index].iter().map(|batch| batch.leaf.clone()).collect();
		BlockLeaf { number, hash: self.hashes[index], batches_root: batches_root(&leaves) }
	}

	fn range<R>(&self, leaves: u32, with: impl FnOnce(MemMMR<'_, Hash, Blake>) -> R) -> R {
		let store = MemStore::default();
		let mut range = MemMMR::new(0, &store);
		for number in 0..leaves {
			range.push(blake2_256(&[&self.block_leaf(number).encode()])).unwrap();
		}
		with(range)
	}

	pub(crate) fn trusted(&self, header: u32) -> Trusted {
		Trusted { genesis: self.genesis, header_hash: self.hashes[header as usize] }
	}

	/// The proof of one receipt of one batch of block `number` against `header`.
	pub(crate) fn proof(
		&self,
		number: u32,
		batch: usize,
		receipt: usize,
		header: u32,
	) -> ReceiptProof {
		let batches = &self.batches[number as usize];
		let anchored = &batches[batch];
		let ids: Vec<_> = anchored.receipts.iter().map(|signed| signed.receipt.id()).collect();
		let leaves: Vec<_> = batches.iter().map(|batch| batch.leaf.encode()).collect();
		let block_path = self.range(header, |range| {
			let position = leaf_index_to_pos(number.into());
			range.gen_proof(vec![position]).unwrap().proof_items().to_vec()
		});
		ReceiptProof {
			version: PROOF_VERSION,
			signed: anchored.receipts[receipt].clone(),
			agent_public: anchored.agent_public,
			receipt_path: merkle::path(&ids, receipt).unwrap(),
			batch: anchored.leaf.clone(),
			batch_index: batch as u32,
			batch_count: batches.len() as u32,
			batch_path: merkle::path(&leaves, batch).unwrap(),
			block: self.block_leaf(number),
			block_path,
			header: self.headers[header as usize].clone(),
		}
	}
}
