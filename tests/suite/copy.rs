//! Copies of folders.

use std::{fs, io, path::Path};

/// Copies a folder whose files may come and go meanwhile.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    fs::create_dir_all(to)?;
    for entry in entries {
        let (from, to) = match entry {
            Ok(entry) => (entry.path(), to.join(entry.file_name())),
            Err(_) => continue,
        };
        if from.is_dir() {
            copy(&from, &to)?;
        } else if let Err(error) = fs::copy(&from, &to)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    Ok(())
}
