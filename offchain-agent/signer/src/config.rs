// SPDX-License-Identifier: Apache-2.0
//! The configuration file, `config.toml` in the signer's directory.
//!
//! It holds nothing that widens what keys may sign: allow-lists are in the vault.

use crate::rules::{Limits, AGENT_CALLS};
use qh_signer_client::{socket, SOCKET_DIR};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The whole file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// Length of the chain's slots in milliseconds.
	pub slot_ms: u64,
	/// File with the secret that opens session keys and agent keys; relative to the directory.
	#[serde(default = "default_credential")]
	pub credential: PathBuf,
	/// Who may connect to which socket.
	#[serde(default)]
	pub peers: Peers,
	/// The agent's keys.
	#[serde(default)]
	pub agent: AgentConfig,
	/// The operator's sessions.
	#[serde(default)]
	pub operator: OperatorConfig,
	/// The log.
	#[serde(default)]
	pub log: LogConfig,
	/// Budgets.
	#[serde(default)]
	pub limits: Limits,
	/// The sandbox.
	#[serde(default)]
	pub sandbox: SandboxConfig,
}

/// Who may connect; without an entry, only the signer's own user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Peers {
	/// To the node's socket.
	pub node: Option<PeerConfig>,
	/// To the agent's socket.
	pub agent: Option<PeerConfig>,
	/// To the operator's socket.
	pub admin: Option<PeerConfig>,
	/// To the metrics socket.
	pub metrics: Option<PeerConfig>,
}

/// A peer by user and, if given, group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
	/// User id.
	pub uid: u32,
	/// Group id.
	pub gid: Option<u32>,
}

/// When agent keys may sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unattended {
	/// Whenever the signer is unlocked.
	#[default]
	Always,
	/// Within a session, or the hours that the operator authorised.
	Authorised,
}

/// The agent's keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgentConfig {
	/// When they may sign.
	pub unattended: Unattended,
	/// `Pallet.call` names that a new key is allowed.
	pub calls: Vec<String>,
}

impl Default for AgentConfig {
	fn default() -> Self {
		Self {
			unattended: Unattended::Always,
			calls: AGENT_CALLS.iter().map(|call| call.to_string()).collect(),
		}
	}
}

/// The operator's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperatorConfig {
	/// Longest session in seconds.
	pub max_session_seconds: u32,
}

impl Default for OperatorConfig {
	fn default() -> Self {
		Self { max_session_seconds: 3600 }
	}
}

/// The log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
	/// Bytes of each file, taken from the disk when it is created.
	pub file_size: u64,
}

impl Default for LogConfig {
	fn default() -> Self {
		Self { file_size: 4 << 20 }
	}
}

/// The sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SandboxConfig {
	/// Parts that this host may lack. Without an entry here, a missing part is an error.
	pub allow_missing: Vec<SandboxPart>,
}

/// A part of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxPart {
	/// Limits to files and TCP.
	Landlock,
	/// The system call filter.
	Seccomp,
	/// A network namespace without a network.
	NetworkNamespace,
	/// Key memory that the kernel itself cannot reach.
	SecretMemory,
}

fn default_credential() -> PathBuf {
	"credential".into()
}

impl SandboxPart {
	/// All parts.
	pub const ALL: [Self; 4] =
		[Self::Landlock, Self::Seccomp, Self::NetworkNamespace, Self::SecretMemory];
}

/// The configuration is no good.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// It cannot be read.
	#[error("cannot read {}: {source}; run `qh-signer init` first", path.display())]
	Read {
		/// The file.
		path: PathBuf,
		/// Why.
		source: std::io::Error,
	},
	/// It is gone, and the vault is not.
	#[error(
		"there is a vault, but no {}: put that back from a backup, or write it anew. One line is \
		 enough, `slot_ms = N`, N being the length of the chain's slots in milliseconds, and \
		 `credential = \"FILE\"` if the credential is elsewhere",
		.0.display()
	)]
	Lost(PathBuf),
	/// It does not parse.
	#[error("{}: {source}", path.display())]
	Parse {
		/// The file.
		path: PathBuf,
		/// Where and why.
		source: Box<toml::de::Error>,
	},
	/// It says something impossible.
	#[error("{}: {what}", path.display())]
	Value {
		/// The file.
		path: PathBuf,
		/// What.
		what: String,
	},
}

impl Config {
	/// Defaults for a chain with slots of this length.
	pub fn new(slot_ms: u64) -> Self {
		Self {
			slot_ms,
			credential: default_credential(),
			peers: Peers::default(),
			agent: AgentConfig::default(),
			operator: OperatorConfig::default(),
			log: LogConfig::default(),
			limits: Limits::default(),
			sandbox: SandboxConfig::default(),
		}
	}

	/// Read from the signer's directory.
	pub fn load(dir: &Path) -> Result<Self, ConfigError> {
		let path = dir.join("config.toml");
		let text = std::fs::read_to_string(&path).map_err(|source| {
			let is_gone = source.kind() == std::io::ErrorKind::NotFound;
			if is_gone && Paths::new(dir).vault().exists() {
				ConfigError::Lost(path.clone())
			} else {
				ConfigError::Read { path: path.clone(), source }
			}
		})?;
		Self::parse(&text, &path)
	}

	/// Take apart what stands, or is to stand, in the file at `path`.
	pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
		let config: Self = toml::from_str(text).map_err(|source| ConfigError::Parse {
			path: path.to_owned(),
			source: Box::new(source),
		})?;
		config.check().map_err(|what| ConfigError::Value { path: path.to_owned(), what })?;
		Ok(config)
	}

	fn check(&self) -> Result<(), String> {
		if self.slot_ms == 0 {
			return Err("slot_ms must not be 0".into());
		}
		if !(64 << 10..=1 << 30).contains(&self.log.file_size) {
			return Err("log.file_size must be between 64 KiB and 1 GiB".into());
		}
		for name in &self.agent.calls {
			check_call(name)?;
		}
		Ok(())
	}
}

/// Whether `name` can stand on an agent's allow-list.
pub fn check_call(name: &str) -> Result<(), String> {
	let well_formed = |part: &str| {
		!part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
	};
	match name.split_once('.') {
		Some((pallet, call)) if well_formed(pallet) && well_formed(call) => {
			if crate::rules::is_forbidden_to_agent(pallet, call) {
				return Err(format!(
					"{name} votes, moves tokens or changes accounts: no agent may"
				));
			}
			Ok(())
		}
		_ => Err(format!("{name} is not of the form Pallet.call")),
	}
}

/// Where things are in the signer's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
	/// The directory.
	pub dir: PathBuf,
}

impl Paths {
	/// In `dir`.
	pub fn new(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// The vault.
	pub fn vault(&self) -> PathBuf {
		self.dir.join("vault")
	}

	/// The log's directory.
	pub fn log(&self) -> PathBuf {
		self.dir.join("wal")
	}

	/// The last signatures of blocks and votes.
	pub fn answers(&self) -> PathBuf {
		self.dir.join("answers")
	}

	/// What a running signer holds, so that no second one starts.
	pub fn lock(&self) -> PathBuf {
		self.dir.join("lock")
	}

	/// The configuration.
	pub fn config(&self) -> PathBuf {
		self.dir.join("config.toml")
	}

	/// The sockets' directory.
	pub fn sockets(&self) -> PathBuf {
		self.dir.join(SOCKET_DIR)
	}

	/// The operator's socket.
	pub fn admin_socket(&self) -> PathBuf {
		self.sockets().join(socket::ADMIN)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_written_is_read() {
		let dir = tempfile::tempdir().unwrap();
		let config = Config::new(6000);
		std::fs::write(dir.path().join("config.toml"), toml::to_string(&config).unwrap()).unwrap();
		assert_eq!(Config::load(dir.path()).unwrap(), config);
	}

	#[test]
	fn a_slot_length_is_enough_and_unknown_keys_are_errors() {
		assert_eq!(toml::from_str::<Config>("slot_ms = 1000").unwrap(), Config::new(1000));
		for bad in ["", "slot_ms = 1000\nrules = false", "slot_ms = 1000\n[agent]\nunattend = 1"] {
			assert!(toml::from_str::<Config>(bad).is_err());
		}
	}

	#[test]
	fn a_lost_file_is_told_from_a_signer_that_never_was() {
		let dir = tempfile::tempdir().unwrap();
		assert!(matches!(Config::load(dir.path()), Err(ConfigError::Read { .. })));
		std::fs::write(dir.path().join("vault"), "").unwrap();
		let error = Config::load(dir.path()).unwrap_err();
		assert!(matches!(error, ConfigError::Lost(_)));
		assert!(error.to_string().contains("slot_ms = N"), "{error}");
	}

	#[test]
	fn impossible_values_are_errors() {
		let check = |text: &str| toml::from_str::<Config>(text).unwrap().check();
		assert!(check("slot_ms = 0").is_err());
		assert!(check("slot_ms = 1\n[log]\nfile_size = 1").is_err());
		for call in ["Balances.burn", "Operators", "Operators.", ".x", "A.b.c", "A.b c"] {
			assert!(check(&format!("slot_ms = 1\n[agent]\ncalls = [\"{call}\"]")).is_err());
		}
	}
}
