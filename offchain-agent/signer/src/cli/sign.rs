// SPDX-License-Identifier: Apache-2.0
//! `sign`: the signature of the operator's own key in a file that `qh-agent` prepared.
//!
//! The agent composes and, later, submits; the passphrase and the right to ask for the operator's
//! signature stay on this side. Before the passphrase is asked for, all that is signed is shown:
//!
//! - of a registration: operator, agent and inviter, and by a refusal if it is for another chain;
//! - of a transaction: pallet and call, every argument by its name in the runtime with what it
//!   consists of indented under it (calls within calls too), account, nonce, tip, era, the first
//!   block that is too late, the runtime's versions, and whatever other extensions sign.
//!
//! Names and values come from types that the signature commits to, decoded by the signer's own code.
//! What is long is cut, counted and identified by its hash. The first block that is too late is the
//! agent's word: one that the era contradicts is refused. Byte layouts are in FORMATS.md,
//! "Registration and invitation".

use super::{
	admin::session,
	print::{self, hexadecimal},
};
use crate::decode::{show_transaction, Era};
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
	Transaction {
		request: Box<TransactionRequest>,
		/// The first block that is too late, as the agent says.
		death: Option<u32>,
	},
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
	ask.shown(&genesis).with_context(named)?.iter().for_each(print::line);
	let key = ask.key(&client.keys()?)?;
	let signature = session(client, |lease| {
		Ok(match ask {
			Ask::Registration(statement) => client.sign_registration(lease, statement)?,
			Ask::Transaction { request, .. } => client.sign_transaction(lease, *request)?,
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
		let death = document.get("death").filter(|death| !death.is_null()).map(|death| {
			let number = death.as_u64().and_then(|number| u32::try_from(number).ok());
			number.context("its death is no number of a block")
		});
		match format {
			"qh-registration/v1" => {
				RegistrationStatement::decode_all(&mut &request[..]).map(Self::Registration)
			}
			"qh-transaction/v1" => {
				let death = death.transpose()?;
				TransactionRequest::decode_all(&mut &request[..])
					.map(|request| Self::Transaction { request: Box::new(request), death })
			}
			other => bail!("{other:?} is no file that the operator's key signs"),
		}
		.context(whole)
	}

	/// What it means, as the signer understands it, line by line.
	fn shown(&self, genesis: &Hash) -> anyhow::Result<Vec<String>> {
		match self {
			Self::Registration(statement) => {
				if statement.genesis != *genesis {
					bail!(
						"it is for the chain {}; this signer's keys belong to {}",
						hexadecimal(&statement.genesis),
						hexadecimal(genesis)
					);
				}
				let inviter = statement.inviter.map_or("none".into(), |id| hexadecimal(&id));
				Ok(vec![
					"registration of an operator".to_owned(),
					format!("operator    {}", hexadecimal(&statement.operator)),
					format!("agent       {}", hexadecimal(&statement.agent)),
					format!("inviter     {inviter}"),
				])
			}
			Self::Transaction { request, death } => {
				let (transaction, mut lines) = show_transaction(request, genesis)?;
				let Some(death) = death else { return Ok(lines) };
				match transaction.terms.era {
					Some((era, _)) if era.can_end_at(*death) => {
						lines
							.push(format!("death       {death}: the first block that is too late"));
						Ok(lines)
					}
					Some((Era::Immortal, _)) => bail!(
						"it says that block {death} is too late for it, but what it asks to sign is \
						 valid for ever"
					),
					_ => bail!(
						"it says that block {death} is the first that is too late, but the era that it \
						 asks to sign ends elsewhere"
					),
				}
			}
		}
	}

	/// The key that is to sign.
	fn key(&self, keys: &[KeyInfo]) -> anyhow::Result<KeyInfo> {
		let id: AccountId = match self {
			Self::Registration(statement) => statement.operator,
			Self::Transaction { request, .. } => request.key,
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
			Ask::Transaction { .. } => panic!("a registration was taken for a transaction"),
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
		let error = ask.shown(&[9; 32]).unwrap_err().to_string();
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

	#[test]
	fn a_registration_shows_who_joins_whom() {
		let lines = Ask::Registration(statement()).shown(&[1; 32]).unwrap();
		for (label, account) in [("operator", [2; 32]), ("agent", [3; 32]), ("inviter", [4; 32])] {
			let line = format!("{label:<12}{}", hexadecimal(&account));
			assert!(lines.contains(&line), "{lines:?}");
		}
	}

	/// The invitation that the agent's golden files hold: alice's transaction for eve.
	fn invitation() -> Map<String, Value> {
		let text = include_str!("../../../agent/vectors/invitation.json");
		let mut document: Map<String, Value> = serde_json::from_str(text).unwrap();
		document.insert("signature".into(), Value::Null);
		document
	}

	/// The chain that the golden invitation is for.
	fn chain_of(ask: &Ask) -> Hash {
		let Ask::Transaction { request, .. } = ask else { panic!("it is a transaction") };
		// Behind the versions of runtime and transactions.
		request.implicit[8..40].try_into().unwrap()
	}

	#[test]
	fn a_transaction_shows_every_argument_and_its_terms() {
		let ask = Ask::read(&invitation()).unwrap();
		let lines = ask.shown(&chain_of(&ask)).unwrap();
		let account =
			|name: &str| hexadecimal(&qh_crypto::dev::keypair(name, "account").account_id());
		let Ask::Transaction { request, .. } = &ask else { panic!("it is a transaction") };
		// Pallet, call, and the variant of the first signature come first.
		let bundle = |from: usize| {
			let bytes = &request.call[from..from + 1563];
			let hash = qh_crypto::blake2_256(bytes);
			format!(
				"Falcon512 {}… (1563 bytes, blake2_256 {})",
				hexadecimal(&bytes[..32]),
				hexadecimal(&hash)
			)
		};
		let expected = [
			"transaction Operators.register".to_owned(),
			"  registration:".to_owned(),
			format!("    operator: {}", bundle(3)),
			format!("    agent: {}", bundle(3 + 1563 + 1)),
			format!("    inviter: Some {}", account("alice")),
			format!("account     {}", account("alice")),
			"nonce       1".to_owned(),
			"tip         0 QMHY (0)".to_owned(),
			format!(
				"era         mortal: valid in 64 blocks, from block {} on",
				hexadecimal(&request.implicit[40..72])
			),
			"runtime     quantumharmony, spec version 1, transaction version 1".to_owned(),
			"death       95: the first block that is too late".to_owned(),
		];
		assert_eq!(lines, expected);
	}

	#[test]
	fn a_death_that_the_era_contradicts_is_refused() {
		for (death, why) in [(json!(94), "ends elsewhere"), (json!(96), "ends elsewhere")] {
			let mut document = invitation();
			document.insert("death".into(), death);
			let ask = Ask::read(&document).unwrap();
			let error = ask.shown(&chain_of(&ask)).unwrap_err().to_string();
			assert!(error.contains(why), "{error}");
		}
		for death in [json!("95"), json!(-1), json!(1u64 << 32), json!(9.5)] {
			let mut document = invitation();
			document.insert("death".into(), death);
			assert!(Ask::read(&document).unwrap_err().to_string().contains("no number"));
		}
	}

	#[test]
	fn another_chains_transaction_is_not_shown() {
		let ask = Ask::read(&invitation()).unwrap();
		assert!(ask.shown(&[9; 32]).unwrap_err().to_string().contains("another chain"));
	}
}
