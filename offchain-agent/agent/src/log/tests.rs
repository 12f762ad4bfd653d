// SPDX-License-Identifier: Apache-2.0
//! Tests of the log: form of a line, damage, unfinished writes.

use super::*;
use qh_crypto::{Domain, Keypair, Scheme};
use qh_receipts::Kind;
use std::fs;

const OWNER: Owner = Owner { genesis: [1; 32], operator: [2; 32] };

fn key() -> Keypair {
	Keypair::from_seed(Scheme::Falcon512, &[7; 32])
}

fn chain(key: &Keypair, from: Head, payloads: &[&[u8]]) -> Vec<SignedReceipt> {
	let mut head = from;
	payloads
		.iter()
		.map(|payload| {
			let receipt = Receipt {
				version: 1,
				genesis: OWNER.genesis,
				operator: OWNER.operator,
				seq: head.next_seq,
				prev: head.head,
				time_ms: 1_700_000_000_000 + head.next_seq,
				kind: Kind::HEALTH,
				payload: payload.to_vec(),
			};
			head.accept(&receipt).unwrap();
			let signature = key.sign(Domain::RECEIPT, &receipt.id()).try_into().unwrap();
			SignedReceipt { receipt, signature }
		})
		.collect()
}

fn log_of(payloads: &[&[u8]]) -> (tempfile::TempDir, PathBuf, Vec<SignedReceipt>) {
	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("operational.jsonl");
	let receipts = chain(&key(), Head::default(), payloads);
	let (mut log, torn) = Log::open(&path, OWNER, None).unwrap();
	assert_eq!(torn, None);
	log.append(&receipts).unwrap();
	(dir, path, receipts)
}

#[test]
fn a_line_is_fixed_to_the_byte() {
	let receipt = Receipt {
		version: 1,
		genesis: [1; 32],
		operator: [2; 32],
		seq: 0,
		prev: [0; 32],
		time_ms: 3,
		kind: Kind(16),
		payload: b"{\"a\":\"b\"}".to_vec(),
	};
	let id = hexed::encode(&receipt.id());
	let signed = SignedReceipt { receipt, signature: [5; 666] };
	let (one, two, zero) = ("01".repeat(32), "02".repeat(32), "00".repeat(32));
	let expected = format!(
		"{{\"version\":1,\"genesis\":\"0x{one}\",\"operator\":\"0x{two}\",\"seq\":0,\
		 \"prev\":\"0x{zero}\",\"time_ms\":3,\"kind\":16,\
		 \"payload_utf8\":\"{{\\\"a\\\":\\\"b\\\"}}\",\"id\":\"{id}\",\"signature\":\"0x{}\"}}",
		"05".repeat(666)
	);
	assert_eq!(Line::new(&signed).to_text().unwrap(), expected);
	assert_eq!(Line::parse(expected.as_bytes()).unwrap(), signed);
	let spaced = expected.replacen("\"seq\":0", "\"seq\": 0", 1);
	assert_eq!(Line::parse(spaced.as_bytes()), Err(LineError::Form));
}

#[test]
fn what_is_appended_is_read_back_after_reopening() {
	let (_dir, path, receipts) = log_of(&[b"one", &[0xff, 0x00], "drei\n\u{1F980}".as_bytes()]);
	let (log, torn) = Log::open(&path, OWNER, None).unwrap();
	assert_eq!(torn, None);
	assert_eq!(log.index().count(), 3);
	for signed in &receipts {
		assert_eq!(&read(&path, log.index(), signed.receipt.seq).unwrap(), signed);
		assert_eq!(&find(&path, OWNER, signed.receipt.seq).unwrap(), signed);
	}
	assert!(matches!(find(&path, OWNER, 3), Err(LogError::Missing { seq: 3, len: 3 })));
	let verified = verify(&path, OWNER, key().public(), false).unwrap();
	assert_eq!(verified, Verified { head: log.index().head(), tail: 0 });
}

#[test]
fn receipts_that_do_not_continue_the_log_are_refused() {
	let (_dir, path, receipts) = log_of(&[b"one"]);
	let before = fs::read(&path).unwrap();
	let (mut log, _) = Log::open(&path, OWNER, None).unwrap();
	assert!(matches!(log.append(&receipts), Err(LogError::Chain(_))));
	assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_change_of_any_byte_is_found() {
	let (_dir, path, _) = log_of(&[b"one", b"two"]);
	let sound = fs::read(&path).unwrap();
	let public = key();
	// Every byte outside the signatures' digits, and a sample of those.
	for position in (0..sound.len()).filter(|at| at % 37 == 0 || sound[*at] != b'5') {
		if position % 11 != 0 {
			continue;
		}
		for flip in [0x01, 0x20] {
			let mut changed = sound.clone();
			changed[position] ^= flip;
			fs::write(&path, &changed).unwrap();
			let error = verify(&path, OWNER, public.public(), false).unwrap_err();
			assert!(matches!(error, LogError::Damaged { .. }), "{position}: {error}");
		}
	}
}

#[test]
fn a_dropped_or_swapped_line_is_found_with_its_number() {
	let (_dir, path, _) = log_of(&[b"one", b"two", b"three"]);
	let text = fs::read_to_string(&path).unwrap();
	let lines: Vec<_> = text.lines().collect();
	fs::write(&path, format!("{}\n{}\n", lines[0], lines[2])).unwrap();
	match Log::open(&path, OWNER, None).unwrap_err() {
		LogError::Damaged { line: 2, seq: 1, offset, .. } => {
			assert_eq!(offset, lines[0].len() as u64 + 1);
		}
		error => panic!("{error}"),
	}
}

#[test]
fn only_the_end_of_an_announced_write_is_cut_off() {
	for keep in [1, 700] {
		let (_dir, path, receipts) = log_of(&[b"one", b"two", b"three"]);
		let text = fs::read(&path).unwrap();
		let second = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
		fs::write(&path, &text[..second + keep]).unwrap();

		let error = Log::open(&path, OWNER, None).unwrap_err();
		assert!(matches!(error, LogError::Damaged { error: LineError::CutOff, .. }), "{error}");
		assert!(Log::open(&path, OWNER, Some(2)).is_err());

		let (mut log, torn) = Log::open(&path, OWNER, Some(1)).unwrap();
		assert_eq!(torn, Some(Torn { bytes: keep as u64, seq: 1 }));
		log.append(&receipts[1..]).unwrap();
		assert_eq!(fs::read(&path).unwrap(), text);
	}
}

#[test]
fn the_log_of_another_chain_or_operator_is_refused() {
	let (_dir, path, _) = log_of(&[b"one"]);
	for owner in [Owner { genesis: [9; 32], ..OWNER }, Owner { operator: [9; 32], ..OWNER }] {
		let error = Log::open(&path, owner, Some(0)).unwrap_err();
		assert!(matches!(error, LogError::Damaged { error: LineError::Foreign(_), .. }), "{error}");
	}
}

#[test]
fn a_write_under_way_is_tolerated_only_when_asked_for() {
	let (_dir, path, _) = log_of(&[b"one"]);
	let mut text = fs::read(&path).unwrap();
	let whole = text.len();
	text.extend_from_slice(b"{\"version\"");
	fs::write(&path, &text).unwrap();
	let verified = verify(&path, OWNER, key().public(), true).unwrap();
	assert_eq!((verified.head.next_seq, verified.tail), (1, (text.len() - whole) as u64));
	assert!(verify(&path, OWNER, key().public(), false).is_err());
}

#[test]
fn a_full_disk_leaves_the_log_as_it_was() {
	// Every write to /dev/full fails with "no space left on device".
	let (_dir, path, receipts) = log_of(&[b"one", b"two"]);
	let (mut log, _) = Log::open(&path, OWNER, None).unwrap();
	let next = chain(&key(), log.index().head(), &[b"three"]);
	let real = std::mem::replace(
		&mut log.file,
		OpenOptions::new().append(true).open("/dev/full").unwrap(),
	);
	assert!(log.append(&next).is_err());
	assert_eq!(log.index().count(), receipts.len() as u64);
	log.file = real;
	log.append(&next).unwrap();
	assert_eq!(verify(&path, OWNER, key().public(), false).unwrap().head.next_seq, 3);
}
