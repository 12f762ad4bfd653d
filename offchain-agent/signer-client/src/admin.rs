// SPDX-License-Identifier: Apache-2.0
//! The operator's client: lock and unlock, sessions, keys, and the operator's own signatures.

use crate::{
	protocol::{AdminRequest, AdminResponse, FalconPublic, KeySpec, LeaseId, Release},
	transport::{Retry, Transport},
	AccountId, Error, Hash, Horizon, KeyInfo, RegistrationStatement, SessionKeys, Status,
	TransactionRequest,
};
use qh_receipts::Voucher;
use std::{path::Path, time::Duration};

/// Client of the operator's socket. Unlocking derives a key from a passphrase and takes most of a
/// second: give it a deadline of several.
#[derive(Debug)]
pub struct AdminClient {
	transport: Transport,
	within: Duration,
}

macro_rules! answers {
	($self:ident, $request:expr, $pattern:pat => $value:expr) => {
		match $self.transport.call($request, $self.within, Retry::Never)? {
			$pattern => Ok($value),
			_ => Err(Error::Protocol("unexpected kind of answer".into())),
		}
	};
}

impl AdminClient {
	/// For the signer in directory `dir` (or the socket itself), with a deadline for each call.
	pub fn connect(dir: impl AsRef<Path>, within: Duration) -> Self {
		let path = crate::socket_path(dir.as_ref(), crate::socket::ADMIN);
		Self { transport: Transport::new(path), within }
	}

	/// The signer's state.
	pub fn status(&self) -> Result<Status, Error> {
		answers!(self, AdminRequest::Status, AdminResponse::Status(status) => *status)
	}

	/// Wipe all keys from memory. When this returns, nothing more is signed, until unlocked.
	pub fn lock(&self) -> Result<(), Error> {
		answers!(self, AdminRequest::Lock, AdminResponse::Done => ())
	}

	/// Undo a lock with the operator's passphrase.
	pub fn unlock(&self, passphrase: &[u8]) -> Result<(), Error> {
		let request = AdminRequest::Unlock { passphrase: passphrase.to_vec() };
		answers!(self, request, AdminResponse::Done => ())
	}

	/// Begin an operator's session.
	pub fn open_lease(&self, passphrase: &[u8], seconds: u32) -> Result<LeaseId, Error> {
		let request = AdminRequest::OpenLease { passphrase: passphrase.to_vec(), seconds };
		answers!(self, request, AdminResponse::Lease { lease, .. } => lease)
	}

	/// End the operator's session.
	pub fn close_lease(&self) -> Result<(), Error> {
		answers!(self, AdminRequest::CloseLease, AdminResponse::Done => ())
	}

	/// All keys, without secrets.
	pub fn keys(&self) -> Result<Vec<KeyInfo>, Error> {
		answers!(self, AdminRequest::ListKeys, AdminResponse::Keys(keys) => keys)
	}

	/// Make a key; `entropy` (which may be empty) is mixed with the system's.
	pub fn create_key(
		&self,
		lease: LeaseId,
		spec: KeySpec,
		entropy: &[u8],
	) -> Result<KeyInfo, Error> {
		let request = AdminRequest::CreateKey { lease, spec, entropy: entropy.to_vec() };
		one(answers!(self, request, AdminResponse::Keys(keys) => keys)?)
	}

	/// Take in a key from its seed.
	pub fn import_key(
		&self,
		lease: LeaseId,
		spec: KeySpec,
		seed: [u8; 32],
	) -> Result<KeyInfo, Error> {
		let request = AdminRequest::ImportKey { lease, spec, seed };
		one(answers!(self, request, AdminResponse::Keys(keys) => keys)?)
	}

	/// Remove a key for good.
	pub fn remove_key(&self, lease: LeaseId, key: AccountId) -> Result<(), Error> {
		answers!(self, AdminRequest::RemoveKey { lease, key }, AdminResponse::Done => ())
	}

	/// Allow calls (`Pallet.call`) to a key.
	pub fn allow(&self, lease: LeaseId, key: AccountId, calls: Vec<String>) -> Result<(), Error> {
		answers!(self, AdminRequest::AllowCalls { lease, key, calls }, AdminResponse::Done => ())
	}

	/// Take calls from a key's allow-list.
	pub fn disallow(
		&self,
		lease: LeaseId,
		key: AccountId,
		calls: Vec<String>,
	) -> Result<(), Error> {
		let request = AdminRequest::DisallowCalls { lease, key, calls };
		answers!(self, request, AdminResponse::Done => ())
	}

	/// The calls that a key may make.
	pub fn calls(&self, key: AccountId) -> Result<Vec<String>, Error> {
		answers!(self, AdminRequest::ListCalls { key }, AdminResponse::Calls(calls) => calls)
	}

	/// Let consensus keys sign again after a quarantine, above `horizon` or above the furthest
	/// round that the node reported.
	pub fn release_quarantine(
		&self,
		lease: LeaseId,
		horizon: Option<Horizon>,
	) -> Result<(), Error> {
		let request = AdminRequest::ReleaseQuarantine { lease, horizon };
		answers!(self, request, AdminResponse::Done => ())
	}

	/// Let the agent's keys sign without a session for some hours.
	pub fn authorise_agent(&self, lease: LeaseId, hours: u32) -> Result<(), Error> {
		answers!(self, AdminRequest::AuthoriseAgent { lease, hours }, AdminResponse::Done => ())
	}

	/// Accept the agent's receipt chain as it stands elsewhere.
	pub fn adopt_receipt_chain(
		&self,
		lease: LeaseId,
		key: AccountId,
		next_seq: u64,
		head: Hash,
	) -> Result<(), Error> {
		let request = AdminRequest::AdoptReceiptChain { lease, key, next_seq, head };
		answers!(self, request, AdminResponse::Done => ())
	}

	/// Sign a transaction with an operator's key.
	pub fn sign_transaction(
		&self,
		lease: LeaseId,
		request: TransactionRequest,
	) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::SignTransaction { lease, request: Box::new(request) })
	}

	/// The operator's consent to a registration.
	pub fn sign_registration(
		&self,
		lease: LeaseId,
		statement: RegistrationStatement,
	) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::SignRegistration { lease, statement })
	}

	/// Sign a voucher as its customer.
	pub fn sign_voucher(&self, lease: LeaseId, voucher: Voucher) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::SignVoucher { lease, voucher: Box::new(voucher) })
	}

	/// Sign a release's statement.
	pub fn sign_release(
		&self,
		lease: LeaseId,
		key: AccountId,
		release: Release,
	) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::SignRelease { lease, key, release })
	}

	/// Sign bytes under the raw domain tag.
	pub fn sign_raw(
		&self,
		lease: LeaseId,
		key: AccountId,
		message: Vec<u8>,
	) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::SignRaw { lease, key, message })
	}

	/// Make new session keys, to be owned by `owner` on chain.
	pub fn new_session_keys(&self, lease: LeaseId, owner: AccountId) -> Result<SessionKeys, Error> {
		let request = AdminRequest::NewSessionKeys { lease, owner };
		answers!(self, request, AdminResponse::SessionKeys(keys) => *keys)
	}

	/// Prove possession of session keys that the vault holds: both signatures, Aura's first.
	pub fn prove_possession(
		&self,
		lease: LeaseId,
		owner: AccountId,
		aura: &FalconPublic,
		grandpa: &FalconPublic,
	) -> Result<Vec<u8>, Error> {
		self.signature(AdminRequest::ProvePossession {
			lease,
			owner,
			aura: Box::new(*aura),
			grandpa: Box::new(*grandpa),
		})
	}

	fn signature(&self, request: AdminRequest) -> Result<Vec<u8>, Error> {
		answers!(self, request, AdminResponse::Signature(signature) => signature)
	}
}

fn one(keys: Vec<KeyInfo>) -> Result<KeyInfo, Error> {
	keys.into_iter().next().ok_or_else(|| Error::Protocol("the answer names no key".into()))
}
