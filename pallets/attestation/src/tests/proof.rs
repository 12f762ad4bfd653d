// SPDX-License-Identifier: Apache-2.0

//! What is anchored is proven: through `pallet-mmr`, headers, off-chain index and `qh-receipts`.

use crate::{mock::*, Batches};
use codec::{Decode, Encode};
use qh_receipts::{
	batches_key, merkle, BatchLeaf, BlockLeaf, ReceiptProof, SignedReceipt, Step, Trusted,
	PROOF_VERSION,
};
use sp_core::offchain::StorageKind;
use sp_mmr_primitives::DataOrHash;
use sp_runtime::traits::BlakeTwo256;

/// Makes the proof of `receipts[index]`, of a batch that block `number` anchored among `batches`,
/// against the current block's parent, whose header is `header`.
fn prove(
	agent: &Agent,
	receipts: &[SignedReceipt],
	index: usize,
	number: u32,
	batches: &[BatchLeaf],
	header: &Header,
) -> ReceiptProof {
	let ids: Vec<_> = receipts.iter().map(|signed| signed.receipt.id()).collect();
	let leaves: Vec<_> = batches.iter().map(Encode::encode).collect();
	let seq = receipts[index].receipt.seq;
	let operator: [u8; 32] = agent.operator.clone().into();
	let place = batches
		.iter()
		.position(|batch| {
			batch.operator == operator && (batch.first_seq..=batch.last_seq).contains(&seq)
		})
		.unwrap();
	let (block, items) = Mmr::generate_proof(vec![number + 1], Some(header.number)).unwrap();
	ReceiptProof {
		version: PROOF_VERSION,
		signed: receipts[index].clone(),
		agent_public: agent.key.public().try_into().unwrap(),
		receipt_path: merkle::path(&ids, index).unwrap(),
		batch: batches[place].clone(),
		batch_index: place as u32,
		batch_count: batches.len() as u32,
		batch_path: merkle::path(&leaves, place).unwrap(),
		block: block[0],
		block_path: items.items.iter().map(|item| item.0).collect(),
		header: header.encode(),
	}
}

#[docify::export]
#[test]
fn a_receipt_is_proven_against_a_later_header() {
	let mut chain = Chain::new();
	let mut agent = Agent::of(1);
	let receipts = agent.write(3, genesis_hash());

	let (anchored_in, batches, header) = chain.run(|| {
		agent.anchor(&receipts);
		let batches = Batches::<Test>::get();
		(next_block(), batches, next_block())
	});

	let number = anchored_in.number;
	let proof = chain.run(|| prove(&agent, &receipts, 1, number, &batches, &header));
	let trusted = Trusted { genesis: genesis_hash(), header_hash: header.hash().0 };
	assert_eq!(proof.verify(&trusted), Ok(()));
}

#[test]
fn receipts_of_many_blocks_are_proven_against_every_later_header() {
	let mut chain = Chain::new();
	let mut agents = [Agent::of(1), Agent::of(2), Agent::of(3)];
	let mut anchored = Vec::new();
	let mut headers = Vec::new();
	chain.run(|| agents.iter().for_each(|agent| fund(&agent.operator, 10_000)));
	for number in 1..=9u32 {
		chain.run(|| {
			let mut of_block = Vec::new();
			for (n, agent) in agents.iter_mut().enumerate() {
				if !(number as usize + n).is_multiple_of(3) {
					let receipts = agent.write(u64::from(number) % 5 + 1, genesis_hash());
					agent.anchor(&receipts);
					of_block.push((n, receipts));
				}
			}
			anchored.push((number, Batches::<Test>::get(), of_block));
			headers.push(next_block());
		});
	}
	chain.run(|| {
		for header in &headers {
			let trusted = Trusted { genesis: genesis_hash(), header_hash: header.hash().0 };
			for (number, batches, of_block) in &anchored {
				if *number >= header.number {
					continue;
				}
				for (n, receipts) in of_block {
					for index in 0..receipts.len() {
						let agent = &agents[*n];
						let proof = prove(agent, receipts, index, *number, batches, header);
						assert_eq!(proof.verify(&trusted), Ok(()));
					}
				}
			}
		}
	});
}

#[test]
fn the_header_of_the_same_block_proves_nothing() {
	let mut chain = Chain::new();
	let mut agent = Agent::of(1);
	let receipts = agent.write(1, genesis_hash());
	let (batches, same, later) = chain.run(|| {
		agent.anchor(&receipts);
		(Batches::<Test>::get(), next_block(), next_block())
	});
	chain.run(|| {
		let mut proof = prove(&agent, &receipts, 0, same.number, &batches, &later);
		proof.header = same.encode();
		let trusted = Trusted { genesis: genesis_hash(), header_hash: same.hash().0 };
		assert_eq!(proof.verify(&trusted), Err(Step::BlockInRange));
	});
}

#[test]
fn leaves_begin_with_genesis_and_have_zeros_where_nothing_was_anchored() {
	let mut chain = Chain::new();
	let header = chain.run(next_block);
	chain.run(|| {
		let (leaves, _) = Mmr::generate_proof(vec![1, 2], None).unwrap();
		let leaf = |number, hash| BlockLeaf { number, hash, batches_root: [0; 32] };
		assert_eq!(leaves, vec![leaf(0, genesis_hash()), leaf(1, header.hash().0)]);
	});
}

#[test]
fn the_leaf_is_hashed_as_68_plain_bytes() {
	let leaf = BlockLeaf { number: 7, hash: [1; 32], batches_root: [2; 32] };
	let bytes = [&7u32.to_le_bytes()[..], &[1; 32], &[2; 32]].concat();
	assert_eq!(leaf.encode(), bytes);
	let node = DataOrHash::<BlakeTwo256, BlockLeaf>::Data(leaf);
	assert_eq!(node.hash().0, qh_receipts::blake2_256(&[&bytes]));
}

#[test]
fn every_header_holds_the_root_of_the_range() {
	execute(|| {
		for _ in 0..3 {
			let root = Mmr::mmr_root();
			let header = next_block();
			let decoded = qh_receipts::Header::from_bytes(&header.encode()).unwrap();
			assert_eq!(decoded.range_root(), Ok(root.0));
			assert_eq!(decoded.number, header.number);
		}
	});
}

#[test]
fn batches_are_indexed_off_chain_under_their_blocks_hash() {
	let mut chain = Chain::new();
	let mut agent = Agent::of(1);
	let receipts = agent.write(2, genesis_hash());
	let (batches, full, empty) = chain.run(|| {
		agent.anchor(&receipts);
		(Batches::<Test>::get().into_inner(), next_block(), next_block())
	});
	chain.run(|| {
		let read = |header: &Header| {
			let key = batches_key(header.number, &header.hash().0);
			sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, &key)
		};
		let stored = read(&full).unwrap();
		assert_eq!(Vec::<BatchLeaf>::decode(&mut stored.as_slice()), Ok(batches));
		assert_eq!(read(&empty), None);
	});
}
