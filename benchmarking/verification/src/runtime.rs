// SPDX-License-Identifier: Apache-2.0

//! The runtime's wasm, and what verification costs in it.

use crate::{
	clock::Stopwatch,
	difference, median,
	transaction::{account, alice, sign, transaction, transfer},
};
use anyhow::{anyhow, bail, Result};
use codec::{Decode, Encode};
use pallet_transaction_payment::RuntimeDispatchInfo;
use qh_chain_spec::{network::Network, spec};
use qh_crypto::{blake2_256, Domain, Scheme};
use qh_runtime::{weights::overhead, Balance, Hash, UncheckedExtrinsic, VERSION};
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode};
use sp_runtime::{
	traits::BlakeTwo256,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use std::time::Duration;

/// A state that calls read and change.
type State = sp_state_machine::TestExternalities<BlakeTwo256>;

/// A runtime's wasm with the genesis of the development network.
pub(crate) struct Loaded {
	code: Vec<u8>,
	hash: Vec<u8>,
	genesis: sp_core::storage::Storage,
	executor: WasmExecutor,
}

impl Loaded {
	pub(crate) fn new(code: Vec<u8>) -> Result<Self> {
		let genesis = spec::storage(&spec::of(Network::Development, &code))?;
		let hash = blake2_256(&code).to_vec();
		Ok(Self { code, hash, genesis, executor: WasmExecutor::builder().build() })
	}

	/// The genesis state, in a trie in memory.
	pub(crate) fn genesis(&self) -> State {
		State::new_with_state_version(self.genesis.clone(), VERSION.state_version())
	}

	/// Calls a runtime API.
	pub(crate) fn call(&self, state: &mut State, method: &str, data: &[u8]) -> Result<Vec<u8>> {
		let fetcher = WrappedRuntimeCode(self.code.as_slice().into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: self.hash.clone() };
		let (answer, _) =
			self.executor.call(&mut state.ext(), &code, method, data, CallContext::Offchain);
		answer.map_err(|error| anyhow!("{method}: {error}"))
	}

	/// Median time of a verification.
	pub(crate) fn verification(&self, scheme: Scheme, rounds: usize) -> Result<Duration> {
		let key = alice(scheme);
		let signature = sign(&key, 0, &transfer(1))?;
		let stranger = [1; 32].into();
		let before = transaction(&stranger, 0, transfer(1), signature.clone());
		let after = transaction(&account(&key), 0, transfer(2), signature);
		difference(rounds, || self.refuse(&before), || self.refuse(&after))
	}

	/// What a transfer that `scheme` signed weighs in all: call, extensions and verification as the
	/// runtime answers to a wallet, and what every transaction weighs.
	pub(crate) fn transfer_weight(&self, scheme: Scheme) -> Result<Duration> {
		let key = alice(scheme);
		let signature = sign(&key, 0, &transfer(1))?;
		let transfer = transaction(&account(&key), 0, transfer(1), signature);
		let length = u32::try_from(transfer.encoded_size())?;
		let data = (transfer, length).encode();
		let answer = self.call(&mut self.genesis(), "TransactionPaymentApi_query_info", &data)?;
		let info = RuntimeDispatchInfo::<Balance>::decode(&mut &answer[..])?;
		let picoseconds = info.weight.saturating_add(overhead::TRANSACTION).ref_time();
		Ok(Duration::from_nanos(picoseconds / 1_000))
	}

	/// Time of a call that validates a transaction which has to be refused for its signature.
	fn refuse(&self, transaction: &UncheckedExtrinsic) -> Result<Duration> {
		let data = (TransactionSource::External, transaction, Hash::zero()).encode();
		let mut state = self.genesis();
		let start = Stopwatch::start();
		let answer = self.call(&mut state, "TaggedTransactionQueue_validate_transaction", &data)?;
		let time = start.elapsed();
		match TransactionValidity::decode(&mut &answer[..])? {
			Err(TransactionValidityError::Invalid(InvalidTransaction::BadProof)) => Ok(time),
			other => bail!("the transaction should be refused for its signature, got {other:?}"),
		}
	}
}

/// Median time of a verification by the same code, compiled for this machine.
pub(crate) fn native_verification(scheme: Scheme, rounds: usize) -> Result<Duration> {
	let key = alice(scheme);
	let message = [7; 128];
	let signature = key.sign(Domain::TRANSACTION, &message);
	median(rounds, || {
		let signature = std::hint::black_box(&signature);
		let start = Stopwatch::start();
		let valid =
			qh_crypto::verify(scheme, key.public(), signature, Domain::TRANSACTION, &message);
		let time = start.elapsed();
		if !valid {
			bail!("{scheme} does not verify its own signature");
		}
		Ok(time)
	})
}
