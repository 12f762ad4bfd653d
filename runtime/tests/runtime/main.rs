// SPDX-License-Identifier: Apache-2.0

//! The runtime as a whole, through `Executive`, with real signatures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod consensus;
mod fees;
mod format;
mod metadata;
mod network;
mod presets;
mod receipts;
mod signatures;
