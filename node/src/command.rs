// SPDX-License-Identifier: Apache-2.0

//! Runs what the command line asks for.

#![allow(clippy::print_stdout, reason = "the commands answer on stdout")]

use crate::{
	chain_spec,
	cli::{self, Cli, NewSessionKeysCmd, NodeKeyCmd, Subcommand},
	keystore::{KeySource, NewSessionKeys, Restart},
	service,
};
use qh_runtime::opaque::Block;
use qh_signer_client::NodeClient;
use sc_cli::{Result, SubstrateCli};
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::ChainSpec;
use std::{os::unix::process::CommandExt, path::PathBuf, process::Command, time::Duration};

/// Deadline for the signer to make session keys.
const NEW_KEYS_WITHIN: Duration = Duration::from_secs(30);

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"QuantumHarmony".into()
	}

	fn impl_version() -> String {
		env!("CARGO_PKG_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
	}

	fn copyright_start_year() -> i32 {
		2025
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn ChainSpec>, String> {
		chain_spec::load(id)
	}

	fn setup_command(command: clap::Command) -> clap::Command {
		let version = format!("{}\n", Self::impl_version());
		cli::adjust(command)
			.name(Self::executable_name())
			.version(version)
			.author(Self::author())
			.about(Self::description())
			.after_help(format!("Support: {}", Self::support_url()))
			.propagate_version(true)
			.args_conflicts_with_subcommands(true)
			.subcommand_negates_reqs(true)
	}
}

/// Parses the command line and runs it.
pub(crate) fn run() -> Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(Subcommand::Key(NodeKeyCmd::GenerateNodeKey(command))) => command.run(),
		Some(Subcommand::Key(NodeKeyCmd::InspectNodeKey(command))) => command.run(),
		Some(Subcommand::NewSessionKeys(command)) => new_session_keys(command),
		Some(Subcommand::BuildSpec(command)) => {
			let runner = cli.create_runner(command)?;
			runner.sync_run(|config| command.run(config.chain_spec, config.network))
		}
		Some(Subcommand::ExportChainSpec(command)) => {
			command.run(chain_spec::load(&command.chain)?)
		}
		Some(Subcommand::CheckBlock(command)) => cli.create_runner(command)?.async_run(|config| {
			let parts = service::new_partial(&config)?;
			Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => {
			cli.create_runner(command)?.async_run(|config| {
				let parts = service::new_partial(&config)?;
				Ok((command.run(parts.client, config.database), parts.task_manager))
			})
		}
		Some(Subcommand::ExportState(command)) => cli.create_runner(command)?.async_run(|config| {
			let parts = service::new_partial(&config)?;
			Ok((command.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => {
			cli.create_runner(command)?.async_run(|config| {
				let parts = service::new_partial(&config)?;
				Ok((command.run(parts.client, parts.import_queue), parts.task_manager))
			})
		}
		Some(Subcommand::PurgeChain(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run(config.database))
		}
		Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|config| {
			let parts = service::new_partial(&config)?;
			let aux_revert = Box::new(|client, _, blocks| {
				sc_consensus_grandpa::revert(client, blocks)?;
				Ok(())
			});
			let revert = command.run(parts.client, parts.backend, Some(aux_revert));
			Ok((revert, parts.task_manager))
		}),
		Some(Subcommand::ChainInfo(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run::<Block>(&config))
		}
	}
}

fn run_node(cli: &Cli) -> Result<()> {
	let keys = cli.run.key_source()?;
	let serves_session_keys = cli.run.serves_session_keys();
	let restart = Restart::new(cli.run.keeps_database());
	let wanted = restart.clone();
	let runner = cli.create_runner(&cli.run)?;
	let result = runner.run_node_until_exit(|config| async move {
		if let KeySource::Development(name) = &keys {
			let id = config.chain_spec.id();
			if !chain_spec::has_dev_keys(id) {
				return Err(sc_cli::Error::Input(format!(
					"everybody knows the keys of {name}: they are for the development networks, \
					 not for {id}; use `--signer DIR`"
				)));
			}
		}
		match config.network.network_backend {
			NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(
				config,
				keys,
				restart,
				serves_session_keys,
			),
			NetworkBackendType::Libp2p => {
				service::new_full::<NetworkWorker<_, _>>(config, keys, restart, serves_session_keys)
			}
		}
		.map_err(sc_cli::Error::Service)
	});
	if wanted.is_wanted() {
		return Err(start_anew());
	}
	result
}

/// Replaces the process by a new one of the same program with the same arguments, under the same
/// process id. Returns only if that fails.
fn start_anew() -> sc_cli::Error {
	let mut arguments = std::env::args_os();
	let name = arguments.next().unwrap_or_default();
	match std::env::current_exe() {
		Ok(path) => Command::new(program_at(path)).arg0(name).args(arguments).exec().into(),
		Err(error) => error.into(),
	}
}

/// What to execute for this very program, whose file is or was at `path`: Linux adds " (deleted)" to
/// the path of a file that was replaced, but still executes it by its link.
fn program_at(path: PathBuf) -> PathBuf {
	match path.is_file() {
		true => path,
		false => "/proc/self/exe".into(),
	}
}

/// Asks the signer itself, without a running node.
fn new_session_keys(command: &NewSessionKeysCmd) -> Result<()> {
	let failed = |error: qh_signer_client::Error| {
		let dir = command.signer.display();
		sc_cli::Error::Input(match &error {
			qh_signer_client::Error::Unreachable { .. } => {
				format!("{error}; does it run? `qh-signer run --dir {dir}` starts it")
			}
			_ => error.to_string(),
		})
	};
	// The signer refuses a genesis that is not its own, and it has only one.
	let genesis = NodeClient::connect(&command.signer, [0; 32])
		.status(NEW_KEYS_WITHIN)
		.map_err(failed)?
		.genesis;
	let keys: NewSessionKeys = NodeClient::connect(&command.signer, genesis)
		.new_session_keys(command.owner.clone().into(), NEW_KEYS_WITHIN)
		.map_err(failed)?
		.into();
	let owner: &[u8] = command.owner.as_ref();
	let json = serde_json::json!({
		"genesis": sp_core::bytes::to_hex(&genesis, false),
		"owner": sp_core::bytes::to_hex(owner, false),
		"keys": keys.keys,
		"proof": keys.proof,
	});
	println!("{json:#}");
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_replaced_program_is_still_found() {
		let path = std::env::current_exe().unwrap();
		assert_eq!(program_at(path.clone()), path);
		let mut replaced = path.into_os_string();
		replaced.push(" (deleted)");
		assert!(program_at(replaced.into()).is_file());
	}
}
