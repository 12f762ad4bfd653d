// SPDX-License-Identifier: Apache-2.0
//! `qh-weights`: runs the benchmarks of a runtime and writes a weight file a pallet.
//!
//! It executes the wasm of a runtime built with `runtime-benchmarks` in polkadot-sdk's own executor,
//! with its own benchmarking database and its own regression; only the loop over components and the
//! file's text are here. The full command-line tool of polkadot-sdk does the same and more, for
//! seven hundred more dependencies.
//!
//! `make weights` runs it for every pallet of this tree.

// The program's output is its purpose.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod render;
mod runtime;
mod sample;

use anyhow::{bail, Context, Result};
use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Runs a pallet's benchmarks and writes its weight file.
#[derive(Debug, Parser)]
#[command(name = "qh-weights", version)]
struct Args {
	/// The runtime's wasm, built with the feature `runtime-benchmarks`.
	#[arg(long)]
	runtime: PathBuf,
	/// The genesis preset whose state the benchmarks start from.
	#[arg(long, default_value = "development")]
	preset: String,
	/// The pallet's crate name, such as `pallet_operators`; without it, lists the benchmarks.
	#[arg(long)]
	pallet: Option<String>,
	/// Values taken of each component, from its lowest to its highest.
	#[arg(long, default_value_t = 50)]
	steps: u32,
	/// Measurements of each value.
	#[arg(long, default_value_t = 20)]
	repeat: u32,
	/// Which of the two customary kinds of weight file to write.
	#[arg(long, value_enum, default_value_t = Style::Pallet)]
	style: Style,
	/// Where to write the file; without it, prints it.
	#[arg(long)]
	output: Option<PathBuf>,
}

/// The customary kinds of weight file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Style {
	/// A pallet's own: the trait, `SubstrateWeight<T>` and an implementation for tests.
	Pallet,
	/// A runtime's: `WeightInfo<T>` that implements an existing pallet's trait.
	Runtime,
}

fn main() -> Result<()> {
	let args = Args::parse();
	if args.steps < 2 || args.repeat < 1 {
		bail!("at least two steps and one repetition are needed to see a slope");
	}
	let code = std::fs::read(&args.runtime)
		.with_context(|| format!("cannot read the runtime {}", args.runtime.display()))?;
	let runtime = runtime::Runtime::load(code, &args.preset)?;
	let (lists, storage) = runtime.benchmarks()?;

	let Some(pallet) = &args.pallet else {
		for list in &lists {
			for benchmark in &list.benchmarks {
				println!("{} {}", utf8(&list.pallet), utf8(&benchmark.name));
			}
		}
		return Ok(());
	};

	let mut measured = Vec::new();
	for list in lists.iter().filter(|list| utf8(&list.pallet) == *pallet) {
		for benchmark in &list.benchmarks {
			eprintln!("==> {pallet}::{}", utf8(&benchmark.name));
			let samples = sample::sample(&runtime, list, benchmark, args.steps, args.repeat)?;
			measured.push(sample::analyse(utf8(&benchmark.name), &samples, &storage)?);
		}
	}
	if measured.is_empty() {
		bail!("the runtime has no benchmarks of {pallet}: run without --pallet for the list");
	}
	let text = render::weight_file(&render::Header::of(&args, pallet), args.style, &measured);
	match &args.output {
		Some(path) => std::fs::write(path, text)
			.with_context(|| format!("cannot write the weight file {}", path.display()))?,
		None => print!("{text}"),
	}
	Ok(())
}

/// Names in the runtime's metadata are ASCII.
fn utf8(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}
