//! Lot numbers (包号).

use serde::{Deserialize, Serialize};

use super::text_value;

/// A lot number: two digits, and for a retry `-R` and its number from 1 to 999.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LotNo(String);

/// Why a text is no lot number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be two digits, and for a retry -R and a number from 1 to 999")]
pub struct LotNoFault;

impl LotNo {
    /// Parses a lot number. The only error is its syntax.
    pub fn parse(text: &str) -> Result<Self, LotNoFault> {
        if is_lot_no(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LotNoFault)
        }
    }

    /// The lot that a retry repeats; of any other lot its own number.
    pub fn first_try(&self) -> &str {
        &self.0[..2]
    }
}

text_value!(LotNo, LotNoFault);

/// Whether a text has the syntax of a lot number.
pub fn is_lot_no(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9'] => true,
        [b'0'..=b'9', b'0'..=b'9', b'-', b'R', b'1'..=b'9', rest @ ..] => {
            rest.len() <= 2 && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_syntax() {
        for (text, first) in [("01", "01"), ("12-R1", "12"), ("99-R999", "99")] {
            assert_eq!(LotNo::parse(text).unwrap().first_try(), first);
        }
        for bad in [
            "", "1", "001", "01-R", "01-R0", "01-R01", "01-R1000", "01R1", "01-r1", "包1",
        ] {
            assert_eq!(LotNo::parse(bad), Err(LotNoFault), "{bad}");
        }
    }
}
