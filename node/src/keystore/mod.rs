// SPDX-License-Identifier: Apache-2.0

//! Where the node's session keys are.
//!
//! | module | concept |
//! |---|---|
//! | `remote` | the keys are in `qh-signer`: waiting and refusing |
//! | `watch` | what is known of the signer: reachable, locked, its keys |
//! | `horizon` | whether this node's finality is past what the signer has voted in |
//! | `memory` | keys in the node's memory, for development networks, or none at all |
//! | `classical` | the keystore methods of classical schemes, all refused |
//! | `metrics` | Prometheus metrics of the signer |
//!
//! polkadot-sdk asks a keystore to sign a block by its hash alone. The signer wants the header, so
//! [`SessionKeystore::approve_block`] comes first (see [`crate::proposer`]) and the keystore's own
//! method only hands out what was signed then.

pub(crate) mod classical;
mod horizon;
mod memory;
mod metrics;
mod remote;
mod watch;

pub(crate) use horizon::{AuxProgress, Progress};
pub(crate) use memory::MemoryKeystore;
pub(crate) use remote::{RemoteKeystore, Restart};
pub(crate) use watch::InStep;

use qh_app_crypto::aura;
use qh_runtime::{AccountId, Header};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use sp_keystore::Keystore;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// Target of log lines about the keys.
pub(crate) const LOG_TARGET: &str = "keys";

/// Where to look for keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
	/// In the signer of this directory.
	Signer(PathBuf),
	/// The well-known keys of this name, in memory.
	Development(String),
	/// Nowhere: the node follows.
	None,
}

/// Why a key was not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	/// The signer could not be asked, or refused.
	#[error(transparent)]
	Signer(#[from] qh_signer_client::Error),
	/// What the signer gave does not verify.
	#[error("the signer's signature does not verify under {0}")]
	BadSignature(String),
	/// The time for a block is over.
	#[error("no time is left to have the block signed")]
	TooLate,
	/// The keys are in memory and cannot be changed.
	#[error("development keys are fixed; start the node with `--signer DIR` to make session keys")]
	Development,
	/// This node has no keys.
	#[error("this node has no keys; start it with `--signer DIR`")]
	NoKeys,
	/// The node's own record of its votes cannot be read.
	#[error("cannot read how far this node has voted: {0}")]
	Progress(String),
	/// No development keys have this name.
	#[error("there are no development keys of {name:?}; there are: {}", qh_crypto::dev::NAMES.join(", "))]
	UnknownName {
		/// As given.
		name: String,
	},
	/// The metrics could not be registered.
	#[error("cannot register the signer's metrics: {0}")]
	Metrics(#[from] substrate_prometheus_endpoint::PrometheusError),
}

/// New session keys and the proof that their maker holds them: the arguments of
/// `operators.rotateSessionKeys`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewSessionKeys {
	/// SCALE of the runtime's `SessionKeys`: the Aura key, then the GRANDPA key.
	pub(crate) keys: Bytes,
	/// The two keys' signatures of `"POP_" ‖ owner`, in the same order.
	pub(crate) proof: Bytes,
}

impl From<qh_signer_client::SessionKeys> for NewSessionKeys {
	fn from(made: qh_signer_client::SessionKeys) -> Self {
		Self { keys: made.keys().into(), proof: made.proof().into() }
	}
}

/// The state of the node's keys, as `qh_signerStatus` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyStatus {
	/// `signer`, `development` or `none`.
	pub(crate) source: String,
	/// Whether the last question to the signer was answered.
	pub(crate) reachable: bool,
	/// What keeps the signer from signing or being asked, if anything does.
	pub(crate) problem: Option<String>,
	/// Whether the signer is locked.
	pub(crate) locked: bool,
	/// Why the signer's consensus keys are quarantined, if they are.
	pub(crate) quarantine: Option<String>,
	/// The furthest round of finality in which the signer has voted.
	pub(crate) horizon: Option<Round>,
	/// The round in which this node would vote next.
	pub(crate) position: Option<Round>,
	/// Whether the node takes part in finality: at least one GRANDPA key may vote.
	pub(crate) voting: bool,
	/// Whether the node's voter is waiting for the signer right now.
	pub(crate) waiting: bool,
	/// The last slot for which the signer signed a block.
	pub(crate) last_slot: Option<u64>,
	/// Public Aura keys.
	pub(crate) aura: Vec<Bytes>,
	/// Public GRANDPA keys.
	pub(crate) grandpa: Vec<Bytes>,
}

/// A round of finality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Round {
	/// The authority set.
	pub(crate) set_id: u64,
	/// The round within it.
	pub(crate) round: u64,
}

impl From<qh_signer_client::Horizon> for Round {
	fn from(horizon: qh_signer_client::Horizon) -> Self {
		Self { set_id: horizon.set_id, round: horizon.round }
	}
}

/// A keystore of session keys that wants to see the blocks it signs.
pub(crate) trait SessionKeystore: Keystore {
	/// Has the block with this unsealed header signed by its author's key, within the time given.
	/// The signature is kept for the [`Keystore::sign_with`] that follows with the header's hash.
	///
	/// Blocks the thread for at most `within`.
	fn approve_block(
		&self,
		author: &aura::AuthorityId,
		header: &Header,
		within: Duration,
	) -> Result<(), Error>;

	/// Makes new session keys, to be owned by `owner` on chain.
	fn new_session_keys(&self, owner: &AccountId) -> Result<NewSessionKeys, Error>;

	/// Whether keys could be used now, as far as the signer is concerned.
	fn is_ready(&self) -> bool;

	/// How the keys are.
	fn status(&self) -> KeyStatus;
}

/// A keystore that several parts of the node hold.
pub(crate) type SharedKeystore = Arc<dyn SessionKeystore>;

/// Implements [`Keystore`] for a test's type by the keystore in one of its fields.
#[cfg(test)]
macro_rules! delegate_keystore {
	($type:ty, $field:ident) => {
		impl sp_keystore::Keystore for $type {
			fn insert(
				&self,
				key_type: sp_core::crypto::KeyTypeId,
				suri: &str,
				public: &[u8],
			) -> Result<(), ()> {
				self.$field.insert(key_type, suri, public)
			}

			fn keys(
				&self,
				key_type: sp_core::crypto::KeyTypeId,
			) -> Result<Vec<Vec<u8>>, sp_keystore::Error> {
				self.$field.keys(key_type)
			}

			fn has_keys(&self, public_keys: &[(Vec<u8>, sp_core::crypto::KeyTypeId)]) -> bool {
				self.$field.has_keys(public_keys)
			}

			fn sign_with(
				&self,
				key_type: sp_core::crypto::KeyTypeId,
				crypto_id: sp_core::crypto::CryptoTypeId,
				public: &[u8],
				message: &[u8],
			) -> Result<Option<Vec<u8>>, sp_keystore::Error> {
				self.$field.sign_with(key_type, crypto_id, public, message)
			}

			$crate::keystore::classical::refuse_classical_schemes!();
		}
	};
}
#[cfg(test)]
pub(crate) use delegate_keystore;
