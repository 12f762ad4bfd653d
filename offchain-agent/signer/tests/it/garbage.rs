// SPDX-License-Identifier: Apache-2.0
//! Arbitrary bytes for everything that reads bytes: an answer, never a panic.

use codec::Encode;
use proptest::prelude::*;
use qh_signer::{
	decode::{decode_header, decode_transaction, decode_vote, metadata::Proof, show_transaction},
	rules::Limits,
	vault::Vault,
	wal::{recover, verify, Anchor, Identity, Outcome},
};
use qh_signer_client::{MetadataProof, TransactionRequest};
use std::os::unix::fs::OpenOptionsExt;

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
	prop::collection::vec(any::<u8>(), 0..most)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2000))]

	#[test]
	fn headers(garbage in bytes(300)) {
		let _ = decode_header(&garbage);
	}

	/// Whatever decodes as a header has its slot where the bytes say, and its hash is the bytes'.
	#[test]
	fn headers_of_arbitrary_items(items in prop::collection::vec((prop::sample::select(vec![4u8, 5, 6]), prop::sample::select(vec![*b"aura", *b"BABE"]), bytes(12)), 0..5)) {
		let mut header = vec![3u8; 32];
		codec::Compact(9u32).encode_to(&mut header);
		header.extend([4; 64]);
		items.encode_to(&mut header);
		let slots: Vec<_> =
			items.iter().filter(|item| item.0 == 6 && item.1 == *b"aura").collect();
		let sealed = items.iter().any(|item| item.0 == 5);
		match decode_header(&header) {
			Ok(claim) => {
				prop_assert!(!sealed && slots.len() == 1);
				prop_assert_eq!(claim.slot.to_le_bytes().to_vec(), slots[0].2.clone());
				prop_assert_eq!(claim.hash, qh_crypto::blake2_256(&header));
			},
			Err(_) => prop_assert!(sealed || slots.len() != 1 || slots[0].2.len() != 8),
		}
	}

	#[test]
	fn votes(garbage in bytes(60)) {
		if let Ok(vote) = decode_vote(&garbage) {
			let again = (vote.kind, vote.hash, vote.number, vote.at.round, vote.at.set_id).encode();
			prop_assert_eq!(again, garbage);
		}
	}

	#[test]
	fn proofs(garbage in bytes(400)) {
		if let Ok(proof) = Proof::decode_whole(&garbage) {
			let _ = proof.verify();
		}
	}

	#[test]
	fn transactions(parts in prop::array::uniform5(bytes(80))) {
		let [call, explicit, implicit, proof, extrinsic] = parts;
		let metadata = MetadataProof {
			proof,
			extrinsic,
			spec_version: 1,
			spec_name: String::new(),
			base58_prefix: 0,
			decimals: 0,
			token_symbol: String::new(),
		};
		let request = TransactionRequest { key: [0; 32], call, explicit, implicit, metadata };
		prop_assert!(decode_transaction(&request, &[0; 32]).is_err());
		prop_assert!(show_transaction(&request, &[0; 32]).is_err());
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(200))]

	#[test]
	fn logs(garbage in bytes(3000), magic in any::<bool>()) {
		let dir = tempfile::tempdir().unwrap();
		let mut file = garbage;
		if magic {
			file.splice(..0, b"QHSIGLOG\x01".iter().copied());
		}
		std::fs::write(dir.path().join("0000000000000000.log"), &file).unwrap();
		let identity = Identity { vault: [1; 16], genesis: [2; 32] };
		let anchor = Anchor { generation: 0, records: 1, head: [3; 32] };
		let outcome = recover(dir.path(), &identity, &anchor, &Limits::default()).unwrap();
		let damaged = matches!(outcome, Outcome::Damaged { .. });
		prop_assert!(damaged);
		prop_assert!(verify(dir.path(), &Limits::default()).unwrap().is_err());
	}

	#[test]
	fn vaults(garbage in bytes(600), magic in any::<bool>()) {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("vault");
		let mut options = std::fs::OpenOptions::new();
		let mut file = options.write(true).create_new(true).mode(0o600).open(&path).unwrap();
		if magic {
			std::io::Write::write_all(&mut file, b"QHVAULT\0\x01").unwrap();
		}
		std::io::Write::write_all(&mut file, &garbage).unwrap();
		let _ = Vault::load(&path);
	}
}
