// SPDX-License-Identifier: Apache-2.0
//! The running signer, from its configuration to its end.

use crate::{
	clock::SystemClock,
	config::{Config, ConfigError, Paths},
	rules::Rules,
	sandbox::{self, Missing},
	service::{Service, ServiceError, Sockets},
	signer::{Signer, StartError},
};
use qh_signer_client::Hash;
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use std::{
	io,
	os::unix::net::UnixDatagram,
	path::PathBuf,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread,
	time::Duration,
};

/// How often the main thread looks whether it should end.
const TICK: Duration = Duration::from_millis(50);

/// What the command line adds to the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
	/// The signer's directory.
	pub dir: PathBuf,
	/// Instead of the configuration's credential.
	pub credential: Option<PathBuf>,
	/// The chain that the vault must be for.
	pub genesis: Option<Hash>,
}

/// The signer cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
	/// The configuration is no good.
	#[error(transparent)]
	Config(#[from] ConfigError),
	/// Vault or log are no good.
	#[error(transparent)]
	Start(#[from] StartError),
	/// The sandbox lacks a part.
	#[error(transparent)]
	Sandbox(#[from] Missing),
	/// A socket cannot be served.
	#[error(transparent)]
	Service(#[from] ServiceError),
	/// The signature schemes do not compute what they should on this machine.
	#[error("the signature schemes failed their self-test: {0}")]
	SelfTest(String),
	/// The process cannot be prepared.
	#[error("cannot prepare the process: {0}")]
	Process(io::Error),
	/// A listener ended.
	#[error("a listener ended by itself")]
	Broken,
}

/// Run until SIGTERM or SIGINT. The rules are the caller's: the program passes
/// [`crate::rules::Enforced`], tests of misbehaving validators pass their own.
pub fn run(
	options: Options,
	rules: impl FnOnce(&Config) -> Box<dyn Rules>,
) -> Result<(), RunError> {
	let paths = Paths::new(std::path::absolute(&options.dir).map_err(RunError::Process)?);
	let mut config = Config::load(&paths.dir)?;
	Sockets::check_paths(&paths)?;
	if let Some(credential) = options.credential.or_else(systemd_credential) {
		config.credential = std::path::absolute(credential).map_err(RunError::Process)?;
	}
	let ending = signals().map_err(RunError::Process)?;
	let notify = notify_socket();
	qh_crypto::self_test().map_err(|failure| RunError::SelfTest(failure.to_string()))?;

	let allowed = config.sandbox.allow_missing.clone();
	if let Err(missing) = sandbox::leave_network(Sockets::own_peers_only(&config)) {
		missing.unless_allowed(&allowed)?;
	}
	let hardened = sandbox::harden().map_err(RunError::Process)?;

	let rules = rules(&config);
	let signer = Signer::open(paths.clone(), config.clone(), rules, Box::new(SystemClock))?;
	let signer = Arc::new(signer);
	if let Some(wanted) = options.genesis.filter(|wanted| *wanted != signer.genesis()) {
		let vault = hex::encode(signer.genesis());
		return Err(StartError::WrongChain { vault, wanted: hex::encode(wanted) }.into());
	}
	let sockets = Sockets::bind(&paths, &config)?;

	let credential = paths.dir.join(&config.credential);
	for missing in sandbox::confine(&paths.dir, &credential) {
		missing.unless_allowed(&allowed)?;
	}
	let mut checks = sandbox::self_test(&paths.dir, signer.memory_kind());
	for check in checks.iter().filter(|check| !check.holds) {
		let what = format!("{}: {}", check.name, check.detail);
		Missing::new(sandbox::part_of(check), what).unless_allowed(&allowed)?;
	}
	checks.push(hardened);
	signer.set_sandbox(checks);

	let service = Service::start(signer.clone(), sockets)?;
	let status = signer.status();
	tracing::info!(
		genesis = %format_args!("0x{}", hex::encode(status.genesis)),
		generation = status.log.generation,
		locked = status.locked,
		quarantine = ?status.quarantine,
		sockets = %paths.sockets().display(),
		"ready"
	);
	if let Some(socket) = notify {
		let _ = socket.send(b"READY=1\n");
	}
	let mut broken = false;
	while !ending.load(Ordering::Relaxed) && !broken {
		thread::sleep(TICK);
		broken = service.is_broken();
	}
	tracing::info!("ending");
	service.stop();
	signer.close();
	if broken {
		return Err(RunError::Broken);
	}
	Ok(())
}

/// Set by the signals that end the process. A file that is too large is an error of the write, not
/// the end of the process.
fn signals() -> io::Result<Arc<AtomicBool>> {
	let ending = Arc::new(AtomicBool::new(false));
	for signal in [SIGTERM, SIGINT] {
		signal_hook::flag::register(signal, ending.clone())?;
	}
	signal_hook::flag::register(SIGXFSZ, Arc::default())?;
	Ok(ending)
}

/// systemd's `LoadCredential=qh-signer:…`.
fn systemd_credential() -> Option<PathBuf> {
	let path = PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?).join("qh-signer");
	path.is_file().then_some(path)
}

/// Where systemd waits to hear that the signer is ready.
fn notify_socket() -> Option<UnixDatagram> {
	let path = std::env::var_os("NOTIFY_SOCKET")?;
	let socket = UnixDatagram::unbound().ok()?;
	let bytes = path.as_encoded_bytes();
	match bytes.strip_prefix(b"@") {
		Some(name) => {
			use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};
			socket.connect_addr(&SocketAddr::from_abstract_name(name).ok()?).ok()?;
		}
		None => socket.connect(path).ok()?,
	}
	Some(socket)
}
