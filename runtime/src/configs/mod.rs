// SPDX-License-Identifier: Apache-2.0

//! Configuration of the pallets, one file a theme.

pub mod consensus;
pub mod fees;
pub mod operators;
pub mod receipts;
pub mod system;
