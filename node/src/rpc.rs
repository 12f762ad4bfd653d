// SPDX-License-Identifier: Apache-2.0

//! The node's RPC methods beyond those that every node has.
//!
//! `author_rotateKeys` and `author_insertKey` exist, because polkadot-sdk registers them, and refuse:
//! keys neither enter the node nor are made by the runtime. `qh_newSessionKeys` asks the signer
//! instead. Both methods below are unsafe in the sense of `--rpc-methods`: a node that serves the
//! public does not answer them.
//!
//! On loopback that keeps nobody of this host away, so `qh_newSessionKeys` is also refused unless the
//! node was started with `--rpc-session-keys`: each call spends the signer's budget and grows its
//! vault, for which its owner is to be asked. `qh-node new-session-keys` needs the signer's socket.

use crate::keystore::{KeyStatus, NewSessionKeys, SharedKeystore};
use crate::service::{FullBackend, FullClient, FullPool};
use jsonrpsee::{
	core::RpcResult,
	proc_macros::rpc,
	types::{ErrorObject, ErrorObjectOwned},
	Extensions, RpcModule,
};
use mmr_rpc::{Mmr, MmrApiServer};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use qh_runtime::{opaque::Block, AccountId, Hash};
use sc_client_api::Backend;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_rpc_api::check_if_safe;
use sp_runtime::traits::NumberFor;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// Code of the error when the signer did not do what was asked.
const SIGNER_ERROR: i32 = 9000;
/// Code of the error when the node was not started to serve the method.
const NOT_SERVED: i32 = 9001;

/// What the RPC needs of the service.
pub(crate) struct Parts {
	pub(crate) client: Arc<FullClient>,
	pub(crate) backend: Arc<FullBackend>,
	pub(crate) pool: Arc<FullPool>,
	pub(crate) keystore: SharedKeystore,
	/// Whether `qh_newSessionKeys` is served.
	pub(crate) serves_session_keys: bool,
	pub(crate) voter_state: SharedVoterState,
	pub(crate) authority_set: SharedAuthoritySet<Hash, NumberFor<Block>>,
	pub(crate) justifications: GrandpaJustificationStream<Block>,
	pub(crate) finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// The methods of this chain.
#[rpc(server, namespace = "qh")]
pub(crate) trait QuantumHarmonyApi {
	/// Has the signer make new session keys for an operator, and gives them with the proof that the
	/// signer holds them: the arguments of `operators.rotateSessionKeys`. Refused by a node without
	/// `--rpc-session-keys`.
	#[method(name = "newSessionKeys", with_extensions, blocking)]
	fn new_session_keys(&self, owner: AccountId) -> RpcResult<NewSessionKeys>;

	/// How the signer and this node's part in finality are.
	#[method(name = "signerStatus", with_extensions, blocking)]
	fn signer_status(&self) -> RpcResult<KeyStatus>;
}

struct QuantumHarmony {
	keystore: SharedKeystore,
	serves_session_keys: bool,
}

impl QuantumHarmonyApiServer for QuantumHarmony {
	fn new_session_keys(&self, ext: &Extensions, owner: AccountId) -> RpcResult<NewSessionKeys> {
		check_if_safe(ext)?;
		if !self.serves_session_keys {
			return Err(not_served());
		}
		self.keystore.new_session_keys(&owner).map_err(signer_error)
	}

	fn signer_status(&self, ext: &Extensions) -> RpcResult<KeyStatus> {
		check_if_safe(ext)?;
		Ok(self.keystore.status())
	}
}

fn signer_error(error: crate::keystore::Error) -> ErrorObjectOwned {
	ErrorObject::owned(SIGNER_ERROR, error.to_string(), None::<()>)
}

fn not_served() -> ErrorObjectOwned {
	let message =
		"this node makes no session keys over RPC: run `qh-node new-session-keys --signer \
		DIR --owner ACCOUNT` as the signer's user, or start the node with `--rpc-session-keys`";
	ErrorObject::owned(NOT_SERVED, message, None::<()>)
}

/// All of them.
pub(crate) fn create(
	parts: &Parts,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = RpcModule::new(());
	let (keystore, serves_session_keys) = (parts.keystore.clone(), parts.serves_session_keys);
	module.merge(QuantumHarmony { keystore, serves_session_keys }.into_rpc())?;
	module.merge(System::new(parts.client.clone(), parts.pool.clone()).into_rpc())?;
	module.merge(TransactionPayment::new(parts.client.clone()).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor,
			parts.authority_set.clone(),
			parts.voter_state.clone(),
			parts.justifications.clone(),
			parts.finality_proofs.clone(),
		)
		.into_rpc(),
	)?;
	if let Some(storage) = parts.backend.offchain_storage() {
		let mmr = Mmr::<_, (Block, Hash), _>::new(parts.client.clone(), storage);
		module.merge(MmrApiServer::<Hash, NumberFor<Block>, Hash>::into_rpc(mmr))?;
	}
	Ok(module)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::keystore::MemoryKeystore;
	use sc_rpc_api::DenyUnsafe;
	use serde_json::Value;

	const OWNER: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	/// Of a node that serves all there is.
	fn ask(keystore: MemoryKeystore, deny: DenyUnsafe, method: &str, params: Value) -> Value {
		let all = QuantumHarmony { keystore: Arc::new(keystore), serves_session_keys: true };
		ask_of(all, deny, method, params)
	}

	fn ask_of(node: QuantumHarmony, deny: DenyUnsafe, method: &str, params: Value) -> Value {
		let mut module = node.into_rpc();
		module.extensions_mut().insert(deny);
		let request = serde_json::json!({
			"jsonrpc": "2.0", "id": 1, "method": method, "params": params,
		});
		let answer = tokio::runtime::Runtime::new()
			.unwrap()
			.block_on(module.raw_json_request(&request.to_string(), 1))
			.unwrap()
			.0;
		serde_json::from_str(answer.as_ref()).unwrap()
	}

	#[test]
	fn the_public_is_not_answered() {
		for method in ["qh_signerStatus", "qh_newSessionKeys"] {
			let owner = Value::from(OWNER);
			let params = if method == "qh_signerStatus" { Vec::new() } else { vec![owner] };
			let answer = ask(MemoryKeystore::empty(), DenyUnsafe::Yes, method, params.into());
			assert!(answer["error"]["message"].as_str().unwrap().contains("unsafe"), "{answer}");
		}
	}

	#[test]
	fn session_keys_are_not_made_for_every_program_of_the_host() {
		let keystore = Arc::new(MemoryKeystore::empty());
		let node = QuantumHarmony { keystore, serves_session_keys: false };
		let params = serde_json::json!([OWNER]);
		let answer = ask_of(node, DenyUnsafe::No, "qh_newSessionKeys", params);
		assert_eq!(answer["error"]["code"], NOT_SERVED);
		let message = answer["error"]["message"].as_str().unwrap();
		for words in ["qh-node new-session-keys --signer DIR", "--rpc-session-keys"] {
			assert!(message.contains(words), "{message}");
		}
	}

	#[test]
	fn status_is_what_the_keystore_says() {
		let keystore = MemoryKeystore::development("alice").unwrap();
		let answer = ask(keystore, DenyUnsafe::No, "qh_signerStatus", Value::Array(Vec::new()));
		let status = &answer["result"];
		assert_eq!(status["source"], "development");
		assert_eq!(status["voting"], true);
		assert_eq!(status["lastSlot"], Value::Null);
		assert_eq!(status["aura"][0].as_str().unwrap().len(), 2 + 2 * 897);
	}

	#[test]
	fn keys_are_made_by_a_signer_for_an_account() {
		let ask =
			|params| ask(MemoryKeystore::empty(), DenyUnsafe::No, "qh_newSessionKeys", params);
		let answer = ask(serde_json::json!([OWNER]));
		assert_eq!(answer["error"]["code"], SIGNER_ERROR);
		assert!(answer["error"]["message"].as_str().unwrap().contains("--signer"));
		for wrong in [serde_json::json!([]), serde_json::json!(["alice"]), serde_json::json!([7])] {
			assert_eq!(ask(wrong.clone())["error"]["code"], -32602, "{wrong}");
		}
	}
}
