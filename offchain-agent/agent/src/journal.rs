// SPDX-License-Identifier: Apache-2.0
//! Writing receipts: announce, sign, append.
//!
//! The signer keeps a watermark of its own: it signs a receipt of each number once, and again only
//! the very same. So what is about to be signed is first written to `outbox/pending.json`. Whatever
//! happens then (a crash, a signer that answers too late, a full disk), the same receipts are
//! signed and appended later, and no number is ever used for two.
//!
//! Order of durable steps: pending written and flushed → signatures → lines appended and flushed →
//! pending removed. The removal need not be durable: pending receipts that the log already holds
//! are ignored.

use crate::{
	clock::Clock,
	durable::{self, FileError},
	hexed::{self, HexBytes},
	log::{Index, Log, LogError, Owner, Torn},
	outbox::Chained,
	signer::{Signer, SignerError},
};
use codec::{DecodeAll, Encode};
use qh_receipts::{Kind, Receipt, SignedReceipt, MAX_PAYLOAD, RECEIPT_VERSION};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Most receipts in one append.
pub const MAX_ENTRIES: usize = 256;

/// What is to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
	/// What it is about.
	pub kind: Kind,
	/// Its content.
	pub payload: Vec<u8>,
}

/// A receipt that is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
	/// Its number.
	pub seq: u64,
	/// Its id.
	pub id: [u8; 32],
}

/// Why nothing was written down.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
	/// The log or the file of pending receipts.
	#[error(transparent)]
	Log(#[from] LogError),
	/// The signer. The receipts are kept and written once it signs.
	#[error("{waiting} receipts wait for the signer: {source}")]
	Signer {
		/// How many.
		waiting: usize,
		/// What it said.
		source: SignerError,
	},
	/// A signature that is not the agent's.
	#[error(
		"the signer's signature of receipt {seq} is not by the agent's key {agent}: the signer in \
		 the configuration is another one"
	)]
	BadSignature {
		/// The receipt.
		seq: u64,
		/// The account.
		agent: String,
	},
	/// The file of pending receipts is not what this program writes.
	#[error("{path}: {problem}; it was not written by this program")]
	Pending {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		problem: String,
	},
	/// Too much at once.
	#[error("{found} {what} at once, at most {limit}")]
	TooMuch {
		/// What there is too much of.
		what: &'static str,
		/// How much.
		found: usize,
		/// The limit.
		limit: usize,
	},
}

impl From<FileError> for JournalError {
	fn from(error: FileError) -> Self {
		Self::Log(error.into())
	}
}

impl JournalError {
	/// Whether the same attempt may succeed later without anybody's doing.
	pub fn is_passing(&self) -> bool {
		match self {
			Self::Signer { source, .. } => source.is_passing(),
			Self::Log(LogError::File(error)) => error.is_full(),
			_ => false,
		}
	}
}

/// The file of pending receipts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PendingFile {
	version: u8,
	/// SCALE of each receipt.
	receipts: Vec<HexBytes>,
}

/// Writes receipts. The only writer of the log.
#[derive(Debug)]
pub struct Journal<S, C> {
	log: Log,
	signer: S,
	clock: C,
	agent_public: [u8; 897],
	pending_path: PathBuf,
	pending: Vec<Receipt>,
}

impl<S: Signer, C: Clock> Journal<S, C> {
	/// Opens the log at `log_path` and reads what was pending from `pending_path`.
	///
	/// Pending receipts are signed and written by the next [`Journal::record`] or
	/// [`Journal::finish_pending`].
	pub fn open(
		log_path: &Path,
		pending_path: &Path,
		owner: Owner,
		agent_public: [u8; 897],
		signer: S,
		clock: C,
	) -> Result<(Self, Option<Torn>), JournalError> {
		let mut pending = read_pending(pending_path)?;
		let first = pending.first().map(|receipt| receipt.seq);
		let (log, torn) = Log::open(log_path, owner, first)?;
		let head = log.index().head();
		let mut end = head;
		for receipt in pending.iter().filter(|receipt| receipt.seq >= head.next_seq) {
			end.accept(receipt).map_err(|error| JournalError::Pending {
				path: pending_path.to_owned(),
				problem: error.to_string(),
			})?;
		}
		if end == head {
			pending.clear();
		}
		let pending_path = pending_path.to_owned();
		Ok((Self { log, signer, clock, agent_public, pending_path, pending }, torn))
	}

	/// The ids of what is written.
	pub fn index(&self) -> &Index {
		self.log.index()
	}

	/// How many receipts are announced but not written.
	pub fn pending(&self) -> usize {
		self.pending.len()
	}

	/// Number of the first receipt that is announced but not written.
	pub fn pending_from(&self) -> Option<u64> {
		self.pending.first().map(|receipt| receipt.seq)
	}

	/// Writes `entries` down, in their order; on disk when this returns.
	///
	/// After [`JournalError::Signer`], or an error of the log, they are pending: they will be
	/// written, and must not be handed in again. Receipts that are already pending go first, and if
	/// they cannot be written nothing is accepted.
	pub async fn record(&mut self, entries: Vec<Entry>) -> Result<Vec<Recorded>, JournalError> {
		check_size(&entries)?;
		self.finish_pending().await?;
		if entries.is_empty() {
			return Ok(Vec::new());
		}
		let index = self.log.index();
		let mut head = index.head();
		// Time never goes back within the log, even if the clock does.
		let time_ms = self.clock.unix_ms().max(index.last_time_ms().unwrap_or(0));
		let owner = self.log.owner();
		let mut receipts = Vec::with_capacity(entries.len());
		for entry in entries {
			let receipt = Receipt {
				version: RECEIPT_VERSION,
				genesis: owner.genesis,
				operator: owner.operator,
				seq: head.next_seq,
				prev: head.head,
				time_ms,
				kind: entry.kind,
				payload: entry.payload,
			};
			head.accept(&receipt).map_err(LogError::from)?;
			receipts.push(receipt);
		}
		write_pending(&self.pending_path, &receipts)?;
		self.pending = receipts;
		self.finish_pending().await
	}

	/// Signs and writes what is pending.
	pub async fn finish_pending(&mut self) -> Result<Vec<Recorded>, JournalError> {
		if self.pending.is_empty() {
			return Ok(Vec::new());
		}
		let waiting = self.pending.len();
		// All of them are signed again, as they were announced, even if a crash kept a part of the
		// lines: the signer meets a request that it has seen, not a part of it.
		let signatures = self
			.signer
			.sign_receipts(self.pending.clone())
			.await
			.and_then(|signatures| match signatures.len() == waiting {
				true => Ok(signatures),
				false => Err(SignerError::Refused(format!(
					"{} signatures for {waiting} receipts",
					signatures.len()
				))),
			})
			.map_err(|source| JournalError::Signer { waiting, source })?;
		let next_seq = self.log.index().count();
		let signed: Vec<_> = self
			.pending
			.iter()
			.cloned()
			.zip(signatures)
			.filter(|(receipt, _)| receipt.seq >= next_seq)
			.map(|(receipt, signature)| SignedReceipt { receipt, signature })
			.collect();
		if let Some(bad) = signed.iter().find(|signed| !signed.verify(&self.agent_public)) {
			let agent = qh_crypto::account_id(qh_crypto::Scheme::Falcon512, &self.agent_public);
			return Err(JournalError::BadSignature {
				seq: bad.receipt.seq,
				agent: hexed::encode(&agent),
			});
		}
		self.log.append(&signed)?;
		self.pending.clear();
		// They are written, whatever becomes of the file: a next start ignores what the log holds.
		if let Err(error) = durable::remove(&self.pending_path) {
			tracing::warn!(%error, "the file of pending receipts stays; all of them are written");
		}
		Ok(signed
			.iter()
			.map(|signed| Recorded { seq: signed.receipt.seq, id: signed.receipt.id() })
			.collect())
	}
}

/// Whether one request may ask for this much.
pub(crate) fn check_size(entries: &[Entry]) -> Result<(), JournalError> {
	if entries.len() > MAX_ENTRIES {
		let (what, found, limit) = ("receipts", entries.len(), MAX_ENTRIES);
		return Err(JournalError::TooMuch { what, found, limit });
	}
	match entries.iter().map(|entry| entry.payload.len()).max() {
		Some(found) if found > MAX_PAYLOAD => {
			Err(JournalError::TooMuch { what: "bytes of payload", found, limit: MAX_PAYLOAD })
		}
		_ => Ok(()),
	}
}

fn read_pending(path: &Path) -> Result<Vec<Receipt>, JournalError> {
	let Some(content) = durable::read_optional(path)? else {
		return Ok(Vec::new());
	};
	let problem = |problem: String| JournalError::Pending { path: path.to_owned(), problem };
	let file: PendingFile =
		serde_json::from_slice(&content).map_err(|error| problem(error.to_string()))?;
	if file.version != 1 {
		return Err(problem(format!("version {} is unknown", file.version)));
	}
	file.receipts
		.iter()
		.map(|bytes| {
			Receipt::decode_all(&mut bytes.0.as_slice()).map_err(|error| problem(error.to_string()))
		})
		.collect()
}

fn write_pending(path: &Path, receipts: &[Receipt]) -> Result<(), JournalError> {
	let receipts = receipts.iter().map(|receipt| HexBytes(receipt.encode())).collect();
	let content = serde_json::to_vec(&PendingFile { version: 1, receipts }).map_err(|error| {
		JournalError::Pending { path: path.to_owned(), problem: error.to_string() }
	})?;
	Ok(durable::replace(path, &content)?)
}

#[cfg(test)]
mod tests;
