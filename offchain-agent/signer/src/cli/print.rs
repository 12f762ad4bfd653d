// SPDX-License-Identifier: Apache-2.0
//! What commands answer, on standard output.
#![allow(clippy::print_stdout)] // This is a command's answer.

use crate::config::{Config, Paths};
use qh_crypto::Scheme;
use qh_signer_client::{KeyInfo, SessionKeys, Status};
use std::path::PathBuf;

/// A line.
pub(super) fn line(text: impl core::fmt::Display) {
	println!("{text}");
}

/// Bytes as everything here writes them.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A key.
pub(super) fn key(info: &KeyInfo) {
	let scheme = Scheme::try_from(info.scheme).map_or("unknown", Scheme::name);
	println!(
		"{}  {:<9}  {:<7}  {scheme}  {}",
		hexadecimal(&info.id),
		format!("{:?}", info.class).to_lowercase(),
		format!("{:?}", info.role).to_lowercase(),
		info.label
	);
}

/// What `init` made, and what becomes of a copy of it.
pub(super) fn files(paths: &Paths, config: &Config) {
	let file = |path: PathBuf, what: &str| println!("{}: {what}", path.display());
	file(paths.vault(), "the keys, sealed. Back it up, and again whenever keys change");
	file(
		paths.dir.join(&config.credential),
		"opens session keys and agent keys. Back it up, apart from the vault",
	);
	file(paths.config(), "settings. Back it up");
	file(paths.log(), "what was signed. It stays: an older copy in its place is a quarantine");
	println!("the passphrase is in none of them: without it the operator's key is lost");
}

/// New session keys.
pub(super) fn session_keys(keys: &SessionKeys) {
	println!("keys:  {}", hexadecimal(&keys.keys()));
	println!("proof: {}", hexadecimal(&keys.proof()));
}

/// The signer's state.
pub(super) fn status(status: &Status) {
	let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".into());
	println!("version:    {} (protocol {})", status.version, status.protocol);
	println!("genesis:    {}", hexadecimal(&status.genesis));
	println!("locked:     {}", if status.locked { "yes" } else { "no" });
	println!("quarantine: {}", or_none(status.quarantine.clone()));
	println!("last slot:  {}", or_none(status.last_slot.map(|slot| slot.to_string())));
	println!(
		"last vote:  {}",
		or_none(status.horizon.map(|at| format!("set {}, round {}", at.set_id, at.round)))
	);
	println!(
		"session:    {}",
		or_none(status.lease_seconds.map(|seconds| format!("{seconds} s left")))
	);
	println!("signed:     {} since the start, {} refused", status.signed, status.refused);
	println!(
		"log:        {} records, generation {}, head {}",
		status.log.records,
		status.log.generation,
		hexadecimal(&status.log.head)
	);
	if let Some(error) = &status.log.error {
		println!("log error:  {error}");
	}
	for check in &status.sandbox {
		let verdict = if check.holds { "holds" } else { "MISSING" };
		println!("sandbox:    {:<15} {verdict} ({})", check.name, check.detail);
	}
}
