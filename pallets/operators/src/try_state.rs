// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants, one function each.

use super::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::traits::{fungible::InspectHold, Get};
use sp_runtime::{traits::SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::every_operator_has_its_entries()?;
		Self::agents_and_operators_determine_each_other()?;
		Self::populations_count_operators()?;
		Self::accounts_can_send_without_a_balance()?;
		Self::bonds_are_held()?;
		Self::last_seen_holds_all_that_are_not_marked()?;
		Self::windows_are_in_order()?;
		Self::validators_are_operators_in_distinct_segments()?;
		Self::suspensions_are_of_operators()?;
		Self::revocations_are_counted()
	}

	/// * There are at most `MaxOperators` operators, and as many as the counter says.
	/// * Operators have health, and nobody else has.
	fn every_operator_has_its_entries() -> Result<(), TryRuntimeError> {
		let operators: BTreeSet<_> = Registry::<T>::iter_keys().collect();
		let with_health: BTreeSet<_> = HealthOf::<T>::iter_keys().collect();
		ensure!(operators.len() as u32 == Registry::<T>::count(), "operators are miscounted");
		ensure!(Registry::<T>::count() <= T::MaxOperators::get(), "too many operators");
		ensure!(operators == with_health, "health is not that of the operators");
		Ok(())
	}

	/// * `Agents` is the inverse of the records of operators that have not retired.
	/// * No account is both an operator and an agent.
	fn agents_and_operators_determine_each_other() -> Result<(), TryRuntimeError> {
		let by_operator: BTreeMap<_, _> = Registry::<T>::iter()
			.filter(|(operator, _)| !Self::has_retired(operator))
			.map(|(operator, record)| (record.agent, operator))
			.collect();
		let by_agent: BTreeMap<_, _> = Agents::<T>::iter().collect();
		ensure!(by_operator == by_agent, "agents are not those of the operators' records");
		ensure!(
			by_agent.keys().all(|agent| !Registry::<T>::contains_key(agent)),
			"an agent is an operator"
		);
		Ok(())
	}

	/// * A segment's population is the number of operators whose record names it.
	fn populations_count_operators() -> Result<(), TryRuntimeError> {
		let mut expected = Population::default();
		Registry::<T>::iter_values().for_each(|record| expected.add(record.segment));
		ensure!(Populations::<T>::get() == expected, "populations are miscounted");
		Ok(())
	}

	/// * Operators and agents have a sufficient reference.
	fn accounts_can_send_without_a_balance() -> Result<(), TryRuntimeError> {
		let can_send = |account: &AccountId32| frame_system::Pallet::<T>::sufficients(account) > 0;
		ensure!(
			Registry::<T>::iter()
				.all(|(operator, record)| can_send(&record.agent) && can_send(&operator)),
			"an operator or agent has no sufficient reference"
		);
		Ok(())
	}

	/// * Each operator's bond is held on its account.
	fn bonds_are_held() -> Result<(), TryRuntimeError> {
		ensure!(
			Registry::<T>::iter().all(|(operator, record)| {
				T::Currency::balance_on_hold(&HoldReason::Bond.into(), &operator) >= record.bond
			}),
			"a bond is not held"
		);
		Ok(())
	}

	/// * Each operator not marked as unhealthy stands in `LastSeen` under its last window, and
	///   nobody else stands there.
	/// * Nobody stands before the sweep's cursor.
	fn last_seen_holds_all_that_are_not_marked() -> Result<(), TryRuntimeError> {
		let standing: BTreeSet<_> =
			LastSeen::<T>::iter_keys().map(|(window, operator)| (operator, window)).collect();
		let expected: BTreeSet<_> = HealthOf::<T>::iter()
			.filter(|(_, health)| health.state != HealthState::Unhealthy)
			.map(|(operator, health)| (operator, health.last_seen))
			.collect();
		ensure!(standing == expected, "LastSeen is not of those that are not marked");
		let cursor = SweepCursor::<T>::get();
		ensure!(standing.iter().all(|(_, window)| *window >= cursor), "the sweep passed somebody");
		Ok(())
	}

	fn has_retired(operator: &AccountId32) -> bool {
		RevokedKeys::<T>::contains_key(operator, KeyId::from(operator.clone()))
	}

	/// * Nothing was seen, registered, swept or counted against a quota in a window or era to come.
	/// * The current window has no more blocks than there are.
	fn windows_are_in_order() -> Result<(), TryRuntimeError> {
		let current = CurrentWindow::<T>::get();
		ensure!(
			HealthOf::<T>::iter_values().all(|health| {
				health.last_seen <= current.index
					&& health.last_heartbeat.is_none_or(|(window, _)| window <= health.last_seen)
			}),
			"somebody was seen in a window to come"
		);
		ensure!(
			Registry::<T>::iter_values().all(|record| record.registered_in <= current.index),
			"somebody registered in a window to come"
		);
		ensure!(SweepCursor::<T>::get() <= current.index, "the sweep is ahead of the windows");
		let era = Self::era();
		ensure!(
			Registry::<T>::iter_values().all(|record| {
				let by_window = [record.agent_changes, record.key_rotations, record.revocations];
				by_window.iter().all(|quota| quota.last() <= current.index)
					&& record.invitations.last() <= era
			}),
			"a quota was used in a window or era to come"
		);
		let now: u64 = frame_system::Pallet::<T>::block_number().saturated_into();
		let blocks: u64 = current.blocks.saturated_into();
		ensure!(blocks <= now.saturating_add(1), "the window has blocks that never were");
		Ok(())
	}

	/// * Validators are operators, listed once, each in a segment of its own.
	fn validators_are_operators_in_distinct_segments() -> Result<(), TryRuntimeError> {
		let validators = Validators::<T>::get();
		let segments: BTreeSet<_> = validators.iter().filter_map(Self::segment_of).collect();
		ensure!(
			segments.len() == validators.len(),
			"a validator is no operator, or shares its segment with another"
		);
		Ok(())
	}

	/// * Only operators are suspended, none from a block to come; those that retired are.
	fn suspensions_are_of_operators() -> Result<(), TryRuntimeError> {
		ensure!(
			Suspended::<T>::iter_keys().all(Registry::<T>::contains_key),
			"somebody is suspended who is no operator"
		);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(
			Suspended::<T>::iter_values().all(|suspension| suspension.since <= now),
			"somebody is suspended from a block to come"
		);
		ensure!(
			Registry::<T>::iter_keys()
				.all(|operator| !Self::has_retired(&operator) || Self::is_suspended(&operator)),
			"a retired operator is not suspended"
		);
		Ok(())
	}

	/// * Only operators have revoked keys, as many as their record says and at most
	///   `MaxRevokedKeys`.
	fn revocations_are_counted() -> Result<(), TryRuntimeError> {
		let mut counts = BTreeMap::<AccountId32, u32>::new();
		for (operator, _) in RevokedKeys::<T>::iter_keys() {
			*counts.entry(operator).or_default() += 1;
		}
		ensure!(
			Registry::<T>::iter().all(|(operator, record)| {
				counts.remove(&operator).unwrap_or_default() == record.revoked_keys
					&& record.revoked_keys <= T::MaxRevokedKeys::get()
			}),
			"an operator's revoked keys are miscounted"
		);
		ensure!(counts.is_empty(), "somebody revoked keys who is no operator");
		Ok(())
	}
}
