// SPDX-License-Identifier: Apache-2.0
//! Tests of writing receipts: whatever fails in between, no number is used for two receipts.

use super::*;
use crate::{
	fakes::{Fail, FakeSigner, ManualClock},
	log,
};
use std::fs;

const OWNER: Owner = Owner { genesis: [1; 32], operator: [2; 32] };

struct Place {
	dir: tempfile::TempDir,
	signer: FakeSigner,
	clock: ManualClock,
}

impl Place {
	fn new() -> Self {
		let dir = tempfile::tempdir().unwrap();
		Self { dir, signer: FakeSigner::new(7), clock: ManualClock::at(1_000) }
	}

	fn log_path(&self) -> PathBuf {
		self.dir.path().join("operational.jsonl")
	}

	fn open(&self) -> (Journal<FakeSigner, ManualClock>, Option<Torn>) {
		Journal::open(
			&self.log_path(),
			&self.dir.path().join("pending.json"),
			OWNER,
			self.signer.public(),
			self.signer.clone(),
			self.clock.clone(),
		)
		.unwrap()
	}

	fn verify(&self) -> u64 {
		log::verify(&self.log_path(), OWNER, &self.signer.public(), false).unwrap().head.next_seq
	}

	fn payloads(&self) -> Vec<Vec<u8>> {
		(0..self.verify())
			.map(|seq| log::find(&self.log_path(), OWNER, seq).unwrap().receipt.payload)
			.collect()
	}
}

fn entries(payloads: &[&str]) -> Vec<Entry> {
	let entry = |payload: &&str| Entry { kind: Kind::DOCUMENT, payload: payload.as_bytes().into() };
	payloads.iter().map(entry).collect()
}

#[tokio::test]
async fn receipts_are_numbered_chained_and_never_go_back_in_time() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	let first = journal.record(entries(&["a", "b"])).await.unwrap();
	place.clock.set(10);
	let second = journal.record(entries(&["c"])).await.unwrap();
	assert_eq!(first.iter().chain(&second).map(|r| r.seq).collect::<Vec<_>>(), [0, 1, 2]);
	assert_eq!(journal.index().last_time_ms(), Some(1_000));
	assert_eq!(place.payloads(), [b"a", b"b", b"c"]);
}

#[tokio::test]
async fn what_the_signer_could_not_sign_is_written_later_and_once() {
	for fail in [Fail::Away, Fail::AnswerLost] {
		let place = Place::new();
		let (mut journal, _) = place.open();
		place.signer.fail_next(fail);
		let error = journal.record(entries(&["a"])).await.unwrap_err();
		assert!(error.is_passing() && journal.pending() == 1, "{error}");
		journal.record(entries(&["b"])).await.unwrap();
		assert_eq!(place.payloads(), [b"a", b"b"]);
	}
}

#[tokio::test]
async fn while_receipts_are_pending_and_cannot_be_written_nothing_is_accepted() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	place.signer.fail_next(Fail::Away);
	journal.record(entries(&["a"])).await.unwrap_err();
	place.signer.fail_next(Fail::Away);
	journal.record(entries(&["b"])).await.unwrap_err();
	journal.finish_pending().await.unwrap();
	assert_eq!(place.payloads(), [b"a"]);
}

#[tokio::test]
async fn a_crash_at_any_byte_of_the_append_loses_and_doubles_nothing() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	journal.record(entries(&["first"])).await.unwrap();
	let before = fs::read(place.log_path()).unwrap().len();
	// The signer signs, the answer is lost: pending is on disk and the watermark has moved.
	place.signer.fail_next(Fail::AnswerLost);
	journal.record(entries(&["a", "b", "c"])).await.unwrap_err();
	let pending = fs::read(place.dir.path().join("pending.json")).unwrap();
	journal.finish_pending().await.unwrap();
	drop(journal);
	let whole = fs::read(place.log_path()).unwrap();

	for cut in (before..=whole.len()).step_by(101).chain([whole.len()]) {
		fs::write(place.log_path(), &whole[..cut]).unwrap();
		fs::write(place.dir.path().join("pending.json"), &pending).unwrap();
		let (mut journal, _) = place.open();
		journal.finish_pending().await.unwrap();
		journal.record(entries(&[])).await.unwrap();
		assert_eq!(place.payloads(), [&b"first"[..], b"a", b"b", b"c"], "cut at {cut}");
	}
}

#[tokio::test]
async fn a_crash_after_announcing_is_finished_at_the_next_start() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	place.signer.fail_next(Fail::Away);
	journal.record(entries(&["a", "b"])).await.unwrap_err();
	drop(journal);
	let (mut journal, torn) = place.open();
	assert_eq!((journal.pending(), torn), (2, None));
	journal.finish_pending().await.unwrap();
	assert_eq!(place.payloads(), [b"a", b"b"]);
}

#[tokio::test]
async fn what_is_written_is_said_to_be_even_if_the_announcement_stays() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	place.signer.fail_next(Fail::AnswerLost);
	journal.record(entries(&["a"])).await.unwrap_err();
	// A folder in its place cannot be unlinked.
	let pending = place.dir.path().join("pending.json");
	fs::remove_file(&pending).unwrap();
	fs::create_dir(&pending).unwrap();
	let recorded = journal.finish_pending().await.unwrap();
	assert_eq!((recorded.len(), journal.pending()), (1, 0));
	assert_eq!(place.payloads(), [b"a"]);
}

#[tokio::test]
async fn another_signer_is_noticed_before_anything_is_written() {
	let place = Place::new();
	let (mut journal, _) = Journal::open(
		&place.log_path(),
		&place.dir.path().join("pending.json"),
		OWNER,
		FakeSigner::new(8).public(),
		place.signer.clone(),
		place.clock.clone(),
	)
	.unwrap();
	let error = journal.record(entries(&["a"])).await.unwrap_err();
	assert!(matches!(error, JournalError::BadSignature { seq: 0, .. }), "{error}");
	assert_eq!(place.verify(), 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_leaves_no_trace() {
	let place = Place::new();
	let (mut journal, _) = place.open();
	let large = Entry { kind: Kind::DOCUMENT, payload: vec![0; MAX_PAYLOAD + 1] };
	let error = journal.record(vec![large]).await.unwrap_err();
	assert!(matches!(error, JournalError::TooMuch { .. }), "{error}");
	let error = journal.record(entries(&["x"; MAX_ENTRIES + 1])).await.unwrap_err();
	assert!(matches!(error, JournalError::TooMuch { .. }), "{error}");
	assert_eq!((journal.pending(), place.verify()), (0, 0));
}

#[test]
fn a_pending_file_of_another_program_is_refused_by_name() {
	let place = Place::new();
	let path = place.dir.path().join("pending.json");
	for content in
		["", "{}", "{\"version\":2,\"receipts\":[]}", "{\"version\":1,\"receipts\":[\"0x01\"]}"]
	{
		fs::write(&path, content).unwrap();
		let error = read_pending(&path).unwrap_err();
		assert!(error.to_string().contains("pending.json"), "{error}");
	}
}
