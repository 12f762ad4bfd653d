// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, *};
use codec::Encode;
use frame_support::{
	assert_noop, assert_ok,
	traits::Hooks,
	weights::{Weight, WeightMeter},
};
use std::collections::BTreeSet;

#[test]
fn a_heartbeat_is_recorded() {
	ExtBuilder::default().build_and_execute(|| {
		run_to_window(1);
		assert_ok!(send_heartbeat("alice"));
		let status = Operators::heartbeat_status(&account("alice")).unwrap();
		assert_eq!(status.window, 1);
		assert_eq!(status.length, 10);
		assert_eq!(status.blocks, 1);
		assert_eq!(status.last_heartbeat, Some((1, beat())));
		assert!(!status.needed() && !status.accepted());
		assert_eq!(
			events().last(),
			Some(&Event::HeartbeatReceived {
				operator: account("alice"),
				window: 1,
				heartbeat: beat()
			})
		);
	});
}

#[test]
fn a_heartbeat_fails_if_the_sender_is_no_agent() {
	ExtBuilder::default().build_and_execute(|| {
		for who in [account("alice"), account("eve"), agent("eve")] {
			assert_noop!(Operators::heartbeat(signed(&who), beat()), Error::<Test>::NotAgent);
		}
	});
}

#[test]
fn a_heartbeat_fails_if_the_agents_key_or_the_operators_was_revoked() {
	ExtBuilder::default().build_and_execute(|| {
		for (name, key, error) in [
			("alice", agent("alice"), Error::<Test>::KeyRevoked),
			("bob", account("bob"), Error::<Test>::NotAgent),
		] {
			let keys = vec![key.into()].try_into().unwrap();
			assert_ok!(Operators::revoke_keys(signed(&account(name)), keys));
			assert_noop!(send_heartbeat(name), error);
		}
	});
}

#[test]
fn a_second_heartbeat_in_a_window_fails() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(send_heartbeat("alice"));
		assert_noop!(send_heartbeat("alice"), Error::<Test>::AlreadySeen);
		run_to_window(1);
		assert_ok!(send_heartbeat("alice"));
	});
}

#[test]
fn a_heartbeat_fails_if_it_contradicts_itself() {
	ExtBuilder::default().build_and_execute(|| {
		let heartbeat = Heartbeat { best: 4, finalized: 5, ..beat() };
		assert_noop!(
			Operators::heartbeat(signed(&agent("alice")), heartbeat),
			Error::<Test>::InvalidHeartbeat
		);
	});
}

#[test]
fn a_window_is_its_length_in_blocks() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(10);
		assert_eq!(CurrentWindow::<Test>::get(), Window { index: 0, blocks: 10, began_at: 0 });
		next_block();
		assert_eq!(CurrentWindow::<Test>::get(), Window { index: 1, blocks: 1, began_at: 11 });
		run_to(21);
		assert_eq!(CurrentWindow::<Test>::get(), Window { index: 2, blocks: 1, began_at: 21 });
	});
}

#[test]
fn blocks_that_accept_no_transactions_do_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(10);
		for _ in 0..25 {
			next_block_without_transactions();
		}
		assert_eq!(Operators::window(), 0);
		next_block();
		assert_eq!(CurrentWindow::<Test>::get(), Window { index: 1, blocks: 1, began_at: 36 });
	});
}

#[test]
fn a_block_without_room_for_the_hook_does_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		let before = CurrentWindow::<Test>::get();
		let mut meter = WeightMeter::with_limit(Weight::from_parts(1, 1));
		Operators::on_poll(2, &mut meter);
		assert_eq!(CurrentWindow::<Test>::get(), before);
		assert!(meter.consumed().is_zero());
	});
}

#[test]
fn who_authors_a_block_needs_no_heartbeat() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..64 {
			next_block_by(Some("alice"));
		}
		assert_eq!(Operators::health(&account("alice")), Some(HealthState::Healthy));
		assert_eq!(Operators::health(&account("bob")), Some(HealthState::Unhealthy));
		let status = Operators::heartbeat_status(&account("alice")).unwrap();
		assert!(!status.needed() && status.accepted());
	});
}

#[test]
fn an_author_that_is_no_operator_is_ignored() {
	ExtBuilder::default().build_and_execute(|| next_block_by(Some("eve")));
}

#[test]
fn an_operator_is_unhealthy_after_two_complete_windows_without_a_sign() {
	ExtBuilder::default().build_and_execute(|| {
		// Seen in window 0 by being there; windows 1 and 2 are missed.
		run_to(30);
		assert_eq!(Operators::window(), 2);
		assert_eq!(Operators::health(&account("alice")), Some(HealthState::Healthy));
		next_block();
		assert_eq!(Operators::window(), 3);
		assert_eq!(Operators::health(&account("alice")), Some(HealthState::Unhealthy));
		let marked: BTreeSet<_> = events()
			.into_iter()
			.map(|event| match event {
				Event::OperatorUnhealthy { operator, last_seen: 0 } => operator,
				other => panic!("unexpected {other:?}"),
			})
			.collect();
		assert_eq!(marked, ["alice", "bob", "charlie", "dave"].map(account).into());
	});
}

#[test]
fn one_missed_window_is_forgiven() {
	ExtBuilder::default().build_and_execute(|| {
		for window in [2, 4, 6, 8] {
			run_to_window(window);
			assert_ok!(send_heartbeat("alice"));
		}
		assert_eq!(Operators::health(&account("alice")), Some(HealthState::Healthy));
	});
}

#[test]
fn recovery_takes_a_sign_in_two_windows_in_a_row() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		run_to_window(3);
		assert_ok!(send_heartbeat("alice"));
		assert_eq!(Operators::health(&alice), Some(HealthState::Recovering));
		assert!(!Operators::is_healthy(&alice));
		assert!(events().contains(&Event::RecoveryBegan { operator: alice.clone(), window: 3 }));
		run_to_window(4);
		assert_ok!(send_heartbeat("alice"));
		assert_eq!(Operators::health(&alice), Some(HealthState::Healthy));
		assert!(events().contains(&Event::OperatorRecovered { operator: alice, window: 4 }));
	});
}

#[test]
fn a_window_missed_in_recovery_ends_it() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		run_to_window(3);
		assert_ok!(send_heartbeat("alice"));
		run_to_window(5);
		assert_eq!(Operators::health(&alice), Some(HealthState::Unhealthy));
		assert_ok!(send_heartbeat("alice"));
		assert_eq!(Operators::health(&alice), Some(HealthState::Recovering));
		run_to_window(6);
		next_block_by(Some("alice"));
		assert_eq!(Operators::health(&alice), Some(HealthState::Healthy));
	});
}

#[test]
fn a_window_missed_in_recovery_is_marked_by_the_sweep_too() {
	ExtBuilder::default().build_and_execute(|| {
		run_to_window(3);
		assert_ok!(send_heartbeat("alice"));
		run_to_window(6);
		assert_eq!(
			events(),
			[Event::OperatorUnhealthy { operator: account("alice"), last_seen: 3 }]
		);
	});
}

#[test]
fn the_sweep_marks_a_bounded_number_of_operators_a_block_and_health_is_exact_meanwhile() {
	MaxSweepPerBlock::set(2);
	ExtBuilder::default().build_and_execute(|| {
		run_to_window(3);
		assert_eq!(events().len(), 2);
		for name in ["alice", "bob", "charlie", "dave"] {
			assert_eq!(Operators::health(&account(name)), Some(HealthState::Unhealthy));
		}
		// One that the sweep has not reached tells itself what it missed.
		let behind = LastSeen::<Test>::iter_key_prefix(0).next().unwrap();
		let its_agent = Operators::agent_of(&behind).unwrap();
		assert_ok!(Operators::heartbeat(signed(&its_agent), beat()));
		assert!(
			events().contains(&Event::OperatorUnhealthy { operator: behind.clone(), last_seen: 0 })
		);
		assert_eq!(Operators::health(&behind), Some(HealthState::Recovering));
		next_block();
		assert_eq!(events().len(), 1);
		next_block();
		assert_eq!(events(), []);
		assert_eq!(LastSeen::<Test>::iter_keys().collect::<Vec<_>>(), [(3, behind)]);
	});
}

#[test]
fn the_sweep_does_nothing_where_nobody_missed() {
	ExtBuilder::default()
		.operators(&["alice", "bob"])
		.validators(&["alice", "bob"])
		.build_and_execute(|| {
			let mut longest = 0;
			for window in 1..8 {
				run_to_window(window);
				assert_ok!(send_heartbeat("alice"));
				assert_ok!(send_heartbeat("bob"));
				let mut meter = WeightMeter::new();
				Operators::advance_window(&mut meter);
				longest = longest.max(meter.consumed().ref_time());
			}
			let at_most = <() as WeightInfo>::advance_window()
				.saturating_add(<() as WeightInfo>::sweep_step().saturating_mul(2));
			assert!(longest <= at_most.ref_time());
		});
}

#[test]
fn uptime_counts_complete_windows_since_registration() {
	ExtBuilder::default().build_and_execute(|| {
		let alice = account("alice");
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 0, windows: 0 }));
		run_to_window(1);
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 0, windows: 0 }));
		assert_ok!(send_heartbeat("alice"));
		run_to_window(2);
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 1, windows: 1 }));
		run_to_window(4);
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 1, windows: 3 }));
		assert_ok!(send_heartbeat("alice"));
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 1, windows: 3 }));
		run_to_window(5);
		assert_eq!(Operators::uptime(&alice), Some(UptimeFigure { seen: 2, windows: 4 }));
		assert_eq!(Operators::uptime(&account("eve")), None);
	});
}

#[test]
fn uptime_forgets_windows_older_than_thirty_days() {
	UptimeWindows::set(4);
	WindowLength::set(1);
	ExtBuilder::default().build_and_execute(|| {
		for window in 1..=20 {
			run_to_window(window);
			if window != 10 {
				assert_ok!(send_heartbeat("alice"));
			}
			let missed = u32::from((11..=14).contains(&window));
			let windows = (window - 1).min(4);
			assert_eq!(
				Operators::uptime(&account("alice")),
				Some(UptimeFigure { seen: windows - missed, windows }),
				"window {window}"
			);
		}
	});
}

#[test]
fn one_missed_window_in_thirty_days_is_above_999_in_a_thousand_and_two_are_not() {
	let with = |missed: u32| UptimeFigure { seen: 1_440 - missed, windows: 1_440 };
	assert!(with(0).reaches(999, 1_000));
	assert!(with(1).reaches(999, 1_000));
	assert!(!with(2).reaches(999, 1_000));
	assert!(!UptimeFigure::default().reaches(999, 1_000));
}

/// Bytes of state, with their proof, that the hook of one block touches among so many operators, all
/// last seen in window 0, at the beginning of this window.
fn touched_by_the_hook(operators: u32, window: WindowIndex) -> usize {
	let mut ext = ExtBuilder::default().operators(&[]).validators(&[]).build();
	ext.execute_with(|| {
		for number in 0..operators {
			let [operator, agent] = [0, 1].map(|role| {
				AccountId32::from(sp_io::hashing::blake2_256(&[number, role].encode()))
			});
			let segment = Segment::from_hash(operator.as_ref());
			Operators::insert_operator(operator, agent, None, segment, 0);
		}
		CurrentWindow::<Test>::put(Window { index: window, blocks: 0, began_at: 0 });
	});
	ext.commit_all().unwrap();
	let ((), proof) = ext.execute_and_prove(|| Operators::advance_window(&mut WeightMeter::new()));
	proof.encoded_size()
}

#[test]
fn the_hook_touches_no_more_state_with_ten_thousand_operators_than_with_a_hundred() {
	let (few, many) = (touched_by_the_hook(100, 2), touched_by_the_hook(10_000, 2));
	assert!(many <= few + 1_024, "{few} bytes, then {many}");

	// Everybody has missed two windows: what one block marks is bounded. The path to an operator
	// grows with the logarithm of their number.
	let (few, many) = (touched_by_the_hook(100, 3), touched_by_the_hook(10_000, 3));
	assert!(many <= 3 * few, "{few} bytes, then {many}");
}
