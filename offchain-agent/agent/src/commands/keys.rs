// SPDX-License-Identifier: Apache-2.0
//! `qh-agent keys rotate`

#![allow(clippy::print_stdout, reason = "the answer of a command")]

use crate::{
	cli::{Answer, ConfigArgs},
	control::{Client, Request, Response},
};
use anyhow::{bail, Context};

/// Has the running agent rotate the session keys.
pub(super) async fn rotate(args: ConfigArgs) -> anyhow::Result<Answer> {
	let (_, state, _) = super::open(&args)?;
	let mut client = Client::connect(&state.socket())
		.await
		.context("is the agent running? `qh-agent run` starts it")?;
	match client.ask(&Request::RotateSessionKeys {}).await.context("the agent did not answer")? {
		Response::Rotated { session_keys } => {
			println!("session keys {session_keys} are on chain, in force after the next session");
			Ok(Answer::Yes)
		}
		Response::Error { message, .. } => bail!("{message}"),
		_ => bail!("the agent answered something else"),
	}
}
