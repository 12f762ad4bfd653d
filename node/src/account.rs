// SPDX-License-Identifier: Apache-2.0

//! Accounts on the command line: an SS58 address of this chain, or hexadecimal digits with or without
//! `0x`.

use qh_runtime::{AccountId, SS58_PREFIX};
use sp_core::crypto::Ss58Codec;

/// The account that `text` names.
pub(crate) fn parse(text: &str) -> Result<AccountId, String> {
	let wrong = || format!("{text:?} is neither an SS58 address nor 64 digits, with or without 0x");
	let digits = text.strip_prefix("0x").unwrap_or(text);
	if digits.len() == 64 {
		return digits.parse().map_err(|_| wrong());
	}
	let (account, prefix) = AccountId::from_ss58check_with_version(text).map_err(|_| wrong())?;
	let prefix = u16::from(prefix);
	if prefix != u16::from(SS58_PREFIX) {
		return Err(format!(
			"{text:?} is an address of another network: its SS58 prefix is {prefix}, this chain's \
			 is {SS58_PREFIX}"
		));
	}
	Ok(account)
}

#[cfg(test)]
mod tests {
	use super::*;

	const ADDRESS: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const DIGITS: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

	#[test]
	fn an_account_has_three_spellings() {
		let account = parse(ADDRESS).unwrap();
		assert_eq!(parse(DIGITS).unwrap(), account);
		assert_eq!(parse(&format!("0x{DIGITS}")).unwrap(), account);
	}

	#[test]
	fn what_names_no_account_is_refused() {
		let short = ["", "0x", "alice", "0x12"].map(str::to_owned);
		let long = [format!("0x{ADDRESS}"), DIGITS.replace('d', "g"), ADDRESS.replace("QY", "QZ")];
		for text in short.iter().chain(&long) {
			let error = parse(text).unwrap_err();
			assert!(error.contains("neither"), "{error}");
		}
		// The same account as Polkadot writes it.
		let error = parse("15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5").unwrap_err();
		assert!(error.contains("prefix is 0, this chain's is 42"), "{error}");
	}
}
