// SPDX-License-Identifier: Apache-2.0
//! The sandbox that the signer puts itself in, and the proof that it holds.
//!
//! In this order: [`leave_network`] and [`harden`] before any secret is read and any thread exists,
//! [`confine`] when every file and socket is open. Then [`self_test()`] tries what must fail. A part
//! that this kernel lacks is an error, unless the configuration allows it by name.

mod landlock;
mod network;
mod seccomp;
mod self_test;

pub use self_test::{part_of, self_test};

use crate::config::SandboxPart;
use qh_signer_client::SandboxCheck;
use rustix::{
	process::{
		dumpable_behavior, getrlimit, set_dumpable_behavior, setrlimit, DumpableBehavior, Resource,
		Rlimit,
	},
	thread::{CapabilitySet, CapabilitySets},
};
use std::path::Path;

/// A part of the sandbox that is not in force.
#[derive(Debug, thiserror::Error)]
#[error(
	"the sandbox lacks {part:?}: {what}. If this host cannot have it, allow that in config.toml: \
	 [sandbox] allow_missing = [{name:?}]"
)]
pub struct Missing {
	/// The part.
	pub part: SandboxPart,
	/// Its name in the configuration.
	pub name: &'static str,
	/// What was seen.
	pub what: String,
}

impl Missing {
	/// A missing part.
	pub fn new(part: SandboxPart, what: impl ToString) -> Self {
		let name = match part {
			SandboxPart::Landlock => "landlock",
			SandboxPart::Seccomp => "seccomp",
			SandboxPart::NetworkNamespace => "network-namespace",
			SandboxPart::SecretMemory => "secret-memory",
		};
		Self { part, name, what: what.to_string() }
	}

	/// Nothing, if the configuration allows the part to be missing.
	pub fn unless_allowed(self, allowed: &[SandboxPart]) -> Result<(), Self> {
		if allowed.contains(&self.part) {
			tracing::warn!(part = self.name, what = %self.what, "missing, as the configuration allows");
			return Ok(());
		}
		Err(self)
	}
}

/// Move to a network namespace without a network. Before any other thread exists.
pub fn leave_network(identity_only: bool) -> Result<(), Missing> {
	network::leave(identity_only)
		.map_err(|error| Missing::new(SandboxPart::NetworkNamespace, error))
}

/// No core dumps, and no other process of this user that reads memory or attaches.
pub fn harden() -> std::io::Result<SandboxCheck> {
	let none = Rlimit { current: Some(0), maximum: Some(0) };
	setrlimit(Resource::Core, none)?;
	set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
	let holds =
		getrlimit(Resource::Core) == none && dumpable_behavior()? == DumpableBehavior::NotDumpable;
	let detail = "PR_SET_DUMPABLE and RLIMIT_CORE are 0".into();
	Ok(SandboxCheck { name: "core-dump".into(), holds, detail })
}

/// Give up privileges, files outside `dir`, and system calls that are not needed. Whatever fails is
/// reported; the rest is in force. From here on only `dir` and `credential` can be opened.
pub fn confine(dir: &Path, credential: &Path) -> Vec<Missing> {
	let mut missing = Vec::new();
	if let Err(what) = landlock::restrict(dir, credential) {
		missing.push(Missing::new(SandboxPart::Landlock, what));
	}
	if let Err(what) =
		drop_capabilities().map_err(|e| e.to_string()).and_then(|()| seccomp::apply())
	{
		missing.push(Missing::new(SandboxPart::Seccomp, what));
	}
	missing
}

fn drop_capabilities() -> std::io::Result<()> {
	rustix::thread::set_no_new_privs(true)?;
	let none = CapabilitySet::empty();
	let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
	rustix::thread::set_capabilities(None, sets)?;
	Ok(())
}
