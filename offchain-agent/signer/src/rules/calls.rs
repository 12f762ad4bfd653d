// SPDX-License-Identifier: Apache-2.0
//! What the agent's keys may sign, by the names of pallet and call.

/// Calls that a new agent's key is allowed: those that the chain lets an agent account make.
pub const AGENT_CALLS: &[&str] =
	&["Operators.heartbeat", "Operators.rotate_session_keys", "Attestation.anchor"];

/// Pallets whose calls vote, move tokens, change an account, or dispatch other calls.
const FORBIDDEN_PALLETS: &[&str] = &[
	"Assets",
	"Balances",
	"Multisig",
	"Preimage",
	"Proxy",
	"RankedCollective",
	"RankedPolls",
	"Referenda",
	"Scheduler",
	"Session",
	"Sudo",
	"System",
	"Treasury",
	"Utility",
];

/// Parts of names of calls of the same kinds, in whatever pallet.
const FORBIDDEN_WORDS: &[&str] = &[
	"abstain",
	"batch",
	"delegate",
	"dispatch",
	"proxy",
	"register",
	"revoke",
	"set_agent",
	"sudo",
	"transfer",
	"vote",
];

/// Whether `name` has the form `Pallet.call`. Whether the runtime has such a call shows only when a
/// transaction is signed.
pub fn is_call_name(name: &str) -> bool {
	let well_formed = |part: &str| {
		!part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
	};
	name.split_once('.').is_some_and(|(pallet, call)| well_formed(pallet) && well_formed(call))
}

/// Whether no allow-list can give this call to an agent's key.
pub fn is_forbidden_to_agent(pallet: &str, call: &str) -> bool {
	let call = call.to_ascii_lowercase();
	FORBIDDEN_PALLETS.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(pallet))
		|| FORBIDDEN_WORDS.iter().any(|word| call.contains(word))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn votes_and_transfers_are_out_of_reach() {
		for (pallet, call) in [
			("Balances", "burn"),
			("Tokens", "transfer_keep_alive"),
			("RankedPolls", "vote"),
			("RankedCollective", "abstain"),
			("Utility", "batch_all"),
			("Proxy", "add_proxy"),
			("Operators", "set_agent"),
			("Operators", "revoke_keys"),
			("ConvictionVoting", "Delegate"),
		] {
			assert!(is_forbidden_to_agent(pallet, call), "{pallet}.{call}");
		}
	}

	#[test]
	fn names_of_calls_have_two_parts() {
		for name in ["Balances.transfer_keep_alive", "A.b", "X25519.b2"] {
			assert!(is_call_name(name), "{name}");
		}
		for name in ["", ".", "A", "A.", ".b", "A.b.c", "A.b c", "A.*", "*", "Ä.b"] {
			assert!(!is_call_name(name), "{name}");
		}
	}

	#[test]
	fn what_an_agent_does_is_not_forbidden() {
		for name in AGENT_CALLS {
			let (pallet, call) = name.split_once('.').unwrap();
			assert!(!is_forbidden_to_agent(pallet, call), "{name}");
		}
	}
}
