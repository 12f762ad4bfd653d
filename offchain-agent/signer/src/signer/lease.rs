// SPDX-License-Identifier: Apache-2.0
//! The operator's sessions: the operator's keys are in memory for as long as one lasts.
//!
//! Time is the monotonic clock's, looked at on every use, so that neither a clock that is set back
//! nor a sleeping sweeper keeps a key alive.

use super::{Inner, Lease, Peer, Signer};
use crate::{keyring::Key, rules::Event};
use qh_signer_client::{
	protocol::{AdminResponse, LeaseId},
	Refusal, RefusalCode,
};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};

impl Signer {
	/// Begin a session; one that exists is replaced.
	pub(super) fn open_lease(
		&self,
		peer: Peer,
		passphrase: &[u8],
		seconds: u32,
	) -> Result<AdminResponse, Refusal> {
		let (entries, operator_key) = self.try_passphrase(passphrase)?;
		let seconds = seconds.clamp(1, self.config.operator.max_session_seconds.max(1));
		let mut id = [0u8; 16];
		getrandom::fill(&mut id).map_err(|error| {
			Refusal::new(RefusalCode::Internal, format!("the system has no randomness: {error}"))
		})?;
		let records = self.check(|inner| {
			let unlocked = inner.unlocked.as_ref().ok_or_else(|| super::locked(&inner.state))?;
			let mut keys = crate::keyring::Keys::new();
			for entry in &entries {
				let key = Key::load(&unlocked.arena, entry)
					.map_err(|error| Refusal::new(RefusalCode::Internal, error.to_string()))?;
				keys.insert(entry.info.id, Arc::new(key));
			}
			let until = Instant::now() + Duration::from_secs(seconds.into());
			inner.lease = Some(Lease { id, until, keys, operator_key });
			Ok(self.append(inner, Some(peer), Event::Lease { seconds }))
		})?;
		self.durable(records)?;
		Ok(AdminResponse::Lease { lease: LeaseId(id), seconds })
	}

	/// End the session, if there is one.
	pub(super) fn close_lease(&self, peer: Peer) -> Result<(), Refusal> {
		let mut inner = self.inner.lock();
		if inner.lease.take().is_none() {
			return Ok(());
		}
		let records = self.append(&mut inner, Some(peer), Event::Lease { seconds: 0 });
		drop(inner);
		self.durable(records)
	}

	/// Drop a session whose time is over. Called on every admin request, and every second.
	pub fn expire_lease(&self) {
		let mut inner = self.inner.lock();
		if inner.lease.as_ref().is_some_and(|lease| Instant::now() >= lease.until) {
			inner.lease = None;
			self.append(&mut inner, None, Event::Lease { seconds: 0 });
		}
	}
}

/// Whether `lease` is the session there is.
pub(super) fn check_lease(inner: &Inner, lease: &LeaseId) -> Result<(), Refusal> {
	if inner.unlocked.is_none() {
		return Err(super::locked(&inner.state));
	}
	match &inner.lease {
		Some(current) if current.id == lease.0 && Instant::now() < current.until => Ok(()),
		_ => Err(super::no_lease()),
	}
}
