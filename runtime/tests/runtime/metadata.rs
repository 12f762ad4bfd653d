// SPDX-License-Identifier: Apache-2.0

//! What tools read of the runtime.

use codec::Decode;
use qh_runtime::{Runtime, RuntimeCall, SessionKeys, TxExtension};
use scale_info::{form::PortableForm, PortableRegistry, TypeDef};
use sp_io::TestExternalities;
use sp_runtime::traits::{OpaqueKeys, TransactionExtension};

/// polkadot-js refuses arrays above this, in any type, and with them the whole chain.
const MAX_ARRAY: u32 = 2_048;

fn types() -> PortableRegistry {
	// "meta", version, then the registry in every version from 14 on.
	TestExternalities::new_empty().execute_with(|| {
		let metadata = Runtime::metadata_at_version(15).unwrap();
		let bytes: &[u8] = &metadata;
		assert_eq!(&bytes[..5], b"meta\x0f");
		PortableRegistry::decode(&mut &bytes[5..]).unwrap()
	})
}

fn path(ty: &scale_info::Type<PortableForm>) -> String {
	ty.path.segments.join("::")
}

#[test]
fn versions_14_to_16_are_served() {
	TestExternalities::new_empty().execute_with(|| {
		let versions = Runtime::metadata_versions();
		for version in 14..=16 {
			assert!(versions.contains(&version), "{versions:?}");
			let metadata = Runtime::metadata_at_version(version).unwrap();
			let bytes: &[u8] = &metadata;
			assert_eq!(&bytes[..4], b"meta");
			assert_eq!(u32::from(bytes[4]), version);
		}
		assert!(Runtime::metadata_at_version(17).is_none());
	});
}

#[test]
fn no_array_is_longer_than_wallets_allow() {
	for ty in types().types {
		if let TypeDef::Array(array) = &ty.ty.type_def {
			assert!(array.len <= MAX_ARRAY, "an array of {}", array.len);
		}
	}
}

#[test]
fn no_type_of_a_classical_scheme_exists() {
	for ty in types().types {
		let path = path(&ty.ty).to_lowercase();
		for classical in
			["ed25519", "sr25519", "ecdsa", "secp256", "bandersnatch", "bls38", "multisignature"]
		{
			assert!(!path.contains(classical), "{path}");
		}
		let TypeDef::Variant(variants) = &ty.ty.type_def else { continue };
		for variant in &variants.variants {
			let name = variant.name.to_lowercase();
			for classical in ["ed25519", "sr25519", "ecdsa"] {
				assert!(!name.contains(classical), "{path}::{name}");
			}
		}
	}
	assert_eq!(SessionKeys::key_ids().len(), 2);
}

#[test]
fn the_signature_has_its_variants_at_their_places() {
	let types = types();
	let signature = types
		.types
		.iter()
		.find(|ty| path(&ty.ty).ends_with("signature::Signature"))
		.expect("the signature's type has a path");
	let TypeDef::Variant(variants) = &signature.ty.type_def else { panic!("not an enum") };
	let variants: Vec<_> = variants.variants.iter().map(|v| (v.index, v.name.as_str())).collect();
	assert_eq!(variants, [(0, "Falcon512"), (1, "SlhDsaSha2_128s"), (2, "MlDsa65")]);
}

/// Order and names are part of the wire format.
#[test]
fn the_extensions_stand_in_their_order() {
	let names: Vec<_> = <TxExtension as TransactionExtension<RuntimeCall>>::metadata()
		.into_iter()
		.map(|extension| extension.identifier)
		.collect();
	assert_eq!(
		names,
		[
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeVerification",
			"CheckOperatorCall",
			"CheckAnchor",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		]
	);
}

#[test]
fn sessions_keys_cannot_be_set_past_the_operators_pallet() {
	let types = types();
	let call = types.types.iter().find(|ty| path(&ty.ty) == "qh_runtime::RuntimeCall").unwrap();
	let TypeDef::Variant(variants) = &call.ty.type_def else { panic!("not an enum") };
	assert!(variants.variants.iter().all(|variant| variant.name != "Session"));
	assert!(variants.variants.iter().all(|variant| variant.name != "Sudo"));
	assert!(variants.variants.iter().any(|variant| variant.name == "Operators"));
}
