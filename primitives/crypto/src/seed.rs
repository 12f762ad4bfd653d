// SPDX-License-Identifier: Apache-2.0

//! From a 32-byte seed to the bytes each scheme's key generation takes.
//!
//! `SHAKE256("qh/seed/v1" ‖ scheme index ‖ seed)`: the first 32 bytes for Falcon-512 (the seed of
//! `fn-dsa-kgen` 0.3 without its `shake256x4` feature), 48 for SLH-DSA-SHA2-128s, 32 for
//! ML-DSA-65. The scheme index makes the keys of one seed under different schemes unrelated, so
//! one backup can serve several accounts.

use crate::Scheme;
use alloc::{vec, vec::Vec};
use fn_dsa_comm::{CryptoRng, RngCore, RngError};
use sha3::{
	digest::{ExtendableOutput, Update, XofReader},
	Shake256, Shake256Reader,
};
use zeroize::Zeroizing;

/// Prefix of the bytes that are expanded.
const PREFIX: &[u8] = b"qh/seed/v1";

/// A seed's expansion: an endless stream of bytes that depends on scheme and seed only.
pub(crate) struct ExpandedSeed(Shake256Reader);

impl ExpandedSeed {
	pub(crate) fn new(scheme: Scheme, seed: &[u8; 32]) -> Self {
		let mut hasher = Shake256::default();
		hasher.update(PREFIX);
		hasher.update(&[scheme.index()]);
		hasher.update(seed);
		ExpandedSeed(hasher.finalize_xof())
	}

	pub(crate) fn read(&mut self, buffer: &mut [u8]) {
		self.0.read(buffer);
	}
}

impl RngCore for ExpandedSeed {
	fn next_u32(&mut self) -> u32 {
		let mut bytes = [0; 4];
		self.read(&mut bytes);
		u32::from_le_bytes(bytes)
	}

	fn next_u64(&mut self) -> u64 {
		let mut bytes = [0; 8];
		self.read(&mut bytes);
		u64::from_le_bytes(bytes)
	}

	fn fill_bytes(&mut self, dest: &mut [u8]) {
		self.read(dest);
	}

	fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), RngError> {
		self.read(dest);
		Ok(())
	}
}

impl CryptoRng for ExpandedSeed {}

/// The bytes a scheme's key generation takes: 32 for Falcon-512 and ML-DSA-65, 48 for
/// SLH-DSA-SHA2-128s.
pub fn expand(scheme: Scheme, seed: &[u8; 32]) -> Zeroizing<Vec<u8>> {
	let len = match scheme {
		Scheme::Falcon512 | Scheme::MlDsa65 => 32,
		Scheme::SlhDsaSha2_128s => 48,
	};
	let mut bytes = Zeroizing::new(vec![0; len]);
	ExpandedSeed::new(scheme, seed).read(&mut bytes);
	bytes
}

/// The public key of a seed.
pub fn public(scheme: Scheme, seed: &[u8; 32]) -> Vec<u8> {
	match scheme {
		Scheme::Falcon512 => crate::falcon512::keygen(seed).1.to_vec(),
		Scheme::SlhDsaSha2_128s => crate::slh_dsa_sha2_128s::keygen(seed).1.to_vec(),
		Scheme::MlDsa65 => crate::ml_dsa65::keygen(seed).1.to_vec(),
	}
}

/// The account of a seed.
pub fn account_id(scheme: Scheme, seed: &[u8; 32]) -> [u8; 32] {
	crate::account_id(scheme, &public(scheme, seed))
}

/// The operating system's generator.
///
/// # Panics
///
/// When the operating system has none to give: nothing may be signed then.
#[cfg(feature = "sign")]
pub(crate) struct SystemRandomness;

#[cfg(feature = "sign")]
impl RngCore for SystemRandomness {
	fn next_u32(&mut self) -> u32 {
		let mut bytes = [0; 4];
		self.fill_bytes(&mut bytes);
		u32::from_le_bytes(bytes)
	}

	fn next_u64(&mut self) -> u64 {
		let mut bytes = [0; 8];
		self.fill_bytes(&mut bytes);
		u64::from_le_bytes(bytes)
	}

	#[allow(clippy::expect_used)]
	fn fill_bytes(&mut self, dest: &mut [u8]) {
		getrandom::fill(dest).expect("the operating system has a random generator");
	}

	fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), RngError> {
		self.fill_bytes(dest);
		Ok(())
	}
}

#[cfg(feature = "sign")]
impl CryptoRng for SystemRandomness {}
