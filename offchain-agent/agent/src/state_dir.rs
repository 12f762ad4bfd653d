// SPDX-License-Identifier: Apache-2.0
//! The agent's folder: what lies where, whose it is, and that one process at a time writes in it.
//!
//! ```text
//! identity.json        chain, operator, agent and its public key; written by init, never changed
//! lock                 held by the running agent
//! operational.jsonl    the receipts
//! outbox/pending.json  receipts that are announced but not signed yet
//! outbox/state.json    the batch under way
//! proofs/              one file a final batch
//! status.json          what the agent sees and does
//! run/agent.sock       the control socket
//! ```

use crate::{
	durable::{self, FileError},
	hexed::{self, Hex32},
	log::Owner,
	sender::{Identity, Paths},
};
use serde::{Deserialize, Serialize};
use std::{
	fs::{File, OpenOptions, TryLockError},
	io,
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// Failure of the folder.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
	/// The file system refused.
	#[error(transparent)]
	File(#[from] FileError),
	/// Another process writes here.
	#[error("another qh-agent is running in {0}")]
	Locked(PathBuf),
	/// There is no identity yet.
	#[error("{0} holds no identity.json: run `qh-agent init` first")]
	NotInitialised(PathBuf),
	/// The identity is not what init writes.
	#[error("{path}: {problem}")]
	Identity {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		problem: String,
	},
	/// The folder belongs to somebody else already.
	#[error(
		"{path} belongs to {what} {found}, not {wanted}: choose another folder, a log has one owner"
	)]
	Other {
		/// The file.
		path: PathBuf,
		/// What differs.
		what: &'static str,
		/// What the file has.
		found: String,
		/// What was asked for.
		wanted: String,
	},
}

/// The identity on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityFile {
	version: u8,
	genesis: Hex32,
	operator: Hex32,
	agent: Hex32,
	agent_public: String,
}

/// The folder.
#[derive(Clone, Debug)]
pub struct StateDir(PathBuf);

/// Held by the one process that writes. The system drops it with the process.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl StateDir {
	/// The folder at `path`.
	pub fn new(path: impl Into<PathBuf>) -> Self {
		Self(path.into())
	}

	/// Its path.
	pub fn path(&self) -> &Path {
		&self.0
	}

	/// Makes it and what lies in it, readable by this user alone.
	pub fn create(&self) -> Result<(), FileError> {
		["", "outbox", "proofs", "run"]
			.iter()
			.try_for_each(|name| durable::private_dir(&self.0.join(name)))
	}

	/// Takes the lock, or says that another process has it.
	pub fn lock(&self) -> Result<Lock, StateError> {
		let path = self.0.join("lock");
		let file = OpenOptions::new()
			.create(true)
			.append(true)
			.mode(0o600)
			.open(&path)
			.map_err(FileError::on("open", &path))?;
		match file.try_lock() {
			Ok(()) => Ok(Lock(file)),
			Err(TryLockError::WouldBlock) => Err(StateError::Locked(self.0.clone())),
			Err(TryLockError::Error(error)) => Err(FileError::on("lock", &path)(error).into()),
		}
	}

	/// Whether a process holds the lock. An exclusive lock that is tried at the very moment may be
	/// refused; others who ask are not in each other's way.
	pub fn is_locked(&self) -> Result<bool, StateError> {
		let path = self.0.join("lock");
		let file = match File::open(&path) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
			opened => opened.map_err(FileError::on("open", &path))?,
		};
		match file.try_lock_shared() {
			Ok(()) => Ok(false),
			Err(TryLockError::WouldBlock) => Ok(true),
			Err(TryLockError::Error(error)) => Err(FileError::on("lock", &path)(error).into()),
		}
	}

	/// Whose folder it is.
	pub fn identity(&self) -> Result<Identity, StateError> {
		let path = self.0.join("identity.json");
		let content = durable::read_optional(&path)?
			.ok_or_else(|| StateError::NotInitialised(self.0.clone()))?;
		let problem = |problem: String| StateError::Identity { path: path.clone(), problem };
		let file: IdentityFile =
			serde_json::from_slice(&content).map_err(|error| problem(error.to_string()))?;
		if file.version != 1 {
			return Err(problem(format!("version {} is unknown", file.version)));
		}
		let agent_public = hexed::decode_array(&file.agent_public)
			.map_err(|error| problem(format!("agent_public: {error}")))?;
		let agent = qh_crypto::account_id(qh_crypto::Scheme::Falcon512, &agent_public);
		if agent != file.agent.0 {
			return Err(problem("agent is not the account of agent_public".to_owned()));
		}
		let owner = Owner { genesis: file.genesis.0, operator: file.operator.0 };
		Ok(Identity { owner, agent, agent_public })
	}

	/// Writes the identity; the same one again is fine, another is refused.
	pub fn set_identity(&self, identity: &Identity) -> Result<(), StateError> {
		let path = self.0.join("identity.json");
		match self.identity() {
			Err(StateError::NotInitialised(_)) => {}
			Err(error) => return Err(error),
			Ok(found) => return same(&path, &found, identity),
		}
		let file = IdentityFile {
			version: 1,
			genesis: Hex32(identity.owner.genesis),
			operator: Hex32(identity.owner.operator),
			agent: Hex32(identity.agent),
			agent_public: hexed::encode(&identity.agent_public),
		};
		let mut content = serde_json::to_vec_pretty(&file).map_err(|error| {
			StateError::Identity { path: path.clone(), problem: error.to_string() }
		})?;
		content.push(b'\n');
		Ok(durable::replace(&path, &content)?)
	}

	/// Where the sender's files are.
	pub fn paths(&self) -> Paths {
		Paths {
			log: self.log(),
			outbox: self.0.join("outbox/state.json"),
			proofs: self.0.join("proofs"),
		}
	}

	/// The log.
	pub fn log(&self) -> PathBuf {
		self.0.join("operational.jsonl")
	}

	/// Receipts that are announced but not signed yet.
	pub fn pending(&self) -> PathBuf {
		self.0.join("outbox/pending.json")
	}

	/// The status file.
	pub fn status(&self) -> PathBuf {
		self.0.join("status.json")
	}

	/// The control socket.
	pub fn socket(&self) -> PathBuf {
		self.0.join("run/agent.sock")
	}
}

fn same(path: &Path, found: &Identity, wanted: &Identity) -> Result<(), StateError> {
	let parts = [
		("the chain", found.owner.genesis, wanted.owner.genesis),
		("the operator", found.owner.operator, wanted.owner.operator),
		("the agent", found.agent, wanted.agent),
	];
	match parts.into_iter().find(|(_, found, wanted)| found != wanted) {
		None => Ok(()),
		Some((what, found, wanted)) => Err(StateError::Other {
			path: path.to_owned(),
			what,
			found: hexed::encode(&found),
			wanted: hexed::encode(&wanted),
		}),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn identity(seed: u8) -> Identity {
		let agent_public = crate::fakes::FakeSigner::new(seed).public();
		let agent = qh_crypto::account_id(qh_crypto::Scheme::Falcon512, &agent_public);
		let owner = Owner { genesis: [1; 32], operator: [2; 32] };
		Identity { owner, agent, agent_public }
	}

	#[test]
	fn an_identity_is_written_once() {
		let dir = tempfile::tempdir().unwrap();
		let state = StateDir::new(dir.path());
		assert!(matches!(state.identity(), Err(StateError::NotInitialised(_))));
		state.set_identity(&identity(1)).unwrap();
		state.set_identity(&identity(1)).unwrap();
		assert_eq!(state.identity().unwrap().agent, identity(1).agent);
		let error = state.set_identity(&identity(2)).unwrap_err();
		assert!(matches!(error, StateError::Other { what: "the agent", .. }), "{error}");
	}

	#[test]
	fn one_process_at_a_time() {
		let dir = tempfile::tempdir().unwrap();
		let state = StateDir::new(dir.path());
		assert!(!state.is_locked().unwrap());
		let held = state.lock().unwrap();
		assert!(matches!(state.lock(), Err(StateError::Locked(_))));
		assert!(state.is_locked().unwrap());
		drop(held);
		assert!(!state.is_locked().unwrap());
		state.lock().unwrap();
	}
}
