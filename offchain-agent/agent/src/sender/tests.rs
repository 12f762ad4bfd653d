// SPDX-License-Identifier: Apache-2.0
//! The sender against a chain that forks, drops, delays and upgrades, and against crashes.

mod world;

use super::*;
use crate::{
	fakes::{Fail, FakeSigner, ManualClock},
	journal::{Entry, Journal, JournalError, Recorded},
};
use proptest::prelude::*;
use qh_receipts::Kind;
use std::fs;
use world::{FakeChain, Rng, AGENT_SEED, GENESIS, OPERATOR};

const POLICY: Policy = Policy { max_receipts: 5, interval_ms: 0, resubmit_after: 3 };

struct Agent {
	dir: tempfile::TempDir,
	chain: FakeChain,
	signer: FakeSigner,
	clock: ManualClock,
	journal: Journal<FakeSigner, ManualClock>,
}

impl Agent {
	fn new(chain: FakeChain) -> Self {
		let dir = tempfile::tempdir().unwrap();
		fs::create_dir(dir.path().join("proofs")).unwrap();
		let signer = FakeSigner::new(AGENT_SEED);
		let clock = ManualClock::at(1_000);
		let (journal, _) = Journal::open(
			&dir.path().join("operational.jsonl"),
			&dir.path().join("pending.json"),
			Self::owner(),
			signer.public(),
			signer.clone(),
			clock.clone(),
		)
		.unwrap();
		Self { dir, chain, signer, clock, journal }
	}

	fn owner() -> Owner {
		Owner { genesis: GENESIS, operator: OPERATOR }
	}

	fn paths(&self) -> Paths {
		Paths {
			log: self.dir.path().join("operational.jsonl"),
			outbox: self.dir.path().join("state.json"),
			proofs: self.dir.path().join("proofs"),
		}
	}

	fn sender(&self) -> Sender<FakeChain, FakeSigner, ManualClock> {
		let agent_public = self.signer.public();
		let agent = qh_crypto::account_id(qh_crypto::Scheme::Falcon512, &agent_public);
		Sender::open(
			self.chain.clone(),
			self.signer.clone(),
			self.clock.clone(),
			Identity { owner: Self::owner(), agent, agent_public },
			self.paths(),
			Settings { policy: POLICY, heartbeat_after: Some(2) },
			self.journal.index().clone(),
		)
		.unwrap()
	}

	async fn try_write(&mut self, count: usize) -> Result<Vec<Recorded>, JournalError> {
		let entries = (0..count).map(|_| Entry { kind: Kind::HEALTH, payload: vec![1] }).collect();
		self.journal.record(entries).await
	}

	async fn write(&mut self, count: usize) {
		self.try_write(count).await.unwrap();
	}

	/// Every receipt is final on chain exactly once and proven on disk.
	fn check(&self) {
		let index = self.journal.index();
		assert_eq!(self.chain.final_seqs(), (0..index.count()).collect::<Vec<_>>());
		let proofs = Proofs::new(self.paths().proofs);
		assert_eq!(proofs.reach().unwrap().settled, index.count());
		for seq in 0..index.count() {
			let signed = log::read(&self.paths().log, index, seq).unwrap();
			proofs.find(seq).unwrap().verify(signed, &self.signer.public()).unwrap();
		}
	}
}

/// Lets everything go well until every receipt is settled.
async fn settle_all(
	agent: &Agent,
	mut sender: Sender<FakeChain, FakeSigner, ManualClock>,
) -> Counters {
	for round in 0..400 {
		sender.tick().await.unwrap();
		if sender.settled() == agent.journal.index().count() {
			return sender.counters();
		}
		agent.chain.build_block();
		agent.chain.finalize_behind(2);
		agent.clock.set(agent.clock.unix_ms() + 1_000);
		assert!(round < 399, "not settled: {:?}", agent.chain.describe());
	}
	sender.counters()
}

fn run<F: std::future::Future>(future: F) -> F::Output {
	tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn receipts_are_anchored_in_batches_and_proven() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(12).await;
		let counters = settle_all(&agent, agent.sender()).await;
		assert_eq!((counters.settled, counters.resigned, counters.refused), (12, 0, 0));
		assert_eq!(counters.submitted, 3);
		agent.check();
	});
}

#[test]
fn a_batch_of_one_and_a_lost_outbox_are_recovered_from_the_chain() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(1).await;
		settle_all(&agent, agent.sender()).await;
		agent.write(7).await;
		let mut sender = agent.sender();
		sender.tick().await.unwrap();
		agent.chain.build_block();
		drop(sender);
		fs::remove_file(agent.paths().outbox).unwrap();
		settle_all(&agent, agent.sender()).await;
		agent.check();
	});
}

#[test]
fn lost_proofs_are_fetched_again() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(9).await;
		settle_all(&agent, agent.sender()).await;
		fs::remove_dir_all(agent.paths().proofs).unwrap();
		fs::create_dir(agent.paths().proofs).unwrap();
		settle_all(&agent, agent.sender()).await;
		agent.check();
	});
}

#[test]
fn an_upgrade_between_signing_and_inclusion_costs_one_signature() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(3).await;
		let mut sender = agent.sender();
		sender.tick().await.unwrap();
		agent.chain.upgrade();
		let counters = settle_all(&agent, sender).await;
		assert_eq!((counters.resigned, counters.settled), (1, 3));
		agent.check();
	});
}

#[test]
fn a_transaction_that_is_never_included_is_signed_anew_after_its_era() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(3).await;
		let mut sender = agent.sender();
		for _ in 0..80 {
			sender.tick().await.unwrap();
			agent.chain.empty_pool();
			agent.chain.build_block();
			agent.chain.finalize_behind(2);
		}
		let counters = settle_all(&agent, sender).await;
		assert!(counters.resigned >= 1 && counters.submitted > 10, "{counters:?}");
		agent.check();
	});
}

#[test]
fn a_foreign_receipt_on_chain_stops_the_sender() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.write(3).await;
		settle_all(&agent, agent.sender()).await;
		let mut other = Agent::new(agent.chain.clone());
		other.write(1).await;
		let error = other.sender().tick().await.unwrap_err();
		assert!(
			matches!(error, SendError::Disagreement(Disagreement::ChainAhead { .. })),
			"{error}"
		);
	});
}

#[test]
fn an_idle_operator_heartbeats_once_a_window() {
	run(async {
		let agent = Agent::new(FakeChain::new());
		let mut sender = agent.sender();
		for _ in 0..50 {
			sender.tick().await.unwrap();
			agent.chain.build_block();
			agent.chain.finalize_behind(2);
		}
		assert_eq!(agent.chain.heartbeats(), vec![0, 1, 2, 3, 4]);
		assert_eq!(sender.counters().heartbeats, 5);
	});
}

#[test]
fn heartbeats_and_batches_share_the_account_without_losing_either() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		let mut sender = agent.sender();
		for _ in 0..60 {
			agent.write(1).await;
			sender.tick().await.unwrap();
			agent.chain.build_block();
			agent.chain.finalize_behind(1);
		}
		settle_all(&agent, sender).await;
		assert!(agent.chain.heartbeats().len() >= 6, "{:?}", agent.chain.heartbeats());
		agent.check();
	});
}

#[test]
fn session_keys_are_rotated_while_a_batch_waits() {
	run(async {
		let mut agent = Agent::new(FakeChain::new());
		agent.chain.tick_by_itself();
		agent.write(3).await;
		let mut sender = agent.sender();
		sender.tick().await.unwrap();
		let keys = sender.new_session_keys().await.unwrap();
		sender.rotate_session_keys(&keys, || ()).await.unwrap();
		assert_eq!(agent.chain.session_keys(), keys.keys());
		settle_all(&agent, sender).await;
		agent.check();
	});
}

#[test]
fn a_signer_that_makes_no_session_keys_is_not_said_to_refuse_a_transaction() {
	run(async {
		let agent = Agent::new(FakeChain::new());
		agent.signer.fail_next(Fail::Away);
		let error = agent.sender().new_session_keys().await.unwrap_err();
		assert_eq!(error.to_string(), "no new session keys: away");
	});
}

/// Rotates while `at_turn` does what it likes with the chain before each turn.
async fn rotate(
	agent: &Agent,
	mut at_turn: impl FnMut(&FakeChain, usize) + Send,
) -> Result<(), RotationError> {
	let mut sender = agent.sender();
	let keys = sender.new_session_keys().await.unwrap();
	let mut turn = 0;
	let rotated = sender.rotate_session_keys(&keys, || {
		at_turn(&agent.chain, turn);
		turn += 1;
	});
	rotated.await
}

#[test]
fn a_rotation_outlives_a_node_that_is_away_for_a_while() {
	run(async {
		let agent = Agent::new(FakeChain::new());
		let rotated = rotate(&agent, |chain, turn| match turn {
			1 => chain.away_after(0, 3),
			6 => chain.build_block(),
			_ => {}
		});
		rotated.await.unwrap();
		assert!(!agent.chain.session_keys().is_empty());
	});
}

#[test]
fn a_rotation_is_handed_in_again_where_the_answer_was_lost() {
	run(async {
		// View, operator and composing succeed; then the transaction is lost, or the answer to it.
		for lost in [3, 4] {
			let agent = Agent::new(FakeChain::new());
			let rotated = rotate(&agent, |chain, turn| match turn {
				0 => chain.away_after(lost, 1),
				1 => assert!(chain.is_calm(), "the submission met the failure"),
				_ => chain.build_block(),
			});
			rotated.await.unwrap();
		}
	});
}

#[test]
fn a_rotation_has_failed_once_nothing_of_it_can_be_included() {
	run(async {
		let agent = Agent::new(FakeChain::new());
		let error = rotate(&agent, |chain, _| {
			chain.empty_pool();
			chain.build_block();
			chain.finalize_behind(2);
		});
		let error = error.await.unwrap_err();
		assert!(matches!(error, RotationError::Failed(_)), "{error}");
	});
}

#[test]
fn a_rotation_that_may_still_be_included_has_not_failed() {
	run(async {
		let agent = Agent::new(FakeChain::new());
		let error = rotate(&agent, |_, _| ()).await.unwrap_err();
		assert!(matches!(error, RotationError::Unknown { .. }), "{error}");
		agent.chain.build_block();
		assert!(!agent.chain.session_keys().is_empty());
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// Crashes, reorganisations, dropped and delayed transactions, lost answers, upgrades, an
	/// outbox from an earlier moment: nothing is lost and nothing is doubled.
	#[test]
	fn nothing_is_lost_or_doubled(seed in any::<u64>()) {
		run(async {
			let mut rng = Rng(seed | 1);
			let mut agent = Agent::new(FakeChain::new());
			let mut sender = agent.sender();
			let mut older_outbox = None;
			for _ in 0..80 {
				agent.clock.set(agent.clock.unix_ms() + 700);
				if rng.one_in(8) {
					let fail = if rng.one_in(2) { Fail::Away } else { Fail::AnswerLost };
					agent.signer.fail_next(fail);
				}
				if rng.one_in(3) {
					// What could not be signed is pending, and written by a later one.
					let _ = agent.try_write(rng.below(4) as usize).await;
				}
				agent.chain.misfortune(&mut rng);
				// Whatever it says, it must go on from there.
				let _ = sender.tick().await;
				if rng.one_in(5) {
					older_outbox = fs::read(agent.paths().outbox).ok();
				}
				if rng.one_in(4) {
					drop(sender);
					match (&older_outbox, rng.below(4)) {
						(Some(older), 0) => fs::write(agent.paths().outbox, older).unwrap(),
						(_, 1) => { let _ = fs::remove_file(agent.paths().outbox); },
						_ => {},
					}
					sender = agent.sender();
				}
			}
			agent.signer.clear();
			agent.chain.calm();
			agent.write(1).await;
			settle_all(&agent, sender).await;
			agent.check();
		});
	}
}
