// SPDX-License-Identifier: Apache-2.0
//! Transactions: what the payload says, by types that the chain itself vouches for.
//!
//! The request's proof leads to a metadata hash. The payload must commit to that hash
//! (`CheckMetadataHash`) and to this signer's genesis (`CheckGenesis`), so if the proof were about
//! other types than the runtime's, the chain would refuse the transaction. Names of pallet and call
//! are thus the runtime's own, and a runtime upgrade needs no change here.
//!
//! The payload is one run of bytes, and the types say where its parts begin: false ones could find
//! their own hash inside an argument of another call. So the commitment must be the payload's **last
//! 33 bytes**, where the runtime, whose `CheckMetadataHash` is its last extension with an implicit
//! part, puts the hash of its own metadata or, if told not to check, a zero byte behind a block's
//! hash. Who finds types whose hash stands there has found the runtime's, or 31 bytes of a block hash.

use super::metadata::{
	digest_hash, ExtrinsicMetadata, Field, Proof, TypeRef, VariantPath, Visitor, Walker,
};
use codec::{Compact, Decode, DecodeAll, Encode};
use qh_crypto::blake2_256;
use qh_signer_client::{Hash, Refusal, RefusalCode, TransactionRequest};
use std::collections::BTreeSet;

/// Version of extrinsics whose payload this is.
const EXTRINSIC_VERSION: u8 = 4;
/// Payloads above this length are hashed before they are signed.
const HASHED_ABOVE: usize = 256;

/// A transaction that was understood to its last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
	/// What it calls.
	pub call: VariantPath,
	/// On what terms.
	pub terms: Terms,
	/// What is signed: the payload, or its `blake2_256` where it is longer than 256 bytes.
	pub message: Vec<u8>,
	/// `blake2_256` of the payload, for the log.
	pub payload_hash: Hash,
}

/// What the extensions of polkadot-sdk say; `None` where the runtime has no such extension, or one
/// of another form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
	/// Number of the transaction within its account.
	pub nonce: Option<u64>,
	/// What is paid beyond the fee, in the smallest unit.
	pub tip: Option<u128>,
	/// How long it can be included, and the hash of the block in which that time began.
	pub era: Option<(Era, Hash)>,
	/// Version of the runtime.
	pub spec_version: Option<u32>,
	/// Version of the runtime's transactions.
	pub transaction_version: Option<u32>,
}

/// How long a transaction can be included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
	/// For ever.
	Immortal,
	/// In `period` blocks, the first of which has the number `phase` modulo `period`.
	Mortal {
		/// A power of two from 4 to 65,536.
		period: u32,
		/// Below `period`.
		phase: u32,
	},
}

impl Era {
	fn decode(bytes: &[u8]) -> Option<Self> {
		let encoded = match *bytes {
			[0] => return Some(Self::Immortal),
			[low, high] if low != 0 => u16::from_le_bytes([low, high]),
			_ => return None,
		};
		let period = 2u32 << (encoded % 16);
		let phase = u32::from(encoded >> 4) * (period >> 12).max(1);
		(period >= 4 && phase < period).then_some(Self::Mortal { period, phase })
	}

	/// Whether `block` can be the first that is too late.
	pub fn can_end_at(self, block: u32) -> bool {
		match self {
			Self::Immortal => false,
			Self::Mortal { period, phase } => block >= period && block % period == phase,
		}
	}
}

impl Terms {
	/// Take in what an extension says. `false` if its name or form is not known here.
	fn read(&mut self, name: &str, explicit: &[u8], implicit: &[u8]) -> bool {
		fn set<T>(term: &mut Option<T>, value: Option<T>) -> bool {
			*term = value;
			term.is_some()
		}
		fn whole<T: Decode>(mut bytes: &[u8]) -> Option<T> {
			T::decode_all(&mut bytes).ok()
		}
		match name {
			// Checked by whoever asks.
			"CheckGenesis" => explicit.is_empty(),
			"CheckMetadataHash" => true,
			"CheckSpecVersion" => {
				explicit.is_empty() && set(&mut self.spec_version, whole(implicit))
			}
			"CheckTxVersion" => {
				explicit.is_empty() && set(&mut self.transaction_version, whole(implicit))
			}
			"CheckMortality" => {
				set(&mut self.era, Era::decode(explicit).zip(whole::<Hash>(implicit)))
			}
			"CheckNonce" => {
				let nonce = whole::<Compact<u64>>(explicit).map(|Compact(nonce)| nonce);
				implicit.is_empty() && set(&mut self.nonce, nonce)
			}
			"ChargeTransactionPayment" => {
				let tip = whole::<Compact<u128>>(explicit).map(|Compact(tip)| tip);
				implicit.is_empty() && set(&mut self.tip, tip)
			}
			_ => false,
		}
	}
}

/// A name that somebody chose, as it can be printed: no control characters, no great length.
fn safe_name(name: &str) -> String {
	name.chars().take(64).flat_map(char::escape_debug).collect()
}

/// Decode a transaction for the chain with this genesis.
pub fn decode_transaction(
	request: &TransactionRequest,
	genesis: &Hash,
) -> Result<Transaction, Refusal> {
	decode_visited(request, genesis, &mut (), &mut ())
}

/// Decode a transaction. One visitor sees the arguments of the call, the other what extensions say
/// that [`Terms`] has no place for.
pub(super) fn decode_visited(
	request: &TransactionRequest,
	genesis: &Hash,
	arguments: &mut dyn Visitor,
	extensions: &mut dyn Visitor,
) -> Result<Transaction, Refusal> {
	let bad_proof = |what: String| Refusal::new(RefusalCode::BadMetadataProof, what);
	let malformed = |what: String| super::malformed(what);

	let extrinsic = ExtrinsicMetadata::decode_all(&mut &request.metadata.extrinsic[..])
		.map_err(|error| bad_proof(format!("the extrinsic's metadata does not decode: {error}")))?;
	if extrinsic.version != EXTRINSIC_VERSION {
		return Err(bad_proof(format!(
			"extrinsics of version {} are not supported, only {EXTRINSIC_VERSION}",
			extrinsic.version
		)));
	}
	let (root, types) =
		Proof::decode_whole(&request.metadata.proof).and_then(Proof::verify).map_err(bad_proof)?;
	let metadata_hash = digest_hash(root, &request.metadata);

	let mut explicit = Walker::new(&types, &request.explicit);
	let mut implicit = Walker::new(&types, &request.implicit);
	let commitment = Some(metadata_hash).encode();
	let mut names = BTreeSet::new();
	let (mut commits, mut at) = (false, None);
	let mut terms = Terms::default();
	for (index, extension) in extrinsic.signed_extensions.iter().enumerate() {
		let name = &extension.identifier;
		if !names.insert(name) {
			return Err(bad_proof(format!("there are two extensions {}", safe_name(name))));
		}
		let within = |error: String| malformed(format!("extension {}: {error}", safe_name(name)));
		let (shown_ty, hidden_ty) =
			(extension.included_in_extrinsic, extension.included_in_signed_data);
		let before = (explicit.clone(), implicit.clone());
		let shown = explicit.value(shown_ty, &mut ()).map_err(within)?;
		let hidden = implicit.value(hidden_ty, &mut ()).map_err(within)?;
		if !terms.read(name, shown, hidden) {
			let mut again = |mut walker: Walker<'_>, bytes: &[u8], ty: TypeRef, name: String| {
				if bytes.is_empty() {
					return Ok(());
				}
				let field = Field { name: Some(name), ty, type_name: None };
				extensions.part(index, Some(&field));
				walker.value(ty, extensions).map(drop)
			};
			again(before.0, shown, shown_ty, name.clone()).map_err(within)?;
			again(before.1, hidden, hidden_ty, format!("{name}, not in the extrinsic"))
				.map_err(within)?;
		}
		match name.as_str() {
			"CheckGenesis" => at = Some(hidden),
			"CheckMetadataHash" => {
				commits = shown == [1] && hidden == commitment;
			}
			_ => {}
		}
	}
	if !explicit.is_done() || !implicit.is_done() {
		return Err(malformed("bytes follow the extensions".into()));
	}
	// First, because until then nothing says that these are the runtime's types and extensions.
	if !commits {
		return Err(bad_proof(
			"the payload does not commit to the hash of the metadata that was proven".into(),
		));
	}
	if !request.implicit.ends_with(&commitment) {
		return Err(bad_proof(
			"the payload does not end with its commitment to the metadata: what stands elsewhere may \
			 be part of another call"
				.into(),
		));
	}
	match at {
		Some(found) if found == genesis => {}
		Some(_) => {
			return Err(Refusal::new(
				RefusalCode::WrongGenesis,
				"the transaction is for another chain than the signer's keys",
			))
		}
		None => return Err(bad_proof("the runtime has no CheckGenesis extension".into())),
	}
	let call = Walker::new(&types, &request.call)
		.call(extrinsic.call_ty, arguments)
		.map_err(|error| malformed(format!("the call does not decode: {error}")))?;

	let payload = [&request.call[..], &request.explicit, &request.implicit].concat();
	let payload_hash = blake2_256(&payload);
	let message = if payload.len() > HASHED_ABOVE { payload_hash.to_vec() } else { payload };
	Ok(Transaction { call, terms, message, payload_hash })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn eras_are_those_of_polkadot_sdk() {
		let era = |text: &str| Era::decode(&hex::decode(text).unwrap());
		assert_eq!(era("00"), Some(Era::Immortal));
		// The values of its tests, and of a transaction that was included.
		assert_eq!(era("a502"), Some(Era::Mortal { period: 64, phase: 42 }));
		assert_eq!(era("4e9c"), Some(Era::Mortal { period: 32_768, phase: 20_000 }));
		assert_eq!(era("f501"), Some(Era::Mortal { period: 64, phase: 31 }));
		for bad in ["", "01", "0001", "ffffff", "e5", "1001", "f5ff"] {
			assert_eq!(era(bad), None, "{bad}");
		}
	}

	#[test]
	fn an_era_ends_where_it_began_a_period_later() {
		let era = Era::Mortal { period: 64, phase: 31 };
		assert!(era.can_end_at(95) && era.can_end_at(159));
		assert!(!era.can_end_at(31) && !era.can_end_at(94) && !era.can_end_at(96));
		assert!(!Era::Immortal.can_end_at(64));
	}
}
