// SPDX-License-Identifier: Apache-2.0
/**
 * Runs the tests against QH_WS where it is set, else against a development network of its own: one
 * `qh-node` with development keys, a temporary database and free ports, gone afterwards.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const START_SECONDS = 120;
const KEPT_LINES = 40;

/** Starts a node and gives its process and its endpoint. */
async function startNode() {
	const target = process.env.CARGO_TARGET_DIR ?? join(homedir(), '.cache/quantumharmony/target');
	const binary = join(target, 'release', 'qh-node');
	if (!existsSync(binary)) {
		throw new Error(`${binary} is not there: run \`make build\`, or set QH_WS to a running network`);
	}
	const node = spawn(
		binary,
		[
			'--dev', '--tmp', '--rpc-port', '0', '--listen-addr', '/ip4/127.0.0.1/tcp/0',
			'--no-mdns', '--no-prometheus', '--no-telemetry',
		],
		{ stdio: ['ignore', 'ignore', 'pipe'] },
	);
	const last = [];
	const lines = createInterface({ input: node.stderr });
	const started = new Promise((resolve, reject) => {
		const fail = (why) => reject(new Error(`qh-node ${why}:\n${last.join('\n')}`));
		const timer = setTimeout(() => fail(`did not serve within ${START_SECONDS} s`), START_SECONDS * 1000);
		lines.on('line', (line) => {
			last.push(line);
			last.splice(0, last.length - KEPT_LINES);
			const address = /Running JSON-RPC server: addr=([0-9.]+:\d+)/.exec(line)?.[1];
			if (address) {
				clearTimeout(timer);
				resolve(`ws://${address}`);
			}
		});
		node.on('error', (error) => fail(error.message));
		node.on('exit', (code) => fail(`ended with ${code}`));
	});
	try {
		return { node, url: await started, last };
	} catch (error) {
		node.kill('SIGKILL');
		throw error;
	}
}

async function main() {
	const tests = process.argv.length > 2
		? process.argv.slice(2)
		: readdirSync(join(HERE, 'test')).map((name) => join(HERE, 'test', name));
	const own = process.env.QH_WS ? undefined : await startNode();
	const stop = () => own?.node.kill('SIGTERM');
	process.on('exit', stop);
	for (const signal of ['SIGINT', 'SIGTERM']) {
		process.on(signal, () => process.exit(1));
	}

	// One file at a time: all of them send from alice's account.
	const run = spawn(
		process.execPath,
		['--test', '--test-concurrency=1', '--test-reporter=spec', '--test-force-exit', ...tests],
		{
			stdio: 'inherit',
			// Chopsticks logs every block otherwise.
			env: { LOG_LEVEL: 'fatal', ...process.env, QH_WS: process.env.QH_WS ?? own.url },
		},
	);
	const [code] = await once(run, 'exit');
	if (own) {
		if (own.node.exitCode !== null || code !== 0) {
			console.error(`the last lines of qh-node:\n${own.last.join('\n')}`);
		}
		own.node.removeAllListeners('exit');
		stop();
		await once(own.node, 'exit');
	}
	process.exitCode = code ?? 1;
}

await main();
