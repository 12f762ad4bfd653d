// SPDX-License-Identifier: Apache-2.0
//! Everything that the rules remember. Changed by [`State::apply`] only.

use super::{
	AuraState, Bucket, Budget, Event, GrandpaState, Limits, LockReason, ReceiptChain, SlotClaim,
};
use codec::{Decode, Encode};
use qh_signer_client::{AccountId, Hash, Horizon, KeyClass, KeyRole};
use std::collections::{BTreeMap, BTreeSet};

/// The rules' memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct State {
	/// Time of the last record.
	pub time_ms: u64,
	/// How often vault and log have been opened together.
	pub generation: u64,
	/// Fingerprint of machine and directory at the last start.
	pub place: Hash,
	/// Set while locked.
	pub locked: Option<LockReason>,
	/// Session keys that hold back, each with its reason; and every key that was removed, with
	/// [`REMOVED`].
	pub held: BTreeMap<AccountId, String>,
	/// Agents' keys whose receipt chain is not known for sure; and every key that was removed.
	pub held_receipts: BTreeSet<AccountId>,
	/// Blocks sealed, by key.
	pub aura: BTreeMap<AccountId, AuraState>,
	/// Votes cast, by key.
	pub grandpa: BTreeMap<AccountId, GrandpaState>,
	/// Receipts signed, by key.
	pub receipts: BTreeMap<AccountId, ReceiptChain>,
	/// Budgets used, by key and kind.
	pub buckets: BTreeMap<(AccountId, Budget), Bucket>,
	/// The agent's keys need no session until then.
	pub agent_until_ms: u64,
}

/// Stands for the signer where a budget is not one key's.
pub const WHOLE_SIGNER: AccountId = [0; 32];

/// Why a key that was removed holds back, should it come back.
pub const REMOVED: &str = "removed";

impl State {
	/// Take a record into account. Infallible: what is in the log has happened.
	pub fn apply(&mut self, event: &Event, time_ms: u64, limits: &Limits) {
		self.time_ms = self.time_ms.max(time_ms);
		match event {
			Event::Started { generation, place } => {
				self.generation = *generation;
				self.place = *place;
			}
			Event::Snapshot(state) => *self = (**state).clone(),
			Event::Aura { key, slot, hash } => {
				let claim = SlotClaim { slot: *slot, hash: *hash };
				self.aura.entry(*key).or_default().record(&claim);
			}
			Event::Grandpa { key, vote } => {
				self.grandpa.entry(*key).or_default().record(vote, time_ms);
			}
			Event::Transaction { key, .. } => self.take(*key, Budget::Transactions, 1, limits),
			Event::Receipts { key, first_seq, ids } => {
				self.receipts.entry(*key).or_default().record(*first_seq, ids);
				self.take(*key, Budget::Receipts, ids.len() as u64, limits);
			}
			Event::Statement { key, .. } => self.take(*key, Budget::Statements, 1, limits),
			Event::KeyAdded { key, class, role, imported } => {
				if self.is_removed(key) {
					self.held.remove(key);
					self.held_receipts.remove(key);
				}
				match (class, role, imported) {
					(KeyClass::Consensus, _, true) => {
						self.held
							.insert(*key, "imported: what it signed elsewhere is not known".into());
					}
					(KeyClass::Agent, _, true) => {
						self.held_receipts.insert(*key);
					}
					(KeyClass::Consensus, KeyRole::Grandpa, false) => {
						self.take(WHOLE_SIGNER, Budget::SessionKeys, 1, limits);
					}
					_ => {}
				}
			}
			// What it signed is forgotten, so it must never sign as if it had signed nothing.
			Event::KeyRemoved { key } => {
				self.held.insert(*key, REMOVED.into());
				self.held_receipts.insert(*key);
				self.aura.remove(key);
				self.grandpa.remove(key);
				self.receipts.remove(key);
				self.buckets.retain(|(of, _), _| of != key);
			}
			Event::Locked { reason } => self.locked = Some(*reason),
			Event::Unlocked => self.locked = None,
			Event::Quarantined { reason, consensus, agents } => {
				for key in consensus {
					self.held.insert(*key, reason.clone());
				}
				for key in agents {
					// Only as long as it was removed.
					self.held.remove(key);
					self.held_receipts.insert(*key);
				}
			}
			Event::Released { slot, horizon } => self.release(*slot, *horizon),
			Event::AgentAuthorised { until_ms } => self.agent_until_ms = *until_ms,
			Event::ChainAdopted { key, next_seq, head } => {
				self.held_receipts.remove(key);
				self.receipts.insert(*key, ReceiptChain::adopt(*next_seq, *head));
			}
			Event::Lease { .. }
			| Event::Refusals { .. }
			| Event::Calls { .. }
			| Event::Stopped
			| Event::Bound { .. } => {}
		}
	}

	/// Whether a budget has `count` left.
	pub fn has(
		&self,
		key: AccountId,
		budget: Budget,
		count: u64,
		now: u64,
		limits: &Limits,
	) -> bool {
		let bucket = self.buckets.get(&(key, budget)).copied().unwrap_or_default();
		bucket.has(limits.of(budget), count, now.max(self.time_ms))
	}

	/// Whether a key was removed and has not come back.
	pub fn is_removed(&self, key: &AccountId) -> bool {
		self.held.get(key).is_some_and(|reason| reason == REMOVED)
	}

	/// Why session keys hold back, if any of those that are there do.
	pub fn quarantine(&self) -> Option<&str> {
		self.held.values().map(String::as_str).find(|reason| *reason != REMOVED)
	}

	/// The furthest round that any key voted in.
	pub fn horizon(&self) -> Option<Horizon> {
		self.grandpa.values().filter_map(GrandpaState::horizon).max()
	}

	/// The last slot that any key sealed.
	pub fn last_slot(&self) -> Option<u64> {
		self.aura.values().filter_map(|state| state.last).map(|(slot, _)| slot).max()
	}

	fn take(&mut self, key: AccountId, budget: Budget, count: u64, limits: &Limits) {
		let bucket = self.buckets.entry((key, budget)).or_default();
		bucket.take(limits.of(budget), count, self.time_ms);
	}

	/// Floors under every session key that was held and is there.
	fn release(&mut self, slot: u64, horizon: Horizon) {
		let (removed, held): (BTreeMap<_, _>, BTreeMap<_, _>) =
			std::mem::take(&mut self.held).into_iter().partition(|(_, reason)| reason == REMOVED);
		self.held = removed;
		for key in held.into_keys() {
			let aura = self.aura.entry(key).or_default();
			aura.floor = aura.floor.max(Some(slot));
			let grandpa = self.grandpa.entry(key).or_default();
			grandpa.floor = grandpa.floor.max(Some(horizon));
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn apply(state: &mut State, event: Event) {
		state.apply(&event, 1, &Limits::default());
	}

	#[test]
	fn a_removed_key_holds_back_and_a_release_of_others_does_not_free_it() {
		let (gone, there) = ([1; 32], [2; 32]);
		let mut state = State::default();
		apply(&mut state, Event::Aura { key: gone, slot: 5, hash: [5; 32] });
		apply(&mut state, Event::KeyRemoved { key: gone });
		assert!(state.is_removed(&gone) && state.held_receipts.contains(&gone));
		assert_eq!((state.quarantine(), state.last_slot()), (None, None));

		let quarantined =
			Event::Quarantined { reason: "why".into(), consensus: vec![there], agents: vec![] };
		apply(&mut state, quarantined);
		assert_eq!(state.quarantine(), Some("why"));
		let horizon = Horizon { set_id: 0, round: 9 };
		apply(&mut state, Event::Released { slot: 7, horizon });
		assert_eq!(state.quarantine(), None);
		assert!(state.is_removed(&gone) && !state.grandpa.contains_key(&gone));
		assert_eq!(state.grandpa[&there].floor, Some(horizon));

		// Back within an older vault, and quarantined for that, it is there.
		let mut back = state.clone();
		apply(
			&mut back,
			Event::Quarantined { reason: "why".into(), consensus: vec![], agents: vec![gone] },
		);
		assert!(!back.is_removed(&gone) && back.held_receipts.contains(&gone));

		// Taken in again, it is a key like any that was imported.
		let (class, role) = (KeyClass::Consensus, KeyRole::Aura);
		apply(&mut state, Event::KeyAdded { key: gone, class, role, imported: true });
		assert!(!state.is_removed(&gone) && state.quarantine().is_some());
		apply(&mut state, Event::Released { slot: 7, horizon });
		assert_eq!(state.aura[&gone].floor, Some(7));
	}
}
