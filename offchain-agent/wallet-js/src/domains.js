// SPDX-License-Identifier: Apache-2.0
/**
 * Domain tags: what is signed is always a 16-byte tag followed by the message, so that a
 * signature made for one role never verifies in another.
 */
import { concatBytes, utf8ToBytes } from './bytes.js';

const TAG_LENGTH = 16;

function tag(name) {
	const bytes = new Uint8Array(TAG_LENGTH);
	bytes.set(utf8ToBytes(name));
	return bytes;
}

/** Names of the roles this package signs for, and their tags. */
export const DOMAINS = Object.freeze({
	/** A transaction's payload. */
	transaction: 'qh/tx/v1',
	/** Bytes that mean nothing on chain: a login challenge, a statement. */
	raw: 'qh/raw/v1',
	/** The statement with which an operator or an agent agrees to be registered. */
	registration: 'qh/register/v1',
	/** A customer's order of receipts. */
	voucher: 'qh/voucher/v1',
});

/**
 * The bytes that a scheme signs for `message` in the role `domain`.
 *
 * @throws RangeError for a role that this package does not sign for.
 */
export function tagged(domain, message) {
	if (!Object.hasOwn(DOMAINS, domain)) {
		const known = Object.keys(DOMAINS).join(', ');
		throw new RangeError(`unknown domain ${JSON.stringify(domain)}; known: ${known}`);
	}
	return concatBytes(tag(DOMAINS[domain]), message);
}
