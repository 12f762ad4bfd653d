// SPDX-License-Identifier: Apache-2.0
//! Accounts as SS58 addresses, the form of a chain specification's file.
//!
//! Base58 of `prefix u8 = 42 ‖ account [32] ‖ checksum [2]`, the checksum being the beginning of
//! `blake2b_512("SS58PRE" ‖ prefix ‖ account)`.

use blake2::{Blake2b512, Digest};
use qh_signer_client::AccountId;

const PREFIX: u8 = 42;

/// The address of an account.
pub fn encode(account: &AccountId) -> String {
	let mut bytes = [&[PREFIX][..], account].concat();
	let checksum = Blake2b512::new().chain_update(b"SS58PRE").chain_update(&bytes).finalize();
	bytes.extend_from_slice(&checksum[..2]);
	bs58::encode(bytes).into_string()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_are_those_of_the_development_genesis() {
		let account = |role| encode(&qh_crypto::dev::keypair("alice", role).account_id());
		assert_eq!(account("account"), "5DYcgoGNVY4nKMkxSQPMCyxde5pnmjcQjEb3iD2c5bgfjdFu");
		assert_eq!(account("agent"), "5EtQZ8QgAw6DBwN1tkoGBYSD9qUcUa38gEaPd1QfC3ghxZEK");
	}
}
