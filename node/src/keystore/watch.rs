// SPDX-License-Identifier: Apache-2.0

//! What is known of the signer: whether it answers, whether it holds back, and its keys.
//!
//! Aura asks for keys every slot and GRANDPA every round, once an authority of the set; they are
//! answered from here. It is refreshed every second and by every answer to a request.

use super::{metrics::Metrics, LOG_TARGET};
use parking_lot::RwLock;
use qh_runtime::Hash;
use qh_signer_client::{Error, Horizon, KeyInfo, KeyRole, NodeClient, RefusalCode, Status};
use std::{
	sync::{Arc, OnceLock},
	time::{Duration, Instant},
};

/// Deadline of the questions that keep this up to date.
const WITHIN: Duration = Duration::from_secs(1);

/// Whether the node is in step with the chain, so that where its finality stands is where the
/// chain's does. The keys are there before the network is: until [`InStep::ask`] it is not.
#[derive(Clone, Default)]
pub(crate) struct InStep(Arc<OnceLock<Box<Ask>>>);

type Ask = dyn Fn(usize) -> bool + Send + Sync;

impl InStep {
	/// Ask this from now on. It is given the number of voters: a node that is the only one has
	/// nobody to be in step with.
	pub(crate) fn ask(&self, ask: impl Fn(usize) -> bool + Send + Sync + 'static) {
		// The first one stays: there is one network.
		let _ = self.0.set(Box::new(ask));
	}

	/// Whether it is, as one of so many voters.
	pub(super) fn holds(&self, voters: usize) -> bool {
		self.0.get().is_some_and(|ask| ask(voters))
	}
}

/// A client of the signer that remembers what it learned.
pub(super) struct Watch {
	client: NodeClient,
	genesis: Hash,
	metrics: Metrics,
	known: RwLock<Known>,
}

#[derive(Clone, Default)]
pub(super) struct Known {
	/// The last status, if the signer ever gave one.
	pub(super) status: Option<Status>,
	/// The genesis of the signer's chain, if that is another one than this node's.
	pub(super) foreign: Option<Hash>,
	/// Why the last request was not answered, if it was not.
	pub(super) away: Option<String>,
	/// Public Aura keys.
	pub(super) aura: Vec<Vec<u8>>,
	/// Public GRANDPA keys.
	pub(super) grandpa: Vec<Vec<u8>>,
}

impl Known {
	/// Why the signer signs nothing although it answers.
	pub(super) fn holding_back(&self) -> Option<String> {
		let status = self.status.as_ref()?;
		if let Some(genesis) = self.foreign {
			return Some(format!(
				"its keys belong to the chain with genesis {genesis:?}, which is not this node's; \
				 name the right `--chain` or the right `--signer`"
			));
		}
		match &status.quarantine {
			_ if status.locked => Some("it is locked; unlock it with `qh-signer unlock`".into()),
			Some(reason) => Some(format!("its keys are quarantined: {reason}")),
			None => None,
		}
	}

	/// Whether the signer answered the last request and does not hold back.
	pub(super) fn is_ready(&self) -> bool {
		self.status.is_some() && self.away.is_none() && self.holding_back().is_none()
	}

	/// What keeps the signer from signing, for a person.
	pub(super) fn problem(&self) -> Option<String> {
		self.away.clone().or_else(|| self.holding_back())
	}
}

impl Watch {
	/// Knows nothing yet, and asks nothing yet.
	pub(super) fn new(client: NodeClient, genesis: Hash, metrics: Metrics) -> Self {
		Self { client, genesis, metrics, known: RwLock::default() }
	}

	/// A copy of what is known.
	pub(super) fn known(&self) -> Known {
		self.known.read().clone()
	}

	/// What is known, without a copy.
	pub(super) fn with<T>(&self, read: impl FnOnce(&Known) -> T) -> T {
		read(&self.known.read())
	}

	/// Asks the signer, counts the answer and learns from it.
	pub(super) fn ask<T>(
		&self,
		request: &str,
		ask: impl FnOnce(&NodeClient) -> Result<T, Error>,
	) -> Result<T, Error> {
		let asked = Instant::now();
		let answer = ask(&self.client);
		self.metrics.record(request, asked.elapsed(), &answer);
		self.learn(|known| match &answer {
			Ok(_) => known.away = None,
			Err(Error::Refused(refusal)) => {
				known.away = None;
				if let Some(status) = &mut known.status {
					match refusal.reason() {
						Some(RefusalCode::Locked) => status.locked = true,
						Some(RefusalCode::Quarantined) => {
							status.quarantine = Some(refusal.message.clone())
						}
						_ => {}
					}
				}
			}
			Err(error) => known.away = Some(error.to_string()),
		});
		answer
	}

	/// Asks how the signer is and for its keys. In quarantine, also tells it where finality stands,
	/// which is what a release needs to know: a `position` behind the chain's would have it sign
	/// again where it has signed, so there is none before the node is in step.
	pub(super) fn refresh(&self, position: impl FnOnce() -> Option<Horizon>) {
		let Ok(status) = self.ask("status", |client| client.status(WITHIN)) else { return };
		let is_quarantined = status.quarantine.is_some();
		self.learn(|known| {
			known.foreign = Some(Hash::from(status.genesis)).filter(|found| *found != self.genesis);
			known.status = Some(status);
		});
		if let Ok(keys) = self.ask("keys", |client| client.keys(WITHIN)) {
			let public = |role| {
				let of_role = |key: &&KeyInfo| key.role == role;
				keys.iter().filter(of_role).map(|key| key.public.clone()).collect()
			};
			self.learn(|known| {
				known.aura = public(KeyRole::Aura);
				known.grandpa = public(KeyRole::Grandpa);
			});
		}
		if let (true, Some(at)) = (is_quarantined, position()) {
			// The signer remembers the furthest; a report that is lost is made again.
			let _ = self.ask("progress", |client| client.progress(at, WITHIN));
		}
	}

	/// Changes what is known, and writes to the log when the signer's state changed with it.
	fn learn(&self, change: impl FnOnce(&mut Known)) {
		let mut known = self.known.write();
		let before = (known.status.is_some(), known.problem());
		change(&mut known);
		let after = (known.status.is_some(), known.problem());
		self.metrics.ready.set(known.is_ready().into());
		if before == after {
			return;
		}
		let path = self.client.path().display();
		match (after.1, &known.status) {
			(Some(problem), _) => log::warn!(
				target: LOG_TARGET,
				"no signatures from the signer at {path}: {problem}; this node follows the chain \
				 and asks again every second",
			),
			(None, Some(status)) => log::info!(
				target: LOG_TARGET,
				"the signer at {path} is ready (version {}, {} records in its log)",
				status.version, status.log.records,
			),
			(None, None) => {}
		}
	}
}
