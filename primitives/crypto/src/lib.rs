// SPDX-License-Identifier: Apache-2.0

//! Post-quantum signature schemes, account ids and domain tags.
//!
//! Three schemes, no classical one: [`Scheme::Falcon512`] (round 3, padded), which accounts and
//! consensus use by default, [`Scheme::SlhDsaSha2_128s`] (FIPS 205) for cold keys, and
//! [`Scheme::MlDsa65`] (FIPS 204).
//!
//! # Promises
//!
//! - [`verify`] is pure Rust, allocates nothing for messages of up to 256 bytes, never panics,
//!   and accepts exactly one length of key and signature a scheme.
//! - What is signed is always a 16-byte [`Domain`] tag followed by the message, so a signature made
//!   for one role verifies in no other.
//! - A 32-byte seed gives the same key on every platform: key generation uses integers only.
//! - Secrets are wiped when dropped, and `Debug` does not show them.
//!
//! # Features
//!
//! None: verification only, `no_std`; this is what goes into the runtime. `keygen`: key generation
//! from a seed, still `no_std` and without C. `sign`: signing, with C and the system's randomness.
//! `std` (default) includes `sign`.
//!
//! Layouts are in FORMATS.md, "Keys, signatures and accounts"; golden files in `vectors/`.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

extern crate alloc;

mod account;
mod domain;
mod scheme;

#[cfg(feature = "keygen")]
pub mod dev;
pub mod dev_accounts;
pub mod falcon512;
#[cfg(feature = "sign")]
mod keypair;
#[cfg(feature = "sign")]
pub mod legacy;
pub mod ml_dsa65;
#[cfg(feature = "keygen")]
pub mod seed;
#[cfg(feature = "sign")]
mod self_test;
pub mod slh_dsa_sha2_128s;

pub use account::{account_id, blake2_256};
pub use domain::{Domain, TAG_LEN};
#[cfg(feature = "sign")]
pub use keypair::Keypair;
pub use scheme::{Scheme, UnknownScheme};
#[cfg(feature = "sign")]
pub use self_test::{self_test, SelfTestFailure};

/// Whether `signature` is `public`'s signature over `domain` and `message`.
///
/// A key or signature of another length than the scheme's is not an error but an invalid
/// signature.
pub fn verify(
	scheme: Scheme,
	public: &[u8],
	signature: &[u8],
	domain: Domain,
	message: &[u8],
) -> bool {
	fn exact<const P: usize, const S: usize>(
		public: &[u8],
		signature: &[u8],
		verify: impl FnOnce(&[u8; P], &[u8; S]) -> bool,
	) -> bool {
		match (public.try_into(), signature.try_into()) {
			(Ok(public), Ok(signature)) => verify(public, signature),
			_ => false,
		}
	}
	match scheme {
		Scheme::Falcon512 => {
			exact(public, signature, |p, s| falcon512::verify(p, s, domain, message))
		}
		Scheme::SlhDsaSha2_128s => {
			exact(public, signature, |p, s| slh_dsa_sha2_128s::verify(p, s, domain, message))
		}
		Scheme::MlDsa65 => exact(public, signature, |p, s| ml_dsa65::verify(p, s, domain, message)),
	}
}
