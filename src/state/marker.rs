//! The marker beside the database: whose it is, and whether it was left in order.
//!
//! It lies outside sled, so that a folder that cannot be trusted is thrown away unopened. A few
//! lines of text, closed by their CRC-32C, replaced as a whole.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::error::{Doubt, StateError};
use super::folder::{self, SealedFile};
use super::rows::Identity;

const NAME: &str = "marker";
const FIRST_LINE: &str = "bihuan state 1";

/// How the last process left the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// In use; good while the page cache lives, which is as long as the boot.
    Running,
    /// Doubtful: a value or sled itself had failed.
    Doubtful,
    /// Stopped, with these files and their checksums.
    Clean(Vec<SealedFile>),
}

/// The content of the marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) ledger_id: [u8; 16],
    pub(super) layout_hash: u64,
    pub(super) boot_id: String,
    pub(super) left: Left,
}

/// Says whether the database of a folder may be opened; if not, why.
pub(super) fn doubt(dir: &Path, identity: &Identity, boot_id: &str) -> Option<Doubt> {
    let unreadable = |cause: &str| {
        let cause = cause.to_owned();
        Some(Doubt::Unreadable { cause })
    };
    let sled_dir = folder::sled_dir(dir);
    let text = match fs::read_to_string(dir.join(NAME)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if sled_dir.exists() {
                unreadable("the marker is missing")
            } else {
                Some(Doubt::Missing)
            };
        }
        Err(error) => return unreadable(&format!("the marker: {error}")),
    };
    let Some(marker) = Marker::parse(&text) else {
        return unreadable("the marker is damaged");
    };
    if marker.ledger_id != identity.ledger_id {
        return Some(Doubt::OtherLedger);
    }
    if marker.layout_hash != identity.layout_hash {
        return Some(Doubt::OtherLayout);
    }
    match marker.left {
        Left::Doubtful => unreadable("it was doubtful when it was left"),
        // Without a boot id nothing is known about the page cache.
        Left::Running if boot_id.is_empty() || marker.boot_id != boot_id => Some(Doubt::OtherBoot),
        Left::Running => None,
        Left::Clean(files) => match folder::seal(&sled_dir) {
            Ok(found) if found == files => None,
            Ok(found) => unreadable(&folder::difference(&files, &found)),
            Err(error) => unreadable(&error.to_string()),
        },
    }
}

impl Marker {
    /// Replaces the marker of a folder, durably.
    pub(super) fn write(&self, dir: &Path) -> Result<(), StateError> {
        folder::replace_file(&dir.join(NAME), self.to_text().as_bytes())
    }

    fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\n");
        let ledger = u128::from_be_bytes(self.ledger_id);
        let mut line = |args: std::fmt::Arguments<'_>| {
            writeln!(text, "{args}").expect("writing to a string cannot fail");
        };
        line(format_args!("ledger {ledger:032x}"));
        line(format_args!("layout {:016x}", self.layout_hash));
        line(format_args!("boot {}", self.boot_id));
        match &self.left {
            Left::Running => line(format_args!("left running")),
            Left::Doubtful => line(format_args!("left doubtful")),
            Left::Clean(files) => {
                line(format_args!("left clean"));
                for file in files {
                    let SealedFile { name, bytes, check } = file;
                    line(format_args!("file {bytes} {check:08x} {name}"));
                }
            }
        }
        let check = crc32c::crc32c(text.as_bytes());
        format!("{text}check {check:08x}\n")
    }

    fn parse(text: &str) -> Option<Self> {
        let body = text.get(..text.strip_suffix('\n')?.rfind('\n')? + 1)?;
        let check = text[body.len()..].strip_prefix("check ")?;
        if check != format!("{:08x}\n", crc32c::crc32c(body.as_bytes())) {
            return None;
        }
        let mut lines = body.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let ledger = u128::from_str_radix(lines.next()?.strip_prefix("ledger ")?, 16).ok()?;
        let layout = u64::from_str_radix(lines.next()?.strip_prefix("layout ")?, 16).ok()?;
        let boot_id = lines.next()?.strip_prefix("boot ")?.to_owned();
        let left = match lines.next()?.strip_prefix("left ")? {
            "running" => Left::Running,
            "doubtful" => Left::Doubtful,
            "clean" => Left::Clean(lines.map(parse_file).collect::<Option<_>>()?),
            _ => return None,
        };
        Some(Self {
            ledger_id: ledger.to_be_bytes(),
            layout_hash: layout,
            boot_id,
            left,
        })
    }
}

fn parse_file(line: &str) -> Option<SealedFile> {
    let mut words = line.strip_prefix("file ")?.splitn(3, ' ');
    let bytes = words.next()?.parse().ok()?;
    let check = u32::from_str_radix(words.next()?, 16).ok()?;
    let name = words.next()?.to_owned();
    Some(SealedFile { name, bytes, check })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(left: Left) -> Marker {
        Marker {
            ledger_id: [0xa5; 16],
            layout_hash: 0x0102_0304_0506_0708,
            boot_id: "5b8f".to_owned(),
            left,
        }
    }

    #[test]
    fn a_marker_is_read_as_it_was_written() {
        let file = SealedFile {
            name: "snap.0000 1".to_owned(),
            bytes: 524_288,
            check: 7,
        };
        for left in [Left::Running, Left::Doubtful, Left::Clean(vec![file])] {
            let marker = marker(left);
            assert_eq!(Marker::parse(&marker.to_text()), Some(marker));
        }
    }

    #[test]
    fn no_changed_or_cut_marker_is_believed() {
        let text = marker(Left::Clean(Vec::new())).to_text();
        for index in 0..text.len() {
            assert_eq!(Marker::parse(&text[..index]), None, "cut at {index}");
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[index] ^= 1 << bit;
                let changed = String::from_utf8(bytes).expect("seven bits are ASCII");
                assert_eq!(Marker::parse(&changed), None, "bit {bit} of byte {index}");
            }
        }
    }
}
