// SPDX-License-Identifier: Apache-2.0

//! The extrinsic of this chain: FRAME's own, plus the knowledge of its signature scheme.
//!
//! A transaction extension never sees the signature, yet verification must be paid for by scheme:
//! SLH-DSA costs many times what Falcon does. So the extrinsic is a thin wrapper around
//! [`generic::UncheckedExtrinsic`], and wherever FRAME asks it for a weight it first notes the
//! scheme in the marker extension [`ChargeVerification`], which is not encoded.
//!
//! Invariants, each held by a test:
//! - the bytes are those of the wrapped type, and so is the type information: a client that knows
//!   the wrapped type needs to know nothing more;
//! - the marker that a sender can influence is none: it is not on the wire, and every path that
//!   weighs a transaction sets it anew from the signature;
//! - bare extrinsics carry no marker and pay for no verification.

use crate::{
	extensions::ChargeVerification, AccountId, Address, Runtime, RuntimeCall, Signature,
	TxExtension,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, EncodeLike, Error, Input, Output};
use frame_support::{
	dispatch::{DispatchInfo, GetDispatchInfo},
	traits::{InherentBuilder, SignedTransactionBuilder},
};
use qh_crypto::Scheme;
use scale_info::TypeInfo;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sp_runtime::{
	generic::{self, CheckedExtrinsic, Preamble},
	traits::{Checkable, ExtrinsicCall, ExtrinsicLike, ExtrinsicMetadata, LazyExtrinsic, Lookup},
	transaction_validity::TransactionValidityError,
	OpaqueExtrinsic,
};

/// FRAME's extrinsic with this chain's types.
pub type Inner = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// An extrinsic as it comes from outside: bytes and type information are those of [`Inner`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UncheckedExtrinsic(pub Inner);

impl UncheckedExtrinsic {
	/// A signed transaction (extrinsic format 4).
	pub fn new_signed(
		call: RuntimeCall,
		signer: Address,
		signature: Signature,
		extension: TxExtension,
	) -> Self {
		Self(Inner::new_signed(call, signer, signature, extension))
	}

	/// An inherent, or a transaction that its pallet validates without a signature.
	pub fn new_bare(call: RuntimeCall) -> Self {
		Self(Inner::new_bare(call))
	}

	/// The signature, where there is one.
	pub fn signature(&self) -> Option<&Signature> {
		match &self.0.preamble {
			Preamble::Signed(_, signature, _) => Some(signature),
			Preamble::Bare(_) | Preamble::General(_) => None,
		}
	}

	/// The wrapped extrinsic, with the scheme of its signature noted in the marker extension.
	fn into_marked(self) -> Inner {
		let mut inner = self.0;
		if let Preamble::Signed(_, signature, extension) = &mut inner.preamble {
			mark(extension, signature);
		}
		inner
	}
}

/// Notes the scheme of `signature` in the marker extension.
fn mark(extension: &mut TxExtension, signature: &Signature) {
	extension.7 = ChargeVerification::of(signature.scheme());
}

impl TypeInfo for UncheckedExtrinsic {
	type Identity = Inner;

	fn type_info() -> scale_info::Type {
		Inner::type_info()
	}
}

impl Encode for UncheckedExtrinsic {
	fn size_hint(&self) -> usize {
		self.0.size_hint()
	}

	fn encode_to<T: Output + ?Sized>(&self, dest: &mut T) {
		dest.write(&self.0.encode())
	}

	fn encode(&self) -> Vec<u8> {
		self.0.encode()
	}
}

impl EncodeLike for UncheckedExtrinsic {}

impl Decode for UncheckedExtrinsic {
	fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
		Inner::decode(input).map(Self)
	}
}

impl DecodeWithMemTracking for UncheckedExtrinsic {}

impl LazyExtrinsic for UncheckedExtrinsic {
	fn decode_unprefixed(data: &[u8]) -> Result<Self, Error> {
		Inner::decode_unprefixed(data).map(Self)
	}
}

impl Serialize for UncheckedExtrinsic {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		self.0.serialize(serializer)
	}
}

impl<'de> Deserialize<'de> for UncheckedExtrinsic {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		Inner::deserialize(deserializer).map(Self)
	}
}

impl From<UncheckedExtrinsic> for OpaqueExtrinsic {
	fn from(extrinsic: UncheckedExtrinsic) -> Self {
		extrinsic.0.into()
	}
}

impl ExtrinsicLike for UncheckedExtrinsic {
	fn is_bare(&self) -> bool {
		self.0.is_bare()
	}
}

impl ExtrinsicCall for UncheckedExtrinsic {
	type Call = RuntimeCall;

	fn call(&self) -> &RuntimeCall {
		self.0.call()
	}

	fn into_call(self) -> RuntimeCall {
		self.0.into_call()
	}
}

impl ExtrinsicMetadata for UncheckedExtrinsic {
	const VERSIONS: &'static [u8] = <Inner as ExtrinsicMetadata>::VERSIONS;
	type TransactionExtensionPipelines =
		<Inner as ExtrinsicMetadata>::TransactionExtensionPipelines;
}

impl InherentBuilder for UncheckedExtrinsic {
	fn new_inherent(call: RuntimeCall) -> Self {
		Self::new_bare(call)
	}
}

impl SignedTransactionBuilder for UncheckedExtrinsic {
	type Address = Address;
	type Signature = Signature;
	type Extension = TxExtension;

	fn new_signed_transaction(
		call: RuntimeCall,
		signed: Address,
		signature: Signature,
		tx_ext: TxExtension,
	) -> Self {
		Self::new_signed(call, signed, signature, tx_ext)
	}
}

impl<L: Lookup<Source = Address, Target = AccountId>> Checkable<L> for UncheckedExtrinsic {
	type Checked = CheckedExtrinsic<AccountId, RuntimeCall, TxExtension>;

	fn check(self, lookup: &L) -> Result<Self::Checked, TransactionValidityError> {
		self.into_marked().check(lookup)
	}

	#[cfg(feature = "try-runtime")]
	fn unchecked_into_checked_i_know_what_i_am_doing(
		self,
		lookup: &L,
	) -> Result<Self::Checked, TransactionValidityError> {
		self.into_marked().unchecked_into_checked_i_know_what_i_am_doing(lookup)
	}
}

impl GetDispatchInfo for UncheckedExtrinsic {
	fn get_dispatch_info(&self) -> DispatchInfo {
		match &self.0.preamble {
			Preamble::Signed(_, signature, extension) => {
				let mut extension = extension.clone();
				mark(&mut extension, signature);
				let mut info = self.0.function.get_dispatch_info();
				info.extension_weight =
					sp_runtime::traits::TransactionExtension::<RuntimeCall>::weight(
						&extension,
						&self.0.function,
					);
				info
			}
			Preamble::Bare(_) | Preamble::General(_) => self.0.get_dispatch_info(),
		}
	}
}

/// What a wallet that knows nothing of this chain's signatures needs for a fee estimate.
///
/// polkadot-js estimates with a signature of 256 bytes of 0x01, which decodes as a signature that
/// no scheme can have made: far too short. The estimate is then made for a Falcon-512 signature,
/// the default of wallets, with the length that it will have. An extrinsic that carries a
/// signature of a possible length, of whatever scheme, is estimated as it is.
///
/// Only the runtime API calls this: what a transaction really pays never passes here.
pub fn complete_for_estimate(extrinsic: UncheckedExtrinsic, len: u32) -> (UncheckedExtrinsic, u32) {
	let Inner { preamble, function, .. } = extrinsic.0;
	match preamble {
		Preamble::Signed(signer, signature, extension)
			if signature.signature().len() != signature.scheme().signature_len() =>
		{
			let stand_in = Signature::dummy(Scheme::Falcon512);
			let stand_in_len = stand_in.encoded_size() as u32;
			let len =
				len.saturating_add(stand_in_len).saturating_sub(signature.encoded_size() as u32);
			(UncheckedExtrinsic::new_signed(function, signer, stand_in, extension), len)
		}
		preamble => (UncheckedExtrinsic(Inner::from_parts(function, preamble)), len),
	}
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}
