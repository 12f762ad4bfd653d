// SPDX-License-Identifier: Apache-2.0
//! The text of a weight file, in the customary forms.

use crate::{
	sample::{Measured, Plane},
	Args, Style,
};
use std::fmt::Write;

/// What the file says of its own making.
pub(crate) struct Header {
	pallet: String,
	command: String,
	steps: u32,
	repeat: u32,
	cpu: String,
}

impl Header {
	/// The header for a run with `args`.
	pub(crate) fn of(args: &Args, pallet: &str) -> Self {
		Self {
			pallet: pallet.to_owned(),
			command: format!(
				"qh-weights --pallet {pallet} --steps {} --repeat {}",
				args.steps, args.repeat
			),
			steps: args.steps,
			repeat: args.repeat,
			cpu: cpu(),
		}
	}
}

fn cpu() -> String {
	std::fs::read_to_string("/proc/cpuinfo")
		.ok()
		.and_then(|info| {
			info.lines()
				.find(|line| line.starts_with("model name"))
				.and_then(|line| line.split(':').nth(1))
				.map(|name| name.trim().to_owned())
		})
		.unwrap_or_else(|| "unknown".to_owned())
}

/// The whole file.
pub(crate) fn weight_file(header: &Header, style: Style, measured: &[Measured]) -> String {
	let mut out = String::new();
	let text = &mut out;
	line(text, "// SPDX-License-Identifier: Apache-2.0");
	line(text, &format!("//! Weights of `{}`, generated; do not edit.", header.pallet));
	line(text, "//!");
	line(text, "//! Written by `make weights` from the runtime's own benchmarks:");
	line(text, &format!("//! `{}`", header.command));
	line(
		text,
		&format!(
			"//! Steps: {}, repetitions: {}, CPU: {}.",
			header.steps, header.repeat, header.cpu
		),
	);
	line(text, "");
	line(text, "#![cfg_attr(rustfmt, rustfmt_skip)]");
	line(text, "#![allow(unused_parens, unused_imports, missing_docs, clippy::unnecessary_cast)]");
	line(text, "");
	line(text, "use core::marker::PhantomData;");
	match style {
		Style::Pallet => pallet(text, header, measured),
		Style::Runtime => runtime(text, header, measured),
	}
	out
}

fn pallet(text: &mut String, header: &Header, measured: &[Measured]) {
	line(text, "use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};");
	line(text, "");
	line(text, &format!("/// Weight functions needed for `{}`.", header.pallet));
	line(text, "pub trait WeightInfo {");
	for one in measured {
		line(text, &format!("\tfn {}({}) -> Weight;", one.name, parameters(one, false)));
	}
	line(text, "}");
	line(text, "");
	line(
		text,
		&format!("/// Weights for `{}` with the runtime's own database costs.", header.pallet),
	);
	line(text, "pub struct SubstrateWeight<T>(PhantomData<T>);");
	line(text, "impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {");
	functions(text, measured, "T::DbWeight::get()");
	line(text, "}");
	line(text, "");
	line(text, "// For tests.");
	line(text, "impl WeightInfo for () {");
	functions(text, measured, "RocksDbWeight::get()");
	line(text, "}");
}

fn runtime(text: &mut String, header: &Header, measured: &[Measured]) {
	line(text, "use frame_support::{traits::Get, weights::Weight};");
	line(text, "");
	line(text, &format!("/// Weight functions of `{}`.", header.pallet));
	line(text, "pub struct WeightInfo<T>(PhantomData<T>);");
	line(
		text,
		&format!(
			"impl<T: frame_system::Config> {} for WeightInfo<T> {{",
			match header.pallet.as_str() {
				"frame_system_extensions" => "frame_system::ExtensionsWeightInfo".to_owned(),
				pallet => format!("{pallet}::WeightInfo"),
			}
		),
	);
	functions(text, measured, "T::DbWeight::get()");
	line(text, "}");
}

fn functions(text: &mut String, measured: &[Measured], db: &str) {
	for one in measured {
		for (item, touched) in &one.storage {
			line(
				text,
				&format!("\t/// Storage: `{item}` (r:{} w:{})", touched.reads, touched.writes),
			);
		}
		for (name, low, high) in &one.components {
			line(text, &format!("\t/// The range of component `{name}` is `[{low}, {high}]`."));
		}
		line(text, &format!("\tfn {}({}) -> Weight {{", one.name, parameters(one, true)));
		line(
			text,
			&format!("\t\t// Minimum execution time: {} picoseconds.", grouped(one.minimum)),
		);
		line(
			text,
			&format!(
				"\t\tWeight::from_parts({}, {})",
				grouped(one.time.base),
				grouped(one.proof_size.base)
			),
		);
		for (index, (name, _, _)) in one.components.iter().enumerate() {
			let (time, proof) = (one.time.slopes[index], one.proof_size.slopes[index]);
			if time > 0 || proof > 0 {
				let (time, proof) = (grouped(time), grouped(proof));
				line(
					text,
					&format!("\t\t\t.saturating_add(Weight::from_parts({time}, {proof}).saturating_mul({name}.into()))"),
				);
			}
		}
		database(text, one, db, "reads", &one.reads);
		database(text, one, db, "writes", &one.writes);
		line(text, "\t}");
	}
}

fn database(text: &mut String, one: &Measured, db: &str, method: &str, plane: &Plane) {
	if plane.base > 0 {
		line(text, &format!("\t\t\t.saturating_add({db}.{method}({}_u64))", plane.base));
	}
	for (index, (name, _, _)) in one.components.iter().enumerate() {
		let slope = plane.slopes[index];
		if slope > 0 {
			line(
				text,
				&format!("\t\t\t.saturating_add({db}.{method}(({slope}_u64).saturating_mul({name}.into())))"),
			);
		}
	}
}

/// The function's parameters; one that costs nothing gets an underscore where it has a body.
fn parameters(one: &Measured, body: bool) -> String {
	let mut out = String::new();
	for (index, (name, _, _)) in one.components.iter().enumerate() {
		let used = [&one.time, &one.reads, &one.writes, &one.proof_size]
			.iter()
			.any(|plane| plane.slopes[index] > 0);
		let prefix = if used || !body { "" } else { "_" };
		// Writing to a string cannot fail.
		let _ = write!(out, "{prefix}{name}: u32, ");
	}
	out
}

/// Digits in groups of three.
fn grouped(number: u128) -> String {
	let digits = number.to_string();
	let mut out = String::with_capacity(digits.len() + digits.len() / 3);
	for (index, digit) in digits.chars().enumerate() {
		if index > 0 && (digits.len() - index).is_multiple_of(3) {
			out.push('_');
		}
		out.push(digit);
	}
	out
}

fn line(out: &mut String, text: &str) {
	out.push_str(text);
	out.push('\n');
}
