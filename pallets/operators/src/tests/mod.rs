// SPDX-License-Identifier: Apache-2.0

mod agent;
mod equivocation;
mod extension;
mod fixtures;
mod genesis;
mod heartbeat;
mod properties;
mod registration;
mod revocation;
mod session;
mod vectors;
