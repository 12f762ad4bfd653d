// SPDX-License-Identifier: Apache-2.0
//! Tests of composing, on a runtime of a few types.

use super::*;
use scale_info::{meta_type, TypeInfo};
use subxt::ext::frame_metadata::v15::{
	CustomMetadata, ExtrinsicMetadata, OuterEnums, PalletCallMetadata, PalletConstantMetadata,
	PalletMetadata, RuntimeMetadataV15, SignedExtensionMetadata,
};

#[derive(Encode, TypeInfo)]
struct Hash([u8; 32]);

#[derive(Encode, TypeInfo)]
struct Batch {
	first_seq: u64,
	prev_head: Hash,
	new_head: [u8; 32],
	vouchers: Vec<Hash>,
}

#[allow(non_camel_case_types, reason = "calls are named as functions")]
#[derive(Encode, TypeInfo)]
enum AttestationCall {
	#[codec(index = 3)]
	anchor { batch: Batch, more: Option<u32> },
}

#[derive(Encode, TypeInfo)]
enum RuntimeCall {
	#[codec(index = 9)]
	Attestation(AttestationCall),
}

#[derive(TypeInfo)]
struct Nothing;

#[derive(TypeInfo)]
#[allow(dead_code, reason = "only its type information is read")]
struct NothingNested {
	nothing: (Nothing, ()),
	array: [u8; 0],
}

#[derive(TypeInfo)]
#[allow(dead_code, reason = "only its type information is read")]
struct Byte(u8);

#[derive(TypeInfo)]
#[allow(dead_code, reason = "only its type information is read")]
struct EraBytes(u8, u8);

#[derive(TypeInfo)]
struct Runtime42;

fn extension(
	name: &'static str,
	ty: scale_info::MetaType,
	implicit: scale_info::MetaType,
) -> SignedExtensionMetadata {
	SignedExtensionMetadata { identifier: name, ty, additional_signed: implicit }
}

fn known() -> Vec<SignedExtensionMetadata> {
	let nothing = meta_type::<()>;
	vec![
		extension("CheckNonZeroSender", nothing(), nothing()),
		extension("CheckSpecVersion", nothing(), meta_type::<u32>()),
		extension("CheckTxVersion", nothing(), meta_type::<u32>()),
		extension("CheckGenesis", nothing(), meta_type::<Hash>()),
		extension("CheckMortality", meta_type::<EraBytes>(), meta_type::<Hash>()),
		extension("CheckNonce", meta_type::<Compact<u32>>(), nothing()),
		extension("ChargeVerification", meta_type::<NothingNested>(), nothing()),
		extension("ChargeTransactionPayment", meta_type::<Compact<u128>>(), nothing()),
		extension("CheckMetadataHash", meta_type::<Byte>(), meta_type::<Option<[u8; 32]>>()),
	]
}

fn metadata(extensions: Vec<SignedExtensionMetadata>) -> RuntimeMetadataPrefixed {
	let pallet = |name, index, calls, constants| PalletMetadata {
		name,
		storage: None,
		calls,
		event: None,
		constants,
		error: None,
		index,
		docs: vec![],
	};
	let prefix = PalletConstantMetadata {
		name: "SS58Prefix",
		ty: meta_type::<u16>(),
		value: 42u16.encode(),
		docs: vec![],
	};
	let calls = PalletCallMetadata { ty: meta_type::<AttestationCall>() };
	RuntimeMetadataV15::new(
		vec![
			pallet("System", 0, None, vec![prefix]),
			pallet("Attestation", 9, Some(calls), vec![]),
		],
		ExtrinsicMetadata {
			version: 4,
			address_ty: meta_type::<Hash>(),
			call_ty: meta_type::<RuntimeCall>(),
			signature_ty: meta_type::<Hash>(),
			extra_ty: meta_type::<()>(),
			signed_extensions: extensions,
		},
		meta_type::<Runtime42>(),
		vec![],
		OuterEnums {
			call_enum_ty: meta_type::<RuntimeCall>(),
			event_enum_ty: meta_type::<()>(),
			error_enum_ty: meta_type::<()>(),
		},
		CustomMetadata { map: Default::default() },
	)
	.into()
}

fn composer(extensions: Vec<SignedExtensionMetadata>) -> Result<Composer, ComposeError> {
	let runtime = Runtime {
		spec_name: "test".into(),
		spec_version: 7,
		transaction_version: 3,
		token_decimals: 12,
		token_symbol: "QMHY".into(),
	};
	Composer::new(metadata(extensions), runtime)
}

fn call(composer: &Composer) -> Result<Vec<u8>, ComposeError> {
	let batch = Value::named_composite([
		("vouchers", Value::unnamed_composite([])),
		("new_head", Value::from_bytes([6; 32])),
		("first_seq", Value::u128(4)),
		("prev_head", Value::from_bytes([5; 32])),
	]);
	let more = Value::unnamed_variant("None", []);
	composer.call("Attestation", "anchor", vec![("more", more), ("batch", batch)])
}

const AT: Placement = Placement {
	genesis: [1; 32],
	account: [2; 32],
	nonce: 77,
	birth: 64 * 5 + 42,
	birth_hash: [3; 32],
};

#[test]
fn arguments_are_matched_by_name() {
	let batch =
		Batch { first_seq: 4, prev_head: Hash([5; 32]), new_head: [6; 32], vouchers: vec![] };
	let expected = RuntimeCall::Attestation(AttestationCall::anchor { batch, more: None });
	assert_eq!(call(&composer(known()).unwrap()).unwrap(), expected.encode());
}

#[test]
fn extensions_add_their_bytes_in_order() {
	let composer = composer(known()).unwrap();
	let unsigned = composer.compose(call(&composer).unwrap(), &AT).unwrap();
	let explicit = [&[165u8, 2][..], &Compact(77u32).encode(), &[0], &[1]].concat();
	let implicit = [
		&7u32.to_le_bytes()[..],
		&3u32.to_le_bytes(),
		&AT.genesis,
		&AT.birth_hash,
		&[1],
		&composer.metadata_hash(),
	]
	.concat();
	assert_eq!(unsigned.request.explicit, explicit);
	assert_eq!(unsigned.request.implicit, implicit);
	assert_eq!((unsigned.nonce, unsigned.death), (77, AT.birth + 64));
	assert_eq!((unsigned.spec_version, unsigned.request.metadata.base58_prefix), (7, 42));
}

#[test]
fn the_extrinsic_is_laid_out_as_documented() {
	let composer = composer(known()).unwrap();
	let unsigned = composer.compose(call(&composer).unwrap(), &AT).unwrap();
	let bytes = unsigned.sign(&[8; 897], &[9; 666]);
	let expected = [
		&[0x84, 0][..],
		&[2; 32],
		&[0],
		&[8; 897],
		&[9; 666],
		&unsigned.request.explicit,
		&unsigned.request.call,
	]
	.concat();
	assert_eq!(bytes, [Compact(expected.len() as u32).encode(), expected].concat());
}

#[test]
fn an_unknown_extension_is_fine_if_it_takes_no_bytes_and_named_if_it_does() {
	let mut extensions = known();
	let empty = meta_type::<NothingNested>();
	extensions.push(extension("SomethingNew", empty, empty));
	composer(extensions.clone()).unwrap();
	extensions.push(extension("AssetTip", meta_type::<Byte>(), empty));
	let error = composer(extensions).unwrap_err();
	assert_eq!(error, ComposeError::UnknownExtension("AssetTip".into()));
}

#[test]
fn a_runtime_that_checks_no_metadata_hash_is_refused() {
	let mut extensions = known();
	extensions.pop();
	assert_eq!(composer(extensions).unwrap_err(), ComposeError::NoMetadataHash);
}

#[test]
fn a_call_that_the_runtime_lacks_is_named() {
	let composer = composer(known()).unwrap();
	let error = composer.call("Attestation", "erase", vec![]).unwrap_err();
	assert!(error.to_string().starts_with("Attestation.erase cannot be encoded"), "{error}");
}

#[test]
fn the_metadata_hash_covers_version_and_types() {
	let hash = composer(known()).unwrap().metadata_hash();
	let mut extensions = known();
	extensions.push(extension("SomethingNew", meta_type::<()>(), meta_type::<()>()));
	assert_ne!(composer(extensions).unwrap().metadata_hash(), hash);
}
