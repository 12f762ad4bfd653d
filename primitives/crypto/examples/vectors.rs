// SPDX-License-Identifier: Apache-2.0

//! Writes the golden files and the development accounts. The same every time:
//! `cargo run --release -p qh-crypto --example vectors && git diff --exit-code primitives/crypto`.
//!
//! Falcon's signatures come from `fn-dsa-sign` with a fixed generator, since the implementation
//! that signs in production takes its nonce from the system.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{coefficients, compressed, Hex, Invalid, Key, Valid};
use fn_dsa_sign::{SigningKey, SigningKey512, DOMAIN_NONE, HASH_ID_ORIGINAL_FALCON};
use qh_crypto::{
	account_id, blake2_256, dev, falcon512, ml_dsa65, seed, slh_dsa_sha2_128s, Domain, Scheme,
};
use rand_chacha::{rand_core::SeedableRng, ChaCha20Rng};
use std::fmt::Write;

/// The first seed of every scheme; its accounts are also the known answers of the self-test.
fn first_seed() -> [u8; 32] {
	std::array::from_fn(|i| i as u8)
}

fn keygen(scheme: Scheme, seed: &[u8; 32]) -> (Vec<u8>, Vec<u8>) {
	match scheme {
		Scheme::Falcon512 => {
			let (secret, public) = falcon512::keygen(seed);
			(secret.to_vec(), public.to_vec())
		}
		Scheme::SlhDsaSha2_128s => {
			let (secret, public) = slh_dsa_sha2_128s::keygen(seed);
			(secret.to_vec(), public.to_vec())
		}
		Scheme::MlDsa65 => {
			let (secret, public) = ml_dsa65::keygen(seed);
			(secret.to_vec(), public.to_vec())
		}
	}
}

fn sign(scheme: Scheme, secret: &[u8], domain: Domain, message: &[u8]) -> Vec<u8> {
	match scheme {
		Scheme::Falcon512 => {
			let mut rng = ChaCha20Rng::from_seed(blake2_256(&domain.tagged(message)));
			let mut signature = vec![0; falcon512::SIGNATURE_LEN];
			SigningKey512::decode(secret).unwrap().sign(
				&mut rng,
				&DOMAIN_NONE,
				&HASH_ID_ORIGINAL_FALCON,
				&domain.tagged(message),
				&mut signature,
			);
			signature
		}
		Scheme::SlhDsaSha2_128s => {
			let secret = secret.try_into().unwrap();
			slh_dsa_sha2_128s::sign_deterministic(secret, domain, message).unwrap().to_vec()
		}
		Scheme::MlDsa65 => {
			let secret = secret.try_into().unwrap();
			ml_dsa65::sign_deterministic(secret, domain, message).to_vec()
		}
	}
}

fn keys() -> Vec<Key> {
	let seeds = [first_seed(), [0; 32], [0xff; 32], blake2_256(b"a seed")];
	let mut keys = Vec::new();
	for scheme in Scheme::ALL {
		for seed in &seeds {
			let (secret, public) = keygen(scheme, seed);
			keys.push(Key {
				scheme: scheme.name().into(),
				seed: Hex(seed.to_vec()),
				expanded: Hex(seed::expand(scheme, seed).to_vec()),
				account_id: Hex(account_id(scheme, &public).to_vec()),
				secret: Hex(secret),
				public: Hex(public),
			});
		}
	}
	keys
}

fn valid() -> Vec<Valid> {
	let mut vectors = Vec::new();
	for scheme in Scheme::ALL {
		let (secret, public) = keygen(scheme, &first_seed());
		let mut push = |domain: Domain, message: Vec<u8>| {
			vectors.push(Valid {
				scheme: scheme.name().into(),
				domain: domain.name().into(),
				tag: Hex(domain.tag().to_vec()),
				signature: Hex(sign(scheme, &secret, domain, &message)),
				message: Hex(message),
				public: Hex(public.clone()),
			})
		};
		let message = |len: usize| (0..len).map(|i| i as u8).collect();
		push(Domain::TRANSACTION, message(32));
		if scheme == Scheme::Falcon512 {
			Domain::ALL[1..].iter().for_each(|domain| push(*domain, message(32)));
			[1, 255, 256, 257].iter().for_each(|len| push(Domain::RAW, message(*len)));
		}
		push(Domain::RAW, message(0));
	}
	vectors
}

fn invalid(valid: &[Valid]) -> Vec<Invalid> {
	let mut vectors = Vec::new();
	for scheme in Scheme::ALL {
		let good = valid.iter().find(|v| v.scheme == scheme.name()).unwrap();
		let mut push = |why: &str, change: &dyn Fn(&mut Invalid)| {
			let mut bad = Invalid {
				why: why.into(),
				scheme: good.scheme.clone(),
				tag: good.tag.clone(),
				message: good.message.clone(),
				public: good.public.clone(),
				signature: good.signature.clone(),
			};
			change(&mut bad);
			vectors.push(bad);
		};
		push("another message", &|v| v.message.0[31] ^= 1);
		push("another domain", &|v| v.tag.0 = Domain::TRANSACTION_KNOWN.tag().to_vec());
		push("the tag is part of the message", &|v| {
			v.message.0 = [&v.tag.0[..], &v.message.0].concat();
			v.tag.0.clear();
			v.tag.0.resize(16, 0);
		});
		push("another public key", &|v| v.public.0[7] ^= 1);
		push("a flipped bit in the signature", &|v| v.signature.0[20] ^= 1);
		push("the signature lacks its last byte", &|v| {
			v.signature.0.truncate(v.signature.0.len() - 1)
		});
		push("the signature has a byte too many", &|v| v.signature.0.push(0));
		push("the public key lacks its last byte", &|v| v.public.0.truncate(v.public.0.len() - 1));
		push("the public key has a byte too many", &|v| v.public.0.push(0));
		if scheme != Scheme::Falcon512 {
			continue;
		}
		push("signature header 0x29: the unpadded form", &|v| v.signature.0[0] = 0x29);
		push("signature header 0x59: the constant-time form", &|v| v.signature.0[0] = 0x59);
		push("signature header 0x3a: another degree", &|v| v.signature.0[0] = 0x3a);
		push("the first bit of the padding is set", &|v| {
			let (_, padding) = compressed::parse(&v.signature.0);
			compressed::flip(&mut v.signature.0, padding);
		});
		push("the last bit of the padding is set", &|v| v.signature.0[665] |= 1);
		push("a coefficient zero with a minus sign", &|v| {
			let (all, _) = compressed::parse(&v.signature.0);
			let zero = all.iter().find(|(_, magnitude)| *magnitude == 0).unwrap();
			compressed::flip(&mut v.signature.0, zero.0);
		});
		push("public key header 0x0a: another degree", &|v| v.public.0[0] = 0x0a);
		push("public key header 0x19", &|v| v.public.0[0] = 0x19);
		push("a public key coefficient plus q", &|v| {
			let i = (0..512).find(|i| coefficients::get(&v.public.0, *i) < 4095).unwrap();
			let c = coefficients::get(&v.public.0, i);
			coefficients::set(&mut v.public.0, i, c + coefficients::Q);
		});
	}
	vectors
}

fn write(name: &str, vectors: &impl serde::Serialize) {
	let mut text = serde_json::to_string_pretty(vectors).unwrap();
	text.push('\n');
	std::fs::write(common::path(name), text).unwrap();
}

/// A byte array as Rust text, in lines that rustfmt leaves alone.
fn literal(bytes: &[u8]) -> String {
	let text = hex::encode(bytes);
	let lines: Vec<_> =
		text.as_bytes().chunks(92).map(|line| std::str::from_utf8(line).unwrap()).collect();
	if lines.len() == 1 {
		return format!("\"{text}\"");
	}
	format!("\"\\\n\t\t{}\"", lines.join("\\\n\t\t"))
}

fn dev_accounts() -> String {
	let public = |name, role| keygen(Scheme::Falcon512, &dev::dev_seed(name, role)).1;
	let account = |name, role| account_id(Scheme::Falcon512, &public(name, role));
	let mut text = String::from(DEV_ACCOUNTS_HEAD);
	for name in dev::NAMES {
		writeln!(text, "\n/// {name}.\npub const {}: Account = Account {{", name.to_uppercase())
			.unwrap();
		writeln!(text, "\tname: \"{name}\",").unwrap();
		for role in ["account", "agent"] {
			writeln!(text, "\t{role}: hex({}),", literal(&account(name, role))).unwrap();
		}
		writeln!(text, "}};").unwrap();
	}
	for name in &dev::NAMES[..4] {
		writeln!(
			text,
			"\n/// {name}'s session keys.\npub const {}_SESSION: Session = Session {{",
			name.to_uppercase()
		)
		.unwrap();
		for role in ["aura", "grandpa"] {
			writeln!(text, "\t{role}: hex({}),", literal(&public(name, role))).unwrap();
		}
		writeln!(text, "}};").unwrap();
	}
	text
}

const DEV_ACCOUNTS_HEAD: &str = r#"// SPDX-License-Identifier: Apache-2.0

//! Accounts and session keys of the development accounts, for genesis presets: constants, because
//! a runtime holds no key generation. Written by `examples/vectors.rs` from the seeds of
//! [`crate::dev`]'s formula; a test compares.

use crate::falcon512::PUBLIC_LEN;

/// An operator's account and its agent's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
	/// Name, which is part of the seeds.
	pub name: &'static str,
	/// Account id of the operator.
	pub account: [u8; 32],
	/// Account id of the agent.
	pub agent: [u8; 32],
}

/// Session keys: Falcon-512 public keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
	/// Key that seals blocks.
	pub aura: [u8; PUBLIC_LEN],
	/// Key that votes on finality.
	pub grandpa: [u8; PUBLIC_LEN],
}

/// All development accounts.
pub const ACCOUNTS: [Account; 6] = [ALICE, BOB, CHARLIE, DAVE, EVE, FERDIE];

/// Session keys of the first four, the validators of the local preset.
pub static SESSIONS: [Session; 4] = [ALICE_SESSION, BOB_SESSION, CHARLIE_SESSION, DAVE_SESSION];

/// Bytes of a hexadecimal literal, decoded by the compiler.
const fn hex<const N: usize>(text: &str) -> [u8; N] {
	const fn digit(c: u8) -> u8 {
		match c {
			b'0'..=b'9' => c - b'0',
			_ => c - b'a' + 10,
		}
	}
	let text = text.as_bytes();
	assert!(text.len() == 2 * N);
	let mut bytes = [0; N];
	let mut i = 0;
	while i < N {
		bytes[i] = digit(text[2 * i]) << 4 | digit(text[2 * i + 1]);
		i += 1;
	}
	bytes
}
"#;

fn main() {
	write("keys.json", &keys());
	let valid = valid();
	write("invalid.json", &invalid(&valid));
	write("signatures.json", &valid);
	let path = common::path("../src/dev_accounts.rs");
	std::fs::write(path, dev_accounts()).unwrap();
}
