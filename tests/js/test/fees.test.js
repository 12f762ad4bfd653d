// SPDX-License-Identifier: Apache-2.0
/** Estimated fees against what the chain takes. */
import test from 'node:test';
import assert from 'node:assert/strict';
import { estimateFee, toPair } from '@quantumharmony/wallet';
import { alice, connect, feePaid, fundedAccount, SCHEMES, send, UNIT, withinOnePercent } from '../network.js';

test('fee estimates', async (t) => {
	const api = await connect(t);
	const to = (await alice()).address;
	const transactions = {
		transfer: () => api.tx.balances.transferKeepAlive(to, UNIT),
		'long remark': () => api.tx.system.remarkWithEvent(`0x${'5a'.repeat(3000)}`),
	};

	for (const [what, tx] of Object.entries(transactions)) {
		await t.test(`falcon512: the stock paymentInfo of a ${what} is exact`, async () => {
			const account = await fundedAccount(api, 'falcon512');
			const { partialFee } = await tx().paymentInfo(toPair(account));
			const { events } = await send(api, tx(), account);
			withinOnePercent(partialFee.toBigInt(), feePaid(events), what);
		});

		for (const scheme of SCHEMES) {
			await t.test(`${scheme}: estimateFee of a ${what} is exact`, async () => {
				const account = await fundedAccount(api, scheme);
				const unsigned = tx();
				const before = unsigned.toHex();
				const { partialFee } = await estimateFee(api, unsigned, account);
				const byName = await estimateFee(api, unsigned, scheme);
				assert.equal(unsigned.toHex(), before);
				assert.equal(byName.partialFee.toBigInt(), partialFee.toBigInt());
				const { events } = await send(api, tx(), account);
				withinOnePercent(partialFee.toBigInt(), feePaid(events), what);
			});
		}
	}

	await t.test('a longer signature costs more', async () => {
		const fees = await Promise.all(
			['falcon512', 'ml-dsa-65', 'slh-dsa-sha2-128s'].map(async (scheme) =>
				(await estimateFee(api, transactions.transfer(), scheme)).partialFee.toBigInt()),
		);
		assert.ok(fees[0] < fees[1] && fees[1] < fees[2], fees.join(', '));
	});
});
