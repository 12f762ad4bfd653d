// SPDX-License-Identifier: Apache-2.0
//! A network of one's own, as the README makes it: keys that nobody else knows, made in a signer
//! before there was a chain for them.

use anyhow::Result;
use qh_tests::network::Network;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_older_than_their_chain_seal_and_finalize_it() -> Result<()> {
	let mut network = Network::founded("local_testnet").await?;
	network.start().await?;
	let rpc = network.validators[0].rpc().await?;
	assert_eq!(rpc.genesis().await?, network.chain.genesis);
	rpc.wait_finalized(3, MINUTE).await?;
	Ok(())
}
