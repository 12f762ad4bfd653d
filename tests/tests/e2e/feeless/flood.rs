// SPDX-License-Identifier: Apache-2.0
//! Ten thousand feeless calls, each validly signed, from one account in a few seconds.

use super::{anchor, heartbeat, invite, key, rotation, World};
use anyhow::{Context, Result};
use qh_crypto::dev;
use qh_tests::client::{account, sign_immortal, Client, MultiAddress};
use std::{
	collections::BTreeMap,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	thread,
};
use subxt::dynamic::tx;
use tokio::task::JoinSet;

/// Transactions of a flood.
const FLOOD: u32 = 10_000;
/// Connections that the attacker opens.
const CONNECTIONS: usize = 4;
/// Requests under way on each of them.
const REQUESTS: usize = 16;
/// Kinds of call that are feeless to an agent, each once a window.
const KINDS: u32 = 3;
/// Windows without a flood, by which a heartbeat's usual place is known.
const QUIET: u32 = 2;
/// How many blocks later than usual a heartbeat may come during a flood: half of a window is left.
const SLACK: u32 = 2;

/// What the node says to an account that does not exist.
const NO_ACCOUNT: &str =
	"1010: Invalid Transaction: Inability to pay some fees (e.g. account balance too low)";

/// How often the node gave which answer.
type Answers = BTreeMap<String, usize>;

/// The nonce of a flood's transaction. None is the account's next, so that each waits for another
/// one: half of them have a nonce each, the others share a few.
fn nonce(number: u32) -> u32 {
	1 + if number < FLOOD / 2 { number } else { number % 50 }
}

/// What `make` makes of the numbers below [`FLOOD`], on all cores.
fn made(make: impl Fn(u32) -> Result<Vec<u8>> + Sync) -> Result<Vec<Vec<u8>>> {
	let threads = thread::available_parallelism()?.get();
	let per_thread = FLOOD.div_ceil(u32::try_from(threads)?);
	let made = thread::scope(|scope| {
		let make = &make;
		let workers: Vec<_> = (0..FLOOD)
			.step_by(per_thread as usize)
			.map(|from| from..(from + per_thread).min(FLOOD))
			.map(|numbers| scope.spawn(move || numbers.map(make).collect::<Result<Vec<_>>>()))
			.collect();
		let ended = workers.into_iter().map(|worker| worker.join().expect("no panic"));
		ended.collect::<Result<Vec<_>>>()
	})?;
	Ok(made.concat())
}

/// Submits everything, in order but many at a time.
async fn flood(port: u16, transactions: Vec<Vec<u8>>) -> Result<Answers> {
	let (transactions, next) = (Arc::new(transactions), Arc::new(AtomicUsize::new(0)));
	let mut workers = JoinSet::new();
	for _ in 0..CONNECTIONS {
		let client = Client::connect(port).await?;
		for _ in 0..REQUESTS {
			let (client, transactions, next) = (client.clone(), transactions.clone(), next.clone());
			workers.spawn(async move {
				let mut answers = Answers::new();
				while let Some(one) = transactions.get(next.fetch_add(1, Ordering::Relaxed)) {
					let answer = match client.submit(one).await? {
						Ok(_) => "accepted".to_owned(),
						Err(refusal) => refusal.to_string(),
					};
					*answers.entry(answer).or_default() += 1;
				}
				anyhow::Ok(answers)
			});
		}
	}
	let mut all = Answers::new();
	while let Some(answers) = workers.join_next().await {
		for (answer, count) in answers?? {
			*all.entry(answer).or_default() += count;
		}
	}
	Ok(all)
}

/// Floods from the beginning of a window, and checks that the victim's heartbeats come where they
/// usually do, in all windows of the flood and in as many `more`. Returns the node's answers and
/// how many windows that were.
async fn survive(
	world: &World,
	usual: u32,
	transactions: Vec<Vec<u8>>,
	more: u32,
) -> Result<(Answers, u32)> {
	let (from, first) = world.window_begins().await?;
	let answers = flood(world.network.validators[0].rpc_port, transactions).await?;
	let best = world.rpc.best().await?.number;
	let last = world.window(best).await?.window + more;
	let beats = world.beats(from, last).await?;
	assert_eq!(
		beats.iter().map(|beat| beat.window).collect::<Vec<_>>(),
		(first..=last).collect::<Vec<_>>(),
		"a window without bob's heartbeat"
	);
	for beat in &beats {
		assert!(beat.after <= usual + SLACK, "{beat:?} came late, usual is {usual}");
	}
	Ok((answers, last - first + 1))
}

/// The latest place of the victim's heartbeat in a few windows without a flood.
async fn usual(world: &World) -> Result<u32> {
	let (from, first) = world.window_begins().await?;
	let beats = world.beats(from, first + QUIET - 1).await?;
	beats.iter().map(|beat| beat.after).max().context("no heartbeat without a flood")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_feeless_calls_displaces_nobodys_heartbeat() -> Result<()> {
	let world = World::new().await?;
	let client = &world.client;
	let alice = dev::keypair("alice", "account");
	let (penniless, funded) = (key(1), key(2));
	let gift = (MultiAddress::<_, ()>::Id(account(&funded)), 100 * 10_u128.pow(12));
	client.send(&tx("Balances", "transfer_keep_alive", gift), &alice).await?;
	let (operator, agent, aura, grandpa) = (key(3), key(4), key(5), key(6));
	invite(client, &operator, &agent).await?;

	let at = client.best().await?;
	let heartbeats =
		|pair| made(|number| sign_immortal(&at, &heartbeat(number), pair, nonce(number)));
	let (from_penniless, from_funded) = (heartbeats(&penniless)?, heartbeats(&funded)?);
	let rotation = rotation(&aura, &grandpa, account(&operator));
	let mut from_agent = made(|number| match number % KINDS {
		0 => sign_immortal(&at, &heartbeat(number), &agent, nonce(number)),
		1 => sign_immortal(&at, &anchor(number), &agent, nonce(number)),
		_ => sign_immortal(&at, &rotation, &agent, nonce(number)),
	})?;
	let usual = usual(&world).await?;

	// From whoever is no agent, nothing gets in.
	let not_agent = world.refusal("Operators", "NotAgent").await?;
	for (transactions, answer) in
		[(from_penniless, NO_ACCOUNT.to_owned()), (from_funded, not_agent)]
	{
		let (answers, _) = survive(&world, usual, transactions, 0).await?;
		assert_eq!(answers, Answers::from([(answer, FLOOD as usize)]));
	}

	// The agent of an operator may make these calls. Its transactions lack the one before them, so
	// that the node keeps what it has room for; the last one is the one that they wait for.
	from_agent.push(sign_immortal(&at, &heartbeat(FLOOD), &agent, 0)?);
	let (_, windows) = survive(&world, usual, from_agent, 1).await?;
	let used = client.account(account(&agent)).await?.nonce;
	assert!(used >= 1, "not even the first was taken");
	assert!(used <= KINDS * windows, "{used} feeless calls of one agent in {windows} windows");
	Ok(())
}
