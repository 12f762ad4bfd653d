// SPDX-License-Identifier: Apache-2.0
/** Accounts as polkadot-api (PAPI) takes them. */
import {
	Blake2256,
	compact,
	decAnyMetadata,
	extrinsicFormat,
	unifyMetadata,
} from '@polkadot-api/substrate-bindings';
import { concatBytes } from './bytes.js';
import { dummySignature, signable, signatureOver } from './transaction.js';

/** Index of `MultiAddress::Id`. */
const ADDRESS_ID = Uint8Array.of(0);

/** The transaction extensions in the order of the metadata, split as signing needs them. */
function orderedExtensions(metadata, given) {
	const { signedExtensions } = unifyMetadata(decAnyMetadata(metadata)).extrinsic;
	const ordered = signedExtensions[0].map(({ identifier }) => {
		const extension = given[identifier];
		if (!extension) {
			throw new Error(`the transaction lacks its extension ${identifier}`);
		}
		return extension;
	});
	return {
		extra: concatBytes(...ordered.map(({ value }) => value)),
		additional: concatBytes(...ordered.map(({ additionalSigned }) => additionalSigned)),
	};
}

function polkadotSigner(account, signPayload) {
	return Object.freeze({
		publicKey: account.accountId,
		async signTx(callData, signedExtensions, metadata, _atBlockNumber, hasher = Blake2256) {
			const { extra, additional } = orderedExtensions(metadata, signedExtensions);
			const payload = concatBytes(callData, extra, additional);
			const extrinsic = concatBytes(
				extrinsicFormat.enc({ version: 4, type: 'signed' }),
				ADDRESS_ID,
				account.accountId,
				signPayload(signable(payload, hasher)),
				extra,
				callData,
			);
			return concatBytes(compact.enc(extrinsic.length), extrinsic);
		},
		signBytes: async (data) => account.sign('raw', data),
	});
}

/**
 * The `PolkadotSigner` of an account. `publicKey` is the 32-byte account id, which is what PAPI
 * makes the address of. Wrap it in `withMetadataHash` of `polkadot-api/signer` to have the chain
 * check the metadata that the transaction was made with.
 */
export const toPolkadotSigner = (account) =>
	polkadotSigner(account, (payload) => signatureOver(account, payload));

/**
 * What a PAPI transaction costs when `account` signs it, in the smallest unit: exact for every
 * scheme. PAPI's own `getEstimatedFees` works for classical accounts only.
 *
 * @param api of `client.getTypedApi` or `client.getUnsafeApi`.
 * @param options as for `tx.sign`.
 */
export async function estimateFee(api, tx, account, options) {
	const bytes = await tx.sign(
		polkadotSigner(account, () => dummySignature(account.scheme)),
		options,
	);
	// The argument's type is bytes, before which PAPI puts their length itself.
	const withoutLength = bytes.slice(2 ** (bytes[0] & 3));
	const { partial_fee } = await api.apis.TransactionPaymentApi.query_info(withoutLength, bytes.length);
	return partial_fee;
}
