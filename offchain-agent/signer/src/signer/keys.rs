// SPDX-License-Identifier: Apache-2.0
//! Making, importing and removing keys; session keys with their proof of possession.
//!
//! Order: the log first, then the vault. A record of a key that never came to be says nothing; an
//! imported key without its record would sign as if it were new.

use super::{agent::ANY_CALL, Grant, Inner, Listed, Peer, Signer};
use crate::{
	config::check_call,
	keyring::{public_of, Key, KeyError},
	rules::{is_call_name, Budget, Event, WHOLE_SIGNER},
	vault::{Class, Consensus, Entry, VaultError},
};
use qh_crypto::{account_id, blake2_256, Domain, Scheme};
use qh_signer_client::{
	protocol::{FalconPublic, KeySpec},
	AccountId, KeyClass, KeyInfo, KeyRole, Refusal, RefusalCode, SessionKeys,
};
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// Most keys of a vault.
const MAX_KEYS: usize = 128;
/// Longest label.
const MAX_LABEL: usize = 64;

impl Signer {
	/// Make both session keys and prove possession of them for `owner`.
	pub(super) fn new_session_keys(
		&self,
		peer: Peer,
		owner: AccountId,
	) -> Result<SessionKeys, Refusal> {
		let seeds = [fresh_seed(&[])?, fresh_seed(&[])?];
		let label = format!("session keys of 0x{}", hex::encode(owner));
		let entries =
			[(KeyRole::Aura, &seeds[0]), (KeyRole::Grandpa, &seeds[1])].map(|(role, seed)| {
				let spec = KeySpec {
					class: KeyClass::Consensus,
					role,
					scheme: Scheme::Falcon512.index(),
					label: label[..MAX_LABEL].to_owned(),
					operator: None,
					canary: false,
				};
				self.entry(&spec, seed, vec![])
			});
		let [aura, grandpa] = entries;
		let grants = self.check(|inner| {
			self.check_budget(inner, WHOLE_SIGNER, Budget::SessionKeys, 1)?;
			let keys = self.add_keys(inner, peer, vec![aura?, grandpa?], false)?;
			let records = self.wal.head().0;
			Ok(keys.into_iter().map(|key| Grant { key, records }).collect::<Vec<_>>())
		})?;
		let [aura, grandpa] = &grants[..] else {
			return Err(Refusal::new(RefusalCode::Internal, "not two session keys"));
		};
		Ok(SessionKeys {
			aura: public(&aura.key)?,
			grandpa: public(&grandpa.key)?,
			aura_proof: super::node::falcon(&self.possession(aura, &owner)?)?,
			grandpa_proof: super::node::falcon(&self.possession(grandpa, &owner)?)?,
		})
	}

	/// Prove possession of session keys that exist: both signatures, Aura's first.
	pub(super) fn prove_possession(
		&self,
		peer: Peer,
		owner: &AccountId,
		aura: &FalconPublic,
		grandpa: &FalconPublic,
	) -> Result<Vec<u8>, Refusal> {
		let mut proof = Vec::new();
		for (role, public) in [(KeyRole::Aura, aura), (KeyRole::Grandpa, grandpa)] {
			let id = account_id(Scheme::Falcon512, public);
			let grant = self.check(|inner| {
				let key = self.key(inner, peer, &id, KeyClass::Consensus, role)?;
				self.statement(inner, peer, key, Domain::POSSESSION, &statement(owner))
			})?;
			proof.extend(self.possession(&grant, owner)?);
		}
		Ok(proof)
	}

	fn possession(&self, grant: &Grant, owner: &AccountId) -> Result<Vec<u8>, Refusal> {
		self.finish(grant, Domain::POSSESSION, &statement(owner), None)
	}

	/// Make a key from the system's randomness, mixed with the operator's.
	pub(super) fn create_key(
		&self,
		inner: &mut Inner,
		peer: Peer,
		spec: &KeySpec,
		entropy: &[u8],
	) -> Result<KeyInfo, Refusal> {
		let seed = fresh_seed(entropy)?;
		self.add_key(inner, peer, spec, &seed, false)
	}

	/// Take in a key. What it signed elsewhere is not known, so session keys and receipts hold back.
	pub(super) fn import_key(
		&self,
		inner: &mut Inner,
		peer: Peer,
		spec: &KeySpec,
		seed: &[u8; 32],
	) -> Result<KeyInfo, Refusal> {
		self.add_key(inner, peer, spec, seed, true)
	}

	fn add_key(
		&self,
		inner: &mut Inner,
		peer: Peer,
		spec: &KeySpec,
		seed: &[u8; 32],
		imported: bool,
	) -> Result<KeyInfo, Refusal> {
		let calls = match spec.class {
			KeyClass::Consensus => vec![],
			KeyClass::Agent => self.config.agent.calls.clone(),
			KeyClass::Operator => vec![ANY_CALL.into()],
		};
		let entry = self.entry(spec, seed, calls)?;
		let keys = self.add_keys(inner, peer, vec![entry], imported)?;
		keys.first()
			.map(|key| key.info.clone())
			.ok_or_else(|| Refusal::new(RefusalCode::Internal, "no key was made"))
	}

	fn entry(&self, spec: &KeySpec, seed: &[u8; 32], calls: Vec<String>) -> Result<Entry, Refusal> {
		new_entry(spec, seed, calls, self.now_ms())
			.map_err(|what| Refusal::new(RefusalCode::Malformed, what))
	}

	fn add_keys(
		&self,
		inner: &mut Inner,
		peer: Peer,
		entries: Vec<Entry>,
		imported: bool,
	) -> Result<Vec<Arc<Key>>, Refusal> {
		let unlocked = inner.unlocked.as_ref().ok_or_else(|| super::locked(&inner.state))?;
		if inner.directory.len() + entries.len() > MAX_KEYS {
			return Err(Refusal::new(
				RefusalCode::TooLarge,
				format!("the vault holds at most {MAX_KEYS} keys: remove old ones first"),
			));
		}
		let mut keys = Vec::new();
		for entry in &entries {
			if inner.directory.contains_key(&entry.info.id) {
				return Err(Refusal::new(
					RefusalCode::Malformed,
					format!("the vault has the key 0x{} already", hex::encode(entry.info.id)),
				));
			}
			keys.push(Arc::new(Key::load(&unlocked.arena, entry).map_err(key_error)?));
		}
		let mut records = 0;
		for key in &keys {
			let KeyInfo { id, class, role, .. } = key.info;
			let event = Event::KeyAdded { key: id, class, role, imported };
			records = self.append(inner, Some(peer), event);
		}
		self.durable(records)?;
		for key in &keys {
			insert(inner, key.clone())?;
		}
		self.write_vault(inner).inspect_err(|_| {
			for key in &keys {
				remove(inner, &key.info.id);
			}
		})?;
		Ok(keys)
	}

	/// Remove a key from vault and memory. The rules forget what it signed, which they may: brought
	/// back, by an import or within an older vault, it holds back.
	pub(super) fn remove_key(
		&self,
		inner: &mut Inner,
		peer: Peer,
		id: &AccountId,
	) -> Result<(), Refusal> {
		let Some(removed) = remove(inner, id) else {
			return Err(unknown(id));
		};
		if let Err(refusal) = self.write_vault(inner) {
			insert(inner, removed)?;
			return Err(refusal);
		}
		let records = self.append(inner, Some(peer), Event::KeyRemoved { key: *id });
		self.durable(records)
	}

	/// Change what a key may sign. What changes nothing is no record.
	pub(super) fn change_calls(
		&self,
		inner: &mut Inner,
		peer: Peer,
		id: &AccountId,
		added: Vec<String>,
		removed: Vec<String>,
	) -> Result<(), Refusal> {
		let unlocked = inner.unlocked.as_ref().ok_or_else(|| super::locked(&inner.state))?;
		let lease = inner.lease.as_ref().ok_or_else(super::no_lease)?;
		let key =
			unlocked.keys.get(id).or_else(|| lease.keys.get(id)).ok_or_else(|| unknown(id))?;
		if key.info.class == KeyClass::Consensus {
			return Err(Refusal::new(RefusalCode::NotAllowed, "session keys sign no calls"));
		}
		added.iter().try_for_each(|name| check_addition(key.info.class, name))?;
		let mut calls: Vec<String> =
			key.calls.iter().filter(|call| !removed.contains(call)).cloned().collect();
		calls.extend(added.iter().cloned());
		calls.sort_unstable();
		calls.dedup();
		if calls == key.calls {
			return Ok(());
		}
		let changed = Arc::new(key.with_calls(&unlocked.arena, calls).map_err(key_error)?);
		let before = key.clone();
		let records = self.append(inner, Some(peer), Event::Calls { key: *id, added, removed });
		self.durable(records)?;
		insert(inner, changed)?;
		if let Err(refusal) = self.write_vault(inner) {
			insert(inner, before)?;
			return Err(refusal);
		}
		Ok(())
	}

	fn write_vault(&self, inner: &mut Inner) -> Result<(), Refusal> {
		inner.write_vault().map_err(|error| {
			tracing::error!(%error, "the vault cannot be written");
			Refusal::new(RefusalCode::VaultUnavailable, error.to_string())
		})
	}
}

impl Inner {
	/// Write what is in memory to the vault. The operator's section changes within a session only;
	/// while locked, nothing does.
	pub(super) fn write_vault(&mut self) -> Result<(), VaultError> {
		let Some(unlocked) = &self.unlocked else { return Ok(()) };
		let entries = |class: KeyClass| {
			let of_class = |key: &&Arc<Key>| key.info.class == class;
			unlocked.keys.values().filter(of_class).map(|key| key.entry()).collect::<Vec<_>>()
		};
		let mut vault = self.vault.clone();
		vault.set_entries(Class::Agent, &entries(KeyClass::Agent), &unlocked.agent_key)?;
		if let Some(lease) = &self.lease {
			let operator: Vec<Entry> = lease.keys.values().map(|key| key.entry()).collect();
			vault.set_entries(Class::Operator, &operator, &lease.operator_key)?;
		}
		let operator = self.directory.values().map(|listed| listed.info.clone());
		let content = Consensus {
			entries: entries(KeyClass::Consensus),
			operator: operator.filter(|info| info.class == KeyClass::Operator).collect(),
			anchor: self.anchor,
			agent_digest: [0; 32],
			operator_digest: [0; 32],
		};
		vault.set_consensus(content, &unlocked.consensus_key)?;
		vault.write()?;
		self.vault = vault;
		Ok(())
	}
}

/// Describe a new key, if its parts fit together.
pub(crate) fn new_entry(
	spec: &KeySpec,
	seed: &[u8; 32],
	calls: Vec<String>,
	now_ms: u64,
) -> Result<Entry, String> {
	let scheme = Scheme::try_from(spec.scheme).map_err(|error| error.to_string())?;
	let is_session = spec.role != KeyRole::Account;
	if is_session != (spec.class == KeyClass::Consensus) {
		return Err("Aura and GRANDPA keys, and no others, are of the consensus class".into());
	}
	if spec.class != KeyClass::Operator && scheme != Scheme::Falcon512 {
		return Err("session keys and agents' keys are Falcon-512".into());
	}
	if spec.operator.is_some() && spec.class != KeyClass::Agent {
		return Err("only an agent's key works for an operator".into());
	}
	if spec.label.len() > MAX_LABEL {
		return Err(format!("a label has at most {MAX_LABEL} bytes"));
	}
	let public = public_of(scheme, seed);
	let info = KeyInfo {
		id: account_id(scheme, &public),
		class: spec.class,
		role: spec.role,
		scheme: spec.scheme,
		public,
		label: spec.label.clone(),
		operator: spec.operator,
		created_ms: now_ms,
	};
	Ok(Entry { info, seed: *seed, calls, canary: spec.canary })
}

/// 32 bytes of the system's randomness, hashed together with whatever else is offered.
pub(crate) fn fresh_seed(entropy: &[u8]) -> Result<Zeroizing<[u8; 32]>, Refusal> {
	let mut system = Zeroizing::new([0u8; 32]);
	getrandom::fill(&mut system[..]).map_err(|error| {
		Refusal::new(RefusalCode::Internal, format!("the system has no randomness: {error}"))
	})?;
	let mut input = [b"qh/seed/v1", &system[..], entropy].concat();
	let seed = Zeroizing::new(blake2_256(&input));
	input.zeroize();
	Ok(seed)
}

/// Whether a call may be put on the list of a key of this class. Only an agent's has calls that no
/// list can give it: the operator's own keys are the operator's to narrow.
fn check_addition(class: KeyClass, name: &str) -> Result<(), Refusal> {
	let refused = |what: String| Refusal::new(RefusalCode::NotAllowed, what);
	if class != KeyClass::Operator {
		return check_call(name).map_err(refused);
	}
	if name == ANY_CALL || is_call_name(name) {
		return Ok(());
	}
	Err(refused(format!("{name} is neither of the form Pallet.call nor {ANY_CALL}")))
}

/// What a proof of possession signs.
fn statement(owner: &AccountId) -> Vec<u8> {
	[b"POP_", &owner[..]].concat()
}

fn public(key: &Key) -> Result<FalconPublic, Refusal> {
	key.info
		.public
		.as_slice()
		.try_into()
		.map_err(|_| Refusal::new(RefusalCode::Internal, "a public key of an unexpected length"))
}

fn insert(inner: &mut Inner, key: Arc<Key>) -> Result<(), Refusal> {
	let listed = Listed { info: key.info.clone(), calls: key.calls.clone() };
	let keys = match key.info.class {
		KeyClass::Operator => inner.lease.as_mut().map(|lease| &mut lease.keys),
		_ => inner.unlocked.as_mut().map(|unlocked| &mut unlocked.keys),
	};
	keys.ok_or_else(super::no_lease)?.insert(key.info.id, key);
	inner.directory.insert(listed.info.id, listed);
	Ok(())
}

fn remove(inner: &mut Inner, id: &AccountId) -> Option<Arc<Key>> {
	let unlocked = inner.unlocked.as_mut()?;
	let removed = unlocked
		.keys
		.remove(id)
		.or_else(|| inner.lease.as_mut().and_then(|lease| lease.keys.remove(id)))?;
	inner.directory.remove(id);
	Some(removed)
}

pub(super) fn unknown(id: &AccountId) -> Refusal {
	Refusal::new(RefusalCode::UnknownKey, format!("the vault has no key 0x{}", hex::encode(id)))
}

fn key_error(error: KeyError) -> Refusal {
	let code = match error {
		KeyError::Full(_) => RefusalCode::TooLarge,
		KeyError::Inconsistent(_) => RefusalCode::Internal,
	};
	Refusal::new(code, error.to_string())
}
