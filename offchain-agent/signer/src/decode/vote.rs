// SPDX-License-Identifier: Apache-2.0
//! Finality votes.

use super::malformed;
use crate::rules::{Vote, VoteKind};
use codec::Decode;
use qh_signer_client::{Hash, Horizon, Refusal};

/// Bytes of an encoded vote: index, block hash and number, round, set id.
const LENGTH: usize = 1 + 32 + 4 + 8 + 8;

/// Decode SCALE of `(finality_grandpa::Message<H256, u32>, round: u64, set_id: u64)`. The length is
/// fixed and every value has one encoding.
pub fn decode_vote(bytes: &[u8]) -> Result<Vote, Refusal> {
	if bytes.len() != LENGTH {
		return Err(malformed(format!("a vote has {LENGTH} bytes, not {}", bytes.len())));
	}
	let (kind, hash, number, round, set_id) =
		<(VoteKind, Hash, u32, u64, u64)>::decode(&mut &bytes[..])
			.map_err(|error| malformed(format!("the vote does not decode: {error}")))?;
	Ok(Vote { at: Horizon { set_id, round }, kind, number, hash })
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	#[test]
	fn a_vote_decodes_by_upstreams_layout() {
		let mut bytes = vec![1];
		bytes.extend([9; 32]);
		bytes.extend(5u32.to_le_bytes());
		bytes.extend(6u64.to_le_bytes());
		bytes.extend(7u64.to_le_bytes());
		let vote = decode_vote(&bytes).unwrap();
		let expected = Vote {
			at: Horizon { set_id: 7, round: 6 },
			kind: VoteKind::Precommit,
			number: 5,
			hash: [9; 32],
		};
		assert_eq!(vote, expected);
	}

	#[test]
	fn unknown_types_and_other_lengths_are_refused() {
		let good = (VoteKind::Prevote, [0u8; 32], 1u32, 1u64, 1u64).encode();
		assert!(decode_vote(&good).is_ok());
		for index in 3..=u8::MAX {
			assert!(decode_vote(&[&[index], &good[1..]].concat()).is_err());
		}
		for length in 0..good.len() {
			assert!(decode_vote(&good[..length]).is_err());
		}
		assert!(decode_vote(&[&good[..], &[0]].concat()).is_err());
	}
}
