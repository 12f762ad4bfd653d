// SPDX-License-Identifier: Apache-2.0
//! Files and TCP by Landlock: the signer's directory, the credential, nothing else.

use landlock::{
	Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
	RulesetError, RulesetStatus, Scope, ABI,
};
use std::path::Path;

/// The newest rules asked for; older kernels enforce what they know of them.
const NEWEST: ABI = ABI::V6;

pub(super) fn restrict(dir: &Path, credential: &Path) -> Result<(), String> {
	let files = AccessFs::ReadFile
		| AccessFs::ReadDir
		| AccessFs::WriteFile
		| AccessFs::MakeReg
		| AccessFs::RemoveFile
		| AccessFs::Truncate;
	let dir = PathFd::new(dir).map_err(|error| error.to_string())?;
	let credential = PathFd::new(credential).map_err(|error| error.to_string())?;
	let restricted = || {
		Ruleset::default()
			.handle_access(AccessFs::from_all(NEWEST))?
			.handle_access(AccessNet::from_all(NEWEST))?
			.scope(Scope::from_all(NEWEST))?
			.create()?
			.add_rule(PathBeneath::new(dir, files))?
			.add_rule(PathBeneath::new(credential, AccessFs::ReadFile))?
			.restrict_self()
	};
	let status = restricted().map_err(|error: RulesetError| error.to_string())?;
	match status.ruleset {
		RulesetStatus::NotEnforced => Err("the kernel has no Landlock".into()),
		_ => Ok(()),
	}
}
