// SPDX-License-Identifier: Apache-2.0
//! End-to-end tests: the real binaries as an operator starts them. One binary, one concept a module.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod classical;
mod equivocation;
mod feeless;
mod finality;
mod invitation;
mod own_network;
mod receipts;
mod transfer;
mod upgrade;
mod volume;
