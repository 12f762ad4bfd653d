// SPDX-License-Identifier: Apache-2.0

// `impl_opaque_keys!` declares a public struct, whose fields want public types.
#![allow(unreachable_pub)]

use crate::{aura, grandpa};
use codec::{Decode, Encode};
use qh_crypto::{dev, dev_accounts};
use sp_application_crypto::{AppCrypto, RuntimeAppPublic};
use sp_core::{
	crypto::{ByteArray, DeriveJunction, Pair as _, SecretStringError},
	proof_of_possession::ProofOfPossessionVerifier,
};
use sp_runtime::{impl_opaque_keys, traits::OpaqueKeys, AccountId32, BoundToRuntimeAppPublic};

pub struct Aura;
pub struct Grandpa;

impl BoundToRuntimeAppPublic for Aura {
	type Public = aura::AuthorityId;
}

impl BoundToRuntimeAppPublic for Grandpa {
	type Public = grandpa::AuthorityId;
}

impl_opaque_keys! {
	pub struct Keys {
		pub aura: Aura,
		pub grandpa: Grandpa,
	}
}

fn aura_pair() -> aura::AuthorityPair {
	aura::AuthorityPair::from_seed(&dev::dev_seed("alice", "aura"))
}

fn grandpa_pair() -> grandpa::AuthorityPair {
	grandpa::AuthorityPair::from_seed(&dev::dev_seed("alice", "grandpa"))
}

#[test]
fn pairs_are_the_development_keys() {
	assert_eq!(aura_pair().public().as_slice(), dev_accounts::ALICE_SESSION.aura);
	assert_eq!(grandpa_pair().public().as_slice(), dev_accounts::ALICE_SESSION.grandpa);
}

#[test]
fn identifiers() {
	assert_eq!(<aura::AuthorityId as AppCrypto>::ID, sp_core::crypto::key_types::AURA);
	assert_eq!(<grandpa::AuthorityId as AppCrypto>::ID, sp_core::crypto::key_types::GRANDPA);
	assert_eq!(<aura::AuthorityId as AppCrypto>::CRYPTO_ID.0, *b"fa5a");
	assert_eq!(<grandpa::AuthorityId as AppCrypto>::CRYPTO_ID.0, *b"fa5g");
}

#[test]
fn signatures_verify() {
	let pair = aura_pair();
	let signature = pair.sign(b"header");
	assert!(aura::AuthorityPair::verify(&signature, b"header", &pair.public()));
	assert!(RuntimeAppPublic::verify(&pair.public(), &b"header", &signature));
	assert!(!aura::AuthorityPair::verify(&signature, b"Header", &pair.public()));
	let mut forged = signature.clone();
	AsMut::<[u8]>::as_mut(&mut forged)[100] ^= 1;
	assert!(!RuntimeAppPublic::verify(&pair.public(), &b"header", &forged));
	let other = aura::AuthorityPair::from_seed(&[1; 32]);
	assert!(!RuntimeAppPublic::verify(&other.public(), &b"header", &signature));
}

/// The same key bytes in the other role: nothing carries over.
#[test]
fn roles_are_separate() {
	let seed = [7; 32];
	let (a, g) = (aura::Pair::from_seed(&seed), grandpa::Pair::from_seed(&seed));
	assert_eq!(a.public().as_array(), g.public().as_array());
	let as_grandpa = grandpa::Signature::from(*a.sign(b"m").as_array());
	assert!(!g.public().verify(b"m", &as_grandpa));
	let as_aura = aura::Signature::from(*g.sign(b"m").as_array());
	assert!(!a.public().verify(b"m", &as_aura));
	// A proof of possession is no seal and no vote, and the other way round.
	let statement = sp_core::proof_of_possession::statement_of_ownership(b"owner");
	assert!(!a.public().verify(&statement, &a.prove_possession(b"owner")));
	assert!(!a.public().verify_possession(b"owner", &a.sign(&statement)));
}

#[test]
fn session_keys_come_with_proofs_of_possession() {
	let (a, g) = (aura_pair(), grandpa_pair());
	let keys = Keys { aura: a.public(), grandpa: g.public() };
	assert_eq!(keys.encode().len(), 2 * 897);
	let owner = AccountId32::new(dev_accounts::ALICE.account).encode();
	let proofs = (
		a.clone().into_inner().prove_possession(&owner),
		g.clone().into_inner().prove_possession(&owner),
	);
	assert!(aura::AuthorityPair::verify_proof_of_possession(&owner, &proofs.0, &keys.aura));
	let proof = proofs.encode();
	assert_eq!(proof.len(), 2 * 666);
	assert!(keys.ownership_proof_is_valid(&owner, &proof));

	let refused = |proof: &[u8]| !keys.ownership_proof_is_valid(&owner, proof);
	let another = AccountId32::new(dev_accounts::BOB.account).encode();
	assert!(!keys.ownership_proof_is_valid(&another, &proof), "a stranger's keys");
	assert!(refused(&[]));
	assert!(refused(&proof[..proof.len() - 1]));
	assert!(refused(&[&proof[..], &[0]].concat()));
	assert!(refused(&[&proof[666..], &proof[..666]].concat()), "in another order");
	assert!(refused(&[&proof[..666], &proof[..666]].concat()), "one key's twice");
	for at in [20, 200, 666 + 20, 666 + 200] {
		let mut changed = proof.clone();
		changed[at] ^= 1;
		assert!(refused(&changed), "byte {at}");
	}
	let swapped =
		Keys { aura: a.public(), grandpa: grandpa::AuthorityPair::from_seed(&[1; 32]).public() };
	assert!(!swapped.ownership_proof_is_valid(&owner, &proof), "a key that is not in the proof");
}

#[test]
fn inside_the_runtime_there_is_nothing_to_sign_with() {
	let mut public = aura_pair().public();
	assert!(aura::AuthorityId::all().is_empty());
	assert_eq!(public.sign(&b"m"), None);
	assert_eq!(RuntimeAppPublic::generate_proof_of_possession(&mut public, b"owner"), None);
	let nobody = aura::AuthorityId::generate_pair(None);
	assert_eq!(nobody.as_slice(), [0; 897]);
	assert!(!RuntimeAppPublic::verify(&nobody, &b"m", &aura_pair().sign(b"m")));
}

#[test]
fn keys_are_text_in_chain_specs() {
	let public = grandpa_pair().public();
	let text = serde_json::to_string(&public).unwrap();
	assert_eq!(serde_json::from_str::<grandpa::AuthorityId>(&text).unwrap(), public);
	let mut changed = text.into_bytes();
	changed[100] = if changed[100] == b'a' { b'b' } else { b'a' };
	assert!(serde_json::from_slice::<grandpa::AuthorityId>(&changed).is_err());
}

#[test]
fn only_exact_lengths_are_keys_and_signatures() {
	for len in [0, 32, 896, 898] {
		assert!(aura::AuthorityId::try_from(&vec![0; len][..]).is_err());
	}
	for len in [0, 64, 665, 667] {
		assert!(aura::AuthoritySignature::try_from(vec![0; len]).is_err());
	}
	assert!(aura::AuthorityId::decode(&mut &[0; 896][..]).is_err());
	assert!(aura::AuthorityPair::from_seed_slice(&[0; 31]).is_err());
}

#[test]
fn hard_derivation_only() {
	let seed = [7; 32];
	let pair = aura::Pair::from_seed(&seed);
	let hard = |s: &str| DeriveJunction::hard(s);
	let (child, child_seed) = pair.derive([hard("a")].into_iter(), Some(seed)).unwrap();
	assert_eq!(child.public(), aura::Pair::from_seed(&child_seed.unwrap()).public());
	assert_ne!(child.public(), pair.public());
	let (other, _) = pair.derive([hard("b")].into_iter(), Some(seed)).unwrap();
	assert_ne!(child.public(), other.public());
	assert!(pair.derive([DeriveJunction::soft("a")].into_iter(), Some(seed)).is_err());
	assert!(pair.derive([hard("a")].into_iter(), None).is_err());
	let uri = format!("0x{}//a", "07".repeat(32));
	assert_eq!(aura::Pair::from_string(&uri, None).unwrap().public(), child.public());
	assert!(matches!(
		aura::Pair::from_seed_slice(&[1; 33]),
		Err(SecretStringError::InvalidSeedLength)
	));
}

#[test]
fn pairs_keep_their_secret() {
	assert!(aura_pair().to_raw_vec().is_empty());
	let shown = format!("{:?}", grandpa_pair().public());
	assert!(shown.len() < 80, "{shown}");
}
