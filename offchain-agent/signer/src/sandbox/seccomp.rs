// SPDX-License-Identifier: Apache-2.0
//! The system calls that a running signer makes. All others fail with EPERM.

use libc::c_long;
use seccompiler::{
	apply_filter_all_threads, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
	SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

/// Allowed with any arguments.
const PLAIN: &[c_long] = &[
	// Sockets that exist, and the log.
	libc::SYS_accept4,
	libc::SYS_read,
	libc::SYS_write,
	libc::SYS_writev,
	libc::SYS_recvfrom,
	libc::SYS_sendto,
	libc::SYS_setsockopt,
	libc::SYS_getsockopt,
	libc::SYS_pwrite64,
	libc::SYS_fdatasync,
	libc::SYS_fsync,
	libc::SYS_close,
	// Files in the signer's directory: vault and log.
	libc::SYS_openat,
	libc::SYS_newfstatat,
	libc::SYS_fstat,
	libc::SYS_statx,
	libc::SYS_lseek,
	libc::SYS_ftruncate,
	libc::SYS_getdents64,
	libc::SYS_renameat,
	libc::SYS_renameat2,
	libc::SYS_unlinkat,
	// Memory.
	libc::SYS_brk,
	libc::SYS_munmap,
	libc::SYS_mremap,
	libc::SYS_madvise,
	libc::SYS_mlock,
	libc::SYS_memfd_secret,
	// Threads.
	libc::SYS_futex,
	libc::SYS_set_robust_list,
	libc::SYS_rseq,
	libc::SYS_sched_getaffinity,
	libc::SYS_sched_yield,
	libc::SYS_gettid,
	libc::SYS_getpid,
	libc::SYS_exit,
	libc::SYS_exit_group,
	// Signals, time, randomness.
	libc::SYS_rt_sigprocmask,
	libc::SYS_rt_sigaction,
	libc::SYS_rt_sigreturn,
	libc::SYS_sigaltstack,
	libc::SYS_restart_syscall,
	libc::SYS_clock_gettime,
	libc::SYS_clock_nanosleep,
	libc::SYS_nanosleep,
	libc::SYS_getrandom,
	// Decided by the second filter.
	libc::SYS_clone3,
];

/// Older calls that the C library makes on this architecture.
#[cfg(target_arch = "x86_64")]
const OLDER: &[c_long] = &[libc::SYS_rename, libc::SYS_unlink];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];

/// Install the filters for this and all later threads.
pub(super) fn apply() -> Result<(), String> {
	let programs = programs().map_err(|error| error.to_string())?;
	for program in &programs {
		apply_filter_all_threads(program).map_err(|error| error.to_string())?;
	}
	Ok(())
}

fn programs() -> Result<[BpfProgram; 2], seccompiler::BackendError> {
	let arch = TargetArch::try_from(std::env::consts::ARCH)?;
	let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
		PLAIN.iter().chain(OLDER).map(|call| (*call, vec![])).collect();
	// Memory never becomes executable.
	let not_executable = masked(2, libc::PROT_EXEC as u64, 0)?;
	rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![not_executable.clone()])?]);
	rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![not_executable])?]);
	// Threads, no processes.
	let thread = libc::CLONE_THREAD as u64;
	rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![masked(0, thread, thread)?])?]);
	// Names of threads.
	let name = libc::PR_SET_NAME as u64;
	rules.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![masked(0, u64::MAX, name)?])?]);
	let allowed = SeccompFilter::new(
		rules,
		SeccompAction::Errno(libc::EPERM as u32),
		SeccompAction::Allow,
		arch,
	)?;
	// The arguments of clone3 are out of a filter's reach: without it, the C library uses clone.
	let no_clone3 = SeccompFilter::new(
		BTreeMap::from([(libc::SYS_clone3, vec![])]),
		SeccompAction::Allow,
		SeccompAction::Errno(libc::ENOSYS as u32),
		arch,
	)?;
	// The second to be installed is installed under the first, so the strict one comes last.
	Ok([no_clone3.try_into()?, allowed.try_into()?])
}

fn masked(
	argument: u8,
	mask: u64,
	value: u64,
) -> Result<SeccompCondition, seccompiler::BackendError> {
	let op = SeccompCmpOp::MaskedEq(mask);
	SeccompCondition::new(argument, SeccompCmpArgLen::Qword, op, value)
}
