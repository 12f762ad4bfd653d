// SPDX-License-Identifier: Apache-2.0
//! The vault's file: creating, opening, replacing.

use super::{
	format::{split, Class, Consensus, Entry, Header, Sealed, MAX_LEN},
	seal::{Kdf, SectionKey},
};
use crate::wal::{Anchor, Identity};
use codec::{DecodeAll, Encode};
use qh_crypto::blake2_256;
use qh_signer_client::Hash;
use std::{
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	os::unix::fs::{MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Costs of Argon2id that are refused before they are paid.
const COSTS: &str = "its header asks for an Argon2id that is out of bounds";

/// The vault cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
	/// There is none.
	#[error("there is no vault at {}: run `qh-signer init` first", .0.display())]
	Missing(PathBuf),
	/// There is one already.
	#[error("there is a vault at {} already: it is never overwritten", .0.display())]
	Exists(PathBuf),
	/// It does not open.
	#[error("the vault at {} does not open with this {secret}: wrong secret or damaged file", path.display())]
	CannotOpen {
		/// The file.
		path: PathBuf,
		/// Which of the two.
		secret: &'static str,
	},
	/// Whatever the secrets, this is not a vault as it was written.
	#[error("{} is not a whole vault: {what}; put it back from a backup", path.display())]
	Malformed {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		what: &'static str,
	},
	/// Others may read or write it.
	#[error("the vault at {} must belong to this user with mode 0600, not {mode:o}", path.display())]
	Permissions {
		/// The file.
		path: PathBuf,
		/// Its mode.
		mode: u32,
	},
	/// The system has no randomness.
	#[error("no randomness: {0}")]
	Randomness(getrandom::Error),
	/// Anything else that the system reports.
	#[error("vault {}: {source}", path.display())]
	Io {
		/// The file.
		path: PathBuf,
		/// What the system said.
		source: io::Error,
	},
}

/// A vault, sealed.
#[derive(Clone, Debug)]
pub struct Vault {
	path: PathBuf,
	header: Header,
	sections: [Sealed; 3],
}

/// What the credential opens.
pub(crate) struct Opened {
	pub(crate) consensus: Consensus,
	pub(crate) agent: Vec<Entry>,
	pub(crate) consensus_key: SectionKey,
	pub(crate) agent_key: SectionKey,
}

impl Vault {
	/// Make a vault in memory, without keys; [`Self::write`] creates the file.
	pub fn create(
		path: &Path,
		genesis: Hash,
		kdf: Kdf,
		credential: &[u8],
		passphrase: &[u8],
	) -> Result<Self, VaultError> {
		if path.exists() {
			return Err(VaultError::Exists(path.to_owned()));
		}
		let mut random = [0u8; 80];
		getrandom::fill(&mut random).map_err(VaultError::Randomness)?;
		let (vault, salts) = random.split_at(16);
		let array = |bytes: &[u8]| bytes.try_into().unwrap_or([0u8; 32]);
		let header = Header {
			identity: Identity { vault: vault.try_into().unwrap_or_default(), genesis },
			kdf,
			credential_salt: array(&salts[..32]),
			passphrase_salt: array(&salts[32..]),
		};
		let empty = Sealed { nonce: [0; 12], ciphertext: Vec::new() };
		let mut vault =
			Self { path: path.to_owned(), header, sections: [empty.clone(), empty.clone(), empty] };
		let [consensus_key, agent_key] = vault.credential_keys(credential)?;
		let operator_key = vault.operator_key(passphrase)?;
		vault.set(Class::Operator, &Vec::<Entry>::new(), &operator_key)?;
		vault.set(Class::Agent, &Vec::<Entry>::new(), &agent_key)?;
		let consensus = Consensus {
			entries: Vec::new(),
			operator: Vec::new(),
			anchor: Anchor::default(),
			agent_digest: [0; 32],
			operator_digest: [0; 32],
		};
		vault.set_consensus(consensus, &consensus_key)?;
		Ok(vault)
	}

	/// Read a vault. Nothing is authenticated before a section is opened.
	pub fn load(path: &Path) -> Result<Self, VaultError> {
		let io = |source| VaultError::Io { path: path.to_owned(), source };
		let mut file = match File::open(path) {
			Ok(file) => file,
			Err(error) if error.kind() == io::ErrorKind::NotFound => {
				return Err(VaultError::Missing(path.to_owned()))
			}
			Err(error) => return Err(io(error)),
		};
		let metadata = file.metadata().map_err(io)?;
		let mode = metadata.mode() & 0o7777;
		if mode & 0o077 != 0 || metadata.uid() != rustix::process::geteuid().as_raw() {
			return Err(VaultError::Permissions { path: path.to_owned(), mode });
		}
		let mut bytes = Vec::new();
		(&mut file).take(MAX_LEN as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
		let malformed = |what| VaultError::Malformed { path: path.to_owned(), what };
		if bytes.len() > MAX_LEN {
			return Err(malformed("it has more than 16 MiB"));
		}
		let (header, sections) = split(&bytes).map_err(malformed)?;
		Ok(Self { path: path.to_owned(), header, sections })
	}

	/// What binds the log to this vault.
	pub fn identity(&self) -> Identity {
		self.header.identity
	}

	/// Open what the credential opens. Takes as long as Argon2id does.
	pub(crate) fn open(&self, credential: &[u8]) -> Result<Opened, VaultError> {
		let [consensus_key, agent_key] = self.credential_keys(credential)?;
		let consensus: Consensus = self.get(Class::Consensus, &consensus_key)?;
		if consensus.agent_digest != self.digest(Class::Agent)
			|| consensus.operator_digest != self.digest(Class::Operator)
		{
			return Err(self.malformed("its sections are damaged, or of different times"));
		}
		let agent: Vec<Entry> = self.get(Class::Agent, &agent_key)?;
		Ok(Opened { consensus, agent, consensus_key, agent_key })
	}

	/// Open the operator's section. Takes as long as Argon2id does.
	pub(crate) fn open_operator(
		&self,
		passphrase: &[u8],
	) -> Result<(Vec<Entry>, SectionKey), VaultError> {
		let key = self.operator_key(passphrase)?;
		Ok((self.get(Class::Operator, &key)?, key))
	}

	/// Name the chain in the header. Every section has to be set again before the next
	/// [`Self::write`]: they are sealed together with the header.
	pub(crate) fn set_genesis(&mut self, genesis: Hash) {
		self.header.identity.genesis = genesis;
	}

	/// Put entries in the agent's or the operator's section.
	pub(crate) fn set_entries(
		&mut self,
		class: Class,
		entries: &Vec<Entry>,
		key: &SectionKey,
	) -> Result<(), VaultError> {
		self.set(class, entries, key)
	}

	/// Put content in the consensus section; the digests of the others are filled in.
	pub(crate) fn set_consensus(
		&mut self,
		mut content: Consensus,
		key: &SectionKey,
	) -> Result<(), VaultError> {
		content.agent_digest = self.digest(Class::Agent);
		content.operator_digest = self.digest(Class::Operator);
		self.set(Class::Consensus, &content, key)
	}

	/// Replace the file by what is in memory: temporary file, flush, rename, flush of the directory.
	pub fn write(&self) -> Result<(), VaultError> {
		let mut bytes = self.header.encode();
		for (class, section) in
			[Class::Consensus, Class::Agent, Class::Operator].into_iter().zip(&self.sections)
		{
			bytes.extend(section.encode(class));
		}
		let temporary = self.path.with_extension("new");
		let replace = || {
			let mut file = OpenOptions::new()
				.write(true)
				.create(true)
				.truncate(true)
				.mode(0o600)
				.open(&temporary)?;
			file.write_all(&bytes)?;
			file.sync_all()?;
			fs::rename(&temporary, &self.path)?;
			match self.path.parent() {
				Some(dir) => File::open(dir)?.sync_all(),
				None => Ok(()),
			}
		};
		replace().map_err(|source| {
			let _ = fs::remove_file(&temporary);
			VaultError::Io { path: self.path.clone(), source }
		})
	}

	fn credential_keys(&self, credential: &[u8]) -> Result<[SectionKey; 2], VaultError> {
		let root = self
			.header
			.kdf
			.derive(credential, &self.header.credential_salt)
			.ok_or_else(|| self.malformed(COSTS))?;
		Ok([root.section(Class::Consensus), root.section(Class::Agent)])
	}

	fn operator_key(&self, passphrase: &[u8]) -> Result<SectionKey, VaultError> {
		let root = self
			.header
			.kdf
			.derive(passphrase, &self.header.passphrase_salt)
			.ok_or_else(|| self.malformed(COSTS))?;
		Ok(root.section(Class::Operator))
	}

	fn set<T: Encode>(
		&mut self,
		class: Class,
		content: &T,
		key: &SectionKey,
	) -> Result<(), VaultError> {
		let mut plaintext = Zeroizing::new(Vec::with_capacity(content.encoded_size()));
		content.encode_to(&mut *plaintext);
		let sealed =
			key.seal(&plaintext, &self.associated(class)).map_err(VaultError::Randomness)?;
		self.sections[class as usize] = sealed;
		Ok(())
	}

	fn get<T: DecodeAll>(&self, class: Class, key: &SectionKey) -> Result<T, VaultError> {
		let plaintext = key
			.open(&self.sections[class as usize], &self.associated(class))
			.ok_or_else(|| self.cannot_open(class))?;
		T::decode_all(&mut &plaintext[..])
			.map_err(|_| self.malformed("what a section holds does not decode"))
	}

	fn associated(&self, class: Class) -> Vec<u8> {
		let mut bytes = self.header.encode();
		bytes.push(class as u8);
		bytes
	}

	fn digest(&self, class: Class) -> Hash {
		blake2_256(&self.sections[class as usize].encode(class))
	}

	fn cannot_open(&self, class: Class) -> VaultError {
		let secret = match class {
			Class::Consensus | Class::Agent => "credential",
			Class::Operator => "passphrase",
		};
		VaultError::CannotOpen { path: self.path.clone(), secret }
	}

	fn malformed(&self, what: &'static str) -> VaultError {
		VaultError::Malformed { path: self.path.clone(), what }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use qh_signer_client::{KeyClass, KeyInfo, KeyRole};

	const KDF: Kdf = Kdf { memory_kib: 8, passes: 1, lanes: 1 };

	fn entry(byte: u8) -> Entry {
		let info = KeyInfo {
			id: [byte; 32],
			class: KeyClass::Agent,
			role: KeyRole::Account,
			scheme: 0,
			public: vec![byte; 9],
			label: "test".into(),
			operator: None,
			created_ms: 0,
		};
		Entry { info, seed: [byte; 32], calls: vec!["A.b".into()], canary: false }
	}

	fn vault(dir: &Path) -> Vault {
		let path = dir.join("vault");
		let mut vault = Vault::create(&path, [7; 32], KDF, b"credential", b"passphrase").unwrap();
		let mut opened = vault.open(b"credential").unwrap();
		vault.set_entries(Class::Agent, &vec![entry(1)], &opened.agent_key).unwrap();
		opened.consensus.entries.push(entry(2));
		vault.set_consensus(opened.consensus, &opened.consensus_key).unwrap();
		vault.write().unwrap();
		vault
	}

	#[test]
	fn what_is_sealed_comes_back() {
		let dir = tempfile::tempdir().unwrap();
		let path = vault(dir.path()).path;
		let vault = Vault::load(&path).unwrap();
		let opened = vault.open(b"credential").unwrap();
		assert_eq!(opened.consensus.entries[0].seed, [2; 32]);
		assert_eq!(opened.agent[0].seed, [1; 32]);
		assert!(vault.open_operator(b"passphrase").unwrap().0.is_empty());
		let mode = fs::metadata(&path).unwrap().mode() & 0o777;
		assert_eq!(mode, 0o600);
		assert!(!path.with_extension("new").exists());
	}

	#[test]
	fn wrong_secrets_do_not_open() {
		let dir = tempfile::tempdir().unwrap();
		let vault = vault(dir.path());
		for wrong in [&b""[..], b"passphrase", b"credentia", b"credential "] {
			let error = vault.open(wrong).err().unwrap();
			assert!(matches!(error, VaultError::CannotOpen { secret: "credential", .. }));
		}
		let error = vault.open_operator(b"credential").err().unwrap();
		assert!(matches!(error, VaultError::CannotOpen { secret: "passphrase", .. }));
	}

	#[test]
	fn a_file_that_is_no_whole_vault_is_told_from_a_wrong_secret() {
		let dir = tempfile::tempdir().unwrap();
		let path = vault(dir.path()).path;
		let good = fs::read(&path).unwrap();
		let mut version = good.clone();
		version[8] = 9;
		let longer = [&good[..], &[0]].concat();
		for (bytes, said) in [
			(&b""[..], "does not begin as a vault"),
			(&[b'x'; 500], "does not begin as a vault"),
			(&good[..100], "cut short"),
			(&good[..good.len() - 1], "cut short"),
			(&version, "version"),
			(&longer, "follows its last section"),
		] {
			fs::write(&path, bytes).unwrap();
			let error = Vault::load(&path).unwrap_err();
			assert!(matches!(error, VaultError::Malformed { .. }));
			assert!(error.to_string().contains(said), "{error}");
		}
	}

	#[test]
	fn a_chain_is_named_by_sealing_everything_anew() {
		let dir = tempfile::tempdir().unwrap();
		let mut vault = vault(dir.path());
		let opened = vault.open(b"credential").unwrap();
		let (operator, operator_key) = vault.open_operator(b"passphrase").unwrap();
		vault.set_genesis([9; 32]);
		assert!(vault.open(b"credential").is_err() && vault.open_operator(b"passphrase").is_err());
		vault.set_entries(Class::Operator, &operator, &operator_key).unwrap();
		vault.set_entries(Class::Agent, &opened.agent, &opened.agent_key).unwrap();
		vault.set_consensus(opened.consensus, &opened.consensus_key).unwrap();
		vault.write().unwrap();
		let bound = Vault::load(&vault.path).unwrap();
		assert_eq!(bound.identity().genesis, [9; 32]);
		assert_eq!(bound.open(b"credential").unwrap().agent[0].seed, [1; 32]);
		assert!(bound.open_operator(b"passphrase").is_ok());
	}

	#[test]
	fn a_change_of_any_byte_and_any_truncation_is_refused() {
		let dir = tempfile::tempdir().unwrap();
		let path = vault(dir.path()).path;
		let good = fs::read(&path).unwrap();
		let opens = |bytes: &[u8]| {
			split(bytes).is_ok_and(|(header, sections)| {
				let vault = Vault { path: path.clone(), header, sections };
				vault.open(b"credential").is_ok() && vault.open_operator(b"passphrase").is_ok()
			})
		};
		assert!(opens(&good));
		// Costs out of bounds are refused before they are paid: bytes 57 to 69 say them.
		for index in (0..good.len()).filter(|index| !(57..69).contains(index)) {
			let mut bad = good.clone();
			bad[index] ^= 1;
			assert!(!opens(&bad), "byte {index}");
		}
		for length in 0..good.len() {
			assert!(!opens(&good[..length]), "length {length}");
		}
		assert!(!opens(&[&good[..], &[0]].concat()));
		for (index, value) in [(57, 9), (59, 255), (61, 2), (62, 255), (65, 2), (66, 255)] {
			let mut bad = good.clone();
			bad[index] = value;
			assert!(!opens(&bad), "byte {index}");
		}
	}

	#[test]
	fn sections_of_another_time_are_refused() {
		let dir = tempfile::tempdir().unwrap();
		let old = vault(dir.path());
		let mut new = old.clone();
		let opened = new.open(b"credential").unwrap();
		new.set_entries(Class::Agent, &vec![entry(3)], &opened.agent_key).unwrap();
		new.set_consensus(opened.consensus, &opened.consensus_key).unwrap();
		assert!(new.open(b"credential").is_ok());
		for class in [Class::Consensus, Class::Agent] {
			let mut mixed = new.clone();
			mixed.sections[class as usize] = old.sections[class as usize].clone();
			assert!(mixed.open(b"credential").is_err());
		}
	}

	#[test]
	fn permissive_modes_are_refused() {
		use std::os::unix::fs::PermissionsExt;
		let dir = tempfile::tempdir().unwrap();
		let path = vault(dir.path()).path;
		fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
		assert!(matches!(Vault::load(&path), Err(VaultError::Permissions { mode: 0o640, .. })));
	}

	#[test]
	fn vaults_differ_in_salt_and_are_not_overwritten() {
		let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
		let (a, b) = (vault(one.path()), vault(other.path()));
		assert_ne!(a.header.credential_salt, b.header.credential_salt);
		let again = Vault::create(&a.path, [7; 32], KDF, b"c", b"p");
		assert!(matches!(again, Err(VaultError::Exists(_))));
	}
}
