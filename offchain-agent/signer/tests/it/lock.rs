// SPDX-License-Identifier: Apache-2.0
//! Locking, sessions and canaries.

use crate::harness::*;
use qh_signer_client::{
	protocol::{KeySpec, LeaseId},
	KeyClass, KeyRole, RefusalCode,
};
use std::{
	sync::atomic::{AtomicBool, AtomicU64, Ordering},
	thread,
};

#[test]
fn nothing_is_signed_after_a_lock_is_acknowledged() {
	let signer = TestSigner::alice();
	let (node, grandpa) = (signer.node(), public("grandpa"));
	let (locked, signed, stop) =
		(AtomicBool::new(false), AtomicU64::new(0), AtomicBool::new(false));
	thread::scope(|scope| {
		for kind in 0..2 {
			for client in 0..4 {
				let (node, grandpa) = (&node, &grandpa);
				let (locked, signed, stop) = (&locked, &signed, &stop);
				scope.spawn(move || {
					for round in (1..).map(|round| round * 4 + client) {
						if stop.load(Ordering::Relaxed) || round > 1000 {
							return;
						}
						let asked_after_lock = locked.load(Ordering::SeqCst);
						match node.sign_grandpa(grandpa, vote(kind, 0, round % 120, 1), WITHIN) {
							Ok(_) => {
								assert!(!asked_after_lock, "signed after the lock");
								signed.fetch_add(1, Ordering::Relaxed);
							}
							Err(error) => assert!(
								matches!(
									error.reason(),
									Some(RefusalCode::Locked | RefusalCode::Conflict)
								),
								"{error}"
							),
						}
					}
				});
			}
		}
		while signed.load(Ordering::Relaxed) < 20 {
			thread::yield_now();
		}
		signer.admin().lock().unwrap();
		locked.store(true, Ordering::SeqCst);
		let error = node.sign_grandpa(&grandpa, vote(0, 0, 1, 1), WITHIN).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::Locked));
		assert!(error.is_holding_back());
		stop.store(true, Ordering::Relaxed);
	});
}

#[test]
fn a_lock_outlives_the_process_and_ends_by_the_passphrase_only() {
	let mut signer = TestSigner::alice();
	signer.admin().lock().unwrap();
	signer.kill();
	signer.start();
	let status = signer.node().status(WITHIN).unwrap();
	assert!(status.locked);
	assert_eq!(signer.node().keys(WITHIN).unwrap().len(), 2);
	let sign = || signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN);
	assert_eq!(sign().unwrap_err().reason(), Some(RefusalCode::Locked));
	let error = signer.admin().unlock(b"wrong").unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::WrongPassphrase));
	assert!(signer.node().status(WITHIN).unwrap().locked);
	signer.admin().unlock(PASSPHRASE).unwrap();
	sign().unwrap();
}

#[test]
fn wrong_passphrases_are_slowed_down() {
	let signer = TestSigner::alice();
	let reasons: Vec<_> = (0..6)
		.map(|_| signer.admin().open_lease(b"guess", 60).unwrap_err().reason().unwrap())
		.collect();
	assert_eq!(reasons[0], RefusalCode::WrongPassphrase);
	assert_eq!(reasons[5], RefusalCode::RateLimited);
}

#[test]
fn the_operators_key_needs_a_session() {
	let signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	let operator = account("account");
	admin.sign_raw(lease, operator, b"hello".to_vec()).unwrap();
	// Another session's name is worth nothing, nor is an old one.
	let other = admin.sign_raw(LeaseId([0; 16]), operator, b"hello".to_vec()).unwrap_err();
	assert_eq!(other.reason(), Some(RefusalCode::NoLease));
	admin.close_lease().unwrap();
	let after = admin.sign_raw(lease, operator, b"hello".to_vec()).unwrap_err();
	assert_eq!(after.reason(), Some(RefusalCode::NoLease));
	// Session keys and agents' keys sign no raw bytes even within one.
	let (admin, lease) = signer.operator();
	for role in ["agent", "aura", "grandpa"] {
		let error = admin.sign_raw(lease, account(role), b"hello".to_vec()).unwrap_err();
		assert_eq!(error.reason(), Some(RefusalCode::UnknownKey));
	}
}

#[test]
fn a_session_ends_by_itself() {
	let signer = TestSigner::alice();
	let admin = signer.admin();
	let lease = admin.open_lease(PASSPHRASE, 1).unwrap();
	let operator = account("account");
	let by = std::time::Instant::now() + WITHIN;
	loop {
		match admin.sign_raw(lease, operator, b"hello".to_vec()) {
			Ok(_) => assert!(std::time::Instant::now() < by),
			Err(error) if error.reason() == Some(RefusalCode::RateLimited) => {}
			Err(error) => {
				assert_eq!(error.reason(), Some(RefusalCode::NoLease));
				break;
			}
		}
		thread::sleep(std::time::Duration::from_millis(50));
	}
}

#[test]
fn a_canary_locks_the_signer() {
	let mut signer = TestSigner::alice();
	let (admin, lease) = signer.operator();
	let spec = KeySpec {
		class: KeyClass::Agent,
		role: KeyRole::Account,
		scheme: 0,
		label: "treasury".into(),
		operator: Some(account("account")),
		canary: true,
	};
	let canary = admin.create_key(lease, spec, b"").unwrap().id;
	admin.close_lease().unwrap();
	let receipts = receipts(0, 1, [0; 32]);
	let error = signer.agent().sign_receipts(canary, &receipts, WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::NotAllowed));
	assert!(signer.node().status(WITHIN).unwrap().locked);
	signer.kill();
	signer.start();
	let error =
		signer.node().sign_grandpa(&public("grandpa"), vote(0, 0, 1, 1), WITHIN).unwrap_err();
	assert_eq!(error.reason(), Some(RefusalCode::Locked));
	assert!(error.to_string().contains("canary"));
}
