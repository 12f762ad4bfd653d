// SPDX-License-Identifier: Apache-2.0

//! Chain specs of the QuantumHarmony networks.
//!
//! A spec is built from a genesis preset of the runtime through the runtime's own `GenesisBuilder`
//! API, so nothing about a network is known here that its wasm does not say.
//!
//! - [`network`]: the networks and what tells them apart;
//! - [`spec`]: builds and reads specs;
//! - [`genesis`]: hashes of a genesis;
//! - [`pins`]: the hashes that are pinned, and their check;
//! - [`imports`]: what a runtime's wasm imports from its host;
//! - [`validators`]: the validators of a genesis, with proofs that somebody holds their keys.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod genesis;
pub mod imports;
pub mod network;
pub mod pins;
pub mod spec;
pub mod validators;
