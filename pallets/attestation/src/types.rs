// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores, takes and asks of others.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use frame_support::{traits::Get, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use qh_app_crypto::{Scheme, Signature};
use qh_receipts::{receipts_between, Hash, Head, Voucher, VoucherError};
use scale_info::TypeInfo;
use sp_runtime::{AccountId32, BoundedVec};

/// Amounts of gas, in the token's smallest unit. Its width is part of the voucher's format.
pub type Balance = u128;

/// Number of an era.
pub type EraIndex = u32;

/// A run of receipts that an agent anchors.
///
/// What a block's tree commits to is this without the vouchers, and with operator and agent: a
/// [`qh_receipts::BatchLeaf`].
#[derive(
	CloneNoBound,
	PartialEqNoBound,
	EqNoBound,
	DebugNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
)]
#[scale_info(skip_type_params(MaxVouchers))]
pub struct Batch<MaxVouchers: Get<u32>> {
	/// Sequence number of the first receipt: the chain's next.
	pub first_seq: u64,
	/// Sequence number of the last receipt.
	pub last_seq: u64,
	/// Id of the receipt before the first: the chain's head.
	pub prev_head: Hash,
	/// Id of the last receipt: the chain's head from now on.
	pub new_head: Hash,
	/// Root of the Merkle tree over the receipts' ids. Not checked here: a wrong root makes
	/// receipts that cannot be proven.
	pub merkle_root: Hash,
	/// Vouchers for receipts of this batch, in ascending order, none overlapping another.
	pub vouchers: BoundedVec<SignedVoucher, MaxVouchers>,
}

/// The pallet's batch.
pub type BatchOf<T> = Batch<<T as Config>::MaxVouchersPerBatch>;

impl<MaxVouchers: Get<u32>> Batch<MaxVouchers> {
	/// Number of receipts; `None` if the range is upside down or over
	/// [`qh_receipts::MAX_BATCH_RECEIPTS`].
	pub fn receipts(&self) -> Option<u32> {
		receipts_between(self.first_seq, self.last_seq)
	}

	/// How many vouchers are signed with `scheme`.
	pub fn vouchers_by(&self, scheme: Scheme) -> u32 {
		self.vouchers.iter().filter(|voucher| voucher.signature.scheme() == scheme).count() as u32
	}
}

/// A voucher with its customer's signature.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedVoucher {
	/// What is signed.
	pub voucher: Voucher,
	/// Public key and signature of the customer, made in the voucher's domain: never valid as the
	/// signature of a transaction.
	pub signature: Signature,
}

impl SignedVoucher {
	/// Whether the customer signed the voucher.
	pub fn verify(&self) -> Result<(), VoucherError> {
		let signature = &self.signature;
		self.voucher.verify(signature.scheme(), signature.public(), signature.signature())
	}
}

impl fmt::Debug for SignedVoucher {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "SignedVoucher({:?}, {})", self.voucher, self.signature.scheme())
	}
}

/// What is kept of an operator: the same 56 bytes however many receipts it anchored.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Chain {
	/// Where the chain of receipts stands.
	pub head: Head,
	/// Receipts that a customer's voucher covered, within the customer's cap.
	pub counted: u64,
	/// Era that `free_used` is of.
	pub era: EraIndex,
	/// Receipts anchored free of gas in that era.
	pub free_used: u32,
}

/// What went through an account's gas tank since it was last empty and withdrawn.
///
/// What is left is the balance on hold: `filled - burned - withdrawn`.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Tank {
	/// Put in.
	pub filled: Balance,
	/// Burned as gas.
	pub burned: Balance,
	/// Taken out again.
	pub withdrawn: Balance,
}

/// What is kept of a customer.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Customer {
	/// Vouchers with a lower nonce are void.
	pub nonce_floor: u64,
	/// Era that `counted` is of.
	pub era: EraIndex,
	/// Receipts that this customer's vouchers made count in that era.
	pub counted: u32,
}

/// Sums over all operators.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Totals {
	/// Receipts anchored.
	pub receipts: u64,
	/// Receipts that count.
	pub counted: u64,
}

/// What an operator can anchor now.
#[derive(
	Clone,
	Copy,
	Default,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct GasStatus {
	/// Gas in the tank.
	pub tank: Balance,
	/// Gas of one receipt.
	pub per_receipt: Balance,
	/// Receipts that are still free in this era.
	pub free_left: u32,
	/// Receipts that are free in each era.
	pub free_per_era: u32,
}

/// Who acts for whom.
pub trait AgentRegistry<AccountId> {
	/// The operator that `agent` may anchor for now.
	fn operator_of(agent: &AccountId) -> Option<AccountId>;

	/// The agent of `operator`.
	fn agent_of(operator: &AccountId) -> Option<AccountId>;

	/// Who invited `operator`.
	fn inviter_of(operator: &AccountId) -> Option<AccountId>;
}

/// Told of receipts that a voucher paid for.
pub trait OnCountedReceipts<AccountId> {
	/// `customer` paid `gas` for receipts of `operator`, `counted` of which count.
	///
	/// Called once a voucher; must be `O(1)`, and its weight is part of the benchmark of `anchor`.
	fn on_counted_receipts(operator: &AccountId, customer: &AccountId, counted: u32, gas: Balance);
}

impl<AccountId> OnCountedReceipts<AccountId> for () {
	fn on_counted_receipts(_: &AccountId, _: &AccountId, _: u32, _: Balance) {}
}

/// What benchmarks need of the pallet's surroundings.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
	/// Makes `agent` the agent of `operator`, in the state that is slowest to look up.
	fn register(operator: &AccountId, agent: &AccountId);
}

/// What a batch costs, and who pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Bill {
	/// Whose receipts.
	pub(crate) operator: AccountId32,
	/// How many.
	pub(crate) receipts: u32,
	/// How many of those are free.
	pub(crate) free: u32,
	/// Gas from the operator's tank.
	pub(crate) gas: Balance,
}
