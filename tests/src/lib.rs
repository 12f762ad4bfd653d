// SPDX-License-Identifier: Apache-2.0
//! What the end-to-end tests and `make run` share: real processes of the real binaries, on free
//! ports, in temporary folders, gone when the test ends.
//!
//! Nothing here uses the project's own clients to look at a chain: a test sees what any stranger's
//! JSON-RPC client sees.

pub mod agent;
pub mod careless_signer;
pub mod client;
pub mod network;
pub mod ports;
pub mod process;
pub mod rpc;
pub mod validator;
