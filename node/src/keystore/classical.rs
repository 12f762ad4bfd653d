// SPDX-License-Identifier: Apache-2.0

//! The methods of a keystore that belong to classical schemes: nobody has such a key here.

/// Implements the methods of `sp_keystore::Keystore` for sr25519, ed25519 and ECDSA: no keys are
/// listed, none is made, nothing is signed.
macro_rules! refuse_classical_schemes {
	() => {
		fn sr25519_public_keys(&self, _: sp_core::crypto::KeyTypeId) -> Vec<sp_core::sr25519::Public> {
			Vec::new()
		}

		fn ed25519_public_keys(&self, _: sp_core::crypto::KeyTypeId) -> Vec<sp_core::ed25519::Public> {
			Vec::new()
		}

		fn ecdsa_public_keys(&self, _: sp_core::crypto::KeyTypeId) -> Vec<sp_core::ecdsa::Public> {
			Vec::new()
		}

		$crate::keystore::classical::refuse_classical_schemes! {
			sr25519_generate_new(Option<&str>) -> sp_core::sr25519::Public;
			ed25519_generate_new(Option<&str>) -> sp_core::ed25519::Public;
			ecdsa_generate_new(Option<&str>) -> sp_core::ecdsa::Public;
			sr25519_sign(&sp_core::sr25519::Public, &[u8]) -> Option<sp_core::sr25519::Signature>;
			sr25519_vrf_sign(&sp_core::sr25519::Public, &sp_core::sr25519::vrf::VrfSignData)
				-> Option<sp_core::sr25519::vrf::VrfSignature>;
			sr25519_vrf_pre_output(&sp_core::sr25519::Public, &sp_core::sr25519::vrf::VrfInput)
				-> Option<sp_core::sr25519::vrf::VrfPreOutput>;
			ed25519_sign(&sp_core::ed25519::Public, &[u8]) -> Option<sp_core::ed25519::Signature>;
			ecdsa_sign(&sp_core::ecdsa::Public, &[u8]) -> Option<sp_core::ecdsa::Signature>;
			ecdsa_sign_prehashed(&sp_core::ecdsa::Public, &[u8; 32])
				-> Option<sp_core::ecdsa::Signature>;
		}
	};
	($( $method:ident($($argument:ty),*) -> $answer:ty; )*) => {
		$(
			fn $method(
				&self,
				key_type: sp_core::crypto::KeyTypeId,
				$(_: $argument),*
			) -> Result<$answer, sp_keystore::Error> {
				Err(sp_keystore::Error::KeyNotSupported(key_type))
			}
		)*
	};
}

pub(crate) use refuse_classical_schemes;
