// SPDX-License-Identifier: Apache-2.0
/**
 * The golden files of `primitives/crypto`, in the repository only: what Rust made is the same
 * here, and what this package made, `js-signatures.json`, is what the Rust tests verify.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { accountId, createAccount } from '../src/core.js';
import { toHex } from '../src/bytes.js';
import { keypairFromSeed } from '../src/seed.js';
import { SCHEMES } from '../src/schemes.js';

const FOLDER = new URL('../../../primitives/crypto/vectors/', import.meta.url);
const skip = existsSync(FOLDER) ? false : 'the golden files of the repository are not here';

const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Whether the scheme itself accepts a golden signature. */
function verifies({ scheme, tag, message, public: publicKey, signature }) {
	const { primitive, publicLength, signatureLength } = SCHEMES[scheme];
	const [key, signed] = [bytes(publicKey), bytes(signature)];
	if (key.length !== publicLength || signed.length !== signatureLength) {
		return false;
	}
	return primitive.verify(signed, bytes(tag + message), key);
}

test('a seed gives the account that Rust makes of it', { skip }, async () => {
	const keys = read('keys.json');
	assert.deepEqual(new Set(keys.map(({ scheme }) => scheme)), new Set(Object.keys(SCHEMES)));
	for (const { scheme, seed, secret, public: publicKey, account_id } of keys) {
		const account = await createAccount({ scheme, seed: `0x${seed}` });
		assert.equal(toHex(account.publicKey), `0x${publicKey}`);
		assert.equal(toHex(account.accountId), `0x${account_id}`);
		assert.equal(toHex(accountId(scheme, `0x${publicKey}`)), `0x${account_id}`);
		if (scheme !== 'ml-dsa-65') {
			// ML-DSA's secret is kept as a seed in Rust, expanded here.
			const { secretKey } = await keypairFromSeed(scheme, bytes(seed));
			assert.equal(toHex(secretKey), `0x${secret}`);
		}
	}
});

test('signatures made in Rust verify', { skip }, () => {
	for (const vector of read('signatures.json')) {
		assert.ok(verifies(vector), `${vector.scheme} for ${vector.domain}`);
	}
});

test('what Rust refuses is refused', { skip }, () => {
	for (const vector of read('invalid.json')) {
		assert.ok(!verifies(vector), `${vector.scheme}: ${vector.why}`);
	}
});

test('the signatures that Rust verifies are the ones of this package', { skip }, async () => {
	const vectors = read('js-signatures.json');
	assert.deepEqual(new Set(vectors.map(({ scheme }) => scheme)), new Set(Object.keys(SCHEMES)));
	for (const vector of vectors) {
		assert.ok(verifies(vector), `${vector.scheme} for ${vector.domain}`);
	}
});
