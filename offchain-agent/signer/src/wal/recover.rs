// SPDX-License-Identifier: Apache-2.0
//! From the files to the state that decided, or to the reason why not.

use super::{
	format::{Header, Identity},
	segment::{self, Contents, Opened, Tail},
	WalError,
};
use crate::rules::{Event, Limits, State};
use codec::{Decode, Encode};
use qh_signer_client::Hash;
use std::path::Path;

/// What the vault vouches for: the log as it was when both were last written together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Anchor {
	/// How often they have been opened together.
	pub generation: u64,
	/// Records of the log at the time.
	pub records: u64,
	/// Hash of the last of them.
	pub head: Hash,
}

/// Where the log goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
	/// Number of the file.
	pub file: u64,
	/// Byte within it.
	pub offset: u64,
	/// Number of the next record.
	pub next_seq: u64,
	/// Hash of the last record.
	pub head: Hash,
}

/// A log that is whole.
#[derive(Debug)]
pub struct Recovered {
	/// The rules' memory.
	pub state: State,
	/// Where to go on.
	pub position: Position,
	/// Whether a batch that was never answered had to be dropped from the end.
	pub torn: bool,
}

/// What the files are.
#[derive(Debug)]
pub enum Outcome {
	/// Whole.
	Intact(Box<Recovered>),
	/// Not whole: nothing can be taken for what was signed last.
	Damaged {
		/// What is wrong.
		reason: String,
		/// What the readable part says; the floors in it hold, but there may have been more.
		salvage: Box<State>,
	},
}

/// Read the log in `dir`.
pub fn recover(
	dir: &Path,
	identity: &Identity,
	anchor: &Anchor,
	limits: &Limits,
) -> Result<Outcome, WalError> {
	let mut numbers = segment::list(dir)?;
	let mut files = Vec::new();
	let mut newest = None;
	let mut torn = false;
	let mut damage = None;
	// Backwards to the file that holds what the vault vouches for.
	while let Some(number) = numbers.pop() {
		match segment::read(dir, number)? {
			Opened::Contents(contents) => {
				files.push(Link::new(&contents, anchor));
				newest.get_or_insert(contents);
				if files.last().is_some_and(|oldest| oldest.header.first_seq < anchor.records) {
					break;
				}
			}
			// The newest file only: its first batch was not answered.
			Opened::Unused if files.is_empty() && number > 0 => torn = true,
			Opened::Unused | Opened::Damaged => {
				damage = Some(format!("file {number:016x} of the log is damaged"));
				break;
			}
		}
	}
	files.reverse();
	let damage = damage.or_else(|| check(&files, identity, anchor));
	let state = newest.as_ref().map(|newest| replay(newest, limits)).unwrap_or_default();
	if let Some(reason) = damage {
		return Ok(Outcome::Damaged { reason, salvage: Box::new(state) });
	}
	let Some(newest) = newest else {
		return Ok(Outcome::Damaged {
			reason: "the log is missing".into(),
			salvage: Box::default(),
		});
	};
	let position = Position {
		file: newest.header.number,
		offset: newest.end as u64,
		next_seq: newest.header.first_seq + newest.records.len() as u64,
		head: newest.head,
	};
	let torn = torn || newest.tail == Tail::Torn;
	Ok(Outcome::Intact(Box::new(Recovered { state, position, torn })))
}

/// What of a file it takes to see that the next one continues it. Between two starts there may be
/// many, and their records are not needed.
struct Link {
	header: Header,
	/// Number of the record after its last.
	next_seq: u64,
	/// Hash of its last record.
	head: Hash,
	tail: Tail,
	/// Hash of the record that the vault vouches for, if it is in this file.
	vouched: Option<Hash>,
}

impl Link {
	fn new(contents: &Contents, anchor: &Anchor) -> Self {
		let vouched = anchor.records.checked_sub(1).and_then(|last| {
			let index = last.checked_sub(contents.header.first_seq)?;
			contents.records.get(usize::try_from(index).ok()?)
		});
		Self {
			header: contents.header,
			next_seq: contents.header.first_seq + contents.records.len() as u64,
			head: contents.head,
			tail: contents.tail,
			vouched: vouched.map(|(_, hash)| *hash),
		}
	}
}

/// What is wrong with files that each parse, if anything is.
fn check(files: &[Link], identity: &Identity, anchor: &Anchor) -> Option<String> {
	if files.iter().any(|file| !identity.has_written(&file.header.identity)) {
		return Some("the log belongs to another vault or chain".into());
	}
	for pair in files.windows(2) {
		let [older, newer] = pair else { continue };
		if older.tail != Tail::Clean
			|| newer.header.number != older.header.number + 1
			|| newer.header.before != older.head
			|| newer.header.first_seq != older.next_seq
		{
			return Some(format!(
				"file {:016x} of the log does not continue the one before",
				newer.header.number
			));
		}
	}
	if files.last().is_some_and(|newest| newest.tail == Tail::Damaged) {
		return Some("the end of the log is damaged".into());
	}
	match files.iter().find_map(|file| file.vouched) {
		Some(hash) if hash == anchor.head => None,
		Some(_) => Some("the log is not the one that the vault was last used with".into()),
		None if anchor.records == 0 => Some("the vault has never been used with a log".into()),
		None => Some(format!(
			"the log is older than the vault, or missing: {} records were written at its last use",
			anchor.records
		)),
	}
}

fn replay(newest: &Contents, limits: &Limits) -> State {
	let mut state = State::default();
	for (record, _) in &newest.records {
		state.apply(&record.event, record.time_ms, limits);
	}
	state
}

/// Whether a file begins as each must.
pub(super) fn begins_with_snapshot(contents: &Contents) -> bool {
	matches!(contents.records.first(), Some((record, _)) if matches!(record.event, Event::Snapshot(_)))
}
