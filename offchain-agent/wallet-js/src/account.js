// SPDX-License-Identifier: Apache-2.0
/**
 * An account: its scheme, its public key, its id, and signing with its key. The secret key is
 * reachable only through `sign`, and `destroy` wipes it; nothing here is written to a log or to
 * storage. JavaScript cannot keep a secret from the page that runs it: cold keys belong in
 * `qh-signer`.
 */
import { randomBytes } from '@noble/hashes/utils.js';
import { DEFAULT_SS58_PREFIX, encodeAddress } from './address.js';
import { blake2_256, concatBytes, toBytes, utf8ToBytes } from './bytes.js';
import { tagged } from './domains.js';
import { SCHEMES, schemeOf } from './schemes.js';
import { keypairFromSeed, SEED_LENGTH } from './seed.js';

/** The 32-byte account id of a public key: `blake2_256("qh/account/v1" ‖ index ‖ public)`. */
export function accountId(scheme, publicKey) {
	const { index, publicLength } = schemeOf(scheme);
	const key = toBytes(publicKey, `a public key of ${scheme}`, publicLength);
	return blake2_256(concatBytes(utf8ToBytes('qh/account/v1'), Uint8Array.of(index), key));
}

/** An account whose key is in memory. Made by `createAccount`. */
export class Account {
	#secretKey;

	constructor(scheme, publicKey, secretKey, ss58Prefix) {
		this.#secretKey = secretKey;
		this.scheme = scheme;
		this.publicKey = publicKey;
		this.accountId = accountId(scheme, publicKey);
		this.address = encodeAddress(this.accountId, ss58Prefix);
		Object.freeze(this);
	}

	/**
	 * Signs `message` in the role `domain`, and verifies the result before giving it out, so
	 * that a fault in the computation leaks nothing.
	 *
	 * @returns the bare signature, of the scheme's exact length.
	 */
	sign(domain, message) {
		if (this.#secretKey.every((byte) => byte === 0)) {
			throw new Error(`the key of ${this.address} was destroyed`);
		}
		const { primitive } = SCHEMES[this.scheme];
		const bytes = tagged(domain, toBytes(message, 'the message'));
		const signature = primitive.sign(bytes, this.#secretKey);
		if (!primitive.verify(signature, bytes, this.publicKey)) {
			throw new Error(`signing with ${this.scheme} gave a signature that does not verify`);
		}
		return signature;
	}

	/** Wipes the secret key. Signing throws afterwards. */
	destroy() {
		this.#secretKey.fill(0);
	}
}

/**
 * The account of a seed: the same one that the Rust side makes of it.
 *
 * @param options.scheme a name from `SCHEMES`; Falcon-512 where none is given.
 * @param options.seed 32 bytes, or 64 hexadecimal digits.
 * @param options.ss58Prefix of the address text; the account id does not depend on it.
 */
export async function createAccount({ scheme = 'falcon512', seed, ss58Prefix = DEFAULT_SS58_PREFIX }) {
	schemeOf(scheme);
	const bytes = toBytes(seed, 'the seed', SEED_LENGTH);
	const { publicKey, secretKey } = await keypairFromSeed(scheme, bytes);
	bytes.fill(0);
	return new Account(scheme, publicKey, secretKey, ss58Prefix);
}

/** A fresh seed from the system's randomness. */
export const randomSeed = () => randomBytes(SEED_LENGTH);

/**
 * Whether `signature` is that of `publicKey` over `message` in the role `domain`. Wrong lengths
 * and malformed signatures are answered with `false`.
 */
export function verify({ scheme, publicKey, domain, message, signature }) {
	const { primitive, publicLength, signatureLength } = schemeOf(scheme);
	const bytes = tagged(domain, toBytes(message, 'the message'));
	if (publicKey.length !== publicLength || signature.length !== signatureLength) {
		return false;
	}
	try {
		return primitive.verify(signature, bytes, publicKey);
	} catch {
		return false;
	}
}
