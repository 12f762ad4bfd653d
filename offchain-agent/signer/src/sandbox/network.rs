// SPDX-License-Identifier: Apache-2.0
//! A network namespace of its own, with nothing in it.
//!
//! With privileges that is one call. Without, it takes a user namespace too, in which only the own
//! user id has a name: peers of other users could not be told apart there, so this is done only
//! where all peers are the own user. Sockets in the file system work across namespaces.

use rustix::{
	process::{getegid, geteuid},
	thread::UnshareFlags,
};
use std::{fs, io};

pub(super) fn leave(identity_only: bool) -> Result<(), String> {
	if is_empty().unwrap_or(false) || unshare(UnshareFlags::NEWNET).is_ok() {
		return Ok(());
	}
	if !identity_only {
		return Err("it takes privileges when peers are of other users".into());
	}
	let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
	unshare(UnshareFlags::NEWUSER | UnshareFlags::NEWNET)
		.map_err(|error| format!("neither privileges nor user namespaces: {error}"))?;
	fs::write("/proc/self/setgroups", "deny")
		.and_then(|()| fs::write("/proc/self/uid_map", format!("{uid} {uid} 1")))
		.and_then(|()| fs::write("/proc/self/gid_map", format!("{gid} {gid} 1")))
		.map_err(|error| format!("the user's id cannot be mapped: {error}"))
}

fn unshare(flags: UnshareFlags) -> rustix::io::Result<()> {
	// Deprecated because of flags that separate file descriptors of threads; these do not.
	#[allow(deprecated)]
	rustix::thread::unshare(flags)
}

/// Whether there is no interface but loopback.
fn is_empty() -> io::Result<bool> {
	let interfaces = fs::read_to_string("/proc/self/net/dev")?;
	Ok(interfaces.lines().skip(2).all(|line| line.trim_start().starts_with("lo:")))
}
