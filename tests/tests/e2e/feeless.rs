// SPDX-License-Identifier: Apache-2.0
//! Calls that cost nothing are of no use to an attacker: a flood of them displaces nobody's
//! heartbeat, and nobody freezes or uses another's account by naming it.
//!
//! The victim is bob, an operator whose agent runs and who authors no block: his heartbeats are
//! all that keeps him healthy.

mod flood;
mod naming;

use anyhow::{Context, Result};
use codec::Encode;
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_tests::{
	client::{account, AccountId32, Client, Signature},
	network::Network,
	rpc::Rpc,
	validator::Validator,
};
use std::time::Duration;
use subxt::{
	dynamic::tx,
	events::DecodeAsEvent,
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	transactions::{DynamicPayload, Payload},
};

const MINUTE: Duration = Duration::from_secs(60);

/// `Operators.register`'s argument.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Registration {
	operator: Signature,
	agent: Signature,
	inviter: Option<AccountId32>,
}

/// `Operators.heartbeat`'s argument.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Heartbeat {
	node: NodeVersion,
	best: u32,
	finalized: u32,
	report: [u8; 32],
}

#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct NodeVersion {
	major: u16,
	minor: u16,
	patch: u16,
}

/// `Attestation.anchor`'s argument.
#[derive(EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Batch {
	first_seq: u64,
	last_seq: u64,
	prev_head: [u8; 32],
	new_head: [u8; 32],
	merkle_root: [u8; 32],
	/// None.
	vouchers: Vec<u8>,
}

/// Session keys of a validator.
#[derive(Clone, EncodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct SessionKeys {
	aura: Vec<u8>,
	grandpa: Vec<u8>,
}

/// `Operators.HeartbeatReceived`.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct HeartbeatReceived {
	operator: AccountId32,
	window: u32,
}

impl DecodeAsEvent for HeartbeatReceived {
	fn is_event(pallet: &str, event: &str) -> bool {
		(pallet, event) == ("Operators", "HeartbeatReceived")
	}
}

/// `OperatorsApi.heartbeat_status`: which window it is, and how many of its blocks there were.
#[derive(Clone, Copy, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Window {
	window: u32,
	blocks: u32,
}

/// A heartbeat of the victim.
#[derive(Clone, Copy, Debug)]
struct Beat {
	/// The window that it counts for.
	window: u32,
	/// The window's blocks up to the one that holds it.
	after: u32,
}

/// A development network and bob, whom alice has invited.
struct World {
	bob: Validator,
	client: Client,
	rpc: Rpc,
	network: Network,
}

impl World {
	async fn new() -> Result<Self> {
		let mut network = Network::prepare_alone("development", 1, &[]).await?;
		network.start().await?;
		let alice = &network.validators[0];
		let (client, rpc) = (Client::connect(alice.rpc_port).await?, alice.rpc().await?);
		invite(&client, &dev::keypair("bob", "account"), &dev::keypair("bob", "agent")).await?;

		let mut bob = Validator::prepare("bob", &network.dir().join("bob"), &network.chain)?;
		bob.rpc_port = alice.rpc_port;
		bob.start_signer().await?;
		bob.start_agent().await?;
		Ok(Self { bob, client, rpc, network })
	}

	/// The victim's window at block `number`.
	async fn window(&self, number: u32) -> Result<Window> {
		let bob = (account(&dev::keypair("bob", "account")),);
		let call = subxt::dynamic::runtime_api_call::<_, Option<Window>>(
			"OperatorsApi",
			"heartbeat_status",
			bob,
		);
		let at = self.client.at(number).await?;
		at.runtime_apis().call(call).await?.context("bob is no operator")
	}

	/// The victim's heartbeat in block `number`, once there is such a block.
	async fn beat_in(&self, number: u32) -> Result<Option<Beat>> {
		self.rpc.wait_best(number, MINUTE).await?;
		let bob = account(&dev::keypair("bob", "account"));
		let at = self.client.at(number).await?;
		for beat in at.events().fetch().await?.find::<HeartbeatReceived>() {
			let HeartbeatReceived { operator, window } = beat?;
			if operator == bob {
				return Ok(Some(Beat { window, after: self.window(number).await?.blocks }));
			}
		}
		Ok(None)
	}

	/// The victim's heartbeats from block `from` on, until one is of window `last` or a later one.
	///
	/// Errors when a whole window passes without.
	async fn beats(&self, from: u32, last: u32) -> Result<Vec<Beat>> {
		let mut beats: Vec<Beat> = Vec::new();
		for number in from.. {
			if let Some(beat) = self.beat_in(number).await? {
				beats.push(beat);
			}
			if beats.last().is_some_and(|beat| beat.window >= last) {
				break;
			}
			let window = self.window(number).await?.window;
			anyhow::ensure!(window <= last, "no heartbeat of bob in window {last}: {beats:?}");
		}
		Ok(beats)
	}

	/// What the node answers to a call.
	async fn answer(&self, call: &impl Payload, pair: &Keypair) -> Result<String> {
		Ok(match self.client.try_send(call, pair).await? {
			Ok(_) => "accepted".to_owned(),
			Err(refusal) => refusal.to_string(),
		})
	}

	/// What the node says when an error of a pallet makes a transaction invalid.
	async fn refusal(&self, pallet: &str, error: &str) -> Result<String> {
		let base = match pallet {
			"Operators" => 64,
			_ => 128,
		};
		let at = self.client.best().await?;
		let errors =
			at.metadata_ref().pallet_by_name(pallet).and_then(|found| found.error_variants());
		let found = errors.into_iter().flatten().find(|variant| variant.name == error);
		let index = found.with_context(|| format!("{pallet} has no error {error}"))?.index;
		Ok(format!("1010: Invalid Transaction: Custom error: {}", base + index))
	}

	/// Waits for the first block of a window; its number and the window.
	async fn window_begins(&self) -> Result<(u32, u32)> {
		let from = self.rpc.best().await?.number;
		let before = self.window(from).await?.window;
		for number in from + 1.. {
			self.rpc.wait_best(number, MINUTE).await?;
			let now = self.window(number).await?.window;
			if now > before {
				return Ok((number, now));
			}
		}
		anyhow::bail!("block numbers have run out")
	}
}

/// Registers `operator` with `agent` by alice's invitation.
async fn invite(client: &Client, operator: &Keypair, agent: &Keypair) -> Result<()> {
	let alice = dev::keypair("alice", "account");
	let registration = registration(client, operator, agent, Some(account(&alice)));
	client.send(&register(registration), &alice).await?;
	Ok(())
}

/// A registration that both keys consent to.
fn registration(
	client: &Client,
	operator: &Keypair,
	agent: &Keypair,
	inviter: Option<AccountId32>,
) -> Registration {
	let genesis = client.genesis();
	let (owner, hot) = (account(operator), account(agent));
	let statement = (genesis, owner, hot, inviter).encode();
	Registration {
		operator: Signature::by(operator, Domain::REGISTRATION, &statement),
		agent: consent(client, agent, owner),
		inviter,
	}
}

/// An agent's consent to act for `operator`.
fn consent(client: &Client, agent: &Keypair, operator: AccountId32) -> Signature {
	let statement = (client.genesis(), operator, "agent").encode();
	Signature::by(agent, Domain::REGISTRATION, &statement)
}

fn register(registration: Registration) -> DynamicPayload<(Registration,)> {
	tx("Operators", "register", (registration,))
}

/// A heartbeat that differs from others by its report.
fn heartbeat(number: u32) -> DynamicPayload<(Heartbeat,)> {
	let node = NodeVersion { major: 0, minor: 1, patch: 0 };
	let report = distinct(number);
	tx("Operators", "heartbeat", (Heartbeat { node, best: 1, finalized: 1, report },))
}

/// A first batch that differs from others by its head.
fn anchor(number: u32) -> DynamicPayload<(Batch,)> {
	let batch = Batch {
		first_seq: 0,
		last_seq: 0,
		prev_head: [0; 32],
		new_head: distinct(number),
		merkle_root: [0; 32],
		vouchers: Vec::new(),
	};
	tx("Attestation", "anchor", (batch,))
}

/// A rotation to these keys, whose possession for `operator` is proven by both.
fn rotation(
	aura: &Keypair,
	grandpa: &Keypair,
	operator: AccountId32,
) -> DynamicPayload<(SessionKeys, Vec<u8>)> {
	let statement = [b"POP_".as_slice(), operator.as_ref()].concat();
	let proofs = [aura, grandpa].map(|key| key.sign(Domain::POSSESSION, &statement));
	let keys = SessionKeys { aura: aura.public().to_vec(), grandpa: grandpa.public().to_vec() };
	tx("Operators", "rotate_session_keys", (keys, proofs.concat()))
}

fn distinct(number: u32) -> [u8; 32] {
	let mut bytes = [0; 32];
	bytes[..4].copy_from_slice(&number.to_le_bytes());
	bytes
}

/// A Falcon-512 key of the attacker.
fn key(number: u8) -> Keypair {
	Keypair::from_seed(Scheme::Falcon512, &[number; 32])
}
