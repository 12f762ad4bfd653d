// SPDX-License-Identifier: Apache-2.0
//! A test's view of a node: plain JSON-RPC, none of the project's own clients.

use anyhow::{bail, Context, Result};
use serde::Deserialize;
use std::time::{Duration, Instant};
use subxt_rpcs::{
	client::{rpc_params, RpcParams},
	RpcClient,
};

/// A block's number and hash as the node writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
	/// Height.
	pub number: u32,
	/// `0x` and 64 hexadecimal digits.
	pub hash: String,
}

/// The parts of a header that the tests read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
	/// `0x` and the height in hexadecimal.
	pub number: String,
	/// The parent's hash.
	pub parent_hash: String,
	/// Digest items, SCALE in hexadecimal.
	pub digest: Digest,
}

/// The digest of a header.
#[derive(Clone, Debug, Deserialize)]
pub struct Digest {
	/// Its items.
	pub logs: Vec<String>,
}

impl Header {
	/// The height.
	pub fn height(&self) -> Result<u32> {
		u32::from_str_radix(self.number.trim_start_matches("0x"), 16)
			.with_context(|| format!("a block number that is no hexadecimal: {}", self.number))
	}
}

/// Where a node's voter stands in finality.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rounds {
	/// The set of authorities.
	pub set_id: u32,
	/// The round under way.
	pub best: Round,
}

/// A round of finality.
#[derive(Clone, Debug, Deserialize)]
pub struct Round {
	/// Its number within the set.
	pub round: u32,
}

/// A connection to a node's JSON-RPC.
#[derive(Clone, Debug)]
pub struct Rpc {
	client: RpcClient,
	url: String,
}

impl Rpc {
	/// Connects to the node on `port`.
	pub async fn connect(port: u16) -> Result<Self> {
		let url = format!("ws://127.0.0.1:{port}");
		let client = RpcClient::from_insecure_url(&url)
			.await
			.with_context(|| format!("cannot connect to {url}"))?;
		Ok(Self { client, url })
	}

	/// Where it is connected to.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Calls any method.
	pub async fn call<T: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		params: RpcParams,
	) -> Result<T> {
		self.client
			.request(method, params)
			.await
			.with_context(|| format!("{method} on {}", self.url))
	}

	/// Where the node's voter stands.
	pub async fn rounds(&self) -> Result<Rounds> {
		self.call("grandpa_roundState", rpc_params![]).await
	}

	/// Hash of the block at `number`, if there is one.
	pub async fn hash_at(&self, number: u32) -> Result<Option<String>> {
		self.call("chain_getBlockHash", rpc_params![number]).await
	}

	/// Hash of the genesis block.
	pub async fn genesis(&self) -> Result<String> {
		self.hash_at(0).await?.context("a chain without a genesis block")
	}

	/// A header, the best one without a hash.
	pub async fn header(&self, hash: Option<&str>) -> Result<Header> {
		match hash {
			Some(hash) => self.call("chain_getHeader", rpc_params![hash]).await,
			None => self.call("chain_getHeader", rpc_params![]).await,
		}
	}

	/// The best block.
	pub async fn best(&self) -> Result<Block> {
		let number = self.header(None).await?.height()?;
		let hash = self.hash_at(number).await?.context("the best block has no hash")?;
		Ok(Block { number, hash })
	}

	/// The last finalized block.
	pub async fn finalized(&self) -> Result<Block> {
		let hash: String = self.call("chain_getFinalizedHead", rpc_params![]).await?;
		let number = self.header(Some(&hash)).await?.height()?;
		Ok(Block { number, hash })
	}

	/// Waits until finality has reached `number`, by the node's own subscription.
	pub async fn wait_finalized(&self, number: u32, deadline: Duration) -> Result<Block> {
		self.wait(
			"chain_subscribeFinalizedHeads",
			"chain_unsubscribeFinalizedHeads",
			number,
			deadline,
		)
		.await
		.with_context(|| format!("waiting for finality of block {number} on {}", self.url))?;
		self.finalized().await
	}

	/// Waits until the best block has reached `number`.
	pub async fn wait_best(&self, number: u32, deadline: Duration) -> Result<Block> {
		self.wait("chain_subscribeNewHeads", "chain_unsubscribeNewHeads", number, deadline)
			.await
			.with_context(|| format!("waiting for block {number} on {}", self.url))?;
		self.best().await
	}

	async fn wait(&self, sub: &str, unsub: &str, number: u32, deadline: Duration) -> Result<()> {
		let mut heads = self.client.subscribe::<Header>(sub, rpc_params![], unsub).await?;
		let until = Instant::now() + deadline;
		loop {
			let left = until.saturating_duration_since(Instant::now());
			match tokio::time::timeout(left, heads.next()).await {
				Ok(Some(Ok(header))) if header.height()? >= number => return Ok(()),
				Ok(Some(Ok(_))) => {}
				Ok(Some(Err(error))) => return Err(error.into()),
				Ok(None) => bail!("the node ended the subscription"),
				Err(_) => bail!("not reached within {deadline:?}"),
			}
		}
	}
}
