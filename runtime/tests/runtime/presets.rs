// SPDX-License-Identifier: Apache-2.0

//! The genesis of every network.

use crate::network::{begin_first_block, genesis_json, network, run_to_block};
use frame_support::genesis_builder_helper::build_state;
use qh_runtime::{
	genesis_presets::{preset_names, validators},
	periods, Aura, Balances, Grandpa, Historical, Operators, Runtime, RuntimeGenesisConfig,
	Session, SessionKeys,
};
use serde_json::json;
use sp_io::TestExternalities;
use sp_runtime::{traits::Get, BuildStorage};

#[test]
fn every_preset_builds_and_its_authorities_come_from_its_validators() {
	for preset in preset_names() {
		network(&preset).execute_with(|| {
			let validators = validators(&preset);
			let accounts: Vec<_> = validators.iter().map(|v| v.operator.clone()).collect();
			assert!(!validators.is_empty(), "{preset}");
			assert_eq!(Session::validators(), accounts, "{preset}");
			let aura: Vec<_> = validators.iter().map(|v| v.keys.aura.clone()).collect();
			assert_eq!(pallet_aura::Authorities::<Runtime>::get().into_inner(), aura);
			let grandpa: Vec<_> = validators.iter().map(|v| (v.keys.grandpa.clone(), 1)).collect();
			assert_eq!(Grandpa::grandpa_authorities(), grandpa);
			assert!(Historical::historical_root(0).is_some(), "{preset}");
			assert!(Balances::total_issuance() > 0);
		});
	}
}

#[test]
fn every_preset_runs_over_a_change_of_session() {
	for preset in preset_names() {
		let mut ext = network(&preset);
		ext.execute_with(|| {
			begin_first_block();
			run_to_block(2 * periods::SessionBlocks::<Runtime>::get() + 2);
			assert!(Session::current_index() >= 2, "{preset}");
		});
	}
}

#[test]
fn sessions_of_validators_have_falcon_keys_only() {
	use sp_runtime::traits::OpaqueKeys;
	assert_eq!(SessionKeys::key_ids().len(), 2);
	for validator in validators("local_testnet") {
		for id in SessionKeys::key_ids() {
			assert_eq!(validator.keys.get_raw(*id).len(), 897);
		}
	}
}

#[test]
fn a_genesis_without_possession_of_its_keys_does_not_build() {
	let mut json = genesis_json("local_testnet");
	let list = json.pointer_mut("/operators/validators").unwrap().as_array_mut().unwrap();
	let (first, rest) = list.split_first_mut().unwrap();
	std::mem::swap(first.get_mut("proof").unwrap(), rest[0].get_mut("proof").unwrap());
	let built = std::panic::catch_unwind(|| {
		TestExternalities::new_empty()
			.execute_with(|| build_state::<RuntimeGenesisConfig>(json.to_string().into()))
	});
	let message = built.unwrap_err();
	let message = message.downcast_ref::<String>().unwrap();
	assert!(message.contains("does not show possession"), "{message}");
}

#[test]
fn networks_differ_in_their_periods() {
	for (preset, slot, session, era) in [
		("development", 1_000, 10, 3),
		("local_testnet", 1_000, 10, 3),
		("testnet", 6_000, 300, 48),
		("mainnet", 6_000, 300, 48),
	] {
		network(preset).execute_with(|| {
			assert_eq!(Aura::slot_duration(), slot, "{preset}");
			assert_eq!(periods::MinimumPeriod::<Runtime>::get(), slot / 2, "{preset}");
			assert_eq!(periods::SessionBlocks::<Runtime>::get(), session, "{preset}");
			assert_eq!(periods::EraSessions::<Runtime>::get(), era, "{preset}");
		});
	}
}

#[test]
fn a_state_without_periods_has_those_of_mainnet() {
	TestExternalities::new_empty().execute_with(|| {
		assert_eq!(periods::SlotMillis::<Runtime>::get(), 6_000);
		assert_eq!(periods::SessionBlocks::<Runtime>::get(), 300);
		assert_eq!(periods::EraSessions::<Runtime>::get(), 48);
	});
}

#[test]
fn a_genesis_with_a_period_of_zero_or_an_odd_slot_does_not_build() {
	for (name, value) in
		[("slotDuration", 0), ("slotDuration", 1_001), ("sessionLength", 0), ("eraLength", 0)]
	{
		let mut json = genesis_json("development");
		*json.pointer_mut(&format!("/periods/{name}")).unwrap() = json!(value);
		let built = std::panic::catch_unwind(|| {
			TestExternalities::new_empty()
				.execute_with(|| build_state::<RuntimeGenesisConfig>(json.to_string().into()))
		});
		let message = built.unwrap_err();
		let message = message.downcast_ref::<&str>().unwrap();
		assert!(message.starts_with(&format!("periods.{name} must")), "{message}");
	}
}

#[test]
fn no_preset_names_a_validator_or_a_seat_twice() {
	for preset in preset_names() {
		let validators = validators(&preset);
		for (i, a) in validators.iter().enumerate() {
			for b in &validators[..i] {
				assert_ne!(a.operator, b.operator, "{preset}");
				assert_ne!(a.agent, b.agent, "{preset}");
				assert_ne!(a.segment, b.segment, "{preset}");
				assert_ne!(a.keys.aura, b.keys.aura, "{preset}");
				assert_ne!(a.keys.grandpa, b.keys.grandpa, "{preset}");
			}
		}
	}
}

/// Development keys are public: a network that is not for development must hold none of them.
#[test]
fn networks_for_the_public_hold_no_development_key() {
	for preset in ["testnet", "mainnet"] {
		let json = genesis_json(preset).to_string();
		for account in qh_crypto::dev_accounts::ACCOUNTS {
			for id in [account.account, account.agent] {
				let address = qh_runtime::AccountId::from(id).to_string();
				assert!(!json.contains(&address), "{preset} holds an account of {}", account.name);
			}
		}
		let dev = validators("local_testnet");
		for validator in validators(preset) {
			assert!(dev.iter().all(|known| known.keys.aura != validator.keys.aura));
			assert!(dev.iter().all(|known| known.keys.grandpa != validator.keys.grandpa));
		}
	}
}

#[test]
fn the_default_genesis_has_no_validators_and_builds() {
	RuntimeGenesisConfig::default().build_storage().unwrap();
	TestExternalities::new_empty().execute_with(|| {
		assert!(!Operators::is_suspended(&[0; 32].into()));
	});
}
