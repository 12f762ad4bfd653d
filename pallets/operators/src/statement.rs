// SPDX-License-Identifier: Apache-2.0

//! What the keys sign when an operator registers or names an agent.
//!
//! Both are signed in the domain [`qh_crypto::Domain::REGISTRATION`]. They differ in length, so one
//! is never the other; each names the network, so neither is of use on another.

use alloc::vec::Vec;
use codec::Encode;
use sp_core::H256;
use sp_runtime::AccountId32;

/// What the operator's key signs to register: the SCALE encoding of
/// `(genesis, operator, agent, inviter)`, of 97 bytes without an inviter and 129 with one.
pub fn operator_statement(
	genesis: H256,
	operator: &AccountId32,
	agent: &AccountId32,
	inviter: Option<&AccountId32>,
) -> Vec<u8> {
	(genesis, operator, agent, inviter).encode()
}

/// What an agent's key signs to act for `operator`: the SCALE encoding of
/// `(genesis, operator, "agent")`, of 70 bytes.
pub fn agent_statement(genesis: H256, operator: &AccountId32) -> Vec<u8> {
	(genesis, operator, "agent").encode()
}
