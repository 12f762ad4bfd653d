// SPDX-License-Identifier: Apache-2.0
//! Locking and unlocking.
//!
//! When a lock is acknowledged, no request gets a key any more, no answer made before leaves to node
//! or agent, and a restart stays locked. Keys are wiped from memory at once, but for those that a
//! signature under way holds: they are wiped as soon as that is made, and it is not answered.
//!
//! Nothing but the operator's passphrase ends a lock: no request unlocks on the way, and an unlock
//! that a lock overtakes is refused.

use super::{Inner, Peer, Signer, StartError, Unlocked};
use crate::{
	keyring::Key,
	rules::{Event, LockReason},
	vault::{Entry, VaultError},
};
use qh_signer_client::{Refusal, RefusalCode};
use std::{
	io,
	sync::Arc,
	time::{Duration, Instant},
};

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
		let epoch = self.epoch();
		self.try_passphrase(passphrase)?;
		if self.inner.lock().unlocked.is_some() {
			return Ok(());
		}
		let unlocked = self.load_all()?;
		self.install(peer, epoch, unlocked)
	}

	/// All keys from the vault, in fresh secret pages.
	pub(super) fn load_all(&self) -> Result<Unlocked, Refusal> {
		let path = self.paths.dir.join(&self.config.credential);
		let credential =
			super::start::read_credential(&path).map_err(|error| credential_refused(&error))?;
		let vault = self.inner.lock().vault.clone();
		let opened = vault.open(&credential).map_err(|error| {
			Refusal::new(
				RefusalCode::VaultUnavailable,
				format!("credential {}: {error}", path.display()),
			)
		})?;
		let entries = opened.consensus.entries.iter().chain(&opened.agent);
		load(entries, &opened.consensus_key, &opened.agent_key)
			.map_err(|what| Refusal::new(RefusalCode::Internal, what))
	}

	/// Unlock with keys that were loaded since `epoch`, unless somebody was faster.
	pub(super) fn install(
		&self,
		peer: Peer,
		epoch: u64,
		unlocked: Unlocked,
	) -> Result<(), Refusal> {
		self.check(|inner| {
			// Theirs may be newer: keys can have been made since.
			if inner.unlocked.is_some() {
				return Ok(());
			}
			if self.epoch() != epoch {
				return Err(Refusal::new(
					RefusalCode::Locked,
					"the signer was locked again meanwhile; `qh-signer unlock` unlocks it",
				));
			}
			let records = self.append(inner, Some(peer), Event::Unlocked);
			self.durable(records)?;
			inner.unlocked = Some(unlocked);
			Ok(())
		})
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
}

/// Why the credential is not read, and the way out. A sandbox that is closed lets the signer open
/// the very file that was there when it started.
pub(super) fn credential_refused(error: &StartError) -> Refusal {
	let mut message = error.to_string();
	if let StartError::Credential { source, .. } = error {
		if source.kind() == io::ErrorKind::PermissionDenied {
			message.push_str(
				"; if the file was replaced since the signer started, restart the signer, and then \
				 unlock it",
			);
		}
	}
	Refusal::new(RefusalCode::VaultUnavailable, message)
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
