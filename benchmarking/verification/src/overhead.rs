// SPDX-License-Identifier: Apache-2.0

//! What every block and every transaction costs, whatever they do.

use crate::{
	clock::Stopwatch,
	median,
	runtime::Loaded,
	transaction::{account, alice, remark, sign, transaction, GENESIS},
	Overhead,
};
use anyhow::{anyhow, Result};
use codec::{Decode, Encode};
use qh_crypto::Scheme;
use qh_runtime::{Block, Hash, Header, RuntimeCall, TimestampCall, UncheckedExtrinsic};
use sp_runtime::{
	generic::{Digest, DigestItem},
	traits::Header as _,
	ApplyExtrinsicResult,
};
use std::time::Duration;

/// The slot of the first block, and the development network's milliseconds of one.
const SLOT: u64 = 1;
const SLOT_MILLIS: u64 = 1_000;

impl Loaded {
	/// Medians over `rounds` executions of an empty block and of one with `transactions` remarks,
	/// each of which takes `verification` for its signature.
	pub(crate) fn overhead(
		&self,
		transactions: u32,
		rounds: usize,
		verification: Duration,
	) -> Result<Overhead> {
		let key = alice(Scheme::Falcon512);
		let remarks = (0..transactions)
			.map(|nonce| {
				let signature = sign(&key, nonce, &remark())?;
				Ok(transaction(&account(&key), nonce, remark(), signature))
			})
			.collect::<Result<Vec<_>>>()?;
		let empty = self.build(Vec::new())?;
		let full = self.build(remarks)?;
		let block = median(rounds, || self.execute(&empty))?;
		let full = median(rounds, || self.execute(&full))?;
		let transaction =
			(full.saturating_sub(block) / transactions.max(1)).saturating_sub(verification);
		Ok(Overhead { block, transaction })
	}

	/// The first block, with these transactions.
	fn build(&self, transactions: Vec<UncheckedExtrinsic>) -> Result<Block> {
		let slot = DigestItem::PreRuntime(*b"aura", SLOT.encode());
		let header =
			Header::new(1, Hash::zero(), Hash::zero(), GENESIS, Digest { logs: vec![slot] });
		let time = TimestampCall::set { now: SLOT * SLOT_MILLIS };
		let mut extrinsics = vec![UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(time))];
		extrinsics.extend(transactions);

		let mut state = self.genesis();
		self.call(&mut state, "Core_initialize_block", &header.encode())?;
		for extrinsic in &extrinsics {
			let answer =
				self.call(&mut state, "BlockBuilder_apply_extrinsic", &extrinsic.encode())?;
			ApplyExtrinsicResult::decode(&mut &answer[..])?
				.map_err(|error| anyhow!("a transaction is refused: {error:?}"))?
				.map_err(|error| anyhow!("a transaction fails: {error:?}"))?;
		}
		let header = self.call(&mut state, "BlockBuilder_finalize_block", &[])?;
		Ok(Block { header: Header::decode(&mut &header[..])?, extrinsics })
	}

	/// Time of executing a block as a node does that imports it.
	fn execute(&self, block: &Block) -> Result<Duration> {
		let data = block.encode();
		let mut state = self.genesis();
		let start = Stopwatch::start();
		self.call(&mut state, "Core_execute_block", &data)?;
		Ok(start.elapsed())
	}
}
