// SPDX-License-Identifier: Apache-2.0
//! Bytes of the log.
//!
//! A file is a header of [`HEADER_LEN`] bytes, records, and zeros up to its end.
//!
//! ```text
//! header: "QHSIGLOG" ‖ version u8 = 1 ‖ vault id [16] ‖ genesis [32] ‖ file number u64 LE ‖
//!         number of the first record u64 LE ‖ hash of the last record of the file before [32]
//! record: length u32 LE ‖ its complement u32 LE ‖ body: SCALE(Record) ‖ hash [32]
//! hash:   blake2_256("qh/signer-log/v1" ‖ hash before [32] ‖ length u32 LE ‖ body)
//! ```
//!
//! The genesis is that of the vault when the file was begun: 32 zeros if it was bound to no chain yet.
//!
//! The complement tells a length that was damaged from a record that was cut short.
//!
//! The hash before a file's first record is `blake2_256("qh/signer-log/v1" ‖ header)`. The hash
//! before everything is 32 zeros. The first record of each file is a snapshot of the state.

use crate::rules::Record;
use codec::{DecodeAll, Encode};
use qh_crypto::blake2_256;
use qh_signer_client::Hash;

const MAGIC: &[u8; 8] = b"QHSIGLOG";
const VERSION: u8 = 1;
const TAG: &[u8] = b"qh/signer-log/v1";

/// Bytes of a file's header.
pub const HEADER_LEN: usize = 8 + 1 + 16 + 32 + 8 + 8 + 32;
/// Most bytes of a record's body. The largest is a snapshot: some 300 KiB for each key that is in
/// use, and 128 keys at most.
pub const MAX_RECORD: usize = 64 << 20;
/// Whatever else is recorded came within a frame.
const _: () = assert!(2 * qh_signer_client::protocol::MAX_FRAME < MAX_RECORD);
/// Bytes in front of a record's body.
pub(super) const LENGTH_LEN: usize = 8;
/// Bytes around a record's body.
pub(super) const OVERHEAD: usize = LENGTH_LEN + 32;

/// What binds a log to its vault and chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
	/// Random name of the vault.
	pub vault: [u8; 16],
	/// Genesis hash of the chain; [`NO_CHAIN`] as long as the vault is bound to none.
	pub genesis: Hash,
}

/// Stands for a genesis hash where there is none.
pub const NO_CHAIN: Hash = [0; 32];

impl Identity {
	/// Whether the vault is bound to a chain.
	pub fn is_bound(&self) -> bool {
		self.genesis != NO_CHAIN
	}

	/// Whether a file of the log with this header's identity is of this vault and chain, or of this
	/// vault from before it was bound.
	pub(super) fn has_written(&self, file: &Self) -> bool {
		file.vault == self.vault && (file.genesis == self.genesis || !file.is_bound())
	}
}

/// Header of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
	pub(super) identity: Identity,
	pub(super) number: u64,
	pub(super) first_seq: u64,
	pub(super) before: Hash,
}

impl Header {
	pub(super) fn encode(&self) -> Vec<u8> {
		let mut bytes = Vec::with_capacity(HEADER_LEN);
		bytes.extend_from_slice(MAGIC);
		bytes.push(VERSION);
		bytes.extend_from_slice(&self.identity.vault);
		bytes.extend_from_slice(&self.identity.genesis);
		bytes.extend_from_slice(&self.number.to_le_bytes());
		bytes.extend_from_slice(&self.first_seq.to_le_bytes());
		bytes.extend_from_slice(&self.before);
		bytes
	}

	pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
		let bytes = bytes.get(..HEADER_LEN)?.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
		let (vault, genesis, number, first_seq, before) =
			<([u8; 16], Hash, u64, u64, Hash)>::decode_all(&mut &bytes[..]).ok()?;
		Some(Self { identity: Identity { vault, genesis }, number, first_seq, before })
	}

	/// The hash that the file's first record continues.
	pub(super) fn chain_start(&self) -> Hash {
		blake2_256(&[TAG, &self.encode()].concat())
	}
}

/// Append a record's bytes to `out` and return its hash.
pub(super) fn encode_record(record: &Record, before: &Hash, out: &mut Vec<u8>) -> Hash {
	let body = record.encode();
	let length = body.len() as u32;
	let hash = chain(before, length, &body);
	out.extend_from_slice(&length.to_le_bytes());
	out.extend_from_slice(&(!length).to_le_bytes());
	out.extend_from_slice(&body);
	out.extend_from_slice(&hash);
	hash
}

/// What stands at a place of a file.
pub(super) enum Parsed {
	/// A record of the chain, its hash, and its length with everything around it.
	Record(Box<Record>, Hash, usize),
	/// Zeros: the end, if only zeros follow.
	End,
	/// Neither. Whatever it is, it has at least this many bytes.
	Bad(usize),
}

pub(super) fn parse_record(bytes: &[u8], before: &Hash, seq: u64) -> Parsed {
	let Some(head) = bytes.first_chunk::<LENGTH_LEN>() else { return Parsed::End };
	if *head == [0; LENGTH_LEN] {
		return Parsed::End;
	}
	let [a, b, c, d, check @ ..] = *head;
	let length = u32::from_le_bytes([a, b, c, d]);
	if u32::from_le_bytes(check) != !length || length as usize > MAX_RECORD {
		return Parsed::Bad(LENGTH_LEN);
	}
	let whole = length as usize + OVERHEAD;
	let Some((body, hash)) = bytes
		.get(LENGTH_LEN..whole)
		.and_then(|rest| rest.split_last_chunk::<32>())
		.filter(|(body, hash)| chain(before, length, body) == **hash)
	else {
		return Parsed::Bad(whole);
	};
	match Record::decode_all(&mut &body[..]) {
		Ok(record) if record.seq == seq => Parsed::Record(Box::new(record), *hash, whole),
		_ => Parsed::Bad(whole),
	}
}

fn chain(before: &Hash, length: u32, body: &[u8]) -> Hash {
	blake2_256(&[TAG, before, &length.to_le_bytes(), body].concat())
}
