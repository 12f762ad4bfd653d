// SPDX-License-Identifier: Apache-2.0

//! The byte layouts that strangers implement, against golden values written from their description.

use crate::{mock::*, *};
use codec::Encode;
use serde_json::Value;
use sp_core::bytes::{from_hex, to_hex};

fn vectors() -> Value {
	serde_json::from_str(include_str!("../../vectors/operators.json")).unwrap()
}

fn id(value: &Value) -> [u8; 32] {
	from_hex(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
	to_hex(bytes.as_ref(), false)
}

#[test]
fn statements_have_their_golden_bytes() {
	let vectors = vectors();
	let genesis = H256::from(id(&vectors["genesis"]));
	let [operator, agent, inviter] =
		["operator", "agent", "inviter"].map(|name| AccountId32::from(id(&vectors[name])));
	let golden = &vectors["statements"];
	let statement = |inviter| statement::operator_statement(genesis, &operator, &agent, inviter);
	assert_eq!(golden["operator_with_inviter"], hex(statement(Some(&inviter))));
	assert_eq!(golden["operator_without_inviter"], hex(statement(None)));
	assert_eq!(golden["agent"], hex(statement::agent_statement(genesis, &operator)));
}

#[test]
fn arguments_of_calls_have_their_golden_bytes() {
	let vectors = vectors();
	let golden = &vectors["heartbeat"];
	let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
	let heartbeat = Heartbeat {
		node: NodeVersion {
			major: number(&golden["node"][0]) as u16,
			minor: number(&golden["node"][1]) as u16,
			patch: number(&golden["node"][2]) as u16,
		},
		best: number(&golden["best"]),
		finalized: number(&golden["finalized"]),
		report: id(&golden["report"]).into(),
	};
	assert_eq!(golden["bytes"], hex(heartbeat.encode()));

	// In a call, behind the indices of the pallet and the call.
	let call = RuntimeCall::from(Call::<Test>::heartbeat { heartbeat }).encode();
	assert_eq!(call[..2], [3, 1]);
	assert_eq!(golden["bytes"], hex(&call[2..]));

	let golden = &vectors["revoke_keys"];
	let keys = golden["keys"].as_array().unwrap().iter().map(id).collect::<Vec<_>>();
	let keys = keys.try_into().unwrap();
	let call = RuntimeCall::from(Call::<Test>::revoke_keys { keys }).encode();
	assert_eq!(call[..2], [3, 4]);
	assert_eq!(golden["arguments"], hex(&call[2..]));
}

#[test]
fn pool_tags_have_their_golden_bytes() {
	let vectors = vectors();
	let golden = &vectors["pool_tag"];
	let [pallet, call] = ["pallet", "call"].map(|name| golden[name].as_u64().unwrap() as u8);
	let operator = AccountId32::from(id(&vectors["operator"]));
	let feeless = FeelessCall { operator, call: [pallet, call] };
	let window = golden["window"].as_u64().unwrap() as WindowIndex;
	assert_eq!(golden["bytes"], hex(feeless.tag(window)));
}

#[test]
fn calls_and_errors_keep_their_numbers() {
	let numbers: Vec<_> = [
		Error::<Test>::NotOperator,
		Error::NotAgent,
		Error::KeyRevoked,
		Error::AlreadyOperator,
		Error::OperatorIsAgent,
		Error::AgentNotFresh,
		Error::AgentNotFalcon,
		Error::BadOperatorSignature,
		Error::BadAgentSignature,
		Error::WrongSubmitter,
		Error::InviterUnhealthy,
		Error::InviterTooYoung,
		Error::QuotaUsedUp,
		Error::TooManyOperators,
		Error::BondNotCovered,
		Error::AlreadySeen,
		Error::InvalidHeartbeat,
		Error::InvalidProof,
		Error::KeyOwnedByAnother,
		Error::InvalidKeyList,
		Error::AlreadyRevoked,
		Error::TooManyRevokedKeys,
		Error::SessionKeyInUse,
		Error::InvalidEquivocationProof,
		Error::InvalidKeyOwnershipProof,
		Error::DuplicateOffenceReport,
		Error::AgentCallNotAllowed,
	]
	.iter()
	.map(|error| error.encode())
	.collect();
	assert_eq!(numbers, (0..27u8).map(|number| vec![number]).collect::<Vec<_>>());
}
