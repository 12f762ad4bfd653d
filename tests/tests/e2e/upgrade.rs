// SPDX-License-Identifier: Apache-2.0
//! The network's runtime is upgraded under a running signer and agent, which nobody touches.

use anyhow::{Context, Result};
use qh_tests::{
	agent::{verify_proof, AgentFiles},
	client::Client,
	network::Network,
	rpc::Rpc,
};
use rustix::process::Signal;
use serde_json::Value;
use std::{fs, path::Path, time::Duration};
use subxt::dynamic::tx;
use subxt_rpcs::rpc_params;
use tokio::time::timeout;

const MINUTE: Duration = Duration::from_secs(60);
/// How often the agent's state is looked at; a slot lasts a second.
const POLL: Duration = Duration::from_millis(5);

/// Blocks of a session on the development network. The last block of one takes no ordinary
/// transactions.
const SESSION: u32 = 10;

/// The batch under way that a node has taken: number of its last receipt, and the runtime version
/// that its transaction is signed for.
fn in_the_pool(agent: &AgentFiles) -> Option<(u64, u64)> {
	let text = fs::read_to_string(agent.dir.join("outbox/state.json")).ok()?;
	let state: Value = serde_json::from_str(&text).ok()?;
	let flight = &state["outbox"]["flight"];
	let attempt = &flight["attempt"];
	attempt["submitted_at"].as_u64()?;
	Some((flight["last_seq"].as_u64()?, attempt["spec_version"].as_u64()?))
}

async fn spec_version(rpc: &Rpc) -> Result<u64> {
	let version: Value = rpc.call("state_getRuntimeVersion", rpc_params![]).await?;
	version["specVersion"].as_u64().context("a runtime without a version")
}

/// Has the agent hand in a batch as soon as it can, instead of collecting receipts for a while.
fn hurry(config: &Path) -> Result<()> {
	let text = fs::read_to_string(config)?;
	let (before, anchor) = text.split_once("[anchor]").context("no section [anchor]")?;
	let hurried = anchor.replacen("interval_ms = 6000", "interval_ms = 1", 1);
	anyhow::ensure!(hurried != anchor, "the agent's interval is another one");
	Ok(fs::write(config, format!("{before}[anchor]{hurried}"))?)
}

/// Proves a receipt and checks the proof in a process that knows nothing else.
fn prove(network: &Network, agent: &AgentFiles, seq: u64) -> Result<()> {
	let file = network.dir().join(format!("proof-{seq}.json"));
	agent.prove(seq, &file)?;
	verify_proof(&file, &agent.header_hash(seq)?, &network.chain.genesis)?;
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runtime_upgrade_needs_no_edit_at_signer_or_agent() -> Result<()> {
	let next = qh_runtime::next::WASM_BINARY_PATH.context("the next runtime was not built")?;
	let next = Path::new(next);
	let authorize = ["--authorize-upgrade".as_ref(), next.as_os_str()];
	let mut network = Network::prepare_alone("development", 1, &authorize).await?;
	network.start().await?;
	network.validators[0].start_agent().await?;
	let agent = network.validators[0].agent_files();
	agent.wait_final(0, 2 * MINUTE).await?;
	let old = network.validators[0].agent.take().context("started")?;
	old.stop(MINUTE).await?;
	hurry(&agent.config)?;
	network.validators[0].start_agent().await?;
	let started = pids(&network)?;

	let rpc = network.validators[0].rpc().await?;
	let client = Client::connect(network.validators[0].rpc_port).await?;
	let version = spec_version(&rpc).await?;
	let call = tx("System", "apply_authorized_upgrade", (fs::read(next)?,));
	let best = client.best().await?;
	let upgrade = best.tx().create_unsigned(&call)?;

	// A batch is signed for the old runtime and waits in the pool, because the next block is the
	// last one of its session. That block takes the upgrade, which is no ordinary transaction. It is
	// held back, by a signer that is stopped for a moment, until the upgrade is in the pool too.
	let (before, last_of_session) = loop {
		let last_of_session = (rpc.best().await?.number + 4).next_multiple_of(SESSION);
		rpc.wait_best(last_of_session - 1, MINUTE).await?;
		let before = agent.record(&["signed before the upgrade".to_owned()])?[0];
		timeout(MINUTE, async {
			while in_the_pool(&agent).is_none_or(|(last, _)| last < before) {
				tokio::time::sleep(POLL).await;
			}
		})
		.await
		.context("the batch did not reach the pool")?;
		let signer = network.validators[0].signer.as_ref().context("started")?;
		signer.signal(Signal::STOP)?;
		let is_in_time = rpc.best().await?.number == last_of_session - 1;
		if is_in_time {
			assert_eq!(in_the_pool(&agent), Some((before, version)));
			let accepted = client.submit(upgrade.encoded()).await?;
			accepted.map_err(|refusal| anyhow::anyhow!("the upgrade was refused: {refusal}"))?;
		}
		signer.signal(Signal::CONT)?;
		if is_in_time {
			break (before, last_of_session);
		}
		agent.wait_final(before, MINUTE).await?;
	};

	let mut number = rpc.best().await?.number;
	while spec_version(&rpc).await? == version {
		number += 1;
		rpc.wait_best(number, MINUTE).await?;
		anyhow::ensure!(number < last_of_session + SESSION, "no upgrade until block {number}");
	}
	assert_eq!(spec_version(&rpc).await?, version + 1);

	let running = network.validators[0].agent.as_mut().context("started")?;
	let line = running.wait_for_line("batch signed anew", MINUTE).await?;
	assert!(line.contains("Upgrade"), "signed anew for another reason: {line}");
	agent.wait_final(before, MINUTE).await?;
	prove(&network, &agent, before)?;

	let after = agent.record(&["written after the upgrade".to_owned()])?[0];
	agent.wait_final(after, MINUTE).await?;
	prove(&network, &agent, after)?;
	agent.verify_log()?;
	assert_eq!(pids(&network)?, started, "a process was restarted");
	let validator = &mut network.validators[0];
	for process in [&mut validator.signer, &mut validator.agent] {
		assert!(process.as_mut().context("started")?.is_running());
	}
	Ok(())
}

/// The processes of signer, node and agent.
fn pids(network: &Network) -> Result<[u32; 3]> {
	let validator = &network.validators[0];
	let processes = [&validator.signer, &validator.node, &validator.agent];
	let mut pids = [0; 3];
	for (pid, process) in pids.iter_mut().zip(processes) {
		*pid = process.as_ref().context("started")?.pid();
	}
	Ok(pids)
}
