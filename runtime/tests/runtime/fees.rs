// SPDX-License-Identifier: Apache-2.0

//! What transactions cost, and what wallets are told they cost.

use crate::network::{
	account, apply, development, endow, extension, key, remark, signed, signed_with, stranger,
	transfer,
};
use codec::{Decode, Encode};
use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
use qh_app_crypto::Signature;
use qh_crypto::Scheme;
use qh_runtime::{
	configs::{
		fees::{BurnedFeeShare, FeePool, FEE_PER_BYTE, FEE_PER_PICOSECOND},
		system::{RuntimeBlockWeights, MAXIMUM_BLOCK_LENGTH},
	},
	extrinsic::complete_for_estimate,
	weights::verification,
	Address, Attestation, Balance, Balances, Runtime, RuntimeEvent, System, TransactionPayment,
	UncheckedExtrinsic, QMHY,
};

/// The fee that a transaction's events say it paid.
fn paid() -> Balance {
	let fees: Vec<_> = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
			) => Some(actual_fee),
			_ => None,
		})
		.collect();
	*fees.last().expect("a fee was paid")
}

/// What the runtime API answers for these bytes.
fn estimate(extrinsic: &UncheckedExtrinsic) -> Balance {
	let len = extrinsic.encoded_size() as u32;
	let (extrinsic, len) = complete_for_estimate(extrinsic.clone(), len);
	TransactionPayment::query_info(extrinsic, len).partial_fee
}

/// Whether two fees differ by at most 1 %.
fn within_a_percent(estimate: Balance, paid: Balance) -> bool {
	estimate.abs_diff(paid) * 100 <= paid
}

#[test]
fn each_scheme_pays_for_its_bytes_and_its_verification() {
	development().execute_with(|| {
		for scheme in Scheme::ALL {
			let sender = stranger(scheme);
			endow(&account(&sender), 1_000 * QMHY);
			let extrinsic = signed(&sender, 0, transfer());
			let info = extrinsic.get_dispatch_info();
			let without = UncheckedExtrinsic::new_bare(transfer()).get_dispatch_info();
			assert!(info.extension_weight.all_gte(verification::weight_of(scheme)), "{scheme}");
			assert_eq!(info.call_weight, without.call_weight);

			let len = extrinsic.encoded_size() as Balance;
			let before = Balances::free_balance(account(&sender));
			apply(extrinsic).unwrap().unwrap();
			let base = RuntimeBlockWeights::get().get(DispatchClass::Normal).base_extrinsic;
			let weight = base.ref_time() + info.total_weight().ref_time();
			let expected = len * FEE_PER_BYTE + Balance::from(weight) * FEE_PER_PICOSECOND;
			assert_eq!(before - Balances::free_balance(account(&sender)), paid() + QMHY);
			assert!(within_a_percent(expected, paid()), "{scheme}: {expected}, {}", paid());
		}
	});
}

#[test]
fn a_voucher_pays_no_less_for_its_signature_than_a_transaction() {
	development().execute_with(|| {
		for scheme in Scheme::ALL {
			let time = Balance::from(verification::weight_of(scheme).ref_time());
			let bytes = Signature::dummy(scheme).encoded_size() as Balance;
			let of_transaction = bytes * FEE_PER_BYTE + time * FEE_PER_PICOSECOND;
			assert!(Attestation::voucher_gas(scheme, 0) >= of_transaction, "{scheme}");
		}
	});
}

#[test]
fn slh_dsa_pays_more_than_ml_dsa_and_that_more_than_falcon() {
	let weight = |scheme| verification::weight_of(scheme).ref_time();
	assert!(weight(Scheme::SlhDsaSha2_128s) > weight(Scheme::Falcon512));
	assert!(weight(Scheme::MlDsa65) > weight(Scheme::Falcon512));
}

#[test]
fn the_verification_counts_against_the_block() {
	let used = |scheme| {
		development().execute_with(|| {
			let sender = stranger(scheme);
			endow(&account(&sender), 1_000 * QMHY);
			let before = System::block_weight().get(DispatchClass::Normal).ref_time();
			apply(signed(&sender, 0, transfer())).unwrap().unwrap();
			System::block_weight().get(DispatchClass::Normal).ref_time() - before
		})
	};
	let difference = used(Scheme::SlhDsaSha2_128s) - used(Scheme::Falcon512);
	let expected = verification::weight_of(Scheme::SlhDsaSha2_128s)
		- verification::weight_of(Scheme::Falcon512);
	assert_eq!(difference, expected.ref_time());
}

/// polkadot-js puts a signature of 256 bytes of 0x01 where it estimates a fee.
#[test]
fn the_stock_estimate_of_polkadot_js_is_right_for_falcon() {
	let fake = Signature::decode(&mut &[1u8; 256][..]).unwrap();
	assert_eq!(fake.scheme(), Scheme::SlhDsaSha2_128s);
	development().execute_with(|| {
		for (nonce, call) in (0..).zip([transfer(), remark(0), remark(5_000), remark(100_000)]) {
			let alice = key("alice", "account");
			let address = Address::Id(account(&alice));
			let faked = UncheckedExtrinsic::new_signed(
				call.clone(),
				address,
				fake.clone(),
				extension(nonce),
			);
			let estimate = estimate(&faked);
			apply(signed(&alice, nonce, call)).unwrap().unwrap();
			assert!(within_a_percent(estimate, paid()), "{estimate} for {}", paid());
		}
	});
}

#[test]
fn a_dummy_of_full_length_is_estimated_as_its_scheme() {
	development().execute_with(|| {
		for scheme in Scheme::ALL {
			let sender = stranger(scheme);
			endow(&account(&sender), 1_000 * QMHY);
			let dummy = UncheckedExtrinsic::new_signed(
				transfer(),
				Address::Id(account(&sender)),
				Signature::dummy(scheme),
				extension(0),
			);
			let estimate = estimate(&dummy);
			apply(signed(&sender, 0, transfer())).unwrap().unwrap();
			assert!(within_a_percent(estimate, paid()), "{scheme}: {estimate} for {}", paid());
		}
	});
}

/// The leniency of the estimate must not reach what is really charged.
#[test]
fn an_impossible_signature_is_estimated_but_never_accepted() {
	development().execute_with(|| {
		let fake = Signature::decode(&mut &[1u8; 256][..]).unwrap();
		let signer = fake.account_id();
		endow(&signer, 1_000 * QMHY);
		let extrinsic =
			UncheckedExtrinsic::new_signed(transfer(), Address::Id(signer), fake, extension(0));
		assert!(apply(extrinsic).is_err());
	});
}

#[test]
fn a_share_of_the_fee_is_burned_and_the_rest_is_pooled() {
	development().execute_with(|| {
		let pool = Balances::free_balance(FeePool::get());
		let issuance = Balances::total_issuance();
		apply(signed(&key("alice", "account"), 0, remark(0))).unwrap().unwrap();
		let burned = BurnedFeeShare::get().mul_floor(paid());
		assert!(burned > 0);
		assert_eq!(issuance - Balances::total_issuance(), burned);
		assert_eq!(Balances::free_balance(FeePool::get()) - pool, paid() - burned);
	});
}

#[test]
fn a_tip_is_shared_like_the_fee() {
	development().execute_with(|| {
		let issuance = Balances::total_issuance();
		let mut extension = extension(0);
		extension.9 =
			pallet_transaction_payment::ChargeTransactionPayment::<Runtime>::from(QMHY).into();
		apply(signed_with(&key("alice", "account"), remark(0), extension)).unwrap().unwrap();
		assert!(paid() > QMHY);
		let burned = BurnedFeeShare::get().mul_floor(paid());
		// The fee and the tip are rounded apart.
		assert!(burned.abs_diff(issuance - Balances::total_issuance()) <= 1);
	});
}

#[test]
fn who_cannot_pay_is_refused() {
	development().execute_with(|| {
		let poor = stranger(Scheme::Falcon512);
		assert!(apply(signed(&poor, 0, remark(0))).is_err());
	});
}

/// The byte limit binds before the weight limit does: a block of Falcon transfers is full by length.
#[test]
fn a_full_block_of_transfers_fits_its_weight() {
	development().execute_with(|| {
		let transfer = signed(&key("alice", "account"), 0, transfer());
		let info = transfer.get_dispatch_info();
		let limits = RuntimeBlockWeights::get();
		let normal = limits.get(DispatchClass::Normal);
		let by_length = u64::from(MAXIMUM_BLOCK_LENGTH) * 3 / 4 / transfer.encoded_size() as u64;
		let each = normal.base_extrinsic + info.total_weight();
		assert!(by_length > 2_300, "{by_length}");
		assert!(
			(each * by_length).ref_time() < normal.max_total.unwrap().ref_time(),
			"{} transfers of {} ps",
			by_length,
			each.ref_time()
		);
	});
}
