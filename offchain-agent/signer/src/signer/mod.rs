// SPDX-License-Identifier: Apache-2.0
//! The signer itself: check, record, flush, sign, verify, answer. In this order, for every request.
//!
//! `Signer::check` holds the lock that orders decisions: it looks at the rules' state, queues the
//! record and applies it, so no two requests decide on the same state. `Signer::finish` runs
//! outside: it waits for the flush (one for everybody who waits), signs, and verifies.

mod admin;
mod agent;
mod keys;
mod lease;
mod lock;
mod node;
mod offline;
mod start;
mod status;
#[cfg(test)]
mod tests;

pub(crate) use agent::ANY_CALL;
pub(crate) use keys::{fresh_seed, new_entry};
pub use offline::{Validator, ValidatorChoice};
pub(crate) use start::read_credential;
pub use start::{place_of, StartError};

use crate::{
	answers::{Answers, Name},
	clock::Clock,
	config::{Config, Paths, Unattended},
	keyring::{Key, Keys},
	memory::SecretArena,
	metrics::Metrics,
	rules::{Budget, Decision, Event, LockReason, Rules, State},
	vault::{SectionKey, Vault},
	wal::{Anchor, Identity, Wal},
};
use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use qh_crypto::Domain;
use qh_signer_client::{
	AccountId, Hash, Horizon, KeyClass, KeyInfo, KeyRole, Refusal, RefusalCode, SandboxCheck,
};
use std::{
	collections::{BTreeMap, HashMap, VecDeque},
	fs::File,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc, OnceLock,
	},
	time::Instant,
};

/// Who asks, as the kernel says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
	/// User id.
	pub uid: u32,
	/// Group id.
	pub gid: u32,
	/// Process id.
	pub pid: i32,
}

/// Signatures that are kept to answer the same request with the same bytes.
const CACHED: usize = 2048;
/// Refusals are recorded at most this often, together.
const REFUSALS_EVERY_MS: u64 = 60_000;

/// A running signer.
pub struct Signer {
	config: Config,
	paths: Paths,
	identity: Identity,
	rules: Box<dyn Rules>,
	clock: Box<dyn Clock>,
	wal: Wal,
	inner: Mutex<Inner>,
	cache: Mutex<Cache>,
	answers: Answers,
	/// Counts locks; answers are released only under the count that they were made under.
	epoch: RwLock<u64>,
	attempts: Mutex<lock::Attempts>,
	metrics: Metrics,
	signed: AtomicU64,
	refused: AtomicU64,
	sandbox: OnceLock<Vec<SandboxCheck>>,
	/// Held for the process's life, so that no second signer opens the directory.
	_lock: File,
}

struct Inner {
	state: State,
	vault: Vault,
	anchor: Anchor,
	/// All keys, without secrets, also while locked.
	directory: BTreeMap<AccountId, Listed>,
	unlocked: Option<Unlocked>,
	lease: Option<Lease>,
	progress: Option<Horizon>,
	refusals: BTreeMap<u16, u32>,
	refusals_ms: u64,
}

#[derive(Clone)]
struct Listed {
	info: KeyInfo,
	calls: Vec<String>,
}

/// What is in memory while unlocked.
struct Unlocked {
	arena: SecretArena,
	keys: Keys,
	consensus_key: SectionKey,
	agent_key: SectionKey,
}

/// An operator's session.
struct Lease {
	id: [u8; 16],
	until: Instant,
	keys: Keys,
	operator_key: SectionKey,
}

/// Permission to sign, given by `Signer::check`.
struct Grant {
	key: Arc<Key>,
	/// Records of the log that must be on the disk first.
	records: u64,
}

#[derive(Default)]
struct Cache {
	signatures: HashMap<Name, Vec<u8>>,
	order: VecDeque<Name>,
}

/// An answer's permission to leave.
pub struct Release<'a>(#[allow(dead_code, reason = "held, not read")] RwLockReadGuard<'a, u64>);

impl Signer {
	/// Number of locks so far: read before a request is handled.
	pub fn epoch(&self) -> u64 {
		*self.epoch.read()
	}

	/// Hold back locks while an answer made under `epoch` is written. `None` if one happened since:
	/// the answer must not leave.
	pub fn release(&self, epoch: u64) -> Option<Release<'_>> {
		let current = self.epoch.read();
		(*current == epoch).then_some(Release(current))
	}

	/// The rules' memory of what was signed, for tests and tools.
	pub fn state(&self) -> State {
		self.inner.lock().state.clone()
	}

	fn now_ms(&self) -> u64 {
		self.clock.now_ms()
	}

	fn check_genesis(&self, genesis: &Hash) -> Result<(), Refusal> {
		if *genesis == self.identity.genesis {
			return Ok(());
		}
		Err(Refusal::new(
			RefusalCode::WrongGenesis,
			format!(
				"the signer's keys belong to the chain with genesis 0x{}, not 0x{}",
				hex::encode(self.identity.genesis),
				hex::encode(genesis)
			),
		))
	}

	/// Decide under the lock, and record what was decided.
	fn check<T>(
		&self,
		decide: impl FnOnce(&mut Inner) -> Result<T, Refusal>,
	) -> Result<T, Refusal> {
		self.wal.ready().map_err(log_unavailable)?;
		decide(&mut self.inner.lock())
	}

	/// Record an event: what it takes to wait for it.
	fn append(&self, inner: &mut Inner, peer: Option<Peer>, event: Event) -> u64 {
		let time_ms = inner.state.time_ms.max(self.now_ms());
		if !inner.refusals.is_empty()
			&& time_ms >= inner.refusals_ms.saturating_add(REFUSALS_EVERY_MS)
		{
			self.append_refusals(inner, time_ms);
		}
		let peer = peer.map(|peer| (peer.uid, peer.gid, peer.pid));
		let records = self.wal.append(time_ms, peer, event.clone(), &inner.state);
		inner.state.apply(&event, time_ms, &self.config.limits);
		records
	}

	fn append_refusals(&self, inner: &mut Inner, time_ms: u64) {
		let counts = std::mem::take(&mut inner.refusals).into_iter().collect();
		inner.refusals_ms = time_ms;
		let event = Event::Refusals { counts };
		self.wal.append(time_ms, None, event.clone(), &inner.state);
		inner.state.apply(&event, time_ms, &self.config.limits);
	}

	/// Wait until a record is on the disk.
	fn durable(&self, records: u64) -> Result<(), Refusal> {
		self.wal.durable(records).map_err(log_unavailable)
	}

	/// Find a key of a class. A canary locks the signer and looks like any refusal.
	fn key(
		&self,
		inner: &mut Inner,
		peer: Peer,
		id: &AccountId,
		class: KeyClass,
		role: KeyRole,
	) -> Result<Arc<Key>, Refusal> {
		let unlocked = inner.unlocked.as_ref().ok_or_else(|| locked(&inner.state))?;
		let keys = match (class, &inner.lease) {
			(KeyClass::Operator, Some(lease)) => &lease.keys,
			(KeyClass::Operator, None) => return Err(no_lease()),
			_ => &unlocked.keys,
		};
		let key = keys
			.get(id)
			.filter(|key| key.info.class == class && key.info.role == role)
			.cloned()
			.ok_or_else(|| {
				Refusal::new(
					RefusalCode::UnknownKey,
					format!("there is no such key for this: 0x{}", hex::encode(id)),
				)
			})?;
		if key.canary {
			self.lock_within(inner, Some(peer), LockReason::Canary);
			return Err(Refusal::new(RefusalCode::NotAllowed, "the key may not do this"));
		}
		Ok(key)
	}

	/// Whether agent keys may sign now.
	fn check_agent_hours(&self, inner: &Inner) -> Result<(), Refusal> {
		let authorised = match self.config.agent.unattended {
			Unattended::Always => true,
			Unattended::Authorised => {
				inner.lease.is_some() || self.now_ms() < inner.state.agent_until_ms
			}
		};
		if authorised {
			return Ok(());
		}
		Err(Refusal::new(
			RefusalCode::NotAuthorised,
			"the operator has not authorised the agent's keys for this hour: \
			 `qh-signer authorise-agent`",
		))
	}

	fn check_budget(
		&self,
		inner: &Inner,
		key: AccountId,
		budget: Budget,
		count: u64,
	) -> Result<(), Refusal> {
		if inner.state.has(key, budget, count, self.now_ms(), &self.config.limits) {
			return Ok(());
		}
		Err(Refusal::new(
			RefusalCode::RateLimited,
			format!("the budget for {budget:?} is used up for now"),
		))
	}

	/// Turn a rule's decision into what to wait for.
	fn decided(
		&self,
		inner: &mut Inner,
		peer: Peer,
		decision: Decision,
		event: Event,
	) -> Result<u64, Refusal> {
		match decision {
			Decision::Sign => Ok(self.append(inner, Some(peer), event)),
			// The first record of it may still be in the queue.
			Decision::Repeat => Ok(self.wal.head().0),
			Decision::Refuse(refusal) => Err(refusal),
		}
	}

	/// Flush, sign, verify. The same block or vote again gets the same signature, as long as that is
	/// kept, here or in the file of [`Answers`].
	fn finish(
		&self,
		grant: &Grant,
		domain: Domain,
		message: &[u8],
		by: Option<Instant>,
	) -> Result<Vec<u8>, Refusal> {
		if domain != Domain::POSSESSION && !self.identity.is_bound() {
			return Err(Refusal::new(
				RefusalCode::WrongGenesis,
				"the vault is bound to no chain yet: `qh-signer bind` binds it",
			));
		}
		self.durable(grant.records)?;
		if by.is_some_and(|by| Instant::now() >= by) {
			return Err(Refusal::new(RefusalCode::Expired, "too late to be of use"));
		}
		let name = (grant.key.info.id, qh_crypto::blake2_256(&domain.tagged(message)));
		let cached = domain == Domain::AURA || domain == Domain::GRANDPA;
		let kept = self.cache.lock().signatures.get(&name).cloned();
		// The file may have been changed.
		if let Some(kept) = kept.filter(|kept| grant.key.verifies(kept, domain, message)) {
			return Ok(kept);
		}
		let begun = Instant::now();
		let signature = grant.key.sign_verified(domain, message).ok_or_else(|| {
			Refusal::new(
				RefusalCode::SelfCheckFailed,
				"a signature failed its own verification and was thrown away: check this machine",
			)
		})?;
		self.metrics.signed(domain, begun.elapsed());
		self.signed.fetch_add(1, Ordering::Relaxed);
		if cached {
			self.answers.keep(&name, &signature);
			self.cache.lock().insert(name, signature.clone());
		}
		Ok(signature)
	}

	/// Count a refusal, for the log and the metrics.
	pub fn note_refusal(&self, refusal: &Refusal) {
		self.refused.fetch_add(1, Ordering::Relaxed);
		self.metrics.refused(refusal.code);
		let mut inner = self.inner.lock();
		let count = inner.refusals.entry(refusal.code).or_default();
		*count = count.saturating_add(1);
	}
}

impl Cache {
	fn insert(&mut self, name: Name, signature: Vec<u8>) {
		if self.signatures.insert(name, signature).is_none() {
			self.order.push_back(name);
		}
		if self.order.len() > CACHED {
			if let Some(oldest) = self.order.pop_front() {
				self.signatures.remove(&oldest);
			}
		}
	}
}

fn log_unavailable(error: crate::wal::WalError) -> Refusal {
	tracing::error!(%error, "the log cannot be written: nothing is signed");
	Refusal::new(RefusalCode::LogUnavailable, format!("nothing is signed without a log: {error}"))
}

fn locked(state: &State) -> Refusal {
	let why = match state.locked {
		Some(LockReason::Canary) => "the signer locked itself: a canary key was asked for",
		_ => "the signer is locked",
	};
	Refusal::new(RefusalCode::Locked, format!("{why}; `qh-signer unlock` unlocks it"))
}

fn no_lease() -> Refusal {
	Refusal::new(RefusalCode::NoLease, "this needs an operator's session, and there is none")
}
