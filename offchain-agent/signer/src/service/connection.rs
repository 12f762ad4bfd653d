// SPDX-License-Identifier: Apache-2.0
//! One connection: frames in, answers out, one at a time.

use super::Role;
use crate::signer::{Peer, Signer};
use codec::{Decode, Encode};
use qh_signer_client::{
	frame::{self, FrameError},
	protocol::{AdminRequest, AgentRequest, Answer, Envelope, NodeRequest, MAX_FRAME},
	Refusal, RefusalCode,
};
use std::{
	os::unix::net::UnixStream,
	sync::atomic::{AtomicBool, Ordering},
	time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// How often an idle connection looks whether it should end.
const IDLE_TICK: Duration = Duration::from_millis(500);
/// How long a connection may be idle.
const IDLE: Duration = Duration::from_secs(3600);
/// How long a frame may take once it has begun.
const FRAME: Duration = Duration::from_secs(5);
/// How long an answer may take to be taken.
const WRITE: Duration = Duration::from_secs(2);
/// Bytes of a frame in front of the request: its id.
const ID_LEN: usize = 8;
/// Bytes of a request's index.
const INDEX_LEN: usize = 1;

/// Serve until the peer closes, misbehaves, or the end is asked for.
pub(super) fn serve(
	stream: &UnixStream,
	role: Role,
	peer: Peer,
	signer: &Signer,
	stopping: &AtomicBool,
) {
	let mut idle_since = Instant::now();
	while !stopping.load(Ordering::Relaxed) && idle_since.elapsed() < IDLE {
		let body = match frame::read(stream, MAX_FRAME, Instant::now() + IDLE_TICK, FRAME) {
			Ok(body) => body,
			Err(FrameError::Idle) => continue,
			Err(error @ FrameError::TooLarge { .. }) => {
				// What follows is not read, so nothing more can be understood.
				let refusal = Refusal::new(RefusalCode::TooLarge, error.to_string());
				signer.note_refusal(&refusal);
				let answer = Answer::<()> { id: 0, result: Err(refusal) }.encode();
				let _ = frame::write(stream, &answer, Instant::now() + WRITE);
				return;
			}
			Err(_) => return,
		};
		let epoch = signer.epoch();
		let answer = match role {
			Role::Node => answer(signer, &body, |ask: NodeRequest| signer.handle_node(peer, ask)),
			Role::Agent => {
				answer(signer, &body, |ask: AgentRequest| signer.handle_agent(peer, ask))
			}
			Role::Admin | Role::Metrics => {
				answer(signer, &body, |ask: AdminRequest| signer.handle_admin(peer, ask))
			}
		};
		drop(body);
		// Of what was made before a lock, only refusals leave, and the operator's own answers: one of
		// them is the lock's acknowledgement.
		let release = signer.release(epoch);
		let withhold = release.is_none() && answer.is_yes && role != Role::Admin;
		let bytes = if withhold { withheld(answer.id) } else { answer.bytes };
		if frame::write(stream, &bytes, Instant::now() + WRITE).is_err() {
			return;
		}
		drop(release);
		idle_since = Instant::now();
	}
}

/// An answer, encoded.
struct Encoded {
	id: u64,
	bytes: Zeroizing<Vec<u8>>,
	is_yes: bool,
}

fn answer<Q: Decode, R: Encode>(
	signer: &Signer,
	body: &[u8],
	handle: impl FnOnce(Q) -> Result<R, Refusal>,
) -> Encoded {
	let id = body.first_chunk::<ID_LEN>().map_or(0, |id| u64::from_le_bytes(*id));
	let result = match decode(body) {
		Ok(envelope) => handle(envelope.body),
		Err(undecodable) => Err(undecodable.into()),
	};
	if let Err(refusal) = &result {
		tracing::debug!(code = refusal.code, message = %refusal.message, "refused");
		signer.note_refusal(refusal);
	}
	let is_yes = result.is_ok();
	Encoded { id, bytes: Zeroizing::new(Answer { id, result }.encode()), is_yes }
}

/// Why a body is no request of its role.
#[derive(Debug, PartialEq, Eq)]
enum Undecodable {
	/// The role has no request of this index.
	Unknown(u8),
	/// It has, and this is none.
	Malformed(String),
}

impl From<Undecodable> for Refusal {
	fn from(undecodable: Undecodable) -> Self {
		match undecodable {
			Undecodable::Unknown(index) => Self::new(
				RefusalCode::UnknownRequest,
				format!("there is no request with index {index} on this socket"),
			),
			Undecodable::Malformed(error) => {
				Self::new(RefusalCode::Malformed, format!("the request does not decode: {error}"))
			}
		}
	}
}

/// Decode a request to its last byte.
fn decode<Q: Decode>(body: &[u8]) -> Result<Envelope<Q>, Undecodable> {
	let mut reader = Reader { rest: body, asked: 0 };
	match Envelope::<Q>::decode(&mut reader) {
		Ok(envelope) if reader.rest.is_empty() => Ok(envelope),
		Ok(_) => {
			let more = reader.rest.len();
			Err(Undecodable::Malformed(format!("{more} bytes follow the request")))
		}
		// Behind the index of a request that is known, its fields are asked for.
		Err(error) => Err(match body.get(ID_LEN) {
			Some(index) if reader.asked == ID_LEN + INDEX_LEN => Undecodable::Unknown(*index),
			_ => Undecodable::Malformed(error.to_string()),
		}),
	}
}

/// Bytes, and how many of them decoding asked for.
struct Reader<'a> {
	rest: &'a [u8],
	asked: usize,
}

impl codec::Input for Reader<'_> {
	fn remaining_len(&mut self) -> Result<Option<usize>, codec::Error> {
		Ok(Some(self.rest.len()))
	}

	fn read(&mut self, into: &mut [u8]) -> Result<(), codec::Error> {
		self.asked = self.asked.saturating_add(into.len());
		let (taken, rest) =
			self.rest.split_at_checked(into.len()).ok_or("the bytes end within a value")?;
		into.copy_from_slice(taken);
		self.rest = rest;
		Ok(())
	}
}

/// Instead of an answer that a lock overtook.
fn withheld(id: u64) -> Zeroizing<Vec<u8>> {
	let refusal = Refusal::new(RefusalCode::Locked, "the signer was locked meanwhile");
	Zeroizing::new(Answer::<()> { id, result: Err(refusal) }.encode())
}

#[cfg(test)]
mod tests {
	use super::*;
	use qh_signer_client::{
		protocol::{KeySpec, LeaseId},
		KeyClass, KeyRole,
	};

	fn code<Q: Decode>(body: &[u8]) -> Option<RefusalCode> {
		decode::<Q>(body).err().and_then(|undecodable| Refusal::from(undecodable).reason())
	}

	fn create_key() -> Vec<u8> {
		let spec = KeySpec {
			class: KeyClass::Operator,
			role: KeyRole::Account,
			scheme: 0,
			label: String::new(),
			operator: None,
			canary: false,
		};
		let body = AdminRequest::CreateKey { lease: LeaseId([7; 16]), spec, entropy: vec![] };
		Envelope { id: 1, body }.encode()
	}

	#[test]
	fn an_index_that_no_request_has_is_told_from_a_field_that_is_none() {
		let good = create_key();
		assert_eq!(code::<AdminRequest>(&good), None);
		let mut unknown = good.clone();
		unknown[ID_LEN] = 200;
		assert_eq!(decode::<AdminRequest>(&unknown).unwrap_err(), Undecodable::Unknown(200));
		assert_eq!(code::<AdminRequest>(&unknown), Some(RefusalCode::UnknownRequest));
		// No class, role or Option has these.
		for (place, wrong) in [(16, 9), (17, 9), (20, 2), (21, 2)] {
			let mut bad = good.clone();
			bad[ID_LEN + INDEX_LEN + place] = wrong;
			assert_eq!(code::<AdminRequest>(&bad), Some(RefusalCode::Malformed), "{place}");
		}
	}

	#[test]
	fn what_is_cut_short_or_too_long_is_malformed() {
		let good = create_key();
		for length in 0..good.len() {
			assert_eq!(code::<AdminRequest>(&good[..length]), Some(RefusalCode::Malformed));
		}
		let longer = [&good[..], &[0]].concat();
		assert_eq!(code::<AdminRequest>(&longer), Some(RefusalCode::Malformed));
	}

	#[test]
	fn every_role_knows_its_own_indices() {
		/// Indices up to the first that is unknown; from there on, all are.
		fn known<Q: Decode>() -> u8 {
			let is_unknown = |index: &u8| {
				let body = [&[0; ID_LEN][..], &[*index]].concat();
				code::<Q>(&body) == Some(RefusalCode::UnknownRequest)
			};
			let first = (0..=u8::MAX).find(is_unknown).unwrap();
			assert!((first..=u8::MAX).all(|index| is_unknown(&index)));
			first
		}
		assert_eq!(
			(known::<NodeRequest>(), known::<AgentRequest>(), known::<AdminRequest>()),
			(6, 6, 22)
		);
	}
}
