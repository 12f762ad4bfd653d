// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

fn list(keys: &[KeyId]) -> BoundedVec<KeyId, MaxKeysPerRevocation> {
	keys.to_vec().try_into().unwrap()
}

#[test]
fn what_a_revoked_key_signs_after_the_block_of_its_revocation_is_void() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(5);
		let (alice, key) = (account("alice"), [7; 32]);
		assert_ok!(Operators::revoke_keys(signed(&alice), list(&[key])));
		assert_eq!(events(), [Event::KeyRevoked { operator: alice.clone(), key }]);
		assert!(!Operators::is_revoked(&alice, &key, 4));
		assert!(!Operators::is_revoked(&alice, &key, 5));
		assert!(Operators::is_revoked(&alice, &key, 6));
		assert!(!Operators::is_revoked(&alice, &[8; 32], 6));
	});
}

#[test]
fn a_revocation_says_nothing_about_another_operator() {
	ExtBuilder::default().build_and_execute(|| {
		let theirs = agent("bob").into();
		assert_ok!(Operators::revoke_keys(signed(&account("alice")), list(&[theirs])));
		run_to(5);
		assert!(!Operators::is_revoked(&account("bob"), &theirs, 5));
		assert_ok!(send_heartbeat("bob"));
	});
}

#[test]
fn an_agents_key_is_revoked_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		let stolen = agent("alice").into();
		assert_ok!(Operators::revoke_keys(signed(&account("alice")), list(&[stolen])));
		assert_noop!(send_heartbeat("alice"), Error::<Test>::KeyRevoked);
		let (keys, proof) = session_keys("alice", 1);
		assert_noop!(
			Operators::rotate_session_keys(
				signed(&agent("alice")),
				Box::new(keys),
				proof.try_into().unwrap()
			),
			Error::<Test>::KeyRevoked
		);
	});
}

#[test]
fn who_revokes_its_own_key_retires() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		let own = alice.clone().into();
		assert_ok!(Operators::revoke_keys(signed(&alice), list(&[own])));
		assert_eq!(
			Suspended::<Test>::get(&alice),
			Some(Suspension { reason: SuspensionReason::OperatorKeyRevoked, since: 1 })
		);
		assert!(Operators::operator_info(alice.clone()).unwrap().retired);
		assert_noop!(send_heartbeat("alice"), Error::<Test>::NotAgent);
		run_to_window(1);
		assert_noop!(
			Operators::revoke_keys(signed(&alice), list(&[[9; 32]])),
			Error::<Test>::KeyRevoked
		);
	});
}

#[test]
fn session_keys_are_revoked_after_they_are_rotated_and_cannot_return() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		let (old, old_proof) = session_keys("alice", 0);
		let (new, new_proof) = session_keys("alice", 1);
		let old_id = session_key_id(old.get_raw(qh_app_crypto::aura::KEY_TYPE));
		assert_ok!(Operators::rotate_session_keys(
			signed(&agent("alice")),
			Box::new(new),
			new_proof.try_into().unwrap()
		));
		assert_ok!(Operators::revoke_keys(signed(&alice), list(&[old_id])));
		run_to_window(1);
		assert_noop!(
			Operators::rotate_session_keys(
				signed(&agent("alice")),
				Box::new(old),
				old_proof.try_into().unwrap()
			),
			Error::<Test>::KeyRevoked
		);
	});
}

mod revoke_keys_fails {
	use super::*;

	fn refused(who: &AccountId32, keys: &[KeyId], error: Error<Test>) {
		assert_noop!(Operators::revoke_keys(signed(who), list(keys)), error);
	}

	#[test]
	fn if_the_sender_is_no_operator() {
		ExtBuilder::default().build_and_execute(|| {
			refused(&agent("alice"), &[[1; 32]], Error::NotOperator);
			refused(&account("eve"), &[[1; 32]], Error::NotOperator);
		});
	}

	#[test]
	fn if_there_was_a_revocation_in_this_window() {
		ExtBuilder::default().build_and_execute(|| {
			let alice = account("alice");
			assert_ok!(Operators::revoke_keys(signed(&alice), list(&[[1; 32]])));
			refused(&alice, &[[2; 32]], Error::QuotaUsedUp);
			run_to_window(1);
			assert_ok!(Operators::revoke_keys(signed(&alice), list(&[[2; 32]])));
		});
	}

	#[test]
	fn if_the_list_is_empty_or_names_a_key_twice() {
		ExtBuilder::default().build_and_execute(|| {
			refused(&account("alice"), &[], Error::InvalidKeyList);
			refused(&account("alice"), &[[1; 32], [2; 32], [1; 32]], Error::InvalidKeyList);
		});
	}

	#[test]
	fn if_a_key_is_on_the_list_already() {
		ExtBuilder::default().build_and_execute(|| {
			let alice = account("alice");
			assert_ok!(Operators::revoke_keys(signed(&alice), list(&[[1; 32]])));
			run_to_window(1);
			refused(&alice, &[[2; 32], [1; 32]], Error::AlreadyRevoked);
		});
	}

	#[test]
	fn if_the_list_is_full() {
		MaxRevokedKeys::set(3);
		ExtBuilder::default().build_and_execute(|| {
			let alice = account("alice");
			assert_ok!(Operators::revoke_keys(signed(&alice), list(&[[1; 32], [2; 32]])));
			run_to_window(1);
			refused(&alice, &[[3; 32], [4; 32]], Error::TooManyRevokedKeys);
			assert_ok!(Operators::revoke_keys(signed(&alice), list(&[[3; 32]])));
		});
	}

	#[test]
	fn if_a_session_key_is_in_use() {
		ExtBuilder::default().build_and_execute(|| {
			let (keys, _) = session_keys("alice", 0);
			for key_type in SessionKeys::key_ids() {
				let key = session_key_id(keys.get_raw(*key_type));
				refused(&account("alice"), &[key], Error::SessionKeyInUse);
			}
		});
	}
}
