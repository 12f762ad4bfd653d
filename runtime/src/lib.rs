// SPDX-License-Identifier: Apache-2.0

//! The QuantumHarmony runtime.
//!
//! It promises three things that a stock Substrate runtime does not:
//!
//! - **No classical signature** is accepted anywhere. Transactions carry [`Signature`], consensus
//!   runs over Falcon-512, and no other scheme has a variant (design section 3.1).
//! - **Every signed transaction pays for its own verification**, by scheme, measured in wasm: see
//!   [`extrinsic`] and [`extensions::ChargeVerification`].
//! - **One wasm serves every network**: the periods come from genesis ([`periods`]), and only
//!   standard host functions are imported, so that every tool loads it.
//!
//! Layout: [`configs`] holds one file a theme, [`apis`] the runtime APIs, [`genesis_presets`] the
//! networks, [`weights`] what was measured.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
#![allow(missing_docs, reason = "the macros at this level make items that cannot be documented")]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

/// The same runtime with the next spec version, for the tests of upgrades.
#[cfg(all(feature = "std", feature = "next-runtime"))]
pub mod next {
	include!(concat!(env!("OUT_DIR"), "/next_runtime.rs"));
}

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[warn(missing_docs)]
pub mod configs;
#[warn(missing_docs)]
pub mod extensions;
#[warn(missing_docs)]
pub mod extrinsic;
#[warn(missing_docs)]
pub mod genesis_presets;
#[warn(missing_docs)]
pub mod periods;
#[warn(missing_docs)]
pub mod weights;

use alloc::vec::Vec;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress,
};
use sp_version::RuntimeVersion;

#[cfg(feature = "std")]
pub use apis::RuntimeApi;
pub use extrinsic::UncheckedExtrinsic;
pub use frame_system::Call as SystemCall;
pub use pallet_balances::Call as BalancesCall;
pub use pallet_timestamp::Call as TimestampCall;
pub use qh_app_crypto::Signature;

/// Number of a block.
pub type BlockNumber = u32;
/// Account: `blake2_256("qh/account/v1" ‖ scheme index ‖ public key)` (design section 3.1).
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Amount of tokens, in units of 10^-12 QMHY.
pub type Balance = u128;
/// Number of transactions an account has sent.
pub type Nonce = u32;
/// Hash of a block or of anything else on this chain.
pub type Hash = sp_core::H256;
/// Address in a transaction. Only its `Id` form resolves.
pub type Address = MultiAddress<AccountId, ()>;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block with decoded transactions.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Block with a justification.
pub type SignedBlock = generic::SignedBlock<Block>;

/// The transaction extensions, in the order in which they are encoded and run. Positions are part
/// of the wire format: `FORMATS.md` lists each with its bytes.
///
/// `ChargeVerification` stands after `CheckWeight` and before the payment, so that its weight is
/// both reserved in the block and paid for. `CheckOperatorCall` and `CheckAnchor` run before the
/// payment because a feeless call that they refuse must not enter the pool. These two stand in one
/// tuple because a pipeline has at most twelve members; clients see thirteen extensions in a row.
pub type TxExtension = (
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	extensions::ChargeVerification,
	(pallet_operators::CheckOperatorCall<Runtime>, pallet_attestation::CheckAnchor<Runtime>),
	pallet_skip_feeless_payment::SkipCheckIfFeeless<
		Runtime,
		pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// What a signature in a transaction is made over, before the rule that hashes payloads longer
/// than 256 bytes.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Executes blocks and transactions.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Types for the node, which needs no knowledge of the calls.
pub mod opaque {
	use super::*;
	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// Block whose transactions are bytes.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
	/// Identifier of a block.
	pub type BlockId = generic::BlockId<Block>;
}

impl_opaque_keys! {
	/// Keys of a validator's session: Falcon-512 both, and no other kind exists.
	pub struct SessionKeys {
		/// Authors blocks.
		pub aura: Aura,
		/// Votes on finality.
		pub grandpa: Grandpa,
	}
}

// The version's own macro reads literals only, and the next runtime needs another one.
macro_rules! version {
	($spec_version:tt) => {
		/// Version of this runtime.
		///
		/// `system_version` 1 puts new code in force at once: the confirmation and rollback of
		/// upgrades (design section 3.8) count on it, where version 3 would delay the code by a
		/// block. Version 2 would too, but chopsticks and other tools on smoldot know no version
		/// above 1.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: alloc::borrow::Cow::Borrowed("quantumharmony"),
			impl_name: alloc::borrow::Cow::Borrowed("quantumharmony"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 1,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}
#[cfg(not(feature = "next-spec-version"))]
version!(1);
#[cfg(feature = "next-spec-version")]
version!(2);

/// Name of the token.
pub const TOKEN_SYMBOL: &str = "QMHY";
/// Decimal places of the token.
pub const TOKEN_DECIMALS: u8 = 12;
/// One token.
pub const QMHY: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLI_QMHY: Balance = QMHY / 1_000;
/// A millionth of a token.
pub const MICRO_QMHY: Balance = QMHY / 1_000_000;
/// Prefix of addresses: the generic one, so that every tool shows the same address for one account.
pub const SS58_PREFIX: u8 = 42;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	/// The runtime of every QuantumHarmony network.
	///
	/// Hooks run and genesis is built in the order of the indices. `Operators` stands before
	/// `Session`, whose genesis asks it for the validators; `Mmr` before `Attestation`, because the
	/// leaf of a block carries what the block before has anchored.
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(2)]
	pub type Periods = periods;
	#[runtime::pallet_index(3)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(4)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(6)]
	pub type SkipFeeless = pallet_skip_feeless_payment;
	#[runtime::pallet_index(7)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(8)]
	pub type Operators = pallet_operators;
	#[runtime::pallet_index(9)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(10)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(11)]
	#[runtime::disable_call]
	pub type Session = pallet_session;
	#[runtime::pallet_index(12)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(13)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(20)]
	pub type Mmr = pallet_mmr;
	#[runtime::pallet_index(21)]
	pub type Attestation = pallet_attestation;
}
