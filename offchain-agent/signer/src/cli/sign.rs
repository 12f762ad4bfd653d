// SPDX-License-Identifier: Apache-2.0
//! `sign`: the signature of the operator's own key in a file that `qh-agent` prepared.
//!
//! The agent composes and, later, submits; the passphrase and the right to ask for the operator's
//! signature stay on this side. What is signed is taken apart and shown before the passphrase is
//! asked for. Byte layouts are in FORMATS.md, "Registration and invitation".

use super::{admin::session, print};
use crate::decode::decode_transaction;
use anyhow::{anyhow, bail, Context};
use codec::DecodeAll;
use qh_signer_client::{
	AccountId, AdminClient, Hash, KeyClass, KeyInfo, RegistrationStatement, TransactionRequest,
};
use serde_json::{json, Map, Value};
use std::{
	fs::{self, File, OpenOptions},
	io::{Read, Write},
	os::unix::fs::OpenOptionsExt,
	path::Path,
};

/// Longest file: a transaction is bounded by the signer's frames, and hexadecimal doubles it.
const MAX_FILE: u64 = 4 << 20;

/// What a file asks to have signed.
#[derive(Debug)]
enum Ask {
	Registration(RegistrationStatement),
	Transaction(Box<TransactionRequest>),
}

/// Add the signature of the operator's key to the file.
pub(super) fn sign(client: &AdminClient, path: &Path) -> anyhow::Result<()> {
	let named = || path.display().to_string();
	let mut text = String::new();
	File::open(path)
		.and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
		.with_context(|| format!("cannot read {}", path.display()))?;
	let mut document: Map<String, Value> =
		serde_json::from_str(&text).with_context(|| format!("{} is no JSON object", named()))?;
	let ask = Ask::read(&document).with_context(named)?;

	let genesis = client.status()?.genesis;
	ask.show(&genesis).with_context(named)?;
	let key = ask.key(&client.keys()?)?;
	let signature = session(client, |lease| {
		Ok(match ask {
			Ask::Registration(statement) => client.sign_registration(lease, statement)?,
			Ask::Transaction(request) => client.sign_transaction(lease, *request)?,
		})
	})?;
	let signature = json!({
		"scheme": key.scheme,
		"public": hexadecimal(&key.public),
		"signature": hexadecimal(&signature),
	});
	document.insert("signature".to_owned(), signature);
	let mut text = serde_json::to_string_pretty(&document)?;
	text.push('\n');
	replace(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
	print::line(format!("signed by {}", hexadecimal(&key.id)));
	Ok(())
}

impl Ask {
	/// What the file asks for.
	fn read(document: &Map<String, Value>) -> anyhow::Result<Self> {
		if document.get("signature").is_some_and(|signature| !signature.is_null()) {
			bail!("it is signed already");
		}
		let text = |member: &str| {
			let value = document.get(member).and_then(Value::as_str);
			value.ok_or_else(|| anyhow!("it has no text {member:?}"))
		};
		let format = text("format")?;
		let request = text("request")?.strip_prefix("0x").context("its request lacks 0x")?;
		let request = hex::decode(request).context("its request is not hexadecimal")?;
		let whole = "its request does not decode to its last byte";
		match format {
			"qh-registration/v1" => {
				RegistrationStatement::decode_all(&mut &request[..]).map(Self::Registration)
			}
			"qh-transaction/v1" => TransactionRequest::decode_all(&mut &request[..])
				.map(|request| Self::Transaction(Box::new(request))),
			other => bail!("{other:?} is no file that the operator's key signs"),
		}
		.context(whole)
	}

	/// Show what it means, as the signer understands it.
	fn show(&self, genesis: &Hash) -> anyhow::Result<()> {
		match self {
			Self::Registration(statement) => {
				if statement.genesis != *genesis {
					bail!(
						"it is for the chain {}; this signer's keys belong to {}",
						hexadecimal(&statement.genesis),
						hexadecimal(genesis)
					);
				}
				print::line("registration of an operator");
				print::line(format!("operator  {}", hexadecimal(&statement.operator)));
				print::line(format!("agent     {}", hexadecimal(&statement.agent)));
				let inviter = statement.inviter.map_or("none".into(), |id| hexadecimal(&id));
				print::line(format!("inviter   {inviter}"));
			}
			Self::Transaction(request) => {
				let call = decode_transaction(request, genesis)?.call;
				print::line(format!("transaction {}.{}", call.pallet, call.call));
				print::line(format!("account   {}", hexadecimal(&request.key)));
			}
		}
		Ok(())
	}

	/// The key that is to sign.
	fn key(&self, keys: &[KeyInfo]) -> anyhow::Result<KeyInfo> {
		let id: AccountId = match self {
			Self::Registration(statement) => statement.operator,
			Self::Transaction(request) => request.key,
		};
		let found = keys.iter().find(|key| key.class == KeyClass::Operator && key.id == id);
		found.cloned().with_context(|| {
			format!("this signer's vault does not hold the operator's key {}", hexadecimal(&id))
		})
	}
}

/// Replace the content of a file; after a crash it holds the old or the new one.
pub(super) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
	let mut beside = path.as_os_str().to_owned();
	beside.push(".tmp");
	let mut file =
		OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
	file.write_all(content)?;
	file.sync_all()?;
	fs::rename(&beside, path)
}

fn hexadecimal(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	fn statement() -> RegistrationStatement {
		RegistrationStatement {
			genesis: [1; 32],
			operator: [2; 32],
			agent: [3; 32],
			inviter: Some([4; 32]),
		}
	}

	fn document(change: impl Fn(&mut Map<String, Value>)) -> Map<String, Value> {
		let request = hexadecimal(&statement().encode());
		let value =
			json!({ "format": "qh-registration/v1", "request": request, "signature": null });
		let mut document = value.as_object().unwrap().clone();
		change(&mut document);
		document
	}

	#[test]
	fn what_a_file_asks_for_is_decoded_whole_or_refused() {
		match Ask::read(&document(|_| ())).unwrap() {
			Ask::Registration(found) => assert_eq!(found, statement()),
			Ask::Transaction(_) => panic!("a registration was taken for a transaction"),
		}
		let refused = |change: &dyn Fn(&mut Map<String, Value>)| {
			Ask::read(&document(change)).unwrap_err().to_string()
		};
		let set = |member: &'static str, value: Value| {
			move |document: &mut Map<String, Value>| {
				document.insert(member.to_owned(), value.clone());
			}
		};
		assert!(refused(&set("format", json!("qh-vote/v1"))).contains("qh-vote/v1"));
		assert!(refused(&set("format", json!(1))).contains("format"));
		assert!(refused(&set("signature", json!({}))).contains("signed already"));
		let longer = hexadecimal(&[statement().encode(), vec![0]].concat());
		assert!(refused(&set("request", json!(longer))).contains("last byte"));
		assert!(refused(&set("format", json!("qh-transaction/v1"))).contains("last byte"));
	}

	#[test]
	fn another_chain_is_named_and_only_an_operators_key_signs() {
		let ask = Ask::Registration(statement());
		let error = ask.show(&[9; 32]).unwrap_err().to_string();
		assert!(error.contains(&hexadecimal(&[1; 32])), "{error}");
		let mut key = KeyInfo {
			id: [2; 32],
			class: KeyClass::Operator,
			role: qh_signer_client::KeyRole::Account,
			scheme: 0,
			public: vec![],
			label: String::new(),
			operator: None,
			created_ms: 0,
		};
		assert_eq!(ask.key(std::slice::from_ref(&key)).unwrap(), key);
		key.class = KeyClass::Agent;
		assert!(ask.key(&[key]).unwrap_err().to_string().contains("does not hold"));
	}
}
