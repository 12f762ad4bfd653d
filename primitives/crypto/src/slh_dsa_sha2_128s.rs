// SPDX-License-Identifier: Apache-2.0

//! SLH-DSA-SHA2-128s of FIPS 205, pure, with an empty context.
//!
//! Verified by `fips205`, signed by `slh-dsa`: two implementations, each checked by the other.

use crate::Domain;
use fips205::{
	slh_dsa_sha2_128s::PublicKey,
	traits::{SerDes, Verifier},
};
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
	let Ok(key) = PublicKey::try_from_bytes(*public) else { return false };
	domain.with_tagged(message, |tagged| key.verify(tagged, signature, &[]))
}

/// The key pair of a seed: secret key and public key, in the encodings of FIPS 205.
///
/// `SK.seed`, `SK.prf` and `PK.seed` are [`crate::seed::expand`]'s 48 bytes, in this order.
#[cfg(feature = "keygen")]
pub fn keygen(seed: &[u8; 32]) -> (Zeroizing<[u8; SECRET_LEN]>, [u8; PUBLIC_LEN]) {
	use fips205::{slh_dsa_sha2_128s::KG, traits::KeyGen};

	let mut parts = Zeroizing::new([[0u8; 16]; 3]);
	let mut expanded = crate::seed::ExpandedSeed::new(crate::Scheme::SlhDsaSha2_128s, seed);
	parts.iter_mut().for_each(|part| expanded.read(part));
	let (public, secret) = KG::keygen_from_seed(&parts[0], &parts[1], &parts[2]);
	(Zeroizing::new(secret.into_bytes()), public.into_bytes())
}

/// Signs `domain` and `message` with a secret key in FIPS 205's encoding, hedged with the
/// system's randomness.
#[cfg(feature = "sign")]
pub fn sign(secret: &[u8; SECRET_LEN], domain: Domain, message: &[u8]) -> [u8; SIGNATURE_LEN] {
	sign_with_randomness(secret, domain, message, &crate::seed::system_randomness())
}

/// Signs with the given `addrnd`. For golden files; anything else signs hedged.
#[cfg(feature = "sign")]
#[doc(hidden)]
pub fn sign_with_randomness(
	secret: &[u8; SECRET_LEN],
	domain: Domain,
	message: &[u8],
	randomness: &[u8; 16],
) -> [u8; SIGNATURE_LEN] {
	use slh_dsa::{Sha2_128s, SigningKey};

	let mut signature = [0; SIGNATURE_LEN];
	// Neither step can fail: the key has its one length, the context is empty.
	if let Ok(key) = SigningKey::<Sha2_128s>::try_from(&secret[..]) {
		let signed = domain.with_tagged(message, |tagged| {
			key.try_sign_with_context(tagged, &[], Some(&randomness[..]))
		});
		if let Ok(signed) = signed {
			signature.copy_from_slice(&signed.to_bytes());
		}
	}
	signature
}
