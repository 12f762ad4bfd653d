// SPDX-License-Identifier: Apache-2.0

use super::*;
use codec::{DecodeLimit, DecodeWithMemLimit};
use qh_crypto::Keypair;
use scale_info::{MetaType, PortableRegistry, Registry, TypeDef};
use std::sync::LazyLock;

static PAIRS: LazyLock<[Keypair; 3]> =
	LazyLock::new(|| Scheme::ALL.map(|scheme| Keypair::from_seed(scheme, &[1; 32])));

fn signed(pair: &Keypair, domain: Domain, message: &[u8]) -> Signature {
	Signature::from_parts(pair.scheme(), pair.public(), &pair.sign(domain, message)).unwrap()
}

#[test]
fn transactions_verify_for_their_account_only() {
	for pair in PAIRS.iter() {
		let account = AccountId32::from(pair.account_id());
		let signature = signed(pair, Domain::TRANSACTION, b"payload");
		assert_eq!(signature.scheme(), pair.scheme());
		assert_eq!(signature.public(), pair.public());
		assert_eq!(signature.account_id(), account);
		assert!(signature.verify(&b"payload"[..], &account));
		assert!(!signature.verify(&b"Payload"[..], &account));
		assert!(!signature.verify(&b"payload"[..], &AccountId32::new([0; 32])));
		for other in PAIRS.iter().filter(|other| other.scheme() != pair.scheme()) {
			assert!(!signature.verify(&b"payload"[..], &other.account_id().into()));
		}
		for domain in Domain::ALL.into_iter().filter(|d| *d != Domain::TRANSACTION) {
			let signature = signed(pair, domain, b"payload");
			assert!(!signature.verify(&b"payload"[..], &account), "{domain:?}");
			assert!(signature.verify_domain(domain, b"payload", &account));
		}
	}
}

#[test]
fn encodings_are_to_the_byte() {
	for (pair, len) in PAIRS.iter().zip([1_564, 7_891, 5_264]) {
		let signature = signed(pair, Domain::TRANSACTION, b"payload");
		let encoded = signature.encode();
		assert_eq!(encoded.len(), len);
		assert_eq!(encoded.len(), signature.encoded_size());
		let compact = match pair.scheme() {
			Scheme::Falcon512 => vec![],
			_ => codec::Compact(pair.scheme().signature_len() as u32).encode(),
		};
		let index = [pair.scheme().index()];
		assert_eq!(encoded, [&index, pair.public(), &compact, signature.signature()].concat());
		assert_eq!(Signature::decode(&mut &encoded[..]), Ok(signature.clone()));
		let limited = Signature::decode_all_with_depth_limit(4, &mut &encoded[..]);
		assert_eq!(limited, Ok(signature.clone()));
		let tracked = Signature::decode_with_mem_limit(&mut &encoded[..], 16 * 1024);
		assert_eq!(tracked, Ok(signature));
		assert!(Signature::decode(&mut &encoded[..len - 1]).is_err());
	}
	assert_eq!(Signature::max_encoded_len(), 7_891);
	assert_eq!(AccountPublic::max_encoded_len(), 1_953);
}

#[test]
fn no_other_index_decodes() {
	for index in 3..=u8::MAX {
		let bytes = [&[index][..], &[0; 8_000]].concat();
		assert!(Signature::decode(&mut &bytes[..]).is_err());
		assert!(AccountPublic::decode(&mut &bytes[..]).is_err());
	}
}

/// What polkadot-js gives to the fee estimate in a signature's place: 256 bytes of 0x01.
#[test]
fn the_fake_signature_of_wallets_decodes_and_verifies_never() {
	let signature = Signature::decode(&mut &[1; 256][..]).unwrap();
	assert_eq!(signature.scheme(), Scheme::SlhDsaSha2_128s);
	assert_eq!(signature.signature().len(), 64);
	let account = signature.account_id();
	assert!(!signature.verify(&b""[..], &account));
}

#[test]
fn only_exact_lengths_verify() {
	for pair in &PAIRS[1..] {
		let signature = signed(pair, Domain::TRANSACTION, b"payload");
		let encoded = signature.encode();
		let public_end = 1 + pair.scheme().public_len();
		for len in [0, 1, 63, pair.scheme().signature_len() - 1] {
			let short = [&encoded[..public_end], &signature.signature()[..len].encode()].concat();
			let short = Signature::decode(&mut &short[..]).unwrap();
			assert!(!short.verify(&b"payload"[..], &pair.account_id().into()));
		}
		let long = [signature.signature(), &[0]].concat().encode();
		let long = [&encoded[..public_end], &long].concat();
		assert!(Signature::decode(&mut &long[..]).is_err());
	}
}

#[test]
fn a_field_of_another_key_does_not_verify() {
	for pair in PAIRS.iter() {
		let account: AccountId32 = pair.account_id().into();
		let other = Keypair::from_seed(pair.scheme(), &[2; 32]);
		let bytes = pair.sign(Domain::TRANSACTION, b"payload");
		let forged = Signature::from_parts(pair.scheme(), other.public(), &bytes).unwrap();
		assert!(!forged.verify(&b"payload"[..], &account));
		assert!(!forged.verify(&b"payload"[..], &other.account_id().into()));
		let theirs = signed(&other, Domain::TRANSACTION, b"payload");
		let forged =
			Signature::from_parts(pair.scheme(), pair.public(), theirs.signature()).unwrap();
		assert!(!forged.verify(&b"payload"[..], &account));
	}
}

#[test]
fn parts_have_their_lengths() {
	for scheme in Scheme::ALL {
		let (public, signature) =
			(vec![0; scheme.public_len() + 1], vec![0; scheme.signature_len() + 1]);
		let (p, s) = (scheme.public_len(), scheme.signature_len());
		assert!(Signature::from_parts(scheme, &public[..p], &signature[..s]).is_ok());
		assert!(AccountPublic::from_parts(scheme, &public[..p]).is_ok());
		for (p, s) in [(p - 1, s), (p + 1, s), (p, s - 1), (p, s + 1), (0, 0)] {
			let error = Signature::from_parts(scheme, &public[..p], &signature[..s]).unwrap_err();
			assert_eq!(error, InvalidLength { scheme, public: p, signature: Some(s) });
		}
		for p in [0, p - 1, p + 1] {
			let error = AccountPublic::from_parts(scheme, &public[..p]).unwrap_err();
			assert_eq!(error, InvalidLength { scheme, public: p, signature: None });
		}
	}
	let error = Signature::from_parts(Scheme::Falcon512, &[0; 32], &[0; 64]).unwrap_err();
	assert_eq!(
		error.to_string(),
		"falcon512 has public keys of 897 bytes, got 32, and signatures of 666, got 64"
	);
}

#[test]
fn public_keys_identify_the_account_of_their_signatures() {
	for pair in PAIRS.iter() {
		let public = AccountPublic::from_parts(pair.scheme(), pair.public()).unwrap();
		assert_eq!(public.scheme(), pair.scheme());
		assert_eq!(public.as_bytes(), pair.public());
		assert_eq!(public.encode(), [&[pair.scheme().index()], pair.public()].concat());
		assert_eq!(AccountPublic::decode(&mut &public.encode()[..]), Ok(public.clone()));
		let signature = pair.sign(Domain::VOUCHER, b"voucher");
		assert!(public.verify(&signature, Domain::VOUCHER, b"voucher"));
		assert!(!public.verify(&signature, Domain::RECEIPT, b"voucher"));
		assert!(!public.verify(&signature[1..], Domain::VOUCHER, b"voucher"));
		assert_eq!(public.into_account(), AccountId32::new(pair.account_id()));
	}
}

#[test]
fn dummies_have_full_length_and_verify_never() {
	for pair in PAIRS.iter() {
		let dummy = Signature::dummy(pair.scheme());
		let real = signed(pair, Domain::TRANSACTION, b"");
		assert_eq!(dummy.encoded_size(), real.encoded_size());
		assert!(!dummy.verify(&b""[..], &dummy.account_id()));
	}
}

/// polkadot-js refuses arrays above 2,048 bytes, and takes a struct in variant 0 for a signature
/// where there is none.
#[test]
fn metadata_suits_wallets() {
	let mut registry = Registry::new();
	let id = registry.register_type(&MetaType::new::<Signature>());
	registry.register_type(&MetaType::new::<AccountPublic>());
	let registry = PortableRegistry::from(registry);
	for ty in &registry.types {
		if let TypeDef::Array(array) = &ty.ty.type_def {
			assert!(array.len <= 2_048, "an array of {} bytes", array.len);
		}
	}
	let ty = registry.resolve(id.id).unwrap();
	assert_eq!(ty.path.segments.last().map(String::as_str), Some("Signature"));
	let TypeDef::Variant(def) = &ty.type_def else { panic!("an enum") };
	let names: Vec<_> = def.variants.iter().map(|v| (v.index, v.name.as_str())).collect();
	assert_eq!(names, [(0, "Falcon512"), (1, "SlhDsaSha2_128s"), (2, "MlDsa65")]);
	let [field] = &def.variants[0].fields[..] else { panic!("one field") };
	assert_eq!(field.name, None);
	let inner = registry.resolve(field.ty.id).unwrap();
	let TypeDef::Array(array) = &inner.type_def else { panic!("one flat array") };
	assert_eq!(array.len, 1_563);
	for name in ["Ed25519", "Sr25519", "Ecdsa"] {
		assert!(def.variants.iter().all(|v| v.name != name));
	}
}

#[test]
fn signatures_are_small_values() {
	assert!(size_of::<Signature>() <= 1_600);
	assert!(size_of::<AccountPublic>() <= 48);
}
