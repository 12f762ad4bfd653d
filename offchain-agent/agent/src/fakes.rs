// SPDX-License-Identifier: Apache-2.0
//! Stand-ins for tests: a signer with a key and a watermark, a clock that is set by hand. The
//! stand-in for the chain is beside the sender's tests.

use crate::{
	clock::Clock,
	signer::{FalconSignature, Signer, SignerError},
};
use qh_crypto::{Domain, Keypair, Scheme};
use qh_receipts::{Head, Receipt};
use qh_signer_client::{SessionKeys, TransactionRequest};
use std::{
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc, Mutex,
	},
	time::Duration,
};

/// A clock that shows what it was set to.
#[derive(Clone, Debug)]
pub(crate) struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
	/// A clock that shows this many milliseconds.
	pub(crate) fn at(ms: u64) -> Self {
		Self(Arc::new(AtomicU64::new(ms)))
	}

	/// Sets it, forwards or back.
	pub(crate) fn set(&self, ms: u64) {
		self.0.store(ms, Ordering::SeqCst);
	}
}

impl Clock for ManualClock {
	fn unix_ms(&self) -> u64 {
		self.0.load(Ordering::SeqCst)
	}

	fn monotonic(&self) -> Duration {
		Duration::from_millis(self.unix_ms())
	}
}

/// A signer in this process, with the watermark that the real one has: a receipt's number is signed
/// once, and again only for the same receipt.
#[derive(Clone)]
pub(crate) struct FakeSigner {
	key: Arc<Keypair>,
	state: Arc<Mutex<FakeSignerState>>,
}

#[derive(Default)]
struct FakeSignerState {
	ids: Vec<[u8; 32]>,
	fail: Option<Fail>,
}

/// What the next call does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fail {
	/// Nothing is signed.
	Away,
	/// It is signed, but the answer is lost.
	AnswerLost,
}

impl FakeSigner {
	/// A signer with this seed's key.
	pub(crate) fn new(seed: u8) -> Self {
		let key = Keypair::from_seed(Scheme::Falcon512, &[seed; 32]);
		Self { key: Arc::new(key), state: Arc::default() }
	}

	/// The key's public half.
	pub(crate) fn public(&self) -> [u8; 897] {
		self.key.public().try_into().unwrap()
	}

	/// The next call fails this way.
	pub(crate) fn fail_next(&self, fail: Fail) {
		self.state.lock().unwrap().fail = Some(fail);
	}

	/// Takes back a failure that no call has met yet.
	pub(crate) fn clear(&self) {
		self.state.lock().unwrap().fail = None;
	}

	fn sign(&self, domain: Domain, message: &[u8]) -> FalconSignature {
		self.key.sign(domain, message).try_into().unwrap()
	}
}

impl Signer for FakeSigner {
	async fn sign_receipts(
		&self,
		receipts: Vec<Receipt>,
	) -> Result<Vec<FalconSignature>, SignerError> {
		let mut state = self.state.lock().unwrap();
		let fail = state.fail.take();
		if fail == Some(Fail::Away) {
			return Err(SignerError::Later("away".into()));
		}
		for receipt in &receipts {
			let mut head = Head {
				next_seq: state.ids.len() as u64,
				head: state.ids.last().copied().unwrap_or_default(),
			};
			match state.ids.get(receipt.seq as usize) {
				Some(id) if *id == receipt.id() => {}
				Some(_) => return Err(SignerError::Refused("another receipt was signed".into())),
				None => {
					head.accept(receipt)
						.map_err(|error| SignerError::Refused(error.to_string()))?;
					state.ids.push(receipt.id());
				}
			}
		}
		if fail == Some(Fail::AnswerLost) {
			return Err(SignerError::Later("no answer".into()));
		}
		Ok(receipts.iter().map(|receipt| self.sign(Domain::RECEIPT, &receipt.id())).collect())
	}

	async fn sign_transaction(
		&self,
		request: TransactionRequest,
	) -> Result<FalconSignature, SignerError> {
		match self.state.lock().unwrap().fail.take() {
			Some(_) => Err(SignerError::Later("away".into())),
			None => Ok(self.sign(Domain::TRANSACTION, &request.call)),
		}
	}

	async fn new_session_keys(&self, owner: [u8; 32]) -> Result<SessionKeys, SignerError> {
		if self.state.lock().unwrap().fail.take().is_some() {
			return Err(SignerError::Later("away".into()));
		}
		let fill = owner[0];
		Ok(SessionKeys {
			aura: [fill; 897],
			grandpa: [fill.wrapping_add(1); 897],
			aura_proof: [fill; 666],
			grandpa_proof: [fill; 666],
		})
	}
}
