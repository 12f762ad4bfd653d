// SPDX-License-Identifier: Apache-2.0

//! Transaction extensions of this runtime alone.

mod charge_verification;

pub use charge_verification::ChargeVerification;
