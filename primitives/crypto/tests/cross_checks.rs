// SPDX-License-Identifier: Apache-2.0

//! Two implementations of each scheme, checked against each other both ways.
//!
//! ML-DSA's other implementation is the JavaScript library's; the wallet package's tests hold it
//! against `vectors/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use fn_dsa_sign::{SigningKey as _, SigningKey512, DOMAIN_NONE, HASH_ID_ORIGINAL_FALCON};
use pqcrypto_falcon::falconpadded512;
use pqcrypto_traits::sign::{DetachedSignature as _, PublicKey as _, SecretKey as _};
use qh_crypto::{falcon512, legacy, slh_dsa_sha2_128s, Domain};
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha20Rng,
};

const MESSAGES: [&[u8]; 4] = [b"", b"m", &[0xa5; 256], &[0x5a; 257]];

fn fn_dsa_signature(secret: &[u8], rng: &mut ChaCha20Rng, message: &[u8]) -> Vec<u8> {
	let mut signature = vec![0; falcon512::SIGNATURE_LEN];
	SigningKey512::decode(secret).unwrap().sign(
		rng,
		&DOMAIN_NONE,
		&HASH_ID_ORIGINAL_FALCON,
		message,
		&mut signature,
	);
	signature
}

/// Keys by fn-dsa; signatures by PQClean, verified by fn-dsa and by PQClean.
#[test]
fn falcon_of_pqclean_verifies_in_fn_dsa() {
	for seed in 0..20 {
		let (secret, public) = falcon512::keygen(&[seed; 32]);
		for message in MESSAGES {
			let signature = falcon512::sign(&secret, Domain::RAW, message).unwrap();
			assert!(falcon512::verify(&public, &signature, Domain::RAW, message));
			let detached = falconpadded512::DetachedSignature::from_bytes(&signature).unwrap();
			let public = falconpadded512::PublicKey::from_bytes(&public).unwrap();
			let tagged = Domain::RAW.tagged(message);
			falconpadded512::verify_detached_signature(&detached, &tagged, &public).unwrap();
		}
	}
}

/// Signatures by fn-dsa, verified by PQClean and by fn-dsa.
#[test]
fn falcon_of_fn_dsa_verifies_in_pqclean() {
	let mut rng = ChaCha20Rng::from_seed([9; 32]);
	for seed in 0..20 {
		let (secret, public) = falcon512::keygen(&[seed; 32]);
		for message in MESSAGES {
			let tagged = Domain::RAW.tagged(message);
			let signature = fn_dsa_signature(&secret[..], &mut rng, &tagged);
			let detached = falconpadded512::DetachedSignature::from_bytes(&signature).unwrap();
			let pqclean_public = falconpadded512::PublicKey::from_bytes(&public).unwrap();
			falconpadded512::verify_detached_signature(&detached, &tagged, &pqclean_public)
				.unwrap();
			let signature = signature[..].try_into().unwrap();
			assert!(falcon512::verify(&public, signature, Domain::RAW, message));
		}
	}
}

/// Keys by PQClean: fn-dsa signs and verifies with them, and finds the same public key.
#[test]
fn falcon_keys_of_pqclean_work_in_fn_dsa() {
	let mut rng = ChaCha20Rng::from_seed([9; 32]);
	for _ in 0..5 {
		let (public, secret) = falconpadded512::keypair();
		let mut derived = [0; falcon512::PUBLIC_LEN];
		SigningKey512::decode(secret.as_bytes()).unwrap().to_verifying_key(&mut derived);
		assert_eq!(derived, public.as_bytes());
		assert!(falcon512::is_canonical_public(&derived));
		let tagged = Domain::RAW.tagged(b"m");
		let signature = fn_dsa_signature(secret.as_bytes(), &mut rng, &tagged);
		assert!(falcon512::verify(&derived, signature[..].try_into().unwrap(), Domain::RAW, b"m"));
		let secret = secret.as_bytes().try_into().unwrap();
		let signature = falcon512::sign(secret, Domain::RAW, b"m").unwrap();
		assert!(falcon512::verify(&derived, &signature, Domain::RAW, b"m"));
	}
}

#[test]
fn a_broken_falcon_secret_key_does_not_sign() {
	let (mut secret, _) = falcon512::keygen(&[1; 32]);
	secret[0] = 0x5a;
	assert_eq!(falcon512::sign(&secret, Domain::RAW, b"m"), None);
}

#[test]
fn slh_dsa_and_fips205_make_the_same_keys_and_signatures() {
	use fips205::{
		slh_dsa_sha2_128s::PublicKey,
		traits::{SerDes, Verifier},
	};
	use slh_dsa::{Sha2_128s, SigningKey, VerifyingKey};

	let mut rng = ChaCha20Rng::from_seed([9; 32]);
	for seed in 0..2 {
		let (secret, public) = slh_dsa_sha2_128s::keygen(&[seed; 32]);
		let other = SigningKey::<Sha2_128s>::slh_keygen_internal(
			&secret[..16],
			&secret[16..32],
			&secret[32..48],
		);
		assert_eq!(other.to_bytes()[..], secret[..]);
		assert_eq!(other.as_ref().to_bytes()[..], public);

		let verifying = VerifyingKey::<Sha2_128s>::try_from(&public[..]).unwrap();
		let fips = PublicKey::try_from_bytes(public).unwrap();
		for message in [&b""[..], &[0xa5; 257]] {
			let tagged = Domain::RAW.tagged(message);
			// By fips205, hedged.
			let signature = slh_dsa_sha2_128s::sign(&secret, Domain::RAW, message).unwrap();
			assert!(slh_dsa_sha2_128s::verify(&public, &signature, Domain::RAW, message));
			assert!(fips.verify(&tagged, &signature, &[]));
			// By slh-dsa, hedged.
			let mut hedge = [0; 16];
			rng.fill_bytes(&mut hedge);
			let signature = other.try_sign_with_context(&tagged, &[], Some(&hedge)).unwrap();
			verifying.try_verify_with_context(&tagged, &[], &signature).unwrap();
			let signature: [u8; 7856] = signature.to_bytes()[..].try_into().unwrap();
			assert!(fips.verify(&tagged, &signature, &[]));
			assert!(slh_dsa_sha2_128s::verify(&public, &signature, Domain::RAW, message));
			// Deterministic, byte for byte.
			let a = slh_dsa_sha2_128s::sign_deterministic(&secret, Domain::RAW, message).unwrap();
			let b = other.try_sign_with_context(&tagged, &[], None).unwrap();
			assert_eq!(a, b.to_bytes()[..]);
		}
	}
}

#[test]
fn a_broken_slh_dsa_secret_key_does_not_sign() {
	let (mut secret, _) = slh_dsa_sha2_128s::keygen(&[1; 32]);
	secret[63] ^= 1;
	assert_eq!(slh_dsa_sha2_128s::sign(&secret, Domain::RAW, b"m"), None);
}

#[test]
fn legacy_proofs_speak_for_one_key_account_and_chain() {
	use pqcrypto_sphincsplus::sphincsshake256fsimple as sphincs;

	let (public, secret) = sphincs::keypair();
	let public: [u8; legacy::PUBLIC_LEN] = public.as_bytes().try_into().unwrap();
	let mut secret: [u8; legacy::SECRET_LEN] = secret.as_bytes().try_into().unwrap();
	let (genesis, account) = ([1; 32], [2; 32]);
	let mut proof = legacy::prove(&secret, &genesis, &account).unwrap();
	assert_eq!(proof.len(), legacy::SIGNATURE_LEN);
	assert!(legacy::verify(&public, &proof, &genesis, &account));

	let (other, _) = sphincs::keypair();
	let other: [u8; legacy::PUBLIC_LEN] = other.as_bytes().try_into().unwrap();
	assert!(!legacy::verify(&other, &proof, &genesis, &account));
	assert!(!legacy::verify(&public, &proof, &[3; 32], &account));
	assert!(!legacy::verify(&public, &proof, &genesis, &[3; 32]));
	assert!(!legacy::verify(&public, &proof[1..], &genesis, &account));
	assert!(!legacy::verify(&public, &[&proof[..], &[0]].concat(), &genesis, &account));
	for at in [0, 31, 32, 20_000, legacy::SIGNATURE_LEN - 1] {
		proof[at] ^= 1;
		assert!(!legacy::verify(&public, &proof, &genesis, &account), "byte {at}");
		proof[at] ^= 1;
	}

	// Halves of two keys.
	secret[64..].copy_from_slice(&other);
	assert_eq!(legacy::prove(&secret, &genesis, &account), None);
}

/// `pqcrypto-sphincsplus` is SPHINCS+ of round 3.1: its signatures are no FIPS 205 signatures, with
/// the standard's prefix or without.
#[test]
fn legacy_signatures_do_not_verify_as_fips_205() {
	use fips205::{
		slh_dsa_shake_256f::PublicKey,
		traits::{SerDes, Verifier},
	};
	use pqcrypto_sphincsplus::sphincsshake256fsimple as sphincs;

	let mut message = [0; 32];
	ChaCha20Rng::from_seed([9; 32]).fill_bytes(&mut message);
	let (public, secret) = sphincs::keypair();
	let signature = sphincs::detached_sign(&message, &secret);
	sphincs::verify_detached_signature(&signature, &message, &public).unwrap();

	let public = PublicKey::try_from_bytes(public.as_bytes().try_into().unwrap()).unwrap();
	let as_fips: [u8; 49_856] = signature.as_bytes().try_into().unwrap();
	assert!(!public.verify(&message, &as_fips, &[]));

	// Nor with FIPS 205's prefix of a pure message with an empty context given by hand.
	let prefixed = [&[0, 0], &message[..]].concat();
	let signature = sphincs::detached_sign(&prefixed, &secret);
	let as_fips = signature.as_bytes().try_into().unwrap();
	assert!(!public.verify(&message, &as_fips, &[]));
}
