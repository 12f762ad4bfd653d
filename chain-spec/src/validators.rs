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
//!
//! `qh-signer validator` writes such files for keys that a signer holds, and a network of one's own
//! is built from them: [`read`] puts them together.

use anyhow::{anyhow, bail, ensure, Context, Result};
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_runtime::{genesis_presets::Validator, AccountId, SessionKeys};
use sp_core::proof_of_possession::statement_of_ownership;
use sp_runtime::traits::OpaqueKeys;
use std::{fs, path::PathBuf};

/// Largest number of a segment.
const MAX_SEGMENT: u16 = 511;

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

/// The validators of all these files together, in order. The first that no genesis could have, on its
/// own or beside those before it, is an error.
pub fn read(files: &[PathBuf]) -> Result<Vec<Validator>> {
	let mut validators: Vec<Validator> = Vec::new();
	for file in files {
		let name = file.display();
		let text = fs::read_to_string(file)
			.with_context(|| format!("cannot read validators from {name}"))?;
		let list: Vec<Validator> = serde_json::from_str(&text)
			.with_context(|| format!("{name} is no list of validators"))?;
		for validator in list {
			check(&validator, &validators)
				.with_context(|| format!("{name}: the validator of {}", validator.operator))?;
			validators.push(validator);
		}
	}
	if validators.is_empty() {
		bail!("there is no validator in these files, and a network needs one");
	}
	Ok(validators)
}

fn check(validator: &Validator, others: &[Validator]) -> Result<()> {
	let Validator { operator, agent, segment, keys, proof } = validator;
	ensure!(*segment <= MAX_SEGMENT, "there is no segment {segment}: the last is {MAX_SEGMENT}");
	ensure!(operator != agent, "its agent has the operator's account");
	ensure!(
		keys.ownership_proof_is_valid(operator.as_ref(), proof),
		"its proof is not one of these session keys for this operator"
	);
	for other in others {
		ensure!(other.segment != *segment, "segment {segment} is that of {}", other.operator);
		let accounts = [&other.operator, &other.agent];
		ensure!(
			!accounts.contains(&operator) && !accounts.contains(&agent),
			"its accounts are those of another validator already"
		);
		ensure!(other.keys != *keys, "its session keys are those of {}", other.operator);
	}
	Ok(())
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
	use crate::{network::Network, spec};

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

	/// Write lists of validators to files.
	fn files(dir: &tempfile::TempDir, lists: &[&[&Validator]]) -> Vec<PathBuf> {
		let write = |(number, list): (usize, &&[&Validator])| {
			let path = dir.path().join(format!("{number}.json"));
			fs::write(&path, serde_json::to_string(list).unwrap()).unwrap();
			path
		};
		lists.iter().enumerate().map(write).collect()
	}

	#[test]
	fn files_are_put_together_and_what_no_genesis_can_have_is_named() {
		let dir = tempfile::tempdir().unwrap();
		let [a, b] = [0, 1].map(|segment| placeholder(segment).unwrap());
		let both = read(&files(&dir, &[&[&a], &[&b]])).unwrap();
		assert_eq!([&both[0].operator, &both[1].operator], [&a.operator, &b.operator]);

		let refused =
			|lists: &[&[&Validator]]| format!("{:#}", read(&files(&dir, lists)).err().unwrap());
		assert!(refused(&[&[]]).contains("needs one"));
		assert!(refused(&[&[&a], &[&a]]).contains("segment 0 is that of"));
		let elsewhere = Validator { segment: 2, ..a.clone() };
		assert!(refused(&[&[&a, &elsewhere]]).contains("another validator"));
		let outside = Validator { segment: 512, ..a.clone() };
		assert!(refused(&[&[&outside]]).contains("no segment 512"));
		let foreign = Validator { proof: b.proof.clone(), ..a.clone() };
		let said = refused(&[&[&foreign]]);
		assert!(said.contains("0.json") && said.contains("its proof"), "{said}");
		let path = dir.path().join("0.json");
		fs::write(&path, "{}").unwrap();
		assert!(format!("{:#}", read(&[path]).err().unwrap()).contains("no list of validators"));
	}

	#[allow(clippy::print_stderr, reason = "a test that is skipped says why")]
	fn say_skipped() {
		eprintln!("skipped: built without the runtime's wasm");
	}

	#[test]
	fn a_network_of_ones_own_has_its_validators_and_the_slots_of_its_preset() {
		let Ok(wasm) = spec::embedded_wasm() else {
			say_skipped();
			return;
		};
		let validator = placeholder(3).unwrap();
		for (network, slot) in [(Network::Local, 1000), (Network::Testnet, 6000)] {
			let own = std::slice::from_ref(&validator);
			let spec = spec::with_validators(network, own, wasm).unwrap();
			assert!(spec.id().starts_with(network.own_id()), "{}", spec.id());
			assert_eq!(spec::slot_millis(&spec).unwrap(), slot);
			let storage = spec::storage(&spec).unwrap();
			let holds = |account: &AccountId| {
				let account: &[u8] = account.as_ref();
				storage.top.keys().any(|key| key.ends_with(account))
			};
			let others = qh_runtime::genesis_presets::validators(Network::Testnet.preset());
			assert!(holds(&validator.operator) && !holds(&others[0].operator));
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
