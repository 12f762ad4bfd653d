// SPDX-License-Identifier: Apache-2.0
//! A stranger with random keys and no token becomes an operator by invitation, and its agent works.

use anyhow::{Context, Result};
use qh_tests::{
	agent::{verify_in_python, verify_proof, AgentFiles},
	client::{AccountId32, Client},
	network::Network,
	validator::{run_with_input, Chain, Validator, DEV_PASSPHRASE, PASSPHRASE},
};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};
use subxt::ext::scale_decode::DecodeAsType;

const MINUTE: Duration = Duration::from_secs(60);

/// Receipts that the chain anchors for nothing in an era.
const FREE: usize = 128;

/// `System.Account`, with what keeps the account there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Account {
	nonce: u32,
	providers: u32,
	sufficients: u32,
	data: Balance,
}

/// A balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Balance {
	free: u128,
	reserved: u128,
}

/// `Operators.HealthOf`, as far as heartbeats go.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Health {
	last_heartbeat: Option<(u32, Heartbeat)>,
}

/// A heartbeat.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Heartbeat {
	best: u32,
	finalized: u32,
}

/// An operator's account from its text.
fn account(text: &str) -> Result<AccountId32> {
	let mut bytes = [0; 32];
	let digits = text.strip_prefix("0x").context("no 0x")?;
	for (index, byte) in bytes.iter_mut().enumerate() {
		*byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2).context("short")?, 16)?;
	}
	Ok(AccountId32(bytes))
}

/// What the best block's state holds for an account; zeros if there is none.
async fn stored(client: &Client, account: AccountId32) -> Result<Account> {
	let entry = subxt::dynamic::storage::<(AccountId32,), Account>("System", "Account");
	let best = client.best().await?;
	Ok(best.storage().fetch(entry, (account,)).await?.decode()?)
}

/// The last heartbeat that the best block knows of.
async fn heartbeat(client: &Client, operator: AccountId32) -> Result<Option<(u32, Heartbeat)>> {
	let entry = subxt::dynamic::storage::<(AccountId32,), Health>("Operators", "HealthOf");
	let best = client.best().await?;
	let health = best.storage().fetch(entry, (operator,)).await?.decode()?;
	Ok(health.last_heartbeat)
}

/// Has a signer's operator sign a file.
fn sign(operator: &Validator, passphrase: &str, file: &Path) -> Result<String> {
	let dir = operator.signer_dir();
	let args = ["--dir".as_ref(), dir.as_os_str(), "sign".as_ref(), file.as_os_str()];
	run_with_input("qh-signer", args, &format!("{passphrase}\n"))
}

/// A command of `qh-agent` that reads one file and, maybe, writes another.
fn agent(files: &AgentFiles, command: &str, file: &Path, out: Option<&Path>) -> Result<String> {
	let mut args = vec![command.as_ref(), file.as_os_str()];
	if let Some(out) = out {
		args.extend(["--out".as_ref(), out.as_os_str()]);
	}
	files.command(&args)
}

/// Why something was refused.
fn refusal(result: Result<String>) -> String {
	result.expect_err("a refusal").to_string()
}

/// A development network, and a newcomer with a vault of its own and alice's node for its agent.
struct Place {
	network: Network,
	newcomer: Validator,
	client: Client,
	dir: PathBuf,
}

async fn place() -> Result<Place> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let dir = network.dir().to_owned();
	let alice = &network.validators[0];
	alice.init_agent()?;
	let chain: &Chain = &network.chain;
	let mut newcomer =
		Validator::newcomer("newcomer", &dir.join("newcomer"), chain, alice.rpc_port)?;
	newcomer.start_signer().await?;
	newcomer.init_agent()?;
	let client = Client::connect(alice.rpc_port).await?;
	Ok(Place { network, newcomer, client, dir })
}

/// Writes the newcomer's registration for `inviter`.
fn register(newcomer: &AgentFiles, inviter: &str, out: &Path) -> Result<String> {
	newcomer.command(&[
		"register".as_ref(),
		"--inviter".as_ref(),
		inviter.as_ref(),
		"--out".as_ref(),
		out.as_os_str(),
	])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_never_held_a_token_registers_heartbeats_and_anchors() -> Result<()> {
	let Place { network, mut newcomer, client, dir } = place().await?;
	let alice = &network.validators[0];
	let (inviter, files) = (alice.agent_files(), newcomer.agent_files());
	let (operator, its_agent) = files.accounts()?;
	let accounts = [account(&operator)?, account(&its_agent)?];
	let nothing = Balance { free: 0, reserved: 0 };
	for account in accounts {
		let Account { nonce, providers, sufficients, data } = stored(&client, account).await?;
		assert_eq!((nonce, providers, sufficients, data), (0, 0, 0, nothing), "an account of old");
	}
	let inviting = account(&inviter.accounts()?.0)?;
	let before = stored(&client, inviting).await?;

	let (registration, invitation) = (dir.join("registration.json"), dir.join("invitation.json"));
	register(&files, &inviter.accounts()?.0, &registration)?;
	let shown = sign(&newcomer, PASSPHRASE, &registration)?;
	assert!(shown.contains("registration of an operator") && shown.contains(&operator), "{shown}");
	agent(&inviter, "invite", &registration, Some(&invitation))?;
	let shown = sign(alice, DEV_PASSPHRASE, &invitation)?;
	assert!(shown.contains("Operators.register"), "{shown}");
	// Whoever holds the signed invitation can hand it in: here the newcomer.
	let said = agent(&files, "submit", &invitation, None)?;
	assert!(said.contains("final in block"), "{said}");

	let registered = |Account { providers, sufficients, data, .. }: Account| {
		(providers, sufficients, data) == (0, 1, nothing)
	};
	for account in accounts {
		assert!(registered(stored(&client, account).await?), "no account without a token");
	}
	let after = stored(&client, inviting).await?;
	assert_eq!(
		(after.nonce, after.data),
		(before.nonce + 1, before.data),
		"inviting cost something"
	);

	newcomer.start_agent().await?;
	files.wait_final(0, MINUTE).await?;
	// With the health receipt there is, the whole of the free allowance.
	let payloads: Vec<String> = (1..FREE).map(|number| format!("free {number}")).collect();
	let last = *files.record(&payloads)?.last().context("nothing was recorded")?;
	assert!(last >= FREE as u64 - 1);
	files.wait_final(last, 2 * MINUTE).await?;
	for seq in [0, last] {
		let file = dir.join(format!("proof-{seq}.json"));
		files.prove(seq, &file)?;
		let (header, genesis) = (files.header_hash(seq)?, &network.chain.genesis);
		verify_proof(&file, &header, genesis)?;
		assert_eq!(verify_in_python(&file, &header, genesis)?, (true, String::new()));
	}
	files.verify_log()?;

	// Its validator is none, so every window needs a heartbeat.
	let rpc = alice.rpc().await?;
	let mut number = rpc.finalized().await?.number;
	let until = number + 40;
	let (_, beat) = loop {
		match heartbeat(&client, accounts[0]).await? {
			Some(found) => break found,
			None => assert!(number < until, "no heartbeat in four windows"),
		}
		number = rpc.wait_finalized(number + 1, MINUTE).await?.number;
	};
	assert!(beat.finalized <= beat.best && beat.best > 0);

	for account in accounts {
		assert!(registered(stored(&client, account).await?), "a token came in or went out");
	}
	let worked = stored(&client, accounts[1]).await?;
	assert!(worked.nonce >= 2, "the agent sent {} transactions", worked.nonce);
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_invitation_is_said_and_nothing_is_registered() -> Result<()> {
	let Place { network, newcomer, client, dir } = place().await?;
	let alice = &network.validators[0];
	let (inviter, files) = (alice.agent_files(), newcomer.agent_files());
	let (alices, (operator, _)) = (inviter.accounts()?.0, files.accounts()?);
	let path = |name: &str| dir.join(name);

	let nobody = format!("0x{}", "07".repeat(32));
	let said = refusal(register(&files, &nobody, &path("x.json")));
	assert!(said.contains("is no operator"), "{said}");
	let said = refusal(register(&inviter, &operator, &path("x.json")));
	assert!(said.contains("registered already"), "{said}");

	let registration = path("registration.json");
	register(&files, &alices, &registration)?;
	let said = refusal(register(&files, &alices, &registration));
	assert!(said.contains("exists"), "{said}");
	let said = refusal(agent(&inviter, "invite", &registration, Some(&path("y.json"))));
	assert!(said.contains("has not signed"), "{said}");
	let said = refusal(sign(alice, DEV_PASSPHRASE, &registration));
	assert!(said.contains("does not hold the operator's key"), "{said}");
	let said = refusal(sign(&newcomer, "guess", &registration));
	assert!(said.contains("wrong secret"), "{said}");
	sign(&newcomer, PASSPHRASE, &registration)?;
	let said = refusal(sign(&newcomer, PASSPHRASE, &registration));
	assert!(said.contains("signed already"), "{said}");
	let said = refusal(agent(&files, "invite", &registration, Some(&path("y.json"))));
	assert!(said.contains("must submit this registration"), "{said}");

	let invitation = path("invitation.json");
	agent(&inviter, "invite", &registration, Some(&invitation))?;
	let said = refusal(agent(&files, "submit", &invitation, None));
	assert!(said.contains("has not signed"), "{said}");
	let said = refusal(sign(&newcomer, PASSPHRASE, &invitation));
	assert!(said.contains("does not hold the operator's key"), "{said}");
	let said = refusal(agent(&inviter, "submit", &registration, None));
	assert!(said.contains("qh-registration/v1"), "{said}");
	let best = client.best().await?;
	let entry = subxt::dynamic::storage::<(AccountId32,), Health>("Operators", "HealthOf");
	let found = best.storage().try_fetch(entry, (account(&operator)?,)).await?;
	assert!(found.is_none(), "refusals registered somebody");

	// Two invitations of one newcomer, of which the chain takes one.
	let second = path("second.json");
	agent(&inviter, "invite", &registration, Some(&second))?;
	sign(alice, DEV_PASSPHRASE, &invitation)?;
	agent(&inviter, "submit", &invitation, None)?;
	let said = refusal(agent(&inviter, "submit", &invitation, None));
	assert!(said.contains("NOT ACCEPTED"), "{said}");
	sign(alice, DEV_PASSPHRASE, &second)?;
	let said = refusal(agent(&inviter, "submit", &second, None));
	assert!(said.contains("NOT ACCEPTED"), "{said}");
	let said = refusal(agent(&inviter, "invite", &registration, Some(&path("z.json"))));
	assert!(said.contains("registered already"), "{said}");

	// Who came in a moment ago cannot invite yet, which the chain says in its own words.
	let chain = &network.chain;
	let mut third = Validator::newcomer("third", &path("third"), chain, alice.rpc_port)?;
	third.start_signer().await?;
	third.init_agent()?;
	let (registration, invitation) = (path("third.json"), path("early.json"));
	register(&third.agent_files(), &operator, &registration)?;
	sign(&third, PASSPHRASE, &registration)?;
	agent(&files, "invite", &registration, Some(&invitation))?;
	sign(&newcomer, PASSPHRASE, &invitation)?;
	let said = refusal(agent(&files, "submit", &invitation, None));
	assert!(said.contains("InviterTooYoung: The inviter registered too recently"), "{said}");
	Ok(())
}
