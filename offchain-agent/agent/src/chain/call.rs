// SPDX-License-Identifier: Apache-2.0
//! The calls that the agent makes, in the runtime's words.

use subxt::dynamic::Value;

/// A call that the agent makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
	/// `Attestation.anchor`.
	Anchor {
		/// First receipt.
		first_seq: u64,
		/// Last receipt.
		last_seq: u64,
		/// Id of the receipt before the first.
		prev_head: [u8; 32],
		/// Id of the last.
		new_head: [u8; 32],
		/// Root over the ids.
		merkle_root: [u8; 32],
	},
	/// `Operators.heartbeat`.
	Heartbeat(Heartbeat),
	/// `Operators.rotate_session_keys`.
	RotateSessionKeys {
		/// Public Aura key.
		aura: Box<[u8; 897]>,
		/// Public GRANDPA key.
		grandpa: Box<[u8; 897]>,
		/// Proof of their possession.
		proof: Vec<u8>,
	},
}

/// What a heartbeat says of the node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heartbeat {
	/// Version of the node: major, minor, patch.
	pub node_version: [u16; 3],
	/// Its best block.
	pub best: u32,
	/// Its finalized block, not above the best.
	pub finalized: u32,
	/// blake2_256 of the last health report, zeros if there is none.
	pub report: [u8; 32],
}

impl Call {
	/// Pallet, name and arguments, by which the metadata finds indices and types.
	pub fn parts(&self) -> (&'static str, &'static str, Vec<(&'static str, Value)>) {
		match self {
			Call::Anchor { first_seq, last_seq, prev_head, new_head, merkle_root } => {
				let batch = Value::named_composite([
					("first_seq", Value::u128((*first_seq).into())),
					("last_seq", Value::u128((*last_seq).into())),
					("prev_head", Value::from_bytes(prev_head)),
					("new_head", Value::from_bytes(new_head)),
					("merkle_root", Value::from_bytes(merkle_root)),
					("vouchers", Value::unnamed_composite([])),
				]);
				("Attestation", "anchor", vec![("batch", batch)])
			}
			Call::Heartbeat(beat) => {
				let [major, minor, patch] = beat.node_version.map(|part| Value::u128(part.into()));
				let node =
					Value::named_composite([("major", major), ("minor", minor), ("patch", patch)]);
				let heartbeat = Value::named_composite([
					("node", node),
					("best", Value::u128(beat.best.into())),
					("finalized", Value::u128(beat.finalized.into())),
					("report", Value::from_bytes(beat.report)),
				]);
				("Operators", "heartbeat", vec![("heartbeat", heartbeat)])
			}
			Call::RotateSessionKeys { aura, grandpa, proof } => {
				let keys = Value::named_composite([
					("aura", Value::from_bytes(aura.as_slice())),
					("grandpa", Value::from_bytes(grandpa.as_slice())),
				]);
				let proof = Value::from_bytes(proof);
				("Operators", "rotate_session_keys", vec![("keys", keys), ("proof", proof)])
			}
		}
	}
}
