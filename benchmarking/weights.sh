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
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/quantumharmony/target}"

echo "==> building the runtime's wasm with its benchmarks"
# The flags of runtime/build.rs and of the builder that it calls.
CARGO_TARGET_WASM32V1_NONE_RUSTFLAGS="--cfg substrate_runtime --cfg sha2_backend_soft=\"compact\" -C link-arg=--export-table -C link-arg=--import-memory -C link-arg=--export=__heap_base" \
	cargo rustc --release -p qh-runtime --lib --target wasm32v1-none --crate-type cdylib \
	--no-default-features --features runtime-benchmarks
wasm="$CARGO_TARGET_DIR/wasm32v1-none/release/qh_runtime.wasm"

write() {
	local pallet="$1" style="$2" output="$3"
	"$CARGO_TARGET_DIR/release/qh-weights" --runtime "$wasm" --pallet "$pallet" --style "$style" \
		--steps "$steps" --repeat "$repeat" --output "$output"
}

write pallet_operators pallet pallets/operators/src/weights.rs
write pallet_attestation pallet pallets/attestation/src/weights.rs
for pallet in frame_system frame_system_extensions pallet_balances pallet_mmr pallet_timestamp \
	pallet_transaction_payment pallet_utility; do
	write "$pallet" runtime "runtime/src/weights/$pallet.rs"
done

echo "==> blocks, transactions and the verification of signatures"
"$CARGO_TARGET_DIR/release/qh-verification-cost" --write runtime/src/weights
