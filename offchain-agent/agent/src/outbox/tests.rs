// SPDX-License-Identifier: Apache-2.0
//! Tests of the outbox: each reading of the chain and the step that it asks for.

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
