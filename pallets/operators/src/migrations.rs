// SPDX-License-Identifier: Apache-2.0

//! Storage migrations.
//!
//! Version 1 is the first, written at genesis. A change of what is stored brings a module here with
//! the old types, and a `VersionedMigration` from the version before.
