// SPDX-License-Identifier: Apache-2.0
//! Keys in memory.
//!
//! What signs is behind [`Signing`], so that a device can stand where secret pages stand.

use crate::{
	memory::{scrub_stack, ArenaFull, SecretArena, SecretBuf},
	vault::Entry,
};
use qh_crypto::{falcon512, ml_dsa65, slh_dsa_sha2_128s, Domain, Scheme};
use qh_signer_client::{AccountId, KeyInfo};
use std::{collections::BTreeMap, sync::Arc};

/// Keys by account.
pub(crate) type Keys = BTreeMap<AccountId, Arc<Key>>;

/// Something that signs with one key.
pub(crate) trait Signing: Send + Sync {
	/// A signature over `domain` and `message`; `None` if the key or device fails.
	fn sign(&self, domain: Domain, message: &[u8]) -> Option<Vec<u8>>;
}

/// A key with what is known about it.
pub(crate) struct Key {
	pub(crate) info: KeyInfo,
	pub(crate) scheme: Scheme,
	pub(crate) calls: Vec<String>,
	pub(crate) canary: bool,
	seed: SecretBuf,
	signing: Box<dyn Signing>,
}

/// A key cannot be brought into memory.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
	#[error(transparent)]
	Full(#[from] ArenaFull),
	#[error("key {0} is of an unknown scheme, or its public key is not its seed's")]
	Inconsistent(String),
}

impl Key {
	/// Generate a key from its seed, within secret pages.
	pub(crate) fn load(arena: &SecretArena, entry: &Entry) -> Result<Self, KeyError> {
		let inconsistent = || KeyError::Inconsistent(format!("0x{}", hex::encode(entry.info.id)));
		let scheme = Scheme::try_from(entry.info.scheme).map_err(|_| inconsistent())?;
		let (secret, public) = generate(arena, scheme, &entry.seed)?;
		if public != entry.info.public || qh_crypto::account_id(scheme, &public) != entry.info.id {
			return Err(inconsistent());
		}
		Ok(Self {
			info: entry.info.clone(),
			scheme,
			calls: entry.calls.clone(),
			canary: entry.canary,
			seed: arena.copy(&entry.seed)?,
			signing: Box::new(SecretPages { scheme, secret }),
		})
	}

	/// As it goes into the vault.
	pub(crate) fn entry(&self) -> Entry {
		let mut seed = [0u8; 32];
		seed.copy_from_slice(&self.seed);
		Entry { info: self.info.clone(), seed, calls: self.calls.clone(), canary: self.canary }
	}

	/// With another allow-list.
	pub(crate) fn with_calls(
		&self,
		arena: &SecretArena,
		calls: Vec<String>,
	) -> Result<Self, KeyError> {
		let mut entry = self.entry();
		entry.calls = calls;
		Self::load(arena, &entry)
	}

	/// A signature that was verified by another implementation than the one that made it (ML-DSA
	/// has one only). `None` is a fault of memory, processor or code.
	pub(crate) fn sign_verified(&self, domain: Domain, message: &[u8]) -> Option<Vec<u8>> {
		let signature = self.signing.sign(domain, message);
		scrub_stack();
		signature.filter(|signature| self.verifies(signature, domain, message))
	}

	/// Whether this is a signature by the key.
	pub(crate) fn verifies(&self, signature: &[u8], domain: Domain, message: &[u8]) -> bool {
		qh_crypto::verify(self.scheme, &self.info.public, signature, domain, message)
	}
}

/// Public key of a seed.
pub(crate) fn public_of(scheme: Scheme, seed: &[u8; 32]) -> Vec<u8> {
	let public = match scheme {
		Scheme::Falcon512 => falcon512::keygen(seed).1.to_vec(),
		Scheme::SlhDsaSha2_128s => slh_dsa_sha2_128s::keygen(seed).1.to_vec(),
		Scheme::MlDsa65 => ml_dsa65::keygen(seed).1.to_vec(),
	};
	scrub_stack();
	public
}

fn generate(
	arena: &SecretArena,
	scheme: Scheme,
	seed: &[u8; 32],
) -> Result<(SecretBuf, Vec<u8>), ArenaFull> {
	let made = match scheme {
		Scheme::Falcon512 => {
			let (secret, public) = falcon512::keygen(seed);
			arena.copy(&secret[..]).map(|secret| (secret, public.to_vec()))
		}
		Scheme::SlhDsaSha2_128s => {
			let (secret, public) = slh_dsa_sha2_128s::keygen(seed);
			arena.copy(&secret[..]).map(|secret| (secret, public.to_vec()))
		}
		Scheme::MlDsa65 => {
			let (secret, public) = ml_dsa65::keygen(seed);
			arena.copy(&secret[..]).map(|secret| (secret, public.to_vec()))
		}
	};
	scrub_stack();
	made
}

/// A key in secret pages.
struct SecretPages {
	scheme: Scheme,
	secret: SecretBuf,
}

impl Signing for SecretPages {
	fn sign(&self, domain: Domain, message: &[u8]) -> Option<Vec<u8>> {
		match self.scheme {
			Scheme::Falcon512 => {
				let secret = self.secret.first_chunk()?;
				falcon512::sign(secret, domain, message).map(Vec::from)
			}
			Scheme::SlhDsaSha2_128s => {
				let secret = self.secret.first_chunk()?;
				slh_dsa_sha2_128s::sign(secret, domain, message).map(|s| s.to_vec())
			}
			Scheme::MlDsa65 => {
				let secret = self.secret.first_chunk()?;
				Some(ml_dsa65::sign(secret, domain, message).to_vec())
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use qh_signer_client::{KeyClass, KeyRole};

	fn entry(scheme: Scheme) -> Entry {
		let seed = [5; 32];
		let public = public_of(scheme, &seed);
		let info = KeyInfo {
			id: qh_crypto::account_id(scheme, &public),
			class: KeyClass::Operator,
			role: KeyRole::Account,
			scheme: scheme.index(),
			public,
			label: String::new(),
			operator: None,
			created_ms: 0,
		};
		Entry { info, seed, calls: vec![], canary: false }
	}

	#[test]
	fn every_scheme_signs_verifiably() {
		let arena = SecretArena::new(64 * 1024).unwrap();
		for scheme in Scheme::ALL {
			let key = Key::load(&arena, &entry(scheme)).unwrap();
			let signature = key.sign_verified(Domain::RAW, b"message").unwrap();
			assert_eq!(signature.len(), scheme.signature_len());
			let public = &key.info.public;
			assert!(qh_crypto::verify(scheme, public, &signature, Domain::RAW, b"message"));
			assert_eq!(key.entry().seed, [5; 32]);
		}
	}

	#[test]
	fn a_public_key_of_another_seed_is_found() {
		let arena = SecretArena::new(64 * 1024).unwrap();
		let mut wrong = entry(Scheme::Falcon512);
		wrong.seed = [6; 32];
		assert!(matches!(Key::load(&arena, &wrong), Err(KeyError::Inconsistent(_))));
	}

	struct Faulty;

	impl Signing for Faulty {
		fn sign(&self, _: Domain, _: &[u8]) -> Option<Vec<u8>> {
			Some(vec![0x39; 666])
		}
	}

	#[test]
	fn a_bad_signature_is_not_released() {
		let arena = SecretArena::new(64 * 1024).unwrap();
		let mut key = Key::load(&arena, &entry(Scheme::Falcon512)).unwrap();
		key.signing = Box::new(Faulty);
		assert!(key.sign_verified(Domain::RAW, b"message").is_none());
	}
}
