//! Files and folders of an import, in an order that does not depend on the machine.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    document::Document,
    issue::{IssueReason, OcdsIssue, Place},
    submission::Importer,
};
use crate::events::wire::EventSubmission;

/// Endings of the files that are read in a folder.
const ENDINGS: [&str; 3] = ["json", "ndjson", "jsonl"];
/// How much of a file is read at once, in bytes.
const BUFFER_BYTES: usize = 64 * 1024;

/// A release ready to be sent.
#[derive(Debug, Clone)]
pub struct OcdsItem {
    /// What to send.
    pub submission: EventSubmission,
    /// The file that it stands in.
    pub path: Arc<Path>,
    /// Where in the file it starts.
    pub place: Place,
    /// The contracting process.
    pub ocid: String,
    /// The release.
    pub release_id: String,
    /// Its publisher gave no date that can be read.
    pub undated: bool,
}

/// Reads the releases of a file, or of every `.json`, `.ndjson` and `.jsonl` file in a folder and
/// the folders in it, sorted by name; names that start with a dot and links to folders are left
/// out.
///
/// Memory is bounded by one release and one folder's names.
pub fn read_path(
    path: &Path,
    importer: &Importer,
) -> impl Iterator<Item = Result<OcdsItem, OcdsIssue>> + use<> {
    let importer = importer.clone();
    Walk {
        waiting: VecDeque::from([(path.to_path_buf(), true)]),
    }
    .flat_map(move |file| {
        let (issue, items) = match file {
            Ok(path) => (None, Some(read_file(&path, &importer))),
            Err(issue) => (Some(Err(issue)), None),
        };
        issue.into_iter().chain(items.into_iter().flatten())
    })
}

/// Reads the releases of one file, whatever its name.
pub fn read_file(
    path: &Path,
    importer: &Importer,
) -> impl Iterator<Item = Result<OcdsItem, OcdsIssue>> + use<> {
    let (issue, items) = match File::open(path) {
        Ok(file) => {
            let input = BufReader::with_capacity(BUFFER_BYTES, file);
            (None, Some(read_stream(path, input, importer)))
        }
        Err(error) => (Some(Err(unreadable(path, error))), None),
    };
    issue.into_iter().chain(items.into_iter().flatten())
}

/// Reads the releases of an open file; `path` is how it is named in items and issues.
pub fn read_stream<R: BufRead>(
    path: &Path,
    input: R,
    importer: &Importer,
) -> impl Iterator<Item = Result<OcdsItem, OcdsIssue>> + use<R> {
    let path: Arc<Path> = path.into();
    let importer = importer.clone();
    Document::new(input).map(move |outcome| {
        let issue = |place, reason| OcdsIssue {
            path: path.clone(),
            place: Some(place),
            reason,
        };
        let (place, head, bytes) = outcome.map_err(|(place, reason)| issue(place, reason))?;
        let (submission, undated) = importer
            .submit(&head, bytes)
            .map_err(|reason| issue(place, reason))?;
        let path = path.clone();
        Ok(OcdsItem {
            submission,
            path,
            place,
            ocid: head.ocid,
            release_id: head.id,
            undated,
        })
    })
}

/// The files still to come; a path that was named by the caller is read whatever its name.
struct Walk {
    waiting: VecDeque<(PathBuf, bool)>,
}

impl Walk {
    /// Puts the entries of a folder before everything that waits.
    fn enter(&mut self, folder: &Path) -> io::Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            let linked_folder = entry.file_type()?.is_symlink() && entry.path().is_dir();
            if !hidden && !linked_folder {
                entries.push(entry.path());
            }
        }
        entries.sort_unstable();
        for path in entries.into_iter().rev() {
            self.waiting.push_front((path, false));
        }
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, OcdsIssue>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((path, named)) = self.waiting.pop_front() {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    if let Err(error) = self.enter(&path) {
                        return Some(Err(unreadable(&path, error)));
                    }
                }
                Ok(metadata) if named || (metadata.is_file() && has_ending(&path)) => {
                    return Some(Ok(path));
                }
                Ok(_) => {}
                Err(error) => return Some(Err(unreadable(&path, error))),
            }
        }
        None
    }
}

fn has_ending(path: &Path) -> bool {
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

fn unreadable(path: &Path, error: io::Error) -> OcdsIssue {
    OcdsIssue {
        path: path.into(),
        place: None,
        reason: IssueReason::Unreadable(error),
    }
}
