// SPDX-License-Identifier: Apache-2.0
//! Budgets: token buckets per key and kind of request. The log's records are what empties them, so
//! they survive a restart.

use codec::{Decode, Encode};

/// What a budget is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum Budget {
	/// Transactions.
	#[codec(index = 0)]
	Transactions,
	/// Receipts, each.
	#[codec(index = 1)]
	Receipts,
	/// New session keys.
	#[codec(index = 2)]
	SessionKeys,
	/// Consents, vouchers, releases and raw bytes.
	#[codec(index = 3)]
	Statements,
}

/// Size and refill of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
	/// Tokens of a full bucket.
	pub burst: u32,
	/// Tokens that come back in a minute.
	pub per_minute: u32,
}

/// The limits of all budgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
	/// Of transactions.
	pub transactions: Limit,
	/// Of receipts.
	pub receipts: Limit,
	/// Of new session keys.
	pub session_keys: Limit,
	/// Of other statements.
	pub statements: Limit,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			transactions: Limit { burst: 240, per_minute: 120 },
			receipts: Limit { burst: 50_000, per_minute: 30_000 },
			session_keys: Limit { burst: 16, per_minute: 1 },
			statements: Limit { burst: 60, per_minute: 30 },
		}
	}
}

impl Limits {
	/// The limit of a budget.
	pub fn of(&self, budget: Budget) -> Limit {
		match budget {
			Budget::Transactions => self.transactions,
			Budget::Receipts => self.receipts,
			Budget::SessionKeys => self.session_keys,
			Budget::Statements => self.statements,
		}
	}
}

/// Thousandths of a token.
const SCALE: u64 = 1000;
/// Milliseconds of a minute.
const MINUTE: u64 = 60_000;

/// A bucket. What is missing is stored, so that a new bucket is full and a larger limit takes
/// effect at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Bucket {
	/// Thousandths of tokens taken and not yet refilled.
	used: u64,
	/// When that was so.
	at_ms: u64,
}

impl Bucket {
	/// Whether `count` tokens are there.
	pub fn has(&self, limit: Limit, count: u64, now_ms: u64) -> bool {
		let wanted = self.used_at(limit, now_ms).saturating_add(count.saturating_mul(SCALE));
		wanted <= u64::from(limit.burst).saturating_mul(SCALE)
	}

	/// Take `count` tokens, there or not.
	pub fn take(&mut self, limit: Limit, count: u64, now_ms: u64) {
		let used = self.used_at(limit, now_ms).saturating_add(count.saturating_mul(SCALE));
		*self = Self { used, at_ms: self.at_ms.max(now_ms) };
	}

	/// A clock that went back refills nothing.
	fn used_at(&self, limit: Limit, now_ms: u64) -> u64 {
		let elapsed = now_ms.saturating_sub(self.at_ms);
		let refilled = elapsed.saturating_mul(u64::from(limit.per_minute) * SCALE) / MINUTE;
		self.used.saturating_sub(refilled)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const LIMIT: Limit = Limit { burst: 5, per_minute: 60 };

	fn take(bucket: &mut Bucket, now_ms: u64) -> bool {
		let has = bucket.has(LIMIT, 1, now_ms);
		if has {
			bucket.take(LIMIT, 1, now_ms);
		}
		has
	}

	#[test]
	fn a_burst_then_the_rate() {
		let mut bucket = Bucket::default();
		let granted = (0..100).filter(|_| take(&mut bucket, 10_000)).count();
		assert_eq!(granted, 5);
		assert!(!take(&mut bucket, 10_999));
		assert!(take(&mut bucket, 11_000));
		assert!(!take(&mut bucket, 11_000));
	}

	#[test]
	fn no_window_of_time_grants_more_than_burst_and_rate() {
		let mut bucket = Bucket::default();
		let granted: Vec<u64> = (0..60_000).filter(|now| take(&mut bucket, *now)).collect();
		for (index, from) in granted.iter().enumerate() {
			let within = granted[index..].iter().take_while(|at| **at < from + 10_000).count();
			assert!(within <= 15, "{within} within ten seconds");
		}
	}

	#[test]
	fn a_clock_that_goes_back_refills_nothing() {
		let mut bucket = Bucket::default();
		while take(&mut bucket, 1_000_000) {}
		assert!(!take(&mut bucket, 0));
		assert!(!take(&mut bucket, 1_000_500));
	}
}
