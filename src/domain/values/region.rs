//! Region codes (GB/T 2260, and the profile's own codes of functional areas).

use serde::{Deserialize, Serialize};

use super::text_value;

/// The code of a region: six digits, or two capitals, a hyphen and two to eight capitals. Whether
/// the region exists and may own facts is the profile's to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(String);

/// Why a text is no region code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be six digits (GB/T 2260) or an area such as HY-GXQ")]
pub struct RegionFault;

impl Region {
    /// Parses a code. The only error is its syntax.
    pub fn parse(text: &str) -> Result<Self, RegionFault> {
        if is_region(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RegionFault)
        }
    }
}

text_value!(Region, RegionFault);

/// Whether a text has the syntax of a region code.
pub fn is_region(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes {
        [_, _, b'-', area @ ..] => {
            let capitals = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
            capitals(&bytes[..2]) && (2..=8).contains(&area.len()) && capitals(area)
        }
        _ => bytes.len() == 6 && bytes.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_syntax() {
        for good in ["430400", "000000", "HY-GXQ", "HY-SM", "AB-ABCDEFGH"] {
            assert_eq!(Region::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "43040",
            "4304000",
            "43040a",
            "４３０４００",
            "HY-",
            "HY-A",
            "HY-ABCDEFGHI",
            "Hy-GXQ",
            "HY-G1Q",
            "HYGXQ",
            "12-GXQ",
        ] {
            assert_eq!(Region::parse(bad), Err(RegionFault), "{bad}");
        }
    }
}
