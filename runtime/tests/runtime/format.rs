// SPDX-License-Identifier: Apache-2.0

//! The wire format of extrinsics.

use crate::network::{
	account, apply, development, endow, extension, key, remark, signed, stranger, through_the_wire,
	transfer,
};
use codec::{Compact, Decode, Encode, MaxEncodedLen};
use frame_support::dispatch::GetDispatchInfo;
use qh_app_crypto::Signature;
use qh_crypto::Scheme;
use qh_runtime::{
	extensions::ChargeVerification, extrinsic::Inner, opaque, Executive, Hash, UncheckedExtrinsic,
	QMHY,
};
use scale_info::{MetaType, TypeInfo};
use sp_runtime::{
	generic::Preamble,
	traits::{Checkable, LazyExtrinsic},
	transaction_validity::{TransactionSource, TransactionValidityError, UnknownTransaction},
	DispatchError, OpaqueExtrinsic,
};

/// Design section 3.1: what a Falcon transfer may take.
const MAX_TRANSFER: usize = 1_700;

#[test]
fn bytes_and_type_are_those_of_the_wrapped_extrinsic() {
	development().execute_with(|| {
		let extrinsics = [
			signed(&key("alice", "account"), 0, transfer()),
			UncheckedExtrinsic::new_bare(remark(3)),
			UncheckedExtrinsic(Inner::new_transaction(remark(3), extension(0))),
		];
		for ours in extrinsics {
			let bytes = ours.0.encode();
			assert_eq!(ours.encode(), bytes);
			assert_eq!(ours.using_encoded(<[u8]>::to_vec), bytes);
			assert_eq!(ours.encoded_size(), bytes.len());
			assert_eq!(UncheckedExtrinsic::decode(&mut &bytes[..]).unwrap(), ours);
			assert_eq!(Inner::decode(&mut &ours.encode()[..]).unwrap(), ours.0);

			let opaque = OpaqueExtrinsic::from(ours.clone());
			assert_eq!(opaque.encode(), bytes);
			let mut unprefixed = &bytes[..];
			Compact::<u32>::decode(&mut unprefixed).unwrap();
			assert_eq!(UncheckedExtrinsic::decode_unprefixed(unprefixed).unwrap(), ours);

			let json = serde_json::to_string(&ours).unwrap();
			assert_eq!(json, serde_json::to_string(&ours.0).unwrap());
		}
	});
	assert_eq!(MetaType::new::<UncheckedExtrinsic>(), MetaType::new::<Inner>());
	assert_eq!(UncheckedExtrinsic::type_info(), Inner::type_info());
}

#[test]
fn blocks_are_encoded_like_opaque_ones() {
	development().execute_with(|| {
		let extrinsic = signed(&key("alice", "account"), 0, transfer());
		let header = qh_runtime::System::finalize();
		let block =
			qh_runtime::Block { header: header.clone(), extrinsics: vec![extrinsic.clone()] };
		let opaque = opaque::Block { header, extrinsics: vec![extrinsic.into()] };
		assert_eq!(block.encode(), opaque.encode());
	});
}

#[test]
fn the_extensions_of_this_chain_take_no_bytes_and_the_marker_is_not_on_the_wire() {
	assert_eq!(ChargeVerification::of(Scheme::MlDsa65).encode(), Vec::<u8>::new());
	assert_eq!(ChargeVerification::decode(&mut &[][..]).unwrap().scheme(), None);
	// Era, nonce, tip and the mode of the metadata's hash: a byte each.
	assert_eq!(extension(0).encode(), [0, 0, 0, 0]);
}

#[test]
fn the_marker_is_set_from_the_signature_whatever_was_there() {
	development().execute_with(|| {
		let slh = stranger(Scheme::SlhDsaSha2_128s);
		endow(&account(&slh), 1_000 * QMHY);
		let honest = signed(&slh, 0, transfer());
		let mut lying = honest.clone();
		let Preamble::Signed(_, _, extension) = &mut lying.0.preamble else { unreachable!() };
		extension.7 = ChargeVerification::of(Scheme::Falcon512);

		let weight = honest.get_dispatch_info().extension_weight;
		assert_eq!(lying.get_dispatch_info().extension_weight, weight);
		let checked = lying.check(&frame_system::ChainContext::<qh_runtime::Runtime>::default());
		assert_eq!(checked.unwrap().get_dispatch_info().extension_weight, weight);
	});
}

#[test]
fn a_bare_extrinsic_pays_for_no_verification() {
	let info = UncheckedExtrinsic::new_bare(remark(0)).get_dispatch_info();
	assert_eq!(info.extension_weight, Default::default());
}

#[test]
fn a_general_transaction_has_no_origin_and_is_refused() {
	development().execute_with(|| {
		let general = UncheckedExtrinsic(Inner::new_transaction(transfer(), extension(0)));
		assert!(apply(through_the_wire(&general)).is_err());
	});
}

#[test]
fn a_bare_call_that_no_pallet_validates_has_no_origin() {
	development().execute_with(|| {
		let bare = UncheckedExtrinsic::new_bare(transfer());
		let source = TransactionSource::Local;
		assert!(Executive::validate_transaction(source, bare.clone(), Hash::zero()).is_err());
		// An author can put it into a block, where it does nothing.
		assert_eq!(apply(bare), Ok(Err(DispatchError::BadOrigin)));
	});
}

#[test]
fn a_transfer_stays_below_its_size() {
	development().execute_with(|| {
		let transfer = signed(&key("alice", "account"), 0, transfer());
		assert!(transfer.encoded_size() <= MAX_TRANSFER, "{}", transfer.encoded_size());
		assert_eq!(transfer.signature().unwrap().encoded_size(), 1_564);
	});
}

#[test]
fn signatures_are_bounded() {
	assert_eq!(Signature::max_encoded_len(), 1 + 32 + 2 + 7_856);
}

#[test]
fn lengths_that_lie_and_bytes_that_are_cut_off_do_not_decode() {
	development().execute_with(|| {
		let bytes = signed(&key("alice", "account"), 0, transfer()).encode();
		for len in 0..bytes.len() {
			assert!(UncheckedExtrinsic::decode(&mut &bytes[..len]).is_err(), "{len}");
		}
		for prefix in [0, 1, 0xff] {
			let mut bytes = bytes.clone();
			bytes[0] = prefix;
			let decoded = UncheckedExtrinsic::decode(&mut &bytes[..]);
			assert!(decoded.is_err(), "{prefix}");
		}
	});
}

#[test]
fn an_unknown_scheme_does_not_decode() {
	development().execute_with(|| {
		let extrinsic = signed(&key("alice", "account"), 0, transfer());
		// Length, version, address: the index of the scheme stands behind them.
		let at = 2 + 1 + 33;
		for index in 3..=255 {
			let mut bytes = extrinsic.encode();
			assert_eq!(bytes[at], 0);
			bytes[at] = index;
			assert!(UncheckedExtrinsic::decode(&mut &bytes[..]).is_err(), "{index}");
		}
	});
}

#[test]
fn an_address_that_is_not_an_id_resolves_to_nobody() {
	development().execute_with(|| {
		let mut extrinsic = signed(&key("alice", "account"), 0, transfer());
		let Preamble::Signed(address, _, _) = &mut extrinsic.0.preamble else { unreachable!() };
		let id: [u8; 32] = account(&key("alice", "account")).into();
		*address = qh_runtime::Address::Address32(id);
		assert_eq!(
			apply(extrinsic),
			Err(TransactionValidityError::Unknown(UnknownTransaction::CannotLookup))
		);
	});
}
