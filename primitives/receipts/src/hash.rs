// SPDX-License-Identifier: Apache-2.0

//! The one hash function of every format in this crate.

use blake2::{
	digest::{consts::U32, Digest},
	Blake2b,
};

/// A BLAKE2b-256 digest.
pub type Hash = [u8; 32];

/// BLAKE2b with a 32-byte digest and no key over the concatenation of `parts`.
pub fn blake2_256(parts: &[&[u8]]) -> Hash {
	let mut hasher = Blake2b::<U32>::new();
	for part in parts {
		hasher.update(part);
	}
	hasher.finalize().into()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn digest_of_nothing_is_the_published_one() {
		let published = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
		assert_eq!(hex::encode(blake2_256(&[])), published);
	}

	#[test]
	fn parts_are_concatenated() {
		assert_eq!(blake2_256(&[b"ab", b"", b"c"]), blake2_256(&[b"abc"]));
	}
}
