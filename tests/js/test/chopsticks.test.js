// SPDX-License-Identifier: Apache-2.0
/** The runtime in chopsticks: a fork of the running network makes blocks of its own. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { BuildBlockMode, defaultLogger, setupWithServer } from '@acala-network/chopsticks';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { apiOptions, createAccount, randomSeed, toPair } from '@quantumharmony/wallet';
import { alice, connect, endpoint, SCHEMES, UNIT } from '../network.js';

defaultLogger.level = 'error';

test('a fork in chopsticks', async (t) => {
	const network = await connect(t);
	const forkedAt = await network.rpc.chain.getFinalizedHead();
	const fork = await setupWithServer({
		endpoint: endpoint(),
		block: forkedAt.toHex(),
		'build-block-mode': BuildBlockMode.Manual,
		host: '127.0.0.1',
		port: 0,
	});
	t.after(() => fork.close());
	const api = await ApiPromise.create({
		provider: new WsProvider(`ws://${fork.addr}`),
		noInitWarn: true,
		...apiOptions,
	});
	t.after(() => api.disconnect());

	assert.equal(api.genesisHash.toHex(), network.genesisHash.toHex());
	const from = await alice();
	const submit = (tx, account) => tx.signAndSend(toPair(account));
	const newBlock = () => api.rpc('dev_newBlock');
	const freeOf = async (account) => (await api.query.system.account(account.address)).data.free.toBigInt();

	await t.test('an empty block continues the forked one', async () => {
		const hash = await newBlock();
		const header = await api.rpc.chain.getHeader(hash);
		assert.equal(header.parentHash.toHex(), forkedAt.toHex());
	});

	for (const scheme of SCHEMES) {
		await t.test(`${scheme}: a transfer is verified and applied`, async () => {
			const account = await createAccount({ scheme, seed: randomSeed() });
			await submit(api.tx.balances.transferKeepAlive(account.address, 100n * UNIT), from);
			await newBlock();
			assert.equal(await freeOf(account), 100n * UNIT);

			await submit(api.tx.balances.transferKeepAlive(from.address, UNIT), account);
			await newBlock();
			const free = await freeOf(account);
			assert.ok(free < 99n * UNIT && free > 90n * UNIT, `${free}`);
		});
	}

	await t.test('a forged signature is refused', async () => {
		const pair = toPair(from);
		const sign = (...args) => {
			const bytes = pair.sign(...args);
			bytes[1000] ^= 1;
			return bytes;
		};
		await assert.rejects(api.tx.system.remark('0x').signAndSend({ ...pair, sign }));
	});

	await t.test('the network knows nothing of it', async () => {
		const { number } = await api.rpc.chain.getHeader();
		const own = await api.rpc.chain.getBlockHash(number.toNumber());
		const theirs = await network.rpc.chain.getBlockHash(number.toNumber());
		assert.notEqual(own.toHex(), theirs.toHex());
	});
});
