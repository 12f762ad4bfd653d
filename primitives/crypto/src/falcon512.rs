// SPDX-License-Identifier: Apache-2.0

//! Falcon-512 of round 3 in its padded form: what `falconpadded512` of PQClean signs.
//!
//! Verification accepts the canonical encodings only: signature header 0x39, zero padding up to
//! 666 bytes, a minimal encoding of every coefficient; public key header 0x09 and coefficients
//! below 12,289. So a third party cannot turn a valid signature into another valid one by
//! re-encoding it.
//!
//! Three implementations meet here: `fn-dsa` generates keys, PQClean signs, and the verifier is our
//! own, made for WebAssembly and checked against `fn-dsa-vrfy`. So whoever verifies what it signed
//! uses an independent implementation. fn-dsa stays on 0.3: later versions dropped the message
//! hashing of round 3.

mod ring;
mod verify;

use crate::Domain;
#[cfg(feature = "keygen")]
use {alloc::boxed::Box, zeroize::Zeroizing};

/// Length of a public key: header 0x09, then 512 coefficients of 14 bits.
pub const PUBLIC_LEN: usize = 897;
/// Length of a signature: header 0x39, 40 bytes of nonce, 625 bytes of compressed coefficients
/// and padding.
pub const SIGNATURE_LEN: usize = 666;
/// Length of a secret key: header 0x59, `f` and `g` with 6 bits a coefficient, `F` with 8.
pub const SECRET_LEN: usize = 1281;

/// Whether `signature` is `public`'s signature over `domain` and `message`.
pub fn verify(
	public: &[u8; PUBLIC_LEN],
	signature: &[u8; SIGNATURE_LEN],
	domain: Domain,
	message: &[u8],
) -> bool {
	domain.with_tagged(message, |tagged| verify::verify(public, signature, tagged))
}

/// Whether `public` is the canonical encoding of a public key.
pub fn is_canonical_public(public: &[u8; PUBLIC_LEN]) -> bool {
	verify::decode_public(public).is_some()
}

/// The key pair of a seed: secret key and public key, in the encodings of round 3.
///
/// The generator of `fn-dsa-kgen` takes [`crate::seed::expand`]'s 32 bytes as its own seed.
#[cfg(feature = "keygen")]
pub fn keygen(seed: &[u8; 32]) -> (Zeroizing<[u8; SECRET_LEN]>, [u8; PUBLIC_LEN]) {
	use fn_dsa_kgen::{KeyPairGenerator, KeyPairGenerator512, FN_DSA_LOGN_512};

	let mut rng = crate::seed::ExpandedSeed::new(crate::Scheme::Falcon512, seed);
	let mut secret = Zeroizing::new([0; SECRET_LEN]);
	let mut public = [0; PUBLIC_LEN];
	let mut generator = Box::<KeyPairGenerator512>::default();
	generator.keygen(FN_DSA_LOGN_512, &mut rng, &mut secret[..], &mut public);
	(secret, public)
}

/// Signs `domain` and `message` with a secret key in round 3's encoding.
///
/// `None` if `secret` is no such encoding. The nonce comes from the system's randomness, so two
/// signatures over the same message differ. Ends the process when the system has none to give.
#[cfg(feature = "sign")]
pub fn sign(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
) -> Option<[u8; SIGNATURE_LEN]> {
	use pqcrypto_falcon::ffi::PQCLEAN_FALCONPADDED512_CLEAN_crypto_sign_signature;

	let mut signature = [0; SIGNATURE_LEN];
	let mut len = 0;
	let code = domain.with_tagged(message, |tagged| {
		// The safe wrapper copies the secret key into a value that nobody wipes, and drops the
		// return code.
		//
		// SAFETY: every pointer comes from a reference that lives through the call; the function
		// writes at most 666 bytes of signature and one length, and reads 1,281 bytes of key.
		#[allow(unsafe_code)]
		unsafe {
			PQCLEAN_FALCONPADDED512_CLEAN_crypto_sign_signature(
				signature.as_mut_ptr(),
				&mut len,
				tagged.as_ptr(),
				tagged.len(),
				secret.as_ptr(),
			)
		}
	});
	(code == 0 && len == SIGNATURE_LEN).then_some(signature)
}
