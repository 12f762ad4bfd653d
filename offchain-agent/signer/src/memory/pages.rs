// SPDX-License-Identifier: Apache-2.0
//! The one module with `unsafe` code: pages for secrets, and the wiping of stacks.
//!
//! Pages come from `memfd_secret`, which the kernel takes out of its own direct map: they can be
//! read neither through `/proc/pid/mem` nor by `process_vm_readv`, are never swapped and never
//! dumped. Where the kernel has no `memfd_secret`, they are anonymous pages with `mlock`,
//! `MADV_DONTDUMP` and `MADV_WIPEONFORK`. Every return code is checked: a page that cannot be
//! protected is not used. Both kinds lie between two pages that fault on any access.

#![allow(unsafe_code)]

use std::{
	ffi::c_void,
	io,
	os::fd::{AsRawFd, FromRawFd, OwnedFd},
	ptr::NonNull,
};

/// How pages are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
	/// `memfd_secret`.
	MemfdSecret,
	/// `mlock`, `MADV_DONTDUMP` and `MADV_WIPEONFORK`.
	Locked,
}

/// Pages for secrets cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot protect memory for keys: {call}: {source} (raise the limit of locked memory)")]
pub struct PagesError {
	/// What failed.
	pub call: &'static str,
	/// Why.
	pub source: io::Error,
}

/// A mapping for secrets between two guard pages.
pub(super) struct Pages {
	base: NonNull<u8>,
	whole: usize,
	start: NonNull<u8>,
	len: usize,
	kind: PageKind,
}

// SAFETY: `Pages` owns its mapping; access to the bytes goes through `bytes`, `write` and `wipe`,
// whose callers uphold their conditions from any thread.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

impl Pages {
	/// Map at least `len` bytes.
	pub(super) fn new(len: usize) -> Result<Self, PagesError> {
		let page = rustix::param::page_size();
		let len = len.next_multiple_of(page);
		let whole = len + 2 * page;
		// SAFETY: a fresh mapping at an address of the kernel's choice touches no existing memory.
		let base = unsafe {
			libc::mmap(
				std::ptr::null_mut(),
				whole,
				libc::PROT_NONE,
				libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
				-1,
				0,
			)
		};
		let base = mapped("mmap of guard pages", base)?;
		// SAFETY: `page` is within the `whole` bytes mapped above.
		let start = unsafe { base.add(page) };
		let mut pages = Self { base, whole, start, len, kind: PageKind::MemfdSecret };
		match pages.map_secret() {
			Ok(()) => Ok(pages),
			Err(_) => {
				pages.kind = PageKind::Locked;
				pages.map_locked()?;
				Ok(pages)
			}
		}
	}

	fn map_secret(&mut self) -> Result<(), PagesError> {
		// SAFETY: the call takes flags only and returns a new descriptor or -1.
		let raw = unsafe { libc::syscall(libc::SYS_memfd_secret, libc::O_CLOEXEC) };
		let raw = i32::try_from(raw).ok().filter(|fd| *fd >= 0).ok_or_else(|| PagesError {
			call: "memfd_secret",
			source: io::Error::last_os_error(),
		})?;
		// SAFETY: the kernel just gave this descriptor to us alone.
		let fd = unsafe { OwnedFd::from_raw_fd(raw) };
		rustix::fs::ftruncate(&fd, self.len as u64)
			.map_err(|error| PagesError { call: "ftruncate", source: error.into() })?;
		// SAFETY: replaces a part of our own guard mapping, to which no reference exists.
		let at = unsafe {
			libc::mmap(
				self.start.as_ptr().cast::<c_void>(),
				self.len,
				libc::PROT_READ | libc::PROT_WRITE,
				libc::MAP_SHARED | libc::MAP_FIXED,
				fd.as_raw_fd(),
				0,
			)
		};
		mapped("mmap of secret memory", at)?;
		// A shared mapping would follow a fork. Kernels that refuse the advice for this kind of
		// memory leave that to the system call filter, which allows no fork.
		// SAFETY: the range is our own mapping.
		let _ = unsafe { libc::madvise(at, self.len, libc::MADV_DONTFORK) };
		Ok(())
	}

	fn map_locked(&mut self) -> Result<(), PagesError> {
		// SAFETY: replaces a part of our own guard mapping, to which no reference exists.
		let at = unsafe {
			libc::mmap(
				self.start.as_ptr().cast::<c_void>(),
				self.len,
				libc::PROT_READ | libc::PROT_WRITE,
				libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
				-1,
				0,
			)
		};
		mapped("mmap of locked memory", at)?;
		// SAFETY: the range is our own, page-aligned mapping.
		let results = unsafe {
			[
				("mlock", libc::mlock(at, self.len)),
				("madvise(DONTDUMP)", libc::madvise(at, self.len, libc::MADV_DONTDUMP)),
				("madvise(WIPEONFORK)", libc::madvise(at, self.len, libc::MADV_WIPEONFORK)),
			]
		};
		match results.into_iter().find(|(_, result)| *result != 0) {
			Some((call, _)) => Err(PagesError { call, source: io::Error::last_os_error() }),
			None => Ok(()),
		}
	}

	pub(super) fn kind(&self) -> PageKind {
		self.kind
	}

	pub(super) fn len(&self) -> usize {
		self.len
	}

	/// Bytes of a range.
	///
	/// # Safety
	///
	/// Nobody writes the range while the slice lives.
	pub(super) unsafe fn bytes(&self, offset: usize, len: usize) -> &[u8] {
		debug_assert!(offset + len <= self.len);
		// SAFETY: within the mapping by the arena's accounting; not written, by the caller.
		unsafe { std::slice::from_raw_parts(self.start.as_ptr().add(offset), len) }
	}

	/// Bytes of a range, to fill.
	///
	/// # Safety
	///
	/// The caller alone has access to the range while the slice lives.
	#[allow(clippy::mut_from_ref)]
	pub(super) unsafe fn bytes_mut(&self, offset: usize, len: usize) -> &mut [u8] {
		debug_assert!(offset + len <= self.len);
		// SAFETY: within the mapping by the arena's accounting; exclusive, by the caller.
		unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr().add(offset), len) }
	}
}

impl Drop for Pages {
	fn drop(&mut self) {
		// SAFETY: exclusive by `&mut self`; the mapping is ours and not used after.
		unsafe {
			zeroize::Zeroize::zeroize(self.bytes_mut(0, self.len));
			libc::munmap(self.base.as_ptr().cast::<c_void>(), self.whole);
		}
	}
}

fn mapped(call: &'static str, at: *mut c_void) -> Result<NonNull<u8>, PagesError> {
	if at == libc::MAP_FAILED {
		return Err(PagesError { call, source: io::Error::last_os_error() });
	}
	NonNull::new(at.cast::<u8>())
		.ok_or_else(|| PagesError { call, source: io::ErrorKind::OutOfMemory.into() })
}

/// Bytes of stack that [`scrub_stack`] overwrites: more than any signing function uses.
const SCRUBBED: usize = 256 * 1024;

/// Overwrite the stack below the caller, where functions that have returned left what they
/// computed with.
#[inline(never)]
pub fn scrub_stack() {
	let mut space = std::mem::MaybeUninit::<[u8; SCRUBBED]>::uninit();
	let start = space.as_mut_ptr().cast::<u8>();
	for offset in (0..SCRUBBED).step_by(8) {
		// SAFETY: within `space`. Volatile, so that the writes are not optimised away.
		unsafe { std::ptr::write_volatile(start.add(offset).cast::<u64>(), 0) };
	}
	std::hint::black_box(&mut space);
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::FileExt;

	#[test]
	fn pages_are_zero_writable_and_separate() {
		let pages = Pages::new(10_000).unwrap();
		assert!(pages.len() >= 10_000);
		// SAFETY: the only reference.
		let bytes = unsafe { pages.bytes_mut(0, 10_000) };
		assert!(bytes.iter().all(|byte| *byte == 0));
		bytes.fill(7);
	}

	#[test]
	fn secret_pages_cannot_be_read_through_proc() {
		let pages = Pages::new(4096).unwrap();
		if pages.kind() != PageKind::MemfdSecret {
			eprintln!("skipped: the kernel has no memfd_secret");
			return;
		}
		// SAFETY: the only reference.
		unsafe { pages.bytes_mut(0, 4096) }.fill(0xAB);
		let memory = std::fs::File::open("/proc/self/mem").unwrap();
		let ordinary = [1u8; 16];
		let mut read = [0u8; 16];
		memory.read_exact_at(&mut read, ordinary.as_ptr() as u64).unwrap();
		assert_eq!(read, ordinary);
		assert!(memory.read_exact_at(&mut read, pages.start.as_ptr() as u64).is_err());
	}

	#[test]
	fn pages_without_memfd_secret_are_locked() {
		let mut pages = Pages::new(4096).unwrap();
		pages.map_locked().unwrap();
		// SAFETY: the only reference.
		unsafe { pages.bytes_mut(0, 4096) }.fill(1);
	}
}
