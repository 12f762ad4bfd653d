// SPDX-License-Identifier: Apache-2.0

//! Keys of the development accounts. Everybody can compute them: development presets only.

use crate::blake2_256;

/// Names of the development accounts.
pub const NAMES: [&str; 6] = ["alice", "bob", "charlie", "dave", "eve", "ferdie"];

/// Roles of keys: the operator's account, its agent's account, and the two session keys.
pub const ROLES: [&str; 4] = ["account", "agent", "aura", "grandpa"];

/// The seed of a development key: `blake2_256("qh/dev-seed/v1" ‖ "<name>/<role>")`.
///
/// The keys of [`NAMES`] and [`ROLES`] are Falcon-512 keys of these seeds.
pub fn dev_seed(name: &str, role: &str) -> [u8; 32] {
	blake2_256(&[b"qh/dev-seed/v1", name.as_bytes(), b"/", role.as_bytes()].concat())
}

/// The Falcon-512 key pair of a development account.
#[cfg(feature = "sign")]
pub fn keypair(name: &str, role: &str) -> crate::Keypair {
	crate::Keypair::from_seed(crate::Scheme::Falcon512, &dev_seed(name, role))
}
