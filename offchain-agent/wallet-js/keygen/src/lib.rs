// SPDX-License-Identifier: Apache-2.0

//! Falcon-512 key generation of `qh-crypto` for JavaScript, as a WebAssembly module without
//! imports and without generated glue.
//!
//! The caller writes 32 bytes to `qh_seed`, calls `qh_falcon512_keygen` once, and reads 1,281
//! bytes from `qh_secret` and 897 from `qh_public`. An instance makes one key: memory is never
//! given back, and the caller wipes all of it before dropping the instance.
//!
//! On any other target this crate is empty.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "an allocator, and functions called from JavaScript")]

use core::{
	alloc::{GlobalAlloc, Layout},
	cell::UnsafeCell,
	ptr,
};
use qh_crypto::falcon512::{self, PUBLIC_LEN, SECRET_LEN};

const PAGE: usize = 65536;

/// A static that this module's only thread may write to.
#[repr(transparent)]
struct Shared<T>(UnsafeCell<T>);

// SAFETY: the module is built without threads, so nothing is ever shared between two.
unsafe impl<T> Sync for Shared<T> {}

static SEED: Shared<[u8; 32]> = Shared(UnsafeCell::new([0; 32]));
static SECRET: Shared<[u8; SECRET_LEN]> = Shared(UnsafeCell::new([0; SECRET_LEN]));
static PUBLIC: Shared<[u8; PUBLIC_LEN]> = Shared(UnsafeCell::new([0; PUBLIC_LEN]));

/// Hands out memory in ascending order and takes none back.
struct Ascending(UnsafeCell<Span>);

/// Memory that was grown and not handed out yet.
struct Span {
	next: usize,
	end: usize,
}

// SAFETY: as for `Shared`.
unsafe impl Sync for Ascending {}

// SAFETY: every block lies in pages that `memory.grow` gave to this allocator alone, is aligned as
// asked, and is handed out once.
unsafe impl GlobalAlloc for Ascending {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		// SAFETY: one thread, and no reference to the span outlives a call.
		let span = unsafe { &mut *self.0.get() };
		let start = span.next.next_multiple_of(layout.align());
		let Some(end) = start.checked_add(layout.size()) else { return ptr::null_mut() };
		if end > span.end {
			let pages = (end - span.end).div_ceil(PAGE);
			let before = core::arch::wasm32::memory_grow::<0>(pages);
			if before == usize::MAX {
				return ptr::null_mut();
			}
			if before * PAGE != span.end {
				span.next = before * PAGE;
			}
			span.end = (before + pages) * PAGE;
			// The pages may lie elsewhere than those before: try again from where they begin.
			return unsafe { self.alloc(layout) };
		}
		span.next = end;
		start as *mut u8
	}

	unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Ascending = Ascending(UnsafeCell::new(Span { next: 0, end: 0 }));

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
	core::arch::wasm32::unreachable()
}

/// Where the seed is read from: 32 bytes.
#[no_mangle]
pub extern "C" fn qh_seed() -> *mut u8 {
	SEED.0.get().cast()
}

/// Where the secret key is written to: 1,281 bytes.
#[no_mangle]
pub extern "C" fn qh_secret() -> *const u8 {
	SECRET.0.get().cast()
}

/// Where the public key is written to: 897 bytes.
#[no_mangle]
pub extern "C" fn qh_public() -> *const u8 {
	PUBLIC.0.get().cast()
}

/// Makes the key pair of the seed.
#[no_mangle]
pub extern "C" fn qh_falcon512_keygen() {
	// SAFETY: one thread; nothing else holds a reference to the three while this runs.
	let (seed, secret, public) =
		unsafe { (&*SEED.0.get(), &mut *SECRET.0.get(), &mut *PUBLIC.0.get()) };
	let pair = falcon512::keygen(seed);
	secret.copy_from_slice(&pair.0[..]);
	*public = pair.1;
}
