// SPDX-License-Identifier: Apache-2.0
//! Receipts: each sequence number once, each linked to the one before.

use super::Decision;
use codec::{Decode, Encode};
use qh_signer_client::{Hash, RefusalCode};
use std::collections::VecDeque;

/// Ids of the latest receipts that are kept, so that asking again can be told from forking.
pub const REMEMBERED: usize = 8192;

/// A receipt's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptLink {
	/// Sequence number.
	pub seq: u64,
	/// Id of the receipt before.
	pub prev: Hash,
	/// Its own id.
	pub id: Hash,
}

/// The chain of receipts that a key has signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ReceiptChain {
	/// Sequence number that the next receipt must have.
	pub next_seq: u64,
	/// Id of the last receipt; zeros before the first.
	pub head: Hash,
	/// Ids of the latest receipts; the last one has number `next_seq - 1`.
	recent: VecDeque<Hash>,
}

impl ReceiptChain {
	/// Whether these receipts, in order, continue the chain or repeat it.
	pub fn decide(&self, links: &[ReceiptLink]) -> Decision {
		let broken = |what: String| Decision::refuse(RefusalCode::BrokenChain, what);
		let mut next = (self.next_seq, self.head);
		let mut expected = None;
		let mut fresh = false;
		for link in links {
			if expected.is_some_and(|expected| link.seq != expected) {
				return broken(format!("receipt {} does not follow the one before it", link.seq));
			}
			let Some(following) = link.seq.checked_add(1) else {
				return broken("sequence numbers are used up".into());
			};
			expected = Some(following);
			if link.seq < self.next_seq {
				match self.remembered(link.seq) {
					Some(id) if *id == link.id => continue,
					Some(_) => {
						return Decision::refuse(
							RefusalCode::Conflict,
							format!("another receipt was signed as number {}", link.seq),
						)
					}
					None => {
						return broken(format!(
							"receipt {} is too old to tell whether it was signed",
							link.seq
						))
					}
				}
			}
			if (link.seq, link.prev) != next {
				return broken(format!(
					"receipt {} does not continue the chain: number {} on 0x{} is next",
					link.seq,
					next.0,
					hex::encode(next.1)
				));
			}
			next = (following, link.id);
			fresh = true;
		}
		match (links.is_empty(), fresh) {
			(true, _) => broken("no receipts".into()),
			(_, true) => Decision::Sign,
			(_, false) => Decision::Repeat,
		}
	}

	/// Note signed receipts: ids from number `first_seq` on.
	pub fn record(&mut self, first_seq: u64, ids: &[Hash]) {
		for (seq, id) in (first_seq..).zip(ids) {
			if seq < self.next_seq {
				continue;
			}
			self.next_seq = seq.saturating_add(1);
			self.head = *id;
			self.recent.push_back(*id);
			if self.recent.len() > REMEMBERED {
				self.recent.pop_front();
			}
		}
	}

	/// Take over a chain that was signed elsewhere.
	pub fn adopt(next_seq: u64, head: Hash) -> Self {
		Self { next_seq, head, recent: VecDeque::from_iter((next_seq > 0).then_some(head)) }
	}

	fn remembered(&self, seq: u64) -> Option<&Hash> {
		let back = usize::try_from(self.next_seq.checked_sub(seq)?).ok()?;
		self.recent.get(self.recent.len().checked_sub(back)?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn id(seq: u64, branch: u8) -> Hash {
		let mut id = [branch; 32];
		id[..8].copy_from_slice(&(seq + 1).to_le_bytes());
		id
	}

	fn links(from: u64, count: u64) -> Vec<ReceiptLink> {
		(from..from + count)
			.map(|seq| ReceiptLink {
				seq,
				prev: seq.checked_sub(1).map_or([0; 32], |before| id(before, 0)),
				id: id(seq, 0),
			})
			.collect()
	}

	fn sign(chain: &mut ReceiptChain, links: &[ReceiptLink]) -> Decision {
		let decision = chain.decide(links);
		if decision == Decision::Sign {
			let ids: Vec<_> = links.iter().map(|link| link.id).collect();
			chain.record(links[0].seq, &ids);
		}
		decision
	}

	fn code(decision: Decision) -> Option<RefusalCode> {
		match decision {
			Decision::Refuse(refusal) => refusal.reason(),
			_ => None,
		}
	}

	#[test]
	fn the_chain_goes_on_or_repeats() {
		let mut chain = ReceiptChain::default();
		assert_eq!(sign(&mut chain, &links(0, 3)), Decision::Sign);
		assert_eq!(sign(&mut chain, &links(0, 3)), Decision::Repeat);
		assert_eq!(sign(&mut chain, &links(1, 2)), Decision::Repeat);
		// Half old, half new, as after a crash between two of the agent's writes.
		assert_eq!(sign(&mut chain, &links(2, 5)), Decision::Sign);
		assert_eq!((chain.next_seq, chain.head), (7, id(6, 0)));
	}

	#[test]
	fn forks_gaps_and_disorder_are_refused() {
		let mut chain = ReceiptChain::default();
		sign(&mut chain, &links(0, 3));
		let mut fork = links(2, 1);
		fork[0].id = id(2, 9);
		assert_eq!(code(chain.decide(&fork)), Some(RefusalCode::Conflict));
		let mut wrong_prev = links(3, 1);
		wrong_prev[0].prev = id(2, 9);
		for refused in [wrong_prev, links(4, 1), vec![], vec![links(3, 1)[0], links(5, 1)[0]]] {
			assert_eq!(code(chain.decide(&refused)), Some(RefusalCode::BrokenChain));
		}
		let last = ReceiptLink { seq: u64::MAX, prev: [0; 32], id: [1; 32] };
		assert_eq!(code(chain.decide(&[last])), Some(RefusalCode::BrokenChain));
	}

	#[test]
	fn what_is_forgotten_is_not_signed_again() {
		let mut chain = ReceiptChain::default();
		let many = REMEMBERED as u64 + 5;
		sign(&mut chain, &links(0, many));
		assert_eq!(chain.decide(&links(5, 1)), Decision::Repeat);
		assert_eq!(code(chain.decide(&links(4, 1))), Some(RefusalCode::BrokenChain));
	}

	#[test]
	fn an_adopted_chain_goes_on() {
		let mut chain = ReceiptChain::adopt(4, id(3, 0));
		assert_eq!(chain.decide(&links(3, 1)), Decision::Repeat);
		assert_eq!(code(chain.decide(&links(2, 1))), Some(RefusalCode::BrokenChain));
		assert_eq!(sign(&mut chain, &links(4, 2)), Decision::Sign);
		assert_eq!(ReceiptChain::adopt(0, [0; 32]).decide(&links(0, 1)), Decision::Sign);
	}
}
