// SPDX-License-Identifier: Apache-2.0
/**
 * The signature schemes, their indices on chain, their sizes, and how a signature is laid out
 * inside a transaction. Layouts: primitives/FORMATS.md, "Signatures".
 */
import { falcon512padded } from '@noble/post-quantum/falcon.js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { slh_dsa_sha2_128s } from '@noble/post-quantum/slh-dsa.js';
import { concatBytes } from '@noble/hashes/utils.js';

/** SCALE's compact encoding of a length, in the two-byte mode that every length here falls in. */
const compactTwoBytes = (length) => Uint8Array.of(((length << 2) | 1) & 0xff, length >> 6);

const withLength = (bytes) => concatBytes(compactTwoBytes(bytes.length), bytes);

/**
 * Every scheme the chain accepts. `encode` gives the SCALE encoding of the chain's `Signature`
 * enum: the index, the public key, the signature. The public key travels with the signature,
 * because an account id is only its hash.
 */
export const SCHEMES = Object.freeze({
	falcon512: Object.freeze({
		name: 'falcon512',
		index: 0,
		publicLength: 897,
		signatureLength: 666,
		primitive: falcon512padded,
		encode: (publicKey, signature) => concatBytes(Uint8Array.of(0), publicKey, signature),
	}),
	'slh-dsa-sha2-128s': Object.freeze({
		name: 'slh-dsa-sha2-128s',
		index: 1,
		publicLength: 32,
		signatureLength: 7856,
		primitive: slh_dsa_sha2_128s,
		encode: (publicKey, signature) =>
			concatBytes(Uint8Array.of(1), publicKey, withLength(signature)),
	}),
	'ml-dsa-65': Object.freeze({
		name: 'ml-dsa-65',
		index: 2,
		publicLength: 1952,
		signatureLength: 3309,
		primitive: ml_dsa65,
		encode: (publicKey, signature) =>
			concatBytes(Uint8Array.of(2), publicKey, withLength(signature)),
	}),
});

/**
 * The scheme of that name.
 *
 * @throws RangeError for a name that is not one of `SCHEMES`.
 */
export function schemeOf(name) {
	if (!Object.hasOwn(SCHEMES, name)) {
		const known = Object.keys(SCHEMES).join(', ');
		throw new RangeError(`unknown signature scheme ${JSON.stringify(name)}; known: ${known}`);
	}
	return SCHEMES[name];
}
