// SPDX-License-Identifier: Apache-2.0

//! Benchmarks of every call, of the extension's check of it, and of the hooks.
//!
//! A runtime cannot sign, so what is signed comes from `fixtures.rs`.

use super::*;
use crate::{equivocation::is_equivocation, fixtures::Fixtures};
use codec::{Decode, DecodeAll, Encode};
use frame_benchmarking::v2::*;
use frame_support::{traits::IsSubType, weights::WeightMeter};
use frame_system::{pallet_prelude::HeaderFor, RawOrigin};
use pallet_session::SessionInterface;
use sp_runtime::traits::{BlakeTwo256, Hash};

/// What the benchmarks need of the runtime around the pallet.
pub trait BenchmarkHelper<Keys, KeyOwnerProof> {
	/// Makes these operators the validators of the current session, with the keys they have set, and
	/// proves that the first one owns its Aura key.
	fn key_owner_proof(validators: Vec<AccountId32>, keys: &Keys) -> KeyOwnerProof;
}

/// Does it with `pallet-session` and its historical pallet.
pub struct SessionBenchmarkHelper<T>(core::marker::PhantomData<T>);

impl<T> BenchmarkHelper<T::Keys, sp_session::MembershipProof> for SessionBenchmarkHelper<T>
where
	T: pallet_session::Config<ValidatorId = AccountId32> + pallet_session::historical::Config,
{
	fn key_owner_proof(
		validators: Vec<AccountId32>,
		keys: &T::Keys,
	) -> sp_session::MembershipProof {
		pallet_session::Validators::<T>::put(validators);
		let key_type = qh_app_crypto::aura::KEY_TYPE;
		<pallet_session::historical::Pallet<T> as frame_support::traits::KeyOwnerProofSystem<_>>::prove(
			(key_type, keys.get_raw(key_type).to_vec()),
		)
		.unwrap_or_default()
	}
}

fn load() -> Result<Fixtures, BenchmarkError> {
	Fixtures::load().map_err(|_| BenchmarkError::Stop("the fixtures do not decode"))
}

/// The fixtures, in a network with their genesis hash.
fn fixtures<T: Config>() -> Result<Fixtures, BenchmarkError> {
	let fixtures = load()?;
	frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::zero(), fixtures.genesis);
	Ok(fixtures)
}

/// An operator with an agent that nobody has a key of.
fn insert<T: Config>(operator: &AccountId32, seed: u32) -> AccountId32 {
	let agent: AccountId32 = account("agent", seed, 0);
	Pallet::<T>::insert_operator(
		operator.clone(),
		agent.clone(),
		None,
		Segment::from_hash(operator.as_ref()),
		Zero::zero(),
	);
	agent
}

/// A network in which the fixture's registration by a key of this scheme is accepted.
fn registration<T: Config>(scheme: Scheme) -> Result<(AccountId32, Registration), BenchmarkError> {
	let Fixtures { inviter, mut registrations, .. } = fixtures::<T>()?;
	insert::<T>(&inviter, 0);
	let room = T::MaxOperators::get().saturating_sub(Registry::<T>::count()).saturating_sub(1);
	for seed in 1..=u32::from(qh_torus::SEGMENTS).min(room) {
		insert::<T>(&account("operator", seed, 0), seed);
	}
	// The inviter has waited long enough, and is seen in each of the windows that count.
	let waited = T::InviterAge::get().max(T::UptimeWindows::get().min(MAX_UPTIME_WINDOWS));
	CurrentWindow::<T>::mutate(|window| window.index = waited.saturating_add(1));
	HealthOf::<T>::mutate_extant(&inviter, |health| {
		health.last_seen = Pallet::<T>::window();
		health.uptime = uptime::Uptime::full();
	});
	let registration = registrations.swap_remove(usize::from(scheme.index()));
	Ok((inviter, registration))
}

/// A network in which the fixture's new agent is accepted.
fn consent<T: Config>() -> Result<(AccountId32, Signature), BenchmarkError> {
	let (operator, consent) = fixtures::<T>()?.consent;
	insert::<T>(&operator, 0);
	Ok((operator, consent))
}

type Rotation<T> =
	(AccountId32, AccountId32, <T as Config>::SessionKeys, BoundedVec<u8, MaxProofLen>);

/// A network in which the fixture's session keys are accepted: operator, agent, keys and proof.
fn rotation<T: Config>() -> Result<Rotation<T>, BenchmarkError> {
	let (operator, keys, proof) = fixtures::<T>()?.session_keys;
	let agent = insert::<T>(&operator, 0);
	let keys = T::SessionKeys::decode_all(&mut &keys[..])
		.map_err(|_| BenchmarkError::Stop("the session keys are others than the fixture's"))?;
	let proof = proof.try_into().map_err(|_| BenchmarkError::Stop("the proof is too long"))?;
	Ok((operator, agent, keys, proof))
}

/// Session keys of the right length that nobody can use.
fn unusable_keys<T: Config>(seed: u32, len: usize) -> Result<T::SessionKeys, BenchmarkError> {
	let bytes: Vec<u8> = core::iter::successors(Some(BlakeTwo256::hash_of(&seed)), |hash| {
		Some(BlakeTwo256::hash_of(hash))
	})
	.take(len / 32 + 1)
	.flat_map(|hash| hash.0)
	.collect();
	T::SessionKeys::decode(&mut &bytes[..])
		.map_err(|_| BenchmarkError::Stop("session keys are not of fixed length"))
}

/// An operator, and as many keys to revoke, its own among them: it retires.
fn revocation<T: Config>(keys: u32) -> (AccountId32, BoundedVec<KeyId, MaxKeysPerRevocation>) {
	let operator: AccountId32 = account("operator", 0, 0);
	insert::<T>(&operator, 0);
	let keys: Vec<_> = core::iter::once(operator.clone().into())
		.chain((1..keys).map(|key| BlakeTwo256::hash_of(&key).0))
		.collect();
	(operator, BoundedVec::truncate_from(keys))
}

/// An operator last seen in window 0, when the current one is `window`.
fn unseen<T: Config>(window: WindowIndex) -> (AccountId32, AccountId32) {
	let operator: AccountId32 = account("operator", 0, 0);
	let agent = insert::<T>(&operator, 0);
	CurrentWindow::<T>::mutate(|current| current.index = window);
	(operator, agent)
}

/// A session of `validators` in which the fixture's offender has equivocated.
#[allow(clippy::type_complexity, reason = "the arguments of one call")]
fn offence<T: Config>(
	validators: u32,
) -> Result<(AccountId32, Box<AuraEquivocationProof<HeaderFor<T>>>, T::KeyOwnerProof), BenchmarkError>
{
	let (offender, _, keys, _) = rotation::<T>()?;
	T::Session::set_keys(&offender, keys.clone())?;
	let mut set = alloc::vec![offender.clone()];
	for seed in 1..validators {
		let validator: AccountId32 = account("validator", seed, 0);
		insert::<T>(&validator, seed);
		T::Session::set_keys(&validator, unusable_keys::<T>(seed, keys.encoded_size())?)?;
		set.push(validator);
	}
	let key_owner_proof = T::BenchmarkHelper::key_owner_proof(set, &keys);
	let proof = AuraEquivocationProof::<HeaderFor<T>>::decode_all(&mut &load()?.equivocation[..])
		.map_err(|_| {
		BenchmarkError::Stop("the runtime's header is another than the fixture's")
	})?;
	Ok((offender, Box::new(proof), key_owner_proof))
}

#[benchmarks(where T::RuntimeCall: IsSubType<Call<T>> + From<frame_system::Call<T>>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register_falcon512() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::Falcon512)?;
		let operator = registration.operator.account_id();
		#[extrinsic_call]
		register(RawOrigin::Signed(inviter), Box::new(registration));
		assert!(Registry::<T>::contains_key(operator));
		Ok(())
	}

	#[benchmark]
	fn register_slh_dsa_sha2_128s() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::SlhDsaSha2_128s)?;
		let operator = registration.operator.account_id();
		#[extrinsic_call]
		register(RawOrigin::Signed(inviter), Box::new(registration));
		assert!(Registry::<T>::contains_key(operator));
		Ok(())
	}

	#[benchmark]
	fn register_ml_dsa65() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::MlDsa65)?;
		let operator = registration.operator.account_id();
		#[extrinsic_call]
		register(RawOrigin::Signed(inviter), Box::new(registration));
		assert!(Registry::<T>::contains_key(operator));
		Ok(())
	}

	/// Of an operator that the sweep has not reached, missing for as many windows as the record of
	/// its uptime is long: the dearest change of health, and the most to clear.
	#[benchmark]
	fn heartbeat() {
		let (operator, agent) = unseen::<T>(uptime::RING_WINDOWS);
		#[extrinsic_call]
		heartbeat(RawOrigin::Signed(agent), Heartbeat::default());
		assert_eq!(Pallet::<T>::health(&operator), Some(HealthState::Recovering));
	}

	/// Of an operator that has keys, which go.
	#[benchmark]
	fn rotate_session_keys() -> Result<(), BenchmarkError> {
		let (operator, agent, keys, proof) = rotation::<T>()?;
		T::Session::set_keys(&operator, unusable_keys::<T>(0, keys.encoded_size())?)?;
		#[extrinsic_call]
		rotate_session_keys(RawOrigin::Signed(agent), Box::new(keys.clone()), proof);
		assert_eq!(T::KeyRegistry::keys_of(&operator), Some(keys));
		Ok(())
	}

	#[benchmark]
	fn set_agent() -> Result<(), BenchmarkError> {
		let (operator, consent) = consent::<T>()?;
		let agent = consent.account_id();
		#[extrinsic_call]
		set_agent(RawOrigin::Signed(operator.clone()), Box::new(consent));
		assert_eq!(Pallet::<T>::operator_of(&agent), Some(operator));
		Ok(())
	}

	/// `n`: keys revoked.
	#[benchmark]
	fn revoke_keys(n: Linear<1, { MaxKeysPerRevocation::get() }>) {
		let (operator, keys) = revocation::<T>(n);
		#[extrinsic_call]
		revoke_keys(RawOrigin::Signed(operator.clone()), keys);
		assert_eq!(RevokedKeys::<T>::iter_prefix(operator).count() as u32, n);
	}

	/// `v`: validators in the session.
	#[benchmark]
	fn report_aura_equivocation(v: Linear<1, 256>) -> Result<(), BenchmarkError> {
		let (offender, equivocation_proof, key_owner_proof) =
			offence::<T>(v.min(T::MaxValidators::get()))?;
		#[extrinsic_call]
		report_aura_equivocation(RawOrigin::None, equivocation_proof, key_owner_proof);
		assert!(Pallet::<T>::is_suspended(&offender));
		Ok(())
	}

	/// `b`: bytes of both headers together.
	#[benchmark]
	fn hash_headers(b: Linear<0, 1_048_576>) -> Result<(), BenchmarkError> {
		let mut proof =
			AuraEquivocationProof::<HeaderFor<T>>::decode_all(&mut &load()?.equivocation[..])
				.map_err(|_| {
					BenchmarkError::Stop("the runtime's header is another than the fixture's")
				})?;
		// Half each, in front of the seal: hashed, then found not to be what was sealed.
		for header in [&mut proof.first_header, &mut proof.second_header] {
			use sp_runtime::traits::Header;
			let item = sp_runtime::DigestItem::Other(alloc::vec![0; b as usize / 2]);
			header.digest_mut().logs.insert(0, item);
		}
		let holds;
		#[block]
		{
			holds = is_equivocation(&proof);
		}
		assert!(!holds);
		Ok(())
	}

	#[benchmark]
	fn check_register_falcon512() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::Falcon512)?;
		let call = Call::register { registration: Box::new(registration) };
		#[block]
		{
			check_own::<T>(&inviter, &call)?;
		}
		Ok(())
	}

	#[benchmark]
	fn check_register_slh_dsa_sha2_128s() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::SlhDsaSha2_128s)?;
		let call = Call::register { registration: Box::new(registration) };
		#[block]
		{
			check_own::<T>(&inviter, &call)?;
		}
		Ok(())
	}

	#[benchmark]
	fn check_register_ml_dsa65() -> Result<(), BenchmarkError> {
		let (inviter, registration) = registration::<T>(Scheme::MlDsa65)?;
		let call = Call::register { registration: Box::new(registration) };
		#[block]
		{
			check_own::<T>(&inviter, &call)?;
		}
		Ok(())
	}

	#[benchmark]
	fn check_heartbeat() -> Result<(), BenchmarkError> {
		let (_, agent) = unseen::<T>(5);
		#[block]
		{
			check_own::<T>(&agent, &Call::heartbeat { heartbeat: Heartbeat::default() })?;
		}
		Ok(())
	}

	#[benchmark]
	fn check_rotate_session_keys() -> Result<(), BenchmarkError> {
		let (_, agent, keys, proof) = rotation::<T>()?;
		let call = Call::rotate_session_keys { keys: Box::new(keys), proof };
		#[block]
		{
			check_own::<T>(&agent, &call)?;
		}
		Ok(())
	}

	#[benchmark]
	fn check_set_agent() -> Result<(), BenchmarkError> {
		let (operator, consent) = consent::<T>()?;
		let call = Call::set_agent { agent: Box::new(consent) };
		#[block]
		{
			check_own::<T>(&operator, &call)?;
		}
		Ok(())
	}

	/// `n`: keys to revoke.
	#[benchmark]
	fn check_revoke_keys(
		n: Linear<1, { MaxKeysPerRevocation::get() }>,
	) -> Result<(), BenchmarkError> {
		let (operator, keys) = revocation::<T>(n);
		let call = Call::revoke_keys { keys };
		#[block]
		{
			check_own::<T>(&operator, &call)?;
		}
		Ok(())
	}

	/// A call that an agent may not make.
	#[benchmark]
	fn check_other() {
		let (_, agent) = unseen::<T>(0);
		let call: T::RuntimeCall = frame_system::Call::set_code { code: Vec::new() }.into();
		let checked;
		#[block]
		{
			checked = Pallet::<T>::check_call(&agent, &call);
		}
		assert!(checked.is_err());
	}

	#[benchmark]
	fn advance_window() {
		CurrentWindow::<T>::put(Window {
			index: 2,
			blocks: T::WindowLength::get(),
			began_at: Zero::zero(),
		});
		SweepCursor::<T>::put(2);
		#[block]
		{
			Pallet::<T>::advance_window(&mut WeightMeter::new());
		}
		assert_eq!(Pallet::<T>::window(), 3);
	}

	/// Two steps, counted as one: one operator marked, and the cursor moved on.
	#[benchmark]
	fn sweep_step() {
		let (operator, _) = unseen::<T>(3);
		#[block]
		{
			Pallet::<T>::sweep(3, &mut WeightMeter::new());
		}
		assert!(!LastSeen::<T>::contains_key(0, operator));
	}

	/// As in `heartbeat`.
	#[benchmark]
	fn note_author() {
		let (operator, _) = unseen::<T>(uptime::RING_WINDOWS);
		#[block]
		{
			Pallet::<T>::do_note_author(&operator);
		}
		assert_eq!(Pallet::<T>::health(&operator), Some(HealthState::Recovering));
	}

	#[benchmark]
	fn punish_equivocator() -> Result<(), BenchmarkError> {
		let (offender, _, _) = offence::<T>(T::MaxValidators::get())?;
		#[block]
		{
			Pallet::<T>::punish_equivocator(&offender);
		}
		assert!(Pallet::<T>::is_suspended(&offender));
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().operators(&[]).validators(&[]).build(),
		crate::mock::Test
	);
}

/// Checks a call as the extension does, and requires that it is accepted as feeless.
fn check_own<T: Config>(who: &AccountId32, call: &Call<T>) -> Result<(), BenchmarkError>
where
	T::RuntimeCall: IsSubType<Call<T>>,
{
	match Pallet::<T>::check_own_call(who, call) {
		Ok(Some(_)) => Ok(()),
		_ => Err(BenchmarkError::Stop("the call would be refused")),
	}
}
