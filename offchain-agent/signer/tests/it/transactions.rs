// SPDX-License-Identifier: Apache-2.0
//! Transactions: by proofs that `merkleized-metadata` makes from a runtime's metadata, and against
//! every lie about them.

use crate::harness::*;
use codec::{Compact, Encode};
use frame_metadata::{
	v15::{
		CustomMetadata, ExtrinsicMetadata, OuterEnums, RuntimeMetadataV15, SignedExtensionMetadata,
	},
	RuntimeMetadata,
};
use merkleized_metadata::{
	generate_metadata_digest, generate_proof_for_extrinsic_parts, ExtraInfo, FrameMetadataPrepared,
	SignedExtrinsicData,
};
use qh_crypto::{blake2_256, Domain, Scheme};
use qh_signer::decode::{decode_transaction, metadata::Proof, show_transaction};
use qh_signer_client::{Hash, MetadataProof, RefusalCode, TransactionRequest};
use scale_info::{meta_type, TypeInfo};

#[derive(Encode, TypeInfo)]
#[allow(dead_code, reason = "only its type information is read")]
enum RuntimeCall {
	#[codec(index = 0)]
	System(SystemCall),
	#[codec(index = 7)]
	Operators(OperatorsCall),
	#[codec(index = 9)]
	Balances(BalancesCall),
	#[codec(index = 11)]
	Attestation(AttestationCall),
	#[codec(index = 13)]
	Utility(UtilityCall),
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code, non_camel_case_types, reason = "calls are named as functions")]
enum SystemCall {
	remark { remark: Vec<u8> },
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code, non_camel_case_types, reason = "calls are named as functions")]
enum OperatorsCall {
	#[codec(index = 1)]
	heartbeat { version: (u16, u16, u16), best: u32, digest: Option<[u8; 32]>, note: String },
	#[codec(index = 4)]
	rotate_session_keys { keys: Vec<u8>, proof: Vec<u8> },
	#[codec(index = 5)]
	set_agent { agent: [u8; 32] },
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code, non_camel_case_types, reason = "calls are named as functions")]
enum BalancesCall {
	transfer_keep_alive { dest: Dest, value: Compact<Balance> },
}

type Balance = u128;

#[derive(Encode, TypeInfo)]
enum Dest {
	Id(AccountId32),
}

#[derive(Encode, TypeInfo)]
struct AccountId32([u8; 32]);

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types, reason = "calls are named as functions")]
enum UtilityCall {
	batch_all { calls: Vec<RuntimeCall> },
}

#[derive(Encode, TypeInfo)]
enum Era {
	Immortal,
}

/// What an extension of another runtime might say.
#[derive(Encode, TypeInfo)]
struct Flavour {
	sweet: bool,
	of: Option<i32>,
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code, non_camel_case_types, reason = "calls are named as functions")]
enum AttestationCall {
	anchor { batch: Batch },
}

#[derive(Encode, TypeInfo)]
struct Batch {
	first_seq: Compact<u64>,
	roots: Vec<[u8; 32]>,
	flags: [bool; 3],
}

#[derive(Encode, TypeInfo)]
enum Mode {
	Disabled,
	Enabled,
}

type Unit = ();

fn extension<Extra: TypeInfo + 'static, Implicit: TypeInfo + 'static>(
	identifier: &'static str,
) -> SignedExtensionMetadata {
	SignedExtensionMetadata {
		identifier,
		ty: meta_type::<Extra>(),
		additional_signed: meta_type::<Implicit>(),
	}
}

/// Extensions before the last of [`extensions`]'s own.
fn more_extensions() -> Vec<SignedExtensionMetadata> {
	vec![
		extension::<Era, [u8; 32]>("CheckMortality"),
		extension::<Compact<Balance>, Unit>("ChargeTransactionPayment"),
		extension::<Flavour, u16>("CheckFlavour"),
	]
}

/// The runtime's: what commits to the metadata comes last.
fn extensions(more: Vec<SignedExtensionMetadata>) -> Vec<SignedExtensionMetadata> {
	let first = vec![
		extension::<Unit, u32>("CheckSpecVersion"),
		extension::<Unit, [u8; 32]>("CheckGenesis"),
		extension::<Compact<u32>, Unit>("CheckNonce"),
		extension::<Unit, Unit>("CheckOperatorCall"),
	];
	let last = vec![extension::<Mode, Option<[u8; 32]>>("CheckMetadataHash")];
	[first, more, last].concat()
}

fn metadata(signed_extensions: Vec<SignedExtensionMetadata>) -> RuntimeMetadata {
	let extrinsic = ExtrinsicMetadata {
		version: 4,
		address_ty: meta_type::<[u8; 32]>(),
		call_ty: meta_type::<RuntimeCall>(),
		signature_ty: meta_type::<[u8; 64]>(),
		extra_ty: meta_type::<Unit>(),
		signed_extensions,
	};
	RuntimeMetadata::V15(RuntimeMetadataV15::new(
		vec![],
		extrinsic,
		meta_type::<Unit>(),
		vec![],
		OuterEnums {
			call_enum_ty: meta_type::<RuntimeCall>(),
			event_enum_ty: meta_type::<Unit>(),
			error_enum_ty: meta_type::<Unit>(),
		},
		CustomMetadata { map: Default::default() },
	))
}

fn extra_info() -> ExtraInfo {
	ExtraInfo {
		spec_version: 3,
		spec_name: "quantumharmony".into(),
		base58_prefix: 42,
		decimals: 12,
		token_symbol: "QMHY".into(),
	}
}

fn request(call: &RuntimeCall, genesis: Hash) -> TransactionRequest {
	request_with(call, genesis, vec![], &[], &[])
}

/// With more extensions, and what they say in the extrinsic and beside it.
fn request_with(
	call: &RuntimeCall,
	genesis: Hash,
	more: Vec<SignedExtensionMetadata>,
	explicit: &[u8],
	implicit: &[u8],
) -> TransactionRequest {
	let explicit = [&Compact(5u32).encode()[..], explicit, &Mode::Enabled.encode()].concat();
	request_of(call, extensions(more), explicit, |hash| {
		[&(3u32, genesis).encode()[..], implicit, &Some(hash).encode()].concat()
	})
}

/// With these extensions, and an implicit part that is made from the metadata's hash.
fn request_of(
	call: &RuntimeCall,
	extensions: Vec<SignedExtensionMetadata>,
	explicit: Vec<u8>,
	implicit: impl FnOnce(Hash) -> Vec<u8>,
) -> TransactionRequest {
	let metadata = metadata(extensions);
	let extra = extra_info();
	let hash = generate_metadata_digest(&metadata, extra.clone()).unwrap().hash();
	let call = call.encode();
	let implicit = implicit(hash);
	let signed = SignedExtrinsicData {
		included_in_extrinsic: &explicit,
		included_in_signed_data: &implicit,
	};
	let proof = generate_proof_for_extrinsic_parts(&call, Some(signed), &metadata).unwrap();
	let prepared = FrameMetadataPrepared::prepare(&metadata).unwrap();
	let extrinsic = prepared.as_type_information().unwrap().extrinsic_metadata;
	TransactionRequest {
		key: account("agent"),
		call,
		explicit,
		implicit,
		metadata: MetadataProof {
			proof: proof.encode(),
			extrinsic: extrinsic.encode(),
			spec_version: extra.spec_version,
			spec_name: extra.spec_name,
			base58_prefix: extra.base58_prefix,
			decimals: extra.decimals,
			token_symbol: extra.token_symbol,
		},
	}
}

fn heartbeat(note: &str) -> RuntimeCall {
	RuntimeCall::Operators(OperatorsCall::heartbeat {
		version: (1, 2, 3),
		best: 9,
		digest: Some([4; 32]),
		note: note.into(),
	})
}

fn anchor() -> RuntimeCall {
	let batch =
		Batch { first_seq: Compact(70_000), roots: vec![[1; 32]; 3], flags: [true, false, true] };
	RuntimeCall::Attestation(AttestationCall::anchor { batch })
}

fn transfer(dest: [u8; 32], value: u128) -> RuntimeCall {
	let dest = Dest::Id(AccountId32(dest));
	RuntimeCall::Balances(BalancesCall::transfer_keep_alive { dest, value: Compact(value) })
}

fn remark(remark: &[u8]) -> RuntimeCall {
	RuntimeCall::System(SystemCall::remark { remark: remark.to_vec() })
}

fn batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
	RuntimeCall::Utility(UtilityCall::batch_all { calls })
}

fn payload(request: &TransactionRequest) -> Vec<u8> {
	[&request.call[..], &request.explicit, &request.implicit].concat()
}

#[test]
fn proofs_of_the_other_implementation_are_understood() {
	for (call, name) in [
		(heartbeat("all well"), "Operators.heartbeat"),
		(anchor(), "Attestation.anchor"),
		(remark(&[1; 1000]), "System.remark"),
		(transfer([1; 32], u128::MAX), "Balances.transfer_keep_alive"),
		(batch(vec![remark(b""), batch(vec![])]), "Utility.batch_all"),
	] {
		let request = request(&call, GENESIS);
		let decoded = decode_transaction(&request, &GENESIS).unwrap();
		assert_eq!(format!("{}.{}", decoded.call.pallet, decoded.call.call), name);
		let payload = payload(&request);
		assert_eq!(decoded.payload_hash, blake2_256(&payload));
	}
}

/// What the person who signs is shown.
fn shown(request: &TransactionRequest) -> Vec<String> {
	let (transaction, lines) = show_transaction(request, &GENESIS).unwrap();
	assert_eq!(transaction, decode_transaction(request, &GENESIS).unwrap());
	lines
}

#[test]
fn every_argument_is_shown_and_every_call_within_a_call() {
	let call = batch(vec![
		transfer([0xab; 32], 1_500_000_000_000),
		batch(vec![remark(b"hello"), batch(vec![])]),
		anchor(),
		heartbeat("all \u{1b}[2Jwell"),
	]);
	let explicit = (Era::Immortal, Compact(7u128), Flavour { sweet: true, of: Some(-9) }).encode();
	let implicit = ([8u8; 32], 7u16).encode();
	let request = request_with(&call, GENESIS, more_extensions(), &explicit, &implicit);
	let hash = |byte: u8| format!("0x{}", hex::encode([byte; 32]));
	let expected = format!(
		"\
transaction Utility.batch_all
  calls: 4 items
    [0]: Balances.transfer_keep_alive
      dest: Id {}
      value: 1.5 QMHY (1500000000000)
    [1]: Utility.batch_all
      calls: 2 items
        [0]: System.remark
          remark: 0x68656c6c6f \"hello\"
        [1]: Utility.batch_all
          calls: none
    [2]: Attestation.anchor
      batch:
        first_seq: 70000
        roots: 3 items
          [0]: {}
          [1]: {}
          [2]: {}
        flags: 3 items
          [0]: true
          [1]: false
          [2]: true
    [3]: Operators.heartbeat
      version:
        [0]: 1
        [1]: 2
        [2]: 3
      best: 9
      digest: Some {}
      note: \"all \\u{{1b}}[2Jwell\"
account     0x{}
nonce       5
tip         0.000000000007 QMHY (7)
era         immortal: valid for ever
runtime     quantumharmony, spec version 3
also signed
  CheckFlavour:
    sweet: true
    of: Some -9
  CheckFlavour, not in the extrinsic: 7",
		hash(0xab),
		hash(1),
		hash(1),
		hash(1),
		hash(4),
		hex::encode(account("agent")),
	);
	assert_eq!(shown(&request).join("\n"), expected);
}

#[test]
fn what_is_shown_is_bounded_and_says_what_is_not() {
	let long = shown(&request(&remark(&[7; 1000]), GENESIS));
	let hash = blake2_256(&[7; 1000]);
	let head = hex::encode([7; 32]);
	let line = format!("  remark: 0x{head}… (1000 bytes, blake2_256 0x{})", hex::encode(hash));
	assert_eq!(long[1], line);

	// One line of the batch, two a remark.
	let many = request(&batch((0..400).map(|_| remark(b"x")).collect()), GENESIS);
	let lines = shown(&many);
	assert_eq!(lines[1], "  calls: 400 items");
	assert_eq!(
		lines[1 + 512],
		format!(
			"  NOT SHOWN: 289 more lines. All of it has {} bytes with blake2_256 0x{}",
			many.call.len(),
			hex::encode(blake2_256(&many.call))
		)
	);
	assert!(lines[1 + 513].starts_with("account"));
}

/// Types that were made for a payload find their hash where they want it, except at its end.
#[test]
fn a_commitment_that_is_not_the_end_of_the_payload_is_refused() {
	let refused = |request: TransactionRequest, word: &str| {
		let refusal = decode_transaction(&request, &GENESIS).unwrap_err();
		assert_eq!(refusal.reason(), Some(RefusalCode::BadMetadataProof), "{refusal:?}");
		assert!(refusal.message.contains(word), "{refusal:?}");
	};
	let explicit = (Compact(5u32), Mode::Enabled).encode();
	let behind = vec![extension::<Unit, [u8; 32]>("CheckMortality")];
	refused(
		request_of(
			&heartbeat("x"),
			[extensions(vec![]), behind].concat(),
			explicit.clone(),
			|hash| (3u32, GENESIS, Some(hash), [7u8; 32]).encode(),
		),
		"does not end with its commitment",
	);
	let twice = vec![extension::<Unit, [u8; 32]>("CheckGenesis")];
	refused(
		request_of(&heartbeat("x"), extensions(twice), explicit, |hash| {
			(3u32, GENESIS, GENESIS, Some(hash)).encode()
		}),
		"two extensions CheckGenesis",
	);
	// Bytes in the explicit part of an extension that has none are shown like those of any other.
	let mut swallows = extensions(vec![]);
	swallows[1] = extension::<[u8; 8], [u8; 32]>("CheckGenesis");
	let explicit = ([9u8; 8], Compact(5u32), Mode::Enabled).encode();
	let request = request_of(&heartbeat("x"), swallows, explicit, |hash| {
		(3u32, GENESIS, Some(hash)).encode()
	});
	let shown = shown(&request);
	assert!(shown.iter().any(|line| line.contains("CheckGenesis")), "{shown:?}");
}

#[test]
fn payloads_above_256_bytes_are_hashed() {
	let lengths = |note: usize| {
		let request = request(&heartbeat(&"x".repeat(note)), GENESIS);
		let decoded = decode_transaction(&request, &GENESIS).unwrap();
		(payload(&request), decoded.message)
	};
	let (base, _) = lengths(64);
	for wanted in [255usize, 256, 257] {
		let (payload, message) = lengths(64 + wanted - base.len());
		assert_eq!(payload.len(), wanted);
		if wanted > 256 {
			assert_eq!(message, blake2_256(&payload));
		} else {
			assert_eq!(message, payload);
		}
	}
}

#[test]
fn a_change_of_any_byte_of_the_proof_is_refused() {
	let good = request(&heartbeat("all well"), GENESIS);
	let refused = |bad: &TransactionRequest, what: &str| {
		let refusal = decode_transaction(bad, &GENESIS).expect_err(what);
		let reason = refusal.reason().unwrap();
		assert!(matches!(reason, RefusalCode::BadMetadataProof | RefusalCode::Malformed), "{what}");
	};
	for index in 0..good.metadata.proof.len() {
		let mut bad = good.clone();
		bad.metadata.proof[index] ^= 1;
		refused(&bad, &format!("proof byte {index}"));
	}
	for index in 0..good.metadata.extrinsic.len() {
		let mut bad = good.clone();
		bad.metadata.extrinsic[index] ^= 1;
		refused(&bad, &format!("extrinsic metadata byte {index}"));
	}
	for length in 0..good.metadata.proof.len() {
		let mut bad = good.clone();
		bad.metadata.proof.truncate(length);
		refused(&bad, &format!("proof of {length} bytes"));
	}
	let edits: [&dyn Fn(&mut MetadataProof); 6] = [
		&|proof| proof.spec_version += 1,
		&|proof| proof.spec_name.push('x'),
		&|proof| proof.base58_prefix += 1,
		&|proof| proof.decimals += 1,
		&|proof| proof.token_symbol.clear(),
		&|proof| proof.proof.push(0),
	];
	for edit in edits {
		let mut bad = good.clone();
		edit(&mut bad.metadata);
		refused(&bad, "extra information");
	}
}

#[test]
fn payloads_that_say_something_else_are_refused() {
	let good = request(&heartbeat("all well"), GENESIS);
	let reason = |edit: &dyn Fn(&mut TransactionRequest)| {
		let mut bad = good.clone();
		edit(&mut bad);
		decode_transaction(&bad, &GENESIS).unwrap_err().reason().unwrap()
	};
	assert_eq!(reason(&|bad| bad.call.push(0)), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.call.truncate(5)), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.call[0] = 9), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.call[1] = 5), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.explicit.push(0)), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.implicit.push(0)), RefusalCode::Malformed);
	assert_eq!(reason(&|bad| bad.implicit[4] ^= 1), RefusalCode::WrongGenesis);
	// The hash in the payload is another, absent, or switched off.
	let last = good.implicit.len() - 1;
	assert_eq!(reason(&|bad| bad.implicit[last] ^= 1), RefusalCode::BadMetadataProof);
	// Types of a payload without the hash, or with the check switched off, are in no honest proof.
	assert_eq!(
		reason(&|bad| bad.implicit = (3u32, GENESIS, None::<Hash>).encode()),
		RefusalCode::Malformed
	);
	assert_eq!(
		reason(&|bad| bad.explicit = (Compact(5u32), Mode::Disabled).encode()),
		RefusalCode::Malformed
	);
}

#[test]
fn types_in_false_places_are_refused() {
	let good = request(&anchor(), GENESIS);
	let proof = Proof::decode_whole(&good.metadata.proof).unwrap();
	let root = proof.clone().verify().unwrap().0;
	let edits: [&dyn Fn(&mut Proof); 8] = [
		&|proof| proof.leaves.swap(0, 1),
		&|proof| proof.leaf_indices.swap(0, 1),
		&|proof| proof.leaf_indices[0] = 0,
		&|proof| proof.leaf_indices[0] = u32::MAX,
		&|proof| proof.leaf_indices[0] += 1,
		&|proof| proof.nodes.truncate(proof.nodes.len() - 1),
		&|proof| proof.nodes.push([0; 32]),
		&|proof| {
			proof.leaves.push(proof.leaves[0].clone());
			proof.leaf_indices.push(proof.leaf_indices[0]);
		},
	];
	for (index, edit) in edits.iter().enumerate() {
		let mut bad = proof.clone();
		edit(&mut bad);
		assert!(bad.verify().map_or(true, |(found, _)| found != root), "edit {index}");
	}
}

#[test]
fn the_agents_key_signs_what_its_list_has_and_nothing_else() {
	let signer = TestSigner::alice();
	let agent = signer.agent();
	let allowed = request(&heartbeat("all well"), GENESIS);
	let signature = agent.sign_transaction(allowed.clone(), WITHIN).unwrap();
	assert!(qh_crypto::verify(
		Scheme::Falcon512,
		&public("agent"),
		&signature,
		Domain::TRANSACTION,
		&payload(&allowed)
	));
	for call in [
		transfer([1; 32], 1),
		remark(b""),
		RuntimeCall::Operators(OperatorsCall::set_agent { agent: [1; 32] }),
	] {
		let error = agent.sign_transaction(request(&call, GENESIS), WITHIN).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::NotAllowed));
	}
	let elsewhere = agent.sign_transaction(request(&heartbeat(""), [9; 32]), WITHIN).unwrap_err();
	assert_eq!(elsewhere.reason(), Some(RefusalCode::WrongGenesis));
	// The operator's key is not the agent's to use; in a session it signs a transfer.
	let transfer = transfer([1; 32], 1);
	let own = TransactionRequest { key: account("account"), ..request(&transfer, GENESIS) };
	let error = agent.sign_transaction(own.clone(), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	let (admin, lease) = signer.operator();
	let signature = admin.sign_transaction(lease, own.clone()).unwrap();
	assert!(qh_crypto::verify(
		Scheme::Falcon512,
		&public("account"),
		&signature,
		Domain::TRANSACTION,
		&payload(&own)
	));
}

#[test]
fn an_exhausted_budget_comes_back_with_time_and_not_with_a_restart() {
	let mut signer = TestSigner::initialised();
	signer.edit_config(|text| {
		text.replace("burst = 240\nper_minute = 120", "burst = 5\nper_minute = 1")
	});
	signer.start();
	let sign = |signer: &TestSigner| {
		signer.agent().sign_transaction(request(&heartbeat(""), GENESIS), WITHIN)
	};
	for _ in 0..5 {
		sign(&signer).unwrap();
	}
	let error = sign(&signer).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::RateLimited));
	signer.kill();
	signer.start();
	assert_eq!(sign(&signer).unwrap_err().reason(), Some(RefusalCode::RateLimited));
	// Other budgets are others'.
	let receipts = receipts(0, 1, [0; 32]);
	signer.agent().sign_receipts(account("agent"), &receipts, WITHIN).unwrap();
}

#[test]
fn unattended_hours_bound_the_agents_key() {
	let mut signer = TestSigner::initialised();
	signer.edit_config(|text| text.replace("\"always\"", "\"authorised\""));
	signer.start();
	let sign = |signer: &TestSigner| {
		signer
			.agent()
			.sign_transaction(request(&heartbeat(""), GENESIS), WITHIN)
			.map_err(|error| error.reason())
	};
	assert_eq!(sign(&signer), Err(Some(RefusalCode::NotAuthorised)));
	let output = signer.command_with(&["authorise-agent", "--hours", "1"], b"dev\n");
	assert!(output.status.success());
	sign(&signer).unwrap();
	signer.kill();
	signer.start();
	sign(&signer).unwrap();
	let output = signer.command_with(&["authorise-agent", "--hours", "0"], b"dev\n");
	assert!(output.status.success());
	assert_eq!(sign(&signer), Err(Some(RefusalCode::NotAuthorised)));
	// Session keys go on all the while.
	signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap();
}
