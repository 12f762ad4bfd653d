// SPDX-License-Identifier: Apache-2.0

//! `fill_tank` and `withdraw`.

use super::events;
use crate::{mock::*, Error, Event, Tank, Tanks};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, TokenError};

fn fill(n: u8, amount: u128) -> sp_runtime::DispatchResult {
	Attestation::fill_tank(RuntimeOrigin::signed(operator(n)), amount)
}

fn withdraw(n: u8, amount: u128) -> sp_runtime::DispatchResult {
	Attestation::withdraw(RuntimeOrigin::signed(operator(n)), amount)
}

#[test]
fn a_tank_holds_tokens_of_its_owner() {
	execute(|| {
		let free = Balances::free_balance(operator(1));
		let issued = Balances::total_issuance();
		assert_ok!(fill(1, 300));
		assert_ok!(fill(1, 200));
		assert_eq!(Attestation::tank(&operator(1)), 500);
		assert_eq!(Balances::free_balance(operator(1)), free - 500);
		assert_eq!(Balances::total_issuance(), issued);
		let filled = |amount| Event::TankFilled { account: operator(1), amount };
		assert_eq!(events(), vec![filled(300), filled(200)]);
	});
}

#[test]
fn a_tank_is_filled_with_something() {
	execute(|| {
		assert_noop!(fill(1, 0), Error::<Test>::ZeroAmount);
	});
}

#[test]
fn a_tank_is_not_filled_with_more_than_there_is() {
	execute(|| {
		let free = Balances::free_balance(operator(1));
		assert_noop!(fill(1, free + 1), TokenError::FundsUnavailable);
		assert_noop!(fill(9, 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn unsigned_origins_have_no_tank() {
	execute(|| {
		assert_noop!(Attestation::fill_tank(RuntimeOrigin::none(), 1), BadOrigin);
		assert_noop!(Attestation::withdraw(RuntimeOrigin::root(), 1), BadOrigin);
	});
}

#[test]
fn what_is_left_can_be_withdrawn() {
	execute(|| {
		assert_ok!(fill(1, 100));
		let free = Balances::free_balance(operator(1));
		assert_ok!(withdraw(1, 30));
		assert_eq!(Attestation::tank(&operator(1)), 70);
		assert_eq!(Balances::free_balance(operator(1)), free + 30);
		assert_eq!(Tanks::<Test>::get(operator(1)), Tank { filled: 100, burned: 0, withdrawn: 30 });
		let event = Event::TankWithdrawn { account: operator(1), amount: 30 };
		assert_eq!(events().pop(), Some(event));
	});
}

#[test]
fn an_emptied_tank_leaves_nothing_in_storage() {
	execute(|| {
		assert_ok!(fill(1, 100));
		assert_ok!(withdraw(1, 100));
		assert!(!Tanks::<Test>::contains_key(operator(1)));
	});
}

#[test]
fn nothing_is_withdrawn_from_nothing() {
	execute(|| {
		assert_ok!(fill(1, 10));
		assert_noop!(withdraw(1, 0), Error::<Test>::ZeroAmount);
		assert_noop!(withdraw(1, 11), Error::<Test>::TankTooLow);
		assert_noop!(withdraw(2, 1), Error::<Test>::TankTooLow);
	});
}

#[test]
fn burned_gas_cannot_be_withdrawn() {
	execute(|| {
		assert_ok!(fill(1, 100));
		let batch = batch(&operator(1), 6);
		assert_ok!(Attestation::anchor(RuntimeOrigin::signed(agent(1)), batch));
		assert_noop!(withdraw(1, 81), Error::<Test>::TankTooLow);
		assert_ok!(withdraw(1, 80));
	});
}
