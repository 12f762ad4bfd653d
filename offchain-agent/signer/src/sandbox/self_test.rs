// SPDX-License-Identifier: Apache-2.0
//! Attempts at what the sandbox denies, from within it.

use crate::{config::SandboxPart, memory::PageKind};
use qh_signer_client::SandboxCheck;
use std::{
	fs::{self, File},
	io,
	net::{TcpListener, UdpSocket},
	os::unix::net::UnixDatagram,
	path::Path,
	process::Command,
};

/// Try everything; `dir` is the signer's directory, `memory` how key pages are protected.
pub fn self_test(dir: &Path, memory: Option<PageKind>) -> Vec<SandboxCheck> {
	vec![
		denied("tcp-socket", TcpListener::bind("127.0.0.1:0").map(drop)),
		denied("udp-socket", UdpSocket::bind("127.0.0.1:0").map(drop)),
		denied("unix-socket", UnixDatagram::unbound().map(drop)),
		denied("execute", Command::new("/bin/true").spawn().map(drop)),
		denied("read-outside", File::open("/etc/passwd").map(drop)),
		denied("write-outside", write_in(dir.parent().unwrap_or(Path::new("/")))),
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

/// Make a file and remove it again. Nobody else's has its name.
fn write_in(dir: &Path) -> io::Result<()> {
	let mut name = [0; 8];
	getrandom::fill(&mut name).map_err(io::Error::other)?;
	let path = dir.join(format!(".qh-signer-self-test-{}", hex::encode(name)));
	File::create_new(&path)?;
	if let Err(error) = fs::remove_file(&path) {
		tracing::warn!(path = %path.display(), %error, "remove this file: it is of the self-test");
	}
	Ok(())
}

fn denied(name: &str, attempt: io::Result<()>) -> SandboxCheck {
	let (holds, detail) = match attempt {
		Ok(()) => (false, "it was possible".into()),
		Err(error) if error.kind() == io::ErrorKind::PermissionDenied => (true, error.to_string()),
		Err(error) => (false, format!("it failed for another reason: {error}")),
	};
	SandboxCheck { name: name.into(), holds, detail }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn writing_outside_leaves_nothing_where_it_is_possible() {
		let outside = tempfile::tempdir().unwrap();
		let dir = outside.path().join("signer");
		fs::create_dir(&dir).unwrap();
		write_in(dir.parent().unwrap()).unwrap();
		let left: Vec<_> =
			fs::read_dir(&outside).unwrap().map(|file| file.unwrap().path()).collect();
		assert_eq!(left, [dir]);
	}
}
