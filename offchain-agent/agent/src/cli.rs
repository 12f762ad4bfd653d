// SPDX-License-Identifier: Apache-2.0
//! The command line.
//!
//! Exit codes: 0 done; 1 the answer is no (a proof or a log does not verify, a check failed, the
//! agent is not well); 2 the command line is wrong; 3 it could not be done, and why is on stderr.

#![allow(clippy::print_stderr, reason = "the last word of a command that failed")]

use crate::{commands, hexed};
use clap::{Args, Parser, Subcommand};
use qh_signer_client::parse_account;
use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};
use tracing_subscriber::EnvFilter;

/// What the end of the help says of the program's messages.
const LOGGING: &str =
	"Messages go to standard error. RUST_LOG sets how many: error, warn, info (the \
	default of `run`), debug or trace, for one part as in RUST_LOG=info,qh_agent::sender=debug.";

/// The operator's agent: observes the node, writes down what it sees and does, and proves it on
/// chain.
#[derive(Debug, Parser)]
#[command(name = "qh-agent", version, max_term_width = 100, after_help = LOGGING)]
pub struct Cli {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Write a configuration and bind a state folder to a signer's agent key.
	Init(InitArgs),
	/// Run the agent until SIGTERM or SIGINT.
	Run(ConfigArgs),
	/// Show what the agent sees and does. Exit code 1 if it is not running or not well.
	Status(StatusArgs),
	/// The log of receipts.
	#[command(subcommand)]
	Log(LogCommand),
	/// Single receipts and their proofs.
	#[command(subcommand)]
	Receipt(ReceiptCommand),
	/// The validator's session keys.
	#[command(subcommand)]
	Keys(KeysCommand),
	/// Write this operator's registration into a file, with its agent's consent. `qh-signer sign`
	/// adds the operator's; an operator that is there already then invites with it.
	Register(RegisterArgs),
	/// Register a newcomer: check its registration and write the transaction for this operator to
	/// sign with `qh-signer sign`. Feeless, a few a window.
	Invite(InviteArgs),
	/// Hand a signed transaction to the node and wait until it is final. Exit code 1 if the chain
	/// does not accept it.
	Submit(SubmitArgs),
	/// Try every right that the agent needs and name what is missing.
	Doctor(ConfigArgs),
}

/// Where the configuration is.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
	/// The configuration file.
	#[arg(long, short, default_value = "agent.toml")]
	pub config: PathBuf,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
	/// The configuration file to write. An existing one is kept.
	#[arg(long, short, default_value = "agent.toml")]
	pub config: PathBuf,
	/// The state folder to make.
	#[arg(long, value_name = "DIR")]
	pub dir: PathBuf,
	/// WebSocket address of the node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub node: String,
	/// The signer's folder.
	#[arg(long, value_name = "DIR")]
	pub signer: PathBuf,
	/// The agent's account, if the signer has several: an SS58 address or 64 hexadecimal digits,
	/// with or without 0x, as wherever an account is asked for.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	pub agent: Option<[u8; 32]>,
	/// The operator's account, if the signer does not know it.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	pub operator: Option<[u8; 32]>,
	/// Serve Prometheus metrics on this loopback address.
	#[arg(long, value_name = "ADDRESS")]
	pub metrics: Option<SocketAddr>,
	/// Time between two health receipts, in milliseconds.
	#[arg(long, value_name = "MS")]
	pub health_interval_ms: Option<u64>,
}

/// Arguments of `register`.
#[derive(Debug, Args)]
pub struct RegisterArgs {
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// The operator that invites: its account, as its `qh-agent status` shows it, or its SS58
	/// address. Without one this operator submits its registration itself, with `invite`, and pays
	/// for it.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	pub inviter: Option<[u8; 32]>,
	/// The file to write.
	#[arg(long, short, value_name = "FILE")]
	pub out: PathBuf,
}

/// Arguments of `invite`.
#[derive(Debug, Args)]
pub struct InviteArgs {
	/// The newcomer's registration, signed by both of its keys.
	pub file: PathBuf,
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// The file to write.
	#[arg(long, short, value_name = "FILE")]
	pub out: PathBuf,
}

/// Arguments of `submit`.
#[derive(Debug, Args)]
pub struct SubmitArgs {
	/// The signed transaction.
	pub file: PathBuf,
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// As JSON.
	#[arg(long)]
	pub json: bool,
}

/// Subcommands of `log`.
#[derive(Debug, Subcommand)]
pub enum LogCommand {
	/// Check every line: form, number, chain, id and signature.
	Verify(LogVerifyArgs),
}

/// Arguments of `log verify`.
#[derive(Debug, Args)]
pub struct LogVerifyArgs {
	/// Where the configuration is; not needed with --file.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// Another file than the configuration's.
	#[arg(long, requires_all = ["genesis", "operator", "agent_public"])]
	pub file: Option<PathBuf>,
	/// Genesis hash of the chain.
	#[arg(long, value_parser = hash, requires = "file")]
	pub genesis: Option<[u8; 32]>,
	/// The operator's account.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account, requires = "file")]
	pub operator: Option<[u8; 32]>,
	/// The agent's public key, 897 bytes in hexadecimal.
	#[arg(long, requires = "file")]
	pub agent_public: Option<String>,
}

/// Subcommands of `receipt`.
#[derive(Debug, Subcommand)]
pub enum ReceiptCommand {
	/// Write the whole proof of a final receipt as a file that anybody can verify offline.
	Prove(ProveArgs),
	/// Verify a proof against a header that you trust. Needs no configuration and no key.
	Verify(VerifyArgs),
	/// Have the running agent write receipts down.
	Record(RecordArgs),
}

/// Subcommands of `keys`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
	/// Have the signer make new session keys and put them on chain. They are in force after the
	/// session that follows the current one; until then the old ones must stay.
	Rotate(ConfigArgs),
}

/// Arguments of `receipt prove`.
#[derive(Debug, Args)]
pub struct ProveArgs {
	/// Number of the receipt.
	pub seq: u64,
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// The file to write, instead of standard output.
	#[arg(long, short, value_name = "FILE")]
	pub out: Option<PathBuf>,
}

/// Arguments of `receipt verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
	/// The proof.
	pub file: PathBuf,
	/// Hash of the finalized block that you trust, the one named by `receipt prove`.
	#[arg(long, value_parser = hash, requires = "genesis", required_unless_present = "node")]
	pub header: Option<[u8; 32]>,
	/// Genesis hash of the chain.
	#[arg(long, value_parser = hash, requires = "header")]
	pub genesis: Option<[u8; 32]>,
	/// Ask this node for both instead: only as trustworthy as the node.
	#[arg(long, value_name = "URL", conflicts_with_all = ["header", "genesis"])]
	pub node: Option<String>,
}

/// Arguments of `receipt record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
	/// Where the configuration is.
	#[command(flatten)]
	pub config: ConfigArgs,
	/// Name or number of the kind.
	#[arg(long, default_value = "document")]
	pub kind: String,
	/// One receipt with this file's content, instead of one for each line of standard input.
	#[arg(long)]
	pub file: Option<PathBuf>,
}

/// The answer to a command that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
	/// Yes, or done.
	Yes,
	/// No.
	No,
}

/// Parses the command line and carries it out.
pub fn main() -> ExitCode {
	let cli = Cli::parse();
	let default = match cli.command {
		Command::Run(_) => "info",
		_ => "warn",
	};
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_ansi(std::io::stderr().is_terminal())
		.with_writer(std::io::stderr)
		.init();
	let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
		Ok(runtime) => runtime,
		Err(error) => {
			eprintln!("error: cannot start: {error}");
			return ExitCode::from(3);
		}
	};
	let result = runtime.block_on(commands::execute(cli.command));
	// What still blocks a thread (a signer that does not answer) must not hold up the end.
	runtime.shutdown_background();
	match result {
		Ok(Answer::Yes) => ExitCode::SUCCESS,
		Ok(Answer::No) => ExitCode::from(1),
		Err(error) => {
			eprintln!("error: {}", whole(&error));
			ExitCode::from(3)
		}
	}
}

/// An error with its causes, without those that its own words repeat.
pub(crate) fn whole(error: &anyhow::Error) -> String {
	error.chain().fold(String::new(), |mut text, cause| {
		let cause = cause.to_string();
		if !text.contains(&cause) {
			if !text.is_empty() {
				text.push_str(": ");
			}
			text.push_str(&cause);
		}
		text
	})
}

fn hash(text: &str) -> Result<[u8; 32], String> {
	hexed::decode_array(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn the_help_says_how_to_see_more() {
		let help = Cli::command().render_long_help().to_string();
		assert!(help.contains("RUST_LOG"), "{help}");
	}

	#[test]
	fn a_cause_is_told_once() {
		let error = anyhow::anyhow!("no room").context("cannot write x: no room").context("outer");
		assert_eq!(whole(&error), "outer: cannot write x: no room");
	}

	#[test]
	fn an_account_may_be_an_address() {
		let register = |inviter: &str| {
			let args = ["qh-agent", "register", "--out", "r.json", "--inviter", inviter];
			match Cli::try_parse_from(args).map(|cli| cli.command) {
				Ok(Command::Register(args)) => args.inviter,
				_ => None,
			}
		};
		let address = register("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").unwrap();
		assert_eq!(register(&hexed::encode(&address)), Some(address));
		assert_eq!(register("5Grw"), None);
	}

	#[test]
	fn a_proof_is_verified_against_something_trusted_or_not_at_all() {
		let parse = |extra: &[&str]| {
			let start = ["qh-agent", "receipt", "verify", "proof.json"];
			Cli::try_parse_from(start.iter().chain(extra)).map(|_| ())
		};
		let zero = "0x".to_owned() + &"00".repeat(32);
		assert!(parse(&[]).is_err());
		assert!(parse(&["--header", &zero]).is_err());
		assert!(parse(&["--header", "0x00", "--genesis", &zero]).is_err());
		parse(&["--header", &zero, "--genesis", &zero]).unwrap();
		parse(&["--node", "ws://127.0.0.1:9944"]).unwrap();
	}
}
