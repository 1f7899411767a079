//! Pages of lists: sizes, orders, and tokens that name the last row of the page before.

use std::fmt::Write as _;

use bincode::config;
use rusqlite::types::Value;
use sha2::{Digest as _, Sha256};

use super::ModelError;

/// Rows of a page: when none is asked for, and the most.
const ROWS: (usize, usize) = (50, 1_000);

/// A value that rows are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub enum Key {
    /// A number.
    Integer(i64),
    /// A text.
    Text(String),
}

impl From<Key> for Value {
    fn from(key: Key) -> Self {
        match key {
            Key::Integer(number) => Self::Integer(number),
            Key::Text(text) => Self::Text(text),
        }
    }
}

impl From<Value> for Key {
    fn from(value: Value) -> Self {
        match value {
            Value::Integer(number) => Self::Integer(number),
            Value::Text(text) => Self::Text(text),
            // Columns are strict: there is nothing else.
            Value::Null | Value::Real(_) | Value::Blob(_) => Self::Integer(0),
        }
    }
}

/// The order of a list: one column, then the key of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: &'static str,
    /// The greatest first.
    pub is_descending: bool,
}

impl Order {
    /// Reads an order such as `paid_fen desc`; `columns` are those that may be named, the first of
    /// them, the greatest first, where none is.
    pub fn parse(text: &str, columns: &[&'static str]) -> Result<Self, ModelError> {
        let mut words = text.split_ascii_whitespace();
        let Some(name) = words.next() else {
            return Ok(Self {
                column: columns[0],
                is_descending: true,
            });
        };
        let wrong = || {
            let message = format!(
                "{text:?} is no order; name one of {}, with or without `desc`",
                columns.join(", ")
            );
            ModelError::question("order_by", message)
        };
        let column = columns.iter().find(|column| **column == name);
        let is_descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(wrong()),
        };
        match (column, words.next()) {
            (Some(column), None) => Ok(Self {
                column,
                is_descending,
            }),
            _ => Err(wrong()),
        }
    }
}

/// The stretch of a list that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows at most.
    pub rows: usize,
    /// The values of the last row of the page before.
    pub after: Option<Vec<Key>>,
    /// What all pages of a list have in common.
    fingerprint: [u8; 8],
}

impl Page {
    /// Reads a page. `question` is everything else of the request: a token continues that alone.
    pub fn parse(size: i32, token: &str, question: &[u8]) -> Result<Self, ModelError> {
        let rows = match usize::try_from(size) {
            Ok(0) => ROWS.0,
            Ok(rows) if rows <= ROWS.1 => rows,
            _ => {
                let message = format!("{size} is not between 1 and {}", ROWS.1);
                return Err(ModelError::question("page.page_size", message));
            }
        };
        let digest = Sha256::digest(question);
        let mut fingerprint = [0; 8];
        fingerprint.copy_from_slice(&digest[..8]);
        let mut page = Self {
            rows,
            after: None,
            fingerprint,
        };
        if !token.is_empty() {
            page.after = Some(page.read(token)?);
        }
        Ok(page)
    }

    fn read(&self, token: &str) -> Result<Vec<Key>, ModelError> {
        let wrong = |message: &str| ModelError::question("page.page_token", message);
        let no_token = || wrong("it is no token that a page before ended with");
        let bytes = unhex(token).ok_or_else(no_token)?;
        let Some((fingerprint, keys)) = bytes.split_at_checked(8) else {
            return Err(no_token());
        };
        if fingerprint != self.fingerprint {
            return Err(wrong("it continues another request than this one"));
        }
        let decoded = bincode::decode_from_slice::<Vec<Key>, _>(keys, limited());
        match decoded {
            Ok((after, read)) if read == keys.len() => Ok(after),
            _ => Err(no_token()),
        }
    }

    /// The token of the page after a row.
    pub fn token(&self, last: &[Key]) -> String {
        let keys = bincode::encode_to_vec(last.to_vec(), limited());
        let keys = keys.expect("keys of a row fit a token");
        let mut token = String::with_capacity(2 * (8 + keys.len()));
        for byte in self.fingerprint.iter().chain(&keys) {
            write!(token, "{byte:02x}").expect("a string takes any text");
        }
        token
    }
}

/// Tokens are read with a limit, since anyone may send one.
fn limited() -> impl config::Config {
    config::standard().with_limit::<8_192>()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_continues_its_own_request_alone() {
        let page = Page::parse(0, "", b"question").expect("a page");
        let keys = vec![Key::Text("2023-05-04".into()), Key::Integer(-7)];
        let token = page.token(&keys);
        let next = Page::parse(10, &token, b"question").expect("the next page");
        assert_eq!((next.rows, next.after), (10, Some(keys)));
        let other = Page::parse(0, &token, b"another question");
        assert!(matches!(other, Err(ModelError::Question { field, .. })
            if field == "page.page_token"));
        for bad in [
            "zz",
            "00",
            "0",
            &token[..token.len() - 2],
            &format!("{token}00"),
            "é",
        ] {
            let error = Page::parse(0, bad, b"question").expect_err(bad);
            assert!(matches!(error, ModelError::Question { .. }), "{bad}");
        }
    }

    #[test]
    fn orders_name_one_column() {
        let columns = ["position", "paid_fen"];
        let order = |text| Order::parse(text, &columns).map(|o| (o.column, o.is_descending));
        assert_eq!(order("").ok(), Some(("position", true)));
        assert_eq!(order(" paid_fen").ok(), Some(("paid_fen", false)));
        assert_eq!(order("paid_fen desc").ok(), Some(("paid_fen", true)));
        for bad in [
            "paid",
            "paid_fen down",
            "paid_fen desc x",
            "paid_fen, position",
        ] {
            assert!(order(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_have_limits() {
        assert_eq!(
            Page::parse(1_000, "", b"").map(|page| page.rows).ok(),
            Some(1_000)
        );
        for size in [-1, 1_001] {
            assert!(Page::parse(size, "", b"").is_err(), "{size}");
        }
    }
}
