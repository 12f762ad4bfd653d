// SPDX-License-Identifier: Apache-2.0
/** Accounts of QuantumHarmony for polkadot-js. For polkadot-api see `./papi`. */
export * from './core.js';
export { apiOptions, estimateFee, signedExtensions, toPair, toSigner } from './polkadot-js.js';
