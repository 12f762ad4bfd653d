// SPDX-License-Identifier: Apache-2.0
//! Appending to the log, with one flush for everybody who waits.

use super::{
	format::{encode_record, Header, Identity, HEADER_LEN, MAX_RECORD, OVERHEAD},
	recover::Position,
	segment, WalError,
};
use crate::rules::{Event, Record, State};
use codec::Encode;
use parking_lot::Mutex;
use qh_signer_client::Hash;
use std::{
	collections::VecDeque,
	fs::{DirBuilder, File, OpenOptions},
	os::unix::fs::{DirBuilderExt, FileExt},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

/// The log, open for appending.
pub struct Wal {
	dir: PathBuf,
	identity: Identity,
	file_size: u64,
	queue: Mutex<Queue>,
	disk: Mutex<Disk>,
	/// Records that are on the disk.
	durable: AtomicU64,
	error: Mutex<Option<String>>,
}

struct Queue {
	position: Position,
	/// Length of the file that `position` is in.
	length: u64,
	chunks: VecDeque<Chunk>,
}

/// Bytes that go to one place.
struct Chunk {
	file: u64,
	/// Length of that file, should it have to be made.
	length: u64,
	offset: u64,
	bytes: Vec<u8>,
	/// Records of the log when these are written.
	records: u64,
}

struct Disk {
	number: u64,
	file: File,
}

impl Wal {
	/// Begin a log in an empty directory, from `state`. Files have `file_size` bytes, or more where
	/// the state is large.
	pub fn create(
		dir: &Path,
		identity: Identity,
		file_size: u64,
		state: &State,
	) -> Result<Self, WalError> {
		DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(WalError::at(dir))?;
		let length = length_for(snapshot_len(state), 0, file_size);
		let file = segment::create(dir, 0, length)?;
		let position = Position { file: 0, offset: 0, next_seq: 0, head: [0; 32] };
		let wal = Self::new(dir, identity, file_size, position, length, Disk { number: 0, file });
		wal.begin_file(&mut wal.queue.lock(), state);
		wal.flush()?;
		Ok(wal)
	}

	/// Go on at `position`; whatever follows it is overwritten with zeros.
	pub fn open(
		dir: &Path,
		identity: Identity,
		file_size: u64,
		position: Position,
	) -> Result<Self, WalError> {
		let path = segment::path(dir, position.file);
		let file =
			OpenOptions::new().read(true).write(true).open(&path).map_err(WalError::at(&path))?;
		// A file that was created but never answered from is in the way of its number.
		for number in segment::list(dir)?.into_iter().filter(|number| *number > position.file) {
			let unused = segment::path(dir, number);
			std::fs::remove_file(&unused).map_err(WalError::at(&unused))?;
		}
		let clear = || {
			let length = file.metadata()?.len();
			let mut at = position.offset;
			let (zeros, mut found) = ([0u8; 4096], [0u8; 4096]);
			while at < length {
				let piece = usize::try_from(length - at).unwrap_or(usize::MAX).min(zeros.len());
				file.read_exact_at(&mut found[..piece], at)?;
				if found[..piece] != zeros[..piece] {
					file.write_all_at(&zeros[..piece], at)?;
				}
				at += piece as u64;
			}
			file.sync_all()?;
			Ok::<_, std::io::Error>(length)
		};
		let length = clear().map_err(WalError::at(&path))?;
		let disk = Disk { number: position.file, file };
		Ok(Self::new(dir, identity, file_size, position, length, disk))
	}

	fn new(
		dir: &Path,
		identity: Identity,
		file_size: u64,
		position: Position,
		length: u64,
		disk: Disk,
	) -> Self {
		Self {
			dir: dir.to_owned(),
			identity,
			file_size,
			queue: Mutex::new(Queue { position, length, chunks: VecDeque::new() }),
			disk: Mutex::new(disk),
			durable: AtomicU64::new(position.next_seq),
			error: Mutex::new(None),
		}
	}

	/// Queue a record, and return what to wait for. `state` is the state without this record: it
	/// heads a new file where one is due. Order of calls is order of records.
	pub fn append(
		&self,
		time_ms: u64,
		peer: Option<(u32, u32, i32)>,
		event: Event,
		state: &State,
	) -> u64 {
		let mut queue = self.queue.lock();
		let length = (event.encoded_size() + 32 + OVERHEAD) as u64;
		if queue.position.offset + length > queue.length {
			let snapshot = snapshot_len(state);
			// A state that no file can begin with, which 128 keys do not have, leaves the file to
			// grow: what is in it can be read.
			if snapshot <= MAX_RECORD as u64 {
				queue.position.file += 1;
				queue.position.offset = 0;
				queue.length = length_for(snapshot, length, self.file_size);
				self.begin_file(&mut queue, state);
			}
		}
		Self::push(&mut queue, time_ms, peer, event)
	}

	/// Write what is queued up to `records`, or wait for whoever does.
	pub fn durable(&self, records: u64) -> Result<(), WalError> {
		if self.durable.load(Ordering::Acquire) >= records {
			return Ok(());
		}
		let mut disk = self.disk.lock();
		if self.durable.load(Ordering::Acquire) >= records {
			return Ok(());
		}
		self.write_queued(&mut disk)
	}

	/// Whether the log takes records: after a failure, try again what is queued.
	pub fn ready(&self) -> Result<(), WalError> {
		if self.error.lock().is_none() {
			return Ok(());
		}
		self.flush()
	}

	/// Write everything that is queued.
	pub fn flush(&self) -> Result<(), WalError> {
		self.write_queued(&mut self.disk.lock())
	}

	/// What keeps the log from being written.
	pub fn error(&self) -> Option<String> {
		self.error.lock().clone()
	}

	/// Records of the log, queued ones too, and the hash of the last.
	pub fn head(&self) -> (u64, Hash) {
		let position = self.queue.lock().position;
		(position.next_seq, position.head)
	}

	fn write_queued(&self, disk: &mut Disk) -> Result<(), WalError> {
		let mut chunks = std::mem::take(&mut self.queue.lock().chunks);
		let mut written = None;
		let result = chunks.iter().try_for_each(|chunk| {
			self.write(disk, chunk)?;
			written = Some(chunk.records);
			Ok(())
		});
		if let Some(records) = written {
			chunks.retain(|chunk| chunk.records > records);
			self.durable.store(records, Ordering::Release);
		}
		if !chunks.is_empty() {
			let mut queue = self.queue.lock();
			chunks.append(&mut queue.chunks);
			queue.chunks = chunks;
		}
		*self.error.lock() = result.as_ref().err().map(ToString::to_string);
		result
	}

	/// Write one chunk and flush it. The same bytes to the same place again after a failure: the
	/// kernel drops what it could not write from its cache.
	fn write(&self, disk: &mut Disk, chunk: &Chunk) -> Result<(), WalError> {
		if chunk.file != disk.number {
			disk.file = segment::create(&self.dir, chunk.file, chunk.length)?;
			disk.number = chunk.file;
		}
		disk.file
			.write_all_at(&chunk.bytes, chunk.offset)
			.and_then(|()| disk.file.sync_data())
			.map_err(WalError::at(segment::path(&self.dir, chunk.file)))
	}

	/// Header and snapshot of the file that `queue` stands at the beginning of.
	fn begin_file(&self, queue: &mut Queue, state: &State) {
		let header = Header {
			identity: self.identity,
			number: queue.position.file,
			first_seq: queue.position.next_seq,
			before: queue.position.head,
		};
		queue.chunks.push_back(Chunk {
			file: header.number,
			length: queue.length,
			offset: 0,
			bytes: header.encode(),
			records: header.first_seq,
		});
		queue.position.offset = HEADER_LEN as u64;
		queue.position.head = header.chain_start();
		Self::push(queue, state.time_ms, None, Event::Snapshot(Box::new(state.clone())));
	}

	fn push(queue: &mut Queue, time_ms: u64, peer: Option<(u32, u32, i32)>, event: Event) -> u64 {
		let Position { file, offset, next_seq: seq, head } = queue.position;
		let record = Record { seq, time_ms, peer, event };
		let mut bytes = Vec::new();
		let head = encode_record(&record, &head, &mut bytes);
		let length = bytes.len() as u64;
		let records = seq + 1;
		queue.position = Position { file, offset: offset + length, next_seq: records, head };
		match queue.chunks.back_mut() {
			Some(last) if last.file == file => {
				last.bytes.append(&mut bytes);
				last.records = records;
			}
			_ => {
				let length = queue.length;
				queue.chunks.push_back(Chunk { file, length, offset, bytes, records });
			}
		}
		records
	}
}

/// Bytes that a snapshot takes in a file, at most.
fn snapshot_len(state: &State) -> u64 {
	(state.encoded_size() + 64 + OVERHEAD) as u64
}

/// Length of a file that begins with a snapshot of this length and goes on with a record of that
/// one. Most of it is room for more: otherwise every few records would write the state anew.
fn length_for(snapshot: u64, record: u64, file_size: u64) -> u64 {
	let least = HEADER_LEN as u64 + snapshot + record;
	file_size.max(least).max(snapshot.saturating_mul(4))
}
