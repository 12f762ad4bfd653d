// SPDX-License-Identifier: Apache-2.0
//! One connection: frames in, answers out, one at a time.

use super::Role;
use crate::signer::{Peer, Signer};
use codec::{Decode, DecodeAll, Encode};
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
	let result = match Envelope::<Q>::decode_all(&mut &body[..]) {
		Ok(envelope) => handle(envelope.body),
		Err(error) => Err(undecodable(body, &error)),
	};
	if let Err(refusal) = &result {
		tracing::debug!(code = refusal.code, message = %refusal.message, "refused");
		signer.note_refusal(refusal);
	}
	let is_yes = result.is_ok();
	Encoded { id, bytes: Zeroizing::new(Answer { id, result }.encode()), is_yes }
}

fn undecodable(body: &[u8], error: &codec::Error) -> Refusal {
	// A variant that is not known is the one error that the codec reports without having read more.
	let unknown = error.to_string().contains("variant") && body.len() > ID_LEN;
	let code = if unknown { RefusalCode::UnknownRequest } else { RefusalCode::Malformed };
	Refusal::new(code, format!("the request does not decode: {error}"))
}

/// Instead of an answer that a lock overtook.
fn withheld(id: u64) -> Zeroizing<Vec<u8>> {
	let refusal = Refusal::new(RefusalCode::Locked, "the signer was locked meanwhile");
	Zeroizing::new(Answer::<()> { id, result: Err(refusal) }.encode())
}
