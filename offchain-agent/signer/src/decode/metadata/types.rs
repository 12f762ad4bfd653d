// SPDX-License-Identifier: Apache-2.0
//! RFC-78's type descriptions, in their SCALE layout.

use codec::{Compact, Decode, Encode};
use qh_signer_client::{Hash, MetadataProof};

/// A type, or where to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[allow(missing_docs)]
pub enum TypeRef {
	#[codec(index = 0)]
	Bool,
	#[codec(index = 1)]
	Char,
	#[codec(index = 2)]
	Str,
	#[codec(index = 3)]
	U8,
	#[codec(index = 4)]
	U16,
	#[codec(index = 5)]
	U32,
	#[codec(index = 6)]
	U64,
	#[codec(index = 7)]
	U128,
	#[codec(index = 8)]
	U256,
	#[codec(index = 9)]
	I8,
	#[codec(index = 10)]
	I16,
	#[codec(index = 11)]
	I32,
	#[codec(index = 12)]
	I64,
	#[codec(index = 13)]
	I128,
	#[codec(index = 14)]
	I256,
	#[codec(index = 15)]
	CompactU8,
	#[codec(index = 16)]
	CompactU16,
	#[codec(index = 17)]
	CompactU32,
	#[codec(index = 18)]
	CompactU64,
	#[codec(index = 19)]
	CompactU128,
	#[codec(index = 20)]
	CompactU256,
	#[codec(index = 21)]
	Void,
	#[codec(index = 22)]
	ById(Compact<u32>),
}

/// Structure of a type.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum TypeDef {
	/// A struct.
	#[codec(index = 0)]
	Composite(Vec<Field>),
	/// One variant of an enum; the others have their own descriptions under the same id.
	#[codec(index = 1)]
	Enumeration(EnumerationVariant),
	/// A vector.
	#[codec(index = 2)]
	Sequence(TypeRef),
	/// An array.
	#[codec(index = 3)]
	Array {
		/// Number of elements.
		len: u32,
		/// Type of each.
		element: TypeRef,
	},
	/// A tuple.
	#[codec(index = 4)]
	Tuple(Vec<TypeRef>),
	/// A bit sequence.
	#[codec(index = 5)]
	BitSequence {
		/// Bytes of a storage unit.
		num_bytes: u8,
		/// Order of bits.
		least_significant_bit_first: bool,
	},
}

/// A field of a struct or variant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Field {
	/// Its name, if it has one.
	pub name: Option<String>,
	/// Its type.
	pub ty: TypeRef,
	/// Its type's name in the source.
	pub type_name: Option<String>,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnumerationVariant {
	/// Its name.
	pub name: String,
	/// Its fields.
	pub fields: Vec<Field>,
	/// Its index on the wire.
	pub index: Compact<u32>,
}

/// A type's description: a leaf of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Type {
	/// Path in the source.
	pub path: Vec<String>,
	/// Structure.
	pub type_def: TypeDef,
	/// Id by which others name it.
	pub type_id: Compact<u32>,
}

/// Shape of an extrinsic.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExtrinsicMetadata {
	/// Version of the format.
	pub version: u8,
	/// Type of the sender.
	pub address_ty: TypeRef,
	/// Type of the call.
	pub call_ty: TypeRef,
	/// Type of the signature.
	pub signature_ty: TypeRef,
	/// Extensions, in their order.
	pub signed_extensions: Vec<SignedExtension>,
}

/// A transaction extension.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedExtension {
	/// Its name.
	pub identifier: String,
	/// What it puts in the extrinsic.
	pub included_in_extrinsic: TypeRef,
	/// What it adds to the signed data.
	pub included_in_signed_data: TypeRef,
}

/// The metadata hash: `blake3` of SCALE of the digest's version 1.
pub fn digest_hash(root: Hash, metadata: &MetadataProof) -> Hash {
	let digest = (
		1u8,
		root,
		*blake3::hash(&metadata.extrinsic).as_bytes(),
		metadata.spec_version,
		&metadata.spec_name,
		metadata.base58_prefix,
		metadata.decimals,
		&metadata.token_symbol,
	);
	*blake3::hash(&digest.encode()).as_bytes()
}
