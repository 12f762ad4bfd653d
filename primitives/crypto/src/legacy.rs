// SPDX-License-Identifier: Apache-2.0

//! Ownership proofs of keys from the previous QuantumHarmony network, which signed with
//! SPHINCS+-SHAKE-256f (round 3.1, simple).
//!
//! One job: an operator who moves in proves that the old key is theirs, by signing the new account
//! with the old key. Nothing on chain accepts these signatures: they do not verify as FIPS 205's
//! SLH-DSA-SHAKE-256f (a test shows it).

use crate::blake2_256;
use alloc::vec::Vec;
use pqcrypto_sphincsplus::sphincsshake256fsimple as sphincs;
use pqcrypto_traits::sign::{DetachedSignature as _, PublicKey as _, SecretKey as _};

/// Length of a public key.
pub const PUBLIC_LEN: usize = 64;
/// Length of a secret key: `SK.seed`, `SK.prf`, `PK.seed`, `PK.root`, 32 bytes each.
pub const SECRET_LEN: usize = 128;
/// Length of a signature.
pub const SIGNATURE_LEN: usize = 49_856;

/// The 32 bytes an owner signs: `blake2_256("qh/legacy-owner/v1" ‖ genesis ‖ account ‖ old public
/// key)`, so that a proof speaks for one account on one chain.
pub fn statement(genesis: &[u8; 32], account: &[u8; 32], public: &[u8; PUBLIC_LEN]) -> [u8; 32] {
	blake2_256(&[&b"qh/legacy-owner/v1"[..], genesis, account, public].concat())
}

/// Proves that `secret`'s owner is `account`'s. The secret key holds its public key.
///
/// `None` if the proof does not verify, that is, if `secret`'s two halves are of different keys.
pub fn prove(secret: &[u8; SECRET_LEN], genesis: &[u8; 32], account: &[u8; 32]) -> Option<Vec<u8>> {
	let public: &[u8; PUBLIC_LEN] = secret.last_chunk()?;
	let key = sphincs::SecretKey::from_bytes(secret).ok()?;
	let proof = sphincs::detached_sign(&statement(genesis, account, public), &key);
	let proof = proof.as_bytes().to_vec();
	verify(public, &proof, genesis, account).then_some(proof)
}

/// Whether `proof` shows that the owner of the old key `public` is `account`'s owner.
pub fn verify(
	public: &[u8; PUBLIC_LEN],
	proof: &[u8],
	genesis: &[u8; 32],
	account: &[u8; 32],
) -> bool {
	if proof.len() != SIGNATURE_LEN {
		return false;
	}
	let Ok(key) = sphincs::PublicKey::from_bytes(public) else { return false };
	let Ok(proof) = sphincs::DetachedSignature::from_bytes(proof) else { return false };
	sphincs::verify_detached_signature(&proof, &statement(genesis, account, public), &key).is_ok()
}
