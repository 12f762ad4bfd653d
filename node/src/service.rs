// SPDX-License-Identifier: Apache-2.0

//! Puts the node together from polkadot-sdk's parts and ours.
//!
//! Ours: the keystore ([`crate::keystore`]), the proposer that shows blocks to the signer
//! ([`crate::proposer`]), the block import that reports Aura equivocations ([`crate::import`]) and
//! the RPC ([`crate::rpc`]). Blocks go through the import as
//! `EquivocationReporter → GrandpaBlockImport → client`.

use crate::{
	import::EquivocationReporter,
	keystore::{
		self, AuxProgress, InStep, KeySource, MemoryKeystore, Progress, RemoteKeystore, Restart,
	},
	proposer::ApprovedProposerFactory,
	rpc,
};
use futures::FutureExt;
use qh_app_crypto::aura::AuthorityPair;
use qh_runtime::{opaque::Block, Hash, RuntimeApi};
use sc_client_api::{Backend, BlockBackend};
use sc_consensus_aura::{ImportQueueParams, SlotProportion, StartAuraParams};
use sc_consensus_grandpa::{GrandpaPruningFilter, SharedVoterState};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_executor::WasmExecutor;
use sc_service::{error::Error as ServiceError, Configuration, TaskManager, WarpSyncConfig};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus::SyncOracle;
use sp_consensus_aura::SlotDuration;
use sp_timestamp::InherentDataProvider as TimestampProvider;
use std::{
	io,
	net::SocketAddr,
	sync::Arc,
	time::{Duration, Instant},
};

/// The standard host functions: this runtime needs no others.
type Executor = WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The client.
pub(crate) type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The client's backend.
pub(crate) type FullBackend = sc_service::TFullBackend<Block>;
/// The transaction pool.
pub(crate) type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
type GrandpaBlockImport =
	sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type GrandpaLink = sc_consensus_grandpa::LinkHalf<Block, FullClient, FullSelectChain>;

/// Blocks between two justifications that are stored without a change of the authorities.
const JUSTIFICATION_PERIOD: u32 = 512;
/// How long the voter lets the signer come first, where both start together: a round that begins
/// without keys stays without this node's vote.
const SIGNER_FIRST: Duration = Duration::from_secs(10);
/// How long a vote is thought to take through the network. A round takes four times that.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// What the commands that read and write the chain need.
pub(crate) type PartialComponents = sc_service::PartialComponents<
	FullClient,
	FullBackend,
	FullSelectChain,
	sc_consensus::DefaultImportQueue<Block>,
	FullPool,
	Other,
>;

/// The parts that only a running node needs.
pub(crate) struct Other {
	block_import: EquivocationReporter<GrandpaBlockImport, FullClient>,
	grandpa_link: GrandpaLink,
	slot_duration: SlotDuration,
	telemetry: Option<Telemetry>,
}

/// Opens the database and builds what imports blocks.
pub(crate) fn new_partial(config: &Configuration) -> Result<PartialComponents, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let executor = sc_service::new_wasm_executor::<sp_io::SubstrateHostFunctions>(&config.executor);
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			vec![Arc::new(GrandpaPruningFilter)],
		)?;
	let client = Arc::new(client);

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = sc_consensus::LongestChain::new(backend.clone());
	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		telemetry.as_ref().map(|telemetry| telemetry.handle()),
	)?;

	let slot_duration = sc_consensus_aura::slot_duration(&*client)?;
	let block_import = EquivocationReporter::new(
		grandpa_block_import.clone(),
		client.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
		slot_duration,
	);
	let import_queue =
		sc_consensus_aura::import_queue::<AuthorityPair, _, _, _, _, _>(ImportQueueParams {
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_block_import)),
			client: client.clone(),
			create_inherent_data_providers: move |parent, ()| async move {
				inherents(slot_duration, parent)
			},
			spawner: &task_manager.spawn_essential_handle(),
			registry: config.prometheus_registry(),
			// The block import does it, and reports what it finds.
			check_for_equivocation: sc_consensus_aura::CheckForEquivocation::No,
			telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
			compatibility_mode: Default::default(),
		})?;

	Ok(PartialComponents {
		client,
		backend,
		task_manager,
		keystore_container,
		select_chain,
		import_queue,
		transaction_pool,
		other: Other { block_import, grandpa_link, slot_duration, telemetry },
	})
}

/// The inherent data of a block: the time, and the slot that it falls in.
fn inherents(
	slot_duration: SlotDuration,
	_parent: Hash,
) -> Result<
	(sp_consensus_aura::inherents::InherentDataProvider, TimestampProvider),
	Box<dyn std::error::Error + Send + Sync>,
> {
	let timestamp = TimestampProvider::from_system_time();
	let slot = sp_consensus_aura::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
		*timestamp,
		slot_duration,
	);
	Ok((slot, timestamp))
}

/// Finds the keys, and keeps up with the signer if that is where they are.
fn open_keystore(
	source: KeySource,
	client: &Arc<FullClient>,
	config: &Configuration,
	task_manager: &TaskManager,
	restart: Restart,
	in_step: InStep,
) -> Result<keystore::SharedKeystore, keystore::Error> {
	Ok(match source {
		KeySource::None => Arc::new(MemoryKeystore::empty()),
		KeySource::Development(name) => Arc::new(MemoryKeystore::development(&name)?),
		KeySource::Signer(dir) => {
			let progress = AuxProgress::new(client.clone());
			// A state that cannot be read would mean that this node never votes.
			progress.position()?;
			let registry = config.prometheus_registry();
			let genesis = client.chain_info().genesis_hash;
			let progress = Arc::new(progress);
			let keystore =
				Arc::new(RemoteKeystore::new(&dir, genesis, progress, registry, restart, in_step)?);
			task_manager.spawn_essential_handle().spawn_blocking(
				"signer-watch",
				Some("keys"),
				keystore.clone().follow(),
			);
			keystore
		}
	})
}

/// Names the address that the RPC could not have: the system's error does not.
fn explain_taken(error: ServiceError, address: Option<SocketAddr>) -> ServiceError {
	let is_taken = |cause: &io::Error| cause.kind() == io::ErrorKind::AddrInUse;
	match (&error, address) {
		(ServiceError::Application(cause), Some(address))
			if cause.downcast_ref::<io::Error>().is_some_and(is_taken) =>
		{
			ServiceError::Other(format!(
				"cannot serve JSON-RPC on {address}: {cause}; another program listens there: end it, \
				 or choose another port with `--rpc-port`"
			))
		}
		_ => error,
	}
}

/// Starts the node. Its RPC has the signer make session keys if `serves_session_keys`.
pub(crate) fn new_full<N: sc_network::NetworkBackend<Block, Hash>>(
	config: Configuration,
	keys: KeySource,
	restart: Restart,
	serves_session_keys: bool,
) -> Result<TaskManager, ServiceError> {
	let sc_service::PartialComponents {
		client,
		backend,
		mut task_manager,
		// Of sc-keystore, which knows classical keys only. It is empty and in memory.
		keystore_container: _,
		select_chain,
		import_queue,
		transaction_pool,
		other: Other { block_import, grandpa_link, slot_duration, mut telemetry },
	} = new_partial(&config)?;

	let in_step = InStep::default();
	let keystore = open_keystore(keys, &client, &config, &task_manager, restart, in_step.clone())
		.map_err(|error| ServiceError::Application(Box::new(error)))?;

	let genesis_hash = client
		.block_hash(0)?
		.ok_or_else(|| ServiceError::Other("the database has no genesis block".into()))?;
	let metrics = N::register_notification_metrics(config.prometheus_registry());
	let mut net_config = sc_network::config::FullNetworkConfiguration::<Block, Hash, N>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let grandpa_protocol =
		sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
	let (grandpa_protocol_config, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
			grandpa_protocol.clone(),
			metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_protocol_config);

	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	let sync = sync_service.clone();
	in_step.ask(move |voters| !sync.is_major_syncing() && (voters <= 1 || !sync.is_offline()));

	if config.offchain_worker.enabled {
		let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			// No worker signs anything.
			keystore: None,
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: config.role.is_authority(),
			enable_http_requests: false,
			custom_extensions: |_| Vec::new(),
		})?;
		task_manager.spawn_handle().spawn(
			"offchain-workers-runner",
			Some("offchain-worker"),
			workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
		);
	}

	// Moves the nodes of the Merkle mountain range from keys of their fork to keys of the final
	// chain: without it, proofs end with the runtime's memory of block hashes.
	task_manager.spawn_essential_handle().spawn_blocking(
		"mmr-gadget",
		None,
		mmr_gadget::MmrGadget::start(
			client.clone(),
			backend.clone(),
			sp_mmr_primitives::INDEXING_PREFIX.to_vec(),
		),
	);

	let role = config.role;
	let force_authoring = config.force_authoring;
	let name = config.network.node_name.clone();
	let votes = !config.disable_grandpa;
	let registry = config.prometheus_registry().cloned();

	let voter_state = SharedVoterState::empty();
	let rpc_parts = rpc::Parts {
		client: client.clone(),
		backend: backend.clone(),
		pool: transaction_pool.clone(),
		keystore: keystore.clone(),
		serves_session_keys,
		voter_state: voter_state.clone(),
		authority_set: grandpa_link.shared_authority_set().clone(),
		justifications: grandpa_link.justification_stream(),
		finality_proofs: sc_consensus_grandpa::FinalityProofProvider::new_for_service(
			backend.clone(),
			Some(grandpa_link.shared_authority_set().clone()),
		),
	};
	// The first endpoint is the one that must be there.
	let rpc_address =
		config.rpc.addr.as_ref().and_then(|all| all.first()).map(|endpoint| endpoint.listen_addr);
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder: Box::new(move |executor| {
			rpc::create(&rpc_parts, executor).map_err(ServiceError::Application)
		}),
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})
	.map_err(|error| explain_taken(error, rpc_address))?;

	if role.is_authority() {
		let proposers = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			transaction_pool.clone(),
			registry.as_ref(),
			telemetry.as_ref().map(|telemetry| telemetry.handle()),
		);
		let aura = sc_consensus_aura::start_aura::<AuthorityPair, _, _, _, _, _, _, _, _, _, _>(
			StartAuraParams {
				slot_duration,
				client: client.clone(),
				select_chain,
				block_import,
				proposer_factory: ApprovedProposerFactory::new(
					proposers,
					client,
					keystore.clone(),
					slot_duration.as_duration(),
				),
				create_inherent_data_providers: move |parent, ()| async move {
					inherents(slot_duration, parent)
				},
				force_authoring,
				backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
				keystore: keystore.clone(),
				sync_oracle: sync_service.clone(),
				justification_sync_link: sync_service.clone(),
				block_proposal_slot_portion: SlotProportion::new(2.0 / 3.0),
				max_block_proposal_slot_portion: None,
				telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
				compatibility_mode: Default::default(),
			},
		)?;
		// Essential: a validator that no longer authors is to be noticed.
		task_manager.spawn_essential_handle().spawn_blocking("aura", Some("block-authoring"), aura);
	}

	if votes {
		let grandpa = sc_consensus_grandpa::GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: GOSSIP_DURATION,
				justification_generation_period: JUSTIFICATION_PERIOD,
				name: Some(name),
				observer_enabled: false,
				keystore: role.is_authority().then(|| keystore.clone() as _),
				local_role: role,
				telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
				protocol_name: grandpa_protocol,
			},
			link: grandpa_link,
			network,
			sync: sync_service,
			notification_service: grandpa_notifications,
			voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
			prometheus_registry: registry,
			shared_voter_state: voter_state,
			telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		};
		// Essential: a voter that ended must not go unnoticed. On a thread of its own, because a
		// vote may wait for the signer.
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, async move {
			let by = Instant::now() + SIGNER_FIRST;
			while !keystore.is_ready() && Instant::now() < by {
				tokio::time::sleep(Duration::from_millis(100)).await;
			}
			match sc_consensus_grandpa::run_grandpa_voter(grandpa) {
				Ok(voter) => voter.await,
				Err(error) => log::error!("cannot start the voter of GRANDPA: {error}"),
			}
		});
	}

	Ok(task_manager)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::net::TcpListener;

	#[test]
	fn a_taken_port_is_named() {
		let listener = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = listener.local_addr().unwrap();
		let taken = TcpListener::bind(address).unwrap_err();
		let error = explain_taken(ServiceError::Application(taken.into()), Some(address));
		let message = error.to_string();
		assert!(message.contains(&address.to_string()), "{message}");
		assert!(message.contains("--rpc-port"), "{message}");
		let other = explain_taken(ServiceError::Application("no room".into()), Some(address));
		assert!(!other.to_string().contains("--rpc-port"), "{other}");
	}
}
