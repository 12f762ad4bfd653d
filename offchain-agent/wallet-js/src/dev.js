// SPDX-License-Identifier: Apache-2.0
/** The seeds of the development networks' accounts. Anybody knows them. */
import { blake2_256, utf8ToBytes } from './bytes.js';

/** The development accounts by name. */
export const DEV_NAMES = Object.freeze(['alice', 'bob', 'charlie', 'dave', 'eve', 'ferdie']);

/**
 * The seed of a development key: `blake2_256("qh/dev-seed/v1" ‖ "<name>/<role>")`.
 *
 * @param name one of `DEV_NAMES`.
 * @param role `account`, the operator's and the wallet's key, or `agent`.
 */
export function devSeed(name, role = 'account') {
	if (!DEV_NAMES.includes(name)) {
		throw new RangeError(`${JSON.stringify(name)} is not one of ${DEV_NAMES.join(', ')}`);
	}
	return blake2_256(utf8ToBytes(`qh/dev-seed/v1${name}/${role}`));
}
