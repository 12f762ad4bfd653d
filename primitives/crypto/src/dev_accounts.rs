// SPDX-License-Identifier: Apache-2.0

//! Accounts and session keys of the development accounts, for genesis presets.
