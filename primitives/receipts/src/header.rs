// SPDX-License-Identifier: Apache-2.0

//! As much of a block header as a proof needs.

use crate::Hash;
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use core::fmt;

/// Consensus engine id of the digest item that holds the root of the Merkle mountain range.
pub const RANGE_ROOT_ENGINE: [u8; 4] = *b"QHMR";

/// A block header: `sp_runtime::generic::Header<u32, BlakeTwo256>`, byte for byte.
///
/// A block's hash is `blake2_256` over the encoded header.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Header {
	/// Hash of the parent.
	pub parent_hash: Hash,
	/// Number of the block; SCALE compact.
	#[codec(compact)]
	pub number: u32,
	/// Root of the state after the block.
	pub state_root: Hash,
	/// Root of the block's transactions.
	pub extrinsics_root: Hash,
	/// What consensus and pallets left in the header.
	pub digest: Vec<DigestItem>,
}

/// An item of a header's digest. The numbers are those of `sp_runtime::generic::DigestItem`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum DigestItem {
	/// Free content.
	#[codec(index = 0)]
	Other(Vec<u8>),
	/// From the runtime to a consensus engine.
	#[codec(index = 4)]
	Consensus([u8; 4], Vec<u8>),
	/// The author's signature.
	#[codec(index = 5)]
	Seal([u8; 4], Vec<u8>),
	/// From a consensus engine to the runtime.
	#[codec(index = 6)]
	PreRuntime([u8; 4], Vec<u8>),
	/// Code or heap size changed.
	#[codec(index = 8)]
	RuntimeEnvironmentUpdated,
}

impl Header {
	/// Decodes a whole header and nothing behind it.
	pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, HeaderError> {
		Self::decode_all(&mut bytes).map_err(|_| HeaderError::Encoding)
	}

	/// The root of the Merkle mountain range: content of the only [`RANGE_ROOT_ENGINE`] item.
	pub fn range_root(&self) -> Result<Hash, HeaderError> {
		let mut roots = self.digest.iter().filter_map(|item| match item {
			DigestItem::Consensus(engine, root) if *engine == RANGE_ROOT_ENGINE => Some(root),
			_ => None,
		});
		let root = roots.next().ok_or(HeaderError::NoRangeRoot)?;
		if roots.next().is_some() {
			return Err(HeaderError::ManyRangeRoots);
		}
		root.as_slice().try_into().map_err(|_| HeaderError::RangeRootLength(root.len()))
	}
}

/// Why a header cannot carry a proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderError {
	/// Not a SCALE encoded header, or bytes behind it.
	Encoding,
	/// No digest item holds a root.
	NoRangeRoot,
	/// More than one digest item holds a root.
	ManyRangeRoots,
	/// The root is not 32 bytes long.
	RangeRootLength(usize),
}

impl fmt::Display for HeaderError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Encoding => f.write_str("the header's bytes are not one SCALE encoded header"),
			Self::NoRangeRoot => f.write_str("the header's digest holds no range root (QHMR)"),
			Self::ManyRangeRoots => {
				f.write_str("the header's digest holds more than one range root (QHMR)")
			}
			Self::RangeRootLength(bytes) => {
				write!(f, "the range root in the header is {bytes} bytes long, not 32")
			}
		}
	}
}

impl core::error::Error for HeaderError {}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec;

	fn header(digest: Vec<DigestItem>) -> Header {
		Header {
			parent_hash: [1; 32],
			number: 70_000,
			state_root: [2; 32],
			extrinsics_root: [3; 32],
			digest,
		}
	}

	fn root(bytes: usize) -> DigestItem {
		DigestItem::Consensus(RANGE_ROOT_ENGINE, vec![7; bytes])
	}

	#[test]
	fn a_header_is_decoded_whole() {
		let items = vec![
			DigestItem::PreRuntime(*b"aura", vec![1]),
			DigestItem::RuntimeEnvironmentUpdated,
			root(32),
			DigestItem::Other(vec![2]),
			DigestItem::Seal(*b"aura", vec![3; 666]),
		];
		let header = header(items);
		let mut bytes = header.encode();
		assert_eq!(Header::from_bytes(&bytes), Ok(header.clone()));
		assert_eq!(header.range_root(), Ok([7; 32]));
		bytes.push(0);
		assert_eq!(Header::from_bytes(&bytes), Err(HeaderError::Encoding));
		bytes.truncate(bytes.len() - 2);
		assert_eq!(Header::from_bytes(&bytes), Err(HeaderError::Encoding));
	}

	#[test]
	fn exactly_one_root_of_32_bytes_is_accepted() {
		let other = DigestItem::Consensus(*b"FRNK", vec![7; 32]);
		assert_eq!(header(vec![other]).range_root(), Err(HeaderError::NoRangeRoot));
		assert_eq!(header(vec![root(32), root(32)]).range_root(), Err(HeaderError::ManyRangeRoots));
		assert_eq!(header(vec![root(31)]).range_root(), Err(HeaderError::RangeRootLength(31)));
	}
}
