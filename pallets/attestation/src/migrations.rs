// SPDX-License-Identifier: Apache-2.0

//! Migrations of the pallet's storage, oldest first, for the runtime's `SingleBlockMigrations`.
//!
//! Version 1 is the first. A change of what is stored raises [`crate::pallet::STORAGE_VERSION`],
//! freezes the old types in a module named for their version, and adds a
//! `frame_support::migrations::VersionedMigration` to [`Migrations`], whose `pre_upgrade` and
//! `post_upgrade` compare counts.

/// All migrations. None so far.
pub type Migrations = ();
