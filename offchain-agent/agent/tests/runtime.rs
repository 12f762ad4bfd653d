// SPDX-License-Identifier: Apache-2.0
//! What the agent composes from metadata is what the runtime means.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use codec::{Decode, DecodeAll, Encode};
use pallet_attestation::Batch;
use pallet_operators::{Heartbeat, NodeVersion};
use qh_agent::chain::{
	extrinsic::{Composer, Placement, Runtime as RuntimeFacts, Unsigned},
	Call, Heartbeat as AgentHeartbeat,
};
use qh_crypto::{Domain, Keypair, Scheme};
use qh_runtime::{Runtime, RuntimeCall, SessionKeys, UncheckedExtrinsic, VERSION};
use subxt::ext::frame_metadata::RuntimeMetadataPrefixed;

const AT: Placement =
	Placement { genesis: [1; 32], account: [2; 32], nonce: 3, birth: 100, birth_hash: [4; 32] };

fn composer() -> Composer {
	// Constants that hold periods are read from state, which is empty here: types do not depend on it.
	let metadata = sp_io::TestExternalities::default()
		.execute_with(|| Runtime::metadata_at_version(15))
		.unwrap();
	let metadata = RuntimeMetadataPrefixed::decode_all(&mut metadata.as_slice()).unwrap();
	let runtime = RuntimeFacts {
		spec_name: VERSION.spec_name.to_string(),
		spec_version: VERSION.spec_version,
		transaction_version: VERSION.transaction_version,
		token_decimals: qh_runtime::TOKEN_DECIMALS,
		token_symbol: qh_runtime::TOKEN_SYMBOL.to_owned(),
	};
	Composer::new(metadata, runtime).unwrap()
}

fn compose(call: &Call) -> Unsigned {
	let composer = composer();
	let (pallet, name, arguments) = call.parts();
	let call = composer.call(pallet, name, arguments).unwrap();
	composer.compose(call, &AT).unwrap()
}

fn anchor() -> Call {
	Call::Anchor {
		first_seq: 5,
		last_seq: 9,
		prev_head: [6; 32],
		new_head: [7; 32],
		merkle_root: [8; 32],
	}
}

#[test]
fn an_anchor_is_the_runtimes() {
	let batch = Batch {
		first_seq: 5,
		last_seq: 9,
		prev_head: [6; 32],
		new_head: [7; 32],
		merkle_root: [8; 32],
		vouchers: Default::default(),
	};
	let expected = RuntimeCall::Attestation(pallet_attestation::Call::anchor { batch });
	assert_eq!(compose(&anchor()).request.call, expected.encode());
}

#[test]
fn a_heartbeat_is_the_runtimes() {
	let call = Call::Heartbeat(AgentHeartbeat {
		node_version: [1, 2, 3],
		best: 40,
		finalized: 38,
		report: [9; 32],
	});
	let heartbeat = Heartbeat {
		node: NodeVersion { major: 1, minor: 2, patch: 3 },
		best: 40,
		finalized: 38,
		report: [9; 32].into(),
	};
	let expected = RuntimeCall::Operators(pallet_operators::Call::heartbeat { heartbeat });
	assert_eq!(compose(&call).request.call, expected.encode());
}

#[test]
fn a_rotation_is_the_runtimes() {
	let (aura, grandpa) = ([0xa1; 897], [0xa2; 897]);
	let proof = vec![0xa3; 2 * 666];
	let call = Call::RotateSessionKeys {
		aura: Box::new(aura),
		grandpa: Box::new(grandpa),
		proof: proof.clone(),
	};
	let keys = Box::new(SessionKeys::decode(&mut [aura, grandpa].concat().as_slice()).unwrap());
	let proof = proof.try_into().unwrap();
	let expected =
		RuntimeCall::Operators(pallet_operators::Call::rotate_session_keys { keys, proof });
	assert_eq!(compose(&call).request.call, expected.encode());
}

#[test]
fn the_signed_extrinsic_decodes_in_the_runtime() {
	let key = Keypair::from_seed(Scheme::Falcon512, &[5; 32]);
	let unsigned = compose(&anchor());
	let signature = key.sign(Domain::TRANSACTION, &unsigned.request.call).try_into().unwrap();
	let bytes = unsigned.sign(key.public().try_into().unwrap(), &signature);
	let decoded = UncheckedExtrinsic::decode_all(&mut bytes.as_slice()).unwrap();
	assert_eq!(decoded.encode(), bytes);
	assert!(bytes.len() < 2_048, "{} bytes", bytes.len());
}
