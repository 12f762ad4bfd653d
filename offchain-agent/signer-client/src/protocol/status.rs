// SPDX-License-Identifier: Apache-2.0
//! The signer's state.

use super::Hash;
#[cfg(doc)]
use super::PROTOCOL_VERSION;
use codec::{Decode, Encode};

/// A place in finality's progress. Ordered by set first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub struct Horizon {
	/// Authority set.
	pub set_id: u64,
	/// Round within it.
	pub round: u64,
}

/// State of the signer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Status {
	/// [`PROTOCOL_VERSION`] of the signer.
	pub protocol: u16,
	/// The program's version.
	pub version: String,
	/// The chain that its keys are bound to.
	pub genesis: Hash,
	/// Whether keys are out of memory.
	pub locked: bool,
	/// Why consensus keys hold back, if they do.
	pub quarantine: Option<String>,
	/// The furthest round voted in by any key. A node that is not past it (a database that was lost
	/// replays old rounds) must follow as a non-voter until it is.
	pub horizon: Option<Horizon>,
	/// The last slot signed by any key.
	pub last_slot: Option<u64>,
	/// State of the log.
	pub log: LogStatus,
	/// What the sandbox's self-test found.
	pub sandbox: Vec<SandboxCheck>,
	/// Seconds left of the operator's session, if there is one.
	pub lease_seconds: Option<u32>,
	/// Signatures given since the start.
	pub signed: u64,
	/// Requests refused since the start.
	pub refused: u64,
}

/// State of the signer's log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LogStatus {
	/// Records written.
	pub records: u64,
	/// Hash of the last one.
	pub head: Hash,
	/// How often the vault and the log have been opened together.
	pub generation: u64,
	/// What keeps it from being written, if anything does.
	pub error: Option<String>,
}

/// One check of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SandboxCheck {
	/// What was tried.
	pub name: String,
	/// Whether it was denied, as it must be.
	pub holds: bool,
	/// What was seen.
	pub detail: String,
}
