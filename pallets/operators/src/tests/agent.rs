// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

/// The consent of a key to act for an operator.
fn consent(agent: &qh_crypto::Keypair, operator: &str) -> Box<Signature> {
	Box::new(sign(agent, &statement::agent_statement(genesis(), &account(operator))))
}

#[test]
fn an_operator_names_a_new_agent_and_the_old_one_acts_no_more() {
	ExtBuilder::default().build_and_execute(|| {
		let new = key("alice", "agent2");
		let new_id = AccountId32::from(new.account_id());
		assert_eq!(System::sufficients(&agent("alice")), 1);
		assert_ok!(Operators::set_agent(signed(&account("alice")), consent(&new, "alice")));
		assert_eq!(
			events(),
			[Event::AgentChanged {
				operator: account("alice"),
				old: agent("alice"),
				new: new_id.clone()
			}]
		);
		assert_eq!(Operators::agent_of(&account("alice")), Some(new_id.clone()));
		assert_eq!(Operators::operator_of(&new_id), Some(account("alice")));
		assert_eq!(Operators::operator_of(&agent("alice")), None);
		assert_eq!(System::sufficients(&new_id), 1);
		assert_noop!(
			Operators::heartbeat(signed(&agent("alice")), beat()),
			Error::<Test>::NotAgent
		);
		assert_ok!(Operators::heartbeat(signed(&new_id), beat()));
	});
}

mod set_agent_fails {
	use super::*;

	fn refused(who: &AccountId32, consent: Box<Signature>, error: Error<Test>) {
		assert_noop!(Operators::set_agent(signed(who), consent), error);
	}

	#[test]
	fn if_the_sender_is_no_operator() {
		ExtBuilder::default().build_and_execute(|| {
			let new = key("alice", "agent2");
			refused(&account("eve"), consent(&new, "eve"), Error::NotOperator);
			refused(&agent("alice"), consent(&new, "alice"), Error::NotOperator);
		});
	}

	#[test]
	fn if_the_operator_has_retired() {
		ExtBuilder::default().build_and_execute(|| {
			let own_key = vec![account("alice").into()].try_into().unwrap();
			assert_ok!(Operators::revoke_keys(signed(&account("alice")), own_key));
			let new = key("alice", "agent2");
			refused(&account("alice"), consent(&new, "alice"), Error::KeyRevoked);
		});
	}

	#[test]
	fn if_the_operator_revoked_the_new_key() {
		ExtBuilder::default().build_and_execute(|| {
			let new = key("alice", "agent2");
			let stolen = vec![new.account_id()].try_into().unwrap();
			assert_ok!(Operators::revoke_keys(signed(&account("alice")), stolen));
			refused(&account("alice"), consent(&new, "alice"), Error::KeyRevoked);
		});
	}

	#[test]
	fn if_the_agent_was_changed_in_this_window() {
		ExtBuilder::default().build_and_execute(|| {
			let (second, third) = (key("alice", "agent2"), key("alice", "agent3"));
			let alice = account("alice");
			assert_ok!(Operators::set_agent(signed(&alice), consent(&second, "alice")));
			refused(&alice, consent(&third, "alice"), Error::QuotaUsedUp);
			run_to_window(1);
			assert_ok!(Operators::set_agent(signed(&alice), consent(&third, "alice")));
		});
	}

	#[test]
	fn if_the_key_is_of_another_scheme_than_falcon() {
		ExtBuilder::default().build_and_execute(|| {
			let new = scheme_key(Scheme::MlDsa65, "alice", "agent2");
			refused(&account("alice"), consent(&new, "alice"), Error::AgentNotFalcon);
		});
	}

	#[test]
	fn if_the_account_is_not_fresh() {
		ExtBuilder::default().build_and_execute(|| {
			for taken in [key("alice", "agent"), key("bob", "agent"), key("alice", "account")] {
				refused(&account("alice"), consent(&taken, "alice"), Error::AgentNotFresh);
			}
			let used = key("alice", "agent2");
			System::inc_account_nonce(AccountId32::from(used.account_id()));
			refused(&account("alice"), consent(&used, "alice"), Error::AgentNotFresh);
		});
	}

	/// Otherwise what it signed as an agent could be repeated.
	#[test]
	fn if_the_account_was_an_agent_that_has_sent_something() {
		ExtBuilder::default().build_and_execute(|| {
			let alice = account("alice");
			System::inc_account_nonce(agent("alice"));
			let second = key("alice", "agent2");
			assert_ok!(Operators::set_agent(signed(&alice), consent(&second, "alice")));
			assert_eq!(System::account_nonce(agent("alice")), 1);
			run_to_window(1);
			refused(&alice, consent(&key("alice", "agent"), "alice"), Error::AgentNotFresh);
		});
	}

	#[test]
	fn if_the_key_consented_to_another_operator_only() {
		ExtBuilder::default().build_and_execute(|| {
			let new = key("alice", "agent2");
			refused(&account("alice"), consent(&new, "bob"), Error::BadAgentSignature);
		});
	}
}
