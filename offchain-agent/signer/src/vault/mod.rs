// SPDX-License-Identifier: Apache-2.0
//! The vault: one file with all keys, sealed in three sections, one a class.
//!
//! # What it promises
//!
//! - Consensus and agent sections open with the credential, the operator's with the passphrase; a
//!   wrong one and a section that was damaged look the same.
//! - Every byte of the file is authenticated, and no section can be exchanged for one of another
//!   vault, class or time: the consensus section names the other two by their digests.
//! - It names its chain once, and no chain before that; naming it takes both secrets.
//! - It is replaced as a whole or not at all, with 0600 from its creation on, and survives a power
//!   failure at any moment as the old or the new one.
//!
//! # Accepted trade-offs
//!
//! An old vault with its own old credential still opens. Its log then is newer than the vault,
//! which loses keys made since, but no memory of what was signed.

mod file;
mod format;
mod seal;

pub use file::{Vault, VaultError};
pub use format::{Class, Consensus, Entry};
pub use seal::{Kdf, SectionKey};
