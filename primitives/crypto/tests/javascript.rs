// SPDX-License-Identifier: Apache-2.0

//! Signatures made by the JavaScript package, `offchain-agent/wallet-js`, whose tests verify the
//! golden files of this crate in turn.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Valid;
use qh_crypto::{verify, Domain, Scheme};

#[test]
fn signatures_of_javascript_verify() {
	let vectors: Vec<Valid> = common::read("js-signatures.json");
	for scheme in Scheme::ALL {
		assert!(vectors.iter().any(|vector| vector.scheme == scheme.name()), "{scheme}");
	}
	for Valid { scheme, domain: name, tag, message, public, signature } in &vectors {
		let domain = Domain::ALL.into_iter().find(|domain| domain.name() == name).unwrap();
		assert_eq!(domain.tag()[..], tag.0[..]);
		let scheme = scheme.parse().unwrap();
		assert!(verify(scheme, &public.0, &signature.0, domain, &message.0), "{scheme} {name}");
	}
}
