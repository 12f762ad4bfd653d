// SPDX-License-Identifier: Apache-2.0
//! `qh-devnet`: what `make run` starts. A one-validator development network with its signer and its
//! agent, in a temporary folder, until Ctrl-C.
//!
//! It says what it does, prints the first receipt that is final on chain with the command that
//! verifies it, and leaves nothing running behind.

// The program's output is its purpose.
#![allow(clippy::print_stdout)]

use anyhow::{bail, Result};
use qh_tests::{
	network::Network,
	process::{binary, Process},
	validator::Validator,
};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use tokio::signal::unix::{signal, SignalKind};

/// How long the first receipt may take: one batch, one inclusion, one finality.
const FIRST_RECEIPT: Duration = Duration::from_secs(120);

#[tokio::main]
async fn main() -> Result<()> {
	let mut interrupt = signal(SignalKind::interrupt())?;
	let mut terminate = signal(SignalKind::terminate())?;
	let started = Instant::now();

	let mut network = tokio::select! {
		network = start() => network?,
		_ = interrupt.recv() => return Ok(()),
		_ = terminate.recv() => return Ok(()),
	};
	println!(
		"    up after {:.0} s; logs and data in {}",
		started.elapsed().as_secs_f64(),
		network.dir().display()
	);

	let ended = tokio::select! {
		result = show_first_receipt(&network.validators[0], network.dir(), &network.chain.genesis) => {
			result.and(Ok(false))
		},
		_ = interrupt.recv() => Ok(true),
		_ = terminate.recv() => Ok(true),
	};
	let ended = match ended {
		Ok(ended) => ended,
		Err(error) => {
			network.validators[0].stop().await?;
			return Err(error);
		}
	};
	if !ended {
		println!("==> running; Ctrl-C stops everything");
		tokio::select! {
			_ = interrupt.recv() => {},
			_ = terminate.recv() => {},
			name = first_to_end(&mut network.validators[0]) => {
				bail!("the {name} ended by itself; the last lines of its log are above");
			},
		}
	}
	println!("\n==> stopping agent, node and signer");
	network.validators[0].stop().await?;
	println!("    everything has stopped");
	Ok(())
}

async fn start() -> Result<Network> {
	println!("==> building the development chain's genesis and a vault with development keys");
	let mut network = Network::prepare("development", 1).await?;
	let validator = &mut network.validators[0];
	println!("==> starting the signer: it alone holds the keys");
	validator.start_signer().await?;
	println!("==> starting the node: it signs blocks and votes through the signer");
	validator.start_node(&[]).await?;
	println!("    JSON-RPC on ws://127.0.0.1:{}", validator.rpc_port);
	println!("    metrics on http://127.0.0.1:{}/metrics", validator.metrics_port);
	println!("==> starting the agent: it observes the node and proves what it saw");
	validator.start_agent().await?;
	Ok(network)
}

/// Waits for the first stored proof; the agent stores one when its batch is final.
async fn show_first_receipt(validator: &Validator, dir: &Path, genesis: &str) -> Result<()> {
	println!("==> waiting for the first receipt to be final on chain");
	let agent = validator.agent_files();
	if let Err(error) = agent.wait_final(0, FIRST_RECEIPT).await {
		let words = validator.agent.as_ref().map(Process::tail).unwrap_or_default();
		return Err(error.context(format!("the agent's last words:\n{words}")));
	}
	let proof = dir.join("first-receipt.json");
	agent.prove(0, &proof)?;
	println!("    final: {}", proof.display());
	println!("    verify it, offline, with:");
	println!(
		"      {} receipt verify --genesis {genesis} --header {} {}",
		binary("qh-agent")?.display(),
		agent.header_hash(0)?,
		proof.display()
	);
	Ok(())
}

async fn first_to_end(validator: &mut Validator) -> &'static str {
	loop {
		for (name, process) in [
			("signer", &mut validator.signer),
			("node", &mut validator.node),
			("agent", &mut validator.agent),
		] {
			if let Some(process) = process {
				if !process.is_running() {
					println!("{}", process.tail());
					return name;
				}
			}
		}
		tokio::time::sleep(Duration::from_millis(500)).await;
	}
}
