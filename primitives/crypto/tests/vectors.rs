// SPDX-License-Identifier: Apache-2.0

//! The golden files: what they say is what this build computes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Invalid, Key, Valid};
use qh_crypto::{account_id, dev, dev_accounts, seed, Domain, Keypair, Scheme};

fn domain(tag: &[u8]) -> Option<Domain> {
	Domain::ALL.into_iter().find(|domain| domain.tag() == tag)
}

#[test]
fn keys() {
	let keys: Vec<Key> = common::read("keys.json");
	for key in &keys {
		let scheme: Scheme = key.scheme.parse().unwrap();
		let seed: [u8; 32] = key.seed.0[..].try_into().unwrap();
		let (secret, public) = match scheme {
			Scheme::Falcon512 => {
				let (s, p) = qh_crypto::falcon512::keygen(&seed);
				(s.to_vec(), p.to_vec())
			}
			Scheme::SlhDsaSha2_128s => {
				let (s, p) = qh_crypto::slh_dsa_sha2_128s::keygen(&seed);
				(s.to_vec(), p.to_vec())
			}
			Scheme::MlDsa65 => {
				let (s, p) = qh_crypto::ml_dsa65::keygen(&seed);
				(s.to_vec(), p.to_vec())
			}
		};
		assert_eq!(seed::expand(scheme, &seed)[..], key.expanded.0[..], "{scheme}");
		assert_eq!(secret, key.secret.0, "{scheme}");
		assert_eq!(public, key.public.0, "{scheme}");
		assert_eq!(account_id(scheme, &public)[..], key.account_id.0[..], "{scheme}");
		assert_eq!(seed::public(scheme, &seed), public);
		assert_eq!(seed::account_id(scheme, &seed)[..], key.account_id.0[..]);
		assert_eq!(Keypair::from_seed(scheme, &seed).public(), public);
	}
	for scheme in Scheme::ALL {
		assert_eq!(keys.iter().filter(|k| k.scheme == scheme.name()).count(), 4);
	}
}

#[test]
fn valid_signatures() {
	let vectors: Vec<Valid> = common::read("signatures.json");
	for v in &vectors {
		let scheme = v.scheme.parse().unwrap();
		let domain = domain(&v.tag.0).unwrap();
		assert_eq!(domain.name(), v.domain);
		assert!(
			qh_crypto::verify(scheme, &v.public.0, &v.signature.0, domain, &v.message.0),
			"{scheme} {domain:?}, message of {} bytes",
			v.message.0.len(),
		);
	}
	for domain in Domain::ALL {
		assert!(vectors.iter().any(|v| v.domain == domain.name()), "{domain:?} has a vector");
	}
	for scheme in Scheme::ALL {
		assert!(vectors.iter().any(|v| v.scheme == scheme.name()), "{scheme} has a vector");
	}
}

#[test]
fn invalid_signatures() {
	let vectors: Vec<Invalid> = common::read("invalid.json");
	assert!(vectors.len() >= 36);
	for v in &vectors {
		let scheme = v.scheme.parse().unwrap();
		// A tag that is no domain's is tried as the message's beginning under every domain.
		let (domains, message) = match domain(&v.tag.0) {
			Some(domain) => (vec![domain], v.message.0.clone()),
			None => (Domain::ALL.to_vec(), [&v.tag.0[..], &v.message.0].concat()),
		};
		for domain in domains {
			assert!(
				!qh_crypto::verify(scheme, &v.public.0, &v.signature.0, domain, &message),
				"{scheme}: {}",
				v.why,
			);
		}
	}
}

#[test]
fn dev_accounts_are_the_keys_of_their_seeds() {
	let public = |name, role| seed::public(Scheme::Falcon512, &dev::dev_seed(name, role));
	assert_eq!(dev_accounts::ACCOUNTS.map(|a| a.name), dev::NAMES);
	for account in dev_accounts::ACCOUNTS {
		let id = |role| account_id(Scheme::Falcon512, &public(account.name, role));
		assert_eq!(account.account, id("account"), "{}", account.name);
		assert_eq!(account.agent, id("agent"), "{}", account.name);
	}
	for (name, session) in dev::NAMES.into_iter().zip(&dev_accounts::SESSIONS) {
		assert_eq!(session.aura[..], public(name, "aura"), "{name}");
		assert_eq!(session.grandpa[..], public(name, "grandpa"), "{name}");
	}
	assert_eq!(dev::keypair("alice", "agent").account_id(), dev_accounts::ALICE.agent);
}
