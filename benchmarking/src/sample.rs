// SPDX-License-Identifier: Apache-2.0
//! Runs a benchmark over its components and fits a plane through the results.
//!
//! Each component goes from its lowest to its highest value while the others stay at their highest.
//! Times come from runs that record nothing; reads, writes and proof size from one run a point that
//! records every key. The fit is polkadot-sdk's least squares without the outer quartiles.

use crate::runtime::{Runtime, Track};
use anyhow::{ensure, Result};
use frame_benchmarking::{
	Analysis, BenchmarkConfig, BenchmarkList, BenchmarkMetadata, BenchmarkParameter,
	BenchmarkResult, BenchmarkSelector,
};
use frame_support::traits::StorageInfo;
use std::collections::BTreeMap;

/// Everything measured of one benchmark.
pub(crate) struct Samples {
	time: Vec<BenchmarkResult>,
	storage: Vec<BenchmarkResult>,
	components: Vec<(BenchmarkParameter, u32, u32)>,
}

/// A plane: a base, and a slope for each component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plane {
	/// Cost where every component is zero.
	pub(crate) base: u128,
	/// Cost of one more of each component, in the order of the components.
	pub(crate) slopes: Vec<u128>,
}

/// How many entries of one storage item were touched at worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
	/// Reads.
	pub(crate) reads: u32,
	/// Writes.
	pub(crate) writes: u32,
}

/// The fitted cost of one benchmark.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
	/// Its name, the name of the weight function.
	pub(crate) name: String,
	/// Components with the range that was measured.
	pub(crate) components: Vec<(String, u32, u32)>,
	/// Picoseconds.
	pub(crate) time: Plane,
	/// Shortest time seen, in picoseconds.
	pub(crate) minimum: u128,
	/// Reads from the database.
	pub(crate) reads: Plane,
	/// Writes to the database.
	pub(crate) writes: Plane,
	/// Bytes of storage proof.
	pub(crate) proof_size: Plane,
	/// What was touched, by storage item.
	pub(crate) storage: BTreeMap<String, Touched>,
}

/// Runs `benchmark` at every point.
pub(crate) fn sample(
	runtime: &Runtime,
	list: &BenchmarkList,
	benchmark: &BenchmarkMetadata,
	steps: u32,
	repeat: u32,
) -> Result<Samples> {
	let mut samples =
		Samples { time: Vec::new(), storage: Vec::new(), components: benchmark.components.clone() };
	for point in points(&benchmark.components, steps) {
		let mut config = BenchmarkConfig {
			pallet: list.pallet.clone(),
			instance: list.instance.clone(),
			benchmark: benchmark.name.clone(),
			selected_components: point,
			verify: true,
			internal_repeats: 1,
		};
		for batch in runtime.dispatch(&config, Track::Storage)? {
			samples.storage.extend(batch.results);
		}
		config.verify = false;
		config.internal_repeats = repeat;
		for batch in runtime.dispatch(&config, Track::Time)? {
			samples.time.extend(batch.results);
		}
	}
	ensure!(!samples.time.is_empty(), "{} measured nothing", crate::utf8(&benchmark.name));
	Ok(samples)
}

/// The choices of components at which a benchmark is run: each goes from its lowest value to its
/// highest, once while the others are at their highest and once at their lowest. Without the
/// latter, the noise of one dear component would hide what a cheap one and the rest cost.
fn points(
	components: &[(BenchmarkParameter, u32, u32)],
	steps: u32,
) -> Vec<Vec<(BenchmarkParameter, u32)>> {
	if components.is_empty() {
		return vec![Vec::new()];
	}
	let mut points = Vec::new();
	for others_are_high in [true, false] {
		for (varied, low, high) in components {
			let span = high - low;
			let last = steps.min(span + 1).max(2) - 1;
			for step in 0..steps.min(span + 1) {
				let value = low + ((u64::from(span) * u64::from(step)) / u64::from(last)) as u32;
				let choose = |(name, low, high): &(BenchmarkParameter, u32, u32)| {
					let other = if others_are_high { *high } else { *low };
					(*name, if name == varied { value } else { other })
				};
				let point = components.iter().map(choose).collect();
				if !points.contains(&point) {
					points.push(point);
				}
			}
		}
	}
	points
}

/// Fits the results of one benchmark.
pub(crate) fn analyse(
	name: String,
	samples: &Samples,
	storage: &[StorageInfo],
) -> Result<Measured> {
	let time = Analysis::min_squares_iqr(&samples.time, BenchmarkSelector::ExtrinsicTime)?;
	let fit = |selector| -> Result<Plane> {
		let analysis = Analysis::min_squares_iqr(&samples.storage, selector)?;
		Ok(plane(&analysis, samples.components.len()))
	};
	Ok(Measured {
		name,
		components: samples
			.components
			.iter()
			.map(|(name, low, high)| (name.to_string(), *low, *high))
			.collect(),
		time: plane(&time, samples.components.len()),
		// The only figure of the analysis that is left in nanoseconds.
		minimum: time.minimum * 1_000,
		reads: fit(BenchmarkSelector::Reads)?,
		writes: fit(BenchmarkSelector::Writes)?,
		proof_size: fit(BenchmarkSelector::ProofSize)?,
		storage: touched(&samples.storage, storage),
	})
}

fn plane(analysis: &Analysis, components: usize) -> Plane {
	let mut slopes = analysis.slopes.clone();
	slopes.resize(components, 0);
	Plane { base: analysis.base, slopes }
}

/// A key that belongs to no storage item.
fn well_known(key: &[u8]) -> String {
	match key {
		[b':', ..] => crate::utf8(key),
		_ => "unknown".to_owned(),
	}
}

/// The worst number of reads and writes of each storage item in any one run.
fn touched(results: &[BenchmarkResult], storage: &[StorageInfo]) -> BTreeMap<String, Touched> {
	let mut worst: BTreeMap<String, Touched> = BTreeMap::new();
	for result in results {
		let mut run: BTreeMap<String, Touched> = BTreeMap::new();
		for (key, reads, writes, whitelisted) in &result.keys {
			if *whitelisted {
				continue;
			}
			let item = storage
				.iter()
				.filter(|info| key.starts_with(&info.prefix))
				.max_by_key(|info| info.prefix.len())
				.map_or_else(
					|| well_known(key),
					|info| {
						let pallet = crate::utf8(&info.pallet_name);
						format!("{pallet}::{}", crate::utf8(&info.storage_name))
					},
				);
			// One key stands for all that begin with the same 32 bytes.
			let entry = run.entry(item).or_default();
			entry.reads += *reads;
			entry.writes += *writes;
		}
		for (item, touched) in run {
			let entry = worst.entry(item).or_default();
			entry.reads = entry.reads.max(touched.reads);
			entry.writes = entry.writes.max(touched.writes);
		}
	}
	worst
}

#[cfg(test)]
mod tests {
	use super::*;
	use BenchmarkParameter::{a, b};

	#[test]
	fn a_benchmark_without_components_is_run_at_one_point() {
		assert_eq!(points(&[], 50), vec![Vec::new()]);
	}

	#[test]
	fn each_component_goes_from_low_to_high_while_the_others_stay_high_and_then_low() {
		let points = points(&[(a, 1, 100), (b, 0, 4)], 10);
		assert_eq!(points[0], vec![(a, 1), (b, 4)]);
		assert_eq!(points[9], vec![(a, 100), (b, 4)]);
		assert_eq!(points[10], vec![(a, 100), (b, 0)]);
		assert_eq!(points[13], vec![(a, 100), (b, 3)]);
		assert_eq!(points[14], vec![(a, 1), (b, 0)]);
		assert_eq!(points[22], vec![(a, 89), (b, 0)]);
		assert_eq!(points[23], vec![(a, 1), (b, 1)]);
		// Each choice once, although most corners belong to two lines.
		assert_eq!(points.len(), 10 + 4 + 9 + 3);
	}

	#[test]
	fn every_entry_of_an_item_is_counted_in_the_worst_run() {
		let info = StorageInfo {
			pallet_name: b"Pallet".to_vec(),
			storage_name: b"Item".to_vec(),
			prefix: vec![7; 32],
			max_values: None,
			max_size: None,
		};
		let run = |reads, writes| BenchmarkResult {
			keys: vec![(vec![7; 32], reads, writes, false), (vec![8; 32], 9, 9, true)],
			..Default::default()
		};
		let touched = touched(&[run(3, 1), run(2, 2)], &[info]);
		assert_eq!(touched, [("Pallet::Item".to_owned(), Touched { reads: 3, writes: 2 })].into());
	}

	#[test]
	fn a_component_of_one_value_is_run_once() {
		assert_eq!(points(&[(a, 7, 7)], 10), vec![vec![(a, 7)]]);
	}
}
