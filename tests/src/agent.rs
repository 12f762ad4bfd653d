// SPDX-License-Identifier: Apache-2.0
//! A test's view of an agent: its control socket, its files and its command line, as FORMATS.md
//! describes them.

use crate::validator::run;
use anyhow::{bail, Context, Result};
use serde_json::{json, Value};
use std::{
	collections::BTreeMap,
	ffi::OsStr,
	fs,
	io::{BufRead, BufReader, Write},
	os::unix::net::UnixStream,
	path::{Path, PathBuf},
	process::Command,
	time::{Duration, Instant},
};

/// How often files are looked at while something in them is awaited.
const POLL: Duration = Duration::from_millis(50);

/// An agent's state folder and configuration.
#[derive(Clone, Debug)]
pub struct AgentFiles {
	/// The state folder.
	pub dir: PathBuf,
	/// The configuration file.
	pub config: PathBuf,
}

impl AgentFiles {
	/// Hands in receipts by the control socket; their numbers once they are on disk.
	///
	/// Errors when the agent does not answer, or answers with an error: then it is unknown whether
	/// they were written.
	pub fn record(&self, payloads: &[String]) -> Result<Vec<u64>> {
		let entries: Vec<Value> =
			payloads.iter().map(|text| json!({ "kind": 1, "payload_utf8": text })).collect();
		let answer = self.ask(&json!({ "record": entries }))?;
		let Some(recorded) = answer.get("recorded").and_then(Value::as_array) else {
			bail!("the agent did not record: {answer}");
		};
		recorded
			.iter()
			.map(|entry| entry["seq"].as_u64().context("an entry without a number"))
			.collect()
	}

	/// One request to the control socket.
	pub fn ask(&self, request: &Value) -> Result<Value> {
		let path = self.dir.join("run/agent.sock");
		let mut stream = UnixStream::connect(&path)
			.with_context(|| format!("cannot connect to {}", path.display()))?;
		stream.set_read_timeout(Some(Duration::from_secs(30)))?;
		stream.write_all(format!("{request}\n").as_bytes())?;
		let mut line = String::new();
		BufReader::new(stream).read_line(&mut line)?;
		serde_json::from_str(&line).with_context(|| format!("the agent answered {line:?}"))
	}

	/// The payloads in the log, by number; half a line at the end is no receipt.
	pub fn log(&self) -> Result<BTreeMap<u64, String>> {
		let text = fs::read_to_string(self.dir.join("operational.jsonl"))?;
		let whole = text.rfind('\n').map_or("", |end| &text[..end]);
		let mut entries = BTreeMap::new();
		for line in whole.lines() {
			let value: Value = serde_json::from_str(line)?;
			let seq = value["seq"].as_u64().context("a line without a number")?;
			let payload = value["payload_utf8"].as_str().unwrap_or_default().to_owned();
			if entries.insert(seq, payload).is_some() {
				bail!("number {seq} stands in the log twice");
			}
		}
		Ok(entries)
	}

	/// First and last number of every batch whose proof is stored, in order.
	pub fn final_batches(&self) -> Result<Vec<(u64, u64)>> {
		let dir = self.dir.join("proofs");
		if !dir.is_dir() {
			return Ok(Vec::new());
		}
		let mut batches = Vec::new();
		for entry in fs::read_dir(dir)? {
			let name = entry?.file_name().to_string_lossy().into_owned();
			let Some((first, last)) =
				name.strip_suffix(".json").and_then(|stem| stem.split_once('-'))
			else {
				continue;
			};
			batches.push((first.parse()?, last.parse()?));
		}
		batches.sort_unstable();
		Ok(batches)
	}

	/// Waits until receipt `seq` is final and its proof stored.
	pub async fn wait_final(&self, seq: u64, deadline: Duration) -> Result<()> {
		let until = Instant::now() + deadline;
		while self.final_batches()?.last().is_none_or(|(_, last)| *last < seq) {
			if Instant::now() > until {
				bail!(
					"receipt {seq} was not final within {deadline:?}; final are {:?}",
					self.final_batches()?.last()
				);
			}
			tokio::time::sleep(POLL).await;
		}
		Ok(())
	}

	/// Writes the proof of receipt `seq` to `file`.
	pub fn prove(&self, seq: u64, file: &Path) -> Result<()> {
		run(
			"qh-agent",
			[
				"receipt".as_ref(),
				"prove".as_ref(),
				"--config".as_ref(),
				self.config.as_os_str(),
				"--out".as_ref(),
				file.as_os_str(),
				seq.to_string().as_ref(),
			],
		)?;
		Ok(())
	}

	/// The hash of the header that the proof of receipt `seq` ends in.
	pub fn header_hash(&self, seq: u64) -> Result<String> {
		let (first, last) = self
			.final_batches()?
			.into_iter()
			.find(|(first, last)| (first..=last).contains(&&seq))
			.with_context(|| format!("receipt {seq} is not final"))?;
		let path = self.dir.join(format!("proofs/{first:020}-{last:020}.json"));
		let value: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
		Ok(value["header_hash"].as_str().context("a proof without a header hash")?.to_owned())
	}

	/// Whose agent it is: the accounts of operator and agent, `0x` and 64 digits each.
	pub fn accounts(&self) -> Result<(String, String)> {
		let text = fs::read_to_string(self.dir.join("identity.json"))?;
		let value: Value = serde_json::from_str(&text)?;
		let account = |name: &str| {
			let account = value[name].as_str().map(str::to_owned);
			account.with_context(|| format!("identity.json has no {name}"))
		};
		Ok((account("operator")?, account("agent")?))
	}

	/// Runs a command of `qh-agent` with this configuration; what it printed.
	pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<String> {
		let args = args.iter().map(AsRef::as_ref);
		run("qh-agent", args.chain(["--config".as_ref(), self.config.as_os_str()]))
	}

	/// Checks the whole log by the agent's own command.
	pub fn verify_log(&self) -> Result<String> {
		run(
			"qh-agent",
			["log".as_ref(), "verify".as_ref(), "--config".as_ref(), self.config.as_os_str()],
		)
	}
}

/// Checks a proof file offline, in a process that knows nothing else.
pub fn verify_proof(file: &Path, header: &str, genesis: &str) -> Result<String> {
	run(
		"qh-agent",
		[
			"receipt".as_ref(),
			"verify".as_ref(),
			"--header".as_ref(),
			header.as_ref(),
			"--genesis".as_ref(),
			genesis.as_ref(),
			file.as_os_str(),
		],
	)
}

/// What the verifier in Python says of a proof file: whether it holds, and else the step that fails.
pub fn verify_in_python(file: &Path, header: &str, genesis: &str) -> Result<(bool, String)> {
	let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("verifier/verify.py");
	let output = Command::new("python3")
		.arg(script)
		.arg(file)
		.args(["--genesis", genesis, "--header", header])
		.output()?;
	let said = String::from_utf8_lossy(&output.stderr).into_owned();
	let step = said.split_whitespace().last().unwrap_or_default().to_owned();
	Ok((output.status.success(), step))
}
