// SPDX-License-Identifier: Apache-2.0
//! Opening vault and log together, and closing them.

use super::{lock::load, Cache, Inner, Listed, Signer};
use crate::{
	answers::Answers,
	clock::Clock,
	config::{Config, Paths},
	memory::{PagesError, SecretArena},
	metrics::Metrics,
	rules::{Event, Rules, State},
	vault::{Entry, Vault, VaultError},
	wal::{recover, Anchor, Identity, Outcome, Wal, WalError},
};
use parking_lot::{Mutex, RwLock};
use qh_signer_client::{AccountId, Hash, KeyClass, Refusal};
use std::{
	collections::BTreeMap,
	fs::{self, File, OpenOptions},
	io::{self, Read},
	os::unix::fs::{MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
	sync::OnceLock,
};
use zeroize::Zeroizing;

/// Secret pages: room for 128 keys of the largest scheme.
const ARENA: usize = 512 * 1024;
/// Largest credential.
const MAX_CREDENTIAL: u64 = 64 * 1024;

/// The signer cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
	/// Another one runs on the same directory.
	#[error("another signer runs on {}", .0.display())]
	Running(PathBuf),
	/// The vault does not open.
	#[error(transparent)]
	Vault(#[from] VaultError),
	/// The log cannot be read or written.
	#[error(transparent)]
	Log(#[from] WalError),
	/// No memory for keys.
	#[error(transparent)]
	Memory(#[from] PagesError),
	/// The credential cannot be read.
	#[error("credential {}: {source}", path.display())]
	Credential {
		/// The file.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// There is a log, and the vault that it belongs to is gone.
	#[error(
		"there is a log at {} and no vault: it says what keys signed that may still exist. Put the \
		 vault back beside it. If its keys are gone for good, or `qh-signer init` was interrupted, \
		 move the log elsewhere and run `qh-signer init` again",
		.0.display()
	)]
	LogWithoutVault(PathBuf),
	/// The vault is bound to no chain.
	#[error(
		"the vault at {} is bound to no chain yet: its keys prove that they are there, and sign \
		 nothing else. `qh-signer bind` binds it",
		.0.display()
	)]
	Unbound(PathBuf),
	/// The vault is bound already.
	#[error("the vault is bound to the chain with genesis {0} already, and to one only")]
	Bound(String),
	/// What was asked for is refused.
	#[error("{}", .0.message)]
	Refused(Refusal),
	/// Others may read or write the credential.
	#[error(
		"the credential {} has mode {mode:o} and belongs to user {uid}: it must be this user's, or \
		 root's, and closed to others; `chmod 600` does that", path.display()
	)]
	CredentialPermissions {
		/// The file.
		path: PathBuf,
		/// Its mode.
		mode: u32,
		/// Its owner.
		uid: u32,
	},
	/// The chain is another one.
	#[error("the vault's keys belong to the chain with genesis 0x{vault}, not 0x{wanted}")]
	WrongChain {
		/// The vault's, in hex.
		vault: String,
		/// As asked for, in hex.
		wanted: String,
	},
	/// A key does not come to life.
	#[error("{0}")]
	Key(String),
	/// Anything else that the system reports.
	#[error("{}: {source}", path.display())]
	Io {
		/// Where.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

impl Signer {
	/// Open the signer in a directory that `qh-signer init` made. If the vault or the log is not
	/// what it should be, the signer starts in quarantine or not at all. Not at all, too, if the vault
	/// is bound to no chain.
	pub fn open(
		paths: Paths,
		config: Config,
		rules: Box<dyn Rules>,
		clock: Box<dyn Clock>,
	) -> Result<Self, StartError> {
		if !Vault::load(&paths.vault())?.identity().is_bound() {
			return Err(StartError::Unbound(paths.vault()));
		}
		Self::open_any(paths, config, rules, clock)
	}

	/// The same for a vault that may be bound to no chain.
	pub(super) fn open_any(
		paths: Paths,
		config: Config,
		rules: Box<dyn Rules>,
		clock: Box<dyn Clock>,
	) -> Result<Self, StartError> {
		let lock = take_lock(&paths)?;
		let vault = Vault::load(&paths.vault())?;
		let credential = read_credential(&paths.dir.join(&config.credential))?;
		let opened = vault.open(&credential)?;
		let identity = vault.identity();
		let anchor = opened.consensus.anchor;

		let entries = || opened.consensus.entries.iter().chain(&opened.agent);
		let ids = |class: KeyClass| -> Vec<AccountId> {
			entries().filter(|e| e.info.class == class).map(|e| e.info.id).collect()
		};
		let quarantine = |reason: String| Event::Quarantined {
			reason,
			consensus: ids(KeyClass::Consensus),
			agents: ids(KeyClass::Agent),
		};
		let now_ms = clock.now_ms();
		let (wal, mut state, mut events) =
			open_log(&paths, &config, &identity, &anchor, now_ms, &quarantine)?;
		let place = place_of(&paths.log());
		if events.is_empty() && state.place != [0; 32] && state.place != place {
			events.push(quarantine("vault and log were moved or copied from another place".into()));
		}
		if events.is_empty() && is_older(anchor.generation, &state, entries()) {
			events.push(quarantine("the vault is older than the log".into()));
		}
		// A start that gets no further than the log leaves the vault one behind, however often it
		// is tried.
		let generation = state.generation.max(anchor.generation + 1);
		events.push(Event::Started { generation, place });
		for event in events {
			if let Event::Quarantined { reason, .. } = &event {
				tracing::error!(%reason, "session keys and receipts are in quarantine");
			}
			let time_ms = state.time_ms.max(now_ms);
			wal.append(time_ms, None, event.clone(), &state);
			state.apply(&event, time_ms, &config.limits);
		}
		wal.flush()?;

		let mut directory: BTreeMap<AccountId, Listed> = entries()
			.map(|entry| {
				(entry.info.id, Listed { info: entry.info.clone(), calls: entry.calls.clone() })
			})
			.collect();
		directory.extend(
			opened
				.consensus
				.operator
				.iter()
				.map(|info| (info.id, Listed { info: info.clone(), calls: vec![] })),
		);
		let unlocked =
			load(entries(), &opened.consensus_key, &opened.agent_key).map_err(StartError::Key)?;
		let is_locked = state.locked.is_some();
		let (records, head) = wal.head();
		let mut inner = Inner {
			state,
			vault,
			anchor: Anchor { generation, records, head },
			directory,
			unlocked: Some(unlocked),
			lease: None,
			progress: None,
			refusals: BTreeMap::new(),
			refusals_ms: 0,
		};
		inner.write_vault()?;
		let (answers, kept) = Answers::open(&paths.answers());
		let mut cache = Cache::default();
		kept.into_iter().for_each(|(name, signature)| cache.insert(name, signature));
		if is_locked {
			inner.unlocked = None;
		}
		Ok(Self {
			config,
			paths,
			identity,
			rules,
			clock,
			wal,
			inner: Mutex::new(inner),
			cache: Mutex::new(cache),
			answers,
			epoch: RwLock::new(0),
			attempts: Mutex::default(),
			metrics: Metrics::new(),
			signed: Default::default(),
			refused: Default::default(),
			sandbox: OnceLock::new(),
			_lock: lock,
		})
	}

	/// The chain that the keys are bound to.
	pub fn genesis(&self) -> Hash {
		self.identity.genesis
	}

	/// How key memory is protected: as long as the signer is unlocked.
	pub fn memory_kind(&self) -> Option<crate::memory::PageKind> {
		self.inner.lock().unlocked.as_ref().map(|unlocked| unlocked.arena.kind())
	}

	/// End in order: record it, let the vault vouch for the log, wipe the keys.
	pub fn close(&self) {
		let mut inner = self.inner.lock();
		let time_ms = inner.state.time_ms.max(self.now_ms());
		if !inner.refusals.is_empty() {
			self.append_refusals(&mut inner, time_ms);
		}
		inner.lease = None;
		self.append(&mut inner, None, Event::Stopped);
		if let Err(error) = self.wal.flush() {
			tracing::error!(%error, "the log could not be completed");
		} else {
			let (records, head) = self.wal.head();
			inner.anchor = Anchor { records, head, ..inner.anchor };
			if let Err(error) = inner.write_vault() {
				tracing::warn!(%error, "the vault could not note the end of the log");
			}
		}
		inner.unlocked = None;
		drop(inner);
		*self.epoch.write() += 1;
	}
}

/// Whether the vault, of this generation and with these keys, was put back from before the log's
/// last records.
fn is_older<'a>(
	generation: u64,
	state: &State,
	mut entries: impl Iterator<Item = &'a Entry>,
) -> bool {
	state.generation > generation.saturating_add(1)
		|| entries.any(|entry| state.is_removed(&entry.info.id))
}

type OpenedLog = (Wal, State, Vec<Event>);

/// The log as it is, or a new one that begins in quarantine with what the old one still says.
fn open_log(
	paths: &Paths,
	config: &Config,
	identity: &Identity,
	anchor: &Anchor,
	now_ms: u64,
	quarantine: &dyn Fn(String) -> Event,
) -> Result<OpenedLog, StartError> {
	let dir = paths.log();
	let file_size = config.log.file_size;
	match recover(&dir, identity, anchor, &config.limits)? {
		Outcome::Intact(recovered) => {
			if recovered.torn {
				tracing::warn!("the end of the log was cut short and never answered: dropped");
			}
			let wal = Wal::open(&dir, *identity, file_size, recovered.position)?;
			Ok((wal, recovered.state, vec![]))
		}
		Outcome::Damaged { reason, salvage } => {
			if dir.exists() {
				let aside = paths.dir.join(format!("wal.damaged-{now_ms}"));
				fs::rename(&dir, &aside)
					.map_err(|source| StartError::Io { path: aside.clone(), source })?;
				tracing::error!(path = %aside.display(), "the old log was put aside");
			}
			let wal = Wal::create(&dir, *identity, file_size, &salvage)?;
			Ok((wal, *salvage, vec![quarantine(reason)]))
		}
	}
}

pub(super) fn arena() -> Result<SecretArena, PagesError> {
	SecretArena::new(ARENA)
}

/// The secret that opens session keys and agent keys.
pub(crate) fn read_credential(path: &Path) -> Result<Zeroizing<Vec<u8>>, StartError> {
	let failed = |source| StartError::Credential { path: path.to_owned(), source };
	let file = File::open(path).map_err(failed)?;
	let metadata = file.metadata().map_err(failed)?;
	let (mode, uid) = (metadata.mode() & 0o7777, metadata.uid());
	if !is_private(mode, uid, rustix::process::geteuid().as_raw()) {
		return Err(StartError::CredentialPermissions { path: path.to_owned(), mode, uid });
	}
	let length = metadata.len();
	if length == 0 || length > MAX_CREDENTIAL {
		return Err(failed(io::Error::other(format!(
			"it has {length} bytes, between 1 and {MAX_CREDENTIAL} are expected"
		))));
	}
	let mut secret = Zeroizing::new(Vec::with_capacity(MAX_CREDENTIAL as usize));
	file.take(MAX_CREDENTIAL).read_to_end(&mut secret).map_err(failed)?;
	Ok(secret)
}

/// Whether a file of this mode and owner is for this user alone, as the vault must be. systemd's
/// `LoadCredential=` leaves the file root's and lets the service's user read it by an access control
/// list, which shows as the group's right to read.
fn is_private(mode: u32, owner: u32, own: u32) -> bool {
	const ROOT: u32 = 0;
	match owner {
		_ if owner == own => mode & 0o077 == 0,
		ROOT => mode & 0o037 == 0,
		_ => false,
	}
}

/// Fingerprint of the machine and of the log's directory: a copy elsewhere has another one.
pub fn place_of(log: &Path) -> Hash {
	let machine = fs::read("/etc/machine-id").unwrap_or_default();
	let inode = fs::metadata(log).map_or(0, |metadata| metadata.ino());
	qh_crypto::blake2_256(&[b"qh/place/v1", &machine[..], &inode.to_le_bytes()].concat())
}

fn take_lock(paths: &Paths) -> Result<File, StartError> {
	let path = paths.lock();
	if !paths.dir.is_dir() {
		return Err(VaultError::Missing(paths.vault()).into());
	}
	let file = OpenOptions::new()
		.write(true)
		.create(true)
		.truncate(false)
		.mode(0o600)
		.open(&path)
		.map_err(|source| StartError::Io { path: path.clone(), source })?;
	rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive)
		.map_err(|_| StartError::Running(paths.dir.clone()))?;
	Ok(file)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_credential_is_this_users_or_roots_and_closed_to_others() {
		const OWN: u32 = 1000;
		for mode in [0o600, 0o400, 0o700] {
			assert!(
				is_private(mode, OWN, OWN) && is_private(mode, 0, OWN) && is_private(mode, 0, 0)
			);
			assert!(!is_private(mode, 1001, OWN) && !is_private(mode, OWN, 0));
		}
		for mode in [0o644, 0o604, 0o620, 0o640, 0o660, 0o666, 0o610, 0o601] {
			assert!(!is_private(mode, OWN, OWN) && !is_private(mode, 0, 0), "{mode:o}");
		}
		// As systemd leaves it.
		assert!(is_private(0o440, 0, OWN));
		assert!(!is_private(0o444, 0, OWN) && !is_private(0o460, 0, OWN));
	}
}
