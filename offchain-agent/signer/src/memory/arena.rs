// SPDX-License-Identifier: Apache-2.0
//! Small pieces of secret pages.

use super::pages::{PageKind, Pages, PagesError};
use parking_lot::Mutex;
use std::{ops::Deref, sync::Arc};
use zeroize::Zeroize;

/// Pieces start at multiples of this, so that a key is aligned for whatever reads it.
const ALIGN: usize = 16;

/// There is no room for another secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no room for another key: remove keys that are no longer used")]
pub struct ArenaFull;

/// Secret pages, handed out in pieces.
#[derive(Clone)]
pub struct SecretArena(Arc<Inner>);

struct Inner {
	pages: Pages,
	/// Free ranges `(offset, length)`, in order, never adjacent.
	free: Mutex<Vec<(usize, usize)>>,
}

impl SecretArena {
	/// An arena of at least `len` bytes.
	pub fn new(len: usize) -> Result<Self, PagesError> {
		let pages = Pages::new(len)?;
		let free = Mutex::new(vec![(0, pages.len())]);
		Ok(Self(Arc::new(Inner { pages, free })))
	}

	/// How the pages are protected.
	pub fn kind(&self) -> PageKind {
		self.0.pages.kind()
	}

	/// Take a piece of `len` bytes and let `fill` write it.
	pub fn store(&self, len: usize, fill: impl FnOnce(&mut [u8])) -> Result<SecretBuf, ArenaFull> {
		let taken = len.max(1).next_multiple_of(ALIGN);
		let offset = {
			let mut free = self.0.free.lock();
			let index = free.iter().position(|(_, size)| *size >= taken).ok_or(ArenaFull)?;
			let (offset, size) = free[index];
			if size == taken {
				free.remove(index);
			} else {
				free[index] = (offset + taken, size - taken);
			}
			offset
		};
		let buf = SecretBuf { arena: self.0.clone(), offset, len, taken };
		// SAFETY: the range was just taken from the free list, and `buf` is not shared yet.
		#[allow(unsafe_code)]
		fill(unsafe { self.0.pages.bytes_mut(offset, len) });
		Ok(buf)
	}

	/// Take a piece with a copy of `bytes`.
	pub fn copy(&self, bytes: &[u8]) -> Result<SecretBuf, ArenaFull> {
		self.store(bytes.len(), |piece| piece.copy_from_slice(bytes))
	}
}

/// A secret within an arena; wiped when dropped.
pub struct SecretBuf {
	arena: Arc<Inner>,
	offset: usize,
	len: usize,
	taken: usize,
}

impl Deref for SecretBuf {
	type Target = [u8];

	fn deref(&self) -> &[u8] {
		// SAFETY: the range belongs to this value until it is dropped, and is written only before
		// the value is given out and while it is dropped.
		#[allow(unsafe_code)]
		unsafe {
			self.arena.pages.bytes(self.offset, self.len)
		}
	}
}

impl Drop for SecretBuf {
	fn drop(&mut self) {
		// SAFETY: exclusive by `&mut self`; the range is not in the free list yet.
		#[allow(unsafe_code)]
		unsafe { self.arena.pages.bytes_mut(self.offset, self.taken) }.zeroize();
		let mut free = self.arena.free.lock();
		let index = free.partition_point(|(offset, _)| *offset < self.offset);
		free.insert(index, (self.offset, self.taken));
		for at in [index, index.saturating_sub(1)] {
			if let (Some(&(offset, size)), Some(&(next, next_size))) =
				(free.get(at), free.get(at + 1))
			{
				if offset + size == next {
					free[at] = (offset, size + next_size);
					free.remove(at + 1);
				}
			}
		}
	}
}

impl core::fmt::Debug for SecretBuf {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "SecretBuf({} bytes)", self.len)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_full_arena_says_so_and_recovers() {
		let arena = SecretArena::new(4096).unwrap();
		let size = arena.0.pages.len();
		let all = arena.copy(&vec![1; size]).unwrap();
		assert_eq!(arena.copy(&[1]).unwrap_err(), ArenaFull);
		drop(all);
		assert_eq!(*arena.0.free.lock(), vec![(0, size)]);
	}

	proptest! {
		/// Pieces keep their content whatever is taken and given back around them; what is given
		/// back is wiped, and in the end everything is free again.
		#[test]
		fn pieces_do_not_touch(steps in prop::collection::vec((1usize..300, any::<u8>(), any::<bool>()), 1..60)) {
			let arena = SecretArena::new(16 * 1024).unwrap();
			let size = arena.0.pages.len();
			let mut held: Vec<(SecretBuf, u8)> = Vec::new();
			for (len, byte, give_back) in steps {
				if give_back && !held.is_empty() {
					let (buf, _) = held.swap_remove(len % held.len());
					let (offset, taken) = (buf.offset, buf.taken);
					drop(buf);
					// SAFETY: the range is free and nobody takes it meanwhile.
					#[allow(unsafe_code)]
					let bytes = unsafe { arena.0.pages.bytes(offset, taken) };
					prop_assert!(bytes.iter().all(|byte| *byte == 0));
				} else if let Ok(buf) = arena.copy(&vec![byte; len]) {
					held.push((buf, byte));
				}
				for (buf, byte) in &held {
					prop_assert!(buf.iter().all(|found| found == byte));
				}
			}
			drop(held);
			prop_assert_eq!(&*arena.0.free.lock(), &vec![(0, size)]);
		}
	}
}
