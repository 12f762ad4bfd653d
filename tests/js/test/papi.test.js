// SPDX-License-Identifier: Apache-2.0
/** polkadot-api (PAPI) with every scheme, with and without the metadata hash. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { createClient } from 'polkadot-api';
import { withMetadataHash } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';
import { createAccount, devSeed, randomSeed } from '@quantumharmony/wallet/core';
import { estimateFee, toPolkadotSigner } from '@quantumharmony/wallet/papi';
import { WebSocket } from 'ws';
import { endpoint, SCHEMES, UNIT, withinOnePercent } from '../network.js';

/** The data of the result's only event of that pallet and name. */
function only(result, pallet, name) {
	const found = result.events.filter(({ type, value }) => type === pallet && value.type === name);
	assert.equal(found.length, 1, `${pallet}.${name}`);
	return found[0].value.value;
}

test('polkadot-api', async (t) => {
	const client = createClient(getWsProvider(endpoint(), { websocketClass: WebSocket }));
	t.after(() => client.destroy());
	const api = client.getUnsafeApi();
	const transfer = (to, value) =>
		api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: to }, value });
	const alice = await createAccount({ seed: devSeed('alice') });

	for (const scheme of SCHEMES) {
		await t.test(`${scheme}: transfers, and the fee is the estimated one`, async () => {
			const account = await createAccount({ scheme, seed: randomSeed() });
			const funded = await transfer(account.address, 100n * UNIT).signAndSubmit(toPolkadotSigner(alice));
			assert.ok(funded.ok);

			const tx = transfer(alice.address, UNIT);
			const fee = await estimateFee(api, tx, account);
			const result = await tx.signAndSubmit(toPolkadotSigner(account));
			assert.ok(result.ok);
			assert.equal(only(result, 'Balances', 'Transfer').amount, UNIT);
			withinOnePercent(fee, only(result, 'TransactionPayment', 'TransactionFeePaid').actual_fee, scheme);
		});
	}

	await t.test('the chain checks the metadata hash', async () => {
		const { ss58Format, tokenDecimals, tokenSymbol } = (await client.getChainSpecData()).properties;
		const network = { base58Prefix: ss58Format, decimals: tokenDecimals, tokenSymbol };
		const send = (info) =>
			api.tx.System.remark({ remark: new Uint8Array(8) })
				.signAndSubmit(withMetadataHash(info, toPolkadotSigner(alice)));
		assert.ok((await send(network)).ok);
		await assert.rejects(send({ ...network, tokenSymbol: 'LIE' }), /Invalid/);
	});
});
