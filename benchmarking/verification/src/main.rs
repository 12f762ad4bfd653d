// SPDX-License-Identifier: Apache-2.0

//! Measures what verifying a signature costs inside the runtime's own executor.
//!
//! The wasm is the production one: nothing is built into it for the sake of measuring. Two
//! transactions of each scheme go through `TaggedTransactionQueue_validate_transaction`, in turns:
//!
//! - one whose address is not the key's account: refused after hashing, *before* verification;
//! - one whose payload is not the signed one: refused *after* a complete verification.
//!
//! Both are refused with `BadProof` and differ in nothing else, so the difference of their medians
//! is the verification. Beside it stands sr25519's host function, which a runtime with classical
//! accounts calls: a small module calls it inside the same executor.
//!
//! Further the cost of a block and of a transaction that does nothing is measured, its signature
//! left out: blocks with and without remarks are executed as a node imports them, with the state in
//! memory.
//!
//! All times are processor time, so that a busy machine does not show. What a transfer weighs is not
//! measured here: it is what the runtime charges, from the weights that it was built with.
//!
//! With `--write` the medians become the runtime's weights.

#![allow(clippy::print_stdout, reason = "what this program prints is what it is called for")]

mod clock;
mod host;
mod overhead;
mod report;
mod runtime;
mod transaction;

use anyhow::{Context, Result};
use clap::Parser;
use qh_crypto::Scheme;
use std::{path::PathBuf, time::Duration};

/// Measures what verifying a signature costs inside the runtime's own executor.
#[derive(Parser)]
#[command(version)]
struct Args {
	/// Pairs of transactions a scheme.
	#[arg(long, default_value_t = 1_000)]
	rounds: usize,
	/// The runtime's wasm instead of the one inside this program.
	#[arg(long, value_name = "FILE")]
	wasm: Option<PathBuf>,
	/// Transactions of a block, for the cost of one.
	#[arg(long, default_value_t = 500)]
	transactions: u32,
	/// Write the weights into this folder of the runtime.
	#[arg(long, value_name = "FOLDER")]
	write: Option<PathBuf>,
}

/// Medians of one scheme.
struct Cost {
	scheme: Scheme,
	/// Inside the runtime's wasm.
	wasm: Duration,
	/// The same code compiled for this machine.
	native: Duration,
}

/// Medians of what every block and every transaction costs.
struct Overhead {
	/// A block with nothing but its inherent.
	block: Duration,
	/// A signed transaction that does nothing, without the verification of its signature.
	transaction: Duration,
}

fn main() -> Result<()> {
	let args = Args::parse();
	let code = match &args.wasm {
		Some(file) => std::fs::read(file)?,
		None => qh_chain_spec::spec::embedded_wasm()?.to_vec(),
	};
	let runtime = runtime::Loaded::new(code)?;
	let costs = Scheme::ALL
		.into_iter()
		.map(|scheme| {
			Ok(Cost {
				scheme,
				wasm: runtime.verification(scheme, args.rounds)?,
				native: runtime::native_verification(scheme, args.rounds)?,
			})
		})
		.collect::<Result<Vec<_>>>()?;
	let sr25519 = host::sr25519_verification(args.rounds)?;
	let falcon = costs.iter().find(|cost| cost.scheme == Scheme::Falcon512);
	let falcon = falcon.map(|cost| cost.wasm).unwrap_or_default();
	let overhead = runtime.overhead(args.transactions, args.rounds / 20, falcon)?;
	print!("{}", report::table(&costs, sr25519));
	println!();
	print!("{}", report::overhead_table(&overhead));
	let transfers = Scheme::ALL
		.into_iter()
		.map(|scheme| Ok((scheme, runtime.transfer_weight(scheme)?)))
		.collect::<Result<Vec<_>>>()?;
	println!();
	print!("{}", report::transfer_table(&transfers));
	if let Some(folder) = &args.write {
		let header = report::Header::new(args.rounds, args.transactions);
		std::fs::write(folder.join("verification.rs"), header.verification(&costs))?;
		std::fs::write(folder.join("overhead.rs"), header.overhead(&overhead))?;
	}
	Ok(())
}

/// How much longer `long` takes than `short`: the difference of their medians.
///
/// They run in turns, so that a slow moment of the machine hits both.
fn difference(
	rounds: usize,
	mut short: impl FnMut() -> Result<Duration>,
	mut long: impl FnMut() -> Result<Duration>,
) -> Result<Duration> {
	// Compiles the wasm and warms the caches.
	for _ in 0..10 {
		short()?;
		long()?;
	}
	let mut shorter = Vec::with_capacity(rounds);
	let long = median(rounds, || {
		shorter.push(short()?);
		long()
	})?;
	let mut shorter = shorter.into_iter();
	let short = median(rounds, || shorter.next().context("as many as of the long ones"))?;
	Ok(long.saturating_sub(short))
}

/// The median of what `measure` gives in `rounds` calls.
fn median(rounds: usize, mut measure: impl FnMut() -> Result<Duration>) -> Result<Duration> {
	let mut samples = (0..rounds.max(1)).map(|_| measure()).collect::<Result<Vec<_>>>()?;
	samples.sort_unstable();
	Ok(samples[samples.len() / 2])
}
