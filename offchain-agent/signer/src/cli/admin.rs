// SPDX-License-Identifier: Apache-2.0
//! Commands to a running signer.

use super::{
	passphrase, print, sign, AllowArgs, AllowCommand, ClassArg, Command, KeysCommand, RoleArg,
	SpecArgs,
};
use crate::signer::ANY_CALL;
use anyhow::{anyhow, bail, Context};
use qh_crypto::Scheme;
use qh_signer_client::{
	protocol::{KeySpec, LeaseId},
	AccountId, AdminClient, Horizon, KeyClass, KeyRole, RefusalCode,
};
use std::{path::Path, time::Duration};
use zeroize::Zeroizing;

/// Longest wait for an answer: unlocking derives keys.
const WITHIN: Duration = Duration::from_secs(30);
/// Sessions of these commands end with the command; this is for commands that are killed.
const LEASE_SECONDS: u32 = 60;

const PASSPHRASE: &str = "the operator's passphrase";

pub(super) fn execute(dir: &Path, command: Command) -> anyhow::Result<()> {
	let client = AdminClient::connect(dir, WITHIN);
	match command {
		Command::Status => print::status(&client.status()?),
		Command::Lock => {
			client.lock()?;
			print::line("locked");
		}
		Command::Unlock => {
			client.unlock(&passphrase::read_line(PASSPHRASE)?)?;
			print::line("unlocked");
		}
		Command::Keys(command) => keys(&client, command)?,
		Command::Allow(command) => allow(&client, command)?,
		Command::Sign { file } => sign::sign(&client, &file)?,
		Command::Release { set, round } => {
			let horizon = set.zip(round).map(|(set_id, round)| Horizon { set_id, round });
			session(&client, |lease| Ok(client.release_quarantine(lease, horizon)?))?;
			// Without a word of the operator's, the floor is at or above every vote there was.
			let Horizon { set_id, round } = horizon
				.or(client.status()?.horizon)
				.ok_or_else(|| anyhow!("released, but the signer does not say where"))?;
			print::line(format!(
				"released: no votes in set {set_id} at or under round {round}, nor in earlier sets. \
				 Compare that with where finality stands"
			));
		}
		Command::AuthoriseAgent { hours } => {
			session(&client, |lease| Ok(client.authorise_agent(lease, hours)?))?;
			print::line(format!("authorised for {hours} hours"));
		}
		Command::AdoptReceipts { key, next_seq, head } => {
			session(&client, |lease| Ok(client.adopt_receipt_chain(lease, key, next_seq, head)?))?;
			print::line("adopted");
		}
		Command::Init(_)
		| Command::Validator(_)
		| Command::Bind(_)
		| Command::Run { .. }
		| Command::Log(_)
		| Command::Legacy(_) => return Err(anyhow!("this command needs no running signer")),
	}
	Ok(())
}

fn keys(client: &AdminClient, command: KeysCommand) -> anyhow::Result<()> {
	match command {
		KeysCommand::List => client.keys()?.iter().for_each(print::key),
		KeysCommand::Create(arguments) => {
			let spec = spec(arguments)?;
			let made = session_with(client, passphrase::read_rest, |lease, entropy| {
				Ok(client.create_key(lease, spec, &entropy)?)
			})?;
			print::key(&made);
		}
		KeysCommand::Import(arguments) => {
			let spec = spec(arguments)?;
			let made = session_with(client, read_seed, |lease, seed| {
				Ok(client.import_key(lease, spec, *seed)?)
			})?;
			print::key(&made);
		}
		KeysCommand::Remove { key } => {
			session(client, |lease| Ok(client.remove_key(lease, key)?))?;
			print::line("removed");
		}
		KeysCommand::NewSession { owner } => {
			let keys = session(client, |lease| Ok(client.new_session_keys(lease, owner)?))?;
			print::session_keys(&keys);
		}
	}
	Ok(())
}

fn allow(client: &AdminClient, command: AllowCommand) -> anyhow::Result<()> {
	match command {
		AllowCommand::List { key } => {
			let calls = match client.calls(key) {
				// An operator's list is sealed with its key.
				Err(error) if error.reason() == Some(RefusalCode::NoLease) => {
					session(client, |_| Ok(client.calls(key)?))?
				}
				other => other?,
			};
			if calls.is_empty() {
				print::line("it may sign no call");
			}
			calls.iter().for_each(print::line);
		}
		AllowCommand::Add(AllowArgs { key, calls }) => {
			let (before, after) = change(client, key, |lease| client.allow(lease, key, calls))?;
			let added: Vec<_> = missing(&after, &before).collect();
			if added.is_empty() {
				print::line("nothing changed: its list had these already");
			}
			added.iter().for_each(|call| print::line(format!("allowed: {call}")));
			if after.iter().any(|call| call == ANY_CALL)
				&& added.iter().all(|call| *call != ANY_CALL)
			{
				print::line(format!(
					"it may still sign every call: `qh-signer allow remove {} '{ANY_CALL}'` ends that",
					print::hexadecimal(&key)
				));
			}
		}
		AllowCommand::Remove(AllowArgs { key, calls }) => {
			let names = calls.clone();
			let (before, after) = change(client, key, |lease| client.disallow(lease, key, calls))?;
			let removed: Vec<_> = missing(&before, &after).collect();
			removed.iter().for_each(|call| print::line(format!("no longer allowed: {call}")));
			let unlisted: Vec<_> = missing(&names, &before).map(String::as_str).collect();
			if removed.is_empty() {
				bail!("nothing changed: its list has no {}", unlisted.join(", "));
			}
			if !unlisted.is_empty() {
				print::line(format!("it was not on the list: {}", unlisted.join(", ")));
			}
			if after.iter().any(|call| call == ANY_CALL) {
				print::line(format!("it may still sign every call, by the entry {ANY_CALL}"));
			}
		}
	}
	Ok(())
}

/// Change a key's list: as it was before, and as it is.
fn change(
	client: &AdminClient,
	key: AccountId,
	act: impl FnOnce(LeaseId) -> Result<(), qh_signer_client::Error>,
) -> anyhow::Result<(Vec<String>, Vec<String>)> {
	session(client, |lease| {
		let before = client.calls(key)?;
		act(lease)?;
		Ok((before, client.calls(key)?))
	})
}

/// What of `some` is not in `others`.
fn missing<'a>(some: &'a [String], others: &'a [String]) -> impl Iterator<Item = &'a String> {
	some.iter().filter(|call| !others.contains(call))
}

/// Act within a session that ends with the act.
pub(super) fn session<T>(
	client: &AdminClient,
	act: impl FnOnce(LeaseId) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
	session_with(client, || Ok(()), |lease, ()| act(lease))
}

/// With more to read from standard input, after the passphrase: nobody is waited for while the
/// operator's keys are in memory.
fn session_with<T, I>(
	client: &AdminClient,
	read: impl FnOnce() -> anyhow::Result<I>,
	act: impl FnOnce(LeaseId, I) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
	let passphrase = passphrase::read_line(PASSPHRASE)?;
	let input = read()?;
	let lease = client.open_lease(&passphrase, LEASE_SECONDS)?;
	let result = act(lease, input);
	// What was done is the answer, whatever became of the session.
	if let Err(error) = client.close_lease() {
		tracing::warn!(%error, "the session was not ended; it ends by itself in {LEASE_SECONDS} s");
	}
	result
}

fn read_seed() -> anyhow::Result<Zeroizing<[u8; 32]>> {
	let line = passphrase::read_line("the seed")?;
	let mut seed = Zeroizing::new([0u8; 32]);
	hex::decode_to_slice(&*line, &mut seed[..]).context("a seed is 64 hex digits")?;
	Ok(seed)
}

fn spec(arguments: SpecArgs) -> anyhow::Result<KeySpec> {
	let scheme: Scheme =
		arguments.scheme.parse().map_err(|error| anyhow!("{}: {error}", arguments.scheme))?;
	Ok(KeySpec {
		class: match arguments.class {
			ClassArg::Consensus => KeyClass::Consensus,
			ClassArg::Agent => KeyClass::Agent,
			ClassArg::Operator => KeyClass::Operator,
		},
		role: match arguments.role {
			RoleArg::Aura => KeyRole::Aura,
			RoleArg::Grandpa => KeyRole::Grandpa,
			RoleArg::Account => KeyRole::Account,
		},
		scheme: scheme.index(),
		label: arguments.label,
		operator: arguments.operator,
		canary: arguments.canary,
	})
}
