// SPDX-License-Identifier: Apache-2.0
//! The log's files: damage of every kind is found, and what was never answered is no damage.

use qh_signer::{
	rules::{Event, Limits, State},
	wal::{recover, verify, Anchor, Identity, Outcome, Wal, HEADER_LEN},
};
use std::{
	fs,
	path::{Path, PathBuf},
};

const IDENTITY: Identity = Identity { vault: [1; 16], genesis: [2; 32] };
const FILE: u64 = 64 * 1024;

struct TestLog {
	dir: tempfile::TempDir,
	state: State,
	anchor: Anchor,
	/// Bytes in use of the newest file.
	end: usize,
}

fn event(number: u64) -> Event {
	Event::Aura { key: [1; 32], slot: number, hash: [number as u8 | 1; 32] }
}

/// A log of some records, the vault vouching for the first of them.
fn log(records: u64) -> TestLog {
	let dir = tempfile::tempdir().unwrap();
	let mut state = State::default();
	let wal = Wal::create(&dir.path().join("wal"), IDENTITY, FILE, &state).unwrap();
	let mut anchor = Anchor::default();
	for number in 1..=records {
		let waiting = wal.append(number, None, event(number), &state);
		state.apply(&event(number), number, &Limits::default());
		if number == 1 {
			wal.durable(waiting).unwrap();
			let (records, head) = wal.head();
			anchor = Anchor { generation: 0, records, head };
		}
	}
	wal.flush().unwrap();
	drop(wal);
	let end = match recover(&dir.path().join("wal"), &IDENTITY, &anchor, &Limits::default()) {
		Ok(Outcome::Intact(recovered)) => recovered.position.offset as usize,
		other => panic!("{other:?}"),
	};
	TestLog { dir, state, anchor, end }
}

impl TestLog {
	fn wal(&self) -> PathBuf {
		self.dir.path().join("wal")
	}

	fn file(&self, number: u64) -> PathBuf {
		self.wal().join(format!("{number:016x}.log"))
	}

	fn recover(&self) -> Outcome {
		recover(&self.wal(), &IDENTITY, &self.anchor, &Limits::default()).unwrap()
	}

	fn is_intact(&self) -> bool {
		matches!(self.recover(), Outcome::Intact(_))
	}

	fn reason(&self) -> String {
		match self.recover() {
			Outcome::Damaged { reason, .. } => reason,
			intact => panic!("{intact:?}"),
		}
	}
}

fn verifies(dir: &Path) -> bool {
	verify(dir, &Limits::default()).unwrap().is_ok()
}

#[test]
fn what_is_written_comes_back_over_many_files() {
	let log = log(2000);
	assert!(log.file(2).exists());
	match log.recover() {
		Outcome::Intact(recovered) => {
			assert_eq!(recovered.state, log.state);
			assert!(!recovered.torn);
		}
		damaged => panic!("{damaged:?}"),
	}
	let verified = verify(&log.wal(), &Limits::default()).unwrap().unwrap();
	assert_eq!(verified.signed, 2000);
}

#[test]
fn a_change_of_any_byte_is_found() {
	let log = log(20);
	let good = fs::read(log.file(0)).unwrap();
	for index in 0..log.end {
		let mut bad = good.clone();
		bad[index] ^= 0x40;
		fs::write(log.file(0), &bad).unwrap();
		assert!(!log.is_intact(), "byte {index}");
		assert!(!verifies(&log.wal()), "byte {index}");
	}
	fs::write(log.file(0), &good).unwrap();
	assert!(log.is_intact());
}

#[test]
fn dropped_and_swapped_records_are_found() {
	let log = log(20);
	let good = fs::read(log.file(0)).unwrap();
	let mut starts = vec![HEADER_LEN];
	while starts[starts.len() - 1] < log.end {
		let at = starts[starts.len() - 1];
		let length = u32::from_le_bytes(good[at..at + 4].try_into().unwrap()) as usize;
		starts.push(at + length + 40);
	}
	for window in starts.windows(3) {
		let (one, two, end) = (window[0], window[1], window[2]);
		let dropped = [&good[..one], &good[two..], &vec![0; two - one]].concat();
		let swapped = [&good[..one], &good[two..end], &good[one..two], &good[end..]].concat();
		for bad in [dropped, swapped] {
			fs::write(log.file(0), &bad).unwrap();
			assert!(!log.is_intact() && !verifies(&log.wal()));
		}
	}
}

#[test]
fn a_batch_cut_short_is_dropped_and_nothing_before_it() {
	// A record longer than a sector, of which the later sectors did not reach the disk.
	let dir = tempfile::tempdir().unwrap();
	let mut state = State::default();
	let wal = Wal::create(&dir.path().join("wal"), IDENTITY, FILE, &state).unwrap();
	wal.append(1, None, event(1), &state);
	state.apply(&event(1), 1, &Limits::default());
	wal.flush().unwrap();
	let (records, head) = wal.head();
	let anchor = Anchor { generation: 0, records, head };
	let path = dir.path().join("wal/0000000000000000.log");
	let before = fs::read(&path).unwrap();
	let big = Event::Receipts { key: [1; 32], first_seq: 0, ids: vec![[7; 32]; 100] };
	wal.append(2, None, big, &state);
	wal.flush().unwrap();
	drop(wal);
	let after = fs::read(&path).unwrap();
	let sectors: Vec<usize> = (0..after.len() / 512)
		.filter(|sector| before[sector * 512..][..512] != after[sector * 512..][..512])
		.collect();
	assert!(sectors.len() > 5);
	// Any subset of its sectors may have been written: all that lack the first or the last, and
	// some others.
	for lacking in 0..sectors.len() {
		for only in [false, true] {
			let mut cut = before.clone();
			for (index, sector) in sectors.iter().enumerate() {
				if (index == lacking) == only {
					cut[sector * 512..][..512].copy_from_slice(&after[sector * 512..][..512]);
				}
			}
			fs::write(&path, &cut).unwrap();
			match recover(&dir.path().join("wal"), &IDENTITY, &anchor, &Limits::default()).unwrap()
			{
				Outcome::Intact(recovered) => {
					assert_eq!(recovered.state, state, "{lacking} {only}");
					assert!(recovered.torn);
					// Going on over it leaves a log that verifies.
					let wal =
						Wal::open(&dir.path().join("wal"), IDENTITY, FILE, recovered.position)
							.unwrap();
					wal.append(3, None, event(3), &state);
					wal.flush().unwrap();
					assert!(verifies(&dir.path().join("wal")));
				}
				damaged => panic!("{lacking} {only}: {damaged:?}"),
			}
		}
	}
}

#[test]
fn a_new_file_cut_short_is_dropped() {
	let log = log(1000);
	let newest = (0..).take_while(|number| log.file(*number).exists()).last().unwrap();
	let next = log.file(newest + 1);
	fs::write(&next, vec![0; FILE as usize]).unwrap();
	match log.recover() {
		Outcome::Intact(recovered) => {
			assert!(recovered.torn);
			assert_eq!(recovered.position.file, newest);
			Wal::open(&log.wal(), IDENTITY, FILE, recovered.position).unwrap();
		}
		damaged => panic!("{damaged:?}"),
	}
	assert!(!next.exists());
}

#[test]
fn missing_foreign_and_older_logs_are_told_apart() {
	let log = log(20);
	let foreign = Identity { vault: [9; 16], ..IDENTITY };
	let outcome = recover(&log.wal(), &foreign, &log.anchor, &Limits::default()).unwrap();
	assert!(matches!(outcome, Outcome::Damaged { reason, .. } if reason.contains("another vault")));
	// Older than what the vault vouches for.
	let later = Anchor { records: 100, ..log.anchor };
	let outcome = recover(&log.wal(), &IDENTITY, &later, &Limits::default()).unwrap();
	assert!(matches!(outcome, Outcome::Damaged { reason, .. } if reason.contains("older than")));
	// As long, but with another past.
	let other = Anchor { head: [9; 32], ..log.anchor };
	let outcome = recover(&log.wal(), &IDENTITY, &other, &Limits::default()).unwrap();
	assert!(matches!(outcome, Outcome::Damaged { reason, .. } if reason.contains("not the one")));
	fs::remove_file(log.file(0)).unwrap();
	assert!(log.reason().contains("missing"));
	fs::remove_dir(log.wal()).unwrap();
	assert!(log.reason().contains("missing"));
}

#[test]
fn a_missing_file_in_between_is_found() {
	let mut log = log(2000);
	fs::remove_file(log.file(1)).unwrap();
	assert!(log.reason().contains("does not continue"));
	assert!(!verifies(&log.wal()));
	// Files from before what the vault vouches for may be archived.
	let (records, head) = {
		let verified = self::log(2000);
		let done = verify(&verified.wal(), &Limits::default()).unwrap().unwrap();
		(done.records, done.head)
	};
	log = self::log(2000);
	log.anchor = Anchor { generation: 0, records, head };
	fs::remove_file(log.file(0)).unwrap();
	assert!(log.is_intact());
	assert!(verifies(&log.wal()));
}

#[test]
fn files_are_as_long_as_their_snapshots_need() {
	// Agents that have signed all the receipts that are remembered: 6 MB of state.
	let (limits, dir) = (Limits::default(), tempfile::tempdir().unwrap());
	let path = dir.path().join("wal");
	let mut state = State::default();
	let wal = Wal::create(&path, IDENTITY, FILE, &state).unwrap();
	let mut add = |event: Event| {
		wal.append(1, None, event.clone(), &state);
		state.apply(&event, 1, &limits);
	};
	for agent in 0..24 {
		for first_seq in (0..8192).step_by(1024) {
			let ids = vec![[agent; 32]; 1024];
			add(Event::Receipts { key: [agent; 32], first_seq, ids });
		}
	}
	(1..=2000).for_each(|number| add(event(number)));
	wal.flush().unwrap();
	let (records, head) = wal.head();
	drop(wal);
	let anchor = Anchor { generation: 0, records, head };
	match recover(&path, &IDENTITY, &anchor, &limits).unwrap() {
		Outcome::Intact(recovered) => {
			assert_eq!(recovered.state, state);
			// Two thousand records of 150 bytes are no reason for a file each.
			assert!(recovered.position.file < 40, "{:?}", recovered.position);
			// A file is used up to its end, whatever the configuration says by now.
			let newest = path.join(format!("{:016x}.log", recovered.position.file));
			assert!(fs::metadata(newest).unwrap().len() > recovered.position.offset);
		}
		damaged => panic!("{damaged:?}"),
	}
	assert!(verifies(&path));
}
