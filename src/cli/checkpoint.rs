//! The file that remembers how far a subscription is.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::exit::{Exit, Failure};

/// A position in a ledger, and which ledger.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    ledger_id: String,
    next_position: u64,
}

impl Checkpoint {
    /// The position to resume at; `None` when there is no file yet.
    ///
    /// Refused: a file that is no checkpoint, and the checkpoint of another ledger.
    pub fn load(path: &Path, ledger_id: &str) -> Result<Option<u64>, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file(path, &error)),
        };
        let place = path.display().to_string();
        let next = (
            "删除该文件从头开始，或换一个文件",
            "delete it to start anew, or name another",
        );
        let Ok(saved) = serde_json::from_str::<Self>(&text) else {
            let what = ("不是断点文件", "the file is no checkpoint");
            return Err(Failure::new(Exit::Input, what).at(place).next(next));
        };
        if saved.ledger_id != ledger_id {
            let what = (
                "断点属于另一个账本",
                "the checkpoint is that of another ledger",
            );
            let failure = Failure::new(Exit::Input, what).at(place).next(next);
            return Err(failure
                .figure("checkpoint_ledger_id", &saved.ledger_id)
                .figure("server_ledger_id", ledger_id));
        }
        Ok(Some(saved.next_position))
    }

    /// Replaces the file, whole or not at all.
    pub fn save(path: &Path, ledger_id: &str, next_position: u64) -> Result<(), Failure> {
        let saved = Self {
            ledger_id: ledger_id.to_owned(),
            next_position,
        };
        let text = serde_json::to_string(&saved).expect("a checkpoint is plain JSON");
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        fs::write(&beside, text + "\n")
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| Failure::file(path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resumes_where_it_was_saved_and_only_in_the_same_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        assert_eq!(Checkpoint::load(&path, "a").unwrap(), None);
        Checkpoint::save(&path, "a", 7).unwrap();
        Checkpoint::save(&path, "a", 8).unwrap();
        assert_eq!(Checkpoint::load(&path, "a").unwrap(), Some(8));
        assert_eq!(Checkpoint::load(&path, "b").unwrap_err().exit, Exit::Input);
        fs::write(&path, "12").unwrap();
        assert_eq!(Checkpoint::load(&path, "a").unwrap_err().exit, Exit::Input);
    }
}
