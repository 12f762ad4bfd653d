// SPDX-License-Identifier: Apache-2.0
/**
 * Builds `keygen` for WebAssembly and writes it into `src/keygen-wasm.js`. Needs Rust with the
 * target wasm32v1-none. The result is checked in, so that using and testing the package needs no
 * Rust; the golden vectors of `primitives/crypto` say whether it is right.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = mkdtempSync(join(tmpdir(), 'qh-keygen-'));
// Panics name their source file: leave out where the sources lie on this machine.
const remap = [
	`--remap-path-prefix=${process.env.CARGO_HOME ?? join(homedir(), '.cargo')}=/cargo`,
	`--remap-path-prefix=${join(root, '..', '..')}=/source`,
].join('\x1f');
try {
	execFileSync(
		'cargo',
		[
			'build', '--release', '--locked', '--package', 'qh-keygen-wasm',
			'--target', 'wasm32v1-none', '--target-dir', target,
		],
		{
			cwd: join(root, 'keygen'),
			env: {
				...process.env,
				CARGO_ENCODED_RUSTFLAGS: remap,
				CARGO_PROFILE_RELEASE_OPT_LEVEL: 's',
				CARGO_PROFILE_RELEASE_LTO: 'true',
				CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '1',
				CARGO_PROFILE_RELEASE_STRIP: 'true',
			},
			stdio: 'inherit',
		},
	);
	const wasm = readFileSync(join(target, 'wasm32v1-none', 'release', 'qh_keygen_wasm.wasm'));
	const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
	if (imports.length > 0) {
		throw new Error(`the module imports ${imports.map(({ name }) => name).join(', ')}`);
	}
	writeFileSync(
		join(root, 'src', 'keygen-wasm.js'),
		'// SPDX-License-Identifier: Apache-2.0\n' +
			'/** Made by `npm run build` from `keygen`, in base64. */\n' +
			`export const KEYGEN_WASM =\n\t'${wasm.toString('base64')}';\n`,
	);
	console.log(`src/keygen-wasm.js: ${wasm.length} bytes of WebAssembly`);
} finally {
	rmSync(target, { recursive: true, force: true });
}
