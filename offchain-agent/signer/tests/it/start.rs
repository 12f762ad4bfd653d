// SPDX-License-Identifier: Apache-2.0
//! Starting, and the errors of not being able to.

use crate::harness::*;
use qh_crypto::{blake2_256, Domain, Scheme};
use qh_signer::{
	rules::{Event, Limits},
	wal::{recover, verify, Anchor, Identity, Outcome, Wal},
};
use qh_signer_client::{Error, NodeClient, RefusalCode};
use std::{
	fs::Permissions,
	io::Read,
	os::unix::{fs::PermissionsExt, process::CommandExt},
	path::Path,
	process::{Command, Stdio},
	time::{Duration, Instant},
};

fn stderr(output: &std::process::Output) -> String {
	assert!(!output.status.success());
	String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn signatures_verify_and_carry_their_domain() {
	let signer = TestSigner::alice();
	let header = header(slot_now(), 1);
	let signature = signer.node().sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
	let verify = |role: &str, signature: &[u8], domain, message: &[u8]| {
		qh_crypto::verify(Scheme::Falcon512, &public(role), signature, domain, message)
	};
	assert!(verify("aura", &signature, Domain::AURA, &blake2_256(&header)));
	assert!(!verify("aura", &signature, Domain::GRANDPA, &blake2_256(&header)));

	let vote = vote(0, 0, 1, 9);
	let signature = signer.node().sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap();
	assert!(verify("grandpa", &signature, Domain::GRANDPA, &vote));

	let receipts = receipts(0, 3, [0; 32]);
	let agent = account("agent");
	let signatures = signer.agent().sign_receipts(agent, &receipts, WITHIN).unwrap();
	for (receipt, signature) in receipts.iter().zip(&signatures) {
		assert!(verify("agent", signature, Domain::RECEIPT, &receipt.id()));
	}

	let consent = signer.agent().sign_agent_consent(agent, account("account"), WITHIN).unwrap();
	let message = codec::Encode::encode(&(GENESIS, account("account"), "agent"));
	assert!(verify("agent", &consent, Domain::REGISTRATION, &message));

	let status = signer.node().status(WITHIN).unwrap();
	assert_eq!((status.signed, status.refused), (6, 0));
	assert!(status.horizon.is_some() && status.last_slot.is_some());
	assert!(signer.assert_log().contains("6 of them signatures"));
}

#[test]
fn the_same_request_gets_the_same_signature() {
	let mut signer = TestSigner::alice();
	let (node, header, vote) = (signer.node(), header(slot_now(), 1), vote(1, 3, 4, 5));
	let sealed = node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
	let voted = node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap();
	let records = node.status(WITHIN).unwrap().log.records;
	for _ in 0..20 {
		assert_eq!(node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap(), sealed);
		assert_eq!(node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap(), voted);
	}
	assert_eq!(node.status(WITHIN).unwrap().log.records, records);

	let again = || {
		let sealed = node.sign_aura(&public("aura"), header.clone(), WITHIN).unwrap();
		(sealed, node.sign_grandpa(&public("grandpa"), vote.clone(), WITHIN).unwrap())
	};
	signer.kill();
	signer.start();
	assert_eq!(again(), (sealed, voted));

	// A file that was changed is noticed, and one that is gone is not needed: another signature of
	// the same, and still the one record.
	signer.stop();
	let answers = signer.dir.join("answers");
	let mut bytes = std::fs::read(&answers).unwrap();
	bytes.chunks_mut(738).for_each(|entry| entry[700] ^= 1);
	std::fs::write(&answers, bytes).unwrap();
	signer.start();
	let changed = again();
	assert!(changed.0 != sealed && changed.1 != voted);
	assert_eq!(again(), changed);
	signer.stop();
	std::fs::remove_file(&answers).unwrap();
	signer.start();
	assert_ne!(again(), changed);
	assert!(signer.assert_log().contains("2 of them signatures"));
}

#[test]
fn another_chain_is_refused() {
	let signer = TestSigner::alice();
	let node = NodeClient::connect(&signer.dir, [9; 32]);
	let error = node.sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::WrongGenesis));
	assert!(error.to_string().contains(&hex::encode(GENESIS)));
	let mut stopped = TestSigner::initialised();
	let output = stopped.command(&["run", "--genesis", &hex::encode([9; 32])]);
	assert!(stderr(&output).contains("belong to the chain with genesis 0x4747"));
	stopped.start();
}

#[test]
fn a_missing_vault_is_named_with_the_way_out() {
	let empty = tempfile::tempdir().unwrap();
	let signer = TestSigner::at(empty.path());
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("qh-signer init"), "{error}");
	std::fs::write(empty.path().join("config.toml"), "slot_ms = 1000").unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("there is no vault at"), "{error}");
}

#[test]
fn a_wrong_credential_does_not_open_the_vault() {
	let signer = TestSigner::initialised();
	std::fs::write(signer.dir.join("credential"), [1; 32]).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("with this credential: wrong secret or damaged file"), "{error}");
	std::fs::remove_file(signer.dir.join("credential")).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("credential") && error.contains("No such file"), "{error}");
}

#[test]
fn a_credential_that_others_can_read_is_refused() {
	let mut signer = TestSigner::initialised();
	let path = signer.dir.join("credential");
	for mode in [0o644, 0o640, 0o604, 0o620] {
		std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
		let error = stderr(&signer.command(&["run"]));
		let named = format!("{} has mode {mode:o}", path.display());
		assert!(error.contains(&named) && error.contains("chmod 600"), "{error}");
	}
	std::fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
	signer.start();
}

#[test]
fn unknown_settings_and_second_vaults_are_errors() {
	let signer = TestSigner::initialised();
	let genesis = hex::encode(GENESIS);
	let again = ["init", "--dev", "bob", "--slot-ms", "1000", "--genesis", &genesis];
	let error = stderr(&signer.command(&again));
	assert!(error.contains("never overwritten"), "{error}");
	signer.edit_config(|text| format!("rules = false\n{text}"));
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("unknown field `rules`"), "{error}");
}

#[test]
fn a_passphrase_is_asked_for_and_has_a_length() {
	let dir = tempfile::tempdir().unwrap();
	let signer = TestSigner::at(&dir.path().join("signer"));
	let init = ["init", "--slot-ms", "1000", "--genesis", &hex::encode(GENESIS)];
	assert!(stderr(&signer.command_with(&init, b"")).contains("expected as a line"));
	assert!(stderr(&signer.command_with(&init, b"short\n")).contains("at least 8"));
	let output = signer.command_with(&init, b"long enough\n");
	assert!(output.status.success());
	let said = String::from_utf8(output.stdout).unwrap();
	assert_eq!(said.lines().filter(|line| line.contains("falcon512")).count(), 4);
	for file in ["vault", "credential", "config.toml", "wal"] {
		let path = signer.dir.join(file);
		assert!(path.exists() && said.contains(&format!("{}: ", path.display())), "{said}");
	}
}

#[test]
fn a_log_outlives_its_vault() {
	let signer = TestSigner::initialised();
	let genesis = hex::encode(GENESIS);
	let init = ["init", "--dev", "alice", "--slot-ms", "1000", "--genesis", &genesis];
	let log = std::fs::read(signer.log_file()).unwrap();
	std::fs::remove_file(signer.dir.join("vault")).unwrap();
	let error = stderr(&signer.command(&init));
	assert!(error.contains("it says what keys signed") && error.contains("wal"), "{error}");
	assert!(!signer.dir.join("vault").exists());
	assert_eq!(std::fs::read(signer.log_file()).unwrap(), log);
	std::fs::rename(signer.dir.join("wal"), signer.dir.join("old")).unwrap();
	assert!(signer.command(&init).status.success());
}

#[test]
fn a_lost_configuration_has_a_way_back() {
	let mut signer = TestSigner::initialised();
	let path = signer.dir.join("config.toml");
	let text = std::fs::read_to_string(&path).unwrap();
	std::fs::remove_file(&path).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("there is a vault, but no") && error.contains("slot_ms = N"), "{error}");
	let parts = text.rsplit_once("[sandbox]").unwrap().1;
	std::fs::write(&path, format!("slot_ms = 1000\n[sandbox]{parts}")).unwrap();
	signer.start();

	// What an interrupted attempt left is taken up again, if it says the same.
	let dir = tempfile::tempdir().unwrap();
	let signer = TestSigner::at(dir.path());
	std::fs::write(dir.path().join("config.toml"), "slot_ms = 1000\n").unwrap();
	let genesis = hex::encode(GENESIS);
	let init = |slot_ms| ["init", "--dev", "alice", "--slot-ms", slot_ms, "--genesis", &genesis];
	let error = stderr(&signer.command(&init("6000")));
	assert!(error.contains("slot_ms = 1000, not 6000"), "{error}");
	assert!(signer.command(&init("1000")).status.success());
}

#[test]
fn a_path_that_no_socket_can_have_is_refused_before_anything_is_made() {
	let dir = tempfile::tempdir().unwrap();
	let long = dir.path().join("d".repeat(100));
	let signer = TestSigner::at(&long);
	let genesis = hex::encode(GENESIS);
	let init = ["init", "--dev", "alice", "--slot-ms", "1000", "--genesis", &genesis];
	let error = stderr(&signer.command(&init));
	assert!(error.contains("the system takes 107") && error.contains("at most"), "{error}");
	assert!(!long.exists());
	// One that became too long later.
	let signer = TestSigner::initialised();
	std::fs::rename(&signer.dir, &long).unwrap();
	let error = stderr(&TestSigner::at(&long).command(&["run"]));
	assert!(error.contains("the system takes 107"), "{error}");
}

#[test]
fn a_file_that_is_no_vault_is_told_from_a_wrong_credential() {
	let signer = TestSigner::initialised();
	let path = signer.dir.join("vault");
	let whole = std::fs::read(&path).unwrap();
	std::fs::write(&path, &whole[..whole.len() - 7]).unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("not a whole vault: it was cut short"), "{error}");
}

#[test]
fn a_second_signer_does_not_start() {
	let signer = TestSigner::alice();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("another signer runs"), "{error}");
}

#[test]
fn what_a_killed_signer_left_is_no_obstacle() {
	let mut signer = TestSigner::alice();
	for round in 1..=10 {
		let vote = vote(0, 0, round, 1);
		signer.node().sign_grandpa(&public("grandpa"), vote, WITHIN).unwrap();
		signer.kill();
		assert!(signer.dir.join("run/node.sock").exists());
		signer.start();
	}
	assert_eq!(signer.node().status(WITHIN).unwrap().log.generation, 11);
	signer.assert_log();
}

#[test]
fn something_else_in_a_sockets_place_is_not_touched() {
	let signer = TestSigner::initialised();
	std::fs::create_dir(signer.dir.join("run")).unwrap();
	let permissions = PermissionsExt::from_mode(0o700);
	std::fs::set_permissions(signer.dir.join("run"), permissions).unwrap();
	std::fs::write(signer.dir.join("run/node.sock"), "precious").unwrap();
	let error = stderr(&signer.command(&["run"]));
	assert!(error.contains("not this signer's socket"), "{error}");
	assert_eq!(std::fs::read(signer.dir.join("run/node.sock")).unwrap(), b"precious");
}

#[test]
fn a_signer_that_is_away_is_told_from_one_that_refuses() {
	let signer = TestSigner::initialised();
	let error = signer.node().keys(WITHIN).unwrap_err();
	assert!(matches!(error, Error::Unreachable { .. }) && error.is_passing());
}

#[test]
fn the_sandbox_holds_and_says_so() {
	let signer = TestSigner::alice();
	let status = signer.node().status(WITHIN).unwrap();
	for check in status.sandbox.iter().filter(|check| !check.holds) {
		eprintln!("skipped: this host lacks {}: {}", check.name, check.detail);
	}
	let core = status.sandbox.iter().find(|check| check.name == "core-dump").unwrap();
	assert!(core.holds);
	assert!(status.sandbox.len() >= 9);
}

#[test]
fn a_missing_part_of_the_sandbox_is_allowed_by_name_only() {
	let mut signer = TestSigner::alice();
	let complete = signer.node().status(WITHIN).unwrap().sandbox.iter().all(|check| check.holds);
	signer.stop();
	signer.edit_config(|text| {
		let (head, _) = text.rsplit_once("[sandbox]").unwrap();
		head.to_owned()
	});
	if complete {
		signer.start();
	} else {
		let error = stderr(&signer.command(&["run"]));
		assert!(error.contains("allow_missing = ["), "{error}");
	}
}

#[test]
fn a_long_log_takes_no_memory_at_a_start() {
	let mut signer = TestSigner::initialised();
	signer.edit_config(|text| text.replace("file_size = 4194304", "file_size = 1048576"));
	// Since the vault was written: half a million blocks.
	let (dir, limits) = (signer.dir.join("wal"), Limits::default());
	let header = std::fs::read(signer.log_file()).unwrap();
	let vault = header[9..25].try_into().unwrap();
	let identity = Identity { vault, genesis: GENESIS };
	let found = verify(&dir, &limits).unwrap().unwrap();
	let anchor = Anchor { generation: 0, records: found.records, head: found.head };
	let Outcome::Intact(mut log) = recover(&dir, &identity, &anchor, &limits).unwrap() else {
		panic!("the log is not intact")
	};
	let wal = Wal::open(&dir, identity, 1 << 20, log.position).unwrap();
	let key = account("aura");
	for slot in 1..=400_000 {
		let event = Event::Aura { key, slot, hash: [1; 32] };
		wal.append(log.state.time_ms, None, event.clone(), &log.state);
		log.state.apply(&event, log.state.time_ms, &limits);
	}
	wal.flush().unwrap();
	drop(wal);
	let bytes: u64 =
		std::fs::read_dir(&dir).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
	assert!(bytes > 48 << 20, "{bytes}");

	signer.start();
	let status = std::fs::read_to_string(format!("/proc/{}/status", signer.pid())).unwrap();
	let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
	let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
	assert!(kib < 40 << 10, "{kib} KiB at most, for a log of {bytes} bytes");
	assert_eq!(signer.node().status(WITHIN).unwrap().last_slot, Some(400_000));
}

fn mode(path: &Path) -> u32 {
	std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_peer_of_another_user_reaches_its_socket_and_nothing_else() {
	const NOBODY: u32 = 65_534;
	let mut signer = TestSigner::initialised();
	let before = mode(&signer.dir);
	signer.edit_config(|text| format!("{text}\n[peers.admin]\nuid = {NOBODY}\n"));
	signer.start();
	let run = signer.dir.join("run");
	assert_eq!((before, mode(&signer.dir), mode(&run)), (0o700, 0o711, 0o711));
	for file in std::fs::read_dir(&signer.dir).unwrap() {
		let path = file.unwrap().path();
		assert!(path == run || mode(&path) & 0o077 == 0, "{}", path.display());
	}
	if rustix::process::geteuid().is_root() {
		// The program where that user can read it, and the way to the directory.
		let theirs = tempfile::tempdir().unwrap();
		let copy = theirs.path().join("qh-signer");
		std::fs::copy(env!("CARGO_BIN_EXE_qh-signer"), &copy).unwrap();
		for dir in [theirs.path(), signer.dir.parent().unwrap()] {
			std::fs::set_permissions(dir, Permissions::from_mode(0o711)).unwrap();
		}
		let mut status = Command::new(&copy);
		status.arg("--dir").arg(&signer.dir).arg("status").uid(NOBODY).gid(NOBODY);
		let output = status.output().unwrap();
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
		let vault = Command::new("cat").arg(signer.dir.join("vault")).uid(NOBODY).output().unwrap();
		assert!(!vault.status.success());
	} else {
		eprintln!("skipped: only root can be another user");
	}
	// Without that peer, its place is closed again.
	signer.stop();
	signer.edit_config(|text| text.rsplit_once("[peers.admin]").unwrap().0.to_owned());
	signer.start();
	assert_eq!(mode(&run), 0o700);
}

#[test]
fn the_log_on_stderr_is_set_by_rust_log_which_the_help_names() {
	let signer = TestSigner::initialised();
	let help = signer.command(&["--help"]);
	assert!(String::from_utf8(help.stdout).unwrap().contains("RUST_LOG"));
	let started = |level: &str| {
		let mut command = program(&signer.dir, &["run"]);
		let mut child = command.env("RUST_LOG", level).stderr(Stdio::piped()).spawn().unwrap();
		let by = Instant::now() + WITHIN;
		while signer.node().status(WITHIN).is_err() {
			assert!(Instant::now() < by, "the signer does not answer");
			std::thread::sleep(Duration::from_millis(5));
		}
		let pid = rustix::process::Pid::from_child(&child);
		rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
		let mut said = String::new();
		child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
		assert!(child.wait().unwrap().success());
		said
	};
	assert!(started("info").contains("ready"));
	assert!(!started("error").contains("ready"));
}
