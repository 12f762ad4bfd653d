// SPDX-License-Identifier: Apache-2.0

/** Name of a signature scheme. */
export type Scheme = 'falcon512' | 'slh-dsa-sha2-128s' | 'ml-dsa-65';

/** A role that this package signs for; each has a tag of its own in front of the message. */
export type DomainName = 'transaction' | 'raw' | 'registration' | 'voucher';

/** Bytes, or hexadecimal digits after `0x`. */
export type BytesLike = Uint8Array | string;

/** The roles and their tags: ASCII, padded with zeros to 16 bytes where they are signed. */
export declare const DOMAINS: Readonly<Record<DomainName, string>>;

/** The SS58 prefix that addresses have where none is given: 42. */
export declare const DEFAULT_SS58_PREFIX: number;

/** Names of the development accounts. */
export declare const DEV_NAMES: readonly string[];

/** An account whose key is in memory. Made by {@link createAccount}. */
export declare class Account {
	private constructor();
	readonly scheme: Scheme;
	/** 897 bytes for Falcon-512, 32 for SLH-DSA, 1,952 for ML-DSA. */
	readonly publicKey: Uint8Array;
	/** 32 bytes: the hash of scheme and public key. */
	readonly accountId: Uint8Array;
	/** SS58. */
	readonly address: string;
	/**
	 * The bare signature over the role's tag and `message`. SLH-DSA takes seconds.
	 * @throws Error after {@link Account.destroy}.
	 */
	sign(domain: DomainName, message: BytesLike): Uint8Array;
	/** Wipes the secret key. */
	destroy(): void;
}

/**
 * The account of a seed: the same one that QuantumHarmony's Rust programs make of it.
 * @throws RangeError for an unknown scheme or a seed that is not 32 bytes.
 */
export declare function createAccount(options: {
	/** Falcon-512 where none is given. */
	scheme?: Scheme;
	/** 32 bytes. */
	seed: BytesLike;
	/** Prefix of the address; the account id does not depend on it. */
	ss58Prefix?: number;
}): Promise<Account>;

/** 32 bytes of the system's randomness. */
export declare function randomSeed(): Uint8Array;

/** The seed of a development key. Everybody knows it. */
export declare function devSeed(
	name: string,
	role?: 'account' | 'agent' | 'aura' | 'grandpa',
): Uint8Array;

/** `blake2_256("qh/account/v1" ‖ scheme index ‖ public key)`. */
export declare function accountId(scheme: Scheme, publicKey: BytesLike): Uint8Array;

/** The SS58 address of a 32-byte account id. */
export declare function encodeAddress(accountId: Uint8Array, prefix?: number): string;

/** Whether a bare signature is valid. Never throws for malformed keys and signatures. */
export declare function verify(options: {
	scheme: Scheme;
	publicKey: Uint8Array;
	domain: DomainName;
	message: BytesLike;
	signature: Uint8Array;
}): boolean;

/** A transaction's payload as it is signed: itself up to 256 bytes, its hash above. */
export declare function signable(
	payload: Uint8Array,
	hash?: (bytes: Uint8Array) => Uint8Array,
): Uint8Array;

/** The SCALE-encoded `Signature` of the chain over what {@link signable} gave. */
export declare function signatureOver(account: Account, bytes: Uint8Array): Uint8Array;

/** A `Signature` of the scheme's length that verifies for nobody. */
export declare function dummySignature(scheme: Scheme): Uint8Array;
