// SPDX-License-Identifier: Apache-2.0
//! Golden frames. `QH_WRITE_VECTORS=1 cargo test -p qh-signer-client` writes them anew, which is a
//! change of the wire format and belongs in the changelog.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use codec::{DecodeAll, Encode};
use qh_receipts::{Kind, Receipt, Voucher, RECEIPT_VERSION, VOUCHER_VERSION};
use qh_signer_client::{
	protocol::{
		AdminRequest, AdminResponse, AgentRequest, AgentResponse, Answer, Envelope, KeySpec,
		LeaseId, NodeRequest, NodeResponse, Release,
	},
	Horizon, KeyClass, KeyInfo, KeyRole, LogStatus, MetadataProof, Refusal, RefusalCode,
	RegistrationStatement, SandboxCheck, SessionKeys, Status, TransactionRequest,
};
use std::{collections::BTreeMap, path::Path};

const GENESIS: [u8; 32] = [0x47; 32];
const LEASE: LeaseId = LeaseId([0x1e; 16]);

fn transaction() -> TransactionRequest {
	TransactionRequest {
		key: [1; 32],
		call: vec![7, 1],
		explicit: vec![20, 1],
		implicit: vec![3, 0, 0, 0],
		metadata: MetadataProof {
			proof: vec![4],
			extrinsic: vec![5],
			spec_version: 6,
			spec_name: "quantumharmony".into(),
			base58_prefix: 42,
			decimals: 12,
			token_symbol: "QMHY".into(),
		},
	}
}

fn spec() -> KeySpec {
	KeySpec {
		class: KeyClass::Agent,
		role: KeyRole::Account,
		scheme: 0,
		label: "agent".into(),
		operator: Some([2; 32]),
		canary: false,
	}
}

fn info() -> KeyInfo {
	KeyInfo {
		id: [1; 32],
		class: KeyClass::Consensus,
		role: KeyRole::Grandpa,
		scheme: 0,
		public: vec![9; 3],
		label: "grandpa".into(),
		operator: None,
		created_ms: 1_700_000_000_000,
	}
}

fn status() -> Box<Status> {
	Box::new(Status {
		protocol: 1,
		version: "0.1.0".into(),
		genesis: GENESIS,
		locked: false,
		quarantine: Some("why".into()),
		horizon: Some(Horizon { set_id: 2, round: 3 }),
		last_slot: Some(4),
		log: LogStatus { records: 5, head: [6; 32], generation: 7, error: None },
		sandbox: vec![SandboxCheck { name: "execute".into(), holds: true, detail: "no".into() }],
		lease_seconds: Some(8),
		signed: 9,
		refused: 10,
	})
}

fn session_keys() -> Box<SessionKeys> {
	Box::new(SessionKeys {
		aura: [1; 897],
		grandpa: [2; 897],
		aura_proof: [3; 666],
		grandpa_proof: [4; 666],
	})
}

fn receipt() -> Receipt {
	Receipt {
		version: RECEIPT_VERSION,
		genesis: GENESIS,
		operator: [2; 32],
		seq: 0,
		prev: [0; 32],
		time_ms: 1,
		kind: Kind::HEALTH,
		payload: vec![1, 2],
	}
}

fn node_requests() -> Vec<NodeRequest> {
	vec![
		NodeRequest::Status,
		NodeRequest::Keys,
		NodeRequest::SignAura {
			genesis: GENESIS,
			public: Box::new([1; 897]),
			header: vec![2; 5],
			deadline_ms: 250,
		},
		NodeRequest::SignGrandpa {
			genesis: GENESIS,
			public: Box::new([1; 897]),
			message: vec![3; 53],
		},
		NodeRequest::NewSessionKeys { genesis: GENESIS, owner: [4; 32] },
		NodeRequest::Progress { genesis: GENESIS, at: Horizon { set_id: 1, round: 2 } },
	]
}

fn agent_requests() -> Vec<AgentRequest> {
	vec![
		AgentRequest::Status,
		AgentRequest::Accounts,
		AgentRequest::SignTransaction(Box::new(transaction())),
		AgentRequest::SignReceipts { key: [1; 32], receipts: vec![receipt()] },
		AgentRequest::NewSessionKeys { genesis: GENESIS, owner: [4; 32] },
		AgentRequest::SignAgentConsent { key: [1; 32], genesis: GENESIS, operator: [2; 32] },
	]
}

fn admin_requests() -> Vec<AdminRequest> {
	let voucher = Voucher {
		version: VOUCHER_VERSION,
		genesis: GENESIS,
		customer: [1; 32],
		operator: [2; 32],
		first_seq: 3,
		last_seq: 4,
		max_gas: 5,
		expires_at: 6,
		nonce: 7,
	};
	let statement = RegistrationStatement {
		genesis: GENESIS,
		operator: [2; 32],
		agent: [1; 32],
		inviter: Some([3; 32]),
	};
	let key = [1; 32];
	vec![
		AdminRequest::Status,
		AdminRequest::Lock,
		AdminRequest::Unlock { passphrase: b"secret".to_vec() },
		AdminRequest::OpenLease { passphrase: b"secret".to_vec(), seconds: 60 },
		AdminRequest::CloseLease,
		AdminRequest::ListKeys,
		AdminRequest::CreateKey { lease: LEASE, spec: spec(), entropy: vec![1, 2] },
		AdminRequest::ImportKey { lease: LEASE, spec: spec(), seed: [5; 32] },
		AdminRequest::AllowCalls { lease: LEASE, key, calls: vec!["A.b".into()] },
		AdminRequest::DisallowCalls { lease: LEASE, key, calls: vec!["A.b".into()] },
		AdminRequest::ReleaseQuarantine {
			lease: LEASE,
			horizon: Some(Horizon { set_id: 1, round: 2 }),
		},
		AdminRequest::AuthoriseAgent { lease: LEASE, hours: 8 },
		AdminRequest::SignTransaction { lease: LEASE, request: Box::new(transaction()) },
		AdminRequest::SignRegistration { lease: LEASE, statement },
		AdminRequest::SignVoucher { lease: LEASE, voucher: Box::new(voucher) },
		AdminRequest::SignRelease {
			lease: LEASE,
			key,
			release: Release { name: "qh-node".into(), version: "1.0.0".into(), digest: [9; 32] },
		},
		AdminRequest::SignRaw { lease: LEASE, key, message: vec![1] },
		AdminRequest::ProvePossession {
			lease: LEASE,
			owner: [4; 32],
			aura: Box::new([1; 897]),
			grandpa: Box::new([2; 897]),
		},
		AdminRequest::NewSessionKeys { lease: LEASE, owner: [4; 32] },
		AdminRequest::ListCalls { key },
		AdminRequest::AdoptReceiptChain { lease: LEASE, key, next_seq: 5, head: [6; 32] },
		AdminRequest::RemoveKey { lease: LEASE, key },
	]
}

/// Bodies by name; a body decodes to what it was and to nothing when cut.
fn bodies() -> BTreeMap<String, Vec<u8>> {
	let mut all = BTreeMap::new();
	let mut add = |name: String, bytes: Vec<u8>| assert!(all.insert(name, bytes).is_none());
	for (index, body) in node_requests().into_iter().enumerate() {
		let bytes = Envelope { id: 1, body: body.clone() }.encode();
		assert_eq!(Envelope::decode_all(&mut &bytes[..]), Ok(Envelope { id: 1, body }));
		add(format!("node request {index:02}"), bytes);
	}
	for (index, body) in agent_requests().into_iter().enumerate() {
		let bytes = Envelope { id: 1, body: body.clone() }.encode();
		assert_eq!(Envelope::decode_all(&mut &bytes[..]), Ok(Envelope { id: 1, body }));
		add(format!("agent request {index:02}"), bytes);
	}
	for (index, body) in admin_requests().into_iter().enumerate() {
		let bytes = Envelope { id: 1, body: body.clone() }.encode();
		assert_eq!(bytes[8] as usize, index);
		assert!(Envelope::decode_all(&mut &bytes[..]) == Ok(Envelope { id: 1, body }));
		add(format!("admin request {index:02}"), bytes);
	}
	let node = [
		NodeResponse::Status(status()),
		NodeResponse::Keys(vec![info()]),
		NodeResponse::Signature(Box::new([5; 666])),
		NodeResponse::SessionKeys(session_keys()),
		NodeResponse::Done,
	];
	for (index, answer) in node.into_iter().enumerate() {
		add(format!("node answer {index:02}"), Answer { id: 1, result: Ok(answer) }.encode());
	}
	let agent = [
		AgentResponse::Status(status()),
		AgentResponse::Keys(vec![info()]),
		AgentResponse::Signature(vec![5; 3]),
		AgentResponse::Signatures(vec![[5; 666]]),
		AgentResponse::SessionKeys(session_keys()),
	];
	for (index, answer) in agent.into_iter().enumerate() {
		add(format!("agent answer {index:02}"), Answer { id: 1, result: Ok(answer) }.encode());
	}
	let admin = [
		AdminResponse::Status(status()),
		AdminResponse::Done,
		AdminResponse::Lease { lease: LEASE, seconds: 60 },
		AdminResponse::Keys(vec![info()]),
		AdminResponse::Signature(vec![5; 3]),
		AdminResponse::SessionKeys(session_keys()),
		AdminResponse::Calls(vec!["A.b".into()]),
	];
	for (index, answer) in admin.into_iter().enumerate() {
		add(format!("admin answer {index:02}"), Answer { id: 1, result: Ok(answer) }.encode());
	}
	let refusal = Refusal::new(RefusalCode::Conflict, "another block was signed for slot 7");
	add("refusal".into(), Answer::<NodeResponse> { id: 1, result: Err(refusal) }.encode());
	all
}

#[test]
fn bodies_are_the_golden_ones() {
	let found: BTreeMap<_, _> =
		bodies().into_iter().map(|(name, bytes)| (name, hex::encode(bytes))).collect();
	let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/frames.json");
	if std::env::var_os("QH_WRITE_VECTORS").is_some() {
		std::fs::write(&path, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
	}
	let golden: BTreeMap<String, String> =
		serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
	assert_eq!(found.keys().collect::<Vec<_>>(), golden.keys().collect::<Vec<_>>());
	for (name, bytes) in found {
		assert_eq!(bytes, golden[&name], "{name}");
	}
}

#[test]
fn a_cut_request_does_not_decode() {
	for body in node_requests() {
		let bytes = Envelope { id: 1, body }.encode();
		for length in 0..bytes.len() {
			assert!(Envelope::<NodeRequest>::decode_all(&mut &bytes[..length]).is_err());
		}
	}
}
