//! Verifies a ledger's folder: every byte of both logs is read and hashed again, sidecars, keys
//! and saved states are compared with what the logs say.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::states::{Comparison, StateFinding};
use crate::{
    access::{
        keys::{self, KeyError, KeyOptions},
        log,
    },
    journal::{
        self, CheckReport, Damage, Identity, KeysOf, ProgressFn, StoredEntry,
        fs::{Fs, RealFs},
    },
    ledger,
    state::StateError,
};

/// Why a folder cannot be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no ledger.
    #[error("no ledger in {0}")]
    Missing(String),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The saved states cannot be copied or read.
    #[error(transparent)]
    States(#[from] StateError),
    /// A file cannot be read or copied.
    #[error("cannot read {0}")]
    Io(String, #[source] std::io::Error),
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the ledger's folder.
    pub file: String,
    /// Where in the file, in bytes; `None` if the whole file is meant.
    pub offset: Option<u64>,
    /// The first event in doubt, if events are.
    pub position: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// Opening or rebuilding heals it without loss.
    pub is_healable: bool,
}

/// What was verified and what was found.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// What the ledger says it is.
    pub identity: Option<Identity>,
    /// Events read and hashed.
    pub events: u64,
    /// The root of the Merkle tree over them, computed again.
    pub root: [u8; 32],
    /// Bytes of the journal read.
    pub bytes: u64,
    /// Records of the access log read and hashed.
    pub access_records: u64,
    /// Saved entity states compared with a fold of the journal.
    pub states: u64,
    /// Everything that is wrong, in the order it was met.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// Whether nothing at all is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether every event is intact, even if something must be rebuilt.
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| finding.is_healable)
    }
}

/// Verifies a ledger's folder that holds its master key too; see [`verify_with_master_key`].
pub fn verify(
    data: &Path,
    is_live: bool,
    progress: Option<&ProgressFn>,
) -> Result<VerifyReport, VerifyError> {
    verify_with_master_key(data, None, is_live, progress)
}

/// Verifies a ledger's folder. `master_key` is the master key's file if that is kept elsewhere.
/// `is_live` allows for a server that goes on meanwhile; then keys and saved states, which are on
/// the move, are left out.
///
/// # Guarantees
/// Nothing in the folder is changed. No bytes of any file make this panic.
pub fn verify_with_master_key(
    data: &Path,
    master_key: Option<&Path>,
    is_live: bool,
    progress: Option<&ProgressFn>,
) -> Result<VerifyReport, VerifyError> {
    let fs = RealFs::shared();
    let missing = || VerifyError::Missing(data.display().to_string());
    let journal = data.join("journal");
    match fs.exists(&journal) {
        Ok(true) => {}
        Ok(false) => return Err(missing()),
        Err(error) => return Err(VerifyError::Io(journal.display().to_string(), error)),
    }
    let mut report = VerifyReport::default();
    let keys_of = log::keys_of();
    let access = data.join("access");
    let logged = journal::check(fs.clone(), &access, is_live, &keys_of, progress);
    // Both logs are of one ledger; the smaller one says first which.
    let comparison = match logged.identity {
        Some(identity) if !is_live => Comparison::begin(data, identity.ledger_id)?,
        _ => None,
    };
    let comparison = comparison.map(Arc::new);
    let checked = check(fs.clone(), &journal, is_live, comparison.as_ref(), progress);
    report.identity = checked.identity;
    report.events = checked.entries;
    report.root = checked.root;
    report.bytes = checked.bytes;
    note(&mut report, "journal", checked.damages);
    report.access_records = logged.entries;
    note(&mut report, "access", logged.damages);
    if let (false, Some(identity)) = (is_live, report.identity) {
        let mut options = KeyOptions::new(data, identity.ledger_id, false);
        if let Some(file) = master_key {
            options.master_key = file.to_path_buf();
        }
        check_keys(fs.as_ref(), &options, &mut report)?;
    }
    if let Some(comparison) = comparison {
        if comparison.has_amended() {
            // Corrected entities need their whole history at once, so it is read once more.
            check(fs, &journal, false, Some(&comparison), None);
        }
        let (compared, found) = comparison.end();
        report.states = compared;
        report.findings.extend(found.into_iter().map(of_state));
    }
    Ok(report)
}

fn check(
    fs: Arc<dyn Fs>,
    journal: &Path,
    is_live: bool,
    comparison: Option<&Arc<Comparison>>,
    progress: Option<&ProgressFn>,
) -> CheckReport {
    let comparison = comparison.cloned();
    // The check asks for the keys of every event in order; the fold of saved states rides along.
    let keys_of: KeysOf = Arc::new(move |entry: &StoredEntry| {
        if let Some(comparison) = &comparison {
            comparison.take(entry);
        }
        ledger::keys::of_stored(entry)
    });
    journal::check(fs, journal, is_live, &keys_of, progress)
}

fn note(report: &mut VerifyReport, folder: &str, damages: Vec<Damage>) {
    report
        .findings
        .extend(damages.into_iter().map(|damage| Finding {
            file: format!("{folder}/{}", damage.file),
            offset: Some(damage.offset),
            position: damage.position,
            is_healable: damage.kind.is_healable(),
            what: damage.what,
        }));
}

fn check_keys(
    fs: &dyn Fs,
    options: &KeyOptions,
    report: &mut VerifyReport,
) -> Result<(), VerifyError> {
    let damages = match keys::check(fs, options) {
        Ok(damages) => damages,
        Err(error @ KeyError::Io { .. }) => return Err(error.into()),
        Err(error) => {
            report.findings.push(Finding {
                file: "keys".to_owned(),
                offset: None,
                position: None,
                what: error.to_string(),
                is_healable: false,
            });
            return Ok(());
        }
    };
    report
        .findings
        .extend(damages.into_iter().map(|damage| Finding {
            file: relative(&options.dir, &damage.file),
            offset: Some(damage.offset),
            position: None,
            what: damage.cause,
            is_healable: false,
        }));
    Ok(())
}

fn relative(data: &Path, file: &Path) -> String {
    file.strip_prefix(data)
        .unwrap_or(file)
        .display()
        .to_string()
}

fn of_state(finding: StateFinding) -> Finding {
    Finding {
        file: PathBuf::from("state")
            .join(finding.key)
            .display()
            .to_string(),
        offset: None,
        position: finding.through,
        what: finding.what,
        is_healable: true,
    }
}
