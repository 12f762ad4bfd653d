// SPDX-License-Identifier: Apache-2.0

//! The command line.
//!
//! It is polkadot-sdk's, less what knows classical keys only (`key insert`, `sign`, `verify`,
//! `vanity`, `--alice` and the like, the keystore's options), with the signer instead.

use crate::keystore::KeySource;
use qh_runtime::AccountId;
use qh_signer_client::{parse_account, NoAccount};
use sc_cli::{CliConfiguration, Result, RpcEndpoint, SharedParams};
use sc_service::{
	config::{
		BasePath, IpNetwork, NodeKeyConfig, OffchainWorkerConfig, PrometheusConfig,
		RpcBatchRequestConfig, RpcMethods, TelemetryEndpoints, TransactionPoolOptions,
	},
	ChainSpec, Role,
};
use std::{
	num::NonZeroU32,
	path::{Path, PathBuf},
};

/// Transactions and kilobytes that the pool holds. A transaction takes 1.6 to 8 kB, where a
/// classical one takes 0.15: upstream's 20 MB would be full before its 8,192 transactions.
const POOL_LIMIT: &str = "32768";
const POOL_KBYTES: &str = "262144";

/// The node's command line.
#[derive(Debug, clap::Parser)]
pub(crate) struct Cli {
	#[command(subcommand)]
	pub(crate) subcommand: Option<Subcommand>,
	#[command(flatten)]
	pub(crate) run: RunCmd,
}

/// What else the binary does.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of them")]
pub(crate) enum Subcommand {
	/// The node's identity in the network (not a validator's key).
	#[command(subcommand)]
	Key(NodeKeyCmd),

	/// Have the signer make new session keys, and print them with the proof of possession.
	NewSessionKeys(NewSessionKeysCmd),

	/// Build a chain specification.
	#[command(hide = true)]
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Export a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Validate blocks.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Export blocks.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Export the state of a block into a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Import blocks.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the whole chain.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the chain to an earlier state.
	Revert(sc_cli::RevertCmd),

	/// Show what the database holds.
	ChainInfo(sc_cli::ChainInfoCmd),
}

/// Commands for the node's identity.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum NodeKeyCmd {
	/// Make a node key: write it to a file or to stdout, and its peer id to stderr.
	GenerateNodeKey(sc_cli::GenerateKeyCmdCommon),

	/// Print the peer id of a node key.
	InspectNodeKey(sc_cli::InspectNodeKeyCmd),
}

/// `new-session-keys`.
#[derive(Debug, clap::Args)]
pub(crate) struct NewSessionKeysCmd {
	/// The signer's directory.
	#[arg(long, value_name = "DIR")]
	pub(crate) signer: PathBuf,

	/// Account of the operator who will own the keys on chain, as an SS58 address or 64 hexadecimal
	/// digits with or without 0x.
	#[arg(long, value_name = "ACCOUNT", value_parser = parse_owner)]
	pub(crate) owner: AccountId,
}

fn parse_owner(text: &str) -> std::result::Result<AccountId, NoAccount> {
	parse_account(text).map(AccountId::from)
}

fn parse_dev_name(text: &str) -> std::result::Result<String, String> {
	let name = text.to_lowercase();
	if qh_crypto::dev::NAMES.contains(&name.as_str()) {
		return Ok(name);
	}
	Err(format!("there are development keys of {}", qh_crypto::dev::NAMES.join(", ")))
}

/// Where a validator's keys are.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct KeyParams {
	/// Directory of the signer that holds this validator's session keys.
	///
	/// Implies the role of an authority. The signer may start later than the node and may restart.
	#[arg(long, value_name = "DIR", conflicts_with = "dev_keys")]
	pub(crate) signer: Option<PathBuf>,

	/// Sign with the well-known keys of this name (alice, bob, charlie, dave, …), in the node's
	/// memory.
	///
	/// Implies the role of an authority. On development networks only. `--dev` without `--signer`
	/// implies alice.
	#[arg(long, value_name = "NAME", value_parser = parse_dev_name)]
	pub(crate) dev_keys: Option<String>,

	/// Let the RPC have the signer make new session keys (`qh_newSessionKeys`).
	///
	/// Every program that reaches the RPC, of whatever user, can then use up the signer's budget for
	/// session keys and fill its vault. `qh-node new-session-keys` does the same for those who may
	/// open the signer's socket.
	#[arg(long, requires = "signer")]
	pub(crate) rpc_session_keys: bool,
}

/// Runs the node.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct RunCmd {
	#[command(flatten)]
	base: sc_cli::RunCmd,

	#[command(flatten)]
	keys: KeyParams,
}

impl RunCmd {
	/// Where to look for keys; an error if options contradict each other.
	pub(crate) fn key_source(&self) -> Result<KeySource> {
		if let Some(name) = self.base.get_keyring() {
			let name = name.to_string().to_lowercase();
			return Err(format!("--{name} is for classical keys; use `--dev-keys {name}`").into());
		}
		if let Some(option) = self.keystore_option() {
			return Err(format!(
				"{option} is for a keystore on disk, and this node has none: the keys are in \
				 `qh-signer`; leave it out and use `--signer DIR`"
			)
			.into());
		}
		Ok(match (&self.keys.signer, &self.keys.dev_keys) {
			(Some(dir), _) => KeySource::Signer(dir.clone()),
			(None, Some(name)) => KeySource::Development(name.clone()),
			(None, None) if self.base.shared_params.dev => KeySource::Development("alice".into()),
			(None, None) if self.base.validator => {
				return Err(
					"--validator needs to know where the keys are: add `--signer DIR`".into()
				)
			}
			(None, None) => KeySource::None,
		})
	}
}

impl RunCmd {
	/// Whether the RPC may have the signer make session keys.
	pub(crate) fn serves_session_keys(&self) -> bool {
		self.keys.rpc_session_keys
	}

	/// The first option given that is for polkadot-sdk's keystore.
	fn keystore_option(&self) -> Option<&'static str> {
		let params = &self.base.keystore_params;
		[
			(params.keystore_path.is_some(), "--keystore-path"),
			(params.password_interactive, "--password-interactive"),
			(params.password.is_some(), "--password"),
			(params.password_filename.is_some(), "--password-filename"),
		]
		.into_iter()
		.find_map(|(is_given, option)| is_given.then_some(option))
	}

	/// Whether the database outlives the process.
	pub(crate) fn keeps_database(&self) -> bool {
		let params = &self.base.shared_params;
		!self.base.tmp && (params.base_path.is_some() || !params.dev)
	}
}

impl CliConfiguration for RunCmd {
	fn shared_params(&self) -> &SharedParams {
		self.base.shared_params()
	}

	fn import_params(&self) -> Option<&sc_cli::ImportParams> {
		self.base.import_params()
	}

	fn network_params(&self) -> Option<&sc_cli::NetworkParams> {
		self.base.network_params()
	}

	fn offchain_worker_params(&self) -> Option<&sc_cli::OffchainWorkerParams> {
		self.base.offchain_worker_params()
	}

	/// None: there is no keystore on disk.
	fn keystore_params(&self) -> Option<&sc_cli::KeystoreParams> {
		None
	}

	/// None: the runtime makes no keys.
	fn dev_key_seed(&self, _: bool) -> Result<Option<String>> {
		Ok(None)
	}

	fn role(&self, _: bool) -> Result<Role> {
		Ok(match self.key_source()? {
			KeySource::None => Role::Full,
			KeySource::Signer(_) | KeySource::Development(_) => Role::Authority,
		})
	}

	/// Makes a network identity where there is none yet. Upstream wants an authority to have made
	/// it before, because authority discovery would publish it; there is no such thing here.
	fn node_key(&self, net_config_dir: &PathBuf) -> Result<NodeKeyConfig> {
		let is_dev = self.is_dev()?;
		let mut params = self.base.network_params.node_key_params.clone();
		params.unsafe_force_node_key_generation = true;
		params.node_key(net_config_dir, self.role(is_dev)?, is_dev)
	}

	/// Off-chain indexing is always on: the Merkle mountain range and the batches of receipts are
	/// kept there, and proofs are made from them.
	fn offchain_worker(&self, role: &Role) -> Result<OffchainWorkerConfig> {
		let params = &self.base.offchain_worker_params;
		Ok(OffchainWorkerConfig { indexing_enabled: true, ..params.offchain_worker(role)? })
	}

	fn node_name(&self) -> Result<String> {
		match (&self.base.name, self.key_source()?) {
			(None, KeySource::Development(name)) => Ok(name),
			_ => self.base.node_name(),
		}
	}

	fn telemetry_endpoints(
		&self,
		chain_spec: &Box<dyn ChainSpec>,
	) -> Result<Option<TelemetryEndpoints>> {
		self.base.telemetry_endpoints(chain_spec)
	}

	fn force_authoring(&self) -> Result<bool> {
		self.base.force_authoring()
	}

	fn prometheus_config(
		&self,
		default_listen_port: u16,
		chain_spec: &Box<dyn ChainSpec>,
	) -> Result<Option<PrometheusConfig>> {
		self.base.prometheus_config(default_listen_port, chain_spec)
	}

	fn disable_grandpa(&self) -> Result<bool> {
		self.base.disable_grandpa()
	}

	fn rpc_max_connections(&self) -> Result<u32> {
		self.base.rpc_max_connections()
	}

	fn rpc_cors(&self, is_dev: bool) -> Result<Option<Vec<String>>> {
		self.base.rpc_cors(is_dev)
	}

	/// A port that was asked for is served or nothing is: whoever was told of it would not find
	/// another one.
	fn rpc_addr(&self, default_listen_port: u16) -> Result<Option<Vec<RpcEndpoint>>> {
		let mut endpoints = self.base.rpc_addr(default_listen_port)?;
		if self.base.rpc_params.rpc_port.is_some() {
			for endpoint in endpoints.iter_mut().flatten() {
				endpoint.retry_random_port = false;
			}
		}
		Ok(endpoints)
	}

	fn rpc_methods(&self) -> Result<RpcMethods> {
		self.base.rpc_methods()
	}

	fn rpc_max_request_size(&self) -> Result<u32> {
		self.base.rpc_max_request_size()
	}

	fn rpc_max_response_size(&self) -> Result<u32> {
		self.base.rpc_max_response_size()
	}

	fn rpc_max_subscriptions_per_connection(&self) -> Result<u32> {
		self.base.rpc_max_subscriptions_per_connection()
	}

	fn rpc_buffer_capacity_per_connection(&self) -> Result<u32> {
		self.base.rpc_buffer_capacity_per_connection()
	}

	fn rpc_batch_config(&self) -> Result<RpcBatchRequestConfig> {
		self.base.rpc_batch_config()
	}

	fn rpc_rate_limit(&self) -> Result<Option<NonZeroU32>> {
		self.base.rpc_rate_limit()
	}

	fn rpc_rate_limit_whitelisted_ips(&self) -> Result<Vec<IpNetwork>> {
		self.base.rpc_rate_limit_whitelisted_ips()
	}

	fn rpc_rate_limit_trust_proxy_headers(&self) -> Result<bool> {
		self.base.rpc_rate_limit_trust_proxy_headers()
	}

	fn transaction_pool(&self, is_dev: bool) -> Result<TransactionPoolOptions> {
		self.base.transaction_pool(is_dev)
	}

	fn max_runtime_instances(&self) -> Result<Option<usize>> {
		self.base.max_runtime_instances()
	}

	fn runtime_cache_size(&self) -> Result<u8> {
		self.base.runtime_cache_size()
	}

	fn base_path(&self) -> Result<Option<BasePath>> {
		self.base.base_path()
	}
}

/// Sets our defaults, and hides the options that have no meaning here: those of classical keys and of
/// the keystore are refused when given ([`RunCmd::key_source`]).
pub(crate) fn adjust(command: clap::Command) -> clap::Command {
	const HIDDEN: [&str; 12] = [
		"alice",
		"bob",
		"charlie",
		"dave",
		"eve",
		"ferdie",
		"one",
		"two",
		"keystore_path",
		"password_interactive",
		"password",
		"password_filename",
	];
	HIDDEN
		.into_iter()
		.fold(command, |command, name| command.mut_arg(name, |arg| arg.hide(true)))
		.mut_arg("indexing_enabled", |arg| arg.hide(true))
		.mut_arg("pool_limit", |arg| arg.default_value(POOL_LIMIT))
		.mut_arg("pool_kbytes", |arg| arg.default_value(POOL_KBYTES))
}

/// Whether a path is a chain specification's file rather than a network's name.
pub(crate) fn is_file(id: &str) -> bool {
	id.ends_with(".json") || Path::new(id).components().count() > 1
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_cli::SubstrateCli;

	fn parse(arguments: &[&str]) -> RunCmd {
		let arguments = ["qh-node"].iter().chain(arguments);
		Cli::try_from_iter(arguments).unwrap().run
	}

	#[test]
	fn keys_come_from_one_place() {
		assert_eq!(parse(&[]).key_source().unwrap(), KeySource::None);
		let signer = KeySource::Signer("/run/qh".into());
		assert_eq!(parse(&["--signer", "/run/qh"]).key_source().unwrap(), signer);
		let bob = KeySource::Development("bob".into());
		assert_eq!(parse(&["--chain", "local", "--dev-keys", "Bob"]).key_source().unwrap(), bob);
		let alice = KeySource::Development("alice".into());
		assert_eq!(parse(&["--dev"]).key_source().unwrap(), alice);
		assert_eq!(parse(&["--dev", "--signer", "/run/qh"]).key_source().unwrap(), signer);

		let both = ["qh-node", "--signer", "/run/qh", "--dev-keys", "bob"];
		assert!(Cli::try_from_iter(both).is_err());
		let nobody = ["qh-node", "--chain", "local", "--dev-keys", "nobody"];
		assert!(Cli::try_from_iter(nobody).is_err());
		assert!(parse(&["--validator"]).key_source().is_err());
		let message = parse(&["--alice"]).key_source().unwrap_err().to_string();
		assert!(message.contains("--dev-keys alice"), "{message}");
	}

	#[test]
	fn options_of_a_keystore_are_refused() {
		for arguments in [
			&["--keystore-path", "keys"][..],
			&["--password-interactive"],
			&["--password", "secret"],
			&["--password-filename", "secret"],
		] {
			let message = parse(arguments).key_source().unwrap_err().to_string();
			assert!(message.contains(&format!("{} is for", arguments[0])), "{message}");
			assert!(message.contains("--signer DIR"), "{message}");
		}
	}

	#[test]
	fn session_keys_are_made_over_rpc_on_request_and_by_a_signer_only() {
		assert!(!parse(&["--signer", "/run/qh"]).serves_session_keys());
		assert!(parse(&["--signer", "/run/qh", "--rpc-session-keys"]).serves_session_keys());
		assert!(Cli::try_from_iter(["qh-node", "--dev", "--rpc-session-keys"]).is_err());
	}

	#[test]
	fn a_port_that_was_asked_for_is_the_one_that_is_served() {
		let retries = |arguments: &[&str]| {
			let endpoints = parse(arguments).rpc_addr(9944).unwrap().unwrap();
			assert_eq!(endpoints.len(), 2);
			endpoints.iter().filter(|endpoint| endpoint.retry_random_port).count()
		};
		assert_eq!(retries(&[]), 2);
		assert_eq!(retries(&["--rpc-port", "9944"]), 0);
	}

	#[test]
	fn keys_make_an_authority() {
		let is_authority =
			|arguments: &[&str]| parse(arguments).role(false).unwrap().is_authority();
		assert!(!is_authority(&[]));
		assert!(is_authority(&["--signer", "/run/qh"]));
		assert!(is_authority(&["--dev"]));
	}

	#[test]
	fn the_pool_has_room_for_large_transactions() {
		let pool = format!("{:?}", parse(&[]).transaction_pool(false).unwrap());
		assert!(pool.contains("total_bytes: 268435456"), "{pool}");
		assert!(pool.contains("count: 32768"), "{pool}");
		let pool = format!("{:?}", parse(&["--pool-kbytes", "1024"]).transaction_pool(false));
		assert!(pool.contains("total_bytes: 1048576"), "{pool}");
	}

	#[test]
	fn indexing_cannot_be_switched_off() {
		let run = parse(&["--enable-offchain-indexing", "false"]);
		assert!(run.offchain_worker(&Role::Full).unwrap().indexing_enabled);
	}

	#[test]
	fn classical_commands_are_gone() {
		for command in
			[&["key", "generate"][..], &["key", "insert"], &["sign"], &["verify"], &["vanity"]]
		{
			assert!(Cli::try_from_iter(["qh-node"].iter().chain(command)).is_err(), "{command:?}");
		}
	}

	#[test]
	fn accounts_are_addresses_or_digits() {
		let owner = |text: &str| {
			Cli::try_from_iter(["qh-node", "new-session-keys", "--signer", "d", "--owner", text])
		};
		assert!(owner("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY").is_ok());
		assert!(owner(&format!("0x{}", "11".repeat(32))).is_ok());
		assert!(owner("alice").is_err());
	}
}
