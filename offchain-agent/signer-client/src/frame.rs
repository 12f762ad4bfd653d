// SPDX-License-Identifier: Apache-2.0
//! Bounded, length-prefixed frames over a Unix stream, with deadlines.
//!
//! A frame is `u32 LE length ‖ body`. The buffer grows with the bytes that arrive, not with the
//! length that is announced, and is wiped when dropped: frames carry passphrases.

use std::{
	io::{self, ErrorKind, Read, Write},
	os::unix::net::UnixStream,
	time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// Bytes reserved before any has arrived.
const FIRST_CHUNK: usize = 4096;

/// Failure to read or write a frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
	/// The peer closed between two frames.
	#[error("connection closed")]
	Closed,
	/// The peer closed within a frame.
	#[error("connection closed within a frame")]
	Truncated,
	/// The announced length is above the limit.
	#[error("frame of {length} bytes, at most {limit} are accepted")]
	TooLarge {
		/// As announced.
		length: u32,
		/// As accepted.
		limit: usize,
	},
	/// No frame began in time.
	#[error("no frame in time")]
	Idle,
	/// A frame began and was not complete in time.
	#[error("frame not complete in time")]
	TimedOut,
	/// Anything else that the system reports.
	#[error(transparent)]
	Io(io::Error),
}

/// Read a frame of at most `limit` bytes whose first byte comes before `first_by`, and the rest
/// within `rest` of it.
pub fn read(
	stream: &UnixStream,
	limit: usize,
	first_by: Instant,
	rest: Duration,
) -> Result<Zeroizing<Vec<u8>>, FrameError> {
	let mut length = [0u8; 4];
	match read_some(stream, &mut length[..1], first_by) {
		Ok(0) => return Err(FrameError::Closed),
		Ok(_) => {}
		Err(FrameError::TimedOut) => return Err(FrameError::Idle),
		Err(error) => return Err(error),
	}
	let by = Instant::now() + rest;
	read_all(stream, &mut length[1..], by)?;
	let announced = u32::from_le_bytes(length);
	let length = usize::try_from(announced).unwrap_or(usize::MAX);
	if length > limit {
		return Err(FrameError::TooLarge { length: announced, limit });
	}
	let mut body = Zeroizing::new(Vec::with_capacity(length.min(FIRST_CHUNK)));
	let mut filled = 0;
	while filled < length {
		// Doubling by hand: a reallocation by `Vec` would leave the old bytes behind.
		let next = length.min(filled.saturating_mul(2).max(FIRST_CHUNK));
		let mut larger = Zeroizing::new(Vec::with_capacity(next));
		larger.extend_from_slice(&body);
		larger.resize(next, 0);
		read_all(stream, &mut larger[filled..], by)?;
		body = larger;
		filled = next;
	}
	Ok(body)
}

/// Write `body` as a frame, before `by`.
pub fn write(stream: &UnixStream, body: &[u8], by: Instant) -> Result<(), FrameError> {
	let length = u32::try_from(body.len())
		.map_err(|_| FrameError::TooLarge { length: u32::MAX, limit: u32::MAX as usize })?;
	let mut frame = Zeroizing::new(Vec::with_capacity(4 + body.len()));
	frame.extend_from_slice(&length.to_le_bytes());
	frame.extend_from_slice(body);
	let mut rest = &frame[..];
	while !rest.is_empty() {
		stream.set_write_timeout(Some(remaining(by)?)).map_err(FrameError::Io)?;
		match (&mut &*stream).write(rest) {
			Ok(0) => return Err(FrameError::Truncated),
			Ok(written) => rest = &rest[written..],
			Err(error) => passing(error)?,
		}
	}
	Ok(())
}

fn read_all(stream: &UnixStream, mut buffer: &mut [u8], by: Instant) -> Result<(), FrameError> {
	while !buffer.is_empty() {
		match read_some(stream, buffer, by)? {
			0 => return Err(FrameError::Truncated),
			count => buffer = &mut buffer[count..],
		}
	}
	Ok(())
}

fn read_some(stream: &UnixStream, buffer: &mut [u8], by: Instant) -> Result<usize, FrameError> {
	loop {
		stream.set_read_timeout(Some(remaining(by)?)).map_err(FrameError::Io)?;
		match (&mut &*stream).read(buffer) {
			Ok(count) => return Ok(count),
			Err(error) if error.kind() == ErrorKind::ConnectionReset => {
				return Err(FrameError::Closed)
			}
			Err(error) => passing(error)?,
		}
	}
}

/// Nothing for errors after which the loop goes on and looks at its deadline.
fn passing(error: io::Error) -> Result<(), FrameError> {
	match error.kind() {
		ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(()),
		_ => Err(FrameError::Io(error)),
	}
}

fn remaining(by: Instant) -> Result<Duration, FrameError> {
	match by.checked_duration_since(Instant::now()) {
		Some(left) if !left.is_zero() => Ok(left),
		_ => Err(FrameError::TimedOut),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn pair() -> (UnixStream, UnixStream) {
		UnixStream::pair().unwrap()
	}

	fn soon() -> Instant {
		Instant::now() + Duration::from_secs(5)
	}

	fn read_soon(stream: &UnixStream, limit: usize) -> Result<Zeroizing<Vec<u8>>, FrameError> {
		read(stream, limit, soon(), Duration::from_secs(5))
	}

	#[test]
	fn frames_arrive_whole() {
		for length in [0, 1, 4095, 4096, 4097, 100_000] {
			let (near, far) = pair();
			let body: Vec<u8> = (0..length).map(|i| i as u8).collect();
			let sent = body.clone();
			let writer = std::thread::spawn(move || write(&near, &sent, soon()));
			assert_eq!(*read_soon(&far, 1 << 20).unwrap(), body);
			writer.join().unwrap().unwrap();
		}
	}

	#[test]
	fn a_length_above_the_limit_is_refused_unread() {
		let (mut near, far) = pair();
		near.write_all(&u32::MAX.to_le_bytes()).unwrap();
		assert!(matches!(
			read_soon(&far, 1 << 20),
			Err(FrameError::TooLarge { length: u32::MAX, .. })
		));
	}

	#[test]
	fn closing_between_and_within_frames_differ() {
		let (near, far) = pair();
		drop(near);
		assert!(matches!(read_soon(&far, 10), Err(FrameError::Closed)));
		for sent in [&[5u8][..], &[5, 0, 0, 0], &[5, 0, 0, 0, 1, 2]] {
			let (mut near, far) = pair();
			near.write_all(sent).unwrap();
			drop(near);
			assert!(matches!(read_soon(&far, 10), Err(FrameError::Truncated)));
		}
	}

	#[test]
	fn silence_ends_by_the_deadline() {
		let (_near, far) = pair();
		let by = Instant::now() + Duration::from_millis(20);
		assert!(matches!(read(&far, 10, by, Duration::ZERO), Err(FrameError::Idle)));
	}

	#[test]
	fn an_unfinished_frame_ends_by_the_deadline() {
		let (mut near, far) = pair();
		near.write_all(&[5, 0, 0, 0, 1]).unwrap();
		assert!(matches!(
			read(&far, 10, soon(), Duration::from_millis(20)),
			Err(FrameError::TimedOut)
		));
	}
}
