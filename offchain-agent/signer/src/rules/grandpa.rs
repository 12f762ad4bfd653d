// SPDX-License-Identifier: Apache-2.0
//! Finality votes: for each (set, round, type) one target, exact within a window.
//!
//! Votes are not strictly monotone: a voter that catches up may still vote in a round that it left
//! behind. So every vote of the last [`WINDOW`] rounds of the last two sets is kept, and what lies
//! under that is refused.
//!
//! Soundness: no two different targets are signed for one (set, round, type) by one key. Liveness:
//! a vote within the window that conflicts with nothing is signed. A lie about the future moves the
//! window by a bounded number of rounds only, which honest rounds soon make up for.

use super::Decision;
use codec::{Decode, Encode};
use qh_signer_client::{Hash, Horizon, RefusalCode};
use std::collections::BTreeMap;

/// Rounds of a set whose votes are kept exactly.
pub const WINDOW: u64 = 256;
/// Sets whose votes are kept.
const SETS: u64 = 2;
/// Rounds that a vote may run ahead at any time.
const ROUNDS_AHEAD: u64 = 128;
/// Length of the shortest round, for how far ahead a vote may run after some time.
const SHORTEST_ROUND_MS: u64 = 250;
/// Sets that a vote may run ahead at any time.
const SETS_AHEAD: u64 = 2;
/// Slots of the shortest session, for how far ahead a set may be after some time.
const SHORTEST_SESSION_SLOTS: u64 = 4;
/// Bound of a key's first vote, for which there is nothing to compare with.
const FIRST_MAX: u64 = u32::MAX as u64;

/// Type of a vote. Two votes of different types never conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum VoteKind {
	/// First phase.
	#[codec(index = 0)]
	Prevote,
	/// Second phase.
	#[codec(index = 1)]
	Precommit,
	/// The primary's hint.
	#[codec(index = 2)]
	PrimaryPropose,
}

/// A vote, as the signer decoded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Vote {
	/// Set and round.
	pub at: Horizon,
	/// Type.
	pub kind: VoteKind,
	/// Number of the block voted for.
	pub number: u32,
	/// Its hash.
	pub hash: Hash,
}

/// Votes of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Round {
	/// When the first of them was recorded.
	since_ms: u64,
	votes: BTreeMap<VoteKind, (u32, Hash)>,
}

/// What a key has voted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct GrandpaState {
	/// Nothing at or under this is signed (set when a quarantine is released).
	pub floor: Option<Horizon>,
	sets: BTreeMap<u64, BTreeMap<u64, Round>>,
}

impl GrandpaState {
	/// The furthest round voted in, or that is closed by the floor.
	pub fn horizon(&self) -> Option<Horizon> {
		let voted = self.sets.iter().next_back().and_then(|(set_id, rounds)| {
			rounds.keys().next_back().map(|round| Horizon { set_id: *set_id, round: *round })
		});
		voted.max(self.floor)
	}

	/// Note a signed vote, and forget what falls out of the window.
	pub fn record(&mut self, vote: &Vote, time_ms: u64) {
		let rounds = self.sets.entry(vote.at.set_id).or_default();
		let round = rounds
			.entry(vote.at.round)
			.or_insert_with(|| Round { since_ms: time_ms, votes: BTreeMap::new() });
		round.votes.entry(vote.kind).or_insert((vote.number, vote.hash));
		if let Some(highest) = rounds.keys().next_back().copied() {
			*rounds = rounds.split_off(&(highest + 1).saturating_sub(WINDOW));
		}
		if let Some(highest) = self.sets.keys().next_back().copied() {
			self.sets = self.sets.split_off(&(highest + 1).saturating_sub(SETS));
		}
	}

	/// Time of the oldest vote that is kept.
	fn oldest_ms(&self) -> Option<u64> {
		self.sets.values().flat_map(|rounds| rounds.values()).map(|round| round.since_ms).min()
	}
}

/// Parameters of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrandpaRules {
	/// Length of the shortest session in milliseconds; never 0.
	pub session_ms: u64,
}

impl GrandpaRules {
	/// For a chain with slots of this length.
	pub fn new(slot_ms: u64) -> Self {
		Self { session_ms: slot_ms.max(1).saturating_mul(SHORTEST_SESSION_SLOTS) }
	}

	/// Whether `vote` may be signed.
	pub fn decide(&self, state: &GrandpaState, vote: &Vote, now_ms: u64) -> Decision {
		let Horizon { set_id, round } = vote.at;
		let below = |what: String| Decision::refuse(RefusalCode::BelowFloor, what);
		let implausible = |what: String| Decision::refuse(RefusalCode::Implausible, what);

		if state.floor.is_some_and(|floor| vote.at <= floor) {
			return below(format!(
				"round {round} of set {set_id} may have been voted in before the quarantine"
			));
		}
		// Nothing can follow the last number there is, so nothing may be signed for it.
		if set_id == u64::MAX || round == u64::MAX {
			return implausible(format!("round {round} of set {set_id} is out of range"));
		}
		let Some(highest_set) = state.sets.keys().next_back().copied() else {
			return if set_id <= FIRST_MAX && round <= FIRST_MAX {
				Decision::Sign
			} else {
				implausible(format!("round {round} of set {set_id} is out of range"))
			};
		};
		if set_id.saturating_add(SETS) <= highest_set {
			return below(format!("set {set_id} is long over: the key votes in {highest_set}"));
		}
		let elapsed = now_ms.saturating_sub(state.oldest_ms().unwrap_or(now_ms));
		let sets_ahead = SETS_AHEAD.saturating_add(elapsed / self.session_ms.max(1));
		if set_id > highest_set.saturating_add(sets_ahead) {
			return implausible(format!("set {set_id} is too far from {highest_set}"));
		}
		let rounds = state.sets.get(&set_id);
		if let Some(known) = rounds.and_then(|rounds| rounds.get(&round)) {
			match known.votes.get(&vote.kind) {
				Some(target) if *target == (vote.number, vote.hash) => return Decision::Repeat,
				Some(_) => {
					return Decision::refuse(
						RefusalCode::Conflict,
						format!(
							"another {:?} was signed in round {round} of set {set_id}",
							vote.kind
						),
					)
				}
				None => return Decision::Sign,
			}
		}
		let highest =
			rounds.and_then(|rounds| rounds.keys().next_back().copied()).unwrap_or_default();
		if round.saturating_add(WINDOW) <= highest {
			return below(format!("round {round} is long over: the key votes in {highest}"));
		}
		let rounds_ahead = ROUNDS_AHEAD.saturating_add(elapsed / SHORTEST_ROUND_MS);
		if round > highest.saturating_add(rounds_ahead) {
			return implausible(format!("round {round} is too far from {highest}"));
		}
		Decision::Sign
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rules::Decision::{Repeat, Sign};

	const RULES: GrandpaRules = GrandpaRules { session_ms: 4000 };

	fn vote(set_id: u64, round: u64, kind: VoteKind, hash: u8) -> Vote {
		Vote { at: Horizon { set_id, round }, kind, number: 7, hash: [hash; 32] }
	}

	fn prevote(set_id: u64, round: u64, hash: u8) -> Vote {
		vote(set_id, round, VoteKind::Prevote, hash)
	}

	fn ask_at(state: &mut GrandpaState, vote: Vote, now_ms: u64) -> Decision {
		let decision = RULES.decide(state, &vote, now_ms);
		if decision == Sign {
			state.record(&vote, now_ms);
		}
		decision
	}

	fn ask(state: &mut GrandpaState, vote: Vote) -> Decision {
		ask_at(state, vote, 1000)
	}

	fn code(decision: Decision) -> Option<RefusalCode> {
		match decision {
			Decision::Refuse(refusal) => refusal.reason(),
			_ => None,
		}
	}

	#[test]
	fn one_target_a_round_and_type() {
		let mut state = GrandpaState::default();
		for kind in [VoteKind::Prevote, VoteKind::Precommit, VoteKind::PrimaryPropose] {
			assert_eq!(ask(&mut state, vote(3, 5, kind, 1)), Sign);
			assert_eq!(ask(&mut state, vote(3, 5, kind, 1)), Repeat);
			assert_eq!(code(ask(&mut state, vote(3, 5, kind, 2))), Some(RefusalCode::Conflict));
			let other_number = Vote { number: 8, ..vote(3, 5, kind, 1) };
			assert_eq!(code(ask(&mut state, other_number)), Some(RefusalCode::Conflict));
		}
	}

	#[test]
	fn a_late_vote_of_a_round_left_behind_is_signed() {
		let mut state = GrandpaState::default();
		assert_eq!(ask(&mut state, prevote(0, 10, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(0, 11, 1)), Sign);
		assert_eq!(ask(&mut state, vote(0, 10, VoteKind::Precommit, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(0, 9, 1)), Sign);
		// And of the set before.
		assert_eq!(ask(&mut state, prevote(1, 1, 1)), Sign);
		assert_eq!(ask(&mut state, vote(0, 11, VoteKind::Precommit, 1)), Sign);
		assert_eq!(code(ask(&mut state, prevote(0, 11, 2))), Some(RefusalCode::Conflict));
	}

	#[test]
	fn what_the_window_forgot_is_below_the_floor() {
		let mut state = GrandpaState::default();
		for round in 1..=WINDOW + 10 {
			assert_eq!(ask(&mut state, prevote(0, round, 1)), Sign, "{round}");
		}
		assert_eq!(code(ask(&mut state, prevote(0, 10, 2))), Some(RefusalCode::BelowFloor));
		assert_eq!(code(ask(&mut state, prevote(0, 11, 2))), Some(RefusalCode::Conflict));
		assert_eq!(ask(&mut state, prevote(1, 1, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(2, 1, 1)), Sign);
		assert_eq!(code(ask(&mut state, prevote(0, 500, 2))), Some(RefusalCode::BelowFloor));
	}

	#[test]
	fn extremes_neither_reset_nor_block() {
		let extremes = [1 << 31, (1 << 32) - 1, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX];
		for extreme in extremes {
			let mut state = GrandpaState::default();
			assert_eq!(ask(&mut state, prevote(2, 100, 1)), Sign);
			for at in [(2, extreme), (extreme, 1), (extreme, extreme)] {
				assert_eq!(
					code(ask(&mut state, prevote(at.0, at.1, 9))),
					Some(RefusalCode::Implausible)
				);
			}
			assert_eq!(code(ask(&mut state, prevote(2, 100, 2))), Some(RefusalCode::Conflict));
			assert_eq!(ask(&mut state, prevote(2, 101, 1)), Sign);
		}
		for (set_id, round) in [(1 << 40, 1), (1, 1 << 40), (u64::MAX, u64::MAX)] {
			let decision = ask(&mut GrandpaState::default(), prevote(set_id, round, 1));
			assert_eq!(code(decision), Some(RefusalCode::Implausible));
		}
	}

	#[test]
	fn a_lie_about_the_future_leaves_the_present_votable() {
		let mut state = GrandpaState::default();
		assert_eq!(ask(&mut state, prevote(0, 1000, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(0, 1000 + ROUNDS_AHEAD, 9)), Sign);
		assert_eq!(ask(&mut state, prevote(0, 1001, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(1, 1, 9)), Sign);
		assert_eq!(ask(&mut state, prevote(0, 1002, 1)), Sign);
	}

	#[test]
	fn a_long_absence_opens_the_way_ahead() {
		let mut state = GrandpaState::default();
		let day = 86_400_000;
		assert_eq!(ask_at(&mut state, prevote(5, 100, 1), 0), Sign);
		assert_eq!(ask_at(&mut state, prevote(5, 86_500, 1), day), Sign);
		assert_eq!(ask_at(&mut state, prevote(5 + 8640, 40, 1), 2 * day), Sign);
	}

	#[test]
	fn the_floor_holds_after_a_quarantine() {
		let floor = Horizon { set_id: 4, round: 20 };
		let mut state = GrandpaState { floor: Some(floor), ..Default::default() };
		assert_eq!(state.horizon(), Some(floor));
		assert_eq!(code(ask(&mut state, prevote(4, 20, 1))), Some(RefusalCode::BelowFloor));
		assert_eq!(code(ask(&mut state, prevote(3, 99, 1))), Some(RefusalCode::BelowFloor));
		assert_eq!(ask(&mut state, prevote(4, 21, 1)), Sign);
		assert_eq!(ask(&mut state, prevote(5, 1, 1)), Sign);
	}

	/// Every history of up to three votes over 2 sets, 3 rounds, 3 types and 2 targets, each with
	/// every candidate: the rule refuses exactly what a full memory calls a conflict, and signs
	/// everything else.
	#[test]
	fn exhaustive_against_a_model() {
		let kinds = [VoteKind::Prevote, VoteKind::Precommit, VoteKind::PrimaryPropose];
		let mut all = Vec::new();
		for set_id in 0..2 {
			for round in 1..4 {
				for kind in kinds {
					for hash in 0..2 {
						all.push(vote(set_id, round, kind, hash));
					}
				}
			}
		}
		let place = |vote: &Vote| (vote.at, vote.kind);
		let mut compared = 0u32;
		for a in &all {
			for b in &all {
				for c in &all {
					let mut state = GrandpaState::default();
					let mut signed: Vec<Vote> = Vec::new();
					for past in [a, b, c] {
						if ask(&mut state, *past) == Sign {
							signed.push(*past);
						}
					}
					for candidate in &all {
						let before = signed.iter().find(|past| place(past) == place(candidate));
						let found = RULES.decide(&state, candidate, 1000);
						match before {
							Some(before) if before == candidate => assert_eq!(found, Repeat),
							Some(_) => assert_eq!(code(found), Some(RefusalCode::Conflict)),
							None => assert_eq!(found, Sign),
						}
						compared += 1;
					}
				}
			}
		}
		assert_eq!(compared, 36u32.pow(4));
	}
}
