// SPDX-License-Identifier: Apache-2.0

//! The encodings of `sp-consensus-grandpa` 31.0.0: golden bytes for what holds no key, and for the
//! rest the fields in upstream's order with keys and signatures as bare bytes.

#![allow(clippy::unwrap_used)]

use codec::{Decode, Encode};
use finality_grandpa::{Message, Precommit, Prevote, PrimaryPropose};
use hex_literal::hex;
use sp_consensus_grandpa::{
	localized_payload, AuthorityId, AuthoritySignature, Commit, ConsensusLog, Equivocation,
	EquivocationProof, GrandpaJustification, ScheduledChange, SignatureResult, SignedMessage,
};
use sp_core::H256;
use sp_runtime::{generic, traits::BlakeTwo256};

type Header = generic::Header<u32, BlakeTwo256>;

const TARGET: H256 = H256([0xaa; 32]);
const TARGET_HEX: [u8; 32] = [0xaa; 32];

fn id(fill: u8) -> AuthorityId {
	AuthorityId::try_from(&[fill; 897][..]).unwrap()
}

fn signature(fill: u8) -> AuthoritySignature {
	AuthoritySignature::try_from(&[fill; 666][..]).unwrap()
}

fn prevote() -> Prevote<H256, u32> {
	Prevote { target_hash: TARGET, target_number: 7 }
}

fn precommit() -> Precommit<H256, u32> {
	Precommit { target_hash: TARGET, target_number: 7 }
}

#[test]
fn what_a_voter_signs() {
	let tail = hex!("07000000 0500000000000000 0300000000000000");
	let payload = |stage: u8, message: Message<H256, u32>| {
		let expected = [&[stage][..], &TARGET_HEX, &tail].concat();
		assert_eq!(localized_payload(5, 3, &message), expected);
		assert_eq!(expected.len(), 53);
	};
	payload(0, Message::Prevote(prevote()));
	payload(1, Message::Precommit(precommit()));
	payload(2, Message::PrimaryPropose(PrimaryPropose { target_hash: TARGET, target_number: 7 }));
}

#[test]
fn consensus_logs() {
	let change = || ScheduledChange { next_authorities: vec![(id(0x11), 9)], delay: 2u32 };
	let change_bytes = [&hex!("04")[..], &[0x11; 897], &hex!("0900000000000000 02000000")].concat();
	let cases: [(ConsensusLog<u32>, Vec<u8>); 5] = [
		(ConsensusLog::ScheduledChange(change()), [&[1][..], &change_bytes].concat()),
		(
			ConsensusLog::ForcedChange(6, change()),
			[&hex!("02 06000000")[..], &change_bytes].concat(),
		),
		(ConsensusLog::OnDisabled(4), hex!("03 0400000000000000").to_vec()),
		(ConsensusLog::Pause(1), hex!("04 01000000").to_vec()),
		(ConsensusLog::Resume(1), hex!("05 01000000").to_vec()),
	];
	for (log, bytes) in cases {
		assert_eq!(log.encode(), bytes);
		assert_eq!(ConsensusLog::decode(&mut &bytes[..]).unwrap(), log);
	}
}

#[test]
fn results_of_a_check() {
	assert_eq!(SignatureResult::Valid.encode(), [0]);
	assert_eq!(SignatureResult::Invalid.encode(), [1]);
	assert_eq!(SignatureResult::OutdatedSet.encode(), [2]);
}

#[test]
fn signed_message() {
	let message: SignedMessage<Header> = SignedMessage::<Header> {
		message: Message::Prevote(prevote()),
		signature: signature(0x22),
		id: id(0x11),
	};
	let expected =
		[&hex!("00")[..], &TARGET_HEX, &hex!("07000000"), &[0x22; 666], &[0x11; 897]].concat();
	assert_eq!(message.encode(), expected);
}

#[test]
fn equivocation_proof() {
	let second = Precommit { target_hash: H256([0xbb; 32]), target_number: 8 };
	let proof = EquivocationProof::new(
		3,
		Equivocation::from(finality_grandpa::Equivocation {
			round_number: 5,
			identity: id(0x11),
			first: (precommit(), signature(0x22)),
			second: (second, signature(0x33)),
		}),
	);
	let expected = [
		&hex!("0300000000000000 01 0500000000000000")[..],
		&[0x11; 897],
		&TARGET_HEX,
		&hex!("07000000"),
		&[0x22; 666],
		&[0xbb; 32],
		&hex!("08000000"),
		&[0x33; 666],
	]
	.concat();
	assert_eq!(proof.encode(), expected);
	assert_eq!(EquivocationProof::decode(&mut &expected[..]).unwrap(), proof);
	assert_eq!((proof.set_id(), proof.round(), proof.offender()), (3, 5, &id(0x11)));
}

#[test]
fn justification() {
	let justification = GrandpaJustification::<Header> {
		round: 5,
		commit: Commit::<Header> {
			target_hash: TARGET,
			target_number: 7,
			precommits: vec![finality_grandpa::SignedPrecommit {
				precommit: precommit(),
				signature: signature(0x22),
				id: id(0x11),
			}],
		},
		votes_ancestries: Vec::new(),
	};
	let expected = [
		&hex!("0500000000000000")[..],
		&TARGET_HEX,
		&hex!("07000000 04"),
		&TARGET_HEX,
		&hex!("07000000"),
		&[0x22; 666],
		&[0x11; 897],
		&hex!("00"),
	]
	.concat();
	assert_eq!(justification.encode(), expected);
}
