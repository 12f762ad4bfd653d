// SPDX-License-Identifier: Apache-2.0
import js from '@eslint/js';
import globals from 'globals';

export default [
	js.configs.recommended,
	{
		languageOptions: { globals: globals.node },
		rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' },
	},
];
