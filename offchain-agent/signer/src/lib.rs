// SPDX-License-Identifier: Apache-2.0
//! qh-signer: the process that alone holds a validator's keys.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
pub mod clock;
pub mod config;
pub mod decode;
mod keyring;
pub mod memory;
mod metrics;
pub mod rules;
pub mod service;
pub mod signer;
pub mod vault;
pub mod wal;
