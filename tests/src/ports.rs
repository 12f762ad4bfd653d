// SPDX-License-Identifier: Apache-2.0
//! Free ports on the loopback interface.

use anyhow::Result;
use std::{
	collections::HashSet,
	net::{Ipv4Addr, TcpListener},
	sync::Mutex,
};

static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);

/// A port that nobody listens on, never given twice by this process.
///
/// The system picks it; between this call and its use another process could take it, which fails
/// loudly at start. A fixed port is needed because a restarted node must be found again.
pub fn free_port() -> Result<u16> {
	loop {
		let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
		let mut given = GIVEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
		if given.get_or_insert_with(HashSet::new).insert(port) {
			return Ok(port);
		}
	}
}
