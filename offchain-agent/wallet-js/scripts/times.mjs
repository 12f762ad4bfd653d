// SPDX-License-Identifier: Apache-2.0
/** Prints how long each scheme takes for a key, a signature and a verification: median of five. */
import { performance } from 'node:perf_hooks';
import { createAccount, randomSeed, verify } from '../src/core.js';
import { SCHEMES } from '../src/schemes.js';

const RUNS = 5;
const message = new Uint8Array(256);

async function median(run) {
	const times = [];
	for (let i = 0; i < RUNS; i += 1) {
		const start = performance.now();
		await run();
		times.push(performance.now() - start);
	}
	return times.sort((a, b) => a - b)[RUNS >> 1].toFixed(1);
}

console.log('scheme, key ms, signature ms, verification ms');
for (const scheme of Object.keys(SCHEMES)) {
	const account = await createAccount({ scheme, seed: randomSeed() });
	const { publicKey } = account;
	const signature = account.sign('raw', message);
	const times = [
		await median(() => createAccount({ scheme, seed: randomSeed() })),
		await median(() => account.sign('raw', message)),
		await median(() => verify({ scheme, publicKey, domain: 'raw', message, signature })),
	];
	console.log([scheme, ...times].join(', '));
}
