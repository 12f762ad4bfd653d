// SPDX-License-Identifier: Apache-2.0
//! Locking and unlocking.
//!
//! When a lock is acknowledged, keys are out of memory, no answer made before leaves any more, and a
//! restart stays locked. Nothing but the operator's passphrase ends it: no request unlocks on the
//! way.

use super::{Inner, Peer, Signer, Unlocked};
use crate::{
	keyring::Key,
	rules::{Event, LockReason},
	vault::{Entry, VaultError},
};
use qh_signer_client::{Refusal, RefusalCode};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// Longest pause after wrong passphrases.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Wrong passphrases in a row. Its lock is held while one is tried, so that they come one at a time.
#[derive(Default)]
pub(super) struct Attempts {
	failed: u32,
	not_before: Option<Instant>,
}

impl Signer {
	/// Lock, on the operator's request.
	pub(super) fn lock(&self, peer: Peer) -> Result<(), Refusal> {
		let records = self.lock_within(&mut self.inner.lock(), Some(peer), LockReason::Operator);
		self.durable(records).map_err(|refusal| {
			Refusal::new(
				RefusalCode::LogUnavailable,
				format!("locked, but a restart would unlock it: {}", refusal.message),
			)
		})
	}

	/// Wipe keys and sessions from memory, stop answers on their way, and queue the record of it.
	pub(super) fn lock_within(
		&self,
		inner: &mut Inner,
		peer: Option<Peer>,
		reason: LockReason,
	) -> u64 {
		inner.unlocked = None;
		inner.lease = None;
		let mut cache = self.cache.lock();
		*cache = Default::default();
		drop(cache);
		// Waits for answers that are being written, and stops those that were not yet.
		*self.epoch.write() += 1;
		let records = self.append(inner, peer, Event::Locked { reason });
		if reason == LockReason::Canary {
			tracing::error!(?peer, "a canary key was asked for: the signer is locked");
			let _ = self.durable(records);
		}
		records
	}

	/// Undo a lock.
	pub(super) fn unlock(&self, peer: Peer, passphrase: &[u8]) -> Result<(), Refusal> {
		self.try_passphrase(passphrase)?;
		if self.inner.lock().unlocked.is_some() {
			return Ok(());
		}
		let credential = self.read_credential()?;
		let vault = self.inner.lock().vault.clone();
		let opened = vault.open(&credential).map_err(|error| wrong_secret(&error))?;
		let entries = opened.consensus.entries.iter().chain(&opened.agent);
		let unlocked = load(entries, &opened.consensus_key, &opened.agent_key)
			.map_err(|what| Refusal::new(RefusalCode::Internal, what))?;
		let records = self.check(|inner| {
			let records = self.append(inner, Some(peer), Event::Unlocked);
			self.durable(records)?;
			inner.unlocked = Some(unlocked);
			Ok(records)
		})?;
		self.durable(records)
	}

	/// Open the operator's section, with growing pauses after wrong passphrases.
	pub(super) fn try_passphrase(
		&self,
		passphrase: &[u8],
	) -> Result<(Vec<Entry>, crate::vault::SectionKey), Refusal> {
		let mut attempts = self.attempts.lock();
		if attempts.not_before.is_some_and(|not_before| Instant::now() < not_before) {
			return Err(Refusal::new(
				RefusalCode::RateLimited,
				"too many wrong passphrases: wait a minute",
			));
		}
		let vault = self.inner.lock().vault.clone();
		match vault.open_operator(passphrase) {
			Ok(opened) => {
				*attempts = Attempts::default();
				Ok(opened)
			}
			Err(error) => {
				attempts.failed = attempts.failed.saturating_add(1);
				// The first three are free: fingers slip.
				if let Some(exponent) = attempts.failed.checked_sub(3) {
					let pause = Duration::from_secs(1 << exponent.min(6)).min(LONGEST_PAUSE);
					attempts.not_before = Some(Instant::now() + pause);
				}
				Err(wrong_secret(&error))
			}
		}
	}

	fn read_credential(&self) -> Result<Zeroizing<Vec<u8>>, Refusal> {
		let path = self.paths.dir.join(&self.config.credential);
		super::start::read_credential(&path)
			.map_err(|error| Refusal::new(RefusalCode::WrongPassphrase, error.to_string()))
	}
}

/// Bring keys into fresh secret pages.
pub(super) fn load<'a>(
	entries: impl Iterator<Item = &'a Entry>,
	consensus_key: &crate::vault::SectionKey,
	agent_key: &crate::vault::SectionKey,
) -> Result<Unlocked, String> {
	let arena = super::start::arena().map_err(|error| error.to_string())?;
	let mut keys = crate::keyring::Keys::new();
	for entry in entries {
		let key = Key::load(&arena, entry).map_err(|error| error.to_string())?;
		keys.insert(entry.info.id, Arc::new(key));
	}
	Ok(Unlocked { arena, keys, consensus_key: consensus_key.clone(), agent_key: agent_key.clone() })
}

fn wrong_secret(error: &VaultError) -> Refusal {
	Refusal::new(RefusalCode::WrongPassphrase, error.to_string())
}
