// SPDX-License-Identifier: Apache-2.0
//! The command line.

mod admin;
mod genesis;
mod init;
mod legacy;
mod log;
mod passphrase;
mod print;
mod sign;

use crate::{rules::Enforced, run, wal::NO_CHAIN};
use anyhow::{anyhow, Context};
use clap::{Args, Parser, Subcommand};
use qh_crypto::legacy::PUBLIC_LEN;
use qh_signer_client::{parse_account, AccountId, Hash};
use std::path::{Path, PathBuf};

/// What the environment sets.
const ENVIRONMENT: &str = "\
An account or a key is an SS58 address or 64 digits, with or without 0x.

Environment:
  RUST_LOG  what goes to the log on stderr: off, error, warn, info, debug, trace, or by module
            [default: info]";

/// The process that alone holds a validator's keys.
#[derive(Debug, Parser)]
#[command(name = "qh-signer", version, about, after_help = ENVIRONMENT)]
pub struct Cli {
	/// The signer's directory.
	#[arg(long, global = true, default_value = "signer", value_name = "DIR")]
	dir: PathBuf,
	#[command(subcommand)]
	command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Make a new vault, log and configuration. The operator's passphrase is read from stdin. Without
	/// --genesis the keys are for a network that is yet to be made: they sign nothing before `bind`.
	Init(InitArgs),
	/// Print what a network's genesis needs of this validator, for `qh-chain-spec build
	/// --validators`: accounts, session keys and the proof that they are here. The signer must not
	/// run.
	Validator(ValidatorArgs),
	/// Bind a vault that was made without --genesis to its chain, once. The signer must not run. The
	/// passphrase is read from stdin.
	Bind(BindArgs),
	/// Run the signer.
	Run {
		/// File with the secret that opens session keys and agent keys [default: config.toml's].
		#[arg(long, value_name = "FILE")]
		credential: Option<PathBuf>,
		/// Refuse to run if the vault is not for the chain with this genesis hash.
		#[arg(long, value_name = "HASH", value_parser = parse_hash)]
		genesis: Option<Hash>,
	},
	/// Show the state of a running signer.
	Status,
	/// Stop a running signer's signatures, also over restarts, and wipe its keys from memory: those of
	/// signatures under way as soon as they end, unanswered.
	Lock,
	/// Undo a lock. The operator's passphrase is read from stdin.
	Unlock,
	/// Keys of the vault.
	#[command(subcommand)]
	Keys(KeysCommand),
	/// What a key may sign.
	#[command(subcommand)]
	Allow(AllowCommand),
	/// Show what `qh-agent` prepared for the operator's own key, a registration or a transaction with
	/// all its arguments, and add the key's signature to the file. The passphrase is read from stdin.
	Sign {
		/// The file.
		file: PathBuf,
	},
	/// End a quarantine: session keys sign again, above what is given. The passphrase is read from
	/// stdin.
	Release {
		/// Authority set; with --round. Without both: where the node says that finality stands.
		#[arg(long, requires = "round")]
		set: Option<u64>,
		/// Round within the set.
		#[arg(long, requires = "set")]
		round: Option<u64>,
	},
	/// Let the agent's keys sign for some hours, where config.toml asks for that. The passphrase is
	/// read from stdin.
	AuthoriseAgent {
		/// From now; 0 ends it.
		#[arg(long)]
		hours: u32,
	},
	/// Say where the agent's receipts stand, after the log was lost. The passphrase is read from
	/// stdin.
	AdoptReceipts {
		/// The agent's account.
		#[arg(long, value_parser = parse_account)]
		key: AccountId,
		/// Sequence number of the next receipt.
		#[arg(long)]
		next_seq: u64,
		/// Id of the last receipt.
		#[arg(long, value_parser = parse_hash)]
		head: Hash,
	},
	/// The log.
	#[command(subcommand)]
	Log(LogCommand),
	/// Ownership of a SPHINCS+ key of the previous QuantumHarmony network. Needs no vault.
	#[command(subcommand)]
	Legacy(LegacyCommand),
}

#[derive(Debug, Subcommand)]
enum LegacyCommand {
	/// Prove with the old key that its owner is an operator here. The old secret key (256 digits) is
	/// read from stdin.
	Prove {
		/// Genesis hash of this network.
		#[arg(long, value_name = "HASH", value_parser = parse_hash)]
		genesis: Hash,
		/// The operator's account here.
		#[arg(long, value_parser = parse_account)]
		account: AccountId,
		/// Where to write the proof.
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
	},
	/// Verify such a proof.
	Verify {
		/// The old public key, 128 digits.
		#[arg(long, value_name = "KEY", value_parser = parse_old_key)]
		public: Box<[u8; PUBLIC_LEN]>,
		/// Genesis hash of this network.
		#[arg(long, value_name = "HASH", value_parser = parse_hash)]
		genesis: Hash,
		/// The operator's account here.
		#[arg(long, value_parser = parse_account)]
		account: AccountId,
		/// The proof.
		proof: PathBuf,
	},
}

#[derive(Debug, Args)]
struct InitArgs {
	/// Genesis hash of the chain; `qh-chain-spec genesis-hash --for-signer` prints this and the next.
	#[arg(long, value_name = "HASH", value_parser = parse_genesis, requires = "slot_ms")]
	genesis: Option<Hash>,
	/// Length of the chain's slots in milliseconds.
	#[arg(long, value_parser = clap::value_parser!(u64).range(1..), requires = "genesis")]
	slot_ms: Option<u64>,
	/// File with the secret that opens session keys and agent keys; made if it does not exist
	/// [default: `credential` in the directory].
	#[arg(long, value_name = "FILE")]
	credential: Option<PathBuf>,
	/// Account of an operator whose key is elsewhere; otherwise one is made here.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	operator: Option<AccountId>,
	/// Take the keys of a development account, which everybody knows: alice, bob, charlie, dave, eve
	/// or ferdie. The passphrase is `dev`.
	#[arg(long, value_name = "NAME", conflicts_with = "operator")]
	dev: Option<String>,
}

#[derive(Clone, Copy, Debug, Args)]
struct Chain {
	/// Genesis hash of the chain; `qh-chain-spec genesis-hash --for-signer` prints this and the next.
	#[arg(long, value_name = "HASH", value_parser = parse_genesis)]
	genesis: Hash,
	/// Length of the chain's slots in milliseconds.
	#[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
	slot_ms: u64,
}

#[derive(Debug, Args)]
struct BindArgs {
	#[command(flatten)]
	chain: Chain,
	/// File with the secret that opens session keys and agent keys [default: config.toml's].
	#[arg(long, value_name = "FILE")]
	credential: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ValidatorArgs {
	/// Segment of the torus, 0 to 511: at most one validator each.
	#[arg(long, value_parser = clap::value_parser!(u16).range(..=511))]
	segment: u16,
	/// Account of the operator, where the vault has several.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	operator: Option<AccountId>,
	/// Account of its agent, where the vault has several.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
	agent: Option<AccountId>,
	/// File with the secret that opens session keys and agent keys [default: config.toml's].
	#[arg(long, value_name = "FILE")]
	credential: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
	/// Show all keys.
	List,
	/// Make a key. The passphrase is read from stdin; what follows its line is mixed in as entropy.
	Create(SpecArgs),
	/// Take in a key. Passphrase and seed (64 hex digits) are read from two lines of stdin.
	Import(SpecArgs),
	/// Remove a key for good. The passphrase is read from stdin.
	Remove {
		/// Its account.
		#[arg(value_parser = parse_account)]
		key: AccountId,
	},
	/// Make session keys and print them with their proof of possession. The passphrase is read from
	/// stdin.
	NewSession {
		/// Account that will own them on chain.
		#[arg(long, value_parser = parse_account)]
		owner: AccountId,
	},
}

#[derive(Debug, Args)]
struct SpecArgs {
	/// Its class.
	#[arg(long, value_enum)]
	class: ClassArg,
	/// What it signs; an account, unless it is a session key.
	#[arg(long, value_enum, default_value = "account")]
	role: RoleArg,
	/// falcon512, slh-dsa-sha2-128s or ml-dsa-65.
	#[arg(long, default_value = "falcon512")]
	scheme: String,
	/// A name for people.
	#[arg(long, default_value = "")]
	label: String,
	/// For an agent's key: the operator that it works for.
	#[arg(long, value_parser = parse_account)]
	operator: Option<AccountId>,
	/// A trip-wire: any use of it locks the signer.
	#[arg(long)]
	canary: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ClassArg {
	Consensus,
	Agent,
	Operator,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum RoleArg {
	Aura,
	Grandpa,
	Account,
}

#[derive(Debug, Subcommand)]
enum AllowCommand {
	/// Show what a key may sign. For an operator's key, the passphrase is read from stdin.
	List {
		/// Its account.
		#[arg(value_parser = parse_account)]
		key: AccountId,
	},
	/// Allow calls. The passphrase is read from stdin. Whether the runtime has a call of a name shows
	/// only when a transaction is signed.
	Add(AllowArgs),
	/// Take calls away. The passphrase is read from stdin. A new operator's key may sign every call:
	/// add those that it shall sign, and take `*` away.
	Remove(AllowArgs),
}

#[derive(Debug, Args)]
struct AllowArgs {
	/// The key's account.
	#[arg(value_parser = parse_account)]
	key: AccountId,
	/// `Pallet.call` names, as the runtime has them; for an operator's key also `*`, every call.
	#[arg(required = true)]
	calls: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum LogCommand {
	/// Check every record against the one before.
	Verify,
}

impl Cli {
	/// Do what the command line says.
	pub fn execute(self) -> anyhow::Result<()> {
		let dir = self.dir;
		match self.command {
			Command::Init(arguments) => init::init(&dir, arguments),
			Command::Validator(arguments) => genesis::validator(&dir, arguments),
			Command::Bind(arguments) => genesis::bind(&dir, arguments),
			Command::Run { credential, genesis } => {
				let options = run::Options { dir, credential, genesis };
				run::run(options, |config| Box::new(Enforced::new(config.slot_ms)))
					.context("the signer does not run")
			}
			Command::Log(LogCommand::Verify) => log::verify(&dir),
			Command::Legacy(LegacyCommand::Prove { genesis, account, out }) => {
				legacy::prove(&genesis, &account, &out)
			}
			Command::Legacy(LegacyCommand::Verify { public, genesis, account, proof }) => {
				legacy::verify(&public, &genesis, &account, &proof)
			}
			command => admin::execute(&dir, command).map_err(|error| hint(error, &dir)),
		}
	}
}

/// Adds what to do where no signer answers.
fn hint(error: anyhow::Error, dir: &Path) -> anyhow::Error {
	match error.downcast_ref() {
		Some(qh_signer_client::Error::Unreachable { .. }) => {
			anyhow!("{error}; does it run? `qh-signer run --dir {}` starts it", dir.display())
		}
		_ => error,
	}
}

/// A genesis hash: any but the one that stands for no chain.
fn parse_genesis(text: &str) -> Result<Hash, String> {
	match parse_hash(text)? {
		NO_CHAIN => Err("32 zero bytes stand for no chain: leave it out for that".into()),
		genesis => Ok(genesis),
	}
}

/// A public key of the previous network in hex, with or without `0x`.
fn parse_old_key(text: &str) -> Result<Box<[u8; PUBLIC_LEN]>, String> {
	let mut key = Box::new([0; PUBLIC_LEN]);
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut key[..])
		.map_err(|error| format!("expected {} hex digits: {error}", 2 * PUBLIC_LEN))?;
	Ok(key)
}

/// 32 bytes in hex, with or without `0x`.
fn parse_hash(text: &str) -> Result<[u8; 32], String> {
	let mut bytes = [0u8; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|error| format!("expected 64 hex digits: {error}"))?;
	Ok(bytes)
}
