// SPDX-License-Identifier: Apache-2.0
//! Connections to one of the signer's sockets: pooled, replaced when broken, with deadlines.

use crate::{
	frame::{self, FrameError},
	protocol::{Answer, Envelope, MAX_FRAME},
	Error,
};
use codec::{Decode, DecodeAll, Encode};
use parking_lot::Mutex;
use rustix::{
	io::Errno,
	net::{
		sockopt::{set_socket_timeout, Timeout},
		AddressFamily, SocketAddrUnix, SocketFlags, SocketType,
	},
};
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
			None => self.connect(by)?,
		};
		let (stream, answer) = match exchange(stream, &request, by) {
			// The signer restarted since: kept connections are all stale.
			Err(FrameError::Closed | FrameError::Truncated | FrameError::Io(_)) if was_kept => {
				self.idle.lock().clear();
				exchange(self.connect(by)?, &request, by)
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

	fn connect(&self, by: Instant) -> Result<UnixStream, Error> {
		connect(&self.path, by)
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

/// Connects before `by`. While the listener's queue is full, the standard library's `connect` would
/// wait without end.
fn connect(path: &Path, by: Instant) -> io::Result<UnixStream> {
	let address = SocketAddrUnix::new(path)?;
	let (family, kind, flags) = (AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC);
	let socket = rustix::net::socket_with(family, kind, flags, None)?;
	loop {
		let left = by.saturating_duration_since(Instant::now());
		if left.is_zero() {
			let problem = "no connection within the deadline; its queue may be full";
			return Err(io::Error::new(ErrorKind::TimedOut, problem));
		}
		// unix(7): connecting waits for room in the queue no longer than sending may take.
		set_socket_timeout(&socket, Timeout::Send, Some(left))?;
		match rustix::net::connect(&socket, &address) {
			Ok(()) => return Ok(socket.into()),
			Err(Errno::INTR | Errno::AGAIN) => {}
			Err(error) => return Err(error.into()),
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

#[cfg(test)]
mod tests {
	use super::*;
	use std::{os::unix::net::UnixListener, sync::mpsc, thread};

	#[test]
	fn a_full_queue_ends_by_the_deadline() {
		let dir = std::env::temp_dir().join(format!("qh-full-queue-{}", std::process::id()));
		std::fs::create_dir(&dir).unwrap();
		let path = dir.join("node.sock");
		let listener = UnixListener::bind(&path).unwrap();
		rustix::net::listen(&listener, 0).unwrap();
		let soon = || Instant::now() + Duration::from_millis(50);
		// Nobody accepts: what connects stays in the queue.
		let queue: Vec<_> = std::iter::from_fn(|| connect(&path, soon()).ok()).collect();
		assert!(!queue.is_empty());

		let (done, called) = mpsc::channel();
		let transport = Transport::new(&path);
		thread::spawn(move || {
			let within = Duration::from_millis(50);
			done.send(transport.call::<u8, u8>(0, within, Retry::Never)).unwrap();
		});
		let answer = called.recv_timeout(Duration::from_secs(20)).expect("the call does not end");
		assert!(matches!(answer, Err(Error::Unreachable { .. })), "{answer:?}");
		drop(listener);
		std::fs::remove_dir_all(&dir).unwrap();
	}
}
