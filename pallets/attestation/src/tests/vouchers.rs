// SPDX-License-Identifier: Apache-2.0

//! `anchor` with vouchers, and `cancel_vouchers`.

use super::events;
use crate::{mock::*, BatchOf, Chains, Customers, Error, Event, SignedVoucher, TotalsOf};
use frame_support::{assert_noop, assert_ok};
use qh_app_crypto::{Domain, Scheme, Signature};
use qh_crypto::Keypair;
use sp_runtime::AccountId32;

/// A customer with gas for 20 receipts.
fn customer() -> Keypair {
	let customer = keypair(50);
	fund(&account(&customer), 200);
	customer
}

fn account(key: &Keypair) -> AccountId32 {
	key.account_id().into()
}

fn with(mut batch: BatchOf<Test>, vouchers: Vec<SignedVoucher>) -> BatchOf<Test> {
	batch.vouchers = vouchers.try_into().unwrap();
	batch
}

fn anchor(batch: BatchOf<Test>) -> sp_runtime::DispatchResult {
	Attestation::anchor(RuntimeOrigin::signed(agent(1)), batch)
}

#[test]
fn a_voucher_pays_for_its_receipts_and_makes_them_count() {
	execute(|| {
		let customer = customer();
		let voucher = sign(&customer, voucher(&customer, &operator(1), 2, 6));
		assert_ok!(anchor(with(batch(&operator(1), 8), vec![voucher])));

		assert_eq!(Attestation::tank(&account(&customer)), 150);
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 5);
		// The other three receipts were the operator's own, and free.
		assert_eq!(Attestation::gas(&operator(1)).free_left, 1);
		assert_eq!(TotalsOf::<Test>::get().counted, 5);
		COUNTED.with_borrow(|all| {
			assert_eq!(*all, vec![(operator(1), account(&customer), 5, 50)]);
		});
		let redeemed = Event::VoucherRedeemed {
			operator: operator(1),
			customer: account(&customer),
			nonce: 0,
			receipts: 5,
			counted: 5,
			gas: 50,
		};
		assert_eq!(events()[events().len() - 2], redeemed);
	});
}

#[test]
fn every_scheme_signs_vouchers() {
	execute(|| {
		for (n, scheme) in Scheme::ALL.into_iter().enumerate() {
			let customer = Keypair::from_seed(scheme, &[77; 32]);
			fund(&account(&customer), 100);
			let seq = n as u64;
			let voucher = sign(&customer, voucher(&customer, &operator(1), seq, seq));
			assert_ok!(anchor(with(batch(&operator(1), 1), vec![voucher])));
		}
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 3);
	});
}

#[test]
fn own_receipts_never_count() {
	execute(|| {
		fund(&operator(1), 1_000);
		assert_ok!(anchor(batch(&operator(1), 30)));
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 0);
		assert_eq!(TotalsOf::<Test>::get().counted, 0);
	});
}

#[test]
fn a_voucher_counts_up_to_the_customers_cap_of_the_era() {
	execute(|| {
		let customer = customer();
		let next = |receipts: u64| {
			let first = Attestation::head(&operator(1)).next_seq;
			let last = first + receipts - 1;
			let voucher = sign(&customer, voucher(&customer, &operator(1), first, last));
			with(batch(&operator(1), receipts), vec![voucher])
		};
		assert_ok!(anchor(next(4)));
		assert_ok!(anchor(next(4)));
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 6);
		assert_eq!(Attestation::tank(&account(&customer)), 120);
		assert_ok!(anchor(next(2)));
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 6);

		CurrentEra::set(1);
		assert_ok!(anchor(next(2)));
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 8);
	});
}

#[test]
fn the_cap_is_the_customers_not_the_operators() {
	execute(|| {
		let customer = customer();
		let for_one = sign(&customer, voucher(&customer, &operator(1), 0, 4));
		assert_ok!(anchor(with(batch(&operator(1), 5), vec![for_one])));
		let for_two = sign(&customer, voucher(&customer, &operator(2), 0, 4));
		let batch = with(batch(&operator(2), 5), vec![for_two]);
		assert_ok!(Attestation::anchor(RuntimeOrigin::signed(agent(2)), batch));
		assert_eq!(Chains::<Test>::get(operator(1)).counted, 5);
		assert_eq!(Chains::<Test>::get(operator(2)).counted, 1);
	});
}

/// Asserts that a batch of eight receipts with one changed voucher fails.
fn refuses(error: Error<Test>, change: impl FnOnce(&mut qh_receipts::Voucher)) {
	let customer = customer();
	let mut voucher = voucher(&customer, &operator(1), 2, 6);
	change(&mut voucher);
	let batch = with(batch(&operator(1), 8), vec![sign(&customer, voucher)]);
	assert_noop!(anchor(batch), error);
}

#[test]
fn a_voucher_of_an_unknown_version_is_refused() {
	execute(|| refuses(Error::VoucherVersion, |voucher| voucher.version = 2));
}

#[test]
fn a_voucher_for_another_chain_is_refused() {
	execute(|| refuses(Error::VoucherForeign, |voucher| voucher.genesis = [0; 32]));
}

#[test]
fn a_voucher_for_another_operator_is_refused() {
	execute(|| refuses(Error::VoucherForeign, |voucher| voucher.operator = [2; 32]));
}

#[test]
fn a_voucher_that_reaches_out_of_the_batch_is_refused() {
	execute(|| {
		refuses(Error::VoucherRange, |voucher| voucher.last_seq = 8);
		refuses(Error::VoucherRange, |voucher| voucher.last_seq = 1);
		refuses(Error::VoucherRange, |voucher| voucher.last_seq = u64::MAX);
	});
	execute(|| {
		assert_ok!(anchor(batch(&operator(1), 3)));
		let customer = customer();
		let early = sign(&customer, voucher(&customer, &operator(1), 2, 4));
		let batch = with(batch(&operator(1), 3), vec![early]);
		assert_noop!(anchor(batch), Error::<Test>::VoucherRange);
	});
}

#[test]
fn a_voucher_cannot_be_used_twice() {
	execute(|| {
		let customer = customer();
		let voucher = sign(&customer, voucher(&customer, &operator(1), 0, 1));
		let twice = with(batch(&operator(1), 2), vec![voucher.clone(), voucher.clone()]);
		assert_noop!(anchor(twice), Error::<Test>::VoucherRange);
		assert_ok!(anchor(with(batch(&operator(1), 2), vec![voucher.clone()])));
		let again = with(batch(&operator(1), 2), vec![voucher]);
		assert_noop!(anchor(again), Error::<Test>::VoucherRange);
	});
}

#[test]
fn vouchers_stand_in_order_and_do_not_overlap() {
	execute(|| {
		let customer = customer();
		let of = |first, last| sign(&customer, voucher(&customer, &operator(1), first, last));
		let eight = || batch(&operator(1), 8);
		let overlapping = with(eight(), vec![of(0, 3), of(3, 5)]);
		assert_noop!(anchor(overlapping), Error::<Test>::VoucherRange);
		let disordered = with(eight(), vec![of(4, 5), of(0, 3)]);
		assert_noop!(anchor(disordered), Error::<Test>::VoucherRange);
		assert_ok!(anchor(with(eight(), vec![of(0, 3), of(4, 5)])));
	});
}

#[test]
fn an_expired_voucher_is_refused() {
	execute(|| {
		next_block();
		refuses(Error::VoucherExpired, |voucher| voucher.expires_at = 1);
		let customer = customer();
		let mut last = voucher(&customer, &operator(1), 0, 0);
		last.expires_at = 2;
		assert_ok!(anchor(with(batch(&operator(1), 1), vec![sign(&customer, last)])));
	});
}

#[test]
fn a_cancelled_voucher_is_refused() {
	execute(|| {
		let customer = customer();
		let origin = RuntimeOrigin::signed(account(&customer));
		assert_ok!(Attestation::cancel_vouchers(origin.clone(), 5));
		let event = Event::VouchersCancelled { customer: account(&customer), nonce_floor: 5 };
		assert_eq!(events().pop(), Some(event));
		for floor in [4, 5] {
			let lower = Attestation::cancel_vouchers(origin.clone(), floor);
			assert_noop!(lower, Error::<Test>::FloorNotAbove);
		}
		let mut old = voucher(&customer, &operator(1), 0, 0);
		old.nonce = 4;
		let mut new = old.clone();
		new.nonce = 5;
		let batch = |voucher| with(batch(&operator(1), 1), vec![sign(&customer, voucher)]);
		assert_noop!(anchor(batch(old)), Error::<Test>::VoucherCancelled);
		assert_ok!(anchor(batch(new)));
		assert_eq!(Customers::<Test>::get(account(&customer)).nonce_floor, 5);
	});
}

#[test]
fn only_a_signed_customer_cancels() {
	execute(|| {
		let cancelled = Attestation::cancel_vouchers(RuntimeOrigin::root(), 5);
		assert_noop!(cancelled, sp_runtime::traits::BadOrigin);
	});
}

#[test]
fn insiders_are_no_customers() {
	execute(|| {
		let insider = customer();
		let batch = || {
			let voucher = sign(&insider, voucher(&insider, &operator(1), 0, 0));
			with(batch(&operator(1), 1), vec![voucher])
		};
		invite(&operator(1), &account(&insider));
		assert_noop!(anchor(batch()), Error::<Test>::VoucherFromInsider);

		invite(&operator(1), &operator(2));
		register(&operator(1), &account(&insider));
		let own_agent = RuntimeOrigin::signed(account(&insider));
		let anchored = Attestation::anchor(own_agent, batch());
		assert_noop!(anchored, Error::<Test>::VoucherFromInsider);

		register(&operator(1), &agent(1));
		assert_ok!(anchor(batch()));
	});
	execute(|| {
		let myself = customer();
		register(&account(&myself), &agent(7));
		let voucher = sign(&myself, voucher(&myself, &account(&myself), 0, 0));
		let batch = with(batch(&account(&myself), 1), vec![voucher]);
		let anchored = Attestation::anchor(RuntimeOrigin::signed(agent(7)), batch);
		assert_noop!(anchored, Error::<Test>::VoucherFromInsider);
	});
}

#[test]
fn gas_above_the_customers_limit_is_refused() {
	execute(|| {
		refuses(Error::VoucherGasLimit, |voucher| voucher.max_gas = 49);
		GasPerReceipt::set(11);
		refuses(Error::VoucherGasLimit, |voucher| voucher.max_gas = 50);
	});
}

#[test]
fn a_voucher_pays_for_its_own_signature_by_scheme() {
	execute(|| {
		GasPerVoucher::set([2, 30, 25]);
		for (n, scheme) in Scheme::ALL.into_iter().enumerate() {
			let customer = Keypair::from_seed(scheme, &[77; 32]);
			let gas = 10 + GasPerVoucher::get()[n];
			assert_eq!(Attestation::voucher_gas(scheme, 1), gas);
			fund(&account(&customer), gas);
			let with_limit = |max_gas| {
				let mut voucher = voucher(&customer, &operator(1), n as u64, n as u64);
				voucher.max_gas = max_gas;
				with(batch(&operator(1), 1), vec![sign(&customer, voucher)])
			};
			assert_noop!(anchor(with_limit(gas - 1)), Error::<Test>::VoucherGasLimit);
			assert_ok!(anchor(with_limit(gas)));
			assert_eq!(Attestation::tank(&account(&customer)), 0);
		}
	});
}

#[test]
fn a_tank_that_covers_the_receipts_but_not_the_signature_is_refused() {
	execute(|| {
		GasPerVoucher::set([1, 0, 0]);
		let customer = customer();
		let voucher = sign(&customer, voucher(&customer, &operator(1), 0, 19));
		let batch = with(batch(&operator(1), 20), vec![voucher]);
		assert_noop!(anchor(batch), Error::<Test>::VoucherUnfunded);
	});
}

#[test]
fn a_customers_tank_must_cover_all_its_vouchers() {
	execute(|| {
		let customer = customer();
		let of = |first, last| sign(&customer, voucher(&customer, &operator(1), first, last));
		let batch = |vouchers| with(batch(&operator(1), 21), vouchers);
		let whole = batch(vec![of(0, 20)]);
		assert_noop!(anchor(whole), Error::<Test>::VoucherUnfunded);
		let halves = batch(vec![of(0, 9), of(10, 20)]);
		assert_noop!(anchor(halves), Error::<Test>::VoucherUnfunded);
		assert_ok!(anchor(batch(vec![of(0, 9), of(10, 19)])));
		assert_eq!(Attestation::tank(&account(&customer)), 0);
	});
}

#[test]
fn a_customers_gas_pays_for_no_other_receipts() {
	execute(|| {
		let customer = customer();
		let voucher = sign(&customer, voucher(&customer, &operator(1), 0, 4));
		let batch = with(batch(&operator(1), 10), vec![voucher]);
		assert_noop!(anchor(batch), Error::<Test>::InsufficientGas);
	});
}

#[test]
fn a_voucher_that_the_customer_did_not_sign_is_refused() {
	execute(|| {
		let customer = customer();
		let stranger = keypair(51);
		let good = voucher(&customer, &operator(1), 0, 0);
		let refused = |voucher: SignedVoucher| {
			let batch = with(batch(&operator(1), 1), vec![voucher]);
			assert_noop!(anchor(batch), Error::<Test>::VoucherSignature);
		};
		// Another's signature.
		refused(sign(&stranger, good.clone()));
		// The signature of another voucher.
		let mut other = good.clone();
		other.max_gas += 1;
		refused(SignedVoucher {
			signature: sign(&customer, other).signature,
			voucher: good.clone(),
		});
		// A signature made for another role.
		let bytes = customer.sign(Domain::TRANSACTION, &codec::Encode::encode(&good));
		let signature = Signature::from_parts(Scheme::Falcon512, customer.public(), &bytes);
		refused(SignedVoucher { signature: signature.unwrap(), voucher: good.clone() });
		// No signature.
		for scheme in Scheme::ALL {
			let signature = Signature::dummy(scheme);
			refused(SignedVoucher { signature, voucher: good.clone() });
		}
	});
}
