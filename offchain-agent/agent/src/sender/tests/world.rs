// SPDX-License-Identifier: Apache-2.0
//! A chain in memory with real proofs: blocks, forks, finality, a pool, and bad luck on demand.

mod range;

use crate::{
	chain::{
		extrinsic::{Unsigned, MORTALITY},
		Anchored, Call, Chain, ChainError, NodeState, OperatorState, RangeProof, Submission,
		Window,
	},
	fakes::FakeSigner,
	outbox::{BlockId, View},
};
use codec::{Compact, Decode, DecodeAll, Encode};
use qh_receipts::{batches_root, blake2_256, BatchLeaf, BlockLeaf, Head};
use qh_signer_client::{MetadataProof, TransactionRequest};
use std::sync::{Arc, Mutex};

pub(super) const GENESIS: [u8; 32] = [1; 32];
pub(super) const OPERATOR: [u8; 32] = [2; 32];
pub(super) const AGENT_SEED: u8 = 7;
const WINDOW: u32 = 10;
/// Bytes of an extrinsic in front of its explicit part, after the length.
const BEFORE_EXPLICIT: usize = 2 + 32 + 1 + 897 + 666;

/// Numbers that only look random.
pub(super) struct Rng(pub(super) u64);

impl Rng {
	pub(super) fn below(&mut self, limit: u64) -> u64 {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		(self.0 >> 11) % limit
	}

	pub(super) fn one_in(&mut self, chances: u64) -> bool {
		self.below(chances) == 0
	}
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
struct Extra {
	nonce: u32,
	birth: u32,
	spec_version: u32,
}

#[derive(Clone, Debug, PartialEq, Encode, Decode)]
enum FakeCall {
	Anchor(u64, u64, [u8; 32], [u8; 32], [u8; 32]),
	Heartbeat,
	Rotate(Vec<u8>),
}

#[derive(Clone, Debug, PartialEq)]
struct Tx {
	bytes: Vec<u8>,
	extra: Extra,
	call: FakeCall,
}

#[derive(Clone, Debug)]
struct State {
	head: Head,
	nonce: u32,
	spec_version: u32,
	seen_in: Option<u32>,
	session_keys: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Block {
	header: Vec<u8>,
	hash: [u8; 32],
	batches: Vec<BatchLeaf>,
	beats: Vec<u32>,
	txs: Vec<Tx>,
	state: State,
}

struct World {
	agent: [u8; 32],
	blocks: Vec<Block>,
	finalized: usize,
	pool: Vec<Tx>,
	upgrade: bool,
	/// Whether waiting for a change makes a block.
	ticking: bool,
	/// Calls that fail: one in so many.
	fail: Option<(Rng, u64)>,
	/// So many calls succeed, and so many after them fail.
	away: (u32, u32),
}

/// The chain; clones share it.
#[derive(Clone)]
pub(super) struct FakeChain(Arc<Mutex<World>>);

impl World {
	fn best(&self) -> &Block {
		self.blocks.last().unwrap()
	}

	fn leaf(&self, number: usize) -> BlockLeaf {
		let block = &self.blocks[number];
		let batches_root = batches_root(&block.batches);
		BlockLeaf { number: number as u32, hash: block.hash, batches_root }
	}

	fn leaves(&self, count: usize) -> Vec<[u8; 32]> {
		(0..count).map(|number| blake2_256(&[&self.leaf(number).encode()])).collect()
	}

	fn apply(&self, tx: &Tx, state: &mut State, number: u32) -> Result<Option<BatchLeaf>, String> {
		if tx.extra.spec_version != state.spec_version {
			return Err("bad signature".into());
		}
		if tx.extra.birth > number || number >= tx.extra.birth + MORTALITY {
			return Err("ancient birth block".into());
		}
		if tx.extra.nonce != state.nonce {
			return Err("nonce".into());
		}
		match tx.call.clone() {
			FakeCall::Rotate(keys) => {
				state.nonce += 1;
				state.session_keys = keys;
				Ok(None)
			}
			FakeCall::Anchor(first_seq, last_seq, prev_head, new_head, merkle_root) => {
				if (Head { next_seq: first_seq, head: prev_head }) != state.head {
					return Err("does not continue".into());
				}
				state.nonce += 1;
				state.head = Head { next_seq: last_seq + 1, head: new_head };
				let (operator, agent) = (OPERATOR, self.agent);
				Ok(Some(BatchLeaf {
					operator,
					agent,
					first_seq,
					last_seq,
					prev_head,
					new_head,
					merkle_root,
				}))
			}
			FakeCall::Heartbeat => {
				if state.seen_in == Some(number / WINDOW) {
					return Err("seen already".into());
				}
				state.nonce += 1;
				state.seen_in = Some(number / WINDOW);
				Ok(None)
			}
		}
	}

	fn build(&mut self) {
		let number = self.blocks.len() as u32;
		let mut state = self.best().state.clone();
		let (mut batches, mut beats, mut txs) = (Vec::new(), Vec::new(), Vec::new());
		// Foreign batches around the operator's, so that paths are not trivial.
		let foreign = BatchLeaf {
			operator: [9; 32],
			agent: [9; 32],
			first_seq: 0,
			last_seq: 0,
			prev_head: [0; 32],
			new_head: [3; 32],
			merkle_root: [3; 32],
		};
		batches.extend((0..number % 3).map(|_| foreign.clone()));
		let mut pool = std::mem::take(&mut self.pool);
		pool.sort_by_key(|tx| tx.extra.nonce);
		for tx in pool {
			match self.apply(&tx, &mut state, number) {
				Ok(batch) => {
					if tx.call == FakeCall::Heartbeat {
						beats.push(number / WINDOW);
					}
					batches.extend(batch);
					txs.push(tx);
				}
				Err(reason) if reason == "nonce" && tx.extra.nonce > state.nonce => {
					self.pool.push(tx)
				}
				Err(_) => {}
			}
		}
		if std::mem::take(&mut self.upgrade) {
			state.spec_version += 1;
		}
		let root = range::root(&self.leaves(self.blocks.len()));
		let digest = vec![(4u8, qh_receipts::RANGE_ROOT_ENGINE, root.to_vec())];
		let state_root = blake2_256(&[&state.nonce.to_le_bytes(), &state.head.head]);
		let header = (self.best().hash, Compact(number), state_root, [0u8; 32], digest).encode();
		let hash = blake2_256(&[&header]);
		self.blocks.push(Block { header, hash, batches, beats, txs, state });
	}

	fn maybe_fail(&mut self) -> Result<(), ChainError> {
		let unlucky = match &mut self.fail {
			_ if self.away.1 > 0 => self.away.0 == 0,
			Some((rng, chances)) => rng.one_in(*chances),
			None => false,
		};
		self.away = match self.away {
			(0, fail) => (0, fail.saturating_sub(1)),
			(succeed, fail) => (succeed - 1, fail),
		};
		match unlucky {
			true => Err(ChainError::Unreachable { url: "fake".into(), reason: "bad luck".into() }),
			false => Ok(()),
		}
	}
}

impl FakeChain {
	pub(super) fn new() -> Self {
		let public = FakeSigner::new(AGENT_SEED).public();
		let agent = qh_crypto::account_id(qh_crypto::Scheme::Falcon512, &public);
		let state = State {
			head: Head::default(),
			nonce: 0,
			spec_version: 1,
			seen_in: None,
			session_keys: Vec::new(),
		};
		let genesis = Block {
			header: Vec::new(),
			hash: GENESIS,
			batches: Vec::new(),
			beats: Vec::new(),
			txs: Vec::new(),
			state,
		};
		Self(Arc::new(Mutex::new(World {
			agent,
			blocks: vec![genesis],
			finalized: 0,
			pool: Vec::new(),
			upgrade: false,
			ticking: false,
			fail: None,
			away: (0, 0),
		})))
	}

	pub(super) fn build_block(&self) {
		self.0.lock().unwrap().build();
	}

	pub(super) fn finalize_behind(&self, blocks: usize) {
		let mut world = self.0.lock().unwrap();
		world.finalized = world.finalized.max(world.blocks.len().saturating_sub(1 + blocks));
	}

	/// Adds a block with a new runtime and nothing else.
	pub(super) fn upgrade(&self) {
		let mut world = self.0.lock().unwrap();
		let pool = std::mem::take(&mut world.pool);
		world.upgrade = true;
		world.build();
		world.pool = pool;
	}

	/// From here on, waiting for a change makes a block.
	pub(super) fn tick_by_itself(&self) {
		self.0.lock().unwrap().ticking = true;
	}

	pub(super) fn session_keys(&self) -> Vec<u8> {
		self.0.lock().unwrap().best().state.session_keys.clone()
	}

	pub(super) fn empty_pool(&self) {
		self.0.lock().unwrap().pool.clear();
	}

	/// So many of the next calls succeed, and so many after them fail.
	pub(super) fn away_after(&self, succeed: u32, fail: u32) {
		self.0.lock().unwrap().away = (succeed, fail);
	}

	/// Whether every failure that was ordered has been met.
	pub(super) fn is_calm(&self) -> bool {
		self.0.lock().unwrap().away == (0, 0)
	}

	/// From here on nothing fails by itself.
	pub(super) fn calm(&self) {
		self.0.lock().unwrap().fail = None;
	}

	pub(super) fn misfortune(&self, rng: &mut Rng) {
		let mut world = self.0.lock().unwrap();
		world.fail = Some((Rng(rng.below(u64::MAX) | 1), 2 + rng.below(12)));
		if rng.one_in(6) {
			world.pool.clear();
		}
		if rng.one_in(4) {
			let free = world.blocks.len() - 1 - world.finalized;
			for _ in 0..rng.below(free as u64 + 1) {
				let block = world.blocks.pop().unwrap();
				// A retracted block's transactions mostly return to the pool.
				if !rng.one_in(3) {
					world.pool.extend(block.txs);
				}
			}
		}
		world.upgrade = rng.one_in(15);
		for _ in 0..rng.below(3) {
			world.build();
		}
		if rng.one_in(40) {
			for _ in 0..70 {
				world.build();
			}
		}
		let best = world.blocks.len() - 1;
		if rng.one_in(2) {
			world.finalized += rng.below((best - world.finalized) as u64 + 1) as usize;
		}
	}

	/// Numbers of the operator's receipts in finalized blocks, in the order of the chain.
	pub(super) fn final_seqs(&self) -> Vec<u64> {
		let world = self.0.lock().unwrap();
		world.blocks[..=world.finalized]
			.iter()
			.flat_map(|block| &block.batches)
			.filter(|batch| batch.operator == OPERATOR)
			.flat_map(|batch| batch.first_seq..=batch.last_seq)
			.collect()
	}

	/// Windows of the heartbeats on the best chain.
	pub(super) fn heartbeats(&self) -> Vec<u32> {
		let world = self.0.lock().unwrap();
		world.blocks.iter().flat_map(|block| block.beats.clone()).collect()
	}

	pub(super) fn describe(&self) -> String {
		let world = self.0.lock().unwrap();
		format!(
			"best {} finalized {} pool {:?} state {:?}",
			world.blocks.len() - 1,
			world.finalized,
			world.pool.iter().map(|tx| (&tx.extra, &tx.call)).collect::<Vec<_>>(),
			world.best().state
		)
	}
}

impl Chain for FakeChain {
	async fn view(&self) -> Result<View, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		let id = |number: usize| BlockId { number: number as u32, hash: world.blocks[number].hash };
		let best = world.blocks.len() - 1;
		Ok(View {
			finalized: id(world.finalized),
			finalized_head: world.blocks[world.finalized].state.head,
			best: id(best),
			best_head: world.best().state.head,
			nonce: world.best().state.nonce,
			spec_version: world.best().state.spec_version,
			affordable: 100,
		})
	}

	async fn operator(&self) -> Result<OperatorState, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		let number = world.blocks.len() as u32;
		let index = number / WINDOW;
		let seen = world.best().state.seen_in == Some(index);
		Ok(OperatorState {
			registered: true,
			agent: Some(world.agent),
			session_keys: Some(world.best().state.session_keys.clone()),
			window: Window { index, blocks: number % WINDOW, seen },
			..OperatorState::default()
		})
	}

	async fn node(&self, _session_keys: Option<Vec<u8>>) -> Result<NodeState, ChainError> {
		Ok(NodeState::default())
	}

	async fn compose(&self, call: &Call, nonce: u32) -> Result<Unsigned, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		let call = match call {
			Call::Anchor { first_seq, last_seq, prev_head, new_head, merkle_root } => {
				FakeCall::Anchor(*first_seq, *last_seq, *prev_head, *new_head, *merkle_root)
			}
			Call::Heartbeat(_) => FakeCall::Heartbeat,
			Call::RotateSessionKeys { aura, grandpa, .. } => {
				FakeCall::Rotate([&aura[..], &grandpa[..]].concat())
			}
		};
		let spec_version = world.best().state.spec_version;
		let extra = Extra { nonce, birth: world.finalized as u32, spec_version };
		Ok(Unsigned {
			request: TransactionRequest {
				key: world.agent,
				call: call.encode(),
				explicit: extra.encode(),
				implicit: Vec::new(),
				metadata: MetadataProof {
					proof: Vec::new(),
					extrinsic: Vec::new(),
					spec_version,
					spec_name: String::new(),
					base58_prefix: 42,
					decimals: 12,
					token_symbol: String::new(),
				},
			},
			nonce,
			spec_version,
			death: extra.birth + MORTALITY,
		})
	}

	async fn submit(&self, transaction: &[u8]) -> Result<Submission, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		let body = Vec::<u8>::decode_all(&mut &transaction[..]).unwrap();
		let mut rest = &body[BEFORE_EXPLICIT..];
		let extra = Extra::decode(&mut rest).unwrap();
		let call = FakeCall::decode_all(&mut rest).unwrap();
		let tx = Tx { bytes: transaction.to_vec(), extra, call };
		if world.pool.contains(&tx) {
			return Ok(Submission::Pooled);
		}
		if world.pool.iter().any(|other| other.extra.nonce == tx.extra.nonce) {
			return Ok(Submission::Later("priority too low".into()));
		}
		let number = world.blocks.len() as u32;
		let mut state = world.best().state.clone();
		match world.apply(&tx, &mut state, number) {
			Err(reason) if reason == "nonce" && tx.extra.nonce > state.nonce => {}
			Err(reason) => return Ok(Submission::Refused(reason)),
			Ok(_) => {}
		}
		world.pool.push(tx);
		// The answer may be lost although the transaction is in.
		world.maybe_fail()?;
		Ok(Submission::Pooled)
	}

	async fn anchored(&self, above: u32, through: BlockId) -> Result<Vec<Anchored>, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		assert!(through.number as usize <= world.finalized);
		Ok((above + 1..=through.number)
			.map(|number| (number, &world.blocks[number as usize]))
			.filter(|(_, block)| block.batches.iter().any(|batch| batch.operator == OPERATOR))
			.map(|(number, block)| Anchored {
				block: BlockId { number, hash: block.hash },
				batches: block.batches.clone(),
			})
			.collect())
	}

	async fn prove(&self, block: BlockId, at: BlockId) -> Result<RangeProof, ChainError> {
		let mut world = self.0.lock().unwrap();
		world.maybe_fail()?;
		let leaves = world.leaves(at.number as usize);
		Ok(RangeProof {
			leaf: world.leaf(block.number as usize).encode(),
			items: range::items(&leaves, block.number as usize),
			header: world.blocks[at.number as usize].header.clone(),
			block: at,
		})
	}

	async fn changed(&self) {
		let ticking = self.0.lock().unwrap().ticking;
		if ticking {
			self.build_block();
		}
	}
}
