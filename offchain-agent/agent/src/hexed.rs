// SPDX-License-Identifier: Apache-2.0
//! Bytes as `0x` and lower-case hexadecimal in JSON and TOML, and nothing else: one value has one
//! form, so that a file can be compared byte by byte.

use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Thirty-two bytes: a hash, an account.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hex32(pub [u8; 32]);

/// Any number of bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HexBytes(pub Vec<u8>);

/// A text that is not the one form of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
	/// It does not begin with `0x`.
	#[error("expected 0x and hexadecimal digits, found {0:?}")]
	Prefix(String),
	/// A character that is no lower-case digit, or an odd number of them.
	#[error("not lower-case hexadecimal: {0}")]
	Digits(String),
	/// Another length than the value has.
	#[error("expected {expected} bytes, found {found}")]
	Length {
		/// How many bytes the value has.
		expected: usize,
		/// How many the text holds.
		found: usize,
	},
}

/// `0x` and lower-case digits.
pub fn encode(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// The reverse of [`encode`].
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
	let digits =
		text.strip_prefix("0x").ok_or_else(|| HexError::Prefix(text.chars().take(16).collect()))?;
	if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
		return Err(HexError::Digits("upper-case digits".into()));
	}
	hex::decode(digits).map_err(|error| HexError::Digits(error.to_string()))
}

/// [`decode`] of a value that has `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
	let bytes = decode(text)?;
	let found = bytes.len();
	bytes.try_into().map_err(|_| HexError::Length { expected: N, found })
}

impl fmt::Display for Hex32 {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&encode(&self.0))
	}
}

impl fmt::Debug for Hex32 {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, f)
	}
}

impl fmt::Debug for HexBytes {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&encode(&self.0))
	}
}

impl Serialize for Hex32 {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&encode(&self.0))
	}
}

impl<'de> Deserialize<'de> for Hex32 {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		decode_array(&text).map(Self).map_err(D::Error::custom)
	}
}

impl Serialize for HexBytes {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(&encode(&self.0))
	}
}

impl<'de> Deserialize<'de> for HexBytes {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		decode(&text).map(Self).map_err(D::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn one_value_has_one_form() {
		assert_eq!(decode("0x00ff").unwrap(), [0, 255]);
		assert_eq!(encode(&[0, 255]), "0x00ff");
		assert!(matches!(decode("00ff"), Err(HexError::Prefix(_))));
		assert!(matches!(decode("0x00FF"), Err(HexError::Digits(_))));
		assert!(matches!(decode("0x0"), Err(HexError::Digits(_))));
		assert!(matches!(
			decode_array::<32>("0x00"),
			Err(HexError::Length { expected: 32, found: 1 })
		));
	}
}
