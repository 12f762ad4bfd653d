// SPDX-License-Identifier: Apache-2.0

//! The token and what a transaction costs.
//!
//! A fee is `base + length × FEE_PER_BYTE + multiplier × weight × FEE_PER_PICOSECOND + tip`. Weight
//! includes the verification of the signature, so each scheme pays for itself twice: for its bytes
//! and for its time. A share of every fee is burned, the rest goes to the governance pool.

use crate::{
	AccountId, Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason,
	System, MICRO_QMHY, MILLI_QMHY,
};
use frame_support::{
	parameter_types,
	traits::{
		fungible::Credit, tokens::imbalance::ResolveTo, ConstU32, Imbalance, OnUnbalanced,
		VariantCountOf,
	},
	weights::ConstantMultiplier,
	PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
	traits::{AccountIdConversion, Bounded, One},
	FixedPointNumber, Perbill, Perquintill,
};

/// Fee of one byte of a transaction: a Falcon transfer of 1,650 bytes pays 0.165 QMHY for them.
pub const FEE_PER_BYTE: Balance = 100 * MICRO_QMHY;

/// Fee of one picosecond of weight: a millisecond costs 1 QMHY.
pub const FEE_PER_PICOSECOND: Balance = 1_000;

/// Balance below which an account that nothing else keeps alive is removed.
pub const EXISTENTIAL_DEPOSIT: Balance = 100 * MILLI_QMHY;

parameter_types! {
	/// See [`EXISTENTIAL_DEPOSIT`].
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	/// See [`FEE_PER_BYTE`].
	pub const FeePerByte: Balance = FEE_PER_BYTE;
	/// See [`FEE_PER_PICOSECOND`].
	pub const FeePerPicosecond: Balance = FEE_PER_PICOSECOND;
	/// Share of fees that is burned. The rest goes to [`FeePool`].
	pub const BurnedFeeShare: Perbill = Perbill::from_percent(50);
	/// Account of the governance pool.
	pub FeePool: AccountId = PalletId(*b"qh/gpool").into_account_truncating();
	/// Share of a block's normal weight above which fees rise.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// How fast fees move: a day of full blocks at six seconds raises them by about 125 %.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// Fees never fall below what this file says: an idle chain must not become free to fill.
	pub MinimumMultiplier: Multiplier = Multiplier::one();
	/// No upper bound.
	pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = crate::weights::pallet_balances::WeightInfo<Runtime>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

/// Burns [`BurnedFeeShare`] of a fee, rounded down, and gives the rest to [`FeePool`].
///
/// While the pool's account does not exist and the rest is below the existential deposit, the rest
/// is burned too. Genesis presets create the account.
pub struct BurnAndPool;

impl OnUnbalanced<Credit<AccountId, Balances>> for BurnAndPool {
	fn on_nonzero_unbalanced(fee: Credit<AccountId, Balances>) {
		let burned = BurnedFeeShare::get().mul_floor(fee.peek());
		let (burned, pooled) = fee.split(burned);
		drop(burned);
		ResolveTo::<FeePool, Balances>::on_unbalanced(pooled);
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, BurnAndPool>;
	type WeightToFee = ConstantMultiplier<Balance, FeePerPicosecond>;
	type LengthToFee = ConstantMultiplier<Balance, FeePerByte>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Self,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type OperationalFeeMultiplier = frame_support::traits::ConstU8<5>;
	type WeightInfo = crate::weights::pallet_transaction_payment::WeightInfo<Runtime>;
}

impl pallet_skip_feeless_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
}
