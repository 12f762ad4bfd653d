// SPDX-License-Identifier: Apache-2.0
//! The task that owns the journal: everybody else asks it to write.
//!
//! Requests that arrive together share one flush.

use crate::{
	clock::Clock,
	journal::{check_size, Entry, Journal, JournalError, Recorded, MAX_ENTRIES},
	outbox::Chained,
	signer::Signer,
	status::Board,
};
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Duration,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Requests that wait at most.
const QUEUE: usize = 256;
/// How often pending receipts are tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Why a receipt was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
	/// It is announced on disk and will be written; it must not be handed in again.
	#[error("not written yet, but it will be: {0}")]
	Pending(String),
	/// It was refused and left no trace.
	#[error("{0}")]
	Refused(String),
}

struct Request {
	entries: Vec<Entry>,
	wanted: usize,
	reply: oneshot::Sender<Result<Vec<Recorded>, RecordError>>,
}

/// Asks the recorder. Clones ask the same one.
#[derive(Clone, Debug)]
pub struct Recorder {
	requests: mpsc::Sender<Request>,
	halted: Arc<AtomicBool>,
}

impl Recorder {
	/// Writes receipts down; they are on disk when this returns.
	pub async fn record(&self, entries: Vec<Entry>) -> Result<Vec<Recorded>, RecordError> {
		// Before it shares a flush with others, who have asked for nothing wrong.
		check_size(&entries).map_err(|error| RecordError::Refused(error.to_string()))?;
		let gone = || RecordError::Refused("the agent is shutting down".to_owned());
		let (reply, answer) = oneshot::channel();
		let wanted = entries.len();
		self.requests.send(Request { entries, wanted, reply }).await.map_err(|_| gone())?;
		answer.await.map_err(|_| gone())?
	}

	/// Stops writing: chain and log contradict each other, and more receipts would make it worse.
	/// Undone by `false`.
	pub fn halt(&self, halted: bool) {
		self.halted.store(halted, Ordering::SeqCst);
	}
}

/// A recorder for `journal`, and its task.
pub fn start<S: Signer, C: Clock>(
	journal: Journal<S, C>,
	board: Arc<Board>,
	shutdown: CancellationToken,
) -> (Recorder, impl std::future::Future<Output = anyhow::Result<()>>) {
	let (requests, queue) = mpsc::channel(QUEUE);
	let halted = Arc::new(AtomicBool::new(false));
	let task = serve(journal, queue, halted.clone(), board, shutdown);
	(Recorder { requests, halted }, task)
}

async fn serve<S: Signer, C: Clock>(
	mut journal: Journal<S, C>,
	mut queue: mpsc::Receiver<Request>,
	halted: Arc<AtomicBool>,
	board: Arc<Board>,
	shutdown: CancellationToken,
) -> anyhow::Result<()> {
	let mut retry = tokio::time::interval(RETRY);
	retry.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
	// A request that did not fit into the batch before.
	let mut held = None;
	loop {
		let first = match held.take() {
			Some(request) => request,
			None => tokio::select! {
				biased;
				() = shutdown.cancelled() => return Ok(()),
				request = queue.recv() => match request {
					Some(request) => request,
					None => return Ok(()),
				},
				_ = retry.tick(), if journal.pending() > 0 => {
					let result = journal.finish_pending().await.map(|_| ());
					report(&board, &journal, result.as_ref().err());
					continue;
				},
			},
		};
		if halted.load(Ordering::SeqCst) {
			let reason = "chain and log contradict each other, see `qh-agent status`";
			let _ = first.reply.send(Err(RecordError::Refused(reason.to_owned())));
			continue;
		}
		let mut batch = vec![first];
		let mut count = batch.iter().map(|request| request.wanted).sum::<usize>();
		while let Ok(request) = queue.try_recv() {
			count = count.saturating_add(request.wanted);
			if count > MAX_ENTRIES {
				held = Some(request);
				break;
			}
			batch.push(request);
		}
		write(&mut journal, batch, &board).await;
	}
}

async fn write<S: Signer, C: Clock>(
	journal: &mut Journal<S, C>,
	mut batch: Vec<Request>,
	board: &Board,
) {
	let before = journal.pending_from();
	let entries =
		batch.iter_mut().flat_map(|request| request.entries.drain(..)).collect::<Vec<_>>();
	let result = journal.record(entries).await;
	report(board, journal, result.as_ref().err());
	match result {
		Ok(mut recorded) => {
			for request in batch {
				let rest = recorded.split_off(request.wanted.min(recorded.len()));
				let mine = std::mem::replace(&mut recorded, rest);
				let _ = request.reply.send(Ok(mine));
			}
		}
		Err(error) => {
			// If what is pending is not what was before, it is these.
			let now = journal.pending_from();
			let pending = now.is_some() && now != before;
			for request in batch {
				let error = match pending {
					true => RecordError::Pending(error.to_string()),
					false => RecordError::Refused(error.to_string()),
				};
				let _ = request.reply.send(Err(error));
			}
		}
	}
}

fn report<S: Signer, C: Clock>(
	board: &Board,
	journal: &Journal<S, C>,
	error: Option<&JournalError>,
) {
	let (written, pending) = (journal.index().count(), journal.pending() as u64);
	board.update(|status| {
		status.receipts.written = written;
		status.receipts.pending = pending;
	});
	if board.problem("log", error.map(ToString::to_string)) {
		match error {
			Some(error) => tracing::error!(%error, pending, "receipts are not written"),
			None => tracing::info!("receipts are written again"),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		fakes::{Fail, FakeSigner, ManualClock},
		log::Owner,
	};
	use qh_receipts::{Kind, MAX_PAYLOAD};

	fn entries(count: usize) -> Vec<Entry> {
		(0..count).map(|_| Entry { kind: Kind::DOCUMENT, payload: vec![1] }).collect()
	}

	struct Place {
		_dir: tempfile::TempDir,
		signer: FakeSigner,
		recorder: Recorder,
		board: Arc<Board>,
	}

	fn place() -> Place {
		let dir = tempfile::tempdir().unwrap();
		let signer = FakeSigner::new(3);
		let (journal, _) = Journal::open(
			&dir.path().join("log"),
			&dir.path().join("pending"),
			Owner { genesis: [1; 32], operator: [2; 32] },
			signer.public(),
			signer.clone(),
			ManualClock::at(5),
		)
		.unwrap();
		let board = Arc::new(Board::default());
		let (recorder, task) = start(journal, board.clone(), CancellationToken::new());
		tokio::spawn(task);
		Place { _dir: dir, signer, recorder, board }
	}

	#[tokio::test]
	async fn everybody_gets_the_numbers_of_their_own_receipts() {
		let place = place();
		let asked = [3, 0, 1, 2].map(|count| place.recorder.record(entries(count)));
		let answers = futures::future::join_all(asked).await;
		let seqs: Vec<Vec<u64>> = answers
			.into_iter()
			.map(|answer| answer.unwrap().iter().map(|recorded| recorded.seq).collect())
			.collect();
		assert_eq!(seqs.iter().map(Vec::len).collect::<Vec<_>>(), [3, 0, 1, 2]);
		assert_eq!(seqs.concat(), (0..6).collect::<Vec<_>>());
		assert_eq!(place.board.read(0).receipts.written, 6);
	}

	#[tokio::test]
	async fn what_is_pending_is_said_to_be_and_what_comes_after_is_refused() {
		let place = place();
		place.signer.fail_next(Fail::Away);
		let error = place.recorder.record(entries(1)).await.unwrap_err();
		assert!(matches!(error, RecordError::Pending(_)), "{error}");
		assert_eq!(place.board.read(0).problems.len(), 1);
		place.signer.fail_next(Fail::AnswerLost);
		let error = place.recorder.record(entries(1)).await.unwrap_err();
		assert!(matches!(error, RecordError::Refused(_)), "{error}");
		let recorded = place.recorder.record(entries(1)).await.unwrap();
		assert_eq!(recorded[0].seq, 1);
		assert!(place.board.read(0).problems.is_empty());
	}

	#[tokio::test]
	async fn who_asks_for_too_much_is_refused_alone() {
		let place = place();
		let too_large = vec![Entry { kind: Kind::DOCUMENT, payload: vec![0; MAX_PAYLOAD + 1] }];
		let (large, fine, many) = futures::join!(
			place.recorder.record(too_large),
			place.recorder.record(entries(1)),
			place.recorder.record(entries(MAX_ENTRIES + 1)),
		);
		assert!(matches!(large, Err(RecordError::Refused(_))), "{large:?}");
		assert!(matches!(many, Err(RecordError::Refused(_))), "{many:?}");
		assert_eq!(fine.unwrap()[0].seq, 0);
		assert!(place.board.read(0).problems.is_empty());
	}

	#[tokio::test]
	async fn nothing_is_written_while_chain_and_log_contradict() {
		let place = place();
		place.recorder.halt(true);
		let error = place.recorder.record(entries(1)).await.unwrap_err();
		assert!(matches!(error, RecordError::Refused(_)), "{error}");
		place.recorder.halt(false);
		place.recorder.record(entries(1)).await.unwrap();
	}
}
