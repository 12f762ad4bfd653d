// SPDX-License-Identifier: Apache-2.0
//! What the agent needs of a chain, behind a trait: [`node::Node`] is the real one, over subxt; the
//! tests of the sender bring one that forks, forgets and crashes.

mod call;
pub mod extrinsic;
pub mod node;

use crate::outbox::{BlockId, View};
use extrinsic::{ComposeError, Unsigned};
use qh_receipts::BatchLeaf;
use std::future::Future;

pub use call::{Call, Heartbeat};

/// What became of a transaction that was handed to the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
	/// It is in the pool, now or since before.
	Pooled,
	/// The pool is full or holds another with the same nonce: the same one may be taken later.
	Later(String),
	/// It is invalid as it is.
	Refused(String),
}

/// A block's batches, of which at least one is the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
	/// The block.
	pub block: BlockId,
	/// All batches of the block, in their order.
	pub batches: Vec<BatchLeaf>,
}

/// Proof of a block's batches against a later header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeProof {
	/// SCALE of the leaf of the Merkle mountain range.
	pub leaf: Vec<u8>,
	/// Items of the proof.
	pub items: Vec<[u8; 32]>,
	/// SCALE of the header whose digest holds the range's root.
	pub header: Vec<u8>,
	/// Its block.
	pub block: BlockId,
}

/// A heartbeat window from the operator's side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
	/// Number of the current window.
	pub index: u32,
	/// Blocks of it so far.
	pub blocks: u32,
	/// Whether the operator was already seen in it, by a heartbeat or by a block.
	pub seen: bool,
}

/// The operator's own state on chain, at the best block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorState {
	/// Whether the operator is registered.
	pub registered: bool,
	/// The agent account that the chain knows, if registered.
	pub agent: Option<[u8; 32]>,
	/// `healthy`, `recovering`, `unhealthy`, as the chain names it.
	pub health: Option<String>,
	/// The current heartbeat window.
	pub window: Window,
	/// SCALE of the session keys that the chain holds for the operator.
	pub session_keys: Option<Vec<u8>>,
}

/// The node's own state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeState {
	/// Version, as the node prints it.
	pub version: String,
	/// Name of the chain.
	pub chain: String,
	/// Connected peers.
	pub peers: u64,
	/// Whether it is catching up.
	pub syncing: bool,
	/// Transactions that wait in its pool, if it tells.
	pub pool: Option<u64>,
	/// Whether the node has the session keys that the chain holds for the operator; none if the
	/// operator has none or the node does not tell.
	pub has_session_keys: Option<bool>,
}

/// Why the chain did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
	/// No connection, or it broke, or an answer took too long.
	#[error("cannot reach the node at {url}: {reason}")]
	Unreachable {
		/// The node.
		url: String,
		/// Why.
		reason: String,
	},
	/// The node is on another chain.
	#[error(
		"the node at {url} is on the chain {found}, this agent belongs to {expected}: set node.url \
		 to a node of that chain"
	)]
	WrongChain {
		/// The node.
		url: String,
		/// The genesis hash that this agent is bound to.
		expected: String,
		/// The node's genesis hash.
		found: String,
	},
	/// The node answered a request with an error.
	#[error("the node refused {method}: {message} (code {code})")]
	Rpc {
		/// The method.
		method: String,
		/// The code.
		code: i32,
		/// The message.
		message: String,
	},
	/// An answer that is not what the method gives.
	#[error("cannot read {what}: {reason}")]
	Answer {
		/// What was asked for.
		what: String,
		/// What is wrong.
		reason: String,
	},
	/// A transaction cannot be composed for this runtime.
	#[error(transparent)]
	Compose(#[from] ComposeError),
	/// A batch that is final is in none of the blocks that can hold it.
	#[error(
		"receipt {seq} is final but none of the blocks {from} to {to} has its batch in the node's \
		 off-chain index: the node was started without --enable-offchain-indexing=true, or was \
		 not there when they were imported"
	)]
	NotIndexed {
		/// The receipt.
		seq: u64,
		/// First block searched.
		from: u32,
		/// Last block searched.
		to: u32,
	},
}

impl ChainError {
	/// Whether waiting cannot help.
	pub fn is_fatal(&self) -> bool {
		matches!(self, Self::WrongChain { .. })
	}
}

/// A chain that the agent anchors on.
pub trait Chain: Send + Sync + 'static {
	/// A reading of the chain. The nonce is that of the agent's account at the best block.
	fn view(&self) -> impl Future<Output = Result<View, ChainError>> + Send;

	/// The operator's state at the best block.
	fn operator(&self) -> impl Future<Output = Result<OperatorState, ChainError>> + Send;

	/// The node's state. `session_keys` are those that the chain holds for the operator.
	fn node(
		&self,
		session_keys: Option<Vec<u8>>,
	) -> impl Future<Output = Result<NodeState, ChainError>> + Send;

	/// The transaction that carries `call`, but for its signature.
	fn compose(
		&self,
		call: &Call,
		nonce: u32,
	) -> impl Future<Output = Result<Unsigned, ChainError>> + Send;

	/// Hands a signed transaction to the node.
	fn submit(
		&self,
		transaction: &[u8],
	) -> impl Future<Output = Result<Submission, ChainError>> + Send;

	/// The blocks in `above + 1 ..= through` that hold batches of the operator, in order. `through`
	/// is finalized.
	fn anchored(
		&self,
		above: u32,
		through: BlockId,
	) -> impl Future<Output = Result<Vec<Anchored>, ChainError>> + Send;

	/// Proof of the batches of `block` against the header of `at`, a later finalized block.
	fn prove(
		&self,
		block: BlockId,
		at: BlockId,
	) -> impl Future<Output = Result<RangeProof, ChainError>> + Send;

	/// Returns when something may have changed: a new block, or some time has passed.
	fn changed(&self) -> impl Future<Output = ()> + Send;
}
