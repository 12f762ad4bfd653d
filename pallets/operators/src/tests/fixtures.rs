// SPDX-License-Identifier: Apache-2.0

use super::equivocation::{proof_of, sealed_by};
use crate::{equivocation::is_equivocation, fixtures::Fixtures, mock::*, *};
use codec::{Decode, Encode};
use frame_support::assert_ok;
use qh_crypto::Keypair;
use sp_runtime::traits::OpaqueKeys;

const GENESIS: H256 = H256::repeat_byte(7);

#[test]
fn every_signature_of_the_fixtures_holds() {
	ExtBuilder::default().operators(&["fixture"]).validators(&[]).build_and_execute(|| {
		let fixtures = Fixtures::load().unwrap();
		frame_system::BlockHash::<Test>::insert(0, fixtures.genesis);
		InvitationsPerEra::set(3);
		assert_eq!(fixtures.inviter, account("fixture"));
		let schemes = [Scheme::Falcon512, Scheme::SlhDsaSha2_128s, Scheme::MlDsa65];
		assert_eq!(fixtures.registrations.len(), schemes.len());
		for (registration, scheme) in fixtures.registrations.into_iter().zip(schemes) {
			assert_eq!(registration.operator.scheme(), scheme);
			assert_ok!(Operators::register(signed(&fixtures.inviter), Box::new(registration)));
		}
		let (operator, consent) = fixtures.consent;
		assert_ok!(Operators::set_agent(signed(&operator), Box::new(consent)));
		let (operator, keys, proof) = fixtures.session_keys;
		let keys = SessionKeys::decode(&mut &keys[..]).unwrap();
		assert!(keys.ownership_proof_is_valid(operator.as_ref(), &proof));
		let equivocation: AuraEquivocationProof<sp_runtime::testing::Header> =
			Decode::decode(&mut &fixtures.equivocation[..]).unwrap();
		assert_eq!(equivocation.offender, keys.aura);
		assert!(is_equivocation(&equivocation));
	});
}

#[test]
#[ignore = "writes fixtures.scale"]
fn write_fixtures() {
	let inviter = account("fixture");
	let agent_consent = |agent: &Keypair, operator: &AccountId32| {
		sign(agent, &statement::agent_statement(GENESIS, operator))
	};
	let registrations = [Scheme::Falcon512, Scheme::SlhDsaSha2_128s, Scheme::MlDsa65]
		.map(|scheme| {
			let operator = scheme_key(scheme, "fixture", "newcomer");
			let agent = key(scheme.name(), "agent");
			let operator_id = AccountId32::from(operator.account_id());
			let statement = statement::operator_statement(
				GENESIS,
				&operator_id,
				&agent.account_id().into(),
				Some(&inviter),
			);
			Registration {
				operator: sign(&operator, &statement),
				agent: agent_consent(&agent, &operator_id),
				inviter: Some(inviter.clone()),
			}
		})
		.into();
	let consent = (inviter.clone(), agent_consent(&key("fixture", "agent2"), &inviter));
	let (keys, proof) = session_keys("fixture", 0);
	let aura = aura_pair("fixture", 0);
	let equivocation = proof_of(&aura, sealed_by(&aura, 1, 42), sealed_by(&aura, 2, 42));
	let fixtures = Fixtures {
		genesis: GENESIS,
		inviter: inviter.clone(),
		registrations,
		consent,
		session_keys: (inviter, keys.encode(), proof),
		equivocation: equivocation.encode(),
	};
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/fixtures.scale");
	std::fs::write(path, fixtures.encode()).unwrap();
}
