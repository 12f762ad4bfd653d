// SPDX-License-Identifier: Apache-2.0
//! Files that survive a crash.
//!
//! [`replace`] promises that after any crash the file holds either the old or the new content, whole:
//! the new bytes are written beside it and flushed, then renamed over it, then the folder is
//! flushed. Every error names the path, which [`io::Error`] alone does not.

use std::{
	fs::{self, File, OpenOptions},
	io::{self, Write},
	os::unix::fs::{DirBuilderExt, OpenOptionsExt},
	path::{Path, PathBuf},
};

/// A file operation that failed, with the path it was about.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}: {source}")]
pub struct FileError {
	/// What was attempted, as a verb.
	pub action: &'static str,
	/// The path it was attempted on.
	pub path: PathBuf,
	/// Why the system refused.
	pub source: io::Error,
}

impl FileError {
	/// Binds `action` and `path` for `map_err`.
	pub fn on(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
		let path = path.to_path_buf();
		move |source| Self { action, path, source }
	}

	/// Whether the disk (or the quota) is full.
	pub fn is_full(&self) -> bool {
		matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
	}
}

/// Creates `path` and its parents, readable by this user alone.
pub fn private_dir(path: &Path) -> Result<(), FileError> {
	fs::DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(path)
		.map_err(FileError::on("create the folder", path))
}

/// Replaces the content of `path`; durable when it returns.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
	write_beside(path, content, true)?;
	sync_parent(path)
}

/// Replaces the content of `path` atomically but without waiting for the disk: for files that are
/// rebuilt at every start.
pub fn publish(path: &Path, content: &[u8]) -> Result<(), FileError> {
	write_beside(path, content, false)
}

/// Removes `path`; an absent file is fine. Not durable by itself: the caller must be able to meet
/// the file again after a crash.
pub fn remove(path: &Path) -> Result<(), FileError> {
	match fs::remove_file(path) {
		Err(error) if error.kind() != io::ErrorKind::NotFound => {
			Err(FileError::on("remove", path)(error))
		}
		_ => Ok(()),
	}
}

/// Reads the whole of `path`, `None` when there is no such file.
pub fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
	match fs::read(path) {
		Ok(content) => Ok(Some(content)),
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
		Err(error) => Err(FileError::on("read", path)(error)),
	}
}

/// Flushes the folder that holds `path`, so that a creation or a rename in it is durable.
pub fn sync_parent(path: &Path) -> Result<(), FileError> {
	let parent = parent_of(path);
	File::open(parent).and_then(|folder| folder.sync_all()).map_err(FileError::on("flush", parent))
}

fn write_beside(path: &Path, content: &[u8], flush: bool) -> Result<(), FileError> {
	let mut name = path.file_name().unwrap_or_default().to_os_string();
	name.push(".tmp");
	let beside = parent_of(path).join(name);
	let written = OpenOptions::new()
		.write(true)
		.create(true)
		.truncate(true)
		.mode(0o600)
		.open(&beside)
		.and_then(|mut file| {
			file.write_all(content)?;
			if flush {
				file.sync_all()?;
			}
			Ok(())
		});
	if let Err(error) = written {
		// A half-written file must not hold the space that the retry needs.
		let _ = fs::remove_file(&beside);
		return Err(FileError::on("write", &beside)(error));
	}
	fs::rename(&beside, path).map_err(FileError::on("replace", path))
}

fn parent_of(path: &Path) -> &Path {
	match path.parent() {
		Some(parent) if !parent.as_os_str().is_empty() => parent,
		_ => Path::new("."),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn replace_leaves_no_temporary_file_and_the_new_content() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("state.json");
		replace(&path, b"one").unwrap();
		replace(&path, b"two").unwrap();
		assert_eq!(fs::read(&path).unwrap(), b"two");
		assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
	}

	#[test]
	fn an_absent_file_is_none_and_its_removal_is_fine() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("nothing");
		assert!(read_optional(&path).unwrap().is_none());
		remove(&path).unwrap();
	}

	#[test]
	fn an_error_names_the_path() {
		let error = replace(Path::new("/proc/nowhere/file"), b"x").unwrap_err();
		assert!(error.to_string().contains("/proc/nowhere/file"), "{error}");
	}
}
