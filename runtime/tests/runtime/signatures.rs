// SPDX-License-Identifier: Apache-2.0

//! Signed transactions of every scheme, good and bad.

use crate::network::{
	account, apply, begin_first_block, development, endow, extension, key, network, payload,
	remark, signed, signed_over, signed_with, stranger, through_the_wire, transfer,
};
use codec::{Decode, Encode};
use qh_app_crypto::Signature;
use qh_crypto::{Domain, Keypair, Scheme};
use qh_runtime::{
	Address, Balances, Executive, Hash, RuntimeCall, System, UncheckedExtrinsic, QMHY,
};
use sp_runtime::{
	generic::{Era, Preamble},
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	ApplyExtrinsicResult,
};

const BAD_PROOF: ApplyExtrinsicResult =
	Err(TransactionValidityError::Invalid(InvalidTransaction::BadProof));

/// A key of `scheme` with tokens.
fn rich(scheme: Scheme) -> Keypair {
	let key = stranger(scheme);
	endow(&account(&key), 1_000 * QMHY);
	key
}

#[test]
fn every_scheme_transfers() {
	development().execute_with(|| {
		let bob = account(&key("bob", "account"));
		for scheme in Scheme::ALL {
			let sender = rich(scheme);
			let before = Balances::free_balance(&bob);
			let extrinsic = through_the_wire(&signed(&sender, 0, transfer()));
			Executive::validate_transaction(
				TransactionSource::External,
				extrinsic.clone(),
				Hash::zero(),
			)
			.unwrap();
			apply(extrinsic).unwrap().unwrap();
			assert_eq!(Balances::free_balance(&bob), before + QMHY, "{scheme}");
			assert_eq!(System::account_nonce(account(&sender)), 1, "{scheme}");
		}
	});
}

#[test]
fn no_bit_of_a_transaction_can_be_changed() {
	development().execute_with(|| {
		for (scheme, step) in
			[(Scheme::Falcon512, 3), (Scheme::SlhDsaSha2_128s, 97), (Scheme::MlDsa65, 31)]
		{
			let bytes = signed(&rich(scheme), 0, transfer()).encode();
			for at in (0..bytes.len()).step_by(step) {
				let mut changed = bytes.clone();
				changed[at] ^= 1 << (at % 8);
				let Ok(extrinsic) = UncheckedExtrinsic::decode(&mut &changed[..]) else { continue };
				assert!(apply(extrinsic).is_err(), "{scheme}, byte {at}");
			}
			// And the transaction itself is good.
			apply(UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap()).unwrap().unwrap();
		}
	});
}

#[test]
fn every_field_is_signed() {
	development().execute_with(|| {
		for scheme in Scheme::ALL {
			let sender = rich(scheme);
			let good = signed(&sender, 0, transfer());
			let change = |change: &dyn Fn(&mut Address, &mut Signature, &mut _)| {
				let mut extrinsic = good.clone();
				let Preamble::Signed(address, signature, extension) = &mut extrinsic.0.preamble
				else {
					unreachable!()
				};
				change(address, signature, extension);
				apply(extrinsic)
			};
			let bob = account(&key("bob", "account"));
			assert_eq!(change(&|address, _, _| *address = Address::Id(bob.clone())), BAD_PROOF);
			let other = signed(&sender, 0, remark(1));
			assert_eq!(
				change(&|_, signature, _| *signature = other.signature().unwrap().clone()),
				BAD_PROOF
			);
			assert_eq!(
				change(&|_, _, extension| extension.5 = frame_system::CheckNonce::from(1)),
				BAD_PROOF
			);
			assert_eq!(
				change(&|_, _, extension| {
					extension.9 =
						pallet_transaction_payment::ChargeTransactionPayment::from(1).into()
				}),
				BAD_PROOF
			);
			assert_eq!(
				change(&|_, _, extension| {
					extension.4 = frame_system::CheckMortality::from(Era::mortal(64, 0))
				}),
				BAD_PROOF
			);
			let mut other_call = good.clone();
			other_call.0.function = remark(1);
			assert_eq!(apply(other_call), BAD_PROOF);
		}
	});
}

#[test]
fn a_signature_of_another_length_is_invalid() {
	development().execute_with(|| {
		for scheme in [Scheme::SlhDsaSha2_128s, Scheme::MlDsa65] {
			let good = signed(&rich(scheme), 0, transfer());
			for cut in [1, scheme.signature_len() - 64, scheme.signature_len()] {
				let mut extrinsic = good.clone();
				let Preamble::Signed(_, signature, _) = &mut extrinsic.0.preamble else {
					unreachable!()
				};
				let keep = scheme.signature_len() - cut;
				match signature {
					Signature::SlhDsaSha2_128s { signature, .. } => signature.truncate(keep),
					Signature::MlDsa65 { signature, .. } => signature.truncate(keep),
					Signature::Falcon512(_) => unreachable!(),
				}
				assert_eq!(apply(through_the_wire(&extrinsic)), BAD_PROOF, "{scheme} - {cut}");
			}
		}
	});
}

#[test]
fn a_key_of_one_scheme_is_nobody_under_another() {
	development().execute_with(|| {
		let falcon = rich(Scheme::Falcon512);
		let call = transfer();
		let message = payload(&call, &extension(0));
		let bytes = falcon.sign(Domain::TRANSACTION, &message);
		// The same account, claimed with the key and the signature under another index.
		let mut public = falcon.public().to_vec();
		public.resize(Scheme::MlDsa65.public_len(), 0);
		let mut signature = bytes.clone();
		signature.resize(Scheme::MlDsa65.signature_len(), 0);
		let disguised = Signature::from_parts(Scheme::MlDsa65, &public, &signature).unwrap();
		let extrinsic = UncheckedExtrinsic::new_signed(
			call,
			Address::Id(account(&falcon)),
			disguised,
			extension(0),
		);
		assert_eq!(apply(extrinsic), BAD_PROOF);
	});
}

#[test]
fn a_signature_for_another_role_is_invalid() {
	development().execute_with(|| {
		let sender = key("alice", "account");
		let message = payload(&transfer(), &extension(0));
		for domain in Domain::ALL {
			let extrinsic = signed_over(&sender, domain, &message, transfer(), extension(0));
			if domain == Domain::TRANSACTION {
				assert!(apply(extrinsic).unwrap().is_ok());
			} else {
				assert_eq!(apply(extrinsic), BAD_PROOF, "{domain:?}");
			}
		}
	});
}

#[test]
fn a_transaction_is_valid_once_and_on_its_chain() {
	let extrinsic = development().execute_with(|| {
		let extrinsic = signed(&key("alice", "account"), 0, transfer());
		apply(extrinsic.clone()).unwrap().unwrap();
		assert_eq!(
			apply(extrinsic.clone()),
			Err(TransactionValidityError::Invalid(InvalidTransaction::Stale))
		);
		extrinsic
	});
	network("local_testnet").execute_with(|| {
		begin_first_block();
		frame_system::BlockHash::<qh_runtime::Runtime>::insert(0, Hash::repeat_byte(1));
		assert_eq!(apply(extrinsic), BAD_PROOF);
	});
}

/// Above 256 bytes the hash of the payload is signed, up to them the payload itself.
#[test]
fn payloads_around_the_hashing_limit() {
	development().execute_with(|| {
		for scheme in Scheme::ALL {
			let sender = rich(scheme);
			let overhead = raw_payload(&remark(64)).len() - 64;
			for (nonce, len) in (0..).zip([255, 256, 257]) {
				let call = remark(len - overhead);
				let mut extension = extension(nonce);
				extension.5 = frame_system::CheckNonce::from(nonce);
				let raw = raw_payload_with(&call, &extension);
				assert_eq!(raw.len(), len);
				let hash = sp_io::hashing::blake2_256(&raw).to_vec();
				let (right, wrong) = if len <= 256 { (raw, hash) } else { (hash, raw) };
				assert_eq!(payload(&call, &extension), right);

				let forged = signed_over(
					&sender,
					Domain::TRANSACTION,
					&wrong,
					call.clone(),
					extension.clone(),
				);
				assert_eq!(apply(forged), BAD_PROOF, "{scheme}, {len}");
				let good = signed_with(&sender, call, extension);
				apply(through_the_wire(&good)).unwrap().unwrap();
			}
		}
	});
}

fn raw_payload(call: &RuntimeCall) -> Vec<u8> {
	raw_payload_with(call, &extension(0))
}

/// Call, extensions and what they imply, without the hashing.
fn raw_payload_with(call: &RuntimeCall, extension: &qh_runtime::TxExtension) -> Vec<u8> {
	use sp_runtime::traits::TransactionExtension;
	let implicit = TransactionExtension::<RuntimeCall>::implicit(extension).unwrap();
	(call, extension, implicit).encode()
}
