// SPDX-License-Identifier: Apache-2.0
//! `qh-agent init`

#![allow(clippy::print_stdout, reason = "the answer of a command")]

use crate::{
	cli::{Answer, InitArgs},
	config::{self, Answers, Config},
	durable::{self, FileError},
	hexed,
	log::Owner,
	sender::Identity,
	signer::RemoteSigner,
	state_dir::StateDir,
};
use anyhow::{bail, Context};
use qh_signer_client::{KeyClass, KeyInfo, KeyRole};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Writes the configuration if there is none, and binds the state folder to the signer's agent.
pub(super) async fn init(args: InitArgs) -> anyhow::Result<Answer> {
	let (state_dir, signer_dir) = (absolute(&args.dir)?, absolute(&args.signer)?);
	// The client wants to know the chain for requests that are not made here.
	let signer = RemoteSigner::new(&signer_dir, [0; 32], [0; 32], TIMEOUT);
	let genesis = signer.status().await?.genesis;
	let key = choose(signer.accounts().await?, args.agent)?;
	let operator = args.operator.or(key.operator).with_context(|| {
		format!(
			"the signer does not know whose agent {} is: name the operator's account with \
			 --operator",
			hexed::encode(&key.id)
		)
	})?;
	let found = key.public.len();
	let agent_public = key.public.try_into().map_err(|_| {
		anyhow::anyhow!("the agent's key has {found} bytes; it must be a Falcon-512 key (897)")
	})?;
	let identity = Identity { owner: Owner { genesis, operator }, agent: key.id, agent_public };

	let state = StateDir::new(&state_dir);
	state.create()?;
	state.set_identity(&identity)?;
	let answers = Answers {
		state_dir,
		node_url: args.node,
		signer_dir,
		metrics: args.metrics,
		health_interval_ms: args.health_interval_ms,
	};
	let written = write_config(&args.config, &answers)?;
	println!("chain     {}", hexed::encode(&genesis));
	println!("operator  {}", hexed::encode(&operator));
	println!("agent     {}", hexed::encode(&identity.agent));
	println!("state     {}", state.path().display());
	let note = if written { "" } else { " (kept as it was)" };
	println!("config    {}{note}", args.config.display());
	println!(
		"next      qh-agent doctor --config {0} && qh-agent run --config {0}",
		args.config.display()
	);
	Ok(Answer::Yes)
}

/// The agent's key: the one that was asked for, or the only one.
fn choose(keys: Vec<KeyInfo>, wanted: Option<[u8; 32]>) -> anyhow::Result<KeyInfo> {
	let mut keys: Vec<_> = keys
		.into_iter()
		.filter(|key| key.class == KeyClass::Agent && key.role == KeyRole::Account)
		.filter(|key| wanted.is_none_or(|wanted| wanted == key.id))
		.collect();
	match (keys.len(), keys.pop()) {
		(1, Some(key)) => Ok(key),
		(0, _) if wanted.is_some() => bail!("the signer has no agent key with that account"),
		(0, _) => bail!(
			"the signer has no agent key: make one with `qh-signer keys create`, or import the \
			 development keys with `qh-signer init --dev`"
		),
		(count, _) => bail!("the signer has {count} agent keys: choose one with --agent"),
	}
}

fn write_config(path: &Path, answers: &Answers) -> anyhow::Result<bool> {
	if path.exists() {
		let found = Config::load(path)?;
		if found.state_dir != answers.state_dir {
			bail!(
				"{} exists and has the state folder {}, not {}",
				path.display(),
				found.state_dir.display(),
				answers.state_dir.display()
			);
		}
		return Ok(false);
	}
	durable::replace(path, config::template(answers).as_bytes())?;
	Config::load(path)?;
	Ok(true)
}

fn absolute(path: &Path) -> Result<PathBuf, FileError> {
	std::path::absolute(path).map_err(FileError::on("find", path))
}
