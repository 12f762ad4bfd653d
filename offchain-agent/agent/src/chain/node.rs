// SPDX-License-Identifier: Apache-2.0
//! The chain as a node serves it over WebSocket.
//!
//! State is read through the runtime's own APIs and metadata (subxt, dynamically), so that an
//! upgrade of the runtime needs no edit here: fields are found by name and new ones are ignored.
//! Only what the chain commits to by hash has a fixed layout: headers and batches.
//!
//! A connection that breaks is replaced by the next request. Each new one is checked to be on this
//! agent's chain before anything else is asked.

mod connection;
mod decode;
mod transactions;

use super::{
	extrinsic::{Composer, Runtime, Unsigned},
	Anchored, Call, Chain, ChainError, NodeState, OperatorState, RangeProof, Submission,
};
use crate::{
	hexed,
	outbox::{BlockId, View},
};
use codec::{Decode, DecodeAll, Encode};
use connection::Connection;
use decode::{field, GasStatus, HeadOf, HeartbeatStatus, LeavesProof, OperatorInfo};
use futures::{stream, StreamExt, TryStreamExt};
use qh_receipts::{batches_key, blake2_256, BatchLeaf, Head};
use std::{sync::Arc, time::Duration};
use subxt::{
	config::substrate::{SubstrateConfig, SubstrateHeader, H256},
	dynamic::Value,
	ext::{frame_metadata::RuntimeMetadataPrefixed, scale_decode::DecodeAsType},
	OnlineClientAtBlock,
};
use subxt_rpcs::client::rpc_params;
use tokio::sync::{Mutex, Notify};

pub use transactions::Outcome;

/// Requests under way at a time while blocks are searched.
const PARALLEL: usize = 8;
/// Without news of a block, the chain is looked at this often.
const IDLE: Duration = Duration::from_secs(3);

type At = OnlineClientAtBlock<SubstrateConfig>;

/// Which node, and for whom.
#[derive(Clone, Debug)]
pub struct NodeConfig {
	/// Its WebSocket address.
	pub url: String,
	/// Longest wait for an answer.
	pub timeout: Duration,
	/// Genesis hash of the chain that it must be on; none accepts any.
	pub genesis: Option<[u8; 32]>,
	/// The operator.
	pub operator: [u8; 32],
	/// Its agent.
	pub agent: [u8; 32],
}

/// A node.
#[derive(Clone)]
pub struct Node {
	inner: Arc<Inner>,
}

struct Inner {
	config: NodeConfig,
	connection: Mutex<Option<Arc<Connection>>>,
	changed: Arc<Notify>,
}

impl Node {
	/// The node behind this address. Nothing is connected yet.
	pub fn new(config: NodeConfig) -> Self {
		let inner = Inner { config, connection: Mutex::new(None), changed: Arc::default() };
		Self { inner: Arc::new(inner) }
	}

	/// Genesis hash of the node's chain.
	pub async fn genesis(&self) -> Result<[u8; 32], ChainError> {
		Ok(self.connect().await?.genesis())
	}

	/// The operator that the chain knows this agent account to work for.
	pub async fn operator_of(&self, agent: [u8; 32]) -> Result<Option<[u8; 32]>, ChainError> {
		let connection = self.connect().await?;
		let (_, best) = self.best(&connection).await?;
		let argument = vec![Value::from_bytes(agent)];
		self.runtime_api(&connection, &best, "OperatorsApi", "operator_of", argument).await
	}

	/// The agent of this operator at the best block, if it is registered.
	pub async fn agent_of(&self, operator: [u8; 32]) -> Result<Option<[u8; 32]>, ChainError> {
		let connection = self.connect().await?;
		let (_, best) = self.best(&connection).await?;
		let argument = vec![Value::from_bytes(operator)];
		let info: Option<OperatorInfo> =
			self.runtime_api(&connection, &best, "OperatorsApi", "operator", argument).await?;
		Ok(info.map(|info| info.agent))
	}

	/// Hash of the finalized block of this number.
	pub async fn finalized_hash(&self, number: u32) -> Result<[u8; 32], ChainError> {
		let connection = self.connect().await?;
		let head: H256 = connection.request("chain_getFinalizedHead", rpc_params![]).await?;
		let head = self.block(&connection, head.0).await?;
		if number > head.number {
			let reason = format!("only {} blocks are final", head.number);
			return Err(answer(&format!("the hash of block {number}"), reason));
		}
		self.hash_of(&connection, number).await
	}

	/// The chain's own clock at the best block, in milliseconds since the Unix epoch.
	pub async fn time_ms(&self) -> Result<u64, ChainError> {
		let connection = self.connect().await?;
		let (_, best) = self.best(&connection).await?;
		let entry = subxt::dynamic::storage::<Vec<Value>, u64>("Timestamp", "Now");
		let failed = |error: &dyn std::fmt::Display| answer("Timestamp.Now", error);
		connection
			.within(best.storage().fetch(entry, Vec::new()))
			.await?
			.map_err(|error| failed(&error))?
			.decode()
			.map_err(|error| failed(&error))
	}

	/// The methods that the node serves.
	pub async fn methods(&self) -> Result<Vec<String>, ChainError> {
		#[derive(serde::Deserialize)]
		struct Methods {
			methods: Vec<String>,
		}
		let connection = self.connect().await?;
		let found: Methods = connection.request("rpc_methods", rpc_params![]).await?;
		Ok(found.methods)
	}

	/// What a transaction for the best block's child is composed with.
	pub async fn composer(&self) -> Result<Arc<Composer>, ChainError> {
		let connection = self.connect().await?;
		let (best, _) = self.best(&connection).await?;
		self.composer_at(&connection, best).await
	}

	/// The connection, made anew if there is none.
	async fn connect(&self) -> Result<Arc<Connection>, ChainError> {
		let mut slot = self.inner.connection.lock().await;
		if let Some(connection) = slot.as_ref().filter(|connection| !connection.is_closed()) {
			return Ok(connection.clone());
		}
		*slot = None;
		let config = &self.inner.config;
		let changed = self.inner.changed.clone();
		let fresh = Connection::open(&config.url, config.timeout, changed).await?;
		if let Some(expected) = config.genesis.filter(|expected| *expected != fresh.genesis()) {
			return Err(ChainError::WrongChain {
				url: config.url.clone(),
				expected: hexed::encode(&expected),
				found: hexed::encode(&fresh.genesis()),
			});
		}
		let fresh = Arc::new(fresh);
		*slot = Some(fresh.clone());
		Ok(fresh)
	}

	async fn header(
		&self,
		connection: &Connection,
		hash: [u8; 32],
	) -> Result<SubstrateHeader<H256>, ChainError> {
		let header: Option<SubstrateHeader<H256>> =
			connection.request("chain_getHeader", rpc_params![H256(hash)]).await?;
		header.ok_or_else(|| answer("a block's header", "the node does not know the block"))
	}

	async fn hash_of(&self, connection: &Connection, number: u32) -> Result<[u8; 32], ChainError> {
		let hash: Option<H256> =
			connection.request("chain_getBlockHash", rpc_params![number]).await?;
		let missing = || answer(&format!("the hash of block {number}"), "there is none");
		hash.map(|hash| hash.0).ok_or_else(missing)
	}

	async fn block(&self, connection: &Connection, hash: [u8; 32]) -> Result<BlockId, ChainError> {
		let header = self.header(connection, hash).await?;
		Ok(BlockId { number: number_of(&header)?, hash })
	}

	async fn finalized(&self, connection: &Connection) -> Result<(BlockId, At), ChainError> {
		let hash: H256 = connection.request("chain_getFinalizedHead", rpc_params![]).await?;
		let block = self.block(connection, hash.0).await?;
		Ok((block, connection.at(block).await?))
	}

	async fn best(&self, connection: &Connection) -> Result<(BlockId, At), ChainError> {
		let hash: Option<H256> = connection.request("chain_getBlockHash", rpc_params![]).await?;
		let hash = hash.ok_or_else(|| answer("the best block", "there is none"))?;
		let block = self.block(connection, hash.0).await?;
		Ok((block, connection.at(block).await?))
	}

	/// Calls a function of a runtime API; arguments and answer are matched by the metadata.
	async fn runtime_api<T: DecodeAsType>(
		&self,
		connection: &Connection,
		at: &At,
		api: &str,
		method: &str,
		arguments: Vec<Value>,
	) -> Result<T, ChainError> {
		let call = subxt::dynamic::runtime_api_call::<_, T>(api, method, arguments);
		let answered = connection.within(at.runtime_apis().call(call)).await?;
		answered.map_err(|error| connection.failed(&format!("{api}.{method}"), error))
	}

	async fn head(&self, connection: &Connection, at: &At) -> Result<Head, ChainError> {
		let argument = vec![Value::from_bytes(self.inner.config.operator)];
		let head: HeadOf =
			self.runtime_api(connection, at, "AttestationApi", "head", argument).await?;
		Ok(Head { next_seq: head.next_seq, head: head.head })
	}

	/// How many receipts the operator can anchor at once, at this block.
	async fn affordable(&self, connection: &Connection, at: &At) -> Result<u64, ChainError> {
		let argument = vec![Value::from_bytes(self.inner.config.operator)];
		let gas: GasStatus =
			self.runtime_api(connection, at, "AttestationApi", "gas", argument).await?;
		let limit = at
			.metadata_ref()
			.pallet_by_name("Attestation")
			.and_then(|pallet| pallet.constant_by_name("MaxReceiptsPerBatch"))
			.and_then(|constant| u32::decode(&mut constant.value()).ok())
			.unwrap_or(qh_receipts::MAX_BATCH_RECEIPTS);
		Ok(gas.affordable().min(limit.into()))
	}

	/// The batches of a block: from its state, or from the off-chain index once that is pruned.
	async fn batches(
		&self,
		connection: &Connection,
		block: BlockId,
	) -> Result<Vec<BatchLeaf>, ChainError> {
		let key = hexed::encode(&decode::storage_key("Attestation", "Batches"));
		let state: Result<Option<String>, _> =
			connection.request("state_getStorage", rpc_params![key, H256(block.hash)]).await;
		let found = match state {
			Err(ChainError::Rpc { .. }) => {
				let key = hexed::encode(&batches_key(block.number, &block.hash));
				connection
					.request("offchain_localStorageGet", rpc_params!["PERSISTENT", key])
					.await?
			}
			other => other?,
		};
		let Some(text) = found else { return Ok(Vec::new()) };
		let what = format!("the batches of block {}", block.number);
		let bytes = hexed::decode(&text).map_err(|error| answer(&what, error))?;
		Vec::<BatchLeaf>::decode_all(&mut bytes.as_slice()).map_err(|error| answer(&what, error))
	}

	async fn composer_at(
		&self,
		connection: &Connection,
		best: BlockId,
	) -> Result<Arc<Composer>, ChainError> {
		let version: serde_json::Value =
			connection.request("state_getRuntimeVersion", rpc_params![H256(best.hash)]).await?;
		let spec_version: u32 = field(&version, "specVersion")?;
		if let Some(composer) = connection.composer(spec_version) {
			return Ok(composer);
		}
		let properties: serde_json::Value =
			connection.request("system_properties", rpc_params![]).await?;
		let runtime = Runtime {
			spec_name: field(&version, "specName")?,
			spec_version,
			transaction_version: field(&version, "transactionVersion")?,
			token_decimals: decode::property(&properties, "tokenDecimals")?,
			token_symbol: decode::property(&properties, "tokenSymbol")?,
		};
		let parameter = hexed::encode(&15u32.encode());
		let text: String = connection
			.request(
				"state_call",
				rpc_params!["Metadata_metadata_at_version", parameter, H256(best.hash)],
			)
			.await?;
		let what = "the runtime's metadata";
		let bytes = hexed::decode(&text).map_err(|error| answer(what, error))?;
		let metadata = Option::<Vec<u8>>::decode_all(&mut bytes.as_slice())
			.map_err(|error| answer(what, error))?
			.ok_or_else(|| answer(what, "the runtime has none of version 15"))?;
		// Merkleizing the metadata takes a moment of pure computing.
		let composer = tokio::task::spawn_blocking(move || {
			let metadata = RuntimeMetadataPrefixed::decode_all(&mut metadata.as_slice())
				.map_err(|error| answer(what, error))?;
			Composer::new(metadata, runtime).map_err(ChainError::from)
		})
		.await
		.map_err(|error| answer(what, error))??;
		let composer = Arc::new(composer);
		connection.keep_composer(composer.clone());
		Ok(composer)
	}
}

impl Chain for Node {
	async fn view(&self) -> Result<View, ChainError> {
		let connection = self.connect().await?;
		let (finalized, at_finalized) = self.finalized(&connection).await?;
		let (best, at_best) = self.best(&connection).await?;
		let account = vec![Value::from_bytes(self.inner.config.agent)];
		let nonce = self
			.runtime_api(&connection, &at_best, "AccountNonceApi", "account_nonce", account)
			.await?;
		Ok(View {
			finalized,
			finalized_head: self.head(&connection, &at_finalized).await?,
			best,
			best_head: self.head(&connection, &at_best).await?,
			nonce,
			spec_version: at_best.spec_version(),
			affordable: self.affordable(&connection, &at_best).await?,
		})
	}

	async fn operator(&self) -> Result<OperatorState, ChainError> {
		let connection = self.connect().await?;
		let (_, best) = self.best(&connection).await?;
		let operator = || vec![Value::from_bytes(self.inner.config.operator)];
		let info: Option<OperatorInfo> =
			self.runtime_api(&connection, &best, "OperatorsApi", "operator", operator()).await?;
		let Some(info) = info else { return Ok(OperatorState::default()) };
		let beat: Option<HeartbeatStatus> = self
			.runtime_api(&connection, &best, "OperatorsApi", "heartbeat_status", operator())
			.await?;
		let keys = connection
			.within(best.storage().try_fetch(("Session", "NextKeys"), operator()))
			.await?
			.map_err(|error| connection.failed("Session.NextKeys", error))?;
		Ok(OperatorState {
			registered: true,
			agent: Some(info.agent),
			health: info.health_name(),
			window: beat.map(|beat| beat.window()).unwrap_or_default(),
			session_keys: keys.map(|keys| keys.into_bytes()),
		})
	}

	async fn node(&self, session_keys: Option<Vec<u8>>) -> Result<NodeState, ChainError> {
		let connection = self.connect().await?;
		let health: serde_json::Value = connection.request("system_health", rpc_params![]).await?;
		let has_session_keys = match session_keys {
			None => None,
			// A node may refuse to tell whose keys it has: then it is not known.
			Some(keys) => connection
				.request("author_hasSessionKeys", rpc_params![hexed::encode(&keys)])
				.await
				.ok(),
		};
		let state = NodeState {
			version: connection.request("system_version", rpc_params![]).await?,
			chain: connection.request("system_chain", rpc_params![]).await?,
			peers: field(&health, "peers")?,
			syncing: field(&health, "isSyncing")?,
			pool: None,
			has_session_keys,
		};
		// Last, because the answer of a node with a full pool may be too large for a connection.
		let pool: Result<Vec<serde::de::IgnoredAny>, _> =
			connection.request("author_pendingExtrinsics", rpc_params![]).await;
		Ok(NodeState { pool: pool.ok().map(|pool| pool.len() as u64), ..state })
	}

	async fn compose(&self, call: &Call, nonce: u32) -> Result<Unsigned, ChainError> {
		self.compose_for(self.inner.config.agent, call.parts(), nonce).await
	}

	async fn submit(&self, transaction: &[u8]) -> Result<Submission, ChainError> {
		let connection = self.connect().await?;
		let parameters = rpc_params![hexed::encode(transaction)];
		match connection.request::<String>("author_submitExtrinsic", parameters).await {
			Ok(_) => Ok(Submission::Pooled),
			Err(ChainError::Rpc { code, message, .. }) => decode::submission(code, message),
			Err(error) => Err(error),
		}
	}

	async fn anchored(&self, above: u32, through: BlockId) -> Result<Vec<Anchored>, ChainError> {
		let connection = self.connect().await?;
		let operator = self.inner.config.operator;
		let blocks = stream::iter(above.saturating_add(1)..=through.number)
			.map(|number| {
				let connection = connection.clone();
				async move {
					let hash = self.hash_of(&connection, number).await?;
					let block = BlockId { number, hash };
					let batches = self.batches(&connection, block).await?;
					Ok::<_, ChainError>(Anchored { block, batches })
				}
			})
			.buffered(PARALLEL)
			.try_filter(|anchored| {
				let ours = anchored.batches.iter().any(|batch| batch.operator == operator);
				std::future::ready(ours)
			});
		blocks.try_collect().await
	}

	async fn prove(&self, block: BlockId, at: BlockId) -> Result<RangeProof, ChainError> {
		let connection = self.connect().await?;
		let what = format!("the proof of block {} at block {}", block.number, at.number);
		// Block N's leaf is added by its child.
		let child = block.number.saturating_add(1);
		let proof: LeavesProof = connection
			.request("mmr_generateProof", rpc_params![vec![child], at.number, H256(at.hash)])
			.await?;
		let (leaf, items) = proof.one(block.number, at.number, &what)?;
		let header = self.header(&connection, at.hash).await?.encode();
		if blake2_256(&[&header]) != at.hash {
			return Err(answer(&what, "the header does not have the block's hash"));
		}
		Ok(RangeProof { leaf, items, header, block: at })
	}

	async fn changed(&self) {
		let _ = tokio::time::timeout(IDLE, self.inner.changed.notified()).await;
	}
}

fn number_of(header: &SubstrateHeader<H256>) -> Result<u32, ChainError> {
	use subxt::config::Header;
	u32::try_from(header.number()).map_err(|error| answer("a block's number", error))
}

fn answer(what: &str, reason: impl std::fmt::Display) -> ChainError {
	ChainError::Answer { what: what.to_owned(), reason: reason.to_string() }
}
