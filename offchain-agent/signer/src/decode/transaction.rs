// SPDX-License-Identifier: Apache-2.0
//! Transactions: what the payload says, by types that the chain itself vouches for.
//!
//! The request's proof leads to a metadata hash. The payload must commit to that hash
//! (`CheckMetadataHash`) and to this signer's genesis (`CheckGenesis`), so if the proof were about
//! other types than the runtime's, the chain would refuse the transaction. Names of pallet and call
//! are thus the runtime's own, and a runtime upgrade needs no change here.

use super::metadata::{digest_hash, ExtrinsicMetadata, Proof, VariantPath, Walker};
use codec::{DecodeAll, Encode};
use qh_crypto::blake2_256;
use qh_signer_client::{Hash, Refusal, RefusalCode, TransactionRequest};

/// Version of extrinsics whose payload this is.
const EXTRINSIC_VERSION: u8 = 4;
/// Payloads above this length are hashed before they are signed.
const HASHED_ABOVE: usize = 256;

/// A transaction that was understood to its last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
	/// What it calls.
	pub call: VariantPath,
	/// What is signed: the payload, or its `blake2_256` where it is longer than 256 bytes.
	pub message: Vec<u8>,
	/// `blake2_256` of the payload, for the log.
	pub payload_hash: Hash,
}

/// Decode a transaction for the chain with this genesis.
pub fn decode_transaction(
	request: &TransactionRequest,
	genesis: &Hash,
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
	let (mut commits, mut at) = (false, None);
	for extension in &extrinsic.signed_extensions {
		let name = &extension.identifier;
		let within = |error: String| malformed(format!("extension {name}: {error}"));
		let shown = explicit.value(extension.included_in_extrinsic).map_err(within)?;
		let hidden = implicit.value(extension.included_in_signed_data).map_err(within)?;
		match name.as_str() {
			"CheckGenesis" => at = Some(hidden),
			"CheckMetadataHash" => {
				commits = shown == [1] && hidden == Some(metadata_hash).encode();
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
		.call(extrinsic.call_ty)
		.map_err(|error| malformed(format!("the call does not decode: {error}")))?;

	let payload = [&request.call[..], &request.explicit, &request.implicit].concat();
	let payload_hash = blake2_256(&payload);
	let message = if payload.len() > HASHED_ABOVE { payload_hash.to_vec() } else { payload };
	Ok(Transaction { call, message, payload_hash })
}
