// SPDX-License-Identifier: Apache-2.0

//! The receipt, its id and the chain that receipts form.

use crate::{blake2_256, Hash, Kind};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use qh_crypto::{Domain, Scheme};
use scale_info::TypeInfo;

/// The version that this crate writes and verifies.
pub const RECEIPT_VERSION: u8 = 1;

/// Largest payload of a receipt, in bytes.
pub const MAX_PAYLOAD: usize = 65_536;

/// Hashed in front of the encoded receipt.
const ID_TAG: &[u8] = b"qh/receipt-id/v1";

/// One act of an operator's agent.
///
/// SCALE encoded in the order of the fields.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Receipt {
	/// [`RECEIPT_VERSION`].
	pub version: u8,
	/// Genesis hash of the chain that anchors it.
	pub genesis: Hash,
	/// Account of the operator.
	pub operator: Hash,
	/// Position in the operator's chain, from 0.
	pub seq: u64,
	/// Id of the receipt before this one; zeros for the first.
	pub prev: Hash,
	/// Wall clock of the agent, milliseconds since the Unix epoch. A claim, not a proof.
	pub time_ms: u64,
	/// What it is about.
	pub kind: Kind,
	/// Content, of at most [`MAX_PAYLOAD`] bytes; its form is the kind's business.
	pub payload: Vec<u8>,
}

impl Receipt {
	/// The receipt's id: what the next receipt names as `prev`, what is signed, and what a batch
	/// commits to.
	pub fn id(&self) -> Hash {
		self.using_encoded(|encoded| blake2_256(&[ID_TAG, encoded]))
	}

	/// Whether version and size are ones that may be anchored.
	pub fn check(&self) -> Result<(), ReceiptError> {
		if self.version != RECEIPT_VERSION {
			return Err(ReceiptError::Version(self.version));
		}
		if self.payload.len() > MAX_PAYLOAD {
			return Err(ReceiptError::Payload(self.payload.len()));
		}
		Ok(())
	}
}

/// A receipt with the signature of the operator's agent.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SignedReceipt {
	/// What is signed.
	pub receipt: Receipt,
	/// Padded Falcon-512 signature of the agent's key over the receipt's id, domain
	/// [`Domain::RECEIPT`].
	pub signature: [u8; 666],
}

impl SignedReceipt {
	/// Whether the signature is by `public`, a Falcon-512 public key of 897 bytes.
	pub fn verify(&self, public: &[u8]) -> bool {
		let id = self.receipt.id();
		qh_crypto::verify(Scheme::Falcon512, public, &self.signature, Domain::RECEIPT, &id)
	}
}

/// Why a receipt is not one that may be anchored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptError {
	/// The version is not [`RECEIPT_VERSION`].
	Version(u8),
	/// The payload is longer than [`MAX_PAYLOAD`].
	Payload(usize),
}

impl fmt::Display for ReceiptError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Version(version) => {
				write!(f, "receipt version {version} is unknown, expected {RECEIPT_VERSION}")
			}
			Self::Payload(bytes) => {
				write!(f, "receipt payload of {bytes} bytes is over the limit of {MAX_PAYLOAD}")
			}
		}
	}
}

impl core::error::Error for ReceiptError {}

/// Where an operator's chain of receipts stands.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Head {
	/// Sequence number that the next receipt must have.
	pub next_seq: u64,
	/// Id of the last receipt; zeros before the first.
	pub head: Hash,
}

impl Head {
	/// Moves the head over `receipt`, if it continues the chain.
	pub fn accept(&mut self, receipt: &Receipt) -> Result<(), ChainError> {
		if receipt.seq != self.next_seq {
			return Err(ChainError::Sequence { expected: self.next_seq, found: receipt.seq });
		}
		if receipt.prev != self.head {
			return Err(ChainError::Prev { seq: receipt.seq });
		}
		let next_seq = receipt.seq.checked_add(1).ok_or(ChainError::Exhausted)?;
		*self = Self { next_seq, head: receipt.id() };
		Ok(())
	}
}

/// Why a receipt does not continue a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChainError {
	/// There was no receipt.
	Empty,
	/// More receipts than one batch may hold.
	TooMany,
	/// The sequence number is not the next one.
	Sequence {
		/// The number that would continue the chain.
		expected: u64,
		/// The number of the receipt.
		found: u64,
	},
	/// `prev` is not the id of the receipt before.
	Prev {
		/// Number of the receipt.
		seq: u64,
	},
	/// The receipt is another operator's.
	Operator {
		/// Number of the receipt.
		seq: u64,
	},
	/// The last sequence number there is was used.
	Exhausted,
}

impl fmt::Display for ChainError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Empty => f.write_str("a batch holds at least one receipt"),
			Self::TooMany => {
				write!(f, "a batch holds at most {} receipts", crate::MAX_BATCH_RECEIPTS)
			}
			Self::Sequence { expected, found } => {
				write!(f, "receipt {found} does not continue the chain, expected {expected}")
			}
			Self::Prev { seq } => {
				write!(f, "receipt {seq} does not name the receipt before it as its predecessor")
			}
			Self::Operator { seq } => write!(f, "receipt {seq} belongs to another operator"),
			Self::Exhausted => f.write_str("no sequence number is left"),
		}
	}
}

impl core::error::Error for ChainError {}

#[cfg(test)]
mod tests {
	use super::*;

	fn receipt(seq: u64, prev: Hash) -> Receipt {
		Receipt {
			version: RECEIPT_VERSION,
			genesis: [1; 32],
			operator: [2; 32],
			seq,
			prev,
			time_ms: 3,
			kind: Kind::HEALTH,
			payload: alloc::vec![4, 5],
		}
	}

	#[test]
	fn the_id_hashes_the_tag_and_the_fields_in_order() {
		let receipt = receipt(7, [9; 32]);
		let mut bytes = b"qh/receipt-id/v1".to_vec();
		bytes.push(1);
		bytes.extend([1; 32]);
		bytes.extend([2; 32]);
		bytes.extend(7u64.to_le_bytes());
		bytes.extend([9; 32]);
		bytes.extend(3u64.to_le_bytes());
		bytes.extend(0u16.to_le_bytes());
		bytes.extend([2 << 2, 4, 5]);
		assert_eq!(receipt.id(), blake2_256(&[&bytes]));
	}

	#[test]
	fn a_head_accepts_the_next_receipt_and_refuses_any_other() {
		let mut head = Head::default();
		let first = receipt(0, [0; 32]);
		head.accept(&first).unwrap();
		assert_eq!(head, Head { next_seq: 1, head: first.id() });

		let unchanged = head;
		assert_eq!(head.accept(&first), Err(ChainError::Sequence { expected: 1, found: 0 }));
		assert_eq!(head.accept(&receipt(1, [0; 32])), Err(ChainError::Prev { seq: 1 }));
		assert_eq!(head, unchanged);
		head.accept(&receipt(1, first.id())).unwrap();
	}

	#[test]
	fn the_last_sequence_number_is_refused_without_overflow() {
		let mut head = Head { next_seq: u64::MAX, head: [0; 32] };
		assert_eq!(head.accept(&receipt(u64::MAX, [0; 32])), Err(ChainError::Exhausted));
	}

	#[test]
	fn unknown_versions_and_oversize_payloads_are_refused() {
		let mut receipt = receipt(0, [0; 32]);
		assert_eq!(receipt.check(), Ok(()));
		receipt.payload = alloc::vec![0; MAX_PAYLOAD + 1];
		assert_eq!(receipt.check(), Err(ReceiptError::Payload(MAX_PAYLOAD + 1)));
		receipt.version = 2;
		assert_eq!(receipt.check(), Err(ReceiptError::Version(2)));
	}
}
