// SPDX-License-Identifier: Apache-2.0
//! What is done with a vault that is not served: its validator's entry in a genesis, and binding it
//! to a chain.
//!
//! A genesis names the session keys of its validators, and a vault is bound to the hash of a
//! genesis. So the keys of a network's first validators are made in a vault that is bound to no
//! chain. Until it is bound, no socket serves it and its keys sign proofs of possession only, which
//! name no chain.

use super::{Peer, Signer, StartError};
use crate::{
	clock::SystemClock,
	config::{Config, Paths},
	rules::{Enforced, Event},
	vault::Class,
};
use qh_signer_client::{AccountId, Hash, KeyClass, KeyInfo, KeyRole, Refusal};

/// Whose entry is asked for. What is not given is the only one that the vault has.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValidatorChoice {
	/// Account of the operator.
	pub operator: Option<AccountId>,
	/// Account of its agent.
	pub agent: Option<AccountId>,
}

/// A validator as a genesis names it: FORMATS.md, "Genesis".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator {
	/// Account of the operator.
	pub operator: AccountId,
	/// Account of its agent.
	pub agent: AccountId,
	/// Public keys, Aura's first.
	pub keys: Vec<u8>,
	/// Proofs that the keys are there, Aura's first.
	pub proof: Vec<u8>,
}

impl Signer {
	/// Open a signer that nobody serves meanwhile, bound or not. [`Signer::close`] ends it.
	pub fn open_offline(paths: Paths, config: Config) -> Result<Self, StartError> {
		let rules = Box::new(Enforced::new(config.slot_ms));
		Self::open_any(paths, config, rules, Box::new(SystemClock))
	}

	/// An error if the vault is bound to a chain.
	pub fn check_unbound(&self) -> Result<(), StartError> {
		if self.identity.is_bound() {
			return Err(StartError::Bound(format!("0x{}", hex::encode(self.identity.genesis))));
		}
		Ok(())
	}

	/// Bind the vault to a chain, once. The log has it first: should the vault not be written, it is
	/// still bound to none.
	pub fn bind(&self, genesis: Hash, passphrase: &[u8]) -> Result<(), StartError> {
		self.check_unbound()?;
		let (operator, operator_key) =
			self.try_passphrase(passphrase).map_err(StartError::Refused)?;
		let mut inner = self.inner.lock();
		if inner.unlocked.is_none() {
			return Err(StartError::Refused(super::locked(&inner.state)));
		}
		let records = self.append(&mut inner, Some(own()), Event::Bound { genesis });
		self.durable(records).map_err(StartError::Refused)?;
		let before = inner.vault.clone();
		inner.vault.set_genesis(genesis);
		let written = inner
			.vault
			.set_entries(Class::Operator, &operator, &operator_key)
			// Sets the other sections.
			.and_then(|()| inner.write_vault());
		if written.is_err() {
			inner.vault = before;
		}
		Ok(written?)
	}

	/// The entry of the vault's validator in a genesis, with its newest session keys.
	pub fn validator(&self, choice: ValidatorChoice) -> Result<Validator, StartError> {
		let keys = self.usable_keys().map_err(StartError::Refused)?;
		self.choose(&keys, choice).map_err(StartError::Key)
	}

	fn choose(&self, keys: &[KeyInfo], choice: ValidatorChoice) -> Result<Validator, String> {
		let agent = one_of(keys, KeyClass::Agent, "--agent", choice.agent)?;
		// The operator's own key may be elsewhere; its agent knows whom it works for.
		let operator = match (agent.operator, choice.operator) {
			(Some(known), Some(asked)) if known != asked => {
				return Err(format!(
					"the agent 0x{} works for the operator 0x{}, not 0x{}",
					hex::encode(agent.id),
					hex::encode(known),
					hex::encode(asked)
				))
			}
			(Some(known), _) => known,
			(None, asked) => one_of(keys, KeyClass::Operator, "--operator", asked)?.id,
		};
		let session = [KeyRole::Aura, KeyRole::Grandpa].map(|role| newest(keys, role));
		let [aura, grandpa] = session;
		let (aura, grandpa) = (aura?, grandpa?);
		let proof = self
			.prove_possession(own(), &operator, &aura, &grandpa)
			.map_err(|refusal| refusal.message)?;
		let keys = [&aura[..], &grandpa[..]].concat();
		Ok(Validator { operator, agent: agent.id, keys, proof })
	}

	/// All keys but those whose use is an alarm.
	fn usable_keys(&self) -> Result<Vec<KeyInfo>, Refusal> {
		let inner = self.inner.lock();
		let unlocked = inner.unlocked.as_ref().ok_or_else(|| super::locked(&inner.state))?;
		let is_canary = |id: &AccountId| unlocked.keys.get(id).is_some_and(|key| key.canary);
		let infos = inner.directory.values().map(|listed| &listed.info);
		Ok(infos.filter(|info| !is_canary(&info.id)).cloned().collect())
	}
}

/// The key that is asked for, or the only one of its class.
fn one_of<'a>(
	keys: &'a [KeyInfo],
	class: KeyClass,
	option: &str,
	asked: Option<AccountId>,
) -> Result<&'a KeyInfo, String> {
	let mut of_class = keys.iter().filter(|key| key.class == class);
	let name = format!("{class:?}").to_lowercase();
	if let Some(id) = asked {
		return of_class
			.find(|key| key.id == id)
			.ok_or_else(|| format!("the vault has no {name} key 0x{}", hex::encode(id)));
	}
	match (of_class.next(), of_class.next()) {
		(Some(only), None) => Ok(only),
		(None, _) => Err(format!("the vault has no {name} key")),
		_ => Err(format!("the vault has several {name} keys: name one with {option}")),
	}
}

/// The session key of this role that was made last.
fn newest(
	keys: &[KeyInfo],
	role: KeyRole,
) -> Result<Box<qh_signer_client::protocol::FalconPublic>, String> {
	let of_role = keys.iter().filter(|key| key.class == KeyClass::Consensus && key.role == role);
	let newest = of_role.max_by_key(|key| (key.created_ms, key.id));
	let public = newest.and_then(|key| key.public.as_slice().try_into().ok());
	public
		.map(Box::new)
		.ok_or_else(|| format!("the vault has no {} key", format!("{role:?}").to_lowercase()))
}

/// This process: nobody else asks here.
fn own() -> Peer {
	Peer {
		uid: rustix::process::geteuid().as_raw(),
		gid: rustix::process::getegid().as_raw(),
		pid: rustix::process::getpid().as_raw_nonzero().get(),
	}
}
