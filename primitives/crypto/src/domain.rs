// SPDX-License-Identifier: Apache-2.0

//! Domain tags: one a role, signed in front of the message.

use alloc::vec::Vec;
use core::fmt;

/// Length of a tag in bytes. Fixed, so that no tag and message can be read as another pair.
pub const TAG_LEN: usize = 16;

/// Longest message for which the tagged message is put together on the stack. polkadot-sdk's
/// payloads, header hashes and votes are all at most this long.
const STACK_MESSAGE_LEN: usize = 256;

/// The role a signature is made for.
///
/// The set is closed: a new role is a new constant here and a line in FORMATS.md.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Domain([u8; TAG_LEN]);

impl Domain {
	/// The payload of a transaction that carries its public key.
	pub const TRANSACTION: Domain = Domain::new("qh/tx/v1");
	/// The payload of a transaction whose public key is looked up on chain (variant 3, reserved).
	pub const TRANSACTION_KNOWN: Domain = Domain::new("qh/tx-known/v1");
	/// The hash of a header without its seal.
	pub const AURA: Domain = Domain::new("qh/aura/v1");
	/// A GRANDPA message with its round and set id.
	pub const GRANDPA: Domain = Domain::new("qh/grandpa/v1");
	/// A session key's proof of possession.
	pub const POSSESSION: Domain = Domain::new("qh/pop/v1");
	/// The id of a receipt.
	pub const RECEIPT: Domain = Domain::new("qh/receipt/v1");
	/// A release.
	pub const RELEASE: Domain = Domain::new("qh/release/v1");
	/// Bytes that a wallet's user signs, and that no machine acts upon.
	pub const RAW: Domain = Domain::new("qh/raw/v1");
	/// The registration of an operator and its agent.
	pub const REGISTRATION: Domain = Domain::new("qh/register/v1");
	/// A customer's voucher for receipts.
	pub const VOUCHER: Domain = Domain::new("qh/voucher/v1");

	/// All domains.
	pub const ALL: [Domain; 10] = [
		Domain::TRANSACTION,
		Domain::TRANSACTION_KNOWN,
		Domain::AURA,
		Domain::GRANDPA,
		Domain::POSSESSION,
		Domain::RECEIPT,
		Domain::RELEASE,
		Domain::RAW,
		Domain::REGISTRATION,
		Domain::VOUCHER,
	];

	const fn new(name: &str) -> Domain {
		let name = name.as_bytes();
		let mut tag = [0; TAG_LEN];
		let mut i = 0;
		while i < name.len() {
			tag[i] = name[i];
			i += 1;
		}
		Domain(tag)
	}

	/// The tag: ASCII, padded with zeros.
	pub const fn tag(&self) -> &[u8; TAG_LEN] {
		&self.0
	}

	/// The tag without its padding.
	pub fn name(&self) -> &str {
		let len = self.0.iter().position(|b| *b == 0).unwrap_or(TAG_LEN);
		core::str::from_utf8(&self.0[..len]).unwrap_or_default()
	}

	/// The bytes a scheme signs: tag, then message.
	pub fn tagged(&self, message: &[u8]) -> Vec<u8> {
		let mut tagged = Vec::with_capacity(TAG_LEN.saturating_add(message.len()));
		tagged.extend_from_slice(&self.0);
		tagged.extend_from_slice(message);
		tagged
	}

	/// Hands the bytes a scheme signs to `f`, without the allocator where they are few: inside the
	/// runtime every allocation is a call to the host.
	pub(crate) fn with_tagged<R>(&self, message: &[u8], f: impl FnOnce(&[u8]) -> R) -> R {
		if message.len() > STACK_MESSAGE_LEN {
			return f(&self.tagged(message));
		}
		let mut tagged = [0; TAG_LEN + STACK_MESSAGE_LEN];
		tagged[..TAG_LEN].copy_from_slice(&self.0);
		tagged[TAG_LEN..TAG_LEN + message.len()].copy_from_slice(message);
		f(&tagged[..TAG_LEN + message.len()])
	}
}

impl fmt::Debug for Domain {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Domain({})", self.name())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tags_are_distinct_and_padded() {
		for (i, a) in Domain::ALL.iter().enumerate() {
			assert!(a.name().starts_with("qh/") && a.name().ends_with("/v1"));
			assert!(a.name().len() < TAG_LEN);
			assert!(a.tag()[a.name().len()..].iter().all(|b| *b == 0));
			assert!(Domain::ALL[..i].iter().all(|b| a != b));
		}
	}

	#[test]
	fn tagged_is_the_same_from_stack_and_heap() {
		for len in [0, 1, 255, 256, 257, 1000] {
			let message = alloc::vec![0xab; len];
			let tagged = Domain::RAW.tagged(&message);
			assert_eq!(&tagged[..TAG_LEN], Domain::RAW.tag());
			assert_eq!(&tagged[TAG_LEN..], &message[..]);
			Domain::RAW.with_tagged(&message, |t| assert_eq!(t, &tagged[..]));
		}
	}
}
