// SPDX-License-Identifier: Apache-2.0
//! Files that the operator's key signs: a newcomer's registration, and a transaction.
//!
//! The agent's part is before and after the signature. It composes what the operator wants done and
//! writes it into a file; `qh-signer sign` shows it to the operator and adds the signature of the
//! operator's key within a session; the agent checks the file and hands it to the chain. So neither
//! the operator's passphrase nor the right to ask for its signatures ever comes to the agent.
//!
//! Byte layouts are in FORMATS.md, "Registration and invitation".

use crate::{
	chain::extrinsic::{self, Unsigned},
	durable::{self, FileError},
	hexed::{Hex32, HexBytes},
};
use codec::{DecodeAll, Encode};
use qh_crypto::{account_id, blake2_256, Domain, Scheme};
use qh_signer_client::{RegistrationStatement, TransactionRequest};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::path::{Path, PathBuf};
use subxt::dynamic::Value;

/// Payloads above this length are hashed before they are signed.
const HASHED_ABOVE: usize = 256;

/// A signature with the key that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySignature {
	/// Index of the scheme.
	pub scheme: u8,
	/// Public key.
	pub public: HexBytes,
	/// Signature.
	pub signature: HexBytes,
}

/// A newcomer's registration: the agent's consent, and the operator's as soon as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationFile {
	format: String,
	/// SCALE of the [`RegistrationStatement`], which is what the operator's key signs.
	pub request: HexBytes,
	/// The agent's consent: its signature over SCALE of `(genesis, operator, "agent")`.
	pub agent: KeySignature,
	/// The operator's signature.
	pub signature: Option<KeySignature>,
}

/// A transaction of the operator's account, and its signature as soon as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionFile {
	format: String,
	/// SCALE of the [`TransactionRequest`].
	pub request: HexBytes,
	/// The first block that can no longer hold it.
	pub death: u32,
	/// The signature of the request's key.
	pub signature: Option<KeySignature>,
}

/// A file of this module.
pub trait SigningFile: Serialize + DeserializeOwned {
	/// Content of the member `format`.
	const FORMAT: &'static str;
}

impl SigningFile for RegistrationFile {
	const FORMAT: &'static str = "qh-registration/v1";
}

impl SigningFile for TransactionFile {
	const FORMAT: &'static str = "qh-transaction/v1";
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
	/// It cannot be read or written.
	#[error(transparent)]
	File(#[from] FileError),
	/// It is there already.
	#[error("{0} exists: name another file, or remove it")]
	Exists(PathBuf),
	/// It is not what it must be.
	#[error("{path} is not a {format} file: {problem}")]
	Form {
		/// The file.
		path: PathBuf,
		/// What it should be.
		format: &'static str,
		/// What is wrong.
		problem: String,
	},
	/// What is in it does not fit together or to this operator.
	#[error("{path}: {problem}")]
	Content {
		/// The file.
		path: PathBuf,
		/// What is wrong.
		problem: Problem,
	},
}

/// What is wrong with a file's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
	/// The request does not decode to its last byte.
	#[error("its request is not whole")]
	Request,
	/// The operator's key has not signed.
	#[error("the operator's key has not signed it: `qh-signer sign` does that")]
	Unsigned,
	/// It is for another chain.
	#[error("it is for the chain {found}; this operator is on {ours}")]
	WrongChain {
		/// The file's chain.
		found: Hex32,
		/// This operator's.
		ours: Hex32,
	},
	/// Another operator is named as the one that submits.
	#[error(
		"{named} must submit this registration, and this is the operator {ours}: the newcomer makes \
		 a new one with --inviter {ours}"
	)]
	OtherInviter {
		/// The one that is named.
		named: Hex32,
		/// This operator.
		ours: Hex32,
	},
	/// A key or signature has another length than its scheme's, or the scheme is unknown.
	#[error("the {0}'s key or signature has not the length of its scheme")]
	Length(&'static str),
	/// A key is not the one of the account that is named.
	#[error("the {whose} is {named}, but the key that signed is that of {found}")]
	WrongKey {
		/// Whose key it should be.
		whose: &'static str,
		/// The account that is named.
		named: Hex32,
		/// The account of the key.
		found: Hex32,
	},
	/// A signature is not valid.
	#[error("the {0}'s signature does not verify: the file was changed, or signed for another")]
	Signature(&'static str),
	/// The agent's key is of another scheme.
	#[error("the agent's key is no Falcon-512 key")]
	AgentScheme,
}

/// Reads a file.
pub fn load<F: SigningFile>(path: &Path) -> Result<F, SigningError> {
	#[derive(Deserialize)]
	struct Named {
		format: String,
	}
	let problem =
		|problem: String| SigningError::Form { path: path.to_owned(), format: F::FORMAT, problem };
	let text = std::fs::read(path).map_err(FileError::on("read", path))?;
	// Another format has other members: its name says more than the first one that is missing.
	let named: Named = serde_json::from_slice(&text).map_err(|error| problem(error.to_string()))?;
	if named.format != F::FORMAT {
		return Err(problem(format!("it is a {:?} file", named.format)));
	}
	serde_json::from_slice(&text).map_err(|error| problem(error.to_string()))
}

/// Writes a new file.
pub fn store<F: SigningFile>(path: &Path, file: &F) -> Result<(), SigningError> {
	if path.exists() {
		return Err(SigningError::Exists(path.to_owned()));
	}
	let mut text = serde_json::to_vec_pretty(file).map_err(|error| SigningError::Form {
		path: path.to_owned(),
		format: F::FORMAT,
		problem: error.to_string(),
	})?;
	text.push(b'\n');
	Ok(durable::replace(path, &text)?)
}

impl KeySignature {
	/// The scheme, if key and signature have its lengths.
	fn scheme(&self, whose: &'static str) -> Result<Scheme, Problem> {
		Scheme::try_from(self.scheme)
			.ok()
			.filter(|scheme| {
				self.public.0.len() == scheme.public_len()
					&& self.signature.0.len() == scheme.signature_len()
			})
			.ok_or(Problem::Length(whose))
	}

	/// Checks that `account`'s key has signed `message`.
	fn check(
		&self,
		whose: &'static str,
		account: [u8; 32],
		domain: Domain,
		message: &[u8],
	) -> Result<Scheme, Problem> {
		let scheme = self.scheme(whose)?;
		let found = account_id(scheme, &self.public.0);
		if found != account {
			return Err(Problem::WrongKey { whose, named: Hex32(account), found: Hex32(found) });
		}
		if !qh_crypto::verify(scheme, &self.public.0, &self.signature.0, domain, message) {
			return Err(Problem::Signature(whose));
		}
		Ok(scheme)
	}

	/// The runtime's `Signature`.
	fn value(&self, scheme: Scheme) -> Value {
		let (public, signature) = (&self.public.0, &self.signature.0);
		let parts = || {
			let public = Value::from_bytes(public);
			[("public", public), ("signature", Value::from_bytes(signature))]
		};
		match scheme {
			Scheme::Falcon512 => {
				let bundle = Value::from_bytes([&public[..], signature].concat());
				Value::unnamed_variant("Falcon512", [bundle])
			}
			Scheme::SlhDsaSha2_128s => Value::named_variant("SlhDsaSha2_128s", parts()),
			Scheme::MlDsa65 => Value::named_variant("MlDsa65", parts()),
		}
	}
}

impl RegistrationFile {
	/// A registration to which the operator has not consented yet.
	pub fn new(statement: &RegistrationStatement, agent: KeySignature) -> Self {
		Self {
			format: Self::FORMAT.to_owned(),
			request: HexBytes(statement.encode()),
			agent,
			signature: None,
		}
	}

	/// What is consented to.
	pub fn statement(&self) -> Result<RegistrationStatement, Problem> {
		RegistrationStatement::decode_all(&mut &self.request.0[..]).map_err(|_| Problem::Request)
	}

	/// The arguments of `Operators.register`, if both have consented, on the chain `genesis`, and it
	/// is `submitter` that submits.
	pub fn call(
		&self,
		genesis: [u8; 32],
		submitter: [u8; 32],
	) -> Result<Vec<(&'static str, Value)>, Problem> {
		let statement = self.statement()?;
		let signature = self.signature.as_ref().ok_or(Problem::Unsigned)?;
		if statement.genesis != genesis {
			let (found, ours) = (Hex32(statement.genesis), Hex32(genesis));
			return Err(Problem::WrongChain { found, ours });
		}
		let named = statement.inviter.unwrap_or(statement.operator);
		if named != submitter {
			return Err(Problem::OtherInviter { named: Hex32(named), ours: Hex32(submitter) });
		}
		let domain = Domain::REGISTRATION;
		let operator = signature.check("operator", statement.operator, domain, &self.request.0)?;
		let consent = (genesis, statement.operator, "agent").encode();
		let agent = self.agent.check("agent", statement.agent, domain, &consent)?;
		if agent != Scheme::Falcon512 {
			return Err(Problem::AgentScheme);
		}
		let inviter = match statement.inviter {
			Some(inviter) => Value::unnamed_variant("Some", [Value::from_bytes(inviter)]),
			None => Value::unnamed_variant("None", []),
		};
		let registration = Value::named_composite([
			("operator", signature.value(operator)),
			("agent", self.agent.value(agent)),
			("inviter", inviter),
		]);
		Ok(vec![("registration", registration)])
	}
}

impl TransactionFile {
	/// A transaction that is not signed yet.
	pub fn new(unsigned: &Unsigned) -> Self {
		Self {
			format: Self::FORMAT.to_owned(),
			request: HexBytes(unsigned.request.encode()),
			death: unsigned.death,
			signature: None,
		}
	}

	/// The extrinsic, if the account's key has signed it.
	pub fn extrinsic(&self) -> Result<Vec<u8>, Problem> {
		let request = TransactionRequest::decode_all(&mut &self.request.0[..])
			.map_err(|_| Problem::Request)?;
		let signature = self.signature.as_ref().ok_or(Problem::Unsigned)?;
		let mut payload = [&request.call[..], &request.explicit, &request.implicit].concat();
		if payload.len() > HASHED_ABOVE {
			payload = blake2_256(&payload).to_vec();
		}
		let scheme = signature.check("account", request.key, Domain::TRANSACTION, &payload)?;
		Ok(extrinsic::signed(&request, scheme, &signature.public.0, &signature.signature.0))
	}
}

#[cfg(test)]
mod tests;
