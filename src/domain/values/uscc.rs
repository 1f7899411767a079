//! Unified social credit codes (统一社会信用代码, GB 32100-2015).
//!
//! Eighteen characters: 1 registration authority, 2 class of entity, 3 to 8 region, 9 to 17
//! organisation code (GB 11714) with its own check character, 18 check character. Codes that begin
//! with N (rural collectives) are accepted. A wrong check character at 17 is no error: real codes
//! have it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Values 0 to 30 of the alphabet: digits and capitals without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of positions 1 to 17: powers of 3 modulo 31.
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// Weights of the first eight characters of an organisation code (GB 11714).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Marks a byte that is not of the alphabet.
const NOT_A_VALUE: u8 = 0xff;
/// The value of each byte.
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut table = [NOT_A_VALUE; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    table
}

/// A unified social credit code with a right check character.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc([u8; 18]);

/// Why a text is no unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsccFault {
    /// Another length than 18 bytes.
    #[error("{bytes} bytes long, must be 18 (GB 32100-2015)")]
    Length {
        /// The length found.
        bytes: usize,
    },
    /// A character that may not stand there.
    #[error("character {place} is {found:?}, must be one of {allowed} (GB 32100-2015)")]
    Character {
        /// Its place, from 1.
        place: usize,
        /// What stands there; of a longer character its first byte.
        found: char,
        /// What may.
        allowed: &'static str,
    },
    /// The wrong check character at place 18.
    #[error("check character is {found}, must be {expected} (GB 32100-2015)")]
    CheckCharacter {
        /// What stands there.
        found: char,
        /// What must.
        expected: char,
    },
}

impl Uscc {
    /// Parses a code. Errors: length, a character out of place, a wrong check character.
    pub fn parse(text: &str) -> Result<Self, UsccFault> {
        let bytes = text.as_bytes();
        let code: [u8; 18] = bytes
            .try_into()
            .map_err(|_| UsccFault::Length { bytes: bytes.len() })?;
        check(&code)?;
        Ok(Self(code))
    }

    /// The text, 18 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a code is of the alphabet, which is ASCII")
    }

    /// The region of registration, six digits.
    pub fn region(&self) -> &str {
        &self.as_str()[2..8]
    }

    /// Whether the organisation code's own check character (place 17, GB 11714) is right. A wrong
    /// one deserves a warning, never a refusal.
    pub fn has_right_organisation_check(&self) -> bool {
        organisation_check(&self.0[8..16]) == self.0[16]
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uscc({self})")
    }
}

impl std::str::FromStr for Uscc {
    type Err = UsccFault;

    fn from_str(text: &str) -> Result<Self, UsccFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccFault;

    fn try_from(text: String) -> Result<Self, UsccFault> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.as_str().to_owned()
    }
}

/// Composes a code from the registration authority and class (two characters, such as `91`), the
/// region (six digits) and the organisation code: eight characters, to which the check character
/// of GB 11714 is added, or nine as they are. Equal arguments give equal codes.
///
/// # Panics
/// When the arguments cannot make a code: a length or a character out of place.
pub fn compose(authority_and_class: &str, region: &str, organisation: &str) -> String {
    let mut code = format!("{authority_and_class}{region}{organisation}");
    if organisation.len() == 8 {
        code.push(char::from(organisation_check(organisation.as_bytes())));
    }
    code.push('0');
    let bytes: [u8; 18] = code
        .as_bytes()
        .try_into()
        .expect("2, 6 and 8 or 9 characters");
    code.pop();
    code.push(char::from(check_character(&bytes)));
    Uscc::parse(&code).expect("authority, class, region and organisation are of the alphabet");
    code
}

fn check(code: &[u8; 18]) -> Result<(), UsccFault> {
    let fault = |place: usize, allowed| {
        Err(UsccFault::Character {
            place,
            found: char::from(code[place - 1]),
            allowed,
        })
    };
    if !matches!(code[0], b'1'..=b'9' | b'A' | b'N' | b'Y') {
        return fault(1, "1-9 A N Y");
    }
    for place in 3..=8 {
        if !code[place - 1].is_ascii_digit() {
            return fault(place, "0-9");
        }
    }
    for place in 2..=18 {
        if VALUES[usize::from(code[place - 1])] == NOT_A_VALUE {
            return fault(place, "0-9 A-Z without I O S V Z");
        }
    }
    let expected = check_character(code);
    if code[17] == expected {
        Ok(())
    } else {
        let (found, expected) = (char::from(code[17]), char::from(expected));
        Err(UsccFault::CheckCharacter { found, expected })
    }
}

/// The check character of the first 17 characters, which must be of the alphabet.
fn check_character(code: &[u8; 18]) -> u8 {
    let mut sum = 0;
    for (byte, weight) in code.iter().zip(WEIGHTS) {
        sum += u32::from(VALUES[usize::from(*byte)]) * weight;
    }
    ALPHABET[((31 - sum % 31) % 31) as usize]
}

/// The check character of an organisation code's first eight characters (GB 11714).
fn organisation_check(body: &[u8]) -> u8 {
    let mut sum = 0;
    for (byte, weight) in body.iter().zip(ORGANISATION_WEIGHTS) {
        sum += char::from(*byte).to_digit(36).unwrap_or(0) * weight;
    }
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 14] = [
        "11430400000099004T",
        "12430400000099012J",
        "12430400000099020D",
        "114304000000990553",
        "11430421000099047M",
        "12430400000099063T",
        "914304000000990395",
        "91430407MA9TE5T12X",
        "91430408MA9TE5T207",
        "91430406MA9TE5T397",
        "92430421MA9TE5T47M",
        "91430405MA9TE5T55E",
        "91110000600037341L",
        "N14304000000990713",
    ];

    #[test]
    fn accepts_the_published_and_the_fictional_codes() {
        for code in GOOD {
            assert_eq!(
                Uscc::parse(code).map(|code| code.to_string()),
                Ok(code.to_owned())
            );
        }
    }

    #[test]
    fn refuses_a_wrong_check_character_and_names_the_right_one() {
        let fault = UsccFault::CheckCharacter {
            found: 'Y',
            expected: 'X',
        };
        assert_eq!(Uscc::parse("91430407MA9TE5T12Y"), Err(fault));
    }

    #[test]
    fn refuses_what_is_no_code() {
        let bad = [
            ("", "0 bytes"),
            ("91430407MA9TE5T12", "17 bytes"),
            ("91430407MA9TE5T12X ", "19 bytes"),
            ("91430407ma9te5t12x", "character 9 is 'm'"),
            ("01430407MA9TE5T12X", "character 1 is '0'"),
            ("B1430407MA9TE5T12X", "character 1 is 'B'"),
            ("9I430407MA9TE5T12X", "character 2 is 'I'"),
            ("91A30407MA9TE5T12X", "character 3 is 'A'"),
            ("91430407MO9TE5T12X", "character 10 is 'O'"),
            ("91430407MA9TE5T12Z", "character 18 is 'Z'"),
        ];
        for (text, why) in bad {
            let fault = Uscc::parse(text).unwrap_err().to_string();
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }

    #[test]
    fn finds_every_single_wrong_character() {
        for code in GOOD {
            for place in 0..18 {
                for other in ALPHABET {
                    let mut bytes = code.as_bytes().to_vec();
                    if bytes[place] == *other {
                        continue;
                    }
                    bytes[place] = *other;
                    let text = String::from_utf8(bytes).unwrap();
                    assert!(Uscc::parse(&text).is_err(), "{code} as {text}");
                }
            }
        }
    }

    #[test]
    fn composes_the_fictional_codes() {
        assert_eq!(compose("11", "430400", "00009900"), "11430400000099004T");
        assert_eq!(compose("91", "430407", "MA9TE5T12"), "91430407MA9TE5T12X");
        assert_eq!(compose("N1", "430400", "00009907"), "N14304000000990713");
    }

    #[test]
    fn tolerates_a_wrong_organisation_check() {
        let code = compose("91", "430407", "MA9TE5T19");
        assert!(!Uscc::parse(&code).unwrap().has_right_organisation_check());
        let code = Uscc::parse("11430400000099004T").unwrap();
        assert!(code.has_right_organisation_check());
        assert_eq!(code.region(), "430400");
    }
}
