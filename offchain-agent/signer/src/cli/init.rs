// SPDX-License-Identifier: Apache-2.0
//! `init`: a new vault, log, credential and configuration.

use super::{passphrase, print, Chain, InitArgs};
use crate::{
	config::{Config, Paths, SandboxPart},
	init::{check_free, init as make, Setup},
	service::Sockets,
	vault::Kdf,
	wal::NO_CHAIN,
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
/// Length of slots until `bind` says which it is; nothing signs blocks before that.
const SLOT_MS_UNBOUND: u64 = 6000;

pub(super) fn init(dir: &Path, arguments: InitArgs) -> anyhow::Result<()> {
	let paths = Paths::new(std::path::absolute(dir)?);
	check_free(&paths)?;
	Sockets::check_paths(&paths)?;
	let chain = arguments.genesis.zip(arguments.slot_ms);
	let chain = chain.map(|(genesis, slot_ms)| Chain { genesis, slot_ms });
	let (config, is_new) = config(&paths, &arguments, chain)?;
	let (kdf, passphrase) = match &arguments.dev {
		Some(name) if !dev::NAMES.contains(&name.as_str()) => {
			bail!("{name} is no development account; there are {}", dev::NAMES.join(", "))
		}
		Some(_) => (DEV_KDF, Zeroizing::new(DEV_PASSPHRASE.to_vec())),
		None => {
			let prompt = "the operator's new passphrase";
			(Kdf::default(), passphrase::read_new(prompt, MIN_PASSPHRASE)?)
		}
	};
	DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(dir)
		.with_context(|| format!("cannot make {}", dir.display()))?;
	// Before the vault: a vault whose configuration never came to be could not be run.
	if is_new {
		let text = toml::to_string(&config).context("cannot write the configuration")?;
		write_new(&paths.config(), format!("{CONFIG_HEAD}\n{text}").as_bytes())?;
	}
	let credential = credential(&paths.dir.join(&config.credential))?;
	let setup = Setup {
		genesis: chain.map_or(NO_CHAIN, |chain| chain.genesis),
		kdf,
		credential: &credential,
		passphrase: &passphrase,
		operator: arguments.operator,
		dev: arguments.dev.as_deref(),
	};
	let keys = make(&paths, &config, &setup)?;
	keys.iter().for_each(print::key);
	print::files(&paths, &config);
	if let Some(name) = &arguments.dev {
		print::line(format!("these are {name}'s keys, which everybody knows: development only"));
	}
	if chain.is_none() {
		print::line(
			"bound to no chain: `qh-signer validator` prints what a genesis needs, and `qh-signer \
			 bind` makes these the keys of one chain",
		);
	}
	Ok(())
}

/// The configuration that an earlier, interrupted attempt or a person left, if it says the same; or
/// a new one, and that it is new.
fn config(
	paths: &Paths,
	arguments: &InitArgs,
	chain: Option<Chain>,
) -> anyhow::Result<(Config, bool)> {
	let credential = arguments.credential.as_ref().map(std::path::absolute).transpose()?;
	let path = paths.config();
	if path.exists() {
		let config = Config::load(&paths.dir)?;
		if let Some(Chain { slot_ms, .. }) = chain.filter(|to| to.slot_ms != config.slot_ms) {
			bail!("{} says slot_ms = {}, not {slot_ms}: change it", path.display(), config.slot_ms);
		}
		if credential.is_some_and(|asked| asked != paths.dir.join(&config.credential)) {
			bail!("{} names another credential: change it", path.display());
		}
		return Ok((config, false));
	}
	let mut config = Config::new(chain.map_or(SLOT_MS_UNBOUND, |chain| chain.slot_ms));
	if arguments.dev.is_some() {
		// Keys that everybody knows are worth no sandbox; a developer's host may lack any part of it.
		config.sandbox.allow_missing = SandboxPart::ALL.to_vec();
	}
	if let Some(credential) = credential {
		config.credential = credential;
	}
	Ok((config, true))
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

fn write_new(path: &Path, content: &[u8]) -> anyhow::Result<()> {
	let write = || {
		let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
		file.write_all(content)?;
		file.sync_all()
	};
	write().with_context(|| format!("cannot write {}", path.display()))
}
