// SPDX-License-Identifier: Apache-2.0
//! Verification of a whole log, from the files alone.

use super::{
	recover::begins_with_snapshot,
	segment::{self, Opened, Tail},
	WalError,
};
use crate::rules::{Event, Limits, State};
use qh_signer_client::Hash;
use std::path::Path;

/// A log in which every record follows from the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
	/// Number of the first file: later than 0 where earlier ones were archived.
	pub first_file: u64,
	/// Files read.
	pub files: u64,
	/// Records read.
	pub records: u64,
	/// Records that stand for signatures.
	pub signed: u64,
	/// Hash of the last record.
	pub head: Hash,
	/// Whether the end holds a batch that was cut short and never answered.
	pub torn: bool,
}

/// Verify the log in `dir`. The inner error is the first thing that is wrong.
pub fn verify(dir: &Path, limits: &Limits) -> Result<Result<Verified, String>, WalError> {
	let numbers = segment::list(dir)?;
	let Some((first_file, last_file)) = numbers.first().copied().zip(numbers.last().copied())
	else {
		return Ok(Err("there is no log".into()));
	};
	let mut verified =
		Verified { first_file, files: 0, records: 0, signed: 0, head: [0; 32], torn: false };
	let mut state = State::default();
	let mut before: Option<(Hash, u64)> = None;
	for number in numbers {
		let contents = match segment::read(dir, number)? {
			Opened::Contents(contents) => contents,
			Opened::Unused if number == last_file && verified.files > 0 => {
				verified.torn = true;
				break;
			}
			_ => return Ok(Err(format!("file {number:016x} is damaged"))),
		};
		let header = contents.header;
		let continues = before.is_none_or(|expected| (header.before, header.first_seq) == expected)
			&& number == first_file + verified.files;
		if !continues {
			return Ok(Err(format!("file {number:016x} does not continue the one before")));
		}
		if !begins_with_snapshot(&contents) {
			return Ok(Err(format!("file {number:016x} does not begin with a snapshot")));
		}
		for (record, _) in &contents.records {
			match &record.event {
				Event::Snapshot(snapshot) if before.is_some() && differ(snapshot, &state) => {
					return Ok(Err(format!(
						"record {} is not the state that the records before it lead to",
						record.seq
					)))
				}
				Event::Aura { .. }
				| Event::Grandpa { .. }
				| Event::Transaction { .. }
				| Event::Statement { .. } => verified.signed += 1,
				Event::Receipts { ids, .. } => verified.signed += ids.len() as u64,
				_ => {}
			}
			state.apply(&record.event, record.time_ms, limits);
		}
		match contents.tail {
			Tail::Clean => {}
			Tail::Torn if number == last_file => verified.torn = true,
			_ => {
				let end = header.first_seq + contents.records.len() as u64;
				return Ok(Err(format!("record {end} in file {number:016x} is damaged")));
			}
		}
		verified.files += 1;
		verified.records += contents.records.len() as u64;
		verified.head = contents.head;
		before = Some((contents.head, header.first_seq + contents.records.len() as u64));
	}
	Ok(Ok(verified))
}

/// Budgets are left out: they depend on the limits that were configured at the time.
fn differ(one: &State, other: &State) -> bool {
	let without_budgets = |state: &State| State { buckets: Default::default(), ..state.clone() };
	without_budgets(one) != without_budgets(other)
}
