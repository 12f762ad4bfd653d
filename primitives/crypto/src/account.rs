// SPDX-License-Identifier: Apache-2.0

//! Account ids.

use crate::Scheme;
use blake2::{
	digest::{consts::U32, Digest},
	Blake2b,
};

/// Prefix of the bytes whose hash is an account id.
const PREFIX: &[u8] = b"qh/account/v1";

/// BLAKE2b with a 32-byte output, no key.
pub fn blake2_256(data: &[u8]) -> [u8; 32] {
	Blake2b::<U32>::digest(data).into()
}

/// The account of a public key: `blake2_256("qh/account/v1" ‖ scheme index ‖ public key)`.
///
/// The same key bytes under another scheme are another account. `public`'s length is not checked;
/// no signature verifies for a key of a wrong length, so such an account is nobody's.
pub fn account_id(scheme: Scheme, public: &[u8]) -> [u8; 32] {
	let mut hasher = Blake2b::<U32>::new();
	hasher.update(PREFIX);
	hasher.update([scheme.index()]);
	hasher.update(public);
	hasher.finalize().into()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn is_the_hash_of_prefix_index_and_key() {
		for scheme in Scheme::ALL {
			let public = alloc::vec![7; scheme.public_len()];
			let preimage = [PREFIX, &[scheme.index()], &public].concat();
			assert_eq!(account_id(scheme, &public), blake2_256(&preimage));
		}
	}

	#[test]
	fn differs_by_scheme_and_key() {
		let a = account_id(Scheme::Falcon512, &[0; 897]);
		assert_ne!(a, account_id(Scheme::MlDsa65, &[0; 897]));
		assert_ne!(a, account_id(Scheme::Falcon512, &[1; 897]));
	}
}
