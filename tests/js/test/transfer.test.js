// SPDX-License-Identifier: Apache-2.0
/** From a seed to a transfer and its events, with every scheme. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';
import { u8aToHex } from '@polkadot/util';
import { toPair, toSigner } from '@quantumharmony/wallet';
import {
	alice, connect, feePaid, fundedAccount, metadataOf, only, SCHEMES, send, UNIT,
} from '../network.js';

const FALCON_TRANSFER_LIMIT = 1700;

test('transfers', async (t) => {
	const api = await connect(t);
	const to = (await alice()).address;

	for (const scheme of SCHEMES) {
		await t.test(`${scheme}: the events say who paid what`, async () => {
			const account = await fundedAccount(api, scheme);
			const before = (await api.query.system.account(account.address)).data.free.toBigInt();
			const { events, blockHash } = await send(api, api.tx.balances.transferKeepAlive(to, UNIT), account);

			const { from, amount } = only(events, 'balances', 'Transfer');
			assert.equal(from.toString(), account.address);
			assert.equal(amount.toBigInt(), UNIT);
			only(events, 'system', 'ExtrinsicSuccess');

			const { data, nonce } = await (await api.at(blockHash)).query.system.account(account.address);
			assert.equal(nonce.toNumber(), 1);
			assert.equal(data.free.toBigInt(), before - UNIT - feePaid(events));
		});
	}

	await t.test('a signer works where a pair does', async () => {
		const account = await fundedAccount(api, 'falcon512');
		const tx = () => api.tx.balances.transferKeepAlive(to, UNIT);
		await send(api, tx(), account.address, { signer: toSigner(account) });
		const { signRaw } = toSigner(account);
		await send(api, tx(), account.address, { signer: { signRaw } });
	});

	await t.test('polkadot-js without any options works too', async (t) => {
		const stock = await connect(t, { signedExtensions: undefined });
		const account = await fundedAccount(stock, 'falcon512');
		await send(stock, stock.tx.balances.transferKeepAlive(to, UNIT), account);
	});

	await t.test('a mortal transaction, one with a tip and an immortal one are accepted', async () => {
		const account = await fundedAccount(api, 'falcon512');
		const tip = UNIT / 100n;
		for (const options of [{ era: 64 }, { era: 0 }, { tip }]) {
			const { events } = await send(api, api.tx.system.remark('0x'), account, options);
			const paid = only(events, 'transactionPayment', 'TransactionFeePaid');
			assert.equal(paid.tip.toBigInt(), options.tip ?? 0n);
		}
	});

	await t.test('the chain checks the metadata hash where the transaction commits to one', async () => {
		const account = await fundedAccount(api, 'falcon512');
		const decimals = api.registry.chainDecimals[0];
		const [tokenSymbol] = api.registry.chainTokens;
		const metadata = await metadataOf(api, 15);
		const commit = (symbol) => ({
			mode: 1,
			metadataHash: u8aToHex(
				merkleizeMetadata(metadata, {
					base58Prefix: api.registry.chainSS58,
					decimals,
					tokenSymbol: symbol,
				}).digest(),
			),
		});
		await send(api, api.tx.system.remark('0x'), account, commit(tokenSymbol));
		await assert.rejects(
			send(api, api.tx.system.remark('0x'), account, commit('LIE')),
			/bad signature/i,
		);
	});

	await t.test('a Falcon transfer is short', async () => {
		const tx = await api.tx.balances.transferKeepAlive(to, UNIT).signAsync(toPair(await alice()));
		assert.ok(tx.encodedLength <= FALCON_TRANSFER_LIMIT, `${tx.encodedLength} bytes`);
	});

	await t.test("a transaction under another account's name is refused", async () => {
		const account = await fundedAccount(api, 'falcon512');
		const pair = toPair(account);
		const victim = await alice();
		const forged = { ...pair, address: victim.address, addressRaw: victim.accountId };
		await assert.rejects(
			send(api, api.tx.balances.transferKeepAlive(account.address, UNIT), forged),
			/bad signature/i,
		);
	});

	await t.test('a signature with one bit changed is refused', async () => {
		for (const scheme of SCHEMES) {
			const account = await fundedAccount(api, scheme);
			const pair = toPair(account);
			const sign = (...args) => {
				const bytes = pair.sign(...args);
				bytes[Math.floor(bytes.length * 0.75)] ^= 1;
				return bytes;
			};
			await assert.rejects(
				send(api, api.tx.system.remark('0x'), { ...pair, sign }),
				/bad signature/i,
				scheme,
			);
		}
	});
});
