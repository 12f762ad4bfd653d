// SPDX-License-Identifier: Apache-2.0
//! What the agent composes from metadata is what the runtime means.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use codec::{Decode, DecodeAll, Encode};
use pallet_attestation::Batch;
use pallet_operators::{Heartbeat, NodeVersion, Registration};
use qh_agent::{
	chain::{
		extrinsic::{signed, Composer, Placement, Runtime as RuntimeFacts, Unsigned},
		Call, Heartbeat as AgentHeartbeat,
	},
	hexed::HexBytes,
	signing::{KeySignature, RegistrationFile},
};
use qh_crypto::{Domain, Keypair, Scheme};
use qh_runtime::{Runtime, RuntimeCall, SessionKeys, Signature, UncheckedExtrinsic, VERSION};
use qh_signer_client::RegistrationStatement;
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
fn a_registration_is_the_runtimes() {
	let agent = Keypair::from_seed(Scheme::Falcon512, &[6; 32]);
	for scheme in Scheme::ALL {
		for inviter in [None, Some([3; 32])] {
			let operator = Keypair::from_seed(scheme, &[5; 32]);
			let statement = RegistrationStatement {
				genesis: AT.genesis,
				operator: operator.account_id(),
				agent: agent.account_id(),
				inviter,
			};
			let consent = pallet_operators::statement::agent_statement(
				AT.genesis.into(),
				&statement.operator.into(),
			);
			let sign = |key: &Keypair, message: &[u8]| key.sign(Domain::REGISTRATION, message);
			let (by_agent, by_operator) =
				(sign(&agent, &consent), sign(&operator, &statement.encode()));
			let part = |key: &Keypair, signature: &[u8]| KeySignature {
				scheme: key.scheme().index(),
				public: HexBytes(key.public().to_vec()),
				signature: HexBytes(signature.to_vec()),
			};
			let mut file = RegistrationFile::new(&statement, part(&agent, &by_agent));
			file.signature = Some(part(&operator, &by_operator));
			let submitter = inviter.unwrap_or(statement.operator);
			let arguments = file.call(AT.genesis, submitter).unwrap();
			let found = composer().call("Operators", "register", arguments).unwrap();
			let whole = |key: &Keypair, signature: &[u8]| {
				Signature::from_parts(key.scheme(), key.public(), signature).unwrap()
			};
			let registration = Box::new(Registration {
				operator: whole(&operator, &by_operator),
				agent: whole(&agent, &by_agent),
				inviter: inviter.map(Into::into),
			});
			let expected =
				RuntimeCall::Operators(pallet_operators::Call::register { registration });
			assert_eq!(found, expected.encode());
		}
	}
}

#[test]
fn a_signed_extrinsic_of_every_scheme_decodes_in_the_runtime() {
	let unsigned = compose(&anchor());
	for scheme in Scheme::ALL {
		let key = Keypair::from_seed(scheme, &[5; 32]);
		let signature = key.sign(Domain::TRANSACTION, &unsigned.request.call);
		let bytes = signed(&unsigned.request, scheme, key.public(), &signature);
		let decoded = UncheckedExtrinsic::decode_all(&mut bytes.as_slice()).unwrap();
		assert_eq!(decoded.encode(), bytes);
	}
}

#[test]
fn errors_of_the_pallets_are_named() {
	let composer = composer();
	let used_up = composer.error("Operators", 12).unwrap();
	assert!(used_up.starts_with("QuotaUsedUp: The call was made as often"), "{used_up}");
	assert_eq!(composer.error("Operators", 200), None);
	assert_eq!(composer.error("Nothing", 0), None);
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
