// SPDX-License-Identifier: Apache-2.0
//! `log verify`.

use super::print;
use crate::{
	config::{Config, Paths},
	wal,
};
use anyhow::{bail, Context};
use std::path::Path;

/// Verify the log's files; the signer may run meanwhile.
pub(super) fn verify(dir: &Path) -> anyhow::Result<()> {
	let config = Config::load(dir)?;
	let log = Paths::new(dir).log();
	match wal::verify(&log, &config.limits).context("cannot verify")? {
		Ok(found) => {
			if found.first_file > 0 {
				print::line(format!("files before {:016x} are archived", found.first_file));
			}
			if found.torn {
				print::line("the end was cut short and never answered: not counted");
			}
			print::line(format!(
				"{} records in {} files verify, {} of them signatures; head {}",
				found.records,
				found.files,
				found.signed,
				print::hexadecimal(&found.head)
			));
			Ok(())
		}
		Err(what) => bail!("the log in {} does not verify: {what}", log.display()),
	}
}
