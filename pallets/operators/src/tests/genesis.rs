// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use frame_support::traits::Hooks;
use sp_runtime::BuildStorage;

/// Builds a genesis state that is not sound, and gives the reason why it is refused.
fn refused(
	operators: Vec<GenesisOperator>,
	validators: Vec<GenesisValidator<SessionKeys>>,
) -> String {
	let genesis = GenesisConfig::<Test> { operators, validators };
	let panic = std::panic::catch_unwind(|| genesis.build_storage().map(|_| ())).unwrap_err();
	panic
		.downcast_ref::<String>()
		.cloned()
		.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()))
		.unwrap()
}

#[test]
fn the_configuration_is_sound() {
	ExtBuilder::default().build_and_execute(Operators::integrity_test);
}

#[test]
fn genesis_operators_are_operators_and_validators_have_keys() {
	ExtBuilder::default()
		.operators(&["alice", "bob", "eve"])
		.validators(&["bob"])
		.build_and_execute(|| {
			assert_eq!(Operators::segment_of(&account("bob")), Segment::new(10));
			assert_eq!(Operators::operator_of(&agent("eve")), Some(account("eve")));
			assert_eq!(Session::validators(), [account("bob")]);
			assert_eq!(Session::load_keys(&account("bob")), Some(session_keys("bob", 0).0));
			let info = Operators::operator_info(account("bob")).unwrap();
			assert!(info.validator && !info.retired && info.suspended.is_none());
			assert_eq!(info.health, HealthState::Healthy);
		});
}

#[test]
fn operators_are_listed_page_by_page() {
	ExtBuilder::default().build_and_execute(|| {
		let all = Operators::operators_after(None, 512);
		assert_eq!(all.len(), 4);
		let first = Operators::operators_after(None, 3);
		let rest = Operators::operators_after(first.last().cloned(), 3);
		assert_eq!([first, rest].concat(), all);
	});
}

#[test]
fn the_genesis_configuration_reads_back_from_json() {
	let builder = ExtBuilder::default().validators(&["alice"]);
	let genesis = GenesisConfig::<Test> {
		operators: builder.genesis_operators(),
		validators: builder.genesis_validators(),
	};
	let json = serde_json::to_value(&genesis).unwrap();
	assert_eq!(json["operators"][1]["segment"], 10);
	let read: GenesisConfig<Test> = serde_json::from_value(json).unwrap();
	assert_eq!(read.operators, genesis.operators);
	assert_eq!(read.validators, genesis.validators);
}

#[test]
fn genesis_is_refused_if_a_segment_does_not_exist() {
	let mut operators = ExtBuilder::default().genesis_operators();
	operators[0].segment = 512;
	assert!(refused(operators, vec![]).contains("no segment 512"));
}

#[test]
fn genesis_is_refused_if_an_account_is_named_twice() {
	let mut operators = ExtBuilder::default().genesis_operators();
	operators[3].agent = account("alice");
	assert!(refused(operators, vec![]).contains("named twice"));
	let mut operators = ExtBuilder::default().genesis_operators();
	operators[3].agent = operators[3].operator.clone();
	assert!(refused(operators, vec![]).contains("its own agent"));
}

#[test]
fn genesis_is_refused_if_a_validator_is_no_operator() {
	let validators = ExtBuilder::default().validators(&["eve"]).genesis_validators();
	let operators = ExtBuilder::default().genesis_operators();
	assert!(refused(operators, validators).contains("not a genesis operator"));
}

#[test]
fn genesis_is_refused_if_two_validators_share_a_segment() {
	let mut operators = ExtBuilder::default().genesis_operators();
	operators[1].segment = operators[0].segment;
	let validators = ExtBuilder::default().genesis_validators();
	assert!(refused(operators, validators).contains("two validators in segment"));
}

#[test]
fn genesis_is_refused_if_possession_of_session_keys_is_not_shown() {
	let operators = ExtBuilder::default().genesis_operators();
	let mut validators = ExtBuilder::default().genesis_validators();
	validators[2].proof = validators[1].proof.clone();
	assert!(refused(operators, validators).contains("does not show possession"));
}

#[test]
fn genesis_is_refused_if_two_validators_share_a_key() {
	let operators = ExtBuilder::default().genesis_operators();
	let mut validators = ExtBuilder::default().genesis_validators();
	let (keys, proof) = session_keys_for("alice", 0, &account("bob"));
	validators[1] = GenesisValidator { operator: account("bob"), keys, proof };
	assert!(refused(operators, validators).contains("DuplicatedKey"));
}
