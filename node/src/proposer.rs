// SPDX-License-Identifier: Apache-2.0

//! Shows the signer the block that it is about to seal.
//!
//! Aura's worker builds a block and then has the keystore sign the hash of its header, 32 bytes
//! that say nothing. This proposer sits between the two: as soon as the block is built, and before
//! the worker sees it, the whole header goes to the keystore, which has it signed and keeps the
//! signature for the worker.
//!
//! Signing gets a quarter of a slot at most, taken from the time for building, and a block that is
//! not signed in time is dropped: a late block is worth less than the next one in time.

use crate::keystore::SharedKeystore;
use futures::future::{BoxFuture, FutureExt};
use qh_app_crypto::aura;
use qh_runtime::{opaque::Block, Header};
use sc_consensus_aura::{find_pre_digest, standalone::slot_author};
use sp_api::ProvideRuntimeApi;
use sp_consensus::{Environment, Error as ConsensusError, Proposal, ProposeArgs, Proposer};
use sp_consensus_aura::AuraApi;
use sp_runtime::traits::{Block as _, Header as _};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

/// Makes [`ApprovedProposer`]s.
pub(crate) struct ApprovedProposerFactory<F, C> {
	inner: F,
	client: Arc<C>,
	keystore: SharedKeystore,
	sign_within: Duration,
}

impl<F, C> ApprovedProposerFactory<F, C> {
	/// Wraps a factory of proposers for a chain with these slots.
	pub(crate) fn new(
		inner: F,
		client: Arc<C>,
		keystore: SharedKeystore,
		slot_duration: Duration,
	) -> Self {
		Self { inner, client, keystore, sign_within: slot_duration / 4 }
	}
}

impl<F, C> Environment<Block> for ApprovedProposerFactory<F, C>
where
	F: Environment<Block>,
	F::Proposer: Proposer<Block, Error = F::Error>,
	C: ProvideRuntimeApi<Block>,
	C::Api: AuraApi<Block, aura::AuthorityId>,
{
	type Proposer = ApprovedProposer<F::Proposer>;
	type CreateProposer = BoxFuture<'static, Result<Self::Proposer, Self::Error>>;
	type Error = F::Error;

	fn init(&mut self, parent: &Header) -> Self::CreateProposer {
		let inner = self.inner.init(parent);
		let authorities = self
			.client
			.runtime_api()
			.authorities(parent.hash())
			.map_err(|_| ConsensusError::InvalidAuthoritiesSet);
		let (keystore, sign_within) = (self.keystore.clone(), self.sign_within);
		async move {
			Ok(ApprovedProposer {
				inner: inner.await?,
				authorities: authorities?,
				keystore,
				sign_within,
			})
		}
		.boxed()
	}
}

/// Builds a block and has it signed.
pub(crate) struct ApprovedProposer<P> {
	inner: P,
	authorities: Vec<aura::AuthorityId>,
	keystore: SharedKeystore,
	sign_within: Duration,
}

impl<P: Proposer<Block>> Proposer<Block> for ApprovedProposer<P> {
	type Error = P::Error;
	type Proposal = BoxFuture<'static, Result<Proposal<Block>, Self::Error>>;

	fn propose(self, mut args: ProposeArgs<Block>) -> Self::Proposal {
		let deadline = Instant::now() + args.max_duration;
		let sign_within = self.sign_within.min(args.max_duration / 2);
		args.max_duration -= sign_within;
		let building = self.inner.propose(args);
		let (authorities, keystore) = (self.authorities, self.keystore);
		async move {
			let proposal = building.await?;
			let header = proposal.block.header();
			let slot = find_pre_digest::<Block, aura::AuthoritySignature>(header)
				.map_err(|error| ConsensusError::CannotSign(error.to_string()))?;
			let author = slot_author::<aura::AuthorityPair>(slot, &authorities)
				.ok_or(ConsensusError::InvalidAuthoritiesSet)?;
			let left = deadline.saturating_duration_since(Instant::now()).min(sign_within);
			// Aura's worker has a thread of its own, which may block.
			keystore.approve_block(author, header, left).map_err(|error| {
				ConsensusError::CannotSign(format!(
					"block {} of slot {slot}: {error}",
					header.number()
				))
			})?;
			Ok(proposal)
		}
		.boxed()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::keystore::{Error, KeyStatus, MemoryKeystore, NewSessionKeys, SessionKeystore};
	use parking_lot::Mutex;
	use qh_runtime::{AccountId, Hash};
	use sp_consensus_aura::digests::CompatibleDigestItem;
	use sp_core::crypto::Pair;
	use sp_runtime::{traits::BlakeTwo256, Digest, DigestItem};

	const SLOT: u64 = 42;
	const QUARTER: Duration = Duration::from_millis(250);

	fn author(name: &str) -> aura::AuthorityId {
		let seed = qh_crypto::dev::dev_seed(name, "aura");
		aura::AuthorityPair::from_seed_slice(&seed).unwrap().public()
	}

	/// Builds an empty block, as slowly as told, and notes the time that it was given.
	struct Builder {
		takes: Duration,
		given: Arc<Mutex<Option<Duration>>>,
	}

	impl Proposer<Block> for Builder {
		type Error = ConsensusError;
		type Proposal = BoxFuture<'static, Result<Proposal<Block>, ConsensusError>>;

		fn propose(self, args: ProposeArgs<Block>) -> Self::Proposal {
			*self.given.lock() = Some(args.max_duration);
			let header =
				Header::new(7, Hash::zero(), Hash::zero(), Hash::zero(), args.inherent_digests);
			std::thread::sleep(self.takes);
			let storage_changes = sp_state_machine::StorageChanges::<BlakeTwo256>::default();
			let block = Block::new(header, Vec::new());
			async move { Ok(Proposal { block, storage_changes }) }.boxed()
		}
	}

	/// Notes what it is shown, and refuses where told.
	struct Shown {
		seen: Mutex<Vec<(aura::AuthorityId, Header, Duration)>>,
		refuses: bool,
		keys: MemoryKeystore,
	}

	impl SessionKeystore for Shown {
		fn approve_block(
			&self,
			author: &aura::AuthorityId,
			header: &Header,
			within: Duration,
		) -> Result<(), Error> {
			self.seen.lock().push((author.clone(), header.clone(), within));
			if self.refuses {
				return Err(Error::TooLate);
			}
			Ok(())
		}

		fn new_session_keys(&self, _: &AccountId) -> Result<NewSessionKeys, Error> {
			Err(Error::NoKeys)
		}

		fn is_ready(&self) -> bool {
			true
		}

		fn status(&self) -> KeyStatus {
			self.keys.status()
		}
	}

	crate::keystore::delegate_keystore!(Shown, keys);

	fn propose(
		refuses: bool,
		takes: Duration,
		max_duration: Duration,
	) -> (Result<Proposal<Block>, ConsensusError>, Arc<Shown>, Duration) {
		let given = Arc::new(Mutex::new(None));
		let keystore =
			Arc::new(Shown { seen: Mutex::default(), refuses, keys: MemoryKeystore::empty() });
		let proposer = ApprovedProposer {
			inner: Builder { takes, given: given.clone() },
			authorities: vec![author("alice"), author("bob"), author("charlie")],
			keystore: keystore.clone(),
			sign_within: QUARTER,
		};
		let pre_digest =
			<DigestItem as CompatibleDigestItem<aura::AuthoritySignature>>::aura_pre_digest(
				SLOT.into(),
			);
		let args = ProposeArgs {
			inherent_digests: Digest { logs: vec![pre_digest] },
			max_duration,
			..Default::default()
		};
		let answer = futures::executor::block_on(proposer.propose(args));
		let given = given.lock().unwrap();
		(answer, keystore, given)
	}

	#[test]
	fn the_whole_header_is_shown_under_the_key_of_the_slots_author() {
		let (proposal, keystore, given) =
			propose(false, Duration::ZERO, Duration::from_millis(600));
		let proposal = proposal.unwrap();
		let seen = keystore.seen.lock();
		let (by, header, within) = &seen[0];
		assert_eq!(by, &author("alice"), "42 mod 3 is 0");
		assert_eq!(header, proposal.block.header());
		assert!(*within <= QUARTER && !within.is_zero());
		assert_eq!(given, Duration::from_millis(600) - QUARTER);
	}

	#[test]
	fn a_refused_block_is_no_proposal() {
		let (proposal, ..) = propose(true, Duration::ZERO, Duration::from_millis(600));
		assert!(matches!(proposal, Err(ConsensusError::CannotSign(_))));
	}

	#[test]
	fn a_block_that_was_built_too_late_gets_no_time() {
		let max = Duration::from_millis(20);
		let (_, keystore, given) = propose(false, max * 2, max);
		assert_eq!(given, max / 2, "signing never takes more than half of the time");
		assert_eq!(keystore.seen.lock()[0].2, Duration::ZERO);
	}
}
