// SPDX-License-Identifier: Apache-2.0

//! Block production, finality, sessions and the punishment of those who break their rules.

use crate::{
	periods, AccountId, Aura, Balances, BlockNumber, Hash, Historical, Offences, Operators,
	Runtime, RuntimeEvent, Session, SessionKeys,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU128, ConstU32, ConstU64, FindAuthor, KeyOwnerProofSystem},
	ConsensusEngineId,
};
use pallet_session::historical;
use sp_consensus_grandpa::EquivocationProof;
use sp_runtime::{
	traits::{Convert, OpaqueKeys},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};
use sp_session::MembershipProof;
use sp_staking::offence::OffenceReportSystem;

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
	type KeyOwnerProof = MembershipProof;
	type EquivocationReportSystem = VoteReports;
}

type StockVoteReports =
	pallet_grandpa::EquivocationReportSystem<Runtime, Offences, Historical, ReportLongevity>;

/// Evidence of two votes in one round, and of who owns the key that cast them.
type VoteEvidence = (EquivocationProof<Hash, BlockNumber>, MembershipProof);

/// Reports of two votes in one round, as `pallet-grandpa` processes them, except that
///
/// * who is suspended for an equivocation already is not reported again: its key could sign
///   evidence without end, and each report stays in the state, free of charge;
/// * a proof for the current session is compared with the session before its keys are gone through.
pub struct VoteReports;

impl VoteReports {
	/// The operator that the evidence accuses; whether its key's proof holds is checked further
	/// where that is dear. `None` if it cannot hold.
	fn accused((votes, key_owner): &VoteEvidence) -> Option<AccountId> {
		let key = (sp_consensus_grandpa::KEY_TYPE, votes.offender().clone());
		if key_owner.session != Session::current_index() {
			return Historical::check_proof(key, key_owner.clone()).map(|(owner, ())| owner);
		}
		let validators = Session::validators();
		let owner = Session::key_owner(key.0, key.1.as_ref())?;
		let plausible = key_owner.validator_count as usize == validators.len();
		(plausible && validators.contains(&owner)).then_some(owner)
	}
}

impl OffenceReportSystem<Option<AccountId>, VoteEvidence> for VoteReports {
	type Longevity = ReportLongevity;

	fn publish_evidence(evidence: VoteEvidence) -> Result<(), ()> {
		StockVoteReports::publish_evidence(evidence)
	}

	fn check_evidence(evidence: VoteEvidence) -> Result<(), TransactionValidityError> {
		let accused = Self::accused(&evidence).ok_or(InvalidTransaction::BadProof)?;
		if Operators::is_punished(&accused) {
			return Err(InvalidTransaction::Stale.into());
		}
		StockVoteReports::check_evidence(evidence)
	}

	fn process_evidence(
		reporter: Option<AccountId>,
		evidence: VoteEvidence,
	) -> Result<(), DispatchError> {
		let accused = Self::accused(&evidence)
			.ok_or(pallet_grandpa::Error::<Runtime>::InvalidKeyOwnershipProof)?;
		if Operators::is_punished(&accused) {
			return Err(pallet_grandpa::Error::<Runtime>::DuplicateOffenceReport.into());
		}
		StockVoteReports::process_evidence(reporter, evidence)
	}
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Operators;
}
