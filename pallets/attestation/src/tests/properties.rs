// SPDX-License-Identifier: Apache-2.0

//! Random histories against a model: nothing dropped, reordered or repeated, and no gas lost.

use crate::{mock::*, Batch, BatchOf, Chains, Customers, SignedVoucher, Tanks, TotalsOf};
use proptest::prelude::*;
use qh_receipts::Head;
use sp_runtime::AccountId32;
use std::collections::BTreeMap;

/// What may happen.
#[derive(Clone, Debug)]
enum Act {
	/// The agent of an operator anchors receipts from `from` behind or ahead of the head, with this
	/// head or a foreign one, and a voucher for this part of them.
	Anchor {
		operator: u8,
		shift: i8,
		receipts: u8,
		honest: bool,
		voucher: Option<(u8, u8, u8)>,
	},
	/// A batch that was anchored before is sent again.
	Replay(prop::sample::Index),
	Fill {
		account: u8,
		amount: u16,
	},
	Withdraw {
		account: u8,
		amount: u16,
	},
	NextBlock,
	NextEra,
}

fn act() -> impl Strategy<Value = Act> {
	let anchor =
		(1u8..=2, prop_oneof![8 => Just(0i8), 1 => -3i8..4], 1u8..8, prop::bool::weighted(0.9))
			.prop_flat_map(|(operator, shift, receipts, honest)| {
				let voucher = prop::option::of((4u8..=5, 0..receipts + 1, 0..receipts + 1));
				voucher.prop_map(move |voucher| Act::Anchor {
					operator,
					shift,
					receipts,
					honest,
					voucher,
				})
			});
	prop_oneof![
		8 => anchor,
		1 => any::<prop::sample::Index>().prop_map(Act::Replay),
		2 => (1u8..=5, 0u16..200).prop_map(|(account, amount)| Act::Fill { account, amount }),
		1 => (1u8..=5, 0u16..100).prop_map(|(account, amount)| Act::Withdraw { account, amount }),
		1 => Just(Act::NextBlock),
		1 => Just(Act::NextEra),
	]
}

/// Accounts 1 and 2 are operators, 4 and 5 customers with keys.
fn account(n: u8) -> AccountId32 {
	if n >= 4 {
		keypair(n).account_id().into()
	} else {
		operator(n)
	}
}

#[derive(Default)]
struct Model {
	/// Batches that were accepted, in order, by operator.
	accepted: BTreeMap<u8, Vec<BatchOf<Test>>>,
	filled: BTreeMap<u8, u128>,
	withdrawn: BTreeMap<u8, u128>,
}

fn shifted(head: Head, shift: i8, honest: bool) -> Head {
	let next_seq = head.next_seq.saturating_add_signed(shift.into());
	Head { next_seq, head: if honest { head.head } else { [0xee; 32] } }
}

fn apply(model: &mut Model, act: Act) {
	match act {
		Act::Anchor { operator: n, shift, receipts, honest, voucher: part } => {
			let head = Attestation::head(&operator(n));
			let mut batch = batch_from(shifted(head, shift, honest), receipts.into());
			if let Some((customer, from, to)) = part {
				let customer = keypair(customer);
				let (first, last) =
					(batch.first_seq + u64::from(from), batch.first_seq + u64::from(to));
				let voucher = sign(&customer, voucher(&customer, &operator(n), first, last));
				batch.vouchers = vec![voucher].try_into().unwrap();
			}
			send(model, n, batch);
		}
		Act::Replay(index) => {
			let all: Vec<_> = model
				.accepted
				.iter()
				.flat_map(|(n, batches)| batches.iter().map(move |batch| (*n, batch.clone())))
				.collect();
			if !all.is_empty() {
				let (n, batch) = all[index.index(all.len())].clone();
				let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
				let result = Attestation::anchor(RuntimeOrigin::signed(agent(n)), batch);
				assert!(result.is_err());
				assert_eq!(before, sp_io::storage::root(sp_runtime::StateVersion::V1));
			}
		}
		Act::Fill { account: n, amount } => {
			let amount = u128::from(amount);
			if Attestation::fill_tank(RuntimeOrigin::signed(account(n)), amount).is_ok() {
				*model.filled.entry(n).or_default() += amount;
			}
		}
		Act::Withdraw { account: n, amount } => {
			let amount = u128::from(amount);
			if Attestation::withdraw(RuntimeOrigin::signed(account(n)), amount).is_ok() {
				*model.withdrawn.entry(n).or_default() += amount;
			}
		}
		Act::NextBlock => drop(next_block()),
		Act::NextEra => CurrentEra::set(CurrentEra::get() + 1),
	}
}

fn send(model: &mut Model, n: u8, batch: BatchOf<Test>) {
	let head = Attestation::head(&operator(n));
	let covered = Attestation::check_anchor(&agent(n), &batch);
	let result = frame_support::storage::with_storage_layer(|| {
		Attestation::anchor(RuntimeOrigin::signed(agent(n)), batch.clone())
	});
	let continues = batch.first_seq == head.next_seq && batch.prev_head == head.head;
	match result {
		Ok(()) => {
			assert!(continues);
			assert!(covered.is_ok());
			model.accepted.entry(n).or_default().push(batch);
		}
		// What validation lets through fails for a full block only.
		Err(error) if covered.is_ok() => {
			assert_eq!(error, crate::Error::<Test>::BlockFull.into());
		}
		Err(_) => {}
	}
}

/// What the history must have left behind.
fn check(model: &Model, issued_before: u128, minted: u128) {
	let mut receipts = 0;
	for n in 1..=2 {
		let mut head = Head::default();
		for Batch { first_seq, last_seq, prev_head, new_head, .. } in
			model.accepted.get(&n).into_iter().flatten()
		{
			assert_eq!((*first_seq, *prev_head), (head.next_seq, head.head));
			head = Head { next_seq: last_seq + 1, head: *new_head };
		}
		assert_eq!(Attestation::head(&operator(n)), head);
		receipts += head.next_seq;
	}
	assert_eq!(TotalsOf::<Test>::get().receipts, receipts);

	let mut burned = 0;
	for n in 1..=5 {
		let sum = |of: &BTreeMap<u8, u128>| of.get(&n).copied().unwrap_or_default();
		let left = Attestation::tank(&account(n));
		burned += sum(&model.filled) - sum(&model.withdrawn) - left;
		assert!(Customers::<Test>::get(account(n)).counted <= CustomerCap::get());
		if let Ok(tank) = Tanks::<Test>::try_get(account(n)) {
			assert_eq!(tank.filled - tank.burned - tank.withdrawn, left);
		}
	}
	assert_eq!(Balances::total_issuance(), issued_before + minted - burned);
	let vouched: u64 = model
		.accepted
		.values()
		.flatten()
		.flat_map(|batch| batch.vouchers.iter())
		.map(|SignedVoucher { voucher, .. }| voucher.last_seq - voucher.first_seq + 1)
		.sum();
	let counted: u64 = Chains::<Test>::iter_values().map(|chain| chain.counted).sum();
	assert!(counted <= vouched);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(200))]

	#[test]
	fn no_history_breaks_a_chain_or_loses_gas(acts in proptest::collection::vec(act(), 1..40)) {
		CurrentEra::set(0);
		MaxBatches::set(8);
		execute(|| {
			use frame_support::traits::fungible::Mutate;
			let issued = Balances::total_issuance();
			for n in 4..=5 {
				Balances::mint_into(&account(n), 10_000).unwrap();
			}
			let mut model = Model::default();
			for act in acts {
				apply(&mut model, act);
				Attestation::do_try_state().unwrap();
			}
			check(&model, issued, 20_000);
		});
	}
}
