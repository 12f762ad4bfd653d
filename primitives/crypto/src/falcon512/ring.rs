// SPDX-License-Identifier: Apache-2.0

//! Polynomials modulo q = 12,289 and X^512 + 1, two coefficients a word.
//!
//! A [`Poly`] keeps coefficient 2i in the low half of word i and 2i + 1 in the high half: with
//! Y = X² it is a polynomial in Y whose coefficients have two lanes. The transform splits
//! Y^256 + 1 down to factors Y − ρ by the same steps in both lanes, so one 64-bit multiplication
//! serves two coefficients. Each word ends as a polynomial modulo X² − ρ, and two such are
//! multiplied as they are: going on to single coefficients would tear words apart and cost more.
//!
//! # Invariants
//!
//! A lane holds its number modulo q, not reduced: [`mul`] brings it down, additions let it grow,
//! and nothing is ever compared and subtracted. How large a lane may be at each step is computed
//! by the compiler from [`LIFT`], which does not build a transform in which one could overflow.

/// Falcon's modulus.
pub(super) const Q: u64 = 12_289;
/// Words of a polynomial.
pub(super) const WORDS: usize = 256;
/// A polynomial or its transform: two coefficients a word.
pub(super) type Poly = [u64; WORDS];

/// One in both lanes: a number times this stands in both.
pub(super) const LANES: u64 = 1 << 32 | 1;
/// The low 16 bits of both lanes.
const LOW: u64 = 0xffff * LANES;
/// −1/q modulo 2^16.
const NEGATED_INVERSE_16: u64 = 12_287;
/// −1/q modulo 2^32.
const NEGATED_INVERSE_32: u32 = 4_143_984_639;
/// A root of unity of order 512: its 256th power is −1.
const PSI: u64 = 2_401;
/// 1/256 modulo q.
const INVERSE_256: u64 = 12_241;

/// Multiples of q that the two layers of each pass add before they subtract, so that no lane
/// becomes negative.
const LIFT: [[u64; 2]; 4] = [[2, 2], [2, 3], [3, 4], [5, 6]];
/// The multiple of q that a lane of a product is at most.
const PRODUCT_LIFT: u64 = 4;

/// The largest lane that [`mul`] gives for lanes of up to `lane`.
const fn largest_multiplied(lane: u64) -> u64 {
	let sum = lane * (Q - 1) + 0xffff * Q;
	assert!(sum < 1 << 32, "the product does not fit its lane");
	sum >> 16
}

/// The largest number that [`reduce`] gives for numbers of up to `x`.
const fn largest_reduced(x: u64) -> u64 {
	(x + u32::MAX as u64 * Q) >> 32
}

/// The largest lane after a pass: `added` is the largest of those words that the pass only adds to,
/// `lane` of the others.
const fn largest_after(pass: usize, added: u64, lane: u64) -> u64 {
	let [first, second] = LIFT[pass];
	assert!(largest_multiplied(lane) <= first * Q, "the first layer would go below zero");
	let lane = lane + first * Q;
	assert!(largest_multiplied(lane) <= second * Q, "the second layer would go below zero");
	added + (first + second) * Q
}

/// The largest lane after the first `passes` of a transform.
const fn largest_after_passes(passes: usize, lane: u64) -> u64 {
	let mut lane = lane;
	let mut pass = 0;
	while pass < passes {
		lane = largest_after(pass, lane, lane);
		pass += 1;
	}
	lane
}

const _: () = {
	let split = largest_after_passes(4, Q - 1);
	let pointwise = largest_reduced(2 * split * split);
	assert!(Q * largest_reduced(split * split) <= split * split);
	let merging = largest_after_passes(3, pointwise);
	let merged = largest_after(3, largest_multiplied(merging), merging);
	assert!(largest_multiplied(merged) <= PRODUCT_LIFT * Q);
};

const fn psi(exponent: usize) -> u64 {
	let mut power = 1;
	let mut i = 0;
	while i < exponent % 512 {
		power = power * PSI % Q;
		i += 1;
	}
	power
}

/// The root by which node `k` of the tree of factors splits: Y^2m − root² into Y^m ∓ root. Node 1
/// is the top; the halves of node k are 2k and 2k + 1.
const fn root(k: usize) -> u64 {
	psi((k as u8).reverse_bits() as usize)
}

/// `x · 2^shift`: the factor by which [`mul`] (16) or [`reduce`] (32) multiplies by `x`.
const fn factor(x: u64, shift: u32) -> u16 {
	((x << shift) % Q) as u16
}

/// Factors of [`split`], one set a block: 1, 4, 16 and 64 blocks.
const SPLIT: [[u16; 3]; 85] = {
	let mut sets = [[0; 3]; 85];
	let (mut blocks, mut at) = (1, 0);
	while at < 85 {
		let mut block = 0;
		while block < blocks {
			let k = blocks + block;
			sets[at] = [factor(root(k), 16), factor(root(2 * k), 16), factor(root(2 * k + 1), 16)];
			at += 1;
			block += 1;
		}
		blocks *= 4;
	}
	sets
};

/// Factors of [`merge`], one set a word of a block's quarter: 1, 4, 16 and 64 words.
const MERGE: [[u16; 3]; 85] = {
	let mut sets = [[0; 3]; 85];
	let (mut step, mut at) = (1, 0);
	while at < 85 {
		let turn = 128 / step;
		let mut j = 0;
		while j < step {
			sets[at] = [
				factor(psi(512 - 2 * turn * j), 16),
				factor(psi(512 - turn * j), 16),
				factor(psi(512 - turn * (j + step)), 16),
			];
			at += 1;
			j += 1;
		}
		step *= 4;
	}
	sets
};

/// The last factors of [`merge`]: ψ^−i / 256, and the 2^32 by which [`reduce`] has divided.
const TWIST: [u16; WORDS] = {
	let mut factors = [0; WORDS];
	let mut i = 0;
	while i < WORDS {
		let twist = psi(512 - i) * INVERSE_256 % Q;
		factors[i] = factor(factor(twist, 32) as u64, 16);
		i += 1;
	}
	factors
};

/// ρ of word 2i; that of word 2i + 1 is −ρ.
const RHO: [u16; 128] = {
	let mut factors = [0; 128];
	let mut i = 0;
	while i < 128 {
		factors[i] = factor(root(128 + i), 32);
		i += 1;
	}
	factors
};

/// `x · factor / 2^16` modulo q in both lanes, after Montgomery.
#[inline(always)]
fn mul(x: u64, factor: u16) -> u64 {
	let product = x * u64::from(factor);
	let correction = ((product & LOW) * NEGATED_INVERSE_16) & LOW;
	// The sum's low 16 bits are zero in both lanes: the shift carries nothing across.
	(product + correction * Q) >> 16
}

/// `x / 2^32` modulo q of a single number, after Montgomery.
#[inline(always)]
fn reduce(x: u64) -> u64 {
	(x + u64::from((x as u32).wrapping_mul(NEGATED_INVERSE_32)) * Q) >> 32
}

/// `x + y` and `x − y`, for lanes of y up to `lift · q`.
#[inline(always)]
fn butterfly(x: u64, y: u64, lift: u64) -> (u64, u64) {
	(x + y, x + lift * Q * LANES - y)
}

/// Two layers of butterflies on four words, so that words are loaded and stored half as often.
#[inline(always)]
fn quad<const PASS: usize>(words: [u64; 4], [first, upper, lower]: &[u16; 3]) -> [u64; 4] {
	let [a, b, c, d] = words;
	let [lift, next_lift] = LIFT[PASS];
	let (a, c) = butterfly(a, mul(c, *first), lift);
	let (b, d) = butterfly(b, mul(d, *first), lift);
	let (a, b) = butterfly(a, mul(b, *upper), next_lift);
	let (c, d) = butterfly(c, mul(d, *lower), next_lift);
	[a, b, c, d]
}

/// The words of a block that are one, two and three quarters of it apart.
#[inline(always)]
fn quarters(
	block: &mut [u64],
) -> impl Iterator<Item = (((&mut u64, &mut u64), &mut u64), &mut u64)> {
	let step = block.len() / 4;
	let (a, rest) = block.split_at_mut(step);
	let (b, rest) = rest.split_at_mut(step);
	let (c, d) = rest.split_at_mut(step);
	a.iter_mut().zip(b).zip(c).zip(d)
}

#[inline(always)]
fn split_pass<const PASS: usize>(poly: &mut Poly) {
	let blocks = 1 << (2 * PASS);
	for (block, set) in poly.chunks_exact_mut(WORDS / blocks).zip(&SPLIT[blocks / 3..]) {
		for (((a, b), c), d) in quarters(block) {
			[*a, *b, *c, *d] = quad::<PASS>([*a, *b, *c, *d], set);
		}
	}
}

#[inline(always)]
fn merge_pass<const PASS: usize>(poly: &mut Poly) {
	let step = 1 << (2 * PASS);
	for block in poly.chunks_exact_mut(4 * step) {
		for ((((a, b), c), d), set) in quarters(block).zip(&MERGE[step / 3..]) {
			// Nothing else brings this word down before the last factors.
			if PASS == 3 {
				*a = mul(*a, factor(1, 16));
			}
			[*a, *c, *b, *d] = quad::<PASS>([*a, *c, *b, *d], set);
		}
	}
}

/// To the transform, by Cooley and Tukey's butterflies. The order of its words is bit-reversed.
fn split(poly: &mut Poly) {
	split_pass::<0>(poly);
	split_pass::<1>(poly);
	split_pass::<2>(poly);
	split_pass::<3>(poly);
}

/// Back from the transform as [`pointwise`] leaves it. The same butterflies, not the usual ones of
/// Gentleman and Sande, whose sums double at each layer and would have to be reduced.
fn merge(poly: &mut Poly) {
	merge_pass::<0>(poly);
	merge_pass::<1>(poly);
	merge_pass::<2>(poly);
	merge_pass::<3>(poly);
	for (word, factor) in poly.iter_mut().zip(&TWIST) {
		*word = mul(*word, *factor);
	}
}

/// The product of two words modulo X² − ρ, divided by 2^32.
#[inline(always)]
fn word_product(a: u64, b: u64, rho: u64) -> u64 {
	let [a0, a1] = lanes(a);
	let [b0, b1] = lanes(b);
	reduce(a0 * b0 + rho * reduce(a1 * b1)) | reduce(a0 * b1 + a1 * b0) << 32
}

fn pointwise(a: &mut Poly, b: &Poly) {
	for ((a, b), rho) in a.as_chunks_mut().0.iter_mut().zip(b.as_chunks().0).zip(&RHO) {
		let rho = u64::from(*rho);
		let ([a0, a1], [b0, b1]) = (a, b);
		*a0 = word_product(*a0, *b0, rho);
		*a1 = word_product(*a1, *b1, Q - rho);
	}
}

#[inline(always)]
fn lanes(word: u64) -> [u64; 2] {
	[word & 0xffff_ffff, word >> 32]
}

/// The product of two polynomials whose lanes are below q. Its own are at most 4q.
pub(super) fn multiply(mut a: Poly, mut b: Poly) -> Poly {
	split(&mut a);
	split(&mut b);
	pointwise(&mut a, &b);
	merge(&mut a);
	a
}

/// The squared norm of `c − product`, its coefficients taken between −q/2 and q/2.
///
/// The coefficients of `c` are below q, the lanes of `product` at most 4q.
pub(super) fn squared_distance(c: &[u32; 2 * WORDS], product: &Poly) -> u64 {
	const HALF: u64 = Q / 2;
	/// Times this and shifted by 29 is divided by q, for the numbers that occur here plus one.
	const INVERSE: u64 = 43_687;
	const { assert!((Q + PRODUCT_LIFT * Q + HALF) * INVERSE < 1 << 32) };

	let mut sum = 0;
	for ([c0, c1], product) in c.as_chunks().0.iter().zip(product) {
		let c = u64::from(*c0) | u64::from(*c1) << 32;
		// Moved by q/2, so that the remainder is the centred coefficient moved as far.
		let moved = c + (PRODUCT_LIFT * Q + HALF) * LANES - product;
		let quotient = (((moved + LANES) * INVERSE) >> 29) & (7 * LANES);
		for lane in lanes(moved - quotient * Q) {
			let distance = lane.abs_diff(HALF);
			sum += distance * distance;
		}
	}
	sum
}

#[cfg(test)]
mod tests;
