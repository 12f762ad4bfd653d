// SPDX-License-Identifier: Apache-2.0
//! Builds the runtime's wasm, with the hash of its metadata (RFC-78) inside.
//!
//! With the feature `next-runtime` it builds a second one that differs in nothing but the spec
//! version, which is one higher: what the tests of upgrades upgrade to.

#[cfg(feature = "std")]
fn main() {
	wasm().build();
	#[cfg(feature = "next-runtime")]
	wasm().enable_feature("next-spec-version").set_file_name("next_runtime.rs").build();
}

#[cfg(feature = "std")]
fn wasm() -> substrate_wasm_builder::WasmBuilder {
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		// The executor's compiler makes code of the unrolled SHA-256 that takes three times as
		// long as that of the loop, which decides what SLH-DSA costs.
		.append_to_rust_flags("--cfg sha2_backend_soft=\"compact\"")
		.enable_metadata_hash("QMHY", 12)
}

#[cfg(not(feature = "std"))]
fn main() {}
