// SPDX-License-Identifier: Apache-2.0
//! Answers of the node and the runtime, taken apart; calls, put into words.

use super::answer;
use crate::{
	chain::{ChainError, Submission, Window},
	hexed,
};
use codec::{Decode, DecodeAll};
use serde::{de::DeserializeOwned, Deserialize};
use sp_crypto_hashing::twox_128;
use subxt::{
	dynamic::Value,
	ext::{scale_decode::DecodeAsType, scale_value::ValueDef},
};

/// `qh_receipts::Head`.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct HeadOf {
	pub(super) next_seq: u64,
	pub(super) head: [u8; 32],
}

/// `AttestationApi.gas`.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct GasStatus {
	tank: u128,
	per_receipt: u128,
	free_left: u32,
}

impl GasStatus {
	/// Receipts that allowance and tank cover together.
	pub(super) fn affordable(&self) -> u64 {
		let paid = self.tank.checked_div(self.per_receipt).unwrap_or(u128::MAX);
		u64::try_from(paid).unwrap_or(u64::MAX).saturating_add(self.free_left.into())
	}
}

/// `OperatorsApi.operator`.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct OperatorInfo {
	pub(super) agent: [u8; 32],
	health: Value,
}

impl OperatorInfo {
	/// The health's name in the runtime, in lower case.
	pub(super) fn health_name(&self) -> Option<String> {
		match &self.health.value {
			ValueDef::Variant(variant) => Some(variant.name.to_lowercase()),
			_ => None,
		}
	}
}

/// `OperatorsApi.heartbeat_status`.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct HeartbeatStatus {
	window: u32,
	blocks: u32,
	last_seen: u32,
}

impl HeartbeatStatus {
	/// The current window.
	pub(super) fn window(&self) -> Window {
		let seen = self.last_seen >= self.window;
		Window { index: self.window, blocks: self.blocks, seen }
	}
}

/// Answer of `mmr_generateProof`.
#[derive(Debug, Deserialize)]
pub(super) struct LeavesProof {
	leaves: String,
	proof: String,
}

/// `sp_mmr_primitives::LeafProof`.
#[derive(Debug, Decode)]
struct LeafProof {
	leaf_indices: Vec<u64>,
	leaf_count: u64,
	items: Vec<[u8; 32]>,
}

impl LeavesProof {
	/// The leaf of block `number` and its items, in the range of block `at`.
	pub(super) fn one(
		&self,
		number: u32,
		at: u32,
		what: &str,
	) -> Result<(Vec<u8>, Vec<[u8; 32]>), ChainError> {
		let scale = |text: &str| hexed::decode(text).map_err(|error| answer(what, error));
		let leaves = Vec::<Vec<u8>>::decode_all(&mut scale(&self.leaves)?.as_slice())
			.map_err(|error| answer(what, error))?;
		let proof = LeafProof::decode_all(&mut scale(&self.proof)?.as_slice())
			.map_err(|error| answer(what, error))?;
		match <[Vec<u8>; 1]>::try_from(leaves) {
			Ok([leaf])
				if proof.leaf_indices == [u64::from(number)]
					&& proof.leaf_count == u64::from(at) =>
			{
				Ok((leaf, proof.items))
			}
			_ => Err(answer(
				what,
				format!(
					"it is for leaves {:?} of {}, not for leaf {number} of {at}",
					proof.leaf_indices, proof.leaf_count
				),
			)),
		}
	}
}

/// The storage key of a pallet's value.
pub(super) fn storage_key(pallet: &str, value: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(value.as_bytes())].concat()
}

/// A field of a JSON object.
pub(super) fn field<T: DeserializeOwned>(
	object: &serde_json::Value,
	name: &str,
) -> Result<T, ChainError> {
	let value = object.get(name).ok_or_else(|| answer(name, "the node does not tell"))?;
	serde_json::from_value(value.clone()).map_err(|error| answer(name, error))
}

/// A property of the chain: a value, or a list whose first is meant.
pub(super) fn property<T: DeserializeOwned>(
	properties: &serde_json::Value,
	name: &str,
) -> Result<T, ChainError> {
	let value = properties.get(name).map(|value| match value {
		serde_json::Value::Array(list) => list.first().unwrap_or(value),
		_ => value,
	});
	let missing = || {
		answer(
			&format!("the chain property {name}"),
			"the chain specification lacks it; the hash of the runtime's metadata covers it",
		)
	};
	serde_json::from_value(value.ok_or_else(missing)?.clone()).map_err(|error| answer(name, error))
}

/// What the pool said, by the codes of `author_submitExtrinsic`.
pub(super) fn submission(code: i32, message: String) -> Result<Submission, ChainError> {
	Ok(match code {
		// Already imported.
		1013 => Submission::Pooled,
		// Priority too low, dropped by a full pool.
		1014 | 1016 => Submission::Later(message),
		// Invalid, of unknown validity, banned for a while by its hash, in a cycle, not acceptable:
		// a fresh signature makes another transaction.
		1010..=1012 | 1015 | 1017..=1019 => Submission::Refused(message),
		_ => {
			let method = "author_submitExtrinsic".to_owned();
			return Err(ChainError::Rpc { method, code, message });
		}
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	#[test]
	fn what_is_affordable_is_allowance_and_tank() {
		let gas = |tank, per_receipt, free_left| GasStatus { tank, per_receipt, free_left };
		assert_eq!(gas(0, 10, 3).affordable(), 3);
		assert_eq!(gas(25, 10, 3).affordable(), 5);
		assert_eq!(gas(0, 0, 0).affordable(), u64::MAX);
		assert_eq!(gas(u128::MAX, 1, 3).affordable(), u64::MAX);
	}

	#[test]
	fn a_proof_of_another_leaf_is_refused() {
		let answer = |index: u64, count: u64| LeavesProof {
			leaves: hexed::encode(&vec![vec![7u8; 68]].encode()),
			proof: hexed::encode(&(vec![index], count, vec![[1u8; 32]]).encode()),
		};
		let (leaf, items) = answer(4, 9).one(4, 9, "x").unwrap();
		assert_eq!((leaf, items), (vec![7; 68], vec![[1; 32]]));
		assert!(answer(5, 9).one(4, 9, "x").is_err());
		assert!(answer(4, 8).one(4, 9, "x").is_err());
	}

	#[test]
	fn properties_are_values_or_lists() {
		let properties = serde_json::json!({ "tokenDecimals": [12], "tokenSymbol": "QMHY" });
		assert_eq!(property::<u8>(&properties, "tokenDecimals").unwrap(), 12);
		assert_eq!(property::<String>(&properties, "tokenSymbol").unwrap(), "QMHY");
		assert!(property::<u8>(&properties, "other").unwrap_err().to_string().contains("other"));
	}

	#[test]
	fn a_pool_that_has_the_transaction_is_no_failure() {
		assert_eq!(submission(1013, String::new()).unwrap(), Submission::Pooled);
		assert!(matches!(submission(1014, String::new()).unwrap(), Submission::Later(_)));
		assert!(matches!(submission(1010, String::new()).unwrap(), Submission::Refused(_)));
		assert!(submission(-32601, String::new()).is_err());
	}
}
