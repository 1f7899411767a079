//! Categories of the procurement catalogue (政府采购品目分类目录 2022, 财库〔2022〕31号).

use serde::{Deserialize, Serialize};

use super::text_value;

/// A category: `A` 货物, `B` 工程 or `C` 服务 and eight digits, two a level, filled with zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Category(String);

/// Why a text is no category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be A, B or C and eight digits (政府采购品目分类目录)")]
pub struct CategoryFault;

impl Category {
    /// Parses a category. The only error is its syntax.
    pub fn parse(text: &str) -> Result<Self, CategoryFault> {
        if is_category(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CategoryFault)
        }
    }

    /// Its level, 1 to 4, or 0 for a letter alone filled with zeros.
    pub fn level(&self) -> usize {
        let digits = &self.0.as_bytes()[1..];
        4 - digits.rchunks(2).take_while(|pair| *pair == b"00").count()
    }
}

text_value!(Category, CategoryFault);

/// Whether a text has the syntax of a category.
pub fn is_category(text: &str) -> bool {
    match text.as_bytes() {
        [b'A'..=b'C', digits @ ..] => digits.len() == 8 && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_syntax_and_the_levels() {
        let levels = [
            ("A02000000", 1),
            ("A02010000", 2),
            ("A02010100", 3),
            ("C23120301", 4),
            ("B00000000", 0),
        ];
        for (text, level) in levels {
            assert_eq!(Category::parse(text).unwrap().level(), level);
        }
        for bad in [
            "",
            "A",
            "D02000000",
            "A0200000",
            "A020000000",
            "a02000000",
            "A0200000x",
        ] {
            assert_eq!(Category::parse(bad), Err(CategoryFault), "{bad}");
        }
    }
}
