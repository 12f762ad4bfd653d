// SPDX-License-Identifier: Apache-2.0
//! Secrets from standard input: never an argument, never the environment.

use anyhow::{bail, Context};
use rustix::termios::{tcgetattr, tcsetattr, LocalModes, OptionalActions, Termios};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use zeroize::Zeroizing;

/// Longest line.
const MAX: u64 = 4096;

/// One line of standard input, without its end. On a terminal it is asked for and not shown.
pub(super) fn read_line(prompt: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
	let stdin = io::stdin();
	let _hidden = stdin.is_terminal().then(|| Hidden::ask(prompt)).transpose()?;
	let mut line = Zeroizing::new(Vec::with_capacity(MAX as usize));
	stdin.lock().take(MAX).read_until(b'\n', &mut line).context("cannot read standard input")?;
	while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
		line.pop();
	}
	if line.is_empty() {
		bail!("{prompt} is expected as a line on standard input");
	}
	Ok(line)
}

/// A new secret of at least `least` bytes. On a terminal, where nobody sees what is typed, it is asked
/// for twice.
pub(super) fn read_new(prompt: &str, least: usize) -> anyhow::Result<Zeroizing<Vec<u8>>> {
	let secret = read_line(prompt)?;
	if secret.len() < least {
		bail!("a passphrase has at least {least} bytes");
	}
	if io::stdin().is_terminal() && *read_line(&format!("{prompt} again"))? != *secret {
		bail!("the two passphrases differ: nothing was made");
	}
	Ok(secret)
}

/// What is left of standard input, unless that is a terminal.
pub(super) fn read_rest() -> anyhow::Result<Zeroizing<Vec<u8>>> {
	let stdin = io::stdin();
	let mut rest = Zeroizing::new(Vec::with_capacity(MAX as usize));
	if !stdin.is_terminal() {
		stdin.lock().take(MAX).read_to_end(&mut rest).context("cannot read standard input")?;
	}
	Ok(rest)
}

/// A terminal that does not echo, until dropped.
struct Hidden(Termios);

impl Hidden {
	fn ask(prompt: &str) -> anyhow::Result<Self> {
		let mut error = io::stderr();
		write!(error, "{prompt}: ").and_then(|()| error.flush()).context("cannot ask")?;
		let before = tcgetattr(io::stdin()).context("cannot control the terminal")?;
		let mut silent = before.clone();
		silent.local_modes.remove(LocalModes::ECHO);
		tcsetattr(io::stdin(), OptionalActions::Now, &silent)
			.context("cannot control the terminal")?;
		Ok(Self(before))
	}
}

impl Drop for Hidden {
	fn drop(&mut self) {
		let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
		let _ = writeln!(io::stderr());
	}
}
