// SPDX-License-Identifier: Apache-2.0

//! Builds chain specs, prints and checks their genesis hashes, and checks the runtime's wasm.

#![allow(clippy::print_stdout, reason = "what this program prints is what it is called for")]

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use qh_chain_spec::{
	genesis::GenesisHashes,
	imports,
	network::Network,
	pins::Pins,
	spec::{self, ChainSpec},
	validators,
};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// Chain specs of the QuantumHarmony networks.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Build the chain spec of a preset.
	Build(Build),
	/// Print the genesis hash of a preset or of a spec: the last word is the hash alone, unless
	/// --for-signer asks for arguments.
	GenesisHash(GenesisHash),
	/// Compare the genesis of every preset, and every released spec, with what is pinned.
	Check {
		/// File of pins.
		#[arg(long, default_value = "chain-spec/genesis-hashes.toml")]
		pins: PathBuf,
		#[command(flatten)]
		wasm: Wasm,
	},
	/// Pin the genesis of every preset as it is now.
	Pin {
		/// File of pins.
		#[arg(long, default_value = "chain-spec/genesis-hashes.toml")]
		pins: PathBuf,
		#[command(flatten)]
		wasm: Wasm,
	},
	/// Check that the runtime's wasm imports standard host functions only.
	CheckImports {
		#[command(flatten)]
		wasm: Wasm,
		/// Print every import.
		#[arg(long)]
		list: bool,
	},
	/// Print a file of validators for a genesis preset.
	Validators(Validators),
}

/// Which runtime to use.
#[derive(Args)]
struct Wasm {
	/// The runtime's wasm, compressed or not, instead of the one inside this program.
	#[arg(long = "wasm", value_name = "FILE")]
	file: Option<PathBuf>,
}

impl Wasm {
	fn read(&self) -> Result<Vec<u8>> {
		match &self.file {
			Some(file) => {
				fs::read(file).with_context(|| format!("cannot read the wasm {}", file.display()))
			}
			None => spec::embedded_wasm().map(<[u8]>::to_vec),
		}
	}
}

#[derive(Args)]
struct Build {
	/// development, local_testnet, testnet or mainnet.
	#[arg(long)]
	preset: Network,
	/// Files of validators that take the place of the preset's: a network of one's own. `qh-signer
	/// validator` prints such a file.
	#[arg(long, value_name = "FILE", num_args = 1..)]
	validators: Vec<PathBuf>,
	/// Write the whole genesis state: what nodes are started with.
	#[arg(long)]
	raw: bool,
	/// File to write; without it the spec is printed.
	#[arg(long)]
	output: Option<PathBuf>,
	/// Let this wasm be applied as an upgrade from the first block on: test networks only.
	#[arg(long, value_name = "FILE", requires = "raw", conflicts_with = "validators")]
	authorize_upgrade: Option<PathBuf>,
	#[command(flatten)]
	wasm: Wasm,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Genesis {
	/// A preset of the runtime inside this program.
	#[arg(long)]
	preset: Option<Network>,
	/// A spec's file.
	#[arg(long, value_name = "FILE")]
	spec: Option<PathBuf>,
}

#[derive(Args)]
struct GenesisHash {
	#[command(flatten)]
	genesis: Genesis,
	/// Also print the root of the state without the code, and the hash of the wasm.
	#[arg(long)]
	all: bool,
	/// Print what `qh-signer init` and `qh-signer bind` are to be given, as arguments: the hash and the
	/// length of a slot.
	#[arg(long, conflicts_with = "all")]
	for_signer: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Validators {
	/// Validators with keys that everybody knows: alice, bob, charlie, dave, eve, ferdie.
	#[arg(long, value_name = "NAME", num_args = 1..)]
	dev: Vec<String>,
	/// This many validators with keys that nobody holds, until real ones take their place.
	#[arg(long, value_name = "COUNT")]
	placeholders: Option<u16>,
}

fn main() -> Result<()> {
	match Cli::parse().command {
		Command::Build(args) => build(&args),
		Command::GenesisHash(args) => genesis_hash(&args),
		Command::Check { pins, wasm } => check(&pins, &wasm.read()?),
		Command::Pin { pins, wasm } => pin(&pins, &wasm.read()?),
		Command::CheckImports { wasm, list } => check_imports(&wasm.read()?, list),
		Command::Validators(args) => print_validators(&args),
	}
}

fn build(args: &Build) -> Result<()> {
	let wasm = args.wasm.read()?;
	let spec = if args.validators.is_empty() {
		spec::of(args.preset, &wasm)
	} else {
		spec::with_validators(args.preset, &validators::read(&args.validators)?, &wasm)?
	};
	let mut json = spec::to_json(&spec, args.raw)?;
	if let Some(file) = &args.authorize_upgrade {
		let wasm =
			fs::read(file).with_context(|| format!("cannot read the wasm {}", file.display()))?;
		spec::authorize_upgrade(&mut json, args.preset, &wasm)?;
	}
	let text = serde_json::to_string_pretty(&json)?;
	match &args.output {
		Some(file) => fs::write(file, text)
			.with_context(|| format!("cannot write the spec {}", file.display()))?,
		None => println!("{text}"),
	}
	Ok(())
}

fn genesis_hash(args: &GenesisHash) -> Result<()> {
	let spec: ChainSpec = match (&args.genesis.preset, &args.genesis.spec) {
		(_, Some(file)) => spec::read(file)?,
		(Some(network), None) => spec::of(*network, spec::embedded_wasm()?),
		(None, None) => unreachable!("clap asks for one of them"),
	};
	let hashes = GenesisHashes::of(&spec)?;
	if args.for_signer {
		println!("--genesis {:?} --slot-ms {}", hashes.block, spec::slot_millis(&spec)?);
		return Ok(());
	}
	if args.all {
		println!("state without code {:?}", hashes.state_without_code);
		println!("wasm               {:?}", hashes.wasm);
	}
	println!("{} {:?}", spec.id(), hashes.block);
	Ok(())
}

fn check(file: &Path, wasm: &[u8]) -> Result<()> {
	let pins = Pins::read(file)?;
	for network in Network::ALL {
		let hashes = pins.check_network(network, wasm)?;
		println!("{network}: state without code is the pinned {:?}", hashes.state_without_code);
	}
	pins.check_releases(file.parent().unwrap_or(Path::new(".")))?;
	println!("{} released specs have their pinned hashes", pins.release.len());
	Ok(())
}

fn pin(file: &Path, wasm: &[u8]) -> Result<()> {
	let mut pins = if file.exists() { Pins::read(file)? } else { Pins::default() };
	pins.pin(wasm)?;
	pins.write(file)
}

fn check_imports(wasm: &[u8], list: bool) -> Result<()> {
	let imported = imports::check(wasm)?;
	if list {
		imported.iter().for_each(|name| println!("{name}"));
	}
	println!("{} imports, all of them standard host functions", imported.len());
	Ok(())
}

fn print_validators(args: &Validators) -> Result<()> {
	let validators = match args.placeholders {
		Some(count) => (0..count).map(validators::placeholder).collect::<Result<Vec<_>>>()?,
		None => args
			.dev
			.iter()
			.zip(0..)
			.map(|(name, segment)| validators::development(name, segment))
			.collect::<Result<Vec<_>>>()?,
	};
	println!("{}", serde_json::to_string_pretty(&validators)?);
	Ok(())
}
