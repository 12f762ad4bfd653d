// SPDX-License-Identifier: Apache-2.0

//! Known answers that a process with keys checks before it uses them.

use crate::{Domain, Keypair, Scheme};
use core::fmt;

/// A step of the self-test gave another answer than the known one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelfTestFailure {
	/// The scheme that failed.
	pub scheme: Scheme,
	/// What it failed at.
	pub step: &'static str,
}

impl fmt::Display for SelfTestFailure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(
			f,
			"self-test of {} failed at {}: this build or this machine cannot be trusted with keys",
			self.scheme, self.step
		)
	}
}

impl core::error::Error for SelfTestFailure {}

/// Accounts of the seed 00 01 … 1f, in the order of the schemes; also in `vectors/keys.json`.
const ACCOUNTS: [[u8; 32]; 3] = [
	[
		0x03, 0x0b, 0xee, 0xc9, 0x57, 0x43, 0x5e, 0x30, 0x0d, 0x94, 0x65, 0x53, 0x19, 0xed, 0x28,
		0xd3, 0xd9, 0x86, 0xe1, 0x27, 0xa3, 0x50, 0xd9, 0x10, 0x8f, 0xfb, 0xe3, 0x56, 0x9c, 0x28,
		0xa9, 0x89,
	],
	[
		0x62, 0xc6, 0xb2, 0x2e, 0xb2, 0xc1, 0x26, 0xad, 0xaf, 0x13, 0xd2, 0xc9, 0xb3, 0x8b, 0xbf,
		0xc1, 0xdf, 0x29, 0x74, 0xc9, 0xaa, 0xc7, 0x67, 0xa7, 0xa7, 0xa1, 0x0e, 0x6d, 0x1f, 0x82,
		0x49, 0x03,
	],
	[
		0x3b, 0xfb, 0x96, 0xff, 0x79, 0x46, 0x0e, 0x0d, 0x55, 0x13, 0x57, 0x15, 0xc4, 0x4d, 0x4b,
		0xae, 0xd7, 0x83, 0xca, 0xcd, 0x32, 0x3a, 0xb5, 0x5b, 0x22, 0x68, 0x3a, 0x99, 0x8a, 0x72,
		0x8f, 0xc7,
	],
];

/// Generates the key of a known seed under every scheme, compares its account with the known one,
/// signs, verifies, and checks that a changed message is refused. Takes under a second.
///
/// A build with a feature that changes key generation, or a processor that computes wrongly, would
/// otherwise make keys that nobody can restore.
pub fn self_test() -> Result<(), SelfTestFailure> {
	let seed = core::array::from_fn(|i| i as u8);
	for (scheme, account) in Scheme::ALL.into_iter().zip(ACCOUNTS) {
		let check =
			|step, ok: bool| if ok { Ok(()) } else { Err(SelfTestFailure { scheme, step }) };
		let pair = Keypair::from_seed(scheme, &seed);
		check("key generation", pair.account_id() == account)?;
		let signature = pair.sign(Domain::RAW, b"self-test");
		let verify =
			|message| crate::verify(scheme, pair.public(), &signature, Domain::RAW, message);
		check("signing", verify(b"self-test"))?;
		check("verification", !verify(b"self-Test"))?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	#[test]
	fn passes() {
		assert_eq!(super::self_test(), Ok(()));
	}
}
