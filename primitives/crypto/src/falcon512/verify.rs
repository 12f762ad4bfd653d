// SPDX-License-Identifier: Apache-2.0

//! Verification of Falcon-512.
//!
//! # Promises
//!
//! - It answers as `fn-dsa-vrfy` 0.3 does for round 3's message hashing, bit for bit; tests hold
//!   the two against each other, step by step and as a whole.
//! - Exactly one encoding of a key and of a signature is accepted (see [`super`]).
//! - No allocation, no `unsafe`, no panic, and integers only.
//! - Not of constant time: everything it sees is public.
//!
//! # Why not a library
//!
//! Every transaction verifies one, in the executor's WebAssembly without SIMD, where `fn-dsa-vrfy`
//! treats one coefficient at a time and hashes the public key as well, which round 3 does not want.
//! [`ring`] treats two coefficients in a 64-bit word. Under wasmtime at the executor's level of
//! optimisation, and warm, that makes 16 µs of 43 µs. What it costs in the runtime, beside
//! sr25519's host function, is printed by `qh-verification-cost`.
//!
//! Keccak's permutation is the `keccak` crate's. The sponge around it is written out: `sha3`'s
//! computes one permutation more than is read, and copies each block.

use super::{
	ring::{self, Poly, LANES, Q, WORDS},
	PUBLIC_LEN, SIGNATURE_LEN,
};

/// Length of the random bytes that are hashed in front of the message.
const NONCE_LEN: usize = 40;
/// Length of the compressed coefficients with their padding.
const COMPRESSED_LEN: usize = SIGNATURE_LEN - 1 - NONCE_LEN;
/// The largest squared norm of `s1` and `s2` together: β² of the specification.
const NORM_BOUND: u64 = 34_034_726;
/// Bits of a coefficient's magnitude above the low seven are at most this number.
const LARGEST_HIGH: u32 = 15;
/// Bytes of Keccak's state that SHAKE256 takes or gives before each permutation.
const RATE: usize = 136;

/// Whether `signature` is `public`'s signature over `message`, which includes the tag.
pub(super) fn verify(
	public: &[u8; PUBLIC_LEN],
	signature: &[u8; SIGNATURE_LEN],
	message: &[u8],
) -> bool {
	let [0x39, signature @ ..] = signature else { return false };
	let Some((nonce, compressed)) = signature.split_first_chunk() else { return false };
	let Some((s2, norm)) = decompress(compressed) else { return false };
	let Some(h) = decode_public(public) else { return false };
	let c = hash_to_point(nonce, message);
	// s1 = c − s2 · h.
	norm + ring::squared_distance(&c, &ring::multiply(s2, h)) <= NORM_BOUND
}

/// The polynomial of a public key; `None` unless every coefficient is below q.
pub(super) fn decode_public(public: &[u8; PUBLIC_LEN]) -> Option<Poly> {
	let [0x09, packed @ ..] = public else { return None };
	let mut h = [0; WORDS];
	let mut too_large = 0;
	for ([first, second], bytes) in h.as_chunks_mut().0.iter_mut().zip(packed.as_chunks().0) {
		let [a, b, c, d, e, f, g] = *bytes;
		let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
		let coefficient = |shift: u32| bits >> shift & 0x3fff;
		*first = coefficient(42) | coefficient(28) << 32;
		*second = coefficient(14) | coefficient(0) << 32;
		for word in [*first, *second] {
			// From q on, a lane's highest bit is set.
			too_large |= word + ((1 << 31) - Q) * LANES;
		}
	}
	(too_large & (LANES << 31) == 0).then_some(h)
}

/// `s2` modulo q and its squared norm; `None` unless the encoding is the only one of its
/// coefficients.
fn decompress(compressed: &[u8]) -> Option<(Poly, u64)> {
	// One byte, then fours of bytes up to the end.
	const { assert!(COMPRESSED_LEN % 4 == 1) };
	let (first, rest) = compressed.split_first()?;
	let mut rest = rest.as_chunks().0.iter();
	// The next bits, from the highest down. Beyond the `len` that have been read stand zeros.
	let (mut bits, mut len) = (u64::from(*first) << 56, 8);
	let mut norm = 0;
	let mut coefficient = || {
		// Enough for the longest coefficient.
		if len < 9 + LARGEST_HIGH {
			// Zeros beyond the end: the one that closes a coefficient is never found there.
			let more = rest.next().map_or(0, |bytes| u32::from_be_bytes(*bytes));
			bits |= u64::from(more) << (32 - len);
			len += 32;
		}
		let sign = bits >> 63;
		let low = bits >> 56 & 0x7f;
		let unary = bits << 8;
		let high = unary.leading_zeros();
		let magnitude = u64::from(high) << 7 | low;
		let minus_zero = magnitude < sign;
		if high > LARGEST_HIGH || minus_zero {
			return None;
		}
		bits = unary << high << 1;
		len -= 9 + high;
		norm += magnitude * magnitude;
		Some(if sign == 0 { magnitude } else { Q - magnitude })
	};
	let mut s2 = [0; WORDS];
	for word in &mut s2 {
		*word = coefficient()? | coefficient()? << 32;
	}
	(bits == 0 && rest.all(|bytes| *bytes == [0; 4])).then_some((s2, norm))
}

/// `c`: 16-bit numbers from `SHAKE256(nonce ‖ message)` modulo q, without those from 5q on.
fn hash_to_point(nonce: &[u8; NONCE_LEN], message: &[u8]) -> [u32; 2 * WORDS] {
	let mut state = [0; 25];
	let mut at = 0;
	for byte in nonce.iter().chain(message) {
		state[at / 8] ^= u64::from(*byte) << (at % 8 * 8);
		at += 1;
		if at == RATE {
			keccak::f1600(&mut state);
			at = 0;
		}
	}
	state[at / 8] ^= 0x1f << (at % 8 * 8);
	state[RATE / 8 - 1] ^= 1 << 63;

	let mut c = [0; 2 * WORDS];
	let mut free = c.iter_mut();
	loop {
		keccak::f1600(&mut state);
		for lane in &state[..RATE / 8] {
			for shift in [0, 16, 32, 48] {
				let sample = u64::from(((lane >> shift) as u16).swap_bytes());
				if sample < 5 * Q {
					match free.next() {
						Some(coefficient) => *coefficient = (sample % Q) as u32,
						None => return c,
					}
				}
			}
		}
	}
}

#[cfg(test)]
mod tests;
