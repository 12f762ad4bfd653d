// SPDX-License-Identifier: Apache-2.0

//! Proofs and vouchers as files: one JSON object, byte strings in lower-case hexadecimal with `0x`
//! in front. Whatever is hashed or signed stands in the file as the very bytes that are.

use crate::{
	BatchLeaf, BlockLeaf, Hash, Receipt, ReceiptProof, SignedReceipt, Voucher, PROOF_VERSION,
};
use alloc::{
	format,
	string::{String, ToString},
	vec::Vec,
};
use codec::{Decode, DecodeAll, Encode};
use core::fmt;
use qh_crypto::Scheme;
use serde::{Deserialize, Serialize};

/// `format` of a proof file.
pub const PROOF_FORMAT: &str = "qh-receipt-proof/v1";

/// `format` of a voucher file.
pub const VOUCHER_FORMAT: &str = "qh-voucher/v1";

/// A [`ReceiptProof`] as a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofFile {
	/// [`PROOF_FORMAT`].
	pub format: String,
	/// SCALE encoded [`Receipt`].
	pub receipt: String,
	/// Signature of the agent, 666 bytes.
	pub signature: String,
	/// Public key of the agent, 897 bytes.
	pub agent_public: String,
	/// Siblings from the receipt to the batch's root, 32 bytes each.
	pub receipt_path: Vec<String>,
	/// SCALE encoded [`BatchLeaf`], 176 bytes.
	pub batch: String,
	/// Place of the batch in its block.
	pub batch_index: u32,
	/// Number of batches in that block.
	pub batch_count: u32,
	/// Siblings from the batch to the root of the block's batches, 32 bytes each.
	pub batch_path: Vec<String>,
	/// SCALE encoded [`BlockLeaf`], 68 bytes.
	pub block: String,
	/// Items from the block to the root of the range, 32 bytes each.
	pub block_path: Vec<String>,
	/// SCALE encoded header.
	pub header: String,
}

impl From<&ReceiptProof> for ProofFile {
	fn from(proof: &ReceiptProof) -> Self {
		Self {
			format: PROOF_FORMAT.to_string(),
			receipt: to_hex(&proof.signed.receipt.encode()),
			signature: to_hex(&proof.signed.signature),
			agent_public: to_hex(&proof.agent_public),
			receipt_path: path_to_hex(&proof.receipt_path),
			batch: to_hex(&proof.batch.encode()),
			batch_index: proof.batch_index,
			batch_count: proof.batch_count,
			batch_path: path_to_hex(&proof.batch_path),
			block: to_hex(&proof.block.encode()),
			block_path: path_to_hex(&proof.block_path),
			header: to_hex(&proof.header),
		}
	}
}

impl TryFrom<&ProofFile> for ReceiptProof {
	type Error = FileError;

	fn try_from(file: &ProofFile) -> Result<Self, FileError> {
		expect_format(&file.format, PROOF_FORMAT)?;
		Ok(Self {
			version: PROOF_VERSION,
			signed: SignedReceipt {
				receipt: from_scale::<Receipt>("receipt", &file.receipt)?,
				signature: array("signature", &file.signature)?,
			},
			agent_public: array("agent_public", &file.agent_public)?,
			receipt_path: path("receipt_path", &file.receipt_path)?,
			batch: from_scale::<BatchLeaf>("batch", &file.batch)?,
			batch_index: file.batch_index,
			batch_count: file.batch_count,
			batch_path: path("batch_path", &file.batch_path)?,
			block: from_scale::<BlockLeaf>("block", &file.block)?,
			block_path: path("block_path", &file.block_path)?,
			header: from_hex("header", &file.header)?,
		})
	}
}

/// A customer's signed [`Voucher`] as a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoucherFile {
	/// [`VOUCHER_FORMAT`].
	pub format: String,
	/// SCALE encoded [`Voucher`], 141 bytes.
	pub voucher: String,
	/// Index of the signature scheme.
	pub scheme: u8,
	/// Public key of the customer.
	pub public: String,
	/// Signature of the customer.
	pub signature: String,
}

impl VoucherFile {
	/// The file of a voucher that `public` signed.
	pub fn new(voucher: &Voucher, scheme: Scheme, public: &[u8], signature: &[u8]) -> Self {
		Self {
			format: VOUCHER_FORMAT.to_string(),
			voucher: to_hex(&voucher.encode()),
			scheme: scheme as u8,
			public: to_hex(public),
			signature: to_hex(signature),
		}
	}

	/// The voucher, its scheme, public key and signature; the signature is verified.
	pub fn open(&self) -> Result<(Voucher, Scheme, Vec<u8>, Vec<u8>), FileError> {
		expect_format(&self.format, VOUCHER_FORMAT)?;
		let voucher: Voucher = from_scale("voucher", &self.voucher)?;
		let scheme = Scheme::try_from(self.scheme)
			.map_err(|_| FileError::new("scheme", format!("{} is unknown", self.scheme)))?;
		let public = from_hex("public", &self.public)?;
		let signature = from_hex("signature", &self.signature)?;
		voucher
			.verify(scheme, &public, &signature)
			.map_err(|error| FileError::new("voucher", error.to_string()))?;
		Ok((voucher, scheme, public, signature))
	}
}

/// A field of a file that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileError {
	/// Name of the field.
	pub field: &'static str,
	/// What is wrong with it.
	pub problem: String,
}

impl FileError {
	fn new(field: &'static str, problem: impl Into<String>) -> Self {
		Self { field, problem: problem.into() }
	}
}

impl fmt::Display for FileError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "field \"{}\": {}", self.field, self.problem)
	}
}

impl core::error::Error for FileError {}

fn expect_format(found: &str, expected: &str) -> Result<(), FileError> {
	if found == expected {
		return Ok(());
	}
	Err(FileError::new("format", format!("\"{found}\" is not \"{expected}\"")))
}

fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn path_to_hex(path: &[Hash]) -> Vec<String> {
	path.iter().map(|hash| to_hex(hash)).collect()
}

fn from_hex(field: &'static str, text: &str) -> Result<Vec<u8>, FileError> {
	let digits = text.strip_prefix("0x").ok_or_else(|| FileError::new(field, "lacks 0x"))?;
	if digits.bytes().any(|digit| digit.is_ascii_uppercase()) {
		return Err(FileError::new(field, "holds upper-case digits"));
	}
	hex::decode(digits).map_err(|error| FileError::new(field, error.to_string()))
}

fn array<const N: usize>(field: &'static str, text: &str) -> Result<[u8; N], FileError> {
	let bytes = from_hex(field, text)?;
	<[u8; N]>::try_from(bytes.as_slice())
		.map_err(|_| FileError::new(field, format!("{} bytes instead of {N}", bytes.len())))
}

fn path(field: &'static str, items: &[String]) -> Result<Vec<Hash>, FileError> {
	items.iter().map(|item| array(field, item)).collect()
}

fn from_scale<T: Decode>(field: &'static str, text: &str) -> Result<T, FileError> {
	let bytes = from_hex(field, text)?;
	T::decode_all(&mut bytes.as_slice()).map_err(|error| FileError::new(field, error.to_string()))
}
