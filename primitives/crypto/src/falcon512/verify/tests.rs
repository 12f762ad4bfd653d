// SPDX-License-Identifier: Apache-2.0

//! Each step against the same step of `fn-dsa`, with the encodings that a decoder gets wrong.

use super::*;
use alloc::{vec, vec::Vec};
use fn_dsa_comm::{codec, DOMAIN_NONE, HASH_ID_ORIGINAL_FALCON};
use proptest::prelude::*;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha20Rng,
};

const N: usize = 2 * WORDS;
const BITS: usize = COMPRESSED_LEN * 8;

/// Bits of the compressed form, the most significant of each byte first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
	fn push(&mut self, sign: bool, magnitude: u32) {
		self.0.push(sign);
		self.0.extend((0..7).rev().map(|bit| magnitude >> bit & 1 == 1));
		self.0.extend((0..magnitude >> 7).map(|_| false));
		self.0.push(true);
	}

	fn of(coefficients: &[(bool, u32)]) -> Self {
		let mut bits = Bits::default();
		coefficients.iter().for_each(|(sign, magnitude)| bits.push(*sign, *magnitude));
		bits
	}

	/// The first 5,000 bits, filled up with zeros.
	fn bytes(&self) -> Vec<u8> {
		let mut bytes = vec![0; COMPRESSED_LEN];
		for (i, _) in self.0.iter().take(BITS).enumerate().filter(|(_, bit)| **bit) {
			bytes[i / 8] |= 0x80 >> (i % 8);
		}
		bytes
	}
}

/// What both decoders say, which has to be the same.
fn decompressed(bytes: &[u8]) -> Option<Vec<i16>> {
	let mut expected = [0; N];
	let expected = codec::comp_decode(bytes, &mut expected).then_some(expected);
	let found = decompress(bytes).map(|(s2, norm)| {
		let signed = |lane: u64| if lane < 2048 { lane as i16 } else { lane as i16 - Q as i16 };
		let s2: Vec<i16> =
			s2.iter().flat_map(|word| [signed(word & 0xffff_ffff), signed(word >> 32)]).collect();
		assert_eq!(norm, s2.iter().map(|x| i64::from(*x).pow(2) as u64).sum::<u64>());
		s2
	});
	assert_eq!(found.as_deref(), expected.as_ref().map(|s2| &s2[..]));
	found
}

/// Of as many bits as there are at most: 512 coefficients with 392 zeros in unary.
fn longest() -> Vec<(bool, u32)> {
	let mut coefficients = vec![(false, 0x55); N];
	for i in 0..28 {
		coefficients[i * 18].1 += 14 << 7;
	}
	coefficients
}

#[test]
fn coefficients_up_to_the_last_bit() {
	let mut coefficients = longest();
	assert_eq!(Bits::of(&coefficients).0.len(), BITS);
	assert!(decompressed(&Bits::of(&coefficients).bytes()).is_some());
	// One bit more: the one that closes the last coefficient is cut off.
	coefficients[7].1 += 1 << 7;
	assert!(decompressed(&Bits::of(&coefficients).bytes()).is_none());
	// Ending one to nine bits and more before the end.
	for shorter in 1..60 {
		let mut coefficients = longest();
		(0..shorter).for_each(|i| coefficients[i % 28 * 18].1 -= 1 << 7);
		let bits = Bits::of(&coefficients);
		assert_eq!(bits.0.len(), BITS - shorter);
		assert!(decompressed(&bits.bytes()).is_some());
		for bit in bits.0.len()..BITS {
			let mut bytes = bits.bytes();
			bytes[bit / 8] |= 0x80 >> (bit % 8);
			assert!(decompressed(&bytes).is_none(), "padding {shorter}, bit {bit}");
		}
	}
}

#[test]
fn extreme_magnitudes_everywhere() {
	for i in 0..N {
		let mut coefficients = vec![(false, 1); N];
		for (sign, magnitude, accepted) in [
			(false, 0, true),
			(true, 0, false),
			(true, 1, true),
			(true, 127, true),
			(true, 128, true),
			(false, 2047, true),
			(true, 2047, true),
			(false, 2048, false),
			(true, 2048, false),
			(true, 2049, false),
			(false, 4095, false),
		] {
			coefficients[i] = (sign, magnitude);
			let s2 = decompressed(&Bits::of(&coefficients).bytes());
			assert_eq!(s2.is_some(), accepted, "coefficient {i}: {sign} {magnitude}");
			if let Some(s2) = s2 {
				let expected = if sign { -(magnitude as i16) } else { magnitude as i16 };
				assert_eq!(s2[i], expected);
			}
		}
	}
	// Several of the longest in a row, wherever the row begins within a word of input.
	for before in 0..32 {
		let mut coefficients = vec![(true, 3); N];
		coefficients[..before].fill((false, 130));
		coefficients[before..before + 16].fill((true, 2047));
		assert!(decompressed(&Bits::of(&coefficients).bytes()).is_some());
	}
}

#[test]
fn too_few_coefficients() {
	for len in 0..N {
		assert!(decompressed(&Bits::of(&vec![(false, 1); len]).bytes()).is_none(), "{len}");
	}
	assert!(decompressed(&[0; COMPRESSED_LEN]).is_none());
	assert!(decompressed(&[0xff; COMPRESSED_LEN]).is_none());
}

/// Widths are drawn first, so that coefficients of all lengths occur and most of them fit.
fn coefficients() -> impl Strategy<Value = Vec<(bool, u32)>> {
	(0u32..9, any::<u64>()).prop_map(|(width, seed)| {
		let mut rng = ChaCha20Rng::seed_from_u64(seed);
		(0..N)
			.map(|i| {
				let width = if i % 40 == 0 { 11 } else { width };
				let number = rng.next_u32();
				(number >> 31 == 1, number & ((1 << width) - 1))
			})
			.collect()
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

	#[test]
	fn decompression(
		coefficients in coefficients(),
		flips in prop::collection::vec(0..BITS, 0..4),
		plus_zero in any::<bool>(),
	) {
		let mut coefficients = coefficients;
		if plus_zero {
			coefficients.iter_mut().for_each(|(sign, magnitude)| *sign &= *magnitude != 0);
		}
		let mut bytes = Bits::of(&coefficients).bytes();
		if plus_zero && Bits::of(&coefficients).0.len() <= BITS {
			prop_assert!(decompressed(&bytes).is_some());
		}
		flips.into_iter().for_each(|bit| bytes[bit / 8] ^= 0x80 >> (bit % 8));
		decompressed(&bytes);
	}

	#[test]
	fn decompression_of_noise(seed in any::<u64>(), ones in 0usize..3) {
		let mut rng = ChaCha20Rng::seed_from_u64(seed);
		let mut bytes = [0; COMPRESSED_LEN];
		rng.fill_bytes(&mut bytes);
		// More ones give shorter coefficients, and so a decoder that gets further.
		for _ in 0..ones {
			bytes.iter_mut().for_each(|byte| *byte |= rng.next_u32() as u8);
		}
		decompressed(&bytes);
	}

	#[test]
	fn hashing(seed in any::<u64>(), len in 0usize..600) {
		check_hash(seed, len);
	}
}

fn check_hash(seed: u64, len: usize) {
	let mut rng = ChaCha20Rng::seed_from_u64(seed);
	let mut nonce = [0; NONCE_LEN];
	let mut message = vec![0; len];
	rng.fill_bytes(&mut nonce);
	rng.fill_bytes(&mut message);
	let mut expected = [0; N];
	fn_dsa_comm::hash_to_point(
		&nonce,
		&[0; 64],
		&DOMAIN_NONE,
		&HASH_ID_ORIGINAL_FALCON,
		&message,
		&mut expected,
	);
	assert_eq!(hash_to_point(&nonce, &message), expected.map(u32::from), "{len} bytes");
}

/// Around the ends of the blocks that the nonce and the message fill.
#[test]
fn hashing_at_the_ends_of_blocks() {
	for blocks in 1..5 {
		for len in RATE * blocks - NONCE_LEN - 9..=RATE * blocks - NONCE_LEN + 9 {
			check_hash(len as u64, len);
		}
	}
}

/// What both decoders of keys say, which has to be the same.
fn decoded(public: &[u8; PUBLIC_LEN]) -> Option<Vec<u16>> {
	let mut expected = [0; N];
	let expected = codec::modq_decode(&public[1..], &mut expected).map(|_| expected);
	let found = decode_public(public)
		.map(|h| h.iter().flat_map(|word| [*word as u16, (word >> 32) as u16]).collect::<Vec<_>>());
	assert_eq!(found.as_deref(), expected.as_ref().map(|h| &h[..]));
	found
}

fn encoded(h: &[u16]) -> [u8; PUBLIC_LEN] {
	let mut public = [0; PUBLIC_LEN];
	public[0] = 0x09;
	for (i, coefficient) in h.iter().enumerate() {
		for bit in 0..14 {
			let at = 8 + i * 14 + bit;
			public[at / 8] |= ((coefficient >> (13 - bit) & 1) as u8) << (7 - at % 8);
		}
	}
	public
}

#[test]
fn public_keys() {
	let mut rng = ChaCha20Rng::from_seed([3; 32]);
	for _ in 0..50 {
		let h: Vec<u16> = (0..N).map(|_| (u64::from(rng.next_u32()) % Q) as u16).collect();
		assert_eq!(decoded(&encoded(&h)), Some(h));
	}
	for i in 0..N {
		for (coefficient, accepted) in
			[(0, true), (12_288, true), (12_289, false), (12_290, false), (0x3fff, false)]
		{
			for others in [0, 12_288] {
				let mut h = [others; N];
				h[i] = coefficient;
				assert_eq!(decoded(&encoded(&h)).is_some(), accepted, "{i}: {coefficient}");
			}
		}
	}
}

#[test]
fn headers_of_public_keys() {
	for header in 0..=u8::MAX {
		let mut public = [0; PUBLIC_LEN];
		public[0] = header;
		assert_eq!(decode_public(&public).is_some(), header == 0x09);
	}
}
