// SPDX-License-Identifier: Apache-2.0
//! The write-ahead log: at once what the rules remember and the audit trail.
//!
//! # What it promises
//!
//! - A record is on the disk before anything that it stands for leaves the process: callers append,
//!   then wait ([`Wal::durable`]), then sign.
//! - Records are hash-chained over all files; a record that was changed, dropped or moved is found.
//! - A failing disk loses nothing: what could not be written stays queued in its place, nothing new
//!   is accepted meanwhile, and writing goes on where it stopped.
//! - What is not whole is not guessed: [`recover()`] either gives the state that decided, or says
//!   what is wrong, and the caller quarantines.
//!
//! # A torn end
//!
//! Files are filled with zeros before they are used, and a batch is answered only after it was
//! flushed. So a batch that a power failure cut short has at least one sector that still holds
//! zeros; such an end was never answered and is dropped. An end that does not parse and has no such
//! sector was damaged after it was written: quarantine.
//!
//! # Files that are full
//!
//! Nothing removes files: the log is the audit trail. A file that a newer one follows is never
//! written again. While the signer is stopped, all but the newest may be archived after an orderly
//! stop; after any other end, those that were full before the last start. They are moved elsewhere
//! from the oldest on, without gaps, and kept: a start reads back to the record that the vault
//! vouches for and no further, and [`verify()`] begins with the oldest file it finds.
//!
//! # Accepted trade-offs
//!
//! Whoever can write the directory while the signer is stopped can cut whole records from the end,
//! up to what the vault vouches for (the log's head at the last start or orderly stop). The vault's
//! generation finds older logs; a copy of both from the same moment is found by the place they are
//! in, not by their content.

mod format;
mod recover;
mod segment;
mod verify;
mod writer;

pub use format::{Identity, HEADER_LEN, MAX_RECORD, NO_CHAIN};
pub use recover::{recover, Anchor, Outcome, Position, Recovered};
pub use verify::{verify, Verified};
pub use writer::Wal;

use std::{io, path::PathBuf};

/// The log cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("log {}: {source}", path.display())]
pub struct WalError {
	/// Where.
	pub path: PathBuf,
	/// Why.
	pub source: io::Error,
}

impl WalError {
	fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		let path = path.into();
		move |source| Self { path, source }
	}
}
