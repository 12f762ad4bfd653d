// SPDX-License-Identifier: Apache-2.0
//! `operational.jsonl`: the operator's chain of signed receipts, one JSON object a line.
//!
//! The line format is written down to the byte in FORMATS.md, "Operational log": fixed order of
//! fields, no spaces, one form for each value, so that a line can be compared byte by byte.
//!
//! What it promises:
//! - A line is flushed (`fdatasync`) before [`Log::append`] returns, and so before the act it
//!   announces. Several receipts share one flush.
//! - After an append that failed (full disk) the file is what it was before.
//! - Opening it checks every line: number, chain, genesis, operator and id. Signatures are checked
//!   by [`verify`], which needs nothing but the file and the agent's public key.
//! - It is never repaired silently. The only tail that may be cut off is one from a write that was
//!   announced beforehand ([`Log::open`]'s `unfinished_from`); any other damage is an error with
//!   line and offset.
//!
//! Trade-off: the index of ids is held in memory, 48 bytes a receipt, and built by reading the file
//! at start; ten million receipts are half a gigabyte and a minute.

mod line;

use crate::{
	durable::{self, FileError},
	hexed,
	outbox::Chained,
};
use qh_receipts::{Head, Receipt, SignedReceipt};
use std::{
	fs::{File, OpenOptions},
	io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
	sync::{Arc, PoisonError, RwLock},
};

pub use line::{Line, LineError};

/// Whose log it is. Every line must carry both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
	/// Genesis hash of the chain.
	pub genesis: [u8; 32],
	/// Account of the operator.
	pub operator: [u8; 32],
}

/// Failure of the log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
	/// The file system refused.
	#[error(transparent)]
	File(#[from] FileError),
	/// A line that is not what it must be.
	#[error("{path}: line {line} (byte {offset}, receipt {seq}): {error}")]
	Damaged {
		/// The file.
		path: PathBuf,
		/// Number of the line, from 1.
		line: u64,
		/// Offset of its first byte.
		offset: u64,
		/// The sequence number that was expected there.
		seq: u64,
		/// What is wrong.
		error: LineError,
	},
	/// Receipts that do not continue the log.
	#[error("receipts do not continue the log: {0}")]
	Chain(#[from] qh_receipts::ChainError),
	/// There is no such receipt.
	#[error("there is no receipt {seq}: the log holds {len}")]
	Missing {
		/// What was asked for.
		seq: u64,
		/// How many there are.
		len: u64,
	},
}

/// What is kept of a receipt in memory.
#[derive(Clone, Copy, Debug)]
struct Entry {
	offset: u64,
	time_ms: u64,
	id: [u8; 32],
}

/// The ids of the log, shared with those who only read them. An id appears once its line is
/// flushed.
#[derive(Clone, Debug, Default)]
pub struct Index(Arc<RwLock<Vec<Entry>>>);

impl Index {
	fn read<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
		read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
	}

	fn extend(&self, entries: Vec<Entry>) {
		self.0.write().unwrap_or_else(PoisonError::into_inner).extend(entries);
	}

	fn entry(&self, seq: u64) -> Option<Entry> {
		self.read(|entries| entries.get(usize::try_from(seq).ok()?).copied())
	}

	/// The ids of receipts `first..=last`, `None` if the log does not hold them all.
	pub fn ids(&self, first: u64, last: u64) -> Option<Vec<[u8; 32]>> {
		let (first, last) = (usize::try_from(first).ok()?, usize::try_from(last).ok()?);
		self.read(|entries| Some(entries.get(first..=last)?.iter().map(|entry| entry.id).collect()))
	}

	/// Where the log's chain of receipts ends.
	pub fn head(&self) -> Head {
		self.read(|entries| Head {
			next_seq: entries.len() as u64,
			head: entries.last().map(|entry| entry.id).unwrap_or_default(),
		})
	}

	/// Time of the last receipt.
	pub fn last_time_ms(&self) -> Option<u64> {
		self.read(|entries| entries.last().map(|entry| entry.time_ms))
	}
}

impl Chained for Index {
	fn count(&self) -> u64 {
		self.read(|entries| entries.len() as u64)
	}

	fn head_after(&self, n: u64) -> Option<[u8; 32]> {
		match n.checked_sub(1) {
			None => Some([0; 32]),
			Some(seq) => self.entry(seq).map(|entry| entry.id),
		}
	}

	fn time_ms(&self, seq: u64) -> Option<u64> {
		self.entry(seq).map(|entry| entry.time_ms)
	}
}

/// The log, open for appending. One process at a time: the caller holds the lock of the folder.
#[derive(Debug)]
pub struct Log {
	path: PathBuf,
	file: File,
	len: u64,
	owner: Owner,
	index: Index,
}

/// What was cut off when the log was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
	/// How many bytes.
	pub bytes: u64,
	/// The first receipt that they may have held.
	pub seq: u64,
}

impl Log {
	/// Opens or creates the log of `owner` and checks its chain.
	///
	/// `unfinished_from` is the number of the first receipt of a write that was announced but may
	/// not have been finished: damage from there on is cut off and told in [`Torn`].
	pub fn open(
		path: &Path,
		owner: Owner,
		unfinished_from: Option<u64>,
	) -> Result<(Self, Option<Torn>), LogError> {
		let created = !path.exists();
		let file = OpenOptions::new()
			.read(true)
			.append(true)
			.create(true)
			.mode(0o600)
			.open(path)
			.map_err(FileError::on("open", path))?;
		if created {
			durable::sync_parent(path)?;
		}
		let index = Index::default();
		let mut entries = Vec::new();
		let mut scan = Scan::new(path, owner)?;
		let mut torn = None;
		loop {
			match scan.next() {
				Ok(Some((offset, signed))) => entries.push(Entry {
					offset,
					time_ms: signed.receipt.time_ms,
					id: scan.head.head,
				}),
				Ok(None) => break,
				// A write that was cut short leaves no whole receipt: anything that is one, but not
				// the right one, is no leftover and must not be cut off.
				Err(LogError::Damaged {
					offset,
					seq,
					error: LineError::CutOff | LineError::Json(_),
					..
				}) if unfinished_from.is_some_and(|first| seq >= first) => {
					let total = file.metadata().map_err(FileError::on("read", path))?.len();
					let bytes = total.saturating_sub(offset);
					file.set_len(offset)
						.and_then(|()| file.sync_all())
						.map_err(FileError::on("cut off the unfinished end of", path))?;
					torn = Some(Torn { bytes, seq });
					break;
				}
				Err(error) => return Err(error),
			}
		}
		index.extend(entries);
		let len = file.metadata().map_err(FileError::on("read", path))?.len();
		Ok((Self { path: path.to_owned(), file, len, owner, index }, torn))
	}

	/// The ids, for those who only read.
	pub fn index(&self) -> &Index {
		&self.index
	}

	/// Appends receipts that continue the chain; they are on disk when this returns. On any error
	/// the log holds none of them.
	pub fn append(&mut self, receipts: &[SignedReceipt]) -> Result<(), LogError> {
		let mut head = self.index.head();
		let mut text = Vec::new();
		let mut entries = Vec::with_capacity(receipts.len());
		for signed in receipts {
			head.accept(&signed.receipt)?;
			entries.push(Entry {
				offset: self.len.saturating_add(text.len() as u64),
				time_ms: signed.receipt.time_ms,
				id: head.head,
			});
			let line = Line::new(signed).to_text().map_err(|error| self.damaged(0, head, error))?;
			text.extend_from_slice(line.as_bytes());
			text.push(b'\n');
		}
		self.take_back()?;
		let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
		if let Err(error) = written {
			// If this fails too, the next append tries again before it writes.
			let _ = self.take_back();
			return Err(FileError::on("append to", &self.path)(error).into());
		}
		self.len = self.len.saturating_add(text.len() as u64);
		self.index.extend(entries);
		Ok(())
	}

	/// Cuts off what a failed append left behind, so that the chain goes on where it was.
	fn take_back(&self) -> Result<(), FileError> {
		let found = self.file.metadata().map_err(FileError::on("read", &self.path))?.len();
		if found != self.len {
			self.file.set_len(self.len).map_err(FileError::on("shorten", &self.path))?;
		}
		Ok(())
	}

	/// Whose log this is.
	pub fn owner(&self) -> Owner {
		self.owner
	}

	fn damaged(&self, offset: u64, head: Head, error: LineError) -> LogError {
		LogError::Damaged {
			path: self.path.clone(),
			line: head.next_seq,
			offset,
			seq: head.next_seq,
			error,
		}
	}
}

/// Reads receipt `seq` from the file at `path`, whose ids are in `index`.
pub fn read(path: &Path, index: &Index, seq: u64) -> Result<SignedReceipt, LogError> {
	let missing = || LogError::Missing { seq, len: index.count() };
	let entry = index.entry(seq).ok_or_else(missing)?;
	let mut file = File::open(path).map_err(FileError::on("open", path))?;
	file.seek(SeekFrom::Start(entry.offset)).map_err(FileError::on("read", path))?;
	let mut text = Vec::new();
	BufReader::new(file).read_until(b'\n', &mut text).map_err(FileError::on("read", path))?;
	let damaged = |error| LogError::Damaged {
		path: path.to_owned(),
		line: seq.saturating_add(1),
		offset: entry.offset,
		seq,
		error,
	};
	let text = text.strip_suffix(b"\n").ok_or_else(|| damaged(LineError::CutOff))?;
	let signed = Line::parse(text).map_err(damaged)?;
	if signed.receipt.id() != entry.id {
		return Err(damaged(LineError::Id));
	}
	Ok(signed)
}

/// Finds receipt `seq` in the file at `path` without an index; reads the file up to it.
pub fn find(path: &Path, owner: Owner, seq: u64) -> Result<SignedReceipt, LogError> {
	let mut scan = Scan::new(path, owner)?;
	while let Some((_, signed)) = scan.next()? {
		if signed.receipt.seq == seq {
			return Ok(signed);
		}
	}
	Err(LogError::Missing { seq, len: scan.head.next_seq })
}

/// What [`verify`] found in a sound log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
	/// Where the chain ends.
	pub head: Head,
	/// Bytes after the last whole line: a write that is under way.
	pub tail: u64,
}

/// Checks every line of the file at `path`: form, number, chain, id and signature by
/// `agent_public`.
///
/// With `allow_tail`, bytes after the last line feed are counted, not refused: a running agent may
/// be in the middle of a write.
pub fn verify(
	path: &Path,
	owner: Owner,
	agent_public: &[u8],
	allow_tail: bool,
) -> Result<Verified, LogError> {
	let mut scan = Scan::new(path, owner)?;
	loop {
		let (line, seq) = (scan.line, scan.head.next_seq);
		match scan.next() {
			Ok(None) => return Ok(Verified { head: scan.head, tail: 0 }),
			Ok(Some((_, signed))) if signed.verify(agent_public) => {}
			Ok(Some((offset, _))) => {
				let (path, error) = (path.to_owned(), LineError::Signature);
				return Err(LogError::Damaged { path, line, offset, seq, error });
			}
			Err(LogError::Damaged { error: LineError::CutOff, offset, .. }) if allow_tail => {
				return Ok(Verified { head: scan.head, tail: scan.end.saturating_sub(offset) });
			}
			Err(error) => return Err(error),
		}
	}
}

/// Reads line by line and follows the chain.
struct Scan<'a> {
	path: &'a Path,
	owner: Owner,
	reader: BufReader<std::io::Take<File>>,
	line: u64,
	offset: u64,
	end: u64,
	head: Head,
}

impl<'a> Scan<'a> {
	fn new(path: &'a Path, owner: Owner) -> Result<Self, LogError> {
		let file = File::open(path).map_err(FileError::on("open", path))?;
		let end = file.metadata().map_err(FileError::on("read", path))?.len();
		let reader = BufReader::new(file.take(end));
		Ok(Self { path, owner, reader, line: 1, offset: 0, end, head: Head::default() })
	}

	/// The next receipt and its offset, `None` at the end.
	fn next(&mut self) -> Result<Option<(u64, SignedReceipt)>, LogError> {
		let mut text = Vec::new();
		let read =
			self.reader.read_until(b'\n', &mut text).map_err(FileError::on("read", self.path))?;
		if read == 0 {
			return Ok(None);
		}
		let offset = self.offset;
		let signed = self.check(&text).map_err(|error| LogError::Damaged {
			path: self.path.to_owned(),
			line: self.line,
			offset,
			seq: self.head.next_seq,
			error,
		})?;
		self.line = self.line.saturating_add(1);
		self.offset = self.offset.saturating_add(read as u64);
		Ok(Some((offset, signed)))
	}

	fn check(&mut self, text: &[u8]) -> Result<SignedReceipt, LineError> {
		let text = text.strip_suffix(b"\n").ok_or(LineError::CutOff)?;
		let signed = Line::parse(text)?;
		if signed.receipt.genesis != self.owner.genesis {
			return Err(LineError::Foreign("another chain"));
		}
		if signed.receipt.operator != self.owner.operator {
			return Err(LineError::Foreign("another operator"));
		}
		self.head.accept(&signed.receipt).map_err(|error| LineError::Chain(error.to_string()))?;
		Ok(signed)
	}
}

/// The payload of a receipt as text: as it is if it is UTF-8, otherwise hexadecimal.
pub fn payload_text(receipt: &Receipt) -> String {
	match std::str::from_utf8(&receipt.payload) {
		Ok(text) => text.to_owned(),
		Err(_) => hexed::encode(&receipt.payload),
	}
}

#[cfg(test)]
mod tests;
