// SPDX-License-Identifier: Apache-2.0

//! A network in memory: the state of a preset, blocks on top of it, and signed transactions.

use codec::{Decode, Encode};
use frame_support::genesis_builder_helper::build_state;
use qh_app_crypto::Signature;
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_runtime::{
	extensions::ChargeVerification, genesis_presets, periods::SlotMillis, AccountId, Address,
	Balance, BlockNumber, Executive, Hash, Header, Nonce, Runtime, RuntimeCall,
	RuntimeGenesisConfig, Session, SignedPayload, System, TxExtension, UncheckedExtrinsic,
};
use serde_json::Value;
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{Digest, DigestItem, Era},
	traits::{Get, Header as _},
	ApplyExtrinsicResult,
};

/// The preset's genesis as complete JSON.
pub(crate) fn genesis_json(preset: &str) -> Value {
	let mut json = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
	let patch = genesis_presets::get_preset(&preset.into()).expect("the preset exists");
	merge(&mut json, serde_json::from_slice(&patch).unwrap());
	json
}

fn merge(into: &mut Value, patch: Value) {
	match (into, patch) {
		(Value::Object(into), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(into.entry(key).or_insert(Value::Null), value);
			}
		}
		(into, patch) => *into = patch,
	}
}

/// A chain's state. What is done to it is followed by the checks of every pallet, where the feature
/// `try-runtime` has them compiled.
pub(crate) struct Chain(TestExternalities);

impl Chain {
	/// Does something to the state.
	pub(crate) fn execute_with<R>(&mut self, execute: impl FnOnce() -> R) -> R {
		self.0.execute_with(|| {
			let result = execute();
			check_state();
			result
		})
	}
}

/// The checks of every pallet, as try-runtime runs them.
fn check_state() {
	#[cfg(feature = "try-runtime")]
	{
		use frame_support::traits::{TryState, TryStateSelect};
		<qh_runtime::AllPalletsWithSystem as TryState<_>>::try_state(
			System::block_number(),
			TryStateSelect::All,
		)
		.unwrap();
	}
}

/// The state that a preset builds.
pub(crate) fn network(preset: &str) -> Chain {
	let mut ext = TestExternalities::new_empty();
	ext.execute_with(|| {
		build_state::<RuntimeGenesisConfig>(genesis_json(preset).to_string().into())
	})
	.expect("the preset builds");
	ext.commit_all().unwrap();
	Chain(ext)
}

/// The development network with its first block begun.
pub(crate) fn development() -> Chain {
	let mut ext = network("development");
	ext.execute_with(begin_first_block);
	ext
}

/// Begins the first block.
pub(crate) fn begin_first_block() {
	begin_block(1, System::block_hash(0));
}

/// Begins block `number` in the next slot whose author is not disabled, and sets its time.
fn begin_block(number: BlockNumber, parent: Hash) {
	let mut slot = pallet_aura::CurrentSlot::<Runtime>::get() + 1;
	let authorities = pallet_aura::Authorities::<Runtime>::get().len() as u64;
	while Session::disabled_validators().contains(&((*slot % authorities) as u32)) {
		slot = slot + 1;
	}
	let digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", slot.encode())] };
	Executive::initialize_block(&Header::new(number, Hash::zero(), Hash::zero(), parent, digest));
	let now = *slot * SlotMillis::<Runtime>::get();
	let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
	apply(UncheckedExtrinsic::new_bare(time)).unwrap().unwrap();
}

/// Ends the block and begins the next. Gives back the header of the one that ended.
pub(crate) fn next_block() -> Header {
	let header = Executive::finalize_block();
	begin_block(header.number + 1, header.hash());
	header
}

/// Runs blocks until `number` has begun.
pub(crate) fn run_to_block(number: BlockNumber) {
	while System::block_number() < number {
		next_block();
	}
}

/// Applies an extrinsic to the block.
pub(crate) fn apply(extrinsic: UncheckedExtrinsic) -> ApplyExtrinsicResult {
	Executive::apply_extrinsic(extrinsic)
}

/// A development key of this role, of the default scheme.
pub(crate) fn key(name: &str, role: &str) -> Keypair {
	dev::keypair(name, role)
}

/// A key of any scheme that belongs to nobody yet.
pub(crate) fn stranger(scheme: Scheme) -> Keypair {
	Keypair::from_seed(scheme, &dev::dev_seed("stranger", "account"))
}

/// The account of a key.
pub(crate) fn account(key: &Keypair) -> AccountId {
	key.account_id().into()
}

/// Gives an account tokens.
pub(crate) fn endow(account: &AccountId, amount: Balance) {
	use frame_support::traits::fungible::Mutate;
	qh_runtime::Balances::mint_into(account, amount).unwrap();
}

/// The extensions of an immortal transaction without a tip.
pub(crate) fn extension(nonce: Nonce) -> TxExtension {
	(
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		ChargeVerification::default(),
		(pallet_operators::CheckOperatorCall::new(), pallet_attestation::CheckAnchor::new()),
		pallet_transaction_payment::ChargeTransactionPayment::from(0).into(),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

/// The bytes that are signed for a transaction: the payload, or its hash above 256 bytes.
pub(crate) fn payload(call: &RuntimeCall, extension: &TxExtension) -> Vec<u8> {
	SignedPayload::new(call.clone(), extension.clone()).unwrap().encode()
}

/// A transaction signed for `domain` over `message`, whatever these are.
pub(crate) fn signed_over(
	key: &Keypair,
	domain: Domain,
	message: &[u8],
	call: RuntimeCall,
	extension: TxExtension,
) -> UncheckedExtrinsic {
	let signature = key.sign(domain, message);
	let signature = Signature::from_parts(key.scheme(), key.public(), &signature).unwrap();
	UncheckedExtrinsic::new_signed(call, Address::Id(account(key)), signature, extension)
}

/// A transaction as a wallet signs it.
pub(crate) fn signed(key: &Keypair, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
	signed_with(key, call, extension(nonce))
}

/// A transaction as a wallet signs it, with these extensions.
pub(crate) fn signed_with(
	key: &Keypair,
	call: RuntimeCall,
	extension: TxExtension,
) -> UncheckedExtrinsic {
	let message = payload(&call, &extension);
	signed_over(key, Domain::TRANSACTION, &message, call, extension)
}

/// A transfer of one token to bob.
pub(crate) fn transfer() -> RuntimeCall {
	RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: Address::Id(account(&key("bob", "account"))),
		value: qh_runtime::QMHY,
	})
}

/// A remark of this many bytes.
pub(crate) fn remark(len: usize) -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![7; len] })
}

/// The extrinsic as the network carries it, decoded again.
pub(crate) fn through_the_wire(extrinsic: &UncheckedExtrinsic) -> UncheckedExtrinsic {
	UncheckedExtrinsic::decode(&mut &extrinsic.encode()[..]).unwrap()
}
