// SPDX-License-Identifier: Apache-2.0

//! What makes a batch acceptable, and what accepting it does.
//!
//! One check serves the transaction pool, the question whether the call is feeless, and the call
//! itself, so that they cannot disagree. It is cheap: signatures of vouchers are verified in the
//! call, and by the pool ([`crate::CheckAnchor`]), but not by the check.

use crate::{
	AgentRegistry, Balance, BatchOf, Batches, Bill, Chain, Chains, Config, Customers, Error, Event,
	GasStatus, HoldReason, OnCountedReceipts, Pallet, SignedVoucher, Tanks, Totals, TotalsOf,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use frame_support::{
	ensure,
	traits::{
		fungible::{InspectHold, MutateHold},
		tokens::{Fortitude::Polite, Precision::Exact},
		Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use qh_app_crypto::Scheme;
use qh_receipts::{BatchLeaf, Head, VoucherError, VOUCHER_VERSION};
use sp_runtime::{
	traits::{Convert, SaturatedConversion, Zero},
	transaction_validity::InvalidTransaction,
	AccountId32, DispatchError, DispatchResult,
};

/// Added to the index of an [`Error`] in `InvalidTransaction::Custom`.
pub(crate) const REFUSAL_BASE: u8 = 128;

impl<T: Config> Pallet<T> {
	/// The operator for which `who` may anchor `batch` now, or why the transaction is refused.
	///
	/// For the extension that guards feeless calls. A refusal that time or gas can lift is `Future`
	/// or `Payment`, a batch that is anchored already is `Stale`, and all else is `Custom` with 128
	/// and the index of the [`Error`].
	pub fn check_anchor(
		who: &AccountId32,
		batch: &BatchOf<T>,
	) -> Result<AccountId32, InvalidTransaction> {
		Self::bill(who, batch).map(|bill| bill.operator).map_err(Self::refusal)
	}

	/// Gas in the tank of `account` that can be burned now.
	pub fn tank(account: &AccountId32) -> Balance {
		let held = T::Currency::balance_on_hold(&HoldReason::GasTank.into(), account);
		held.min(T::Currency::reducible_total_balance_on_hold(account, Polite))
	}

	/// Where the chain of `operator` stands.
	pub fn head(operator: &AccountId32) -> Head {
		Chains::<T>::get(operator).head
	}

	/// What `operator` can anchor now.
	pub fn gas(operator: &AccountId32) -> GasStatus {
		GasStatus {
			tank: Self::tank(operator),
			per_receipt: T::GasPerReceipt::get(),
			free_left: Self::free_left(&Chains::<T>::get(operator)),
			free_per_era: T::FreeReceiptsPerEra::get(),
		}
	}

	/// Gas that a voucher of this scheme for so many receipts burns from its customer's tank.
	pub fn voucher_gas(scheme: Scheme, receipts: u32) -> Balance {
		Self::gas_for(receipts).saturating_add(T::GasPerVoucher::convert(scheme))
	}

	/// Whether gas is covered, so that no fee is due.
	pub(crate) fn is_covered(who: Option<AccountId32>, batch: &BatchOf<T>) -> bool {
		who.is_some_and(|who| Self::bill(&who, batch).is_ok())
	}

	/// Who pays what for `batch`, or why it cannot be anchored by `agent`.
	pub(crate) fn bill(agent: &AccountId32, batch: &BatchOf<T>) -> Result<Bill, Error<T>> {
		let operator = T::Agents::operator_of(agent).ok_or(Error::<T>::NotAnAgent)?;
		let receipts = batch.receipts().ok_or(Error::<T>::BadRange)?;
		ensure!(receipts <= T::MaxReceiptsPerBatch::get(), Error::<T>::TooManyReceipts);

		let chain = Chains::<T>::get(&operator);
		ensure!(batch.first_seq >= chain.head.next_seq, Error::<T>::AlreadyAnchored);
		ensure!(batch.first_seq == chain.head.next_seq, Error::<T>::Gap);
		ensure!(batch.prev_head == chain.head.head, Error::<T>::ForeignHead);
		// The number after the last must exist.
		ensure!(batch.last_seq < u64::MAX, Error::<T>::BadRange);

		let vouched = Self::check_vouchers(&operator, batch)?;
		let own = receipts.saturating_sub(vouched);
		let free = own.min(Self::free_left(&chain));
		let gas = Self::gas_for(own.saturating_sub(free));
		ensure!(gas <= Self::tank(&operator), Error::<T>::InsufficientGas);
		Ok(Bill { operator, receipts, free, gas })
	}

	/// Checks all of a batch's vouchers but their signatures. Returns how many receipts they cover.
	fn check_vouchers(operator: &AccountId32, batch: &BatchOf<T>) -> Result<u32, Error<T>> {
		if batch.vouchers.is_empty() {
			return Ok(0);
		}
		let insiders = [
			Some(operator.clone()),
			T::Agents::agent_of(operator),
			T::Agents::inviter_of(operator),
		];
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
		let mut free_from = batch.first_seq;
		let mut covered = 0u32;
		let mut spent = BTreeMap::<AccountId32, Balance>::new();

		for SignedVoucher { voucher, signature } in &batch.vouchers {
			ensure!(voucher.version == VOUCHER_VERSION, Error::<T>::VoucherVersion);
			ensure!(voucher.genesis == genesis.0, Error::<T>::VoucherForeign);
			ensure!(
				voucher.operator == *AsRef::<[u8; 32]>::as_ref(operator),
				Error::<T>::VoucherForeign
			);
			ensure!(now <= voucher.expires_at, Error::<T>::VoucherExpired);

			let receipts = voucher.receipts().ok_or(Error::<T>::VoucherRange)?;
			ensure!(voucher.first_seq >= free_from, Error::<T>::VoucherRange);
			ensure!(voucher.last_seq <= batch.last_seq, Error::<T>::VoucherRange);
			free_from = voucher.last_seq.saturating_add(1);
			covered = covered.saturating_add(receipts);

			let customer = AccountId32::new(voucher.customer);
			let insider = insiders.iter().flatten().any(|insider| *insider == customer);
			ensure!(!insider, Error::<T>::VoucherFromInsider);
			let floor = Customers::<T>::get(&customer).nonce_floor;
			ensure!(voucher.nonce >= floor, Error::<T>::VoucherCancelled);

			let gas = Self::voucher_gas(signature.scheme(), receipts);
			ensure!(gas <= voucher.max_gas, Error::<T>::VoucherGasLimit);
			let tank = Self::tank(&customer);
			let spent = spent.entry(customer).or_default();
			*spent = spent.saturating_add(gas);
			ensure!(*spent <= tank, Error::<T>::VoucherUnfunded);
		}
		Ok(covered)
	}

	/// Whether the customers signed a batch's vouchers.
	pub(crate) fn verify_vouchers(batch: &BatchOf<T>) -> Result<(), Error<T>> {
		batch.vouchers.iter().try_for_each(|voucher| {
			voucher.verify().map_err(|error| match error {
				VoucherError::Version(_) => Error::<T>::VoucherVersion,
				VoucherError::Customer | VoucherError::Signature => Error::<T>::VoucherSignature,
			})
		})
	}

	/// Anchors `batch` for the operator of `agent`.
	pub(crate) fn do_anchor(agent: AccountId32, batch: BatchOf<T>) -> DispatchResult {
		let bill = Self::bill(&agent, &batch)?;
		Self::verify_vouchers(&batch)?;

		let operator = bill.operator.clone();
		Batches::<T>::try_append(BatchLeaf {
			operator: operator.clone().into(),
			agent: agent.into(),
			first_seq: batch.first_seq,
			last_seq: batch.last_seq,
			prev_head: batch.prev_head,
			new_head: batch.new_head,
			merkle_root: batch.merkle_root,
		})
		.map_err(|()| Error::<T>::BlockFull)?;

		let mut counted = 0u64;
		for voucher in &batch.vouchers {
			let receipts = Self::redeem(&operator, voucher)?;
			counted = counted.saturating_add(receipts.into());
		}
		Self::burn(&operator, bill.gas)?;
		Chains::<T>::mutate(&operator, |chain| {
			let era = T::Era::get();
			if chain.era != era {
				chain.era = era;
				chain.free_used = 0;
			}
			chain.free_used = chain.free_used.saturating_add(bill.free);
			chain.head = Head { next_seq: batch.last_seq.saturating_add(1), head: batch.new_head };
			chain.counted = chain.counted.saturating_add(counted);
		});
		TotalsOf::<T>::mutate(|totals| {
			*totals = Totals {
				receipts: totals.receipts.saturating_add(bill.receipts.into()),
				counted: totals.counted.saturating_add(counted),
			};
		});
		Self::deposit_event(Event::Anchored {
			operator,
			first_seq: batch.first_seq,
			last_seq: batch.last_seq,
			new_head: batch.new_head,
			merkle_root: batch.merkle_root,
			gas: bill.gas,
		});
		Ok(())
	}

	/// Burns a voucher's gas and counts its receipts, as far as the customer's cap goes.
	fn redeem(
		operator: &AccountId32,
		SignedVoucher { voucher, signature }: &SignedVoucher,
	) -> Result<u32, DispatchError> {
		let customer = AccountId32::new(voucher.customer);
		let receipts = voucher.receipts().ok_or(Error::<T>::VoucherRange)?;
		let gas = Self::voucher_gas(signature.scheme(), receipts);
		Self::burn(&customer, gas)?;
		let counted = Customers::<T>::mutate(&customer, |state| {
			let era = T::Era::get();
			if state.era != era {
				state.era = era;
				state.counted = 0;
			}
			let left = T::CountedReceiptsPerCustomerAndEra::get().saturating_sub(state.counted);
			let counted = receipts.min(left);
			state.counted = state.counted.saturating_add(counted);
			counted
		});
		T::OnCountedReceipts::on_counted_receipts(operator, &customer, counted, gas);
		Self::deposit_event(Event::VoucherRedeemed {
			operator: operator.clone(),
			customer,
			nonce: voucher.nonce,
			receipts,
			counted,
			gas,
		});
		Ok(counted)
	}

	fn burn(account: &AccountId32, gas: Balance) -> DispatchResult {
		if gas.is_zero() {
			return Ok(());
		}
		T::Currency::burn_held(&HoldReason::GasTank.into(), account, gas, Exact, Polite)?;
		Tanks::<T>::mutate(account, |tank| tank.burned = tank.burned.saturating_add(gas));
		Ok(())
	}

	fn gas_for(receipts: u32) -> Balance {
		T::GasPerReceipt::get().saturating_mul(receipts.into())
	}

	fn free_left(chain: &Chain) -> u32 {
		let used = if chain.era == T::Era::get() { chain.free_used } else { 0 };
		T::FreeReceiptsPerEra::get().saturating_sub(used)
	}

	fn refusal(error: Error<T>) -> InvalidTransaction {
		match error {
			Error::AlreadyAnchored => InvalidTransaction::Stale,
			Error::Gap => InvalidTransaction::Future,
			Error::InsufficientGas | Error::VoucherUnfunded => InvalidTransaction::Payment,
			// An error without fields encodes as its index.
			other => {
				let index = other.encode().first().copied().unwrap_or_default();
				InvalidTransaction::Custom(REFUSAL_BASE.saturating_add(index))
			}
		}
	}
}
