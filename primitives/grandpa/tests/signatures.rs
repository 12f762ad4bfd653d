// SPDX-License-Identifier: Apache-2.0

//! Signing through a keystore, and what the checks make of good, late and forged votes.

#![allow(clippy::unwrap_used)]

use finality_grandpa::{Message, Precommit, Prevote};
use sp_application_crypto::RuntimeAppPublic;
use sp_consensus_grandpa::{
	check_equivocation_proof, check_message_signature, localized_payload, AuthorityPair,
	AuthoritySignature, Equivocation, EquivocationProof, SignatureResult,
};
use sp_core::{Pair, H256};

const ROUND: u64 = 5;
const SET: u64 = 3;

fn pair(seed: u8) -> AuthorityPair {
	AuthorityPair::from_seed_slice(&[seed; 32]).unwrap()
}

fn prevote(fill: u8) -> Prevote<H256, u32> {
	Prevote { target_hash: H256([fill; 32]), target_number: 7 }
}

fn sign(
	pair: &AuthorityPair,
	message: &Message<H256, u32>,
	round: u64,
	set: u64,
) -> AuthoritySignature {
	pair.sign(&localized_payload(round, set, message))
}

#[test]
fn a_signature_holds_for_one_message_round_set_and_key() {
	let (alice, bob) = (pair(1), pair(2));
	let message = Message::Prevote(prevote(0xaa));
	let signature = sign(&alice, &message, ROUND, SET);
	let check = |message: &Message<H256, u32>, id, round, set| {
		check_message_signature(message, &id, &signature, round, set)
	};

	assert_eq!(check(&message, alice.public(), ROUND, SET), SignatureResult::Valid);
	assert_eq!(check(&message, alice.public(), ROUND, SET + 1), SignatureResult::OutdatedSet);
	assert_eq!(check(&message, alice.public(), ROUND, SET + 2), SignatureResult::Invalid);
	assert_eq!(check(&message, alice.public(), ROUND, SET - 1), SignatureResult::Invalid);
	assert_eq!(check(&message, alice.public(), ROUND + 1, SET), SignatureResult::Invalid);
	assert_eq!(check(&message, bob.public(), ROUND, SET), SignatureResult::Invalid);
	let other_target = Message::Prevote(prevote(0xbb));
	assert_eq!(check(&other_target, alice.public(), ROUND, SET), SignatureResult::Invalid);
	let other_stage =
		Message::Precommit(Precommit { target_hash: H256([0xaa; 32]), target_number: 7 });
	assert_eq!(check(&other_stage, alice.public(), ROUND, SET), SignatureResult::Invalid);
}

#[test]
fn set_zero_has_no_set_before_it() {
	let alice = pair(1);
	let message = Message::Prevote(prevote(0xaa));
	let signature = sign(&alice, &message, ROUND, u64::MAX);
	assert_eq!(
		check_message_signature(&message, &alice.public(), &signature, ROUND, 0),
		SignatureResult::Invalid
	);
}

#[test]
fn an_equivocation_needs_two_targets_and_two_good_signatures() {
	let (alice, bob) = (pair(1), pair(2));
	let proof = |first: (&AuthorityPair, u8), second: (&AuthorityPair, u8), set| {
		let vote = |(pair, fill): (&AuthorityPair, u8)| {
			(prevote(fill), sign(pair, &Message::Prevote(prevote(fill)), ROUND, SET))
		};
		check_equivocation_proof(EquivocationProof::new(
			set,
			Equivocation::Prevote(finality_grandpa::Equivocation {
				round_number: ROUND,
				identity: alice.public(),
				first: vote(first),
				second: vote(second),
			}),
		))
	};

	assert!(proof((&alice, 0xaa), (&alice, 0xbb), SET));
	assert!(!proof((&alice, 0xaa), (&alice, 0xaa), SET), "one vote twice is no equivocation");
	assert!(!proof((&alice, 0xaa), (&bob, 0xbb), SET), "the second vote is not alice's");
	assert!(!proof((&bob, 0xaa), (&alice, 0xbb), SET), "the first vote is not alice's");
	assert!(!proof((&alice, 0xaa), (&alice, 0xbb), SET + 1), "the votes are of another set");
}

#[test]
fn precommits_of_two_targets_are_an_equivocation() {
	let alice = pair(1);
	let vote = |fill| {
		let precommit = Precommit { target_hash: H256([fill; 32]), target_number: 7u32 };
		(precommit.clone(), sign(&alice, &Message::Precommit(precommit), ROUND, SET))
	};
	let votes = finality_grandpa::Equivocation {
		round_number: ROUND,
		identity: alice.public(),
		first: vote(0xaa),
		second: vote(0xbb),
	};
	assert!(check_equivocation_proof(EquivocationProof::new(SET, votes.into())));
}

#[test]
fn a_signature_for_another_role_is_refused() {
	let alice = pair(1);
	let message = Message::Prevote(prevote(0xaa));
	let payload = localized_payload(ROUND, SET, &message);
	let aura = qh_app_crypto::aura::AuthorityPair::from_seed_slice(&[1; 32]).unwrap();
	let aura_signature = aura.sign(&payload);
	let aura_bytes: &[u8] = aura_signature.as_ref();
	let signature = AuthoritySignature::try_from(aura_bytes).unwrap();
	assert_eq!(aura.public().to_raw_vec(), alice.public().to_raw_vec(), "one seed, one key");
	assert_eq!(
		check_message_signature(&message, &alice.public(), &signature, ROUND, SET),
		SignatureResult::Invalid
	);
}

mod keystore {
	use super::{classical, *};
	use sp_consensus_grandpa::{sign_message, KEY_TYPE};
	use sp_core::crypto::{CryptoTypeId, KeyTypeId};
	use sp_keystore::{Error, Keystore, KeystorePtr};
	use std::sync::Arc;

	/// Answers `sign_with` from one pair, or with what a broken keystore would answer.
	enum Fake {
		Holds(AuthorityPair),
		HoldsNothing,
		Fails,
		AnswersShort,
	}

	impl Keystore for Fake {
		fn sign_with(
			&self,
			id: KeyTypeId,
			_: CryptoTypeId,
			public: &[u8],
			message: &[u8],
		) -> Result<Option<Vec<u8>>, Error> {
			assert_eq!(id, KEY_TYPE);
			match self {
				Self::Holds(pair) => {
					let same = pair.public().to_raw_vec() == public;
					Ok(same.then(|| AsRef::<[u8]>::as_ref(&pair.sign(message)).to_vec()))
				}
				Self::HoldsNothing => Ok(None),
				Self::Fails => Err(Error::Unavailable),
				Self::AnswersShort => Ok(Some(vec![0; 665])),
			}
		}
		fn insert(&self, _: KeyTypeId, _: &str, _: &[u8]) -> Result<(), ()> {
			Err(())
		}
		fn keys(&self, _: KeyTypeId) -> Result<Vec<Vec<u8>>, Error> {
			Ok(Vec::new())
		}
		fn has_keys(&self, _: &[(Vec<u8>, KeyTypeId)]) -> bool {
			false
		}
		classical::refused!();
	}

	fn signs(keystore: Fake) -> bool {
		let keystore: KeystorePtr = Arc::new(keystore);
		let message = Message::Prevote(prevote(0xaa));
		let public = pair(1).public();
		let signed = sign_message(keystore, message.clone(), public.clone(), ROUND, SET);
		signed.is_some_and(|signed| {
			assert_eq!((&signed.message, &signed.id), (&message, &public));
			check_message_signature(&message, &public, &signed.signature, ROUND, SET).is_valid()
		})
	}

	#[test]
	fn a_vote_is_signed_by_the_key_that_the_keystore_holds() {
		assert!(signs(Fake::Holds(pair(1))));
	}

	#[test]
	fn no_vote_without_a_whole_signature() {
		assert!(!signs(Fake::Holds(pair(2))));
		assert!(!signs(Fake::HoldsNothing));
		assert!(!signs(Fake::Fails));
		assert!(!signs(Fake::AnswersShort));
	}
}

/// The methods of a keystore that belong to classical schemes.
mod classical {
	macro_rules! refused {
		() => {
			fn sr25519_public_keys(&self, _: KeyTypeId) -> Vec<sp_core::sr25519::Public> {
				Vec::new()
			}
			fn ed25519_public_keys(&self, _: KeyTypeId) -> Vec<sp_core::ed25519::Public> {
				Vec::new()
			}
			fn ecdsa_public_keys(&self, _: KeyTypeId) -> Vec<sp_core::ecdsa::Public> {
				Vec::new()
			}
			classical::refused! {
				sr25519_generate_new(Option<&str>) -> sp_core::sr25519::Public;
				ed25519_generate_new(Option<&str>) -> sp_core::ed25519::Public;
				ecdsa_generate_new(Option<&str>) -> sp_core::ecdsa::Public;
				sr25519_sign(&sp_core::sr25519::Public, &[u8])
					-> Option<sp_core::sr25519::Signature>;
				sr25519_vrf_sign(
					&sp_core::sr25519::Public,
					&sp_core::sr25519::vrf::VrfSignData
				) -> Option<sp_core::sr25519::vrf::VrfSignature>;
				sr25519_vrf_pre_output(
					&sp_core::sr25519::Public,
					&sp_core::sr25519::vrf::VrfInput
				) -> Option<sp_core::sr25519::vrf::VrfPreOutput>;
				ed25519_sign(&sp_core::ed25519::Public, &[u8])
					-> Option<sp_core::ed25519::Signature>;
				ecdsa_sign(&sp_core::ecdsa::Public, &[u8]) -> Option<sp_core::ecdsa::Signature>;
				ecdsa_sign_prehashed(&sp_core::ecdsa::Public, &[u8; 32])
					-> Option<sp_core::ecdsa::Signature>;
			}
		};
		($( $method:ident ( $($argument:ty),* ) -> $answer:ty; )*) => {
			$( fn $method(&self, _: KeyTypeId, $(_: $argument),*) -> Result<$answer, Error> {
				Err(Error::Unavailable)
			} )*
		};
	}
	pub(super) use refused;
}
