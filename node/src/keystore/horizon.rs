// SPDX-License-Identifier: Apache-2.0

//! Whether this node's finality is past what the signer has voted in.
//!
//! GRANDPA's voter asks the keystore "do you hold this key?" when a round begins and never again in
//! that round; a signature that is then refused ends the node. So the answer must be no whenever
//! the signer might refuse. It might where it has voted further than this node remembers: a
//! database that was wiped, or set back to a copy, replays rounds in which the signer has voted.
//! Such a node must follow as a non-voter until its own round is past the signer's *horizon*, the
//! furthest round that the signer has signed for.
//!
//! How the node learns its round while the voter holds its locks: the voter writes its state to the
//! auxiliary store before it begins a round, before it casts a vote, and when the set changes, so
//! the store always names a round that is not after the one that begins. With catch-up the round
//! that begins may be later than the one in the store; then a "no" lasts a round longer than it
//! had to, and a "yes" is still right because later rounds are further past the horizon.
//!
//! Nobody else brings finality past the horizon where this node is the only voter: then it stands
//! still for good, and the log says so. A signer that let it vote there would sign two targets in
//! one round.
//!
//! The one round at the horizon itself is special: a node that was merely restarted votes in it
//! again, with the votes that its store recorded before they were signed, and the signer answers
//! the same payload again.

use super::{Error, LOG_TARGET};
use codec::{Decode, Encode};
use finality_grandpa::round::State as RoundState;
use qh_runtime::{BlockNumber, Hash, Header};
use qh_signer_client::Horizon;
use sc_client_api::AuxStore;
use sp_consensus_grandpa::{
	AuthorityId, Precommit, Prevote, PrimaryPropose, RoundNumber, SetId, SignedMessage,
};
use std::{collections::BTreeMap, sync::Arc};

/// Where `sc-consensus-grandpa` keeps the state of its voter, and the version of that layout.
const SET_STATE_KEY: &[u8] = b"grandpa_completed_round";
const VERSION_KEY: &[u8] = b"grandpa_schema_version";
const VERSION: u32 = 3;

/// The key that this database votes with, once it has been past the signer's horizon.
const VOTER_KEY: &[u8] = b"qh_grandpa_voter";
/// The furthest round in which the signer refused this database a vote.
const REFUSED_KEY: &[u8] = b"qh_grandpa_refused";

/// The round in which a node would vote next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
	/// The round and its set.
	pub(crate) round: Horizon,
	/// The key with which this database has already voted in that round.
	pub(crate) voted_with: Option<Vec<u8>>,
	/// How many vote in that set.
	pub(crate) voters: usize,
}

impl Position {
	/// Whether a vote with this key here cannot contradict one that the signer has given.
	///
	/// `horizon` is the furthest round in which the signer has voted, `refused` the furthest in
	/// which it refused a vote of this database.
	pub(crate) fn is_past(
		&self,
		horizon: Option<Horizon>,
		refused: Option<Horizon>,
		public: &[u8],
	) -> bool {
		let repeats = self.voted_with.as_deref() == Some(public);
		refused.is_none_or(|refused| self.round > refused)
			&& horizon
				.is_none_or(|horizon| self.round > horizon || (self.round == horizon && repeats))
	}
}

/// What a database knows of its voter.
pub(crate) trait Progress: Send + Sync {
	/// The round in which the voter would vote next. `None` before it has ever been started.
	fn position(&self) -> Result<Option<Position>, Error>;
	/// The key with which this database has voted.
	fn voter(&self) -> Option<Vec<u8>>;
	/// Remembers the key with which this database votes.
	fn remember_voter(&self, public: &[u8]);
	/// The furthest round in which the signer refused a vote.
	fn refused(&self) -> Option<Horizon>;
	/// Remembers that the signer refused a vote in this round.
	fn remember_refused(&self, at: Horizon);
}

/// [`Progress`] in the auxiliary store of a client.
pub(crate) struct AuxProgress<C> {
	store: Arc<C>,
}

impl<C: AuxStore> AuxProgress<C> {
	/// Reads from and writes to this client's store.
	pub(crate) fn new(store: Arc<C>) -> Self {
		Self { store }
	}

	fn load<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, Error> {
		let failed = |what: String| {
			Error::Progress(format!("{} in the database: {what}", String::from_utf8_lossy(key)))
		};
		self.store
			.get_aux(key)
			.map_err(|error| failed(error.to_string()))?
			.map(|bytes| T::decode(&mut &bytes[..]).map_err(|error| failed(error.to_string())))
			.transpose()
	}

	fn store(&self, key: &[u8], value: &[u8]) {
		if let Err(error) = self.store.insert_aux(&[(key, value)], &[]) {
			let key = String::from_utf8_lossy(key);
			log::error!(target: LOG_TARGET, "cannot write {key} to the database: {error}");
		}
	}
}

impl<C: AuxStore + Send + Sync> Progress for AuxProgress<C> {
	fn position(&self) -> Result<Option<Position>, Error> {
		match self.load::<u32>(VERSION_KEY)? {
			None => return Ok(None),
			Some(VERSION) => {}
			Some(other) => {
				return Err(Error::Progress(format!(
					"the voter's state has layout {other}, this node knows layout {VERSION}"
				)))
			}
		}
		Ok(self.load::<VoterSetState>(SET_STATE_KEY)?.and_then(VoterSetState::into_position))
	}

	fn voter(&self) -> Option<Vec<u8>> {
		self.load(VOTER_KEY).ok().flatten()
	}

	fn remember_voter(&self, public: &[u8]) {
		if self.voter().as_deref() != Some(public) {
			self.store(VOTER_KEY, &public.encode());
		}
	}

	fn refused(&self) -> Option<Horizon> {
		self.load(REFUSED_KEY).ok().flatten()
	}

	fn remember_refused(&self, at: Horizon) {
		if self.refused().is_none_or(|before| at > before) {
			self.store(REFUSED_KEY, &at.encode());
		}
	}
}

/// The voter's state as `sc-consensus-grandpa` 0.45 stores it; its own types are private. The
/// service decodes it once at start, so that a version with another layout is noticed there.
#[derive(Encode, Decode)]
enum VoterSetState {
	/// The voter takes part in rounds.
	Live { completed: CompletedRounds, current: BTreeMap<RoundNumber, HasVoted> },
	/// The voter is paused.
	Paused { completed: CompletedRounds },
}

/// The last completed rounds, the latest first; the set; its voters.
type CompletedRounds = (Vec<CompletedRound>, SetId, Vec<AuthorityId>);

#[derive(Encode, Decode)]
struct CompletedRound {
	number: RoundNumber,
	state: RoundState<Hash, BlockNumber>,
	base: (Hash, BlockNumber),
	votes: Vec<SignedMessage<Header>>,
}

#[derive(Encode, Decode)]
enum HasVoted {
	No,
	Yes(Box<AuthorityId>, Vote),
}

#[derive(Encode, Decode)]
enum Vote {
	Propose(PrimaryPropose<Header>),
	Prevote(Option<PrimaryPropose<Header>>, Prevote<Header>),
	Precommit(Option<PrimaryPropose<Header>>, Prevote<Header>, Precommit<Header>),
}

impl VoterSetState {
	fn into_position(self) -> Option<Position> {
		let ((rounds, set_id, voters), mut current) = match self {
			Self::Live { completed, current } => (completed, current),
			Self::Paused { completed } => (completed, BTreeMap::new()),
		};
		let round = rounds.first()?.number.checked_add(1)?;
		let voted_with = match current.remove(&round) {
			Some(HasVoted::Yes(id, _)) => Some(AsRef::<[u8]>::as_ref(&*id).to_vec()),
			_ => None,
		};
		Some(Position { round: Horizon { set_id, round }, voted_with, voters: voters.len() })
	}
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use parking_lot::Mutex;
	use std::collections::HashMap;

	const KEY: [u8; 897] = [0x11; 897];

	/// An auxiliary store in memory.
	#[derive(Default)]
	pub(in crate::keystore) struct MemoryStore(Mutex<HashMap<Vec<u8>, Vec<u8>>>);

	impl AuxStore for MemoryStore {
		fn insert_aux<
			'a,
			'b: 'a,
			'c: 'a,
			I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
			D: IntoIterator<Item = &'a &'b [u8]>,
		>(
			&self,
			insert: I,
			delete: D,
		) -> sp_blockchain::Result<()> {
			let mut map = self.0.lock();
			map.extend(insert.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec())));
			delete.into_iter().for_each(|key| drop(map.remove(*key)));
			Ok(())
		}

		fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
			Ok(self.0.lock().get(key).cloned())
		}
	}

	fn at(set_id: u64, round: u64) -> Horizon {
		Horizon { set_id, round }
	}

	fn completed(set_id: u64, number: u64) -> CompletedRounds {
		let base = (Hash::repeat_byte(1), 5);
		let round =
			CompletedRound { number, state: RoundState::genesis(base), base, votes: Vec::new() };
		(vec![round], set_id, Vec::new())
	}

	fn stored(state: &VoterSetState) -> AuxProgress<MemoryStore> {
		let store = MemoryStore::default();
		store
			.insert_aux(
				&[(SET_STATE_KEY, &state.encode()[..]), (VERSION_KEY, &VERSION.encode()[..])],
				&[],
			)
			.unwrap();
		AuxProgress::new(Arc::new(store))
	}

	#[test]
	fn the_position_is_the_round_after_the_last_completed_one() {
		let id = AuthorityId::try_from(&KEY[..]).unwrap();
		let vote = Prevote::<Header> { target_hash: Hash::repeat_byte(2), target_number: 6 };
		let voted = HasVoted::Yes(Box::new(id), Vote::Prevote(None, vote));
		let state = VoterSetState::Live {
			completed: completed(3, 7),
			current: [(8, voted), (9, HasVoted::No)].into(),
		};
		let expected = Position { round: at(3, 8), voted_with: Some(KEY.to_vec()), voters: 0 };
		assert_eq!(stored(&state).position().unwrap(), Some(expected));

		let state = VoterSetState::Paused { completed: completed(3, 7) };
		let expected = Position { round: at(3, 8), voted_with: None, voters: 0 };
		assert_eq!(stored(&state).position().unwrap(), Some(expected));
	}

	#[test]
	fn a_state_that_is_not_understood_is_an_error() {
		let store = MemoryStore::default();
		assert_eq!(AuxProgress::new(Arc::new(store)).position().unwrap(), None);

		let unknown_layout = MemoryStore::default();
		unknown_layout.insert_aux(&[(VERSION_KEY, &4u32.encode()[..])], &[]).unwrap();
		assert!(AuxProgress::new(Arc::new(unknown_layout)).position().is_err());

		let torn = MemoryStore::default();
		let version = VERSION.encode();
		torn.insert_aux(&[(VERSION_KEY, &version[..]), (SET_STATE_KEY, &[0, 4, 1][..])], &[])
			.unwrap();
		assert!(AuxProgress::new(Arc::new(torn)).position().is_err());
	}

	#[test]
	fn only_past_the_horizon_or_repeating_at_it() {
		let position = |round, voted_with| Position { round, voted_with, voters: 4 };
		let fresh = position(at(3, 8), None);
		assert!(fresh.is_past(None, None, &KEY), "the signer never voted");
		assert!(fresh.is_past(Some(at(3, 7)), None, &KEY));
		assert!(fresh.is_past(Some(at(2, 900)), None, &KEY), "an earlier set");
		assert!(!fresh.is_past(Some(at(3, 8)), None, &KEY), "the votes there are not known");
		assert!(!fresh.is_past(Some(at(3, 9)), None, &KEY));
		assert!(!fresh.is_past(Some(at(4, 1)), None, &KEY), "a later set");

		let restarted = position(at(3, 8), Some(KEY.to_vec()));
		assert!(restarted.is_past(Some(at(3, 8)), None, &KEY), "the same votes again");
		assert!(!restarted.is_past(Some(at(3, 8)), None, &[0x22; 897]), "another key voted");
		assert!(!restarted.is_past(Some(at(3, 9)), None, &KEY));
	}

	#[test]
	fn a_round_in_which_the_signer_refused_is_left_alone() {
		let position = Position { round: at(3, 8), voted_with: Some(KEY.to_vec()), voters: 4 };
		assert!(!position.is_past(Some(at(3, 8)), Some(at(3, 8)), &KEY));
		assert!(position.is_past(Some(at(3, 8)), Some(at(3, 7)), &KEY));
	}

	#[test]
	fn what_is_remembered_only_grows() {
		let progress = AuxProgress::new(Arc::new(MemoryStore::default()));
		assert_eq!((progress.voter(), progress.refused()), (None, None));
		progress.remember_voter(&KEY);
		assert_eq!(progress.voter(), Some(KEY.to_vec()));
		progress.remember_refused(at(3, 8));
		progress.remember_refused(at(3, 2));
		assert_eq!(progress.refused(), Some(at(3, 8)));
	}
}
