// SPDX-License-Identifier: Apache-2.0

//! Operators and their agents.

use super::consensus::{HISTORY_SESSIONS, MAX_AUTHORITIES};
use crate::{
	periods, AccountId, Attestation, Balances, Historical, Offences, Runtime, RuntimeCall,
	RuntimeHoldReason, Session, SessionKeys,
};
use core::marker::PhantomData;
use frame_support::{
	parameter_types,
	traits::{ConstU128, ConstU32, Contains, Everything, Get, GetCallIndex, PalletInfoAccess},
	weights::Weight,
};
use pallet_operators::{FeelessCall, FeelessCalls, FeelessCheck};
use sp_runtime::SaturatedConversion;

parameter_types! {
	/// Sessions for which evidence can name the owner of a key.
	pub const HistoryDepth: u32 = HISTORY_SESSIONS;
}

/// Heartbeat windows, which are sessions, in 30 days.
pub struct WindowsIn30Days<T>(PhantomData<T>);

impl<T: periods::Config> Get<u32> for WindowsIn30Days<T> {
	fn get() -> u32 {
		const MILLIS: u64 = 30 * 24 * 60 * 60 * 1_000;
		let session: u64 = periods::SessionBlocks::<T>::get().saturated_into();
		let window = periods::SlotMillis::<T>::get().saturating_mul(session).max(1);
		u32::try_from(MILLIS / window).unwrap_or(u32::MAX)
	}
}

/// Thirty eras, in windows: a month on mainnet, which is what uptime is measured over.
pub struct InviterAge<T>(PhantomData<T>);

impl<T: periods::Config> Get<u32> for InviterAge<T> {
	fn get() -> u32 {
		periods::EraSessions::<T>::get().saturating_mul(30)
	}
}

/// What an agent may sign besides the calls of `pallet-operators`: nothing that moves a token,
/// votes, or dispatches another call.
pub struct AgentCalls;

impl Contains<RuntimeCall> for AgentCalls {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(call, RuntimeCall::Attestation(pallet_attestation::Call::anchor { .. }))
	}
}

/// Batches of receipts that their gas covers are feeless to agents. One that cannot be anchored is
/// refused in validation, whoever sends it.
pub struct Anchors;

impl FeelessCalls<RuntimeCall> for Anchors {
	fn check(who: &AccountId, call: &RuntimeCall) -> Option<FeelessCheck> {
		let RuntimeCall::Attestation(call @ pallet_attestation::Call::anchor { batch }) = call
		else {
			return None;
		};
		Some(Attestation::check_anchor(who, batch).map(|operator| FeelessCall {
			operator,
			call: [<Attestation as PalletInfoAccess>::index() as u8, call.get_call_index()],
		}))
	}

	/// Part of what `CheckAnchor` weighs.
	fn check_weight(_: &RuntimeCall) -> Weight {
		Weight::zero()
	}
}

impl pallet_operators::Config for Runtime {
	type WeightInfo = pallet_operators::weights::SubstrateWeight<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Bond = ConstU128<0>;
	type SessionKeys = SessionKeys;
	type Session = Session;
	type KeyRegistry = pallet_operators::SessionKeyRegistry<Runtime>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem = pallet_operators::equivocation::AuraEquivocationReportSystem<
		Runtime,
		Offences,
		Historical,
		super::consensus::ReportLongevity,
	>;
	// Nothing yet delegates to an account or acts in its name.
	type IsFresh = Everything;
	type AgentCalls = AgentCalls;
	type FeelessCalls = Anchors;
	type WindowLength = periods::SessionBlocks<Runtime>;
	type UptimeWindows = WindowsIn30Days<Runtime>;
	// A window is as long as a session.
	type EraLength = periods::EraSessions<Runtime>;
	type InvitationsPerEra = ConstU32<4>;
	type InviterAge = InviterAge<Runtime>;
	type MaxOperators = ConstU32<16_384>;
	type MaxValidators = ConstU32<MAX_AUTHORITIES>;
	type MinValidators = ConstU32<1>;
	type MaxRevokedKeys = ConstU32<64>;
	type HistoryDepth = HistoryDepth;
	type MaxSweepPerBlock = ConstU32<64>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = pallet_operators::benchmarking::SessionBenchmarkHelper<Runtime>;
}
