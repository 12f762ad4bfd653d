// SPDX-License-Identifier: Apache-2.0
//! qh-signer: see the library's documentation.
#![allow(clippy::print_stderr)] // The program's last words.

use clap::Parser;
use std::{io::IsTerminal, process::ExitCode};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_ansi(std::io::stderr().is_terminal())
		.with_writer(std::io::stderr)
		.init();
	let Err(error) = qh_signer::cli::Cli::parse().execute() else { return ExitCode::SUCCESS };
	// Many errors name their cause already.
	let mut text = error.to_string();
	for cause in error.chain().skip(1).map(ToString::to_string) {
		if !text.contains(&cause) {
			text = format!("{text}: {cause}");
		}
	}
	eprintln!("error: {text}");
	ExitCode::FAILURE
}
