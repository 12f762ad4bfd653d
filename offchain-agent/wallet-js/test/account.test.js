// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, test } from 'node:test';
import { decodeAddress } from '@polkadot/util-crypto';
import { accountId, createAccount, devSeed, encodeAddress, randomSeed, verify } from '../src/core.js';
import { SCHEMES } from '../src/schemes.js';

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const MESSAGE = new TextEncoder().encode('a message');

for (const scheme of Object.keys(SCHEMES)) {
	describe(scheme, async () => {
		const account = await createAccount({ scheme, seed: SEED });
		const { publicKey } = account;
		const signature = account.sign('raw', MESSAGE);
		const good = { scheme, publicKey, domain: 'raw', message: MESSAGE, signature };

		test('one seed gives one account', async () => {
			const again = await createAccount({ scheme, seed: `0x${Buffer.from(SEED).toString('hex')}` });
			assert.deepEqual(again.publicKey, publicKey);
			assert.equal(again.address, account.address);
			const other = await createAccount({ scheme, seed: randomSeed() });
			assert.notDeepEqual(other.publicKey, publicKey);
		});

		test('keys and signatures have their exact lengths', () => {
			assert.equal(publicKey.length, SCHEMES[scheme].publicLength);
			assert.equal(signature.length, SCHEMES[scheme].signatureLength);
			assert.deepEqual(account.accountId, accountId(scheme, publicKey));
		});

		test('a signature verifies', () => assert.equal(verify(good), true));

		test('a signature is refused in another role', () =>
			assert.equal(verify({ ...good, domain: 'transaction' }), false));

		test('a changed message, key or signature is refused', () => {
			assert.equal(verify({ ...good, message: MESSAGE.slice(1) }), false);
			for (const field of ['publicKey', 'signature']) {
				const bytes = good[field];
				for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
					const changed = Uint8Array.from(bytes);
					changed[at] ^= 1;
					assert.equal(verify({ ...good, [field]: changed }), false, `${field} at ${at}`);
				}
				assert.equal(verify({ ...good, [field]: bytes.slice(1) }), false);
				assert.equal(verify({ ...good, [field]: new Uint8Array() }), false);
			}
		});

		test('the secret key does not show', () => {
			const shown = inspect(account, { depth: 9, showHidden: true }) + JSON.stringify(account);
			assert.doesNotMatch(shown, /secret/i);
		});

		test('a destroyed account does not sign', async () => {
			const lost = await createAccount({ scheme, seed: SEED });
			lost.destroy();
			assert.throws(() => lost.sign('raw', MESSAGE), /was destroyed/);
		});
	});
}

test('an address is the SS58 of the account id', async () => {
	const { accountId: id, address } = await createAccount({ seed: SEED });
	assert.deepEqual(decodeAddress(address, false, 42), id);
	for (const prefix of [0, 42, 63, 64, 5757, 16383]) {
		assert.deepEqual(decodeAddress(encodeAddress(id, prefix), false, prefix), id);
	}
	for (const prefix of [-1, 46, 47, 16384, 1.5]) {
		assert.throws(() => encodeAddress(id, prefix), RangeError);
	}
});

test('the schemes of one seed are unrelated accounts', async () => {
	const schemes = Object.keys(SCHEMES);
	const accounts = await Promise.all(schemes.map((scheme) => createAccount({ scheme, seed: SEED })));
	assert.equal(new Set(accounts.map(({ address }) => address)).size, schemes.length);
});

test('bad input is refused with its reason', async () => {
	await assert.rejects(createAccount({ scheme: 'sr25519', seed: SEED }), /unknown signature scheme "sr25519"/);
	await assert.rejects(createAccount({ scheme: 'toString', seed: SEED }), /unknown signature scheme/);
	await assert.rejects(createAccount({ seed: SEED.slice(1) }), /the seed must be 32 bytes, not 31/);
	await assert.rejects(createAccount({ seed: 'word' }), /hexadecimal digits after 0x/);
	await assert.rejects(createAccount({}), TypeError);
	const account = await createAccount({ seed: SEED });
	assert.throws(() => account.sign('aura', MESSAGE), /unknown domain "aura"/);
	assert.throws(() => account.sign('raw', 'text'), /hexadecimal digits after 0x/);
	assert.throws(() => devSeed('mallory'), /is not one of alice/);
});
