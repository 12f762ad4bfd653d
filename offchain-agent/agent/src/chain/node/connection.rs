// SPDX-License-Identifier: Apache-2.0
//! One WebSocket connection, and what is known of the node behind it.

use super::{answer, At};
use crate::{
	chain::{extrinsic::Composer, ChainError},
	outbox::BlockId,
};
use serde::de::DeserializeOwned;
use std::{
	fmt::Display,
	future::Future,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc, Mutex, PoisonError,
	},
	time::Duration,
};
use subxt::{
	backend::{BlockRef, LegacyBackend},
	config::substrate::{SubstrateConfig, H256},
	OnlineClient,
};
use subxt_rpcs::{
	client::{rpc_params, RpcParams, RpcSubscription},
	RpcClient,
};
use tokio::{sync::Notify, task::AbortHandle};

/// A connection. Dropping it ends its listener.
pub(super) struct Connection {
	url: String,
	timeout: Duration,
	rpc: RpcClient,
	client: OnlineClient<SubstrateConfig>,
	composer: Mutex<Option<Arc<Composer>>>,
	closed: Arc<AtomicBool>,
	listener: AbortHandle,
}

impl Connection {
	/// Connects, and tells `changed` of every new best or finalized block until it breaks.
	pub(super) async fn open(
		url: &str,
		timeout: Duration,
		changed: Arc<Notify>,
	) -> Result<Self, ChainError> {
		let unreachable = |reason: String| ChainError::Unreachable { url: url.to_owned(), reason };
		let opened = async {
			let rpc = RpcClient::from_insecure_url(url).await.map_err(|error| reason(&error))?;
			let backend = LegacyBackend::builder().build(rpc.clone());
			let config = SubstrateConfig::new();
			let client = OnlineClient::<SubstrateConfig>::from_backend_with_config(
				config,
				Arc::new(backend),
			)
			.await
			.map_err(|error| reason(&error))?;
			let best = rpc
				.subscribe::<serde::de::IgnoredAny>(
					"chain_subscribeNewHeads",
					rpc_params![],
					"chain_unsubscribeNewHeads",
				)
				.await
				.map_err(|error| reason(&error))?;
			let finalized = rpc
				.subscribe::<serde::de::IgnoredAny>(
					"chain_subscribeFinalizedHeads",
					rpc_params![],
					"chain_unsubscribeFinalizedHeads",
				)
				.await
				.map_err(|error| reason(&error))?;
			Ok((rpc, client, best, finalized))
		};
		let (rpc, client, mut best, mut finalized) = tokio::time::timeout(timeout, opened)
			.await
			.map_err(|_| unreachable(format!("no answer within {} ms", timeout.as_millis())))?
			.map_err(unreachable)?;
		let closed = Arc::new(AtomicBool::new(false));
		let ended = closed.clone();
		let listener = tokio::spawn(async move {
			loop {
				let news = tokio::select! {
					news = best.next() => news,
					news = finalized.next() => news,
				};
				let over = !matches!(news, Some(Ok(_)));
				if over {
					ended.store(true, Ordering::SeqCst);
				}
				changed.notify_one();
				if over {
					return;
				}
			}
		})
		.abort_handle();
		tracing::info!(url, "connected to the node");
		let (url, composer) = (url.to_owned(), Mutex::default());
		Ok(Self { url, timeout, rpc, client, composer, closed, listener })
	}

	/// Whether it broke.
	pub(super) fn is_closed(&self) -> bool {
		self.closed.load(Ordering::SeqCst)
	}

	/// Genesis hash of the node's chain.
	pub(super) fn genesis(&self) -> [u8; 32] {
		self.client.genesis_hash().0
	}

	/// A request, answered within the time limit.
	pub(super) async fn request<T: DeserializeOwned>(
		&self,
		method: &str,
		parameters: RpcParams,
	) -> Result<T, ChainError> {
		let answered = self.within(self.rpc.request::<T>(method, parameters)).await?;
		answered.map_err(|error| self.refused(method, error))
	}

	/// A subscription, begun within the time limit.
	pub(super) async fn subscribe<T: DeserializeOwned>(
		&self,
		method: &str,
		parameters: RpcParams,
		end: &str,
	) -> Result<RpcSubscription<T>, ChainError> {
		let begun = self.within(self.rpc.subscribe::<T>(method, parameters, end)).await?;
		begun.map_err(|error| self.refused(method, error))
	}

	/// What an error of the transport says of the node.
	pub(super) fn refused(&self, method: &str, error: subxt_rpcs::Error) -> ChainError {
		match error {
			subxt_rpcs::Error::User(error) => {
				let data = error.data.as_ref().map(|data| data.get());
				ChainError::Rpc {
					method: method.to_owned(),
					code: error.code,
					message: match data {
						Some(data) => format!("{}: {}", error.message, data.trim_matches('"')),
						None => error.message,
					},
				}
			}
			subxt_rpcs::Error::Deserialization(error) => answer(method, error),
			error => self.broke(reason(&error)),
		}
	}

	/// The chain at this block.
	pub(super) async fn at(&self, block: BlockId) -> Result<At, ChainError> {
		let reference = BlockRef::from_hash(H256(block.hash));
		let at = self.client.at_block_hash_and_number(reference, block.number.into());
		self.within(at)
			.await?
			.map_err(|error| self.failed(&format!("block {}", block.number), error))
	}

	/// Waits for `future`, but not longer than for any answer.
	pub(super) async fn within<T>(&self, future: impl Future<Output = T>) -> Result<T, ChainError> {
		tokio::time::timeout(self.timeout, future).await.map_err(|_| {
			// A node that hangs is as good as gone: the next request tries a new connection.
			self.broke(format!("no answer within {} ms", self.timeout.as_millis()))
		})
	}

	/// What to make of an error of subxt: it may stem from a connection that broke.
	pub(super) fn failed(&self, what: &str, error: impl std::error::Error) -> ChainError {
		let reason = reason(&error);
		if self.is_closed() || reason.contains("connection") {
			return self.broke(reason);
		}
		answer(what, reason)
	}

	/// The composer for this runtime version, if there is one already.
	pub(super) fn composer(&self, spec_version: u32) -> Option<Arc<Composer>> {
		let slot = self.composer.lock().unwrap_or_else(PoisonError::into_inner);
		slot.as_ref().filter(|kept| kept.runtime().spec_version == spec_version).cloned()
	}

	/// Keeps a composer for the next transactions.
	pub(super) fn keep_composer(&self, composer: Arc<Composer>) {
		*self.composer.lock().unwrap_or_else(PoisonError::into_inner) = Some(composer);
	}

	pub(super) fn broke(&self, reason: impl Display) -> ChainError {
		self.closed.store(true, Ordering::SeqCst);
		ChainError::Unreachable { url: self.url.clone(), reason: reason.to_string() }
	}
}

impl Drop for Connection {
	fn drop(&mut self) {
		self.listener.abort();
	}
}

/// An error with what caused it: the outermost of these libraries' errors often says the least.
fn reason(error: &dyn std::error::Error) -> String {
	let mut text = error.to_string();
	let mut source = error.source();
	while let Some(error) = source {
		let more = error.to_string();
		if !text.contains(&more) {
			text.push_str(": ");
			text.push_str(&more);
		}
		source = error.source();
	}
	// Each layer of these libraries says the same in front.
	text.replace("RPC error: ", "").replace("client error: ", "")
}
