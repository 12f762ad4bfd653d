// SPDX-License-Identifier: Apache-2.0
//! The operator's agent: observes the node, writes down what it sees and does, and proves it on
//! chain.
//!
//! # What it promises
//!
//! - **Written before done.** A receipt is numbered, chained, signed through the signer and flushed
//!   before the act it announces ([`journal`], [`log`]).
//! - **Nothing lost, nothing doubled**, through crashes, reorganisations, nonce races, runtime
//!   upgrades and hours without a chain ([`outbox`], [`sender`]).
//! - **Done means final and proven.** A receipt is settled when its batch is in a finalized block
//!   and its whole proof is on this disk, verified ([`proofs`]).
//! - **No key.** Every signature is the signer's, which decodes what it signs; those of the operator's
//!   own key come through files, without the agent being able to ask for them ([`signing`]).
//! - **It fails closed and says why**: `status`, `doctor`, the log of the process.
//!
//! # Layers
//!
//! [`outbox`] and [`health`] are pure. [`journal`] and [`sender`] work on traits for chain, signer
//! and clock ([`chain::Chain`], [`signer::Signer`], [`clock::Clock`]) and real files. [`run`] binds
//! them to a node, a signer and the system's clock and supervises the tasks.
//!
//! Byte layouts are in FORMATS.md, "Operational log" and "Agent".

#![cfg_attr(
	test,
	allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)
)]

pub mod chain;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod control;
pub mod durable;
#[cfg(test)]
mod fakes;
pub mod health;
pub mod hexed;
pub mod journal;
pub mod log;
pub mod metrics;
pub mod outbox;
pub mod proofs;
pub mod recorder;
pub mod run;
pub mod sender;
pub mod signer;
pub mod signing;
pub mod state_dir;
pub mod status;
pub mod supervisor;
