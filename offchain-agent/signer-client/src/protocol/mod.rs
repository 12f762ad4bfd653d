// SPDX-License-Identifier: Apache-2.0
//! Requests and answers of each role's socket.
//!
//! A frame is `u32 LE length ‖ SCALE(body)` with at most [`MAX_FRAME`] bytes of body. The client's
//! body is an [`Envelope`] of the role's request, the signer's an [`Answer`] with the same id. Enum
//! indices and field order are wire format: variants are only ever appended.

mod admin;
mod agent;
mod keys;
mod node;
mod statements;
mod status;

pub use admin::{AdminRequest, AdminResponse, LeaseId};
pub use agent::{AgentRequest, AgentResponse};
pub use keys::{KeyClass, KeyInfo, KeyRole, KeySpec, SessionKeys};
pub use node::{NodeRequest, NodeResponse};
pub use statements::{MetadataProof, RegistrationStatement, Release, TransactionRequest};
pub use status::{Horizon, LogStatus, SandboxCheck, Status};

use crate::Refusal;
use codec::{Decode, Encode};
pub use qh_crypto::falcon512::{PUBLIC_LEN, SIGNATURE_LEN};

/// Version of this protocol, reported in [`Status`].
pub const PROTOCOL_VERSION: u16 = 1;
/// Most bytes in the body of a frame. (The header of a block that announces a session of 256
/// authorities takes 461 kB.)
pub const MAX_FRAME: usize = 1 << 20;
/// Most receipts in one request: their signatures fit in one answer.
pub const MAX_RECEIPTS: usize = 1024;

/// A 32-byte hash.
pub type Hash = [u8; 32];
/// An account: `blake2_256("qh/account/v1" ‖ scheme index ‖ public key)`.
pub type AccountId = [u8; 32];
/// A Falcon-512 public key.
pub type FalconPublic = [u8; PUBLIC_LEN];
/// A Falcon-512 signature in its padded form.
pub type FalconSignature = [u8; SIGNATURE_LEN];

/// A request with the number under which it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Envelope<T> {
	/// Chosen by the client; the answer repeats it.
	pub id: u64,
	/// The role's request.
	pub body: T,
}

/// An answer to the request with the same id.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer<T> {
	/// The request's id; 0 where the request could not be read at all.
	pub id: u64,
	/// What was asked for, or why not.
	pub result: Result<T, Refusal>,
}
