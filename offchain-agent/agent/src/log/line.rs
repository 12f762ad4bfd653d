// SPDX-License-Identifier: Apache-2.0
//! One line of the log: a signed receipt as one JSON object, in the one form it has.

use crate::hexed::{Hex32, HexBytes};
use qh_receipts::{Kind, Receipt, SignedReceipt};
use serde::{Deserialize, Serialize};

/// A signed receipt in JSON. The order of the fields is part of the format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
	/// Version of the receipt.
	pub version: u8,
	/// Genesis hash of the chain.
	pub genesis: Hex32,
	/// Account of the operator.
	pub operator: Hex32,
	/// Sequence number.
	pub seq: u64,
	/// Id of the receipt before.
	pub prev: Hex32,
	/// Milliseconds since the Unix epoch.
	pub time_ms: u64,
	/// Number of the kind.
	pub kind: u16,
	/// The payload, if it is UTF-8.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payload_utf8: Option<String>,
	/// The payload, if it is not UTF-8.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payload_hex: Option<HexBytes>,
	/// Id of the receipt.
	pub id: Hex32,
	/// The agent's signature over the id.
	pub signature: HexBytes,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
	/// Not the JSON object that a line is.
	#[error("not a receipt: {0}")]
	Json(String),
	/// The same values have another form in this format.
	#[error("not in the one form that this receipt has")]
	Form,
	/// Both payload fields, or none.
	#[error("exactly one of payload_utf8 and payload_hex is needed")]
	Payload,
	/// A receipt that may not be anchored.
	#[error("{0}")]
	Receipt(String),
	/// The id is not the receipt's.
	#[error("the id is not the hash of the receipt")]
	Id,
	/// The receipt does not follow the one before.
	#[error("{0}")]
	Chain(String),
	/// It belongs to another chain or operator.
	#[error("it belongs to {0}")]
	Foreign(&'static str),
	/// The signature does not verify.
	#[error("the signature is not the agent's")]
	Signature,
	/// The file ends within the line.
	#[error("the line is cut off")]
	CutOff,
}

impl Line {
	/// The line of `signed`.
	pub fn new(signed: &SignedReceipt) -> Self {
		let receipt = &signed.receipt;
		let (payload_utf8, payload_hex) = match std::str::from_utf8(&receipt.payload) {
			Ok(text) => (Some(text.to_owned()), None),
			Err(_) => (None, Some(HexBytes(receipt.payload.clone()))),
		};
		Self {
			version: receipt.version,
			genesis: Hex32(receipt.genesis),
			operator: Hex32(receipt.operator),
			seq: receipt.seq,
			prev: Hex32(receipt.prev),
			time_ms: receipt.time_ms,
			kind: receipt.kind.0,
			payload_utf8,
			payload_hex,
			id: Hex32(receipt.id()),
			signature: HexBytes(signed.signature.to_vec()),
		}
	}

	/// The text of the line, without the line feed.
	pub fn to_text(&self) -> Result<String, LineError> {
		serde_json::to_string(self).map_err(|error| LineError::Json(error.to_string()))
	}

	/// Reads a line. Id and form are checked, the signature is not.
	pub fn parse(text: &[u8]) -> Result<SignedReceipt, LineError> {
		let line: Self =
			serde_json::from_slice(text).map_err(|error| LineError::Json(error.to_string()))?;
		let payload = match (&line.payload_utf8, &line.payload_hex) {
			(Some(text), None) => text.clone().into_bytes(),
			(None, Some(bytes)) => bytes.0.clone(),
			_ => return Err(LineError::Payload),
		};
		let signature = line.signature.0.as_slice().try_into().map_err(|_| LineError::Signature)?;
		let receipt = Receipt {
			version: line.version,
			genesis: line.genesis.0,
			operator: line.operator.0,
			seq: line.seq,
			prev: line.prev.0,
			time_ms: line.time_ms,
			kind: Kind(line.kind),
			payload,
		};
		receipt.check().map_err(|error| LineError::Receipt(error.to_string()))?;
		if receipt.id() != line.id.0 {
			return Err(LineError::Id);
		}
		let signed = SignedReceipt { receipt, signature };
		if Self::new(&signed).to_text()?.as_bytes() != text {
			return Err(LineError::Form);
		}
		Ok(signed)
	}
}
