// SPDX-License-Identifier: Apache-2.0
//! Files of the log: names, creation, reading.

use super::{
	format::{parse_record, Header, Parsed, HEADER_LEN, LENGTH_LEN},
	WalError,
};
use crate::rules::Record;
use qh_signer_client::Hash;
use std::{
	fs::{self, File, OpenOptions},
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// Zeros are written in pieces of this size.
const FILL: usize = 256 * 1024;
/// Bytes that a disk writes at once or not at all.
const SECTOR: usize = 512;

/// Path of a file.
pub(super) fn path(dir: &Path, number: u64) -> PathBuf {
	dir.join(format!("{number:016x}.log"))
}

/// Numbers of the files, in order.
pub(super) fn list(dir: &Path) -> Result<Vec<u64>, WalError> {
	let mut numbers = Vec::new();
	let entries = match fs::read_dir(dir) {
		Ok(entries) => entries,
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(numbers),
		Err(error) => return Err(WalError::at(dir)(error)),
	};
	for entry in entries {
		let name = entry.map_err(WalError::at(dir))?.file_name();
		let number = name
			.to_str()
			.and_then(|name| name.strip_suffix(".log"))
			.filter(|stem| stem.len() == 16)
			.and_then(|stem| u64::from_str_radix(stem, 16).ok());
		numbers.extend(number);
	}
	numbers.sort_unstable();
	Ok(numbers)
}

/// Create a file full of zeros, so that writing to it later neither grows it nor allocates: it
/// exists whole or not at all.
pub(super) fn create(dir: &Path, number: u64, size: u64) -> Result<File, WalError> {
	let path = path(dir, number);
	let temporary = path.with_extension("new");
	let made = fill(&temporary, size).and_then(|file| {
		fs::rename(&temporary, &path)?;
		sync_dir(dir)?;
		Ok(file)
	});
	made.map_err(|error| {
		// A half-filled file takes the space that others may wait for.
		let _ = fs::remove_file(&temporary);
		WalError { path, source: error }
	})
}

fn fill(path: &Path, size: u64) -> io::Result<File> {
	let mut file = OpenOptions::new()
		.read(true)
		.write(true)
		.create(true)
		.truncate(true)
		.mode(0o600)
		.open(path)?;
	let zeros = vec![0u8; FILL];
	let mut left = size;
	while left > 0 {
		let piece = usize::try_from(left).unwrap_or(usize::MAX).min(FILL);
		file.write_all(&zeros[..piece])?;
		left -= piece as u64;
	}
	file.sync_all()?;
	Ok(file)
}

/// Make a rename within `dir` durable.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
	File::open(dir)?.sync_all()
}

/// A file of the log, read.
pub(super) struct Contents {
	pub(super) header: Header,
	pub(super) records: Vec<(Record, Hash)>,
	/// Hash of the last record.
	pub(super) head: Hash,
	/// Where the next record goes.
	pub(super) end: usize,
	pub(super) tail: Tail,
}

/// What follows the records of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
	/// Zeros.
	Clean,
	/// A batch whose writing was cut short.
	Torn,
	/// Something that was written whole and is damaged.
	Damaged,
}

/// How a file begins.
pub(super) enum Opened {
	/// With a header and at least a snapshot.
	Contents(Box<Contents>),
	/// It was created, and what was written to it first was cut short.
	Unused,
	/// With something else.
	Damaged,
}

pub(super) fn read(dir: &Path, number: u64) -> Result<Opened, WalError> {
	let path = path(dir, number);
	let bytes = fs::read(&path).map_err(WalError::at(&path))?;
	Ok(parse(&bytes, number))
}

pub(super) fn parse(bytes: &[u8], number: u64) -> Opened {
	let Some(header) = Header::decode(bytes).filter(|header| header.number == number) else {
		return if torn(bytes, 0, HEADER_LEN) { Opened::Unused } else { Opened::Damaged };
	};
	let mut contents = Contents {
		header,
		records: Vec::new(),
		head: header.chain_start(),
		end: HEADER_LEN,
		tail: Tail::Clean,
	};
	loop {
		let rest = &bytes[contents.end.min(bytes.len())..];
		let seq = header.first_seq.saturating_add(contents.records.len() as u64);
		match parse_record(rest, &contents.head, seq) {
			Parsed::Record(record, hash, length) => {
				contents.records.push((*record, hash));
				contents.head = hash;
				contents.end += length;
			}
			Parsed::End if rest.iter().all(|byte| *byte == 0) => break,
			bad => {
				let least = if let Parsed::Bad(least) = bad { least } else { LENGTH_LEN };
				contents.tail =
					if torn(bytes, contents.end, least) { Tail::Torn } else { Tail::Damaged };
				break;
			}
		}
	}
	// The snapshot is written with the header.
	match (contents.records.is_empty(), contents.tail) {
		(false, _) => Opened::Contents(Box::new(contents)),
		(true, Tail::Torn | Tail::Clean) => Opened::Unused,
		(true, Tail::Damaged) => Opened::Damaged,
	}
}

/// Whether what begins at `start` and has `expected` bytes or more was cut short: a whole sector,
/// or what of a sector belongs to it, is still zero.
fn torn(bytes: &[u8], start: usize, expected: usize) -> bool {
	let last_written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
	let end = last_written.max(start.saturating_add(expected)).min(bytes.len());
	let mut at = start;
	while at < end {
		let next = ((at / SECTOR + 1) * SECTOR).min(end);
		if bytes[at..next].iter().all(|byte| *byte == 0) {
			return true;
		}
		at = next;
	}
	false
}
