// SPDX-License-Identifier: Apache-2.0
/** SS58 addresses of 32-byte account ids. */
import { base58 } from '@scure/base';
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, utf8ToBytes } from './bytes.js';

/** The prefix of addresses where the chain states none: Substrate's generic one. */
export const DEFAULT_SS58_PREFIX = 42;

const CHECKSUM_LENGTH = 2;

function prefixBytes(prefix) {
	if (!Number.isInteger(prefix) || prefix < 0 || prefix > 16383 || prefix === 46 || prefix === 47) {
		throw new RangeError(`${prefix} is not an SS58 prefix: 0 to 16383 without 46 and 47`);
	}
	return prefix < 64
		? Uint8Array.of(prefix)
		: Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 0x03) << 6));
}

const checksum = (body) => blake2b(concatBytes(utf8ToBytes('SS58PRE'), body)).subarray(0, CHECKSUM_LENGTH);

/** The SS58 address of a 32-byte account id. */
export function encodeAddress(accountId, prefix = DEFAULT_SS58_PREFIX) {
	const body = concatBytes(prefixBytes(prefix), accountId);
	return base58.encode(concatBytes(body, checksum(body)));
}
