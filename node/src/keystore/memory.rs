// SPDX-License-Identifier: Apache-2.0

//! Keys in the node's own memory: the well-known keys of a development network, or none.
//!
//! Nothing here keeps a key from equivocating when a node is started twice or loses its database.
//! The service refuses these keys on any network but the development ones.

use super::{
	classical::refuse_classical_schemes, Error, KeyStatus, NewSessionKeys, SessionKeystore,
	LOG_TARGET,
};
use qh_app_crypto::{aura, grandpa};
use qh_crypto::dev;
use qh_runtime::{AccountId, Header};
use sp_core::crypto::{ByteArray, CryptoTypeId, KeyTypeId, Pair};
use sp_keystore::Keystore;
use std::time::Duration;

/// At most one key a role.
pub(crate) struct MemoryKeystore {
	keys: Option<Keys>,
}

struct Keys {
	aura: aura::AuthorityPair,
	grandpa: grandpa::AuthorityPair,
}

impl MemoryKeystore {
	/// No keys.
	pub(crate) fn empty() -> Self {
		Self { keys: None }
	}

	/// The development keys of a name.
	pub(crate) fn development(name: &str) -> Result<Self, Error> {
		let unknown = || Error::UnknownName { name: name.into() };
		if !dev::NAMES.contains(&name) {
			return Err(unknown());
		}
		let keys = Keys {
			aura: Pair::from_seed_slice(&dev::dev_seed(name, "aura")).map_err(|_| unknown())?,
			grandpa: Pair::from_seed_slice(&dev::dev_seed(name, "grandpa"))
				.map_err(|_| unknown())?,
		};
		Ok(Self { keys: Some(keys) })
	}

	fn public(&self, key_type: KeyTypeId) -> Option<Vec<u8>> {
		let keys = self.keys.as_ref()?;
		match key_type {
			aura::KEY_TYPE => Some(keys.aura.public().to_raw_vec()),
			grandpa::KEY_TYPE => Some(keys.grandpa.public().to_raw_vec()),
			_ => None,
		}
	}
}

impl Keystore for MemoryKeystore {
	fn insert(&self, _: KeyTypeId, _: &str, _: &[u8]) -> Result<(), ()> {
		log::warn!(target: LOG_TARGET, "{REFUSED_INSERT}");
		Err(())
	}

	fn keys(&self, key_type: KeyTypeId) -> Result<Vec<Vec<u8>>, sp_keystore::Error> {
		Ok(self.public(key_type).into_iter().collect())
	}

	fn has_keys(&self, public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool {
		public_keys.iter().all(|(public, key_type)| self.public(*key_type).as_ref() == Some(public))
	}

	fn sign_with(
		&self,
		key_type: KeyTypeId,
		crypto_id: CryptoTypeId,
		public: &[u8],
		message: &[u8],
	) -> Result<Option<Vec<u8>>, sp_keystore::Error> {
		let Some(keys) = &self.keys else { return Ok(None) };
		let held = self.public(key_type).is_some_and(|held| held == public);
		match (key_type, crypto_id) {
			(aura::KEY_TYPE, aura::CRYPTO_ID) => {
				Ok(held.then(|| keys.aura.sign(message).as_slice().to_vec()))
			}
			(grandpa::KEY_TYPE, grandpa::CRYPTO_ID) => {
				Ok(held.then(|| keys.grandpa.sign(message).as_slice().to_vec()))
			}
			_ => Err(sp_keystore::Error::KeyNotSupported(key_type)),
		}
	}

	refuse_classical_schemes!();
}

impl SessionKeystore for MemoryKeystore {
	fn approve_block(&self, _: &aura::AuthorityId, _: &Header, _: Duration) -> Result<(), Error> {
		Ok(())
	}

	fn new_session_keys(&self, _: &AccountId) -> Result<NewSessionKeys, Error> {
		Err(if self.keys.is_some() { Error::Development } else { Error::NoKeys })
	}

	fn is_ready(&self) -> bool {
		true
	}

	fn status(&self) -> KeyStatus {
		let list = |key_type| self.public(key_type).map(Into::into).into_iter().collect();
		KeyStatus {
			source: if self.keys.is_some() { "development" } else { "none" }.into(),
			reachable: self.keys.is_some(),
			voting: self.keys.is_some(),
			aura: list(aura::KEY_TYPE),
			grandpa: list(grandpa::KEY_TYPE),
			..Default::default()
		}
	}
}

/// What `author_insertKey` leaves in the log; its answer says only that the keystore is unavailable.
pub(super) const REFUSED_INSERT: &str = "refused to insert a key: keys do not enter the node. \
	They are made in the signer; `qh-node new-session-keys` asks it for them";

#[cfg(test)]
mod tests {
	use super::*;
	use sp_application_crypto::RuntimeAppPublic;

	#[test]
	fn development_keys_sign_in_their_role_only() {
		let keystore = MemoryKeystore::development("alice").unwrap();
		let public = keystore.keys(grandpa::KEY_TYPE).unwrap().remove(0);
		let id = grandpa::AuthorityId::try_from(&public[..]).unwrap();
		let signature = keystore
			.sign_with(grandpa::KEY_TYPE, grandpa::CRYPTO_ID, &public, b"vote")
			.unwrap()
			.unwrap();
		let signature = grandpa::AuthoritySignature::try_from(&signature[..]).unwrap();
		assert!(id.verify(&b"vote", &signature));

		assert!(keystore.has_keys(&[(public.clone(), grandpa::KEY_TYPE)]));
		assert!(!keystore.has_keys(&[(public.clone(), aura::KEY_TYPE)]));
		let other = keystore.sign_with(aura::KEY_TYPE, aura::CRYPTO_ID, &public, b"vote");
		assert_eq!(other.unwrap(), None);
		assert!(keystore.sign_with(grandpa::KEY_TYPE, aura::CRYPTO_ID, &public, b"vote").is_err());
	}

	#[test]
	fn two_names_have_two_keys_and_a_third_has_none() {
		let alice = MemoryKeystore::development("alice").unwrap();
		let bob = MemoryKeystore::development("bob").unwrap();
		assert_ne!(alice.status().aura, bob.status().aura);
		assert!(MemoryKeystore::development("mallory").is_err());
	}

	#[test]
	fn keys_do_not_enter() {
		let keystore = MemoryKeystore::empty();
		assert!(keystore.insert(aura::KEY_TYPE, "//Alice", &[0; 897]).is_err());
		assert!(keystore.sr25519_generate_new(aura::KEY_TYPE, Some("//Alice")).is_err());
		assert!(keystore.ed25519_generate_new(grandpa::KEY_TYPE, None).is_err());
		assert!(keystore.keys(aura::KEY_TYPE).unwrap().is_empty());
		assert!(!keystore.has_keys(&[(vec![0; 897], aura::KEY_TYPE)]));
	}
}
