// SPDX-License-Identifier: Apache-2.0
//! qh-signer: the process that alone holds a validator's keys.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
pub mod decode;
pub mod memory;
pub mod rules;
pub mod vault;
pub mod wal;
