// SPDX-License-Identifier: Apache-2.0
/** Accounts and signatures, without polkadot-js and polkadot-api. */
export { Account, accountId, createAccount, randomSeed, verify } from './account.js';
export { DEFAULT_SS58_PREFIX, encodeAddress } from './address.js';
export { DEV_NAMES, devSeed } from './dev.js';
export { DOMAINS } from './domains.js';
export { dummySignature, signable, signatureOver } from './transaction.js';
