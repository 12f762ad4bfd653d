// SPDX-License-Identifier: Apache-2.0
/** Bytes: checks of what callers hand in, and the hash that the chain uses everywhere. */
import { blake2b } from '@noble/hashes/blake2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export { concatBytes, utf8ToBytes };

/** BLAKE2b with a 32-byte output and no key, as in Substrate. */
export const blake2_256 = (bytes) => blake2b(bytes, { dkLen: 32 });

/** Hexadecimal with the prefix that Substrate tools use. */
export const toHex = (bytes) => `0x${bytesToHex(bytes)}`;

/**
 * Bytes from a `Uint8Array`, which is copied, or from hexadecimal digits after `0x`.
 *
 * @param what names the value in the error.
 * @throws TypeError for anything else, RangeError when the length is not `length`.
 */
export function toBytes(value, what, length) {
	let bytes;
	if (value instanceof Uint8Array) {
		bytes = Uint8Array.from(value);
	} else if (typeof value === 'string' && /^0x([0-9a-f]{2})*$/i.test(value)) {
		bytes = hexToBytes(value.slice(2));
	} else {
		throw new TypeError(`${what} must be a Uint8Array, or hexadecimal digits after 0x`);
	}
	if (length !== undefined && bytes.length !== length) {
		throw new RangeError(`${what} must be ${length} bytes, not ${bytes.length}`);
	}
	return bytes;
}
