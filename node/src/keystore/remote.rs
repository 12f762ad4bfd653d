// SPDX-License-Identifier: Apache-2.0

//! Keys that are in `qh-signer`: when to wait for it, and when to have no keys.
//!
//! | the signer | Aura | GRANDPA |
//! |---|---|---|
//! | is ready | keys; a block is signed before its deadline or dropped | keys, once past the horizon |
//! | cannot be reached, or is briefly unable | no keys, the slot is left out | keys; a vote waits |
//! | is locked or quarantined | no keys | no keys when a round begins; a vote of a round that began before waits |
//! | belongs to another chain | no keys | no keys |
//! | has voted further than this node | keys | no keys |
//! | was never reached since the start | no keys | keys, if this database has voted with them |
//!
//! Why a vote waits rather than fails: a round that begins without keys is a round in which this
//! node never votes. Were that the answer to every passing fault, a third of the signers restarting
//! at once would stop finality until their nodes are restarted. And a vote that fails ends the
//! node. A vote waits until it is signed, or until the node shuts down.
//!
//! A vote that the signer refuses for good (which the horizon should have prevented) is an error,
//! ends the node and is remembered in its database, so that the node that starts next has no keys
//! for that round.
//!
//! A round may still begin without keys: the signer was locked or not there when the node started.
//! If such a round then ends nowhere although the keys have come, because too many others are in
//! the same position, the node starts itself anew (see [`Restart`]) and votes in it. Not if its
//! database would go with it: then the node goes on without a vote in that round.

use super::{
	classical::refuse_classical_schemes,
	memory::REFUSED_INSERT,
	metrics::Metrics,
	watch::{InStep, Known, Watch},
	Error, KeyStatus, NewSessionKeys, Progress, SessionKeystore, LOG_TARGET,
};
use codec::{Decode, Encode};
use futures::future::FutureExt;
use parking_lot::{Condvar, Mutex};
use qh_app_crypto::{aura, grandpa};
use qh_runtime::{AccountId, BlockNumber, Hash, Header};
use qh_signer_client::{Horizon, NodeClient, RefusalCode};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::crypto::{CryptoTypeId, KeyTypeId};
use sp_keystore::Keystore;
use std::{
	collections::BTreeSet,
	future::Future,
	path::Path,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::Registry;

/// How often the signer is asked how it is.
const REFRESH: Duration = Duration::from_secs(1);
/// Deadline of one attempt to have a vote signed.
const VOTE_WITHIN: Duration = Duration::from_secs(2);
/// First and longest pause between two attempts.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(250));
/// Deadline for new session keys: two key generations and two signatures.
const NEW_KEYS_WITHIN: Duration = Duration::from_secs(20);

/// How often the log says that this node does not vote yet.
const TELL_AGAIN: Duration = Duration::from_secs(30);
/// How long a round that began without keys may go on with keys at hand.
const STUCK_AFTER: Duration = Duration::from_secs(15);

/// What the log says where only this node could bring finality past the horizon.
const NO_WAY_PAST: &str = "; no other validator can bring finality past that, and voting there \
	again could contradict what was final: put back a database that is not older than the signer's \
	log, or start a new network";

/// Asks the program to start itself anew once the node has ended.
#[derive(Clone)]
pub(crate) struct Restart {
	is_possible: bool,
	is_wanted: Arc<AtomicBool>,
}

impl Restart {
	/// Possible only if the database outlives the process.
	pub(crate) fn new(keeps_database: bool) -> Self {
		Self { is_possible: keeps_database, is_wanted: Arc::default() }
	}

	/// Whether it was asked for.
	pub(crate) fn is_wanted(&self) -> bool {
		self.is_wanted.load(Ordering::Relaxed)
	}

	fn want(&self) {
		self.is_wanted.store(true, Ordering::Relaxed);
	}
}

/// A keystore whose keys are in the signer.
pub(crate) struct RemoteKeystore {
	watch: Watch,
	progress: Arc<dyn Progress>,
	metrics: Metrics,
	voting: Mutex<Voting>,
	/// The signed block that Aura will ask for next.
	seal: Mutex<Option<Seal>>,
	closing: Closing,
	restart: Restart,
	in_step: InStep,
}

#[derive(Default)]
struct Voting {
	/// GRANDPA keys for which this node is past the signer's horizon. Once past it stays past: every
	/// later vote of the signer is this node's own.
	past_horizon: BTreeSet<Vec<u8>>,
	/// When the log last said why there is no vote.
	told: Option<Instant>,
	/// The round for which the voter last asked for keys, and those that it did not get.
	without: Option<(Horizon, BTreeSet<Vec<u8>>)>,
	/// Since when that round goes on although the keys are at hand.
	stuck_since: Option<Instant>,
}

struct Seal {
	author: Vec<u8>,
	header_hash: Hash,
	signature: Vec<u8>,
}

/// A wait that ends at shutdown.
#[derive(Default)]
struct Closing {
	is_closed: Mutex<bool>,
	changed: Condvar,
}

impl Closing {
	/// Waits; whether the node is shutting down.
	fn within(&self, pause: Duration) -> bool {
		let mut is_closed = self.is_closed.lock();
		if !*is_closed {
			self.changed.wait_for(&mut is_closed, pause);
		}
		*is_closed
	}

	fn close(&self) {
		*self.is_closed.lock() = true;
		self.changed.notify_all();
	}
}

impl RemoteKeystore {
	/// For the signer in `dir`, which is asked for its keys once and may come later.
	pub(crate) fn new(
		dir: &Path,
		genesis: Hash,
		progress: Arc<dyn Progress>,
		registry: Option<&Registry>,
		restart: Restart,
		in_step: InStep,
	) -> Result<Self, Error> {
		let metrics = Metrics::new(registry)?;
		let client = NodeClient::connect(dir, genesis.into());
		let keystore = Self {
			watch: Watch::new(client, genesis, metrics.clone()),
			progress,
			metrics,
			voting: Mutex::default(),
			seal: Mutex::default(),
			closing: Closing::default(),
			restart,
			in_step,
		};
		keystore.refresh();
		Ok(keystore)
	}

	/// Keeps up with the signer. To be run on a thread that may block, for as long as the node runs;
	/// when it is dropped, every wait for the signer ends. It ends by itself when the node has to
	/// start anew.
	pub(crate) fn follow(self: Arc<Self>) -> impl Future<Output = ()> + Send {
		struct CloseOnDrop(Arc<RemoteKeystore>);
		impl Drop for CloseOnDrop {
			fn drop(&mut self) {
				self.0.closing.close();
			}
		}
		let keystore = CloseOnDrop(self);
		async move {
			while !keystore.0.has_to_start_anew(STUCK_AFTER) {
				tokio::time::sleep(REFRESH).await;
				keystore.0.refresh();
			}
			log::warn!(
				target: LOG_TARGET,
				"the round of finality began without this node's keys and does not end; starting \
				 anew to vote in it",
			);
			keystore.0.restart.want();
		}
		.boxed()
	}

	fn refresh(&self) {
		self.watch.refresh(|| {
			let position = self.progress.position().ok()??;
			self.in_step.holds(position.voters).then_some(position.round)
		});
		if self.watch.with(|known| known.holding_back().is_some()) {
			// What the signer will sign after its release is a new question.
			self.voting.lock().past_horizon.clear();
		}
		let is_voting = self.watch.known().grandpa.iter().any(|public| self.may_vote(public));
		self.metrics.voting.set(is_voting.into());
	}

	/// Whether a round that begins now may be voted in with this key.
	fn may_vote(&self, public: &[u8]) -> bool {
		let (is_held, is_holding_back, status) = self.watch.with(|known| {
			let is_held = known.grandpa.iter().any(|held| held == public);
			(is_held, known.holding_back().is_some(), known.status.clone())
		});
		let Some(status) = status else {
			// The signer has not been reached yet. A database that has voted with this key goes on
			// doing so: its votes wait for the signer.
			return self.progress.voter().as_deref() == Some(public);
		};
		if !is_held || is_holding_back {
			return false;
		}
		let mut voting = self.voting.lock();
		if voting.past_horizon.contains(public) {
			return true;
		}
		let (is_past, reason) = match self.progress.position() {
			Ok(None) => (false, "the voter has not been started".into()),
			Err(error) => (false, error.to_string()),
			Ok(Some(position)) => {
				let refused = self.progress.refused();
				let is_past = position.is_past(status.horizon, refused, public);
				let at = |at: Horizon| format!("round {} of set {}", at.round, at.set_id);
				let alone = if !is_past && position.voters == 1 { NO_WAY_PAST } else { "" };
				let reason = format!(
					"this node is in {}, the signer has voted up to {}{alone}",
					at(position.round),
					status.horizon.max(refused).map_or("nowhere".into(), at),
				);
				(is_past, reason)
			}
		};
		if is_past {
			log::info!(target: LOG_TARGET, "taking part in finality: {reason}");
			self.progress.remember_voter(public);
			voting.past_horizon.insert(public.to_vec());
			voting.told = None;
		} else if voting.told.is_none_or(|told| told.elapsed() > TELL_AGAIN) {
			log::warn!(target: LOG_TARGET, "following without a vote: {reason}");
			voting.told = Some(Instant::now());
		}
		is_past
	}

	/// Notes what the voter was answered when it asked for a key, which it does as a round begins.
	fn note_asked(&self, public: &[u8], may_vote: bool) {
		let mut voting = self.voting.lock();
		if may_vote {
			voting.without = None;
			return;
		}
		let Ok(Some(position)) = self.progress.position() else { return };
		match &mut voting.without {
			Some((round, keys)) if *round == position.round => {
				keys.insert(public.to_vec());
			}
			without => *without = Some((position.round, [public.to_vec()].into())),
		}
	}

	/// Whether nothing but a new start brings this node's vote into a round that does not end.
	fn has_to_start_anew(&self, after: Duration) -> bool {
		self.restart.is_possible && self.is_stuck(after)
	}

	/// Whether the round began without a key that could be used now, and has gone on like that for
	/// this long.
	fn is_stuck(&self, for_this_long: Duration) -> bool {
		let without = self.voting.lock().without.clone();
		let is_stuck = without.is_some_and(|(round, keys)| {
			let held = self.watch.known().grandpa;
			held.iter().any(|public| keys.contains(public) && self.may_vote(public))
				&& matches!(self.progress.position(), Ok(Some(now)) if now.round == round)
		});
		let mut voting = self.voting.lock();
		if !is_stuck {
			voting.stuck_since = None;
			return false;
		}
		voting.stuck_since.get_or_insert_with(Instant::now).elapsed() >= for_this_long
	}

	/// Signs a vote, waiting for as long as the signer is not able to.
	fn sign_vote(&self, public: &[u8], message: &[u8]) -> Result<Option<Vec<u8>>, Error> {
		let Ok(id) = grandpa::AuthorityId::try_from(public) else { return Ok(None) };
		let Ok(key) = public.try_into() else { return Ok(None) };
		let began = Instant::now();
		let mut pause = PAUSE.0;
		loop {
			let answer = self.watch.ask("sign_grandpa", |client| {
				client.sign_grandpa(key, message.to_vec(), VOTE_WITHIN)
			});
			let error = match answer {
				Ok(signature) => match grandpa::AuthoritySignature::try_from(&signature[..]) {
					Ok(typed) if id.verify(&message, &typed) => {
						self.end_of_wait(began, pause);
						return Ok(Some(signature.to_vec()));
					}
					_ => Error::BadSignature(format!("{id:?}")),
				},
				Err(qh_signer_client::Error::Refused(refusal))
					if refusal.reason() == Some(RefusalCode::UnknownKey) =>
				{
					log::error!(target: LOG_TARGET, "the signer no longer holds {id:?}: {refusal}");
					return Ok(None);
				}
				Err(error) if is_final(&error) => {
					if let Some(at) = round_of(message) {
						self.progress.remember_refused(at);
					}
					return Err(error.into());
				}
				Err(error) => error.into(),
			};
			if pause == PAUSE.0 {
				self.metrics.waiting.set(1);
				log::warn!(target: LOG_TARGET, "a vote waits for the signer: {error}");
			}
			if self.closing.within(pause) {
				return Err(error);
			}
			pause = (pause * 2).min(PAUSE.1);
		}
	}

	fn end_of_wait(&self, began: Instant, pause: Duration) {
		if pause != PAUSE.0 {
			self.metrics.waiting.set(0);
			log::info!(target: LOG_TARGET, "a vote waited {:?} for the signer", began.elapsed());
		}
	}

	/// The signature of the block that was approved last, if this is that block.
	fn take_seal(&self, public: &[u8], header_hash: &[u8]) -> Result<Vec<u8>, Error> {
		let seal = self.seal.lock().take();
		seal.filter(|seal| seal.author == public && seal.header_hash.as_bytes() == header_hash)
			.map(|seal| seal.signature)
			.ok_or(Error::TooLate)
	}
}

/// Whether asking again cannot help, and a person has to know.
fn is_final(error: &qh_signer_client::Error) -> bool {
	error.reason().is_some_and(|reason| {
		matches!(
			reason,
			RefusalCode::Malformed
				| RefusalCode::UnknownRequest
				| RefusalCode::WrongGenesis
				| RefusalCode::Conflict
				| RefusalCode::BelowFloor
				| RefusalCode::Implausible
				| RefusalCode::NotAllowed
				| RefusalCode::TooLarge
		)
	})
}

/// The round of a vote's payload.
fn round_of(payload: &[u8]) -> Option<Horizon> {
	type Payload = (finality_grandpa::Message<Hash, BlockNumber>, u64, u64);
	let (_, round, set_id) = Payload::decode(&mut &payload[..]).ok()?;
	Some(Horizon { set_id, round })
}

impl Keystore for RemoteKeystore {
	fn insert(&self, _: KeyTypeId, _: &str, _: &[u8]) -> Result<(), ()> {
		log::warn!(target: LOG_TARGET, "{REFUSED_INSERT}");
		Err(())
	}

	fn keys(&self, key_type: KeyTypeId) -> Result<Vec<Vec<u8>>, sp_keystore::Error> {
		let known = self.watch.known();
		Ok(match key_type {
			aura::KEY_TYPE if known.is_ready() => known.aura,
			grandpa::KEY_TYPE => {
				known.grandpa.into_iter().filter(|public| self.may_vote(public)).collect()
			}
			_ => Vec::new(),
		})
	}

	fn has_keys(&self, public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool {
		public_keys.iter().all(|(public, key_type)| match *key_type {
			aura::KEY_TYPE => {
				self.watch.with(|known| known.is_ready() && known.aura.contains(public))
			}
			grandpa::KEY_TYPE => {
				let may_vote = self.may_vote(public);
				self.note_asked(public, may_vote);
				may_vote
			}
			_ => false,
		})
	}

	fn sign_with(
		&self,
		key_type: KeyTypeId,
		crypto_id: CryptoTypeId,
		public: &[u8],
		message: &[u8],
	) -> Result<Option<Vec<u8>>, sp_keystore::Error> {
		match (key_type, crypto_id) {
			(aura::KEY_TYPE, aura::CRYPTO_ID) => self.take_seal(public, message).map(Some),
			(grandpa::KEY_TYPE, grandpa::CRYPTO_ID) => self.sign_vote(public, message),
			_ => return Err(sp_keystore::Error::KeyNotSupported(key_type)),
		}
		.map_err(|error| sp_keystore::Error::Other(error.to_string()))
	}

	refuse_classical_schemes!();
}

impl SessionKeystore for RemoteKeystore {
	fn approve_block(
		&self,
		author: &aura::AuthorityId,
		header: &Header,
		within: Duration,
	) -> Result<(), Error> {
		// A seal that was not taken belongs to a block that was dropped.
		*self.seal.lock() = None;
		if within.is_zero() {
			return Err(Error::TooLate);
		}
		let public: &[u8] = author.as_ref();
		let key = public.try_into().map_err(|_| Error::NoKeys)?;
		let signature =
			self.watch.ask("sign_aura", |client| client.sign_aura(key, header.encode(), within))?;
		let header_hash = header.hash();
		let typed = aura::AuthoritySignature::try_from(&signature[..])
			.map_err(|()| Error::BadSignature(format!("{author:?}")))?;
		if !author.verify(&header_hash, &typed) {
			return Err(Error::BadSignature(format!("{author:?}")));
		}
		let seal = Seal { author: public.to_vec(), header_hash, signature: signature.to_vec() };
		*self.seal.lock() = Some(seal);
		Ok(())
	}

	fn new_session_keys(&self, owner: &AccountId) -> Result<NewSessionKeys, Error> {
		let made = self.watch.ask("new_session_keys", |client| {
			client.new_session_keys(owner.clone().into(), NEW_KEYS_WITHIN)
		})?;
		self.refresh();
		Ok(made.into())
	}

	fn is_ready(&self) -> bool {
		self.watch.with(Known::is_ready)
	}

	fn status(&self) -> KeyStatus {
		let known = self.watch.known();
		let position = self.progress.position().ok().flatten();
		KeyStatus {
			source: "signer".into(),
			reachable: known.status.is_some() && known.away.is_none(),
			problem: known.problem(),
			locked: known.status.as_ref().is_some_and(|status| status.locked),
			quarantine: known.status.as_ref().and_then(|status| status.quarantine.clone()),
			horizon: known.status.as_ref().and_then(|status| status.horizon).map(Into::into),
			position: position.map(|position| position.round.into()),
			voting: known.grandpa.iter().any(|public| self.may_vote(public)),
			waiting: self.metrics.waiting.get() == 1,
			last_slot: known.status.as_ref().and_then(|status| status.last_slot),
			aura: known.aura.into_iter().map(Into::into).collect(),
			grandpa: known.grandpa.into_iter().map(Into::into).collect(),
		}
	}
}

#[cfg(test)]
mod tests;
