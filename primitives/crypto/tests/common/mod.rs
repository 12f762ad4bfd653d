// SPDX-License-Identifier: Apache-2.0

//! The golden files' shapes, shared by the tests that check them and the example that writes them.

#![allow(dead_code)]

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Bytes as lower-case hex without a prefix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hex(pub(crate) Vec<u8>);

impl Serialize for Hex {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&hex::encode(&self.0))
	}
}

impl<'de> Deserialize<'de> for Hex {
	fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		hex::decode(text).map(Hex).map_err(serde::de::Error::custom)
	}
}

/// `vectors/keys.json`: key generation and accounts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
	pub(crate) scheme: String,
	pub(crate) seed: Hex,
	pub(crate) expanded: Hex,
	pub(crate) secret: Hex,
	pub(crate) public: Hex,
	pub(crate) account_id: Hex,
}

/// `vectors/signatures.json`: signatures that verify.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Valid {
	pub(crate) scheme: String,
	pub(crate) domain: String,
	pub(crate) tag: Hex,
	pub(crate) message: Hex,
	pub(crate) public: Hex,
	pub(crate) signature: Hex,
}

/// `vectors/invalid.json`: what must be refused, and why.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invalid {
	pub(crate) why: String,
	pub(crate) scheme: String,
	pub(crate) tag: Hex,
	pub(crate) message: Hex,
	pub(crate) public: Hex,
	pub(crate) signature: Hex,
}

/// A file of golden vectors.
pub(crate) fn path(name: &str) -> PathBuf {
	[env!("CARGO_MANIFEST_DIR"), "vectors", name].iter().collect()
}

/// Reads a file of golden vectors.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<T> {
	let text = std::fs::read_to_string(path(name)).expect("the golden file is in the tree");
	serde_json::from_str(&text).expect("the golden file has the shape written in FORMATS.md")
}

/// Falcon's compressed coefficients: the bits after header and nonce.
pub(crate) mod compressed {
	const START: usize = 41 * 8;

	fn bit(signature: &[u8], i: usize) -> bool {
		signature[i / 8] >> (7 - i % 8) & 1 == 1
	}

	pub(crate) fn flip(signature: &mut [u8], i: usize) {
		signature[i / 8] ^= 1 << (7 - i % 8);
	}

	/// For each coefficient, the position of its sign bit and its magnitude; and the first bit of
	/// the padding.
	pub(crate) fn parse(signature: &[u8]) -> (Vec<(usize, u32)>, usize) {
		let mut at = START;
		let coefficients = (0..512)
			.map(|_| {
				let sign = at;
				let low = (1..8).fold(0, |m, i| m << 1 | bit(signature, at + i) as u32);
				at += 8;
				let mut high = 0;
				while !bit(signature, at) {
					high += 128;
					at += 1;
				}
				at += 1;
				(sign, high + low)
			})
			.collect();
		(coefficients, at)
	}
}

/// Falcon's public key: coefficients of 14 bits after the header.
pub(crate) mod coefficients {
	pub(crate) const Q: u16 = 12_289;

	pub(crate) fn get(public: &[u8], i: usize) -> u16 {
		(0..14).fold(0, |c, b| {
			let at = 8 + i * 14 + b;
			c << 1 | (public[at / 8] >> (7 - at % 8) & 1) as u16
		})
	}

	pub(crate) fn set(public: &mut [u8], i: usize, value: u16) {
		for b in 0..14 {
			let at = 8 + i * 14 + b;
			let mask = 1 << (7 - at % 8);
			if value >> (13 - b) & 1 == 1 {
				public[at / 8] |= mask;
			} else {
				public[at / 8] &= !mask;
			}
		}
	}
}
