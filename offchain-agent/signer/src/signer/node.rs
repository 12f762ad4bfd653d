// SPDX-License-Identifier: Apache-2.0
//! The node's requests.

use super::{Grant, Inner, Peer, Signer};
use crate::{
	decode::{decode_header, decode_vote},
	rules::{AuraState, Event, GrandpaState},
};
use qh_crypto::{account_id, Domain, Scheme};
use qh_signer_client::{
	protocol::{FalconPublic, FalconSignature, NodeRequest, NodeResponse},
	AccountId, Hash, Horizon, KeyClass, KeyInfo, KeyRole, Refusal, RefusalCode,
};
use std::time::{Duration, Instant};

impl Signer {
	/// Answer the node.
	pub fn handle_node(&self, peer: Peer, request: NodeRequest) -> Result<NodeResponse, Refusal> {
		match request {
			NodeRequest::Status => Ok(NodeResponse::Status(Box::new(self.status()))),
			NodeRequest::Keys => Ok(NodeResponse::Keys(self.session_keys())),
			NodeRequest::SignAura { genesis, public, header, deadline_ms } => {
				let by = Instant::now() + Duration::from_millis(deadline_ms.into());
				let signature = self.sign_aura(peer, &genesis, &public, &header, by)?;
				Ok(NodeResponse::Signature(Box::new(signature)))
			}
			NodeRequest::SignGrandpa { genesis, public, message } => {
				let signature = self.sign_grandpa(peer, &genesis, &public, &message)?;
				Ok(NodeResponse::Signature(Box::new(signature)))
			}
			NodeRequest::NewSessionKeys { genesis, owner } => {
				self.check_genesis(&genesis)?;
				let keys = self.new_session_keys(peer, owner)?;
				Ok(NodeResponse::SessionKeys(Box::new(keys)))
			}
			NodeRequest::Progress { genesis, at } => {
				self.check_genesis(&genesis)?;
				self.note_progress(at);
				Ok(NodeResponse::Done)
			}
		}
	}

	fn sign_aura(
		&self,
		peer: Peer,
		genesis: &Hash,
		public: &FalconPublic,
		header: &[u8],
		by: Instant,
	) -> Result<FalconSignature, Refusal> {
		self.check_genesis(genesis)?;
		let claim = decode_header(header)?;
		let id = account_id(Scheme::Falcon512, public);
		let grant = self.check(|inner| {
			let key = self.key(inner, peer, &id, KeyClass::Consensus, KeyRole::Aura)?;
			check_held(inner, &id)?;
			let none = AuraState::default();
			let state = inner.state.aura.get(&id).unwrap_or(&none);
			let decision = self.rules.aura(state, &claim, self.now_ms());
			let event = Event::Aura { key: id, slot: claim.slot, hash: claim.hash };
			let records = self.decided(inner, peer, decision, event)?;
			Ok(Grant { key, records })
		})?;
		let signature = self.finish(&grant, Domain::AURA, &claim.hash, Some(by))?;
		falcon(&signature)
	}

	fn sign_grandpa(
		&self,
		peer: Peer,
		genesis: &Hash,
		public: &FalconPublic,
		message: &[u8],
	) -> Result<FalconSignature, Refusal> {
		self.check_genesis(genesis)?;
		let vote = decode_vote(message)?;
		let id = account_id(Scheme::Falcon512, public);
		let grant = self.check(|inner| {
			let key = self.key(inner, peer, &id, KeyClass::Consensus, KeyRole::Grandpa)?;
			check_held(inner, &id)?;
			let none = GrandpaState::default();
			let state = inner.state.grandpa.get(&id).unwrap_or(&none);
			let decision = self.rules.grandpa(state, &vote, self.now_ms());
			let records = self.decided(inner, peer, decision, Event::Grandpa { key: id, vote })?;
			Ok(Grant { key, records })
		})?;
		let signature = self.finish(&grant, Domain::GRANDPA, message, None)?;
		falcon(&signature)
	}

	fn session_keys(&self) -> Vec<KeyInfo> {
		let inner = self.inner.lock();
		inner
			.directory
			.values()
			.filter(|listed| listed.info.class == KeyClass::Consensus)
			.map(|listed| listed.info.clone())
			.collect()
	}

	fn note_progress(&self, at: Horizon) {
		let mut inner = self.inner.lock();
		inner.progress = inner.progress.max(Some(at));
	}
}

/// Keys in quarantine sign nothing.
fn check_held(inner: &Inner, key: &AccountId) -> Result<(), Refusal> {
	match inner.state.held.get(key) {
		None => Ok(()),
		Some(reason) => Err(Refusal::new(
			RefusalCode::Quarantined,
			format!("the key holds back ({reason}); `qh-signer release` ends that"),
		)),
	}
}

pub(super) fn falcon(signature: &[u8]) -> Result<FalconSignature, Refusal> {
	signature
		.try_into()
		.map_err(|_| Refusal::new(RefusalCode::Internal, "a signature of an unexpected length"))
}
