// SPDX-License-Identifier: Apache-2.0

//! What a receipt is about.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// The kind of act that a receipt records.
///
/// An open number: a verifier verifies kinds that it does not know. Numbers are never reused.
/// Encoded as two bytes, little endian.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Kind(pub u16);

macro_rules! kinds {
	($( $(#[$doc:meta])* $constant:ident = $number:literal, $name:literal; )+) => {
		impl Kind {
			$( $(#[$doc])* pub const $constant: Self = Self($number); )+

			/// Every kind that this version knows, in ascending order.
			pub const KNOWN: &'static [Self] = &[$( Self::$constant ),+];

			/// The kind's name, or `None` for a number that this version does not know.
			pub const fn name(self) -> Option<&'static str> {
				match self.0 {
					$( $number => Some($name), )+
					_ => None,
				}
			}
		}
	};
}

kinds! {
	/// State of the node and its services at a moment.
	HEALTH = 0, "health";
	/// What the agent concluded from its observations.
	DIAGNOSIS = 1, "diagnosis";
	/// An act that changed the machine: intent or outcome.
	REPAIR = 2, "repair";
	/// The operator approved an act.
	APPROVAL = 3, "approval";
	/// An act or a request was refused, and why.
	REFUSAL = 4, "refusal";
	/// A step of an upgrade wave.
	UPGRADE_STEP = 5, "upgrade-step";
	/// A return to an earlier version.
	ROLLBACK = 6, "rollback";
	/// Keys were replaced.
	KEY_ROTATION = 7, "key-rotation";
	/// A decision in which a model took part.
	MODEL_DECISION = 8, "model-decision";
	/// Digest of a model that is in use.
	MODEL_HASH = 9, "model-hash";
	/// A batch of training data was contributed.
	TRAINING_BATCH = 10, "training-batch";
	/// Work that was contributed to the project.
	CONTRIBUTION = 11, "contribution";
	/// Taking part in governance.
	PARTICIPATION = 12, "participation";
	/// A value published on a signal stream.
	SIGNAL_UPDATE = 13, "signal-update";
	/// Outcome of a deliberate fault.
	CHAOS_RESULT = 14, "chaos-result";
	/// A payment made or received.
	PAYMENT = 15, "payment";
	/// Digest of a document.
	DOCUMENT = 16, "document";
}

impl From<u16> for Kind {
	fn from(number: u16) -> Self {
		Self(number)
	}
}

impl fmt::Display for Kind {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.name() {
			Some(name) => f.write_str(name),
			None => write!(f, "kind-{}", self.0),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn known_kinds_have_distinct_ascending_numbers_and_a_name() {
		assert!(Kind::KNOWN.windows(2).all(|pair| pair[0] < pair[1]));
		assert!(Kind::KNOWN.iter().all(|kind| kind.name().is_some()));
	}

	#[test]
	fn an_unknown_kind_has_a_printable_name() {
		assert_eq!(Kind(60_000).name(), None);
		assert_eq!(Kind(60_000).to_string(), "kind-60000");
		assert_eq!(Kind::REPAIR.to_string(), "repair");
	}
}
