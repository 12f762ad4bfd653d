// SPDX-License-Identifier: Apache-2.0
//! Builds the runtime's wasm, with the hash of its metadata (RFC-78) inside.

fn main() {
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash("QMHY", 12)
		.build();
}
