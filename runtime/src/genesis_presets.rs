// SPDX-License-Identifier: Apache-2.0

//! Genesis presets: one a network.
//!
//! | preset | validators | slot | session | era |
//! |---|---|---|---|---|
//! | `development` | alice | 1 s | 10 blocks | 3 sessions |
//! | `local_testnet` | alice, bob, charlie, dave | 1 s | 10 blocks | 3 sessions |
//! | `testnet` | 4 | 6 s | 300 blocks | 48 sessions |
//! | `mainnet` | 4 | 6 s | 300 blocks | 48 sessions |
//!
//! Validators stand in files under `genesis/`, each with its operator, its agent, its session keys
//! and the proof that somebody holds those keys for that operator; `pallet-operators` checks the
//! proofs while it builds the genesis. The files of `testnet` and `mainnet` hold placeholders whose
//! secret keys were thrown away: such a genesis builds and is checked like any other, and nobody
//! can start it. `qh-chain-spec validators` writes such files.
//!
//! The genesis of Aura, GRANDPA and Session stays empty: validators, keys and authorities come from
//! `Operators` alone.

use crate::{
	configs::fees::{FeePool, EXISTENTIAL_DEPOSIT},
	AccountId, Balance, BalancesConfig, OperatorsConfig, PeriodsConfig, RuntimeGenesisConfig,
	SessionKeys, QMHY,
};
use alloc::{string::ToString, vec::Vec};
use codec::{Decode, Encode};
use frame_support::build_struct_json_patch;
use pallet_operators::{GenesisOperator, GenesisValidator};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};

/// Name of the public test network's preset.
pub const TESTNET: &str = "testnet";
/// Name of the network's preset.
pub const MAINNET: &str = "mainnet";

/// Balance of every development account.
const DEV_ENDOWMENT: Balance = 1_000_000 * QMHY;
/// Balance of every validator's operator on a network that is not for development.
const VALIDATOR_ENDOWMENT: Balance = 1_000 * QMHY;

const DEV_VALIDATORS: &str = include_str!("../genesis/dev.json");
const TESTNET_VALIDATORS: &str = include_str!("../genesis/testnet.json");
const MAINNET_VALIDATORS: &str = include_str!("../genesis/mainnet.json");

/// A validator of a genesis, as its file holds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validator {
	/// Account of the operator.
	pub operator: AccountId,
	/// Account of its agent.
	pub agent: AccountId,
	/// Segment of the torus, 0 to 511; at most one validator each.
	pub segment: u16,
	/// Session keys: `0x` and the hexadecimal digits of their SCALE encoding, as
	/// `qh-node new-session-keys` gives them.
	#[serde(serialize_with = "keys_to_hex", deserialize_with = "keys_from_hex")]
	pub keys: SessionKeys,
	/// Proof of possession of the keys for `operator`, from the same place, in the same form.
	#[serde(with = "sp_core::bytes")]
	pub proof: Vec<u8>,
}

fn keys_to_hex<S: Serializer>(keys: &SessionKeys, serializer: S) -> Result<S::Ok, S::Error> {
	sp_core::bytes::serialize(&keys.encode(), serializer)
}

fn keys_from_hex<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SessionKeys, D::Error> {
	let bytes = sp_core::bytes::deserialize(deserializer)?;
	SessionKeys::decode(&mut &bytes[..])
		.ok()
		.filter(|keys| keys.encoded_size() == bytes.len())
		.ok_or_else(|| D::Error::custom("these are not two Falcon-512 session keys"))
}

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	[DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, TESTNET, MAINNET]
		.map(ToString::to_string)
		.to_vec()
}

/// The validators of a preset; none if there is no such preset.
pub fn validators(preset: &str) -> Vec<Validator> {
	let (file, count) = match preset {
		DEV_RUNTIME_PRESET => (DEV_VALIDATORS, 1),
		LOCAL_TESTNET_RUNTIME_PRESET => (DEV_VALIDATORS, usize::MAX),
		TESTNET => (TESTNET_VALIDATORS, usize::MAX),
		MAINNET => (MAINNET_VALIDATORS, usize::MAX),
		_ => return Vec::new(),
	};
	#[allow(clippy::expect_used, reason = "the files are part of the source and tested")]
	let mut validators: Vec<Validator> =
		serde_json::from_str(file).expect("the file of validators is well-formed");
	validators.truncate(count);
	validators
}

/// The preset of this name as JSON, to be merged into the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let preset: &str = id.as_ref();
	Some(preset_with(preset, &validators(preset))?.to_string().into_bytes())
}

/// The preset of this name with other validators: a network of one's own. Their operators are
/// endowed as those of the preset are.
pub fn preset_with(preset: &str, validators: &[Validator]) -> Option<Value> {
	let (mut endowed, endowment, periods) = match preset {
		DEV_RUNTIME_PRESET | LOCAL_TESTNET_RUNTIME_PRESET => {
			let accounts = qh_crypto::dev_accounts::ACCOUNTS.iter();
			let endowed: Vec<(AccountId, Balance)> =
				accounts.map(|account| (AccountId::from(account.account), DEV_ENDOWMENT)).collect();
			(endowed, DEV_ENDOWMENT, test_periods())
		}
		TESTNET | MAINNET => (Vec::new(), VALIDATOR_ENDOWMENT, PeriodsConfig::default()),
		_ => return None,
	};
	for Validator { operator, .. } in validators {
		if endowed.iter().all(|(account, _)| account != operator) {
			endowed.push((operator.clone(), endowment));
		}
	}
	Some(genesis(validators, endowed, periods))
}

/// Periods of networks that a test runs in seconds.
fn test_periods() -> PeriodsConfig {
	PeriodsConfig { slot_duration: 1_000, session_length: 10, era_length: 3 }
}

fn genesis(
	validators: &[Validator],
	mut endowed: Vec<(AccountId, Balance)>,
	periods: PeriodsConfig,
) -> Value {
	endowed.push((FeePool::get(), EXISTENTIAL_DEPOSIT));
	let operators = validators
		.iter()
		.map(|validator| GenesisOperator {
			operator: validator.operator.clone(),
			agent: validator.agent.clone(),
			segment: validator.segment,
		})
		.collect::<Vec<_>>();
	let validators = validators
		.iter()
		.map(|validator| GenesisValidator {
			operator: validator.operator.clone(),
			keys: validator.keys.clone(),
			proof: validator.proof.clone(),
		})
		.collect::<Vec<_>>();
	build_struct_json_patch!(RuntimeGenesisConfig {
		periods,
		balances: BalancesConfig { balances: endowed },
		operators: OperatorsConfig { operators, validators },
	})
}
