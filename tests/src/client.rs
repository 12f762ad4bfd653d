// SPDX-License-Identifier: Apache-2.0
//! The chain through stock subxt: what an engineer elsewhere writes from FORMATS.md.
//!
//! Three things are this chain's own, and all of them are here: [`QuantumHarmonyConfig`] names the
//! types, [`Signature`] has the names and fields of the metadata, and a [`qh_crypto::Keypair`] is
//! a [`Signer`]. Everything else (calls, extensions, events, payloads above 256 bytes) subxt does
//! by itself from the metadata, so nothing here knows an index of the runtime.

use anyhow::{Context, Result};
use qh_crypto::{Domain, Keypair, Scheme};
use std::fmt;
use subxt::{
	backend::BlockRef,
	config::{
		substrate::{BlakeTwo256, SubstrateHeader, H256},
		DefaultExtrinsicParamsBuilder, DefaultTransactionExtensions,
	},
	events::DecodeAsEvent,
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	extrinsics::ExtrinsicEvents,
	transactions::{Payload, Signer},
	ArcMetadata, Config, OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use subxt_rpcs::{rpc_params, RpcClient};

pub use subxt::utils::{AccountId32, MultiAddress};

/// The types of this chain. The rest is Substrate's, the cache of metadata too.
#[derive(Clone, Debug, Default)]
pub struct QuantumHarmonyConfig(SubstrateConfig);

impl Config for QuantumHarmonyConfig {
	type AccountId = AccountId32;
	type Address = MultiAddress<AccountId32, ()>;
	type Signature = Signature;
	type Header = SubstrateHeader<H256>;
	type TransactionExtensions = DefaultTransactionExtensions<Self>;
	type AssetId = u32;
	type Hasher = BlakeTwo256;

	fn metadata_for_spec_version(&self, spec_version: u32) -> Option<ArcMetadata> {
		self.0.metadata_for_spec_version(spec_version)
	}

	fn set_metadata_for_spec_version(&self, spec_version: u32, metadata: ArcMetadata) {
		self.0.set_metadata_for_spec_version(spec_version, metadata);
	}
}

/// A signature with the public key that it verifies under.
#[derive(Clone, Debug, EncodeAsType, DecodeAsType)]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[allow(non_camel_case_types, reason = "the names are the metadata's")]
pub enum Signature {
	/// Public key of 897 bytes, then signature of 666.
	Falcon512(Vec<u8>),
	/// SLH-DSA-SHA2-128s.
	SlhDsaSha2_128s {
		/// Public key.
		public: Vec<u8>,
		/// Signature.
		signature: Vec<u8>,
	},
	/// ML-DSA-65.
	MlDsa65 {
		/// Public key.
		public: Vec<u8>,
		/// Signature.
		signature: Vec<u8>,
	},
}

impl Signature {
	/// The key's signature over `message` in a domain.
	pub fn by(pair: &Keypair, domain: Domain, message: &[u8]) -> Self {
		let (public, signature) = (pair.public().to_vec(), pair.sign(domain, message));
		match pair.scheme() {
			Scheme::Falcon512 => Self::Falcon512([public, signature].concat()),
			Scheme::SlhDsaSha2_128s => Self::SlhDsaSha2_128s { public, signature },
			Scheme::MlDsa65 => Self::MlDsa65 { public, signature },
		}
	}
}

impl Signer<QuantumHarmonyConfig> for Keypair {
	fn account_id(&self) -> AccountId32 {
		account(self)
	}

	fn sign(&self, signer_payload: &[u8]) -> Signature {
		Signature::by(self, Domain::TRANSACTION, signer_payload)
	}
}

/// The account of a key.
pub fn account(pair: &Keypair) -> AccountId32 {
	AccountId32(Keypair::account_id(pair))
}

/// The chain at one block.
pub type At = OnlineClientAtBlock<QuantumHarmonyConfig>;

/// The events of one transaction.
pub type Events = ExtrinsicEvents<QuantumHarmonyConfig>;

/// `Balances.Transfer`.
#[derive(Clone, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Transfer {
	/// Who paid.
	pub from: AccountId32,
	/// Who received.
	pub to: AccountId32,
	/// How much, in units of 10^-12 QMHY.
	pub amount: u128,
}

impl DecodeAsEvent for Transfer {
	fn is_event(pallet: &str, event: &str) -> bool {
		(pallet, event) == ("Balances", "Transfer")
	}
}

/// `System.Account`, as far as the tests read it.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Account {
	/// Nonce of the next transaction.
	pub nonce: u32,
	/// The balance.
	pub data: Balance,
}

/// A balance.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Balance {
	/// What can be spent, in units of 10^-12 QMHY.
	pub free: u128,
}

/// What a node answers to a transaction that it does not take: the JSON-RPC error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
	/// Its code.
	pub code: i32,
	/// Its message, and the data behind a colon if there is some.
	pub reason: String,
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: {}", self.code, self.reason)
	}
}

/// A connection to a node.
#[derive(Clone, Debug)]
pub struct Client {
	online: OnlineClient<QuantumHarmonyConfig>,
	rpc: RpcClient,
}

impl Client {
	/// Connects to the node whose JSON-RPC is on `port` of this machine.
	pub async fn connect(port: u16) -> Result<Self> {
		let url = format!("ws://127.0.0.1:{port}");
		let connected = async {
			let rpc = RpcClient::from_insecure_url(&url).await?;
			let online = OnlineClient::from_rpc_client(rpc.clone()).await?;
			anyhow::Ok(Self { online, rpc })
		};
		connected.await.with_context(|| format!("cannot connect to {url}"))
	}

	/// The chain's genesis hash.
	pub fn genesis(&self) -> H256 {
		self.online.genesis_hash()
	}

	/// The chain at the node's best block.
	pub async fn best(&self) -> Result<At> {
		let hash: H256 = self.rpc.request("chain_getBlockHash", rpc_params![]).await?;
		Ok(self.online.at_block(BlockRef::from_hash(hash)).await?)
	}

	/// The chain at block `number`.
	pub async fn at(&self, number: u32) -> Result<At> {
		Ok(self.online.at_block(number).await?)
	}

	/// Nonce and balance of an account at the best block; zeros if there is none.
	pub async fn account(&self, account: AccountId32) -> Result<Account> {
		let entry = subxt::dynamic::storage::<(AccountId32,), Account>("System", "Account");
		Ok(self.best().await?.storage().fetch(entry, (account,)).await?.decode()?)
	}

	/// A signed transaction for the child of the best block.
	pub async fn sign(&self, call: &impl Payload, pair: &Keypair) -> Result<Vec<u8>> {
		let best = self.best().await?;
		let params = DefaultExtrinsicParamsBuilder::new().build();
		Ok(best.tx().create_signed(call, pair, params).await?.into_encoded())
	}

	/// Signs and submits a call, and waits until it is final.
	///
	/// Errors when the node refuses it, or when the call fails in its block.
	pub async fn send(&self, call: &impl Payload, pair: &Keypair) -> Result<Events> {
		let transaction = self.sign(call, pair).await?;
		let progress = self.best().await?.tx().from_bytes(transaction).submit_and_watch().await?;
		Ok(progress.wait_for_finalized_success().await?)
	}

	/// Hands a transaction to the node and waits for its answer only.
	///
	/// The inner error is the node's refusal, the outer one that there was no answer.
	pub async fn submit(&self, transaction: &[u8]) -> Result<Result<H256, Refusal>> {
		let parameters = rpc_params![hexadecimal(transaction)];
		match self.rpc.request("author_submitExtrinsic", parameters).await {
			Ok(hash) => Ok(Ok(hash)),
			Err(subxt_rpcs::Error::User(error)) => {
				let data = error.data.map(|data| data.get().trim_matches('"').to_owned());
				let reason = [Some(error.message), data].into_iter().flatten().collect::<Vec<_>>();
				Ok(Err(Refusal { code: error.code, reason: reason.join(": ") }))
			}
			Err(error) => Err(error).context("author_submitExtrinsic"),
		}
	}

	/// Signs a call and hands it to the node; see [`Client::submit`].
	pub async fn try_send(
		&self,
		call: &impl Payload,
		pair: &Keypair,
	) -> Result<Result<H256, Refusal>> {
		self.submit(&self.sign(call, pair).await?).await
	}
}

/// A signed transaction with this nonce that never expires. Asks nobody.
pub fn sign_immortal(at: &At, call: &impl Payload, pair: &Keypair, nonce: u32) -> Result<Vec<u8>> {
	let params = DefaultExtrinsicParamsBuilder::new().immortal().nonce(nonce.into()).build();
	let mut signable = at.tx().create_signable_offline(call, params)?;
	Ok(signable.sign(pair)?.into_encoded())
}

fn hexadecimal(bytes: &[u8]) -> String {
	const DIGITS: &[u8; 16] = b"0123456789abcdef";
	let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
	let digits = digits.map(|digit| char::from(DIGITS[usize::from(digit)]));
	["0x"].into_iter().flat_map(str::chars).chain(digits).collect()
}
