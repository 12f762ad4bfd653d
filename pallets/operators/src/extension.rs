// SPDX-License-Identifier: Apache-2.0

//! The transaction extension that restricts agents and bounds feeless calls.

use super::*;
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::{fmt, marker::PhantomData};
use frame_support::{
	pallet_prelude::TransactionSource,
	traits::{GetCallIndex, IsSubType, PalletInfoAccess},
	weights::Weight,
};
use scale_info::TypeInfo;
use sp_runtime::{
	impl_tx_ext_default,
	traits::{
		AsSystemOriginSigner, DispatchInfoOf, DispatchOriginOf, Dispatchable, Implication,
		SaturatedConversion, TransactionExtension, ValidateResult,
	},
	transaction_validity::{InvalidTransaction, TransactionPriority, ValidTransaction},
};

/// Priority of every feeless call: below reports of equivocation only.
pub const FEELESS_PRIORITY: TransactionPriority = TransactionPriority::MAX - 1;

/// Custom validation errors are this plus the number of the [`Error`] variant, counted from 0.
pub const CUSTOM_ERROR_BASE: u8 = 64;

/// Restricts agents to their calls, and gives feeless calls of operators their place in the pool.
///
/// # Effect
///
/// * An agent's transaction is refused unless it makes a call of this pallet or one of
///   [`Config::AgentCalls`]. This looks at the outermost call only, so no call that dispatches
///   another may be among those.
/// * A call of this pallet is refused if its dispatch would fail.
/// * A feeless call, of this pallet or of [`Config::FeelessCalls`], gets [`FEELESS_PRIORITY`], the
///   tag `("qh-operator", pallet and call index, operator, window)` and a longevity of one window.
///   A second one with the same tag is not ready to go into a block while the first is: it is
///   refused, unless it has to wait for an earlier nonce.
/// * What is not signed passes: it has rules of its own.
///
/// # Order
///
/// Before the extension that charges fees. It adds to `requires` nothing and to `provides` one tag,
/// so its place among the others is free otherwise.
///
/// Encodes as nothing and signs nothing.
#[derive(Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct CheckOperatorCall<T>(PhantomData<T>);

impl<T> CheckOperatorCall<T> {
	/// The extension; it has no content.
	pub const fn new() -> Self {
		Self(PhantomData)
	}
}

impl<T> Default for CheckOperatorCall<T> {
	fn default() -> Self {
		Self::new()
	}
}

impl<T> fmt::Debug for CheckOperatorCall<T> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("CheckOperatorCall")
	}
}

impl<T: Config> Pallet<T>
where
	T::RuntimeCall: IsSubType<Call<T>>,
{
	/// Checks what `who` signs. `Ok(None)` is an ordinary transaction.
	pub(crate) fn check_call(
		who: &AccountId32,
		call: &T::RuntimeCall,
	) -> Result<Option<FeelessCall>, InvalidTransaction> {
		if let Some(own) = call.is_sub_type() {
			return Self::check_own_call(who, own);
		}
		if Agents::<T>::contains_key(who) && !T::AgentCalls::contains(call) {
			return Err(Error::<T>::AgentCallNotAllowed.into());
		}
		T::FeelessCalls::check(who, call).transpose()
	}

	pub(crate) fn check_own_call(
		who: &AccountId32,
		call: &Call<T>,
	) -> Result<Option<FeelessCall>, InvalidTransaction> {
		let operator = match call {
			Call::register { registration } => {
				Self::check_register(who, registration)?;
				if registration.inviter.is_none() {
					return Ok(None);
				}
				who.clone()
			}
			Call::heartbeat { heartbeat } => Self::check_heartbeat(who, heartbeat)?,
			Call::rotate_session_keys { keys, proof } => {
				Self::check_rotate_session_keys(who, keys, proof)?
			}
			Call::set_agent { agent } => {
				Self::check_set_agent(who, agent)?;
				who.clone()
			}
			Call::revoke_keys { keys } => {
				Self::check_revoke_keys(who, keys)?;
				who.clone()
			}
			Call::report_aura_equivocation { .. } | Call::__Ignore(..) => {
				return Err(InvalidTransaction::Call);
			}
		};
		let call = [Self::index() as u8, call.get_call_index()];
		Ok(Some(FeelessCall { operator, call }))
	}

	fn check_call_weight(call: &T::RuntimeCall) -> Weight {
		match call.is_sub_type() {
			Some(Call::register { registration }) => match registration.operator.scheme() {
				Scheme::Falcon512 => T::WeightInfo::check_register_falcon512(),
				Scheme::SlhDsaSha2_128s => T::WeightInfo::check_register_slh_dsa_sha2_128s(),
				Scheme::MlDsa65 => T::WeightInfo::check_register_ml_dsa65(),
			},
			Some(Call::heartbeat { .. }) => T::WeightInfo::check_heartbeat(),
			Some(Call::rotate_session_keys { .. }) => T::WeightInfo::check_rotate_session_keys(),
			Some(Call::set_agent { .. }) => T::WeightInfo::check_set_agent(),
			Some(Call::revoke_keys { keys }) => T::WeightInfo::check_revoke_keys(keys.len() as u32),
			Some(_) => Weight::zero(),
			None => {
				T::WeightInfo::check_other().saturating_add(T::FeelessCalls::check_weight(call))
			}
		}
	}
}

impl<T: Config> From<Error<T>> for InvalidTransaction {
	fn from(error: Error<T>) -> Self {
		let number = error.encode().first().copied().unwrap_or_default();
		InvalidTransaction::Custom(CUSTOM_ERROR_BASE.saturating_add(number))
	}
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for CheckOperatorCall<T>
where
	T::RuntimeCall: IsSubType<Call<T>>,
	<T::RuntimeCall as Dispatchable>::RuntimeOrigin: AsSystemOriginSigner<AccountId32> + Clone,
{
	const IDENTIFIER: &'static str = "CheckOperatorCall";
	type Implicit = ();
	type Val = ();
	type Pre = ();

	fn weight(&self, call: &T::RuntimeCall) -> Weight {
		Pallet::<T>::check_call_weight(call)
	}

	fn validate(
		&self,
		origin: DispatchOriginOf<T::RuntimeCall>,
		call: &T::RuntimeCall,
		_info: &DispatchInfoOf<T::RuntimeCall>,
		_len: usize,
		_self_implicit: (),
		_inherited_implication: &impl Implication,
		_source: TransactionSource,
	) -> ValidateResult<(), T::RuntimeCall> {
		let feeless = match origin.as_system_origin_signer() {
			Some(who) => Pallet::<T>::check_call(who, call)?,
			None => None,
		};
		let validity = match feeless {
			Some(feeless) => ValidTransaction {
				priority: FEELESS_PRIORITY,
				provides: alloc::vec![feeless.tag(Pallet::<T>::window())],
				longevity: T::WindowLength::get().max(One::one()).saturated_into(),
				..Default::default()
			},
			None => ValidTransaction::default(),
		};
		Ok((validity, (), origin))
	}

	impl_tx_ext_default!(T::RuntimeCall; prepare);
}
