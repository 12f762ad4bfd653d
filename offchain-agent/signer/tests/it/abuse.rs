// SPDX-License-Identifier: Apache-2.0
//! Bytes that are no requests, requests that are not for this socket, and too much of everything.

use crate::harness::*;
use codec::{Decode, Encode};
use qh_signer_client::{
	frame,
	protocol::{AdminRequest, AgentRequest, Envelope, NodeRequest, MAX_FRAME},
	Refusal, RefusalCode,
};
use std::{
	io::{Read, Write},
	os::unix::net::UnixStream,
	time::{Duration, Instant},
};

fn connect(signer: &TestSigner, socket: &str) -> UnixStream {
	UnixStream::connect(signer.dir.join("run").join(socket)).unwrap()
}

fn by() -> Instant {
	Instant::now() + WITHIN
}

/// Send a body as a frame and read the refusal.
fn refusal(stream: &UnixStream, body: &[u8]) -> (u64, Refusal) {
	frame::write(stream, body, by()).unwrap();
	read_refusal(stream)
}

fn read_refusal(stream: &UnixStream) -> (u64, Refusal) {
	let bytes = frame::read(stream, MAX_FRAME, by(), WITHIN).unwrap();
	let id = u64::decode(&mut &bytes[..]).unwrap();
	let result = Result::<u8, Refusal>::decode(&mut &bytes[8..]).unwrap();
	(id, result.unwrap_err())
}

fn is_closed(mut stream: &UnixStream) -> bool {
	stream.set_read_timeout(Some(WITHIN)).unwrap();
	matches!(stream.read(&mut [0; 16]), Ok(0) | Err(_))
}

fn assert_alive(signer: &TestSigner, records: u64) {
	let status = signer.node().status(WITHIN).unwrap();
	assert_eq!(status.signed, 0);
	assert_eq!(status.log.records, records);
}

#[test]
fn undecodable_requests_are_refused_with_their_id() {
	let signer = TestSigner::alice();
	let records = signer.node().status(WITHIN).unwrap().log.records;
	let stream = connect(&signer, "node.sock");
	let code = |refusal: &Refusal| refusal.reason().unwrap();
	let good =
		Envelope { id: 77, body: NodeRequest::NewSessionKeys { genesis: GENESIS, owner: [1; 32] } };
	let good = good.encode();
	for length in 8..good.len() {
		let (id, refusal) = refusal(&stream, &good[..length]);
		assert_eq!((id, code(&refusal)), (77, RefusalCode::Malformed), "{length}");
	}
	let (_, trailing) = refusal(&stream, &[&good[..], &[0]].concat());
	assert_eq!(code(&trailing), RefusalCode::Malformed);
	let (id, short) = refusal(&stream, &[1, 2, 3]);
	assert_eq!((id, code(&short)), (0, RefusalCode::Malformed));
	for index in [6u8, 7, 100, 255] {
		let (id, unknown) = refusal(&stream, &[&5u64.encode()[..], &[index]].concat());
		assert_eq!((id, code(&unknown)), (5, RefusalCode::UnknownRequest), "{index}");
	}
	assert_alive(&signer, records);
}

#[test]
fn a_socket_answers_its_own_role_only() {
	let signer = TestSigner::alice();
	// The operator's lock, by its bytes, on the node's socket is a request for keys and no lock.
	let lock = Envelope { id: 1, body: AdminRequest::Lock }.encode();
	let stream = connect(&signer, "node.sock");
	frame::write(&stream, &lock, by()).unwrap();
	frame::read(&stream, MAX_FRAME, by(), WITHIN).unwrap();
	assert!(!signer.node().status(WITHIN).unwrap().locked);
	let export = Envelope {
		id: 1,
		body: AdminRequest::OpenLease { passphrase: PASSPHRASE.to_vec(), seconds: 60 },
	};
	for socket in ["node.sock", "agent.sock"] {
		let (_, refusal) = refusal(&connect(&signer, socket), &export.encode());
		let reason = refusal.reason().unwrap();
		assert!(
			matches!(reason, RefusalCode::Malformed | RefusalCode::WrongGenesis),
			"{socket}: {refusal}"
		);
	}
	let receipts = receipts(0, 1, [0; 32]);
	let foreign = AgentRequest::SignReceipts { key: account("agent"), receipts };
	let (_, refusal) =
		refusal(&connect(&signer, "node.sock"), &Envelope { id: 1, body: foreign }.encode());
	assert!(refusal.reason().is_some());
	assert_eq!(signer.node().status(WITHIN).unwrap().signed, 0);
}

#[test]
fn a_frame_above_the_limit_is_refused_unread() {
	let signer = TestSigner::alice();
	for length in [MAX_FRAME as u32 + 1, u32::MAX] {
		let mut stream = connect(&signer, "node.sock");
		stream.write_all(&length.to_le_bytes()).unwrap();
		let (id, refusal) = read_refusal(&stream);
		assert_eq!((id, refusal.reason()), (0, Some(RefusalCode::TooLarge)));
		assert!(is_closed(&stream));
	}
	// The largest frame is read.
	let stream = connect(&signer, "node.sock");
	let (_, refusal) = refusal(&stream, &vec![0xff; MAX_FRAME]);
	assert_eq!(refusal.reason(), Some(RefusalCode::UnknownRequest));
}

#[test]
fn truncated_frames_end_the_connection_only() {
	let signer = TestSigner::alice();
	let records = signer.node().status(WITHIN).unwrap().log.records;
	for sent in [&[1u8][..], &[9, 0, 0, 0], &[9, 0, 0, 0, 1, 2, 3]] {
		let mut stream = connect(&signer, "node.sock");
		stream.write_all(sent).unwrap();
		stream.shutdown(std::net::Shutdown::Write).unwrap();
		assert!(is_closed(&stream));
	}
	assert_alive(&signer, records);
}

#[test]
fn slow_and_idle_peers_do_not_keep_others_waiting() {
	let signer = TestSigner::alice();
	let mut held = Vec::new();
	for _ in 0..100 {
		let mut stream = connect(&signer, "node.sock");
		stream.write_all(&[200, 0, 0, 0, 1]).unwrap();
		held.push(stream);
	}
	signer
		.node()
		.sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), Duration::from_secs(3))
		.unwrap();
	// They are closed when their frame has taken too long.
	for stream in &held {
		assert!(is_closed(stream));
	}
}

#[test]
fn too_many_connections_leave_the_other_sockets_alone() {
	let signer = TestSigner::alice();
	let mut held: Vec<UnixStream> = (0..300).map(|_| connect(&signer, "agent.sock")).collect();
	signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap();
	assert!(held.iter_mut().skip(128).any(|stream| is_closed(stream)));
	drop(held);
	let by = by();
	while signer.agent().status(WITHIN).is_err() {
		assert!(Instant::now() < by, "places are given back");
	}
}

#[test]
fn adversarial_consensus_requests_are_not_signed() {
	let signer = TestSigner::alice();
	let records = signer.node().status(WITHIN).unwrap().log.records;
	let node = signer.node();
	let (aura, grandpa) = (public("aura"), public("grandpa"));
	let now = slot_now();
	let two_digests = {
		let mut bytes = header(now, 1);
		bytes.truncate(32 + 1 + 64);
		let item = (6u8, *b"aura", now.to_le_bytes().to_vec());
		vec![item.clone(), item].encode_to(&mut bytes);
		bytes
	};
	let raw_hash = vec![7u8; 32];
	for bad in [raw_hash.clone(), two_digests, [header(now, 1), vec![0]].concat(), vec![]] {
		let error = node.sign_aura(&aura, bad, WITHIN).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::Malformed));
	}
	for slot in [0, 1, 1 << 31, 1 << 63, u64::MAX, now + 100] {
		let error = node.sign_aura(&aura, header(slot, 1), WITHIN).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::Implausible));
	}
	for bad in [raw_hash, vec![], [vote(0, 0, 1, 1), vec![0]].concat(), vote(3, 0, 1, 1)] {
		let error = node.sign_grandpa(&grandpa, bad, WITHIN).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::Malformed));
	}
	// Keys of one role do not sign for the other.
	let error = node.sign_grandpa(&aura, vote(0, 0, 1, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	let error = node.sign_aura(&grandpa, header(now, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	let error = node.sign_aura(&public("agent"), header(now, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	assert_alive(&signer, records);
	// And the honest block is signed after all that.
	node.sign_aura(&aura, header(slot_now(), 1), WITHIN).unwrap();
}

#[test]
fn a_request_that_comes_too_late_is_not_signed() {
	let signer = TestSigner::alice();
	let body = NodeRequest::SignAura {
		genesis: GENESIS,
		public: Box::new(public("aura")),
		header: header(slot_now(), 1),
		deadline_ms: 0,
	};
	let stream = connect(&signer, "node.sock");
	let (_, refusal) = refusal(&stream, &Envelope { id: 1, body }.encode());
	assert_eq!(refusal.reason(), Some(RefusalCode::Expired));
}

#[test]
fn a_large_header_is_signed() {
	let signer = TestSigner::alice();
	let mut bytes = header(slot_now(), 1);
	bytes.truncate(32 + 1 + 64);
	let items = vec![
		(6u8, *b"aura", slot_now().to_le_bytes().to_vec()),
		(4u8, *b"FRNK", vec![3; 256 * 2 * 900]),
	];
	items.encode_to(&mut bytes);
	assert!(bytes.len() > 460_000);
	signer.node().sign_aura(&public("aura"), bytes, WITHIN).unwrap();
}

#[test]
fn receipts_of_others_and_in_bad_shape_are_refused() {
	let signer = TestSigner::alice();
	let (agent, key) = (signer.agent(), account("agent"));
	let good = receipts(0, 2, [0; 32]);
	let refused = |edit: &dyn Fn(&mut qh_receipts::Receipt)| {
		let mut bad = good.clone();
		edit(&mut bad[0]);
		agent.sign_receipts(key, &bad, WITHIN).unwrap_err().reason().unwrap()
	};
	assert_eq!(refused(&|receipt| receipt.genesis = [9; 32]), RefusalCode::WrongGenesis);
	assert_eq!(refused(&|receipt| receipt.operator = [9; 32]), RefusalCode::NotAllowed);
	assert_eq!(refused(&|receipt| receipt.version = 2), RefusalCode::Malformed);
	assert_eq!(refused(&|receipt| receipt.payload = vec![0; 65_537]), RefusalCode::Malformed);
	assert_eq!(refused(&|receipt| receipt.seq = 5), RefusalCode::BrokenChain);
	assert_eq!(refused(&|receipt| receipt.prev = [9; 32]), RefusalCode::BrokenChain);
	let error = agent.sign_receipts(account("account"), &good, WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	let error = agent.sign_agent_consent(key, [9; 32], WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::NotAllowed));
	agent.sign_receipts(key, &good, WITHIN).unwrap();
}

#[test]
fn refusals_are_counted_and_do_not_fill_the_log() {
	let signer = TestSigner::alice();
	let before = signer.node().status(WITHIN).unwrap().log.records;
	for _ in 0..500 {
		signer.node().sign_grandpa(&public("grandpa"), vec![1], WITHIN).unwrap_err();
	}
	let status = signer.node().status(WITHIN).unwrap();
	assert_eq!(status.refused, 500);
	assert_eq!(status.log.records, before);
	let mut stream = connect(&signer, "metrics.sock");
	stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
	let mut text = String::new();
	stream.read_to_string(&mut text).unwrap();
	assert!(text.starts_with("HTTP/1.0 200 OK"));
	assert!(text.contains("qh_signer_refusals_total{reason=\"malformed\"} 500"), "{text}");
}

#[test]
fn memory_of_the_process_is_closed_to_its_own_user() {
	let signer = TestSigner::alice();
	let pid = signer.pid();
	if rustix::process::geteuid().is_root() {
		eprintln!("skipped: root may read any process; key pages are tested where they are made");
		return;
	}
	for name in ["mem", "environ", "maps", "fd"] {
		let path = format!("/proc/{pid}/{name}");
		let opened = std::fs::File::open(&path).map(drop);
		let listed = std::fs::read_dir(&path).map(drop);
		assert!(opened.is_err() && listed.is_err(), "{path}");
	}
}
