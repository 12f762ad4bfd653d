// SPDX-License-Identifier: Apache-2.0
//! Bad input, whoever it comes from: a clear error, nothing signed, nothing lost.
//!
//! Which test shows it for which input and surface. Those of this module are named alone; `signer::`
//! are the tests of `offchain-agent/signer/tests/it` with the real program, the others unit tests.
//!
//! | input | signer's sockets | node's RPC | command lines |
//! |---|---|---|---|
//! | oversize | `signer::abuse::a_frame_above_the_limit_is_refused_unread`; one that is just within: `signer::abuse::a_large_header_is_signed` | [`the_node_answers_bad_requests_and_goes_on`]; to the agent's socket: `agent::control::what_is_no_request_is_refused_and_the_connection_goes_on`, `agent::journal::what_is_too_large_is_refused_and_leaves_no_trace` | `signer::start::a_passphrase_is_asked_for_and_has_a_length` |
//! | truncated | `signer::abuse::truncated_frames_end_the_connection_only`, `signer_client::vectors::a_cut_request_does_not_decode`; headers and votes: `signer::decode` | [`the_node_answers_bad_requests_and_goes_on`] | files: [`command_lines_that_make_no_sense_are_refused`], `qh_receipts` for proofs |
//! | unknown | `signer::abuse::undecodable_requests_are_refused_with_their_id`, `signer::abuse::a_socket_answers_its_own_role_only` | [`the_node_answers_bad_requests_and_goes_on`] | [`command_lines_that_make_no_sense_are_refused`]; settings: `signer::start::unknown_settings_and_second_vaults_are_errors`, `agent::config::an_unknown_field_is_named` |
//! | mistyped | `signer::garbage`, `signer::abuse::adversarial_consensus_requests_are_not_signed`, `signer::transactions::payloads_that_say_something_else_are_refused` | [`the_node_answers_bad_requests_and_goes_on`] | [`command_lines_that_make_no_sense_are_refused`] |
//! | wrong passphrase | `signer::lock::wrong_passphrases_are_slowed_down`, `signer::lock::a_lock_outlives_the_process_and_ends_by_the_passphrase_only`; credential: `signer::start::a_wrong_credential_does_not_open_the_vault` | takes none | [`a_wrong_passphrase_unlocks_nothing`] |
//! | missing vault | has no socket then | [`command_lines_that_make_no_sense_are_refused`] for `new-session-keys` | `signer::start::a_missing_vault_is_named_with_the_way_out`, [`command_lines_that_make_no_sense_are_refused`] |
//! | wrong chain | `signer::start::another_chain_is_refused` | [`another_chains_signer_signs_nothing`] | [`another_chains_signer_signs_nothing`] for the agent; a log: `agent::log::the_log_of_another_chain_or_operator_is_refused` |
//! | full disk under the log | `signer::disk` | signs nothing itself | `agent::log::a_full_disk_leaves_the_log_as_it_was`, `agent::journal::while_receipts_are_pending_and_cannot_be_written_nothing_is_accepted` |

use anyhow::{Context, Result};
use qh_tests::{
	network::Network,
	process::{binary, Process},
	validator::{run, Chain, Validator},
};
use serde_json::{json, Value};
use std::{
	ffi::OsString,
	fs,
	io::{Read, Write},
	net::{TcpListener, TcpStream},
	path::Path,
	process::{Command, Stdio},
	time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);
/// Somebody's account.
const ACCOUNT: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

/// Runs a program with this on its standard input; what it said when it failed.
fn refused(program: &str, args: &[&str], input: &str) -> Result<(i32, String)> {
	let mut child = Command::new(binary(program)?)
		.args(args)
		.env_remove("RUST_BACKTRACE")
		.stdin(Stdio::piped())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		.spawn()?;
	// A program that refuses before it reads has closed its input.
	let _ = child.stdin.take().context("piped")?.write_all(input.as_bytes());
	let output = child.wait_with_output()?;
	let said = [output.stdout, output.stderr].concat();
	let said = String::from_utf8_lossy(&said).into_owned();
	assert!(!output.status.success(), "{program} {args:?} was accepted:\n{said}");
	assert!(!said.contains("panicked"), "{program} {args:?} panicked:\n{said}");
	Ok((output.status.code().context("ended by a signal")?, said))
}

/// Sends a request to a node's RPC as it is, announced with `length` bytes; status and answer.
fn post(port: u16, body: &[u8], length: usize) -> Result<(u16, Value)> {
	let mut stream = TcpStream::connect(("127.0.0.1", port))?;
	stream.set_read_timeout(Some(MINUTE))?;
	let head = format!(
		"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
		 Connection: close\r\nContent-Length: {length}\r\n\r\n"
	);
	stream.write_all(head.as_bytes())?;
	stream.write_all(body)?;
	let mut answer = String::new();
	stream.read_to_string(&mut answer)?;
	let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP answer")?;
	let status = head.split_whitespace().nth(1).context("no status line")?.parse()?;
	Ok((status, serde_json::from_str(body).with_context(|| format!("answered {body:?}"))?))
}

/// Calls a method; code and words of the error.
fn error_of(port: u16, method: &str, params: &Value) -> Result<(i64, String)> {
	let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
	let body = request.to_string();
	let (_, answer) = post(port, body.as_bytes(), body.len())?;
	let code = answer["error"]["code"].as_i64();
	Ok((code.with_context(|| format!("{body:.200} was answered {answer}"))?, answer.to_string()))
}

/// What the signer says of its keys and of its log, which everything that it signs changes.
fn keys_and_log(validator: &Validator) -> Result<(String, String)> {
	let dir = validator.signer_dir();
	let of = |command: &[&str]| {
		let dir = [OsString::from("--dir"), dir.clone().into_os_string()];
		run("qh-signer", command.iter().map(OsString::from).chain(dir))
	};
	let status = of(&["status"])?;
	let log = status.lines().find(|line| line.starts_with("log:")).context("no line of the log")?;
	of(&["log", "verify"])?;
	Ok((of(&["keys", "list"])?, log.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_answers_bad_requests_and_goes_on() -> Result<()> {
	let mut network = Network::prepare("development", 1).await?;
	network.start().await?;
	let validator = &mut network.validators[0];
	let rpc = validator.rpc().await?;
	rpc.wait_finalized(1, MINUTE).await?;
	let (port, keys) = (validator.rpc_port, keys_and_log(validator)?.0);

	let whole = br#"{"jsonrpc":"2.0","id":1,"method":"system_health","params":[]}"#;
	assert!(post(port, whole, whole.len())?.1["result"].is_object());
	for length in [0, 1, whole.len() / 2, whole.len() - 1] {
		let (_, answer) = post(port, &whole[..length], length)?;
		assert_eq!(answer["error"]["code"], -32700, "{length} bytes: {answer}");
	}
	// The length alone is enough; nothing of the body is read.
	let (status, answer) = post(port, b"", 16 << 20)?;
	assert_eq!((status, &answer["error"]["message"]), (413, &json!("Request is too big")));

	let garbage = format!("0x{}", "ff".repeat(200));
	let large = format!("0x{}", "ff".repeat(6 << 20));
	// A length of four bytes, and four that are no transaction.
	let no_transaction = "0x10deadbeef";
	let aura = format!("0x{}", "11".repeat(897));
	for (method, params, code, words) in [
		("system_helth", json!([]), -32601, "Method not found"),
		("chain_getBlockHash", json!(["seven"]), -32602, "Invalid params"),
		("chain_getHeader", json!(["0x12"]), -32602, "32 bytes"),
		("chain_getHeader", json!({ "hash": 7 }), -32602, "Invalid params"),
		("state_getStorage", json!(["no digits"]), -32602, "invalid hex character"),
		("state_call", json!(["OperatorsApi_nothing", "0x"]), 4003, "not found"),
		("author_submitExtrinsic", json!([7]), -32602, "invalid type: integer"),
		("author_submitExtrinsic", json!(["zz"]), -32602, "invalid hex character"),
		("author_submitExtrinsic", json!(["0x"]), 1040, "decode"),
		("author_submitExtrinsic", json!([garbage]), 1040, "decode"),
		("author_submitExtrinsic", json!([large]), 1040, "decode"),
		("author_submitExtrinsic", json!([no_transaction]), 1002, "Verification Error"),
		("author_rotateKeys", json!([]), 1040, "signer"),
		("author_insertKey", json!(["aura", "//Alice", aura]), 1040, "key store is unavailable"),
		("qh_newSessionKeys", json!([]), -32602, "Invalid params"),
		("qh_newSessionKeys", json!(["nobody"]), -32602, "Length is bad"),
		("qh_newSessionKeys", json!(["0x1234"]), -32602, "Invalid params"),
		("qh_newSessionKeys", json!([ACCOUNT]), 9001, "qh-node new-session-keys"),
	] {
		let (found, answer) = error_of(port, method, &params)?;
		let params = params.to_string();
		assert_eq!(found, code, "{method} {params:.80}: {answer:.500}");
		assert!(answer.contains(words), "{method} {params:.80}: {answer:.500}");
	}
	// What JSON-RPC has no room to say stands in the log.
	let node = validator.node.as_mut().context("started")?;
	node.wait_for_line("refused to insert a key: keys do not enter the node", MINUTE).await?;

	let pending: Vec<String> = rpc.call("author_pendingExtrinsics", Default::default()).await?;
	assert_eq!(pending, [""; 0]);
	assert_eq!(keys_and_log(validator)?.0, keys);
	let best = rpc.best().await?.number;
	rpc.wait_finalized(best + 2, MINUTE).await?;
	Ok(())
}

#[test]
fn command_lines_that_make_no_sense_are_refused() -> Result<()> {
	let dir = tempfile::tempdir()?;
	let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
	let (away, cut, other) = (path("away"), path("cut.json"), path("other.toml"));
	fs::write(&cut, "{")?;
	fs::write(&other, "surprise = 1\n")?;
	let hash = format!("0x{}", "11".repeat(32));
	let build = ["build", "--preset", "development", "--output", &cut];
	// Where a program takes what it is given for another thing, it must not overwrite it either.
	let table: &[(&str, &[&str], i32, &[&str])] = &[
		("qh-node", &["--surprise"], 2, &["--surprise", "--help"]),
		("qh-node", &["--chain", "surprise"], 1, &["surprise", "development, local_testnet"]),
		("qh-node", &["--chain", &path("away.json")], 1, &["away.json", "No such file"]),
		("qh-node", &["--chain", &cut], 1, &["cut.json", "EOF"]),
		("qh-node", &["--alice"], 1, &["classical", "--dev-keys alice"]),
		("qh-node", &["--keystore-path", &away], 1, &["--keystore-path", "--signer DIR"]),
		("qh-node", &["--password-filename", &away], 1, &["--password-filename", "--signer DIR"]),
		("qh-node", &["--dev", "--rpc-session-keys"], 2, &["--signer"]),
		("qh-node", &["--chain", "local", "--validator"], 1, &["--signer DIR"]),
		("qh-node", &["--chain", "local", "--dev-keys", "nobody"], 2, &["nobody", "alice, bob"]),
		(
			"qh-node",
			&["--chain", "mainnet", "--tmp", "--dev-keys", "alice"],
			1,
			&["everybody knows", "--signer DIR"],
		),
		(
			"qh-node",
			&["new-session-keys", "--signer", &away, "--owner", "0x12"],
			2,
			&["SS58 address", "64 digits"],
		),
		(
			"qh-node",
			&["new-session-keys", "--signer", &away, "--owner", &hash],
			1,
			&["cannot reach the signer", "away", "qh-signer run --dir"],
		),
		("qh-signer", &["--surprise"], 2, &["--surprise", "--help"]),
		("qh-signer", &["run", "--dir", &away], 1, &["away", "qh-signer init"]),
		(
			"qh-signer",
			&["status", "--dir", &away],
			1,
			&["cannot reach the signer", "qh-signer run"],
		),
		("qh-signer", &["log", "verify", "--dir", &away], 1, &["away", "qh-signer init"]),
		(
			"qh-signer",
			&["init", "--dir", &away, "--dev", "alice", "--genesis", "0x12", "--slot-ms", "1000"],
			2,
			&["--genesis", "64 hex digits"],
		),
		(
			"qh-signer",
			&["init", "--dir", &away, "--dev", "nobody", "--genesis", &hash, "--slot-ms", "1000"],
			1,
			&["nobody", "alice, bob"],
		),
		(
			"qh-signer",
			&["init", "--dir", &away, "--dev", "alice", "--genesis", &hash],
			2,
			&["--slot-ms"],
		),
		("qh-signer", &["validator", "--dir", &away, "--segment", "512"], 2, &["512", "0..=511"]),
		("qh-signer", &["validator", "--dir", &away, "--segment", "0"], 1, &["away", "init"]),
		("qh-agent", &["--surprise"], 2, &["--surprise", "--help"]),
		("qh-agent", &["run", "--config", &away], 3, &["away", "qh-agent init"]),
		("qh-agent", &["run", "--config", &other], 3, &["other.toml", "unknown field `surprise`"]),
		("qh-agent", &["receipt", "verify", "--header", "0x12", &cut], 2, &["32 bytes"]),
		(
			"qh-agent",
			&["register", "--inviter", "0x12", "--out", &away],
			2,
			&["SS58 address", "64 digits"],
		),
		(
			"qh-agent",
			&["receipt", "verify", "--header", &hash, "--genesis", &hash, &away],
			3,
			&["away", "No such file"],
		),
		(
			"qh-agent",
			&["receipt", "verify", "--header", &hash, "--genesis", &hash, &cut],
			1,
			&["step file", "EOF"],
		),
		("qh-chain-spec", &["--surprise"], 2, &["--surprise", "--help"]),
		("qh-chain-spec", &["build", "--preset", "surprise"], 2, &["development, local_testnet"]),
		(
			"qh-chain-spec",
			&["build", "--preset", "testnet", "--validators", &away],
			1,
			&["away", "No such file"],
		),
		(
			"qh-chain-spec",
			&["build", "--preset", "testnet", "--validators", &cut],
			1,
			&["cut.json is no list of validators", "expected a sequence"],
		),
		("qh-chain-spec", &["genesis-hash", "--spec", &away], 1, &["away", "No such file"]),
		("qh-chain-spec", &["genesis-hash", "--spec", &cut], 1, &["cut.json", "EOF"]),
		(
			"qh-chain-spec",
			&[&build[..], &["--raw", "--authorize-upgrade", &away]].concat(),
			1,
			&["away", "No such file"],
		),
	];
	for (program, args, code, words) in table {
		let (found, said) = refused(program, args, "")?;
		assert_eq!(found, *code, "{program} {args:?}:\n{said}");
		for word in *words {
			assert!(said.contains(word), "{program} {args:?} does not say {word:?}:\n{said}");
		}
	}
	assert!(!Path::new(&away).exists(), "a refused command made something");
	assert_eq!(fs::read_to_string(&cut)?, "{", "a refused command changed a file");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_rpc_port_is_taken_does_not_start() -> Result<()> {
	let dir = tempfile::tempdir()?;
	let taken = TcpListener::bind(("127.0.0.1", 0))?;
	let port = taken.local_addr()?.port().to_string();
	let args = [
		"--dev",
		"--tmp",
		"--rpc-port",
		&port,
		"--listen-addr",
		"/ip4/127.0.0.1/tcp/0",
		"--no-mdns",
		"--no-prometheus",
		"--no-telemetry",
	];
	let mut node = Process::start("qh-node", args, &dir.path().join("node.log"))?;
	let line = node.wait_for_line("cannot serve JSON-RPC", MINUTE).await?;
	assert!(line.contains(&port) && line.contains("--rpc-port"), "{line}");
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_unlocks_nothing() -> Result<()> {
	let dir = tempfile::tempdir()?;
	let genesis = format!("0x{}", "11".repeat(32));
	let chain = Chain { spec: dir.path().join("none"), genesis };
	let mut validator = Validator::prepare("alice", &dir.path().join("alice"), &chain)?;
	validator.start_signer().await?;
	let place = validator.signer_dir().to_string_lossy().into_owned();
	run("qh-signer", ["lock", "--dir", &place])?;

	let before = keys_and_log(&validator)?;
	for (input, words) in
		[("wrong\n", "wrong"), ("", "passphrase is expected as a line on standard input")]
	{
		let (code, said) = refused("qh-signer", &["unlock", "--dir", &place], input)?;
		assert_eq!(code, 1);
		assert!(said.contains(words), "{said}");
	}
	assert_eq!(keys_and_log(&validator)?, before);
	let status = run("qh-signer", ["status", "--dir", &place])?;
	assert!(
		status.lines().any(|line| line.starts_with("locked:") && line.ends_with("yes")),
		"{status}"
	);
	Ok(())
}

/// A signer that is bound to one chain, and a node and an agent that take it for another's.
#[tokio::test(flavor = "multi_thread")]
async fn another_chains_signer_signs_nothing() -> Result<()> {
	// Holds the machine; its own validator does not run.
	let network = Network::prepare("development", 0).await?;
	let elsewhere = Chain { genesis: format!("0x{}", "11".repeat(32)), ..network.chain.clone() };
	let mut validator = Validator::prepare("alice", &network.dir().join("alice"), &elsewhere)?;
	validator.start_signer().await?;
	let before = keys_and_log(&validator)?;

	validator.start_node(&[]).await?;
	let node = validator.node.as_mut().context("started")?;
	let line = node.wait_for_line("belong to the chain with genesis", MINUTE).await?;
	assert!(line.contains(&elsewhere.genesis) && line.contains("--signer"), "{line}");
	// It is up, and says the same to who asks it.
	let status: Value = validator.rpc().await?.call("qh_signerStatus", Default::default()).await?;
	assert!(status["problem"].as_str().is_some_and(|text| text.contains("genesis")), "{status}");
	assert_eq!(status["voting"], false, "{status}");
	assert_eq!(keys_and_log(&validator)?, before, "the signer signed for another chain");

	validator.start_agent().await?;
	let agent = validator.agent.as_mut().context("started")?;
	agent.wait_for_line(&network.chain.genesis, MINUTE).await?;
	let files = validator.agent_files();
	let config = files.config.to_string_lossy().into_owned();
	let (code, said) = refused("qh-agent", &["doctor", "--config", &config], "")?;
	assert_eq!(code, 1, "{said}");
	for genesis in [&elsewhere.genesis, &network.chain.genesis] {
		assert!(said.contains(genesis), "the doctor does not name {genesis}:\n{said}");
	}
	assert_eq!(files.final_batches()?, []);
	let best = validator.rpc().await?.best().await?.number;
	assert_eq!(best, 0, "a block was sealed");
	Ok(())
}
