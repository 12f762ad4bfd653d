// SPDX-License-Identifier: Apache-2.0
//! A signer process in a temporary directory, and what a node or agent would send it.

use codec::{Compact, Encode};
use qh_crypto::dev;
use qh_receipts::{Kind, Receipt, RECEIPT_VERSION};
use qh_signer_client::{
	protocol::{FalconPublic, LeaseId},
	AdminClient, AgentClient, Hash, NodeClient,
};
use std::{
	io::Write,
	path::{Path, PathBuf},
	process::{Child, Command, Output, Stdio},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

pub(crate) const GENESIS: Hash = [0x47; 32];
pub(crate) const WITHIN: Duration = Duration::from_secs(30);
pub(crate) const SLOT_MS: u64 = 1000;
pub(crate) const PASSPHRASE: &[u8] = b"dev";

/// A signer's directory, and the process if it runs.
pub(crate) struct TestSigner {
	pub(crate) dir: PathBuf,
	process: Option<Child>,
	_temporary: Option<TempDir>,
}

impl TestSigner {
	/// Alice's signer, running.
	pub(crate) fn alice() -> Self {
		let mut signer = Self::initialised();
		signer.start();
		signer
	}

	/// Alice's signer, not running.
	pub(crate) fn initialised() -> Self {
		let temporary = tempfile::tempdir().unwrap();
		let dir = temporary.path().join("signer");
		let signer = Self { dir, process: None, _temporary: Some(temporary) };
		signer.init();
		signer
	}

	/// A signer in a directory that exists.
	pub(crate) fn at(dir: &Path) -> Self {
		Self { dir: dir.to_owned(), process: None, _temporary: None }
	}

	fn init(&self) {
		let output = self.command(&[
			"init",
			"--dev",
			"alice",
			"--slot-ms",
			&SLOT_MS.to_string(),
			"--genesis",
			&hex::encode(GENESIS),
		]);
		assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	}

	pub(crate) fn edit_config(&self, edit: impl FnOnce(String) -> String) {
		let path = self.dir.join("config.toml");
		let text = std::fs::read_to_string(&path).unwrap();
		std::fs::write(&path, edit(text)).unwrap();
	}

	/// Run a command of the program to its end.
	pub(crate) fn command(&self, arguments: &[&str]) -> Output {
		self.command_with(arguments, b"")
	}

	/// With this on its standard input.
	pub(crate) fn command_with(&self, arguments: &[&str], input: &[u8]) -> Output {
		let mut child = program(&self.dir, arguments)
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.spawn()
			.unwrap();
		// A command that fails before it reads closes its input.
		let _ = child.stdin.take().unwrap().write_all(input);
		child.wait_with_output().unwrap()
	}

	/// Run it and wait until it answers.
	pub(crate) fn start(&mut self) {
		self.start_with(program(&self.dir, &["run"]));
	}

	/// Run it by another command, such as one that sets limits first.
	pub(crate) fn start_with(&mut self, mut command: Command) {
		assert!(self.process.is_none());
		self.process = Some(command.stderr(Stdio::inherit()).spawn().unwrap());
		let by = Instant::now() + WITHIN;
		while let Err(error) = self.node().status(WITHIN) {
			let ended = self.process.as_mut().unwrap().try_wait().unwrap();
			assert!(ended.is_none(), "the signer ended: {ended:?}");
			assert!(Instant::now() < by, "the signer does not answer: {error}");
			std::thread::sleep(Duration::from_millis(5));
		}
	}

	/// SIGKILL.
	pub(crate) fn kill(&mut self) {
		if let Some(mut process) = self.process.take() {
			process.kill().unwrap();
			process.wait().unwrap();
		}
	}

	/// SIGTERM, and wait for the end.
	pub(crate) fn stop(&mut self) {
		let mut process = self.process.take().unwrap();
		let pid = rustix::process::Pid::from_child(&process);
		rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
		assert!(process.wait().unwrap().success());
	}

	pub(crate) fn pid(&self) -> u32 {
		self.process.as_ref().unwrap().id()
	}

	pub(crate) fn node(&self) -> NodeClient {
		NodeClient::connect(&self.dir, GENESIS)
	}

	pub(crate) fn agent(&self) -> AgentClient {
		AgentClient::connect(&self.dir, GENESIS)
	}

	pub(crate) fn admin(&self) -> AdminClient {
		AdminClient::connect(&self.dir, WITHIN)
	}

	/// The operator's client with a session.
	pub(crate) fn operator(&self) -> (AdminClient, LeaseId) {
		let admin = self.admin();
		let lease = admin.open_lease(PASSPHRASE, 600).unwrap();
		(admin, lease)
	}

	/// The log verifies.
	pub(crate) fn assert_log(&self) -> String {
		let output = self.command(&["log", "verify"]);
		let text = String::from_utf8(output.stdout).unwrap();
		assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
		text
	}

	/// The newest file of the log.
	pub(crate) fn log_file(&self) -> PathBuf {
		let mut files: Vec<PathBuf> = std::fs::read_dir(self.dir.join("wal"))
			.unwrap()
			.map(|entry| entry.unwrap().path())
			.filter(|path| path.extension().is_some_and(|extension| extension == "log"))
			.collect();
		files.sort();
		files.pop().unwrap()
	}
}

impl Drop for TestSigner {
	fn drop(&mut self) {
		self.kill();
	}
}

/// The program with arguments.
pub(crate) fn program(dir: &Path, arguments: &[&str]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_qh-signer"));
	command
		.arg("--dir")
		.arg(dir)
		.args(arguments)
		.env("RUST_LOG", "off")
		.env_remove("RUST_BACKTRACE");
	command
}

/// One of Alice's public keys.
pub(crate) fn public(role: &str) -> FalconPublic {
	dev::keypair("alice", role).public().try_into().unwrap()
}

/// One of Alice's accounts.
pub(crate) fn account(role: &str) -> Hash {
	dev::keypair("alice", role).account_id()
}

/// The present slot.
pub(crate) fn slot_now() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
	since.as_millis() as u64 / SLOT_MS
}

/// An unsealed header for a slot; `salt` makes it differ.
pub(crate) fn header(slot: u64, salt: u64) -> Vec<u8> {
	let mut bytes = [1u8; 32].to_vec();
	Compact(7u32).encode_to(&mut bytes);
	bytes.extend(salt.to_le_bytes());
	bytes.extend([2u8; 24 + 32]);
	let digest: Vec<(u8, [u8; 4], Vec<u8>)> = vec![(6, *b"aura", slot.to_le_bytes().to_vec())];
	digest.encode_to(&mut bytes);
	bytes
}

/// A prevote (0) or precommit (1) for a block named by `target`.
pub(crate) fn vote(kind: u8, set_id: u64, round: u64, target: u64) -> Vec<u8> {
	let mut hash = [0u8; 32];
	hash[..8].copy_from_slice(&target.to_le_bytes());
	(kind, hash, 7u32, round, set_id).encode()
}

/// Receipts of Alice's chain from number `from` on, after `prev`.
pub(crate) fn receipts(from: u64, count: u64, mut prev: Hash) -> Vec<Receipt> {
	(from..from + count)
		.map(|seq| {
			let receipt = Receipt {
				version: RECEIPT_VERSION,
				genesis: GENESIS,
				operator: account("account"),
				seq,
				prev,
				time_ms: 1,
				kind: Kind::HEALTH,
				payload: seq.encode(),
			};
			prev = receipt.id();
			receipt
		})
		.collect()
}
