// SPDX-License-Identifier: Apache-2.0
//! Tests of the files that the operator's key signs.

use super::*;
use qh_crypto::Keypair;
use qh_signer_client::MetadataProof;

const GENESIS: [u8; 32] = [1; 32];
const INVITER: [u8; 32] = [2; 32];

fn key(scheme: Scheme, seed: u8) -> Keypair {
	Keypair::from_seed(scheme, &[seed; 32])
}

fn signed(key: &Keypair, domain: Domain, message: &[u8]) -> KeySignature {
	KeySignature {
		scheme: key.scheme().index(),
		public: HexBytes(key.public().to_vec()),
		signature: HexBytes(key.sign(domain, message)),
	}
}

/// A registration that both have signed, with an operator's key of this scheme.
fn registration(scheme: Scheme, inviter: Option<[u8; 32]>) -> RegistrationFile {
	let (operator, agent) = (key(scheme, 3), key(Scheme::Falcon512, 4));
	let statement = RegistrationStatement {
		genesis: GENESIS,
		operator: operator.account_id(),
		agent: agent.account_id(),
		inviter,
	};
	let consent = (GENESIS, statement.operator, "agent").encode();
	let mut file =
		RegistrationFile::new(&statement, signed(&agent, Domain::REGISTRATION, &consent));
	file.signature = Some(signed(&operator, Domain::REGISTRATION, &statement.encode()));
	file
}

fn problem(file: &RegistrationFile) -> Problem {
	file.call(GENESIS, INVITER).unwrap_err()
}

#[test]
fn a_registration_goes_through_a_file_for_every_scheme() {
	let dir = tempfile::tempdir().unwrap();
	for scheme in Scheme::ALL {
		let file = registration(scheme, Some(INVITER));
		let path = dir.path().join(scheme.name());
		store(&path, &file).unwrap();
		let read: RegistrationFile = load(&path).unwrap();
		assert_eq!(read, file);
		assert_eq!(read.call(GENESIS, INVITER).unwrap().len(), 1);
	}
}

#[test]
fn without_an_inviter_the_newcomer_submits() {
	let file = registration(Scheme::Falcon512, None);
	let operator = file.statement().unwrap().operator;
	file.call(GENESIS, operator).unwrap();
	let error = file.call(GENESIS, INVITER).unwrap_err();
	assert_eq!(error, Problem::OtherInviter { named: Hex32(operator), ours: Hex32(INVITER) });
}

#[test]
fn what_is_wrong_with_a_registration_is_said() {
	let good = registration(Scheme::MlDsa65, Some(INVITER));
	let changed = |change: &dyn Fn(&mut RegistrationFile)| {
		let mut file = good.clone();
		change(&mut file);
		problem(&file)
	};
	assert_eq!(changed(&|file| file.signature = None), Problem::Unsigned);
	assert_eq!(changed(&|file| file.request.0.push(0)), Problem::Request);
	// The statement for another inviter: what the operator signed is another.
	let other = registration(Scheme::MlDsa65, Some([9; 32]));
	assert_eq!(
		problem(&other),
		Problem::OtherInviter { named: Hex32([9; 32]), ours: Hex32(INVITER) }
	);
	assert_eq!(
		changed(&|file| file.signature = other.signature.clone()),
		Problem::Signature("operator")
	);
	assert_eq!(changed(&|file| file.agent.signature.0[300] ^= 1), Problem::Signature("agent"));
	assert_eq!(
		changed(&|file| {
			file.agent.signature.0.pop();
		}),
		Problem::Length("agent")
	);
	assert_eq!(changed(&|file| file.agent.scheme = 7), Problem::Length("agent"));
	let error = changed(&|file| file.signature = Some(file.agent.clone()));
	assert!(matches!(error, Problem::WrongKey { whose: "operator", .. }), "{error}");
	let error = good.call([8; 32], INVITER).unwrap_err();
	assert!(matches!(error, Problem::WrongChain { .. }), "{error}");
}

#[test]
fn an_agents_key_is_falcon() {
	let mut file = registration(Scheme::Falcon512, Some(INVITER));
	let (operator, agent) = (key(Scheme::Falcon512, 3), key(Scheme::MlDsa65, 4));
	let statement =
		RegistrationStatement { agent: agent.account_id(), ..file.statement().unwrap() };
	let consent = (GENESIS, statement.operator, "agent").encode();
	file.request = HexBytes(statement.encode());
	file.agent = signed(&agent, Domain::REGISTRATION, &consent);
	file.signature = Some(signed(&operator, Domain::REGISTRATION, &statement.encode()));
	assert_eq!(problem(&file), Problem::AgentScheme);
}

#[test]
fn one_kind_of_file_is_not_taken_for_another_and_none_is_overwritten() {
	let dir = tempfile::tempdir().unwrap();
	let path = dir.path().join("file");
	let file = registration(Scheme::Falcon512, None);
	store(&path, &file).unwrap();
	let error = load::<TransactionFile>(&path).unwrap_err().to_string();
	assert!(error.contains("it is a \"qh-registration/v1\" file"), "{error}");
	assert!(matches!(store(&path, &file), Err(SigningError::Exists(_))));
	std::fs::write(&path, "{\"format\":\"qh-registration/v1\",\"more\":1}").unwrap();
	let error = load::<RegistrationFile>(&path).unwrap_err().to_string();
	assert!(error.contains("more"), "{error}");
	assert!(matches!(
		load::<RegistrationFile>(&dir.path().join("nothing")),
		Err(SigningError::File(_))
	));
}

#[test]
fn a_transaction_is_an_extrinsic_once_its_account_has_signed() {
	// A payload that is signed as it is, and one of which the hash is.
	for length in [10, 300] {
		let key = key(Scheme::SlhDsaSha2_128s, 5);
		let request = TransactionRequest {
			key: key.account_id(),
			call: vec![6; length],
			explicit: vec![7],
			implicit: vec![8],
			metadata: MetadataProof {
				proof: vec![],
				extrinsic: vec![],
				spec_version: 1,
				spec_name: String::new(),
				base58_prefix: 42,
				decimals: 12,
				token_symbol: String::new(),
			},
		};
		let unsigned = Unsigned { request, nonce: 0, spec_version: 1, death: 9 };
		let mut file = TransactionFile::new(&unsigned);
		assert_eq!(file.extrinsic().unwrap_err(), Problem::Unsigned);
		let payload = [vec![6; length], vec![7, 8]].concat();
		let message = match length {
			10 => payload,
			_ => blake2_256(&payload).to_vec(),
		};
		file.signature = Some(signed(&key, Domain::TRANSACTION, &message));
		let bytes = file.extrinsic().unwrap();
		let expected = [
			&[0x84, 0][..],
			&key.account_id(),
			&[1],
			key.public(),
			&file.signature.clone().unwrap().signature.0.encode(),
			&[7],
			&vec![6; length],
		]
		.concat();
		assert_eq!(bytes, expected.encode());
		file.signature = Some(signed(&key, Domain::RAW, &message));
		assert_eq!(file.extrinsic().unwrap_err(), Problem::Signature("account"));
	}
}
