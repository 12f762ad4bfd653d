// SPDX-License-Identifier: Apache-2.0
//! Bytes of the vault.
//!
//! ```text
//! header:  "QHVAULT\0" ‖ version u8 = 1 ‖ vault id [16] ‖ genesis [32] ‖ Argon2id: memory in KiB
//!          u32 LE ‖ passes u32 LE ‖ lanes u32 LE ‖ salt of the credential [32] ‖ salt of the
//!          passphrase [32]
//! section: class u8 ‖ nonce [12] ‖ length u32 LE ‖ AES-256-GCM ciphertext and tag
//! file:    header ‖ consensus section (0) ‖ agent section (1) ‖ operator section (2)
//! ```
//!
//! A genesis of 32 zeros is that of a vault which is bound to no chain yet. Binding it replaces them
//! and seals all sections anew.
//!
//! Associated data of a section: header ‖ class u8. Plaintexts: SCALE of [`Consensus`], and of
//! `Vec<Entry>` for the other two.

use super::seal::Kdf;
use crate::wal::{Anchor, Identity};
use codec::{Decode, DecodeAll, Encode};
use qh_signer_client::{Hash, KeyInfo};
use zeroize::Zeroize;

const MAGIC: &[u8; 8] = b"QHVAULT\0";
const VERSION: u8 = 1;
const CUT_SHORT: &str = "it was cut short";
/// Bytes of the header.
pub(super) const HEADER_LEN: usize = 8 + 1 + 16 + 32 + 12 + 32 + 32;
/// Largest vault.
pub(super) const MAX_LEN: usize = 16 << 20;

/// Class of keys that a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
	/// Session keys.
	Consensus = 0,
	/// The agent's.
	Agent = 1,
	/// The operator's.
	Operator = 2,
}

/// A key with its secret.
#[derive(Clone, Encode, Decode)]
pub struct Entry {
	/// Everything but the secret.
	pub info: KeyInfo,
	/// What the key is generated from.
	pub seed: [u8; 32],
	/// `Pallet.call` names that it may sign.
	pub calls: Vec<String>,
	/// Whether its use is an alarm.
	pub canary: bool,
}

impl Drop for Entry {
	fn drop(&mut self) {
		self.seed.zeroize();
	}
}

impl core::fmt::Debug for Entry {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_struct("Entry").field("id", &hex::encode(self.info.id)).finish_non_exhaustive()
	}
}

/// Content of the consensus section.
#[derive(Debug, Encode, Decode)]
pub struct Consensus {
	/// Session keys.
	pub entries: Vec<Entry>,
	/// The operator's keys without their secrets, for listing.
	pub operator: Vec<KeyInfo>,
	/// What the log was when both were last written together.
	pub anchor: Anchor,
	/// `blake2_256` of the agent section as it is in the file.
	pub agent_digest: Hash,
	/// `blake2_256` of the operator section as it is in the file.
	pub operator_digest: Hash,
}

/// The part in front of the sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
	pub(super) identity: Identity,
	pub(super) kdf: Kdf,
	pub(super) credential_salt: [u8; 32],
	pub(super) passphrase_salt: [u8; 32],
}

impl Header {
	pub(super) fn encode(&self) -> Vec<u8> {
		let mut bytes = Vec::with_capacity(HEADER_LEN);
		bytes.extend_from_slice(MAGIC);
		bytes.push(VERSION);
		bytes.extend_from_slice(&self.identity.vault);
		bytes.extend_from_slice(&self.identity.genesis);
		bytes.extend_from_slice(&self.kdf.memory_kib.to_le_bytes());
		bytes.extend_from_slice(&self.kdf.passes.to_le_bytes());
		bytes.extend_from_slice(&self.kdf.lanes.to_le_bytes());
		bytes.extend_from_slice(&self.credential_salt);
		bytes.extend_from_slice(&self.passphrase_salt);
		bytes
	}

	fn decode(bytes: &[u8]) -> Result<Self, &'static str> {
		let bytes = bytes.strip_prefix(MAGIC).ok_or("it does not begin as a vault does")?;
		let bytes = bytes.strip_prefix(&[VERSION]).ok_or("it is of a version that is not known")?;
		type Fields = ([u8; 16], Hash, u32, u32, u32, [u8; 32], [u8; 32]);
		let (vault, genesis, memory_kib, passes, lanes, credential_salt, passphrase_salt) =
			Fields::decode_all(&mut &bytes[..]).map_err(|_| CUT_SHORT)?;
		Ok(Self {
			identity: Identity { vault, genesis },
			kdf: Kdf { memory_kib, passes, lanes },
			credential_salt,
			passphrase_salt,
		})
	}
}

/// A section as it is in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
	pub(super) nonce: [u8; 12],
	pub(super) ciphertext: Vec<u8>,
}

impl Sealed {
	pub(super) fn encode(&self, class: Class) -> Vec<u8> {
		let mut bytes = vec![class as u8];
		bytes.extend_from_slice(&self.nonce);
		bytes.extend_from_slice(&(self.ciphertext.len() as u32).to_le_bytes());
		bytes.extend_from_slice(&self.ciphertext);
		bytes
	}
}

/// Split a file into header and sections, or say what is wrong with its form. Nothing is
/// authenticated yet.
pub(super) fn split(bytes: &[u8]) -> Result<(Header, [Sealed; 3]), &'static str> {
	let (header, mut rest) = match bytes.split_at_checked(HEADER_LEN) {
		Some((header, rest)) => (Header::decode(header)?, rest),
		None if bytes.starts_with(MAGIC) => return Err(CUT_SHORT),
		None => return Err("it does not begin as a vault does"),
	};
	let mut section = |class: Class| {
		let (head, tail) = rest.split_at_checked(1 + 12 + 4).ok_or(CUT_SHORT)?;
		let (found, nonce, length) =
			<(u8, [u8; 12], u32)>::decode_all(&mut &head[..]).map_err(|_| CUT_SHORT)?;
		if found != class as u8 {
			return Err("its sections are not in their order");
		}
		let (ciphertext, after) = tail.split_at_checked(length as usize).ok_or(CUT_SHORT)?;
		rest = after;
		Ok(Sealed { nonce, ciphertext: ciphertext.to_vec() })
	};
	let sections = [section(Class::Consensus)?, section(Class::Agent)?, section(Class::Operator)?];
	if !rest.is_empty() {
		return Err("something follows its last section");
	}
	Ok((header, sections))
}
