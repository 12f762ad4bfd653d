// SPDX-License-Identifier: Apache-2.0

//! The signature schemes and their indices, which are consensus data.

use crate::{falcon512, ml_dsa65, slh_dsa_sha2_128s};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;

/// A signature scheme. The index is part of every account id and never reused.
///
/// The final FIPS 206 will be a new scheme: its signatures differ from round-3 Falcon's.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[repr(u8)]
pub enum Scheme {
	/// Falcon-512 of round 3 in its padded form.
	#[codec(index = 0)]
	Falcon512 = 0,
	/// SLH-DSA-SHA2-128s (FIPS 205), pure, with an empty context.
	#[codec(index = 1)]
	SlhDsaSha2_128s = 1,
	/// ML-DSA-65 (FIPS 204), pure, with an empty context.
	#[codec(index = 2)]
	MlDsa65 = 2,
}

impl Scheme {
	/// All schemes, in the order of their indices.
	pub const ALL: [Scheme; 3] = [Scheme::Falcon512, Scheme::SlhDsaSha2_128s, Scheme::MlDsa65];

	/// The index in account ids, in SCALE and in the `Signature` enum.
	pub const fn index(self) -> u8 {
		self as u8
	}

	/// Length of a public key in bytes.
	pub const fn public_len(self) -> usize {
		match self {
			Scheme::Falcon512 => falcon512::PUBLIC_LEN,
			Scheme::SlhDsaSha2_128s => slh_dsa_sha2_128s::PUBLIC_LEN,
			Scheme::MlDsa65 => ml_dsa65::PUBLIC_LEN,
		}
	}

	/// Length of a signature in bytes.
	pub const fn signature_len(self) -> usize {
		match self {
			Scheme::Falcon512 => falcon512::SIGNATURE_LEN,
			Scheme::SlhDsaSha2_128s => slh_dsa_sha2_128s::SIGNATURE_LEN,
			Scheme::MlDsa65 => ml_dsa65::SIGNATURE_LEN,
		}
	}

	/// The name in configuration files, command lines and golden files.
	pub const fn name(self) -> &'static str {
		match self {
			Scheme::Falcon512 => "falcon512",
			Scheme::SlhDsaSha2_128s => "slh-dsa-sha2-128s",
			Scheme::MlDsa65 => "ml-dsa-65",
		}
	}
}

impl fmt::Display for Scheme {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

/// No scheme has this index or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScheme;

impl fmt::Display for UnknownScheme {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("unknown signature scheme; known are")?;
		for (i, scheme) in Scheme::ALL.iter().enumerate() {
			write!(f, "{} {} ({})", if i == 0 { "" } else { "," }, scheme, scheme.index())?;
		}
		Ok(())
	}
}

impl core::error::Error for UnknownScheme {}

impl TryFrom<u8> for Scheme {
	type Error = UnknownScheme;

	fn try_from(index: u8) -> Result<Self, UnknownScheme> {
		Scheme::ALL.into_iter().find(|s| s.index() == index).ok_or(UnknownScheme)
	}
}

impl FromStr for Scheme {
	type Err = UnknownScheme;

	fn from_str(name: &str) -> Result<Self, UnknownScheme> {
		Scheme::ALL.into_iter().find(|s| s.name() == name).ok_or(UnknownScheme)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn index_name_and_encoding_agree() {
		for scheme in Scheme::ALL {
			assert_eq!(scheme.encode(), [scheme.index()]);
			assert_eq!(Scheme::try_from(scheme.index()), Ok(scheme));
			assert_eq!(scheme.name().parse(), Ok(scheme));
		}
		assert_eq!(Scheme::ALL.map(Scheme::index), [0, 1, 2]);
	}

	#[test]
	fn unknown_schemes_are_refused() {
		for index in 3..=u8::MAX {
			assert_eq!(Scheme::try_from(index), Err(UnknownScheme));
			assert!(Scheme::decode(&mut &[index][..]).is_err());
		}
		for name in ["", "ed25519", "sr25519", "ecdsa", "Falcon512", "falcon1024"] {
			assert_eq!(name.parse::<Scheme>(), Err(UnknownScheme));
		}
		assert_eq!(
			alloc::format!("{UnknownScheme}"),
			"unknown signature scheme; known are falcon512 (0), slh-dsa-sha2-128s (1), ml-dsa-65 (2)"
		);
	}
}
