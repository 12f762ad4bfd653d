// SPDX-License-Identifier: Apache-2.0
//! What may be signed, given what was signed before.
//!
//! Pure: state and a decoded request in, a [`Decision`] out; no clock, no disk, no keys. State
//! changes by applying log records ([`Event`]) only, so that replaying the log gives the state that
//! decided.
//!
//! [`Rules`] is a trait because tests need validators that misbehave: they link this crate as a
//! library and bring their own. The program has [`Enforced`] and no way to choose.

mod aura;
mod bucket;
mod calls;
mod event;
mod grandpa;
mod receipts;
mod state;

pub use aura::{AuraRules, AuraState, SlotClaim};
pub use bucket::{Bucket, Budget, Limit, Limits};
pub use calls::{is_call_name, is_forbidden_to_agent, AGENT_CALLS};
pub use event::{Event, LockReason, Record};
pub use grandpa::{GrandpaRules, GrandpaState, Vote, VoteKind, WINDOW};
pub use receipts::{ReceiptChain, ReceiptLink, REMEMBERED};
pub use state::{State, REMOVED, WHOLE_SIGNER};

use qh_signer_client::{Refusal, RefusalCode};

/// What a rule says. There is no default: nothing is signed by omission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
	/// Not signed before and in conflict with nothing: record it, then sign.
	Sign,
	/// Exactly this was recorded before: sign without a new record.
	Repeat,
	/// No.
	Refuse(Refusal),
}

impl Decision {
	fn refuse(code: RefusalCode, message: impl Into<String>) -> Self {
		Self::Refuse(Refusal::new(code, message))
	}
}

/// The rules that a signer signs by.
pub trait Rules: Send + Sync + 'static {
	/// May this block be sealed? `now_ms` is wall-clock time since 1970.
	fn aura(&self, state: &AuraState, claim: &SlotClaim, now_ms: u64) -> Decision;
	/// May this vote be cast?
	fn grandpa(&self, state: &GrandpaState, vote: &Vote, now_ms: u64) -> Decision;
	/// May these receipts, in order, be signed?
	fn receipts(&self, state: &ReceiptChain, links: &[ReceiptLink]) -> Decision;
}

/// The rules of the program.
#[derive(Clone, Debug)]
pub struct Enforced {
	/// For blocks.
	pub aura: AuraRules,
	/// For finality votes.
	pub grandpa: GrandpaRules,
}

impl Enforced {
	/// For a chain with slots of this length.
	pub fn new(slot_ms: u64) -> Self {
		Self { aura: AuraRules::new(slot_ms), grandpa: GrandpaRules::new(slot_ms) }
	}
}

impl Rules for Enforced {
	fn aura(&self, state: &AuraState, claim: &SlotClaim, now_ms: u64) -> Decision {
		self.aura.decide(state, claim, now_ms)
	}

	fn grandpa(&self, state: &GrandpaState, vote: &Vote, now_ms: u64) -> Decision {
		self.grandpa.decide(state, vote, now_ms)
	}

	fn receipts(&self, state: &ReceiptChain, links: &[ReceiptLink]) -> Decision {
		state.decide(links)
	}
}
