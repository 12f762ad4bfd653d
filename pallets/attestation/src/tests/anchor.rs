// SPDX-License-Identifier: Apache-2.0

//! `anchor` without vouchers: continuity, gas, allowance, bounds.

use super::events;
use crate::{mock::*, Batches, Chains, Error, Event, GasStatus, TotalsOf};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::CheckIfFeeless, traits::Hooks};
use qh_receipts::Head;
use sp_runtime::{transaction_validity::InvalidTransaction, AccountId32};

fn anchor(agent: &AccountId32, batch: crate::BatchOf<Test>) -> sp_runtime::DispatchResult {
	Attestation::anchor(RuntimeOrigin::signed(agent.clone()), batch)
}

#[test]
fn a_batch_moves_the_head_and_waits_for_the_next_block() {
	execute(|| {
		let batch = batch(&operator(1), 3);
		assert_ok!(anchor(&agent(1), batch.clone()));

		let head = Head { next_seq: 3, head: batch.new_head };
		assert_eq!(Attestation::head(&operator(1)), head);
		assert_eq!(Attestation::head(&operator(2)), Head::default());
		let leaf = &Batches::<Test>::get()[0];
		assert_eq!(leaf.operator, [1; 32]);
		assert_eq!(leaf.agent, [101; 32]);
		assert_eq!((leaf.first_seq, leaf.last_seq), (0, 2));
		assert_eq!(
			events(),
			vec![Event::Anchored {
				operator: operator(1),
				first_seq: 0,
				last_seq: 2,
				new_head: batch.new_head,
				merkle_root: batch.merkle_root,
				gas: 0,
			}]
		);
		next_block();
		assert!(Batches::<Test>::get().is_empty());
	});
}

#[test]
fn several_batches_of_one_operator_fit_into_a_block() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
		assert_ok!(anchor(&agent(2), batch(&operator(2), 1)));
		assert_ok!(anchor(&agent(1), batch(&operator(1), 2)));
		assert_eq!(Batches::<Test>::get().len(), 3);
		assert_eq!(Attestation::head(&operator(1)).next_seq, 3);
		assert_eq!(TotalsOf::<Test>::get().receipts, 4);
	});
}

#[test]
fn who_is_no_agent_cannot_anchor() {
	execute(|| {
		let batch = batch(&operator(1), 1);
		for sender in [operator(1), operator(3)] {
			assert_noop!(anchor(&sender, batch.clone()), Error::<Test>::NotAnAgent);
		}
		let root = Attestation::anchor(RuntimeOrigin::root(), batch);
		assert_noop!(root, sp_runtime::traits::BadOrigin);
	});
}

#[test]
fn an_agent_anchors_for_its_own_operator_only() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 2)));
		let foreign = batch(&operator(1), 1);
		assert_noop!(anchor(&agent(2), foreign), Error::<Test>::Gap);
	});
}

#[test]
fn a_batch_cannot_be_repeated() {
	execute(|| {
		let batch = batch(&operator(1), 2);
		assert_ok!(anchor(&agent(1), batch.clone()));
		assert_noop!(anchor(&agent(1), batch.clone()), Error::<Test>::AlreadyAnchored);
		next_block();
		assert_noop!(anchor(&agent(1), batch), Error::<Test>::AlreadyAnchored);
	});
}

#[test]
fn no_receipt_can_be_left_out() {
	execute(|| {
		let mut batch = batch(&operator(1), 2);
		batch.first_seq = 1;
		assert_noop!(anchor(&agent(1), batch), Error::<Test>::Gap);
	});
}

#[test]
fn another_past_cannot_be_continued() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 2)));
		let mut batch = batch(&operator(1), 1);
		batch.prev_head = [9; 32];
		assert_noop!(anchor(&agent(1), batch), Error::<Test>::ForeignHead);
	});
}

#[test]
fn an_impossible_range_is_refused() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
		let mut upside_down = batch(&operator(1), 1);
		upside_down.last_seq = 0;
		assert_noop!(anchor(&agent(1), upside_down), Error::<Test>::BadRange);
		let mut endless = batch(&operator(1), 1);
		endless.last_seq = u64::MAX;
		assert_noop!(anchor(&agent(1), endless), Error::<Test>::BadRange);
	});
}

#[test]
fn the_last_sequence_number_is_never_used() {
	execute(|| {
		Chains::<Test>::mutate(operator(1), |chain| {
			chain.head = Head { next_seq: u64::MAX, head: [1; 32] };
		});
		TotalsOf::<Test>::mutate(|totals| totals.receipts = u64::MAX);
		let head = Attestation::head(&operator(1));
		let mut batch = batch_from(Head { next_seq: 0, ..head }, 1);
		(batch.first_seq, batch.last_seq) = (u64::MAX, u64::MAX);
		assert_noop!(anchor(&agent(1), batch), Error::<Test>::BadRange);
	});
}

#[test]
fn a_batch_of_too_many_receipts_is_refused() {
	execute(|| {
		fund(&operator(1), 1_000);
		let big = batch(&operator(1), 65);
		assert_noop!(anchor(&agent(1), big), Error::<Test>::TooManyReceipts);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 64)));
	});
}

#[test]
fn a_block_holds_a_bounded_number_of_batches() {
	execute(|| {
		MaxBatches::set(2);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
		let third = batch(&operator(1), 1);
		assert_noop!(anchor(&agent(1), third), Error::<Test>::BlockFull);
		next_block();
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
	});
}

#[test]
fn receipts_are_free_up_to_the_allowance_of_the_era() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 3)));
		assert_eq!(Attestation::gas(&operator(1)).free_left, 1);
		let more = batch(&operator(1), 2);
		assert_noop!(anchor(&agent(1), more), Error::<Test>::InsufficientGas);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));

		CurrentEra::set(1);
		assert_eq!(Attestation::gas(&operator(1)).free_left, 4);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 4)));
		let fifth = batch(&operator(1), 1);
		assert_noop!(anchor(&agent(1), fifth), Error::<Test>::InsufficientGas);
	});
}

#[test]
fn what_is_not_free_is_burned_from_the_tank() {
	execute(|| {
		fund(&operator(1), 100);
		let issued = Balances::total_issuance();
		assert_ok!(anchor(&agent(1), batch(&operator(1), 10)));
		assert_eq!(Attestation::tank(&operator(1)), 40);
		assert_eq!(Balances::total_issuance(), issued - 60);
		assert_eq!(
			Attestation::gas(&operator(1)),
			GasStatus { tank: 40, per_receipt: 10, free_left: 0, free_per_era: 4 }
		);
		let five = batch(&operator(1), 5);
		assert_noop!(anchor(&agent(1), five), Error::<Test>::InsufficientGas);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 4)));
		assert_eq!(Attestation::tank(&operator(1)), 0);
	});
}

#[test]
fn an_agent_needs_no_tokens() {
	execute(|| {
		assert_eq!(Balances::free_balance(agent(1)), 0);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 4)));
	});
}

#[test]
fn frozen_tokens_are_not_burned() {
	use frame_support::traits::{LockableCurrency, WithdrawReasons};
	execute(|| {
		fund(&operator(1), 100);
		let all = Balances::free_balance(operator(1)) + 100;
		Balances::set_lock(*b"test....", &operator(1), all, WithdrawReasons::all());
		assert_eq!(Attestation::tank(&operator(1)), 0);
		let five = batch(&operator(1), 5);
		assert_noop!(anchor(&agent(1), five), Error::<Test>::InsufficientGas);
	});
}

#[test]
fn the_state_of_an_operator_does_not_grow_with_its_receipts() {
	execute(|| {
		fund(&operator(1), 500_000);
		assert_ok!(anchor(&agent(1), batch(&operator(1), 1)));
		let key = Chains::<Test>::hashed_key_for(operator(1));
		let size = || sp_io::storage::get(&key).map(|bytes| bytes.len());
		assert_eq!(size(), Some(56));
		for _ in 0..160 {
			assert_ok!(anchor(&agent(1), batch(&operator(1), 64)));
			next_block();
		}
		assert_eq!(Attestation::head(&operator(1)).next_seq, 10_241);
		assert_eq!(size(), Some(56));
		assert_eq!(Chains::<Test>::iter().count(), 1);
	});
}

#[test]
fn anchoring_is_feeless_while_gas_is_covered() {
	execute(|| {
		let feeless = |who: &AccountId32, receipts| {
			let batch = batch(&operator(1), receipts);
			let call = RuntimeCall::Attestation(crate::Call::anchor { batch });
			call.is_feeless(&RuntimeOrigin::signed(who.clone()))
		};
		assert!(feeless(&agent(1), 4));
		assert!(!feeless(&agent(1), 5));
		assert!(!feeless(&operator(1), 1));
		fund(&operator(1), 10);
		assert!(feeless(&agent(1), 5));
		let fill = RuntimeCall::Attestation(crate::Call::fill_tank { amount: 1 });
		assert!(!fill.is_feeless(&RuntimeOrigin::signed(operator(1))));
	});
}

#[test]
fn validation_gives_the_reason_of_a_refusal() {
	execute(|| {
		let good = batch(&operator(1), 1);
		assert_eq!(Attestation::check_anchor(&agent(1), &good), Ok(operator(1)));
		let refused = |who: AccountId32, batch: &crate::BatchOf<Test>| {
			Attestation::check_anchor(&who, batch).unwrap_err()
		};
		assert_eq!(refused(operator(3), &good), InvalidTransaction::Custom(128));

		let mut ahead = good.clone();
		(ahead.first_seq, ahead.last_seq) = (1, 1);
		assert_eq!(refused(agent(1), &ahead), InvalidTransaction::Future);
		assert_eq!(refused(agent(1), &batch(&operator(1), 5)), InvalidTransaction::Payment);
		assert_ok!(anchor(&agent(1), good.clone()));
		assert_eq!(refused(agent(1), &good), InvalidTransaction::Stale);

		let mut foreign = batch(&operator(1), 1);
		foreign.prev_head = [9; 32];
		let index = Error::<Test>::ForeignHead.encode()[0];
		assert_eq!(refused(agent(1), &foreign), InvalidTransaction::Custom(128 + index));
	});
}

#[test]
fn the_configuration_is_consistent() {
	execute(<Attestation as Hooks<u32>>::integrity_test);
}

#[test]
fn a_replaced_agent_cannot_anchor_and_its_successor_continues() {
	execute(|| {
		assert_ok!(anchor(&agent(1), batch(&operator(1), 2)));
		register(&operator(1), &agent(9));
		let next = batch(&operator(1), 1);
		assert_noop!(anchor(&agent(1), next.clone()), Error::<Test>::NotAnAgent);
		assert_ok!(anchor(&agent(9), next));
		assert_eq!(Batches::<Test>::get()[1].agent, [109; 32]);
	});
}
