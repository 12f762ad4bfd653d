// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::{CheckIfFeeless, GetDispatchInfo},
	traits::fungible::InspectHold,
};
use sp_runtime::traits::DispatchTransaction;

/// What a transaction of this sender goes through, fees aside.
fn send(who: &AccountId32, nonce: u32, call: RuntimeCall) -> Result<(), String> {
	let extensions =
		(frame_system::CheckNonce::<Test>::from(nonce), CheckOperatorCall::<Test>::new());
	let info = call.get_dispatch_info();
	extensions
		.dispatch_transaction(signed(who), call, &info, 0, 0)
		.map_err(|invalid| format!("{invalid:?}"))?
		.map(|_| ())
		.map_err(|failed| format!("{failed:?}"))
}

#[docify::export]
#[test]
fn an_account_without_tokens_registers_by_invitation_and_then_sends() {
	ExtBuilder::default().build_and_execute(|| {
		let (eve, her_agent) = (account("eve"), agent("eve"));
		assert_eq!(Balances::free_balance(&eve), 0);

		// Alice submits what both of Eve's keys have signed. It costs her nothing.
		let registration = registration("eve", Some("alice"));
		let call = RuntimeCall::from(Call::<Test>::register { registration });
		assert!(call.is_feeless(&signed(&account("alice"))));
		assert_ok!(send(&account("alice"), 0, call));

		// Eve's agent holds no token either, and sends a heartbeat.
		let call = RuntimeCall::from(Call::<Test>::heartbeat { heartbeat: beat() });
		run_to_window(1);
		assert!(call.is_feeless(&signed(&her_agent)));
		assert_ok!(send(&her_agent, 0, call));
		assert!(Operators::is_healthy(&eve));
	});
}

#[test]
fn a_registration_is_recorded() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(5);
		assert_ok!(Operators::register(
			signed(&account("alice")),
			registration("eve", Some("alice"))
		));
		let record = Registry::<Test>::get(account("eve")).unwrap();
		assert_eq!(record.agent, agent("eve"));
		assert_eq!(record.inviter, Some(account("alice")));
		assert_eq!(record.registered_at, 5);
		assert_eq!(record.bond, 0);
		assert_eq!(Operators::operator_of(&agent("eve")), Some(account("eve")));
		assert_eq!(Operators::agent_of(&account("eve")), Some(agent("eve")));
		assert_eq!(Operators::inviter_of(&account("eve")), Some(account("alice")));
		assert!(Operators::is_healthy(&account("eve")));
		assert_eq!(
			events(),
			[Event::OperatorRegistered {
				operator: account("eve"),
				agent: agent("eve"),
				inviter: Some(account("alice")),
				segment: record.segment,
			}]
		);
	});
}

#[test]
fn a_newcomer_sits_next_to_its_inviter() {
	ExtBuilder::default().build_and_execute(|| {
		for name in ["eve", "ferdie"] {
			assert_ok!(Operators::register(
				signed(&account("bob")),
				registration(name, Some("bob"))
			));
		}
		let segment = |name| Operators::segment_of(&account(name)).unwrap();
		assert!(segment("eve").is_neighbour_of(segment("bob")));
		assert!(segment("ferdie").is_neighbour_of(segment("bob")));
		assert_ne!(segment("eve"), segment("ferdie"));
	});
}

#[test]
fn a_funded_newcomer_registers_itself_and_pays() {
	ExtBuilder::default().balance(account("eve"), 1_000).build_and_execute(|| {
		let call =
			RuntimeCall::from(Call::<Test>::register { registration: registration("eve", None) });
		assert!(!call.is_feeless(&signed(&account("eve"))));
		assert_ok!(send(&account("eve"), 0, call));
		let record = Registry::<Test>::get(account("eve")).unwrap();
		assert_eq!(record.inviter, None);
		let centre = Segment::from_hash(account("eve").as_ref());
		assert!(record.segment.distance(centre) <= 1);
	});
}

#[test]
fn keys_of_every_scheme_can_be_operators() {
	InvitationsPerEra::set(3);
	ExtBuilder::default().build_and_execute(|| {
		for scheme in [Scheme::Falcon512, Scheme::SlhDsaSha2_128s, Scheme::MlDsa65] {
			let operator = scheme_key(scheme, "eve", "account");
			let agent = key(scheme.name(), "agent");
			let registration = registration_by(&operator, &agent, Some(account("alice")));
			assert_ok!(Operators::register(signed(&account("alice")), registration));
			assert_eq!(
				Operators::operator_of(&agent.account_id().into()),
				Some(operator.account_id().into())
			);
		}
	});
}

#[test]
fn a_bond_is_held_where_one_is_demanded() {
	Bond::set(100);
	ExtBuilder::default().balance(account("eve"), 150).build_and_execute(|| {
		assert_ok!(Operators::register(
			signed(&account("alice")),
			registration("eve", Some("alice"))
		));
		assert_eq!(Registry::<Test>::get(account("eve")).unwrap().bond, 100);
		assert_eq!(Balances::balance_on_hold(&HoldReason::Bond.into(), &account("eve")), 100);
	});
}

mod register_fails {
	use super::*;

	fn refused(who: &str, registration: Box<Registration>, error: Error<Test>) {
		assert_noop!(Operators::register(signed(&account(who)), registration), error);
	}

	#[test]
	fn if_it_is_not_signed() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(
				Operators::register(RuntimeOrigin::root(), registration("eve", Some("alice"))),
				sp_runtime::DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn if_another_than_the_inviter_submits_it() {
		ExtBuilder::default().build_and_execute(|| {
			refused("bob", registration("eve", Some("alice")), Error::WrongSubmitter);
		});
	}

	#[test]
	fn if_there_is_no_inviter_and_another_than_the_newcomer_submits_it() {
		ExtBuilder::default().build_and_execute(|| {
			refused("bob", registration("eve", None), Error::WrongSubmitter);
		});
	}

	#[test]
	fn if_the_inviter_is_no_operator() {
		ExtBuilder::default().operators(&["alice"]).validators(&["alice"]).build_and_execute(
			|| refused("bob", registration("eve", Some("bob")), Error::NotOperator),
		);
	}

	#[test]
	fn if_the_inviter_has_retired() {
		ExtBuilder::default().build_and_execute(|| {
			let own_key = vec![account("alice").into()].try_into().unwrap();
			assert_ok!(Operators::revoke_keys(signed(&account("alice")), own_key));
			refused("alice", registration("eve", Some("alice")), Error::KeyRevoked);
		});
	}

	#[test]
	fn if_the_inviter_is_unhealthy() {
		ExtBuilder::default().build_and_execute(|| {
			run_to_window(3);
			refused("alice", registration("eve", Some("alice")), Error::InviterUnhealthy);
		});
	}

	#[test]
	fn if_the_inviter_is_new() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Operators::register(
				signed(&account("alice")),
				registration("eve", Some("alice"))
			));
			refused("eve", registration("ferdie", Some("eve")), Error::InviterTooYoung);
			run_to_window(1);
			refused("eve", registration("ferdie", Some("eve")), Error::InviterTooYoung);
			assert_ok!(send_heartbeat("eve"));
			run_to_window(2);
			assert_ok!(Operators::register(
				signed(&account("eve")),
				registration("ferdie", Some("eve"))
			));
		});
	}

	#[test]
	fn if_the_inviter_was_seen_in_less_than_half_of_the_windows() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(Operators::register(
				signed(&account("alice")),
				registration("eve", Some("alice"))
			));
			run_to_window(2);
			assert!(Operators::is_healthy(&account("eve")));
			refused("eve", registration("ferdie", Some("eve")), Error::InviterUptimeTooLow);
			assert_ok!(send_heartbeat("eve"));
			run_to_window(3);
			assert_ok!(Operators::register(
				signed(&account("eve")),
				registration("ferdie", Some("eve"))
			));
		});
	}

	#[test]
	fn if_the_inviter_has_no_invitation_left_in_the_era() {
		ExtBuilder::default().build_and_execute(|| {
			for name in ["eve", "ferdie"] {
				assert_ok!(Operators::register(
					signed(&account("alice")),
					registration(name, Some("alice"))
				));
			}
			refused("alice", registration("gina", Some("alice")), Error::QuotaUsedUp);
			run_to_window(2);
			assert_ok!(send_heartbeat("alice"));
			refused("alice", registration("gina", Some("alice")), Error::QuotaUsedUp);
			run_to_window(3);
			assert_ok!(Operators::register(
				signed(&account("alice")),
				registration("gina", Some("alice"))
			));
		});
	}

	#[test]
	fn if_there_are_as_many_operators_as_there_can_be() {
		MaxOperators::set(4);
		ExtBuilder::default().build_and_execute(|| {
			refused("alice", registration("eve", Some("alice")), Error::TooManyOperators);
		});
	}

	#[test]
	fn if_the_newcomer_is_registered() {
		ExtBuilder::default().build_and_execute(|| {
			let registration = registration_by(
				&key("bob", "account"),
				&key("new", "agent"),
				Some(account("alice")),
			);
			refused("alice", registration, Error::AlreadyOperator);
		});
	}

	#[test]
	fn if_the_newcomer_is_an_agent() {
		ExtBuilder::default().build_and_execute(|| {
			let registration =
				registration_by(&key("bob", "agent"), &key("new", "agent"), Some(account("alice")));
			refused("alice", registration, Error::OperatorIsAgent);
		});
	}

	#[test]
	fn if_the_agent_is_of_another_scheme_than_falcon() {
		ExtBuilder::default().build_and_execute(|| {
			let agent = scheme_key(Scheme::MlDsa65, "eve", "agent");
			let registration =
				registration_by(&key("eve", "account"), &agent, Some(account("alice")));
			refused("alice", registration, Error::AgentNotFalcon);
		});
	}

	#[test]
	fn if_the_agent_is_the_operator_itself_or_another_operator_or_agent() {
		ExtBuilder::default().build_and_execute(|| {
			for agent in [key("eve", "account"), key("bob", "account"), key("bob", "agent")] {
				let registration =
					registration_by(&key("eve", "account"), &agent, Some(account("alice")));
				refused("alice", registration, Error::AgentNotFresh);
			}
		});
	}

	#[test]
	fn if_the_agent_has_sent_something() {
		ExtBuilder::default().build_and_execute(|| {
			System::inc_account_nonce(agent("eve"));
			refused("alice", registration("eve", Some("alice")), Error::AgentNotFresh);
		});
	}

	#[test]
	fn if_the_runtime_says_the_agent_is_not_fresh() {
		ExtBuilder::default().build_and_execute(|| {
			NotFresh::set(vec![agent("eve")]);
			refused("alice", registration("eve", Some("alice")), Error::AgentNotFresh);
		});
	}

	#[test]
	fn if_the_bond_is_not_covered() {
		Bond::set(100);
		ExtBuilder::default().balance(account("eve"), 99).build_and_execute(|| {
			refused("alice", registration("eve", Some("alice")), Error::BondNotCovered);
		});
	}

	#[test]
	fn if_the_operator_signed_another_inviter_agent_or_network() {
		ExtBuilder::default().build_and_execute(|| {
			let (operator, agent_key) = (key("eve", "account"), key("eve", "agent"));
			let eve = account("eve");
			let signed_for = |genesis, agent: AccountId32, inviter: &str| {
				sign(
					&operator,
					&statement::operator_statement(genesis, &eve, &agent, Some(&account(inviter))),
				)
			};
			for consent in [
				signed_for(genesis(), agent("eve"), "bob"),
				signed_for(genesis(), agent("ferdie"), "alice"),
				signed_for(H256::zero(), agent("eve"), "alice"),
				// The agent's statement is not the operator's.
				sign(&operator, &statement::agent_statement(genesis(), &eve)),
			] {
				let mut registration =
					registration_by(&operator, &agent_key, Some(account("alice")));
				registration.operator = consent;
				refused("alice", registration, Error::BadOperatorSignature);
			}
		});
	}

	#[test]
	fn if_the_agent_consented_to_another_operator_or_network_or_not_at_all() {
		ExtBuilder::default().build_and_execute(|| {
			let agent_key = key("eve", "agent");
			let mut forged = sign(
				&key("mallory", "account"),
				&statement::agent_statement(genesis(), &account("eve")),
			);
			if let Signature::Falcon512(bundle) = &mut forged {
				bundle[..agent_key.public().len()].copy_from_slice(agent_key.public());
			}
			for consent in [
				sign(&agent_key, &statement::agent_statement(genesis(), &account("bob"))),
				sign(&agent_key, &statement::agent_statement(H256::zero(), &account("eve"))),
				forged,
			] {
				let mut registration = registration("eve", Some("alice"));
				registration.agent = consent;
				refused("alice", registration, Error::BadAgentSignature);
			}
		});
	}

	#[test]
	fn if_a_signature_is_of_another_domain() {
		ExtBuilder::default().build_and_execute(|| {
			let (operator, agent_key) = (key("eve", "account"), key("eve", "agent"));
			let message = statement::agent_statement(genesis(), &account("eve"));
			for domain in [Domain::TRANSACTION, Domain::RAW, Domain::RECEIPT] {
				let signature = agent_key.sign(domain, &message);
				let mut registration =
					registration_by(&operator, &agent_key, Some(account("alice")));
				registration.agent =
					Signature::from_parts(agent_key.scheme(), agent_key.public(), &signature)
						.unwrap();
				refused("alice", registration, Error::BadAgentSignature);
			}
		});
	}
}
