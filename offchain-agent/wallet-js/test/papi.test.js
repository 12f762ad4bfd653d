// SPDX-License-Identifier: Apache-2.0
/** The PAPI signer over metadata that holds nothing but transaction extensions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Blake2256, metadata as metadataCodec } from '@polkadot-api/substrate-bindings';
import { createAccount, verify } from '../src/core.js';
import { estimateFee, toPolkadotSigner } from '../src/papi.js';
import { SCHEMES } from '../src/schemes.js';

const SEED = new Uint8Array(32).fill(7);
const CALL = new Uint8Array(40).fill(0xca);

/** Extensions in the chain's order: value, then what is only signed. */
const EXTENSIONS = [
	['CheckSpecVersion', [], [1, 0, 0, 0]],
	['CheckNonce', [0x04], []],
	['ChargeVerification', [], []],
	['CheckMetadataHash', [0x00], [0x00]],
];

const METADATA = metadataCodec.enc({
	magicNumber: 0x6174656d,
	metadata: {
		tag: 'v15',
		value: {
			lookup: [],
			pallets: [],
			extrinsic: {
				version: 4,
				address: 0,
				call: 0,
				signature: 0,
				extra: 0,
				signedExtensions: EXTENSIONS.map(([identifier]) => ({
					identifier,
					type: 0,
					additionalSigned: 0,
				})),
			},
			type: 0,
			apis: [],
			outerEnums: { call: 0, event: 0, error: 0 },
			custom: [],
		},
	},
});

/** As PAPI hands them over: by name, in no order. */
const signedExtensions = Object.fromEntries(
	[...EXTENSIONS].reverse().map(([identifier, value, additionalSigned]) => [
		identifier,
		{
			identifier,
			value: Uint8Array.from(value),
			additionalSigned: Uint8Array.from(additionalSigned),
		},
	]),
);

for (const [scheme, { index, publicLength, signatureLength }] of Object.entries(SCHEMES)) {
	test(`${scheme}: makes the complete transaction`, async () => {
		const account = await createAccount({ scheme, seed: SEED });
		for (const call of [CALL, new Uint8Array(300)]) {
			const bytes = await toPolkadotSigner(account).signTx(call, signedExtensions, METADATA, 1);

			const extra = [0x04, 0x00];
			const header = bytes.slice(0, 2 ** (bytes[0] & 3));
			const body = bytes.slice(header.length);
			const length = header.reduce((sum, byte, at) => sum + byte * 2 ** (8 * at), 0) >> 2;
			assert.equal(length, body.length);
			assert.deepEqual([...body.slice(0, 2)], [0x84, 0x00]);
			assert.deepEqual(body.slice(2, 34), account.accountId);
			assert.equal(body[34], index);
			assert.deepEqual(body.slice(35, 35 + publicLength), account.publicKey);
			const tail = body.length - call.length - extra.length;
			assert.deepEqual([...body.slice(tail)], [...extra, ...call]);

			const payload = Uint8Array.from([...call, ...extra, 1, 0, 0, 0, 0]);
			assert.ok(
				verify({
					scheme,
					publicKey: account.publicKey,
					domain: 'transaction',
					message: payload.length > 256 ? Blake2256(payload) : payload,
					signature: body.slice(tail - signatureLength, tail),
				}),
			);
		}
	});

	test(`${scheme}: the fee is asked for a transaction of the same length`, async () => {
		const account = await createAccount({ scheme, seed: SEED });
		const signed = await toPolkadotSigner(account).signTx(CALL, signedExtensions, METADATA, 1);
		const tx = { sign: (signer) => signer.signTx(CALL, signedExtensions, METADATA, 1) };
		let asked;
		const query_info = async (bytes, length) => {
			asked = bytes;
			return { partial_fee: BigInt(length) };
		};
		const fee = await estimateFee({ apis: { TransactionPaymentApi: { query_info } } }, tx, account);
		assert.equal(fee, BigInt(signed.length));
		const withoutLength = signed.slice(2 ** (signed[0] & 3));
		assert.equal(asked.length, withoutLength.length);
		assert.notDeepEqual(asked, withoutLength);
	});
}

test('a missing extension is refused by name', async () => {
	const account = await createAccount({ seed: SEED });
	const { CheckNonce: _, ...lacking } = signedExtensions;
	await assert.rejects(
		toPolkadotSigner(account).signTx(CALL, lacking, METADATA, 1),
		/lacks its extension CheckNonce/,
	);
});

test('bytes are signed as raw bytes, never as a transaction', async () => {
	const account = await createAccount({ seed: SEED });
	const { publicKey, scheme } = account;
	const signature = await toPolkadotSigner(account).signBytes(CALL);
	const good = { scheme, publicKey, signature, message: CALL };
	assert.ok(verify({ ...good, domain: 'raw' }));
	assert.ok(!verify({ ...good, domain: 'transaction' }));
});
