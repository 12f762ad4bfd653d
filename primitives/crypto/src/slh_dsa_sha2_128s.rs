// SPDX-License-Identifier: Apache-2.0

//! SLH-DSA-SHA2-128s of FIPS 205, pure, with an empty context.
//!
//! Verified by `slh-dsa`, which takes half the time of `fips205` in wasm; keys and signatures made
//! by `fips205`. So whoever verifies what it signed uses an independent implementation.

use crate::Domain;
use slh_dsa::{Sha2_128s, Signature, VerifyingKey};
#[cfg(feature = "keygen")]
use zeroize::Zeroizing;

/// Length of a public key: `PK.seed`, `PK.root`.
pub const PUBLIC_LEN: usize = 32;
/// Length of a signature.
pub const SIGNATURE_LEN: usize = 7856;
/// Length of a secret key: `SK.seed`, `SK.prf`, `PK.seed`, `PK.root`.
pub const SECRET_LEN: usize = 64;

/// Whether `signature` is `public`'s signature over `domain` and `message`.
pub fn verify(
	public: &[u8; PUBLIC_LEN],
	signature: &[u8; SIGNATURE_LEN],
	domain: Domain,
	message: &[u8],
) -> bool {
	let Ok(key) = VerifyingKey::<Sha2_128s>::try_from(&public[..]) else { return false };
	let Ok(signature) = Signature::<Sha2_128s>::try_from(&signature[..]) else { return false };
	domain
		.with_tagged(message, |tagged| key.try_verify_with_context(tagged, &[], &signature).is_ok())
}

/// The key pair of a seed: secret key and public key, in the encodings of FIPS 205.
///
/// `SK.seed`, `SK.prf` and `PK.seed` are [`crate::seed::expand`]'s 48 bytes, in this order.
#[cfg(feature = "keygen")]
pub fn keygen(seed: &[u8; 32]) -> (Zeroizing<[u8; SECRET_LEN]>, [u8; PUBLIC_LEN]) {
	use fips205::{
		slh_dsa_sha2_128s::KG,
		traits::{KeyGen, SerDes},
	};

	let mut parts = Zeroizing::new([[0u8; 16]; 3]);
	let mut expanded = crate::seed::ExpandedSeed::new(crate::Scheme::SlhDsaSha2_128s, seed);
	parts.iter_mut().for_each(|part| expanded.read(part));
	let (public, secret) = KG::keygen_from_seed(&parts[0], &parts[1], &parts[2]);
	(Zeroizing::new(secret.into_bytes()), public.into_bytes())
}

/// Signs `domain` and `message` with a secret key in FIPS 205's encoding, hedged with the
/// system's randomness.
///
/// `None` if `secret`'s root is not that of its seeds: such a key signs nothing.
///
/// # Panics
///
/// When the operating system has no randomness to give.
#[cfg(feature = "sign")]
pub fn sign(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
) -> Option<[u8; SIGNATURE_LEN]> {
	sign_with(secret, domain, message, true)
}

/// The deterministic variant of FIPS 205, for golden files; anything else signs hedged.
#[cfg(feature = "sign")]
#[doc(hidden)]
pub fn sign_deterministic(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
) -> Option<[u8; SIGNATURE_LEN]> {
	sign_with(secret, domain, message, false)
}

#[cfg(feature = "sign")]
fn sign_with(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
	hedged: bool,
) -> Option<[u8; SIGNATURE_LEN]> {
	use fips205::{
		slh_dsa_sha2_128s::PrivateKey,
		traits::{SerDes, Signer},
	};

	let key = PrivateKey::try_from_bytes(*secret).ok()?;
	let mut rng = crate::seed::SystemRandomness;
	domain.with_tagged(message, |tagged| key.try_sign_with_rng(&mut rng, tagged, &[], hedged).ok())
}
