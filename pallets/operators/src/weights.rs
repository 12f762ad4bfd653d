// SPDX-License-Identifier: Apache-2.0

//! Weights of the pallet's calls, hooks and extension: estimates, until `make weights` replaces
//! this file with what it measures.

#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use core::marker::PhantomData;
use frame_support::{
	traits::Get,
	weights::{constants::RocksDbWeight, Weight},
};

/// Weight functions of `pallet_operators`.
pub trait WeightInfo {
	/// `register` by an operator key of Falcon-512.
	fn register_falcon512() -> Weight;
	/// `register` by an operator key of SLH-DSA-SHA2-128s.
	fn register_slh_dsa_sha2_128s() -> Weight;
	/// `register` by an operator key of ML-DSA-65.
	fn register_ml_dsa65() -> Weight;
	/// `heartbeat`.
	fn heartbeat() -> Weight;
	/// `rotate_session_keys`.
	fn rotate_session_keys() -> Weight;
	/// `set_agent`.
	fn set_agent() -> Weight;
	/// `revoke_keys` of `n` keys.
	fn revoke_keys(n: u32) -> Weight;
	/// `report_aura_equivocation` among `v` validators, without hashing the headers.
	fn report_aura_equivocation(v: u32) -> Weight;
	/// Hashing two headers of `b` bytes together.
	fn hash_headers(b: u32) -> Weight;
	/// Validation of `register` by an operator key of Falcon-512.
	fn check_register_falcon512() -> Weight;
	/// Validation of `register` by an operator key of SLH-DSA-SHA2-128s.
	fn check_register_slh_dsa_sha2_128s() -> Weight;
	/// Validation of `register` by an operator key of ML-DSA-65.
	fn check_register_ml_dsa65() -> Weight;
	/// Validation of `heartbeat`.
	fn check_heartbeat() -> Weight;
	/// Validation of `rotate_session_keys`.
	fn check_rotate_session_keys() -> Weight;
	/// Validation of `set_agent`.
	fn check_set_agent() -> Weight;
	/// Validation of `revoke_keys` of `n` keys.
	fn check_revoke_keys(n: u32) -> Weight;
	/// Validation of any other pallet's call.
	fn check_other() -> Weight;
	/// Counting a block for the window, with nobody to mark.
	fn advance_window() -> Weight;
	/// Marking one operator as unhealthy.
	fn sweep_step() -> Weight;
	/// Noting a block's author.
	fn note_author() -> Weight;
	/// Suspending and disabling one equivocator.
	fn punish_equivocator() -> Weight;
}

/// Weights of `pallet_operators` on the reference machine.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register_falcon512() -> Weight {
		Weight::from_parts(160_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn register_slh_dsa_sha2_128s() -> Weight {
		Weight::from_parts(620_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn register_ml_dsa65() -> Weight {
		Weight::from_parts(330_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn heartbeat() -> Weight {
		Weight::from_parts(45_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn rotate_session_keys() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn set_agent() -> Weight {
		Weight::from_parts(90_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn revoke_keys(n: u32) -> Weight {
		Weight::from_parts(25_000_000, 4_000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn report_aura_equivocation(v: u32) -> Weight {
		Weight::from_parts(260_000_000, 4_000)
			.saturating_add(Weight::from_parts(400_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn hash_headers(b: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(2_000, 0).saturating_mul(b.into()))
	}
	fn check_register_falcon512() -> Weight {
		Weight::from_parts(90_000_000, 4_000).saturating_add(T::DbWeight::get().reads(9_u64))
	}
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		Weight::from_parts(560_000_000, 4_000).saturating_add(T::DbWeight::get().reads(9_u64))
	}
	fn check_register_ml_dsa65() -> Weight {
		Weight::from_parts(260_000_000, 4_000).saturating_add(T::DbWeight::get().reads(9_u64))
	}
	fn check_heartbeat() -> Weight {
		Weight::from_parts(20_000_000, 4_000).saturating_add(T::DbWeight::get().reads(5_u64))
	}
	fn check_rotate_session_keys() -> Weight {
		Weight::from_parts(90_000_000, 4_000).saturating_add(T::DbWeight::get().reads(8_u64))
	}
	fn check_set_agent() -> Weight {
		Weight::from_parts(60_000_000, 4_000).saturating_add(T::DbWeight::get().reads(7_u64))
	}
	fn check_revoke_keys(n: u32) -> Weight {
		Weight::from_parts(15_000_000, 4_000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn check_other() -> Weight {
		Weight::from_parts(6_000_000, 4_000).saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn advance_window() -> Weight {
		Weight::from_parts(8_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn sweep_step() -> Weight {
		Weight::from_parts(30_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn note_author() -> Weight {
		Weight::from_parts(25_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn punish_equivocator() -> Weight {
		Weight::from_parts(40_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn register_falcon512() -> Weight {
		Weight::from_parts(160_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn register_slh_dsa_sha2_128s() -> Weight {
		Weight::from_parts(620_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn register_ml_dsa65() -> Weight {
		Weight::from_parts(330_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn heartbeat() -> Weight {
		Weight::from_parts(45_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn rotate_session_keys() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn set_agent() -> Weight {
		Weight::from_parts(90_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn revoke_keys(n: u32) -> Weight {
		Weight::from_parts(25_000_000, 4_000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn report_aura_equivocation(v: u32) -> Weight {
		Weight::from_parts(260_000_000, 4_000)
			.saturating_add(Weight::from_parts(400_000, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(v.into())))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn hash_headers(b: u32) -> Weight {
		Weight::from_parts(10_000_000, 0)
			.saturating_add(Weight::from_parts(2_000, 0).saturating_mul(b.into()))
	}
	fn check_register_falcon512() -> Weight {
		Weight::from_parts(90_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(9_u64))
	}
	fn check_register_slh_dsa_sha2_128s() -> Weight {
		Weight::from_parts(560_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(9_u64))
	}
	fn check_register_ml_dsa65() -> Weight {
		Weight::from_parts(260_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(9_u64))
	}
	fn check_heartbeat() -> Weight {
		Weight::from_parts(20_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(5_u64))
	}
	fn check_rotate_session_keys() -> Weight {
		Weight::from_parts(90_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(8_u64))
	}
	fn check_set_agent() -> Weight {
		Weight::from_parts(60_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(7_u64))
	}
	fn check_revoke_keys(n: u32) -> Weight {
		Weight::from_parts(15_000_000, 4_000)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn check_other() -> Weight {
		Weight::from_parts(6_000_000, 4_000).saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	fn advance_window() -> Weight {
		Weight::from_parts(8_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn sweep_step() -> Weight {
		Weight::from_parts(30_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn note_author() -> Weight {
		Weight::from_parts(25_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn punish_equivocator() -> Weight {
		Weight::from_parts(40_000_000, 4_000)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
}
