// SPDX-License-Identifier: Apache-2.0

//! The transaction extension that keeps worthless batches out of blocks.

use crate::{BatchOf, Batches, Call, Config, Pallet, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::{fmt, marker::PhantomData};
use frame_support::{
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction, Weight},
	traits::{Get, IsSubType},
};
use scale_info::TypeInfo;
use sp_runtime::{
	impl_tx_ext_default,
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, DispatchOriginOf, Dispatchable, Implication,
		TransactionExtension, ValidateResult,
	},
	transaction_validity::InvalidTransaction,
	AccountId32,
};

/// Refuses a call of `anchor` before it can fail in a block, where nobody would pay for it.
///
/// # Effect
///
/// - In the pool: the signatures of the batch's vouchers are verified; `BadProof` if one is not
///   its customer's.
/// - In a block: `ExhaustsResources` if the block holds as many batches as it may, so that the
///   author keeps the transaction for the next block.
/// - Other calls, and what is not signed: none. The call refuses the latter. It changes no origin, tag, priority or longevity.
///
/// Signatures are not verified here in a block: the call itself does it there, so that each is
/// verified once a block.
///
/// Its weight is that of all checks before the call, [`Pallet::check_anchor`] included.
///
/// # Order
///
/// Behind the extension that asks [`Pallet::check_anchor`], so that signatures are verified for
/// batches only that would be accepted otherwise. Encoded as zero bytes.
#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckAnchor<T>(PhantomData<T>);

impl<T> CheckAnchor<T> {
	/// The extension, which carries no data.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T> Default for CheckAnchor<T> {
	fn default() -> Self {
		Self::new()
	}
}

impl<T> Clone for CheckAnchor<T> {
	fn clone(&self) -> Self {
		Self::new()
	}
}

impl<T> PartialEq for CheckAnchor<T> {
	fn eq(&self, _: &Self) -> bool {
		true
	}
}

impl<T> Eq for CheckAnchor<T> {}

impl<T> fmt::Debug for CheckAnchor<T> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("CheckAnchor")
	}
}

impl<T: Config> CheckAnchor<T> {
	fn batch(call: &T::RuntimeCall) -> Option<&BatchOf<T>>
	where
		T::RuntimeCall: IsSubType<Call<T>>,
	{
		match call.is_sub_type() {
			Some(Call::anchor { batch }) => Some(batch),
			_ => None,
		}
	}
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckAnchor<T>
where
	T::RuntimeCall: IsSubType<Call<T>>,
	<T::RuntimeCall as Dispatchable>::RuntimeOrigin: AsSystemOriginSigner<AccountId32> + Clone,
{
	const IDENTIFIER: &'static str = "CheckAnchor";
	type Implicit = ();
	type Val = ();
	type Pre = ();

	fn weight(&self, call: &T::RuntimeCall) -> Weight {
		Self::batch(call).map_or(Weight::zero(), |batch| {
			T::WeightInfo::check_anchor(batch.vouchers.len() as u32)
		})
	}

	fn validate(
		&self,
		origin: DispatchOriginOf<T::RuntimeCall>,
		call: &T::RuntimeCall,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		_len: usize,
		_self_implicit: (),
		_inherited_implication: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<(), T::RuntimeCall> {
		// What nobody signed has no one to answer for the signatures inside, and is no batch.
		let Some(batch) = origin.as_system_origin_signer().and_then(|_| Self::batch(call)) else {
			return Ok((ValidTransaction::default(), (), origin));
		};
		let refusal = match source {
			TransactionSource::InBlock => {
				let batches = Batches::<T>::decode_len().unwrap_or_default();
				(batches >= T::MaxBatchesPerBlock::get() as usize)
					.then_some(InvalidTransaction::ExhaustsResources)
			}
			TransactionSource::Local | TransactionSource::External => {
				Pallet::<T>::verify_vouchers(batch).err().map(|_| InvalidTransaction::BadProof)
			}
		};
		match refusal {
			Some(refusal) => Err(TransactionValidityError::Invalid(refusal)),
			None => Ok((ValidTransaction::default(), (), origin)),
		}
	}

	impl_tx_ext_default!(T::RuntimeCall; prepare);
}
