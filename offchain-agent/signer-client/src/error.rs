// SPDX-License-Identifier: Apache-2.0
//! What can go wrong between a caller and the signer.

use crate::{Refusal, RefusalCode};
use std::{io, path::PathBuf};

/// Failure of a call to the signer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// No connection, or it broke.
	#[error("cannot reach the signer at {}: {source}", path.display())]
	Unreachable {
		/// The socket.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
	/// No answer within the deadline. What was asked for may have been signed and logged: the same
	/// request again gets the same answer.
	#[error("no answer from the signer at {} within the deadline", path.display())]
	Timeout {
		/// The socket.
		path: PathBuf,
	},
	/// The signer refused.
	#[error("the signer refused: {0}")]
	Refused(Refusal),
	/// The peer does not speak this protocol.
	#[error("protocol error: {0}")]
	Protocol(String),
}

impl Error {
	/// Whether waiting and asking again is right: the signer is away, slow or briefly unable.
	pub fn is_passing(&self) -> bool {
		match self {
			Self::Unreachable { .. } | Self::Timeout { .. } => true,
			Self::Refused(refusal) => refusal.reason().is_some_and(RefusalCode::is_passing),
			Self::Protocol(_) => false,
		}
	}

	/// Whether the signer is locked or quarantined: a node reports no keys then.
	pub fn is_holding_back(&self) -> bool {
		self.reason().is_some_and(RefusalCode::is_holding_back)
	}

	/// The reason of a refusal.
	pub fn reason(&self) -> Option<RefusalCode> {
		match self {
			Self::Refused(refusal) => refusal.reason(),
			_ => None,
		}
	}
}
