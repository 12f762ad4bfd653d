// SPDX-License-Identifier: Apache-2.0
/**
 * Falcon-512 keys from a seed, by the same code as the Rust side compiled to WebAssembly:
 * Falcon's key generation is not standardised, so another library makes other keys of the same
 * seed. The module imports nothing and computes with integers only.
 */
import { base64 } from '@scure/base';
import { KEYGEN_WASM } from './keygen-wasm.js';

const SEED_LENGTH = 32;
const SECRET_LENGTH = 1281;
const PUBLIC_LENGTH = 897;

let compiled;

/**
 * The key pair of a 32-byte seed. Takes some tens of milliseconds. Each call has an instance of
 * its own, whose copy of the secret is wiped before it is dropped.
 */
export async function falcon512FromSeed(seed) {
	compiled ??= WebAssembly.compile(base64.decode(KEYGEN_WASM));
	const { exports } = await WebAssembly.instantiate(await compiled, {});
	const at = (pointer, length) => new Uint8Array(exports.memory.buffer, pointer, length);
	at(exports.qh_seed(), SEED_LENGTH).set(seed);
	exports.qh_falcon512_keygen();
	const secretKey = at(exports.qh_secret(), SECRET_LENGTH).slice();
	const publicKey = at(exports.qh_public(), PUBLIC_LENGTH).slice();
	new Uint8Array(exports.memory.buffer).fill(0);
	return { secretKey, publicKey };
}
