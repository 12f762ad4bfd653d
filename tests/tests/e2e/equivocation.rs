// SPDX-License-Identifier: Apache-2.0
//! Equivocation on purpose: the keys of one of four validators are in use twice, by two nodes whose
//! signers remember nothing.
//!
//! Both kinds are reported by the other nodes, punished by the chain and visible to whoever looks:
//! as events, as the operator's state, and in the nodes' logs.

use anyhow::{bail, Context, Result};
use qh_crypto::dev;
use qh_tests::{
	careless_signer::{CarelessSigner, Habits},
	client::{At, Client},
	network::Network,
	rpc::{Header, Rpc},
	validator::Validator,
};
use std::time::Duration;
use subxt::{
	dynamic::{runtime_api_call, storage},
	ext::scale_decode::{self, DecodeAsType},
	utils::AccountId32,
};

const MINUTE: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(20);

/// Blocks of a session in this preset.
const SESSION: u32 = 10;
/// Blocks until a report has to be final.
const PATIENCE: u32 = 120;
/// The offender and its place among the validators.
const OFFENDER: &str = "dave";
const PLACE: usize = 3;
/// A fifth of a round of finality: there are newer blocks every few rounds, and the round is still
/// under way when the vote arrives.
const LATE: Duration = Duration::from_millis(250);

/// What the chain says of an operator, as far as it is read here.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
struct Operator {
	uptime: Uptime,
	validator: bool,
	suspended: Option<Reason>,
}

#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
struct Uptime {
	seen: u32,
}

#[derive(Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "scale_decode")]
enum Reason {
	Equivocation,
	OperatorKeyRevoked,
}

/// A network with an offender.
struct Offence {
	rpc: Rpc,
	client: Client,
	// In the order in which they have to go.
	twins: Vec<Validator>,
	_signers: Vec<CarelessSigner>,
	network: Network,
}

impl Offence {
	/// Starts four validators, waits until the later offender has an uptime to lose, and puts two
	/// nodes with its keys and these habits in its place.
	async fn begin(habits: [Habits; 2]) -> Result<Self> {
		let mut network = Network::prepare("local_testnet", 4).await?;
		network.start().await?;
		let rpc = network.validators[0].rpc().await?;
		let client = Client::connect(network.validators[0].rpc_port).await?;
		loop {
			let best = rpc.best().await?.number;
			if operator(&client.at(best).await?).await?.uptime.seen > 0 {
				break;
			}
			rpc.wait_best(best + 1, MINUTE).await?;
		}

		let honest = &mut network.validators[PLACE];
		honest.node.take().context("started")?.stop(STOP).await?;
		honest.signer.take().context("started")?.stop(STOP).await?;
		let genesis = client.genesis().0;
		let bootnodes = network.bootnodes(PLACE).await?;
		let (mut twins, mut signers) = (Vec::new(), Vec::new());
		for (number, habits) in habits.into_iter().enumerate() {
			let dir = network.dir().join(format!("{OFFENDER}-{number}"));
			let mut twin = Validator::prepare(OFFENDER, &dir, &network.chain)?;
			signers.push(CarelessSigner::start(&twin.signer_dir(), OFFENDER, genesis, habits)?);
			twin.start_node(&bootnodes).await?;
			twins.push(twin);
		}
		Ok(Self { rpc, client, twins, _signers: signers, network })
	}

	/// The final block in which the chain was told of an offence of this kind.
	async fn reported(&self, kind: &[u8; 16]) -> Result<u32> {
		let from = self.rpc.finalized().await?.number;
		for number in from + 1..=from + PATIENCE {
			self.rpc.wait_finalized(number, MINUTE).await?;
			let events = events(&self.client.at(number).await?).await?;
			if events
				.iter()
				.any(|(name, fields)| name == "Offences.Offence" && fields.starts_with(kind))
			{
				return Ok(number);
			}
		}
		bail!("no such offence was reported in {PATIENCE} blocks")
	}

	/// What follows a report in block `number`, until finality goes on without the offender.
	async fn assert_punished(&self, number: u32) -> Result<()> {
		let before = operator(&self.client.at(number - 1).await?).await?;
		assert_eq!(before.suspended, None);
		assert!(before.uptime.seen > 0, "there was no uptime to lose");

		let at = self.client.at(number).await?;
		let now = operator(&at).await?;
		assert_eq!(now.suspended, Some(Reason::Equivocation));
		assert_eq!(now.uptime.seen, 0, "the uptime was not taken");
		let account = dev::keypair(OFFENDER, "account").account_id();
		let events = events(&at).await?;
		let suspended = ("Operators.OperatorSuspended".into(), [&account[..], &[0]].concat());
		let disabled = ("Session.ValidatorDisabled".into(), account.to_vec());
		assert!(events.contains(&suspended), "the suspension is no event");
		assert!(events.contains(&disabled), "the offender is not disabled");

		// The session after next is the first that can be planned without it.
		let gone = (number / SESSION + 2) * SESSION;
		self.rpc.wait_finalized(gone, 2 * MINUTE).await?;
		for number in number + 1..gone {
			let hash = self.rpc.hash_at(number).await?.context("a final block without a hash")?;
			let slot = slot(&self.rpc.header(Some(&hash)).await?)?;
			assert_ne!(slot % 4, PLACE as u64, "block {number} is a disabled validator's");
		}
		let at = self.client.at(gone).await?;
		let (aura, grandpa) = authorities(&at).await?;
		assert_eq!((aura.len(), grandpa.len()), (3, 3));
		assert!(!aura.iter().any(|key| key == dev::keypair(OFFENDER, "aura").public()));
		assert!(!grandpa.iter().any(|key| key == dev::keypair(OFFENDER, "grandpa").public()));
		assert!(operator(&at).await?.validator, "its place on the list is kept");

		self.rpc.wait_finalized(gone + 5, MINUTE).await?;
		Ok(())
	}

	/// Whether the log of an honest node has these words.
	fn is_told_by_others(&self, words: &str) -> bool {
		let honest = &self.network.validators[..PLACE];
		honest
			.iter()
			.flat_map(|validator| &validator.node)
			.any(|node| node.output().contains(words))
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_blocks_for_one_slot_are_reported_punished_and_visible() -> Result<()> {
	let offence = Offence::begin([Habits::BLOCKS, Habits::BLOCKS]).await?;
	let number = offence.reported(b"aura:equivocatio").await?;
	offence.assert_punished(number).await?;
	assert!(offence.is_told_by_others("sealed two blocks for slot"));
	assert!(offence.is_told_by_others("reported Aura equivocation at slot"));
	// Its own operator is told what others will do, and why it may be.
	let own = "this node's own key";
	assert!(offence
		.twins
		.iter()
		.flat_map(|twin| &twin.node)
		.any(|node| node.output().contains(own)));
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_votes_in_one_round_are_reported_punished_and_visible() -> Result<()> {
	let offence = Offence::begin([Habits::votes(Duration::ZERO), Habits::votes(LATE)]).await?;
	let number = offence.reported(b"grandpa:equivoca").await?;
	offence.assert_punished(number).await?;
	let prevotes = offence.is_told_by_others("Detected prevote equivocation");
	assert!(prevotes || offence.is_told_by_others("Detected precommit equivocation"));
	Ok(())
}

/// What the chain says of the offender.
async fn operator(at: &At) -> Result<Operator> {
	let account = AccountId32(dev::keypair(OFFENDER, "account").account_id());
	let call = runtime_api_call::<_, Option<Operator>>("OperatorsApi", "operator", (account,));
	at.runtime_apis().call(call).await?.context("the offender is no operator")
}

/// Names and fields of a block's events, the fields as bytes.
async fn events(at: &At) -> Result<Vec<(String, Vec<u8>)>> {
	let events = at.events().fetch().await?;
	let read = events.iter().map(|event| {
		let event = event?;
		let name = format!("{}.{}", event.pallet_name(), event.event_name());
		Ok((name, event.field_bytes().to_vec()))
	});
	read.collect()
}

/// Public keys of those who author and of those who vote.
async fn authorities(at: &At) -> Result<(Vec<Vec<u8>>, Vec<Vec<u8>>)> {
	let aura = storage::<(), Vec<Vec<u8>>>("Aura", "Authorities");
	let aura = at.storage().fetch(aura, ()).await?.decode()?;
	let grandpa = storage::<(), Vec<(Vec<u8>, u64)>>("Grandpa", "Authorities");
	let grandpa = at.storage().fetch(grandpa, ()).await?.decode()?;
	Ok((aura, grandpa.into_iter().map(|(key, _)| key).collect()))
}

/// The slot that a header's author claimed.
fn slot(header: &Header) -> Result<u64> {
	// A pre-runtime item of the engine `aura` with eight bytes.
	let digits = header.digest.logs.iter().find_map(|item| item.strip_prefix("0x066175726120"));
	let slot = u64::from_str_radix(digits.context("a header without a slot")?, 16)?;
	Ok(slot.swap_bytes())
}
