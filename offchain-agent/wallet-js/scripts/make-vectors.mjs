// SPDX-License-Identifier: Apache-2.0
/**
 * Writes `primitives/crypto/vectors/js-signatures.json`: signatures of this package for the Rust
 * tests to verify. They are randomised, so every run gives other ones.
 */
import { writeFileSync } from 'node:fs';
import { toHex } from '../src/bytes.js';
import { createAccount, DOMAINS } from '../src/core.js';
import { tagged } from '../src/domains.js';
import { SCHEMES } from '../src/schemes.js';

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const hex = (bytes) => toHex(bytes).slice(2);

const vectors = [];
for (const scheme of Object.keys(SCHEMES)) {
	const account = await createAccount({ scheme, seed: SEED });
	const cases =
		scheme === 'slh-dsa-sha2-128s'
			? [['transaction', 32]]
			: [
					...Object.keys(DOMAINS).map((domain) => [domain, 32]),
					['transaction', 0],
					['transaction', 256],
					['transaction', 257],
				];
	for (const [domain, length] of cases) {
		const message = Uint8Array.from({ length }, (_, i) => i);
		vectors.push({
			scheme,
			domain: DOMAINS[domain],
			tag: hex(tagged(domain, new Uint8Array())),
			message: hex(message),
			public: hex(account.publicKey),
			signature: hex(account.sign(domain, message)),
		});
	}
}

const file = new URL('../../../primitives/crypto/vectors/js-signatures.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(vectors, null, 2)}\n`);
console.log(`${vectors.length} signatures`);
