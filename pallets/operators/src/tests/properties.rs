// SPDX-License-Identifier: Apache-2.0

//! Random sequences of what can happen, with every invariant checked after each step and health and
//! uptime compared with a model that remembers everything.

use crate::{mock::*, *};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NAMES: [&str; 7] = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "gina"];

#[derive(Clone, Debug)]
enum Step {
	Blocks { count: u8, author: Option<usize> },
	BlockWithoutTransactions,
	Heartbeat(usize),
	Register { newcomer: usize, inviter: usize },
	SetAgent { operator: usize, version: u8 },
	RotateKeys { operator: usize, version: u32 },
	Revoke { operator: usize, key: u8 },
	RevokeAgent(usize),
	Equivocate(usize),
}

fn step() -> impl Strategy<Value = Step> {
	let who = 0..NAMES.len();
	prop_oneof![
		6 => (1u8..8, proptest::option::of(who.clone()))
			.prop_map(|(count, author)| Step::Blocks { count, author }),
		1 => Just(Step::BlockWithoutTransactions),
		6 => who.clone().prop_map(Step::Heartbeat),
		2 => (who.clone(), who.clone())
			.prop_map(|(newcomer, inviter)| Step::Register { newcomer, inviter }),
		1 => (who.clone(), 0u8..3)
			.prop_map(|(operator, version)| Step::SetAgent { operator, version }),
		1 => (who.clone(), 0u32..3)
			.prop_map(|(operator, version)| Step::RotateKeys { operator, version }),
		1 => (who.clone(), 0u8..4).prop_map(|(operator, key)| Step::Revoke { operator, key }),
		1 => who.clone().prop_map(Step::RevokeAgent),
		1 => who.prop_map(Step::Equivocate),
	]
}

/// What an operator did, in full.
#[derive(Default)]
struct Remembered {
	registered_in: WindowIndex,
	seen: BTreeSet<WindowIndex>,
	uptime: BTreeSet<WindowIndex>,
}

impl Remembered {
	fn see(&mut self, window: WindowIndex) {
		if self.seen.insert(window) {
			self.uptime.insert(window);
		}
	}

	fn health(&self, current: WindowIndex) -> HealthState {
		let mut state = HealthState::Healthy;
		let mut missed = 0;
		for window in self.registered_in + 1..=current {
			if self.seen.contains(&window) {
				missed = 0;
				state = match state {
					HealthState::Unhealthy => HealthState::Recovering,
					_ => HealthState::Healthy,
				};
			} else if window < current {
				missed += 1;
				if missed == 2 || state == HealthState::Recovering {
					state = HealthState::Unhealthy;
				}
			}
		}
		state
	}

	fn uptime(&self, current: WindowIndex) -> UptimeFigure {
		let from = (self.registered_in + 1).max(current.saturating_sub(UptimeWindows::get()));
		UptimeFigure {
			seen: self.uptime.range(from.min(current)..current).count() as u32,
			windows: current.saturating_sub(from),
		}
	}
}

/// Takes a step; returns whom it showed alive.
fn take(step: Step, model: &mut BTreeMap<usize, Remembered>) {
	let window = Operators::window();
	match step {
		Step::Blocks { count, author } => {
			for _ in 0..count {
				let before = Operators::window();
				next_block_by(author.map(|who| NAMES[who]));
				if let Some(author) = author.and_then(|who| model.get_mut(&who)) {
					author.see(before);
				}
			}
		}
		Step::BlockWithoutTransactions => next_block_without_transactions(),
		Step::Heartbeat(who) => {
			let sent = Operators::agent_of(&account(NAMES[who]))
				.is_some_and(|agent| Operators::heartbeat(signed(&agent), beat()).is_ok());
			if sent {
				model.get_mut(&who).unwrap().see(window);
			}
		}
		Step::Register { newcomer, inviter } => {
			let registration = registration(NAMES[newcomer], Some(NAMES[inviter]));
			if Operators::register(signed(&account(NAMES[inviter])), registration).is_ok() {
				let seen = BTreeSet::from([window]);
				let remembered = Remembered { registered_in: window, uptime: seen.clone(), seen };
				assert!(model.insert(newcomer, remembered).is_none());
			}
		}
		Step::SetAgent { operator, version } => {
			let operator = account(NAMES[operator]);
			let agent = key(NAMES[version as usize], "agent2");
			let consent = sign(&agent, &statement::agent_statement(genesis(), &operator));
			let _ = Operators::set_agent(signed(&operator), Box::new(consent));
		}
		Step::RotateKeys { operator, version } => {
			if let Some(agent) = Operators::agent_of(&account(NAMES[operator])) {
				let (keys, proof) = session_keys(NAMES[operator], version);
				let proof = proof.try_into().unwrap();
				let _ = Operators::rotate_session_keys(signed(&agent), Box::new(keys), proof);
			}
		}
		Step::Revoke { operator, key } => {
			let keys = vec![[key; 32]].try_into().unwrap();
			let _ = Operators::revoke_keys(signed(&account(NAMES[operator])), keys);
		}
		Step::RevokeAgent(operator) => {
			let operator = account(NAMES[operator]);
			if let Some(agent) = Operators::agent_of(&operator) {
				let keys = vec![agent.into()].try_into().unwrap();
				let _ = Operators::revoke_keys(signed(&operator), keys);
			}
		}
		Step::Equivocate(who) => {
			Operators::punish_equivocator(&account(NAMES[who]));
			if let Some(remembered) = model.get_mut(&who) {
				remembered.uptime.clear();
			}
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn invariants_hold_and_health_agrees_with_a_model_that_remembers_everything(
		steps in proptest::collection::vec(step(), 1..80),
		uptime_windows in 1u32..6,
	) {
		WindowLength::set(3);
		UptimeWindows::set(uptime_windows);
		InviterAge::set(0);
		MaxSweepPerBlock::set(2);
		ExtBuilder::default().build_and_execute(|| {
			let mut model: BTreeMap<_, _> = (0..4)
				.map(|who| {
					let seen = BTreeSet::from([0]);
					(who, Remembered { registered_in: 0, uptime: seen.clone(), seen })
				})
				.collect();
			for step in steps {
				take(step.clone(), &mut model);
				Operators::do_try_state().unwrap_or_else(|error| panic!("{step:?}: {error:?}"));
				let current = Operators::window();
				for (who, name) in NAMES.iter().enumerate() {
					let id = account(name);
					let remembered = model.get(&who);
					assert_eq!(
						Operators::health(&id),
						remembered.map(|remembered| remembered.health(current)),
						"{name} after {step:?}"
					);
					assert_eq!(
						Operators::uptime(&id),
						remembered.map(|remembered| remembered.uptime(current)),
						"{name} after {step:?}"
					);
				}
			}
			let validators = Session::validators();
			assert!(validators.len() as u32 >= MinValidators::get());
		});
	}
}
