// SPDX-License-Identifier: Apache-2.0
//! `qh-agent log verify`

#![allow(clippy::print_stdout, reason = "the answer of a command")]

use crate::{
	cli::{Answer, LogVerifyArgs},
	hexed,
	log::{self, LogError, Owner},
};
use anyhow::Context;
use std::path::PathBuf;

/// Checks every line of the log.
pub(super) fn verify(args: LogVerifyArgs) -> anyhow::Result<Answer> {
	let (path, owner, agent_public) = subject(args)?;
	// A running agent may be in the middle of a write: an unfinished end is told, not refused.
	match log::verify(&path, owner, &agent_public, true) {
		Ok(found) => {
			println!(
				"ok: {} receipts, head {}",
				found.head.next_seq,
				hexed::encode(&found.head.head)
			);
			if found.tail > 0 {
				println!("note: {} bytes of an unfinished write follow", found.tail);
			}
			Ok(Answer::Yes)
		}
		Err(error @ LogError::Damaged { .. }) => {
			println!("NOT OK: {error}");
			Ok(Answer::No)
		}
		Err(error) => Err(error.into()),
	}
}

fn subject(args: LogVerifyArgs) -> anyhow::Result<(PathBuf, Owner, Vec<u8>)> {
	match (args.file, args.genesis, args.operator, args.agent_public) {
		(Some(file), Some(genesis), Some(operator), Some(public)) => {
			let public = hexed::decode(&public).context("--agent-public")?;
			Ok((file, Owner { genesis, operator }, public))
		}
		_ => {
			let (_, state, identity) = super::open(&args.config)?;
			Ok((state.log(), identity.owner, identity.agent_public.to_vec()))
		}
	}
}
