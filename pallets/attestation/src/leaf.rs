// SPDX-License-Identifier: Apache-2.0

//! The pallet's part in the chain's Merkle mountain range.
//!
//! `pallet-mmr` runs before this pallet: its hook in block `N + 1` takes the leaf while the batches
//! of block `N` are still in storage, and hands back the range's new root, which becomes a digest
//! item of header `N + 1`. Only then does this pallet's hook clear the batches.
//!
//! The leaf depends on block `N` and its ancestors only, as `pallet-mmr` demands of leaves. For the
//! same reason block `N`'s batches are indexed off-chain by its child and under `N`'s own hash:
//! two blocks with the same number and parent write different keys.

use crate::{Batches, Config, Pallet};
use codec::Encode;
use frame_system::pallet_prelude::BlockNumberFor;
use qh_receipts::{batches_key, batches_root, BlockLeaf, RANGE_ROOT_ENGINE};
use sp_core::H256;
use sp_mmr_primitives::{LeafDataProvider, OnNewRoot};
use sp_runtime::{
	traits::{One, SaturatedConversion, Saturating},
	DigestItem,
};

/// The leaf of the block before the current one.
impl<T: Config> LeafDataProvider for Pallet<T> {
	type LeafData = BlockLeaf;

	fn leaf_data() -> BlockLeaf {
		BlockLeaf {
			number: Self::parent_number().saturated_into(),
			hash: frame_system::Pallet::<T>::parent_hash().0,
			batches_root: batches_root(&Batches::<T>::get()),
		}
	}
}

/// Puts the range's root into the header.
impl<T: Config> OnNewRoot<H256> for Pallet<T> {
	fn on_new_root(root: &H256) {
		let item = DigestItem::Consensus(RANGE_ROOT_ENGINE, root.as_bytes().to_vec());
		frame_system::Pallet::<T>::deposit_log(item);
	}
}

impl<T: Config> Pallet<T> {
	/// Indexes the batches of the block before the current one and clears them. Returns how many
	/// there were.
	pub(crate) fn close_parent() -> u32 {
		let batches = Batches::<T>::take();
		if !batches.is_empty() {
			let hash = frame_system::Pallet::<T>::parent_hash();
			let key = batches_key(Self::parent_number().saturated_into(), &hash.0);
			sp_io::offchain_index::set(&key, &batches.encode());
		}
		batches.len() as u32
	}

	fn parent_number() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number().saturating_sub(One::one())
	}
}
