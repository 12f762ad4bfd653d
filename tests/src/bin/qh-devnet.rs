// SPDX-License-Identifier: Apache-2.0
//! `qh-devnet`: what `make run` starts. A one-validator development network with its signer and its
//! agent, in a temporary folder, until Ctrl-C.
//!
//! It says what it does, prints the first receipt that is final on chain with the command that
//! verifies it, and leaves nothing running behind. If a part fails, logs and data stay.

// The program's output is its purpose.
#![allow(clippy::print_stdout)]

use anyhow::{anyhow, Error, Result};
use qh_tests::{
	network::Network,
	process::{binary, Process},
	validator::Validator,
};
use std::{
	path::Path,
	time::{Duration, Instant},
};
use tokio::signal::unix::{signal, Signal, SignalKind};

/// How long the first receipt may take: one batch, one inclusion, one finality.
const FIRST_RECEIPT: Duration = Duration::from_secs(120);
/// How much later than a part this program may hear of the Ctrl-C that ended both.
const SAME_CTRL_C: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<()> {
	let mut end = End::new()?;
	println!("==> building the development chain's genesis and a vault with development keys");
	let mut network = tokio::select! {
		network = Network::prepare("development", 1) => network?,
		() = end.asked() => return Ok(()),
	};
	let failed = tokio::select! {
		biased;
		() = end.asked() => None,
		error = run(&mut network) => Some(error),
	};
	// Ctrl-C goes to every process of the terminal, and a part may end before this one hears of it.
	let result = match failed {
		Some(error) if tokio::time::timeout(SAME_CTRL_C, end.asked()).await.is_err() => Err(error),
		_ => Ok(()),
	};
	println!("\n==> stopping agent, node and signer");
	let result = result.and(network.validators[0].stop().await);
	if result.is_err() {
		println!("    everything has stopped; logs and data stay in {}", network.dir().display());
		// No process is left, only the folder, which would go with it.
		std::mem::forget(network);
	} else {
		println!("    everything has stopped");
	}
	result
}

/// The wish of a person, or of the system, that this ends.
struct End {
	interrupt: Signal,
	terminate: Signal,
}

impl End {
	fn new() -> Result<Self> {
		let interrupt = signal(SignalKind::interrupt())?;
		Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
	}

	async fn asked(&mut self) {
		tokio::select! {
			_ = self.interrupt.recv() => {},
			_ = self.terminate.recv() => {},
		}
	}
}

/// Runs everything for as long as it goes well.
async fn run(network: &mut Network) -> Error {
	let result = async {
		let started = Instant::now();
		start(&mut network.validators[0]).await?;
		println!(
			"    up after {:.0} s; logs and data in {}",
			started.elapsed().as_secs_f64(),
			network.dir().display()
		);
		show_first_receipt(&network.validators[0], network.dir(), &network.chain.genesis).await?;
		println!("==> running; Ctrl-C stops everything");
		Ok(first_to_end(&mut network.validators[0]).await)
	};
	match result.await {
		Ok(name) => anyhow!("the {name} ended by itself; the last lines of its log are above"),
		Err(error) => error,
	}
}

async fn start(validator: &mut Validator) -> Result<()> {
	println!("==> starting the signer: it alone holds the keys");
	validator.start_signer().await?;
	println!("==> starting the node: it signs blocks and votes through the signer");
	validator.start_node(&[]).await?;
	println!("    JSON-RPC on ws://127.0.0.1:{}", validator.rpc_port);
	println!("    metrics on http://127.0.0.1:{}/metrics", validator.metrics_port);
	println!("==> starting the agent: it observes the node and proves what it saw");
	validator.start_agent().await
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
	println!("    verify it while this runs (the folder goes with it), offline, with:");
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
