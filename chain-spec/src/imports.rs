// SPDX-License-Identifier: Apache-2.0

//! What a runtime's wasm imports from its host.
//!
//! This runtime promises to import nothing but the standard host functions of polkadot-sdk, so that
//! any node, chopsticks and try-runtime can execute it (design section 1, principle 2). The check
//! reads the artefact, not the sources.

use anyhow::{bail, Context, Result};
use sc_executor::sp_wasm_interface::HostFunctions;
use std::collections::BTreeSet;
use wasmparser::{Parser, Payload, TypeRef};

/// Largest wasm that is looked into, decompressed.
const MAX_WASM: usize = 64 * 1024 * 1024;

/// The functions that a wasm, compressed or not, imports, as `module.name`, sorted.
pub fn imported_functions(wasm: &[u8]) -> Result<BTreeSet<String>> {
	let wasm = sp_maybe_compressed_blob::decompress(wasm, MAX_WASM)
		.context("cannot decompress the wasm")?;
	let mut functions = BTreeSet::new();
	for payload in Parser::new(0).parse_all(&wasm) {
		let Payload::ImportSection(imports) = payload.context("this is not a wasm module")? else {
			continue;
		};
		for import in imports {
			let import = import.context("the import section is broken")?;
			if matches!(import.ty, TypeRef::Func(_)) {
				functions.insert(format!("{}.{}", import.module, import.name));
			}
		}
	}
	Ok(functions)
}

/// The host functions that every standard host has.
pub fn standard_functions() -> BTreeSet<String> {
	sp_io::SubstrateHostFunctions::host_functions()
		.into_iter()
		.map(|function| format!("env.{}", function.name()))
		.collect()
}

/// Checks that a wasm imports standard host functions only. Gives back what it imports.
pub fn check(wasm: &[u8]) -> Result<BTreeSet<String>> {
	let imported = imported_functions(wasm)?;
	let foreign: Vec<_> = imported.difference(&standard_functions()).cloned().collect();
	if !foreign.is_empty() {
		bail!("the wasm imports functions that no standard host has: {}", foreign.join(", "));
	}
	Ok(imported)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A module that imports one function of this name from `env`.
	fn importing(name: &str) -> Vec<u8> {
		let mut section = vec![1, 3];
		section.extend(b"env");
		section.push(name.len() as u8);
		section.extend(name.as_bytes());
		section.extend([0, 0]);
		let mut wasm = b"\0asm\x01\0\0\0".to_vec();
		// The type section with one type, a function of nothing to nothing.
		wasm.extend([1, 4, 1, 0x60, 0, 0]);
		wasm.extend([2, section.len() as u8]);
		wasm.extend(section);
		wasm
	}

	#[test]
	fn standard_imports_pass_and_others_are_named() {
		let standard = importing("ext_hashing_blake2_256_version_1");
		assert_eq!(check(&standard).unwrap().len(), 1);
		let error = check(&importing("ext_falcon_verify_version_1")).unwrap_err().to_string();
		assert!(error.ends_with("has: env.ext_falcon_verify_version_1"), "{error}");
	}

	#[test]
	fn what_is_no_wasm_is_refused() {
		assert!(check(b"").is_err());
		assert!(check(b"#!/bin/sh").is_err());
	}

	#[allow(clippy::print_stderr, reason = "a test that is skipped says why")]
	fn say_skipped() {
		eprintln!("skipped: built without the runtime's wasm");
	}

	#[test]
	fn the_runtime_imports_standard_functions_only() {
		let Some(wasm) = qh_runtime::WASM_BINARY else {
			say_skipped();
			return;
		};
		let imported = check(wasm).unwrap();
		// No host verifies or signs for this runtime.
		let crypto = imported.iter().find(|name| name.contains("ext_crypto_"));
		assert_eq!(crypto, None);
	}
}
