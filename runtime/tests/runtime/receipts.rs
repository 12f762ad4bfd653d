// SPDX-License-Identifier: Apache-2.0

//! Operators and agents without a token: registration, heartbeats, receipts.

use crate::network::{
	account, apply, development, key, next_block, remark, run_to_block, signed, stranger,
	through_the_wire, transfer,
};
use frame_support::{traits::fungible::Inspect, weights::Weight};
use pallet_attestation::BatchOf;
use pallet_operators::{
	statement::{agent_statement, operator_statement},
	Heartbeat, Registration, FEELESS_PRIORITY,
};
use qh_app_crypto::Signature;
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_receipts::{BatchLeaf, Kind, Receipt, RECEIPT_VERSION};
use qh_runtime::{
	periods::EraSessions, AccountId, Attestation, Balances, Executive, Hash, Operators, Runtime,
	RuntimeCall, System, UncheckedExtrinsic,
};
use sp_runtime::{
	traits::Get,
	transaction_validity::{TransactionSource, TransactionValidity},
};

fn heartbeat() -> RuntimeCall {
	let heartbeat = Heartbeat { best: 3, finalized: 1, ..Default::default() };
	RuntimeCall::Operators(pallet_operators::Call::heartbeat { heartbeat })
}

fn validate(extrinsic: &UncheckedExtrinsic) -> TransactionValidity {
	Executive::validate_transaction(
		TransactionSource::External,
		through_the_wire(extrinsic),
		Hash::zero(),
	)
}

/// The genesis hash that statements of registration name.
fn genesis() -> Hash {
	System::block_hash(0)
}

fn sign(key: &Keypair, message: &[u8]) -> Signature {
	let signature = key.sign(Domain::REGISTRATION, message);
	Signature::from_parts(key.scheme(), key.public(), &signature).unwrap()
}

/// A newcomer's registration by invitation of alice.
fn invitation(operator: &Keypair, agent: &Keypair) -> RuntimeCall {
	let inviter = account(&key("alice", "account"));
	let statement =
		operator_statement(genesis(), &account(operator), &account(agent), Some(&inviter));
	RuntimeCall::Operators(pallet_operators::Call::register {
		registration: Box::new(Registration {
			operator: sign(operator, &statement),
			agent: sign(agent, &agent_statement(genesis(), &account(operator))),
			inviter: Some(inviter),
		}),
	})
}

/// `count` receipts that continue the operator's chain, as a batch.
fn batch(operator: &AccountId, agent: &AccountId, count: u64) -> RuntimeCall {
	let head = Attestation::head(operator);
	let mut prev = head.head;
	let receipts: Vec<_> = (0..count)
		.map(|i| {
			let receipt = Receipt {
				version: RECEIPT_VERSION,
				genesis: genesis().0,
				operator: operator.clone().into(),
				seq: head.next_seq + i,
				prev,
				time_ms: 0,
				kind: Kind::HEALTH,
				payload: vec![7; 32],
			};
			prev = receipt.id();
			receipt
		})
		.collect();
	let leaf =
		BatchLeaf::over(operator.clone().into(), agent.clone().into(), head, &receipts).unwrap();
	RuntimeCall::Attestation(pallet_attestation::Call::anchor {
		batch: BatchOf::<Runtime> {
			first_seq: leaf.first_seq,
			last_seq: leaf.last_seq,
			prev_head: leaf.prev_head,
			new_head: leaf.new_head,
			merkle_root: leaf.merkle_root,
			vouchers: Default::default(),
		},
	})
}

#[test]
fn an_agent_without_tokens_sends_a_heartbeat() {
	development().execute_with(|| {
		let agent = key("alice", "agent");
		assert_eq!(Balances::balance(&account(&agent)), 0);
		let extrinsic = signed(&agent, 0, heartbeat());
		let validity = validate(&extrinsic).unwrap();
		assert_eq!(validity.priority, FEELESS_PRIORITY);
		let issuance = Balances::total_issuance();
		apply(extrinsic).unwrap().unwrap();
		assert_eq!(Balances::total_issuance(), issuance);
		assert_eq!(Balances::balance(&account(&agent)), 0);
		// One a window, and the second is refused before it takes room in the pool.
		assert!(validate(&signed(&agent, 1, heartbeat())).is_err());
	});
}

#[test]
fn heartbeats_of_one_operator_share_one_tag_whatever_their_nonce() {
	development().execute_with(|| {
		let agent = key("alice", "agent");
		let mut tags: Vec<_> = (0..3)
			.map(|nonce| validate(&signed(&agent, nonce, heartbeat())).unwrap().provides)
			.collect();
		let first = tags.remove(0);
		for others in tags {
			assert!(others.iter().any(|tag| first.contains(tag)));
		}
	});
}

#[test]
fn an_agent_may_do_nothing_else() {
	development().execute_with(|| {
		let agent = key("alice", "agent");
		crate::network::endow(&account(&agent), 1_000 * qh_runtime::QMHY);
		let batch_call =
			RuntimeCall::Utility(pallet_utility::Call::batch { calls: vec![heartbeat()] });
		let fill = RuntimeCall::Attestation(pallet_attestation::Call::fill_tank { amount: 1 });
		for call in [transfer(), remark(0), batch_call, fill] {
			assert!(apply(signed(&agent, 0, call)).is_err());
		}
	});
}

#[test]
fn a_newcomer_registers_by_invitation_and_anchors() {
	development().execute_with(|| {
		for (scheme, name) in Scheme::ALL.into_iter().zip(["a", "b", "c"]) {
			let operator = Keypair::from_seed(scheme, &dev::dev_seed(name, "account"));
			let agent = Keypair::from_seed(Scheme::Falcon512, &dev::dev_seed(name, "agent"));
			let nonce = System::account_nonce(account(&key("alice", "account")));
			let before = Balances::free_balance(account(&key("alice", "account")));
			let extrinsic = signed(&key("alice", "account"), nonce, invitation(&operator, &agent));
			validate(&extrinsic).unwrap();
			apply(extrinsic).unwrap().unwrap();
			assert_eq!(Balances::free_balance(account(&key("alice", "account"))), before);
			assert_eq!(Operators::operator_of(&account(&agent)), Some(account(&operator)));

			apply(signed(&agent, 0, heartbeat())).unwrap().unwrap();
			let anchor = signed(&agent, 1, batch(&account(&operator), &account(&agent), 3));
			assert_eq!(validate(&anchor).unwrap().priority, FEELESS_PRIORITY);
			apply(anchor.clone()).unwrap().unwrap();
			assert_eq!(Attestation::head(&account(&operator)).next_seq, 3);
			assert!(apply(anchor).is_err());
			assert_eq!(Balances::balance(&account(&agent)), 0);
		}
	});
}

#[test]
fn nobody_is_registered_without_both_signatures() {
	development().execute_with(|| {
		let operator = stranger(Scheme::Falcon512);
		let agent = Keypair::from_seed(Scheme::Falcon512, &dev::dev_seed("stranger", "agent"));
		let RuntimeCall::Operators(pallet_operators::Call::register { registration }) =
			invitation(&operator, &agent)
		else {
			unreachable!()
		};
		let alice = key("alice", "account");
		let mut by_alice = registration.clone();
		by_alice.operator = sign(&alice, b"something else");
		let mut swapped = registration.clone();
		std::mem::swap(&mut swapped.operator, &mut swapped.agent);
		for registration in [by_alice, swapped] {
			let call = RuntimeCall::Operators(pallet_operators::Call::register { registration });
			assert!(apply(signed(&alice, 0, call)).is_err());
		}
		assert_eq!(Operators::operator_of(&account(&agent)), None);
	});
}

#[test]
fn state_stays_the_same_size_however_much_is_anchored() {
	development().execute_with(|| {
		let agent = key("alice", "agent");
		let operator = account(&key("alice", "account"));
		let size = |nonce| {
			// The block in which a session ends takes no transactions.
			if System::block_number().is_multiple_of(10) {
				next_block();
			}
			apply(signed(&agent, nonce, batch(&operator, &account(&agent), 2))).unwrap().unwrap();
			next_block();
			pallet_attestation::Chains::<Runtime>::iter()
				.map(|item| codec::Encode::encoded_size(&item))
				.sum::<usize>()
		};
		let first = size(0);
		assert_eq!((1..10).map(size).collect::<Vec<_>>(), [first; 9]);
	});
}

#[test]
fn gas_pays_for_what_is_not_free() {
	development().execute_with(|| {
		let operator = key("alice", "account");
		let agent = key("alice", "agent");
		let free = u64::from(Attestation::gas(&account(&operator)).free_per_era);
		let too_many = signed(&agent, 0, batch(&account(&operator), &account(&agent), free + 10));
		assert!(apply(too_many.clone()).is_err());
		let gas = 10 * qh_runtime::configs::receipts::GAS_PER_RECEIPT;
		let fill = RuntimeCall::Attestation(pallet_attestation::Call::fill_tank { amount: gas });
		apply(signed(&operator, 0, fill)).unwrap().unwrap();
		let issuance = Balances::total_issuance();
		apply(too_many).unwrap().unwrap();
		assert_eq!(issuance - Balances::total_issuance(), gas);
		assert_eq!(Attestation::tank(&account(&operator)), 0);
	});
}

#[test]
fn the_free_allowance_returns_with_the_era() {
	development().execute_with(|| {
		let operator = account(&key("alice", "account"));
		let agent = key("alice", "agent");
		let free = Attestation::gas(&operator).free_per_era;
		apply(signed(&agent, 0, batch(&operator, &account(&agent), free.into()))).unwrap().unwrap();
		assert_eq!(Attestation::gas(&operator).free_left, 0);
		let sessions = EraSessions::<Runtime>::get();
		run_to_block(10 * sessions + 1);
		assert_eq!(Attestation::gas(&operator).free_left, free);
	});
}

/// The extension's weight is part of what a transaction reserves.
#[test]
fn checking_an_operators_call_weighs_something() {
	use frame_support::dispatch::GetDispatchInfo;
	development().execute_with(|| {
		let agent = key("alice", "agent");
		let info = signed(&agent, 0, heartbeat()).get_dispatch_info();
		assert!(info.extension_weight.all_gt(Weight::zero()));
	});
}
