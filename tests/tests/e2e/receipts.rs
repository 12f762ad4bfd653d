// SPDX-License-Identifier: Apache-2.0
//! What the agent writes down becomes final on chain, anybody can check it offline, and no crash
//! loses or doubles it.

use anyhow::Result;
use qh_tests::{
	agent::{verify_in_python, verify_proof, AgentFiles},
	network::Network,
};
use std::{
	collections::hash_map::RandomState,
	fs,
	hash::{BuildHasher, Hasher},
	time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);

/// A development network with a running agent.
async fn with_agent() -> Result<(Network, AgentFiles)> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	network.validators[0].start_agent().await?;
	let files = network.validators[0].agent_files();
	Ok((network, files))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_final_and_verified_offline_and_no_changed_byte_passes() -> Result<()> {
	let (network, agent) = with_agent().await?;
	agent.wait_final(0, 2 * MINUTE).await?;
	let file = network.dir().join("proof.json");
	agent.prove(0, &file)?;
	let header = agent.header_hash(0)?;
	let genesis = network.chain.genesis.clone();

	// The header is one that the node calls final.
	let rpc = network.validators[0].rpc().await?;
	let number = rpc.header(Some(&header)).await?.height()?;
	assert_eq!(rpc.hash_at(number).await?, Some(header.clone()));
	assert!(number <= rpc.finalized().await?.number);

	verify_proof(&file, &header, &genesis)?;
	assert!(verify_in_python(&file, &header, &genesis)?.0, "the second-language verifier refuses");

	// Digits spread over receipt, proof and header, each changed alone. Every bit of a proof is
	// flipped in the tests of qh-receipts, where that takes no process each.
	let text = fs::read_to_string(&file)?;
	let digits: Vec<usize> = text
		.match_indices("\"0x")
		.flat_map(|(start, _)| {
			let end = text[start + 1..].find('"').map_or(text.len(), |end| start + 1 + end);
			start + 3..end
		})
		.collect();
	assert!(digits.len() > 3_000);
	for position in digits.iter().step_by(digits.len() / 24) {
		let mut changed = text.clone().into_bytes();
		changed[*position] = if changed[*position] == b'0' { b'1' } else { b'0' };
		fs::write(&file, &changed)?;
		let refusal =
			verify_proof(&file, &header, &genesis).expect_err("a changed byte passed").to_string();
		let (accepted, step) = verify_in_python(&file, &header, &genesis)?;
		assert!(!accepted, "the second-language verifier accepts a changed byte at {position}");
		assert!(refusal.contains(&step), "{refusal:?} and {step:?} name different steps");
	}
	Ok(())
}

/// Whether entry `number` is in the log, once the agent runs again and holds nothing unwritten.
fn was_written(files: &AgentFiles, number: u64) -> bool {
	loop {
		let status = files.ask(&serde_json::json!({ "status": {} })).unwrap_or_default();
		if status["status"]["receipts"]["pending"].as_u64() == Some(0) {
			let entry = format!("entry {number}");
			return files.log().unwrap_or_default().values().any(|payload| *payload == entry);
		}
		std::thread::sleep(Duration::from_millis(100));
	}
}

/// How often each process is killed. The campaign of twenty is `make kills`.
fn kills() -> u32 {
	std::env::var("QH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// Within a slot and a batch, at random: the hasher of the standard library is seeded so.
fn random_moment() -> Duration {
	let random = RandomState::new().build_hasher().finish();
	Duration::from_millis(200 + random % 1_500)
}

#[allow(clippy::print_stdout, reason = "the moments are random: a failure is told with them")]
#[tokio::test(flavor = "multi_thread")]
async fn kills_of_agent_node_and_signer_lose_and_double_nothing() -> Result<()> {
	let (mut network, agent) = with_agent().await?;
	agent.wait_final(0, 2 * MINUTE).await?;

	// One writer hands in numbered payloads; after an unknown outcome it looks before it repeats.
	let (stop, stopped) = std::sync::mpsc::channel::<()>();
	let files = agent.clone();
	let writer = std::thread::spawn(move || {
		let mut next = 0_u64;
		while stopped.try_recv().is_err() {
			if files.record(&[format!("entry {next}")]).is_ok() || was_written(&files, next) {
				next += 1;
			}
			std::thread::sleep(Duration::from_millis(300));
		}
		next
	});

	for round in 0..kills() {
		for victim in ["agent", "node", "signer"] {
			let moment = random_moment();
			println!("round {round}: {victim} after {moment:?}");
			tokio::time::sleep(moment).await;
			let validator = &mut network.validators[0];
			match victim {
				"agent" => {
					validator.agent.take().expect("started").kill()?;
					validator.start_agent().await?;
				}
				"node" => {
					validator.node.take().expect("started").kill()?;
					validator.start_node(&[]).await?;
				}
				_ => {
					validator.signer.take().expect("started").kill()?;
					validator.start_signer().await?;
				}
			}
		}
	}
	stop.send(())?;
	let handed_in = writer.join().expect("the writer ends when told");
	assert!(handed_in > 0, "nothing was written between the kills");

	let log = agent.log()?;
	let last = *log.keys().last().expect("a log with entries");
	agent.wait_final(last, 5 * MINUTE).await?;

	let entries: Vec<&String> =
		log.values().filter(|payload| payload.starts_with("entry ")).collect();
	let expected: Vec<String> = (0..handed_in).map(|number| format!("entry {number}")).collect();
	assert_eq!(entries, expected.iter().collect::<Vec<_>>(), "lost, doubled or out of order");
	agent.verify_log()?;

	// The batches that are final continue one another without a gap.
	let mut next = 0;
	for (first, last) in agent.final_batches()? {
		assert_eq!(first, next, "a batch does not continue the one before");
		next = last + 1;
	}
	assert!(next > last);

	// A status that was published a moment ago is no sign of life.
	network.validators[0].agent.take().expect("started").kill()?;
	let said = agent.command(&["status"]).expect_err("a killed agent is well").to_string();
	assert!(said.contains("NOT RUNNING"), "{said}");
	Ok(())
}
