// SPDX-License-Identifier: Apache-2.0

//! Reports authors who seal two blocks for one slot.
//!
//! polkadot-sdk reports equivocations of GRANDPA; those of Aura it only logs. This block import
//! wraps the rest of the import: it remembers, in the auxiliary store and for the last thousand
//! slots, the header that each slot's author sealed, and when another one comes it submits both to
//! `pallet-operators` as an unsigned transaction of this node.
//!
//! Seals are verified by the import queue before a block gets here. Blocks of the initial sync and
//! of files are not looked at: their reports would be too late. An equivocation by a key that this
//! node itself seals with is logged as an error and left to others to report.

use pallet_operators::{AuraEquivocationProof, OperatorsApi};
use parking_lot::Mutex;
use qh_app_crypto::aura;
use qh_runtime::{opaque::Block, Header};
use sc_client_api::{AuxStore, HeaderBackend};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_consensus_aura::{find_pre_digest, standalone::slot_author};
use sc_consensus_slots::check_equivocation;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::BlockOrigin;
use sp_consensus_aura::{AuraApi, Slot, SlotDuration};
use sp_runtime::traits::Header as _;
use sp_timestamp::Timestamp;
use std::{collections::BTreeSet, sync::Arc};

const LOG_TARGET: &str = "aura";

/// A block import that reports Aura equivocations.
pub(crate) struct EquivocationReporter<I, C> {
	inner: I,
	watcher: Arc<Watcher<C>>,
}

impl<I: Clone, C> Clone for EquivocationReporter<I, C> {
	fn clone(&self) -> Self {
		Self { inner: self.inner.clone(), watcher: self.watcher.clone() }
	}
}

struct Watcher<C> {
	client: Arc<C>,
	pool: OffchainTransactionPoolFactory<Block>,
	slot_duration: SlotDuration,
	/// The keys that this node has sealed with. Also the lock under which slots are looked up: two
	/// blocks of one slot may be imported at the same time.
	own_keys: Mutex<BTreeSet<aura::AuthorityId>>,
}

impl<I, C> EquivocationReporter<I, C> {
	/// Wraps a block import; reports go to this pool.
	pub(crate) fn new(
		inner: I,
		client: Arc<C>,
		pool: OffchainTransactionPoolFactory<Block>,
		slot_duration: SlotDuration,
	) -> Self {
		let own_keys = Mutex::default();
		Self { inner, watcher: Arc::new(Watcher { client, pool, slot_duration, own_keys }) }
	}
}

impl<C> Watcher<C>
where
	C: ProvideRuntimeApi<Block> + AuxStore + HeaderBackend<Block>,
	C::Api: AuraApi<Block, aura::AuthorityId> + OperatorsApi<Block>,
{
	/// The proof, if the block's author has sealed another one for its slot.
	fn equivocation(
		&self,
		block: &BlockImportParams<Block>,
	) -> Option<AuraEquivocationProof<Header>> {
		match block.origin {
			BlockOrigin::Own | BlockOrigin::NetworkBroadcast | BlockOrigin::ConsensusBroadcast => {}
			_ => return None,
		}
		if block.post_digests.is_empty() {
			return None;
		}
		let slot = find_pre_digest::<Block, aura::AuthoritySignature>(&block.header).ok()?;
		// Fails where the parent's state is pruned or not there yet.
		let authorities =
			self.client.runtime_api().authorities(*block.header.parent_hash()).ok()?;
		let author = slot_author::<aura::AuthorityPair>(slot, &authorities)?;
		let slot_now = Slot::from_timestamp(Timestamp::current(), self.slot_duration);

		let mut own_keys = self.own_keys.lock();
		if block.origin == BlockOrigin::Own {
			own_keys.insert(author.clone());
		}
		// A slot in the future by a little drift is not before the first one that is remembered.
		let slot_now = slot_now.max(slot);
		let proof = check_equivocation(&*self.client, slot_now, slot, &block.post_header(), author)
			.inspect_err(
				|error| log::error!(target: LOG_TARGET, "cannot look for equivocations: {error}"),
			)
			.ok()
			.flatten()?;
		if is_same_block(&proof.first_header, &proof.second_header) {
			return None;
		}
		let (first, second) = (proof.first_header.hash(), proof.second_header.hash());
		if own_keys.contains(author) {
			log::error!(
				target: LOG_TARGET,
				"this node's own key {author:?} sealed two blocks for slot {slot}, {first} and \
				 {second}: is it used elsewhere? It will be suspended when another node reports it",
			);
			return None;
		}
		log::warn!(
			target: LOG_TARGET,
			"{author:?} sealed two blocks for slot {slot}: {first} and {second}",
		);
		Some(proof)
	}

	/// Submits the proof to the pool, with evidence of whose key it is from the block before.
	fn report(&self, proof: AuraEquivocationProof<Header>) {
		let slot = proof.slot;
		match self.try_report(proof) {
			Ok(true) => log::info!(target: LOG_TARGET, "reported the equivocation in slot {slot}"),
			Ok(false) => log::warn!(
				target: LOG_TARGET,
				"the equivocation in slot {slot} was not reported: its author is no validator, or \
				 it was reported before",
			),
			Err(error) => log::error!(
				target: LOG_TARGET,
				"the equivocation in slot {slot} could not be reported: {error}",
			),
		}
	}

	fn try_report(&self, proof: AuraEquivocationProof<Header>) -> Result<bool, sp_api::ApiError> {
		let in_session = *proof.second_header.parent_hash();
		let owner = self
			.client
			.runtime_api()
			.generate_aura_key_ownership_proof(in_session, proof.offender.clone())?;
		let Some(owner) = owner else { return Ok(false) };
		let best = self.client.info().best_hash;
		let mut api = self.client.runtime_api();
		api.register_extension(self.pool.offchain_transaction_pool(best));
		Ok(api.submit_report_aura_equivocation(best, proof, owner)?.is_some())
	}
}

/// Whether two sealed headers differ in their seals only: a Falcon signature of the same header is
/// another one each time.
fn is_same_block(first: &Header, second: &Header) -> bool {
	let unsealed = |header: &Header| {
		let mut header = header.clone();
		header.digest_mut().pop();
		header.hash()
	};
	unsealed(first) == unsealed(second)
}

#[async_trait::async_trait]
impl<I, C> BlockImport<Block> for EquivocationReporter<I, C>
where
	I: BlockImport<Block> + Send + Sync,
	C: ProvideRuntimeApi<Block> + AuxStore + HeaderBackend<Block> + Send + Sync,
	C::Api: AuraApi<Block, aura::AuthorityId> + OperatorsApi<Block>,
{
	type Error = I::Error;

	async fn check_block(
		&self,
		block: BlockCheckParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		self.inner.check_block(block).await
	}

	async fn import_block(
		&self,
		block: BlockImportParams<Block>,
	) -> Result<ImportResult, Self::Error> {
		let proof = self.watcher.equivocation(&block);
		let result = self.inner.import_block(block).await;
		// Also where the second block was not imported: it was sealed.
		if let Some(proof) = proof {
			self.watcher.report(proof);
		}
		result
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use qh_runtime::Hash;
	use sp_consensus_aura::digests::CompatibleDigestItem;
	use sp_runtime::{Digest, DigestItem};

	fn sealed(state_root: u8, seal: u8) -> Header {
		let seal = aura::AuthoritySignature::try_from(&[seal; 666][..]).unwrap();
		let logs = vec![
			<DigestItem as CompatibleDigestItem<aura::AuthoritySignature>>::aura_pre_digest(
				7.into(),
			),
			DigestItem::aura_seal(seal),
		];
		let root = Hash::repeat_byte(state_root);
		Header::new(7, Hash::zero(), root, Hash::zero(), Digest { logs })
	}

	#[test]
	fn two_seals_of_one_header_are_one_block() {
		assert_ne!(sealed(1, 1).hash(), sealed(1, 2).hash());
		assert!(is_same_block(&sealed(1, 1), &sealed(1, 2)));
		assert!(!is_same_block(&sealed(1, 1), &sealed(2, 1)));
	}
}
