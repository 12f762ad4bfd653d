// SPDX-License-Identifier: Apache-2.0

//! The periods of a network, set once by its genesis.
//!
//! One wasm serves mainnet, where a slot takes six seconds, and a network that a test runs in
//! seconds: what differs is data, never a build feature (design section 3.2).
//!
//! Invariants:
//! - every period is greater than zero, also on a chain whose genesis predates it: the default in
//!   code is mainnet's;
//! - the slot and the minimum period are fixed for ever, because Aura numbers slots by dividing
//!   time by the slot and the timestamp check would stop the chain: there is no call, and nothing
//!   but genesis writes here.

#![allow(
	unused_qualifications,
	clippy::expect_used,
	reason = "the code that the pallet macro makes has both"
)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;

pub use pallet::*;

/// Slot of mainnet, in milliseconds.
pub const DEFAULT_SLOT_MILLIS: u64 = 6_000;
/// Session of mainnet, in blocks: half an hour.
pub const DEFAULT_SESSION_BLOCKS: u32 = 300;
/// Era of mainnet, in sessions: a day.
pub const DEFAULT_ERA_SESSIONS: u32 = 48;

/// The pallet that stores the periods.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, traits::ConstU64};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// Holds the periods. It has no calls.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Nothing to configure: the periods are data.
	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// Length of a slot, in milliseconds. Never changes.
	#[pallet::storage]
	pub type SlotDuration<T> = StorageValue<_, u64, ValueQuery, ConstU64<DEFAULT_SLOT_MILLIS>>;

	/// Length of a session, and of a heartbeat window, in blocks.
	#[pallet::storage]
	pub type SessionLength<T: Config> =
		StorageValue<_, BlockNumberFor<T>, ValueQuery, DefaultSessionLength<T>>;

	/// Length of an era, in sessions.
	#[pallet::storage]
	pub type EraLength<T> = StorageValue<_, u32, ValueQuery, ConstU32<DEFAULT_ERA_SESSIONS>>;

	/// Mainnet's session.
	#[pallet::type_value]
	pub fn DefaultSessionLength<T: Config>() -> BlockNumberFor<T> {
		DEFAULT_SESSION_BLOCKS.into()
	}

	/// The periods of a network.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Length of a slot, in milliseconds: even, because blocks come no closer than half of it.
		pub slot_duration: u64,
		/// Length of a session, in blocks.
		pub session_length: BlockNumberFor<T>,
		/// Length of an era, in sessions.
		pub era_length: u32,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self {
				slot_duration: DEFAULT_SLOT_MILLIS,
				session_length: DEFAULT_SESSION_BLOCKS.into(),
				era_length: DEFAULT_ERA_SESSIONS,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				self.slot_duration >= 2 && self.slot_duration.is_multiple_of(2),
				"periods.slotDuration must be an even number of milliseconds, at least 2"
			);
			assert!(
				self.session_length > BlockNumberFor::<T>::from(0u32),
				"periods.sessionLength must be at least one block"
			);
			assert!(self.era_length > 0, "periods.eraLength must be at least one session");
			SlotDuration::<T>::put(self.slot_duration);
			SessionLength::<T>::put(self.session_length);
			EraLength::<T>::put(self.era_length);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	impl<T: Config> Pallet<T> {
		/// Checks that no period is zero and that the slot is even.
		#[cfg(any(feature = "try-runtime", test))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let slot = SlotDuration::<T>::get();
			ensure!(slot >= 2 && slot.is_multiple_of(2), "the slot must be even and not zero");
			ensure!(SessionLength::<T>::get() > 0u32.into(), "the session must not be zero");
			ensure!(EraLength::<T>::get() > 0, "the era must not be zero");
			Ok(())
		}
	}
}

/// Length of a slot, in milliseconds.
pub struct SlotMillis<T>(PhantomData<T>);

impl<T: Config> Get<u64> for SlotMillis<T> {
	fn get() -> u64 {
		SlotDuration::<T>::get()
	}
}

/// Shortest time between two blocks, in milliseconds: half a slot, as Aura's check expects.
pub struct MinimumPeriod<T>(PhantomData<T>);

impl<T: Config> Get<u64> for MinimumPeriod<T> {
	fn get() -> u64 {
		SlotDuration::<T>::get() / 2
	}
}

/// Length of a session, in blocks.
pub struct SessionBlocks<T>(PhantomData<T>);

impl<T: Config> Get<BlockNumberFor<T>> for SessionBlocks<T> {
	fn get() -> BlockNumberFor<T> {
		SessionLength::<T>::get()
	}
}

/// Length of an era, in sessions.
pub struct EraSessions<T>(PhantomData<T>);

impl<T: Config> Get<u32> for EraSessions<T> {
	fn get() -> u32 {
		EraLength::<T>::get()
	}
}
