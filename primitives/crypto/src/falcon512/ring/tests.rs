// SPDX-License-Identifier: Apache-2.0

//! The ring against definitions: schoolbook multiplication, remainders, single steps.

use super::*;
use alloc::vec::Vec;
use proptest::prelude::*;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha20Rng,
};

const N: usize = 2 * WORDS;

fn poly(coefficients: impl Fn(usize) -> u64) -> Poly {
	core::array::from_fn(|i| coefficients(2 * i) | coefficients(2 * i + 1) << 32)
}

fn coefficient(poly: &Poly, i: usize) -> u64 {
	lanes(poly[i / 2])[i % 2]
}

fn schoolbook(a: &Poly, b: &Poly) -> Poly {
	let mut product = [0u64; N];
	for i in 0..N {
		for j in 0..N {
			let term = coefficient(a, i) * coefficient(b, j) % Q;
			product[(i + j) % N] += if i + j < N { term } else { Q - term };
		}
	}
	poly(|i| product[i] % Q)
}

fn check_product(a: &Poly, b: &Poly) {
	let product = multiply(*a, *b);
	let expected = schoolbook(a, b);
	for i in 0..N {
		let lane = coefficient(&product, i);
		assert!(lane <= PRODUCT_LIFT * Q, "coefficient {i}: {lane}");
		assert_eq!(lane % Q, coefficient(&expected, i), "coefficient {i}");
	}
}

#[test]
fn products_of_random_polynomials() {
	let mut rng = ChaCha20Rng::from_seed([1; 32]);
	for _ in 0..100 {
		let [a, b] = core::array::from_fn(|_| {
			let numbers: Vec<u64> = (0..N).map(|_| u64::from(rng.next_u32()) % Q).collect();
			poly(|i| numbers[i])
		});
		check_product(&a, &b);
	}
}

#[test]
fn products_of_extreme_polynomials() {
	let extremes = [
		poly(|_| 0),
		poly(|_| Q - 1),
		poly(|_| Q / 2),
		poly(|i| if i % 2 == 0 { Q - 1 } else { 0 }),
		poly(|i| if i < 256 { Q - 1 } else { 1 }),
	];
	for a in &extremes {
		extremes.iter().for_each(|b| check_product(a, b));
	}
}

/// Every power of X times every other: each entry of each table is wrong in some of them.
#[test]
fn products_of_monomials() {
	let power = |exponent| poly(|i| u64::from(i == exponent));
	for i in 0..N {
		for j in 0..N {
			let product = multiply(power(i), power(j));
			for k in 0..N {
				let expected = match (k == (i + j) % N, i + j < N) {
					(true, true) => 1,
					(true, false) => Q - 1,
					(false, _) => 0,
				};
				assert_eq!(coefficient(&product, k) % Q, expected, "X^{i} X^{j}, coefficient {k}");
			}
		}
	}
}

/// The largest lanes that a transform meets do not leave their lane.
#[test]
fn multiplication_of_lanes() {
	let largest = ((1 << 32) - 1 - 0xffff * Q) / (Q - 1);
	assert!(largest_after_passes(3, Q - 1) + LIFT[3][0] * Q <= largest);
	for factor in 0..Q as u16 {
		for (low, high) in [(0, largest), (largest, 0), (largest, largest - 1), (Q, 0xffff), (1, 2)]
		{
			let x = low | high << 32;
			for (lane, product) in [low, high].into_iter().zip(lanes(mul(x, factor))) {
				assert_eq!((product << 16) % Q, lane * u64::from(factor) % Q);
				assert!(product <= largest_multiplied(lane));
			}
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

	#[test]
	fn reduction(x in 0u64..1 << 48) {
		prop_assert_eq!((u128::from(reduce(x)) << 32) % u128::from(Q), u128::from(x % Q));
		prop_assert!(reduce(x) <= largest_reduced(x));
	}
}

/// Every coefficient of c beside every lane that a product may have.
#[test]
fn distances_of_single_coefficients() {
	let lanes: Vec<u64> = (0..=PRODUCT_LIFT * Q).collect();
	for c in [0, 1, 2, Q / 2 - 1, Q / 2, Q / 2 + 1, Q - 2, Q - 1] {
		for block in lanes.chunks(N) {
			let product = poly(|i| *block.get(i).unwrap_or(&c));
			let expected: u64 = block.iter().map(|lane| centred_square(c, *lane)).sum();
			assert_eq!(squared_distance(&[c as u32; N], &product), expected, "c = {c}");
		}
	}
	for c in 0..Q {
		for lane in [0, 1, Q / 2, Q - 1, Q, 3 * Q + 5, 4 * Q - 1, 4 * Q] {
			let expected = N as u64 * centred_square(c, lane);
			assert_eq!(squared_distance(&[c as u32; N], &poly(|_| lane)), expected);
		}
	}
}

fn centred_square(c: u64, lane: u64) -> u64 {
	let rest = (c + 4 * Q - lane) % Q;
	rest.min(Q - rest).pow(2)
}

/// No squared distance is mistaken for a smaller one because it is large.
#[test]
fn the_largest_distance() {
	let half = Q / 2;
	assert_eq!(squared_distance(&[half as u32; N], &poly(|_| 0)), N as u64 * half * half);
	assert_eq!(squared_distance(&[0; N], &poly(|_| half)), N as u64 * half * half);
	assert!(N as u64 * half * half > 1 << 32);
}
