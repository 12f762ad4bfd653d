// SPDX-License-Identifier: Apache-2.0

//! A key pair of any scheme.

use crate::{account_id, falcon512, ml_dsa65, slh_dsa_sha2_128s, Domain, Scheme};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use zeroize::Zeroizing;

/// A key pair of any scheme, made from a seed. Wiped when dropped; `Debug` shows the account only.
#[derive(Clone)]
pub struct Keypair(Inner);

#[derive(Clone)]
enum Inner {
	Falcon512 {
		secret: Box<Zeroizing<[u8; falcon512::SECRET_LEN]>>,
		public: Box<[u8; falcon512::PUBLIC_LEN]>,
	},
	SlhDsaSha2_128s {
		secret: Box<Zeroizing<[u8; slh_dsa_sha2_128s::SECRET_LEN]>>,
		public: [u8; slh_dsa_sha2_128s::PUBLIC_LEN],
	},
	MlDsa65 {
		secret: Box<Zeroizing<[u8; ml_dsa65::SECRET_LEN]>>,
		public: Box<[u8; ml_dsa65::PUBLIC_LEN]>,
	},
}

impl Keypair {
	/// The key pair of a seed; the same on every platform. Takes milliseconds.
	pub fn from_seed(scheme: Scheme, seed: &[u8; 32]) -> Self {
		Keypair(match scheme {
			Scheme::Falcon512 => {
				let (secret, public) = falcon512::keygen(seed);
				Inner::Falcon512 { secret: Box::new(secret), public: Box::new(public) }
			}
			Scheme::SlhDsaSha2_128s => {
				let (secret, public) = slh_dsa_sha2_128s::keygen(seed);
				Inner::SlhDsaSha2_128s { secret: Box::new(secret), public }
			}
			Scheme::MlDsa65 => {
				let (secret, public) = ml_dsa65::keygen(seed);
				Inner::MlDsa65 { secret: Box::new(secret), public: Box::new(public) }
			}
		})
	}

	/// The scheme.
	pub fn scheme(&self) -> Scheme {
		match self.0 {
			Inner::Falcon512 { .. } => Scheme::Falcon512,
			Inner::SlhDsaSha2_128s { .. } => Scheme::SlhDsaSha2_128s,
			Inner::MlDsa65 { .. } => Scheme::MlDsa65,
		}
	}

	/// The public key, of the scheme's length.
	pub fn public(&self) -> &[u8] {
		match &self.0 {
			Inner::Falcon512 { public, .. } => &public[..],
			Inner::SlhDsaSha2_128s { public, .. } => &public[..],
			Inner::MlDsa65 { public, .. } => &public[..],
		}
	}

	/// The account of this key.
	pub fn account_id(&self) -> [u8; 32] {
		account_id(self.scheme(), self.public())
	}

	/// Signs `domain` and `message`. The signature has the scheme's length and differs from call
	/// to call.
	///
	/// Not checked: a caller that must never release a signature made by faulty hardware verifies
	/// it before it leaves.
	pub fn sign(&self, domain: Domain, message: &[u8]) -> Vec<u8> {
		match &self.0 {
			// Fails for a secret key that does not decode only, and this one was just generated.
			Inner::Falcon512 { secret, .. } => {
				falcon512::sign(secret, domain, message).map(Vec::from).unwrap_or_default()
			}
			Inner::SlhDsaSha2_128s { secret, .. } => {
				slh_dsa_sha2_128s::sign(secret, domain, message).to_vec()
			}
			Inner::MlDsa65 { secret, .. } => ml_dsa65::sign(secret, domain, message).to_vec(),
		}
	}
}

impl fmt::Debug for Keypair {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Keypair({}, account 0x", self.scheme())?;
		self.account_id().iter().try_for_each(|b| write!(f, "{b:02x}"))?;
		f.write_str(")")
	}
}
