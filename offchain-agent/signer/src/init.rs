// SPDX-License-Identifier: Apache-2.0
//! A new vault and log, bound to each other and to a chain, or to none until `bind`.

use crate::{
	clock::{Clock, SystemClock},
	config::{Config, Paths},
	rules::{Event, State},
	signer::{fresh_seed, new_entry, StartError, ANY_CALL},
	vault::{Class, Entry, Kdf, Vault, VaultError},
	wal::{Anchor, Wal},
};
use qh_crypto::{dev::dev_seed, Scheme};
use qh_signer_client::{protocol::KeySpec, AccountId, Hash, KeyClass, KeyInfo, KeyRole};
use std::fs;
use zeroize::Zeroizing;

/// What a new signer is made from.
pub struct Setup<'a> {
	/// Genesis hash of its chain, or [`NO_CHAIN`](crate::wal::NO_CHAIN).
	pub genesis: Hash,
	/// Cost of the vault's key derivation.
	pub kdf: Kdf,
	/// Opens session keys and agent keys.
	pub credential: &'a [u8],
	/// Opens the operator's keys.
	pub passphrase: &'a [u8],
	/// The operator, if its key is elsewhere.
	pub operator: Option<AccountId>,
	/// Name of the development account whose known keys to take.
	pub dev: Option<&'a str>,
}

/// Make vault and log with one agent key, both session keys, and an operator's key unless it is
/// elsewhere. The vault comes last: without it, nothing has happened.
pub fn init(paths: &Paths, config: &Config, setup: &Setup<'_>) -> Result<Vec<KeyInfo>, StartError> {
	check_free(paths)?;
	let mut vault = Vault::create(
		&paths.vault(),
		setup.genesis,
		setup.kdf,
		setup.credential,
		setup.passphrase,
	)?;
	let mut keys = Vec::new();
	let mut operator = Vec::new();
	let mut owner = setup.operator;
	if owner.is_none() {
		let entry = make(setup, KeyClass::Operator, KeyRole::Account, None, vec![ANY_CALL.into()])?;
		owner = Some(entry.info.id);
		operator.push(entry);
	}
	let agent = make(setup, KeyClass::Agent, KeyRole::Account, owner, config.agent.calls.clone())?;
	let session = [
		make(setup, KeyClass::Consensus, KeyRole::Aura, None, vec![])?,
		make(setup, KeyClass::Consensus, KeyRole::Grandpa, None, vec![])?,
	];
	keys.extend(operator.iter().chain([&agent]).chain(&session).map(|entry| entry.info.clone()));

	let limits = &config.limits;
	let now_ms = SystemClock.now_ms();
	let mut state = State { time_ms: now_ms, ..State::default() };
	let wal = Wal::create(&paths.log(), vault.identity(), config.log.file_size, &state)?;
	for info in &keys {
		let KeyInfo { id, class, role, .. } = *info;
		let event = Event::KeyAdded { key: id, class, role, imported: false };
		wal.append(now_ms, None, event.clone(), &state);
		state.apply(&event, now_ms, limits);
	}
	wal.flush()?;

	let opened = vault.open(setup.credential)?;
	let (_, operator_key) = vault.open_operator(setup.passphrase)?;
	vault.set_entries(Class::Operator, &operator, &operator_key)?;
	vault.set_entries(Class::Agent, &vec![agent], &opened.agent_key)?;
	let mut content = opened.consensus;
	content.entries.extend(session);
	content.operator.extend(operator.iter().map(|entry| entry.info.clone()));
	let (records, head) = wal.head();
	content.anchor = Anchor { generation: 0, records, head };
	vault.set_consensus(content, &opened.consensus_key)?;
	vault.write()?;
	Ok(keys)
}

/// Whether there is neither a vault nor what one has left: a log that outlives its vault still knows
/// what keys signed.
pub fn check_free(paths: &Paths) -> Result<(), StartError> {
	if paths.vault().exists() {
		return Err(VaultError::Exists(paths.vault()).into());
	}
	if fs::read_dir(paths.log()).is_ok_and(|mut files| files.next().is_some()) {
		return Err(StartError::LogWithoutVault(paths.log()));
	}
	Ok(())
}

fn make(
	setup: &Setup<'_>,
	class: KeyClass,
	role: KeyRole,
	operator: Option<AccountId>,
	calls: Vec<String>,
) -> Result<Entry, StartError> {
	let name = match (class, role) {
		(_, KeyRole::Aura) => "aura",
		(_, KeyRole::Grandpa) => "grandpa",
		(KeyClass::Agent, _) => "agent",
		_ => "account",
	};
	let (label, seed) = match setup.dev {
		Some(dev) => (format!("{dev}/{name}"), Zeroizing::new(dev_seed(dev, name))),
		None => {
			let seed = fresh_seed(&[]).map_err(|refusal| StartError::Key(refusal.message))?;
			(name.to_owned(), seed)
		}
	};
	let scheme = Scheme::Falcon512.index();
	let spec = KeySpec { class, role, scheme, label, operator, canary: false };
	new_entry(&spec, &seed, calls, SystemClock.now_ms()).map_err(StartError::Key)
}
