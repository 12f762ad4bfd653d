// SPDX-License-Identifier: Apache-2.0

//! A customer's word that receipts were asked for, and payment of their gas.

use crate::{batch::receipts_between, Hash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use qh_crypto::{Domain, Scheme};
use scale_info::TypeInfo;

/// The version that this crate writes and verifies.
pub const VOUCHER_VERSION: u8 = 1;

/// What a customer signs: SCALE encoded in the order of the fields, 141 bytes.
///
/// A voucher pays for the receipts `first_seq..=last_seq` of one operator, all of them in one
/// batch. It cannot be used twice, because an operator's sequence numbers never come back.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Voucher {
	/// [`VOUCHER_VERSION`].
	pub version: u8,
	/// Genesis hash of the chain that it is for.
	pub genesis: Hash,
	/// Account of the customer; its gas tank pays.
	pub customer: Hash,
	/// Account of the operator.
	pub operator: Hash,
	/// First receipt that is paid for.
	pub first_seq: u64,
	/// Last receipt that is paid for.
	pub last_seq: u64,
	/// Most gas that the customer pays, in the token's smallest unit.
	pub max_gas: u128,
	/// Last block in which it may be used.
	pub expires_at: u32,
	/// The customer's own number: vouchers below a floor that the customer set are void.
	pub nonce: u64,
}

impl Voucher {
	/// Whether `signature` by `public`, of `scheme`, is the customer's under this voucher: made in
	/// domain [`Domain::VOUCHER`] over the SCALE encoded voucher.
	pub fn verify(
		&self,
		scheme: Scheme,
		public: &[u8],
		signature: &[u8],
	) -> Result<(), VoucherError> {
		if self.version != VOUCHER_VERSION {
			return Err(VoucherError::Version(self.version));
		}
		if qh_crypto::account_id(scheme, public) != self.customer {
			return Err(VoucherError::Customer);
		}
		let message = self.encode();
		if !qh_crypto::verify(scheme, public, signature, Domain::VOUCHER, &message) {
			return Err(VoucherError::Signature);
		}
		Ok(())
	}

	/// Number of receipts that are paid for; `None` if the range is impossible.
	pub fn receipts(&self) -> Option<u32> {
		receipts_between(self.first_seq, self.last_seq)
	}
}

/// Why a voucher is not the customer's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VoucherError {
	/// The version is not [`VOUCHER_VERSION`].
	Version(u8),
	/// The public key is not the customer's.
	Customer,
	/// The signature is not valid.
	Signature,
}

impl fmt::Display for VoucherError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Version(version) => {
				write!(f, "voucher version {version} is unknown, expected {VOUCHER_VERSION}")
			}
			Self::Customer => f.write_str("the public key is not the customer's"),
			Self::Signature => f.write_str("the customer did not sign this voucher"),
		}
	}
}

impl core::error::Error for VoucherError {}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;
	use qh_crypto::Keypair;

	fn signed(change: impl FnOnce(&mut Voucher)) -> (Voucher, Keypair, Vec<u8>) {
		let customer = Keypair::from_seed(Scheme::Falcon512, &[7; 32]);
		let mut voucher = Voucher {
			version: VOUCHER_VERSION,
			genesis: [1; 32],
			customer: customer.account_id(),
			operator: [2; 32],
			first_seq: 3,
			last_seq: 4,
			max_gas: 5,
			expires_at: 6,
			nonce: 7,
		};
		change(&mut voucher);
		let signature = customer.sign(Domain::VOUCHER, &voucher.encode());
		(voucher, customer, signature)
	}

	fn verify(
		(voucher, customer, signature): (Voucher, Keypair, Vec<u8>),
	) -> Result<(), VoucherError> {
		voucher.verify(customer.scheme(), customer.public(), &signature)
	}

	#[test]
	fn the_fields_are_encoded_in_order() {
		let (voucher, customer, _) = signed(|_| ());
		let bytes = [
			&[1][..],
			&[1; 32],
			&customer.account_id(),
			&[2; 32],
			&3u64.to_le_bytes(),
			&4u64.to_le_bytes(),
			&5u128.to_le_bytes(),
			&6u32.to_le_bytes(),
			&7u64.to_le_bytes(),
		]
		.concat();
		assert_eq!(voucher.encode(), bytes);
		assert_eq!(bytes.len(), 141);
		assert_eq!(voucher.receipts(), Some(2));
	}

	#[test]
	fn only_the_customer_signs_and_only_a_known_version() {
		assert_eq!(verify(signed(|_| ())), Ok(()));
		assert_eq!(verify(signed(|voucher| voucher.version = 2)), Err(VoucherError::Version(2)));
		let stranger = signed(|voucher| voucher.customer = [9; 32]);
		assert_eq!(verify(stranger), Err(VoucherError::Customer));
		let (mut voucher, customer, signature) = signed(|_| ());
		voucher.max_gas += 1;
		assert_eq!(verify((voucher, customer, signature)), Err(VoucherError::Signature));
	}

	#[test]
	fn no_bit_of_a_voucher_or_its_signature_can_change() {
		let (voucher, customer, signature) = signed(|_| ());
		let bytes = voucher.encode();
		for bit in 0..bytes.len() * 8 {
			let mut changed = bytes.clone();
			changed[bit / 8] ^= 1 << (bit % 8);
			let changed = Voucher::decode(&mut changed.as_slice()).unwrap();
			let result = verify((changed, customer.clone(), signature.clone()));
			assert!(result.is_err(), "bit {bit} of the voucher");
		}
		for bit in 0..signature.len() * 8 {
			let mut changed = signature.clone();
			changed[bit / 8] ^= 1 << (bit % 8);
			let result = verify((voucher.clone(), customer.clone(), changed));
			assert!(result.is_err(), "bit {bit} of the signature");
		}
	}
}
