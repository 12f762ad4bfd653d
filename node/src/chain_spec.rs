// SPDX-License-Identifier: Apache-2.0

//! Finds the chain specification that `--chain` names.

use crate::cli;
use qh_chain_spec::{network::Network, spec};
use sc_service::ChainSpec;
use std::path::Path;

/// The specification of a network, built from the runtime in this binary, or of a file.
pub(crate) fn load(id: &str) -> Result<Box<dyn ChainSpec>, String> {
	let chain_spec = if id.is_empty() {
		let names: Vec<_> = Network::ALL.iter().map(|network| network.to_string()).collect();
		return Err(format!(
			"which network? Name one with `--chain`: {}, or a chain specification's file",
			names.join(", "),
		));
	} else if cli::is_file(id) {
		spec::read(Path::new(id)).map_err(|error| format!("{error:#}"))?
	} else {
		let network: Network = id.parse().map_err(|error| format!("{error}"))?;
		spec::of(network, spec::embedded_wasm().map_err(|error| format!("{error:#}"))?)
	};
	Ok(Box::new(chain_spec))
}

/// Whether everybody knows the keys of the network with this chain id, so that a node may hold
/// them in its memory.
pub(crate) fn has_dev_keys(chain_id: &str) -> bool {
	Network::ALL.iter().any(|network| network.id() == chain_id && network.has_dev_keys())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_network_must_be_named() {
		assert!(load("").err().unwrap().contains("--chain"));
		assert!(load("kusama").err().unwrap().contains("kusama"));
		let message = load("no/such/file.json").err().unwrap();
		assert!(message.contains("no/such/file.json"), "{message}");
	}

	#[test]
	fn dev_keys_are_for_dev_networks() {
		assert!(has_dev_keys("qh-dev"));
		assert!(has_dev_keys("qh-local"));
		assert!(!has_dev_keys("qh-testnet"));
		assert!(!has_dev_keys("qh-mainnet"));
		assert!(!has_dev_keys("somebody-elses"));
	}
}
