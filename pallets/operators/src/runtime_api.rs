// SPDX-License-Identifier: Apache-2.0

//! What nodes, agents and pages ask the runtime about operators.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use qh_torus::Segment;
use scale_info::TypeInfo;
use sp_runtime::{traits::NumberFor, AccountId32, OpaqueValue};

use crate::{
	pallet::{
		Config, CurrentWindow, HealthOf, Pallet, Registry, RevokedKeys, Suspended, Validators,
	},
	types::{
		AuraEquivocationProof, HealthState, Heartbeat, KeyId, SuspensionReason, UptimeFigure,
		WindowIndex,
	},
};

/// Operators at most in one answer.
pub const MAX_PAGE: u32 = 512;

/// An operator, all in one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OperatorInfo<BlockNumber> {
	/// The operator's account.
	pub operator: AccountId32,
	/// Its agent's account.
	pub agent: AccountId32,
	/// Who invited it.
	pub inviter: Option<AccountId32>,
	/// Its seat.
	pub segment: Segment,
	/// Block of its registration.
	pub registered_at: BlockNumber,
	/// Its health now.
	pub health: HealthState,
	/// Its uptime over 30 days.
	pub uptime: UptimeFigure,
	/// Whether it is on the list of validators.
	pub validator: bool,
	/// Why it is left out of sessions, if it is.
	pub suspended: Option<SuspensionReason>,
	/// Whether it revoked its own key.
	pub retired: bool,
}

/// What an agent needs to decide on a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct HeartbeatStatus<BlockNumber> {
	/// The current window.
	pub window: WindowIndex,
	/// Blocks of the window that have accepted transactions, the current one included.
	pub blocks: BlockNumber,
	/// Length of a window in such blocks.
	pub length: BlockNumber,
	/// The last window in which the operator was seen.
	pub last_seen: WindowIndex,
	/// The last heartbeat and its window.
	pub last_heartbeat: Option<(WindowIndex, Heartbeat)>,
	/// The operator's health now.
	pub health: HealthState,
}

impl<BlockNumber> HeartbeatStatus<BlockNumber> {
	/// Whether the operator counts as missing in this window until it sends a heartbeat or authors
	/// a block.
	pub fn needed(&self) -> bool {
		self.last_seen < self.window
	}

	/// Whether a heartbeat would be accepted now.
	pub fn accepted(&self) -> bool {
		self.last_heartbeat.as_ref().is_none_or(|(window, _)| *window < self.window)
	}
}

impl<T: Config> Pallet<T> {
	/// The operator with this account.
	pub fn operator_info(operator: AccountId32) -> Option<OperatorInfo<BlockNumberFor<T>>> {
		let record = Registry::<T>::get(&operator)?;
		Some(OperatorInfo {
			agent: record.agent,
			inviter: record.inviter,
			segment: record.segment,
			registered_at: record.registered_at,
			health: Self::health(&operator)?,
			uptime: Self::uptime(&operator)?,
			validator: Validators::<T>::get().contains(&operator),
			suspended: Suspended::<T>::get(&operator).map(|suspension| suspension.reason),
			retired: RevokedKeys::<T>::contains_key(&operator, KeyId::from(operator.clone())),
			operator,
		})
	}

	/// The operator's heartbeats in the current window.
	pub fn heartbeat_status(operator: &AccountId32) -> Option<HeartbeatStatus<BlockNumberFor<T>>> {
		let health = HealthOf::<T>::get(operator)?;
		let window = CurrentWindow::<T>::get();
		Some(HeartbeatStatus {
			window: window.index,
			blocks: window.blocks,
			length: T::WindowLength::get(),
			last_seen: health.last_seen,
			last_heartbeat: health.last_heartbeat,
			health: health.state_in(window.index),
		})
	}

	/// Up to `limit`, at most [`MAX_PAGE`], operators in the order of state, after `start`.
	pub fn operators_after(start: Option<AccountId32>, limit: u32) -> Vec<AccountId32> {
		let limit = limit.min(MAX_PAGE) as usize;
		match start {
			Some(start) => Registry::<T>::iter_from(Registry::<T>::hashed_key_for(start))
				.map(|(operator, _)| operator)
				.take(limit)
				.collect(),
			None => Registry::<T>::iter_keys().take(limit).collect(),
		}
	}
}

sp_api::decl_runtime_apis! {
	/// Operators, their agents, health and keys.
	pub trait OperatorsApi {
		/// The operator with this account.
		fn operator(operator: AccountId32) -> Option<OperatorInfo<NumberFor<Block>>>;

		/// The operator that this account is the agent of.
		fn operator_of(agent: AccountId32) -> Option<AccountId32>;

		/// The operator's heartbeats in the current window.
		fn heartbeat_status(operator: AccountId32) -> Option<HeartbeatStatus<NumberFor<Block>>>;

		/// Up to `limit`, at most 512, operators in the order of state, beginning after `start`.
		fn operators(start: Option<AccountId32>, limit: u32) -> Vec<AccountId32>;

		/// Whether what `key` signed for `operator` in block `at` is void, because the operator
		/// revoked the key in an earlier block.
		fn is_revoked(operator: AccountId32, key: KeyId, at: NumberFor<Block>) -> bool;

		/// Evidence of who owns this Aura key in the current session, to be asked for at a block of
		/// the session in which the key offended. An encoded `KeyOwnerProof`.
		fn generate_aura_key_ownership_proof(
			authority: qh_app_crypto::aura::AuthorityId,
		) -> Option<OpaqueValue>;

		/// Submits a report of Aura equivocation as an unsigned transaction of this node. `None` if
		/// the key owner's proof does not decode or the pool refuses the report.
		fn submit_report_aura_equivocation(
			equivocation_proof: AuraEquivocationProof<Block::Header>,
			key_owner_proof: OpaqueValue,
		) -> Option<()>;
	}
}
