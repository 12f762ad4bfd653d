// SPDX-License-Identifier: Apache-2.0
//! A network of validators on this machine, in a folder of its own.

use crate::validator::{run, Chain, Validator};
use anyhow::{Context, Result};
use std::{
	ffi::OsStr,
	path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The development accounts in the order in which presets take them.
pub const NAMES: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// What networks share of the machine, on which slots last a second: two of one validator at a time,
/// or one of several.
static MACHINE: Semaphore = Semaphore::const_new(WHOLE as usize);
const WHOLE: u32 = 2;

/// A running network; everything stops and is removed when it is dropped.
#[derive(Debug)]
pub struct Network {
	/// The validators, in the order of [`NAMES`] where they are development accounts.
	pub validators: Vec<Validator>,
	/// What they share.
	pub chain: Chain,
	// After the validators, so that processes end before their folder goes.
	dir: TempDir,
	_machine: SemaphorePermit<'static>,
}

impl Network {
	/// Prepares a network of the preset with its validators; nothing runs yet.
	///
	/// Waits until the machine has room for it beside what this process has started before.
	pub async fn prepare(preset: &str, validators: usize) -> Result<Self> {
		let share = if validators > 1 { WHOLE } else { 1 };
		Self::on(MACHINE.acquire_many(share).await?, preset, validators, &[])
	}

	/// The same with the machine to itself, because blocks are counted, and with more arguments for
	/// the program that builds the spec.
	pub async fn prepare_alone(preset: &str, validators: usize, more: &[&OsStr]) -> Result<Self> {
		Self::on(MACHINE.acquire_many(WHOLE).await?, preset, validators, more)
	}

	/// Prepares a network like the preset, with one validator whose keys are its own: they were made in
	/// a signer before there was a chain. Nothing runs yet.
	pub async fn founded(preset: &str) -> Result<Self> {
		let machine = MACHINE.acquire_many(1).await?;
		let dir = tempfile::Builder::new().prefix("quantumharmony-").tempdir()?;
		let founder = Validator::founder("founder", dir.path(), preset)?;
		let chain = founder.chain.clone();
		Ok(Self { validators: vec![founder], chain, dir, _machine: machine })
	}

	fn on(
		machine: SemaphorePermit<'static>,
		preset: &str,
		validators: usize,
		more: &[&OsStr],
	) -> Result<Self> {
		let dir = tempfile::Builder::new().prefix("quantumharmony-").tempdir()?;
		let chain = chain_with(preset, dir.path(), more)?;
		let validators = NAMES
			.iter()
			.take(validators)
			.map(|name| Validator::prepare(name, &dir.path().join(name), &chain))
			.collect::<Result<_>>()?;
		Ok(Self { validators, chain, dir, _machine: machine })
	}

	/// Starts signer and node of every validator.
	pub async fn start(&mut self) -> Result<()> {
		let mut bootnodes = Vec::new();
		for validator in &mut self.validators {
			validator.start_signer().await?;
			validator.start_node(&bootnodes).await?;
			bootnodes.push(validator.multiaddr().await?);
		}
		Ok(())
	}

	/// The addresses of all running nodes but the one at `except`.
	pub async fn bootnodes(&self, except: usize) -> Result<Vec<String>> {
		let mut addresses = Vec::new();
		for (index, validator) in self.validators.iter().enumerate() {
			if index != except && validator.node.is_some() {
				addresses.push(validator.multiaddr().await?);
			}
		}
		Ok(addresses)
	}

	/// The folder of the network.
	pub fn dir(&self) -> &Path {
		self.dir.path()
	}
}

/// Builds the raw spec of a preset into `dir`.
pub fn chain(preset: &str, dir: &Path) -> Result<Chain> {
	chain_with(preset, dir, &[])
}

/// The same, with more arguments for the program that does it.
pub fn chain_with(preset: &str, dir: &Path, more: &[&OsStr]) -> Result<Chain> {
	let spec: PathBuf = dir.join("spec.json");
	let args: [&OsStr; 6] = [
		"build".as_ref(),
		"--preset".as_ref(),
		preset.as_ref(),
		"--raw".as_ref(),
		"--output".as_ref(),
		spec.as_os_str(),
	];
	run("qh-chain-spec", args.iter().chain(more))?;
	let genesis =
		run("qh-chain-spec", ["genesis-hash".as_ref(), "--spec".as_ref(), spec.as_os_str()])?;
	let genesis =
		genesis.split_whitespace().last().context("no genesis hash was printed")?.to_owned();
	Ok(Chain { spec, genesis })
}
