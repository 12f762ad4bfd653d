// SPDX-License-Identifier: Apache-2.0

//! What the runtime answers about receipts.
//!
//! ## How an agent makes a proof
//!
//! A batch was anchored in block `N`, and block `M > N` is finalized.
//!
//! 1. `AttestationApi::batches` in the state of block `N`: the block's batches, in the order of the
//!    tree. They stand in the state of `N` itself and are gone in that of `N + 1`, so the query
//!    works as long as the node keeps the state of `N`. Later the same list is in the node's
//!    off-chain storage under [`qh_receipts::batches_key`].
//! 2. RPC `mmr_generateProof([N + 1], M)`: the leaf that block `N + 1` added, which is block `N`'s
//!    ([`qh_receipts::BlockLeaf`]), and its items. A plain call of the runtime API cannot answer
//!    this: it has no access to the off-chain storage.
//! 3. The header of `M`.

use crate::{Balance, GasStatus};
use alloc::vec::Vec;
use qh_app_crypto::Scheme;
use qh_receipts::{BatchLeaf, Head};
use sp_runtime::AccountId32;

sp_api::decl_runtime_apis! {
	/// Receipts: where an operator's chain stands, what it can afford, what this block anchored.
	pub trait AttestationApi {
		/// Where the operator's chain of receipts stands.
		fn head(operator: AccountId32) -> Head;

		/// What the operator can anchor now.
		fn gas(operator: AccountId32) -> GasStatus;

		/// Gas that a voucher signed with this scheme, for so many receipts, takes from its customer:
		/// the least that the voucher's limit must allow.
		fn voucher_gas(scheme: Scheme, receipts: u32) -> Balance;

		/// Gas in any account's tank, a customer's for instance.
		fn tank(account: AccountId32) -> Balance;

		/// The batches that the block with this state anchored, in the order of its tree.
		fn batches() -> Vec<BatchLeaf>;
	}
}
