// SPDX-License-Identifier: Apache-2.0
/** The network under test, whose address `run.js` puts into QH_WS, and sending to it. */
import { ApiPromise, WsProvider } from '@polkadot/api';
import { u8aToHex } from '@polkadot/util';
import { apiOptions, createAccount, devSeed, randomSeed, toPair } from '@quantumharmony/wallet';

/** Names of the schemes that accounts can have. */
export const SCHEMES = ['falcon512', 'slh-dsa-sha2-128s', 'ml-dsa-65'];

/** One token in its smallest unit. */
export const UNIT = 10n ** 12n;

/** The endpoint under test. */
export function endpoint() {
	const url = process.env.QH_WS;
	if (!url) {
		throw new Error('QH_WS is not set: run `node run.js`, or set it to the endpoint of a development network');
	}
	return url;
}

/** A connection that is closed when `test` ends. */
export async function connect(test, options = {}) {
	const provider = new WsProvider(endpoint());
	const api = await ApiPromise.create({ provider, noInitWarn: true, ...apiOptions, ...options });
	test.after(() => api.disconnect());
	return api;
}

/** The development account that genesis endows. */
export const alice = () => createAccount({ seed: devSeed('alice') });

/**
 * Sends a transaction and waits for its block.
 *
 * @param from an account, or whatever `signAndSend` takes.
 * @returns the block's hash and the transaction's events.
 * @throws Error when it is dropped or fails, with the chain's reason.
 */
export function send(api, tx, from, options = {}) {
	const signer = from.sign && from.scheme ? toPair(from) : from;
	return new Promise((resolve, reject) => {
		let unsubscribe = () => {};
		const settle = (done, value) => {
			unsubscribe();
			done(value);
		};
		tx.signAndSend(signer, options, ({ status, events, dispatchError, internalError }) => {
			if (internalError) {
				settle(reject, internalError);
			} else if (status.isUsurped || status.isDropped || status.isInvalid) {
				settle(reject, new Error(`the transaction is ${status.type}`));
			} else if (status.isInBlock && dispatchError) {
				const reason = dispatchError.isModule
					? api.registry.findMetaError(dispatchError.asModule).name
					: dispatchError.toString();
				settle(reject, new Error(`the transaction failed: ${reason}`));
			} else if (status.isInBlock) {
				settle(resolve, { blockHash: status.asInBlock, events: events.map(({ event }) => event) });
			}
		}).then((stop) => (unsubscribe = stop), reject);
	});
}

/** A fresh account with tokens of alice. */
export async function fundedAccount(api, scheme, amount = 100n * UNIT) {
	const account = await createAccount({ scheme, seed: randomSeed() });
	await send(api, api.tx.balances.transferKeepAlive(account.address, amount), await alice());
	return account;
}

/** Data of the transaction's only event of that name, by the names of its fields. */
export function only(events, section, method) {
	const found = events.filter((event) => event.section === section && event.method === method);
	if (found.length !== 1) {
		const names = events.map((event) => `${event.section}.${event.method}`).join(', ');
		throw new Error(`expected one ${section}.${method} among ${names}`);
	}
	return found[0].data;
}

/** What the chain took for a transaction, by its events. */
export const feePaid = (events) =>
	only(events, 'transactionPayment', 'TransactionFeePaid').actualFee.toBigInt();

/** Fails unless `estimate` is within one percent of `actual`. */
export function withinOnePercent(estimate, actual, what) {
	const difference = estimate > actual ? estimate - actual : actual - estimate;
	if (actual === 0n || difference * 100n > actual) {
		throw new Error(`${what}: estimated ${estimate}, the chain took ${actual}`);
	}
}

/** The metadata of that version, as the runtime itself gives it. */
export async function metadataOf(api, version) {
	const call = u8aToHex(api.registry.createType('u32', version).toU8a());
	const bytes = await api.rpc.state.call('Metadata_metadata_at_version', call);
	return api.registry.createType('Option<OpaqueMetadata>', bytes.toU8a(true)).unwrap().toHex();
}
