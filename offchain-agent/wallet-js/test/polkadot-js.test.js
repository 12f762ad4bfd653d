// SPDX-License-Identifier: Apache-2.0
/** polkadot-js's own classes over the chain's signature type, without a chain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeRegistry } from '@polkadot/types';
import { blake2AsU8a } from '@polkadot/util-crypto';
import { apiOptions, createAccount, dummySignature, toPair, toSigner, verify } from '../src/index.js';
import { SCHEMES } from '../src/schemes.js';

const SEED = new Uint8Array(32).fill(7);
const EXTENSIONS = [
	'CheckNonZeroSender',
	'CheckSpecVersion',
	'CheckTxVersion',
	'CheckGenesis',
	'CheckMortality',
	'CheckNonce',
	'CheckWeight',
	'ChargeVerification',
	'CheckOperatorCall',
	'CheckAnchor',
	'ChargeTransactionPayment',
	'CheckMetadataHash',
	'WeightReclaim',
];
const REST = { genesisHash: `0x${'11'.repeat(32)}`, blockHash: `0x${'22'.repeat(32)}` };

function registry() {
	const registry = new TypeRegistry();
	registry.register({
		ExtrinsicSignature: {
			_enum: {
				Falcon512: '[u8; 1563]',
				SlhDsaSha2_128s: 'SlhDsa',
				MlDsa65: 'MlDsa',
			},
		},
		SlhDsa: { public: '[u8; 32]', signature: 'Bytes' },
		MlDsa: { public: '[u8; 1952]', signature: 'Bytes' },
	});
	registry.setSignedExtensions(EXTENSIONS, apiOptions.signedExtensions);
	return registry;
}

/** A payload whose bytes are that many in all. */
function payloadOf(length) {
	const create = (method) =>
		registry().createType(
			'ExtrinsicPayload',
			{
				...REST,
				era: '0x00',
				method,
				nonce: 1,
				specVersion: 100,
				tip: 0,
				transactionVersion: 1,
				mode: 0,
			},
			{ version: 4 },
		);
	const overhead = create('0x').toU8a({ method: true }).length;
	return create(`0x${'aa'.repeat(length - overhead)}`);
}

/** What polkadot-js has the account sign, as bytes. */
const signed = (payload, account) =>
	Uint8Array.from(Buffer.from(payload.sign(toPair(account)).signature.slice(2), 'hex'));

function unpack(scheme, bytes) {
	const { index, publicLength, signatureLength } = SCHEMES[scheme];
	assert.equal(bytes[0], index);
	assert.equal(bytes.length, SCHEMES[scheme].encode(
		new Uint8Array(publicLength), new Uint8Array(signatureLength)).length);
	return {
		publicKey: bytes.slice(1, 1 + publicLength),
		signature: bytes.slice(bytes.length - signatureLength),
	};
}

for (const scheme of Object.keys(SCHEMES)) {
	const made = createAccount({ scheme, seed: SEED });

	test(`${scheme}: the pair signs payloads around 256 bytes as the chain checks them`, async () => {
		const account = await made;
		for (const length of scheme === 'slh-dsa-sha2-128s' ? [257] : [255, 256, 257]) {
			const payload = payloadOf(length);
			const bytes = payload.toU8a({ method: true });
			assert.equal(bytes.length, length);
			const parts = unpack(scheme, signed(payload, account));
			assert.deepEqual(parts.publicKey, account.publicKey);
			const message = length > 256 ? blake2AsU8a(bytes) : bytes;
			assert.ok(verify({ scheme, domain: 'transaction', message, ...parts }));
			assert.ok(!verify({ scheme, domain: 'raw', message, ...parts }));
		}
	});

	test(`${scheme}: polkadot-js decodes the signature to the variant and back`, async () => {
		const account = await made;
		const bytes = signed(payloadOf(200), account);
		const decoded = registry().createType('ExtrinsicSignature', bytes);
		assert.equal(decoded.index, SCHEMES[scheme].index);
		assert.deepEqual(decoded.toU8a(), bytes);
		assert.equal(decoded.isEmpty, false);
	});

	test(`${scheme}: a dummy is as long as a signature and verifies for nobody`, async () => {
		const account = await made;
		const dummy = dummySignature(scheme);
		assert.equal(dummy.length, signed(payloadOf(200), account).length);
		assert.ok(!verify({ scheme, domain: 'transaction', message: SEED, ...unpack(scheme, dummy) }));
	});
}

test('an unsigned transaction does not look signed', () => {
	assert.equal(registry().createType('ExtrinsicSignature').value.isEmpty, true);
});

test("polkadot-js's fake signature decodes", () => {
	const fake = registry().createType('ExtrinsicSignature', new Uint8Array(256).fill(1));
	assert.equal(fake.type, 'SlhDsaSha2_128s');
});

test('without a type the pair signs raw bytes, never a transaction', async () => {
	const account = await createAccount({ seed: SEED });
	const { publicKey, scheme } = account;
	const message = new TextEncoder().encode('hello');
	const signature = toPair(account).sign('hello');
	assert.ok(verify({ scheme, publicKey, signature, message, domain: 'raw' }));
	assert.ok(!verify({ scheme, publicKey, signature, message, domain: 'transaction' }));
});

test('the signer signs a payload in JSON as the pair signs it', async () => {
	const account = await createAccount({ seed: SEED });
	const { scheme } = account;
	for (const data of ['0x0001', `0x0001${'bb'.repeat(300)}`]) {
		const payload = {
			...REST,
			address: account.address,
			blockNumber: '0x00000001',
			era: '0x00',
			metadataHash: null,
			method: data,
			mode: 0,
			nonce: '0x00000001',
			signedExtensions: EXTENSIONS,
			specVersion: '0x00000064',
			tip: `0x${'00'.repeat(16)}`,
			transactionVersion: '0x00000001',
			version: 4,
		};
		const bytes = registry().createType('ExtrinsicPayload', payload, { version: 4 }).toU8a({ method: true });
		const message = bytes.length > 256 ? blake2AsU8a(bytes) : bytes;
		const signer = toSigner(account);
		const hex = `0x${Buffer.from(bytes).toString('hex')}`;
		const both = [
			await signer.signPayload(payload),
			await signer.signRaw({ address: account.address, data: hex, type: 'payload' }),
		];
		for (const { signature } of both) {
			const parts = unpack(scheme, Uint8Array.from(Buffer.from(signature.slice(2), 'hex')));
			assert.ok(verify({ scheme, domain: 'transaction', message, ...parts }));
		}
		assert.notEqual(both[0].id, both[1].id);
	}
});

test('the signer refuses what it cannot encode, and what is not its own', async () => {
	const account = await createAccount({ seed: SEED });
	const other = await createAccount({ seed: new Uint8Array(32) });
	const payload = { address: account.address, signedExtensions: [...EXTENSIONS, 'ChargeSomething'] };
	await assert.rejects(toSigner(account).signPayload(payload), /the transaction extension ChargeSomething/);
	await assert.rejects(
		toSigner(other).signRaw({ address: account.address, data: '0x00', type: 'bytes' }),
		/signs for/,
	);
});
