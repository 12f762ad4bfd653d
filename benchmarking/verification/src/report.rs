// SPDX-License-Identifier: Apache-2.0

//! The table for people, and the weights for the runtime.

use crate::{Cost, Overhead};
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

/// The costs that no transaction escapes as a Markdown table.
pub(crate) fn overhead_table(overhead: &Overhead) -> String {
	format!(
		"| overhead | time |\n\
		 |---|---|\n\
		 | empty block | {} |\n\
		 | signed transaction that does nothing, without its signature | {} |\n",
		micros(overhead.block),
		micros(overhead.transaction),
	)
}

/// What a transfer weighs, a scheme, as a Markdown table.
pub(crate) fn transfer_table(weights: &[(Scheme, Duration)]) -> String {
	let mut text = String::from(
		"| scheme | weight of a transfer, in all |\n\
		 |---|---|\n",
	);
	for (scheme, weight) in weights {
		// Writing to a string does not fail.
		let _ = writeln!(text, "| {} | {} |", scheme.name(), micros(*weight));
	}
	text
}

/// What the files of weights say of their own making.
pub(crate) struct Header(String);

impl Header {
	pub(crate) fn new(rounds: usize, transactions: u32) -> Self {
		Self(format!(
			"//! Medians, written by `qh-verification-cost --rounds {rounds} --transactions \
			 {transactions} \\\n//! --write runtime/src/weights`.\n//! CPU: {}.\n",
			cpu()
		))
	}

	/// The runtime's weights of verification.
	pub(crate) fn verification(&self, costs: &[Cost]) -> String {
		let mut arms = String::new();
		for Cost { scheme, wasm, .. } in costs {
			let name = match scheme {
				Scheme::Falcon512 => "Falcon512",
				Scheme::SlhDsaSha2_128s => "SlhDsaSha2_128s",
				Scheme::MlDsa65 => "MlDsa65",
			};
			let weight = weight(*wasm);
			let _ = writeln!(arms, "\t\tScheme::{name} => {weight},");
		}
		format!(
			"\
// SPDX-License-Identifier: Apache-2.0

//! What verifying one signature costs inside the runtime's wasm, a scheme. Generated; do not edit.
//!
{header}
use frame_support::weights::Weight;
use qh_crypto::Scheme;

/// Cost of verifying one signature of `scheme`.
pub const fn weight_of(scheme: Scheme) -> Weight {{
	match scheme {{
{arms}	}}
}}
",
			header = self.0,
		)
	}

	/// The runtime's weights of every block and every transaction.
	pub(crate) fn overhead(&self, overhead: &Overhead) -> String {
		format!(
			"\
// SPDX-License-Identifier: Apache-2.0

//! What every block and every transaction costs, whatever they do. Generated; do not edit.
//!
{header}
use frame_support::weights::Weight;

/// Cost of a block with nothing but its inherent.
pub const BLOCK: Weight = {block};

/// Cost of a signed transaction that does nothing, without the verification of its signature.
pub const TRANSACTION: Weight = {transaction};
",
			header = self.0,
			block = weight(overhead.block),
			transaction = weight(overhead.transaction),
		)
	}
}

/// The expression of a weight.
fn weight(time: Duration) -> String {
	let picoseconds = (time.as_nanos() * 1_000).to_string();
	let mut grouped = String::new();
	for (i, digit) in picoseconds.chars().enumerate() {
		if i > 0 && (picoseconds.len() - i).is_multiple_of(3) {
			grouped.push('_');
		}
		grouped.push(digit);
	}
	format!("Weight::from_parts({grouped}, 0)")
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
