// SPDX-License-Identifier: Apache-2.0
//! The operator's requests.

use super::{lease::check_lease, Inner, Peer, Signer};
use crate::rules::Event;
use codec::Encode;
use qh_crypto::Domain;
use qh_signer_client::{
	protocol::{AdminRequest, AdminResponse, LeaseId},
	AccountId, Hash, Horizon, KeyClass, KeyRole, Refusal, RefusalCode,
};

/// Most raw bytes that are signed.
const MAX_RAW: usize = 64 * 1024;
/// Longest name or version of a release.
const MAX_NAME: usize = 64;
/// Rounds that the chain may have gone on since the node reported.
const ROUNDS_MARGIN: u64 = 2;
/// Slots that clocks may differ by.
const SLOTS_MARGIN: u64 = 2;

impl Signer {
	/// Answer the operator.
	pub fn handle_admin(
		&self,
		peer: Peer,
		request: AdminRequest,
	) -> Result<AdminResponse, Refusal> {
		use AdminRequest as Ask;
		self.expire_lease();
		let done = |(): ()| AdminResponse::Done;
		match request {
			Ask::Status => Ok(AdminResponse::Status(Box::new(self.status()))),
			Ask::Lock => self.lock(peer).map(done),
			Ask::Unlock { passphrase } => {
				let passphrase = zeroize::Zeroizing::new(passphrase);
				self.unlock(peer, &passphrase).map(done)
			}
			Ask::OpenLease { passphrase, seconds } => {
				let passphrase = zeroize::Zeroizing::new(passphrase);
				self.open_lease(peer, &passphrase, seconds)
			}
			Ask::CloseLease => self.close_lease(peer).map(done),
			Ask::ListKeys => {
				let inner = self.inner.lock();
				let infos = inner.directory.values().map(|listed| listed.info.clone());
				Ok(AdminResponse::Keys(infos.collect()))
			}
			Ask::ListCalls { key } => self.list_calls(&key),
			Ask::CreateKey { lease, spec, entropy } => {
				let entropy = zeroize::Zeroizing::new(entropy);
				let info =
					self.in_lease(&lease, |inner| self.create_key(inner, peer, &spec, &entropy))?;
				Ok(AdminResponse::Keys(vec![info]))
			}
			Ask::ImportKey { lease, spec, seed } => {
				let seed = zeroize::Zeroizing::new(seed);
				let info =
					self.in_lease(&lease, |inner| self.import_key(inner, peer, &spec, &seed))?;
				Ok(AdminResponse::Keys(vec![info]))
			}
			Ask::RemoveKey { lease, key } => {
				self.in_lease(&lease, |inner| self.remove_key(inner, peer, &key)).map(done)
			}
			Ask::AllowCalls { lease, key, calls } => self
				.in_lease(&lease, |inner| self.change_calls(inner, peer, &key, calls, vec![]))
				.map(done),
			Ask::DisallowCalls { lease, key, calls } => self
				.in_lease(&lease, |inner| self.change_calls(inner, peer, &key, vec![], calls))
				.map(done),
			Ask::ReleaseQuarantine { lease, horizon } => {
				self.release_quarantine(peer, &lease, horizon).map(done)
			}
			Ask::AuthoriseAgent { lease, hours } => {
				let until_ms = self.now_ms().saturating_add(u64::from(hours) * 3_600_000);
				self.record(peer, &lease, Event::AgentAuthorised { until_ms }).map(done)
			}
			Ask::AdoptReceiptChain { lease, key, next_seq, head } => {
				self.adopt_receipts(peer, &lease, key, next_seq, head).map(done)
			}
			Ask::NewSessionKeys { lease, owner } => {
				check_lease(&self.inner.lock(), &lease)?;
				let keys = self.new_session_keys(peer, owner)?;
				Ok(AdminResponse::SessionKeys(Box::new(keys)))
			}
			signing => self.sign_as_operator(peer, signing).map(AdminResponse::Signature),
		}
	}

	fn sign_as_operator(&self, peer: Peer, request: AdminRequest) -> Result<Vec<u8>, Refusal> {
		use AdminRequest as Ask;
		match request {
			Ask::SignTransaction { lease, request } => {
				check_lease(&self.inner.lock(), &lease)?;
				self.sign_transaction(peer, &request, KeyClass::Operator)
			}
			Ask::SignRegistration { lease, statement } => {
				self.check_genesis(&statement.genesis)?;
				let message = statement.encode();
				self.operator_statement(
					peer,
					&lease,
					&statement.operator,
					Domain::REGISTRATION,
					&message,
				)
			}
			Ask::SignVoucher { lease, voucher } => {
				self.check_genesis(&voucher.genesis)?;
				let message = voucher.encode();
				self.operator_statement(peer, &lease, &voucher.customer, Domain::VOUCHER, &message)
			}
			Ask::SignRelease { lease, key, release } => {
				if release.name.len() > MAX_NAME || release.version.len() > MAX_NAME {
					return Err(Refusal::new(
						RefusalCode::TooLarge,
						format!("name and version of a release have at most {MAX_NAME} bytes"),
					));
				}
				let message = release.encode();
				self.operator_statement(peer, &lease, &key, Domain::RELEASE, &message)
			}
			Ask::SignRaw { lease, key, message } => {
				if message.len() > MAX_RAW {
					return Err(Refusal::new(
						RefusalCode::TooLarge,
						format!("{} raw bytes, at most {MAX_RAW} are signed", message.len()),
					));
				}
				self.operator_statement(peer, &lease, &key, Domain::RAW, &message)
			}
			Ask::ProvePossession { lease, owner, aura, grandpa } => {
				check_lease(&self.inner.lock(), &lease)?;
				self.prove_possession(peer, &owner, &aura, &grandpa)
			}
			_ => Err(Refusal::new(RefusalCode::UnknownRequest, "this signs nothing")),
		}
	}

	fn operator_statement(
		&self,
		peer: Peer,
		lease: &LeaseId,
		key: &AccountId,
		domain: Domain,
		message: &[u8],
	) -> Result<Vec<u8>, Refusal> {
		let grant = self.in_lease(lease, |inner| {
			let key = self.key(inner, peer, key, KeyClass::Operator, KeyRole::Account)?;
			self.statement(inner, peer, key, domain, message)
		})?;
		self.finish(&grant, domain, message, None)
	}

	/// End a quarantine: floors under everything that the lost memory could have covered. Where the
	/// operator does not name one, that is where the node stands, or where a key has voted already
	/// if that is further.
	fn release_quarantine(
		&self,
		peer: Peer,
		lease: &LeaseId,
		horizon: Option<Horizon>,
	) -> Result<(), Refusal> {
		let slot = self.now_ms() / self.config.slot_ms.max(1) + SLOTS_MARGIN;
		let (records, horizon) = self.in_lease(lease, |inner| {
			if inner.state.quarantine().is_none() {
				return Err(Refusal::new(
					RefusalCode::NotAllowed,
					"no session key is in quarantine: there is nothing to release",
				));
			}
			let horizon = match (horizon, inner.progress) {
				(Some(horizon), _) => horizon,
				(None, Some(at)) => {
					let reported = Horizon { round: at.round.saturating_add(ROUNDS_MARGIN), ..at };
					let remembered = inner.state.horizon();
					remembered.map_or(reported, |remembered| remembered.max(reported))
				}
				(None, None) => return Err(Refusal::new(
					RefusalCode::Quarantined,
					"no node that is in step with the chain has reported where finality stands: \
					 wait for it, or name set and round",
				)),
			};
			Ok((self.append(inner, Some(peer), Event::Released { slot, horizon }), horizon))
		})?;
		self.durable(records)?;
		tracing::warn!(slot, set_id = horizon.set_id, round = horizon.round, "released above this");
		Ok(())
	}

	/// Accept the receipt chain of an agent's key as it stands elsewhere.
	fn adopt_receipts(
		&self,
		peer: Peer,
		lease: &LeaseId,
		key: AccountId,
		next_seq: u64,
		head: Hash,
	) -> Result<(), Refusal> {
		let records = self.in_lease(lease, |inner| {
			let listed = inner.directory.get(&key).ok_or_else(|| super::keys::unknown(&key))?;
			if listed.info.class != KeyClass::Agent {
				return Err(Refusal::new(
					RefusalCode::NotAllowed,
					format!("0x{} is no agent's key: it signs no receipts", hex::encode(key)),
				));
			}
			Ok(self.append(inner, Some(peer), Event::ChainAdopted { key, next_seq, head }))
		})?;
		self.durable(records)
	}

	/// What a key may sign. An operator's list is sealed with its key: it is known within a session.
	fn list_calls(&self, key: &AccountId) -> Result<AdminResponse, Refusal> {
		let inner = self.inner.lock();
		let listed = inner.directory.get(key).ok_or_else(|| super::keys::unknown(key))?;
		let calls = match (listed.info.class, &inner.lease) {
			(KeyClass::Operator, None) => return Err(super::no_lease()),
			(KeyClass::Operator, Some(lease)) => {
				&lease.keys.get(key).ok_or_else(|| super::keys::unknown(key))?.calls
			}
			_ => &listed.calls,
		};
		Ok(AdminResponse::Calls(calls.clone()))
	}

	fn record(&self, peer: Peer, lease: &LeaseId, event: Event) -> Result<(), Refusal> {
		let records = self.in_lease(lease, |inner| Ok(self.append(inner, Some(peer), event)))?;
		self.durable(records)
	}

	fn in_lease<T>(
		&self,
		lease: &LeaseId,
		act: impl FnOnce(&mut Inner) -> Result<T, Refusal>,
	) -> Result<T, Refusal> {
		self.check(|inner| {
			check_lease(inner, lease)?;
			act(inner)
		})
	}
}
