// SPDX-License-Identifier: Apache-2.0

//! The Merkle mountain range over blocks, and the receipts anchored in them.

use super::fees::{FEE_PER_BYTE, FEE_PER_PICOSECOND};
use crate::{
	periods, weights::verification, AccountId, Attestation, Balance, Balances, Operators, Runtime,
	RuntimeHoldReason, Session, QMHY,
};
use codec::MaxEncodedLen;
use core::marker::PhantomData;
use frame_support::traits::{ConstU128, ConstU32, Get};
use pallet_attestation::{AgentRegistry, EraIndex};
use qh_crypto::Scheme;
use qh_receipts::Voucher;
use sp_runtime::traits::{BlakeTwo256, Convert};

impl pallet_mmr::Config for Runtime {
	/// Prefix under which the nodes of the range are kept in off-chain storage.
	const INDEXING_PREFIX: &'static [u8] = sp_mmr_primitives::INDEXING_PREFIX;
	type Hashing = BlakeTwo256;
	type LeafData = Attestation;
	type OnNewRoot = Attestation;
	type BlockHashProvider = pallet_mmr::DefaultBlockHashProvider<Runtime>;
	type WeightInfo = crate::weights::pallet_mmr::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// Gas of one receipt: one token, which is meant to be a postage stamp.
pub const GAS_PER_RECEIPT: Balance = QMHY;

/// Gas of carrying and verifying one voucher: what a transaction pays for the same bytes and the
/// same verification, while fees are at their minimum.
pub struct GasPerVoucher;

impl Convert<Scheme, Balance> for GasPerVoucher {
	fn convert(scheme: Scheme) -> Balance {
		let signature = scheme.public_len().saturating_add(scheme.signature_len());
		let bytes = Voucher::max_encoded_len().saturating_add(signature) as Balance;
		let time = Balance::from(verification::weight_of(scheme).ref_time());
		bytes.saturating_mul(FEE_PER_BYTE).saturating_add(time.saturating_mul(FEE_PER_PICOSECOND))
	}
}

/// The current era: whole eras of sessions since genesis.
pub struct CurrentEra<T>(PhantomData<T>);

impl<T: periods::Config> Get<EraIndex> for CurrentEra<T> {
	fn get() -> EraIndex {
		Session::current_index() / periods::EraSessions::<T>::get().max(1)
	}
}

/// Agents as `pallet-operators` knows them. A revoked agent acts for nobody.
pub struct RegisteredAgents;

impl AgentRegistry<AccountId> for RegisteredAgents {
	fn operator_of(agent: &AccountId) -> Option<AccountId> {
		Operators::acting_operator(agent).ok()
	}

	fn agent_of(operator: &AccountId) -> Option<AccountId> {
		Operators::agent_of(operator)
	}

	fn inviter_of(operator: &AccountId) -> Option<AccountId> {
		Operators::inviter_of(operator)
	}
}

impl pallet_attestation::Config for Runtime {
	type WeightInfo = pallet_attestation::weights::SubstrateWeight<Runtime>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Agents = RegisteredAgents;
	type OnCountedReceipts = ();
	type Era = CurrentEra<Runtime>;
	type GasPerReceipt = ConstU128<GAS_PER_RECEIPT>;
	type GasPerVoucher = GasPerVoucher;
	type FreeReceiptsPerEra = ConstU32<128>;
	type CountedReceiptsPerCustomerAndEra = ConstU32<5_000>;
	type MaxReceiptsPerBatch = ConstU32<{ qh_receipts::MAX_BATCH_RECEIPTS }>;
	type MaxVouchersPerBatch = ConstU32<16>;
	type MaxBatchesPerBlock = ConstU32<512>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::RegisterAgent;
}
