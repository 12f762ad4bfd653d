// SPDX-License-Identifier: Apache-2.0

//! Proofs over a whole small chain: each verifies where it belongs, nowhere else, and not after
//! any change.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codec::{Decode, DecodeAll, Encode};
use proptest::prelude::*;
use qh_receipts::{ReceiptProof, Step};
use std::sync::OnceLock;
use support::Chain;

const BLOCKS: &[&[usize]] =
	&[&[], &[1], &[5, 8, 3], &[], &[2, 2], &[7, 1, 4, 6], &[], &[], &[9], &[]];

fn chain() -> &'static Chain {
	static CHAIN: OnceLock<Chain> = OnceLock::new();
	CHAIN.get_or_init(|| Chain::new(BLOCKS))
}

/// Every receipt as (block, batch, receipt).
fn receipts() -> Vec<(u32, usize, usize)> {
	let blocks = chain().batches.iter().enumerate();
	blocks
		.flat_map(|(block, batches)| {
			batches.iter().enumerate().flat_map(move |(batch, anchored)| {
				(0..anchored.receipts.len()).map(move |receipt| (block as u32, batch, receipt))
			})
		})
		.collect()
}

#[test]
fn every_receipt_is_proven_against_every_later_header() {
	let chain = chain();
	for (block, batch, receipt) in receipts() {
		for header in block + 1..chain.headers.len() as u32 {
			let proof = chain.proof(block, batch, receipt, header);
			assert_eq!(proof.verify(&chain.trusted(header)), Ok(()));
			let other = header - 1;
			assert_eq!(proof.verify(&chain.trusted(other)), Err(Step::HeaderHash));
		}
	}
}

#[test]
fn a_proof_for_one_receipt_verifies_no_other() {
	let chain = chain();
	let header = chain.headers.len() as u32 - 1;
	let trusted = chain.trusted(header);
	for (block, batch, receipt) in receipts() {
		let proof = chain.proof(block, batch, receipt, header);
		for (other_block, other_batch, other_receipt) in receipts() {
			let other = chain.proof(other_block, other_batch, other_receipt, header);
			let moved = ReceiptProof { signed: other.signed, ..proof.clone() };
			let same = (block, batch, receipt) == (other_block, other_batch, other_receipt);
			assert_eq!(moved.verify(&trusted).is_ok(), same);
		}
	}
}

#[test]
fn a_batch_proves_in_its_own_place_only() {
	let chain = chain();
	let header = chain.headers.len() as u32 - 1;
	let proof = chain.proof(6, 1, 0, header);
	for index in 0..6 {
		for count in 0..6 {
			let moved = ReceiptProof { batch_index: index, batch_count: count, ..proof.clone() };
			let expected = if (index, count) == (1, 4) { Ok(()) } else { Err(Step::BatchInBlock) };
			assert_eq!(moved.verify(&chain.trusted(header)), expected);
		}
	}
}

#[test]
fn another_network_is_refused() {
	let chain = chain();
	let mut trusted = chain.trusted(9);
	trusted.genesis[0] ^= 1;
	assert_eq!(chain.proof(3, 1, 4, 9).verify(&trusted), Err(Step::Genesis));
}

/// Flips each bit of the bytes that `field` gives, and expects one of `steps`.
fn refuses_each_bit(field: impl Fn(&mut ReceiptProof) -> &mut [u8], steps: &[&str]) {
	let chain = chain();
	let proof = chain.proof(3, 1, 4, 9);
	let trusted = chain.trusted(9);
	for byte in 0..field(&mut proof.clone()).len() {
		for bit in 0..8 {
			let mut changed = proof.clone();
			field(&mut changed)[byte] ^= 1 << bit;
			let step = changed.verify(&trusted).unwrap_err();
			assert!(steps.contains(&step.name()), "byte {byte}: {step}");
		}
	}
}

#[test]
fn a_change_of_the_signature_names_the_signature() {
	refuses_each_bit(|proof| &mut proof.signed.signature, &["signature"]);
}

#[test]
fn a_change_of_the_public_key_names_the_agent() {
	refuses_each_bit(|proof| &mut proof.agent_public, &["agent"]);
}

#[test]
fn a_change_of_the_receipt_names_receipt_or_signature() {
	refuses_each_bit(|proof| &mut proof.signed.receipt.payload, &["signature"]);
	refuses_each_bit(|proof| &mut proof.signed.receipt.prev, &["signature"]);
	refuses_each_bit(|proof| &mut proof.signed.receipt.operator, &["signature"]);
	refuses_each_bit(|proof| &mut proof.signed.receipt.genesis, &["genesis"]);
	refuses_each_bit(|proof| std::slice::from_mut(&mut proof.signed.receipt.version), &["receipt"]);
}

#[test]
fn a_change_of_a_path_names_its_step() {
	refuses_each_bit(|proof| proof.receipt_path.as_flattened_mut(), &["receipt-in-batch"]);
	refuses_each_bit(|proof| proof.batch_path.as_flattened_mut(), &["batch-in-block"]);
	refuses_each_bit(|proof| proof.block_path.as_flattened_mut(), &["block-in-range"]);
}

#[test]
fn a_change_of_the_batch_names_the_step_that_reads_it() {
	refuses_each_bit(|proof| &mut proof.batch.operator, &["operator"]);
	refuses_each_bit(|proof| &mut proof.batch.agent, &["agent"]);
	refuses_each_bit(|proof| &mut proof.batch.prev_head, &["batch-in-block"]);
	refuses_each_bit(|proof| &mut proof.batch.new_head, &["batch-in-block"]);
	refuses_each_bit(|proof| &mut proof.batch.merkle_root, &["receipt-in-batch"]);
}

#[test]
fn a_change_of_the_block_names_batch_or_range() {
	refuses_each_bit(|proof| &mut proof.block.batches_root, &["batch-in-block"]);
	refuses_each_bit(|proof| &mut proof.block.hash, &["block-in-range"]);
}

#[test]
fn a_change_of_the_header_names_its_hash() {
	refuses_each_bit(|proof| &mut proof.header, &["header-hash"]);
}

#[test]
fn the_first_and_last_receipt_meet_the_heads() {
	let chain = chain();
	let trusted = chain.trusted(9);
	let mut first = chain.proof(3, 0, 0, 9);
	first.batch.prev_head[0] ^= 1;
	assert_eq!(first.verify(&trusted), Err(Step::Chain));
	let mut last = chain.proof(3, 0, 4, 9);
	last.batch.new_head[0] ^= 1;
	assert_eq!(last.verify(&trusted), Err(Step::Chain));
}

#[test]
fn a_range_that_does_not_hold_the_receipt_is_refused() {
	let chain = chain();
	let trusted = chain.trusted(9);
	let proof = chain.proof(3, 1, 4, 9);
	let with = |first_seq, last_seq| {
		let mut changed = proof.clone();
		changed.batch.first_seq = first_seq;
		changed.batch.last_seq = last_seq;
		changed.verify(&trusted)
	};
	assert_eq!(with(5, 7), Err(Step::Sequence));
	assert_eq!(with(0, 3), Err(Step::Sequence));
	assert_eq!(with(4, 3), Err(Step::Sequence));
	assert_eq!(with(0, u64::MAX), Err(Step::Sequence));
	assert_eq!(with(1, 7), Err(Step::ReceiptInBatch));
}

#[test]
fn an_oversize_receipt_and_an_unknown_version_are_refused() {
	let chain = chain();
	let mut proof = chain.proof(3, 1, 4, 9);
	proof.signed.receipt.payload = vec![0; qh_receipts::MAX_PAYLOAD + 1];
	assert_eq!(proof.verify(&chain.trusted(9)).unwrap_err().name(), "receipt");
	proof.version = 2;
	assert_eq!(proof.verify(&chain.trusted(9)), Err(Step::Version(2)));
}

#[test]
fn a_trusted_header_without_a_root_is_refused() {
	let chain = chain();
	let mut proof = chain.proof(3, 1, 4, 9);
	let root = proof.header.windows(4).position(|tag| tag == b"QHMR").unwrap();
	proof.header[root] = b'X';
	let mut trusted = chain.trusted(9);
	trusted.header_hash = qh_receipts::blake2_256(&[&proof.header]);
	assert_eq!(proof.verify(&trusted).unwrap_err().name(), "header");
	proof.header.truncate(100);
	trusted.header_hash = qh_receipts::blake2_256(&[&proof.header]);
	assert_eq!(proof.verify(&trusted).unwrap_err().name(), "header");
}

#[test]
fn every_bit_of_the_encoded_proof_matters() {
	let chain = chain();
	let proof = chain.proof(3, 1, 4, 9);
	let bytes = proof.encode();
	assert_eq!(ReceiptProof::decode_all(&mut bytes.as_slice()), Ok(proof));
	for bit in 0..bytes.len() * 8 {
		let mut changed = bytes.clone();
		changed[bit / 8] ^= 1 << (bit % 8);
		if let Ok(proof) = ReceiptProof::decode_all(&mut changed.as_slice()) {
			assert!(proof.verify(&chain.trusted(9)).is_err(), "bit {bit}");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

	#[test]
	fn foreign_bytes_neither_panic_nor_verify(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
		if let Ok(proof) = ReceiptProof::decode(&mut bytes.as_slice()) {
			prop_assert!(proof.verify(&chain().trusted(10)).is_err());
		}
		prop_assert!(qh_receipts::Header::from_bytes(&bytes).is_err() || !bytes.is_empty());
	}

	#[test]
	fn spliced_proofs_are_refused(
		(a, b) in (0usize..48, 0usize..48).prop_filter("two receipts", |(a, b)| a != b),
		parts in 1u16..1 << 9,
	) {
		let chain = chain();
		let all = receipts();
		let at = |i: usize| {
			let (block, batch, receipt) = all[i];
			chain.proof(block, batch, receipt, 10)
		};
		prop_assert_eq!(all.len(), 48);
		let (mut proof, donor, original) = (at(a), at(b), at(a));
		if parts & 1 != 0 { proof.signed = donor.signed.clone(); }
		if parts & 2 != 0 { proof.agent_public = donor.agent_public; }
		if parts & 4 != 0 { proof.receipt_path = donor.receipt_path.clone(); }
		if parts & 8 != 0 { proof.batch = donor.batch.clone(); }
		if parts & 16 != 0 { proof.batch_index = donor.batch_index; }
		if parts & 32 != 0 { proof.batch_count = donor.batch_count; }
		if parts & 64 != 0 { proof.batch_path = donor.batch_path.clone(); }
		if parts & 128 != 0 { proof.block = donor.block; }
		if parts & 256 != 0 { proof.block_path = donor.block_path.clone(); }
		let whole = proof == original || proof == donor;
		prop_assert_eq!(proof.verify(&chain.trusted(10)).is_ok(), whole);
	}
}
