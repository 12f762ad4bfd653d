// SPDX-License-Identifier: Apache-2.0
//! Accounts as people write them: 64 hexadecimal digits, with or without `0x`, or an SS58 address
//! of this network.
//!
//! SS58 is base58 of `prefix ‖ account ‖ first two bytes of blake2b_512("SS58PRE" ‖ prefix ‖
//! account)`; prefixes from 64 on take two bytes. An address of another network is refused: it is
//! the same account, but whoever pastes it may be on the wrong chain.

use crate::AccountId;
use blake2::{Blake2b512, Digest};

/// SS58 prefix of this network.
pub const SS58_PREFIX: u16 = 42;

/// Bytes of an account.
const ACCOUNT_LEN: usize = 32;
/// Bytes of the checksum.
const CHECKSUM_LEN: usize = 2;
/// In front of what the checksum is of.
const CHECKSUM_HEAD: &[u8] = b"SS58PRE";
/// Longest text that is looked at.
const MAX_TEXT: usize = 128;

/// What was given is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAccount {
	/// Neither form.
	#[error("expected an account: an SS58 address or 64 digits, with or without 0x")]
	Form,
	/// An address that was mistyped.
	#[error("the address's checksum does not match: it was mistyped or cut off")]
	Checksum,
	/// An address of another network.
	#[error(
		"the address has the SS58 prefix {0}, which is another network's; this one's is {SS58_PREFIX}"
	)]
	OtherNetwork(u16),
}

/// The address of an account.
pub fn to_address(account: &AccountId) -> String {
	// Prefixes below 64 are one byte.
	let content = [&[SS58_PREFIX as u8][..], account].concat();
	let checksum = checksum(&content);
	bs58::encode([content, checksum.to_vec()].concat()).into_string()
}

/// Read an account.
pub fn parse_account(text: &str) -> Result<AccountId, NoAccount> {
	let digits = text.strip_prefix("0x");
	if digits.is_some() || text.len() == 2 * ACCOUNT_LEN {
		return from_hex(digits.unwrap_or(text)).ok_or(NoAccount::Form);
	}
	if text.is_empty() || text.len() > MAX_TEXT {
		return Err(NoAccount::Form);
	}
	from_ss58(&bs58::decode(text).into_vec().map_err(|_| NoAccount::Form)?)
}

fn from_hex(digits: &str) -> Option<AccountId> {
	let digits = digits.as_bytes();
	if digits.len() != 2 * ACCOUNT_LEN {
		return None;
	}
	let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
	let mut account = [0; ACCOUNT_LEN];
	for (byte, pair) in account.iter_mut().zip(digits.chunks_exact(2)) {
		*byte = digit(pair[0])? << 4 | digit(pair[1])?;
	}
	Some(account)
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_LEN] {
	let hash = Blake2b512::new().chain_update(CHECKSUM_HEAD).chain_update(content).finalize();
	[hash[0], hash[1]]
}

fn from_ss58(bytes: &[u8]) -> Result<AccountId, NoAccount> {
	let (prefix, length) = match bytes {
		[short @ 0..=63, ..] => (u16::from(*short), 1),
		// 14 bits: the upper six of the first byte and the lower two of the second come first.
		[first @ 64..=127, second, ..] => {
			let lower = (first << 2) | (second >> 6);
			(u16::from(lower) | u16::from(second & 0b11_1111) << 8, 2)
		}
		_ => return Err(NoAccount::Form),
	};
	if bytes.len() != length + ACCOUNT_LEN + CHECKSUM_LEN {
		return Err(NoAccount::Form);
	}
	let (content, checksum) = bytes.split_at(length + ACCOUNT_LEN);
	if self::checksum(content) != *checksum {
		return Err(NoAccount::Checksum);
	}
	if prefix != SS58_PREFIX {
		return Err(NoAccount::OtherNetwork(prefix));
	}
	content[length..].try_into().map_err(|_| NoAccount::Form)
}

#[cfg(test)]
mod tests {
	use super::*;

	// Public keys and addresses that polkadot-js's and subkey's documentation show.
	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const ALICE_HEX: &str = "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
	const ALICE_POLKADOT: &str = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";

	#[test]
	fn every_spelling_is_the_same_account() {
		let account = parse_account(ALICE_HEX).unwrap();
		assert_eq!(account[..2], [0xd4, 0x35]);
		assert_eq!(to_address(&account), ALICE);
		for text in
			[ALICE, &format!("0x{ALICE_HEX}"), &format!("0x{}", ALICE_HEX.to_ascii_uppercase())]
		{
			assert_eq!(parse_account(text), Ok(account), "{text}");
		}
	}

	#[test]
	fn other_networks_are_named() {
		assert_eq!(parse_account(ALICE_POLKADOT), Err(NoAccount::OtherNetwork(0)));
		for prefix in [1u16, 63, 64, 255, 1284, 16_383] {
			let head = match prefix {
				0..=63 => vec![prefix as u8],
				_ => vec![
					((prefix & 0b1111_1100) >> 2) as u8 | 0b0100_0000,
					(prefix >> 8) as u8 | ((prefix & 0b11) << 6) as u8,
				],
			};
			let content = [&head[..], &[7; 32]].concat();
			let text = bs58::encode([&content[..], &checksum(&content)].concat()).into_string();
			assert_eq!(parse_account(&text), Err(NoAccount::OtherNetwork(prefix)), "{text}");
		}
	}

	#[test]
	fn what_was_mistyped_is_refused() {
		// Every other character in every place.
		for index in 0..ALICE.len() {
			let mut text = ALICE.as_bytes().to_vec();
			text[index] = if text[index] == b'A' { b'B' } else { b'A' };
			let text = String::from_utf8(text).unwrap();
			assert!(parse_account(&text).is_err(), "{text}");
		}
		for text in [
			"",
			"0x",
			"alice",
			&ALICE[..47],
			&ALICE_HEX[..63],
			&ALICE_HEX.replace('d', "g"),
			&format!("0x{}", &ALICE_HEX[..62]),
			&format!("{ALICE_HEX}00"),
			&format!("0x0x{}", &ALICE_HEX[..60]),
			&"5".repeat(4096),
			"é5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKut",
		] {
			assert!(parse_account(text).is_err(), "{text}");
		}
		let mut cut = ALICE.to_owned();
		cut.replace_range(47..48, "Z");
		assert_eq!(parse_account(&cut), Err(NoAccount::Checksum));
	}
}
