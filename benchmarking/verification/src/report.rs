// SPDX-License-Identifier: Apache-2.0

//! The table for people, and the weights for the runtime.

use crate::Cost;
use qh_crypto::Scheme;
use std::{fmt::Write, time::Duration};

/// The costs as a Markdown table.
pub(crate) fn table(costs: &[Cost], sr25519: Duration) -> String {
	let mut text = String::from(
		"| scheme | public key + signature | in the runtime's wasm | native | beside sr25519 |\n\
		 |---|---|---|---|---|\n",
	);
	for Cost { scheme, wasm, native } in costs {
		let bytes = scheme.public_len() + scheme.signature_len();
		row(&mut text, scheme.name(), bytes, *wasm, Some(*native), sr25519);
	}
	row(&mut text, "sr25519, host function", 32 + 64, sr25519, None, sr25519);
	text
}

fn row(
	text: &mut String,
	name: &str,
	bytes: usize,
	wasm: Duration,
	native: Option<Duration>,
	sr25519: Duration,
) {
	let native = native.map_or("–".into(), micros);
	let ratio = wasm.as_secs_f64() / sr25519.as_secs_f64();
	// Writing to a string does not fail.
	let _ =
		writeln!(text, "| {name} | {bytes} bytes | {} | {native} | {ratio:.2} × |", micros(wasm));
}

fn micros(time: Duration) -> String {
	format!("{:.1} µs", time.as_secs_f64() * 1e6)
}

/// The runtime's file of weights.
pub(crate) fn weights(costs: &[Cost], rounds: usize) -> String {
	let mut arms = String::new();
	for Cost { scheme, wasm, .. } in costs {
		let name = match scheme {
			Scheme::Falcon512 => "Falcon512",
			Scheme::SlhDsaSha2_128s => "SlhDsaSha2_128s",
			Scheme::MlDsa65 => "MlDsa65",
		};
		let picoseconds = wasm.as_nanos() * 1_000;
		let _ = writeln!(arms, "\t\tScheme::{name} => Weight::from_parts({picoseconds}, 0),");
	}
	format!(
		"\
// SPDX-License-Identifier: Apache-2.0

//! What verifying one signature costs inside the runtime's wasm, a scheme. Generated; do not edit.
//!
//! Medians of {rounds} rounds, written by
//! `qh-verification-cost --rounds {rounds} --write runtime/src/weights/verification.rs`.
//! CPU: {cpu}.

use frame_support::weights::Weight;
use qh_crypto::Scheme;

/// Cost of verifying one signature of `scheme`.
pub const fn weight_of(scheme: Scheme) -> Weight {{
	match scheme {{
{arms}	}}
}}
",
		cpu = cpu(),
	)
}

/// The machine's processor.
fn cpu() -> String {
	std::fs::read_to_string("/proc/cpuinfo")
		.ok()
		.and_then(|info| {
			let line = info.lines().find(|line| line.starts_with("model name"))?;
			Some(line.split_once(':')?.1.trim().to_owned())
		})
		.unwrap_or_else(|| "unknown".into())
}
