// SPDX-License-Identifier: Apache-2.0

//! The session keys' types: one module a role, each with the generic types that keystores and
//! `app_crypto!` take, and the application's own types that pallets and nodes take.

/// Declares a role with its generic and its application's types.
macro_rules! role {
	($(#[$doc:meta])* $name:ident, $domain:expr, $crypto_id:expr, $key_type:expr) => {
		$(#[$doc])*
		pub mod $name {
			use crate::{falcon, Domain};
			use sp_application_crypto::RuntimeAppPublic;
			use sp_core::crypto::{CryptoTypeId, KeyTypeId};

			/// The role, as a type.
			pub enum Role {}

			impl falcon::Role for Role {
				const DOMAIN: Domain = $domain;
				const CRYPTO_ID: CryptoTypeId = CRYPTO_ID;
			}

			/// The identifier by which a keystore knows how to sign with these keys.
			pub const CRYPTO_ID: CryptoTypeId = CryptoTypeId($crypto_id);

			/// The key type under which a keystore holds these keys.
			pub const KEY_TYPE: KeyTypeId = KeyTypeId($key_type);

			/// Key pair, generic.
			pub type Pair = falcon::Pair<Role>;
			/// Public key, generic.
			pub type Public = falcon::Public<Role>;
			/// Signature, generic.
			pub type Signature = falcon::Signature<Role>;
			/// Proof of possession, generic.
			pub type ProofOfPossession = falcon::ProofOfPossession<Role>;

			mod app {
				sp_application_crypto::app_crypto!(super, super::KEY_TYPE);
			}

			/// Key pair of an authority.
			pub type AuthorityPair = app::Pair;
			/// Public key of an authority.
			pub type AuthorityId = app::Public;
			/// Signature of an authority.
			pub type AuthoritySignature = app::Signature;
			/// Proof of possession of an authority's key.
			pub type AuthorityProofOfPossession = app::ProofOfPossession;

			const _: () = {
				const fn verifies_in_the_runtime<T: RuntimeAppPublic>() {}
				verifies_in_the_runtime::<AuthorityId>();
			};
		}
	};
}

role! {
	/// Keys that seal blocks.
	aura, Domain::AURA, *b"fa5a", *b"aura"
}

role! {
	/// Keys that vote on finality.
	grandpa, Domain::GRANDPA, *b"fa5g", *b"gran"
}
