// SPDX-License-Identifier: Apache-2.0

//! sr25519's host function, called from wasm inside the same executor and measured the same way:
//! each verification in an instance of its own, less the time of an instance that verifies nothing.

use crate::{clock::Stopwatch, difference};
use anyhow::{anyhow, ensure, Result};
use sc_executor::WasmExecutor;
use sp_core::{
	sr25519,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	Pair,
};
use sp_state_machine::BasicExternalities;
use std::time::Duration;
use wasm_encoder::{
	BlockType, CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection,
	Function, FunctionSection, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType,
	Module, TypeSection, ValType,
};

/// Where the module keeps signature, key and message.
const AT: [i32; 3] = [1_024, 1_088, 1_120];
/// As long as the payload of a transfer.
const MESSAGE_LEN: usize = 128;

/// Median time of one call of the host function that verifies an sr25519 signature.
pub(crate) fn sr25519_verification(rounds: usize) -> Result<Duration> {
	let pair = sr25519::Pair::from_seed(&[7; 32]);
	let message = [7; MESSAGE_LEN];
	let data = [pair.sign(&message).0.as_slice(), &pair.public().0, &message].concat();
	let code = module(&data);
	let executor: WasmExecutor = WasmExecutor::builder().build();
	let fetcher = WrappedRuntimeCode(code.as_slice().into());
	let code = RuntimeCode {
		code_fetcher: &fetcher,
		heap_pages: None,
		hash: qh_crypto::blake2_256(&code).to_vec(),
	};
	let call = |verifications: usize| -> Result<Duration> {
		let data = vec![0; verifications];
		let start = Stopwatch::start();
		let mut state = BasicExternalities::default();
		let (answer, _) = executor.call(&mut state, &code, "measure", &data, CallContext::Offchain);
		let time = start.elapsed();
		let answer = answer.map_err(|error| anyhow!("sr25519's module: {error}"))?;
		ensure!(answer.is_empty(), "the module answers nothing");
		Ok(time)
	};
	difference(rounds, || call(0), || call(1))
}

/// A module whose `measure` calls the host function once a byte of its argument and traps if one
/// signature is invalid.
fn module(data: &[u8]) -> Vec<u8> {
	let mut types = TypeSection::new();
	types.ty().function([ValType::I32, ValType::I64, ValType::I32], [ValType::I32]);
	types.ty().function([ValType::I32, ValType::I32], [ValType::I64]);
	let mut imports = ImportSection::new();
	imports.import("env", "ext_crypto_sr25519_verify_version_2", EntityType::Function(0));
	let mut functions = FunctionSection::new();
	functions.function(1);
	let mut memories = MemorySection::new();
	memories.memory(MemoryType {
		minimum: 1,
		maximum: None,
		memory64: false,
		shared: false,
		page_size_log2: None,
	});
	let mut globals = GlobalSection::new();
	globals.global(
		GlobalType { val_type: ValType::I32, mutable: false, shared: false },
		&ConstExpr::i32_const(4_096),
	);
	let mut exports = ExportSection::new();
	exports.export("memory", ExportKind::Memory, 0);
	exports.export("__heap_base", ExportKind::Global, 0);
	exports.export("measure", ExportKind::Func, 1);

	let mut measure = Function::new([(1, ValType::I32)]);
	let [signature, key, message] = AT;
	let message = i64::from(message) | (MESSAGE_LEN as i64) << 32;
	measure
		.instructions()
		.block(BlockType::Empty)
		.loop_(BlockType::Empty)
		.local_get(2)
		.local_get(1)
		.i32_eq()
		.br_if(1)
		.i32_const(signature)
		.i64_const(message)
		.i32_const(key)
		.call(0)
		.i32_eqz()
		.if_(BlockType::Empty)
		.unreachable()
		.end()
		.local_get(2)
		.i32_const(1)
		.i32_add()
		.local_set(2)
		.br(0)
		.end()
		.end()
		.i64_const(0)
		.end();
	let mut code = CodeSection::new();
	code.function(&measure);
	let mut segments = DataSection::new();
	segments.active(0, &ConstExpr::i32_const(AT[0]), data.iter().copied());

	let mut module = Module::new();
	module
		.section(&types)
		.section(&imports)
		.section(&functions)
		.section(&memories)
		.section(&globals)
		.section(&exports)
		.section(&code)
		.section(&segments);
	module.finish()
}
