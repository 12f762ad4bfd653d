// SPDX-License-Identifier: Apache-2.0
//! Connections to one of the signer's sockets: pooled, replaced when broken, with deadlines.

use crate::{
	frame::{self, FrameError},
	protocol::{Answer, Envelope, MAX_FRAME},
	Error,
};
use codec::{Decode, DecodeAll, Encode};
use parking_lot::Mutex;
use std::{
	io::{self, ErrorKind},
	os::unix::net::UnixStream,
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
	time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// Idle connections that are kept for the next calls.
const KEPT: usize = 4;

/// How a request may be treated when a kept connection turns out to be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
	/// The same request again has the same effect: ask over a kept connection, and once more over a
	/// new one if that is broken.
	Idempotent,
	/// It does not: ask once, over a new connection.
	Never,
}

/// A socket of the signer.
#[derive(Debug)]
pub struct Transport {
	path: PathBuf,
	next_id: AtomicU64,
	idle: Mutex<Vec<UnixStream>>,
}

impl Transport {
	/// For the socket at `path`. Nothing is connected before the first call.
	pub fn new(path: impl Into<PathBuf>) -> Self {
		Self { path: path.into(), next_id: AtomicU64::new(1), idle: Mutex::new(Vec::new()) }
	}

	/// Path of the socket.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Ask `body` and wait for the answer, all within `within`.
	pub fn call<Q: Encode, R: Decode>(
		&self,
		body: Q,
		within: Duration,
		retry: Retry,
	) -> Result<R, Error> {
		let by = Instant::now() + within;
		let id = self.next_id.fetch_add(1, Ordering::Relaxed);
		let request = Zeroizing::new(Envelope { id, body }.encode());
		if request.len() > MAX_FRAME {
			return Err(Error::Protocol(format!(
				"request of {} bytes, at most {MAX_FRAME} fit in a frame",
				request.len()
			)));
		}
		// A kept connection may be stale, which shows only when it is used.
		let kept = match retry {
			Retry::Idempotent => self.idle.lock().pop(),
			Retry::Never => None,
		};
		let was_kept = kept.is_some();
		let stream = match kept {
			Some(stream) => stream,
			None => self.connect()?,
		};
		let (stream, answer) = match exchange(stream, &request, by) {
			// The signer restarted since: kept connections are all stale.
			Err(FrameError::Closed | FrameError::Truncated | FrameError::Io(_)) if was_kept => {
				self.idle.lock().clear();
				exchange(self.connect()?, &request, by)
			}
			other => other,
		}
		.map_err(|error| self.explain(error))?;
		let answer = Answer::<R>::decode_all(&mut &answer[..])
			.map_err(|error| Error::Protocol(format!("undecodable answer: {error}")))?;
		if answer.id != id {
			// 0 is the answer to a request that could not be read; the refusal says why.
			if let (0, Err(refusal)) = (answer.id, answer.result) {
				return Err(Error::Refused(refusal));
			}
			return Err(Error::Protocol(format!("answer to {} instead of {id}", answer.id)));
		}
		let mut idle = self.idle.lock();
		if idle.len() < KEPT {
			idle.push(stream);
		}
		drop(idle);
		answer.result.map_err(Error::Refused)
	}

	fn connect(&self) -> Result<UnixStream, Error> {
		UnixStream::connect(&self.path)
			.map_err(|source| Error::Unreachable { path: self.path.clone(), source })
	}

	fn explain(&self, error: FrameError) -> Error {
		let path = self.path.clone();
		match error {
			FrameError::Idle | FrameError::TimedOut => Error::Timeout { path },
			FrameError::TooLarge { .. } => Error::Protocol(error.to_string()),
			FrameError::Io(source) => Error::Unreachable { path, source },
			FrameError::Closed | FrameError::Truncated => Error::Unreachable {
				path,
				source: io::Error::new(ErrorKind::ConnectionReset, error.to_string()),
			},
		}
	}
}

fn exchange(
	stream: UnixStream,
	request: &[u8],
	by: Instant,
) -> Result<(UnixStream, Zeroizing<Vec<u8>>), FrameError> {
	frame::write(&stream, request, by)?;
	let rest = by.saturating_duration_since(Instant::now());
	let answer = frame::read(&stream, MAX_FRAME, by, rest)?;
	Ok((stream, answer))
}
