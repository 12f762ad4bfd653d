// SPDX-License-Identifier: Apache-2.0
//! Attempts at what the sandbox denies, from within it.

use crate::{config::SandboxPart, memory::PageKind};
use qh_signer_client::SandboxCheck;
use std::{
	fs::File,
	io,
	net::{TcpListener, UdpSocket},
	os::unix::net::UnixDatagram,
	path::Path,
	process::Command,
};

/// Try everything; `dir` is the signer's directory, `memory` how key pages are protected.
pub fn self_test(dir: &Path, memory: Option<PageKind>) -> Vec<SandboxCheck> {
	let outside = dir.parent().unwrap_or(Path::new("/")).join(".qh-signer-self-test");
	vec![
		denied("tcp-socket", TcpListener::bind("127.0.0.1:0").map(drop)),
		denied("udp-socket", UdpSocket::bind("127.0.0.1:0").map(drop)),
		denied("unix-socket", UnixDatagram::unbound().map(drop)),
		denied("execute", Command::new("/bin/true").spawn().map(drop)),
		denied("read-outside", File::open("/etc/passwd").map(drop)),
		denied("write-outside", File::create(outside).map(drop)),
		denied("process-memory", File::open("/proc/self/mem").map(drop)),
		SandboxCheck {
			name: "key-memory".into(),
			holds: memory != Some(PageKind::Locked),
			detail: match memory {
				Some(PageKind::MemfdSecret) => "memfd_secret".into(),
				Some(PageKind::Locked) => "locked, not dumped, wiped on fork".into(),
				None => "the signer is locked: no keys in memory".into(),
			},
		},
	]
}

/// The part of the sandbox that a check of [`self_test`] is about.
pub fn part_of(check: &SandboxCheck) -> SandboxPart {
	match check.name.as_str() {
		"read-outside" | "write-outside" | "process-memory" => SandboxPart::Landlock,
		"key-memory" => SandboxPart::SecretMemory,
		_ => SandboxPart::Seccomp,
	}
}

fn denied(name: &str, attempt: io::Result<()>) -> SandboxCheck {
	let (holds, detail) = match attempt {
		Ok(()) => (false, "it was possible".into()),
		Err(error) if error.kind() == io::ErrorKind::PermissionDenied => (true, error.to_string()),
		Err(error) => (false, format!("it failed for another reason: {error}")),
	};
	SandboxCheck { name: name.into(), holds, detail }
}
