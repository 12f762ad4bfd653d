// SPDX-License-Identifier: Apache-2.0

use crate::{equivocation::is_equivocation, mock::*, *};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, pallet_prelude::*, traits::KeyOwnerProofSystem};
use qh_app_crypto::aura;
use sp_consensus_aura::{digests::CompatibleDigestItem, Slot};
use sp_core::crypto::Pair as _;
use sp_runtime::{testing::Header, transaction_validity::InvalidTransaction, DigestItem};
use sp_session::MembershipProof;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

const SLOT: u64 = 42;

pub(super) type Proof = AuraEquivocationProof<Header>;

/// A block's header for a slot, told from others by its number, sealed by this key.
pub(super) fn sealed_by(pair: &aura::Pair, number: u64, slot: u64) -> Header {
	let mut header = Header::new_from_number(number);
	header.digest.push(DigestItem::PreRuntime(*b"aura", Slot::from(slot).encode()));
	seal(header, pair)
}

fn seal(mut header: Header, pair: &aura::Pair) -> Header {
	let signature: aura::AuthoritySignature = pair.sign(header.hash().as_ref()).into();
	header.digest.push(DigestItem::aura_seal(signature));
	header
}

pub(super) fn proof_of(
	pair: &aura::Pair,
	first_header: Header,
	second_header: Header,
) -> Box<Proof> {
	Box::new(Proof {
		offender: pair.public().into(),
		slot: SLOT.into(),
		first_header,
		second_header,
	})
}

/// Evidence against the operator of this name.
fn equivocation_of(name: &str) -> Box<Proof> {
	let pair = aura_pair(name, 0);
	proof_of(&pair, sealed_by(&pair, 1, SLOT), sealed_by(&pair, 2, SLOT))
}

fn owner_proof(name: &str) -> MembershipProof {
	let key = aura::AuthorityId::from(aura_pair(name, 0).public());
	Historical::prove((aura::KEY_TYPE, key)).unwrap()
}

fn report(name: &str) -> frame_support::dispatch::DispatchResult {
	Operators::report_aura_equivocation(
		RuntimeOrigin::none(),
		equivocation_of(name),
		owner_proof(name),
	)
}

#[test]
fn an_aura_equivocator_is_suspended_disabled_and_loses_its_uptime() {
	ExtBuilder::default().build_and_execute(|| {
		let bob = account("bob");
		run_to_window(1);
		assert_ok!(send_heartbeat("bob"));
		run_to_window(2);
		assert_eq!(Operators::uptime(&bob).unwrap().seen, 1);

		assert_ok!(report("bob"));
		assert_eq!(
			events(),
			[Event::OperatorSuspended {
				operator: bob.clone(),
				reason: SuspensionReason::Equivocation
			}]
		);
		assert_eq!(
			Operators::operator_info(bob.clone()).unwrap().suspended,
			Some(SuspensionReason::Equivocation)
		);
		assert_eq!(Operators::uptime(&bob).unwrap(), UptimeFigure { seen: 0, windows: 1 });
		assert_eq!(Disabled::get(), [1]);
		assert_eq!(Session::disabled_validators(), [1]);

		run_to(40);
		assert!(!Session::validators().contains(&bob));
		assert_eq!(Session::validators().len(), 3);
	});
}

#[test]
fn a_grandpa_equivocator_is_suspended_by_the_offences_pallet() {
	ExtBuilder::default().build_and_execute(|| {
		let details =
			OffenceDetails::<AccountId32, _> { offender: (account("dave"), ()), reporters: vec![] };
		let weight = Operators::on_offence(&[details.clone(), details], &[], 0);
		assert_eq!(weight, <() as WeightInfo>::punish_equivocator().saturating_mul(2));
		assert!(Operators::is_suspended(&account("dave")));
		assert_eq!(events().len(), 1);
	});
}

#[test]
fn an_equivocation_of_a_past_session_is_punished() {
	ExtBuilder::default().build_and_execute(|| {
		let proof = owner_proof("bob");
		run_to(25);
		assert_ne!(proof.session, Session::current_index());
		assert_ok!(Operators::report_aura_equivocation(
			RuntimeOrigin::none(),
			equivocation_of("bob"),
			proof
		));
		assert!(Operators::is_suspended(&account("bob")));
	});
}

#[test]
fn a_node_submits_a_report() {
	ExtBuilder::default().build_and_execute(|| {
		use sp_core::offchain::{testing::TestTransactionPoolExt, TransactionPoolExt};
		let (pool, state) = TestTransactionPoolExt::new();
		let mut ext = sp_externalities_of(TransactionPoolExt::new(pool));
		ext.execute_with(|| {
			assert_eq!(
				Operators::submit_report_aura_equivocation(
					*equivocation_of("bob"),
					MembershipProof::default()
				),
				Some(())
			);
		});
		assert_eq!(state.read().transactions.len(), 1);
		assert!(matches!(
			SubmittedReports::get()[..],
			[RuntimeCall::Operators(Call::report_aura_equivocation { .. })]
		));
	});
}

fn sp_externalities_of(pool: sp_core::offchain::TransactionPoolExt) -> sp_io::TestExternalities {
	let mut ext = ExtBuilder::default().build();
	ext.register_extension(pool);
	ext
}

mod report_aura_equivocation_fails {
	use super::*;

	#[test]
	fn if_it_is_signed() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(
				Operators::report_aura_equivocation(
					signed(&account("alice")),
					equivocation_of("bob"),
					owner_proof("bob")
				),
				sp_runtime::DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn if_the_headers_prove_nothing() {
		ExtBuilder::default().build_and_execute(|| {
			let pair = aura_pair("bob", 0);
			let same = sealed_by(&pair, 1, SLOT);
			assert_noop!(
				Operators::report_aura_equivocation(
					RuntimeOrigin::none(),
					proof_of(&pair, same.clone(), same),
					owner_proof("bob")
				),
				Error::<Test>::InvalidEquivocationProof
			);
		});
	}

	#[test]
	fn if_the_keys_owner_is_not_shown() {
		ExtBuilder::default().build_and_execute(|| {
			assert_noop!(
				Operators::report_aura_equivocation(
					RuntimeOrigin::none(),
					equivocation_of("bob"),
					owner_proof("alice")
				),
				Error::<Test>::InvalidKeyOwnershipProof
			);
		});
	}

	#[test]
	fn if_it_was_reported_before() {
		ExtBuilder::default().build_and_execute(|| {
			assert_ok!(report("bob"));
			assert_noop!(report("bob"), Error::<Test>::DuplicateOffenceReport);
		});
	}
}

#[test]
fn who_is_suspended_for_an_equivocation_is_not_reported_again() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(report("bob"));
		let pair = aura_pair("bob", 0);
		let slot = SLOT + 1;
		let mut another = proof_of(&pair, sealed_by(&pair, 1, slot), sealed_by(&pair, 2, slot));
		another.slot = slot.into();
		assert!(is_equivocation(&another));
		let reports = pallet_offences::Reports::<Test>::iter().count();
		assert_noop!(
			Operators::report_aura_equivocation(RuntimeOrigin::none(), another, owner_proof("bob")),
			Error::<Test>::DuplicateOffenceReport
		);
		assert_eq!(pallet_offences::Reports::<Test>::iter().count(), reports);
	});
}

#[test]
fn two_headers_prove_an_equivocation_only_if_they_are_of_one_key_and_slot_and_differ() {
	let bob = aura_pair("bob", 0);
	let header = |number| sealed_by(&bob, number, SLOT);
	assert!(is_equivocation(&proof_of(&bob, header(1), header(2))));
	assert!(is_equivocation(&proof_of(&bob, header(2), header(1))));

	// The same block signed twice: the seals differ, the block does not.
	assert_ne!(header(1), header(1));
	assert!(!is_equivocation(&proof_of(&bob, header(1), header(1))));

	// Another slot than the proof's, in one header or in both.
	let later = |number| sealed_by(&bob, number, SLOT + 1);
	assert!(!is_equivocation(&proof_of(&bob, header(1), later(2))));
	assert!(!is_equivocation(&proof_of(&bob, later(1), later(2))));

	// Another key's seal, or another offender named.
	let alice = aura_pair("alice", 0);
	assert!(!is_equivocation(&proof_of(&bob, header(1), sealed_by(&alice, 2, SLOT))));
	assert!(!is_equivocation(&proof_of(&alice, header(1), header(2))));

	// No seal, a seal of another engine, a short seal, no slot, two slots.
	let unsealed = |number| {
		let mut header = header(number);
		header.digest.pop();
		header
	};
	assert!(!is_equivocation(&proof_of(&bob, header(1), unsealed(2))));
	let with_item = |item| {
		let mut header = unsealed(2);
		header.digest.push(item);
		header
	};
	let signature: aura::AuthoritySignature = bob.sign(unsealed(2).hash().as_ref()).into();
	let foreign = with_item(DigestItem::Seal(*b"BABE", signature.encode()));
	assert!(!is_equivocation(&proof_of(&bob, header(1), foreign)));
	let short = with_item(DigestItem::Seal(*b"aura", signature.encode()[..665].to_vec()));
	assert!(!is_equivocation(&proof_of(&bob, header(1), short)));
	let without_slot = seal(Header::new_from_number(3), &bob);
	assert!(!is_equivocation(&proof_of(&bob, header(1), without_slot)));
	let mut two_slots = unsealed(2);
	two_slots.digest.push(DigestItem::PreRuntime(*b"aura", Slot::from(SLOT + 1).encode()));
	assert!(!is_equivocation(&proof_of(&bob, header(1), seal(two_slots, &bob))));

	// A bit of a header changed after it was sealed.
	let mut changed = header(2);
	changed.number = 3;
	assert!(!is_equivocation(&proof_of(&bob, header(1), changed)));
}

#[test]
fn pools_take_reports_from_the_local_node_only() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Call::<Test>::report_aura_equivocation {
			equivocation_proof: equivocation_of("bob"),
			key_owner_proof: owner_proof("bob"),
		};
		let validate = |source| Operators::validate_report(source, &call);
		assert_eq!(validate(TransactionSource::External), InvalidTransaction::Call.into());
		let valid = validate(TransactionSource::Local).unwrap();
		assert!(!valid.propagate);
		assert_eq!(valid.priority, TransactionPriority::MAX);
		assert_eq!(valid.longevity, 100);
		assert_eq!(validate(TransactionSource::InBlock), Ok(valid));
		assert_ok!(Operators::pre_dispatch_report(&call));

		assert_ok!(report("bob"));
		assert_eq!(validate(TransactionSource::Local), InvalidTransaction::Stale.into());
		assert_eq!(Operators::pre_dispatch_report(&call), Err(InvalidTransaction::Stale.into()));
	});
}

#[test]
fn a_report_weighs_as_much_whatever_it_says_of_the_number_of_validators() {
	use frame_support::dispatch::GetDispatchInfo;
	ExtBuilder::default().build_and_execute(|| {
		for validator_count in [0, 4, u32::MAX] {
			let call = Call::<Test>::report_aura_equivocation {
				equivocation_proof: equivocation_of("bob"),
				key_owner_proof: MembershipProof { validator_count, ..owner_proof("bob") },
			};
			// Checked before dispatch, and in it.
			let twice = <() as WeightInfo>::report_aura_equivocation(8).saturating_mul(2);
			assert!(call.get_dispatch_info().call_weight.all_gte(twice));
		}
	});
}

#[test]
fn pools_refuse_reports_that_would_fail() {
	ExtBuilder::default().build_and_execute(|| {
		let pair = aura_pair("bob", 0);
		let validate = |equivocation_proof, key_owner_proof| {
			let call =
				Call::<Test>::report_aura_equivocation { equivocation_proof, key_owner_proof };
			Operators::validate_report(TransactionSource::Local, &call)
		};
		let same = sealed_by(&pair, 1, SLOT);
		let nothing = proof_of(&pair, same.clone(), same);
		assert_eq!(validate(nothing, owner_proof("bob")), InvalidTransaction::BadProof.into());
		assert_eq!(
			validate(equivocation_of("bob"), owner_proof("alice")),
			InvalidTransaction::BadProof.into()
		);
	});
}

#[test]
fn no_other_call_is_valid_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Call::<Test>::heartbeat { heartbeat: beat() };
		assert_eq!(
			Operators::validate_report(TransactionSource::Local, &call),
			InvalidTransaction::Call.into()
		);
		assert_eq!(Operators::pre_dispatch_report(&call), Err(InvalidTransaction::Call.into()));
	});
}
