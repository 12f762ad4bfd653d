// SPDX-License-Identifier: Apache-2.0
//! Disks that are full or fail: nothing is signed without a record, nothing is lost, and it goes on
//! when there is room.

use crate::harness::*;
use qh_signer::{
	rules::{Event, Limits, State},
	wal::{recover, Anchor, Identity, Outcome, Wal},
};
use qh_signer_client::RefusalCode;
use std::process::Command;

/// A small file system of its own, unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
	fn new(kib: u32) -> Option<Self> {
		let dir = tempfile::tempdir().unwrap();
		let mounted = Command::new("mount")
			.args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"])
			.arg(dir.path())
			.output()
			.is_ok_and(|output| output.status.success());
		mounted.then_some(Self(dir))
	}
}

impl Drop for SmallDisk {
	fn drop(&mut self) {
		let _ = Command::new("umount").arg(self.0.path()).output();
	}
}

fn event(number: u64) -> Event {
	Event::Aura { key: [1; 32], slot: number, hash: [number as u8; 32] }
}

#[test]
fn a_full_disk_stops_the_log_and_room_lets_it_go_on() {
	let Some(disk) = SmallDisk::new(256) else {
		eprintln!("skipped: mounting a small file system takes privileges");
		return;
	};
	let dir = disk.0.path().join("wal");
	let identity = Identity { vault: [1; 16], genesis: [2; 32] };
	let limits = Limits::default();
	let mut state = State::default();
	let wal = Wal::create(&dir, identity, 64 * 1024, &state).unwrap();
	std::fs::write(disk.0.path().join("ballast"), vec![0; 150 * 1024]).unwrap();
	let mut number = 0;
	let mut add = |state: &mut State| {
		number += 1;
		let records = wal.append(number, None, event(number), state);
		state.apply(&event(number), number, &limits);
		wal.durable(records)
	};
	// The first file is filled; for the second there is no room.
	let error = loop {
		if let Err(error) = add(&mut state) {
			break error;
		}
	};
	assert!(error.to_string().contains("No space left"), "{error}");
	assert!(wal.ready().is_err() && wal.error().is_some());
	std::fs::remove_file(disk.0.path().join("ballast")).unwrap();
	wal.ready().unwrap();
	assert_eq!(wal.error(), None);
	for _ in 0..10 {
		add(&mut state).unwrap();
	}
	let (records, head) = wal.head();
	drop(wal);
	let anchor = Anchor { generation: 0, records, head };
	match recover(&dir, &identity, &anchor, &limits).unwrap() {
		Outcome::Intact(recovered) => assert_eq!(recovered.state, state),
		damaged => panic!("{damaged:?}"),
	}
}

#[test]
fn a_signer_without_room_refuses_and_recovers() {
	let Some(disk) = SmallDisk::new(512) else {
		eprintln!("skipped: mounting a small file system takes privileges");
		return;
	};
	let made = TestSigner::initialised();
	made.edit_config(|text| text.replace("file_size = 4194304", "file_size = 65536"));
	let dir = disk.0.path().join("signer");
	// The log that `init` made is larger than this disk: leave its zeros behind.
	std::fs::create_dir(&dir).unwrap();
	for name in ["vault", "config.toml", "credential"] {
		std::fs::copy(made.dir.join(name), dir.join(name)).unwrap();
	}
	std::fs::create_dir(dir.join("wal")).unwrap();
	let log = std::fs::read(made.log_file()).unwrap();
	std::fs::write(dir.join("wal/0000000000000000.log"), &log[..65_536]).unwrap();
	let mut signer = TestSigner::at(&dir);
	signer.start();
	let ballast = disk.0.path().join("ballast");
	let room = rustix::fs::statvfs(disk.0.path()).unwrap();
	std::fs::write(&ballast, vec![0; (room.f_bavail * room.f_frsize) as usize]).unwrap();
	let node = signer.node();
	let grandpa = public("grandpa");
	let mut signed = Vec::new();
	let error = (1..)
		.find_map(|round| match node.sign_grandpa(&grandpa, vote(0, 0, round, 1), WITHIN) {
			Ok(_) => {
				signed.push(round);
				assert!(round < 5000);
				None
			}
			Err(error) => Some(error),
		})
		.unwrap();
	assert_eq!(error.reason(), Some(RefusalCode::LogUnavailable));
	assert!(error.is_passing());
	assert!(signed.len() > 50);
	assert!(node.status(WITHIN).unwrap().log.error.is_some());
	// The receipts' socket says the same.
	let error = signer
		.agent()
		.sign_receipts(account("agent"), &receipts(0, 1, [0; 32]), WITHIN)
		.unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::LogUnavailable));
	std::fs::remove_file(&ballast).unwrap();
	let next = signed.last().unwrap() + 1;
	// What was asked for when the disk was full is decided: that target, no other.
	node.sign_grandpa(&grandpa, vote(0, 0, next, 2), WITHIN).unwrap_err();
	node.sign_grandpa(&grandpa, vote(0, 0, next, 1), WITHIN).unwrap();
	assert_eq!(node.status(WITHIN).unwrap().log.error, None);
	signer.kill();
	signer.start();
	for round in signed.iter().rev().take(5) {
		signer.node().sign_grandpa(&grandpa, vote(0, 0, *round, 2), WITHIN).unwrap_err();
		signer.node().sign_grandpa(&grandpa, vote(0, 0, *round, 1), WITHIN).unwrap();
	}
	signer.assert_log();
}

#[test]
fn a_limit_on_file_sizes_is_an_error_and_not_the_end() {
	let mut signer = TestSigner::initialised();
	let program = program(&signer.dir, &["run"]);
	let mut limited = Command::new("sh");
	limited
		// Blocks of 512 or 1,024 bytes: enough for the vault and some records.
		.args(["-c", "ulimit -f 16; exec \"$0\" \"$@\""])
		.arg(program.get_program())
		.args(program.get_args())
		.env("RUST_LOG", "off");
	signer.start_with(limited);
	let (node, grandpa) = (signer.node(), public("grandpa"));
	let error = (1..1000)
		.find_map(|round| node.sign_grandpa(&grandpa, vote(0, 0, round, 1), WITHIN).err())
		.unwrap();
	assert_eq!(error.reason(), Some(RefusalCode::LogUnavailable));
	assert!(node.status(WITHIN).unwrap().log.error.is_some());
	let horizon = node.status(WITHIN).unwrap().horizon.unwrap();
	signer.kill();
	signer.start();
	// The last vote was refused and may be cast now, whatever it is for.
	signer.node().sign_grandpa(&grandpa, vote(0, 0, horizon.round - 1, 2), WITHIN).unwrap_err();
	signer.node().sign_grandpa(&grandpa, vote(0, 0, horizon.round, 2), WITHIN).unwrap();
	signer.assert_log();
}
