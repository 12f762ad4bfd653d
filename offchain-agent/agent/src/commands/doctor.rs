// SPDX-License-Identifier: Apache-2.0
//! `qh-agent doctor`: tries every right that the agent needs and names what is missing.
//!
//! Nothing is changed: what is signed is not submitted, what is written is removed.

#![allow(clippy::print_stdout, reason = "the answer of a command")]

use crate::{
	chain::{node::Node, Call, Chain, Heartbeat},
	cli::{Answer, ConfigArgs},
	clock::{Clock, SystemClock},
	config::Config,
	durable, hexed, log,
	run::{node_of, signer_of},
	sender::Identity,
	signer::{signer_problem, RemoteSigner, Signer},
	state_dir::{StateDir, StateError},
};
use std::{fmt::Display, fs, os::unix::fs::PermissionsExt};

/// Room on the disk below which receipts are at risk.
const ROOM: u64 = 256 << 20;
/// Difference between this machine's clock and the chain's that is worth a warning.
const SKEW_MS: u64 = 30_000;
/// What the agent asks a node.
const METHODS: [&str; 14] = [
	"author_pendingExtrinsics",
	"author_submitExtrinsic",
	"chain_getBlockHash",
	"chain_getFinalizedHead",
	"chain_getHeader",
	"chain_subscribeFinalizedHeads",
	"chain_subscribeNewHeads",
	"mmr_generateProof",
	"offchain_localStorageGet",
	"state_call",
	"state_getRuntimeVersion",
	"state_getStorage",
	"system_health",
	"system_properties",
];

/// Prints a line a check, and remembers whether one failed.
#[derive(Default)]
struct Findings {
	failed: bool,
}

impl Findings {
	fn ok(&mut self, what: &str, detail: impl Display) {
		println!("ok    {what}: {detail}");
	}

	fn bad(&mut self, what: &str, detail: impl Display) {
		self.failed = true;
		println!("FAIL  {what}: {detail}");
	}

	fn note(&mut self, what: &str, detail: impl Display) {
		println!("note  {what}: {detail}");
	}

	/// The value, or a failed check.
	fn need<T, E: Display>(&mut self, what: &str, result: Result<T, E>) -> Option<T> {
		match result {
			Ok(value) => Some(value),
			Err(error) => {
				self.bad(what, error);
				None
			}
		}
	}
}

/// Runs all checks. Exit code 1 if one failed.
pub(super) async fn doctor(args: ConfigArgs) -> anyhow::Result<Answer> {
	let config = Config::load(&args.config)?;
	let mut findings = Findings::default();
	findings.ok("configuration", args.config.display());
	let state = StateDir::new(&config.state_dir);
	if let Some(identity) = findings.need("state", state.identity()) {
		check_state(&mut findings, &state, &identity);
		let signer = signer_of(&config, &identity);
		check_signer(&mut findings, &signer, &identity).await;
		let node = node_of(&config, &identity);
		check_node(&mut findings, &node, &signer, &identity).await;
	}
	Ok(if findings.failed { Answer::No } else { Answer::Yes })
}

fn check_state(findings: &mut Findings, state: &StateDir, identity: &Identity) {
	let probe = state.path().join("doctor.probe");
	let written = durable::replace(&probe, b"probe").and_then(|()| durable::remove(&probe));
	if findings.need("state folder", written).is_some() {
		findings.ok("state folder", format!("{} can be written", state.path().display()));
	}
	if let Some(found) = findings.need("state folder", fs::metadata(state.path())) {
		let mode = found.permissions().mode() & 0o777;
		if mode & 0o077 != 0 {
			findings.bad("state folder", format!("open to other users ({mode:o}): chmod 700"));
		}
	}
	match rustix::fs::statvfs(state.path()) {
		Ok(disk) => {
			let free = disk.f_bavail.saturating_mul(disk.f_frsize);
			let room = format!("{} MiB free", free >> 20);
			match free >= ROOM {
				true => findings.ok("disk", room),
				false => findings.bad("disk", format!("{room}: receipts need at least 256 MiB")),
			}
		}
		Err(error) => findings.bad("disk", error),
	}
	match state.lock() {
		Ok(_) => findings.note("agent", "not running"),
		Err(StateError::Locked(_)) => findings.ok("agent", "running"),
		Err(error) => findings.bad("agent", error),
	}
	if !state.log().exists() {
		findings.note("log", "no receipt was written yet");
		return;
	}
	let verified = log::verify(&state.log(), identity.owner, &identity.agent_public, true);
	if let Some(found) = findings.need("log", verified) {
		findings.ok("log", format!("{} receipts verify", found.head.next_seq));
	}
}

async fn check_signer(findings: &mut Findings, signer: &RemoteSigner, identity: &Identity) {
	let Some(status) = findings.need("signer", signer.status().await) else { return };
	if status.genesis != identity.owner.genesis {
		let (theirs, ours) =
			(hexed::encode(&status.genesis), hexed::encode(&identity.owner.genesis));
		findings.bad("signer", format!("its keys are bound to {theirs}, this agent to {ours}"));
		return;
	}
	match signer_problem(&status) {
		Some(problem) => findings.bad("signer", problem),
		None => findings.ok("signer", format!("version {}, unlocked", status.version)),
	}
	let Some(keys) = findings.need("agent's key", signer.accounts().await) else { return };
	match keys.iter().find(|key| key.id == identity.agent) {
		None => findings.bad(
			"agent's key",
			format!("the signer does not hold {}", hexed::encode(&identity.agent)),
		),
		Some(key) if key.operator.is_some_and(|found| found != identity.owner.operator) => {
			findings.bad("agent's key", "it was made for another operator");
		}
		Some(_) => findings.ok("agent's key", hexed::encode(&identity.agent)),
	}
}

async fn check_node(
	findings: &mut Findings,
	node: &Node,
	signer: &RemoteSigner,
	identity: &Identity,
) {
	let Some(genesis) = findings.need("node", node.genesis().await) else { return };
	findings.ok("node", format!("on the chain {}", hexed::encode(&genesis)));
	if let Some(found) = findings.need("node's methods", node.methods().await) {
		let missing: Vec<_> =
			METHODS.iter().filter(|method| !found.iter().any(|known| known == *method)).collect();
		match missing.is_empty() {
			true => findings.ok("node's methods", "all that are needed"),
			false => findings.bad("node's methods", format!("not served: {missing:?}")),
		}
	}
	let Some(view) = findings.need("chain", node.view().await) else { return };
	findings.ok("chain", format!("best {}, finalized {}", view.best.number, view.finalized.number));
	if let Some(chain_ms) = findings.need("clock", node.time_ms().await) {
		let skew = SystemClock::new().unix_ms().abs_diff(chain_ms);
		match skew < SKEW_MS {
			true => findings.ok("clock", format!("{skew} ms from the chain's")),
			false => findings.note(
				"clock",
				format!("{skew} ms from the chain's: check NTP, or whether the chain stands still"),
			),
		}
	}
	let searched = node.anchored(view.finalized.number.saturating_sub(1), view.finalized).await;
	if findings.need("batches of a block", searched).is_some() {
		findings.ok("batches of a block", "can be read");
	}
	check_range(findings, node, &view).await;
	check_registration(findings, node, identity, view.affordable).await;
	check_transaction(findings, node, signer, view.nonce).await;
}

async fn check_range(findings: &mut Findings, node: &Node, view: &crate::outbox::View) {
	let Some(parent) = view.finalized.number.checked_sub(1).filter(|number| *number > 0) else {
		return findings.note("proofs", "no block is final yet");
	};
	let Some(hash) = findings.need("proofs", node.finalized_hash(parent).await) else { return };
	let block = crate::outbox::BlockId { number: parent, hash };
	let proven = node.prove(block, view.finalized).await;
	if findings.need("proofs", proven).is_some() {
		findings.ok("proofs", format!("the node proves block {parent}"));
	}
}

async fn check_registration(
	findings: &mut Findings,
	node: &Node,
	identity: &Identity,
	affordable: u64,
) {
	let Some(operator) = findings.need("registration", node.operator().await) else { return };
	match operator.agent {
		None => findings.bad(
			"registration",
			"the operator is not registered on chain: `qh-agent register` begins it",
		),
		Some(agent) if agent != identity.agent => findings.bad(
			"registration",
			format!("the operator's agent on chain is {}", hexed::encode(&agent)),
		),
		Some(_) => findings
			.ok("registration", format!("the operator is {}", operator.health.unwrap_or_default())),
	}
	match affordable {
		0 => findings.bad("gas", "neither the free allowance nor the tank covers a receipt"),
		count => findings.ok("gas", format!("{count} receipts are covered")),
	}
}

async fn check_transaction(
	findings: &mut Findings,
	node: &Node,
	signer: &RemoteSigner,
	nonce: u32,
) {
	let call = Call::Heartbeat(Heartbeat::default());
	let Some(unsigned) = findings.need("transaction", node.compose(&call, nonce).await) else {
		return;
	};
	let signed = signer.sign_transaction(unsigned.request).await;
	if findings.need("transaction", signed).is_some() {
		findings.ok("transaction", "a heartbeat was composed and signed, and not submitted");
	}
}
