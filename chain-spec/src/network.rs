// SPDX-License-Identifier: Apache-2.0

//! The networks.

use sc_chain_spec::ChainType;
use std::{fmt, str::FromStr};

/// A network: a genesis preset of the runtime with a name and a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
	/// One validator, one-second slots, keys that everybody knows.
	Development,
	/// Four validators, one-second slots, keys that everybody knows.
	Local,
	/// The public test network.
	Testnet,
	/// The network.
	Mainnet,
}

impl Network {
	/// All of them.
	pub const ALL: [Network; 4] =
		[Network::Development, Network::Local, Network::Testnet, Network::Mainnet];

	/// Name of the genesis preset in the runtime.
	pub const fn preset(self) -> &'static str {
		match self {
			Network::Development => sp_genesis_builder::DEV_RUNTIME_PRESET,
			Network::Local => sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
			Network::Testnet => qh_runtime::genesis_presets::TESTNET,
			Network::Mainnet => qh_runtime::genesis_presets::MAINNET,
		}
	}

	/// Identifier of the chain: the node keeps its database under it.
	pub const fn id(self) -> &'static str {
		match self {
			Network::Development => "qh-dev",
			Network::Local => "qh-local",
			Network::Testnet => "qh-testnet",
			Network::Mainnet => "qh-mainnet",
		}
	}

	/// Name for people.
	pub const fn name(self) -> &'static str {
		match self {
			Network::Development => "QuantumHarmony Development",
			Network::Local => "QuantumHarmony Local",
			Network::Testnet => "QuantumHarmony Testnet",
			Network::Mainnet => "QuantumHarmony",
		}
	}

	/// How the identifier begins of a chain that is this network but for its validators, which are
	/// somebody's own.
	pub const fn own_id(self) -> &'static str {
		match self {
			Network::Development => "qh-dev-own",
			Network::Local => "qh-local-own",
			Network::Testnet => "qh-testnet-own",
			Network::Mainnet => "qh-mainnet-own",
		}
	}

	/// What kind of chain wallets take it for.
	pub const fn chain_type(self) -> ChainType {
		match self {
			Network::Development => ChainType::Development,
			Network::Local => ChainType::Local,
			Network::Testnet | Network::Mainnet => ChainType::Live,
		}
	}

	/// Whether its keys are known to everybody.
	pub const fn has_dev_keys(self) -> bool {
		matches!(self, Network::Development | Network::Local)
	}
}

impl fmt::Display for Network {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.preset())
	}
}

/// No network has this name.
#[derive(Debug)]
pub struct UnknownNetwork(String);

impl fmt::Display for UnknownNetwork {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "there is no preset `{}`; there are", self.0)?;
		for (i, network) in Network::ALL.iter().enumerate() {
			write!(f, "{} {network}", if i == 0 { "" } else { "," })?;
		}
		Ok(())
	}
}

impl std::error::Error for UnknownNetwork {}

/// Takes the preset's name, the chain's id, or the short forms `dev` and `local`.
impl FromStr for Network {
	type Err = UnknownNetwork;

	fn from_str(name: &str) -> Result<Self, UnknownNetwork> {
		match name {
			"dev" => Ok(Network::Development),
			"local" => Ok(Network::Local),
			_ => Network::ALL
				.into_iter()
				.find(|network| network.preset() == name || network.id() == name)
				.ok_or_else(|| UnknownNetwork(name.into())),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_network_is_found_by_each_of_its_names() {
		for network in Network::ALL {
			assert_eq!(network.preset().parse::<Network>().unwrap(), network);
			assert_eq!(network.id().parse::<Network>().unwrap(), network);
		}
		for network in Network::ALL {
			assert_eq!(network.own_id(), format!("{}-own", network.id()));
			assert!(network.own_id().parse::<Network>().is_err());
		}
		assert_eq!("dev".parse::<Network>().unwrap(), Network::Development);
		assert_eq!("local".parse::<Network>().unwrap(), Network::Local);
		assert_eq!(
			"kusama".parse::<Network>().unwrap_err().to_string(),
			"there is no preset `kusama`; there are development, local_testnet, testnet, mainnet"
		);
	}

	#[test]
	fn networks_are_the_presets_of_the_runtime() {
		let presets = qh_runtime::genesis_presets::preset_names();
		assert_eq!(presets, Network::ALL.map(|network| network.preset().to_string()));
	}
}
