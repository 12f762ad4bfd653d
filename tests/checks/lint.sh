#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every check that denies, the cheap ones first. Each line that fails says what to do.
set -uo pipefail
cd "$(dirname "$0")/../.."
failed=0

step() {
	local name="$1"
	shift
	printf '==> %s\n' "$name"
	if ! "$@"; then
		printf 'lint: "%s" failed: %s\n' "$name" "$*" >&2
		failed=1
	fi
}

advisories() {
	if ! cargo deny --log-level off fetch db; then
		echo "skipped: the advisory database cannot be fetched on this machine"
		return 0
	fi
	cargo deny --offline --log-level error check advisories
}

step "tree: layout, file sizes, leftovers" python3 tests/checks/tree.py
step "format" cargo fmt --all --check
step "shell scripts parse" bash -c 'git ls-files "*.sh" .ci/run | xargs -n 1 bash -n'
step "unused dependencies" cargo machete --with-metadata
step "licences, bans and sources" cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
step "advisories" advisories
step "GRANDPA's primitives: one version, ours, upstream's API" python3 tests/checks/grandpa_api.py
step "clippy" cargo clippy --release --workspace --all-targets --quiet -- -D warnings
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps --document-private-items --quiet

if [ "$failed" = 0 ]; then echo "lint: all checks passed"; else exit 1; fi
