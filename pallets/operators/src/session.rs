// SPDX-License-Identifier: Apache-2.0

//! The validator set: which validators a session gets, who authored, who is suspended.

use super::*;
use core::marker::PhantomData;
use frame_support::weights::Weight;
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_session::SessionInterface;
use sp_runtime::{
	traits::{BlakeTwo256, Convert, Hash},
	KeyTypeId, Perbill,
};
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

/// Looks up session keys.
pub trait KeyRegistry<Keys> {
	/// The session keys that an operator has set, used from the session after next.
	fn keys_of(operator: &AccountId32) -> Option<Keys>;
	/// The operator that has set this key.
	fn owner_of(key_type: KeyTypeId, public: &[u8]) -> Option<AccountId32>;
}

/// The session keys of `pallet-session`.
pub struct SessionKeyRegistry<T>(PhantomData<T>);

impl<T: pallet_session::Config<ValidatorId = AccountId32>> KeyRegistry<T::Keys>
	for SessionKeyRegistry<T>
{
	fn keys_of(operator: &AccountId32) -> Option<T::Keys> {
		pallet_session::Pallet::<T>::load_keys(operator)
	}

	fn owner_of(key_type: KeyTypeId, public: &[u8]) -> Option<AccountId32> {
		pallet_session::Pallet::<T>::key_owner(key_type, public)
	}
}

/// An operator's validator id is its account; nobody else has one. For `pallet-session`.
pub struct ValidatorIdOf<T>(PhantomData<T>);

impl<T: Config> Convert<AccountId32, Option<AccountId32>> for ValidatorIdOf<T> {
	fn convert(account: AccountId32) -> Option<AccountId32> {
		Registry::<T>::contains_key(&account).then_some(account)
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the operator is left out of sessions.
	pub fn is_suspended(operator: &AccountId32) -> bool {
		Suspended::<T>::contains_key(operator)
	}

	/// Leaves the operator out of sessions from the next one planned. An equivocation outweighs the
	/// other reason; otherwise the first one stays.
	pub(crate) fn suspend(operator: &AccountId32, reason: SuspensionReason) {
		let earlier = Suspended::<T>::get(operator);
		let outweighed = earlier.as_ref().is_none_or(|earlier| {
			earlier.reason != reason && reason == SuspensionReason::Equivocation
		});
		if !outweighed || !Registry::<T>::contains_key(operator) {
			return;
		}
		let since = earlier
			.map_or_else(frame_system::Pallet::<T>::block_number, |suspension| suspension.since);
		Suspended::<T>::insert(operator, Suspension { reason, since });
		Self::deposit_event(Event::OperatorSuspended { operator: operator.clone(), reason });
	}

	/// Suspends an equivocator, takes its uptime, and has it disabled for the rest of the session.
	pub(crate) fn punish_equivocator(operator: &AccountId32) {
		Self::suspend(operator, SuspensionReason::Equivocation);
		HealthOf::<T>::mutate_extant(operator, |health| health.uptime = Default::default());
		T::Session::report_offence(operator.clone(), OffenceSeverity::max_severity());
	}

	/// The validators for the session after next, with their keys, in the order of the list: those
	/// that have session keys and are not suspended, filled up with suspended ones to the minimum.
	/// The second value counts those.
	fn eligible_validators() -> (Vec<(AccountId32, T::SessionKeys)>, u32) {
		let candidates: Vec<_> = Validators::<T>::get()
			.into_iter()
			.filter_map(|validator| {
				let keys = T::KeyRegistry::keys_of(&validator)?;
				let suspended = Self::is_suspended(&validator);
				Some((validator, keys, suspended))
			})
			.collect();
		let active = candidates.iter().filter(|(_, _, suspended)| !suspended).count() as u32;
		let mut spare = T::MinValidators::get().saturating_sub(active);
		let mut kept = 0;
		let eligible = candidates
			.into_iter()
			.filter_map(|(validator, keys, suspended)| {
				if suspended {
					spare = spare.checked_sub(1)?;
					kept += 1;
				}
				Some((validator, keys))
			})
			.collect();
		(eligible, kept)
	}

	/// The validators for the session after next, or `None` if neither they nor their keys differ
	/// from those planned before.
	fn plan_session() -> Option<Vec<AccountId32>> {
		let (eligible, kept) = Self::eligible_validators();
		if eligible.is_empty() {
			log::error!(
				target: LOG_TARGET,
				"no validator on the list has session keys; the session keeps its validators",
			);
			return None;
		}
		let planned = BlakeTwo256::hash_of(&eligible);
		if LastPlanned::<T>::get() == Some(planned) {
			return None;
		}
		LastPlanned::<T>::put(planned);
		if kept > 0 {
			Self::deposit_event(Event::SuspendedValidatorsKept { count: kept });
		}
		Some(eligible.into_iter().map(|(validator, _)| validator).collect())
	}

	/// Writes the genesis state. Panics with the reason where it is not sound: a network must not
	/// start from it.
	pub(crate) fn build_genesis(
		operators: &[GenesisOperator],
		validators: &[GenesisValidator<T::SessionKeys>],
	) {
		for GenesisOperator { operator, agent, segment } in operators {
			let seat = Segment::new(*segment);
			assert!(seat.is_some(), "genesis operator {operator:?}: no segment {segment}");
			for account in [operator, agent] {
				assert!(
					!Registry::<T>::contains_key(account) && !Agents::<T>::contains_key(account),
					"genesis account {account:?} is named twice as operator or agent",
				);
			}
			assert!(operator != agent, "genesis operator {operator:?} is its own agent");
			let seat = seat.unwrap_or_default();
			Self::insert_operator(operator.clone(), agent.clone(), None, seat, Zero::zero());
		}
		assert!(
			Registry::<T>::count() <= T::MaxOperators::get(),
			"genesis has more operators than MaxOperators",
		);

		let mut list = BoundedVec::default();
		let mut seats = Vec::new();
		for GenesisValidator { operator, keys, proof } in validators {
			let seat = Self::segment_of(operator);
			assert!(seat.is_some(), "genesis validator {operator:?} is not a genesis operator");
			assert!(!seats.contains(&seat), "genesis has two validators in segment {seat:?}");
			seats.push(seat);
			assert!(
				keys.ownership_proof_is_valid(operator.as_ref(), proof),
				"genesis validator {operator:?}: its proof does not show possession of its keys",
			);
			let set = T::Session::set_keys(operator, keys.clone());
			assert!(set.is_ok(), "genesis validator {operator:?}: {set:?}");
			let pushed = list.try_push(operator.clone());
			assert!(pushed.is_ok(), "genesis has more validators than MaxValidators");
		}
		Validators::<T>::put(list);
	}

	/// What must hold of the configuration, whatever the state.
	#[cfg(feature = "std")]
	pub(crate) fn check_config() {
		assert!(T::MinValidators::get() > 0, "MinValidators is 0");
		assert!(
			T::MinValidators::get() <= T::MaxValidators::get(),
			"MinValidators is above MaxValidators",
		);
		assert!(
			T::MaxValidators::get() <= qh_torus::SEGMENTS.into(),
			"MaxValidators is above the number of segments, and a segment holds one validator",
		);
		assert!(T::MaxOperators::get() >= T::MaxValidators::get(), "MaxOperators is too low");
		assert!(T::MaxSweepPerBlock::get() > 1, "MaxSweepPerBlock leaves the sweep no progress");
		assert!(
			T::MaxRevokedKeys::get() >= <MaxKeysPerRevocation as Get<u32>>::get(),
			"MaxRevokedKeys is below what one call can revoke",
		);
		assert!(
			T::SessionKeys::key_ids().len() * qh_crypto::falcon512::SIGNATURE_LEN
				<= <MaxProofLen as Get<u32>>::get() as usize,
			"a proof of possession of all session keys is longer than MaxProofLen",
		);
	}
}

impl<T: Config> pallet_session::SessionManager<AccountId32> for Pallet<T> {
	fn new_session(_: SessionIndex) -> Option<Vec<AccountId32>> {
		Self::plan_session()
	}

	fn start_session(index: SessionIndex) {
		if let Some(oldest) = index.checked_sub(T::HistoryDepth::get()) {
			T::Session::prune_up_to(oldest);
		}
	}

	fn end_session(_: SessionIndex) {}
}

/// For `NoteHistoricalRoot`, with nothing but the account to identify a validator by.
impl<T: Config> pallet_session::historical::SessionManager<AccountId32, ()> for Pallet<T> {
	fn new_session(_: SessionIndex) -> Option<Vec<(AccountId32, ())>> {
		Some(Self::plan_session()?.into_iter().map(|validator| (validator, ())).collect())
	}

	fn start_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::start_session(index)
	}

	fn end_session(index: SessionIndex) {
		<Self as pallet_session::SessionManager<_>>::end_session(index)
	}
}

impl<T: Config> pallet_authorship::EventHandler<AccountId32, BlockNumberFor<T>> for Pallet<T> {
	fn note_author(author: AccountId32) {
		Self::do_note_author(&author);
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::note_author(),
			frame_support::dispatch::DispatchClass::Mandatory,
		);
	}
}

/// What `pallet-offences` calls for GRANDPA's equivocators and, through
/// [`equivocation::AuraEquivocationReportSystem`], for Aura's.
impl<T: Config, Reporter, Identification>
	OnOffenceHandler<Reporter, (AccountId32, Identification), Weight> for Pallet<T>
{
	fn on_offence(
		offenders: &[OffenceDetails<Reporter, (AccountId32, Identification)>],
		_: &[Perbill],
		_: SessionIndex,
	) -> Weight {
		for OffenceDetails { offender: (operator, _), .. } in offenders {
			Self::punish_equivocator(operator);
		}
		T::WeightInfo::punish_equivocator().saturating_mul(offenders.len() as u64)
	}
}
