// SPDX-License-Identifier: Apache-2.0

//! Pinned hashes of the networks' genesis.
//!
//! A genesis contains the runtime's wasm, and the wasm's bytes depend on the compiler. So two
//! things are pinned, each where it can be checked:
//!
//! - of every network, in this tree: the **root of the genesis state without the code**. It is the
//!   same on every machine, and a change of it is a change of accounts, keys or periods;
//! - of a released network, with its release: the **genesis hash together with the hash of the
//!   wasm** that it holds. It is compared with the released spec's file, never with a fresh build.

use crate::{genesis::GenesisHashes, network::Network, spec};
use anyhow::{bail, Context, Result};
use qh_runtime::Hash;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path};

/// The file of pins.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
	/// Pins by preset.
	#[serde(default)]
	pub network: BTreeMap<String, NetworkPin>,
	/// Released specs by file name, relative to the file of pins.
	#[serde(default)]
	pub release: BTreeMap<String, ReleasePin>,
}

/// What is pinned of a network in the tree.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkPin {
	/// Root of the genesis state without the code.
	pub state_without_code: Hash,
}

/// What is pinned of a released spec.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasePin {
	/// Genesis hash.
	pub genesis: Hash,
	/// blake2_256 of the wasm in the genesis.
	pub wasm: Hash,
}

const HEADER: &str = "\
# Pinned genesis of every network: `qh-chain-spec check` compares, `qh-chain-spec pin` rewrites.
# A genesis hash depends on the bytes of the wasm and so on the compiler: here stands the root of
# the genesis state without the code. A released spec is pinned by its full hash under [release].

";

impl Pins {
	/// Reads the pins.
	pub fn read(path: &Path) -> Result<Self> {
		let text = fs::read_to_string(path)
			.with_context(|| format!("cannot read the pins {}", path.display()))?;
		toml::from_str(&text).with_context(|| format!("{} is not a file of pins", path.display()))
	}

	/// Writes the pins.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = format!("{HEADER}{}", toml::to_string(self)?);
		fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
	}

	/// Pins every network as `wasm` builds it. Releases stay as they are.
	pub fn pin(&mut self, wasm: &[u8]) -> Result<()> {
		for network in Network::ALL {
			let hashes = GenesisHashes::of(&spec::of(network, wasm))?;
			let pin = NetworkPin { state_without_code: hashes.state_without_code };
			self.network.insert(network.preset().into(), pin);
		}
		Ok(())
	}

	/// Checks one network, as `wasm` builds it.
	pub fn check_network(&self, network: Network, wasm: &[u8]) -> Result<GenesisHashes> {
		let pinned = self
			.network
			.get(network.preset())
			.with_context(|| format!("the genesis of {network} is not pinned"))?;
		let hashes = GenesisHashes::of(&spec::of(network, wasm))?;
		if hashes.state_without_code != pinned.state_without_code {
			bail!(
				"the genesis state of {network} is not the pinned one: root without code is \
				 {:?}, pinned is {:?}; if accounts, keys or periods were meant to change, run \
				 `qh-chain-spec pin`",
				hashes.state_without_code,
				pinned.state_without_code,
			);
		}
		Ok(hashes)
	}

	/// Checks every released spec that lies in `folder`.
	pub fn check_releases(&self, folder: &Path) -> Result<()> {
		for (file, pinned) in &self.release {
			let hashes = GenesisHashes::of(&spec::read(&folder.join(file))?)?;
			if (hashes.block, hashes.wasm) != (pinned.genesis, pinned.wasm) {
				bail!(
					"the released spec {file} has genesis hash {:?} and wasm {:?}, pinned are \
					 {:?} and {:?}",
					hashes.block,
					hashes.wasm,
					pinned.genesis,
					pinned.wasm,
				);
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The runtime's wasm, unless this program was built without it.
	fn wasm() -> Option<&'static [u8]> {
		if qh_runtime::WASM_BINARY.is_none() {
			say_skipped();
		}
		qh_runtime::WASM_BINARY
	}

	#[allow(clippy::print_stderr, reason = "a test that is skipped says why")]
	fn say_skipped() {
		eprintln!("skipped: built without the runtime's wasm");
	}

	#[test]
	fn the_genesis_of_every_network_is_the_pinned_one() {
		let Some(wasm) = wasm() else { return };
		let pins = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/genesis-hashes.toml"));
		let pins = Pins::read(pins).unwrap();
		for network in Network::ALL {
			pins.check_network(network, wasm).unwrap();
		}
	}

	#[test]
	fn a_changed_genesis_is_refused_with_both_roots() {
		let Some(wasm) = wasm() else { return };
		let mut pins = Pins::default();
		let error = pins.check_network(Network::Development, wasm).unwrap_err();
		assert_eq!(error.to_string(), "the genesis of development is not pinned");
		let pin = NetworkPin { state_without_code: Hash::repeat_byte(7) };
		pins.network.insert("development".into(), pin);
		let error = pins.check_network(Network::Development, wasm).unwrap_err().to_string();
		assert!(error.contains(&format!("pinned is {:?}", Hash::repeat_byte(7))), "{error}");
	}

	#[test]
	fn pins_survive_their_file_and_unknown_members_are_refused() {
		let mut pins = Pins::default();
		let pin = NetworkPin { state_without_code: Hash::repeat_byte(1) };
		pins.network.insert("testnet".into(), pin);
		let pin = ReleasePin { genesis: Hash::repeat_byte(2), wasm: Hash::repeat_byte(3) };
		pins.release.insert("testnet-1.json".into(), pin);
		let text = toml::to_string(&pins).unwrap();
		let read: Pins = toml::from_str(&text).unwrap();
		assert_eq!(read.network, pins.network);
		assert_eq!(read.release, pins.release);
		assert!(toml::from_str::<Pins>("[networks.testnet]").is_err());
	}
}
