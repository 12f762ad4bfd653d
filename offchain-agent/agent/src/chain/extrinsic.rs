// SPDX-License-Identifier: Apache-2.0
//! A signed transaction (extrinsic format 4), put together from the runtime's own metadata.
//!
//! Nothing about the runtime is compiled in: indices of pallets and calls, types of arguments and
//! the list of transaction extensions come from the metadata of the runtime that will check the
//! transaction. After an upgrade a new [`Composer`] is made and nothing else changes.
//!
//! ```text
//! payload   = call ‖ explicit ‖ implicit                 (its blake2_256 above 256 bytes)
//! extrinsic = compact(length) ‖ 0x84 ‖ 0x00 ‖ account [32] ‖ scheme ‖ public ‖ signature
//!             ‖ explicit ‖ call
//! ```
//! A Falcon-512 signature stands there as it is, one of another scheme behind its compact length.
//! `explicit` and `implicit` are what each extension adds, in the order of the metadata:
//!
//! | extension | explicit | implicit |
//! |---|---|---|
//! | `CheckSpecVersion`, `CheckTxVersion` | | version, u32 |
//! | `CheckGenesis` | | genesis hash |
//! | `CheckMortality` | era, 2 bytes | hash of the era's first block |
//! | `CheckNonce` | compact nonce | |
//! | `ChargeTransactionPayment` | compact tip, 0 | |
//! | `CheckMetadataHash` | mode, 1 | `Some` hash of the metadata (RFC-78) |
//! | any other whose two types take no bytes | | |
//!
//! An extension that is none of these is refused by its name: guessing its bytes would at best be a
//! bad signature.

use codec::{Compact, Decode, Encode};
use merkleized_metadata::{
	generate_metadata_digest, generate_proof_for_extrinsic_parts, ExtraInfo, FrameMetadataPrepared,
	SignedExtrinsicData,
};
use qh_crypto::Scheme;
use qh_signer_client::{MetadataProof, TransactionRequest};
use scale_info::{PortableRegistry, TypeDef};
use subxt::{
	dynamic::Value,
	ext::{
		frame_decode,
		frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed},
		scale_value::Composite,
	},
	Metadata,
};

/// Blocks for which a transaction stays valid; a power of two.
pub const MORTALITY: u32 = 64;

/// What a transaction is composed with, besides the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
	/// Name of the runtime.
	pub spec_name: String,
	/// Its version.
	pub spec_version: u32,
	/// Version of its transactions.
	pub transaction_version: u32,
	/// Decimals of the token, as the chain's properties give them.
	pub token_decimals: u8,
	/// Symbol of the token.
	pub token_symbol: String,
}

/// Where and for whom a transaction is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
	/// Genesis hash of the chain.
	pub genesis: [u8; 32],
	/// The account that signs.
	pub account: [u8; 32],
	/// Its nonce.
	pub nonce: u32,
	/// A finalized block: the transaction is valid from there on, for [`MORTALITY`] blocks.
	pub birth: u32,
	/// Hash of that block.
	pub birth_hash: [u8; 32],
}

/// A transaction that lacks its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
	/// What the signer is asked.
	pub request: TransactionRequest,
	/// Its nonce.
	pub nonce: u32,
	/// The runtime version it is made for.
	pub spec_version: u32,
	/// The first block that can no longer hold it.
	pub death: u32,
}

/// Why a transaction cannot be composed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
	/// The metadata is of another version than was asked for.
	#[error("the node gave metadata of version {0}, needed is 15")]
	MetadataVersion(u32),
	/// Another format of transactions.
	#[error("the runtime takes extrinsics of format {0}; this agent writes format 4")]
	Format(u8),
	/// An extension that this agent knows nothing of.
	#[error(
		"the runtime has the transaction extension {0:?}, which this agent does not know: update \
		 qh-agent"
	)]
	UnknownExtension(String),
	/// The runtime checks no metadata hash, without which the signer signs nothing.
	#[error("the runtime has no CheckMetadataHash extension: the signer could not check the call")]
	NoMetadataHash,
	/// The runtime lacks a constant.
	#[error("the runtime has no constant {0}")]
	NoConstant(&'static str),
	/// The call does not fit the runtime.
	#[error("{pallet}.{call} cannot be encoded for this runtime: {reason}")]
	Call {
		/// The pallet.
		pallet: &'static str,
		/// The call.
		call: &'static str,
		/// Why.
		reason: String,
	},
	/// The metadata cannot be merkleized.
	#[error("no proof of the metadata: {0}")]
	Proof(String),
	/// The metadata cannot be read.
	#[error("the runtime's metadata cannot be read: {0}")]
	Metadata(String),
}

/// Composes transactions for one version of the runtime.
pub struct Composer {
	runtime: Runtime,
	/// As the node gave it, for the RFC-78 proof.
	raw: RuntimeMetadata,
	/// The same for the encoding of calls.
	metadata: Metadata,
	extensions: Vec<Extension>,
	base58_prefix: u16,
	extrinsic_metadata: Vec<u8>,
	digest: [u8; 32],
}

impl std::fmt::Debug for Composer {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Composer").field("runtime", &self.runtime).finish_non_exhaustive()
	}
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extension {
	SpecVersion,
	TransactionVersion,
	Genesis,
	Mortality,
	Nonce,
	Tip,
	MetadataHash,
	Empty,
}

impl Composer {
	/// For this runtime, whose metadata of version 15 is `metadata`.
	pub fn new(metadata: RuntimeMetadataPrefixed, runtime: Runtime) -> Result<Self, ComposeError> {
		let raw = metadata.1;
		let RuntimeMetadata::V15(v15) = &raw else {
			return Err(ComposeError::MetadataVersion(raw.version()));
		};
		if v15.extrinsic.version != 4 {
			return Err(ComposeError::Format(v15.extrinsic.version));
		}
		let extensions = v15
			.extrinsic
			.signed_extensions
			.iter()
			.map(|extension| {
				let empty = takes_no_bytes(&v15.types, extension.ty.id)
					&& takes_no_bytes(&v15.types, extension.additional_signed.id);
				Extension::named(&extension.identifier, empty)
			})
			.collect::<Result<Vec<_>, _>>()?;
		if !extensions.contains(&Extension::MetadataHash) {
			return Err(ComposeError::NoMetadataHash);
		}
		let base58_prefix = v15
			.pallets
			.iter()
			.filter(|pallet| pallet.name == "System")
			.flat_map(|pallet| &pallet.constants)
			.find(|constant| constant.name == "SS58Prefix")
			.and_then(|constant| u16::decode(&mut constant.value.as_slice()).ok())
			.ok_or(ComposeError::NoConstant("System.SS58Prefix"))?;
		let extra = ExtraInfo {
			spec_version: runtime.spec_version,
			spec_name: runtime.spec_name.clone(),
			base58_prefix,
			decimals: runtime.token_decimals,
			token_symbol: runtime.token_symbol.clone(),
		};
		let digest = generate_metadata_digest(&raw, extra).map_err(ComposeError::Proof)?.hash();
		let extrinsic_metadata = FrameMetadataPrepared::prepare(&raw)
			.and_then(|prepared| prepared.as_type_information())
			.map_err(ComposeError::Proof)?
			.extrinsic_metadata
			.encode();
		let metadata = Metadata::from_v15(v15.clone())
			.map_err(|error| ComposeError::Metadata(error.to_string()))?;
		Ok(Self { runtime, raw, metadata, extensions, base58_prefix, extrinsic_metadata, digest })
	}

	/// The runtime that this is for.
	pub fn runtime(&self) -> &Runtime {
		&self.runtime
	}

	/// The metadata hash that the transactions commit to.
	pub fn metadata_hash(&self) -> [u8; 32] {
		self.digest
	}

	/// Name and description of an error of `pallet`, by its index.
	pub fn error(&self, pallet: &str, index: u8) -> Option<String> {
		let variant = self.metadata.pallet_by_name(pallet)?.error_variant_by_index(index)?;
		Some(match variant.docs.is_empty() {
			true => variant.name.clone(),
			false => format!("{}: {}", variant.name, variant.docs.join(" ")),
		})
	}

	/// The prefix of SS58 addresses.
	pub fn base58_prefix(&self) -> u16 {
		self.base58_prefix
	}

	/// SCALE of a call; arguments by name, so that their order may change.
	pub fn call(
		&self,
		pallet: &'static str,
		call: &'static str,
		arguments: Vec<(&'static str, Value)>,
	) -> Result<Vec<u8>, ComposeError> {
		let arguments: Composite<()> = Composite::named(arguments);
		frame_decode::extrinsics::encode_call_data(
			pallet,
			call,
			&arguments,
			&self.metadata,
			self.metadata.types(),
		)
		.map_err(|error| ComposeError::Call { pallet, call, reason: error.to_string() })
	}

	/// The transaction that carries `call`, but for its signature.
	pub fn compose(&self, call: Vec<u8>, at: &Placement) -> Result<Unsigned, ComposeError> {
		let (mut explicit, mut implicit) = (Vec::new(), Vec::new());
		for extension in &self.extensions {
			self.extend(*extension, at, &mut explicit, &mut implicit);
		}
		let parts = SignedExtrinsicData {
			included_in_extrinsic: &explicit,
			included_in_signed_data: &implicit,
		};
		let proof = generate_proof_for_extrinsic_parts(&call, Some(parts), &self.raw)
			.map_err(ComposeError::Proof)?;
		let metadata = MetadataProof {
			proof: proof.encode(),
			extrinsic: self.extrinsic_metadata.clone(),
			spec_version: self.runtime.spec_version,
			spec_name: self.runtime.spec_name.clone(),
			base58_prefix: self.base58_prefix,
			decimals: self.runtime.token_decimals,
			token_symbol: self.runtime.token_symbol.clone(),
		};
		Ok(Unsigned {
			request: TransactionRequest { key: at.account, call, explicit, implicit, metadata },
			nonce: at.nonce,
			spec_version: self.runtime.spec_version,
			death: at.birth.saturating_add(MORTALITY),
		})
	}

	fn extend(
		&self,
		extension: Extension,
		at: &Placement,
		explicit: &mut Vec<u8>,
		implicit: &mut Vec<u8>,
	) {
		match extension {
			Extension::SpecVersion => self.runtime.spec_version.encode_to(implicit),
			Extension::TransactionVersion => self.runtime.transaction_version.encode_to(implicit),
			Extension::Genesis => at.genesis.encode_to(implicit),
			Extension::Mortality => {
				era(at.birth).encode_to(explicit);
				at.birth_hash.encode_to(implicit);
			}
			Extension::Nonce => Compact(at.nonce).encode_to(explicit),
			Extension::Tip => Compact(0u128).encode_to(explicit),
			Extension::MetadataHash => {
				1u8.encode_to(explicit);
				Some(self.digest).encode_to(implicit);
			}
			Extension::Empty => {}
		}
	}
}

impl Extension {
	fn named(identifier: &str, empty: bool) -> Result<Self, ComposeError> {
		Ok(match identifier {
			"CheckSpecVersion" => Self::SpecVersion,
			"CheckTxVersion" => Self::TransactionVersion,
			"CheckGenesis" => Self::Genesis,
			"CheckMortality" => Self::Mortality,
			"CheckNonce" => Self::Nonce,
			"ChargeTransactionPayment" => Self::Tip,
			"CheckMetadataHash" => Self::MetadataHash,
			_ if empty => Self::Empty,
			_ => return Err(ComposeError::UnknownExtension(identifier.to_owned())),
		})
	}
}

impl Unsigned {
	/// The extrinsic, signed by the Falcon-512 key `public`.
	pub fn sign(&self, public: &[u8; 897], signature: &[u8; 666]) -> Vec<u8> {
		signed(&self.request, Scheme::Falcon512, public, signature)
	}
}

/// The extrinsic of a request that a key of any scheme has signed. Public key and signature have
/// the scheme's lengths.
pub fn signed(
	request: &TransactionRequest,
	scheme: Scheme,
	public: &[u8],
	signature: &[u8],
) -> Vec<u8> {
	let mut body = vec![0x84, 0x00];
	body.extend_from_slice(&request.key);
	body.push(scheme.index());
	body.extend_from_slice(public);
	match scheme {
		Scheme::Falcon512 => body.extend_from_slice(signature),
		Scheme::SlhDsaSha2_128s | Scheme::MlDsa65 => signature.encode_to(&mut body),
	}
	body.extend_from_slice(&request.explicit);
	body.extend_from_slice(&request.call);
	body.encode()
}

/// The era of [`MORTALITY`] blocks that begins at block `birth`, as two bytes: the exponent of the
/// period minus one in the low four bits, the phase above (its quantum is one for periods up to
/// 4,096).
fn era(birth: u32) -> [u8; 2] {
	let exponent = (MORTALITY.trailing_zeros().saturating_sub(1)) as u16;
	let phase = (birth % MORTALITY) as u16;
	(exponent | (phase << 4)).to_le_bytes()
}

/// Whether values of this type are encoded in no bytes at all.
fn takes_no_bytes(types: &PortableRegistry, id: u32) -> bool {
	match types.resolve(id).map(|ty| &ty.type_def) {
		Some(TypeDef::Composite(composite)) => {
			composite.fields.iter().all(|field| takes_no_bytes(types, field.ty.id))
		}
		Some(TypeDef::Tuple(tuple)) => {
			tuple.fields.iter().all(|field| takes_no_bytes(types, field.id))
		}
		Some(TypeDef::Array(array)) => array.len == 0 || takes_no_bytes(types, array.type_param.id),
		_ => false,
	}
}

#[cfg(test)]
mod tests;
