// SPDX-License-Identifier: Apache-2.0
//! qh-signer: the process that alone holds a validator's keys.
//!
//! # What it promises
//!
//! - **What cannot be decoded is not signed.** Each kind of request has its own type, decoder and
//!   domain tag; no socket signs bytes, but for the operator's own key under a tag that nothing on
//!   chain accepts.
//! - **Nothing is signed twice for one place**: one block a slot, one target a round and type, one
//!   receipt a sequence number. The memory of it is a flushed log, written before the signature is
//!   made; if that memory is missing, older, torn or foreign, keys hold back.
//! - **Keys stay inside**: sealed at rest, in pages that nothing else can read at run time, in a
//!   process without network, files or programs.
//! - **Locked is locked**: nothing is answered that a key signed, also over restarts, keys leave
//!   memory, and no request brings them back but the operator's passphrase.
//!
//! # Layout, by trust boundary
//!
//! | module | concept |
//! |---|---|
//! | [`service`] | sockets, peers, frames: bytes of strangers |
//! | [`decode`] | from bytes to what they mean, or refusal |
//! | [`rules`] | may it be signed: pure, exhaustively tested |
//! | [`wal`] | the memory that the rules need, and the audit trail |
//! | [`signer`] | check, record, flush, sign, verify, answer |
//! | `answers` | the last signatures, so that a restart changes none |
//! | [`vault`] | keys at rest |
//! | [`memory`] | keys in use: the only `unsafe` code |
//! | [`sandbox`] | what the process gives up |
//! | [`mod@run`], [`mod@init`], [`config`], [`cli`] | the program around it |
//!
//! # Accepted trade-offs
//!
//! - A refusal costs a slot or a vote. The rules prefer that to any doubt, and honest requests after
//!   it are still answered.
//! - Whoever can read the credential and the vault has session keys and the agent's: a validator that
//!   restarts without a person cannot do better without a TPM.
//! - Figures that the log cannot know (where finality stands after the log was lost) come from the
//!   operator.
//!
//! - A vault may be made before its chain: it then is served to nobody, and its keys sign proofs of
//!   possession only, until `bind` names the chain, once.
//!
//! Byte layouts of protocol, vault and log are in `primitives/FORMATS.md`.

#![cfg_attr(
	test,
	allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)
)]

mod answers;
pub mod cli;
pub mod clock;
pub mod config;
pub mod decode;
pub mod init;
mod keyring;
pub mod memory;
mod metrics;
pub mod rules;
pub mod run;
pub mod sandbox;
pub mod service;
pub mod signer;
pub mod vault;
pub mod wal;
