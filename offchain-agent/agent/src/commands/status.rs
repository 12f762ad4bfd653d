// SPDX-License-Identifier: Apache-2.0
//! `qh-agent status`

#![allow(clippy::print_stdout, reason = "the answer of a command")]

use crate::{
	cli::{Answer, StatusArgs},
	clock::{Clock, SystemClock},
	durable,
	status::Status,
};
use anyhow::Context;

/// A status file that is older than this was left by an agent that no longer runs.
const STALE_MS: u64 = 15_000;

/// Shows the published status.
pub(super) fn status(args: StatusArgs) -> anyhow::Result<Answer> {
	let (_, state, _) = super::open(&args.config)?;
	let path = state.status();
	let content = durable::read_optional(&path)?
		.with_context(|| format!("{} does not exist: has the agent ever run?", path.display()))?;
	let status: Status = serde_json::from_slice(&content)
		.with_context(|| format!("{} is not a status", path.display()))?;
	let age_ms = SystemClock::new().unix_ms().saturating_sub(status.time_ms);
	let running = age_ms < STALE_MS;
	if args.json {
		print!("{}", String::from_utf8_lossy(&content));
	} else {
		show(&status, age_ms, running);
	}
	Ok(if running && status.problems.is_empty() { Answer::Yes } else { Answer::No })
}

fn show(status: &Status, age_ms: u64, running: bool) {
	let age = age_ms.checked_div(1_000).unwrap_or_default();
	match running {
		true => println!("agent      running, {} (pid {})", status.agent_version, status.pid),
		false => println!("agent      NOT RUNNING, last seen {age} s ago"),
	}
	println!("operator   {}", status.operator);
	let node = &status.node;
	match node.reachable {
		true => println!(
			"node       {} on {}, best {}, finalized {}, {} peers{}{}",
			node.version,
			node.chain,
			node.best,
			node.finalized,
			node.peers,
			node.pool.map(|pool| format!(", {pool} in the pool")).unwrap_or_default(),
			if node.syncing { ", syncing" } else { "" }
		),
		false => println!("node       not reachable"),
	}
	let signer = &status.signer;
	match (signer.reachable, signer.locked) {
		(true, false) => println!("signer     {}, unlocked", signer.version),
		(true, true) => println!("signer     {}, LOCKED", signer.version),
		(false, _) => println!("signer     not reachable"),
	}
	let registration = &status.registration;
	println!(
		"on chain   {}, window {}{}",
		registration.health.as_deref().unwrap_or("not registered"),
		registration.window,
		if registration.seen { ", seen in it" } else { "" }
	);
	let receipts = &status.receipts;
	println!(
		"receipts   {} written, {} anchored, {} final, {} proven on disk{}",
		receipts.written,
		receipts.anchored,
		receipts.finalized,
		receipts.settled,
		match receipts.pending {
			0 => String::new(),
			pending => format!(", {pending} waiting for the signer"),
		}
	);
	let waiting = if receipts.waiting.is_empty() { "the node" } else { &receipts.waiting };
	println!("sender     waits for: {waiting}");
	for problem in &status.problems {
		println!("PROBLEM    {problem}");
	}
}
