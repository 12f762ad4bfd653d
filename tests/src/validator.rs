// SPDX-License-Identifier: Apache-2.0
//! One validator as an operator runs it: a signer, a node, an agent, each its own process.

use crate::{
	agent::AgentFiles,
	network::chain_with,
	ports::free_port,
	process::{binary, Process},
	rpc::Rpc,
};
use anyhow::{bail, Context, Result};
use std::{
	ffi::OsString,
	io::Write,
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::Duration,
};

/// How long a process may take until it says that it is ready.
const START: Duration = Duration::from_secs(60);
/// How long a process may take to stop when asked.
const STOP: Duration = Duration::from_secs(20);

/// The operator's passphrase in the vaults of [`Validator::newcomer`] and [`Validator::founder`].
pub const PASSPHRASE: &str = "correct horse battery staple";
/// The operator's passphrase in vaults with development keys.
pub const DEV_PASSPHRASE: &str = "dev";

/// What all validators of a network share.
#[derive(Clone, Debug)]
pub struct Chain {
	/// The chain spec, raw, as a file.
	pub spec: PathBuf,
	/// Hash of its genesis block, `0x` and 64 digits.
	pub genesis: String,
}

/// A validator's folders, ports and running processes.
#[derive(Debug)]
pub struct Validator {
	/// The development account that it runs for, such as `alice`.
	pub name: String,
	dir: PathBuf,
	/// The network.
	pub chain: Chain,
	/// Port of the node's JSON-RPC.
	pub rpc_port: u16,
	/// Port of the node's peer-to-peer transport.
	pub p2p_port: u16,
	/// Port of the node's metrics.
	pub metrics_port: u16,
	/// The signer, while it runs.
	pub signer: Option<Process>,
	/// The node, while it runs.
	pub node: Option<Process>,
	/// The agent, while it runs.
	pub agent: Option<Process>,
}

impl Validator {
	/// Prepares the folders of validator `name` below `dir`, with the development keys of that name
	/// in a new vault. Nothing runs yet.
	pub fn prepare(name: &str, dir: &Path, chain: &Chain) -> Result<Self> {
		let validator = Self::in_folder(name, dir, chain, free_port()?)?;
		run(
			"qh-signer",
			[
				"init".as_ref(),
				"--dir".as_ref(),
				validator.signer_dir().as_os_str(),
				"--dev".as_ref(),
				name.as_ref(),
				"--genesis".as_ref(),
				chain.genesis.as_ref(),
				"--slot-ms".as_ref(),
				"1000".as_ref(),
			],
		)?;
		Ok(validator)
	}

	/// Prepares an operator without a node of its own: a new vault with random keys, and the node at
	/// `rpc_port` for its agent. Nothing runs yet.
	pub fn newcomer(name: &str, dir: &Path, chain: &Chain, rpc_port: u16) -> Result<Self> {
		let newcomer = Self::in_folder(name, dir, chain, rpc_port)?;
		run_with_input(
			"qh-signer",
			[
				"init".as_ref(),
				"--dir".as_ref(),
				newcomer.signer_dir().as_os_str(),
				"--genesis".as_ref(),
				chain.genesis.as_ref(),
				"--slot-ms".as_ref(),
				"1000".as_ref(),
			],
			&format!("{PASSPHRASE}\n"),
		)?;
		relax(&newcomer.signer_dir())?;
		Ok(newcomer)
	}

	/// Prepares the only validator of a network of its own, like the preset but for the validators:
	/// a new vault with random keys, a chain spec in `dir` that names them, and the vault bound to
	/// that chain. Nothing runs yet.
	pub fn founder(name: &str, dir: &Path, preset: &str) -> Result<Self> {
		let folder = dir.join(name);
		let signer_dir = folder.join("signer");
		let signer = |words: &[&str]| {
			let mut args = vec![OsString::from("--dir"), signer_dir.clone().into_os_string()];
			args.extend(words.iter().map(|word| OsString::from(*word)));
			run_with_input("qh-signer", args, &format!("{PASSPHRASE}\n"))
		};
		signer(&["init"])?;
		relax(&signer_dir)?;
		let validators = folder.join("validators.json");
		std::fs::write(&validators, signer(&["validator", "--segment", "0"])?)?;
		let chain = chain_with(preset, dir, &["--validators".as_ref(), validators.as_os_str()])?;
		let chain_for_signer = [
			"genesis-hash".as_ref(),
			"--for-signer".as_ref(),
			"--spec".as_ref(),
			chain.spec.as_os_str(),
		];
		let printed = run("qh-chain-spec", chain_for_signer)?;
		let bind: Vec<&str> = ["bind"].into_iter().chain(printed.split_whitespace()).collect();
		signer(&bind)?;
		Self::in_folder(name, &folder, &chain, free_port()?)
	}

	fn in_folder(name: &str, dir: &Path, chain: &Chain, rpc_port: u16) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		Ok(Self {
			name: name.to_owned(),
			dir: dir.to_owned(),
			chain: chain.clone(),
			rpc_port,
			p2p_port: free_port()?,
			metrics_port: free_port()?,
			signer: None,
			node: None,
			agent: None,
		})
	}

	/// Where the signer keeps vault, log and sockets.
	pub fn signer_dir(&self) -> PathBuf {
		self.dir.join("signer")
	}

	/// Where the node keeps its database.
	pub fn node_dir(&self) -> PathBuf {
		self.dir.join("node")
	}

	/// Where the agent keeps log, outbox and proofs.
	pub fn agent_dir(&self) -> PathBuf {
		self.dir.join("agent")
	}

	/// The agent's configuration.
	pub fn agent_config(&self) -> PathBuf {
		self.dir.join("agent.toml")
	}

	/// What a test reads of the agent.
	pub fn agent_files(&self) -> AgentFiles {
		AgentFiles { dir: self.agent_dir(), config: self.agent_config() }
	}

	fn log(&self, name: &str) -> PathBuf {
		self.dir.join(format!("{name}.log"))
	}

	/// Starts the signer and waits until it serves.
	pub async fn start_signer(&mut self) -> Result<()> {
		let args = ["run".into(), "--dir".into(), self.signer_dir().into_os_string()];
		let mut process = Process::start("qh-signer", args, &self.log("signer"))?;
		process.wait_for_line("ready", START).await?;
		self.signer = Some(process);
		Ok(())
	}

	/// Starts the node as a validator that knows `bootnodes`, and waits for its JSON-RPC.
	pub async fn start_node(&mut self, bootnodes: &[String]) -> Result<()> {
		let mut args: Vec<OsString> = vec![
			"--chain".into(),
			self.chain.spec.clone().into(),
			"--base-path".into(),
			self.node_dir().into(),
			"--signer".into(),
			self.signer_dir().into(),
			"--validator".into(),
			"--name".into(),
			self.name.clone().into(),
			"--rpc-port".into(),
			self.rpc_port.to_string().into(),
			"--prometheus-port".into(),
			self.metrics_port.to_string().into(),
			"--listen-addr".into(),
			format!("/ip4/127.0.0.1/tcp/{}", self.p2p_port).into(),
			"--no-mdns".into(),
			"--no-telemetry".into(),
			"--allow-private-ip".into(),
			"--unsafe-force-node-key-generation".into(),
		];
		for bootnode in bootnodes {
			args.push("--bootnodes".into());
			args.push(bootnode.into());
		}
		let mut process = Process::start("qh-node", args, &self.log("node"))?;
		process.wait_for_line("Running JSON-RPC server", START).await?;
		self.node = Some(process);
		Ok(())
	}

	/// Writes the agent's configuration if there is none.
	pub fn init_agent(&self) -> Result<()> {
		if !self.agent_config().is_file() {
			run(
				"qh-agent",
				[
					"init".as_ref(),
					"--config".as_ref(),
					self.agent_config().as_os_str(),
					"--dir".as_ref(),
					self.agent_dir().as_os_str(),
					"--node".as_ref(),
					format!("ws://127.0.0.1:{}", self.rpc_port).as_ref(),
					"--signer".as_ref(),
					self.signer_dir().as_os_str(),
				],
			)?;
		}
		Ok(())
	}

	/// Writes the agent's configuration if there is none, and starts the agent.
	pub async fn start_agent(&mut self) -> Result<()> {
		self.init_agent()?;
		let args = ["run".into(), "--config".into(), self.agent_config().into_os_string()];
		self.agent = Some(Process::start("qh-agent", args, &self.log("agent"))?);
		Ok(())
	}

	/// Connects to the node.
	pub async fn rpc(&self) -> Result<Rpc> {
		Rpc::connect(self.rpc_port).await
	}

	/// The address at which other nodes find this one.
	pub async fn multiaddr(&self) -> Result<String> {
		let peer: String =
			self.rpc().await?.call("system_localPeerId", subxt_rpcs::rpc_params![]).await?;
		Ok(format!("/ip4/127.0.0.1/tcp/{}/p2p/{peer}", self.p2p_port))
	}

	/// Kills node and signer (and the agent) without warning.
	pub fn kill(&mut self) -> Result<()> {
		for process in
			[self.agent.take(), self.node.take(), self.signer.take()].into_iter().flatten()
		{
			process.kill()?;
		}
		Ok(())
	}

	/// Stops agent, node and signer in that order.
	pub async fn stop(&mut self) -> Result<()> {
		for process in
			[self.agent.take(), self.node.take(), self.signer.take()].into_iter().flatten()
		{
			process.stop(STOP).await?;
		}
		Ok(())
	}
}

/// Lets the signer in this folder run on a host that lacks a part of the sandbox, as a developer's
/// may; the sandbox is not tested here.
fn relax(signer_dir: &Path) -> Result<()> {
	let config = signer_dir.join("config.toml");
	let all = r#"["landlock", "seccomp", "network-namespace", "secret-memory"]"#;
	let text = std::fs::read_to_string(&config)?;
	let relaxed = text.replace("allow_missing = []", &format!("allow_missing = {all}"));
	std::fs::write(&config, relaxed)?;
	Ok(())
}

/// Runs a binary of this build to its end and returns what it printed.
///
/// Errors with its output when it fails.
pub fn run<I, S>(name: &str, args: I) -> Result<String>
where
	I: IntoIterator<Item = S>,
	S: AsRef<std::ffi::OsStr>,
{
	run_with_input(name, args, "")
}

/// [`run`] with this on its standard input.
pub fn run_with_input<I, S>(name: &str, args: I, input: &str) -> Result<String>
where
	I: IntoIterator<Item = S>,
	S: AsRef<std::ffi::OsStr>,
{
	let mut command = Command::new(binary(name)?);
	command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
	let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
	if let Some(mut stdin) = child.stdin.take() {
		// A program that ends without having read says why on standard error.
		let _ = stdin.write_all(input.as_bytes());
	}
	let output = child.wait_with_output()?;
	let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
	if !output.status.success() {
		bail!(
			"{command:?}: {}\n{stdout}{}",
			output.status,
			String::from_utf8_lossy(&output.stderr)
		);
	}
	Ok(stdout)
}
