// SPDX-License-Identifier: Apache-2.0

//! Falcon-512 keys of one role, as `sp-core` wants a crypto type.
//!
//! The role is a type parameter, so keys and signatures of two roles are different types, and each
//! role signs under its own domain tag. These are the generic types that
//! `sp_application_crypto::app_crypto!` wraps; they are our own, not `sp_core`'s generic bytes,
//! because the orphan rule lets a crate give traits to its own types only.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{cmp, fmt, hash, marker::PhantomData};
use qh_crypto::{
	falcon512::{self, PUBLIC_LEN, SIGNATURE_LEN},
	Domain,
};
use scale_info::TypeInfo;
use sp_application_crypto::RuntimePublic;
use sp_core::{
	crypto::{
		ByteArray, CryptoType, CryptoTypeId, Derive, DeriveError, DeriveJunction, KeyTypeId,
		Pair as PairT, SecretStringError, UncheckedFrom,
	},
	proof_of_possession::{statement_of_ownership, ProofOfPossessionVerifier},
};

/// What a session key is for.
pub trait Role: 'static + Sized {
	/// The domain its signatures are made for.
	const DOMAIN: Domain;
	/// The identifier by which a keystore knows how to sign with it.
	const CRYPTO_ID: CryptoTypeId;
}

/// Implements for an array of bytes with a role what `sp_core::crypto::ByteArray` asks for.
macro_rules! byte_array {
	($(#[$doc:meta])* $name:ident, $len:expr) => {
		$(#[$doc])*
		#[derive(Encode, Decode, DecodeWithMemTracking, MaxEncodedLen)]
		#[codec(encode_bound())]
		#[codec(decode_bound())]
		#[codec(decode_with_mem_tracking_bound())]
		#[codec(mel_bound())]
		#[repr(transparent)]
		pub struct $name<R>([u8; $len], #[codec(skip)] PhantomData<fn() -> R>);

		impl<R> $name<R> {
			/// The bytes.
			pub const fn as_array(&self) -> &[u8; $len] {
				&self.0
			}
		}

		impl<R> From<[u8; $len]> for $name<R> {
			fn from(bytes: [u8; $len]) -> Self {
				$name(bytes, PhantomData)
			}
		}

		impl<R> From<$name<R>> for [u8; $len] {
			fn from(bytes: $name<R>) -> Self {
				bytes.0
			}
		}

		impl<R> UncheckedFrom<[u8; $len]> for $name<R> {
			fn unchecked_from(bytes: [u8; $len]) -> Self {
				bytes.into()
			}
		}

		impl<R> TryFrom<&[u8]> for $name<R> {
			type Error = ();

			fn try_from(bytes: &[u8]) -> Result<Self, ()> {
				<[u8; $len]>::try_from(bytes).map(Self::from).map_err(drop)
			}
		}

		impl<R> AsRef<[u8]> for $name<R> {
			fn as_ref(&self) -> &[u8] {
				&self.0
			}
		}

		impl<R> AsMut<[u8]> for $name<R> {
			fn as_mut(&mut self) -> &mut [u8] {
				&mut self.0
			}
		}

		impl<R> Clone for $name<R> {
			fn clone(&self) -> Self {
				$name(self.0, PhantomData)
			}
		}

		impl<R> PartialEq for $name<R> {
			fn eq(&self, other: &Self) -> bool {
				self.0 == other.0
			}
		}

		impl<R> Eq for $name<R> {}

		impl<R> PartialOrd for $name<R> {
			fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
				Some(self.cmp(other))
			}
		}

		impl<R> Ord for $name<R> {
			fn cmp(&self, other: &Self) -> cmp::Ordering {
				self.0.cmp(&other.0)
			}
		}

		impl<R> hash::Hash for $name<R> {
			fn hash<H: hash::Hasher>(&self, state: &mut H) {
				self.0.hash(state)
			}
		}

		impl<R: 'static> TypeInfo for $name<R> {
			type Identity = [u8; $len];

			fn type_info() -> scale_info::Type {
				Self::Identity::type_info()
			}
		}

		/// The first eight bytes after the header: enough to tell two keys apart in a log.
		impl<R> fmt::Debug for $name<R> {
			fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				f.write_str("0x")?;
				self.0[..9].iter().try_for_each(|b| write!(f, "{b:02x}"))?;
				f.write_str("…")
			}
		}

		impl<R: Role> ByteArray for $name<R> {
			const LEN: usize = $len;
		}

		impl<R: Role> CryptoType for $name<R> {
			type Pair = Pair<R>;
		}
	};
}

byte_array! {
	/// A public key: 897 bytes, SCALE-encoded as they are.
	Public, PUBLIC_LEN
}

byte_array! {
	/// A signature: 666 bytes, SCALE-encoded as they are.
	Signature, SIGNATURE_LEN
}

/// A proof of possession is a signature in the domain [`Domain::POSSESSION`].
pub type ProofOfPossession<R> = Signature<R>;

impl<R: Role> sp_core::crypto::Public for Public<R> {}
impl<R: Role> Derive for Public<R> {}
impl<R: Role> sp_core::crypto::Signature for Signature<R> {}

impl<R: Role> Public<R> {
	/// Whether `signature` is this key's signature in its role over `message`.
	pub fn verify(&self, message: &[u8], signature: &Signature<R>) -> bool {
		falcon512::verify(&self.0, &signature.0, R::DOMAIN, message)
	}

	/// Whether `proof` shows that `owner` holds the secret key: the signature over
	/// `"POP_" ‖ owner` in the domain [`Domain::POSSESSION`].
	pub fn verify_possession(&self, owner: &[u8], proof: &ProofOfPossession<R>) -> bool {
		falcon512::verify(&self.0, &proof.0, Domain::POSSESSION, &statement_of_ownership(owner))
	}
}

/// What a runtime may do with a key: verify. It has no keystore to sign with.
impl<R: Role> RuntimePublic for Public<R> {
	type Signature = Signature<R>;
	type ProofOfPossession = ProofOfPossession<R>;

	fn all(_: KeyTypeId) -> Vec<Self> {
		Vec::new()
	}

	/// A key that nobody has, and that no signature verifies under: all zeros.
	///
	/// The trait leaves no room for a refusal. Keys are made by the signer;
	/// `qh-node new-session-keys` asks it for them.
	fn generate_pair(_: KeyTypeId, _: Option<Vec<u8>>) -> Self {
		[0; PUBLIC_LEN].into()
	}

	fn sign<M: AsRef<[u8]>>(&self, _: KeyTypeId, _: &M) -> Option<Signature<R>> {
		None
	}

	fn verify<M: AsRef<[u8]>>(&self, message: &M, signature: &Signature<R>) -> bool {
		Public::verify(self, message.as_ref(), signature)
	}

	fn generate_proof_of_possession(
		&mut self,
		_: KeyTypeId,
		_: &[u8],
	) -> Option<ProofOfPossession<R>> {
		None
	}

	fn verify_proof_of_possession(&self, owner: &[u8], proof: &ProofOfPossession<R>) -> bool {
		self.verify_possession(owner, proof)
	}

	fn to_raw_vec(&self) -> Vec<u8> {
		self.0.to_vec()
	}
}

/// A key pair of one role. It exists outside the runtime only: without `std` there is no way to
/// make one.
pub struct Pair<R>(Secret, PhantomData<fn() -> R>);

#[cfg(feature = "std")]
type Secret = std::sync::Arc<qh_crypto::Keypair>;

#[cfg(not(feature = "std"))]
type Secret = core::convert::Infallible;

impl<R> Clone for Pair<R> {
	fn clone(&self) -> Self {
		Pair(self.0.clone(), PhantomData)
	}
}

impl<R: Role> CryptoType for Pair<R> {
	type Pair = Self;
}

#[cfg(feature = "std")]
impl<R: Role> Pair<R> {
	fn sign_in(&self, domain: Domain, message: &[u8]) -> Signature<R> {
		// The signature always has its length; zeros, which verify under no key, if it had not.
		let bytes = self.0.sign(domain, message);
		bytes.as_slice().try_into().unwrap_or_else(|()| [0; SIGNATURE_LEN].into())
	}

	/// The proof that the holder of this key is `owner`.
	pub fn prove_possession(&self, owner: &[u8]) -> ProofOfPossession<R> {
		self.sign_in(Domain::POSSESSION, &statement_of_ownership(owner))
	}
}

impl<R: Role> PairT for Pair<R> {
	type Public = Public<R>;
	type Seed = [u8; 32];
	type Signature = Signature<R>;
	type ProofOfPossession = ProofOfPossession<R>;

	/// Hard junctions hash seed and chain code; soft ones do not exist for lattice keys.
	fn derive<Iter: Iterator<Item = DeriveJunction>>(
		&self,
		path: Iter,
		seed: Option<[u8; 32]>,
	) -> Result<(Self, Option<[u8; 32]>), DeriveError> {
		let mut seed = seed.ok_or(DeriveError::SoftKeyInPath)?;
		for junction in path {
			match junction {
				DeriveJunction::Soft(_) => return Err(DeriveError::SoftKeyInPath),
				DeriveJunction::Hard(code) => {
					let preimage = [&b"qh/derive/v1"[..], &seed, &code].concat();
					seed = qh_crypto::blake2_256(&preimage);
				}
			}
		}
		let pair = Self::from_seed_slice(&seed).map_err(|_| DeriveError::SoftKeyInPath)?;
		Ok((pair, Some(seed)))
	}

	#[cfg(feature = "std")]
	fn from_seed_slice(seed: &[u8]) -> Result<Self, SecretStringError> {
		let seed = seed.try_into().map_err(|_| SecretStringError::InvalidSeedLength)?;
		let pair = qh_crypto::Keypair::from_seed(qh_crypto::Scheme::Falcon512, seed);
		Ok(Pair(pair.into(), PhantomData))
	}

	#[cfg(not(feature = "std"))]
	fn from_seed_slice(_: &[u8]) -> Result<Self, SecretStringError> {
		Err(SecretStringError::InvalidSeed)
	}

	#[cfg(feature = "std")]
	fn sign(&self, message: &[u8]) -> Signature<R> {
		self.sign_in(R::DOMAIN, message)
	}

	fn verify<M: AsRef<[u8]>>(signature: &Signature<R>, message: M, public: &Public<R>) -> bool {
		public.verify(message.as_ref(), signature)
	}

	#[cfg(feature = "std")]
	fn public(&self) -> Public<R> {
		// A Falcon key pair's public key has its length; zeros, which are no key, if it had not.
		self.0.public().try_into().unwrap_or_else(|()| [0; PUBLIC_LEN].into())
	}

	#[cfg(not(feature = "std"))]
	fn public(&self) -> Public<R> {
		match self.0 {}
	}

	/// Nothing: a secret key does not leave its pair.
	fn to_raw_vec(&self) -> Vec<u8> {
		Vec::new()
	}
}

impl<R: Role> ProofOfPossessionVerifier for Pair<R> {
	fn verify_proof_of_possession(
		owner: &[u8],
		proof: &ProofOfPossession<R>,
		public: &Public<R>,
	) -> bool {
		public.verify_possession(owner, proof)
	}
}

#[cfg(feature = "std")]
impl<R: Role> sp_core::proof_of_possession::ProofOfPossessionGenerator for Pair<R> {
	fn generate_proof_of_possession(&mut self, owner: &[u8]) -> ProofOfPossession<R> {
		self.prove_possession(owner)
	}
}

#[cfg(test)]
mod tests;
