// SPDX-License-Identifier: Apache-2.0

//! Charges a signed transaction for the verification of its signature.
//!
//! The extension is a marker of no bytes. The extrinsic wrapper notes in it which scheme signed
//! ([`crate::extrinsic`]); its weight is what verifying that scheme was measured to cost. Nothing
//! is refunded: the scheme is known before anything runs.

use crate::{weights::verification, RuntimeCall};
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::weights::Weight;
use qh_crypto::Scheme;
use scale_info::TypeInfo;
use sp_runtime::{impl_tx_ext_default, traits::TransactionExtension};

/// Marker that carries the scheme of a transaction's signature to its weight.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, Copy, PartialEq, Eq, Debug, Default,
)]
pub struct ChargeVerification {
	/// Never on the wire: a sender cannot choose it.
	#[codec(skip)]
	scheme: Option<Scheme>,
}

impl ChargeVerification {
	/// The marker for a transaction that is signed by `scheme`.
	pub const fn of(scheme: Scheme) -> Self {
		Self { scheme: Some(scheme) }
	}

	/// The scheme that signed, once the extrinsic has been checked or weighed.
	pub const fn scheme(&self) -> Option<Scheme> {
		self.scheme
	}
}

impl TransactionExtension<RuntimeCall> for ChargeVerification {
	const IDENTIFIER: &'static str = "ChargeVerification";
	type Implicit = ();
	type Val = ();
	type Pre = ();

	/// Measured cost of the scheme. A transaction without a signature costs nothing here: it is
	/// either bare, or general and refused for want of an authorised origin.
	fn weight(&self, _: &RuntimeCall) -> Weight {
		self.scheme.map_or(Weight::zero(), verification::weight_of)
	}

	impl_tx_ext_default!(RuntimeCall; validate prepare);
}
