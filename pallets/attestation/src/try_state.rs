// SPDX-License-Identifier: Apache-2.0

//! The pallet's invariants. Checked after every test, and by `try-runtime` on real state.
//!
//! 1. A chain whose next number is 0 has no head; any other has one.
//! 2. No operator has more counted receipts than receipts.
//! 3. The sums over all chains are the totals.
//! 4. A tank's filled, burned and withdrawn gas differ by the balance on hold.
//! 5. Nothing is of an era to come.
//! 6. This block's batches continue one another, operator by operator, and end at the stored head.

use crate::{
	Batches, Chain, Chains, Config, Customers, HoldReason, Pallet, Tank, Tanks, Totals, TotalsOf,
};
use alloc::collections::BTreeMap;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use qh_receipts::Head;
use sp_runtime::{AccountId32, TryRuntimeError};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Chains::<T>::iter_values().try_for_each(Self::try_chain)?;
		Self::try_totals()?;
		Tanks::<T>::iter().try_for_each(|(account, tank)| Self::try_tank(&account, tank))?;
		ensure!(
			Customers::<T>::iter_values().all(|customer| customer.era <= T::Era::get()),
			"a customer's receipts are of an era to come"
		);
		Self::try_batches()
	}

	/// Invariants 1, 2 and 5.
	fn try_chain(chain: Chain) -> Result<(), TryRuntimeError> {
		let Head { next_seq, head } = chain.head;
		ensure!((next_seq == 0) == (head == [0; 32]), "a chain has a head if it has receipts");
		ensure!(chain.counted <= next_seq, "counted receipts were anchored");
		ensure!(chain.era <= T::Era::get(), "free receipts are of an era to come");
		Ok(())
	}

	/// Invariant 3.
	fn try_totals() -> Result<(), TryRuntimeError> {
		let sums = Chains::<T>::iter_values().fold(Totals::default(), |sums, chain| Totals {
			receipts: sums.receipts.saturating_add(chain.head.next_seq),
			counted: sums.counted.saturating_add(chain.counted),
		});
		ensure!(sums == TotalsOf::<T>::get(), "totals are the sums over all chains");
		Ok(())
	}

	/// Invariant 4.
	fn try_tank(account: &AccountId32, tank: Tank) -> Result<(), TryRuntimeError> {
		let held = T::Currency::balance_on_hold(&HoldReason::GasTank.into(), account);
		let left = tank.filled.checked_sub(tank.burned.saturating_add(tank.withdrawn));
		ensure!(left == Some(held), "a tank holds what was filled, not burned and not withdrawn");
		Ok(())
	}

	/// Invariant 6.
	fn try_batches() -> Result<(), TryRuntimeError> {
		let mut heads = BTreeMap::<[u8; 32], Head>::new();
		for batch in Batches::<T>::get() {
			ensure!(batch.receipts().is_some(), "a batch has an orderly range");
			let begin = Head { next_seq: batch.first_seq, head: batch.prev_head };
			let end = Head { next_seq: batch.last_seq.saturating_add(1), head: batch.new_head };
			let before = heads.insert(batch.operator, end);
			ensure!(before.is_none_or(|head| head == begin), "a batch continues the one before");
		}
		for (operator, head) in heads {
			let stored = Self::head(&AccountId32::new(operator));
			ensure!(stored == head, "the last batch ends at the stored head");
		}
		Ok(())
	}
}
