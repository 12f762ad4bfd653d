// SPDX-License-Identifier: Apache-2.0
/** Accounts as polkadot-js takes them: a pair, a signer, and what `ApiPromise` must be told. */
import { TypeRegistry } from '@polkadot/types';
import { findUnknownExtensions } from '@polkadot/types/extrinsic/signedExtensions';
import { accountId, Account } from './account.js';
import { encodeAddress } from './address.js';
import { toBytes, toHex, utf8ToBytes } from './bytes.js';
import { schemeOf } from './schemes.js';
import { dummySignature, signable, signatureOver } from './transaction.js';

const EMPTY = Object.freeze({ extrinsic: {}, payload: {} });

/**
 * The chain's transaction extensions that polkadot-js does not know. None of them has bytes of
 * its own, in the transaction or in what is signed.
 */
export const signedExtensions = Object.freeze({
	ChargeVerification: EMPTY,
	CheckAnchor: EMPTY,
	CheckOperatorCall: EMPTY,
});

/** Options for `ApiPromise.create`: `{ provider, ...apiOptions }`. */
export const apiOptions = Object.freeze({ signedExtensions });

/** Text or bytes as polkadot-js hands them over: hexadecimal after `0x`, other text as UTF-8. */
const rawBytes = (data) =>
	typeof data === 'string' && !data.startsWith('0x') ? utf8ToBytes(data) : toBytes(data, 'the data');

/**
 * The pair that `signAndSend` takes.
 *
 * polkadot-js hands a transaction's payload to `sign` with `withType` set, hashed already where
 * it is long, and gets the chain's `Signature`. Anything else is signed as raw bytes and gives
 * the bare signature: it can never be taken for a transaction's.
 */
export function toPair(account) {
	return Object.freeze({
		type: account.scheme,
		address: account.address,
		addressRaw: account.accountId,
		publicKey: account.publicKey,
		isLocked: false,
		meta: Object.freeze({}),
		sign: (data, { withType = false } = {}) =>
			withType
				? signatureOver(account, toBytes(data, 'the payload'))
				: account.sign('raw', rawBytes(data)),
	});
}

/** The bytes that a payload in polkadot-js's JSON form stands for. */
function payloadBytes(payload, extensions) {
	const unknown = findUnknownExtensions(payload.signedExtensions, extensions);
	if (unknown.length > 0) {
		throw new Error(
			`cannot encode the transaction extension ${unknown.join(', ')}: describe it in the ` +
				'signedExtensions option of toSigner',
		);
	}
	const registry = new TypeRegistry();
	registry.setSignedExtensions(payload.signedExtensions, extensions);
	return registry
		.createType('ExtrinsicPayload', payload, { version: payload.version })
		.toU8a({ method: true });
}

/**
 * The polkadot-js `Signer` of an account: for `api.setSigner`, or as `{ signer }` in the options
 * of `signAndSend`.
 *
 * `signPayload` encodes the payload itself, and refuses a transaction extension that it does not
 * know, instead of signing less than the chain will check.
 *
 * @param options.signedExtensions further extensions, as `ApiPromise` takes them.
 */
export function toSigner(account, { signedExtensions: further = {} } = {}) {
	const extensions = { ...signedExtensions, ...further };
	let requests = 0;
	const result = (signature) => ({ id: (requests += 1), signature: toHex(signature) });
	const checkAddress = (address) => {
		if (address !== account.address) {
			throw new Error(`this signer signs for ${account.address}, not for ${address}`);
		}
	};
	return Object.freeze({
		async signPayload(payload) {
			checkAddress(payload.address);
			return result(signatureOver(account, signable(payloadBytes(payload, extensions))));
		},
		async signRaw({ address, data, type }) {
			checkAddress(address);
			return result(
				type === 'payload'
					? signatureOver(account, signable(toBytes(data, 'the payload')))
					: account.sign('raw', rawBytes(data)),
			);
		},
	});
}

/** The scheme, and an address to estimate for, of an account or of a scheme's name. */
function payer(accountOrScheme) {
	if (accountOrScheme instanceof Account) {
		return { scheme: accountOrScheme.scheme, address: accountOrScheme.address };
	}
	const { publicLength } = schemeOf(accountOrScheme);
	const nobody = accountId(accountOrScheme, new Uint8Array(publicLength).fill(1));
	return { scheme: accountOrScheme, address: encodeAddress(nobody) };
}

/**
 * What `tx` costs when it is signed with that account's scheme: exact, because the chain is
 * asked about a transaction of the very length. polkadot-js's own `paymentInfo` knows one
 * length of signature only.
 *
 * @param tx the submittable, unsigned; it is not changed.
 * @param accountOrScheme an `Account`, or a scheme's name for an account without transactions.
 * @param options as for `signAndSend`: tip, nonce, era, and what else goes into the payload.
 * @returns the chain's `RuntimeDispatchInfo`: weight, class, partialFee (without the tip).
 */
export async function estimateFee(api, tx, accountOrScheme, options = {}) {
	const { scheme, address } = payer(accountOrScheme);
	const { header, mortalLength, nonce } = await api.derive.tx.signingInfo(
		address,
		options.nonce,
		options.era,
	);
	const mortality = header
		? {
				blockHash: header.hash,
				era: api.registry.createType('ExtrinsicEra', {
					current: header.number,
					period: options.era || mortalLength,
				}),
			}
		: { blockHash: api.genesisHash, era: undefined };
	const payload = api.registry.createType('SignerPayload', {
		...options,
		...mortality,
		address,
		genesisHash: api.genesisHash,
		method: tx.method,
		nonce,
		runtimeVersion: api.runtimeVersion,
		signedExtensions: api.registry.signedExtensions,
		version: api.extrinsicVersion,
	});
	const bytes = api
		.tx(tx.method)
		.addSignature(address, dummySignature(scheme), payload.toPayload())
		.toU8a();
	return api.call.transactionPaymentApi.queryInfo(bytes, bytes.length);
}
