// SPDX-License-Identifier: Apache-2.0

//! Measured weights of this runtime.
//!
//! The files of numbers are generated; each names the command that made it. What is not measured
//! here yet comes from the pallets' own generated files, which were measured on polkadot-sdk's
//! reference machine.

pub mod overhead;
pub mod pallet_grandpa;
pub mod verification;
