// SPDX-License-Identifier: Apache-2.0
//! The commands, one file each.

mod doctor;
mod init;
mod keys;
mod log;
mod receipt;
mod register;
mod status;

use crate::{
	cli::{Answer, Command, ConfigArgs, KeysCommand, LogCommand, ReceiptCommand},
	config::Config,
	run,
	sender::Identity,
	state_dir::StateDir,
};

/// Carries a command out.
pub async fn execute(command: Command) -> anyhow::Result<Answer> {
	match command {
		Command::Init(args) => init::init(args).await,
		Command::Run(args) => {
			run::run(Config::load(&args.config)?).await?;
			Ok(Answer::Yes)
		}
		Command::Status(args) => status::status(args).await,
		Command::Log(LogCommand::Verify(args)) => log::verify(args),
		Command::Receipt(ReceiptCommand::Prove(args)) => receipt::prove(args),
		Command::Receipt(ReceiptCommand::Verify(args)) => receipt::verify(args).await,
		Command::Receipt(ReceiptCommand::Record(args)) => receipt::record(args).await,
		Command::Keys(KeysCommand::Rotate(args)) => keys::rotate(args).await,
		Command::Register(args) => register::register(args).await,
		Command::Invite(args) => register::invite(args).await,
		Command::Submit(args) => register::submit(args).await,
		Command::Doctor(args) => doctor::doctor(args).await,
	}
}

/// The folder and its owner.
fn open(args: &ConfigArgs) -> anyhow::Result<(Config, StateDir, Identity)> {
	let config = Config::load(&args.config)?;
	let state = StateDir::new(&config.state_dir);
	let identity = state.identity()?;
	Ok((config, state, identity))
}
