// SPDX-License-Identifier: Apache-2.0

//! The vouchers that benchmarks use, because the runtime's wasm cannot sign.

use crate::{mock::*, SignedVoucher};
use codec::{DecodeAll, Encode};
use qh_app_crypto::Scheme;
use qh_crypto::Keypair;
use sp_runtime::AccountId32;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/vouchers.scale");
const PER_SCHEME: u8 = 4;
const GENESIS: [u8; 32] = [0x67; 32];
const OPERATOR: AccountId32 = AccountId32::new([0x6f; 32]);

#[test]
fn the_vouchers_of_benchmarks_are_signed_and_in_order() {
	let bytes = std::fs::read(FILE).unwrap();
	let vouchers = Vec::<SignedVoucher>::decode_all(&mut bytes.as_slice()).unwrap();
	assert_eq!(vouchers.len(), 3 * usize::from(PER_SCHEME));
	for (n, signed) in vouchers.iter().enumerate() {
		assert_eq!(signed.verify(), Ok(()));
		assert_eq!(signed.signature.scheme(), Scheme::ALL[n / usize::from(PER_SCHEME)]);
		let SignedVoucher { voucher, .. } = signed;
		assert_eq!((voucher.first_seq, voucher.last_seq), (n as u64, n as u64));
		assert_eq!((voucher.genesis, voucher.operator.into()), (GENESIS, OPERATOR));
		assert!(vouchers[..n].iter().all(|other| other.voucher.customer != voucher.customer));
	}
}

#[test]
#[ignore = "writes the vouchers anew"]
fn write_vouchers() {
	let vouchers: Vec<_> = (0..3 * PER_SCHEME)
		.map(|n| {
			let scheme = Scheme::ALL[usize::from(n / PER_SCHEME)];
			let customer = Keypair::from_seed(scheme, &[n; 32]);
			let mut voucher = voucher(&customer, &OPERATOR, n.into(), n.into());
			voucher.genesis = GENESIS;
			voucher.max_gas = u128::MAX;
			voucher.expires_at = u32::MAX;
			sign(&customer, voucher)
		})
		.collect();
	std::fs::write(FILE, vouchers.encode()).unwrap();
}
