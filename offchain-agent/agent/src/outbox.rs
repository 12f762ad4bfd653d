// SPDX-License-Identifier: Apache-2.0
//! Which receipts still have to reach the chain, and what to do about it next.
//!
//! A pure state machine: [`Outbox`] is the durable state, [`View`] one reading of the chain,
//! [`Outbox::decide`] the next [`Step`]. No clock, no socket and no file is touched here, so every
//! crash, reorganisation and race can be played through in a test.
//!
//! What it promises, given that the chain accepts a batch only if it continues the stored head
//! (design section 3.5):
//! - **Nothing lost.** A receipt is left behind ([`Outbox::settled`]) only once its batch is final
//!   and its proof is on disk. Until then every reading of the chain leads back to it.
//! - **Nothing doubled.** A batch always begins where the chain's own head ends, so a second copy,
//!   however it came to be (a crash after sending, a retracted block, two submissions), is one that
//!   the chain refuses. Sending again is therefore always safe, and the machine never has to know
//!   whether an earlier attempt got through.
//! - **One batch at a time** is under way until it is final. Simpler than a pipeline, and a batch
//!   holds as many receipts as piled up meanwhile.
//!
//! If the chain's finalized head is one that the log does not know, the log was rolled back or the
//! key is used elsewhere. Then nothing more is sent ([`Disagreement`]): going on would hide it.

use crate::hexed::{Hex32, HexBytes};
use qh_receipts::Head;
use serde::{Deserialize, Serialize};

/// A block by number and hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockId {
	/// Height.
	pub number: u32,
	/// Hash of the header.
	pub hash: [u8; 32],
}

/// One reading of the chain. Each of the two heads was read from the state of its block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
	/// The last finalized block.
	pub finalized: BlockId,
	/// The operator's head there.
	pub finalized_head: Head,
	/// The best block.
	pub best: BlockId,
	/// The operator's head there.
	pub best_head: Head,
	/// The nonce that the agent's next transaction must carry, on top of the best block.
	pub nonce: u32,
	/// Version of the runtime that the best block's child will be checked by.
	pub spec_version: u32,
	/// How many receipts the operator's allowance and tank cover at the best block.
	pub affordable: u64,
}

/// A signed transaction that carries the batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
	/// The transaction as it is submitted.
	pub transaction: HexBytes,
	/// Its nonce.
	pub nonce: u32,
	/// The runtime version it is signed for.
	pub spec_version: u32,
	/// First block that can no longer hold it.
	pub death: u32,
	/// Best block when it was last handed to a node, none if it never was.
	pub submitted_at: Option<u32>,
}

/// A batch that is not final yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flight {
	/// Sequence number of its first receipt.
	pub first_seq: u64,
	/// Sequence number of its last receipt.
	pub last_seq: u64,
	/// Id of the receipt before the first, zeros if there is none.
	pub prev_head: Hex32,
	/// Id of the last receipt.
	pub new_head: Hex32,
	/// Merkle root over the ids.
	pub merkle_root: Hex32,
	/// Finalized block when it was cut: it cannot be in this block or an older one.
	pub since: u32,
	/// The transaction that carries it, if one is signed.
	pub attempt: Option<Attempt>,
}

/// The durable state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbox {
	/// Receipts below this number are final and their proofs are on disk.
	pub settled: u64,
	/// The block that holds the last settled batch: later batches are in later blocks.
	pub settled_block: u32,
	/// The batch under way.
	pub flight: Option<Flight>,
}

/// When to cut a batch and how often to send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
	/// Most receipts in a batch.
	pub max_receipts: u64,
	/// A receipt waits at most this long before a batch is cut, in milliseconds.
	pub interval_ms: u64,
	/// Blocks after which a transaction that is in no block is handed to the node again.
	pub resubmit_after: u32,
}

/// What the machine needs to know of the log.
pub trait Chained {
	/// How many receipts there are.
	fn count(&self) -> u64;
	/// Id of receipt number `n - 1`, zeros for `n = 0`. `None` beyond the end.
	fn head_after(&self, n: u64) -> Option<[u8; 32]>;
	/// When receipt number `seq` was written, in milliseconds since the Unix epoch.
	fn time_ms(&self, seq: u64) -> Option<u64>;
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
	/// Nothing, for this reason.
	Wait(Waiting),
	/// Cut a batch of these receipts.
	Seal {
		/// First receipt.
		first_seq: u64,
		/// Last receipt.
		last_seq: u64,
	},
	/// Sign a fresh transaction for the batch under way.
	Sign(Resign),
	/// Hand the signed transaction to the node.
	Submit,
	/// Fetch and store the proofs of these receipts, which are final.
	Settle {
		/// First receipt without a stored proof.
		first_seq: u64,
		/// Last receipt that is final.
		last_seq: u64,
		/// Their batches are in blocks above this one…
		above: u32,
		/// …and not above this one.
		through: BlockId,
	},
}

/// Why nothing is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
	/// Every receipt is settled.
	Idle,
	/// The next batch is not due yet.
	NotDue,
	/// The batch is in the best chain but not final.
	Finality,
	/// The transaction waits in the pool.
	Inclusion,
	/// Neither the free allowance nor the gas tank covers a receipt.
	Allowance,
	/// The node has not caught up with what was final before.
	NodeBehind,
	/// The chain does not know this agent as the operator's.
	Registration,
	/// The node refused something a moment ago.
	BackOff,
}

impl Waiting {
	/// A name for metrics and the status file.
	pub fn name(self) -> &'static str {
		match self {
			Self::Idle => "idle",
			Self::NotDue => "not_due",
			Self::Finality => "finality",
			Self::Inclusion => "inclusion",
			Self::Allowance => "allowance",
			Self::NodeBehind => "node_behind",
			Self::Registration => "registration",
			Self::BackOff => "back_off",
		}
	}
}

/// Why a transaction is signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resign {
	/// There is none yet, or the last one was refused.
	First,
	/// Its last block has passed.
	Expired,
	/// Another transaction took its nonce, or one before it was dropped.
	Nonce,
	/// The runtime was upgraded.
	Upgrade,
}

/// Chain and log contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
	/// More receipts are final than were ever written here.
	#[error(
		"{chain} receipts are final on chain but the log holds {log}: the log was rolled back or \
		 another agent uses this key; restore the newest operational.jsonl"
	)]
	ChainAhead {
		/// Receipts on chain.
		chain: u64,
		/// Receipts in the log.
		log: u64,
	},
	/// The chain's head is not the log's receipt of that number.
	#[error(
		"receipt {seq} on chain is {chain:?} but the log holds {log:?}: another agent used this key \
		 or the log was replaced"
	)]
	Fork {
		/// Sequence number of the receipt.
		seq: u64,
		/// Id on chain.
		chain: Hex32,
		/// Id in the log.
		log: Hex32,
	},
}

impl Outbox {
	/// The next step, given a reading of the chain, whose `nonce` is this transaction's; or why
	/// nothing may be sent any more.
	pub fn decide(
		&self,
		view: &View,
		log: &impl Chained,
		policy: &Policy,
		now_ms: u64,
	) -> Result<Step, Disagreement> {
		let fin = view.finalized_head;
		agree(&fin, log)?;
		if fin.next_seq < self.settled || view.best.number < view.finalized.number {
			return Ok(Step::Wait(Waiting::NodeBehind));
		}
		if fin.next_seq > self.settled {
			let sealed_above = match &self.flight {
				Some(flight) if flight.first_seq == self.settled => flight.since,
				_ => self.settled_block,
			};
			return Ok(Step::Settle {
				first_seq: self.settled,
				last_seq: fin.next_seq.saturating_sub(1),
				above: sealed_above.max(self.settled_block),
				through: view.finalized,
			});
		}
		// From here on every final receipt is settled.
		let best = view.best_head;
		agree(&best, log)?;
		if best.next_seq < fin.next_seq {
			return Ok(Step::Wait(Waiting::NodeBehind));
		}
		if best.next_seq > fin.next_seq {
			return Ok(Step::Wait(Waiting::Finality));
		}
		match &self.flight {
			Some(flight)
				if flight.first_seq == fin.next_seq
					&& (flight.attempt.is_some() || flight.receipts() <= view.affordable) =>
			{
				Ok(flight.decide(view, policy))
			}
			// None, or one that the chain would refuse because less is affordable than before.
			_ => Ok(next_batch(&fin, view.affordable, log, policy, now_ms)),
		}
	}

	/// Records the batch that [`Step::Seal`] asked for.
	pub fn seal(&mut self, flight: Flight) {
		self.flight = Some(flight);
	}

	/// Records a freshly signed transaction.
	pub fn signed(&mut self, attempt: Attempt) {
		if let Some(flight) = &mut self.flight {
			flight.attempt = Some(attempt);
		}
	}

	/// Records that the node holds the transaction since best block `at`.
	pub fn submitted(&mut self, at: u32) {
		if let Some(attempt) = self.flight.as_mut().and_then(|flight| flight.attempt.as_mut()) {
			attempt.submitted_at = Some(at);
		}
	}

	/// Records that the node refused the transaction: the next one is signed anew.
	pub fn refused(&mut self) {
		if let Some(flight) = &mut self.flight {
			flight.attempt = None;
		}
	}

	/// Drops the batch under way; the receipts are batched anew.
	pub fn unseal(&mut self) {
		self.flight = None;
	}

	/// Records that the proofs of all receipts below `next_seq` are on disk, the last batch in
	/// `block`.
	pub fn settle(&mut self, next_seq: u64, block: u32) {
		self.settled = self.settled.max(next_seq);
		self.settled_block = self.settled_block.max(block);
		if self.flight.as_ref().is_some_and(|flight| flight.first_seq < self.settled) {
			self.flight = None;
		}
	}

	/// Nonce of the transaction that is signed but, at this view, in no block.
	pub fn waiting_nonce(&self, view: &View) -> Option<u32> {
		let flight = self.flight.as_ref()?;
		let attempt = flight.attempt.as_ref()?;
		let waiting = view.best_head.next_seq == flight.first_seq
			&& attempt.submitted_at.is_some()
			&& attempt.death > view.best.number.saturating_add(1);
		waiting.then_some(attempt.nonce)
	}
}

impl Flight {
	/// How many receipts it holds.
	pub fn receipts(&self) -> u64 {
		self.last_seq.saturating_sub(self.first_seq).saturating_add(1)
	}

	/// The step of a batch that the best chain does not hold.
	fn decide(&self, view: &View, policy: &Policy) -> Step {
		let Some(attempt) = &self.attempt else {
			return Step::Sign(Resign::First);
		};
		if attempt.spec_version != view.spec_version {
			return Step::Sign(Resign::Upgrade);
		}
		// The next block to be built is best + 1; the death block itself is already too late.
		if attempt.death <= view.best.number.saturating_add(1) {
			return Step::Sign(Resign::Expired);
		}
		if attempt.nonce != view.nonce {
			return Step::Sign(Resign::Nonce);
		}
		match attempt.submitted_at {
			Some(at) if view.best.number < at.saturating_add(policy.resubmit_after) => {
				Step::Wait(Waiting::Inclusion)
			}
			_ => Step::Submit,
		}
	}
}

/// Whether the log holds the chain's head.
fn agree(head: &Head, log: &impl Chained) -> Result<(), Disagreement> {
	match log.head_after(head.next_seq) {
		None => Err(Disagreement::ChainAhead { chain: head.next_seq, log: log.count() }),
		Some(id) if id == head.head => Ok(()),
		Some(id) => Err(Disagreement::Fork {
			seq: head.next_seq.saturating_sub(1),
			chain: Hex32(head.head),
			log: Hex32(id),
		}),
	}
}

fn next_batch(
	head: &Head,
	affordable: u64,
	log: &impl Chained,
	policy: &Policy,
	now_ms: u64,
) -> Step {
	let first_seq = head.next_seq;
	let waiting = log.count().saturating_sub(first_seq);
	if waiting == 0 {
		return Step::Wait(Waiting::Idle);
	}
	let written_ms = log.time_ms(first_seq).unwrap_or(0);
	// A clock that went back must not hold receipts for ever: any time in the future is due.
	let young = now_ms >= written_ms && now_ms < written_ms.saturating_add(policy.interval_ms);
	if waiting < policy.max_receipts && young {
		return Step::Wait(Waiting::NotDue);
	}
	let count = waiting.min(policy.max_receipts).min(affordable);
	match count.checked_sub(1) {
		None => Step::Wait(Waiting::Allowance),
		Some(more) => Step::Seal { first_seq, last_seq: first_seq.saturating_add(more) },
	}
}

#[cfg(test)]
mod tests;
