#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests the JavaScript package alone, then stock JavaScript tools with it against a network.
#
#   tests/js/run.sh            against a node of its own
#   QH_WS=ws://… tests/js/run.sh   against a running development network
set -euo pipefail
cd "$(dirname "$0")"
wallet=../../offchain-agent/wallet-js

major="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')"
if [ "${major:-0}" -lt 20 ]; then
	echo "skipped: the JavaScript tests need Node.js 20 or newer, this machine has $(node --version 2>/dev/null || echo none)"
	exit 0
fi

# Installs what a folder's lock file says, unless that was done since the file changed.
install() {
	local stamp="$1/node_modules/.installed"
	local inputs="$1/package.json $1/package-lock.json ${2:-}"
	local want
	# shellcheck disable=SC2086
	want="$(cat $inputs | sha256sum)"
	if [ "$(cat "$stamp" 2>/dev/null)" != "$want" ]; then
		# No install scripts: the one native module here is a cache that nothing uses.
		(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
		echo "$want" > "$stamp"
	fi
}

echo "==> @quantumharmony/wallet"
install "$wallet"
(cd "$wallet" && npm run --silent lint && npm run --silent test)

echo "==> polkadot-js, polkadot-api and chopsticks against a network"
install . "$(echo "$wallet"/src/*)"
npm run --silent lint
npm run --silent test
