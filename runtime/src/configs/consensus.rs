// SPDX-License-Identifier: Apache-2.0

//! Block production, finality, sessions and the punishment of those who break their rules.

use crate::{
	periods, AccountId, Aura, Balances, Historical, Offences, Operators, Runtime, RuntimeEvent,
	Session, SessionKeys,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU128, ConstU32, ConstU64, FindAuthor},
	ConsensusEngineId,
};
use pallet_session::historical;
use sp_runtime::traits::{Convert, OpaqueKeys};

/// Most validators that a session may have (design section 3.3): what a header's digest and a
/// GRANDPA catch-up message can carry.
pub const MAX_AUTHORITIES: u32 = 256;

/// Sessions for which an equivocation can still be proven: a week on mainnet.
pub const HISTORY_SESSIONS: u32 = 336;

impl pallet_aura::Config for Runtime {
	type AuthorityId = qh_app_crypto::aura::AuthorityId;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type DisabledValidators = Session;
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type SlotDuration = periods::SlotMillis<Runtime>;
}

/// Finds the validator whose turn a block's slot was.
pub struct AuthorBySlot;

impl FindAuthor<AccountId> for AuthorBySlot {
	fn find_author<'a, I>(digests: I) -> Option<AccountId>
	where
		I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>,
	{
		let index = Aura::find_author(digests)?;
		Session::validators().get(index as usize).cloned()
	}
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = AuthorBySlot;
	type EventHandler = Operators;
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = pallet_operators::ValidatorIdOf<Self>;
	type ShouldEndSession = PeriodicSessions;
	type NextSessionRotation = PeriodicSessions;
	type SessionManager = historical::NoteHistoricalRoot<Self, Operators>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

/// Sessions of the length that genesis set.
pub type PeriodicSessions =
	pallet_session::PeriodicSessions<periods::SessionBlocks<Runtime>, ConstU32<0>>;

impl historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = NoIdentification;
}

/// A validator is identified by its account alone.
pub struct NoIdentification;

impl Convert<AccountId, Option<()>> for NoIdentification {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

parameter_types! {
	/// Blocks for which a report of an equivocation stays in the pool.
	pub const ReportLongevity: u64 = HISTORY_SESSIONS as u64 * periods::DEFAULT_SESSION_BLOCKS as u64;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = crate::weights::pallet_grandpa::WeightInfo;
	type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<{ HISTORY_SESSIONS as u64 }>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Operators;
}
