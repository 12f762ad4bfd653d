// SPDX-License-Identifier: Apache-2.0
//! `qh-agent register`, `invite` and `submit`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the answer of a command")]

use crate::{
	chain::node::{Node, Outcome},
	cli::{Answer, InviteArgs, RegisterArgs, SubmitArgs},
	hexed::{self, Hex32, HexBytes},
	run::{node_of, signer_of},
	signing::{self, KeySignature, Problem, RegistrationFile, SigningError, TransactionFile},
};
use anyhow::{bail, Context};
use qh_crypto::Scheme;
use qh_signer_client::RegistrationStatement;
use std::path::Path;

/// Writes the registration of this operator, with its agent's consent.
pub(super) async fn register(args: RegisterArgs) -> anyhow::Result<Answer> {
	let (config, _, identity) = super::open(&args.config)?;
	let (node, signer) = (node_of(&config, &identity), signer_of(&config, &identity));
	let operator = identity.owner.operator;
	newcomer(&node, operator, identity.agent).await?;
	if let Some(inviter) = args.inviter {
		if inviter == operator {
			bail!("an operator does not invite itself: without --inviter it registers and pays");
		}
		if node.agent_of(inviter).await?.is_none() {
			bail!("{} is no operator on this chain, so it cannot invite", Hex32(inviter));
		}
	}
	let consent = signer.agent_consent(operator).await.context("no consent of the agent's key")?;
	let statement = RegistrationStatement {
		genesis: identity.owner.genesis,
		operator,
		agent: identity.agent,
		inviter: args.inviter,
	};
	let agent = KeySignature {
		scheme: Scheme::Falcon512.index(),
		public: HexBytes(identity.agent_public.to_vec()),
		signature: HexBytes(consent),
	};
	signing::store(&args.out, &RegistrationFile::new(&statement, agent))?;
	let file = args.out.display();
	println!("operator  {}", Hex32(operator));
	println!("agent     {}", Hex32(identity.agent));
	match args.inviter {
		Some(inviter) => {
			println!("inviter   {}", Hex32(inviter));
			println!("next      qh-signer --dir {} sign {file}", config.signer.dir.display());
			println!("then      the inviter: qh-agent invite {file} --out invitation.json");
		}
		None => {
			println!("next      qh-signer --dir {} sign {file}", config.signer.dir.display());
			let config = args.config.config.display();
			println!("then      qh-agent invite --config {config} {file} --out transaction.json");
		}
	}
	Ok(Answer::Yes)
}

/// Writes the transaction by which this operator registers a newcomer.
pub(super) async fn invite(args: InviteArgs) -> anyhow::Result<Answer> {
	let (config, _, identity) = super::open(&args.config)?;
	let node = node_of(&config, &identity);
	let file: RegistrationFile = signing::load(&args.file)?;
	let ours = identity.owner.operator;
	let arguments = file.call(identity.owner.genesis, ours).map_err(within(&args.file))?;
	let statement = file.statement().map_err(within(&args.file))?;
	newcomer(&node, statement.operator, statement.agent).await?;
	if statement.inviter.is_some() && node.agent_of(ours).await?.is_none() {
		bail!("{} is no operator on this chain, so it cannot invite", Hex32(ours));
	}
	let nonce = node.nonce_of(ours).await?;
	let unsigned = node.compose_for(ours, ("Operators", "register", arguments), nonce).await?;
	signing::store(&args.out, &TransactionFile::new(&unsigned))?;
	let out = args.out.display();
	println!("operator  {}", Hex32(statement.operator));
	println!("agent     {}", Hex32(statement.agent));
	println!("valid     until block {}", unsigned.death.saturating_sub(1));
	println!("next      qh-signer --dir {} sign {out}", config.signer.dir.display());
	println!("then      qh-agent submit --config {} {out}", args.config.config.display());
	Ok(Answer::Yes)
}

/// Hands a signed transaction to the node and waits until it is final.
pub(super) async fn submit(args: SubmitArgs) -> anyhow::Result<Answer> {
	let (config, _, identity) = super::open(&args.config)?;
	let node = node_of(&config, &identity);
	let file: TransactionFile = signing::load(&args.file)?;
	let transaction = file.extrinsic().map_err(within(&args.file))?;
	eprintln!("handed to {}, waiting for finality", config.node.url);
	match node.finalize(&transaction).await? {
		Outcome::Done(block) => {
			println!("final in block {} {}", block.number, hexed::encode(&block.hash));
			Ok(Answer::Yes)
		}
		Outcome::Failed(block, reason) => {
			println!("FAILED in block {} {}: {reason}", block.number, hexed::encode(&block.hash));
			Ok(Answer::No)
		}
		Outcome::Refused(reason) => {
			println!("NOT ACCEPTED: {reason}");
			println!("it was valid until block {}", file.death.saturating_sub(1));
			Ok(Answer::No)
		}
	}
}

/// Refuses an operator that is registered already.
async fn newcomer(node: &Node, operator: [u8; 32], agent: [u8; 32]) -> anyhow::Result<()> {
	match node.agent_of(operator).await? {
		None => Ok(()),
		Some(found) if found == agent => {
			bail!("the operator {} is registered already, with this agent", Hex32(operator))
		}
		Some(found) => bail!(
			"the operator {} is registered already, with the agent {}: its own key names another by \
			 Operators.set_agent",
			Hex32(operator),
			Hex32(found)
		),
	}
}

/// Binds the file for `map_err`.
fn within(path: &Path) -> impl FnOnce(Problem) -> SigningError {
	let path = path.to_owned();
	move |problem| SigningError::Content { path, problem }
}
