// SPDX-License-Identifier: Apache-2.0
//! Four validators, each with its own signer: finality through losses, pauses and wiped databases.

use anyhow::Result;
use qh_tests::{network::Network, rpc::Rpc};
use rustix::process::Signal;
use std::{process::Command, time::Duration};

const MINUTE: Duration = Duration::from_secs(60);

/// Starts four validators and waits until all of them finalize.
async fn four() -> Result<Network> {
	let mut network = Network::prepare("local_testnet", 4).await?;
	network.start().await?;
	for validator in &network.validators {
		validator.rpc().await?.wait_finalized(3, MINUTE).await?;
	}
	Ok(network)
}

/// All running nodes agree on every block up to the lowest finalized one.
async fn assert_one_chain(network: &Network) -> Result<()> {
	let mut rpcs: Vec<Rpc> = Vec::new();
	for validator in network.validators.iter().filter(|validator| validator.node.is_some()) {
		rpcs.push(validator.rpc().await?);
	}
	let mut lowest = u32::MAX;
	for rpc in &rpcs {
		lowest = lowest.min(rpc.finalized().await?.number);
	}
	for number in 0..=lowest {
		let expected = rpcs[0].hash_at(number).await?;
		for rpc in &rpcs {
			assert_eq!(
				rpc.hash_at(number).await?,
				expected,
				"block {number} differs on {}",
				rpc.url()
			);
		}
	}
	Ok(())
}

/// No running node has logged an equivocation, and all of them have the same chain.
async fn assert_no_equivocation(network: &Network) -> Result<()> {
	for validator in &network.validators {
		if let Some(node) = &validator.node {
			let output = node.output();
			assert!(!output.contains("quivocation"), "{} saw an equivocation", validator.name);
		}
	}
	assert_one_chain(network).await
}

#[tokio::test(flavor = "multi_thread")]
async fn finality_survives_one_loss_stops_at_two_and_resumes() -> Result<()> {
	let mut network = four().await?;
	let watcher = network.validators[0].rpc().await?;

	network.validators[3].kill()?;
	let now = watcher.finalized().await?.number;
	watcher.wait_finalized(now + 5, MINUTE).await?;

	network.validators[2].kill()?;
	// What was in flight may still be finalized; after that blocks go on and finality does not.
	let best = watcher.best().await?.number;
	watcher.wait_best(best + 3, MINUTE).await?;
	let stalled = watcher.finalized().await?.number;
	let best = watcher.best().await?.number;
	watcher.wait_best(best + 6, MINUTE).await?;
	assert_eq!(watcher.finalized().await?.number, stalled, "finality with two of four votes");

	for index in [2, 3] {
		let bootnodes = network.bootnodes(index).await?;
		let validator = &mut network.validators[index];
		validator.start_signer().await?;
		validator.start_node(&bootnodes).await?;
	}
	watcher.wait_finalized(best + 6, 2 * MINUTE).await?;
	assert_no_equivocation(&network).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_signer_keeps_its_node_up_and_votes_again() -> Result<()> {
	let mut network = four().await?;
	let paused = network.validators[1].rpc().await?;
	let signer = network.validators[1].signer.as_ref().expect("started");

	signer.signal(Signal::STOP)?;
	let watcher = network.validators[0].rpc().await?;
	let now = watcher.finalized().await?.number;
	// Sixty slots of one second, three quarters of which have an author.
	watcher.wait_finalized(now + 45, 2 * MINUTE).await?;
	let (before, reached) = (watcher.rounds().await?, watcher.finalized().await?.number);
	signer.signal(Signal::CONT)?;

	// Counted in rounds of the others, which go on meanwhile.
	paused.wait_finalized(reached, MINUTE).await?;
	let after = watcher.rounds().await?;
	assert_eq!(after.set_id, before.set_id, "rounds of different sets cannot be compared");
	let rounds = after.best.round - before.best.round;
	assert!(rounds <= 2, "its finality was where the others' is after {rounds} rounds");
	assert!(network.validators[1].node.as_mut().expect("started").is_running());

	// It votes again: without it, three of four are no longer enough once another one is gone.
	network.validators[3].kill()?;
	let now = watcher.finalized().await?.number;
	watcher.wait_finalized(now + 5, MINUTE).await?;
	assert_no_equivocation(&network).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_database_follows_and_votes_again_without_equivocating() -> Result<()> {
	let mut network = four().await?;
	let watcher = network.validators[0].rpc().await?;
	let wiped = &mut network.validators[2];
	wiped.node.take().expect("started").kill()?;
	std::fs::remove_dir_all(wiped.node_dir())?;

	let bootnodes = network.bootnodes(2).await?;
	network.validators[2].start_node(&bootnodes).await?;
	let target = watcher.best().await?.number + 5;
	network.validators[2].rpc().await?.wait_finalized(target, 2 * MINUTE).await?;

	// It votes again: three are left, and all three are needed.
	network.validators[3].kill()?;
	let now = watcher.finalized().await?.number;
	watcher.wait_finalized(now + 5, 2 * MINUTE).await?;
	assert_no_equivocation(&network).await
}

/// A power cut can take the end of a node's database, and not of the signer's log, which is flushed
/// before a vote leaves. A lone validator then has nobody to get finality past those rounds from.
#[tokio::test(flavor = "multi_thread")]
async fn a_lone_validator_set_back_contradicts_nothing_and_says_why_finality_stands() -> Result<()>
{
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let copy = network.dir().join("copy");
	let validator = &mut network.validators[0];
	validator.rpc().await?.wait_finalized(3, MINUTE).await?;
	validator.node.take().expect("started").stop(MINUTE).await?;
	let copied = Command::new("cp").arg("-a").arg(validator.node_dir()).arg(&copy).status()?;
	assert!(copied.success());

	validator.start_node(&[]).await?;
	let lost = validator.rpc().await?.wait_finalized(10, MINUTE).await?;
	validator.node.take().expect("started").kill()?;
	std::fs::remove_dir_all(validator.node_dir())?;
	std::fs::rename(&copy, validator.node_dir())?;
	validator.start_node(&[]).await?;

	let node = validator.node.as_mut().expect("started");
	node.wait_for_line("no other validator can bring finality past that", MINUTE).await?;
	let rpc = validator.rpc().await?;
	rpc.wait_best(lost.number + 3, MINUTE).await?;
	assert_ne!(rpc.hash_at(lost.number).await?, Some(lost.hash), "the blocks were not lost");
	assert!(rpc.finalized().await?.number < lost.number, "finality went back");
	assert!(validator.node.as_mut().expect("started").is_running());
	Ok(())
}
