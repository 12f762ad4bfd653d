#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the runtime's wasm with its benchmarks and writes every weight file of the tree.
#
#   benchmarking/weights.sh            all of them, 50 steps and 20 repetitions
#   benchmarking/weights.sh 10 5       quicker and rougher: steps, repetitions
set -euo pipefail
cd "$(dirname "$0")/.."
steps="${1:-50}"
repeat="${2:-20}"
target="${CARGO_TARGET_DIR:-$HOME/.cache/quantumharmony/target}"

echo "==> building the runtime's wasm with its benchmarks"
# The flag tells polkadot-sdk's crates that this wasm is a runtime.
CARGO_TARGET_WASM32V1_NONE_RUSTFLAGS="--cfg substrate_runtime -C link-arg=--export-table -C link-arg=--import-memory -C link-arg=--export=__heap_base" \
	cargo rustc --release -p qh-runtime --lib --target wasm32v1-none --crate-type cdylib \
	--no-default-features --features runtime-benchmarks
wasm="$target/wasm32v1-none/release/qh_runtime.wasm"

write() {
	local pallet="$1" style="$2" output="$3"
	"$target/release/qh-weights" --runtime "$wasm" --pallet "$pallet" --style "$style" \
		--steps "$steps" --repeat "$repeat" --output "$output"
}

write pallet_operators pallet pallets/operators/src/weights.rs
write pallet_attestation pallet pallets/attestation/src/weights.rs
