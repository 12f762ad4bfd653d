// SPDX-License-Identifier: Apache-2.0
//! Critical tasks: if one ends, by itself or by a panic, the process ends and says which.
//!
//! A task that fails silently is worse than a process that ends loudly: systemd restarts the
//! process, and everything durable is made for that.

use std::{future::Future, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Why the tasks ended.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
	/// A task failed.
	#[error("the task {name} failed: {source}")]
	Failed {
		/// The task.
		name: &'static str,
		/// Why.
		source: anyhow::Error,
	},
	/// A task ended although nothing told it to.
	#[error("the task {name} ended unexpectedly")]
	Ended {
		/// The task.
		name: &'static str,
	},
	/// A task panicked.
	#[error("the task {name} panicked: {message}")]
	Panicked {
		/// The task.
		name: &'static str,
		/// What it said.
		message: String,
	},
	/// Tasks did not end in time.
	#[error("tasks did not end within {within:?} and were given up: {names}")]
	Late {
		/// How long they had.
		within: Duration,
		/// Which.
		names: String,
	},
}

type Outcome = (&'static str, Result<anyhow::Result<()>, String>);

/// Runs tasks until one ends or shutdown is asked for.
#[derive(Debug, Default)]
pub struct Supervisor {
	tasks: JoinSet<Outcome>,
	names: Vec<&'static str>,
	shutdown: CancellationToken,
}

impl Supervisor {
	/// Asks all tasks to end when cancelled; each should watch it.
	pub fn shutdown(&self) -> CancellationToken {
		self.shutdown.clone()
	}

	/// Starts a critical task.
	pub fn spawn(
		&mut self,
		name: &'static str,
		task: impl Future<Output = anyhow::Result<()>> + Send + 'static,
	) {
		self.names.push(name);
		// A task of its own inside, so that a panic keeps its name.
		self.tasks.spawn(async move {
			let outcome = match tokio::spawn(task).await {
				Ok(outcome) => Ok(outcome),
				Err(error) => Err(panic_message(error)),
			};
			(name, outcome)
		});
	}

	/// Waits for `stop`, or for a task to end; then asks all tasks to end and gives them `deadline`.
	pub async fn run(
		mut self,
		stop: impl Future<Output = ()>,
		deadline: Duration,
	) -> Result<(), TaskError> {
		let first = tokio::select! {
			() = stop => None,
			ended = self.tasks.join_next() => ended,
		};
		let result = match first {
			None => Ok(()),
			Some(ended) => {
				let (name, outcome) = self.note(ended);
				Err(match outcome {
					Ok(Ok(())) => TaskError::Ended { name },
					Ok(Err(source)) => TaskError::Failed { name, source },
					Err(message) => TaskError::Panicked { name, message },
				})
			}
		};
		self.shutdown.cancel();
		let rest = async {
			while let Some(ended) = self.tasks.join_next().await {
				let (name, outcome) = self.note(ended);
				if let Ok(Err(error)) = outcome {
					tracing::warn!(task = name, %error, "task ended with an error");
				}
			}
		};
		let late = tokio::time::timeout(deadline, rest).await.is_err();
		match result {
			Ok(()) if late => {
				Err(TaskError::Late { within: deadline, names: self.names.join(", ") })
			}
			result => result,
		}
	}

	fn note(&mut self, ended: Result<Outcome, tokio::task::JoinError>) -> Outcome {
		let (name, outcome) = ended.unwrap_or_else(|error| ("unknown", Err(panic_message(error))));
		self.names.retain(|known| *known != name);
		(name, outcome)
	}
}

fn panic_message(error: tokio::task::JoinError) -> String {
	match error.try_into_panic() {
		Ok(payload) => payload
			.downcast_ref::<String>()
			.cloned()
			.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()))
			.unwrap_or_else(|| "no message".to_owned()),
		Err(error) => error.to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SOON: Duration = Duration::from_secs(5);

	#[tokio::test]
	async fn a_panic_ends_everything_and_names_the_task() {
		let mut supervisor = Supervisor::default();
		let shutdown = supervisor.shutdown();
		supervisor.spawn("patient", async move {
			shutdown.cancelled().await;
			Ok(())
		});
		supervisor.spawn("clumsy", async { panic!("dropped it") });
		let error = supervisor.run(std::future::pending(), SOON).await.unwrap_err();
		assert_eq!(error.to_string(), "the task clumsy panicked: dropped it");
	}

	#[tokio::test]
	async fn an_early_end_and_an_error_name_the_task() {
		let mut supervisor = Supervisor::default();
		supervisor.spawn("quitter", async { Ok(()) });
		let error = supervisor.run(std::future::pending(), SOON).await.unwrap_err();
		assert!(matches!(error, TaskError::Ended { name: "quitter" }));

		let mut supervisor = Supervisor::default();
		supervisor.spawn("broken", async { anyhow::bail!("no luck") });
		let error = supervisor.run(std::future::pending(), SOON).await.unwrap_err();
		assert_eq!(error.to_string(), "the task broken failed: no luck");
	}

	#[tokio::test]
	async fn a_task_that_does_not_end_is_named() {
		let mut supervisor = Supervisor::default();
		supervisor.spawn("stubborn", std::future::pending());
		let error = supervisor.run(async {}, Duration::from_millis(10)).await.unwrap_err();
		assert!(matches!(error, TaskError::Late { names, .. } if names == "stubborn"));
	}

	#[tokio::test]
	async fn an_orderly_end_is_no_error() {
		let mut supervisor = Supervisor::default();
		let shutdown = supervisor.shutdown();
		supervisor.spawn("patient", async move {
			shutdown.cancelled().await;
			Ok(())
		});
		supervisor.run(async {}, SOON).await.unwrap();
	}
}
