// SPDX-License-Identifier: Apache-2.0
//! The protocol of the QuantumHarmony signer, and the client that node, agent and the operator's
//! tools share.
//!
//! # What it promises
//!
//! - One type a request: the signer decodes everything it signs, there is no call that signs bytes.
//!   (The one exception is the operator's own key within an operator's session, under its own
//!   domain tag.)
//! - Two kinds of failure stay apart: the signer could not be asked ([`Error::is_passing`]: wait and
//!   ask again) or it refused ([`Refusal`]: a reason code; asking again changes nothing, unless
//!   [`RefusalCode::is_passing`] says so).
//! - Every call has a deadline, every frame a bound, and a broken connection is replaced on the next
//!   call. Clients are `Send + Sync`; calls of several threads run beside each other.
//!
//! # Layout
//!
//! | module | concept |
//! |---|---|
//! | [`account`] | accounts as people write them |
//! | [`protocol`] | requests and answers, one file a role |
//! | [`refusal`] | reasons for which the signer says no |
//! | [`frame`] | bounded, length-prefixed frames |
//! | [`transport`] | connections, deadlines, reconnecting |
//! | [`node`], [`agent`], [`admin`] | the typed clients |
//!
//! Byte layouts are in `primitives/FORMATS.md`.
//!
//! # Accepted trade-offs
//!
//! Blocking sockets and no async runtime: a signature is one round trip of a few milliseconds, and
//! the node calls from the synchronous keystore trait. Async callers use their own blocking pool.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod account;
pub mod admin;
pub mod agent;
mod error;
pub mod frame;
pub mod node;
pub mod protocol;
pub mod refusal;
pub mod transport;

pub use account::{parse_account, to_address, NoAccount};
pub use admin::AdminClient;
pub use agent::AgentClient;
pub use error::Error;
pub use node::NodeClient;
pub use protocol::{
	AccountId, Hash, Horizon, KeyClass, KeyInfo, KeyRole, LogStatus, MetadataProof,
	RegistrationStatement, SandboxCheck, SessionKeys, Status, TransactionRequest,
};
pub use refusal::{Refusal, RefusalCode};

/// Name of the directory, within the signer's, that holds the sockets.
pub const SOCKET_DIR: &str = "run";
/// File names of the sockets, one a role.
pub mod socket {
	/// Consensus signatures, for the node.
	pub const NODE: &str = "node.sock";
	/// Transactions and receipts, for the agent.
	pub const AGENT: &str = "agent.sock";
	/// Keys, lock and sessions, for the operator.
	pub const ADMIN: &str = "admin.sock";
	/// Metrics, read only.
	pub const METRICS: &str = "metrics.sock";
}

/// The socket of a role: within the signer's directory, within its socket directory, or `at` itself.
fn socket_path(at: &std::path::Path, name: &str) -> std::path::PathBuf {
	if at.extension().is_some_and(|extension| extension == "sock") {
		at.to_path_buf()
	} else if at.file_name().is_some_and(|last| last == SOCKET_DIR) {
		at.join(name)
	} else {
		at.join(SOCKET_DIR).join(name)
	}
}
