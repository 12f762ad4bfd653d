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
	/// Stop sending: chain and log contradict each other.
	Halt(Disagreement),
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
	/// The next step, given a reading of the chain. `nonce` in the view is this transaction's.
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
mod tests {
	use super::*;

	struct Ids(u64);

	fn id(seq: u64) -> [u8; 32] {
		let mut id = [0xaa; 32];
		id[..8].copy_from_slice(&seq.to_le_bytes());
		id
	}

	fn head(next_seq: u64) -> Head {
		Head { next_seq, head: if next_seq == 0 { [0; 32] } else { id(next_seq - 1) } }
	}

	impl Chained for Ids {
		fn count(&self) -> u64 {
			self.0
		}
		fn head_after(&self, n: u64) -> Option<[u8; 32]> {
			(n <= self.0).then(|| head(n).head)
		}
		fn time_ms(&self, seq: u64) -> Option<u64> {
			(seq < self.0).then_some(1_000)
		}
	}

	const POLICY: Policy = Policy { max_receipts: 4, interval_ms: 500, resubmit_after: 3 };

	fn view(finalized: u64, best: u64) -> View {
		View {
			finalized: BlockId { number: 10, hash: [1; 32] },
			finalized_head: head(finalized),
			best: BlockId { number: 12, hash: [2; 32] },
			best_head: head(best),
			nonce: 7,
			spec_version: 1,
			affordable: 100,
		}
	}

	fn flight(first_seq: u64, last_seq: u64, attempt: Option<Attempt>) -> Outbox {
		Outbox {
			settled: first_seq,
			settled_block: 5,
			flight: Some(Flight {
				first_seq,
				last_seq,
				prev_head: Hex32(head(first_seq).head),
				new_head: Hex32(id(last_seq)),
				merkle_root: Hex32([3; 32]),
				since: 9,
				attempt,
			}),
		}
	}

	fn attempt() -> Attempt {
		Attempt {
			transaction: HexBytes(vec![1]),
			nonce: 7,
			spec_version: 1,
			death: 70,
			submitted_at: Some(12),
		}
	}

	fn decide(outbox: &Outbox, view: &View, log: u64) -> Step {
		outbox.decide(view, &Ids(log), &POLICY, 1_100).unwrap()
	}

	#[test]
	fn an_empty_log_is_idle() {
		assert_eq!(decide(&Outbox::default(), &view(0, 0), 0), Step::Wait(Waiting::Idle));
	}

	#[test]
	fn a_batch_is_cut_when_full_or_old_and_never_larger_than_affordable() {
		let outbox = Outbox::default();
		assert_eq!(decide(&outbox, &view(0, 0), 3), Step::Wait(Waiting::NotDue));
		assert_eq!(decide(&outbox, &view(0, 0), 9), Step::Seal { first_seq: 0, last_seq: 3 });
		let late = outbox.decide(&view(0, 0), &Ids(2), &POLICY, 1_500).unwrap();
		assert_eq!(late, Step::Seal { first_seq: 0, last_seq: 1 });
		let back = outbox.decide(&view(0, 0), &Ids(2), &POLICY, 10).unwrap();
		assert_eq!(back, Step::Seal { first_seq: 0, last_seq: 1 });
		let poor = View { affordable: 2, ..view(0, 0) };
		assert_eq!(decide(&outbox, &poor, 9), Step::Seal { first_seq: 0, last_seq: 1 });
		let broke = View { affordable: 0, ..view(0, 0) };
		assert_eq!(decide(&outbox, &broke, 9), Step::Wait(Waiting::Allowance));
	}

	#[test]
	fn a_sealed_batch_is_signed_submitted_and_waited_for() {
		assert_eq!(decide(&flight(0, 1, None), &view(0, 0), 9), Step::Sign(Resign::First));
		let mut outbox = flight(0, 1, Some(Attempt { submitted_at: None, ..attempt() }));
		assert_eq!(decide(&outbox, &view(0, 0), 9), Step::Submit);
		outbox.submitted(12);
		assert_eq!(decide(&outbox, &view(0, 0), 9), Step::Wait(Waiting::Inclusion));
		assert_eq!(decide(&outbox, &view(0, 2), 9), Step::Wait(Waiting::Finality));
		let later = View { best: BlockId { number: 15, hash: [2; 32] }, ..view(0, 0) };
		assert_eq!(decide(&outbox, &later, 9), Step::Submit);
	}

	#[test]
	fn a_transaction_that_can_no_longer_be_included_is_signed_anew() {
		let outbox = flight(0, 1, Some(attempt()));
		let upgraded = View { spec_version: 2, ..view(0, 0) };
		assert_eq!(decide(&outbox, &upgraded, 9), Step::Sign(Resign::Upgrade));
		let raced = View { nonce: 8, ..view(0, 0) };
		assert_eq!(decide(&outbox, &raced, 9), Step::Sign(Resign::Nonce));
		let mut late = view(0, 0);
		late.best.number = 69;
		assert_eq!(decide(&outbox, &late, 9), Step::Sign(Resign::Expired));
		late.best.number = 68;
		assert_eq!(decide(&outbox, &late, 9), Step::Submit);
	}

	#[test]
	fn what_is_final_is_settled_even_when_the_outbox_was_lost() {
		let step = decide(&flight(2, 3, Some(attempt())), &view(4, 4), 9);
		let through = BlockId { number: 10, hash: [1; 32] };
		assert_eq!(step, Step::Settle { first_seq: 2, last_seq: 3, above: 9, through });
		let step = decide(&Outbox::default(), &view(4, 4), 9);
		assert_eq!(step, Step::Settle { first_seq: 0, last_seq: 3, above: 0, through });
	}

	#[test]
	fn settling_drops_the_batch_and_never_goes_back() {
		let mut outbox = flight(2, 3, Some(attempt()));
		outbox.settle(4, 10);
		assert_eq!(outbox, Outbox { settled: 4, settled_block: 10, flight: None });
		outbox.settle(1, 3);
		assert_eq!((outbox.settled, outbox.settled_block), (4, 10));
	}

	#[test]
	fn a_chain_that_knows_more_or_other_receipts_stops_everything() {
		let error = Outbox::default().decide(&view(4, 4), &Ids(3), &POLICY, 0).unwrap_err();
		assert_eq!(error, Disagreement::ChainAhead { chain: 4, log: 3 });
		let mut forked = view(4, 4);
		forked.finalized_head.head = [9; 32];
		let error = Outbox::default().decide(&forked, &Ids(9), &POLICY, 0).unwrap_err();
		assert!(matches!(error, Disagreement::Fork { seq: 3, .. }), "{error}");
	}

	#[test]
	fn a_node_that_lost_its_database_is_waited_for() {
		let outbox = Outbox { settled: 4, settled_block: 5, flight: None };
		assert_eq!(decide(&outbox, &view(0, 0), 9), Step::Wait(Waiting::NodeBehind));
	}

	#[test]
	fn the_nonce_is_waiting_only_while_the_transaction_can_still_be_included() {
		let outbox = flight(0, 1, Some(attempt()));
		assert_eq!(outbox.waiting_nonce(&view(0, 0)), Some(7));
		assert_eq!(outbox.waiting_nonce(&view(0, 2)), None);
		let mut late = view(0, 0);
		late.best.number = 69;
		assert_eq!(outbox.waiting_nonce(&late), None);
	}
}
