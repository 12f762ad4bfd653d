// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores and exchanges.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::{fungible::Inspect, ConstU32},
	weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use qh_app_crypto::Signature;
use qh_torus::{Segment, SEGMENTS};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{transaction_validity::InvalidTransaction, AccountId32, BoundedVec};

use crate::{pallet::Config, uptime::Uptime};

/// The pallet's balance type.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// The pallet's record of an operator.
pub type OperatorOf<T> = Operator<BlockNumberFor<T>, BalanceOf<T>>;

/// Number of a heartbeat window. Windows are numbered from 0 and never skipped.
pub type WindowIndex = u32;

/// Identifies a key in revocations: [`qh_crypto::account_id`] of its scheme and public key. For an
/// account's key it is the account's id; session keys are Falcon-512 keys.
pub type KeyId = [u8; 32];

/// Bound of a proof of possession: a Falcon-512 signature for each of up to three session keys.
pub type MaxProofLen = ConstU32<2_048>;

/// Keys that one call can revoke.
pub type MaxKeysPerRevocation = ConstU32<8>;

/// Evidence of two blocks by one author in one slot, as `sc-consensus-slots` reports it.
pub type AuraEquivocationProof<Header> =
	sp_consensus_slots::EquivocationProof<Header, qh_app_crypto::aura::AuthorityId>;

/// A newcomer's registration: both keys' consent, and who invited.
///
/// The accounts are not named: they follow from the public keys inside the signatures. What is
/// signed is given by [`crate::statement`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Registration {
	/// Consent of the operator's key, of any scheme.
	pub operator: Signature,
	/// Consent of the agent's key, a Falcon-512 key.
	pub agent: Signature,
	/// The operator that invites and submits, or `None` if the newcomer submits and pays itself.
	pub inviter: Option<AccountId32>,
}

/// A registered operator.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Operator<BlockNumber, Balance> {
	/// The account that acts for the operator from day to day.
	pub agent: AccountId32,
	/// The operator that invited this one.
	pub inviter: Option<AccountId32>,
	/// The seat on the torus, for good.
	pub segment: Segment,
	/// Block of the registration.
	pub registered_at: BlockNumber,
	/// Window of the registration; uptime counts from the next.
	pub registered_in: WindowIndex,
	/// Held on the operator's account from registration on.
	pub bond: Balance,
	/// Feeless invitations used, by era.
	pub invitations: Quota,
	/// Feeless changes of the agent used.
	pub agent_changes: Quota,
	/// Feeless rotations of session keys used.
	pub key_rotations: Quota,
	/// Feeless revocations used.
	pub revocations: Quota,
	/// Entries that this operator has on the revocation list.
	pub revoked_keys: u32,
}

/// How often a feeless call was made in the last period in which it was made: a window, or, for
/// invitations, an era.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Quota {
	period: u32,
	used: u32,
}

impl Quota {
	/// The last period with a use; 0 if there was none.
	#[cfg(any(feature = "try-runtime", test))]
	pub(crate) const fn last(&self) -> u32 {
		self.period
	}

	/// Uses that count in `period`.
	pub const fn used_in(&self, period: u32) -> u32 {
		if self.period == period {
			self.used
		} else {
			0
		}
	}

	/// Counts one more use in `period`.
	pub fn note(&mut self, period: u32) {
		*self = Self { period, used: self.used_in(period).saturating_add(1) };
	}
}

/// The current window.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Window<BlockNumber> {
	/// The window's number.
	pub index: WindowIndex,
	/// Blocks of it so far that accepted transactions.
	pub blocks: BlockNumber,
	/// Block at which it began.
	pub began_at: BlockNumber,
}

/// Version of an operator's node, ordered as semantic versions are.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct NodeVersion {
	/// Incompatible changes.
	pub major: u16,
	/// Features.
	pub minor: u16,
	/// Fixes.
	pub patch: u16,
}

/// What an agent says of its node with a heartbeat.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Heartbeat {
	/// Version of the node.
	pub node: NodeVersion,
	/// Number of the node's best block.
	pub best: u32,
	/// Number of the node's finalized block, not above `best`.
	pub finalized: u32,
	/// blake2_256 of the agent's health report.
	pub report: H256,
}

/// An operator's health as heartbeats and authored blocks show it.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum HealthState {
	/// Seen in one of the last two complete windows, or in the current one.
	#[codec(index = 0)]
	Healthy,
	/// Seen again after having been unhealthy: healthy when seen in the following window too.
	#[codec(index = 1)]
	Recovering,
	/// Missed two windows in a row, or one while recovering.
	#[codec(index = 2)]
	Unhealthy,
}

/// Signs of life of an operator.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Health {
	/// The state as of `last_seen`, or `Unhealthy` once the sweep has passed. Read it through
	/// [`Health::state_in`], which needs no sweep.
	pub(crate) state: HealthState,
	/// The last window with a heartbeat or an authored block.
	pub last_seen: WindowIndex,
	/// The last heartbeat and its window.
	pub last_heartbeat: Option<(WindowIndex, Heartbeat)>,
	/// Windows of the last 30 days in which the operator was seen.
	pub(crate) uptime: Uptime,
}

/// Share of the complete windows of the last 30 days in which an operator was seen; windows before
/// its registration do not count.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct UptimeFigure {
	/// Windows in which the operator was seen.
	pub seen: u32,
	/// Complete windows that count.
	pub windows: u32,
}

impl UptimeFigure {
	/// Whether at least `numerator / denominator` of the windows were seen; false while no window
	/// counts. Exact: compares products, rounds nothing.
	pub fn reaches(&self, numerator: u32, denominator: u32) -> bool {
		self.windows > 0
			&& u64::from(self.seen) * u64::from(denominator)
				>= u64::from(self.windows) * u64::from(numerator)
	}
}

/// Why an operator is suspended from the validator set.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum SuspensionReason {
	/// Signed two blocks for one slot, or two votes in one round.
	#[codec(index = 0)]
	Equivocation,
	/// Revoked its own operator key.
	#[codec(index = 1)]
	OperatorKeyRevoked,
}

/// A suspension from the validator set. The place on the list is kept.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Suspension<BlockNumber> {
	/// Why; an equivocation, if there is one among the reasons.
	pub reason: SuspensionReason,
	/// Block of the first suspension.
	pub since: BlockNumber,
}

/// How many operators sit in each segment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Population(BoundedVec<u32, ConstU32<{ SEGMENTS as u32 }>>);

impl Default for Population {
	fn default() -> Self {
		Self(BoundedVec::truncate_from(alloc::vec![0; SEGMENTS.into()]))
	}
}

impl Population {
	/// Operators in this segment.
	pub fn of(&self, segment: Segment) -> u32 {
		self.0.get(segment.index()).copied().unwrap_or_default()
	}

	/// Counts one more operator in this segment.
	pub(crate) fn add(&mut self, segment: Segment) {
		if let Some(count) = self.0.get_mut(segment.index()) {
			*count = count.saturating_add(1);
		}
	}

	/// Operators in all segments.
	pub fn total(&self) -> u64 {
		self.0.iter().map(|count| u64::from(*count)).sum()
	}
}

/// An operator of the genesis state. Nothing is signed: whoever writes a genesis state vouches for
/// all of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisOperator {
	/// The operator's account.
	pub operator: AccountId32,
	/// Its agent's account.
	pub agent: AccountId32,
	/// Its segment, 0 to 511.
	pub segment: u16,
}

/// A validator of the genesis state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisValidator<Keys> {
	/// The account of a genesis operator.
	pub operator: AccountId32,
	/// Its session keys.
	pub keys: Keys,
	/// The keys' proof of possession for this operator, as `set_keys` takes it.
	#[serde(with = "sp_core::bytes")]
	pub proof: Vec<u8>,
}

/// Feeless calls of other pallets that operators and agents make.
///
/// The extension [`crate::CheckOperatorCall`] treats them as this pallet's own: one pool tag a
/// call, operator and window, the same priority, and refusal in validation.
pub trait FeelessCalls<RuntimeCall> {
	/// Checks a call that `who` signs. `None` if this is not a feeless call, or not when this
	/// sender makes it: it then is an ordinary transaction.
	fn check(who: &AccountId32, call: &RuntimeCall) -> Option<FeelessCheck>;

	/// Weight of [`FeelessCalls::check`].
	fn check_weight(call: &RuntimeCall) -> Weight;
}

/// What came of checking a feeless call: what it is to the pool, or why it would fail.
pub type FeelessCheck = Result<FeelessCall, InvalidTransaction>;

/// A feeless call as the pool knows it: of each there is at most one a window in the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeelessCall {
	/// The operator that it is made for.
	pub operator: AccountId32,
	/// Index of the pallet, then of the call.
	pub call: [u8; 2],
}

impl FeelessCall {
	/// The tag that the call's transaction provides in this window: SCALE of
	/// `("qh-operator", (call, operator, window))`.
	pub fn tag(&self, window: WindowIndex) -> Vec<u8> {
		("qh-operator", (self.call, &self.operator, window)).encode()
	}
}

impl<RuntimeCall> FeelessCalls<RuntimeCall> for () {
	fn check(_: &AccountId32, _: &RuntimeCall) -> Option<FeelessCheck> {
		None
	}

	fn check_weight(_: &RuntimeCall) -> Weight {
		Weight::zero()
	}
}
