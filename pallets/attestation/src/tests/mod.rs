// SPDX-License-Identifier: Apache-2.0

//! Tests by theme. Each runs in [`crate::mock::execute`], which checks the invariants at its end.

mod anchor;
mod extension;
mod fixtures;
mod proof;
mod properties;
mod tank;
mod vouchers;

use crate::mock::{RuntimeEvent, System, Test};
use crate::Event;

/// This pallet's events since the block began.
fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Attestation(event) => Some(event),
			_ => None,
		})
		.collect()
}
