// SPDX-License-Identifier: Apache-2.0
//! `qh-agent`, see the library.

fn main() -> std::process::ExitCode {
	qh_agent::cli::main()
}
