// SPDX-License-Identifier: Apache-2.0
//! Carries receipts to the chain and brings their proofs back; sends heartbeats.
//!
//! [`Sender::tick`] reads the chain once and takes the steps that [`Outbox::decide`] asks for, each
//! written down before it is taken. It may be stopped at any point, by a crash or an error: the
//! next tick, in this process or the next, goes on from what is on disk and what the chain holds.
//!
//! The agent's account sends two kinds of transaction, at most one of each at a time. Both nonces
//! are computed from the best block's state and from what this process knows to be waiting; a
//! wrong guess costs a fresh signature, nothing else.

mod heartbeat;
mod pause;
mod rotation;

use crate::{
	chain::{Anchored, Call, Chain, ChainError, Heartbeat, OperatorState, Submission},
	clock::Clock,
	durable::{self, FileError},
	hexed::{Hex32, HexBytes},
	log::{self, Index, LogError, Owner},
	outbox::{
		Attempt, BlockId, Chained, Disagreement, Flight, Outbox, Policy, Resign, Step, View,
		Waiting,
	},
	proofs::{BatchProof, ProofError, Proofs},
	signer::{Signer, SignerError},
};
use heartbeat::Beat;
use pause::Pause;
use qh_receipts::merkle;
pub use rotation::RotationError;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Steps that one tick takes at most.
const STEPS: usize = 64;

/// Where things are on disk.
#[derive(Clone, Debug)]
pub struct Paths {
	/// The log.
	pub log: PathBuf,
	/// The state of the outbox.
	pub outbox: PathBuf,
	/// The folder of proofs.
	pub proofs: PathBuf,
}

/// Who sends.
#[derive(Clone, Debug)]
pub struct Identity {
	/// Chain and operator.
	pub owner: Owner,
	/// The agent's account.
	pub agent: [u8; 32],
	/// Its public key.
	pub agent_public: [u8; 897],
}

/// How it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
	/// When batches are cut and sent again.
	pub policy: Policy,
	/// Blocks of a window that are waited for before a heartbeat; without it none is sent.
	pub heartbeat_after: Option<u32>,
}

/// Why a tick ended early.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
	/// The chain did not answer.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// The signer did not sign.
	#[error("no signature for a transaction: {0}")]
	Signer(#[from] SignerError),
	/// The signer made no session keys.
	#[error("no new session keys: {0}")]
	SessionKeys(#[source] SignerError),
	/// Chain and log contradict each other.
	#[error(transparent)]
	Disagreement(#[from] Disagreement),
	/// A proof could not be stored, or does not hold.
	#[error(transparent)]
	Proof(#[from] ProofError),
	/// The state could not be stored.
	#[error(transparent)]
	File(#[from] FileError),
	/// The log could not be read.
	#[error(transparent)]
	Log(#[from] LogError),
	/// The state on disk is not what this program writes.
	#[error("{path}: {problem}; it was not written by this program")]
	State {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		problem: String,
	},
}

impl SendError {
	/// Whether going on would make things worse: the process should end.
	pub fn is_fatal(&self) -> bool {
		matches!(self, Self::Chain(error) if error.is_fatal())
	}
}

/// The outbox on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
	version: u8,
	outbox: Outbox,
}

/// What a tick found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
	/// The reading of the chain.
	pub view: View,
	/// The operator's state.
	pub operator: OperatorState,
	/// Why there is nothing more to do now.
	pub waiting: Waiting,
	/// Receipts in the batch under way.
	pub in_flight: u64,
}

/// Events counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
	/// Batches handed to the node for the first time or anew.
	pub submitted: u64,
	/// Transactions signed anew after expiry, a nonce race or an upgrade.
	pub resigned: u64,
	/// Transactions that the node refused.
	pub refused: u64,
	/// Receipts settled.
	pub settled: u64,
	/// Heartbeats handed to the node.
	pub heartbeats: u64,
}

/// Carries receipts to the chain.
pub struct Sender<C, S, K> {
	chain: C,
	signer: S,
	clock: K,
	identity: Identity,
	paths: Paths,
	settings: Settings,
	index: Index,
	proofs: Proofs,
	outbox: Outbox,
	counters: Counters,
	beat: Option<Beat>,
	/// What the next heartbeat says, but for the block numbers.
	report: Heartbeat,
	pause: Pause,
	beat_pause: Pause,
	/// Finalized block at which a final batch was first not found in the index.
	unindexed_since: Option<u32>,
}

impl<C: Chain, S: Signer, K: Clock> Sender<C, S, K> {
	/// Reads the state from disk; a lost one is rebuilt from the stored proofs and the chain.
	pub fn open(
		chain: C,
		signer: S,
		clock: K,
		identity: Identity,
		paths: Paths,
		settings: Settings,
		index: Index,
	) -> Result<Self, SendError> {
		let proofs = Proofs::new(paths.proofs.clone());
		let mut outbox = read_state(&paths.outbox)?;
		// The proofs are what settling means; the number beside them may be older by one crash.
		let reach = proofs.reach()?;
		if outbox.settled > reach.settled {
			outbox = Outbox { flight: None, ..Outbox::default() };
		}
		outbox.settle(reach.settled, reach.block);
		Ok(Self {
			chain,
			signer,
			clock,
			identity,
			paths,
			settings,
			index,
			proofs,
			outbox,
			counters: Counters::default(),
			beat: None,
			report: Heartbeat::default(),
			pause: Pause::NONE,
			beat_pause: Pause::NONE,
			unindexed_since: None,
		})
	}

	/// The chain, for those who wait for its changes.
	pub fn chain(&self) -> &C {
		&self.chain
	}

	/// The ids of the log.
	pub fn index(&self) -> &Index {
		&self.index
	}

	/// Receipts below this number are final and proven.
	pub fn settled(&self) -> u64 {
		self.outbox.settled
	}

	/// Events counted since the start.
	pub fn counters(&self) -> Counters {
		self.counters
	}

	/// What the next heartbeat says of the node, but for the block numbers.
	pub fn set_report(&mut self, node_version: [u16; 3], report: [u8; 32]) {
		self.report = Heartbeat { node_version, report, ..Heartbeat::default() };
	}

	/// Takes all steps that can be taken now.
	pub async fn tick(&mut self) -> Result<Report, SendError> {
		let view = self.chain.view().await?;
		let operator = self.chain.operator().await?;
		// A heartbeat that fails must hold up neither batches nor proofs.
		let beat = self.send_heartbeat(&view, &operator).await;
		let report = self.advance(view, operator).await?;
		beat?;
		Ok(report)
	}

	async fn advance(
		&mut self,
		mut view: View,
		operator: OperatorState,
	) -> Result<Report, SendError> {
		if self.waiting_beat(&view) == Some(view.nonce) {
			view.nonce = view.nonce.saturating_add(1);
		}
		let mut signed = false;
		for _ in 0..STEPS {
			let now_ms = self.clock.unix_ms();
			let step = self.outbox.decide(&view, &self.index, &self.settings.policy, now_ms)?;
			let waiting = match step {
				Step::Wait(waiting) => Some(waiting),
				Step::Settle { first_seq, last_seq, above, through } => {
					self.settle(first_seq, last_seq, above, through).await?
				}
				// Anchoring is the registered agent's: anything else is refused, and would be for
				// as long as it takes the operator to register.
				_ if operator.agent != Some(self.identity.agent) => Some(Waiting::Registration),
				_ if self.pause.lasts(self.clock.monotonic()) => Some(Waiting::BackOff),
				// What is not right when it is fresh is looked at again with the next block.
				Step::Sign(_) if signed => Some(Waiting::BackOff),
				Step::Seal { first_seq, last_seq } => {
					self.seal(first_seq, last_seq, &view)?;
					None
				}
				Step::Sign(why) => {
					self.sign(why, view.nonce).await?;
					signed = true;
					None
				}
				Step::Submit => self.submit(&view).await?,
			};
			if let Some(waiting) = waiting {
				return Ok(self.report_of(view, operator, waiting));
			}
		}
		Ok(self.report_of(view, operator, Waiting::BackOff))
	}

	fn report_of(&self, view: View, operator: OperatorState, waiting: Waiting) -> Report {
		let in_flight = self.outbox.flight.as_ref().map(Flight::receipts).unwrap_or(0);
		Report { view, operator, waiting, in_flight }
	}

	fn seal(&mut self, first_seq: u64, last_seq: u64, view: &View) -> Result<(), SendError> {
		let missing = || LogError::Missing { seq: last_seq, len: self.index.count() };
		let ids = self.index.ids(first_seq, last_seq).ok_or_else(missing)?;
		let prev_head = self.index.head_after(first_seq).ok_or_else(missing)?;
		let new_head = ids.last().copied().ok_or_else(missing)?;
		let merkle_root = merkle::root(&ids).ok_or_else(missing)?;
		tracing::info!(first_seq, last_seq, "batch sealed");
		self.outbox.seal(Flight {
			first_seq,
			last_seq,
			prev_head: Hex32(prev_head),
			new_head: Hex32(new_head),
			merkle_root: Hex32(merkle_root),
			since: view.finalized.number,
			attempt: None,
		});
		self.store()
	}

	async fn sign(&mut self, why: Resign, nonce: u32) -> Result<(), SendError> {
		let Some(flight) = &self.outbox.flight else { return Ok(()) };
		let call = Call::Anchor {
			first_seq: flight.first_seq,
			last_seq: flight.last_seq,
			prev_head: flight.prev_head.0,
			new_head: flight.new_head.0,
			merkle_root: flight.merkle_root.0,
		};
		let (transaction, death, spec_version) = self.signed_transaction(&call, nonce).await?;
		if why != Resign::First {
			self.counters.resigned = self.counters.resigned.saturating_add(1);
			tracing::info!(?why, nonce, "batch signed anew");
		}
		let transaction = HexBytes(transaction);
		self.outbox.signed(Attempt { transaction, nonce, spec_version, death, submitted_at: None });
		self.store()
	}

	async fn signed_transaction(
		&self,
		call: &Call,
		nonce: u32,
	) -> Result<(Vec<u8>, u32, u32), SendError> {
		let unsigned = self.chain.compose(call, nonce).await?;
		let signature = self.signer.sign_transaction(unsigned.request.clone()).await?;
		let transaction = unsigned.sign(&self.identity.agent_public, &signature);
		Ok((transaction, unsigned.death, unsigned.spec_version))
	}

	async fn submit(&mut self, view: &View) -> Result<Option<Waiting>, SendError> {
		let attempt = self.outbox.flight.as_ref().and_then(|flight| flight.attempt.as_ref());
		let Some(attempt) = attempt else { return Ok(None) };
		match self.chain.submit(&attempt.transaction.0).await? {
			Submission::Pooled => {
				self.counters.submitted = self.counters.submitted.saturating_add(1);
				self.pause = Pause::NONE;
				self.outbox.submitted(view.best.number);
				self.store()?;
				Ok(Some(Waiting::Inclusion))
			}
			Submission::Later(reason) => {
				tracing::warn!(reason, "the node takes the batch later");
				self.pause.begin(self.clock.monotonic());
				Ok(Some(Waiting::BackOff))
			}
			Submission::Refused(reason) => {
				tracing::warn!(reason, "the node refused the batch");
				self.counters.refused = self.counters.refused.saturating_add(1);
				self.outbox.refused();
				self.store()?;
				self.pause.begin(self.clock.monotonic());
				Ok(Some(Waiting::BackOff))
			}
		}
	}

	/// Stores the proofs of receipts `first_seq..=last_seq`.
	async fn settle(
		&mut self,
		first_seq: u64,
		last_seq: u64,
		above: u32,
		through: BlockId,
	) -> Result<Option<Waiting>, SendError> {
		// A block's batches are in the range from its child on.
		let blocks = self.chain.anchored(above, through).await?;
		let mut next_seq = first_seq;
		for anchored in blocks.iter().filter(|anchored| anchored.block.number < through.number) {
			next_seq = self.settle_block(anchored, next_seq, through).await?;
		}
		if next_seq > last_seq {
			self.unindexed_since = None;
			return Ok(None);
		}
		// What is missing may be in the last finalized block, and is looked for again in its child.
		let since = *self.unindexed_since.get_or_insert(through.number);
		if through.number > since {
			let (from, to) = (above.saturating_add(1), through.number.saturating_sub(1));
			return Err(ChainError::NotIndexed { seq: next_seq, from, to }.into());
		}
		Ok(Some(Waiting::Finality))
	}

	/// Stores the proofs of the operator's batches in one block; the number that follows them.
	async fn settle_block(
		&mut self,
		anchored: &Anchored,
		mut next_seq: u64,
		through: BlockId,
	) -> Result<u64, SendError> {
		let mut range = None;
		for (index, batch) in anchored.batches.iter().enumerate() {
			if batch.operator != self.identity.owner.operator || batch.first_seq != next_seq {
				continue;
			}
			let range = match &range {
				Some(range) => range,
				None => range.insert(self.chain.prove(anchored.block, through).await?),
			};
			let (first, last) = (batch.first_seq, batch.last_seq);
			let ids = self
				.index
				.ids(first, last)
				.ok_or(LogError::Missing { seq: last, len: self.index.count() })?;
			let genesis = self.identity.owner.genesis;
			let proof = BatchProof::new(genesis, &ids, anchored, index, range)?;
			for seq in [first, last] {
				let signed = log::read(&self.paths.log, &self.index, seq)?;
				proof.verify(signed, &self.identity.agent_public)?;
			}
			self.proofs.store(&proof)?;
			next_seq = last.saturating_add(1);
			self.outbox.settle(next_seq, anchored.block.number);
			self.store()?;
			let count = ids.len() as u64;
			self.counters.settled = self.counters.settled.saturating_add(count);
			let block = anchored.block.number;
			tracing::info!(first_seq = first, last_seq = last, block, "receipts final and proven");
		}
		Ok(next_seq)
	}

	fn store(&self) -> Result<(), SendError> {
		let state = StateFile { version: 1, outbox: self.outbox.clone() };
		let mut content = serde_json::to_vec(&state).map_err(|error| SendError::State {
			path: self.paths.outbox.clone(),
			problem: error.to_string(),
		})?;
		content.push(b'\n');
		Ok(durable::replace(&self.paths.outbox, &content)?)
	}
}

fn read_state(path: &Path) -> Result<Outbox, SendError> {
	let Some(content) = durable::read_optional(path)? else {
		return Ok(Outbox::default());
	};
	let problem = |problem: String| SendError::State { path: path.to_owned(), problem };
	let state: StateFile =
		serde_json::from_slice(&content).map_err(|error| problem(error.to_string()))?;
	match state.version {
		1 => Ok(state.outbox),
		version => Err(problem(format!("version {version} is unknown"))),
	}
}

#[cfg(test)]
mod tests;
