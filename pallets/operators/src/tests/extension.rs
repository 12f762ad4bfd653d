// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use codec::Encode;
use frame_support::{
	assert_ok,
	dispatch::{CheckIfFeeless, GetDispatchInfo},
	weights::Weight,
};
use sp_runtime::{
	traits::{TransactionExtension, TxBaseImplication},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
	},
};
use std::collections::BTreeSet;

fn validate(
	who: &AccountId32,
	call: impl Into<RuntimeCall>,
) -> Result<ValidTransaction, TransactionValidityError> {
	let call = call.into();
	CheckOperatorCall::<Test>::new()
		.validate(
			signed(who),
			&call,
			&call.get_dispatch_info(),
			0,
			(),
			&TxBaseImplication(()),
			TransactionSource::External,
		)
		.map(|(validity, _, _)| validity)
}

fn refused(who: &AccountId32, call: impl Into<RuntimeCall>, error: Error<Test>) {
	let number = error.encode()[0];
	assert_eq!(
		validate(who, call),
		Err(InvalidTransaction::Custom(CUSTOM_ERROR_BASE + number).into())
	);
}

fn heartbeat() -> Call<Test> {
	Call::heartbeat { heartbeat: beat() }
}

fn transfer() -> RuntimeCall {
	pallet_balances::Call::transfer_allow_death { dest: account("eve"), value: 1 }.into()
}

#[test]
fn it_encodes_as_nothing() {
	assert_eq!(CheckOperatorCall::<Test>::new().encode(), Vec::<u8>::new());
	assert_eq!(format!("{:?}", CheckOperatorCall::<Test>::default()), "CheckOperatorCall");
}

#[test]
fn an_agent_signs_nothing_but_its_calls() {
	ExtBuilder::default().balance(agent("alice"), 1_000).build_and_execute(|| {
		let alice = agent("alice");
		refused(&alice, transfer(), Error::AgentCallNotAllowed);
		let code = frame_system::Call::set_code { code: vec![] };
		refused(&alice, code, Error::AgentCallNotAllowed);
		assert_ok!(validate(&alice, frame_system::Call::remark { remark: vec![] }));
		assert_ok!(validate(&alice, heartbeat()));
	});
}

#[test]
fn nobody_elses_transactions_are_restricted() {
	ExtBuilder::default().build_and_execute(|| {
		for who in [account("alice"), account("eve"), agent("eve")] {
			assert_eq!(validate(&who, transfer()), Ok(ValidTransaction::default()));
		}
	});
}

#[test]
fn naming_an_account_without_its_consent_does_not_restrict_it() {
	ExtBuilder::default().build_and_execute(|| {
		// Mallory registers, naming Eve's account as agent, with a signature of her own.
		let mut registration = registration("mallory", Some("alice"));
		registration.agent = sign(
			&key("mallory", "agent"),
			&statement::agent_statement(genesis(), &account("mallory")),
		);
		if let Signature::Falcon512(bundle) = &mut registration.agent {
			bundle[..897].copy_from_slice(key("eve", "account").public());
		}
		refused(&account("alice"), Call::register { registration }, Error::BadAgentSignature);
		assert_eq!(validate(&account("eve"), transfer()), Ok(ValidTransaction::default()));
	});
}

#[test]
fn an_agent_that_was_replaced_is_free() {
	ExtBuilder::default().build_and_execute(|| {
		let new = key("alice", "agent2");
		let consent = statement::agent_statement(genesis(), &account("alice"));
		let consent = Box::new(sign(&new, &consent));
		assert_ok!(Operators::set_agent(signed(&account("alice")), consent));
		assert_ok!(validate(&agent("alice"), transfer()));
		refused(&new.account_id().into(), transfer(), Error::AgentCallNotAllowed);
	});
}

#[test]
fn the_agent_of_an_operator_that_retires_is_free() {
	ExtBuilder::default().build_and_execute(|| {
		let own_key = vec![account("alice").into()].try_into().unwrap();
		assert_ok!(Operators::revoke_keys(signed(&account("alice")), own_key));
		assert_ok!(validate(&agent("alice"), transfer()));
		refused(&agent("alice"), heartbeat(), Error::NotAgent);
	});
}

#[test]
fn what_would_fail_is_refused_with_the_calls_error() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		refused(&alice, heartbeat(), Error::NotAgent);
		assert_ok!(send_heartbeat("alice"));
		refused(&agent("alice"), heartbeat(), Error::AlreadySeen);

		let mut registration = registration("eve", Some("alice"));
		registration.inviter = Some(account("bob"));
		refused(&alice, Call::register { registration }, Error::WrongSubmitter);

		let (keys, proof) = session_keys("alice", 1);
		let short = proof[..10].to_vec().try_into().unwrap();
		let call = Call::rotate_session_keys { keys: Box::new(keys), proof: short };
		refused(&agent("alice"), call, Error::InvalidProof);

		let statement = statement::agent_statement(genesis(), &account("bob"));
		let agent = Box::new(sign(&key("alice", "agent2"), &statement));
		refused(&alice, Call::set_agent { agent }, Error::BadAgentSignature);

		let keys = Default::default();
		refused(&alice, Call::revoke_keys { keys }, Error::InvalidKeyList);
	});
}

#[test]
fn a_signed_report_of_equivocation_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let header = sp_runtime::testing::Header::new_from_number(1);
		let call = Call::report_aura_equivocation {
			equivocation_proof: Box::new(AuraEquivocationProof {
				offender: sp_core::crypto::Pair::public(&aura_pair("bob", 0)).into(),
				slot: 1.into(),
				first_header: header.clone(),
				second_header: header,
			}),
			key_owner_proof: Default::default(),
		};
		assert_eq!(validate(&account("alice"), call), Err(InvalidTransaction::Call.into()));
	});
}

#[test]
fn feeless_calls_have_a_fixed_priority_one_tag_a_window_and_a_windows_longevity() {
	ExtBuilder::default().build_and_execute(|| {
		let (keys, proof) = session_keys("alice", 1);
		let new_agent = Box::new(sign(
			&key("alice", "agent2"),
			&statement::agent_statement(genesis(), &account("alice")),
		));
		let by_agent = |call: Call<Test>| validate(&agent("alice"), call).unwrap();
		let by_operator = |call: Call<Test>| validate(&account("alice"), call).unwrap();
		let all = [
			by_agent(heartbeat()),
			by_agent(Call::rotate_session_keys {
				keys: Box::new(keys),
				proof: proof.try_into().unwrap(),
			}),
			by_operator(Call::register { registration: registration("eve", Some("alice")) }),
			by_operator(Call::set_agent { agent: new_agent }),
			by_operator(Call::revoke_keys { keys: vec![[1; 32]].try_into().unwrap() }),
		];
		let mut tags = BTreeSet::new();
		for validity in all {
			assert_eq!(validity.priority, FEELESS_PRIORITY);
			assert_eq!(validity.longevity, 10);
			assert_eq!(validity.requires, Vec::<Vec<u8>>::new());
			assert_eq!(validity.provides.len(), 1);
			assert!(tags.insert(validity.provides));
		}
		// Another operator's heartbeat and another window's have other tags.
		assert!(tags.insert(validate(&agent("bob"), heartbeat()).unwrap().provides));
		run_to_window(1);
		assert!(tags.insert(by_agent(heartbeat()).provides));
	});
}

#[test]
fn calls_are_feeless_to_those_who_may_make_them_only() {
	ExtBuilder::default().build_and_execute(|| {
		let (keys, proof) = session_keys("alice", 1);
		let consent = statement::agent_statement(genesis(), &account("alice"));
		let (by_agents, by_operators) = (
			[
				heartbeat(),
				Call::rotate_session_keys {
					keys: Box::new(keys),
					proof: proof.try_into().unwrap(),
				},
			],
			[
				Call::register { registration: registration("eve", Some("alice")) },
				Call::set_agent { agent: Box::new(sign(&key("alice", "agent2"), &consent)) },
				Call::revoke_keys { keys: vec![[1; 32]].try_into().unwrap() },
			],
		);
		let feeless = |call: &Call<Test>, who: &AccountId32| {
			RuntimeCall::from(call.clone()).is_feeless(&signed(who))
		};
		for call in &by_agents {
			assert!(feeless(call, &agent("alice")));
			assert!(!feeless(call, &account("alice")));
			assert!(!feeless(call, &account("eve")));
		}
		for call in &by_operators {
			assert!(feeless(call, &account("alice")));
			assert!(!feeless(call, &agent("alice")));
			assert!(!feeless(call, &account("eve")));
		}
		assert!(!RuntimeCall::from(heartbeat()).is_feeless(&RuntimeOrigin::none()));
	});
}

#[test]
fn a_registration_that_its_newcomer_pays_for_is_an_ordinary_transaction() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Call::register { registration: registration("eve", None) };
		assert_eq!(validate(&account("eve"), call), Ok(ValidTransaction::default()));
	});
}

#[test]
fn ten_thousand_feeless_calls_of_one_account_take_one_place_a_call() {
	ExtBuilder::default().build_and_execute(|| {
		let mut places = BTreeSet::new();
		for number in 0..10_000u32 {
			let heartbeat = Heartbeat { best: 10_000 + number, ..beat() };
			let remark = frame_system::Call::remark_with_event { remark: number.encode() };
			places
				.insert(validate(&agent("alice"), Call::heartbeat { heartbeat }).unwrap().provides);
			places.insert(validate(&agent("alice"), remark).unwrap().provides);
		}
		assert_eq!(places.len(), 2);
		// Bob's heartbeat has a place of its own, and no less priority.
		let his = validate(&agent("bob"), heartbeat()).unwrap();
		assert!(places.insert(his.provides));
		assert_eq!(his.priority, FEELESS_PRIORITY);
	});
}

#[test]
fn feeless_calls_of_other_pallets_are_treated_alike() {
	ExtBuilder::default().build_and_execute(|| {
		let remark = |remark: &[u8]| frame_system::Call::<Test>::remark_with_event {
			remark: remark.to_vec(),
		};
		let validity = validate(&agent("alice"), remark(b"x")).unwrap();
		assert_eq!(validity.priority, FEELESS_PRIORITY);
		assert_eq!(
			validity.provides,
			[("qh-operator", ([0u8, 7], account("alice"), 0u32)).encode()]
		);
		assert_eq!(validate(&agent("alice"), remark(b"")), Err(InvalidTransaction::Payment.into()));
		assert_eq!(validate(&account("alice"), remark(b"x")), Ok(ValidTransaction::default()));
	});
}

#[test]
fn the_extension_weighs_what_it_checks() {
	ExtBuilder::default().build_and_execute(|| {
		let weight = |call: RuntimeCall| CheckOperatorCall::<Test>::new().weight(&call);
		assert_eq!(weight(heartbeat().into()), <() as WeightInfo>::check_heartbeat());
		assert_eq!(
			weight(transfer()),
			<() as WeightInfo>::check_other().saturating_add(Weight::from_parts(1, 1))
		);
		let operator = scheme_key(Scheme::SlhDsaSha2_128s, "eve", "account");
		let registration = registration_by(&operator, &key("eve", "agent"), None);
		assert_eq!(
			weight(Call::register { registration }.into()),
			<() as WeightInfo>::check_register_slh_dsa_sha2_128s()
		);
	});
}

#[test]
fn what_is_not_signed_passes() {
	ExtBuilder::default().build_and_execute(|| {
		let call = RuntimeCall::from(heartbeat());
		let validity = CheckOperatorCall::<Test>::new()
			.validate(
				RuntimeOrigin::none(),
				&call,
				&call.get_dispatch_info(),
				0,
				(),
				&TxBaseImplication(()),
				TransactionSource::Local,
			)
			.map(|(validity, _, _)| validity);
		assert_eq!(validity, Ok(ValidTransaction::default()));
	});
}
