#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The measurements behind the README's figures. Each prints its own table.
set -euo pipefail
bin="${CARGO_TARGET_DIR:-$HOME/.cache/quantumharmony/target}/release"

echo "==> cost of verifying one signature, in the runtime's own executor"
"$bin/qh-verification-cost"
