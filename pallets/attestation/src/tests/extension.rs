// SPDX-License-Identifier: Apache-2.0

//! [`CheckAnchor`].

use crate::{mock::*, BatchOf, Call, CheckAnchor};
use codec::Encode;
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	pallet_prelude::{TransactionSource, TransactionValidityError, Weight},
};
use sp_runtime::{
	traits::{TransactionExtension, TxBaseImplication},
	transaction_validity::InvalidTransaction,
};

fn validate(batch: BatchOf<Test>, source: TransactionSource) -> Result<(), InvalidTransaction> {
	validate_call(RuntimeCall::Attestation(Call::anchor { batch }), source)
}

fn validate_call(call: RuntimeCall, source: TransactionSource) -> Result<(), InvalidTransaction> {
	validate_as(RuntimeOrigin::signed(agent(1)), call, source)
}

fn validate_as(
	origin: RuntimeOrigin,
	call: RuntimeCall,
	source: TransactionSource,
) -> Result<(), InvalidTransaction> {
	let info = call.get_dispatch_info();
	CheckAnchor::<Test>::new()
		.validate(origin, &call, &info, 0, (), &TxBaseImplication(()), source)
		.map(|_| ())
		.map_err(|error| match error {
			TransactionValidityError::Invalid(invalid) => invalid,
			unknown => panic!("{unknown:?}"),
		})
}

fn with_voucher(nonce: u64) -> BatchOf<Test> {
	let customer = keypair(60);
	let mut voucher = sign(&customer, voucher(&customer, &operator(1), 0, 0));
	voucher.voucher.nonce = nonce;
	let mut batch = batch(&operator(1), 1);
	batch.vouchers = vec![voucher].try_into().unwrap();
	batch
}

#[test]
fn it_is_encoded_as_nothing() {
	assert!(CheckAnchor::<Test>::new().encode().is_empty());
}

#[test]
fn the_pool_refuses_what_the_customer_did_not_sign() {
	execute(|| {
		for source in [TransactionSource::External, TransactionSource::Local] {
			assert_ok!(validate(with_voucher(0), source));
			assert_eq!(validate(with_voucher(1), source), Err(InvalidTransaction::BadProof));
		}
	});
}

/// Else anybody could have a node verify sixteen signatures for a transaction that nobody signed.
#[test]
fn no_signature_is_verified_for_what_nobody_signed() {
	execute(|| {
		let call = RuntimeCall::Attestation(Call::anchor { batch: with_voucher(1) });
		assert_ok!(validate_as(RuntimeOrigin::none(), call, TransactionSource::External));
	});
}

#[test]
fn a_block_leaves_signatures_to_the_call() {
	execute(|| {
		assert_ok!(validate(with_voucher(1), TransactionSource::InBlock));
	});
}

#[test]
fn a_full_block_keeps_the_batch_for_the_next() {
	execute(|| {
		MaxBatches::set(1);
		let batch_one = batch(&operator(1), 1);
		assert_ok!(validate(batch_one.clone(), TransactionSource::InBlock));
		assert_ok!(Attestation::anchor(RuntimeOrigin::signed(agent(1)), batch_one));
		let next = batch(&operator(1), 1);
		assert_eq!(
			validate(next.clone(), TransactionSource::InBlock),
			Err(InvalidTransaction::ExhaustsResources)
		);
		assert_ok!(validate(next, TransactionSource::External));
	});
}

#[test]
fn other_calls_are_none_of_its_business() {
	execute(|| {
		let call = RuntimeCall::Attestation(Call::fill_tank { amount: 1 });
		assert_ok!(validate_call(call.clone(), TransactionSource::External));
		assert_eq!(CheckAnchor::<Test>::new().weight(&call), Weight::zero());
		let anchor = RuntimeCall::Attestation(Call::anchor { batch: batch(&operator(1), 1) });
		assert_ne!(CheckAnchor::<Test>::new().weight(&anchor), Weight::zero());
	});
}

#[test]
fn a_voucher_weighs_as_its_scheme() {
	use qh_app_crypto::Scheme;
	execute(|| {
		let weight = |batch: BatchOf<Test>| {
			RuntimeCall::Attestation(Call::anchor { batch }).get_dispatch_info().call_weight
		};
		let plain = weight(batch(&operator(1), 1));
		assert_eq!(plain, weight(batch(&operator(1), 64)));
		let mut vouched: Vec<_> = Scheme::ALL
			.into_iter()
			.map(|scheme| {
				let customer = qh_crypto::Keypair::from_seed(scheme, &[5; 32]);
				let mut batch = batch(&operator(1), 1);
				let voucher = sign(&customer, voucher(&customer, &operator(1), 0, 0));
				batch.vouchers = vec![voucher].try_into().unwrap();
				assert_eq!(batch.vouchers_by(scheme), 1);
				weight(batch).ref_time()
			})
			.collect();
		vouched.sort_unstable();
		vouched.dedup();
		assert_eq!(vouched.len(), 3);
		assert!(vouched[0] > plain.ref_time());
	});
}
