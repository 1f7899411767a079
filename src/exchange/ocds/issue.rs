//! What an import reports instead of passing over it.

use std::{error::Error, fmt, io, path::Path, sync::Arc};

/// A place in a file: both numbers from 1, the column in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The byte in the line.
    pub column: u64,
}

impl Place {
    /// The first byte of a file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Turns a place inside a value into a place in the file, the value starting here.
    ///
    /// `line` and `column` count from 1, as `serde_json` gives them; 0 stands for unknown.
    pub(super) fn inside(self, line: usize, column: usize) -> Self {
        let column = (column as u64).max(1);
        match line {
            0 => self,
            1 => Self {
                line: self.line,
                column: self.column + column - 1,
            },
            line => Self {
                line: self.line + line as u64 - 1,
                column,
            },
        }
    }

    /// Turns a count of bytes inside `text` into a place in the file, the text starting here.
    pub(super) fn after(self, text: &[u8]) -> Self {
        match text.iter().rposition(|byte| *byte == b'\n') {
            None => Self {
                line: self.line,
                column: self.column + text.len() as u64,
            },
            Some(last) => {
                let lines = text.split(|byte| *byte == b'\n').count() - 1;
                Self {
                    line: self.line + lines as u64,
                    column: (text.len() - last) as u64,
                }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.line, self.column)
    }
}

/// Why something was not imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueReason {
    /// The file or folder cannot be read.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// The file ends inside a value; what came whole before it was read.
    #[error("the file ends inside a value")]
    Truncated,
    /// The file is not JSON from here on; what came whole before it was read.
    #[error("not JSON: expected {expected}")]
    Syntax {
        /// What JSON allows at this place.
        expected: &'static str,
    },
    /// The release is not JSON that every reader reads alike.
    #[error("not readable JSON: {0}")]
    Json(String),
    /// An object names a member twice; readers would differ on which counts.
    #[error("the member {key:?} stands twice in one object")]
    DuplicateKey {
        /// The member.
        key: String,
    },
    /// The bytes are not UTF-8, as JSON must be.
    #[error("not UTF-8 (the byte 0x{byte:02x})")]
    NotUtf8 {
        /// The first byte that is wrong.
        byte: u8,
    },
    /// The file is UTF-16 or UTF-32; JSON must be UTF-8.
    #[error("not UTF-8 but UTF-16 or UTF-32")]
    WideCharacters,
    /// JSON, but neither a release nor a record nor a package of them.
    #[error("neither a release nor a record nor a package")]
    NotOcds,
    /// A package or record without any release.
    #[error("a package or record without releases")]
    NoReleases,
    /// A release without a member that it must have.
    #[error("the release has no {field}")]
    MissingField {
        /// The member.
        field: &'static str,
    },
    /// A release with a member that the ledger cannot take.
    #[error("the release's {field} {why}")]
    BadField {
        /// The member.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A release with more bytes than an event may have.
    #[error("a release of {bytes} bytes, over the limit of {bytes_max}")]
    TooLarge {
        /// Its bytes.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// Nested deeper than any release.
    #[error("nested more than {depth_max} deep")]
    TooDeep {
        /// The limit.
        depth_max: usize,
    },
    /// Releases that the record only links to; they are not fetched. Its compiled release is read
    /// instead, when it has one.
    #[error("{count} releases are only linked, such as {first}")]
    LinkedOnly {
        /// How many.
        count: u64,
        /// The first link.
        first: String,
        /// The record's compiled release was read instead.
        compiled_read: bool,
    },
}

impl IssueReason {
    /// Tells whether nothing that stands in the file was lost: links and empty packages.
    pub fn is_note(&self) -> bool {
        matches!(self, Self::LinkedOnly { .. } | Self::NoReleases)
    }

    /// The reason as one word, for counts and for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "UNREADABLE",
            Self::Empty => "EMPTY",
            Self::Truncated => "TRUNCATED",
            Self::Syntax { .. } => "SYNTAX",
            Self::Json(_) => "JSON",
            Self::DuplicateKey { .. } => "DUPLICATE_KEY",
            Self::NotUtf8 { .. } => "NOT_UTF8",
            Self::WideCharacters => "WIDE_CHARACTERS",
            Self::NotOcds => "NOT_OCDS",
            Self::NoReleases => "NO_RELEASES",
            Self::MissingField { .. } => "MISSING_FIELD",
            Self::BadField { .. } => "BAD_FIELD",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::TooDeep { .. } => "TOO_DEEP",
            Self::LinkedOnly { .. } => "LINKED_ONLY",
        }
    }

    /// The reason in Chinese, as people read it.
    pub fn text_zh(&self) -> String {
        match self {
            Self::Unreadable(error) => format!("无法读取:{error}"),
            Self::Empty => "文件为空".into(),
            Self::Truncated => "文件在一个值中间结束".into(),
            Self::Syntax { .. } => "不是 JSON".into(),
            Self::Json(message) => format!("JSON 无法读取:{message}"),
            Self::DuplicateKey { key } => format!("同一对象中成员 {key:?} 出现两次"),
            Self::NotUtf8 { byte } => format!("不是 UTF-8(字节 0x{byte:02x})"),
            Self::WideCharacters => "不是 UTF-8,而是 UTF-16 或 UTF-32".into(),
            Self::NotOcds => "既不是发布、记录,也不是它们的包".into(),
            Self::NoReleases => "包或记录中没有发布".into(),
            Self::MissingField { field } => format!("发布缺少 {field}"),
            Self::BadField { field, .. } => format!("发布的 {field} 不可接受"),
            Self::TooLarge { bytes, bytes_max } => {
                format!("发布有 {bytes} 字节,超过上限 {bytes_max}")
            }
            Self::TooDeep { depth_max } => format!("嵌套超过 {depth_max} 层"),
            Self::LinkedOnly { count, first, .. } => format!("{count} 个发布只有链接,如 {first}"),
        }
    }
}

/// Something that was not imported: where it stands and why.
#[derive(Debug)]
pub struct OcdsIssue {
    /// The file or folder.
    pub path: Arc<Path>,
    /// Where in the file; absent when it concerns the whole of it.
    pub place: Option<Place>,
    /// Why.
    pub reason: IssueReason,
}

impl fmt::Display for OcdsIssue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path.display())?;
        if let Some(place) = self.place {
            write!(out, ":{place}")?;
        }
        write!(out, ": {}", self.reason)
    }
}

impl Error for OcdsIssue {
    /// The reason is part of the text; its own cause is not.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.source()
    }
}
