// SPDX-License-Identifier: Apache-2.0
//! The last signatures of blocks and votes, over restarts.
//!
//! A node that restarts asks again for the vote that it was answered before. The log says that it may
//! have it; a Falcon signature made anew has other bytes, which nobody minds but an auditor. So the
//! last [`KEPT`] are kept in a file, and the same request gets the same bytes.
//!
//! Nothing depends on the file: it is not flushed, it may be missing, and an entry counts only if it
//! verifies for the very message that is asked for. What may be signed is for the log alone to say.
//!
//! ```text
//! file:  KEPT entries of 738 bytes, zeros where there is none; entry n stands at place n mod KEPT
//! entry: n u64 LE, counted from 1 ‖ account of the key [32] ‖
//!        blake2_256(domain tag [16] ‖ message) [32] ‖ signature [666]
//! ```

use qh_signer_client::{AccountId, Hash};
use std::{
	fs::{File, OpenOptions},
	io::Read,
	os::unix::fs::{FileExt, OpenOptionsExt},
	path::Path,
	sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Entries of the file.
pub(crate) const KEPT: u64 = 128;
const SIGNATURE: usize = qh_crypto::falcon512::SIGNATURE_LEN;
const ENTRY: usize = 8 + 32 + 32 + SIGNATURE;

/// What was signed: the key, and the hash of the message under its domain tag.
pub(crate) type Name = (AccountId, Hash);

/// The file.
pub(crate) struct Answers {
	file: Option<File>,
	last: AtomicU64,
	is_told: AtomicBool,
}

impl Answers {
	/// Opens the file, which is made if it is missing, and gives what is in it, the oldest first.
	pub(crate) fn open(path: &Path) -> (Self, Vec<(Name, Vec<u8>)>) {
		let mut entries = Vec::new();
		let mut open = || {
			let mut options = OpenOptions::new();
			options.read(true).write(true).create(true).truncate(false).mode(0o600);
			let mut file = options.open(path)?;
			let mut bytes = Vec::new();
			(&mut file).take(KEPT * ENTRY as u64).read_to_end(&mut bytes)?;
			entries = bytes.chunks_exact(ENTRY).filter_map(decode).collect::<Vec<_>>();
			entries.sort_unstable_by_key(|(number, _)| *number);
			Ok::<_, std::io::Error>(file)
		};
		let file = open()
			.inspect_err(|error| {
				tracing::warn!(%error, path = %path.display(), "signatures are not kept for a restart");
			})
			.ok();
		let last = AtomicU64::new(entries.last().map_or(0, |(number, _)| *number));
		let entries = entries.into_iter().map(|(_, entry)| entry).collect();
		(Self { file, last, is_told: AtomicBool::new(false) }, entries)
	}

	/// Keeps a signature in the place of the oldest.
	pub(crate) fn keep(&self, (key, message): &Name, signature: &[u8]) {
		let Some(file) = &self.file else { return };
		let number = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
		let entry = [&number.to_le_bytes()[..], key, message, signature].concat();
		if entry.len() != ENTRY {
			return;
		}
		if let Err(error) = file.write_all_at(&entry, number % KEPT * ENTRY as u64) {
			if !self.is_told.swap(true, Ordering::Relaxed) {
				tracing::warn!(%error, "signatures are not kept for a restart");
			}
		}
	}
}

fn decode(entry: &[u8]) -> Option<(u64, (Name, Vec<u8>))> {
	let (number, rest) = entry.split_first_chunk()?;
	let (key, rest) = rest.split_first_chunk()?;
	let (message, signature) = rest.split_first_chunk()?;
	let number = u64::from_le_bytes(*number);
	(number > 0).then(|| (number, ((*key, *message), signature.to_vec())))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_last_ones_come_back_and_a_torn_file_is_no_obstacle() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("answers");
		let (answers, found) = Answers::open(&path);
		assert!(found.is_empty());
		let name = |number: u64| ([1; 32], qh_crypto::blake2_256(&number.to_le_bytes()));
		let signature = |number: u64| [number as u8; SIGNATURE];
		let from = |first: u64| -> Vec<_> {
			(first..first + KEPT).map(|number| (name(number), signature(number).to_vec())).collect()
		};
		(1..=KEPT + 3).for_each(|number| answers.keep(&name(number), &signature(number)));
		let (answers, found) = Answers::open(&path);
		assert_eq!(found, from(4));
		answers.keep(&name(KEPT + 4), &signature(KEPT + 4));
		assert_eq!(Answers::open(&path).1, from(5));

		let bytes = std::fs::read(&path).unwrap();
		std::fs::write(&path, &bytes[..ENTRY * 2 + 5]).unwrap();
		assert_eq!(Answers::open(&path).1.len(), 2);
		// A folder in its place: nothing is kept, and nothing fails.
		let (answers, found) = Answers::open(dir.path());
		assert!(found.is_empty());
		answers.keep(&name(1), &signature(1));
	}
}
