// SPDX-License-Identifier: Apache-2.0
/**
 * From a 32-byte seed to a key pair, as the Rust side does it: SHAKE256 over
 * `"qh/seed/v1" ‖ scheme index ‖ seed` gives the bytes that the scheme's key generation takes.
 */
import { shake256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from './bytes.js';
import { falcon512FromSeed } from './keygen.js';
import { SCHEMES } from './schemes.js';

/** Length of a seed, for every scheme. */
export const SEED_LENGTH = 32;

function expand({ index, primitive }, seed) {
	const material = concatBytes(utf8ToBytes('qh/seed/v1'), Uint8Array.of(index), seed);
	const expanded = shake256(material, { dkLen: primitive.lengths.seed });
	material.fill(0);
	return expanded;
}

/** The key pair of a seed, in the encodings that the scheme's `primitive` takes. */
export async function keypairFromSeed(name, seed) {
	if (name === 'falcon512') {
		return falcon512FromSeed(seed);
	}
	const scheme = SCHEMES[name];
	const expanded = expand(scheme, seed);
	const pair = scheme.primitive.keygen(expanded);
	expanded.fill(0);
	return pair;
}
