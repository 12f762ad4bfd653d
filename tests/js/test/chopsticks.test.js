// SPDX-License-Identifier: Apache-2.0
/** The runtime in chopsticks: a fork of the running network makes blocks of its own. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { BuildBlockMode, destroyWorker, setupWithServer } from '@acala-network/chopsticks';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { apiOptions, createAccount, randomSeed, toPair } from '@quantumharmony/wallet';
import { alice, connect, endpoint, SCHEMES, UNIT } from '../network.js';

/** What chopsticks takes for a slot where it cannot ask the runtime. */
const CHOPSTICKS_SLOT_MILLIS = 12_000;

/**
 * Has the fork count slots as chopsticks does. It asks the runtime for the length of a slot
 * without giving it the state, where this chain keeps that length, and falls back to its own.
 */
async function alignSlots(api) {
	const now = (await api.query.timestamp.now()).toNumber();
	await api.rpc('dev_setStorage', {
		Aura: { CurrentSlot: Math.floor(now / CHOPSTICKS_SLOT_MILLIS) },
		Periods: { SlotDuration: CHOPSTICKS_SLOT_MILLIS },
	});
}

/** Hash of a finalized block that is not the genesis. */
async function firstFinalized(api) {
	const header = await new Promise((resolve, reject) => {
		const seen = (header) => header.number.toNumber() > 0 && resolve(header);
		api.rpc.chain.subscribeFinalizedHeads(seen).catch(reject);
	});
	return header.hash;
}

test('a fork in chopsticks', async (t) => {
	const network = await connect(t);
	const forkedAt = await firstFinalized(network);
	const fork = await setupWithServer({
		endpoint: endpoint(),
		block: forkedAt.toHex(),
		'build-block-mode': BuildBlockMode.Manual,
		host: '127.0.0.1',
		port: 0,
	});
	t.after(async () => {
		await fork.close();
		await destroyWorker();
	});
	const api = await ApiPromise.create({
		provider: new WsProvider(`ws://${fork.addr}`),
		noInitWarn: true,
		...apiOptions,
	});
	t.after(() => api.disconnect());

	assert.equal(api.genesisHash.toHex(), network.genesisHash.toHex());
	await alignSlots(api);
	const from = await alice();
	const submit = (tx, account) => tx.signAndSend(toPair(account));
	const newBlock = () => api.rpc('dev_newBlock');
	// The last block of a session has no room for transactions.
	const newBlockWithTransaction = async () => {
		await newBlock();
		if ((await api.rpc.author.pendingExtrinsics()).length > 0) {
			await newBlock();
		}
	};
	const freeOf = async (account) => (await api.query.system.account(account.address)).data.free.toBigInt();

	await t.test('an empty block continues the forked one', async () => {
		const hash = await newBlock();
		const header = await api.rpc.chain.getHeader(hash);
		assert.notEqual(hash.toString(), forkedAt.toHex());
		assert.equal(header.parentHash.toHex(), forkedAt.toHex());
	});

	for (const scheme of SCHEMES) {
		await t.test(`${scheme}: a transfer is verified and applied`, async () => {
			const account = await createAccount({ scheme, seed: randomSeed() });
			await submit(api.tx.balances.transferKeepAlive(account.address, 100n * UNIT), from);
			await newBlockWithTransaction();
			assert.equal(await freeOf(account), 100n * UNIT);

			await submit(api.tx.balances.transferKeepAlive(from.address, UNIT), account);
			await newBlockWithTransaction();
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
