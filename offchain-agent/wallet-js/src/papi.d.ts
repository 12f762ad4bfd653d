// SPDX-License-Identifier: Apache-2.0
import type { PolkadotSigner } from '@polkadot-api/polkadot-signer';
import type { Account } from './core.js';

/** The part of a PAPI transaction that estimating takes. */
export interface Signable<Options> {
	sign(from: PolkadotSigner, options?: Options): Promise<Uint8Array>;
}

/** The part of a typed or unsafe PAPI API that estimating takes. */
export interface FeeApi {
	apis: {
		TransactionPaymentApi: {
			query_info(bytes: Uint8Array, length: number): Promise<{ partial_fee: bigint }>;
		};
	};
}

/** The `PolkadotSigner` of an account; can be wrapped by `withMetadataHash`. */
export declare function toPolkadotSigner(account: Account): PolkadotSigner;

/** What a PAPI transaction costs when `account` signs it, without the tip. */
export declare function estimateFee<Options>(
	api: FeeApi,
	tx: Signable<Options>,
	account: Account,
	options?: Options,
): Promise<bigint>;
