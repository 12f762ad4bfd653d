// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of calls, hook and extension.
//!
//! The runtime's wasm cannot sign, so the vouchers come from `vectors/vouchers.scale`: four of each
//! scheme, each by another customer, for receipts 0 to 11 of one operator on one chain.

use super::*;
use alloc::vec::Vec;
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::DispatchInfo,
	pallet_prelude::{TransactionSource, Zero},
	traits::{fungible::Mutate, Get, IsSubType},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use qh_app_crypto::Scheme;
use qh_receipts::{BatchLeaf, Head};
use sp_core::H256;
use sp_mmr_primitives::LeafDataProvider;
use sp_runtime::{
	traits::{AsSystemOriginSigner, Dispatchable, TransactionExtension, TxBaseImplication},
	AccountId32,
};

/// The vouchers, for every scheme in the order of its index.
const VOUCHERS: &[u8] = include_bytes!("../vectors/vouchers.scale");

/// Vouchers of each scheme.
const PER_SCHEME: usize = 4;

/// Genesis that the vouchers are for.
const GENESIS: H256 = H256([0x67; 32]);

/// Operator that the vouchers are for.
const OPERATOR: AccountId32 = AccountId32::new([0x6f; 32]);

/// Agent of the operator.
const AGENT: AccountId32 = AccountId32::new([0x61; 32]);

fn fill<T: Config>(account: &AccountId32, receipts: u32)
where
	T::Currency: Mutate<AccountId32>,
{
	let dearest = Scheme::ALL.map(|scheme| Pallet::<T>::voucher_gas(scheme, receipts));
	let gas = dearest.into_iter().max().unwrap_or_default().max(1_000);
	let spare = gas.saturating_add(gas).saturating_add(1_000_000_000_000);
	T::Currency::mint_into(account, spare).unwrap();
	Pallet::<T>::fill_tank(RawOrigin::Signed(account.clone()).into(), gas).unwrap();
}

fn leaf(n: u32) -> BatchLeaf {
	BatchLeaf {
		operator: [n as u8; 32],
		agent: [1; 32],
		first_seq: n.into(),
		last_seq: n.into(),
		prev_head: [2; 32],
		new_head: [3; 32],
		merkle_root: [4; 32],
	}
}

/// The operator, out of free receipts, in a block with room for one more batch.
fn prepare<T: Config>()
where
	T::Currency: Mutate<AccountId32>,
{
	frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::zero(), GENESIS);
	T::BenchmarkHelper::register(&OPERATOR, &AGENT);
	fill::<T>(&OPERATOR, 64);
	Chains::<T>::insert(
		&OPERATOR,
		Chain { era: T::Era::get(), free_used: u32::MAX, ..Default::default() },
	);
	let others = T::MaxBatchesPerBlock::get().saturating_sub(1);
	Batches::<T>::put(BoundedVec::truncate_from((0..others).map(leaf).collect::<Vec<_>>()));
}

/// A batch of 13 receipts with so many vouchers of each scheme, whose customers have gas.
fn batch<T: Config>(by_scheme: [u32; 3]) -> BatchOf<T>
where
	T::Currency: Mutate<AccountId32>,
{
	let all = Vec::<SignedVoucher>::decode(&mut &VOUCHERS[..]).unwrap();
	let vouchers: Vec<_> = all
		.chunks(PER_SCHEME)
		.zip(by_scheme)
		.flat_map(|(of_scheme, count)| of_scheme.iter().take(count as usize).cloned())
		.collect();
	for voucher in &vouchers {
		fill::<T>(&voucher.voucher.customer.into(), 1);
	}
	Batch {
		first_seq: 0,
		last_seq: 12,
		prev_head: [0; 32],
		new_head: [7; 32],
		merkle_root: [8; 32],
		vouchers: vouchers.try_into().unwrap(),
	}
}

#[benchmarks(where
	T: Send + Sync,
	T::Currency: Mutate<AccountId32>,
	T::RuntimeCall: From<Call<T>> + IsSubType<Call<T>> + Dispatchable<Info = DispatchInfo>,
	T::RuntimeOrigin: AsSystemOriginSigner<AccountId32>,
)]
mod benchmarks {
	use super::*;

	/// `f`, `s`, `m`: vouchers signed with Falcon-512, SLH-DSA-SHA2-128s, ML-DSA-65.
	#[benchmark]
	fn anchor(f: Linear<0, 4>, s: Linear<0, 4>, m: Linear<0, 4>) {
		prepare::<T>();
		let batch = batch::<T>([f, s, m]);

		#[extrinsic_call]
		_(RawOrigin::Signed(AGENT), batch);

		let chain = Chains::<T>::get(&OPERATOR);
		assert_eq!(chain.head, Head { next_seq: 13, head: [7; 32] });
		assert_eq!(chain.counted, u64::from(f + s + m));
	}

	#[benchmark]
	fn fill_tank() {
		fill::<T>(&OPERATOR, 1);
		let before = Pallet::<T>::tank(&OPERATOR);

		#[extrinsic_call]
		_(RawOrigin::Signed(OPERATOR), 1_000);

		assert_eq!(Pallet::<T>::tank(&OPERATOR), before + 1_000);
	}

	#[benchmark]
	fn withdraw() {
		fill::<T>(&OPERATOR, 1);
		let before = Pallet::<T>::tank(&OPERATOR);

		#[extrinsic_call]
		_(RawOrigin::Signed(OPERATOR), 1);

		assert_eq!(Pallet::<T>::tank(&OPERATOR), before - 1);
	}

	#[benchmark]
	fn cancel_vouchers() {
		#[extrinsic_call]
		_(RawOrigin::Signed(OPERATOR), 9);

		assert_eq!(Customers::<T>::get(&OPERATOR).nonce_floor, 9);
	}

	/// `b`: batches of the block before. Covers the root that `pallet-mmr` asks for.
	#[benchmark]
	fn on_initialize(b: Linear<0, 256>) {
		Batches::<T>::put(BoundedVec::truncate_from((0..b).map(leaf).collect::<Vec<_>>()));
		assert_eq!(Batches::<T>::decode_len().unwrap_or_default(), b as usize);

		#[block]
		{
			Pallet::<T>::leaf_data();
			Pallet::<T>::close_parent();
		}

		assert!(Batches::<T>::get().is_empty());
	}

	/// `v`: vouchers of the batch. Covers all that looks at the batch before the call: the guard of
	/// feeless calls, the question whether it is feeless, and the extension.
	#[benchmark]
	fn check_anchor(v: Linear<0, 12>) {
		prepare::<T>();
		let n = |before: u32| v.saturating_sub(before).min(PER_SCHEME as u32);
		let batch = batch::<T>([n(0), n(4), n(8)]);
		let call: T::RuntimeCall = Call::anchor { batch: batch.clone() }.into();
		let info = DispatchInfo::default();
		let origin: T::RuntimeOrigin = RawOrigin::Signed(AGENT).into();
		let extension = CheckAnchor::<T>::new();
		let mut checks = (None, false, false);

		#[block]
		{
			checks.0 = Pallet::<T>::check_anchor(&AGENT, &batch).ok();
			checks.1 = Pallet::<T>::is_covered(Some(AGENT), &batch);
			let implication = TxBaseImplication(());
			let source = TransactionSource::InBlock;
			let result = extension.validate(origin, &call, &info, 0, (), &implication, source);
			checks.2 = result.is_ok();
		}

		assert_eq!(checks, (Some(OPERATOR), true, true));
	}

	impl_benchmark_test_suite!(Pallet, mock::Chain::new().into_ext(), mock::Test);
}
