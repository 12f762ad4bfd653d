// SPDX-License-Identifier: Apache-2.0
//! SIGKILL at random moments: nothing that was signed is ever contradicted, and every signature
//! that anybody received has its record.

use crate::harness::*;
use qh_signer_client::Error;
use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Mutex,
	},
	thread,
	time::{Duration, Instant},
};

const KILLS: u64 = 25;

#[test]
fn kills_never_lead_to_two_signatures_for_one_place() {
	let mut signer = TestSigner::alice();
	// What anybody received: place to target.
	let received: Mutex<HashMap<(u8, u64), u64>> = Mutex::default();
	let round = AtomicU64::new(1);
	let asked = AtomicU64::new(0);
	let done = AtomicBool::new(false);
	let node = signer.node();
	let grandpa = public("grandpa");
	thread::scope(|scope| {
		for client in 0..4u64 {
			let (received, round, done, asked) = (&received, &round, &done, &asked);
			let (node, grandpa) = (&node, &grandpa);
			scope.spawn(move || {
				let mut salt = client;
				while !done.load(Ordering::Relaxed) {
					let at = round.load(Ordering::Relaxed);
					let kind = (salt / 4 % 2) as u8;
					// A compromised node: another target every time.
					let target = salt % 7;
					salt += 5;
					asked.fetch_add(1, Ordering::Relaxed);
					match node.sign_grandpa(grandpa, vote(kind, 0, at, target), WITHIN) {
						Ok(_) => {
							let before =
								*received.lock().unwrap().entry((kind, at)).or_insert(target);
							assert_eq!(before, target, "two targets in round {at}");
						}
						Err(Error::Refused(refusal)) => {
							assert!(refusal.reason().is_some(), "{refusal}");
							round.fetch_max(at + u64::from(salt % 11 == 0), Ordering::Relaxed);
						}
						Err(error) => {
							assert!(error.is_passing(), "{error}");
							thread::sleep(Duration::from_millis(1));
						}
					}
				}
			});
		}
		let mut pause = 1u64;
		for _ in 0..KILLS {
			// Spread over what one request takes, without a source of randomness.
			pause = pause.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
			let until = asked.load(Ordering::Relaxed) + 1 + pause % 5;
			let by = Instant::now() + WITHIN;
			while asked.load(Ordering::Relaxed) < until && Instant::now() < by {
				thread::sleep(Duration::from_micros(200));
			}
			thread::sleep(Duration::from_micros(pause % 9000));
			signer.kill();
			signer.start();
		}
		done.store(true, Ordering::Relaxed);
	});
	let text = signer.assert_log();
	// Every place that was answered for still gives the same answer, and no other.
	let received = received.into_inner().unwrap();
	assert!(!received.is_empty());
	let last = round.load(Ordering::Relaxed);
	for ((kind, at), target) in received {
		if at + 200 > last {
			node.sign_grandpa(&grandpa, vote(kind, 0, at, target), WITHIN).unwrap();
			node.sign_grandpa(&grandpa, vote(kind, 0, at, target + 1), WITHIN).unwrap_err();
		}
	}
	assert!(text.contains("verify"));
}

#[test]
fn receipts_survive_kills_without_loss_or_doubling() {
	let mut signer = TestSigner::alice();
	let agent = signer.agent();
	let all = receipts(0, 60, [0; 32]);
	for (index, receipt) in all.iter().enumerate() {
		agent.sign_receipts(account("agent"), std::slice::from_ref(receipt), WITHIN).unwrap();
		if index % 10 == 9 {
			signer.kill();
			signer.start();
			// The agent asks again for what it is not sure of.
			agent.sign_receipts(account("agent"), &all[..=index], WITHIN).unwrap();
		}
	}
	let mut fork = all[59].clone();
	fork.time_ms += 1;
	agent.sign_receipts(account("agent"), &[fork], WITHIN).unwrap_err();
	signer.assert_log();
}
