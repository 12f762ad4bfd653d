// SPDX-License-Identifier: Apache-2.0
//! Sockets: made in a private directory, with the peer's user and group pinned.

use super::{connection, metrics, ServiceError};
use crate::{
	config::{Config, Paths, PeerConfig},
	signer::{Peer, Signer},
};
use qh_signer_client::socket;
use rustix::net::sockopt::{set_socket_timeout, socket_peercred, Timeout};
use std::{
	fs::{self, DirBuilder},
	io,
	os::unix::{
		fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
		net::{UnixListener, UnixStream},
	},
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering},
		Arc,
	},
	thread,
	time::Duration,
};

/// How often a listener looks whether it should end.
const TICK: Duration = Duration::from_millis(200);
/// Stack of a connection's thread: the C implementation of Falcon takes 80 KiB of it, wiping after
/// it 256.
const STACK: usize = 2 << 20;

/// Most bytes of a socket's path: the kernel's 108, one of them for the zero at the end.
const MAX_PATH: usize = 107;

/// Whose socket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
	/// The node's.
	Node,
	/// The agent's.
	Agent,
	/// The operator's.
	Admin,
	/// Whoever collects metrics.
	Metrics,
}

impl Role {
	const ALL: [Self; 4] = [Self::Node, Self::Agent, Self::Admin, Self::Metrics];

	/// For logs and threads.
	pub fn name(self) -> &'static str {
		match self {
			Self::Node => "node",
			Self::Agent => "agent",
			Self::Admin => "admin",
			Self::Metrics => "metrics",
		}
	}

	fn file(self) -> &'static str {
		match self {
			Self::Node => socket::NODE,
			Self::Agent => socket::AGENT,
			Self::Admin => socket::ADMIN,
			Self::Metrics => socket::METRICS,
		}
	}

	/// Most connections at a time.
	fn connections(self) -> usize {
		match self {
			Self::Node | Self::Agent => 128,
			Self::Admin | Self::Metrics => 16,
		}
	}

	fn peer(self, config: &Config) -> Option<PeerConfig> {
		match self {
			Self::Node => config.peers.node,
			Self::Agent => config.peers.agent,
			Self::Admin => config.peers.admin,
			Self::Metrics => config.peers.metrics,
		}
	}
}

/// All sockets, bound.
pub struct Sockets {
	pub(super) listeners: Vec<Listener>,
}

/// A bound socket.
pub(super) struct Listener {
	pub(super) role: Role,
	pub(super) path: PathBuf,
	socket: UnixListener,
	peer: PeerConfig,
}

impl Sockets {
	/// Whether every peer is the signer's own user.
	pub fn own_peers_only(config: &Config) -> bool {
		let own = rustix::process::geteuid().as_raw();
		Role::ALL.iter().filter_map(|role| role.peer(config)).all(|peer| peer.uid == own)
	}

	/// Whether sockets can have these paths: what the kernel takes is short.
	pub fn check_paths(paths: &Paths) -> Result<(), ServiceError> {
		let all = Role::ALL.map(|role| paths.sockets().join(role.file()));
		let longest = all.into_iter().max_by_key(|path| path.as_os_str().len());
		let length = longest.as_ref().map_or(0, |path| path.as_os_str().len());
		match longest {
			Some(path) if length > MAX_PATH => {
				let within = length - paths.dir.as_os_str().len();
				let what = format!(
					"its path has {length} bytes, and the system takes {MAX_PATH}: choose a \
					 directory of at most {} bytes for the signer",
					MAX_PATH.saturating_sub(within)
				);
				Err(ServiceError { path, source: io::Error::other(what) })
			}
			_ => Ok(()),
		}
	}

	/// Make the directory and bind every socket. What a killed signer left is replaced; anything
	/// that is not a socket of ours is not touched.
	pub fn bind(paths: &Paths, config: &Config) -> Result<Self, ServiceError> {
		let own = rustix::process::geteuid().as_raw();
		let dir = paths.sockets();
		let peers =
			Role::ALL.map(|role| role.peer(config).unwrap_or(PeerConfig { uid: own, gid: None }));
		let shared = peers.iter().any(|peer| peer.uid != own);
		private_dir(&dir, own).map_err(|source| ServiceError { path: dir.clone(), source })?;
		let bound = Role::ALL.into_iter().zip(peers).map(|(role, peer)| {
			let path = dir.join(role.file());
			let bind = || {
				remove_stale(&path, own)?;
				let socket = UnixListener::bind(&path)?;
				// The directory keeps others out until the mode is set.
				let mode = if peer.uid == own { 0o600 } else { 0o666 };
				fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
				set_socket_timeout(&socket, Timeout::Recv, Some(TICK))?;
				Ok(socket)
			};
			match bind() {
				Ok(socket) => Ok(Listener { role, path, socket, peer }),
				Err(source) => Err(ServiceError { path, source }),
			}
		});
		let listeners = bound.collect::<Result<Vec<_>, _>>()?;
		if shared {
			for dir in [&dir, &paths.dir] {
				let_pass(dir).map_err(|source| ServiceError { path: dir.clone(), source })?;
			}
		}
		Ok(Self { listeners })
	}
}

impl Listener {
	/// Accept until the end is asked for.
	pub(super) fn serve(self, signer: &Arc<Signer>, stopping: &Arc<AtomicBool>) {
		let open = Arc::new(AtomicUsize::new(0));
		while !stopping.load(Ordering::Relaxed) {
			match self.socket.accept() {
				Ok((stream, _)) => self.admit(stream, signer, stopping, &open),
				Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
				Err(error) => {
					tracing::warn!(socket = self.role.name(), %error, "cannot accept");
					thread::sleep(Duration::from_millis(50));
				}
			}
		}
		let _ = fs::remove_file(&self.path);
	}

	fn admit(
		&self,
		stream: UnixStream,
		signer: &Arc<Signer>,
		stopping: &Arc<AtomicBool>,
		open: &Arc<AtomicUsize>,
	) {
		let role = self.role;
		let Some(peer) = self.pinned(&stream) else { return };
		let place = Place::take(open);
		if open.load(Ordering::Relaxed) > role.connections() {
			tracing::warn!(socket = role.name(), "too many connections: one was closed");
			return;
		}
		let (signer, stopping) = (signer.clone(), stopping.clone());
		let serve = move || {
			let _place = place;
			match role {
				Role::Metrics => metrics::answer(&stream, &signer),
				_ => connection::serve(&stream, role, peer, &signer, &stopping),
			}
		};
		let spawned =
			thread::Builder::new().name(role.name().into()).stack_size(STACK).spawn(serve);
		if let Err(error) = spawned {
			tracing::warn!(socket = role.name(), %error, "no thread for a connection");
		}
	}

	/// The peer, if it is the one that may connect.
	fn pinned(&self, stream: &UnixStream) -> Option<Peer> {
		let found = socket_peercred(stream)
			.map(|peer| Peer {
				uid: peer.uid.as_raw(),
				gid: peer.gid.as_raw(),
				pid: peer.pid.as_raw_nonzero().get(),
			})
			.ok()?;
		let expected = self.peer;
		if found.uid == expected.uid && expected.gid.is_none_or(|gid| gid == found.gid) {
			return Some(found);
		}
		tracing::warn!(socket = self.role.name(), ?found, "a peer was turned away");
		None
	}
}

/// A place among the connections; given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
	fn take(open: &Arc<AtomicUsize>) -> Self {
		open.fetch_add(1, Ordering::Relaxed);
		Self(open.clone())
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		self.0.fetch_sub(1, Ordering::Relaxed);
	}
}

/// Make the directory, or make it ours alone again.
fn private_dir(dir: &Path, own: u32) -> io::Result<()> {
	match DirBuilder::new().mode(0o700).create(dir) {
		Ok(()) => {}
		Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
		Err(error) => return Err(error),
	}
	let metadata = fs::symlink_metadata(dir)?;
	if !metadata.is_dir() || metadata.uid() != own {
		return Err(io::Error::other("it is not a directory of this user"));
	}
	fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

/// Let others pass through a directory to what is theirs in it, without seeing what else there is.
/// Files in it have modes of their own, and those of the signer are its user's only.
fn let_pass(dir: &Path) -> io::Result<()> {
	let mode = fs::symlink_metadata(dir)?.mode() & 0o777;
	fs::set_permissions(dir, fs::Permissions::from_mode(mode | 0o011))
}

/// Remove the socket that a killed signer left: the lock on the directory says that none runs.
fn remove_stale(path: &Path, own: u32) -> io::Result<()> {
	let metadata = match fs::symlink_metadata(path) {
		Ok(metadata) => metadata,
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
		Err(error) => return Err(error),
	};
	if metadata.file_type().is_socket() && metadata.uid() == own {
		return fs::remove_file(path);
	}
	Err(io::Error::other("something that is not this signer's socket is in its place"))
}
