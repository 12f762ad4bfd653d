// SPDX-License-Identifier: Apache-2.0
//! `qh-agent receipt prove`, `verify` and `record`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the answer of a command")]

use crate::{
	chain::node::{Node, NodeConfig},
	cli::{Answer, ProveArgs, RecordArgs, VerifyArgs},
	control::{Client, NewReceipt, Request, Response},
	durable::{self, FileError},
	hexed::{self, HexBytes},
	journal::MAX_ENTRIES,
	log,
	proofs::Proofs,
};
use anyhow::{bail, Context};
use qh_receipts::{file::ProofFile, Header, Kind, ReceiptProof, Trusted};
use std::{fs, io::BufRead, path::Path, time::Duration};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of payload in one request at most: what it takes in JSON stays below the socket's limit.
const MAX_BYTES: usize = 2 << 20;

/// Writes the whole proof of a receipt.
pub(super) fn prove(args: ProveArgs) -> anyhow::Result<Answer> {
	let (_, state, identity) = super::open(&args.config)?;
	let batch = Proofs::new(state.paths().proofs).find(args.seq)?;
	let signed = log::find(&state.log(), identity.owner, args.seq)?;
	batch.verify(signed.clone(), &identity.agent_public)?;
	let proof = batch.receipt(signed, &identity.agent_public)?;
	let mut text = serde_json::to_string_pretty(&ProofFile::from(&proof))?;
	text.push('\n');
	match &args.out {
		Some(path) => durable::replace(path, text.as_bytes())?,
		None => print!("{text}"),
	}
	let file = args.out.as_deref().unwrap_or(Path::new("FILE"));
	eprintln!(
		"receipt {} is proven against block {}; verify it with:\n  qh-agent receipt verify {} \
		 --header {} --genesis {}",
		args.seq,
		batch.header_number,
		file.display(),
		batch.header_hash,
		batch.genesis
	);
	Ok(Answer::Yes)
}

/// Verifies a proof, offline unless a node is named.
pub(super) async fn verify(args: VerifyArgs) -> anyhow::Result<Answer> {
	let text = fs::read(&args.file).map_err(FileError::on("read", &args.file))?;
	let parsed = serde_json::from_slice::<serde_json::Map<_, _>>(&text)
		// A list of the values in order would pass for the object otherwise.
		.and_then(|_| serde_json::from_slice::<ProofFile>(&text))
		.map_err(|error| error.to_string())
		.and_then(|file| ReceiptProof::try_from(&file).map_err(|error| error.to_string()));
	let proof = match parsed {
		Ok(proof) => proof,
		Err(error) => {
			println!("NOT OK: step file: {error}");
			return Ok(Answer::No);
		}
	};
	let trusted = match (args.header, args.genesis, args.node) {
		(Some(header_hash), Some(genesis), _) => Trusted { genesis, header_hash },
		(_, _, Some(url)) => ask(url, &proof).await?,
		_ => bail!("name the header and the genesis that you trust, or a node"),
	};
	match proof.verify(&trusted) {
		Ok(()) => {
			let receipt = &proof.signed.receipt;
			println!(
				"ok: receipt {} ({}) of operator {} was anchored in block {}",
				receipt.seq,
				receipt.kind,
				hexed::encode(&receipt.operator),
				proof.block.number
			);
			println!("id       {}", hexed::encode(&receipt.id()));
			println!("time     {} ms since 1970, by the agent's clock", receipt.time_ms);
			println!("payload  {}", log::payload_text(receipt));
			Ok(Answer::Yes)
		}
		Err(step) => {
			println!("NOT OK: step {step}");
			Ok(Answer::No)
		}
	}
}

/// What a node says of the block whose header is in the proof.
async fn ask(url: String, proof: &ReceiptProof) -> anyhow::Result<Trusted> {
	let header = Header::from_bytes(&proof.header).context("the proof's header")?;
	let zero = [0; 32];
	let config = NodeConfig { url, timeout: TIMEOUT, genesis: None, operator: zero, agent: zero };
	let node = Node::new(config);
	Ok(Trusted {
		genesis: node.genesis().await?,
		header_hash: node.finalized_hash(header.number).await?,
	})
}

/// Has the running agent write receipts down.
pub(super) async fn record(args: RecordArgs) -> anyhow::Result<Answer> {
	let (_, state, _) = super::open(&args.config)?;
	let kind = kind(&args.kind)?;
	let mut client = Client::connect(&state.socket())
		.await
		.context("is the agent running? `qh-agent run` starts it")?;
	match &args.file {
		Some(path) => {
			let content = fs::read(path).map_err(FileError::on("read", path))?;
			send(&mut client, vec![receipt(kind, content)]).await?;
		}
		None => {
			let (mut batch, mut bytes) = (Vec::new(), 0usize);
			for line in std::io::stdin().lock().lines() {
				let line = line.context("cannot read standard input")?.into_bytes();
				bytes = bytes.saturating_add(line.len());
				batch.push(receipt(kind, line));
				if batch.len() == MAX_ENTRIES || bytes >= MAX_BYTES {
					send(&mut client, std::mem::take(&mut batch)).await?;
					bytes = 0;
				}
			}
			if !batch.is_empty() {
				send(&mut client, batch).await?;
			}
		}
	}
	Ok(Answer::Yes)
}

async fn send(client: &mut Client, receipts: Vec<NewReceipt>) -> anyhow::Result<()> {
	let answer = client.ask(&Request::Record(receipts)).await.context(
		"the agent ended before it answered: whether these receipts were written shows in its log",
	)?;
	match answer {
		Response::Recorded(written) => {
			for written in written {
				println!("{} {}", written.seq, written.id);
			}
			Ok(())
		}
		Response::Error { pending: true, message } => {
			eprintln!("note: {message}");
			Ok(())
		}
		Response::Error { pending: false, message } => bail!("{message}"),
		Response::Status(_) | Response::Rotated { .. } => {
			bail!("the agent answered something else")
		}
	}
}

fn receipt(kind: u16, payload: Vec<u8>) -> NewReceipt {
	match String::from_utf8(payload) {
		Ok(text) => NewReceipt { kind, payload_utf8: Some(text), payload_hex: None },
		Err(error) => {
			let bytes = HexBytes(error.into_bytes());
			NewReceipt { kind, payload_utf8: None, payload_hex: Some(bytes) }
		}
	}
}

fn kind(text: &str) -> anyhow::Result<u16> {
	if let Some(kind) = Kind::KNOWN.iter().find(|kind| kind.name() == Some(text)) {
		return Ok(kind.0);
	}
	text.parse().with_context(|| {
		let names: Vec<_> = Kind::KNOWN.iter().filter_map(|kind| kind.name()).collect();
		format!("{text:?} is no kind: give a number or one of {}", names.join(", "))
	})
}
