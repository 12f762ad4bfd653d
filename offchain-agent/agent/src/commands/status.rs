// SPDX-License-Identifier: Apache-2.0
//! `qh-agent status`
//!
//! The running agent is asked. `status.json` is what it said last: it outlives the agent, and stays
//! behind where the disk is full. Whether an agent runs shows in the folder's lock, which the system
//! takes from a process however it ends.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the answer of a command")]

use crate::{
	cli::{whole, Answer, StatusArgs},
	clock::{Clock, SystemClock},
	control::{Client, Request, Response},
	durable,
	state_dir::StateDir,
	status::Status,
};
use anyhow::{bail, Context};
use std::time::Duration;

/// Longest wait for the agent's answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The agent's process.
#[derive(Debug, PartialEq, Eq)]
enum Process {
	/// It answers.
	Answering,
	/// It holds the folder's lock and does not answer.
	Silent(String),
	/// There is none.
	Gone,
}

/// Shows what the agent says, or said last.
pub(super) async fn status(args: StatusArgs) -> anyhow::Result<Answer> {
	let (_, state, _) = super::open(&args.config)?;
	let (process, status) = look(&state, PATIENCE).await?;
	let age_ms = SystemClock::new().unix_ms().saturating_sub(status.time_ms);
	let life = life(&process, &status, age_ms);
	if args.json {
		println!("{}", serde_json::to_string_pretty(&status)?);
		if process != Process::Answering {
			eprintln!("agent {life}");
		}
	} else {
		println!("agent      {life}");
		show(&status);
	}
	let is_well = process == Process::Answering && status.problems.is_empty();
	Ok(if is_well { Answer::Yes } else { Answer::No })
}

/// What the agent answers, or else what it published last.
async fn look(state: &StateDir, patience: Duration) -> anyhow::Result<(Process, Status)> {
	let silence = match tokio::time::timeout(patience, ask(state)).await {
		Ok(Ok(status)) => return Ok((Process::Answering, status)),
		Ok(Err(error)) => whole(&error),
		Err(_) => format!("no answer within {patience:?}"),
	};
	let process = if state.is_locked()? { Process::Silent(silence) } else { Process::Gone };
	let path = state.status();
	let Some(content) = durable::read_optional(&path)? else {
		match process {
			Process::Silent(why) => bail!("the agent runs and does not answer: {why}"),
			_ => bail!(
				"the agent is not running, and {} does not exist: has it ever run?",
				path.display()
			),
		}
	};
	let status = serde_json::from_slice(&content)
		.with_context(|| format!("{} is not a status", path.display()))?;
	Ok((process, status))
}

async fn ask(state: &StateDir) -> anyhow::Result<Status> {
	let mut client = Client::connect(&state.socket()).await?;
	match client.ask(&Request::Status {}).await.context("the agent did not answer")? {
		Response::Status(status) => Ok(*status),
		_ => bail!("the agent answered something else"),
	}
}

/// Whether the agent runs, for a person.
fn life(process: &Process, status: &Status, age_ms: u64) -> String {
	let age = age_ms.checked_div(1_000).unwrap_or_default();
	match process {
		Process::Answering => format!("running, {} (pid {})", status.agent_version, status.pid),
		Process::Silent(why) => {
			format!("RUNNING, DOES NOT ANSWER: {why}; what follows was published {age} s ago")
		}
		Process::Gone => format!("NOT RUNNING, last seen {age} s ago"),
	}
}

fn show(status: &Status) {
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
	match signer.reachable {
		true => println!(
			"signer     {}, {}{}",
			signer.version,
			if signer.locked { "LOCKED" } else { "unlocked" },
			if signer.quarantine.is_some() { ", QUARANTINED" } else { "" }
		),
		false => println!("signer     not reachable"),
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::control;
	use tokio::io::{AsyncReadExt, AsyncWriteExt};

	/// Longer than an answer takes, shorter than a person waits.
	const SOON: Duration = Duration::from_millis(200);

	fn folder(pid: u32) -> (tempfile::TempDir, StateDir) {
		let dir = tempfile::tempdir().unwrap();
		let state = StateDir::new(dir.path());
		state.create().unwrap();
		// As fresh as a file can be.
		let time_ms = SystemClock::new().unix_ms();
		let status = Status { pid, time_ms, ..Status::default() };
		durable::publish(&state.status(), &serde_json::to_vec(&status).unwrap()).unwrap();
		(dir, state)
	}

	#[tokio::test]
	async fn a_fresh_file_is_no_running_agent() {
		let (_dir, state) = folder(7);
		// What a killed agent leaves behind.
		drop(control::bind(&state.socket()).unwrap());
		drop(state.lock().unwrap());
		let (process, status) = look(&state, PATIENCE).await.unwrap();
		assert_eq!((&process, status.pid), (&Process::Gone, 7));
		let said = life(&process, &status, 20_000);
		assert_eq!(said, "NOT RUNNING, last seen 20 s ago");
	}

	#[tokio::test]
	async fn an_agent_that_answers_runs_whatever_the_file_says() {
		let (_dir, state) = folder(7);
		let _lock = state.lock().unwrap();
		let listener = control::bind(&state.socket()).unwrap();
		let agent = tokio::spawn(async move {
			let (mut stream, _) = listener.accept().await.unwrap();
			let mut request = [0; 64];
			let length = stream.read(&mut request).await.unwrap();
			assert!(length > 0);
			let status = Status { pid: 8, ..Status::default() };
			let mut answer = serde_json::to_vec(&Response::Status(Box::new(status))).unwrap();
			answer.push(b'\n');
			stream.write_all(&answer).await.unwrap();
		});
		let (process, status) = look(&state, PATIENCE).await.unwrap();
		agent.await.unwrap();
		assert_eq!((process, status.pid), (Process::Answering, 8));
	}

	#[tokio::test]
	async fn an_agent_that_does_not_answer_is_not_called_gone() {
		let (_dir, state) = folder(7);
		let _lock = state.lock().unwrap();
		let _listener = control::bind(&state.socket()).unwrap();
		let (process, status) = look(&state, SOON).await.unwrap();
		assert!(matches!(process, Process::Silent(_)), "{process:?}");
		let said = life(&process, &status, 0);
		assert!(said.starts_with("RUNNING, DOES NOT ANSWER: no answer within"), "{said}");
		durable::remove(&state.status()).unwrap();
		let error = look(&state, SOON).await.unwrap_err().to_string();
		assert!(error.contains("does not answer"), "{error}");
	}

	#[tokio::test]
	async fn an_agent_that_never_ran_is_told_from_one_that_ended() {
		let (_dir, state) = folder(7);
		durable::remove(&state.status()).unwrap();
		let error = look(&state, PATIENCE).await.unwrap_err().to_string();
		assert!(error.contains("not running") && error.contains("has it ever"), "{error}");
	}
}
