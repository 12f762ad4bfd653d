// SPDX-License-Identifier: Apache-2.0

//! A runtime with the pallet behind `pallet-mmr`, and an agent that writes receipts.

#![allow(unreachable_pub, reason = "the runtime's macro makes its types public")]

use crate::{self as pallet_attestation, *};
use core::cell::RefCell;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU32, OnFinalize, OnInitialize},
};
use qh_app_crypto::{Domain, Scheme, Signature};
use qh_crypto::Keypair;
use qh_receipts::{
	merkle, BatchLeaf, Hash, Head, Kind, Receipt, SignedReceipt, Voucher, RECEIPT_VERSION,
	VOUCHER_VERSION,
};
use sp_core::{
	offchain::{testing::TestOffchainExt, OffchainDbExt, OffchainWorkerExt},
	H256,
};
use sp_runtime::{
	traits::{BlakeTwo256, Convert, Header as _, IdentityLookup},
	AccountId32, BuildStorage,
};
use std::collections::BTreeMap;

pub(crate) type Block = frame_system::mocking::MockBlockU32<Test>;
pub(crate) type Header = sp_runtime::generic::Header<u32, BlakeTwo256>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Mmr: pallet_mmr,
		Attestation: pallet_attestation,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type Hash = H256;
	type Hashing = BlakeTwo256;
	type AccountData = pallet_balances::AccountData<u128>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<1>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_mmr::Config for Test {
	const INDEXING_PREFIX: &'static [u8] = b"mmr";
	type Hashing = BlakeTwo256;
	type LeafData = Attestation;
	type OnNewRoot = Attestation;
	type BlockHashProvider = pallet_mmr::DefaultBlockHashProvider<Test>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

parameter_types! {
	pub static CurrentEra: u32 = 0;
	pub static GasPerReceipt: u128 = 10;
	/// Gas of a voucher's signature, by scheme.
	pub static GasPerVoucher: [u128; 3] = [0; 3];
	pub static FreePerEra: u32 = 4;
	pub static CustomerCap: u32 = 6;
	pub static MaxBatches: u32 = 1_024;
}

thread_local! {
	static AGENTS: RefCell<BTreeMap<AccountId32, AccountId32>> = RefCell::default();
	static INVITERS: RefCell<BTreeMap<AccountId32, AccountId32>> = RefCell::default();
	static KEYS: RefCell<BTreeMap<u8, Keypair>> = RefCell::default();
	/// What `OnCountedReceipts` was told.
	pub(crate) static COUNTED: RefCell<Vec<(AccountId32, AccountId32, u32, u128)>> =
		RefCell::default();
}

/// Operators, their agents and inviters, as tests set them.
pub struct Registry;

impl AgentRegistry<AccountId32> for Registry {
	fn operator_of(agent: &AccountId32) -> Option<AccountId32> {
		AGENTS.with_borrow(|agents| {
			agents.iter().find(|(_, found)| *found == agent).map(|(operator, _)| operator.clone())
		})
	}

	fn agent_of(operator: &AccountId32) -> Option<AccountId32> {
		AGENTS.with_borrow(|agents| agents.get(operator).cloned())
	}

	fn inviter_of(operator: &AccountId32) -> Option<AccountId32> {
		INVITERS.with_borrow(|inviters| inviters.get(operator).cloned())
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper<AccountId32> for Registry {
	fn register(operator: &AccountId32, agent: &AccountId32) {
		register(operator, agent);
	}
}

/// [`GasPerVoucher`], as the pallet asks for it.
pub struct SignatureGas;

impl Convert<Scheme, Balance> for SignatureGas {
	fn convert(scheme: Scheme) -> Balance {
		GasPerVoucher::get()[usize::from(scheme.index())]
	}
}

/// Keeps what the pallet tells of counted receipts.
pub struct Counted;

impl OnCountedReceipts<AccountId32> for Counted {
	fn on_counted_receipts(
		operator: &AccountId32,
		customer: &AccountId32,
		counted: u32,
		gas: Balance,
	) {
		COUNTED.with_borrow_mut(|all| {
			all.push((operator.clone(), customer.clone(), counted, gas));
		});
	}
}

impl Config for Test {
	type WeightInfo = ();
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Agents = Registry;
	type OnCountedReceipts = Counted;
	type Era = CurrentEra;
	type GasPerReceipt = GasPerReceipt;
	type GasPerVoucher = SignatureGas;
	type FreeReceiptsPerEra = FreePerEra;
	type CountedReceiptsPerCustomerAndEra = CustomerCap;
	type MaxReceiptsPerBatch = ConstU32<64>;
	type MaxVouchersPerBatch = ConstU32<12>;
	type MaxBatchesPerBlock = MaxBatches;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registry;
}

/// Makes `agent` the agent of `operator`.
pub(crate) fn register(operator: &AccountId32, agent: &AccountId32) {
	AGENTS.with_borrow_mut(|agents| agents.insert(operator.clone(), agent.clone()));
}

/// Makes `inviter` the one who invited `operator`.
pub(crate) fn invite(operator: &AccountId32, inviter: &AccountId32) {
	INVITERS.with_borrow_mut(|inviters| inviters.insert(operator.clone(), inviter.clone()));
}

/// An operator with an agent account, as most tests name them: number `n`.
pub(crate) fn operator(n: u8) -> AccountId32 {
	AccountId32::new([n; 32])
}

/// The agent of operator `n`, whose key nobody has.
pub(crate) fn agent(n: u8) -> AccountId32 {
	AccountId32::new([100 + n; 32])
}

/// Falcon-512 key pair number `n`. Made once a thread, because that takes milliseconds.
pub(crate) fn keypair(n: u8) -> Keypair {
	let make = || Keypair::from_seed(Scheme::Falcon512, &[n; 32]);
	KEYS.with_borrow_mut(|keys| keys.entry(n).or_insert_with(make).clone())
}

/// Hash of block 0.
pub(crate) fn genesis_hash() -> Hash {
	[0x47; 32]
}

/// A chain at block 1, with operators 1 and 2 and their agents registered.
pub(crate) struct Chain(sp_io::TestExternalities);

impl Chain {
	pub(crate) fn new() -> Self {
		let balances = (1..=3).map(|n| (operator(n), 1_000_000)).collect();
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
			.assimilate_storage(&mut storage)
			.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		let (offchain, _) = TestOffchainExt::with_offchain_db(ext.offchain_db());
		ext.register_extension(OffchainDbExt::new(offchain.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain));
		AGENTS.with_borrow_mut(BTreeMap::clear);
		INVITERS.with_borrow_mut(BTreeMap::clear);
		COUNTED.with_borrow_mut(Vec::clear);
		let mut chain = Self(ext);
		chain.run(|| {
			frame_system::BlockHash::<Test>::insert(0, H256(genesis_hash()));
			register(&operator(1), &agent(1));
			register(&operator(2), &agent(2));
			begin_block(1, H256(genesis_hash()));
		});
		chain
	}

	/// The state alone.
	#[cfg(feature = "runtime-benchmarks")]
	pub(crate) fn into_ext(self) -> sp_io::TestExternalities {
		self.0
	}

	/// Runs `test`, checks the pallet's invariants, and makes what was indexed readable.
	pub(crate) fn run<R>(&mut self, test: impl FnOnce() -> R) -> R {
		let result = self.0.execute_with(|| {
			let result = test();
			Attestation::do_try_state().unwrap();
			result
		});
		self.0.persist_offchain_overlay();
		result
	}
}

/// Runs `test` on a new [`Chain`].
pub(crate) fn execute(test: impl FnOnce()) {
	Chain::new().run(test);
}

/// Begins block `number` on `parent`, with the hooks of all pallets.
pub(crate) fn begin_block(number: u32, parent: H256) {
	System::reset_events();
	System::initialize(&number, &parent, &Default::default());
	AllPalletsWithSystem::on_initialize(number);
}

/// Ends the current block and begins the next. Returns the header of the block that ended.
pub(crate) fn next_block() -> Header {
	Attestation::do_try_state().unwrap();
	AllPalletsWithSystem::on_finalize(System::block_number());
	System::note_finished_initialize();
	System::note_finished_extrinsics();
	let header = System::finalize();
	begin_block(header.number() + 1, header.hash());
	header
}

/// A batch of `receipts` receipts that continues the operator's chain; nothing is signed.
pub(crate) fn batch(of: &AccountId32, receipts: u64) -> BatchOf<Test> {
	batch_from(Attestation::head(of), receipts)
}

/// A batch of `receipts` receipts that continues `head`.
pub(crate) fn batch_from(head: Head, receipts: u64) -> BatchOf<Test> {
	Batch {
		first_seq: head.next_seq,
		last_seq: head.next_seq + receipts - 1,
		prev_head: head.head,
		new_head: qh_receipts::blake2_256(&[&head.head, &receipts.to_le_bytes()]),
		merkle_root: [3; 32],
		vouchers: Default::default(),
	}
}

/// A voucher by `customer` for these receipts of `of`, good for a long time and much gas.
pub(crate) fn voucher(customer: &Keypair, of: &AccountId32, first: u64, last: u64) -> Voucher {
	Voucher {
		version: VOUCHER_VERSION,
		genesis: genesis_hash(),
		customer: customer.account_id(),
		operator: of.clone().into(),
		first_seq: first,
		last_seq: last,
		max_gas: 1_000_000,
		expires_at: 1_000,
		nonce: 0,
	}
}

/// Signs a voucher.
pub(crate) fn sign(customer: &Keypair, voucher: Voucher) -> SignedVoucher {
	let signature = customer.sign(Domain::VOUCHER, &codec::Encode::encode(&voucher));
	let signature =
		Signature::from_parts(customer.scheme(), customer.public(), &signature).unwrap();
	SignedVoucher { voucher, signature }
}

/// Gives an account tokens and fills its tank with `gas`.
pub(crate) fn fund(account: &AccountId32, gas: u128) {
	use frame_support::traits::fungible::Mutate;
	Balances::mint_into(account, gas + 1_000).unwrap();
	Attestation::fill_tank(RuntimeOrigin::signed(account.clone()), gas).unwrap();
}

/// An agent with a key, that keeps its receipts.
pub(crate) struct Agent {
	pub(crate) key: Keypair,
	pub(crate) operator: AccountId32,
	pub(crate) head: Head,
}

impl Agent {
	/// The agent of a new operator `n`.
	pub(crate) fn of(n: u8) -> Self {
		let key = keypair(n);
		register(&operator(n), &key.account_id().into());
		Self { key, operator: operator(n), head: Head::default() }
	}

	/// Writes `count` receipts and signs them.
	pub(crate) fn write(&mut self, count: u64, genesis: Hash) -> Vec<SignedReceipt> {
		(0..count)
			.map(|i| {
				let receipt = Receipt {
					version: RECEIPT_VERSION,
					genesis,
					operator: self.operator.clone().into(),
					seq: self.head.next_seq,
					prev: self.head.head,
					time_ms: 1_700_000_000_000 + i,
					kind: Kind::HEALTH,
					payload: b"{\"peers\":3}".to_vec(),
				};
				self.head.accept(&receipt).unwrap();
				let signature = self.key.sign(Domain::RECEIPT, &receipt.id());
				SignedReceipt { signature: signature.try_into().unwrap(), receipt }
			})
			.collect()
	}

	/// Anchors receipts that continue what is anchored.
	pub(crate) fn anchor(&self, receipts: &[SignedReceipt]) {
		let head = Attestation::head(&self.operator);
		let ids: Vec<_> = receipts.iter().map(|signed| signed.receipt.id()).collect();
		let plain: Vec<_> = receipts.iter().map(|signed| signed.receipt.clone()).collect();
		let operator = self.operator.clone().into();
		let leaf = BatchLeaf::over(operator, self.key.account_id(), head, &plain).unwrap();
		assert_eq!(merkle::root(&ids), Some(leaf.merkle_root));
		let batch = Batch {
			first_seq: leaf.first_seq,
			last_seq: leaf.last_seq,
			prev_head: leaf.prev_head,
			new_head: leaf.new_head,
			merkle_root: leaf.merkle_root,
			vouchers: Default::default(),
		};
		let agent = self.key.account_id().into();
		Attestation::anchor(RuntimeOrigin::signed(agent), batch).unwrap();
	}
}
