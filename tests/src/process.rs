// SPDX-License-Identifier: Apache-2.0
//! A child process of a test: its output goes to a file that can be awaited and read, and it does
//! not outlive the test.

use anyhow::{bail, Context, Result};
use rustix::process::{kill_process, Pid, Signal};
use std::{
	ffi::OsStr,
	fs::File,
	io::{Read, Seek, SeekFrom},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};

/// How often the output file is looked at while a line is awaited.
const POLL: Duration = Duration::from_millis(20);

/// Where the binaries of this build are: beside the running test or binary.
pub fn binary(name: &str) -> Result<PathBuf> {
	let exe = std::env::current_exe().context("this program's own path")?;
	let found = exe
		.ancestors()
		.skip(1)
		.take(2)
		.map(|dir| dir.join(name))
		.find(|path| path.is_file())
		.with_context(|| {
			format!("{name} is not beside {}: build the workspace with `make build`", exe.display())
		})?;
	Ok(found)
}

/// A running child process.
#[derive(Debug)]
pub struct Process {
	name: String,
	child: Child,
	log: PathBuf,
	/// Where this process's output begins in the log, which earlier ones have written to.
	begin: u64,
}

impl Process {
	/// Starts `name` from this build with `args`; its output is appended to `log`.
	pub fn start<I, S>(name: &str, args: I, log: &Path) -> Result<Self>
	where
		I: IntoIterator<Item = S>,
		S: AsRef<OsStr>,
	{
		let mut command = Command::new(binary(name)?);
		command.args(args);
		Self::start_command(name, command, log)
	}

	/// Starts any command the same way.
	pub fn start_command(name: &str, mut command: Command, log: &Path) -> Result<Self> {
		let output = File::options()
			.create(true)
			.append(true)
			.open(log)
			.with_context(|| format!("cannot open {}", log.display()))?;
		let begin = output.metadata()?.len();
		let child = command
			.stdin(Stdio::null())
			.stdout(output.try_clone()?)
			.stderr(output)
			.spawn()
			.with_context(|| format!("cannot start {name}"))?;
		Ok(Self { name: name.to_owned(), child, log: log.to_owned(), begin })
	}

	/// The operating system's id of the process.
	pub fn pid(&self) -> u32 {
		self.child.id()
	}

	/// Where its output goes.
	pub fn log(&self) -> &Path {
		&self.log
	}

	/// Everything that this process and earlier ones have written to the log.
	pub fn output(&self) -> String {
		std::fs::read_to_string(&self.log).unwrap_or_default()
	}

	/// Whether it still runs.
	pub fn is_running(&mut self) -> bool {
		matches!(self.child.try_wait(), Ok(None))
	}

	/// Waits until a line of the output contains `needle` and returns that line.
	///
	/// Errors when the process ends first, or after `deadline`, with the end of its output.
	pub async fn wait_for_line(&mut self, needle: &str, deadline: Duration) -> Result<String> {
		let until = Instant::now() + deadline;
		let mut file = File::open(&self.log)?;
		file.seek(SeekFrom::Start(self.begin))?;
		let mut seen = String::new();
		loop {
			let ended = !self.is_running();
			let mut fresh = Vec::new();
			let position = file.stream_position()?;
			file.read_to_end(&mut fresh)?;
			file.seek(SeekFrom::Start(position + fresh.len() as u64))?;
			seen.push_str(&String::from_utf8_lossy(&fresh));
			if let Some(line) = seen.lines().find(|line| line.contains(needle)) {
				return Ok(line.to_owned());
			}
			if ended {
				bail!(
					"{} ended before it wrote {needle:?}; its last words:\n{}",
					self.name,
					self.tail()
				);
			}
			if Instant::now() > until {
				bail!(
					"{} did not write {needle:?} within {deadline:?}; its last words:\n{}",
					self.name,
					self.tail()
				);
			}
			tokio::time::sleep(POLL).await;
		}
	}

	/// The last lines of the output, for messages.
	pub fn tail(&self) -> String {
		let output = self.output();
		let lines: Vec<&str> = output.lines().collect();
		lines[lines.len().saturating_sub(25)..].join("\n")
	}

	/// Sends a signal.
	pub fn signal(&self, signal: Signal) -> Result<()> {
		let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("no pid")?;
		kill_process(pid, signal).with_context(|| format!("cannot signal {}", self.name))
	}

	/// Ends the process without a chance to clean up, as a power cut would.
	pub fn kill(mut self) -> Result<()> {
		self.child.kill().with_context(|| format!("cannot kill {}", self.name))?;
		self.child.wait()?;
		Ok(())
	}

	/// Asks the process to stop, and waits until it has. One that has ended by itself is not asked:
	/// its id may be another process's by now.
	pub async fn stop(mut self, deadline: Duration) -> Result<ExitStatus> {
		if let Some(status) = self.child.try_wait()? {
			return Ok(status);
		}
		self.signal(Signal::TERM)?;
		let until = Instant::now() + deadline;
		loop {
			if let Some(status) = self.child.try_wait()? {
				return Ok(status);
			}
			if Instant::now() > until {
				bail!("{} did not stop within {deadline:?}:\n{}", self.name, self.tail());
			}
			tokio::time::sleep(POLL).await;
		}
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		// Already gone is fine.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn a_process_that_has_ended_is_not_signalled() -> Result<()> {
		let dir = tempfile::tempdir()?;
		let mut process =
			Process::start_command("true", Command::new("true"), &dir.path().join("log"))?;
		while process.is_running() {
			tokio::time::sleep(POLL).await;
		}
		assert!(process.stop(Duration::ZERO).await?.success());
		Ok(())
	}
}
