// SPDX-License-Identifier: Apache-2.0

//! Signed transactions for the first block of the development network.

use anyhow::{anyhow, Result};
use codec::Encode;
use qh_app_crypto::Signature;
use qh_crypto::{dev, Domain, Keypair, Scheme};
use qh_runtime::{
	extensions::ChargeVerification, AccountId, Address, Hash, Nonce, RuntimeCall, TxExtension,
	UncheckedExtrinsic, VERSION,
};
use sp_runtime::generic::Era;

/// What stands in the state for the hash of block 0 until block 1 begins. Also taken for the parent
/// of block 1 here, so that one signature is good for both.
pub(crate) const GENESIS: Hash = Hash::repeat_byte(69);

/// Alice's key of this scheme. Her Falcon-512 account has tokens.
pub(crate) fn alice(scheme: Scheme) -> Keypair {
	Keypair::from_seed(scheme, &dev::dev_seed("alice", "account"))
}

/// The account of a key.
pub(crate) fn account(key: &Keypair) -> AccountId {
	key.account_id().into()
}

/// A transfer of `value` to nobody in particular.
pub(crate) fn transfer(value: u128) -> RuntimeCall {
	RuntimeCall::Balances(qh_runtime::BalancesCall::transfer_keep_alive {
		dest: Address::Id([1; 32].into()),
		value,
	})
}

/// A call that does nothing.
pub(crate) fn remark() -> RuntimeCall {
	RuntimeCall::System(qh_runtime::SystemCall::remark { remark: Vec::new() })
}

/// A signature over `call`.
pub(crate) fn sign(key: &Keypair, nonce: Nonce, call: &RuntimeCall) -> Result<Signature> {
	let implicit =
		(VERSION.spec_version, VERSION.transaction_version, GENESIS, GENESIS, Option::<Hash>::None);
	let payload = (call, extension(nonce), implicit).encode();
	let signature = key.sign(Domain::TRANSACTION, &payload);
	Signature::from_parts(key.scheme(), key.public(), &signature)
		.map_err(|error| anyhow!("{error}"))
}

/// A transaction with this signature, whether or not it fits.
pub(crate) fn transaction(
	signer: &AccountId,
	nonce: Nonce,
	call: RuntimeCall,
	signature: Signature,
) -> UncheckedExtrinsic {
	UncheckedExtrinsic::new_signed(call, Address::Id(signer.clone()), signature, extension(nonce))
}

fn extension(nonce: Nonce) -> TxExtension {
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
