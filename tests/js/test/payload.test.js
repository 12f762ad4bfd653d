// SPDX-License-Identifier: Apache-2.0
/** Payloads around 256 bytes: longer ones are hashed before they are signed. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { toSigner } from '@quantumharmony/wallet';
import { connect, fundedAccount, only, SCHEMES, send } from '../network.js';

/** Length in bytes of what is signed for `tx` with these options. */
function payloadLength(api, tx, options) {
	const values = {
		...options,
		genesisHash: api.genesisHash,
		method: tx.method.toHex(),
		specVersion: api.runtimeVersion.specVersion,
		transactionVersion: api.runtimeVersion.transactionVersion,
	};
	return api.registry
		.createType('ExtrinsicPayload', values, { version: api.extrinsicVersion })
		.toU8a({ method: true }).length;
}

test('payloads of 255, 256 and 257 bytes', async (t) => {
	const api = await connect(t);
	for (const scheme of SCHEMES) {
		const account = await fundedAccount(api, scheme);
		for (const [nonce, length] of [255, 256, 257].entries()) {
			await t.test(`${scheme}, ${length}`, async () => {
				const options = { blockHash: api.genesisHash, era: 0, nonce };
				const remark = (bytes) => api.tx.system.remark(`0x${'5a'.repeat(bytes)}`);
				// Remarks of 64 bytes and more have a length prefix of two.
				const overhead = payloadLength(api, remark(64), { ...options, era: '0x00' }) - 64;
				const tx = remark(length - overhead);
				assert.equal(payloadLength(api, tx, { ...options, era: '0x00' }), length);

				const signed = [];
				const { signPayload, signRaw } = toSigner(account);
				const signer = { signPayload: (payload) => (signed.push(payload), signPayload(payload)), signRaw };
				const { events } = await send(api, tx, account.address, { ...options, signer });
				only(events, 'system', 'ExtrinsicSuccess');
				assert.equal(signed.length, 1);
				assert.equal(signed[0].method, tx.method.toHex());
			});
		}
	}
});
