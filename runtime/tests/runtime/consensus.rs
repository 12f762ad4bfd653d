// SPDX-License-Identifier: Apache-2.0

//! Equivocations, made on purpose, and what becomes of who made them.

use crate::network::{
	account, apply, begin_first_block, key, network, next_block, run_to_block, signed, transfer,
	Chain,
};
use codec::Encode;
use finality_grandpa::{Equivocation as Votes, Message, Precommit, Prevote};
use frame_support::{dispatch::GetDispatchInfo, traits::KeyOwnerProofSystem};
use pallet_operators::{AuraEquivocationProof, Suspension, SuspensionReason, WeightInfo};
use qh_app_crypto::{aura, grandpa};
use qh_crypto::{Domain, Keypair};
use qh_runtime::{
	configs::consensus::MAX_AUTHORITIES, Executive, Grandpa, Hash, Header, Historical, Operators,
	Runtime, RuntimeCall, Session, System, UncheckedExtrinsic,
};
use sp_consensus_grandpa::{localized_payload, Equivocation, EquivocationProof};
use sp_runtime::{
	generic::{Digest, DigestItem},
	traits::Header as _,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
};

/// The local network some blocks after its first change of session.
fn local() -> Chain {
	let mut ext = network("local_testnet");
	ext.execute_with(|| {
		begin_first_block();
		run_to_block(13);
	});
	ext
}

fn grandpa_id(key: &Keypair) -> grandpa::AuthorityId {
	grandpa::Public::try_from(key.public()).unwrap().into()
}

fn aura_id(key: &Keypair) -> aura::AuthorityId {
	aura::Public::try_from(key.public()).unwrap().into()
}

/// A vote with its signature.
type Vote<V> = (V, grandpa::AuthoritySignature);

fn vote<V: Clone>(
	key: &Keypair,
	round: u64,
	set: u64,
	vote: V,
	message: impl Fn(V) -> Message<Hash, u32>,
) -> Vote<V> {
	let bytes = localized_payload(round, set, &message(vote.clone()));
	let signature = key.sign(Domain::GRANDPA, &bytes);
	(vote, grandpa::Signature::try_from(signature.as_slice()).unwrap().into())
}

fn two_prevotes(key: &Keypair, round: u64, set: u64) -> EquivocationProof<Hash, u32> {
	let cast = |byte| {
		let target = Prevote { target_hash: Hash::repeat_byte(byte), target_number: 9 };
		vote(key, round, set, target, Message::Prevote)
	};
	let votes =
		Votes { round_number: round, identity: grandpa_id(key), first: cast(1), second: cast(2) };
	EquivocationProof::new(set, Equivocation::Prevote(votes))
}

fn two_precommits(key: &Keypair, round: u64, set: u64) -> EquivocationProof<Hash, u32> {
	let cast = |byte| {
		let target = Precommit { target_hash: Hash::repeat_byte(byte), target_number: 9 };
		vote(key, round, set, target, Message::Precommit)
	};
	let votes =
		Votes { round_number: round, identity: grandpa_id(key), first: cast(1), second: cast(2) };
	EquivocationProof::new(set, Equivocation::Precommit(votes))
}

fn grandpa_report(proof: EquivocationProof<Hash, u32>) -> RuntimeCall {
	let owner = (sp_consensus_grandpa::KEY_TYPE, proof.offender().clone());
	RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
		key_owner_proof: Historical::prove(owner).expect("the offender has session keys"),
		equivocation_proof: Box::new(proof),
	})
}

/// A header for `slot`, sealed by `key`.
fn sealed(key: &Keypair, slot: u64, state: u8) -> Header {
	let slot = DigestItem::PreRuntime(*b"aura", sp_consensus_aura::Slot::from(slot).encode());
	let mut header = Header::new(
		9,
		Hash::zero(),
		Hash::repeat_byte(state),
		Hash::zero(),
		Digest { logs: vec![slot] },
	);
	let seal = key.sign(Domain::AURA, header.hash().as_bytes());
	header.digest.push(DigestItem::Seal(*b"aura", seal));
	header
}

fn aura_report(key: &Keypair, first: Header, second: Header, slot: u64) -> RuntimeCall {
	RuntimeCall::Operators(pallet_operators::Call::report_aura_equivocation {
		equivocation_proof: Box::new(AuraEquivocationProof::<Header> {
			offender: aura_id(key),
			slot: slot.into(),
			first_header: first,
			second_header: second,
		}),
		key_owner_proof: Historical::prove((aura::KEY_TYPE, aura_id(key)))
			.expect("the offender has session keys"),
	})
}

fn bare(call: RuntimeCall) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_bare(call)
}

fn assert_suspended_and_left_out(operator: &Keypair) {
	let operator = account(operator);
	assert!(matches!(
		pallet_operators::Suspended::<Runtime>::get(&operator),
		Some(Suspension { reason: SuspensionReason::Equivocation, .. })
	));
	// Disabled for the rest of the session, left out of the one after next.
	assert!(!Session::disabled_validators().is_empty());
	assert!(Session::validators().contains(&operator));
	run_to_block(System::block_number() + 20);
	assert!(!Session::validators().contains(&operator));
	assert_eq!(Grandpa::grandpa_authorities().len(), 3);
	assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), 3);
}

#[test]
fn two_votes_in_one_round_suspend_the_voter() {
	for equivocation in [two_prevotes, two_precommits] {
		local().execute_with(|| {
			let set = pallet_grandpa::CurrentSetId::<Runtime>::get();
			let report = bare(grandpa_report(equivocation(&key("bob", "grandpa"), 5, set)));
			Executive::validate_transaction(TransactionSource::Local, report.clone(), Hash::zero())
				.unwrap();
			apply(report.clone()).unwrap().unwrap();
			assert_eq!(
				apply(report),
				Err(TransactionValidityError::Invalid(InvalidTransaction::Stale))
			);
			assert_suspended_and_left_out(&key("bob", "account"));
		});
	}
}

/// Else one key could fill the state with reports of itself, free of charge.
#[test]
fn who_is_suspended_for_two_votes_is_not_reported_again() {
	local().execute_with(|| {
		let bob = key("bob", "grandpa");
		let set = pallet_grandpa::CurrentSetId::<Runtime>::get();
		let report = |round| grandpa_report(two_prevotes(&bob, round, set));
		apply(bare(report(5))).unwrap().unwrap();
		let reports = pallet_offences::Reports::<Runtime>::iter().count();

		assert_eq!(
			apply(bare(report(6))),
			Err(TransactionValidityError::Invalid(InvalidTransaction::Stale))
		);
		let RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
			equivocation_proof,
			key_owner_proof,
		}) = report(7)
		else {
			unreachable!()
		};
		let by_alice =
			pallet_grandpa::Call::report_equivocation { equivocation_proof, key_owner_proof };
		let by_alice = signed(&key("alice", "account"), 0, RuntimeCall::Grandpa(by_alice));
		assert_eq!(
			apply(by_alice).unwrap(),
			Err(pallet_grandpa::Error::<Runtime>::DuplicateOffenceReport.into())
		);
		// Nor in a later session, with the proof of an earlier one.
		let later = report(8);
		run_to_block(System::block_number() + 20);
		assert_eq!(
			apply(bare(later)),
			Err(TransactionValidityError::Invalid(InvalidTransaction::Stale))
		);
		assert_eq!(pallet_offences::Reports::<Runtime>::iter().count(), reports);
	});
}

#[test]
fn reports_of_votes_from_strangers_stay_out_of_the_pool() {
	local().execute_with(|| {
		let report = bare(grandpa_report(two_prevotes(&key("bob", "grandpa"), 5, 0)));
		assert!(Executive::validate_transaction(TransactionSource::External, report, Hash::zero())
			.is_err());
	});
}

#[test]
fn votes_that_are_no_equivocation_punish_nobody() {
	local().execute_with(|| {
		let bob = key("bob", "grandpa");
		let same = {
			let target = Prevote { target_hash: Hash::repeat_byte(1), target_number: 9 };
			let cast = vote(&bob, 5, 0, target, Message::Prevote);
			let votes = Votes {
				round_number: 5,
				identity: grandpa_id(&bob),
				first: cast.clone(),
				second: cast,
			};
			EquivocationProof::new(0, Equivocation::Prevote(votes))
		};
		// Signed by another's key.
		let by_charlie = two_prevotes(&key("charlie", "grandpa"), 5, 0);
		let Equivocation::Prevote(mut votes) = votes_of(&by_charlie) else { unreachable!() };
		votes.identity = grandpa_id(&bob);
		let forged = EquivocationProof::new(0, Equivocation::Prevote(votes));
		for proof in [same, forged] {
			assert!(apply(bare(grandpa_report(proof))).unwrap().is_err());
		}
		assert!(!Operators::is_suspended(&account(&key("bob", "account"))));
	});
}

/// The equivocation inside a proof, through its encoding: its fields are private.
fn votes_of(proof: &EquivocationProof<Hash, u32>) -> Equivocation<Hash, u32> {
	use codec::Decode;
	let bytes = proof.encode();
	let (_, equivocation) = <(u64, Equivocation<Hash, u32>)>::decode(&mut &bytes[..]).unwrap();
	equivocation
}

#[test]
fn two_blocks_in_one_slot_suspend_the_author() {
	local().execute_with(|| {
		let bob = key("bob", "aura");
		let report = bare(aura_report(&bob, sealed(&bob, 9, 1), sealed(&bob, 9, 2), 9));
		assert!(Executive::validate_transaction(
			TransactionSource::External,
			report.clone(),
			Hash::zero()
		)
		.is_err());
		Executive::validate_transaction(TransactionSource::Local, report.clone(), Hash::zero())
			.unwrap();
		apply(report.clone()).unwrap().unwrap();
		assert!(apply(report).is_err());
		assert_suspended_and_left_out(&key("bob", "account"));
	});
}

#[test]
fn blocks_that_are_no_equivocation_punish_nobody() {
	local().execute_with(|| {
		let bob = key("bob", "aura");
		let charlie = key("charlie", "aura");
		for report in [
			aura_report(&bob, sealed(&bob, 9, 1), sealed(&bob, 9, 1), 9),
			aura_report(&bob, sealed(&bob, 9, 1), sealed(&bob, 10, 2), 9),
			aura_report(&bob, sealed(&bob, 9, 1), sealed(&charlie, 9, 2), 9),
		] {
			assert!(apply(bare(report)).is_err());
		}
		assert!(!Operators::is_suspended(&account(&key("bob", "account"))));
	});
}

#[test]
fn an_equivocation_of_an_earlier_session_is_punished() {
	local().execute_with(|| {
		let bob = key("bob", "grandpa");
		let set = pallet_grandpa::CurrentSetId::<Runtime>::get();
		let report = bare(grandpa_report(two_precommits(&bob, 5, set)));
		run_to_block(System::block_number() + 30);
		apply(report).unwrap().unwrap();
		assert!(Operators::is_suspended(&account(&key("bob", "account"))));
	});
}

#[test]
fn a_report_weighs_two_checks_among_all_validators_that_there_can_be_whatever_it_claims() {
	type Measured = pallet_operators::weights::SubstrateWeight<Runtime>;
	local().execute_with(|| {
		// Once before dispatch, once in it.
		let twice = Measured::report_aura_equivocation(MAX_AUTHORITIES).saturating_mul(2);
		let bob = key("bob", "grandpa");
		for claimed in [0, 4, u32::MAX] {
			let mut report = grandpa_report(two_prevotes(&bob, 5, 0));
			let RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
				key_owner_proof,
				..
			}) = &mut report
			else {
				unreachable!()
			};
			key_owner_proof.validator_count = claimed;
			assert!(report.get_dispatch_info().call_weight.all_gte(twice));
		}
		let bob = key("bob", "aura");
		let aura = aura_report(&bob, sealed(&bob, 9, 1), sealed(&bob, 9, 2), 9);
		assert!(aura.get_dispatch_info().call_weight.all_gte(twice));
	});
}

/// The author of a block is noted, so that its operator needs no heartbeat.
#[test]
fn authors_are_seen() {
	network("local_testnet").execute_with(|| {
		begin_first_block();
		run_to_block(5);
		for name in ["alice", "bob", "charlie", "dave"] {
			assert!(Operators::is_healthy(&account(&key(name, "account"))), "{name}");
		}
	});
}

#[test]
fn headers_carry_the_root_of_the_range() {
	network("development").execute_with(|| {
		begin_first_block();
		apply(signed(&key("alice", "account"), 0, transfer())).unwrap().unwrap();
		for _ in 0..3 {
			let root = pallet_mmr::RootHash::<Runtime>::get();
			let header = next_block();
			let item = DigestItem::Consensus(*b"QHMR", root.as_bytes().to_vec());
			assert!(header.digest.logs.contains(&item));
		}
	});
}
