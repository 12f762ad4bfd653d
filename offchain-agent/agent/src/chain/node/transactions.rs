// SPDX-License-Identifier: Apache-2.0
//! Transactions: composed for whoever will sign them, and followed until they are final.

use super::{answer, At, Connection, Node};
use crate::{
	chain::{
		extrinsic::{Placement, Unsigned, MORTALITY},
		ChainError,
	},
	hexed,
	outbox::BlockId,
};
use serde::Deserialize;
use subxt::{config::substrate::H256, dynamic::Value, error::DispatchError, events::Phase};
use subxt_rpcs::client::rpc_params;

/// Depth of a block that is taken for settled while nothing is finalized.
const BURIED: u32 = 8;
/// What the pool answers to a transaction that it has, or had a moment ago.
const KNOWN: i32 = 1013;
/// Where the errors of pallets begin among the runtime's custom validation errors, the highest
/// first (FORMATS.md, "Validation errors").
const CUSTOM_ERRORS: [(u8, &str); 2] = [(128, "Attestation"), (64, "Operators")];

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// It is in this finalized block and did what it says.
	Done(BlockId),
	/// It is in this finalized block and failed there.
	Failed(BlockId, String),
	/// It is in no block, for this reason.
	Refused(String),
}

/// What the pool tells of a transaction that is watched. What is not named here is no end.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Progress {
	Final {
		finalized: H256,
	},
	TimedOut {
		#[serde(rename = "finalityTimeout")]
		_block: H256,
	},
	Usurped {
		#[serde(rename = "usurped")]
		_by: H256,
	},
	Word(String),
	Other(serde::de::IgnoredAny),
}

impl Node {
	/// Nonce of an account's next transaction on top of the best block.
	pub async fn nonce_of(&self, account: [u8; 32]) -> Result<u32, ChainError> {
		let connection = self.connect().await?;
		let (_, best) = self.best(&connection).await?;
		let argument = vec![Value::from_bytes(account)];
		self.runtime_api(&connection, &best, "AccountNonceApi", "account_nonce", argument).await
	}

	/// The transaction of `account` that makes a call, but for its signature.
	pub async fn compose_for(
		&self,
		account: [u8; 32],
		call: (&'static str, &'static str, Vec<(&'static str, Value)>),
		nonce: u32,
	) -> Result<Unsigned, ChainError> {
		let connection = self.connect().await?;
		let (best, _) = self.best(&connection).await?;
		let composer = self.composer_at(&connection, best).await?;
		let birth = self.birth(&connection, best).await?;
		let placement = Placement {
			genesis: connection.genesis(),
			account,
			nonce,
			birth: birth.number,
			birth_hash: birth.hash,
		};
		let (pallet, name, arguments) = call;
		let composed = tokio::task::spawn_blocking(move || {
			let call = composer.call(pallet, name, arguments)?;
			composer.compose(call, &placement)
		})
		.await
		.map_err(|error| answer("the composed transaction", error))?;
		Ok(composed?)
	}

	/// Hands a signed transaction to the node and waits until it is final. The node drops it, which
	/// ends this too, when its last block has passed.
	pub async fn finalize(&self, transaction: &[u8]) -> Result<Outcome, ChainError> {
		let connection = self.connect().await?;
		let text = hexed::encode(transaction);
		let (method, end) = ("author_submitAndWatchExtrinsic", "author_unwatchExtrinsic");
		let mut progress =
			match connection.subscribe::<Progress>(method, rpc_params![&text], end).await {
				Ok(progress) => progress,
				Err(ChainError::Rpc { code: KNOWN, .. }) => {
					let reason =
						"the node has it already: it waits in the pool, or was included a \
					              moment ago";
					return Ok(Outcome::Refused(reason.to_owned()));
				}
				Err(ChainError::Rpc { message, .. }) => {
					return Ok(Outcome::Refused(self.explain(message).await?));
				}
				Err(error) => return Err(error),
			};
		loop {
			let news =
				progress.next().await.ok_or_else(|| connection.broke("it ended the watch"))?;
			match news.map_err(|error| connection.refused(method, error))? {
				Progress::Final { finalized } => {
					let block = self.block(&connection, finalized.0).await?;
					let at = connection.at(block).await?;
					return self.outcome(&connection, block, &at, &text).await;
				}
				Progress::TimedOut { .. } => {
					let reason = "it is in a block, but finality stands still: try again later";
					return Ok(Outcome::Refused(reason.to_owned()));
				}
				Progress::Usurped { .. } => {
					let reason = "another transaction with the same nonce took its place";
					return Ok(Outcome::Refused(reason.to_owned()));
				}
				Progress::Word(word) if ["invalid", "dropped"].contains(&word.as_str()) => {
					let reason = format!(
						"the node found it {word} later: its time is over, or the chain changed"
					);
					return Ok(Outcome::Refused(reason));
				}
				Progress::Word(_) | Progress::Other(_) => {}
			}
		}
	}

	/// What a transaction did in the block that holds it.
	async fn outcome(
		&self,
		connection: &Connection,
		block: BlockId,
		at: &At,
		transaction: &str,
	) -> Result<Outcome, ChainError> {
		#[derive(Deserialize)]
		struct Answer {
			block: Body,
		}
		#[derive(Deserialize)]
		struct Body {
			extrinsics: Vec<String>,
		}
		let what = format!("the events of block {}", block.number);
		let body: Answer =
			connection.request("chain_getBlock", rpc_params![H256(block.hash)]).await?;
		let index = body.block.extrinsics.iter().position(|found| found == transaction);
		let index = index.ok_or_else(|| answer(&what, "the transaction is not in the block"))?;
		let events = connection
			.within(at.events().fetch())
			.await?
			.map_err(|error| connection.failed(&what, error))?;
		for event in events.iter() {
			let event = event.map_err(|error| answer(&what, error))?;
			let ours = matches!(event.phase(), Phase::ApplyExtrinsic(at) if at as usize == index);
			if ours && event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
				let error = DispatchError::decode_from(event.field_bytes(), at.metadata())
					.map_err(|error| answer(&what, error))?;
				return Ok(Outcome::Failed(block, error.to_string()));
			}
		}
		Ok(Outcome::Done(block))
	}

	/// A refusal of the pool, with the pallet's own words where it gives only a number.
	async fn explain(&self, message: String) -> Result<String, ChainError> {
		let number = message
			.split("Custom error: ")
			.nth(1)
			.and_then(|tail| tail.split(|c: char| !c.is_ascii_digit()).next())
			.and_then(|digits| digits.parse::<u8>().ok());
		let Some(number) = number else { return Ok(message) };
		let composer = self.composer().await?;
		let named = CUSTOM_ERRORS.iter().find(|(base, _)| number >= *base);
		let words =
			named.and_then(|(base, pallet)| composer.error(pallet, number.saturating_sub(*base)));
		Ok(words.unwrap_or(message))
	}

	/// The block from which a transaction is valid: a finalized one, which no reorganisation takes
	/// away; but where finality stands still, one of the best chain that leaves time to be included.
	async fn birth(&self, connection: &Connection, best: BlockId) -> Result<BlockId, ChainError> {
		let hash: H256 = connection.request("chain_getFinalizedHead", rpc_params![]).await?;
		let finalized = self.block(connection, hash.0).await?;
		if best.number.saturating_sub(finalized.number) <= MORTALITY.div_ceil(2) {
			return Ok(finalized);
		}
		let number = best.number.saturating_sub(BURIED);
		Ok(BlockId { number, hash: self.hash_of(connection, number).await? })
	}
}
