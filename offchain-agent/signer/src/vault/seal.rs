// SPDX-License-Identifier: Apache-2.0
//! From secrets to section keys, and sealing with them.
//!
//! Section key = `blake2_256("qh/vault/v1" ‖ class u8 ‖ Argon2id(secret, salt))`, 32 bytes each.

use super::format::{Class, Sealed};
use aes_gcm::{
	aead::{Aead, KeyInit, Payload},
	Aes256Gcm, Nonce,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

const TAG: &[u8] = b"qh/vault/v1";
/// Upper bounds of what a file may ask for.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 4;

/// Cost of Argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kdf {
	/// Memory in KiB.
	pub memory_kib: u32,
	/// Passes over it.
	pub passes: u32,
	/// Lanes.
	pub lanes: u32,
}

impl Default for Kdf {
	/// RFC 9106's second recommendation: 64 MiB and three passes (in one lane, which is slower for
	/// everybody).
	fn default() -> Self {
		Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
	}
}

/// Key of a section.
#[derive(Clone)]
pub struct SectionKey(pub(crate) Zeroizing<[u8; 32]>);

/// What both section keys of the credential, or that of the passphrase, are made from.
pub(super) struct Root(Zeroizing<[u8; 32]>);

impl Kdf {
	/// Derive from a secret. `None` if the parameters are out of bounds.
	pub(super) fn derive(&self, secret: &[u8], salt: &[u8; 32]) -> Option<Root> {
		if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES || self.lanes > MAX_LANES {
			return None;
		}
		let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
		let blocks = params.block_count();
		let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
		let mut memory = Zeroizing::new(vec![Block::default(); blocks]);
		let mut root = Zeroizing::new([0u8; 32]);
		argon.hash_password_into_with_memory(secret, salt, &mut root[..], &mut memory[..]).ok()?;
		Some(Root(root))
	}
}

impl Root {
	pub(super) fn section(&self, class: Class) -> SectionKey {
		let input = Zeroizing::new([TAG, &[class as u8], &self.0[..]].concat());
		SectionKey(Zeroizing::new(qh_crypto::blake2_256(&input)))
	}
}

impl SectionKey {
	pub(super) fn seal(
		&self,
		plaintext: &[u8],
		associated: &[u8],
	) -> Result<Sealed, getrandom::Error> {
		let mut nonce = [0u8; 12];
		getrandom::fill(&mut nonce)?;
		let ciphertext = Aes256Gcm::new((&*self.0).into())
			.encrypt(Nonce::from_slice(&nonce), Payload { msg: plaintext, aad: associated })
			.map_err(|_| getrandom::Error::UNEXPECTED)?;
		Ok(Sealed { nonce, ciphertext })
	}

	pub(super) fn open(&self, sealed: &Sealed, associated: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
		let payload = Payload { msg: &sealed.ciphertext, aad: associated };
		Aes256Gcm::new((&*self.0).into())
			.decrypt(Nonce::from_slice(&sealed.nonce), payload)
			.ok()
			.map(Zeroizing::new)
	}
}
