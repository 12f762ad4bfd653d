// SPDX-License-Identifier: Apache-2.0
import type { ApiPromise } from '@polkadot/api';
import type { SignerOptions, SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { RuntimeDispatchInfo } from '@polkadot/types/interfaces';
import type { ExtDef } from '@polkadot/types/extrinsic/signedExtensions/types';
import type { Signer } from '@polkadot/types/types';
import type { Account, Scheme } from './core.js';

export * from './core.js';

/** The chain's transaction extensions that polkadot-js does not know. */
export declare const signedExtensions: ExtDef;

/** Options for `ApiPromise.create`: `{ provider, ...apiOptions }`. */
export declare const apiOptions: { readonly signedExtensions: ExtDef };

/** The part of polkadot-js's pair that signing takes, under the type that its API asks for. */
export declare function toPair(account: Account): KeyringPair;

/** The polkadot-js signer of an account, for `api.setSigner` or `{ signer }`. */
export declare function toSigner(
	account: Account,
	options?: { signedExtensions?: ExtDef },
): Required<Pick<Signer, 'signPayload' | 'signRaw'>>;

/**
 * What a transaction costs when it is signed with that account's scheme.
 * @param accountOrScheme an account, or a scheme's name for one without transactions.
 * @returns weight, class, and the fee without the tip.
 */
export declare function estimateFee(
	api: ApiPromise,
	tx: SubmittableExtrinsic<'promise'>,
	accountOrScheme: Account | Scheme,
	options?: Partial<SignerOptions>,
): Promise<RuntimeDispatchInfo>;
