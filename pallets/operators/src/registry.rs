// SPDX-License-Identifier: Apache-2.0

//! Registration, agents, session keys and revocations: what each call checks, and what it does.
//!
//! Each `check_*` is run in validation by [`crate::CheckOperatorCall`] and again in dispatch; each
//! orders its checks from cheap to dear, signatures last. Each `do_*` cannot fail after its check.

use super::*;
use frame_support::{
	dispatch::DispatchResult,
	traits::{fungible::hold::Mutate as _, OriginTrait},
	weights::Weight,
};
use frame_system::{pallet_prelude::OriginFor, RawOrigin};
use pallet_session::SessionInterface;

/// A newcomer whose registration has been checked.
pub(crate) struct Newcomer {
	operator: AccountId32,
	agent: AccountId32,
	inviter: Option<AccountId32>,
	/// Where to look for a seat.
	centre: Segment,
}

impl<T: Config> Pallet<T> {
	/// The operator that this account is the agent of; `None` once the operator has retired.
	pub fn operator_of(agent: &AccountId32) -> Option<AccountId32> {
		Agents::<T>::get(agent)
	}

	/// The agent of this operator; of one that has retired, its last.
	pub fn agent_of(operator: &AccountId32) -> Option<AccountId32> {
		Registry::<T>::get(operator).map(|record| record.agent)
	}

	/// Who invited this operator.
	pub fn inviter_of(operator: &AccountId32) -> Option<AccountId32> {
		Registry::<T>::get(operator).and_then(|record| record.inviter)
	}

	/// The seat of this operator.
	pub fn segment_of(operator: &AccountId32) -> Option<Segment> {
		Registry::<T>::get(operator).map(|record| record.segment)
	}

	/// Whether what `key` signed for `operator` in block `at` is void: the operator revoked the key
	/// in an earlier block.
	pub fn is_revoked(operator: &AccountId32, key: &KeyId, at: BlockNumberFor<T>) -> bool {
		RevokedKeys::<T>::get(operator, key).is_some_and(|revoked_at| at > revoked_at)
	}

	/// The operator that `who` may act for as its agent now: it has not retired, and the agent's key
	/// is not revoked.
	pub fn acting_operator(who: &AccountId32) -> Result<AccountId32, Error<T>> {
		// An operator that retired has no agent.
		let operator = Agents::<T>::get(who).ok_or(Error::<T>::NotAgent)?;
		Self::ensure_not_revoked(&operator, who)?;
		Ok(operator)
	}

	/// The record of `who`, an operator that has not retired.
	pub fn active_operator(who: &AccountId32) -> Result<OperatorOf<T>, Error<T>> {
		let record = Registry::<T>::get(who).ok_or(Error::<T>::NotOperator)?;
		Self::ensure_not_revoked(who, who)?;
		Ok(record)
	}

	/// Whether the origin is signed by a registered operator.
	pub(crate) fn is_operator(origin: &OriginFor<T>) -> bool {
		matches!(origin.as_system_ref(), Some(RawOrigin::Signed(who)) if Registry::<T>::contains_key(who))
	}

	/// Whether the origin is signed by an operator's agent.
	pub(crate) fn is_agent(origin: &OriginFor<T>) -> bool {
		matches!(origin.as_system_ref(), Some(RawOrigin::Signed(who)) if Agents::<T>::contains_key(who))
	}

	/// Weight of a registration, by the scheme of the operator's key.
	pub(crate) fn register_weight(registration: &Registration) -> Weight {
		match registration.operator.scheme() {
			Scheme::Falcon512 => T::WeightInfo::register_falcon512(),
			Scheme::SlhDsaSha2_128s => T::WeightInfo::register_slh_dsa_sha2_128s(),
			Scheme::MlDsa65 => T::WeightInfo::register_ml_dsa65(),
		}
	}

	pub(crate) fn check_register(
		who: &AccountId32,
		registration: &Registration,
	) -> Result<Newcomer, Error<T>> {
		let operator = registration.operator.account_id();
		let agent = registration.agent.account_id();

		let centre = match &registration.inviter {
			Some(inviter) => {
				ensure!(inviter == who, Error::<T>::WrongSubmitter);
				Self::check_inviter(inviter)?
			}
			None => {
				ensure!(operator == *who, Error::<T>::WrongSubmitter);
				Segment::from_hash(operator.as_ref())
			}
		};

		ensure!(Registry::<T>::count() < T::MaxOperators::get(), Error::<T>::TooManyOperators);
		ensure!(!Registry::<T>::contains_key(&operator), Error::<T>::AlreadyOperator);
		ensure!(!Agents::<T>::contains_key(&operator), Error::<T>::OperatorIsAgent);
		Self::check_fresh_agent(&operator, &registration.agent, &agent)?;
		let bond = T::Bond::get();
		ensure!(
			bond.is_zero() || T::Currency::can_hold(&HoldReason::Bond.into(), &operator, bond),
			Error::<T>::BondNotCovered
		);

		let genesis = Self::genesis_hash();
		ensure!(
			registration.agent.verify_domain(
				Domain::REGISTRATION,
				&statement::agent_statement(genesis, &operator),
				&agent,
			),
			Error::<T>::BadAgentSignature
		);
		ensure!(
			registration.operator.verify_domain(
				Domain::REGISTRATION,
				&statement::operator_statement(
					genesis,
					&operator,
					&agent,
					registration.inviter.as_ref(),
				),
				&operator,
			),
			Error::<T>::BadOperatorSignature
		);
		Ok(Newcomer { operator, agent, inviter: registration.inviter.clone(), centre })
	}

	pub(crate) fn do_register(newcomer: Newcomer) -> DispatchResult {
		let Newcomer { operator, agent, inviter, centre } = newcomer;
		let bond = T::Bond::get();
		if !bond.is_zero() {
			T::Currency::hold(&HoldReason::Bond.into(), &operator, bond)?;
		}
		if let Some(inviter) = &inviter {
			let era = Self::era();
			Self::update_operator(inviter, |record| record.invitations.note(era));
		}
		let populations = Populations::<T>::get();
		let segment = qh_torus::least_crowded(centre, |segment| populations.of(segment));
		Self::insert_operator(operator.clone(), agent.clone(), inviter.clone(), segment, bond);
		Self::deposit_event(Event::OperatorRegistered { operator, agent, inviter, segment });
		Ok(())
	}

	/// Writes an operator and everything that goes with one.
	pub(crate) fn insert_operator(
		operator: AccountId32,
		agent: AccountId32,
		inviter: Option<AccountId32>,
		segment: Segment,
		bond: BalanceOf<T>,
	) {
		let window = Self::window();
		// Accounts of their own right: they can send without a balance.
		frame_system::Pallet::<T>::inc_sufficients(&operator);
		frame_system::Pallet::<T>::inc_sufficients(&agent);
		Populations::<T>::mutate(|populations| populations.add(segment));
		Agents::<T>::insert(&agent, &operator);
		HealthOf::<T>::insert(&operator, Health::new(window));
		LastSeen::<T>::insert(window, &operator, ());
		Registry::<T>::insert(
			operator,
			Operator {
				agent,
				inviter,
				segment,
				registered_at: frame_system::Pallet::<T>::block_number(),
				registered_in: window,
				bond,
				invitations: Quota::default(),
				agent_changes: Quota::default(),
				key_rotations: Quota::default(),
				revocations: Quota::default(),
				revoked_keys: 0,
			},
		);
	}

	pub(crate) fn check_rotate_session_keys(
		who: &AccountId32,
		keys: &T::SessionKeys,
		proof: &[u8],
	) -> Result<AccountId32, Error<T>> {
		let operator = Self::acting_operator(who)?;
		let record = Registry::<T>::get(&operator).ok_or(Error::<T>::NotOperator)?;
		ensure!(record.key_rotations.used_in(Self::window()) == 0, Error::<T>::QuotaUsedUp);
		for key_type in T::SessionKeys::key_ids() {
			let raw = keys.get_raw(*key_type);
			let owner = T::KeyRegistry::owner_of(*key_type, raw);
			ensure!(owner.is_none_or(|owner| owner == operator), Error::<T>::KeyOwnedByAnother);
			Self::ensure_not_revoked(&operator, session_key_id(raw))?;
		}
		ensure!(keys.ownership_proof_is_valid(operator.as_ref(), proof), Error::<T>::InvalidProof);
		Ok(operator)
	}

	pub(crate) fn do_rotate_session_keys(
		operator: AccountId32,
		keys: T::SessionKeys,
	) -> DispatchResult {
		T::Session::set_keys(&operator, keys)?;
		let window = Self::window();
		Self::update_operator(&operator, |record| record.key_rotations.note(window));
		Self::deposit_event(Event::SessionKeysRotated { operator });
		Ok(())
	}

	pub(crate) fn check_set_agent(
		who: &AccountId32,
		signature: &Signature,
	) -> Result<AccountId32, Error<T>> {
		let record = Self::active_operator(who)?;
		ensure!(record.agent_changes.used_in(Self::window()) == 0, Error::<T>::QuotaUsedUp);
		let agent = signature.account_id();
		Self::check_fresh_agent(who, signature, &agent)?;
		Self::ensure_not_revoked(who, &agent)?;
		ensure!(
			signature.verify_domain(
				Domain::REGISTRATION,
				&statement::agent_statement(Self::genesis_hash(), who),
				&agent,
			),
			Error::<T>::BadAgentSignature
		);
		Ok(agent)
	}

	pub(crate) fn do_set_agent(operator: AccountId32, new: AccountId32) {
		let window = Self::window();
		let Some(old) = Self::update_operator(&operator, |record| {
			record.agent_changes.note(window);
			core::mem::replace(&mut record.agent, new.clone())
		}) else {
			return;
		};
		Agents::<T>::remove(&old);
		Agents::<T>::insert(&new, &operator);
		// The old one's reference stays: without it an account that holds nothing would lose its
		// nonce, pass as fresh, and what it once signed could be repeated.
		frame_system::Pallet::<T>::inc_sufficients(&new);
		Self::deposit_event(Event::AgentChanged { operator, old, new });
	}

	pub(crate) fn check_revoke_keys(who: &AccountId32, keys: &[KeyId]) -> Result<(), Error<T>> {
		let record = Self::active_operator(who)?;
		ensure!(record.revocations.used_in(Self::window()) == 0, Error::<T>::QuotaUsedUp);
		let distinct =
			keys.iter().enumerate().all(|(index, key)| !keys.iter().take(index).any(|k| k == key));
		ensure!(distinct && !keys.is_empty(), Error::<T>::InvalidKeyList);
		ensure!(
			record.revoked_keys.saturating_add(keys.len() as u32) <= T::MaxRevokedKeys::get(),
			Error::<T>::TooManyRevokedKeys
		);
		let in_use = T::KeyRegistry::keys_of(who);
		for key in keys {
			ensure!(!RevokedKeys::<T>::contains_key(who, key), Error::<T>::AlreadyRevoked);
			let is_session_key = in_use.as_ref().is_some_and(|session_keys| {
				T::SessionKeys::key_ids()
					.iter()
					.any(|key_type| session_key_id(session_keys.get_raw(*key_type)) == *key)
			});
			ensure!(!is_session_key, Error::<T>::SessionKeyInUse);
		}
		Ok(())
	}

	pub(crate) fn do_revoke_keys(
		operator: AccountId32,
		keys: BoundedVec<KeyId, MaxKeysPerRevocation>,
	) {
		let now = frame_system::Pallet::<T>::block_number();
		let window = Self::window();
		let agent = Self::update_operator(&operator, |record| {
			record.revocations.note(window);
			record.revoked_keys = record.revoked_keys.saturating_add(keys.len() as u32);
			record.agent.clone()
		});
		for key in keys {
			RevokedKeys::<T>::insert(&operator, key, now);
			Self::deposit_event(Event::KeyRevoked { operator: operator.clone(), key });
			if key == <[u8; 32]>::from(operator.clone()) {
				Self::suspend(&operator, SuspensionReason::OperatorKeyRevoked);
				// Nobody could free the agent's account later. Its reference stays, as when an agent
				// is replaced.
				if let Some(agent) = &agent {
					Agents::<T>::remove(agent);
				}
			}
		}
	}

	/// The inviter's seat, if it can invite now.
	fn check_inviter(inviter: &AccountId32) -> Result<Segment, Error<T>> {
		let record = Self::active_operator(inviter)?;
		let window = Self::window();
		ensure!(
			Self::health(inviter) != Some(HealthState::Unhealthy),
			Error::<T>::InviterUnhealthy
		);
		ensure!(
			record.invitations.used_in(Self::era()) < T::InvitationsPerEra::get(),
			Error::<T>::QuotaUsedUp
		);
		// Operators of the genesis state are the first who can invite at all.
		if !record.registered_at.is_zero() {
			ensure!(
				window.saturating_sub(record.registered_in) > T::InviterAge::get(),
				Error::<T>::InviterTooYoung
			);
			ensure!(
				Self::uptime(inviter).is_some_and(|uptime| uptime.reaches(1, 2)),
				Error::<T>::InviterUptimeTooLow
			);
		}
		Ok(record.segment)
	}

	/// Whether the signature's account can become this operator's agent; does not verify it.
	fn check_fresh_agent(
		operator: &AccountId32,
		signature: &Signature,
		agent: &AccountId32,
	) -> Result<(), Error<T>> {
		ensure!(signature.scheme() == Scheme::Falcon512, Error::<T>::AgentNotFalcon);
		ensure!(
			agent != operator
				&& frame_system::Pallet::<T>::account_nonce(agent).is_zero()
				&& !Registry::<T>::contains_key(agent)
				&& !Agents::<T>::contains_key(agent)
				&& T::IsFresh::contains(agent),
			Error::<T>::AgentNotFresh
		);
		Ok(())
	}

	fn ensure_not_revoked(operator: &AccountId32, key: impl AsRef<[u8]>) -> Result<(), Error<T>> {
		let revoked = KeyId::try_from(key.as_ref())
			.is_ok_and(|key| RevokedKeys::<T>::contains_key(operator, key));
		ensure!(!revoked, Error::<T>::KeyRevoked);
		Ok(())
	}

	/// Changes an operator's record, if there is one.
	fn update_operator<R>(
		operator: &AccountId32,
		change: impl FnOnce(&mut OperatorOf<T>) -> R,
	) -> Option<R> {
		Registry::<T>::mutate(operator, |record| record.as_mut().map(change))
	}

	fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}

/// The id by which a session key is revoked.
pub fn session_key_id(public: &[u8]) -> KeyId {
	qh_crypto::account_id(Scheme::Falcon512, public)
}
