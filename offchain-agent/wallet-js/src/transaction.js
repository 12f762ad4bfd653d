// SPDX-License-Identifier: Apache-2.0
/** What polkadot-js and polkadot-api have in common: a transaction's payload, signed. */
import { blake2_256 } from './bytes.js';
import { schemeOf } from './schemes.js';

/** Substrate signs the hash of a payload that is longer than this. */
const MAX_PLAIN_PAYLOAD = 256;

/** The payload as it is signed: itself up to 256 bytes, its BLAKE2b-256 hash above. */
export const signable = (payload, hash = blake2_256) =>
	payload.length > MAX_PLAIN_PAYLOAD ? hash(payload) : payload;

/** The chain's `Signature`, SCALE-encoded, of `account` over what `signable` gave. */
export const signatureOver = (account, bytes) =>
	schemeOf(account.scheme).encode(account.publicKey, account.sign('transaction', bytes));

/**
 * A `Signature` of the right length that verifies for nobody, to ask the chain what a
 * transaction costs: fees depend on the scheme and on the length alone.
 */
export function dummySignature(scheme) {
	const { encode, publicLength, signatureLength } = schemeOf(scheme);
	return encode(new Uint8Array(publicLength).fill(1), new Uint8Array(signatureLength).fill(1));
}
