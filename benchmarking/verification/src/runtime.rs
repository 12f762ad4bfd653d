// SPDX-License-Identifier: Apache-2.0

//! The runtime's wasm, and transactions that it refuses before or after verification.

use crate::median;
use anyhow::{anyhow, bail, Context, Result};
use codec::{Decode, Encode};
use qh_app_crypto::Signature;
use qh_chain_spec::{network::Network, spec};
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_runtime::{
	extensions::ChargeVerification, AccountId, Address, Hash, RuntimeCall, TxExtension,
	UncheckedExtrinsic, VERSION,
};
use sc_executor::WasmExecutor;
use sp_core::{
	hashing::blake2_256,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_runtime::{
	generic::Era,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use sp_state_machine::BasicExternalities;
use std::time::{Duration, Instant};

/// A runtime's wasm with the genesis of the development network.
pub(crate) struct Loaded {
	code: Vec<u8>,
	hash: Vec<u8>,
	genesis: BasicExternalities,
	executor: WasmExecutor,
}

impl Loaded {
	pub(crate) fn new(code: Vec<u8>) -> Result<Self> {
		let storage = spec::storage(&spec::of(Network::Development, &code))?;
		Ok(Self {
			hash: blake2_256(&code).to_vec(),
			code,
			genesis: BasicExternalities::new(storage),
			executor: WasmExecutor::builder().build(),
		})
	}

	/// Median time of a verification.
	pub(crate) fn verification(&self, scheme: Scheme, rounds: usize) -> Result<Duration> {
		let (before, after) = refused(scheme)?;
		// Compiles the wasm and warms the caches.
		for transaction in [&before, &after] {
			(0..10).try_for_each(|_| self.refuse(transaction).map(drop))?;
		}
		// In turns, so that a slow moment of the machine hits both.
		let mut early = Vec::with_capacity(rounds);
		let late = median(rounds, || {
			early.push(self.refuse(&before)?);
			self.refuse(&after)
		})?;
		early.sort_unstable();
		let early = early.get(early.len() / 2).copied().unwrap_or_default();
		Ok(late.saturating_sub(early))
	}

	/// Time of a call that validates a transaction which has to be refused for its signature.
	fn refuse(&self, transaction: &UncheckedExtrinsic) -> Result<Duration> {
		let data = (TransactionSource::External, transaction, Hash::zero()).encode();
		let fetcher = WrappedRuntimeCode(self.code.as_slice().into());
		let code =
			RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: self.hash.clone() };
		let mut state = self.genesis.clone();
		let method = "TaggedTransactionQueue_validate_transaction";
		let start = Instant::now();
		let (answer, _) =
			self.executor.call(&mut state, &code, method, &data, CallContext::Offchain);
		let time = start.elapsed();
		let answer = answer.map_err(|error| anyhow!("{method}: {error}"))?;
		match TransactionValidity::decode(&mut &answer[..])? {
			Err(TransactionValidityError::Invalid(InvalidTransaction::BadProof)) => Ok(time),
			other => bail!("the transaction should be refused for its signature, got {other:?}"),
		}
	}
}

/// Median time of a verification of the same bytes by the same code, compiled for this machine.
pub(crate) fn native_verification(scheme: Scheme, rounds: usize) -> Duration {
	let key = key(scheme);
	let message = [7; 128];
	let signature = key.sign(Domain::TRANSACTION, &message);
	let mut samples: Vec<_> = (0..rounds.max(1))
		.map(|_| {
			let start = Instant::now();
			let valid = qh_crypto::verify(
				scheme,
				key.public(),
				std::hint::black_box(&signature),
				Domain::TRANSACTION,
				&message,
			);
			let time = start.elapsed();
			assert!(valid, "{scheme} does not verify its own signature");
			time
		})
		.collect();
	samples.sort_unstable();
	samples[samples.len() / 2]
}

fn key(scheme: Scheme) -> Keypair {
	Keypair::from_seed(scheme, &dev::dev_seed("alice", "account"))
}

/// A transaction that is refused before verification, and one that is refused after it.
fn refused(scheme: Scheme) -> Result<(UncheckedExtrinsic, UncheckedExtrinsic)> {
	let key = key(scheme);
	let signer = AccountId::from(key.account_id());
	let stranger = AccountId::from([1; 32]);
	let call = |value: u128| {
		RuntimeCall::Balances(qh_runtime::BalancesCall::transfer_keep_alive {
			dest: Address::Id(stranger.clone()),
			value,
		})
	};
	// At genesis the state holds this in the place of block 0's hash.
	let genesis = Hash::repeat_byte(69);
	let extension = extension();
	let implicit =
		(VERSION.spec_version, VERSION.transaction_version, genesis, genesis, Option::<Hash>::None);
	let payload = (call(1), &extension, implicit).encode();
	let signature = key.sign(Domain::TRANSACTION, &payload);
	let signature = Signature::from_parts(scheme, key.public(), &signature)
		.map_err(|error| anyhow!("{error}"))
		.context("a key signs with its scheme's length")?;
	let transaction = |address: &AccountId, call| {
		UncheckedExtrinsic::new_signed(
			call,
			Address::Id(address.clone()),
			signature.clone(),
			extension.clone(),
		)
	};
	Ok((transaction(&stranger, call(1)), transaction(&signer, call(2))))
}

fn extension() -> TxExtension {
	(
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(0),
		frame_system::CheckWeight::new(),
		ChargeVerification::default(),
		(pallet_operators::CheckOperatorCall::new(), pallet_attestation::CheckAnchor::new()),
		pallet_transaction_payment::ChargeTransactionPayment::from(0).into(),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}
