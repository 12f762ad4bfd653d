// SPDX-License-Identifier: Apache-2.0
// Compiled, not run: uses every export as its declaration promises.
import { ApiPromise, WsProvider } from '@polkadot/api';
import {
	accountId,
	apiOptions,
	createAccount,
	devSeed,
	encodeAddress,
	estimateFee,
	randomSeed,
	toPair,
	toSigner,
	verify,
	type Account,
	type Scheme,
} from '@quantumharmony/wallet';
import { estimateFee as estimatePapiFee, toPolkadotSigner, type FeeApi, type Signable } from '@quantumharmony/wallet/papi';
import type { PolkadotSigner } from '@polkadot-api/polkadot-signer';

export async function transfer(url: string, scheme: Scheme): Promise<bigint> {
	const api = await ApiPromise.create({ provider: new WsProvider(url), ...apiOptions });
	const account: Account = await createAccount({ scheme, seed: randomSeed() });
	const alice = await createAccount({ seed: devSeed('alice') });
	const tx = api.tx.balances.transferKeepAlive(account.address, 1n);
	const { partialFee } = await estimateFee(api, tx, scheme);
	await tx.signAndSend(toPair(alice));
	api.setSigner(toSigner(account, { signedExtensions: apiOptions.signedExtensions }));
	account.destroy();
	return partialFee.toBigInt();
}

export function check(account: Account, message: Uint8Array): boolean {
	const signature: Uint8Array = account.sign('raw', message);
	const { scheme, publicKey } = account;
	const address: string = encodeAddress(accountId(scheme, publicKey), 42);
	return address !== '' && verify({ scheme, publicKey, domain: 'raw', message, signature });
}

export async function papi(api: FeeApi, tx: Signable<{ tip?: bigint }>, account: Account): Promise<bigint> {
	const signer: PolkadotSigner = toPolkadotSigner(account);
	await tx.sign(signer);
	return estimatePapiFee(api, tx, account, { tip: 1n });
}
