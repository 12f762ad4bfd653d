use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use qh_crypto::*;
fn main() {
	let arg = std::env::args().nth(1).unwrap();
	if arg == "gen" {
		for (s, f) in Scheme::ALL.into_iter().zip(["falcon", "slh", "ml"]) {
			let k = Keypair::from_seed(s, &[7; 32]);
			let b = [k.public().to_vec(), k.sign(Domain::TRANSACTION, &[7; 128])].concat();
			std::fs::write(format!("/root/mini/{f}.bin"), b).unwrap();
		}
		return;
	}
	let code = std::fs::read(&arg).unwrap();
	let ex: WasmExecutor = WasmExecutor::builder().build();
	let fetcher = WrappedRuntimeCode(code.as_slice().into());
	let rc = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: blake2_256(&code).to_vec() };
	for m in ["falcon", "slh", "ml"] {
		let mut v = vec![];
		for _ in 0..60 {
			let t0 = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
			let (r, _) = ex.call(&mut sp_state_machine::BasicExternalities::default(), &rc, m, &[], CallContext::Offchain);
			r.unwrap();
			let t1 = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
			v.push((t1.tv_sec - t0.tv_sec) * 1_000_000_000 + (t1.tv_nsec - t0.tv_nsec));
		}
		v.sort();
		println!("{m} {} us min {}", v[30] / 10_000, v[0] / 10_000);
	}
}
