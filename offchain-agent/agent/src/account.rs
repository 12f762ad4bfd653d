// SPDX-License-Identifier: Apache-2.0
//! Accounts as people write them: an SS58 address of this chain, or hexadecimal digits with or
//! without `0x`.
//!
//! What this program writes, and what it reads of files, has the one form of [`crate::hexed`].

use subxt::utils::AccountId32;

/// A text that names no account of this chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
	/// It is neither form.
	#[error("{0:?} is neither an SS58 address nor 64 digits, with or without 0x")]
	Form(String),
	/// An address as another network writes it.
	#[error("{text:?} is an address of another network: here the same account is {here}")]
	Network {
		/// As given.
		text: String,
		/// The address with this chain's prefix.
		here: String,
	},
}

/// The account that `text` names.
pub fn parse(text: &str) -> Result<[u8; 32], AccountError> {
	let form = || AccountError::Form(text.chars().take(80).collect());
	let digits = text.strip_prefix("0x").unwrap_or(text);
	if digits.len() == 64 {
		let mut account = [0; 32];
		return hex::decode_to_slice(digits, &mut account).map(|()| account).map_err(|_| form());
	}
	// An address is shorter; the decoder is not made for far more.
	if text.len() > 64 {
		return Err(form());
	}
	let account: AccountId32 = text.parse().map_err(|_| form())?;
	// Written with the prefix 42, which is this chain's.
	let here = account.to_string();
	match here == text {
		true => Ok(account.0),
		false => Err(AccountError::Network { text: text.to_owned(), here }),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hexed;

	const ADDRESS: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const DIGITS: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

	#[test]
	fn an_account_has_three_spellings() {
		let account = parse(ADDRESS).unwrap();
		assert_eq!(hexed::encode(&account), format!("0x{DIGITS}"));
		assert_eq!(parse(DIGITS).unwrap(), account);
		assert_eq!(parse(&format!("0x{DIGITS}")).unwrap(), account);
		assert_eq!(parse(&DIGITS.to_uppercase()).unwrap(), account);
	}

	#[test]
	fn what_names_no_account_is_refused() {
		let short = ["", "0x", "alice", "0x12"].map(str::to_owned);
		let long = [
			"1".repeat(200),
			format!("0x{DIGITS}0"),
			format!("0x{ADDRESS}"),
			DIGITS.replace('d', "g"),
			ADDRESS.replace("QY", "QZ"),
		];
		for text in short.iter().chain(&long) {
			assert!(matches!(parse(text), Err(AccountError::Form(_))), "{text}");
		}
	}

	#[test]
	fn an_address_of_another_network_is_named() {
		// The same account as Polkadot writes it.
		let error = parse("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5").unwrap_err();
		assert!(error.to_string().contains(ADDRESS), "{error}");
	}
}
