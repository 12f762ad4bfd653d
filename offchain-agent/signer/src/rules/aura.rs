// SPDX-License-Identifier: Apache-2.0
//! Blocks: one a slot, slots only forward, none far from now.
//!
//! Soundness: no two different headers are signed for one slot by one key. Liveness: an honest
//! block for the present slot is signed whatever was asked before, because nothing above
//! [`AuraRules::ahead`] slots from now moves the watermark.

use super::Decision;
use codec::{Decode, Encode};
use qh_signer_client::{Hash, RefusalCode};

/// A block to seal, as the signer decoded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotClaim {
	/// Slot of the one Aura pre-runtime digest.
	pub slot: u64,
	/// `blake2_256` of the header.
	pub hash: Hash,
}

/// What a key has sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct AuraState {
	/// The last slot and the header signed for it.
	pub last: Option<(u64, Hash)>,
	/// Nothing at or under this slot is signed (set when a quarantine is released).
	pub floor: Option<u64>,
}

impl AuraState {
	/// Note a signed block.
	pub fn record(&mut self, claim: &SlotClaim) {
		if self.last.is_none_or(|(last, _)| claim.slot >= last) {
			self.last = Some((claim.slot, claim.hash));
		}
	}
}

/// Parameters of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuraRules {
	/// Length of a slot in milliseconds; never 0.
	pub slot_ms: u64,
	/// Slots that a claim may lie ahead of now, for clocks that differ.
	pub ahead: u64,
	/// Slots that a claim may lie behind now.
	pub behind: u64,
}

impl AuraRules {
	/// The usual window: two slots ahead, 120 behind.
	pub fn new(slot_ms: u64) -> Self {
		Self { slot_ms: slot_ms.max(1), ahead: 2, behind: 120 }
	}

	/// The slot at a time.
	pub fn slot_at(&self, now_ms: u64) -> u64 {
		now_ms / self.slot_ms.max(1)
	}

	/// Whether `claim` may be signed.
	pub fn decide(&self, state: &AuraState, claim: &SlotClaim, now_ms: u64) -> Decision {
		let slot = claim.slot;
		if let Some((last, hash)) = state.last {
			if slot == last {
				return if claim.hash == hash {
					Decision::Repeat
				} else {
					Decision::refuse(
						RefusalCode::Conflict,
						format!("another block was signed for slot {slot}"),
					)
				};
			}
			if slot < last {
				return Decision::refuse(
					RefusalCode::BelowFloor,
					format!("slot {slot} is before {last}, the last one signed"),
				);
			}
		}
		if state.floor.is_some_and(|floor| slot <= floor) {
			return Decision::refuse(
				RefusalCode::BelowFloor,
				format!("slot {slot} may have been signed before the quarantine"),
			);
		}
		let now = self.slot_at(now_ms);
		if slot > now.saturating_add(self.ahead) || slot.saturating_add(self.behind) < now {
			return Decision::refuse(
				RefusalCode::Implausible,
				format!(
					"slot {slot} is not near {now}, the present one by this host's clock and \
					 slot_ms = {} in config.toml",
					self.slot_ms
				),
			);
		}
		Decision::Sign
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::rules::Decision::{Repeat, Sign};

	const SLOT: u64 = 1000;

	fn claim(slot: u64, hash: u8) -> SlotClaim {
		SlotClaim { slot, hash: [hash; 32] }
	}

	fn code(decision: Decision) -> Option<RefusalCode> {
		match decision {
			Decision::Refuse(refusal) => refusal.reason(),
			_ => None,
		}
	}

	/// Ask, and record what is signed.
	fn ask(state: &mut AuraState, claim: SlotClaim, now_slot: u64) -> Decision {
		let decision = AuraRules::new(SLOT).decide(state, &claim, now_slot * SLOT);
		if decision == Sign {
			state.record(&claim);
		}
		decision
	}

	#[test]
	fn one_block_a_slot() {
		let mut state = AuraState::default();
		assert_eq!(ask(&mut state, claim(100, 1), 100), Sign);
		assert_eq!(ask(&mut state, claim(100, 1), 100), Repeat);
		assert_eq!(code(ask(&mut state, claim(100, 2), 100)), Some(RefusalCode::Conflict));
		assert_eq!(code(ask(&mut state, claim(99, 1), 100)), Some(RefusalCode::BelowFloor));
		assert_eq!(ask(&mut state, claim(101, 2), 100), Sign);
	}

	#[test]
	fn extremes_neither_reset_nor_block_the_watermark() {
		let extremes =
			[0, 1, 1 << 31, (1 << 32) - 1, (1 << 63) - 1, 1 << 63, u64::MAX - 1, u64::MAX];
		for extreme in extremes {
			let mut state = AuraState::default();
			assert_eq!(ask(&mut state, claim(100_000, 1), 100_000), Sign);
			assert!(code(ask(&mut state, claim(extreme, 9), 100_000)).is_some());
			assert_eq!(
				code(ask(&mut state, claim(100_000, 2), 100_000)),
				Some(RefusalCode::Conflict)
			);
			assert_eq!(ask(&mut state, claim(100_001, 3), 100_001), Sign);
		}
	}

	#[test]
	fn a_slot_that_is_not_near_is_refused_with_what_it_was_measured_by() {
		match AuraRules::new(6000).decide(
			&AuraState::default(),
			&claim(1_800_000, 1),
			1_800_000_000,
		) {
			Decision::Refuse(refusal) => {
				assert_eq!(refusal.reason(), Some(RefusalCode::Implausible));
				assert!(refusal.message.contains("slot_ms = 6000"), "{}", refusal.message);
			}
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn the_floor_holds_after_a_quarantine() {
		let mut state = AuraState { last: None, floor: Some(100) };
		assert_eq!(code(ask(&mut state, claim(100, 1), 100)), Some(RefusalCode::BelowFloor));
		assert_eq!(ask(&mut state, claim(101, 1), 100), Sign);
	}

	/// Every history of up to four requests over a small space, against a model that remembers
	/// everything that was ever signed.
	#[test]
	fn exhaustive_against_a_model() {
		const NOW: u64 = 200;
		let slots = [NOW - 121, NOW - 120, NOW - 1, NOW, NOW + 2, NOW + 3];
		let all: Vec<_> =
			slots.iter().flat_map(|slot| [1, 2].map(|hash| claim(*slot, hash))).collect();
		let mut histories: Vec<Vec<SlotClaim>> = vec![vec![]];
		let mut compared = 0u32;
		for _ in 0..4 {
			histories = histories
				.into_iter()
				.flat_map(|history| {
					all.iter().map(move |next| {
						let mut longer = history.clone();
						longer.push(*next);
						longer
					})
				})
				.collect();
			for history in &histories {
				let mut state = AuraState::default();
				let mut signed: Vec<SlotClaim> = Vec::new();
				for claim in history {
					let highest = signed.iter().map(|signed| signed.slot).max();
					let same = signed.iter().find(|signed| signed.slot == claim.slot);
					let near = claim.slot <= NOW + 2 && claim.slot + 120 >= NOW;
					let expected = match (highest, same) {
						(Some(highest), Some(same)) if claim.slot == highest => {
							if same.hash == claim.hash {
								Ok(Repeat)
							} else {
								Err(RefusalCode::Conflict)
							}
						}
						(Some(highest), _) if claim.slot < highest => Err(RefusalCode::BelowFloor),
						_ if near => Ok(Sign),
						_ => Err(RefusalCode::Implausible),
					};
					let found = ask(&mut state, *claim, NOW);
					if found == Sign {
						signed.push(*claim);
					}
					match expected {
						Ok(decision) => assert_eq!(found, decision),
						Err(reason) => assert_eq!(code(found), Some(reason)),
					}
					compared += 1;
				}
				for (index, one) in signed.iter().enumerate() {
					assert!(signed[..index].iter().all(|other| other.slot != one.slot));
				}
			}
		}
		assert!(compared > 80_000);
	}
}
