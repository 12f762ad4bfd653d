// SPDX-License-Identifier: Apache-2.0
import js from '@eslint/js';
import globals from 'globals';

export default [
	{ ignores: ['src/keygen-wasm.js', 'keygen/target/**'] },
	js.configs.recommended,
	{
		files: ['src/**/*.js'],
		languageOptions: { globals: { WebAssembly: 'readonly' } },
		rules: { 'no-console': 'error' },
	},
	{
		files: ['scripts/**/*.mjs', 'test/**/*.js'],
		languageOptions: { globals: globals.node },
	},
	{
		rules: {
			eqeqeq: 'error',
			'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'no-var': 'error',
			'prefer-const': 'error',
		},
	},
];
