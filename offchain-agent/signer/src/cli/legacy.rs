// SPDX-License-Identifier: Apache-2.0
//! `legacy prove` and `legacy verify`: that the owner of a key of the previous network is an
//! operator of this one. Needs no running signer and no vault: the old key is none of its keys.

use super::{passphrase, print};
use crate::sandbox;
use anyhow::{bail, Context};
use qh_crypto::legacy::{self, PUBLIC_LEN, SECRET_LEN};
use qh_signer_client::{AccountId, Hash};
use std::{fs, path::Path};
use zeroize::Zeroizing;

/// Reads the old secret key, 256 hex digits on a line of stdin, and writes the proof to `out`.
pub(super) fn prove(genesis: &Hash, account: &AccountId, out: &Path) -> anyhow::Result<()> {
	sandbox::harden().context("cannot prepare the process")?;
	let line = passphrase::read_line("the old secret key")?;
	let mut secret = Zeroizing::new([0u8; SECRET_LEN]);
	let digits = line.trim_ascii();
	hex::decode_to_slice(digits.strip_prefix(b"0x").unwrap_or(digits), secret.as_mut_slice())
		.map_err(|_| anyhow::anyhow!("the old secret key is not {} hex digits", 2 * SECRET_LEN))?;
	let Some(proof) = legacy::prove(&secret, genesis, account) else {
		bail!("the two halves of the old secret key are of different keys: it was cut or mixed up");
	};
	fs::write(out, &proof)
		.with_context(|| format!("cannot write the proof to {}", out.display()))?;
	if let Some(public) = secret.last_chunk::<PUBLIC_LEN>() {
		print::line(format!("old public key 0x{}", hex::encode(public)));
	}
	print::line(format!("proof of {} bytes written to {}", proof.len(), out.display()));
	Ok(())
}

/// Verifies a proof that [`prove`] wrote.
pub(super) fn verify(
	public: &[u8; PUBLIC_LEN],
	genesis: &Hash,
	account: &AccountId,
	proof: &Path,
) -> anyhow::Result<()> {
	let bytes =
		fs::read(proof).with_context(|| format!("cannot read the proof {}", proof.display()))?;
	if !legacy::verify(public, &bytes, genesis, account) {
		bail!(
			"{} does not show that the owner of this old key is 0x{} on this chain",
			proof.display(),
			hex::encode(account)
		);
	}
	print::line("ok: the owner of the old key is the owner of the account");
	Ok(())
}
