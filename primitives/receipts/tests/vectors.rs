// SPDX-License-Identifier: Apache-2.0

//! The golden files in `vectors/`: what they say is what this crate does.
//!
//! Signatures of Falcon differ from call to call, so the files are written once by
//! `cargo test -p qh-receipts --test vectors -- --ignored` and read ever after.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use codec::{DecodeAll, Encode};
use qh_crypto::{Domain, Keypair, Scheme};
use qh_receipts::{
	batches_key, batches_root, blake2_256,
	file::{ProofFile, VoucherFile},
	merkle, BatchLeaf, BlockLeaf, Kind, Receipt, ReceiptProof, Trusted, Voucher, VOUCHER_VERSION,
};
use serde_json::{json, Map, Value};
use std::{fs, path::PathBuf};
use support::Chain;

/// Sizes of the batches of blocks 1, 2, …; the last block is there to be a header only.
const BLOCKS: &[&[usize]] = &[&[1], &[5, 8, 3], &[], &[2, 2, 2, 2], &[], &[], &[6], &[], &[], &[]];

fn file(name: &str) -> PathBuf {
	PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn read(name: &str) -> Value {
	serde_json::from_str(&fs::read_to_string(file(name)).unwrap()).unwrap()
}

fn write(name: &str, value: &Value) {
	let text = serde_json::to_string_pretty(value).unwrap() + "\n";
	fs::write(file(name), text).unwrap();
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn bytes(value: &Value) -> Vec<u8> {
	hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn hash(value: &Value) -> [u8; 32] {
	bytes(value).try_into().unwrap()
}

#[test]
fn receipts_encode_and_hash_as_recorded() {
	let vectors = read("receipts.json");
	for vector in vectors["receipts"].as_array().unwrap() {
		let receipt = Receipt {
			version: vector["version"].as_u64().unwrap() as u8,
			genesis: hash(&vector["genesis"]),
			operator: hash(&vector["operator"]),
			seq: vector["seq"].as_str().unwrap().parse().unwrap(),
			prev: hash(&vector["prev"]),
			time_ms: vector["time_ms"].as_str().unwrap().parse().unwrap(),
			kind: Kind(vector["kind"].as_u64().unwrap() as u16),
			payload: bytes(&vector["payload"]),
		};
		assert_eq!(receipt.encode(), bytes(&vector["scale"]));
		assert_eq!(receipt.id(), hash(&vector["id"]));
	}
	for kind in vectors["kinds"].as_array().unwrap() {
		let number = Kind(kind["number"].as_u64().unwrap() as u16);
		assert_eq!(number.name(), kind["name"].as_str());
	}
	assert_eq!(vectors["kinds"].as_array().unwrap().len(), Kind::KNOWN.len());
}

#[test]
fn trees_have_the_recorded_roots_and_paths() {
	for vector in read("merkle.json").as_array().unwrap() {
		let leaves: Vec<_> = vector["leaves"].as_array().unwrap().iter().map(bytes).collect();
		let root = merkle::root(&leaves).unwrap();
		assert_eq!(root, hash(&vector["root"]));
		for (index, path) in vector["paths"].as_array().unwrap().iter().enumerate() {
			let path: Vec<_> = path.as_array().unwrap().iter().map(hash).collect();
			let count = leaves.len() as u64;
			let found = merkle::root_from_path(&leaves[index], index as u64, count, &path);
			assert_eq!(found, Some(root));
		}
	}
}

#[test]
fn batches_and_blocks_encode_and_hash_as_recorded() {
	let vector = read("batches.json");
	let batches: Vec<_> = vector["batches"]
		.as_array()
		.unwrap()
		.iter()
		.map(|batch| BatchLeaf::decode_all(&mut bytes(batch).as_slice()).unwrap())
		.collect();
	assert_eq!(batches_root(&batches), hash(&vector["batches_root"]));
	let block = BlockLeaf::decode_all(&mut bytes(&vector["block"]).as_slice()).unwrap();
	assert_eq!(block.batches_root, batches_root(&batches));
	assert_eq!(batches_key(block.number, &block.hash), bytes(&vector["offchain_key"]));
	assert_eq!(batches.encode(), bytes(&vector["offchain_value"]));
}

/// Verifies a proof as files are verified: a file that cannot be read fails at the step "file".
fn verify(file: &Value, trusted: &Trusted) -> &'static str {
	let Ok(file) = serde_json::from_value::<ProofFile>(file.clone()) else { return "file" };
	let Ok(proof) = ReceiptProof::try_from(&file) else { return "file" };
	proof.verify(trusted).map_or_else(|step| step.name(), |()| "ok")
}

#[test]
fn good_proofs_verify_and_tampered_ones_fail_at_the_recorded_step() {
	let vectors = read("proofs.json");
	let good = vectors["good"].as_array().unwrap();
	let trusted = |vector: &Value| Trusted {
		genesis: hash(&vectors["genesis"]),
		header_hash: hash(&vector["header_hash"]),
	};
	for vector in good {
		assert_eq!(verify(&vector["proof"], &trusted(vector)), "ok", "{}", vector["name"]);
		let file: ProofFile = serde_json::from_value(vector["proof"].clone()).unwrap();
		let proof = ReceiptProof::try_from(&file).unwrap();
		assert_eq!(ProofFile::from(&proof), file);
	}
	for vector in vectors["tampered"].as_array().unwrap() {
		let original = &good[vector["of"].as_u64().unwrap() as usize];
		let mut changed = original["proof"].clone();
		let change = vector["replace"].as_object().unwrap();
		changed.as_object_mut().unwrap().extend(change.clone());
		let mut trusted = trusted(original);
		if let Some(genesis) = vector.get("genesis") {
			trusted.genesis = hash(genesis);
		}
		if let Some(header_hash) = vector.get("header_hash") {
			trusted.header_hash = hash(header_hash);
		}
		assert_eq!(verify(&changed, &trusted), vector["step"], "{}", vector["name"]);
	}
}

#[test]
fn vouchers_open_as_recorded() {
	for vector in read("vouchers.json").as_array().unwrap() {
		let file: VoucherFile = serde_json::from_value(vector["file"].clone()).unwrap();
		let opened = file.open();
		assert_eq!(opened.is_ok(), vector["valid"].as_bool().unwrap(), "{}", vector["name"]);
		if let Ok((voucher, ..)) = opened {
			assert_eq!(hex(voucher.customer), vector["customer"].as_str().unwrap());
			assert_eq!(voucher.max_gas.to_string(), vector["max_gas"].as_str().unwrap());
		}
	}
}

#[test]
fn a_file_with_an_unknown_field_or_another_format_is_refused() {
	let vectors = read("proofs.json");
	let proof = &vectors["good"][0]["proof"];
	let with = |field: &str, value: Value| {
		let mut changed = proof.clone();
		changed.as_object_mut().unwrap().insert(field.into(), value);
		let trusted = Trusted { genesis: [0; 32], header_hash: [0; 32] };
		verify(&changed, &trusted)
	};
	assert_eq!(with("comment", json!("")), "file");
	assert_eq!(with("format", json!("qh-receipt-proof/v2")), "file");
	assert_eq!(with("receipt", json!("00")), "file");
	assert_eq!(with("receipt", json!("0xAA")), "file");
	assert_eq!(with("signature", json!("0x00")), "file");
	assert_eq!(with("receipt", json!("0x00")), "file");
}

#[test]
#[ignore = "writes the golden files anew"]
fn write_golden_files() {
	let chain = Chain::new(BLOCKS);
	write("receipts.json", &receipt_vectors(&chain));
	write("merkle.json", &merkle_vectors());
	write("batches.json", &batch_vectors(&chain));
	write("proofs.json", &proof_vectors(&chain));
	write("vouchers.json", &voucher_vectors(&chain));
}

fn receipt_vectors(chain: &Chain) -> Value {
	let first = chain.batches[1][0].receipts[0].receipt.clone();
	let second = chain.batches[2][0].receipts[0].receipt.clone();
	let unknown = Receipt {
		seq: u64::MAX - 1,
		time_ms: u64::MAX,
		kind: Kind(60_000),
		payload: Vec::new(),
		..second.clone()
	};
	let long = Receipt { payload: vec![0xab; 70], ..second.clone() };
	let receipts: Vec<_> = [first, second, unknown, long]
		.iter()
		.map(|receipt| {
			json!({
				"version": receipt.version,
				"genesis": hex(receipt.genesis),
				"operator": hex(receipt.operator),
				"seq": receipt.seq.to_string(),
				"prev": hex(receipt.prev),
				"time_ms": receipt.time_ms.to_string(),
				"kind": receipt.kind.0,
				"payload": hex(&receipt.payload),
				"scale": hex(receipt.encode()),
				"id": hex(receipt.id()),
			})
		})
		.collect();
	let kinds: Vec<_> =
		Kind::KNOWN.iter().map(|kind| json!({"number": kind.0, "name": kind.name()})).collect();
	json!({ "receipts": receipts, "kinds": kinds })
}

fn merkle_vectors() -> Value {
	(1..=9u8)
		.map(|count| {
			let leaves: Vec<_> = (0..count).map(|leaf| blake2_256(&[&[leaf]])).collect();
			let paths: Vec<Vec<_>> = (0..leaves.len())
				.map(|index| merkle::path(&leaves, index).unwrap().iter().map(hex).collect())
				.collect();
			json!({
				"leaves": leaves.iter().map(hex).collect::<Vec<_>>(),
				"root": hex(merkle::root(&leaves).unwrap()),
				"paths": paths,
			})
		})
		.collect()
}

fn batch_vectors(chain: &Chain) -> Value {
	let block = chain.block_leaf(2);
	let batches: Vec<_> = chain.batches[2].iter().map(|batch| batch.leaf.clone()).collect();
	json!({
		"batches": batches.iter().map(|batch| hex(batch.encode())).collect::<Vec<_>>(),
		"batches_root": hex(batches_root(&batches)),
		"block": hex(block.encode()),
		"offchain_key": hex(batches_key(block.number, &block.hash)),
		"offchain_value": hex(batches.encode()),
	})
}

fn proof_vectors(chain: &Chain) -> Value {
	let cases = [
		("one receipt, one batch, header of the next block", 1, 0, 0, 2),
		("fifth of eight, second of three batches", 2, 1, 4, 8),
		("last of five, a promoted leaf", 2, 0, 4, 10),
		("last batch of three, a promoted leaf", 2, 2, 1, 7),
		("fourth of four batches", 4, 3, 1, 10),
		("the block is the last leaf of the range", 7, 0, 0, 8),
		("the block is a peak of its own", 4, 0, 0, 5),
		("peaks to the left and one to the right", 7, 0, 5, 9),
	];
	let good: Vec<_> = cases
		.iter()
		.map(|(name, block, batch, receipt, header)| {
			let proof = chain.proof(*block, *batch, *receipt, *header);
			json!({
				"name": name,
				"header_hash": hex(chain.trusted(*header).header_hash),
				"proof": ProofFile::from(&proof),
			})
		})
		.collect();
	json!({ "genesis": hex(chain.genesis), "tampered": tampered(chain, &good), "good": good })
}

/// Changes of the proofs, each with the step that must fail.
fn tampered(chain: &Chain, good: &[Value]) -> Vec<Value> {
	let proof = &good[1]["proof"];
	let flipped = |field: &str, byte: usize| {
		let mut value = bytes(&proof[field]);
		let byte = if byte == usize::MAX { value.len() - 1 } else { byte };
		value[byte] ^= 1;
		json!({ field: hex(value) })
	};
	let item_flipped = |field: &str, item: usize| {
		let mut items = proof[field].as_array().unwrap().clone();
		let mut value = bytes(&items[item]);
		value[31] ^= 0x80;
		items[item] = hex(value).into();
		json!({ field: items })
	};
	let items = |field: &str, change: &dyn Fn(&mut Vec<Value>)| {
		let mut items = proof[field].as_array().unwrap().clone();
		change(&mut items);
		json!({ field: items })
	};
	let last = usize::MAX;
	let zeros = hex([0; 32]);
	let mut cases = vec![
		("another format", json!({ "format": "qh-receipt-proof/v2" }), "file"),
		("a receipt cut short", json!({ "receipt": "0x01" }), "file"),
		("a signature cut short", json!({ "signature": "0x39" }), "file"),
		("version of the receipt", flipped("receipt", 0), "receipt"),
		("genesis of the receipt", flipped("receipt", 1), "genesis"),
		("operator of the receipt", flipped("receipt", 33), "signature"),
		("number of the receipt", flipped("receipt", 65), "signature"),
		("predecessor of the receipt", flipped("receipt", 73), "signature"),
		("time of the receipt", flipped("receipt", 105), "signature"),
		("kind of the receipt", flipped("receipt", 113), "signature"),
		("payload of the receipt", flipped("receipt", last), "signature"),
		("first byte of the signature", flipped("signature", 0), "signature"),
		("nonce of the signature", flipped("signature", 1), "signature"),
		("padding of the signature", flipped("signature", last), "signature"),
		("public key", flipped("agent_public", 500), "agent"),
		("operator of the batch", flipped("batch", 0), "operator"),
		("agent of the batch", flipped("batch", 32), "agent"),
		("first number of the batch", flipped("batch", 64), "receipt-in-batch"),
		("first number of the batch, by 256", flipped("batch", 65), "sequence"),
		("last number of the batch", flipped("batch", 72), "batch-in-block"),
		("head before the batch", flipped("batch", 80), "batch-in-block"),
		("head after the batch", flipped("batch", 112), "batch-in-block"),
		("root of the batch", flipped("batch", 144), "receipt-in-batch"),
		("path of the receipt, first", item_flipped("receipt_path", 0), "receipt-in-batch"),
		("path of the receipt, last", item_flipped("receipt_path", 2), "receipt-in-batch"),
		(
			"path of the receipt, one more",
			items("receipt_path", &|path| path.push(zeros.clone().into())),
			"receipt-in-batch",
		),
		(
			"path of the receipt, one less",
			items("receipt_path", &|path| drop(path.pop())),
			"receipt-in-batch",
		),
		("place of the batch", json!({ "batch_index": 0 }), "batch-in-block"),
		("place of the batch outside", json!({ "batch_index": 3 }), "batch-in-block"),
		("number of batches", json!({ "batch_count": 4 }), "batch-in-block"),
		("number of batches zero", json!({ "batch_count": 0 }), "batch-in-block"),
		("path of the batch", item_flipped("batch_path", 1), "batch-in-block"),
		("number of the block", flipped("block", 0), "block-in-range"),
		("hash of the block", flipped("block", 4), "block-in-range"),
		("root of the block", flipped("block", 36), "batch-in-block"),
		("path of the block, first", item_flipped("block_path", 0), "block-in-range"),
		("path of the block, last", item_flipped("block_path", 2), "block-in-range"),
		(
			"path of the block, one more",
			items("block_path", &|path| path.push(zeros.clone().into())),
			"block-in-range",
		),
		(
			"path of the block, swapped",
			items("block_path", &|path| path.swap(0, 1)),
			"block-in-range",
		),
		("parent in the header", flipped("header", 0), "header-hash"),
		("number in the header", flipped("header", 32), "header-hash"),
		("seal in the header", flipped("header", last), "header-hash"),
	];
	let later = &good[4]["proof"];
	cases.push(("a later header", json!({ "header": later["header"] }), "header-hash"));
	let mut cases: Vec<_> = cases
		.into_iter()
		.map(
			|(name, replace, step)| json!({ "name": name, "of": 1, "replace": replace, "step": step }),
		)
		.collect();

	cases.push(json!({
		"name": "another network", "of": 1, "replace": {}, "genesis": zeros, "step": "genesis",
	}));
	cases.push(json!({
		"name": "another header is trusted", "of": 1, "replace": {},
		"header_hash": hex(chain.hashes[9]), "step": "header-hash",
	}));
	cases.push(json!({
		"name": "a later header, trusted, with the old path", "of": 1,
		"replace": { "header": later["header"] },
		"header_hash": hex(chain.hashes[10]), "step": "block-in-range",
	}));
	let crafted = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
		let mut header = bytes(&proof["header"]);
		change(&mut header);
		json!({
			"name": name, "of": 1, "replace": { "header": hex(&header) },
			"header_hash": hex(blake2_256(&[&header])), "step": "header",
		})
	};
	let root_at = |header: &[u8]| header.windows(4).position(|tag| tag == b"QHMR").unwrap();
	cases.push(crafted("a trusted header without a root", &|header| {
		let at = root_at(header);
		header[at] = b'X';
	}));
	cases.push(crafted("a trusted header with bytes behind it", &|header| header.push(0)));
	cases.push(crafted("a trusted header with two roots", &|header| {
		let at = root_at(header);
		let item = header[at - 1..at + 4 + 1 + 32].to_vec();
		header.extend(item);
		let digest = header.windows(7).position(|window| window == b"\x0c\x06aura\x20").unwrap();
		header[digest] = 4 << 2;
	}));
	let mut first = bytes(&good[0]["proof"]["batch"]);
	first[80] ^= 1;
	cases.push(json!({
		"name": "head before the batch, for its first receipt", "of": 0,
		"replace": { "batch": hex(&first) }, "step": "chain",
	}));
	cases
}

fn voucher_vectors(chain: &Chain) -> Value {
	let mut vectors = Vec::new();
	for scheme in Scheme::ALL {
		let seed = blake2_256(&[b"qh-receipts vectors/customer/", &[scheme.index()]]);
		let customer = Keypair::from_seed(scheme, &seed);
		let voucher = Voucher {
			version: VOUCHER_VERSION,
			genesis: chain.genesis,
			customer: customer.account_id(),
			operator: chain.batches[1][0].leaf.operator,
			first_seq: 6,
			last_seq: 9,
			max_gas: 40_000_000_000_000_000_000,
			expires_at: 1_000,
			nonce: 7,
		};
		let signature = customer.sign(Domain::VOUCHER, &voucher.encode());
		let file = VoucherFile::new(&voucher, scheme, customer.public(), &signature);
		let mut changed = voucher.clone();
		changed.last_seq += 1;
		let foreign = customer.sign(Domain::RAW, &voucher.encode());
		let mut stranger = voucher.clone();
		stranger.customer = [0; 32];
		let by_stranger = customer.sign(Domain::VOUCHER, &stranger.encode());
		let mut push = |name: &str, file: VoucherFile, valid: bool| {
			let mut vector = Map::new();
			vector.insert("name".into(), format!("{scheme}: {name}").into());
			vector.insert("customer".into(), hex(voucher.customer).into());
			vector.insert("max_gas".into(), voucher.max_gas.to_string().into());
			vector.insert("valid".into(), valid.into());
			vector.insert("file".into(), serde_json::to_value(file).unwrap());
			vectors.push(Value::from(vector));
		};
		let of = |voucher: &Voucher, signature: &[u8]| {
			VoucherFile::new(voucher, scheme, customer.public(), signature)
		};
		push("signed by its customer", file, true);
		push("changed after it was signed", of(&changed, &signature), false);
		push("signed in another domain", of(&voucher, &foreign), false);
		push("signed by somebody else", of(&stranger, &by_stranger), false);
	}
	vectors.into()
}
