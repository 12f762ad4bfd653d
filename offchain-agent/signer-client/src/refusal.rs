// SPDX-License-Identifier: Apache-2.0
//! Reasons for which the signer says no.

use codec::{Decode, Encode};

/// A refusal: nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[error("{message} (refusal {code})")]
pub struct Refusal {
	/// Why, as one of [`RefusalCode`]'s numbers. A number that this version does not know is kept.
	pub code: u16,
	/// The same for a person, with what to do where that helps.
	pub message: String,
}

impl Refusal {
	/// A refusal for a known reason.
	pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
		Self { code: code as u16, message: message.into() }
	}

	/// The reason, if this version knows it.
	pub fn reason(&self) -> Option<RefusalCode> {
		RefusalCode::from_code(self.code)
	}
}

macro_rules! refusal_codes {
	($( $(#[$doc:meta])* $name:ident = $code:literal, $label:literal; )*) => {
		/// Why a request was refused. The numbers are wire format: they are only ever appended to.
		#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
		#[repr(u16)]
		pub enum RefusalCode { $( $(#[$doc])* $name = $code, )* }

		impl RefusalCode {
			/// Every reason, in the order of the numbers.
			pub const ALL: &'static [Self] = &[$(Self::$name),*];

			/// The reason behind a number of the wire.
			pub fn from_code(code: u16) -> Option<Self> {
				match code { $($code => Some(Self::$name),)* _ => None }
			}

			/// Short name, as in metrics and logs.
			pub fn label(self) -> &'static str {
				match self { $(Self::$name => $label,)* }
			}
		}
	};
}

refusal_codes! {
	/// The bytes are not a request, or a part of it does not decode to its end.
	Malformed = 1, "malformed";
	/// This socket does not know the request.
	UnknownRequest = 2, "unknown_request";
	/// The signer is locked.
	Locked = 3, "locked";
	/// What was signed before is not known for sure, so consensus keys hold back.
	Quarantined = 4, "quarantined";
	/// No such key for this role.
	UnknownKey = 5, "unknown_key";
	/// The key belongs to another genesis.
	WrongGenesis = 6, "wrong_genesis";
	/// Something else was already signed for this slot, or this round and type.
	Conflict = 7, "conflict";
	/// The slot or round lies under what was signed already.
	BelowFloor = 8, "below_floor";
	/// The slot, round or set is too far from what can be.
	Implausible = 9, "implausible";
	/// The key's allow-list does not have this call.
	NotAllowed = 10, "not_allowed";
	/// The metadata proof does not belong to the payload.
	BadMetadataProof = 11, "bad_metadata_proof";
	/// The key's budget is used up for now.
	RateLimited = 12, "rate_limited";
	/// The key needs an operator's session, and there is none.
	NoLease = 13, "no_lease";
	/// The log cannot be written: disk full or failing.
	LogUnavailable = 14, "log_unavailable";
	/// The receipts do not continue the chain of those signed before.
	BrokenChain = 15, "broken_chain";
	/// The request is larger than its kind allows.
	TooLarge = 16, "too_large";
	/// The signature failed its own verification and was thrown away.
	SelfCheckFailed = 17, "self_check_failed";
	/// The passphrase or the credential does not open the vault.
	WrongPassphrase = 18, "wrong_passphrase";
	/// The deadline of the request passed before it could be signed.
	Expired = 19, "expired";
	/// Too much at once, or the signer is about to end.
	Busy = 20, "busy";
	/// The vault could not be written.
	VaultUnavailable = 21, "vault_unavailable";
	/// The operator's authorisation of the agent's key has run out.
	NotAuthorised = 22, "not_authorised";
	/// A fault of the signer itself.
	Internal = 23, "internal";
}

impl RefusalCode {
	/// Whether the same request may well be answered a little later, without anybody's doing.
	pub fn is_passing(self) -> bool {
		matches!(self, Self::RateLimited | Self::LogUnavailable | Self::Busy | Self::Expired)
	}

	/// Whether the signer holds back altogether, so that a node should report no keys.
	pub fn is_holding_back(self) -> bool {
		matches!(self, Self::Locked | Self::Quarantined)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn codes_are_dense_and_unique() {
		for (index, reason) in RefusalCode::ALL.iter().enumerate() {
			assert_eq!(*reason as usize, index + 1);
			assert_eq!(RefusalCode::from_code(*reason as u16), Some(*reason));
		}
		assert_eq!(RefusalCode::from_code(0), None);
		assert_eq!(RefusalCode::from_code(u16::MAX), None);
	}
}
