// SPDX-License-Identifier: Apache-2.0
//! `validator` and `bind`: a network's first validators, before and after there is a genesis.

use super::{passphrase, print, sign::replace, BindArgs, Chain, ValidatorArgs};
use crate::{
	config::{Config, Paths},
	sandbox,
	signer::{Signer, ValidatorChoice},
};
use anyhow::{bail, Context};
use qh_signer_client::to_address;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A validator in a file for `qh-chain-spec build --validators`: FORMATS.md, "Genesis".
#[derive(Serialize)]
struct Entry {
	operator: String,
	agent: String,
	segment: u16,
	keys: String,
	proof: String,
}

/// Print the list with the vault's validator.
pub(super) fn validator(dir: &Path, arguments: ValidatorArgs) -> anyhow::Result<()> {
	let (_, signer) = open(dir, arguments.credential)?;
	let choice = ValidatorChoice { operator: arguments.operator, agent: arguments.agent };
	let validator = signer.validator(choice);
	signer.close();
	let validator = validator?;
	let entry = Entry {
		operator: to_address(&validator.operator),
		agent: to_address(&validator.agent),
		segment: arguments.segment,
		keys: format!("0x{}", hex::encode(&validator.keys)),
		proof: format!("0x{}", hex::encode(&validator.proof)),
	};
	print::line(serde_json::to_string_pretty(&[entry])?);
	Ok(())
}

/// Bind the vault to a chain, and write the length of its slots into the configuration.
pub(super) fn bind(dir: &Path, arguments: BindArgs) -> anyhow::Result<()> {
	let (paths, signer) = open(dir, arguments.credential)?;
	let Chain { genesis, slot_ms } = arguments.chain;
	let bind = || {
		signer.check_unbound()?;
		let passphrase = passphrase::read_line("the operator's passphrase")?;
		// Before the vault: once that is bound, nothing corrects a length that was never written.
		set_slot_ms(&paths.config(), slot_ms)?;
		anyhow::Ok(signer.bind(genesis, &passphrase)?)
	};
	let bound = bind();
	signer.close();
	bound?;
	print::line(format!(
		"bound to the chain with genesis 0x{} and slots of {slot_ms} ms",
		hex::encode(genesis)
	));
	Ok(())
}

fn open(dir: &Path, credential: Option<PathBuf>) -> anyhow::Result<(Paths, Signer)> {
	let paths = Paths::new(std::path::absolute(dir)?);
	let mut config = Config::load(&paths.dir)?;
	if let Some(credential) = credential {
		config.credential = std::path::absolute(credential)?;
	}
	sandbox::harden().context("cannot prepare the process")?;
	Ok((paths.clone(), Signer::open_offline(paths, config)?))
}

/// Replace the one line, so that a person's comments stay.
fn set_slot_ms(path: &Path, slot_ms: u64) -> anyhow::Result<()> {
	let text =
		std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
	let is_it = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == "slot_ms");
	let lines = text.lines().map(|line| {
		if is_it(line) {
			format!("slot_ms = {slot_ms}\n")
		} else {
			format!("{line}\n")
		}
	});
	let changed: String = lines.collect();
	if !Config::parse(&changed, path).is_ok_and(|config| config.slot_ms == slot_ms) {
		bail!("write slot_ms = {slot_ms} into {}, and bind again", path.display());
	}
	replace(path, changed.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_length_of_slots_is_replaced_and_nothing_else() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("config.toml");
		let text =
			|slot_ms| format!("# slot_ms = 1: mine\nslot_ms = {slot_ms}\ncredential = \"c\"\n");
		std::fs::write(&path, text(6000)).unwrap();
		set_slot_ms(&path, 1000).unwrap();
		assert_eq!(std::fs::read_to_string(&path).unwrap(), text(1000));
		std::fs::write(&path, "\"slot_ms\" = 6000\n").unwrap();
		let error = set_slot_ms(&path, 1000).unwrap_err().to_string();
		assert!(error.contains("write slot_ms = 1000"), "{error}");
	}
}
