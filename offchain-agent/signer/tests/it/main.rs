// SPDX-License-Identifier: Apache-2.0
//! The signer as its users meet it: the real program, its sockets and its files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod abuse;
mod concurrency;
mod disk;
mod garbage;
mod genesis;
mod harness;
mod keys;
mod kills;
mod legacy;
mod lock;
mod log;
mod quarantine;
mod sign;
mod start;
mod transactions;
mod vectors;
