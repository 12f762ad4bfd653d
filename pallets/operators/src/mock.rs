// SPDX-License-Identifier: Apache-2.0

//! A runtime with sessions, offences and balances around the pallet, and the people in it.

// Types named in a runtime's configuration have to be public.
#![allow(unreachable_pub)]

use crate as pallet_operators;
use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU32, ConstU64, OnFinalize, OnInitialize, OnPoll},
	weights::WeightMeter,
};
use frame_system::offchain::{CreateBare, CreateTransactionBase};
use pallet_session::{disabling::UpToLimitDisablingStrategy, historical, PeriodicSessions};
use qh_app_crypto::{aura, grandpa};
use qh_crypto::{dev::dev_seed, Keypair};
use sp_core::crypto::Pair as _;
use sp_runtime::{
	testing::TestXt, traits::IdentityLookup, transaction_validity::InvalidTransaction,
	BoundToRuntimeAppPublic, BuildStorage, KeyTypeId,
};
use std::{collections::BTreeMap, sync::Mutex};

pub(crate) type BlockNumber = u64;
pub(crate) type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system = 0,
		Balances: pallet_balances = 1,
		Authorship: pallet_authorship = 2,
		Operators: pallet_operators = 3,
		Session: pallet_session = 4,
		Historical: historical = 5,
		Offences: pallet_offences = 6,
	}
);

parameter_types! {
	pub static WindowLength: BlockNumber = 10;
	pub static UptimeWindows: u32 = 90;
	pub static Bond: u128 = 0;
	pub static EraLength: WindowIndex = 3;
	pub static InvitationsPerEra: u32 = 2;
	pub static InviterAge: WindowIndex = 1;
	pub static MaxOperators: u32 = 1_000;
	pub static MinValidators: u32 = 2;
	pub static MaxRevokedKeys: u32 = 16;
	pub static MaxSweepPerBlock: u32 = 4;
	pub static Author: Option<AccountId32> = None;
	pub static Disabled: Vec<u32> = vec![];
	pub static NotFresh: Vec<AccountId32> = vec![];
	pub static SubmittedReports: Vec<RuntimeCall> = vec![];
	pub const Offset: BlockNumber = 0;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type AccountData = pallet_balances::AccountData<u128>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<1>;
}

pub struct TestAuthor;
impl frame_support::traits::FindAuthor<AccountId32> for TestAuthor {
	fn find_author<'a, I>(_: I) -> Option<AccountId32>
	where
		I: 'a + IntoIterator<Item = (sp_runtime::ConsensusEngineId, &'a [u8])>,
	{
		Author::get()
	}
}

impl pallet_authorship::Config for Test {
	type FindAuthor = TestAuthor;
	type EventHandler = Operators;
}

pub struct TestAura;
impl BoundToRuntimeAppPublic for TestAura {
	type Public = aura::AuthorityId;
}

pub struct TestGrandpa;
impl BoundToRuntimeAppPublic for TestGrandpa {
	type Public = grandpa::AuthorityId;
}

sp_runtime::impl_opaque_keys! {
	pub struct SessionKeys {
		pub aura: TestAura,
		pub grandpa: TestGrandpa,
	}
}

pub struct TestSessionHandler;
impl pallet_session::SessionHandler<AccountId32> for TestSessionHandler {
	const KEY_TYPE_IDS: &'static [KeyTypeId] = &[aura::KEY_TYPE, grandpa::KEY_TYPE];

	fn on_genesis_session<Keys: OpaqueKeys>(_: &[(AccountId32, Keys)]) {}

	fn on_new_session<Keys: OpaqueKeys>(
		_: bool,
		_: &[(AccountId32, Keys)],
		_: &[(AccountId32, Keys)],
	) {
	}

	fn on_disabled(index: u32) {
		Disabled::mutate(|disabled| disabled.push(index));
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId32;
	type ValidatorIdOf = ValidatorIdOf<Test>;
	type ShouldEndSession = PeriodicSessions<WindowLength, Offset>;
	type NextSessionRotation = PeriodicSessions<WindowLength, Offset>;
	type SessionManager = historical::NoteHistoricalRoot<Test, Operators>;
	type SessionHandler = TestSessionHandler;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitDisablingStrategy;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

pub struct NoIdentification;
impl sp_runtime::traits::Convert<AccountId32, Option<()>> for NoIdentification {
	fn convert(_: AccountId32) -> Option<()> {
		Some(())
	}
}

impl historical::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = NoIdentification;
}

impl pallet_offences::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = historical::IdentificationTuple<Test>;
	type OnOffenceHandler = Operators;
}

pub struct Fresh;
impl Contains<AccountId32> for Fresh {
	fn contains(account: &AccountId32) -> bool {
		!NotFresh::get().contains(account)
	}
}

/// Agents may remark; remarks with an event are feeless to them.
pub struct AgentCalls;
impl Contains<RuntimeCall> for AgentCalls {
	fn contains(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::System(
				frame_system::Call::remark { .. } | frame_system::Call::remark_with_event { .. }
			)
		)
	}
}

pub struct TestFeelessCalls;
impl FeelessCalls<RuntimeCall> for TestFeelessCalls {
	fn check(who: &AccountId32, call: &RuntimeCall) -> Option<FeelessCheck> {
		let RuntimeCall::System(frame_system::Call::remark_with_event { remark }) = call else {
			return None;
		};
		let operator = Operators::operator_of(who)?;
		if remark.is_empty() {
			return Some(Err(InvalidTransaction::Payment));
		}
		Some(Ok(FeelessCall { operator, call: [0, 7] }))
	}

	fn check_weight(_: &RuntimeCall) -> frame_support::weights::Weight {
		frame_support::weights::Weight::from_parts(1, 1)
	}
}

impl Config for Test {
	type WeightInfo = ();
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Bond = Bond;
	type SessionKeys = SessionKeys;
	type Session = Session;
	type KeyRegistry = SessionKeyRegistry<Test>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		equivocation::AuraEquivocationReportSystem<Test, Offences, Historical, ConstU64<100>>;
	type IsFresh = Fresh;
	type AgentCalls = AgentCalls;
	type FeelessCalls = TestFeelessCalls;
	type WindowLength = WindowLength;
	type UptimeWindows = UptimeWindows;
	type EraLength = EraLength;
	type InvitationsPerEra = InvitationsPerEra;
	type InviterAge = InviterAge;
	type MaxOperators = MaxOperators;
	type MaxValidators = ConstU32<8>;
	type MinValidators = MinValidators;
	type MaxRevokedKeys = MaxRevokedKeys;
	type HistoryDepth = ConstU32<3>;
	type MaxSweepPerBlock = MaxSweepPerBlock;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarking::SessionBenchmarkHelper<Test>;
}

type Extrinsic = TestXt<RuntimeCall, ()>;

impl<C> CreateTransactionBase<C> for Test
where
	RuntimeCall: From<C>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<C> CreateBare<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> Extrinsic {
		SubmittedReports::mutate(|reports| reports.push(call.clone()));
		TestXt::new_bare(call)
	}
}

/// A Falcon-512 key by name and role, the same in every test.
pub(crate) fn key(name: &str, role: &str) -> Keypair {
	scheme_key(Scheme::Falcon512, name, role)
}

/// A key of any scheme by name and role, made once.
pub(crate) fn scheme_key(scheme: Scheme, name: &str, role: &str) -> Keypair {
	static KEYS: Mutex<BTreeMap<(u8, String), Keypair>> = Mutex::new(BTreeMap::new());
	let id = (scheme.index(), format!("{name}/{role}"));
	if let Some(key) = KEYS.lock().unwrap().get(&id) {
		return key.clone();
	}
	let key = Keypair::from_seed(scheme, &dev_seed(name, role));
	KEYS.lock().unwrap().insert(id, key.clone());
	key
}

/// The account of an operator by name.
pub(crate) fn account(name: &str) -> AccountId32 {
	key(name, "account").account_id().into()
}

/// The account of an operator's first agent.
pub(crate) fn agent(name: &str) -> AccountId32 {
	key(name, "agent").account_id().into()
}

pub(crate) fn signed(who: &AccountId32) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

/// A key's signature with its public key.
pub(crate) fn sign(key: &Keypair, message: &[u8]) -> Signature {
	let signature = key.sign(Domain::REGISTRATION, message);
	Signature::from_parts(key.scheme(), key.public(), &signature).unwrap()
}

/// The network's genesis hash.
pub(crate) fn genesis() -> H256 {
	System::block_hash(0)
}

/// The registration of a newcomer by these keys, as it ought to be.
pub(crate) fn registration_by(
	operator: &Keypair,
	agent: &Keypair,
	inviter: Option<AccountId32>,
) -> Box<Registration> {
	let operator_id = AccountId32::from(operator.account_id());
	let agent_id = AccountId32::from(agent.account_id());
	let statement =
		statement::operator_statement(genesis(), &operator_id, &agent_id, inviter.as_ref());
	Box::new(Registration {
		operator: sign(operator, &statement),
		agent: sign(agent, &statement::agent_statement(genesis(), &operator_id)),
		inviter,
	})
}

/// The registration of a newcomer by name.
pub(crate) fn registration(name: &str, inviter: Option<&str>) -> Box<Registration> {
	registration_by(&key(name, "account"), &key(name, "agent"), inviter.map(account))
}

/// An Aura key pair by name; `version` counts rotations.
pub(crate) fn aura_pair(name: &str, version: u32) -> aura::Pair {
	aura::Pair::from_seed(&dev_seed(name, &format!("aura{version}")))
}

fn grandpa_pair(name: &str, version: u32) -> grandpa::Pair {
	grandpa::Pair::from_seed(&dev_seed(name, &format!("grandpa{version}")))
}

/// Session keys by name with their proof of possession for `owner`.
pub(crate) fn session_keys_for(
	name: &str,
	version: u32,
	owner: &AccountId32,
) -> (SessionKeys, Vec<u8>) {
	type Cache = BTreeMap<(String, u32, AccountId32), (SessionKeys, Vec<u8>)>;
	static KEYS: Mutex<Cache> = Mutex::new(BTreeMap::new());
	let id = (name.to_string(), version, owner.clone());
	if let Some(found) = KEYS.lock().unwrap().get(&id) {
		return found.clone();
	}
	let (aura, grandpa) = (aura_pair(name, version), grandpa_pair(name, version));
	let keys = SessionKeys { aura: aura.public().into(), grandpa: grandpa.public().into() };
	let owner = owner.as_ref();
	let proof =
		codec::Encode::encode(&(aura.prove_possession(owner), grandpa.prove_possession(owner)));
	KEYS.lock().unwrap().insert(id, (keys.clone(), proof.clone()));
	(keys, proof)
}

/// Session keys by name with their proof of possession for that operator.
pub(crate) fn session_keys(name: &str, version: u32) -> (SessionKeys, Vec<u8>) {
	session_keys_for(name, version, &account(name))
}

/// The state before the first block.
pub(crate) struct ExtBuilder {
	operators: Vec<&'static str>,
	validators: Vec<&'static str>,
	balances: Vec<(AccountId32, u128)>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		let four = vec!["alice", "bob", "charlie", "dave"];
		Self { operators: four.clone(), validators: four, balances: vec![] }
	}
}

impl ExtBuilder {
	/// Operators of the genesis state, in segments 0, 10, 20, …
	pub(crate) fn operators(mut self, names: &[&'static str]) -> Self {
		self.operators = names.to_vec();
		self
	}

	/// Validators among them.
	pub(crate) fn validators(mut self, names: &[&'static str]) -> Self {
		self.validators = names.to_vec();
		self
	}

	/// Gives an account tokens.
	pub(crate) fn balance(mut self, who: AccountId32, amount: u128) -> Self {
		self.balances.push((who, amount));
		self
	}

	pub(crate) fn genesis_operators(&self) -> Vec<GenesisOperator> {
		self.operators
			.iter()
			.zip(0u16..)
			.map(|(name, index)| GenesisOperator {
				operator: account(name),
				agent: agent(name),
				segment: 10 * index,
			})
			.collect()
	}

	pub(crate) fn genesis_validators(&self) -> Vec<GenesisValidator<SessionKeys>> {
		self.validators
			.iter()
			.map(|name| {
				let (keys, proof) = session_keys(name, 0);
				GenesisValidator { operator: account(name), keys, proof }
			})
			.collect()
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let operators = GenesisConfig {
			operators: self.genesis_operators(),
			validators: self.genesis_validators(),
		};
		let balances = self.balances;
		let storage = RuntimeGenesisConfig {
			operators,
			balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
			..Default::default()
		}
		.build_storage()
		.unwrap();
		sp_io::TestExternalities::new(storage)
	}

	/// Runs a test from block 1 on, then checks every invariant.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			next_block();
			test();
			Operators::do_try_state().unwrap();
		});
	}
}

/// Ends the block and begins the next, by no operator.
pub(crate) fn next_block() {
	next_block_by(None);
}

/// Ends the block and begins the next, by this author.
pub(crate) fn next_block_by(author: Option<&str>) {
	begin_block(author);
	let mut meter = WeightMeter::new();
	Operators::on_poll(System::block_number(), &mut meter);
}

/// Ends the block and begins one that accepts no transactions.
pub(crate) fn next_block_without_transactions() {
	begin_block(None);
}

fn begin_block(author: Option<&str>) {
	let now = System::block_number();
	if now > 0 {
		AllPalletsWithSystem::on_finalize(now);
		let hash = System::finalize().hash();
		System::initialize(&(now + 1), &hash, &Default::default());
	} else {
		System::set_block_number(0);
		System::initialize(&1, &genesis(), &Default::default());
	}
	System::reset_events();
	Author::set(author.map(account));
	AllPalletsWithSystem::on_initialize(now + 1);
}

/// Runs blocks up to and including this one, by no operator.
pub(crate) fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block();
	}
}

/// Runs blocks until this window begins.
pub(crate) fn run_to_window(index: WindowIndex) {
	while Operators::window() < index {
		next_block();
	}
}

/// A heartbeat with nothing of note in it.
pub(crate) fn beat() -> Heartbeat {
	Heartbeat {
		node: NodeVersion { major: 0, minor: 1, patch: 0 },
		best: 7,
		finalized: 5,
		report: H256::repeat_byte(1),
	}
}

/// A heartbeat by the agent of the operator of this name.
pub(crate) fn send_heartbeat(name: &str) -> frame_support::dispatch::DispatchResult {
	Operators::heartbeat(signed(&Operators::agent_of(&account(name)).unwrap()), beat())
}

/// Events of the pallet in this block so far.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}
