// SPDX-License-Identifier: Apache-2.0

//! # Attestation Pallet
//!
//! Anchors what operators' agents did: runs of receipts, as one Merkle root a batch, in a chain
//! that can neither be cut, reordered nor told twice.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module for calls, storage and configuration, [`api::AttestationApi`] for what
//! the runtime answers, [`CheckAnchor`] for the transaction extension, and
//! [`Pallet::check_anchor`] for the extension that guards feeless calls.
//!
//! ## Overview
//!
//! An operator's agent writes a receipt for every act. The receipts form a hash chain; this pallet
//! keeps the chain's head. From time to time the agent anchors a batch: "receipts 100 to 163, they
//! continue the head you know, this is the new head, and this is the root of the tree over them".
//! From the next block on, every header commits to the batch, so that any one of the receipts can
//! be proven to somebody who knows nothing but the hash of a finalized block.
//!
//! Anchoring costs gas for each receipt, burned from a *gas tank*: a balance held on the operator's
//! account. The agent's account needs no tokens. A number of receipts is free in each era, so that
//! repairs can always be proven. A customer who asked for work may sign a *voucher*: the customer's
//! tank then pays for those receipts and for the voucher's own signature, and only such receipts
//! count for the operator's weight.
//!
//! ### Example
//!
//! The life of a receipt, from an empty tank to a proof that is verified offline:
#![doc = docify::embed!("src/tests/proof.rs", a_receipt_is_proven_against_a_later_header)]
//!
//! ## Low Level / Implementation Details
//!
//! ### Design
//!
//! - State of an operator: one [`Chain`] of 56 bytes, whatever it anchored.
//! - Block `N`'s batches stay in storage until block `N + 1` begins. `pallet-mmr` then takes their
//!   root into its leaf ([`sp_mmr_primitives::LeafDataProvider`] of [`Pallet`]), this pallet writes
//!   the list to the node's off-chain storage, and clears it.
//! - The hash chain is not checked receipt by receipt: the chain of blocks never sees receipts. It
//!   binds each batch to the head before it; whoever holds the receipts checks the rest.
//! - A voucher is spent by the sequence numbers that it covers. They never come back, so no
//!   register of used vouchers is kept.
//!
//! ### Terminology
//!
//! - **Head**: next sequence number and id of the last receipt.
//! - **Tank**: balance on hold for [`HoldReason::GasTank`] on any account.
//! - **Counted receipt**: one that somebody else's voucher paid for, within the customer's cap.
//! - **Insider**: the operator itself, its agent, and who invited it.
//!
//! ### Assumptions
//!
//! - `pallet-mmr` stands before this pallet in the runtime, with `LeafData` and `OnNewRoot` set to
//!   this pallet and `Hashing` to BLAKE2-256, from genesis on: a leaf's index is its block number.
//! - The runtime's extension for feeless calls asks [`Pallet::check_anchor`], and [`CheckAnchor`]
//!   is among the extensions behind it. Without them a batch that fails in a block costs nothing.
//! - One account is one operator for ever: its chain outlives its registration, so that sequence
//!   numbers, and the vouchers spent with them, never come back.
//!
//! ### Properties
//!
//! - **Continuity**: the batches anchored for an operator, in order, cover every sequence number
//!   from 0 to the head exactly once, and each names the head before it.
//! - **Conservation**: gas filled into a tank is what was burned, withdrawn, and is left.
//! - **Foreign volume**: a counted receipt was paid for by an account that is no insider, under its
//!   own signature.
//! - **Bounded work**: a block's hooks do work for the batches of the block before only.
//!
//! ### Accepted trade-offs
//!
//! - A batch may commit to a wrong tree. Its receipts then cannot be proven, which hurts only its
//!   maker.
//! - One batch an operator can wait in the pool: the next continues a head that is not there yet.
//! - A voucher lies within one batch. A batch whose voucher has become void (expired, cancelled,
//!   tank empty) is refused as a whole, and the agent anchors it without the voucher.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

extern crate alloc;

mod anchor;
pub mod api;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod extension;
mod leaf;
pub mod migrations;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
pub mod weights;

pub use extension::CheckAnchor;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
#[allow(clippy::expect_used, unused_qualifications, reason = "code that the macro makes")]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{InspectHold, MutateHold},
			tokens::Precision::Exact,
		},
	};
	use frame_system::pallet_prelude::*;
	use qh_app_crypto::Scheme;
	use qh_receipts::{BatchLeaf, Hash, MAX_BATCH_RECEIPTS};
	use sp_core::H256;
	use sp_runtime::{
		traits::{Convert, Zero},
		AccountId32,
	};

	/// The storage version that this code reads and writes.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Chains of receipts, gas tanks, vouchers.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// The pallet's surroundings.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// Weights of calls, hook and extension.
		type WeightInfo: WeightInfo;

		/// The overarching reason of holds.
		type RuntimeHoldReason: From<HoldReason>;

		/// The token that is gas.
		type Currency: MutateHold<AccountId32, Reason = Self::RuntimeHoldReason, Balance = Balance>;

		/// Who acts for whom.
		type Agents: AgentRegistry<AccountId32>;

		/// Told of counted receipts.
		type OnCountedReceipts: OnCountedReceipts<AccountId32>;

		/// The current era. Free receipts and customers' caps are an era's.
		type Era: Get<EraIndex>;

		/// Gas of one receipt, burned, in the token's smallest unit.
		type GasPerReceipt: Get<Balance>;

		/// Gas of carrying and verifying a voucher, by the scheme of its signature: burned from the
		/// customer's tank with that of the voucher's receipts. At least what a transaction pays for
		/// the same signature, or vouchers would be the cheapest way to fill blocks.
		type GasPerVoucher: Convert<Scheme, Balance>;

		/// Receipts that an operator anchors without gas in each era. Enough for the repairs of a
		/// bad day; each may come in a batch of its own, so this also bounds free transactions.
		type FreeReceiptsPerEra: Get<u32>;

		/// Receipts that one customer's vouchers make count in each era, over all operators. More
		/// are paid for, but do not count.
		type CountedReceiptsPerCustomerAndEra: Get<u32>;

		/// Most receipts in a batch; at most [`MAX_BATCH_RECEIPTS`].
		#[pallet::constant]
		type MaxReceiptsPerBatch: Get<u32>;

		/// Most vouchers in a batch. Each is up to 8,032 bytes long.
		#[pallet::constant]
		type MaxVouchersPerBatch: Get<u32>;

		/// Most batches in a block: 176 bytes each, kept for one block.
		#[pallet::constant]
		type MaxBatchesPerBlock: Get<u32>;

		/// What benchmarks need of the pallet's surroundings.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<AccountId32>;
	}

	/// Why this pallet holds balances.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Gas for receipts: burned as they are anchored, or withdrawn by its owner.
		#[codec(index = 0)]
		GasTank,
	}

	/// Where each operator's chain of receipts stands.
	///
	/// Never removed, so that an account that registers again continues where it was. Accounts are
	/// hashes that anybody can search for: hence a cryptographic hasher.
	#[pallet::storage]
	pub type Chains<T: Config> = StorageMap<_, Blake2_128Concat, AccountId32, Chain, ValueQuery>;

	/// What went through each gas tank. Removed when the tank is emptied by a withdrawal.
	///
	/// Created by whoever puts gas in, which costs them a fee; keys as in [`Chains`].
	#[pallet::storage]
	pub type Tanks<T: Config> = StorageMap<_, Blake2_128Concat, AccountId32, Tank, ValueQuery>;

	/// What is kept of each customer.
	///
	/// Created by a voucher's use, which burns gas, or by its cancellation, which costs a fee; keys
	/// as in [`Chains`].
	#[pallet::storage]
	pub type Customers<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, Customer, ValueQuery>;

	/// What this block anchored, in the order of its tree. Cleared when the next block begins.
	#[pallet::storage]
	pub type Batches<T: Config> =
		StorageValue<_, BoundedVec<BatchLeaf, T::MaxBatchesPerBlock>, ValueQuery>;

	/// Sums over all operators.
	#[pallet::storage]
	#[pallet::storage_prefix = "Totals"]
	pub type TotalsOf<T: Config> = StorageValue<_, Totals, ValueQuery>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Receipts were anchored.
		Anchored {
			/// Whose.
			operator: AccountId32,
			/// The first.
			first_seq: u64,
			/// The last.
			last_seq: u64,
			/// Id of the last.
			new_head: Hash,
			/// Root of the tree over their ids.
			merkle_root: Hash,
			/// Gas burned from the operator's tank; vouchers' gas is not in it.
			gas: Balance,
		},
		/// A customer paid for receipts.
		VoucherRedeemed {
			/// Whose receipts.
			operator: AccountId32,
			/// Who paid.
			customer: AccountId32,
			/// The customer's number for the voucher.
			nonce: u64,
			/// Receipts paid for.
			receipts: u32,
			/// How many of them count.
			counted: u32,
			/// Gas burned from the customer's tank.
			gas: Balance,
		},
		/// Gas was put into a tank.
		TankFilled {
			/// Whose tank.
			account: AccountId32,
			/// How much.
			amount: Balance,
		},
		/// Gas was taken out of a tank.
		TankWithdrawn {
			/// Whose tank.
			account: AccountId32,
			/// How much.
			amount: Balance,
		},
		/// A customer's vouchers with a nonce below `nonce_floor` became void.
		VouchersCancelled {
			/// The customer.
			customer: AccountId32,
			/// The lowest nonce that is still good.
			nonce_floor: u64,
		},
	}

	/// Why a call failed. In validation of transactions the same reasons appear as
	/// `Custom(128 + index)`, where they have no code of their own.
	#[pallet::error]
	pub enum Error<T> {
		/// The sender is no operator's agent, or is revoked. Register the operator, or anchor from
		/// its present agent.
		NotAnAgent,
		/// The batch's range is upside down or impossible. Its last number must not be below its
		/// first.
		BadRange,
		/// The batch holds more receipts than one may. Split it.
		TooManyReceipts,
		/// The batch begins before the chain's head: it, or another, was anchored already. Ask for
		/// the head and continue from there.
		AlreadyAnchored,
		/// The batch begins behind the chain's head. Anchor what is missing first.
		Gap,
		/// The batch continues a chain with another head: two agents, or a restored backup, wrote
		/// different receipts with the same numbers.
		ForeignHead,
		/// The block holds as many batches as it may. Send it again.
		BlockFull,
		/// The operator's tank does not cover the receipts that are neither free nor vouched for.
		/// Fill it, or wait for the next era.
		InsufficientGas,
		/// The voucher has a version that is unknown here.
		VoucherVersion,
		/// The voucher is for another chain or another operator.
		VoucherForeign,
		/// The voucher's receipts are not all in this batch, or another voucher covers one of them,
		/// or the vouchers are not in ascending order.
		VoucherRange,
		/// The voucher has expired. Anchor without it.
		VoucherExpired,
		/// The customer cancelled the voucher. Anchor without it.
		VoucherCancelled,
		/// The customer is the operator, its agent or its inviter.
		VoucherFromInsider,
		/// Gas for the voucher and its receipts is above the customer's limit.
		VoucherGasLimit,
		/// The customer's tank does not cover the voucher's gas. Anchor without it.
		VoucherUnfunded,
		/// The customer did not sign the voucher.
		VoucherSignature,
		/// The amount is zero.
		ZeroAmount,
		/// The tank holds less than the amount.
		TankTooLow,
		/// The floor is not above the present one.
		FloorNotAbove,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Closes the block before. The weight also covers the root over its batches, which
		/// `pallet-mmr` had computed a moment ago.
		fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::on_initialize(Self::close_parent())
		}

		fn integrity_test() {
			assert!(
				(1..=MAX_BATCH_RECEIPTS).contains(&T::MaxReceiptsPerBatch::get()),
				"MaxReceiptsPerBatch must be 1 to {MAX_BATCH_RECEIPTS}: proofs know no deeper tree"
			);
			assert!(
				T::MaxBatchesPerBlock::get() > 0,
				"MaxBatchesPerBlock must not be 0: nothing could be anchored"
			);
			let voucher = SignedVoucher::max_encoded_len() as u32;
			let vouchers = T::MaxVouchersPerBatch::get().saturating_mul(voucher);
			let block = *T::BlockLength::get().max.get(DispatchClass::Normal);
			assert!(
				vouchers < block / 2,
				"MaxVouchersPerBatch of the largest kind must fit into half a block"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Anchor a batch of receipts.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the operator's agent. **No fee is due**: the batch pays gas instead, and is
		/// refused in validation if it cannot.
		///
		/// ## Details
		///
		/// The batch must continue the operator's chain: `first_seq` and `prev_head` are those of
		/// the head. Receipts that vouchers cover are paid from the customers' tanks; of the rest,
		/// as many as are left in this era are free, and the others are paid from the operator's
		/// tank. Either all of it happens or nothing.
		///
		/// ## Errors
		///
		/// - [`Error::NotAnAgent`]
		/// - [`Error::BadRange`], [`Error::TooManyReceipts`], [`Error::BlockFull`]
		/// - [`Error::AlreadyAnchored`], [`Error::Gap`], [`Error::ForeignHead`]
		/// - [`Error::InsufficientGas`]
		/// - [`Error::VoucherVersion`], [`Error::VoucherForeign`], [`Error::VoucherRange`],
		///   [`Error::VoucherExpired`], [`Error::VoucherCancelled`],
		///   [`Error::VoucherFromInsider`], [`Error::VoucherGasLimit`],
		///   [`Error::VoucherUnfunded`], [`Error::VoucherSignature`]
		///
		/// ## Events
		///
		/// [`Event::VoucherRedeemed`] a voucher, then [`Event::Anchored`].
		///
		/// ## Complexity
		///
		/// `O(v)` in the vouchers, each with one verification of its scheme. Independent of the
		/// number of receipts, which only their agent and their verifiers hash.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::anchor(
			batch.vouchers_by(Scheme::Falcon512),
			batch.vouchers_by(Scheme::SlhDsaSha2_128s),
			batch.vouchers_by(Scheme::MlDsa65),
		))]
		#[pallet::feeless_if(|origin: &OriginFor<T>, batch: &BatchOf<T>| -> bool {
			Pallet::<T>::is_covered(ensure_signed(origin.clone()).ok(), batch)
		})]
		pub fn anchor(origin: OriginFor<T>, batch: BatchOf<T>) -> DispatchResult {
			let agent = ensure_signed(origin)?;
			Self::do_anchor(agent, batch)
		}

		/// Put tokens into the sender's gas tank.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by an operator's own key or by a customer.
		///
		/// ## Errors
		///
		/// - [`Error::ZeroAmount`]
		/// - The token's, if the sender cannot spare the amount.
		///
		/// ## Events
		///
		/// [`Event::TankFilled`].
		///
		/// ## Complexity
		///
		/// `O(1)`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::fill_tank())]
		pub fn fill_tank(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
			T::Currency::hold(&HoldReason::GasTank.into(), &account, amount)?;
			Tanks::<T>::mutate(&account, |tank| tank.filled = tank.filled.saturating_add(amount));
			Self::deposit_event(Event::TankFilled { account, amount });
			Ok(())
		}

		/// Take tokens out of the sender's gas tank.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the tank's owner.
		///
		/// ## Details
		///
		/// A batch or voucher that counted on the gas is refused from now on.
		///
		/// ## Errors
		///
		/// - [`Error::ZeroAmount`]
		/// - [`Error::TankTooLow`]
		///
		/// ## Events
		///
		/// [`Event::TankWithdrawn`].
		///
		/// ## Complexity
		///
		/// `O(1)`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let account = ensure_signed(origin)?;
			let reason = HoldReason::GasTank.into();
			ensure!(!amount.is_zero(), Error::<T>::ZeroAmount);
			let held = T::Currency::balance_on_hold(&reason, &account);
			ensure!(amount <= held, Error::<T>::TankTooLow);
			T::Currency::release(&reason, &account, amount, Exact)?;
			Tanks::<T>::mutate_exists(&account, |tank| {
				if amount == held {
					*tank = None;
				} else if let Some(tank) = tank {
					tank.withdrawn = tank.withdrawn.saturating_add(amount);
				}
			});
			Self::deposit_event(Event::TankWithdrawn { account, amount });
			Ok(())
		}

		/// Make void all of the sender's vouchers with a nonce below `nonce_floor`.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the customer.
		///
		/// ## Details
		///
		/// What was anchored under such vouchers stays paid for. **There is no way back**: the
		/// floor only rises.
		///
		/// ## Errors
		///
		/// - [`Error::FloorNotAbove`]
		///
		/// ## Events
		///
		/// [`Event::VouchersCancelled`].
		///
		/// ## Complexity
		///
		/// `O(1)`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::cancel_vouchers())]
		pub fn cancel_vouchers(origin: OriginFor<T>, nonce_floor: u64) -> DispatchResult {
			let customer = ensure_signed(origin)?;
			Customers::<T>::try_mutate(&customer, |state| {
				ensure!(nonce_floor > state.nonce_floor, Error::<T>::FloorNotAbove);
				state.nonce_floor = nonce_floor;
				Ok::<_, DispatchError>(())
			})?;
			Self::deposit_event(Event::VouchersCancelled { customer, nonce_floor });
			Ok(())
		}
	}
}
