// SPDX-License-Identifier: Apache-2.0

//! Aura equivocation: what it is, how evidence of it is checked, reported and processed.
//!
//! GRANDPA's equivocations come by way of `pallet-grandpa`. Aura's are only logged by the upstream
//! client, so a node's import queue hands them to
//! [`crate::OperatorsApi::submit_report_aura_equivocation`], as it does for GRANDPA.

use super::*;
use codec::Encode;
use core::marker::PhantomData;
use frame_support::{
	pallet_prelude::{TransactionSource, TransactionValidity, TransactionValidityError},
	traits::KeyOwnerProofSystem,
	weights::Weight,
};
use frame_system::{
	offchain::{CreateBare, SubmitTransaction},
	pallet_prelude::HeaderFor,
};
use qh_app_crypto::aura::{AuthorityId, AuthoritySignature, KEY_TYPE};
use sp_consensus_aura::{digests::CompatibleDigestItem, Slot};
use sp_runtime::{
	traits::Header,
	transaction_validity::{InvalidTransaction, TransactionPriority, ValidTransaction},
	DispatchError, KeyTypeId, Perbill, RuntimeAppPublic,
};
use sp_session::{GetSessionNumber, GetValidatorCount};
use sp_staking::{
	offence::{Kind, Offence, OffenceReportSystem, ReportOffence},
	SessionIndex,
};

/// Two blocks by one author for one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuraEquivocationOffence<Offender> {
	/// The slot.
	pub slot: Slot,
	/// The session in which the offender is shown to have owned the key.
	pub session_index: SessionIndex,
	/// Validators in that session.
	pub validator_set_count: u32,
	/// The author.
	pub offender: Offender,
}

impl<Offender: Clone> Offence<Offender> for AuraEquivocationOffence<Offender> {
	const ID: Kind = *b"aura:equivocatio";
	type Slot = Slot;

	fn offenders(&self) -> Vec<Offender> {
		alloc::vec![self.offender.clone()]
	}

	fn session_index(&self) -> SessionIndex {
		self.session_index
	}

	fn validator_set_count(&self) -> u32 {
		self.validator_set_count
	}

	fn slot(&self) -> Slot {
		self.slot
	}

	/// `min((3k / n)², 1)` of `k` offenders among `n` validators, as for GRANDPA. Nothing is
	/// slashed by it here; it is there for those who listen to offences.
	fn slash_fraction(&self, offenders: u32) -> Perbill {
		Perbill::from_rational(offenders.saturating_mul(3), self.validator_set_count).square()
	}
}

/// Whether the two headers, sealed by one key for one slot, are of different blocks.
///
/// Compares the headers without their seals: a signature of the same header may differ each time.
pub fn is_equivocation<H: Header>(proof: &AuraEquivocationProof<H>) -> bool {
	let Some((first, first_seal)) = unseal(&proof.first_header, proof.slot) else { return false };
	let Some((second, second_seal)) = unseal(&proof.second_header, proof.slot) else {
		return false;
	};
	first != second
		&& proof.offender.verify(&first.as_ref(), &first_seal)
		&& proof.offender.verify(&second.as_ref(), &second_seal)
}

/// The hash that a header's seal signs, and the seal; `None` if its last digest item is not an
/// Aura seal, or it does not claim exactly this one slot.
fn unseal<H: Header>(header: &H, slot: Slot) -> Option<(H::Hash, AuthoritySignature)> {
	let mut header = header.clone();
	let seal = header.digest_mut().pop()?.as_aura_seal()?;
	let mut slots =
		header.digest().logs().iter().filter_map(|item| {
			CompatibleDigestItem::<AuthoritySignature>::as_aura_pre_digest(item)
		});
	let claims_the_slot = slots.next() == Some(slot) && slots.next().is_none();
	claims_the_slot.then(|| (header.hash(), seal))
}

/// Checks and processes evidence with the help of a key owner's proof system `P` (such as
/// `pallet_session::historical`) and an offence pallet `R`; evidence is taken for `L` blocks.
///
/// Who is suspended for an equivocation already is not reported again: its key could sign evidence
/// without end, and each report stays in the offence pallet's state.
pub struct AuraEquivocationReportSystem<T, R, P, L>(PhantomData<(T, R, P, L)>);

impl<T, R, P, L, Identification>
	OffenceReportSystem<
		Option<AccountId32>,
		(AuraEquivocationProof<HeaderFor<T>>, T::KeyOwnerProof),
	> for AuraEquivocationReportSystem<T, R, P, L>
where
	T: Config + pallet_authorship::Config + CreateBare<Call<T>>,
	R: ReportOffence<
		AccountId32,
		(AccountId32, Identification),
		AuraEquivocationOffence<(AccountId32, Identification)>,
	>,
	P: KeyOwnerProofSystem<
		(KeyTypeId, AuthorityId),
		Proof = T::KeyOwnerProof,
		IdentificationTuple = (AccountId32, Identification),
	>,
	Identification: Clone,
	L: Get<u64>,
{
	type Longevity = L;

	fn publish_evidence(
		(equivocation_proof, key_owner_proof): (
			AuraEquivocationProof<HeaderFor<T>>,
			T::KeyOwnerProof,
		),
	) -> Result<(), ()> {
		let slot = equivocation_proof.slot;
		let call = Call::report_aura_equivocation {
			equivocation_proof: Box::new(equivocation_proof),
			key_owner_proof,
		};
		let submitted =
			SubmitTransaction::<T, Call<T>>::submit_transaction(T::create_bare(call.into()));
		match submitted {
			Ok(()) => log::info!(target: LOG_TARGET, "reported Aura equivocation at slot {slot:?}"),
			Err(()) => log::error!(
				target: LOG_TARGET,
				"the pool refused the report of Aura equivocation at slot {slot:?}",
			),
		}
		submitted
	}

	fn check_evidence(
		(equivocation_proof, key_owner_proof): (
			AuraEquivocationProof<HeaderFor<T>>,
			T::KeyOwnerProof,
		),
	) -> Result<(), TransactionValidityError> {
		let offender =
			P::check_proof((KEY_TYPE, equivocation_proof.offender.clone()), key_owner_proof)
				.ok_or(InvalidTransaction::BadProof)?;
		if Pallet::<T>::is_punished(&offender.0)
			|| R::is_known_offence(&[offender], &equivocation_proof.slot)
		{
			return Err(InvalidTransaction::Stale.into());
		}
		if !is_equivocation(&equivocation_proof) {
			return Err(InvalidTransaction::BadProof.into());
		}
		Ok(())
	}

	fn process_evidence(
		reporter: Option<AccountId32>,
		(equivocation_proof, key_owner_proof): (
			AuraEquivocationProof<HeaderFor<T>>,
			T::KeyOwnerProof,
		),
	) -> Result<(), DispatchError> {
		let session_index = key_owner_proof.session();
		let validator_set_count = key_owner_proof.validator_count();
		ensure!(is_equivocation(&equivocation_proof), Error::<T>::InvalidEquivocationProof);
		let offender =
			P::check_proof((KEY_TYPE, equivocation_proof.offender.clone()), key_owner_proof)
				.ok_or(Error::<T>::InvalidKeyOwnershipProof)?;
		ensure!(!Pallet::<T>::is_punished(&offender.0), Error::<T>::DuplicateOffenceReport);
		let reporter = reporter.or_else(pallet_authorship::Pallet::<T>::author);
		let slot = equivocation_proof.slot;
		let offence =
			AuraEquivocationOffence { slot, session_index, validator_set_count, offender };
		R::report_offence(reporter.into_iter().collect(), offence)
			.map_err(|_| Error::<T>::DuplicateOffenceReport)?;
		Ok(())
	}
}

impl<T: Config> Pallet<T> {
	/// Whether the operator is suspended for an equivocation.
	///
	/// Evidence against it is worth nothing any more: reports of each kind refuse it.
	pub fn is_punished(operator: &AccountId32) -> bool {
		Suspended::<T>::get(operator)
			.is_some_and(|suspension| suspension.reason == SuspensionReason::Equivocation)
	}

	/// Publishes a report as an unsigned transaction of this node. `None` if the pool refuses it.
	pub fn submit_report_aura_equivocation(
		equivocation_proof: AuraEquivocationProof<HeaderFor<T>>,
		key_owner_proof: T::KeyOwnerProof,
	) -> Option<()> {
		T::EquivocationReportSystem::publish_evidence((equivocation_proof, key_owner_proof)).ok()
	}

	/// Of as many validators as there can be: the number in the key owner's proof is the reporter's
	/// word, and the keys of a session are gone through before it is compared. Twice, because the
	/// evidence is checked before dispatch and again in it.
	pub(crate) fn report_weight(
		equivocation_proof: &AuraEquivocationProof<HeaderFor<T>>,
	) -> Weight {
		let bytes = equivocation_proof
			.first_header
			.encoded_size()
			.saturating_add(equivocation_proof.second_header.encoded_size());
		T::WeightInfo::report_aura_equivocation(T::MaxValidators::get())
			.saturating_add(T::WeightInfo::hash_headers(bytes as u32))
			.saturating_mul(2)
	}

	/// Takes reports from the local node and from blocks only: nobody else can have a node verify
	/// evidence, and only an author can put one into a block.
	pub(crate) fn validate_report(
		source: TransactionSource,
		call: &Call<T>,
	) -> TransactionValidity {
		let Call::report_aura_equivocation { equivocation_proof, .. } = call else {
			return InvalidTransaction::Call.into();
		};
		if source == TransactionSource::External {
			return InvalidTransaction::Call.into();
		}
		Self::pre_dispatch_report(call)?;
		let longevity =
			<T::EquivocationReportSystem as OffenceReportSystem<_, _>>::Longevity::get();
		ValidTransaction::with_tag_prefix("AuraEquivocation")
			.priority(TransactionPriority::MAX)
			.and_provides((equivocation_proof.offender.clone(), equivocation_proof.slot))
			.longevity(longevity)
			.propagate(false)
			.build()
	}

	pub(crate) fn pre_dispatch_report(call: &Call<T>) -> Result<(), TransactionValidityError> {
		let Call::report_aura_equivocation { equivocation_proof, key_owner_proof } = call else {
			return Err(InvalidTransaction::Call.into());
		};
		T::EquivocationReportSystem::check_evidence((
			(**equivocation_proof).clone(),
			key_owner_proof.clone(),
		))
	}
}
