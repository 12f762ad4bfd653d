// SPDX-License-Identifier: Apache-2.0
//! The metrics socket: one HTTP answer, whatever is asked, then the end.

use crate::signer::Signer;
use std::{
	io::{Read, Write},
	os::unix::net::UnixStream,
	time::Duration,
};

const WITHIN: Duration = Duration::from_secs(1);

/// Answer a collector.
pub(super) fn answer(mut stream: &UnixStream, signer: &Signer) {
	let timed =
		stream.set_read_timeout(Some(WITHIN)).and_then(|()| stream.set_write_timeout(Some(WITHIN)));
	if timed.is_err() {
		return;
	}
	// The request says nothing that changes the answer; it is read so that the peer can send it.
	let mut request = [0u8; 4096];
	let _ = stream.read(&mut request);
	let body = signer.metrics_text();
	let head = format!(
		"HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\n\r\n",
		body.len()
	);
	let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
