// SPDX-License-Identifier: Apache-2.0

//! ML-DSA-65 of FIPS 204, pure, with an empty context.

use crate::Domain;
use ml_dsa::{EncodedVerifyingKey, MlDsa65, Signature, VerifyingKey};
#[cfg(feature = "keygen")]
use zeroize::Zeroizing;

/// Length of a public key.
pub const PUBLIC_LEN: usize = 1952;
/// Length of a signature.
pub const SIGNATURE_LEN: usize = 3309;
/// Length of a secret key: the seed `ξ` of FIPS 204, from which everything else is expanded.
pub const SECRET_LEN: usize = 32;

/// Whether `signature` is `public`'s signature over `domain` and `message`.
pub fn verify(
	public: &[u8; PUBLIC_LEN],
	signature: &[u8; SIGNATURE_LEN],
	domain: Domain,
	message: &[u8],
) -> bool {
	let Ok(signature) = Signature::<MlDsa65>::try_from(&signature[..]) else { return false };
	let Ok(public) = EncodedVerifyingKey::<MlDsa65>::try_from(&public[..]) else { return false };
	let key = VerifyingKey::<MlDsa65>::decode(&public);
	domain.with_tagged(message, |tagged| key.verify_with_context(tagged, &[], &signature))
}

/// The key pair of a seed: `ξ` and the public key in FIPS 204's encoding.
///
/// `ξ` is [`crate::seed::expand`]'s 32 bytes.
#[cfg(feature = "keygen")]
pub fn keygen(seed: &[u8; 32]) -> (Zeroizing<[u8; SECRET_LEN]>, [u8; PUBLIC_LEN]) {
	use ml_dsa::{Keypair, SigningKey};

	let mut xi = Zeroizing::new([0; SECRET_LEN]);
	crate::seed::ExpandedSeed::new(crate::Scheme::MlDsa65, seed).read(&mut xi[..]);
	let mut public = [0; PUBLIC_LEN];
	let key = SigningKey::<MlDsa65>::from_seed((&*xi).into());
	public.copy_from_slice(&key.verifying_key().encode());
	(xi, public)
}

/// Signs `domain` and `message` with the key of `ξ`, hedged with the system's randomness.
///
/// # Panics
///
/// When the operating system has no randomness to give.
#[cfg(feature = "sign")]
pub fn sign(secret: &[u8; SECRET_LEN], domain: Domain, message: &[u8]) -> [u8; SIGNATURE_LEN] {
	use fn_dsa_comm::RngCore;

	let mut randomness = Zeroizing::new([0; 32]);
	crate::seed::SystemRandomness.fill_bytes(&mut randomness[..]);
	sign_with(secret, domain, message, &randomness)
}

/// The deterministic variant of FIPS 204, for golden files; anything else signs hedged.
#[cfg(feature = "sign")]
#[doc(hidden)]
pub fn sign_deterministic(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
) -> [u8; SIGNATURE_LEN] {
	sign_with(secret, domain, message, &[0; 32])
}

#[cfg(feature = "sign")]
fn sign_with(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
	randomness: &[u8; 32],
) -> [u8; SIGNATURE_LEN] {
	use ml_dsa::SigningKey;

	let key = SigningKey::<MlDsa65>::from_seed(secret.into());
	let mut signature = [0; SIGNATURE_LEN];
	// FIPS 204, algorithm 2: a zero for "pure", the context's length, the context, the message.
	let signed =
		key.expanded_key().sign_internal(&[&[0, 0], domain.tag(), message], randomness.into());
	signature.copy_from_slice(&signed.encode());
	signature
}
