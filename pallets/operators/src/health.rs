// SPDX-License-Identifier: Apache-2.0

//! Windows, signs of life, and what follows from missing them.
//!
//! Each operator that is not marked as unhealthy stands in [`LastSeen`] under the last window in
//! which it was seen, and moves with each sign of life. When window `W` begins, whoever still
//! stands under `W − 3` or before has missed two complete windows; the sweep marks them, so its
//! work is in proportion to those that missed.

use super::*;
use frame_support::weights::WeightMeter;

impl Health {
	/// Of an operator that registers in `window`: it counts as seen.
	pub(crate) fn new(window: WindowIndex) -> Self {
		let mut uptime = uptime::Uptime::default();
		uptime.note(window, window);
		Self { state: HealthState::Healthy, last_seen: window, last_heartbeat: None, uptime }
	}

	/// The state in the current window.
	pub fn state_in(&self, current: WindowIndex) -> HealthState {
		let missed = current.saturating_sub(self.last_seen).saturating_sub(1);
		match self.state {
			HealthState::Healthy if missed < 2 => HealthState::Healthy,
			HealthState::Recovering if missed < 1 => HealthState::Recovering,
			_ => HealthState::Unhealthy,
		}
	}
}

impl<T: Config> Pallet<T> {
	/// Number of the current window.
	pub fn window() -> WindowIndex {
		CurrentWindow::<T>::get().index
	}

	/// Number of the current era, in whole eras of windows since window 0.
	pub fn era() -> u32 {
		Self::window() / T::EraLength::get().max(1)
	}

	/// An operator's health now; `None` for others.
	pub fn health(operator: &AccountId32) -> Option<HealthState> {
		HealthOf::<T>::get(operator).map(|health| health.state_in(Self::window()))
	}

	/// Whether the account is an operator that is healthy now. Recovering is not healthy yet.
	pub fn is_healthy(operator: &AccountId32) -> bool {
		Self::health(operator) == Some(HealthState::Healthy)
	}

	/// An operator's uptime over the complete windows of the last 30 days; `None` for others.
	pub fn uptime(operator: &AccountId32) -> Option<UptimeFigure> {
		let health = HealthOf::<T>::get(operator)?;
		let record = Registry::<T>::get(operator)?;
		let current = Self::window();
		let lookback = T::UptimeWindows::get().min(MAX_UPTIME_WINDOWS);
		let from = record.registered_in.saturating_add(1).max(current.saturating_sub(lookback));
		let windows = current.saturating_sub(from);
		if windows == 0 {
			return Some(UptimeFigure::default());
		}
		let last = health.last_seen.min(current.saturating_sub(1));
		Some(UptimeFigure { seen: health.uptime.count(from, last), windows })
	}

	pub(crate) fn check_heartbeat(
		who: &AccountId32,
		heartbeat: &Heartbeat,
	) -> Result<AccountId32, Error<T>> {
		let operator = Self::acting_operator(who)?;
		let health = HealthOf::<T>::get(&operator).ok_or(Error::<T>::NotOperator)?;
		let already = health.last_heartbeat.is_some_and(|(window, _)| window == Self::window());
		ensure!(!already, Error::<T>::AlreadySeen);
		ensure!(heartbeat.finalized <= heartbeat.best, Error::<T>::InvalidHeartbeat);
		Ok(operator)
	}

	pub(crate) fn do_heartbeat(operator: &AccountId32, heartbeat: Heartbeat) {
		let window = Self::window();
		HealthOf::<T>::mutate_extant(operator, |health| {
			Self::see(operator, health, window);
			health.last_heartbeat = Some((window, heartbeat));
		});
		Self::deposit_event(Event::HeartbeatReceived {
			operator: operator.clone(),
			window,
			heartbeat,
		});
	}

	/// Notes that an operator's validator authored a block.
	pub(crate) fn do_note_author(author: &AccountId32) {
		let window = Self::window();
		// A read a block; a write only for the author's first block of a window.
		let Some(mut health) = HealthOf::<T>::get(author) else { return };
		if health.last_seen < window {
			Self::see(author, &mut health, window);
			HealthOf::<T>::insert(author, health);
		}
	}

	/// A sign of life in the current window.
	fn see(operator: &AccountId32, health: &mut Health, window: WindowIndex) {
		if health.last_seen == window {
			return;
		}
		match health.state_in(window) {
			HealthState::Healthy => {}
			HealthState::Recovering => {
				health.state = HealthState::Healthy;
				Self::deposit_event(Event::OperatorRecovered {
					operator: operator.clone(),
					window,
				});
			}
			HealthState::Unhealthy => {
				// Where the sweep has not passed yet, say what it would have said.
				if health.state != HealthState::Unhealthy {
					Self::deposit_event(Event::OperatorUnhealthy {
						operator: operator.clone(),
						last_seen: health.last_seen,
					});
				}
				health.state = HealthState::Recovering;
				Self::deposit_event(Event::RecoveryBegan { operator: operator.clone(), window });
			}
		}
		LastSeen::<T>::remove(health.last_seen, operator);
		LastSeen::<T>::insert(window, operator, ());
		health.uptime.note(health.last_seen, window);
		health.last_seen = window;
	}

	/// Counts a block that accepts transactions, and sweeps. Where there is no room for even that,
	/// the block has none for transactions either and does not count.
	pub(crate) fn advance_window(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::advance_window()).is_err() {
			return;
		}
		let length = T::WindowLength::get();
		let current = CurrentWindow::<T>::mutate(|window| {
			if window.blocks >= length && !window.blocks.is_zero() {
				*window = Window {
					index: window.index.saturating_add(1),
					blocks: Zero::zero(),
					began_at: frame_system::Pallet::<T>::block_number(),
				};
			}
			window.blocks = window.blocks.saturating_add(One::one());
			window.index
		});
		Self::sweep(current, meter);
	}

	/// Marks operators that have missed two windows, as many as the block has room for.
	pub(crate) fn sweep(current: WindowIndex, meter: &mut WeightMeter) {
		let mut cursor = SweepCursor::<T>::get();
		if cursor.saturating_add(3) > current {
			return;
		}
		let mut missed = LastSeen::<T>::iter_key_prefix(cursor);
		for _ in 0..T::MaxSweepPerBlock::get() {
			if meter.try_consume(T::WeightInfo::sweep_step()).is_err() {
				break;
			}
			match missed.next() {
				Some(operator) => Self::mark_unhealthy(operator, cursor),
				None => {
					cursor = cursor.saturating_add(1);
					if cursor.saturating_add(3) > current {
						break;
					}
					missed = LastSeen::<T>::iter_key_prefix(cursor);
				}
			}
		}
		SweepCursor::<T>::put(cursor);
	}

	fn mark_unhealthy(operator: AccountId32, last_seen: WindowIndex) {
		LastSeen::<T>::remove(last_seen, &operator);
		HealthOf::<T>::mutate_extant(&operator, |health| health.state = HealthState::Unhealthy);
		Self::deposit_event(Event::OperatorUnhealthy { operator, last_seen });
	}
}
