// SPDX-License-Identifier: Apache-2.0
//! The agent's requests, and the transactions of both agent and operator.

use super::{node::falcon, Grant, Peer, Signer};
use crate::{
	decode::{decode_transaction, Transaction},
	rules::{is_forbidden_to_agent, Budget, Event, ReceiptChain, ReceiptLink},
};
use codec::Encode;
use qh_crypto::{blake2_256, Domain};
use qh_receipts::Receipt;
use qh_signer_client::{
	protocol::{AgentRequest, AgentResponse, FalconSignature, MAX_RECEIPTS},
	AccountId, Hash, KeyClass, KeyInfo, KeyRole, Refusal, RefusalCode, TransactionRequest,
};

/// Allows an operator's key every call.
pub(crate) const ANY_CALL: &str = "*";

impl Signer {
	/// Answer the agent.
	pub fn handle_agent(
		&self,
		peer: Peer,
		request: AgentRequest,
	) -> Result<AgentResponse, Refusal> {
		match request {
			AgentRequest::Status => Ok(AgentResponse::Status(Box::new(self.status()))),
			AgentRequest::Accounts => Ok(AgentResponse::Keys(self.agent_accounts())),
			AgentRequest::SignTransaction(request) => {
				self.sign_transaction(peer, &request, KeyClass::Agent).map(AgentResponse::Signature)
			}
			AgentRequest::SignReceipts { key, receipts } => {
				self.sign_receipts(peer, key, &receipts).map(AgentResponse::Signatures)
			}
			AgentRequest::NewSessionKeys { genesis, owner } => {
				self.check_genesis(&genesis)?;
				let keys = self.new_session_keys(peer, owner)?;
				Ok(AgentResponse::SessionKeys(Box::new(keys)))
			}
			AgentRequest::SignAgentConsent { key, genesis, operator } => {
				self.sign_agent_consent(peer, key, &genesis, operator).map(AgentResponse::Signature)
			}
		}
	}

	/// Sign a transaction with a key of `class`, if the key's list has the call.
	pub(super) fn sign_transaction(
		&self,
		peer: Peer,
		request: &TransactionRequest,
		class: KeyClass,
	) -> Result<Vec<u8>, Refusal> {
		let transaction = decode_transaction(request, &self.identity.genesis)?;
		let Transaction { call, message, payload_hash, .. } = transaction;
		let name = format!("{}.{}", call.pallet, call.call);
		let grant = self.check(|inner| {
			let key = self.key(inner, peer, &request.key, class, KeyRole::Account)?;
			let is_agent = class == KeyClass::Agent;
			let listed = key.calls.contains(&name)
				|| (!is_agent && key.calls.iter().any(|listed| listed == ANY_CALL));
			if !listed || (is_agent && is_forbidden_to_agent(&call.pallet, &call.call)) {
				return Err(Refusal::new(
					RefusalCode::NotAllowed,
					format!("the key may not sign {name}"),
				));
			}
			if is_agent {
				self.check_agent_hours(inner)?;
			}
			self.check_budget(inner, request.key, Budget::Transactions, 1)?;
			let event = Event::Transaction { key: request.key, call: name, payload: payload_hash };
			let records = self.append(inner, Some(peer), event);
			Ok(Grant { key, records })
		})?;
		self.finish(&grant, Domain::TRANSACTION, &message, None)
	}

	fn sign_receipts(
		&self,
		peer: Peer,
		id: AccountId,
		receipts: &[Receipt],
	) -> Result<Vec<FalconSignature>, Refusal> {
		if receipts.len() > MAX_RECEIPTS {
			return Err(Refusal::new(
				RefusalCode::TooLarge,
				format!("{} receipts in one request, at most {MAX_RECEIPTS}", receipts.len()),
			));
		}
		for receipt in receipts {
			self.check_genesis(&receipt.genesis)?;
			receipt
				.check()
				.map_err(|error| Refusal::new(RefusalCode::Malformed, error.to_string()))?;
		}
		let links: Vec<ReceiptLink> = receipts
			.iter()
			.map(|receipt| ReceiptLink { seq: receipt.seq, prev: receipt.prev, id: receipt.id() })
			.collect();
		let grant = self.check(|inner| {
			let key = self.key(inner, peer, &id, KeyClass::Agent, KeyRole::Account)?;
			let operators = receipts.iter().map(|receipt| receipt.operator);
			if operators.into_iter().any(|operator| key.info.operator != Some(operator)) {
				return Err(Refusal::new(
					RefusalCode::NotAllowed,
					"the key signs receipts of its own operator only",
				));
			}
			if inner.state.held_receipts.contains(&id) {
				return Err(Refusal::new(
					RefusalCode::Quarantined,
					"which receipts were signed is not known for sure; \
					 `qh-signer adopt-receipts` says where the chain stands",
				));
			}
			self.check_agent_hours(inner)?;
			self.check_budget(inner, id, Budget::Receipts, links.len() as u64)?;
			let none = ReceiptChain::default();
			let chain = inner.state.receipts.get(&id).unwrap_or(&none);
			let decision = self.rules.receipts(chain, &links);
			let event = Event::Receipts {
				key: id,
				first_seq: links.first().map_or(0, |link| link.seq),
				ids: links.iter().map(|link| link.id).collect(),
			};
			let records = self.decided(inner, peer, decision, event)?;
			Ok(Grant { key, records })
		})?;
		links
			.iter()
			.map(|link| falcon(&self.finish(&grant, Domain::RECEIPT, &link.id, None)?))
			.collect()
	}

	fn sign_agent_consent(
		&self,
		peer: Peer,
		id: AccountId,
		genesis: &Hash,
		operator: AccountId,
	) -> Result<Vec<u8>, Refusal> {
		self.check_genesis(genesis)?;
		let message = (genesis, operator, "agent").encode();
		let grant = self.check(|inner| {
			let key = self.key(inner, peer, &id, KeyClass::Agent, KeyRole::Account)?;
			if key.info.operator.is_some_and(|own| own != operator) {
				return Err(Refusal::new(
					RefusalCode::NotAllowed,
					"the key was made for another operator",
				));
			}
			self.statement(inner, peer, key, Domain::REGISTRATION, &message)
		})?;
		self.finish(&grant, Domain::REGISTRATION, &message, None)
	}

	/// Record a statement that no rule but the budget bounds.
	pub(super) fn statement(
		&self,
		inner: &mut super::Inner,
		peer: Peer,
		key: std::sync::Arc<crate::keyring::Key>,
		domain: Domain,
		message: &[u8],
	) -> Result<Grant, Refusal> {
		let id = key.info.id;
		self.check_budget(inner, id, Budget::Statements, 1)?;
		let event =
			Event::Statement { key: id, domain: *domain.tag(), message: blake2_256(message) };
		let records = self.append(inner, Some(peer), event);
		Ok(Grant { key, records })
	}

	fn agent_accounts(&self) -> Vec<KeyInfo> {
		let inner = self.inner.lock();
		inner
			.directory
			.values()
			.filter(|listed| listed.info.class == KeyClass::Agent)
			.map(|listed| listed.info.clone())
			.collect()
	}
}
