// SPDX-License-Identifier: Apache-2.0
//! The configuration file, in TOML. A field that this program does not know is an error, so that a
//! mistyped one is not silently ignored.
//!
//! `qh-agent init` writes one with a comment for every field.

use serde::{Deserialize, Serialize};
use std::{
	fs, io,
	net::SocketAddr,
	path::{Path, PathBuf},
	time::Duration,
};

/// The whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
	/// Folder of log, outbox, proofs and status. Relative to the file's own folder.
	pub state_dir: PathBuf,
	/// The node.
	pub node: Node,
	/// The signer.
	pub signer: Signer,
	/// Health receipts.
	#[serde(default)]
	pub health: Health,
	/// Batches.
	#[serde(default)]
	pub anchor: Anchor,
	/// Heartbeats.
	#[serde(default)]
	pub heartbeat: Heartbeat,
	/// Metrics; none are served without it.
	#[serde(default)]
	pub metrics: Option<Metrics>,
}

/// Which node is observed and anchored through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
	/// WebSocket address of its JSON-RPC.
	pub url: String,
	/// Longest wait for an answer, in milliseconds.
	#[serde(default = "timeout_ms")]
	pub timeout_ms: u64,
}

/// Where the signer is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
	/// Its folder, or the agent's socket itself. Relative to the file's own folder.
	pub dir: PathBuf,
	/// Longest wait for an answer, in milliseconds.
	#[serde(default = "timeout_ms")]
	pub timeout_ms: u64,
}

/// When health is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
	/// Time between two health receipts, in milliseconds. The chain's free allowance is 128
	/// receipts a day.
	pub interval_ms: u64,
	/// Time between two observations, in milliseconds.
	pub observe_ms: u64,
}

/// How receipts are batched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Anchor {
	/// Most receipts in a batch.
	pub max_receipts: u64,
	/// A receipt waits at most this long for others, in milliseconds.
	pub interval_ms: u64,
	/// Blocks after which a transaction that is in none is handed in again.
	pub resubmit_after_blocks: u32,
}

/// When heartbeats are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Heartbeat {
	/// Whether any are.
	pub enabled: bool,
	/// Blocks of a window to wait for one of the validator's own, which makes it unnecessary.
	pub after_blocks: u32,
}

/// Where metrics are served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
	/// Address on the loopback interface.
	pub listen: SocketAddr,
}

impl Default for Health {
	fn default() -> Self {
		Self { interval_ms: 900_000, observe_ms: 5_000 }
	}
}

impl Default for Anchor {
	fn default() -> Self {
		Self { max_receipts: 4_096, interval_ms: 6_000, resubmit_after_blocks: 5 }
	}
}

impl Default for Heartbeat {
	fn default() -> Self {
		Self { enabled: true, after_blocks: 2 }
	}
}

fn timeout_ms() -> u64 {
	10_000
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
	/// It cannot be read.
	#[error("cannot read the configuration {path}: {source}; `qh-agent init` writes one")]
	Read {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// It is not what it must be.
	#[error("the configuration {path} is not valid: {reason}")]
	Invalid {
		/// The file.
		path: PathBuf,
		/// Why.
		reason: String,
	},
}

impl Config {
	/// Reads and checks the file at `path`.
	pub fn load(path: &Path) -> Result<Self, ConfigError> {
		let text = fs::read_to_string(path)
			.map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
		let invalid = |reason: String| ConfigError::Invalid { path: path.to_owned(), reason };
		let mut config: Self = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
		config.check().map_err(invalid)?;
		let base = path.parent().unwrap_or(Path::new(""));
		config.state_dir = base.join(&config.state_dir);
		config.signer.dir = base.join(&config.signer.dir);
		Ok(config)
	}

	fn check(&self) -> Result<(), String> {
		if !["ws://", "wss://"].iter().any(|scheme| self.node.url.starts_with(scheme)) {
			return Err(format!("node.url {:?} must begin with ws:// or wss://", self.node.url));
		}
		let positive = [
			("node.timeout_ms", self.node.timeout_ms),
			("signer.timeout_ms", self.signer.timeout_ms),
			("health.interval_ms", self.health.interval_ms),
			("health.observe_ms", self.health.observe_ms),
			("anchor.max_receipts", self.anchor.max_receipts),
			("anchor.resubmit_after_blocks", self.anchor.resubmit_after_blocks.into()),
		];
		if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
			return Err(format!("{name} must be at least 1"));
		}
		match &self.metrics {
			Some(metrics) if !metrics.listen.ip().is_loopback() => Err(format!(
				"metrics.listen {} is not on the loopback interface; put a proxy with \
				 authentication in front of 127.0.0.1 instead",
				metrics.listen
			)),
			_ => Ok(()),
		}
	}

	/// Longest wait for the node.
	pub fn node_timeout(&self) -> Duration {
		Duration::from_millis(self.node.timeout_ms)
	}

	/// Longest wait for the signer.
	pub fn signer_timeout(&self) -> Duration {
		Duration::from_millis(self.signer.timeout_ms)
	}
}

/// What `init` asks for.
#[derive(Clone, Debug)]
pub struct Answers {
	/// Folder of the state.
	pub state_dir: PathBuf,
	/// The node's address.
	pub node_url: String,
	/// The signer's folder.
	pub signer_dir: PathBuf,
	/// Where metrics are served, if they are.
	pub metrics: Option<SocketAddr>,
	/// Time between two health receipts, if not the default.
	pub health_interval_ms: Option<u64>,
}

/// A configuration file with these answers and every other field as it is by default.
pub fn template(answers: &Answers) -> String {
	let (health, anchor, heartbeat) = (Health::default(), Anchor::default(), Heartbeat::default());
	let metrics = match answers.metrics {
		Some(listen) => format!("[metrics]\nlisten = \"{listen}\""),
		None => "#[metrics]\n#listen = \"127.0.0.1:9617\"".to_owned(),
	};
	format!(
		"# Configuration of qh-agent. Times are in milliseconds.\n\
		 \n\
		 # Log, outbox, proofs and status.\n\
		 state_dir = {state_dir}\n\
		 \n\
		 # The node that is observed, and through which receipts are anchored.\n\
		 [node]\n\
		 url = {url}\n\
		 timeout_ms = {timeout}\n\
		 \n\
		 # The signer that holds the agent's key.\n\
		 [signer]\n\
		 dir = {signer}\n\
		 timeout_ms = {timeout}\n\
		 \n\
		 # How often the node is looked at, and how often what was seen becomes a receipt. The\n\
		 # chain's free allowance is 128 receipts a day.\n\
		 [health]\n\
		 interval_ms = {interval}\n\
		 observe_ms = {observe}\n\
		 \n\
		 # A batch is anchored when it is full or its first receipt is this old.\n\
		 [anchor]\n\
		 max_receipts = {max_receipts}\n\
		 interval_ms = {anchor_interval}\n\
		 resubmit_after_blocks = {resubmit}\n\
		 \n\
		 # A heartbeat is sent in a window in which the validator authored no block.\n\
		 [heartbeat]\n\
		 enabled = {enabled}\n\
		 after_blocks = {after}\n\
		 \n\
		 # Prometheus metrics, on the loopback interface only.\n\
		 {metrics}\n",
		state_dir = quoted(&answers.state_dir.to_string_lossy()),
		url = quoted(&answers.node_url),
		signer = quoted(&answers.signer_dir.to_string_lossy()),
		timeout = timeout_ms(),
		interval = answers.health_interval_ms.unwrap_or(health.interval_ms),
		observe = health.observe_ms,
		max_receipts = anchor.max_receipts,
		anchor_interval = anchor.interval_ms,
		resubmit = anchor.resubmit_after_blocks,
		enabled = heartbeat.enabled,
		after = heartbeat.after_blocks,
	)
}

fn quoted(text: &str) -> String {
	toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn answers() -> Answers {
		Answers {
			state_dir: "/var/lib/qh-agent".into(),
			node_url: "ws://127.0.0.1:9944".into(),
			signer_dir: "/var/lib/qh-signer".into(),
			metrics: None,
			health_interval_ms: None,
		}
	}

	fn load(text: &str) -> Result<Config, ConfigError> {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("agent.toml");
		fs::write(&path, text).unwrap();
		Config::load(&path)
	}

	#[test]
	fn what_init_writes_can_be_read_and_holds_the_defaults() {
		let config = load(&template(&answers())).unwrap();
		assert_eq!(config.state_dir, Path::new("/var/lib/qh-agent"));
		assert_eq!(config.health, Health::default());
		assert_eq!(config.anchor, Anchor::default());
		assert_eq!(config.heartbeat, Heartbeat::default());
		assert_eq!(config.metrics, None);
		let metrics = Some("127.0.0.1:9617".parse().unwrap());
		let config = load(&template(&Answers { metrics, ..answers() })).unwrap();
		assert_eq!(config.metrics.unwrap().listen.port(), 9617);
	}

	#[test]
	fn an_unknown_field_is_named() {
		let text = template(&answers()).replace("observe_ms", "observ_ms");
		assert!(load(&text).unwrap_err().to_string().contains("observ_ms"));
	}

	#[test]
	fn metrics_stay_on_loopback_and_numbers_in_range() {
		let metrics = Some("0.0.0.0:9617".parse().unwrap());
		let error = load(&template(&Answers { metrics, ..answers() })).unwrap_err();
		assert!(error.to_string().contains("loopback"), "{error}");
		let text = template(&answers()).replace("max_receipts = 4096", "max_receipts = 0");
		assert!(load(&text).unwrap_err().to_string().contains("anchor.max_receipts"));
		let node_url = "http://127.0.0.1:9944".into();
		let error = load(&template(&Answers { node_url, ..answers() })).unwrap_err();
		assert!(error.to_string().contains("ws://"), "{error}");
	}

	#[test]
	fn relative_paths_are_relative_to_the_file() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("agent.toml");
		let relative = Answers { state_dir: "state".into(), ..answers() };
		fs::write(&path, template(&relative)).unwrap();
		assert_eq!(Config::load(&path).unwrap().state_dir, dir.path().join("state"));
	}
}
