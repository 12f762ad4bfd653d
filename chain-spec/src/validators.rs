// SPDX-License-Identifier: Apache-2.0

//! The validators of a genesis.
//!
//! `runtime/genesis/` holds a file of validators a network, with proofs that somebody held the
//! secret session keys; the runtime checks them while it builds the genesis. This module writes
//! such files:
//!
//! - for development networks, from the seeds that everybody knows;
//! - as placeholders for networks that have no validators yet: keys of random seeds that are thrown
//!   away. Such a genesis builds and passes every check, and cannot be started by anybody.

use anyhow::{anyhow, Context, Result};
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_runtime::{genesis_presets::Validator, AccountId, SessionKeys};
use sp_core::proof_of_possession::statement_of_ownership;

/// The four key pairs of a validator, all Falcon-512.
struct Keys {
	operator: Keypair,
	agent: Keypair,
	aura: Keypair,
	grandpa: Keypair,
}

/// The development validator of this name, seated in `segment`.
pub fn development(name: &str, segment: u16) -> Result<Validator> {
	let keys = Keys {
		operator: dev::keypair(name, "account"),
		agent: dev::keypair(name, "agent"),
		aura: dev::keypair(name, "aura"),
		grandpa: dev::keypair(name, "grandpa"),
	};
	validator(&keys, segment)
}

/// A validator whose keys nobody holds, seated in `segment`.
pub fn placeholder(segment: u16) -> Result<Validator> {
	let random = || -> Result<Keypair> {
		let mut seed = [0; 32];
		getrandom::fill(&mut seed).map_err(|error| anyhow!("no randomness: {error}"))?;
		Ok(Keypair::from_seed(Scheme::Falcon512, &seed))
	};
	let keys = Keys { operator: random()?, agent: random()?, aura: random()?, grandpa: random()? };
	validator(&keys, segment)
}

fn validator(keys: &Keys, segment: u16) -> Result<Validator> {
	let operator = AccountId::from(keys.operator.account_id());
	let public = |pair: &Keypair| -> Result<[u8; 897]> {
		pair.public().try_into().context("a Falcon-512 key has 897 bytes")
	};
	let statement = statement_of_ownership(operator.as_ref());
	let proof =
		[&keys.aura, &keys.grandpa].map(|pair| pair.sign(Domain::POSSESSION, &statement)).concat();
	Ok(Validator {
		agent: AccountId::from(keys.agent.account_id()),
		segment,
		keys: SessionKeys {
			aura: qh_app_crypto::aura::Public::from(public(&keys.aura)?).into(),
			grandpa: qh_app_crypto::grandpa::Public::from(public(&keys.grandpa)?).into(),
		},
		proof,
		operator,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::traits::OpaqueKeys;

	#[test]
	fn development_validators_of_the_presets_are_those_of_the_known_seeds() {
		let preset = qh_runtime::genesis_presets::validators("local_testnet");
		assert_eq!(preset.len(), 4);
		for (name, in_preset) in dev::NAMES.iter().zip(preset) {
			let expected = development(name, in_preset.segment).unwrap();
			assert_eq!(in_preset.operator, expected.operator, "{name}");
			assert_eq!(in_preset.agent, expected.agent, "{name}");
			assert_eq!(in_preset.keys, expected.keys, "{name}");
		}
	}

	#[test]
	fn placeholders_prove_possession_of_keys_and_differ() {
		let (a, b) = (placeholder(0).unwrap(), placeholder(0).unwrap());
		assert!(a.keys.ownership_proof_is_valid(a.operator.as_ref(), &a.proof));
		assert!(!a.keys.ownership_proof_is_valid(b.operator.as_ref(), &a.proof));
		assert_ne!(a.keys, b.keys);
	}
}
