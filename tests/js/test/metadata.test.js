// SPDX-License-Identifier: Apache-2.0
/** polkadot-js with each version of the metadata, and what the metadata says. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Metadata } from '@polkadot/types';
import { alice, connect, feePaid, fundedAccount, metadataOf, only, send, UNIT } from '../network.js';

/** Names of a type that would be a classical scheme's. */
const CLASSICAL = /ed25519|sr25519|ecdsa|secp256|schnorr|bls12|bandersnatch/i;

test('metadata', async (t) => {
	const api = await connect(t);
	const to = (await alice()).address;
	const key = `${api.genesisHash.toHex()}-${api.runtimeVersion.specVersion}`;

	await t.test('state_getMetadata serves V14', async () => {
		const metadata = await api.rpc.state.getMetadata();
		assert.equal(metadata.version, 14);
	});

	for (const version of [14, 15, 16]) {
		await t.test(`V${version}: decodes, signs, sends, reads events`, async (t) => {
			const metadata = { [key]: await metadataOf(api, version) };
			const other = await connect(t, { metadata, throwOnUnknown: true });
			assert.equal(other.runtimeMetadata.version, version);
			const account = await fundedAccount(other, 'falcon512');
			const { events } = await send(other, other.tx.balances.transferKeepAlive(to, UNIT), account);
			assert.equal(only(events, 'balances', 'Transfer').amount.toBigInt(), UNIT);
			assert.ok(feePaid(events) > 0n);
		});

		await t.test(`V${version}: names no classical key or signature`, async () => {
			const { types } = new Metadata(api.registry, await metadataOf(api, version)).asLatest.lookup;
			assert.ok(types.length > 100);
			for (const { id, type } of types) {
				const names = [...type.path.map(String)];
				if (type.def.isVariant) {
					names.push(...type.def.asVariant.variants.map(({ name }) => name.toString()));
				}
				const classical = names.filter((name) => CLASSICAL.test(name));
				assert.deepEqual(classical, [], `type ${id}`);
			}
		});
	}

	await t.test('a signature is one of three post-quantum variants', () => {
		const { variants } = api.registry.lookup.getSiType(
			api.runtimeMetadata.asLatest.extrinsic.signatureType).def.asVariant;
		const found = variants.map(({ index, name }) => [index.toNumber(), name.toString()]);
		assert.deepEqual(found, [[0, 'Falcon512'], [1, 'SlhDsaSha2_128s'], [2, 'MlDsa65']]);
	});

	await t.test('session keys are two Falcon keys', async () => {
		const entries = await api.query.session.nextKeys.entries();
		assert.ok(entries.length > 0);
		for (const [, keys] of entries) {
			const lengths = [...keys.unwrap().values()].map((key) => key.toU8a().length);
			assert.deepEqual(lengths, [897, 897]);
		}
	});

	await t.test('authorities of Aura and GRANDPA are Falcon keys', async () => {
		const authorities = [
			...(await api.query.aura.authorities()),
			...(await api.call.grandpaApi.grandpaAuthorities()).map(([key]) => key),
		];
		assert.ok(authorities.length >= 2);
		for (const authority of authorities) {
			assert.equal(authority.toU8a().length, 897);
			assert.equal(authority.toU8a()[0], 0x09);
		}
	});

	await t.test('inherents do not look signed', async () => {
		const { block } = await api.rpc.chain.getBlock();
		assert.ok(block.extrinsics.length > 0);
		const inherents = block.extrinsics.filter(({ method }) => method.section === 'timestamp');
		assert.equal(inherents.length, 1);
		assert.equal(inherents[0].isSigned, false);
	});
});
