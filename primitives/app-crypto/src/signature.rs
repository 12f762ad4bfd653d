// SPDX-License-Identifier: Apache-2.0

//! Account signatures and public keys of any scheme.
//!
//! The layout is bound to what wallets do with it: polkadot-js refuses arrays above 2,048 bytes,
//! takes a struct in variant 0 for a signature where there is none, and estimates fees by decoding
//! 255 bytes of 0x01 after the index of variant 1. Hence one flat array, bounded vectors, and
//! lengths that are checked when verifying rather than when decoding.

use alloc::boxed::Box;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use qh_crypto::{account_id, falcon512, ml_dsa65, slh_dsa_sha2_128s, Domain, Scheme};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::{
	traits::{IdentifyAccount, Lazy, Verify},
	AccountId32, BoundedVec,
};

/// Length of variant 0: public key, then signature.
pub const FALCON_BUNDLE_LEN: usize = falcon512::PUBLIC_LEN + falcon512::SIGNATURE_LEN;

/// A signature together with the public key it verifies under.
///
/// Index 3 is reserved for `Falcon512Known([u8; 666])`, whose key is looked up on chain. Indices
/// are consensus data: none is ever reused.
// The first variant stays inline: boxing the default scheme would cost the runtime an allocation,
// which is a call to the host, a transaction.
#[allow(clippy::large_enum_variant, non_camel_case_types)]
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Signature {
	/// Falcon-512: public key of 897 bytes, then signature of 666.
	#[codec(index = 0)]
	Falcon512([u8; FALCON_BUNDLE_LEN]),
	/// SLH-DSA-SHA2-128s.
	#[codec(index = 1)]
	SlhDsaSha2_128s {
		/// Public key.
		public: [u8; slh_dsa_sha2_128s::PUBLIC_LEN],
		/// Signature; valid with exactly 7,856 bytes.
		signature: BoundedVec<u8, ConstU32<{ slh_dsa_sha2_128s::SIGNATURE_LEN as u32 }>>,
	},
	/// ML-DSA-65.
	#[codec(index = 2)]
	MlDsa65 {
		/// Public key.
		public: Box<[u8; ml_dsa65::PUBLIC_LEN]>,
		/// Signature; valid with exactly 3,309 bytes.
		signature: BoundedVec<u8, ConstU32<{ ml_dsa65::SIGNATURE_LEN as u32 }>>,
	},
}

/// A public key or signature of another length than the scheme's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidLength {
	/// The scheme.
	pub scheme: Scheme,
	/// Length of the public key that was given.
	pub public: usize,
	/// Length of the signature that was given; `None` where only a key was asked for.
	pub signature: Option<usize>,
}

impl fmt::Display for InvalidLength {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(
			f,
			"{} has public keys of {} bytes, got {}",
			self.scheme,
			self.scheme.public_len(),
			self.public
		)?;
		match self.signature {
			Some(len) => {
				write!(f, ", and signatures of {}, got {len}", self.scheme.signature_len())
			}
			None => Ok(()),
		}
	}
}

impl core::error::Error for InvalidLength {}

impl Signature {
	/// Puts together a scheme's public key and signature, each of exactly the scheme's length.
	pub fn from_parts(
		scheme: Scheme,
		public: &[u8],
		signature: &[u8],
	) -> Result<Self, InvalidLength> {
		let error =
			InvalidLength { scheme, public: public.len(), signature: Some(signature.len()) };
		if public.len() != scheme.public_len() || signature.len() != scheme.signature_len() {
			return Err(error);
		}
		Ok(match scheme {
			Scheme::Falcon512 => {
				let mut bundle = [0; FALCON_BUNDLE_LEN];
				let (head, tail) = bundle.split_at_mut(falcon512::PUBLIC_LEN);
				head.copy_from_slice(public);
				tail.copy_from_slice(signature);
				Signature::Falcon512(bundle)
			}
			Scheme::SlhDsaSha2_128s => Signature::SlhDsaSha2_128s {
				public: public.try_into().map_err(|_| error)?,
				signature: signature.to_vec().try_into().map_err(|_| error)?,
			},
			Scheme::MlDsa65 => Signature::MlDsa65 {
				public: Box::new(public.try_into().map_err(|_| error)?),
				signature: signature.to_vec().try_into().map_err(|_| error)?,
			},
		})
	}

	/// The scheme.
	pub const fn scheme(&self) -> Scheme {
		match self {
			Signature::Falcon512(_) => Scheme::Falcon512,
			Signature::SlhDsaSha2_128s { .. } => Scheme::SlhDsaSha2_128s,
			Signature::MlDsa65 { .. } => Scheme::MlDsa65,
		}
	}

	/// The public key.
	pub fn public(&self) -> &[u8] {
		match self {
			Signature::Falcon512(bundle) => &bundle[..falcon512::PUBLIC_LEN],
			Signature::SlhDsaSha2_128s { public, .. } => public,
			Signature::MlDsa65 { public, .. } => &public[..],
		}
	}

	/// The signature without its public key. Its length is the scheme's for variant 0, and anything
	/// up to it for the others.
	pub fn signature(&self) -> &[u8] {
		match self {
			Signature::Falcon512(bundle) => &bundle[falcon512::PUBLIC_LEN..],
			Signature::SlhDsaSha2_128s { signature, .. } => signature,
			Signature::MlDsa65 { signature, .. } => signature,
		}
	}

	/// The account whose key this is. Says nothing about who signed.
	pub fn account_id(&self) -> AccountId32 {
		account_id(self.scheme(), self.public()).into()
	}

	/// Whether this is `signer`'s signature over `domain` and `message`. The account is compared
	/// first, so that a stranger's signature costs a hash only.
	pub fn verify_domain(&self, domain: Domain, message: &[u8], signer: &AccountId32) -> bool {
		self.account_id() == *signer
			&& qh_crypto::verify(self.scheme(), self.public(), self.signature(), domain, message)
	}

	/// A signature of full length by key zero, which no message has: for fee estimates and for
	/// benchmarks of what carries a signature.
	pub fn dummy(scheme: Scheme) -> Self {
		match scheme {
			Scheme::Falcon512 => Signature::Falcon512([0; FALCON_BUNDLE_LEN]),
			Scheme::SlhDsaSha2_128s => Signature::SlhDsaSha2_128s {
				public: [0; slh_dsa_sha2_128s::PUBLIC_LEN],
				signature: zeros(),
			},
			Scheme::MlDsa65 => Signature::MlDsa65 {
				public: Box::new([0; ml_dsa65::PUBLIC_LEN]),
				signature: zeros(),
			},
		}
	}
}

/// A bounded vector filled up with zeros.
fn zeros<const N: u32>() -> BoundedVec<u8, ConstU32<N>> {
	BoundedVec::truncate_from(alloc::vec![0; N as usize])
}

impl fmt::Debug for Signature {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Signature({}, account {:?})", self.scheme(), self.account_id())
	}
}

/// A transaction's signature: domain [`Domain::TRANSACTION`].
impl Verify for Signature {
	type Signer = AccountPublic;

	fn verify<L: Lazy<[u8]>>(&self, mut message: L, signer: &AccountId32) -> bool {
		self.verify_domain(Domain::TRANSACTION, message.get(), signer)
	}
}

/// A public key of any scheme.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[allow(non_camel_case_types)]
pub enum AccountPublic {
	/// Falcon-512.
	#[codec(index = 0)]
	Falcon512(Box<[u8; falcon512::PUBLIC_LEN]>),
	/// SLH-DSA-SHA2-128s.
	#[codec(index = 1)]
	SlhDsaSha2_128s([u8; slh_dsa_sha2_128s::PUBLIC_LEN]),
	/// ML-DSA-65.
	#[codec(index = 2)]
	MlDsa65(Box<[u8; ml_dsa65::PUBLIC_LEN]>),
}

impl AccountPublic {
	/// A scheme's public key, of exactly the scheme's length.
	pub fn from_parts(scheme: Scheme, public: &[u8]) -> Result<Self, InvalidLength> {
		let error = InvalidLength { scheme, public: public.len(), signature: None };
		Ok(match scheme {
			Scheme::Falcon512 => {
				AccountPublic::Falcon512(Box::new(public.try_into().map_err(|_| error)?))
			}
			Scheme::SlhDsaSha2_128s => {
				AccountPublic::SlhDsaSha2_128s(public.try_into().map_err(|_| error)?)
			}
			Scheme::MlDsa65 => {
				AccountPublic::MlDsa65(Box::new(public.try_into().map_err(|_| error)?))
			}
		})
	}

	/// The scheme.
	pub const fn scheme(&self) -> Scheme {
		match self {
			AccountPublic::Falcon512(_) => Scheme::Falcon512,
			AccountPublic::SlhDsaSha2_128s(_) => Scheme::SlhDsaSha2_128s,
			AccountPublic::MlDsa65(_) => Scheme::MlDsa65,
		}
	}

	/// The key's bytes.
	pub fn as_bytes(&self) -> &[u8] {
		match self {
			AccountPublic::Falcon512(public) => &public[..],
			AccountPublic::SlhDsaSha2_128s(public) => &public[..],
			AccountPublic::MlDsa65(public) => &public[..],
		}
	}

	/// Whether `signature` is this key's signature over `domain` and `message`.
	pub fn verify(&self, signature: &[u8], domain: Domain, message: &[u8]) -> bool {
		qh_crypto::verify(self.scheme(), self.as_bytes(), signature, domain, message)
	}
}

impl IdentifyAccount for AccountPublic {
	type AccountId = AccountId32;

	fn into_account(self) -> AccountId32 {
		account_id(self.scheme(), self.as_bytes()).into()
	}
}

impl fmt::Debug for AccountPublic {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "AccountPublic({}, account {:?})", self.scheme(), self.clone().into_account())
	}
}

#[cfg(test)]
mod tests;
