// SPDX-License-Identifier: Apache-2.0
//! Many at once.

use crate::harness::*;
use qh_signer_client::RefusalCode;
use std::{collections::HashSet, sync::Barrier, thread};

const THREADS: u64 = 64;

/// Ask from many threads at once; the answers that were signatures, by the salt asked for.
fn race(
	signer: &TestSigner,
	ask: impl Fn(&TestSigner, u64) -> Result<(), Option<RefusalCode>> + Sync,
) -> Vec<u64> {
	let barrier = Barrier::new(THREADS as usize);
	thread::scope(|scope| {
		let threads: Vec<_> = (0..THREADS)
			.map(|salt| {
				let (barrier, ask) = (&barrier, &ask);
				scope.spawn(move || {
					barrier.wait();
					match ask(signer, salt) {
						Ok(()) => Some(salt),
						Err(reason) => {
							assert_eq!(reason, Some(RefusalCode::Conflict));
							None
						}
					}
				})
			})
			.collect();
		threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
	})
}

#[test]
fn of_conflicting_requests_one_wins() {
	let signer = TestSigner::alice();
	let (aura, grandpa) = (public("aura"), public("grandpa"));
	let node = signer.node();
	for round in 1..=8 {
		let won = race(&signer, |_, salt| {
			node.sign_grandpa(&grandpa, vote(0, 0, round, salt), WITHIN)
				.map(drop)
				.map_err(|error| error.reason())
		});
		assert_eq!(won.len(), 1, "round {round}");
	}
	let slot = slot_now() + 1;
	let won = race(&signer, |_, salt| {
		node.sign_aura(&aura, header(slot, salt), WITHIN).map(drop).map_err(|error| error.reason())
	});
	assert_eq!(won.len(), 1);
	signer.assert_log();
}

#[test]
fn the_same_vote_from_everywhere_is_one_vote() {
	let signer = TestSigner::alice();
	let (node, grandpa) = (signer.node(), public("grandpa"));
	let before = node.status(WITHIN).unwrap().log.records;
	let signatures: HashSet<_> = thread::scope(|scope| {
		let threads: Vec<_> = (0..32)
			.map(|_| scope.spawn(|| node.sign_grandpa(&grandpa, vote(0, 0, 1, 1), WITHIN).unwrap()))
			.collect();
		threads.into_iter().map(|thread| thread.join().unwrap()).collect()
	});
	assert!(!signatures.is_empty());
	assert_eq!(node.status(WITHIN).unwrap().log.records, before + 1);
}

#[test]
fn of_forked_receipts_one_wins() {
	let signer = TestSigner::alice();
	let agent = signer.agent();
	let won = race(&signer, |_, salt| {
		let mut forked = receipts(0, 1, [0; 32]);
		forked[0].time_ms = salt;
		agent
			.sign_receipts(account("agent"), &forked, WITHIN)
			.map(drop)
			.map_err(|error| error.reason())
	});
	assert_eq!(won.len(), 1);
}
