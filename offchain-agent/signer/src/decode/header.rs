// SPDX-License-Identifier: Apache-2.0
//! The header of a block to seal.

use super::malformed;
use crate::rules::SlotClaim;
use codec::{Compact, Decode};
use qh_crypto::blake2_256;
use qh_signer_client::{Hash, Refusal};

/// Aura's engine id.
const AURA: [u8; 4] = *b"aura";

/// `sp_runtime::generic::Digest`'s items, by their indices on the wire.
#[derive(Decode)]
#[allow(dead_code, reason = "every field must decode; the slot is all that is read")]
enum DigestItem {
	#[codec(index = 0)]
	Other(Vec<u8>),
	#[codec(index = 4)]
	Consensus([u8; 4], Vec<u8>),
	#[codec(index = 5)]
	Seal([u8; 4], Vec<u8>),
	#[codec(index = 6)]
	PreRuntime([u8; 4], Vec<u8>),
	#[codec(index = 8)]
	RuntimeEnvironmentUpdated,
}

/// `sp_runtime::generic::Header<u32, BlakeTwo256>`.
#[derive(Decode)]
#[allow(dead_code, reason = "every field must decode; the digest is all that is read")]
struct Header {
	parent_hash: Hash,
	number: Compact<u32>,
	state_root: Hash,
	extrinsics_root: Hash,
	digest: Vec<DigestItem>,
}

/// Decode an unsealed header: exactly one Aura pre-runtime digest of 8 bytes, which is the slot,
/// and no seal. The codec refuses numbers in a longer form than needed. What is signed is `blake2_256` of the very bytes that were decoded.
pub fn decode_header(bytes: &[u8]) -> Result<SlotClaim, Refusal> {
	let mut rest = bytes;
	let header = Header::decode(&mut rest)
		.map_err(|error| malformed(format!("the header does not decode: {error}")))?;
	if !rest.is_empty() {
		return Err(malformed(format!("{} bytes follow the header", rest.len())));
	}
	let mut slot = None;
	for item in &header.digest {
		match item {
			DigestItem::PreRuntime(AURA, data) => {
				let data: [u8; 8] = data.as_slice().try_into().map_err(|_| {
					malformed(format!("an Aura digest of {} bytes holds no slot", data.len()))
				})?;
				if slot.replace(u64::from_le_bytes(data)).is_some() {
					return Err(malformed("the header has two Aura digests"));
				}
			}
			DigestItem::Seal(..) => return Err(malformed("the header is sealed already")),
			_ => {}
		}
	}
	let slot = slot.ok_or_else(|| malformed("the header has no Aura digest"))?;
	Ok(SlotClaim { slot, hash: blake2_256(bytes) })
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use qh_signer_client::RefusalCode;

	fn item(index: u8, engine: &[u8; 4], data: &[u8]) -> Vec<u8> {
		[&[index][..], engine, &data.encode()].concat()
	}

	fn aura(slot: u64) -> Vec<u8> {
		item(6, &AURA, &slot.to_le_bytes())
	}

	fn header(items: &[Vec<u8>]) -> Vec<u8> {
		let mut bytes = [1u8; 32].to_vec();
		bytes.extend(Compact(77u32).encode());
		bytes.extend([2u8; 32]);
		bytes.extend([3u8; 32]);
		bytes.extend(Compact(items.len() as u32).encode());
		bytes.extend(items.concat());
		bytes
	}

	fn refused(bytes: &[u8]) -> bool {
		decode_header(bytes).is_err_and(|refusal| refusal.reason() == Some(RefusalCode::Malformed))
	}

	#[test]
	fn slot_and_hash_come_from_the_header() {
		let others = [
			item(4, b"FRNK", &[1; 1000]),
			item(6, b"BABE", &[9; 40]),
			vec![8],
			aura(5),
			vec![0, 0],
		];
		let bytes = header(&others);
		let claim = decode_header(&bytes).unwrap();
		assert_eq!(claim, SlotClaim { slot: 5, hash: blake2_256(&bytes) });
	}

	#[test]
	fn headers_without_exactly_one_slot_or_with_a_seal_are_refused() {
		let seal = item(5, &AURA, &[0; 666]);
		for items in [
			vec![],
			vec![aura(1), aura(1)],
			vec![aura(1), aura(2)],
			vec![aura(1), seal.clone()],
			vec![seal],
			vec![item(6, &AURA, &[0; 7])],
			vec![item(6, &AURA, &[0; 9])],
			vec![item(4, &AURA, &[0; 8])],
			vec![item(6, b"BABE", &[0; 8])],
			vec![aura(1), vec![1, 0]],
		] {
			assert!(refused(&header(&items)));
		}
	}

	#[test]
	fn every_truncation_and_any_trailing_byte_is_refused() {
		let bytes = header(&[aura(1), item(4, b"FRNK", &[1; 10])]);
		for length in 0..bytes.len() {
			assert!(refused(&bytes[..length]), "{length}");
		}
		assert!(refused(&[&bytes[..], &[0]].concat()));
	}

	#[test]
	fn longer_forms_of_numbers_are_refused() {
		let good = header(&[aura(1)]);
		assert!(decode_header(&good).is_ok());
		// 77 takes two bytes; in four it is the same number.
		let mut longer = good[..32].to_vec();
		longer.extend([(77 << 2) as u8 | 2, 1, 0, 0]);
		longer.extend(&good[34..]);
		assert!(refused(&longer));
	}

	#[test]
	fn a_raw_hash_is_no_header() {
		assert!(refused(&[7; 32]));
	}
}
