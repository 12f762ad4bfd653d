// SPDX-License-Identifier: Apache-2.0
//! What the agent sees and does, as JSON: in `status.json`, on the control socket, in metrics.
//!
//! Fields are only ever added. Hashes and accounts are `0x` and hexadecimal, times milliseconds
//! since the Unix epoch.

use crate::{
	chain::{NodeState, OperatorState},
	hexed::Hex32,
	outbox::{BlockId, View},
	sender::Counters,
};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// Everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
	/// Layout of this object.
	pub version: u8,
	/// When it was written.
	pub time_ms: u64,
	/// Version of the agent.
	pub agent_version: String,
	/// Process id.
	pub pid: u32,
	/// Genesis hash of the chain.
	pub genesis: Hex32,
	/// The operator.
	pub operator: Hex32,
	/// The agent's account.
	pub agent: Hex32,
	/// The node, as last seen.
	pub node: NodeStatus,
	/// The signer, as last seen.
	pub signer: SignerStatus,
	/// The operator on chain, as last seen.
	pub registration: RegistrationStatus,
	/// Receipts and where they are.
	pub receipts: ReceiptStatus,
	/// What is wrong now, one sentence each; empty when all is well.
	pub problems: Vec<String>,
}

/// The node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodeStatus {
	/// Whether it answers.
	pub reachable: bool,
	/// Its version.
	pub version: String,
	/// Name of its chain.
	pub chain: String,
	/// Connected peers.
	pub peers: u64,
	/// Whether it catches up.
	pub syncing: bool,
	/// Transactions in its pool, if it tells.
	pub pool: Option<u64>,
	/// Its best block.
	pub best: u32,
	/// Hash of it.
	pub best_hash: Hex32,
	/// Its finalized block.
	pub finalized: u32,
	/// Hash of it.
	pub finalized_hash: Hex32,
	/// Version of the runtime.
	pub spec_version: u32,
	/// Whether it holds the operator's session keys.
	pub has_session_keys: Option<bool>,
}

/// The signer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignerStatus {
	/// Whether it answers.
	pub reachable: bool,
	/// Its version.
	pub version: String,
	/// Whether its keys are out of memory.
	pub locked: bool,
	/// Why consensus keys hold back, if they do.
	pub quarantine: Option<String>,
}

/// The operator on chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegistrationStatus {
	/// Whether the operator is registered.
	pub registered: bool,
	/// Whether this agent is its agent.
	pub is_agent: bool,
	/// Its health on chain.
	pub health: Option<String>,
	/// The heartbeat window.
	pub window: u32,
	/// Whether it was seen in it.
	pub seen: bool,
	/// blake2_256 of the session keys that the chain holds.
	pub session_keys: Option<Hex32>,
}

/// Receipts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceiptStatus {
	/// Written down.
	pub written: u64,
	/// Announced but not signed.
	pub pending: u64,
	/// In the best chain, final or not.
	pub anchored: u64,
	/// Final.
	pub finalized: u64,
	/// Final and with their proof on disk.
	pub settled: u64,
	/// In the batch under way.
	pub in_flight: u64,
	/// What the sender waits for.
	pub waiting: String,
	/// Receipts that allowance and tank cover now.
	pub affordable: u64,
	/// When the oldest receipt was written that is not settled.
	pub oldest_unsettled_ms: Option<u64>,
	/// Batches handed to the node since the start.
	pub submitted: u64,
	/// Transactions signed anew since the start.
	pub resigned: u64,
	/// Transactions that the node refused since the start.
	pub refused: u64,
	/// Heartbeats since the start.
	pub heartbeats: u64,
}

impl NodeStatus {
	/// Takes over a reading of the node.
	pub fn set_state(&mut self, state: NodeState) {
		self.reachable = true;
		self.version = state.version;
		self.chain = state.chain;
		self.peers = state.peers;
		self.syncing = state.syncing;
		self.pool = state.pool;
		self.has_session_keys = state.has_session_keys;
	}

	/// Takes over a reading of the chain.
	pub fn set_view(&mut self, view: &View) {
		let BlockId { number, hash } = view.best;
		(self.best, self.best_hash) = (number, Hex32(hash));
		let BlockId { number, hash } = view.finalized;
		(self.finalized, self.finalized_hash) = (number, Hex32(hash));
		self.spec_version = view.spec_version;
	}
}

impl RegistrationStatus {
	/// What the chain says of the operator, whose agent this is if it has the account `agent`.
	pub fn new(state: &OperatorState, agent: [u8; 32]) -> Self {
		Self {
			registered: state.registered,
			is_agent: state.agent == Some(agent),
			health: state.health.clone(),
			window: state.window.index,
			seen: state.window.seen,
			session_keys: state
				.session_keys
				.as_ref()
				.map(|keys| Hex32(qh_receipts::blake2_256(&[keys]))),
		}
	}
}

impl ReceiptStatus {
	/// Takes over the sender's counters.
	pub fn set_counters(&mut self, counters: Counters) {
		self.submitted = counters.submitted;
		self.resigned = counters.resigned;
		self.refused = counters.refused;
		self.heartbeats = counters.heartbeats;
	}
}

/// The status, shared by all tasks.
#[derive(Debug, Default)]
pub struct Board {
	status: Mutex<Status>,
	problems: Mutex<Vec<(&'static str, String)>>,
}

impl Board {
	/// Changes the status.
	pub fn update(&self, change: impl FnOnce(&mut Status)) {
		change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
	}

	/// Sets or clears the problem of `part`. Tells whether that is news.
	pub fn problem(&self, part: &'static str, problem: Option<String>) -> bool {
		let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
		let before = problems.iter().position(|(known, _)| *known == part);
		match (before, problem) {
			(None, None) => false,
			(Some(index), None) => {
				problems.remove(index);
				true
			}
			(None, Some(problem)) => {
				problems.push((part, problem));
				true
			}
			(Some(index), Some(problem)) => match problems.get_mut(index) {
				Some(known) if known.1 != problem => {
					known.1 = problem;
					true
				}
				_ => false,
			},
		}
	}

	/// The status as of `time_ms`.
	pub fn read(&self, time_ms: u64) -> Status {
		let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
		let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
		status.problems =
			problems.iter().map(|(part, problem)| format!("{part}: {problem}")).collect();
		status.time_ms = time_ms;
		status
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_problem_is_news_once_and_when_it_ends() {
		let board = Board::default();
		assert!(!board.problem("node", None));
		assert!(board.problem("node", Some("gone".into())));
		assert!(!board.problem("node", Some("gone".into())));
		assert_eq!(board.read(1).problems, ["node: gone"]);
		assert!(board.problem("node", None));
		assert!(board.read(2).problems.is_empty());
	}

	#[test]
	fn a_status_of_a_later_version_can_be_read() {
		let text = r#"{"version":1,"pid":7,"something_new":true,"node":{"peers":3,"more":1}}"#;
		let status: Status = serde_json::from_str(text).unwrap();
		assert_eq!((status.pid, status.node.peers), (7, 3));
	}
}
