// SPDX-License-Identifier: Apache-2.0
//! Every call that names another's account, key or agent, made by somebody else.

use super::{
	anchor, consent, heartbeat, invite, key, register, registration, rotation, Registration, World,
	MINUTE,
};
use anyhow::Result;
use codec::Encode;
use qh_crypto::{dev, Domain, Keypair};
use qh_tests::client::{account, MultiAddress, Signature};
use subxt::{dynamic::tx, transactions::DynamicPayload};

/// A signature that is said to be by `victim` and is by `thief`.
fn forged(victim: &Keypair, thief: &Keypair, message: &[u8]) -> Signature {
	let signature = thief.sign(Domain::REGISTRATION, message);
	Signature::Falcon512([victim.public().to_vec(), signature].concat())
}

fn set_agent(agent: Signature) -> DynamicPayload<(Signature,)> {
	tx("Operators", "set_agent", (agent,))
}

fn revoke(keys: &[&Keypair]) -> DynamicPayload<(Vec<[u8; 32]>,)> {
	let keys: Vec<[u8; 32]> = keys.iter().map(|key| account(key).0).collect();
	tx("Operators", "revoke_keys", (keys,))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_freezes_or_uses_anothers_account_by_naming_it() -> Result<()> {
	let world = World::new().await?;
	let client = &world.client;
	let [alice, bob, bobs_agent, dave, daves_agent] = [
		("alice", "account"),
		("bob", "account"),
		("bob", "agent"),
		("dave", "account"),
		("dave", "agent"),
	]
	.map(|(name, role)| dev::keypair(name, role));
	let (alices_aura, alices_grandpa) =
		(dev::keypair("alice", "aura"), dev::keypair("alice", "grandpa"));

	// A stranger with money, and a rival, who is an operator like the victim.
	let (stranger, rival, rivals_agent) = (key(10), key(11), key(12));
	let gift = (MultiAddress::<_, ()>::Id(account(&stranger)), 1_000 * 10_u128.pow(12));
	client.send(&tx("Balances", "transfer_keep_alive", gift), &alice).await?;
	invite(client, &rival, &rivals_agent).await?;
	let anchored = world.bob.agent_files();
	anchored.wait_final(0, MINUTE).await?;

	let not_agent = world.refusal("Operators", "NotAgent").await?;
	let not_operator = world.refusal("Operators", "NotOperator").await?;
	let not_fresh = world.refusal("Operators", "AgentNotFresh").await?;
	let wrong_submitter = world.refusal("Operators", "WrongSubmitter").await?;
	let bad_agent = world.refusal("Operators", "BadAgentSignature").await?;
	let bad_operator = world.refusal("Operators", "BadOperatorSignature").await?;

	// In the name of somebody else's operator.
	for pair in [&stranger, &rival] {
		let answer = world.answer(&heartbeat(0), pair).await?;
		assert_eq!(answer, not_agent, "a heartbeat by who is no agent");
		let answer = world.answer(&anchor(0), pair).await?;
		let expected = world.refusal("Attestation", "NotAnAgent").await?;
		assert_eq!(answer, expected, "a batch by who is no agent");
		let rotation = rotation(&key(13), &key(14), account(&bob));
		let answer = world.answer(&rotation, pair).await?;
		assert_eq!(answer, not_agent, "the victim's session keys, by who is no agent");
	}
	let answer = world.answer(&revoke(&[&bobs_agent]), &stranger).await?;
	assert_eq!(answer, not_operator, "a revocation of the victim's agent");
	let theft = rotation(&alices_aura, &alices_grandpa, account(&rival));
	let answer = world.answer(&theft, &rivals_agent).await?;
	let expected = world.refusal("Operators", "KeyOwnedByAnother").await?;
	assert_eq!(answer, expected, "session keys of another validator");

	// Somebody else's account as one's own agent. The victim's consent is on chain for all to copy.
	let copied = || consent(client, &bobs_agent, account(&bob));
	let answer = world.answer(&set_agent(copied()), &stranger).await?;
	assert_eq!(answer, not_operator, "the victim's agent, for who is no operator");
	let answer = world.answer(&set_agent(copied()), &rival).await?;
	assert_eq!(answer, not_fresh, "the victim's agent, for another operator");
	let answer = world.answer(&set_agent(consent(client, &bob, account(&rival))), &rival).await?;
	assert_eq!(answer, not_fresh, "an operator as agent");
	let statement = (client.genesis(), account(&rival), "agent").encode();
	let answer = world.answer(&set_agent(forged(&daves_agent, &rival, &statement)), &rival).await?;
	assert_eq!(answer, bad_agent, "a stranger's fresh account, not asked");

	// A registration in somebody else's name; alice may invite, and is the attacker here.
	let honest = |inviter| registration(client, &dave, &daves_agent, inviter);
	let answer = world.answer(&register(honest(None)), &stranger).await?;
	assert_eq!(answer, wrong_submitter, "another's registration");
	let answer = world.answer(&register(honest(Some(account(&alice)))), &stranger).await?;
	assert_eq!(answer, wrong_submitter, "another's invitation");
	let inviter = Some(account(&alice));
	let statement = (client.genesis(), account(&dave), account(&daves_agent), inviter).encode();
	let unasked = Registration { operator: forged(&dave, &alice, &statement), ..honest(inviter) };
	let answer = world.answer(&register(unasked), &alice).await?;
	assert_eq!(answer, bad_operator, "an operator who was not asked");
	let statement = (client.genesis(), account(&dave), "agent").encode();
	let unasked =
		Registration { agent: forged(&daves_agent, &alice, &statement), ..honest(inviter) };
	let answer = world.answer(&register(unasked), &alice).await?;
	assert_eq!(answer, bad_agent, "an agent that was not asked");
	let taken = Registration { agent: copied(), ..honest(inviter) };
	let answer = world.answer(&register(taken), &alice).await?;
	assert_eq!(answer, not_fresh, "the victim's agent in a registration");
	let answer = world
		.answer(&register(registration(client, &bobs_agent, &key(15), inviter)), &alice)
		.await?;
	let expected = world.refusal("Operators", "OperatorIsAgent").await?;
	assert_eq!(answer, expected, "the victim's agent as an operator");

	// What an operator revokes, it revokes for itself alone: accepted, and of no effect on others.
	client.send(&revoke(&[&bobs_agent, &bob, &alice, &alices_aura]), &rival).await?;

	let (from, first) = world.window_begins().await?;
	let windows: Vec<u32> =
		world.beats(from, first + 1).await?.iter().map(|beat| beat.window).collect();
	assert_eq!(windows, [first, first + 1], "bob's heartbeats");
	let written = anchored.record(&["after the attempts".to_owned()])?;
	anchored.wait_final(written[0], MINUTE).await
}
