// SPDX-License-Identifier: Apache-2.0

//! # Operators
//!
//! The registry of those who run the network: their agents, seats, health, keys and suspensions.
//!
//! ## Pallet API
//!
//! See the [`pallet`] module for the calls, storage, events, errors and configuration, and
//! [`OperatorsApi`] for what nodes and agents ask. The transaction extension
//! [`CheckOperatorCall`] belongs to the pallet: a runtime without it has neither restricted agents
//! nor a bounded pool.
//!
//! ## Overview
//!
//! An **operator** is an account whose key a person keeps cold. It registers once and names an
//! **agent**, an account whose key is hot and that may do what running a node takes from day to
//! day, and nothing else. A newcomer needs no token: an operator who is there already submits the
//! newcomer's registration, which both of the newcomer's keys have signed. Neither then pays for
//! the calls of this pallet; each is free once a **window**, and invitations a few times an
//! **era**.
//!
//! A window is [`Config::WindowLength`] blocks that accept transactions. An operator is **seen** in
//! a window when its agent sends a heartbeat or its validator authors a block. After two complete
//! windows without either it is unhealthy; the next sign of life begins its recovery, and being
//! seen in the window after that completes it.
//!
//! Each operator has a seat in one of the 512 **segments** of a torus, near its inviter's.
//!
//! The pallet is the session manager: its list of validators comes from genesis. Who signs two
//! blocks for one slot, or two votes in one GRANDPA round, is **suspended**: it keeps its place on
//! the list and is left out of sessions.
//!
//! ### Example
//!
#![doc = docify::embed!(
	"src/tests/registration.rs",
	an_account_without_tokens_registers_by_invitation_and_then_sends
)]
//!
//! ## Assumptions
//!
//! * [`CheckOperatorCall`] is among the runtime's transaction extensions, before the one that
//!   charges fees, and that one is wrapped in `SkipCheckIfFeeless`.
//! * An account's id is [`qh_crypto::account_id`] of one public key. Nothing else that can sign a
//!   transaction has such an id: derived, multisignature and proxied accounts cannot sign a
//!   registration.
//! * The pallet is built before `pallet-session` at genesis, and `pallet-session`'s own genesis
//!   keys are empty: [`GenesisConfig::validators`] sets them, with proof of possession.
//! * `on_poll` runs in exactly the blocks that accept transactions, as `frame-executive` does it.
//!
//! ## Properties
//!
//! * *Consent*: nobody becomes an operator, or is restricted as an agent, without a signature of
//!   that very key for this network.
//! * *Bounded pool*: of the transactions that are ready to go into a block, an operator and its
//!   agent have at most one feeless one of a kind. None pays, so none is displaced by price. Those
//!   that wait for an earlier nonce are bounded by the node's limit for such transactions alone,
//!   a tenth of its pool, and push out the oldest of them.
//! * *No free failure*: what would fail is refused in validation, so a feeless call that gets into
//!   a block succeeds.
//! * *Constant hooks*: a block's hooks do the same work with ten operators and with ten thousand;
//!   missed windows cost one step an operator that missed, spread over blocks.
//! * *Exact health*: [`Pallet::health`] is right at every block, however far the sweep lags.
//! * *Liveness of the set*: suspensions never take a session below [`Config::MinValidators`].
//!
//! ## Accepted trade-offs
//!
//! * Revocations are kept an operator: the question is "did operator O revoke key K by block B",
//!   never "is K revoked". Otherwise anybody could revoke a stranger's key by naming it.
//! * A session key in use cannot be revoked, rotate first: revoking must not take a validator out.
//! * The account of an agent that is replaced, or whose operator retires, stays in the state with
//!   its nonce: otherwise it could be named again and its old transactions repeated. That is some
//!   eighty bytes a change of agent, for good.
//! * Whoever was let in can let in others, and they others in turn. Waiting, uptime and a quota an
//!   era slow this down and do not end it: with four invitations an era and thirty eras to wait,
//!   one operator's descendants fill 16,384 places in about a hundred eras, at the cost of a
//!   heartbeat a window for each. Only a bond or a certificate makes them dear.
//! * The block in which a window begins credits its author with the window before.
//! * Evidence of Aura equivocation proves the key's owner by a session of the reporter's choice: a
//!   slot does not say its session. Whoever signed two blocks for one slot did so in any session.
//! * There is no call to leave. A bond, where one is demanded, stays held.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![allow(unused_qualifications, reason = "the pallet macro's own attributes look like some")]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
pub mod equivocation;
mod extension;
#[cfg(any(feature = "runtime-benchmarks", test))]
mod fixtures;
mod health;
pub mod migrations;
#[cfg(test)]
mod mock;
mod registry;
pub mod runtime_api;
mod session;
pub mod statement;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
mod uptime;
pub mod weights;

pub use extension::{CheckOperatorCall, CUSTOM_ERROR_BASE, FEELESS_PRIORITY};
pub use pallet::*;
pub use registry::session_key_id;
#[cfg(feature = "std")]
pub use runtime_api::OperatorsApi;
pub use runtime_api::{HeartbeatStatus, OperatorInfo};
pub use session::{KeyRegistry, SessionKeyRegistry, ValidatorIdOf};
pub use types::*;
pub use uptime::MAX_UPTIME_WINDOWS;
pub use weights::WeightInfo;

use alloc::{boxed::Box, vec::Vec};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Contains, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use qh_app_crypto::Signature;
use qh_crypto::{Domain, Scheme};
use qh_torus::Segment;
use sp_core::H256;
use sp_runtime::{
	traits::{One, OpaqueKeys, Saturating, Zero},
	AccountId32, BoundedVec,
};

/// Target of the pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::operators";

#[allow(
	clippy::borrowed_box,
	clippy::expect_used,
	reason = "what the pallet macro writes; `feeless_if` hands arguments over as the call has them"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{hold::Mutate as MutateHold, Inspect},
			StorageVersion,
		},
	};
	use frame_system::pallet_prelude::*;
	use pallet_session::SessionInterface;
	use sp_session::{GetSessionNumber, GetValidatorCount};
	use sp_staking::{offence::OffenceReportSystem, SessionIndex};

	/// The in-code storage version.
	pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of its runtime.
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// Weights of the calls, the hooks and the extension.
		type WeightInfo: WeightInfo;

		/// The reasons for which balances are held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The currency of the bond.
		type Currency: Inspect<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;

		/// Held on an operator's account from its registration on. Zero lets accounts without
		/// tokens register.
		#[pallet::constant]
		type Bond: Get<BalanceOf<Self>>;

		/// The session keys.
		type SessionKeys: OpaqueKeys + Member + Parameter + MaybeSerializeDeserialize;

		/// The session pallet: sets keys, disables offenders, prunes history.
		type Session: SessionInterface<
			ValidatorId = AccountId32,
			AccountId = AccountId32,
			Keys = Self::SessionKeys,
		>;

		/// Looks up session keys by owner, and owners by key.
		type KeyRegistry: KeyRegistry<Self::SessionKeys>;

		/// Evidence of who owned a session key.
		type KeyOwnerProof: Parameter + GetSessionNumber + GetValidatorCount;

		/// Checks and processes evidence of Aura equivocation, see
		/// [`equivocation::AuraEquivocationReportSystem`].
		type EquivocationReportSystem: OffenceReportSystem<
			Option<AccountId32>,
			(AuraEquivocationProof<HeaderFor<Self>>, Self::KeyOwnerProof),
		>;

		/// Whether an account may become an agent, beyond what the pallet itself checks: it has no
		/// proxy, nothing delegated, nothing scheduled in its name.
		type IsFresh: Contains<AccountId32>;

		/// The calls of other pallets that an agent account may sign. This pallet's own need not be
		/// named.
		type AgentCalls: Contains<Self::RuntimeCall>;

		/// The calls of other pallets that are feeless to operators or agents.
		type FeelessCalls: FeelessCalls<Self::RuntimeCall>;

		/// Length of a heartbeat window in blocks that accept transactions; the length of a
		/// session. At least 1; less is read as 1.
		type WindowLength: Get<BlockNumberFor<Self>>;

		/// Windows in 30 days, over which uptime is measured. At most
		/// [`MAX_UPTIME_WINDOWS`]; more is read as that.
		type UptimeWindows: Get<u32>;

		/// Length of an era in windows. At least 1; less is read as 1.
		type EraLength: Get<WindowIndex>;

		/// Feeless invitations an operator has in an era.
		#[pallet::constant]
		type InvitationsPerEra: Get<u32>;

		/// Complete windows after its registration before an operator can invite. Bounds how fast
		/// invitations can multiply. Operators of the genesis state need not wait.
		type InviterAge: Get<WindowIndex>;

		/// Operators at most.
		#[pallet::constant]
		type MaxOperators: Get<u32>;

		/// Validators at most.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Validators at least: suspended ones fill a session up to this number.
		#[pallet::constant]
		type MinValidators: Get<u32>;

		/// Entries an operator can have on the revocation list, of 84 bytes each.
		#[pallet::constant]
		type MaxRevokedKeys: Get<u32>;

		/// Past sessions for which evidence can name the owner of a key.
		type HistoryDepth: Get<SessionIndex>;

		/// Operators at most that one block marks as unhealthy.
		#[pallet::constant]
		type MaxSweepPerBlock: Get<u32>;

		/// Prepares sessions for benchmarks, see [`benchmarking::SessionBenchmarkHelper`].
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: benchmarking::BenchmarkHelper<Self::SessionKeys, Self::KeyOwnerProof>;
	}

	/// Why the pallet holds balances.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// An operator's bond.
		#[codec(index = 0)]
		Bond,
	}

	// Accounts are hashes of keys that anybody can make many of, hence the cryptographic hasher.
	/// Registered operators. Bounded by [`Config::MaxOperators`].
	#[pallet::storage]
	pub type Registry<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, AccountId32, OperatorOf<T>, OptionQuery>;

	/// Operators by agent. One entry an operator.
	#[pallet::storage]
	pub type Agents<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, AccountId32, OptionQuery>;

	/// Signs of life by operator. One entry an operator.
	#[pallet::storage]
	pub type HealthOf<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, Health, OptionQuery>;

	/// Operators in each segment, 2 KB.
	#[pallet::storage]
	pub type Populations<T: Config> = StorageValue<_, Population, ValueQuery>;

	/// The current window.
	#[pallet::storage]
	pub type CurrentWindow<T: Config> = StorageValue<_, Window<BlockNumberFor<T>>, ValueQuery>;

	// Window numbers are nobody's choice, hence the cheap hasher.
	/// Operators by the last window in which they were seen, without those marked as unhealthy: at
	/// most one entry an operator. What is left here of a window three back has missed two.
	#[pallet::storage]
	pub type LastSeen<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		WindowIndex,
		Blake2_128Concat,
		AccountId32,
		(),
		OptionQuery,
	>;

	/// The oldest window of [`LastSeen`] that may have entries.
	#[pallet::storage]
	pub type SweepCursor<T: Config> = StorageValue<_, WindowIndex, ValueQuery>;

	/// Validators, each an operator in a segment of its own.
	#[pallet::storage]
	pub type Validators<T: Config> =
		StorageValue<_, BoundedVec<AccountId32, T::MaxValidators>, ValueQuery>;

	/// Hash of the validators and session keys that were planned last, so that a session with
	/// neither changed is not announced as a change.
	#[pallet::storage]
	pub type LastPlanned<T: Config> = StorageValue<_, H256, OptionQuery>;

	/// Operators left out of sessions. At most one entry an operator.
	#[pallet::storage]
	pub type Suspended<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId32, Suspension<BlockNumberFor<T>>, OptionQuery>;

	// Key ids are their sender's choice, hence the cryptographic hasher.
	/// Keys that an operator revoked, with the block of the revocation. At most
	/// [`Config::MaxRevokedKeys`] entries an operator.
	#[pallet::storage]
	pub type RevokedKeys<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId32,
		Blake2_128Concat,
		KeyId,
		BlockNumberFor<T>,
		OptionQuery,
	>;

	/// The genesis state.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Operators, with their agents and seats.
		pub operators: Vec<GenesisOperator>,
		/// Validators among them, at most one a segment, with session keys and proofs.
		pub validators: Vec<GenesisValidator<T::SessionKeys>>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::build_genesis(&self.operators, &self.validators);
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An operator registered.
		OperatorRegistered {
			/// The operator.
			operator: AccountId32,
			/// Its agent.
			agent: AccountId32,
			/// Who invited it.
			inviter: Option<AccountId32>,
			/// Its seat.
			segment: Segment,
		},
		/// An agent sent a heartbeat.
		HeartbeatReceived {
			/// The operator.
			operator: AccountId32,
			/// The window in which it counts.
			window: WindowIndex,
			/// What the agent said.
			heartbeat: Heartbeat,
		},
		/// An operator missed two windows in a row, or one while it was recovering.
		OperatorUnhealthy {
			/// The operator.
			operator: AccountId32,
			/// The last window in which it was seen.
			last_seen: WindowIndex,
		},
		/// An unhealthy operator was seen again.
		RecoveryBegan {
			/// The operator.
			operator: AccountId32,
			/// The window in which it was seen.
			window: WindowIndex,
		},
		/// An operator was seen in a second window in a row and is healthy.
		OperatorRecovered {
			/// The operator.
			operator: AccountId32,
			/// The window in which it was seen.
			window: WindowIndex,
		},
		/// An operator has new session keys, in force after the next session.
		SessionKeysRotated {
			/// The operator.
			operator: AccountId32,
		},
		/// An operator has a new agent. The old one is an ordinary account again.
		AgentChanged {
			/// The operator.
			operator: AccountId32,
			/// The agent until now.
			old: AccountId32,
			/// The agent from now on.
			new: AccountId32,
		},
		/// An operator revoked a key: what it signs for this operator after this block is void.
		KeyRevoked {
			/// The operator.
			operator: AccountId32,
			/// The key.
			key: KeyId,
		},
		/// An operator is left out of sessions from the next one planned.
		OperatorSuspended {
			/// The operator.
			operator: AccountId32,
			/// Why.
			reason: SuspensionReason,
		},
		/// Suspended validators stay in the session, for without them it would fall below the
		/// minimum.
		SuspendedValidatorsKept {
			/// How many stay.
			count: u32,
		},
	}

	/// Why a call is refused. In validation the number of the variant, counted from 0, is added to
	/// [`CUSTOM_ERROR_BASE`] and given as custom error. Append only.
	#[pallet::error]
	#[derive(PartialEq)]
	pub enum Error<T> {
		/// The sender is not a registered operator.
		NotOperator,
		/// The sender is not the agent of an operator. An agent signs this call, not its operator.
		NotAgent,
		/// The sender's key, or its operator's, was revoked. A new agent is set by the operator.
		KeyRevoked,
		/// The newcomer is registered already.
		AlreadyOperator,
		/// The newcomer's account is an agent: an operator needs a key of its own.
		OperatorIsAgent,
		/// The agent's account was used before: it must have sent nothing, be neither an operator
		/// nor an agent, and have no proxy. Make a new key.
		AgentNotFresh,
		/// The agent's key is not a Falcon-512 key, which receipts need.
		AgentNotFalcon,
		/// The operator's signature over the registration is not valid on this network.
		BadOperatorSignature,
		/// The agent's signature over its consent is not valid on this network.
		BadAgentSignature,
		/// The registration is submitted by neither the inviter that it names nor, without one, the
		/// newcomer itself.
		WrongSubmitter,
		/// An unhealthy operator cannot invite.
		InviterUnhealthy,
		/// The inviter registered too recently to invite.
		InviterTooYoung,
		/// The call was made as often as one window allows, or, for an invitation, one era. Wait for
		/// the next.
		QuotaUsedUp,
		/// There is no room for another operator.
		TooManyOperators,
		/// The newcomer's free balance does not cover the bond.
		BondNotCovered,
		/// There was a heartbeat in this window already.
		AlreadySeen,
		/// The heartbeat's finalized block is above its best block.
		InvalidHeartbeat,
		/// The proof does not show possession of every session key for this operator.
		InvalidProof,
		/// A session key belongs to another operator.
		KeyOwnedByAnother,
		/// The list of keys is empty or names a key twice.
		InvalidKeyList,
		/// The key is on the revocation list already.
		AlreadyRevoked,
		/// The operator has no room left on the revocation list.
		TooManyRevokedKeys,
		/// The session key is in use. Rotate the session keys, then revoke it.
		SessionKeyInUse,
		/// The two headers do not prove an equivocation.
		InvalidEquivocationProof,
		/// The proof does not show who owned the key.
		InvalidKeyOwnershipProof,
		/// The equivocation was reported before, or the offender is suspended for another.
		DuplicateOffenceReport,
		/// An agent's account may not sign this call. What an agent may do is fixed by the runtime.
		AgentCallNotAllowed,
		/// The inviter was seen in less than half of the windows of the last 30 days. It must keep
		/// its node and agent running to invite.
		InviterUptimeTooLow,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Counts the block for the window, and marks operators that missed two windows. Runs only
		/// in blocks that accept transactions.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut frame_support::weights::WeightMeter) {
			Self::advance_window(meter);
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			Self::check_config();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Registers an operator and its agent.
		///
		/// **Both accounts can send transactions from here on without ever having held a token.**
		///
		/// ## Dispatch Origin
		///
		/// Signed: by the operator that the registration names as inviter, feeless; or, if it names
		/// none, by the newcomer itself, who pays.
		///
		/// ## Details
		///
		/// The newcomer gets the seat that [`qh_torus::least_crowded`] finds from the inviter's, or
		/// from the one that its own account id names. It counts as seen in the current window.
		///
		/// An operator invites [`Config::InvitationsPerEra`] times an era. Unless it is of the
		/// genesis state it must have been there for [`Config::InviterAge`] complete windows, and
		/// seen in at least half of those of the last 30 days.
		///
		/// ## Errors
		///
		/// * [`Error::WrongSubmitter`], [`Error::NotOperator`], [`Error::KeyRevoked`],
		///   [`Error::InviterUnhealthy`], [`Error::InviterTooYoung`],
		///   [`Error::InviterUptimeTooLow`], [`Error::QuotaUsedUp`]: the sender may not register this
		///   newcomer, or not now.
		/// * [`Error::TooManyOperators`], [`Error::AlreadyOperator`], [`Error::OperatorIsAgent`],
		///   [`Error::AgentNotFalcon`], [`Error::AgentNotFresh`], [`Error::BondNotCovered`]: the
		///   newcomer cannot be registered with this agent.
		/// * [`Error::BadOperatorSignature`], [`Error::BadAgentSignature`]: a consent is missing.
		///
		/// ## Events
		///
		/// [`Event::OperatorRegistered`].
		///
		/// ## Cost
		///
		/// Two signature verifications, the operator's by its scheme, and a search of 512 segments.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::register_weight(registration))]
		#[pallet::feeless_if(|origin: &OriginFor<T>, registration: &Box<Registration>| -> bool {
			registration.inviter.is_some() && Pallet::<T>::is_operator(origin)
		})]
		pub fn register(origin: OriginFor<T>, registration: Box<Registration>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let newcomer = Self::check_register(&who, &registration)?;
			Self::do_register(newcomer)
		}

		/// Tells that the operator's node is up.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator's agent. Feeless.
		///
		/// ## Details
		///
		/// Once a window. Not needed in a window in which the operator's validator authors a block,
		/// but allowed, for it says more than a block does.
		///
		/// ## Errors
		///
		/// * [`Error::NotAgent`], [`Error::KeyRevoked`]: the sender acts for no operator.
		/// * [`Error::AlreadySeen`]: there was a heartbeat in this window.
		/// * [`Error::InvalidHeartbeat`]: it contradicts itself.
		///
		/// ## Events
		///
		/// [`Event::HeartbeatReceived`]; [`Event::OperatorUnhealthy`], [`Event::RecoveryBegan`] or
		/// [`Event::OperatorRecovered`] as the operator's health changes.
		///
		/// ## Cost
		///
		/// Constant.
		#[pallet::call_index(1)]
		#[pallet::feeless_if(|origin: &OriginFor<T>, _: &Heartbeat| -> bool {
			Pallet::<T>::is_agent(origin)
		})]
		pub fn heartbeat(origin: OriginFor<T>, heartbeat: Heartbeat) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let operator = Self::check_heartbeat(&who, &heartbeat)?;
			Self::do_heartbeat(&operator, heartbeat);
			Ok(())
		}

		/// Sets the operator's session keys.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator's agent. Feeless.
		///
		/// ## Details
		///
		/// Once a window. The keys are those of the operator's validator id, which is its account,
		/// whether or not it is a validator yet; in a session they are used after the next one.
		/// `proof` is, for each key in order, that key's Falcon-512 signature of possession for the
		/// **operator's** account.
		///
		/// ## Errors
		///
		/// * [`Error::NotAgent`], [`Error::KeyRevoked`]: the sender acts for no operator, or a key
		///   was revoked by it.
		/// * [`Error::QuotaUsedUp`]: the keys were rotated in this window.
		/// * [`Error::KeyOwnedByAnother`]: a key is another operator's.
		/// * [`Error::InvalidProof`]: possession of a key is not shown.
		///
		/// ## Events
		///
		/// [`Event::SessionKeysRotated`].
		///
		/// ## Cost
		///
		/// One Falcon-512 verification a key.
		#[pallet::call_index(2)]
		#[pallet::feeless_if(
			|origin: &OriginFor<T>, _: &Box<T::SessionKeys>, _: &BoundedVec<u8, MaxProofLen>| -> bool {
				Pallet::<T>::is_agent(origin)
			}
		)]
		pub fn rotate_session_keys(
			origin: OriginFor<T>,
			keys: Box<T::SessionKeys>,
			proof: BoundedVec<u8, MaxProofLen>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let operator = Self::check_rotate_session_keys(&who, &keys, &proof)?;
			Self::do_rotate_session_keys(operator, *keys)
		}

		/// Names a new agent.
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator. Feeless.
		///
		/// ## Details
		///
		/// Once a window. `agent` is the new agent's signature of consent for this operator. The
		/// old agent's account is an ordinary account again, and no agent's any more once it has sent
		/// a transaction.
		///
		/// ## Errors
		///
		/// * [`Error::NotOperator`], [`Error::KeyRevoked`]: the sender is no operator, or the new
		///   agent's key was revoked by it.
		/// * [`Error::QuotaUsedUp`]: the agent was changed in this window.
		/// * [`Error::AgentNotFalcon`], [`Error::AgentNotFresh`]: the account cannot be an agent.
		/// * [`Error::BadAgentSignature`]: the new agent did not consent.
		///
		/// ## Events
		///
		/// [`Event::AgentChanged`].
		///
		/// ## Cost
		///
		/// One Falcon-512 verification.
		#[pallet::call_index(3)]
		#[pallet::feeless_if(|origin: &OriginFor<T>, _: &Box<Signature>| -> bool {
			Pallet::<T>::is_operator(origin)
		})]
		pub fn set_agent(origin: OriginFor<T>, agent: Box<Signature>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let agent = Self::check_set_agent(&who, &agent)?;
			Self::do_set_agent(who, agent);
			Ok(())
		}

		/// Puts keys on the operator's revocation list, for good.
		///
		/// **Revoking the operator's own key retires the operator: neither it nor its agent can
		/// make a call of this pallet again, and it is suspended from the validator set. Its agent's
		/// account is an ordinary account again.**
		///
		/// ## Dispatch Origin
		///
		/// Signed by an operator. Feeless.
		///
		/// ## Details
		///
		/// Once a window. A revocation is about what a key signs *for this operator*, after this
		/// block. The agent's key stops working at once, also if it is the current one. Keys that
		/// the operator does not use are accepted, for a key may be known to be stolen only after
		/// its replacement.
		///
		/// ## Errors
		///
		/// * [`Error::NotOperator`], [`Error::KeyRevoked`]: the sender is no operator, or retired.
		/// * [`Error::QuotaUsedUp`]: there was a revocation in this window.
		/// * [`Error::InvalidKeyList`], [`Error::AlreadyRevoked`], [`Error::TooManyRevokedKeys`]:
		///   the list cannot be taken.
		/// * [`Error::SessionKeyInUse`]: rotate first.
		///
		/// ## Events
		///
		/// [`Event::KeyRevoked`] a key, [`Event::OperatorSuspended`] if the operator retires.
		///
		/// ## Cost
		///
		/// Linear in the number of keys, at most 8.
		#[pallet::call_index(4)]
		#[pallet::weight(<T as Config>::WeightInfo::revoke_keys(keys.len() as u32))]
		#[pallet::feeless_if(
			|origin: &OriginFor<T>, _: &BoundedVec<KeyId, MaxKeysPerRevocation>| -> bool {
				Pallet::<T>::is_operator(origin)
			}
		)]
		pub fn revoke_keys(
			origin: OriginFor<T>,
			keys: BoundedVec<KeyId, MaxKeysPerRevocation>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::check_revoke_keys(&who, &keys)?;
			Self::do_revoke_keys(who, keys);
			Ok(())
		}

		/// Reports two blocks that one validator sealed for one slot.
		///
		/// ## Dispatch Origin
		///
		/// None: an unsigned transaction of the node that saw the blocks. Pools take it from the
		/// local node only, so a stranger cannot make a node verify evidence; a block's author
		/// includes it, and every importing node checks it.
		///
		/// ## Details
		///
		/// Both headers must be sealed by the offender's Aura key for the same slot and differ. The
		/// offender is suspended, loses its uptime, and is disabled for the rest of the session as
		/// far as the runtime's disabling strategy allows.
		///
		/// ## Errors
		///
		/// * [`Error::InvalidEquivocationProof`]: the headers prove nothing.
		/// * [`Error::InvalidKeyOwnershipProof`]: the key's owner is not shown.
		/// * [`Error::DuplicateOffenceReport`]: reported before, or punished for another.
		///
		/// ## Events
		///
		/// [`Event::OperatorSuspended`], unless it is suspended already; and those of the offences
		/// and session pallets.
		///
		/// ## Cost
		///
		/// Four Falcon-512 verifications, four hashes over the headers' bytes, and two membership
		/// proofs among as many validators as there can be: the evidence is checked before dispatch
		/// and in it.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::report_weight(equivocation_proof))]
		pub fn report_aura_equivocation(
			origin: OriginFor<T>,
			equivocation_proof: Box<AuraEquivocationProof<HeaderFor<T>>>,
			key_owner_proof: T::KeyOwnerProof,
		) -> DispatchResult {
			ensure_none(origin)?;
			T::EquivocationReportSystem::process_evidence(
				None,
				(*equivocation_proof, key_owner_proof),
			)
		}
	}

	// Reports are unsigned, as those of `pallet_grandpa`. The pallet macro knows this attribute in
	// these very words only, without a reason.
	#[allow(deprecated)]
	#[pallet::validate_unsigned]
	impl<T: Config> ValidateUnsigned for Pallet<T> {
		type Call = Call<T>;

		fn validate_unsigned(source: TransactionSource, call: &Self::Call) -> TransactionValidity {
			Self::validate_report(source, call)
		}

		fn pre_dispatch(call: &Self::Call) -> Result<(), TransactionValidityError> {
			Self::pre_dispatch_report(call)
		}
	}
}
