// SPDX-License-Identifier: Apache-2.0
//! Memory for secrets: pages that nothing outside this process can read, and that are wiped.
//!
//! Invariants: a [`SecretBuf`] is overwritten before its bytes are given out again; nothing here
//! implements `Debug` over content; when the arena is dropped its pages are wiped and unmapped.

mod arena;
mod pages;

pub use arena::{ArenaFull, SecretArena, SecretBuf};
pub use pages::{scrub_stack, PageKind, PagesError};
