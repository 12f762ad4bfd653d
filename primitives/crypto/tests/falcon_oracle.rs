// SPDX-License-Identifier: Apache-2.0

//! Our verifier of Falcon-512 against `fn-dsa-vrfy`, from outside: one answer to every input.
//!
//! `QH_FALCON_SIGNATURES` sets how many random signatures are tried instead of 2,000.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{coefficients, compressed, Invalid, Valid};
use fn_dsa_sign::{SigningKey as _, SigningKey512};
use fn_dsa_vrfy::{VerifyingKey as _, VerifyingKey512, DOMAIN_NONE, HASH_ID_ORIGINAL_FALCON};
use proptest::prelude::*;
use qh_crypto::{
	falcon512::{self, PUBLIC_LEN, SIGNATURE_LEN},
	Domain,
};
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha20Rng,
};
use std::sync::LazyLock;

const N: usize = 512;
const Q: i64 = coefficients::Q as i64;
const NORM_BOUND: i64 = 34_034_726;

type Public = [u8; PUBLIC_LEN];
type Signature = [u8; SIGNATURE_LEN];

/// What both verifiers say, which has to be the same.
fn verdict(public: &Public, signature: &Signature, domain: Domain, message: &[u8]) -> bool {
	let tagged = domain.tagged(message);
	let key = VerifyingKey512::decode(public);
	assert_eq!(falcon512::is_canonical_public(public), key.is_some());
	let expected = key
		.is_some_and(|key| key.verify(signature, &DOMAIN_NONE, &HASH_ID_ORIGINAL_FALCON, &tagged));
	assert_eq!(falcon512::verify(public, signature, domain, message), expected);
	expected
}

fn random_bytes(rng: &mut ChaCha20Rng, len: usize) -> Vec<u8> {
	let mut bytes = vec![0; len];
	rng.fill_bytes(&mut bytes);
	bytes
}

/// Half of them signed by PQClean, half by fn-dsa; each key signs fifty.
#[test]
fn random_signatures() {
	let wanted = std::env::var("QH_FALCON_SIGNATURES")
		.map_or(2_000, |number| number.parse().expect("QH_FALCON_SIGNATURES is a number"));
	let mut rng = ChaCha20Rng::from_seed([1; 32]);
	let mut key = None;
	for i in 0..wanted {
		let (secret, public) = match key.take() {
			Some(key) if i % 50 != 0 => key,
			_ => falcon512::keygen(random_bytes(&mut rng, 32)[..].try_into().unwrap()),
		};
		let len = rng.next_u32() as usize % 400;
		let message = random_bytes(&mut rng, len);
		let domain = Domain::ALL[i % Domain::ALL.len()];
		let mut signature = [0; SIGNATURE_LEN];
		if i % 2 == 0 {
			signature = falcon512::sign(&secret, domain, &message).unwrap();
		} else {
			SigningKey512::decode(&secret[..]).unwrap().sign(
				&mut rng,
				&DOMAIN_NONE,
				&HASH_ID_ORIGINAL_FALCON,
				&domain.tagged(&message),
				&mut signature,
			);
		}
		assert!(verdict(&public, &signature, domain, &message), "signature {i}");

		let bit = rng.next_u32() as usize % (SIGNATURE_LEN * 8);
		compressed::flip(&mut signature, bit);
		assert!(!verdict(&public, &signature, domain, &message), "signature {i}, bit {bit}");
		key = Some((secret, public));
	}
}

#[test]
fn every_flipped_bit() {
	let message = b"pay bob 10".to_vec();
	let (secret, public) = falcon512::keygen(&[2; 32]);
	let signature = falcon512::sign(&secret, Domain::TRANSACTION, &message).unwrap();
	let refused = |public: &Public, signature: &Signature, message: &[u8]| {
		!verdict(public, signature, Domain::TRANSACTION, message)
	};
	assert!(!refused(&public, &signature, &message));
	for bit in 0..SIGNATURE_LEN * 8 {
		let mut signature = signature;
		compressed::flip(&mut signature, bit);
		assert!(refused(&public, &signature, &message), "bit {bit} of the signature");
	}
	for bit in 0..PUBLIC_LEN * 8 {
		let mut public = public;
		compressed::flip(&mut public, bit);
		assert!(refused(&public, &signature, &message), "bit {bit} of the key");
	}
	for bit in 0..message.len() * 8 {
		let mut message = message.clone();
		compressed::flip(&mut message, bit);
		assert!(refused(&public, &signature, &message), "bit {bit} of the message");
	}
}

#[test]
fn golden_files() {
	let (mut valid, mut invalid) = (0, 0);
	let files = [common::read::<Valid>("signatures.json"), common::read("js-signatures.json")];
	for v in files.concat().iter().filter(|v| v.scheme == "falcon512") {
		let domain = Domain::ALL.into_iter().find(|domain| domain.name() == v.domain).unwrap();
		let public = v.public.0[..].try_into().unwrap();
		assert!(verdict(public, v.signature.0[..].try_into().unwrap(), domain, &v.message.0));
		valid += 1;
	}
	for v in common::read::<Invalid>("invalid.json").iter().filter(|v| v.scheme == "falcon512") {
		let (Ok(public), Ok(signature)) = (v.public.0[..].try_into(), v.signature.0[..].try_into())
		else {
			continue;
		};
		for domain in Domain::ALL.into_iter().filter(|domain| domain.tag()[..] == v.tag.0[..]) {
			assert!(!verdict(public, signature, domain, &v.message.0), "{}", v.why);
			invalid += 1;
		}
	}
	assert!(valid >= 10 && invalid >= 5, "{valid} valid and {invalid} invalid signatures");
}

/// A key and a signature over the empty message whose `s1` is the wanted one and whose `s2` is
/// `±X^exponent`: where nobody cares about a secret key, any `s1` can be had by `h = (c − s1) / s2`.
fn forged(s1: &[i64; N], exponent: usize, negative: bool, nonce: &[u8]) -> (Public, Signature) {
	let mut c = [0; N];
	fn_dsa_comm::hash_to_point(
		nonce,
		&[0; 64],
		&DOMAIN_NONE,
		&HASH_ID_ORIGINAL_FALCON,
		Domain::RAW.tag(),
		&mut c,
	);
	let mut public = [0; PUBLIC_LEN];
	public[0] = 0x09;
	for i in 0..N {
		let from = (i + exponent) % N;
		let wraps = i + exponent >= N;
		let difference = i64::from(c[from]) - s1[from];
		let signed = if wraps != negative { -difference } else { difference };
		coefficients::set(&mut public, i, signed.rem_euclid(Q) as u16);
	}
	let mut signature = [0; SIGNATURE_LEN];
	signature[0] = 0x39;
	signature[1..41].copy_from_slice(nonce);
	for i in 0..N {
		// Sign, seven low bits, a one: nine bits a coefficient.
		let at = 41 * 8 + 9 * i;
		if i == exponent {
			compressed::flip(&mut signature, at + 7);
			if negative {
				compressed::flip(&mut signature, at);
			}
		}
		compressed::flip(&mut signature, at + 8);
	}
	(public, signature)
}

/// Four numbers, none above q/2, whose squares sum up to `sum`.
fn four_squares(sum: i64) -> [i64; 4] {
	let largest = |rest: i64| rest.isqrt().min(Q / 2);
	for a in (0..=largest(sum)).rev() {
		for b in (0..=largest(sum - a * a)).rev().take(50) {
			let rest = sum - a * a - b * b;
			for c in (0..=largest(rest)).rev().take(500) {
				let d = (rest - c * c).isqrt();
				if d <= Q / 2 && d * d == rest - c * c {
					return [a, b, c, d];
				}
			}
		}
	}
	panic!("{sum} is no sum of four such squares")
}

/// An `s1` with this squared norm.
fn with_norm(norm: i64, rng: &mut ChaCha20Rng) -> [i64; N] {
	let mut s1 = [0; N];
	// What four coefficients can still make up, and more than they find hard to.
	let mut rest = norm;
	for coefficient in &mut s1[4..] {
		let largest = (2 * rest / N as i64).isqrt().clamp(1, Q / 2);
		let random = i64::from(rng.next_u32()) % (2 * largest + 1) - largest;
		let fitting = if random * random <= rest { random } else { 0 };
		*coefficient = fitting;
		rest -= fitting * fitting;
	}
	for coefficient in &mut s1[4..] {
		if rest <= 3 * (Q / 2).pow(2) {
			break;
		}
		rest += coefficient.pow(2) - (Q / 2).pow(2);
		*coefficient = if *coefficient < 0 { -(Q / 2) } else { Q / 2 };
	}
	s1[..4].copy_from_slice(&four_squares(rest));
	s1.rotate_left(rng.next_u32() as usize % N);
	assert_eq!(s1.iter().map(|x| x * x).sum::<i64>(), norm);
	s1
}

#[test]
fn norms_at_the_bound() {
	let mut rng = ChaCha20Rng::from_seed([4; 32]);
	for round in 0..200 {
		for above in [-1_000, -2, -1, 0, 1, 2, 1_000] {
			// s2's norm is 1.
			let s1 = with_norm(NORM_BOUND + above - 1, &mut rng);
			let exponent = rng.next_u32() as usize % N;
			let nonce = random_bytes(&mut rng, 40);
			let (public, signature) = forged(&s1, exponent, round % 2 == 1, &nonce);
			let accepted = verdict(&public, &signature, Domain::RAW, b"");
			assert_eq!(accepted, above <= 0, "{above} above the bound");
		}
	}
}

/// Norms that 32 bits cannot tell from small ones, up to the largest there is.
#[test]
fn norms_that_overflow() {
	let mut rng = ChaCha20Rng::from_seed([5; 32]);
	let nonce = random_bytes(&mut rng, 40);
	for wraps in 1..=4 {
		for extra in [0, 1, 1_000, NORM_BOUND - 1, NORM_BOUND] {
			let s1 = with_norm((wraps << 32) + extra, &mut rng);
			let (public, signature) = forged(&s1, 3, false, &nonce);
			assert!(!verdict(&public, &signature, Domain::RAW, b""));
		}
	}
	for largest in [Q / 2, -(Q / 2)] {
		let (public, signature) = forged(&[largest; N], 0, false, &nonce);
		assert!(!verdict(&public, &signature, Domain::RAW, b""));
	}
}

/// A coefficient that lies alone at one end of its range is centred as the other verifier does it.
#[test]
fn extreme_coefficients() {
	let mut rng = ChaCha20Rng::from_seed([6; 32]);
	for i in 0..N {
		for value in [Q / 2, -(Q / 2)] {
			// The square of q/2 alone is above the bound, that of 5,833 is not.
			for (value, accepted) in [(value, false), (value.signum() * 5_833, true)] {
				let mut s1 = [0; N];
				s1[i] = value;
				let nonce = random_bytes(&mut rng, 40);
				let (public, signature) = forged(&s1, i * 7 % N, i % 2 == 0, &nonce);
				assert_eq!(verdict(&public, &signature, Domain::RAW, b""), accepted);
			}
		}
	}
}

/// A signature over a message of ten bytes, made once.
static SIGNED: LazyLock<(Public, Signature)> = LazyLock::new(|| {
	let (secret, public) = falcon512::keygen(&[7; 32]);
	(public, falcon512::sign(&secret, Domain::RECEIPT, &[7; 10]).unwrap())
});

proptest! {
	#![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..Default::default() })]

	/// Bytes of key and signature replaced, anywhere and as many as wanted.
	#[test]
	fn changed_bytes(
		in_public in prop::collection::vec((0..PUBLIC_LEN, any::<u8>()), 0..3),
		in_signature in prop::collection::vec((0..SIGNATURE_LEN, any::<u8>()), 0..3),
	) {
		let (mut public, mut signature) = *SIGNED;
		in_public.iter().for_each(|(at, byte)| public[*at] = *byte);
		in_signature.iter().for_each(|(at, byte)| signature[*at] = *byte);
		let unchanged = (public, signature) == *SIGNED;
		prop_assert_eq!(verdict(&public, &signature, Domain::RECEIPT, &[7; 10]), unchanged);
	}

	/// Noise behind headers that let it pass.
	#[test]
	fn noise(seed in any::<u64>(), message in prop::collection::vec(any::<u8>(), 0..600)) {
		let mut rng = ChaCha20Rng::seed_from_u64(seed);
		let (mut public, mut signature) = ([0; PUBLIC_LEN], [0; SIGNATURE_LEN]);
		rng.fill_bytes(&mut public);
		rng.fill_bytes(&mut signature);
		prop_assert!(!verdict(&public, &signature, Domain::RAW, &message));
		(public[0], signature[0]) = (0x09, 0x39);
		for i in 0..N {
			let coefficient = rng.next_u32() % Q as u32;
			coefficients::set(&mut public, i, coefficient as u16);
		}
		prop_assert!(!verdict(&public, &signature, Domain::RAW, &message));
	}
}
