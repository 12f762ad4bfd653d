// SPDX-License-Identifier: Apache-2.0

//! The node's RPC methods beyond those that every node has.
//!
//! `author_rotateKeys` and `author_insertKey` exist, because polkadot-sdk registers them, and refuse:
//! keys neither enter the node nor are made by the runtime. `qh_newSessionKeys` asks the signer
//! instead. Both methods below are unsafe in the sense of `--rpc-methods`: a node that serves the
//! public does not answer them.

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

/// What the RPC needs of the service.
pub(crate) struct Parts {
	pub(crate) client: Arc<FullClient>,
	pub(crate) backend: Arc<FullBackend>,
	pub(crate) pool: Arc<FullPool>,
	pub(crate) keystore: SharedKeystore,
	pub(crate) voter_state: SharedVoterState,
	pub(crate) authority_set: SharedAuthoritySet<Hash, NumberFor<Block>>,
	pub(crate) justifications: GrandpaJustificationStream<Block>,
	pub(crate) finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// The methods of this chain.
#[rpc(server, namespace = "qh")]
pub(crate) trait QuantumHarmonyApi {
	/// Has the signer make new session keys for an operator, and gives them with the proof that the
	/// signer holds them: the arguments of `session.setKeys` and `operators.rotateSessionKeys`.
	#[method(name = "newSessionKeys", with_extensions, blocking)]
	fn new_session_keys(&self, owner: AccountId) -> RpcResult<NewSessionKeys>;

	/// How the signer and this node's part in finality are.
	#[method(name = "signerStatus", with_extensions, blocking)]
	fn signer_status(&self) -> RpcResult<KeyStatus>;
}

struct QuantumHarmony {
	keystore: SharedKeystore,
}

impl QuantumHarmonyApiServer for QuantumHarmony {
	fn new_session_keys(&self, ext: &Extensions, owner: AccountId) -> RpcResult<NewSessionKeys> {
		check_if_safe(ext)?;
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

/// All of them.
pub(crate) fn create(
	parts: &Parts,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = RpcModule::new(());
	module.merge(QuantumHarmony { keystore: parts.keystore.clone() }.into_rpc())?;
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

	fn ask(keystore: MemoryKeystore, deny: DenyUnsafe, method: &str, params: Value) -> Value {
		let mut module = QuantumHarmony { keystore: Arc::new(keystore) }.into_rpc();
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
			let owner = Value::from("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
			let params = if method == "qh_signerStatus" { Vec::new() } else { vec![owner] };
			let answer = ask(MemoryKeystore::empty(), DenyUnsafe::Yes, method, params.into());
			assert!(answer["error"]["message"].as_str().unwrap().contains("unsafe"), "{answer}");
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
		let owner = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let answer = ask(serde_json::json!([owner]));
		assert_eq!(answer["error"]["code"], SIGNER_ERROR);
		assert!(answer["error"]["message"].as_str().unwrap().contains("--signer"));
		for wrong in [serde_json::json!([]), serde_json::json!(["alice"]), serde_json::json!([7])] {
			assert_eq!(ask(wrong.clone())["error"]["code"], -32602, "{wrong}");
		}
	}
}
