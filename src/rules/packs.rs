//! The packs that are in force together: ours, those that a site names, and their versions.
//!
//! A rule belongs to one pack. A later version of a pack takes its place: on all triggers, or on
//! those from its `effective_from` on, before which the version before it goes on to apply. Our
//! packs can so be changed by a site that gives its own version the same id, and rules be added in
//! packs of other ids, without compiling anything.

use std::{
    cmp::Ordering,
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use sha2::{Digest as _, Sha256};

use super::pack::{self, Pack, PackError, Rule};
use crate::domain::values::hex;

/// Packs in force together.
#[derive(Clone, Debug, Default)]
pub struct Packs {
    /// In the order in which they came; versions of one pack by the days from which they apply.
    /// The rules of each are cut to the days on whose triggers the version applies.
    packs: Vec<Pack>,
}

/// Why a pack cannot stand beside others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// This version is there already.
    SameVersion {
        /// The pack.
        pack_id: String,
        /// The version.
        version: String,
    },
    /// A later version is there, which this one cannot take the place of.
    Earlier {
        /// The pack.
        pack_id: String,
        /// The version.
        version: String,
        /// The version that is there.
        later: String,
    },
    /// A rule belongs to another pack.
    RuleOwned {
        /// The rule.
        rule_id: String,
        /// The pack that it belongs to.
        owner: String,
        /// The line of the rule in the pack that is refused, from 1.
        line: usize,
    },
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameVersion { pack_id, version } => {
                write!(f, "version {version} of pack {pack_id} is there already")
            }
            Self::Earlier {
                pack_id,
                version,
                later,
            } => write!(
                f,
                "version {version} of pack {pack_id} is earlier than {later}, which is there"
            ),
            Self::RuleOwned { rule_id, owner, .. } => {
                write!(f, "rule {rule_id} belongs to pack {owner}")
            }
        }
    }
}

impl std::error::Error for Conflict {}

impl From<Conflict> for PackError {
    fn from(conflict: Conflict) -> Self {
        let line = match &conflict {
            Conflict::RuleOwned { line, .. } => *line,
            Conflict::SameVersion { .. } | Conflict::Earlier { .. } => 1,
        };
        Self {
            line,
            message: conflict.to_string(),
        }
    }
}

impl Packs {
    /// Those that come with the ledger.
    pub fn ours() -> Arc<Self> {
        static OURS: LazyLock<Arc<Packs>> = LazyLock::new(|| {
            let packs = pack::ours().to_vec();
            Arc::new(Packs { packs })
        });
        Arc::clone(&OURS)
    }

    /// Ours and those of a site, in any order: the later version of a pack is the one of the
    /// higher number (`2` comes before `10`, `2026.1` before `2026.2`).
    ///
    /// # Errors
    /// Where one cannot stand beside the others.
    pub fn with(site: impl IntoIterator<Item = Pack>) -> Result<Self, Conflict> {
        let mut site: Vec<Pack> = site.into_iter().collect();
        site.sort_by(|a, b| by_number(&a.version, &b.version));
        let mut packs = Self::clone(&Self::ours());
        for pack in site {
            packs.add(pack)?;
        }
        Ok(packs)
    }

    /// Puts a pack beside the others, in the place of earlier versions of itself from the day on
    /// which it is effective.
    ///
    /// # Errors
    /// Where it cannot stand beside the others; nothing is changed then.
    pub fn add(&mut self, pack: Pack) -> Result<(), Conflict> {
        self.check(&pack)?;
        self.place(pack);
        Ok(())
    }

    fn place(&mut self, mut pack: Pack) {
        if let Some(from) = pack.effective_from {
            cut(&mut pack.rules, |rule| rule.from = rule.from.max(from));
        }
        let before = pack.effective_from.and_then(|from| from.pred_opt());
        let earlier = self.packs.iter_mut();
        for earlier in earlier.filter(|earlier| earlier.id == pack.id) {
            match before {
                None => earlier.rules.clear(),
                Some(last) => cut(&mut earlier.rules, |rule| {
                    rule.to = Some(rule.to.map_or(last, |to| to.min(last)));
                }),
            }
        }
        self.packs.push(pack);
    }

    /// Puts a version that was adopted in the place of earlier ones, one that a site names by the
    /// same number among them.
    ///
    /// # Errors
    /// Where a rule belongs to another pack.
    pub(super) fn adopt(&mut self, pack: Pack) -> Result<(), Conflict> {
        self.check_owners(&pack)?;
        self.place(pack);
        Ok(())
    }

    /// Whether a pack can stand beside the others.
    ///
    /// # Errors
    /// Where it cannot.
    pub fn check(&self, pack: &Pack) -> Result<(), Conflict> {
        for other in self.packs.iter().filter(|other| other.id == pack.id) {
            let (pack_id, version) = (pack.id.clone(), pack.version.clone());
            match by_number(&pack.version, &other.version) {
                Ordering::Greater => {}
                Ordering::Equal => return Err(Conflict::SameVersion { pack_id, version }),
                Ordering::Less => {
                    let later = other.version.clone();
                    return Err(Conflict::Earlier {
                        pack_id,
                        version,
                        later,
                    });
                }
            }
        }
        self.check_owners(pack)
    }

    fn check_owners(&self, pack: &Pack) -> Result<(), Conflict> {
        for rule in &pack.rules {
            let owns = |other: &&Pack| {
                other.id != pack.id && other.rules.iter().any(|of| of.id == rule.id)
            };
            if let Some(owner) = self.packs.iter().find(owns) {
                return Err(Conflict::RuleOwned {
                    rule_id: rule.id.clone(),
                    owner: owner.id.clone(),
                    line: rule.line,
                });
            }
        }
        Ok(())
    }

    /// All packs and versions, in the order in which they came; one whose days are all taken by
    /// later versions has no rules.
    pub fn all(&self) -> &[Pack] {
        &self.packs
    }

    /// Every version of every rule, each with the days on whose triggers it applies.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.packs.iter().flat_map(|pack| &pack.rules)
    }

    /// The versions of a rule, each with its pack, in order of their days.
    pub fn versions_of(&self, rule_id: &str) -> Vec<(&Pack, &Rule)> {
        let mut found = Vec::new();
        for pack in &self.packs {
            let named = pack.rules.iter().filter(|rule| rule.id == rule_id);
            found.extend(named.map(|rule| (pack, rule)));
        }
        found.sort_by_key(|(_, rule)| rule.from);
        found
    }

    /// Tells one set of packs from another: SHA-256, in hex, over the digest of each pack and the
    /// day from which it applies.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update("bihuan/packs/v1\0");
        for pack in &self.packs {
            let from = pack.effective_from.map(|on| on.to_string());
            for part in [
                &pack.id,
                &pack.version,
                &pack.digest,
                &from.unwrap_or_default(),
            ] {
                hasher.update(part);
                hasher.update([0]);
            }
        }
        hex(&hasher.finalize())
    }
}

/// Narrows the days of rules; those that are left without a day fall away.
fn cut(rules: &mut Vec<Rule>, narrow: impl Fn(&mut Rule)) {
    rules.iter_mut().for_each(narrow);
    rules.retain(|rule| rule.to.is_none_or(|to| rule.from <= to));
}

/// Versions by their numbers, part by part; parts that are no numbers by their letters.
fn by_number(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(bool, u64, String)> {
        let part = |part: &str| match part.parse() {
            Ok(number) => (false, number, String::new()),
            Err(_) => (true, 0, part.to_owned()),
        };
        text.split(['.', '-']).map(part).collect()
    };
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

/// Why the packs of a site cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFileError {
    /// The file or folder.
    pub path: PathBuf,
    /// The line, from 1; 0 where the file could not be read at all.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for PackFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for PackFileError {}

/// Reads the packs of a site: files, and folders of `.toml` files (in order of their names, not
/// those of folders within). What comes back stands beside ours and beside one another, so that
/// [`Packs::with`] takes it. Read once, at start.
///
/// # Errors
/// Where a path cannot be read, a file is no pack, or a pack cannot stand beside the others.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Pack>, PackFileError> {
    let mut found: Vec<(PathBuf, Pack)> = Vec::new();
    for path in files(paths)? {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let pack = Pack::read(&text).map_err(|error| wrong(&path, error))?;
        found.push((path, pack));
    }
    found.sort_by(|(_, a), (_, b)| by_number(&a.version, &b.version));
    let mut packs = Packs::clone(&Packs::ours());
    for (path, pack) in &found {
        let added = packs.add(pack.clone());
        added.map_err(|conflict| wrong(path, conflict.into()))?;
    }
    Ok(found.into_iter().map(|(_, pack)| pack).collect())
}

/// Ours and those that were loaded.
///
/// # Errors
/// None for what [`load`] answers.
pub fn beside_ours(site: Vec<Pack>) -> Result<Packs, PackFileError> {
    Packs::with(site).map_err(|conflict| wrong(Path::new(""), conflict.into()))
}

/// Packs with another in the place of earlier versions of itself.
///
/// # Errors
/// Where a rule belongs to another pack.
pub fn replaced(packs: &Packs, pack: Pack) -> Result<Packs, Conflict> {
    let mut packs = packs.clone();
    packs.adopt(pack)?;
    Ok(packs)
}

/// The files of paths.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, PackFileError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| unreadable(path, &error))?;
        let mut within: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        within.retain(|file| file.is_file() && file.extension().is_some_and(|end| end == "toml"));
        within.sort();
        files.extend(within);
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> PackFileError {
    PackFileError {
        path: path.to_owned(),
        line: 0,
        message: error.to_string(),
    }
}

fn wrong(path: &Path, error: PackError) -> PackFileError {
    PackFileError {
        path: path.to_owned(),
        line: error.line,
        message: error.message,
    }
}
