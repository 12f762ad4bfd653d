// SPDX-License-Identifier: Apache-2.0
//! `init`: a new vault, log, credential and configuration.

use super::{passphrase, print, InitArgs};
use crate::{
	config::{Config, Paths, SandboxPart},
	init::{init as make, Setup},
	vault::Kdf,
};
use anyhow::{bail, Context};
use qh_crypto::dev;
use std::{
	fs::{DirBuilder, OpenOptions},
	io::Write,
	os::unix::fs::{DirBuilderExt, OpenOptionsExt},
	path::Path,
};
use zeroize::Zeroizing;

/// Cost of guessing a passphrase that everybody knows.
const DEV_KDF: Kdf = Kdf { memory_kib: 1024, passes: 1, lanes: 1 };
const DEV_PASSPHRASE: &[u8] = b"dev";
/// In front of the configuration.
const CONFIG_HEAD: &str = "\
# What the signer is told from outside. Nothing here widens what keys may sign: that is in the vault.
#
# [peers]            who may connect, where it is not the signer's own user:
#                    node = { uid = 1000, gid = 1000 }, and agent, admin, metrics likewise
# [agent]            unattended: \"always\", or \"authorised\" for `qh-signer authorise-agent --hours N`
#                    calls: what a new agent key may sign
# [limits]           token buckets, per key
# [sandbox]          allow_missing: parts that this host lacks and may lack, of \"landlock\",
#                    \"seccomp\", \"network-namespace\", \"secret-memory\"
";
/// Shortest passphrase.
const MIN_PASSPHRASE: usize = 8;

pub(super) fn init(dir: &Path, arguments: InitArgs) -> anyhow::Result<()> {
	let paths = Paths::new(dir);
	if paths.vault().exists() {
		bail!("there is a vault at {} already: it is never overwritten", paths.vault().display());
	}
	let (kdf, passphrase) = match &arguments.dev {
		Some(name) if !dev::NAMES.contains(&name.as_str()) => {
			bail!("{name} is no development account; there are {}", dev::NAMES.join(", "))
		}
		Some(_) => (DEV_KDF, Zeroizing::new(DEV_PASSPHRASE.to_vec())),
		None => (Kdf::default(), passphrase::read_line("the operator's new passphrase")?),
	};
	if arguments.dev.is_none() && passphrase.len() < MIN_PASSPHRASE {
		bail!("a passphrase has at least {MIN_PASSPHRASE} bytes");
	}
	DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(dir)
		.with_context(|| format!("cannot make {}", dir.display()))?;

	let mut config = Config::new(arguments.slot_ms);
	if arguments.dev.is_some() {
		// Keys that everybody knows are worth no sandbox; a developer's host may lack any part of it.
		config.sandbox.allow_missing = SandboxPart::ALL.to_vec();
	}
	if let Some(credential) = arguments.credential {
		config.credential = std::path::absolute(credential)?;
	}
	let credential = credential(&paths.dir.join(&config.credential))?;
	let setup = Setup {
		genesis: arguments.genesis,
		kdf,
		credential: &credential,
		passphrase: &passphrase,
		operator: arguments.operator,
		dev: arguments.dev.as_deref(),
	};
	let keys = make(&paths, &config, &setup)?;
	write_config(&paths, &config)?;
	keys.iter().for_each(print::key);
	if let Some(name) = &arguments.dev {
		print::line(format!("these are {name}'s keys, which everybody knows: development only"));
	}
	Ok(())
}

/// Read the credential, or make one of 32 random bytes.
fn credential(path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
	if path.exists() {
		return Ok(crate::signer::read_credential(path)?);
	}
	let mut secret = Zeroizing::new(vec![0u8; 32]);
	getrandom::fill(&mut secret).context("no randomness")?;
	write_new(path, &secret)?;
	Ok(secret)
}

fn write_config(paths: &Paths, config: &Config) -> anyhow::Result<()> {
	if paths.config().exists() {
		print::line(format!("{} is kept as it is", paths.config().display()));
		return Ok(());
	}
	let text = toml::to_string(config).context("cannot write the configuration")?;
	let text = format!("{CONFIG_HEAD}\n{text}");
	write_new(&paths.config(), text.as_bytes())
}

fn write_new(path: &Path, content: &[u8]) -> anyhow::Result<()> {
	let write = || {
		let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
		file.write_all(content)?;
		file.sync_all()
	};
	write().with_context(|| format!("cannot write {}", path.display()))
}
