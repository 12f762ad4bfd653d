// SPDX-License-Identifier: Apache-2.0

//! What must not verify: every field changed, one at a time, for every scheme.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{coefficients, compressed};
use proptest::prelude::*;
use qh_crypto::{falcon512, verify, Domain, Keypair, Scheme};
use std::sync::LazyLock;

const MESSAGE: &[u8] = b"pay bob 10";

struct Signed {
	scheme: Scheme,
	public: Vec<u8>,
	signature: Vec<u8>,
}

impl Signed {
	fn verifies(&self, public: &[u8], signature: &[u8]) -> bool {
		verify(self.scheme, public, signature, Domain::TRANSACTION, MESSAGE)
	}
}

/// One signature a scheme, made once.
static SIGNED: LazyLock<[Signed; 3]> = LazyLock::new(|| {
	Scheme::ALL.map(|scheme| {
		let pair = Keypair::from_seed(scheme, &[3; 32]);
		let signature = pair.sign(Domain::TRANSACTION, MESSAGE);
		Signed { scheme, public: pair.public().to_vec(), signature }
	})
});

fn falcon() -> &'static Signed {
	&SIGNED[0]
}

/// A Falcon signature whose coefficients and end of coefficients are as wanted: most are, some
/// are not.
fn falcon_signature(wanted: impl Fn(&[(usize, u32)], usize) -> bool) -> Vec<u8> {
	let pair = Keypair::from_seed(Scheme::Falcon512, &[3; 32]);
	std::iter::repeat_with(|| pair.sign(Domain::TRANSACTION, MESSAGE))
		.find(|signature| {
			let (coefficients, end) = compressed::parse(signature);
			wanted(&coefficients, end)
		})
		.unwrap()
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
	let mut bytes = bytes.to_vec();
	bytes[bit / 8] ^= 1 << (bit % 8);
	bytes
}

#[test]
fn what_was_signed_verifies() {
	for s in SIGNED.iter() {
		assert!(s.verifies(&s.public, &s.signature), "{}", s.scheme);
	}
}

/// Every bit; of SLH-DSA's 62,848, where a verification takes longest, one in each byte.
#[test]
fn a_flipped_bit_of_the_signature() {
	for s in SIGNED.iter() {
		let step = if s.scheme == Scheme::SlhDsaSha2_128s { 9 } else { 1 };
		for bit in (0..s.signature.len() * 8).step_by(step) {
			assert!(!s.verifies(&s.public, &flipped(&s.signature, bit)), "{} {bit}", s.scheme);
		}
	}
}

#[test]
fn a_flipped_bit_of_the_public_key() {
	for s in SIGNED.iter() {
		for bit in 0..s.public.len() * 8 {
			assert!(!s.verifies(&flipped(&s.public, bit), &s.signature), "{} {bit}", s.scheme);
		}
	}
}

#[test]
fn another_message() {
	for s in SIGNED.iter() {
		let refused = |message: &[u8]| {
			!verify(s.scheme, &s.public, &s.signature, Domain::TRANSACTION, message)
		};
		assert!((0..MESSAGE.len() * 8).all(|bit| refused(&flipped(MESSAGE, bit))));
		assert!((0..MESSAGE.len()).all(|len| refused(&MESSAGE[..len])));
		assert!(refused(&[MESSAGE, &[0]].concat()));
		assert!(refused(&[&[0], MESSAGE].concat()));
	}
}

#[test]
fn another_domain() {
	for s in SIGNED.iter() {
		for domain in Domain::ALL.into_iter().filter(|d| *d != Domain::TRANSACTION) {
			assert!(!verify(s.scheme, &s.public, &s.signature, domain, MESSAGE));
			// Nor with the other tag given as a part of the message.
			let tagged = Domain::TRANSACTION.tagged(MESSAGE);
			assert!(!verify(s.scheme, &s.public, &s.signature, domain, &tagged));
		}
	}
}

/// What the scheme signs without a tag passes for no role's signature.
#[test]
fn a_signature_without_a_tag() {
	use fn_dsa_sign::{SigningKey, SigningKey512, DOMAIN_NONE, HASH_ID_ORIGINAL_FALCON};
	use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};

	let (secret, public) = falcon512::keygen(&[3; 32]);
	let mut signature = [0; falcon512::SIGNATURE_LEN];
	SigningKey512::decode(&secret[..]).unwrap().sign(
		&mut ChaCha20Rng::from_seed([1; 32]),
		&DOMAIN_NONE,
		&HASH_ID_ORIGINAL_FALCON,
		MESSAGE,
		&mut signature,
	);
	for domain in Domain::ALL {
		assert!(!falcon512::verify(&public, &signature, domain, MESSAGE));
	}
}

#[test]
fn another_length() {
	for s in SIGNED.iter() {
		for bytes in [&s.public, &s.signature] {
			let is_key = bytes == &s.public;
			let refused = |changed: &[u8]| match is_key {
				true => !s.verifies(changed, &s.signature),
				false => !s.verifies(&s.public, changed),
			};
			assert!(refused(&[]));
			assert!(refused(&bytes[1..]));
			assert!(refused(&bytes[..bytes.len() - 1]));
			assert!(refused(&[&bytes[..], &[0]].concat()));
			assert!(refused(&[&bytes[..], bytes].concat()));
		}
	}
}

#[test]
fn another_scheme() {
	for s in SIGNED.iter() {
		for other in Scheme::ALL.into_iter().filter(|other| *other != s.scheme) {
			assert!(!verify(other, &s.public, &s.signature, Domain::TRANSACTION, MESSAGE));
		}
	}
	// Also with bytes cut and filled up to the other scheme's lengths.
	for s in SIGNED.iter() {
		for other in Scheme::ALL.into_iter().filter(|other| *other != s.scheme) {
			let fit = |bytes: &[u8], len| {
				let mut bytes = bytes.to_vec();
				bytes.resize(len, 0);
				bytes
			};
			let public = fit(&s.public, other.public_len());
			let signature = fit(&s.signature, other.signature_len());
			assert!(!verify(other, &public, &signature, Domain::TRANSACTION, MESSAGE));
		}
	}
}

#[test]
fn falcon_headers() {
	let s = falcon();
	assert_eq!((s.public[0], s.signature[0]), (0x09, 0x39));
	for header in (0..=u8::MAX).filter(|h| *h != 0x39) {
		let mut signature = s.signature.clone();
		signature[0] = header;
		assert!(!s.verifies(&s.public, &signature), "signature header {header:#x}");
	}
	for header in (0..=u8::MAX).filter(|h| *h != 0x09) {
		let mut public = s.public.clone();
		public[0] = header;
		assert!(!s.verifies(&public, &s.signature), "public key header {header:#x}");
	}
}

#[test]
fn falcon_padding_is_zero() {
	let s = falcon();
	let good = falcon_signature(|_, end| end < 660 * 8);
	let (_, padding) = compressed::parse(&good);
	assert!(s.verifies(&s.public, &good));
	for bit in padding..666 * 8 {
		let mut signature = good.clone();
		compressed::flip(&mut signature, bit);
		assert!(!s.verifies(&s.public, &signature), "bit {bit}");
	}
}

/// The unpadded form of the same signature, which other verifiers accept.
#[test]
fn falcon_without_its_padding() {
	let s = falcon();
	let good = falcon_signature(|_, end| end < 660 * 8);
	let (_, padding) = compressed::parse(&good);
	let cut = &good[..padding.div_ceil(8)];
	assert!(!s.verifies(&s.public, cut));
	assert!(!s.verifies(&s.public, &[&[0x29], &cut[1..]].concat()));
}

/// The same polynomial in another encoding would be a second signature for one act.
#[test]
fn falcon_minus_zero() {
	let s = falcon();
	let good = falcon_signature(|all, _| all.iter().any(|(_, magnitude)| *magnitude == 0));
	assert!(s.verifies(&s.public, &good));
	let (all, _) = compressed::parse(&good);
	for (sign, _) in all.iter().filter(|(_, magnitude)| *magnitude == 0) {
		let mut signature = good.clone();
		compressed::flip(&mut signature, *sign);
		assert!(!s.verifies(&s.public, &signature));
	}
}

/// A coefficient c and c + q are the same number modulo q, and two accounts if both were accepted.
#[test]
fn falcon_coefficients_below_q() {
	let s = falcon();
	let public: &[u8; 897] = s.public[..].try_into().unwrap();
	assert!(falcon512::is_canonical_public(public));
	let mut tried = 0;
	for i in 0..512 {
		let c = coefficients::get(&s.public, i);
		assert!(c < coefficients::Q);
		for value in [c + coefficients::Q, coefficients::Q, 0x3fff] {
			if value > 0x3fff {
				continue;
			}
			let mut changed = *public;
			coefficients::set(&mut changed, i, value);
			assert_eq!(coefficients::get(&changed, i), value);
			assert!(!s.verifies(&changed, &s.signature));
			assert!(!falcon512::is_canonical_public(&changed));
			tried += 1;
		}
	}
	assert!(tried > 1024, "some coefficients have room for another q");
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

	/// Whatever bytes come: an answer, no panic, and never yes.
	#[test]
	fn noise(
		index in 0u8..3,
		seed in any::<u64>(),
		public_len in 0usize..2100,
		signature_len in 0usize..8000,
		exact in any::<bool>(),
		message in prop::collection::vec(any::<u8>(), 0..600),
	) {
		use rand_chacha::rand_core::{RngCore, SeedableRng};
		let scheme = Scheme::try_from(index).unwrap();
		let (public_len, signature_len) = match exact {
			true => (scheme.public_len(), scheme.signature_len()),
			false => (public_len, signature_len),
		};
		let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(seed);
		let (mut public, mut signature) = (vec![0; public_len], vec![0; signature_len]);
		rng.fill_bytes(&mut public);
		rng.fill_bytes(&mut signature);
		// Past the headers, where Falcon's decoders begin to work.
		if scheme == Scheme::Falcon512 && exact {
			public.copy_from_slice(&falcon().public);
			signature[0] = 0x39;
		}
		prop_assert!(!verify(scheme, &public, &signature, Domain::RAW, &message));
	}

	/// Honest signatures verify whatever the message's length, on stack and heap.
	#[test]
	fn round_trip(
		message in prop::collection::vec(any::<u8>(), 0..600),
		domain in prop::sample::select(Domain::ALL.to_vec()),
	) {
		static PAIRS: LazyLock<[Keypair; 2]> = LazyLock::new(|| {
			[Scheme::Falcon512, Scheme::MlDsa65].map(|s| Keypair::from_seed(s, &[5; 32]))
		});
		for pair in PAIRS.iter() {
			let signature = pair.sign(domain, &message);
			prop_assert_eq!(signature.len(), pair.scheme().signature_len());
			prop_assert!(verify(pair.scheme(), pair.public(), &signature, domain, &message));
		}
	}
}
