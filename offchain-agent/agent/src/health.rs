// SPDX-License-Identifier: Apache-2.0
//! The payload of a health receipt: what was observed, in one form.
//!
//! JSON with a fixed order of fields and no spaces (FORMATS.md, "Operational log"), so that the
//! same observation has the same bytes and its digest can stand in a heartbeat.

use crate::{hexed::Hex32, status::Status};
use serde::Serialize;

/// A health report. The order of the fields is part of the format.
#[derive(Serialize)]
struct Report<'a> {
	v: u8,
	agent: &'a str,
	node: Option<Node<'a>>,
	signer: Option<Signer<'a>>,
	operator: Option<Operator<'a>>,
	receipts: Receipts,
	problems: &'a [String],
}

#[derive(Serialize)]
struct Node<'a> {
	version: &'a str,
	chain: &'a str,
	peers: u64,
	syncing: bool,
	pool: Option<u64>,
	best: u32,
	best_hash: Hex32,
	finalized: u32,
	finalized_hash: Hex32,
	spec_version: u32,
	has_session_keys: Option<bool>,
}

#[derive(Serialize)]
struct Signer<'a> {
	version: &'a str,
	locked: bool,
	quarantine: Option<&'a str>,
}

#[derive(Serialize)]
struct Operator<'a> {
	registered: bool,
	is_agent: bool,
	health: Option<&'a str>,
	window: u32,
	session_keys: Option<Hex32>,
}

#[derive(Serialize)]
struct Receipts {
	written: u64,
	settled: u64,
}

/// The payload for this status.
pub fn payload(status: &Status) -> Result<Vec<u8>, serde_json::Error> {
	let node = status.node.reachable.then(|| Node {
		version: &status.node.version,
		chain: &status.node.chain,
		peers: status.node.peers,
		syncing: status.node.syncing,
		pool: status.node.pool,
		best: status.node.best,
		best_hash: status.node.best_hash,
		finalized: status.node.finalized,
		finalized_hash: status.node.finalized_hash,
		spec_version: status.node.spec_version,
		has_session_keys: status.node.has_session_keys,
	});
	let signer = status.signer.reachable.then(|| Signer {
		version: &status.signer.version,
		locked: status.signer.locked,
		quarantine: status.signer.quarantine.as_deref(),
	});
	let operator = status.node.reachable.then_some(Operator {
		registered: status.registration.registered,
		is_agent: status.registration.is_agent,
		health: status.registration.health.as_deref(),
		window: status.registration.window,
		session_keys: status.registration.session_keys,
	});
	serde_json::to_vec(&Report {
		v: 1,
		agent: &status.agent_version,
		node,
		signer,
		operator,
		receipts: Receipts { written: status.receipts.written, settled: status.receipts.settled },
		problems: &status.problems,
	})
}

/// Major, minor and patch of a version as nodes print it (`1.2.3-0123abc`); zeros for parts that
/// are no numbers.
pub fn node_version(text: &str) -> [u16; 3] {
	let numbers = text.split(['-', '+']).next().unwrap_or_default();
	let mut parts = numbers.split('.').map(|part| part.parse().unwrap_or(0));
	[(); 3].map(|()| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_form_is_fixed_to_the_byte() {
		let mut status = Status { agent_version: "0.1.0".into(), ..Status::default() };
		status.problems = vec!["node: gone".into()];
		assert_eq!(
			String::from_utf8(payload(&status).unwrap()).unwrap(),
			r#"{"v":1,"agent":"0.1.0","node":null,"signer":null,"operator":null,"receipts":{"written":0,"settled":0},"problems":["node: gone"]}"#
		);
		status.node.reachable = true;
		status.node.version = "1.0.0".into();
		let zero = "0x".to_owned() + &"00".repeat(32);
		assert_eq!(
			String::from_utf8(payload(&status).unwrap()).unwrap(),
			format!(
				r#"{{"v":1,"agent":"0.1.0","node":{{"version":"1.0.0","chain":"","peers":0,"syncing":false,"pool":null,"best":0,"best_hash":"{zero}","finalized":0,"finalized_hash":"{zero}","spec_version":0,"has_session_keys":null}},"signer":null,"operator":{{"registered":false,"is_agent":false,"health":null,"window":0,"session_keys":null}},"receipts":{{"written":0,"settled":0}},"problems":["node: gone"]}}"#
			)
		);
	}

	#[test]
	fn versions_are_read_as_far_as_they_are_numbers() {
		assert_eq!(node_version("0.1.0-abcdef"), [0, 1, 0]);
		assert_eq!(node_version("12.3"), [12, 3, 0]);
		assert_eq!(node_version("unknown"), [0, 0, 0]);
	}
}
