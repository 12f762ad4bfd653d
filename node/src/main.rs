// SPDX-License-Identifier: Apache-2.0

//! The QuantumHarmony node: Aura and GRANDPA over Falcon-512, with the keys in another process.
//!
//! What it promises:
//! - It holds no secret key. Blocks and votes are signed by `qh-signer`, which sees what it signs:
//!   the whole header of a block ([`proposer`]) and the vote with its round and set
//!   ([`keystore`]). Keys in the node's own memory exist for the development networks only.
//! - It starts and follows the chain without the signer, waits for it where waiting is safe, and
//!   never ends because of it, unless the signer says that signing would be an equivocation.
//! - An author who seals two blocks for one slot is reported ([`import`]).
//!
//! Everything else is polkadot-sdk's: network, database, pool, runtime execution, RPC.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![allow(clippy::print_stderr, reason = "the program's last words")]

mod chain_spec;
mod cli;
mod command;
mod import;
mod keystore;
mod proposer;
mod rpc;
mod service;

use std::{error::Error, process::ExitCode};

fn main() -> ExitCode {
	let Err(error) = command::run() else { return ExitCode::SUCCESS };
	// Most errors name their cause already.
	let mut text = error.to_string();
	let mut cause = error.source();
	while let Some(error) = cause {
		let said = error.to_string();
		if !text.contains(&said) {
			text = format!("{text}: {said}");
		}
		cause = error.source();
	}
	eprintln!("error: {text}");
	ExitCode::FAILURE
}
