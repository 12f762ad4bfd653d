// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use pallet_session::historical::HistoricalSessions;

fn rotate(name: &str, version: u32) -> frame_support::dispatch::DispatchResult {
	let (keys, proof) = session_keys(name, version);
	Operators::rotate_session_keys(signed(&agent(name)), Box::new(keys), proof.try_into().unwrap())
}

fn names(names: &[&str]) -> Vec<AccountId32> {
	names.iter().map(|name| account(name)).collect()
}

/// Begins session after session until a plan made now is in force.
fn two_sessions_later() {
	run_to((System::block_number() / 10 + 2) * 10);
}

#[test]
fn an_agent_rotates_its_operators_session_keys() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rotate("alice", 1));
		assert_eq!(events(), [Event::SessionKeysRotated { operator: account("alice") }]);
		let (new, _) = session_keys("alice", 1);
		assert_eq!(Session::load_keys(&account("alice")), Some(new.clone()));
		two_sessions_later();
		let queued = Session::queued_keys();
		assert!(queued.contains(&(account("alice"), new)));
	});
}

#[test]
fn an_operator_that_is_no_validator_sets_session_keys_ahead() {
	ExtBuilder::default().validators(&["alice", "bob"]).build_and_execute(|| {
		assert_ok!(rotate("charlie", 0));
		assert!(Session::load_keys(&account("charlie")).is_some());
	});
}

mod rotate_session_keys_fails {
	use super::*;

	fn refused(who: &AccountId32, keys: SessionKeys, proof: Vec<u8>, error: Error<Test>) {
		assert_noop!(
			Operators::rotate_session_keys(signed(who), Box::new(keys), proof.try_into().unwrap()),
			error
		);
	}

	#[test]
	fn if_the_sender_is_no_agent() {
		ExtBuilder::default().build_and_execute(|| {
			let (keys, proof) = session_keys("alice", 1);
			refused(&account("alice"), keys, proof, Error::NotAgent);
		});
	}

	#[test]
	fn if_the_keys_were_rotated_in_this_window() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(rotate("alice", 1));
			let (keys, proof) = session_keys("alice", 2);
			refused(&agent("alice"), keys, proof, Error::QuotaUsedUp);
			run_to_window(1);
			assert_ok!(rotate("alice", 2));
		});
	}

	#[test]
	fn if_a_key_is_anothers() {
		ExtBuilder::default().build_and_execute(|| {
			let (keys, proof) = session_keys_for("bob", 0, &account("alice"));
			refused(&agent("alice"), keys, proof, Error::KeyOwnedByAnother);
		});
	}

	#[test]
	fn if_possession_is_shown_for_another_account_or_by_another_key() {
		ExtBuilder::default().build_and_execute(|| {
			let (keys, proof) = session_keys("alice", 1);
			// The agent signs for the operator: the proof has to be for the operator.
			let (_, for_agent) = session_keys_for("alice", 1, &agent("alice"));
			refused(&agent("alice"), keys.clone(), for_agent, Error::InvalidProof);
			let (_, of_other_keys) = session_keys("alice", 2);
			refused(&agent("alice"), keys.clone(), of_other_keys, Error::InvalidProof);
			let half = proof[..666].to_vec();
			refused(&agent("alice"), keys.clone(), half, Error::InvalidProof);
			let mut longer = proof.clone();
			longer.push(0);
			refused(&agent("alice"), keys.clone(), longer, Error::InvalidProof);
			let mut swapped = proof[666..].to_vec();
			swapped.extend_from_slice(&proof[..666]);
			refused(&agent("alice"), keys, swapped, Error::InvalidProof);
		});
	}
}

#[test]
fn sessions_have_the_validators_of_the_list() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Session::validators(), names(&["alice", "bob", "charlie", "dave"]));
		run_to(60);
		assert_eq!(Session::validators(), names(&["alice", "bob", "charlie", "dave"]));
	});
}

#[test]
fn a_session_without_a_change_is_not_announced_as_one() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(50);
		assert!(!pallet_session::QueuedChanged::<Test>::get());
		assert_ok!(rotate("alice", 1));
		run_to(60);
		assert!(pallet_session::QueuedChanged::<Test>::get());
		run_to(70);
		assert!(!pallet_session::QueuedChanged::<Test>::get());
	});
}

#[test]
fn a_suspended_validator_is_left_out_and_keeps_its_place() {
	ExtBuilder::default().build_and_execute(|| {
		Operators::suspend(&account("bob"), SuspensionReason::Equivocation);
		two_sessions_later();
		assert_eq!(Session::validators(), names(&["alice", "charlie", "dave"]));
		assert_eq!(Validators::<Test>::get().len(), 4);
	});
}

#[test]
fn suspensions_never_take_a_session_below_the_minimum() {
	ExtBuilder::default().build_and_execute(|| {
		for name in ["alice", "bob", "dave"] {
			Operators::suspend(&account(name), SuspensionReason::Equivocation);
		}
		run_to(10);
		assert_eq!(events(), [Event::SuspendedValidatorsKept { count: 1 }]);
		run_to(20);
		assert_eq!(Session::validators(), names(&["alice", "charlie"]));
	});
}

#[test]
fn a_lone_validator_stays_even_if_suspended() {
	MinValidators::set(1);
	ExtBuilder::default().operators(&["alice"]).validators(&["alice"]).build_and_execute(|| {
		Operators::suspend(&account("alice"), SuspensionReason::Equivocation);
		run_to(40);
		assert_eq!(Session::validators(), names(&["alice"]));
	});
}

#[test]
fn a_validator_without_session_keys_is_left_out() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Session::purge_keys(signed(&account("dave"))));
		two_sessions_later();
		assert_eq!(Session::validators(), names(&["alice", "bob", "charlie"]));
	});
}

#[test]
fn a_list_of_validators_without_keys_leaves_the_session_as_it_is() {
	ExtBuilder::default().operators(&["alice"]).validators(&["alice"]).build_and_execute(|| {
		Validators::<Test>::kill();
		run_to(40);
		assert_eq!(Session::validators(), names(&["alice"]));
	});
}

#[test]
fn an_equivocation_outweighs_the_other_reason_for_a_suspension() {
	ExtBuilder::default().build_and_execute(|| {
		let bob = account("bob");
		Operators::suspend(&bob, SuspensionReason::Equivocation);
		Operators::suspend(&bob, SuspensionReason::OperatorKeyRevoked);
		assert_eq!(
			events(),
			[Event::OperatorSuspended {
				operator: bob.clone(),
				reason: SuspensionReason::Equivocation
			}]
		);
		assert_eq!(
			Suspended::<Test>::get(&bob),
			Some(Suspension { reason: SuspensionReason::Equivocation, since: 1 })
		);
		Operators::suspend(&account("eve"), SuspensionReason::Equivocation);
		assert!(!Operators::is_suspended(&account("eve")));

		let charlie = account("charlie");
		Operators::suspend(&charlie, SuspensionReason::OperatorKeyRevoked);
		next_block();
		Operators::suspend(&charlie, SuspensionReason::Equivocation);
		assert_eq!(
			Suspended::<Test>::get(&charlie),
			Some(Suspension { reason: SuspensionReason::Equivocation, since: 1 })
		);
		assert_eq!(
			events(),
			[Event::OperatorSuspended {
				operator: charlie,
				reason: SuspensionReason::Equivocation
			}]
		);
	});
}

#[test]
fn only_operators_have_a_validator_id() {
	use sp_runtime::traits::Convert;
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(ValidatorIdOf::<Test>::convert(account("alice")), Some(account("alice")));
		assert_eq!(ValidatorIdOf::<Test>::convert(agent("alice")), None);
		assert_eq!(ValidatorIdOf::<Test>::convert(account("eve")), None);
	});
}

#[test]
fn historical_sessions_are_pruned() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(100);
		// Session 10 is current, 11 is planned, and three past ones are kept.
		let kept: std::collections::BTreeSet<_> = HistoricalSessions::<Test>::iter_keys().collect();
		assert_eq!(kept, (7..=11).collect());
	});
}
