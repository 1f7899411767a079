//! Names that the ledger gives to what a publisher calls by its own.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The partition of processes whose ocid carries no registered prefix.
pub(super) const UNPREFIXED: &str = "ocds-none";
/// The longest id of a stream, in bytes.
const STREAM_ID_BYTES_MAX: usize = 64;
/// The longest source ref, in bytes.
const SOURCE_REF_BYTES_MAX: usize = 128;

/// The partition of a process: the publisher's prefix in lower case, `ocds-` and six letters or
/// digits.
///
/// Publishers that never registered one share the partition `ocds-none`.
pub fn partition(ocid: &str) -> String {
    let prefix = ocid.get(..11).unwrap_or_default().to_ascii_lowercase();
    let code = prefix.strip_prefix("ocds-").unwrap_or_default();
    let registered = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ends = ocid
        .as_bytes()
        .get(11)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if registered && ends {
        prefix
    } else {
        UNPREFIXED.into()
    }
}

/// The stream of a process: `ocds/<partition>/<ocid>`, the ocid escaped.
///
/// An ocid that is too long even so is named by its digest.
pub(super) fn stream(ocid: &str) -> String {
    format!("ocds/{}/{}", partition(ocid), process_id(ocid))
}

/// The id of the stream of a process.
pub fn process_id(ocid: &str) -> String {
    let escaped = escape(ocid);
    if escaped.len() > STREAM_ID_BYTES_MAX {
        short_digest(ocid)
    } else {
        escaped
    }
}

/// The source ref of a release: `<ocid escaped>/<release id>`, or its digest when that is too long.
///
/// The escaped ocid holds no `/`, so two releases never share a ref; a digest holds none either.
pub(super) fn source_ref(ocid: &str, release_id: &str) -> String {
    let whole = format!("{}/{release_id}", escape(ocid));
    if whole.len() > SOURCE_REF_BYTES_MAX {
        format!("sha256:{}", digest(&whole))
    } else {
        whole
    }
}

/// Escapes what a stream name may not hold: `/`, `%`, white space, control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        let forbidden = matches!(character, '/' | '%');
        if forbidden || character.is_control() || character.is_whitespace() {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                write!(escaped, "%{byte:02X}").expect("a string takes any text");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        write!(hex, "{byte:02x}").expect("a string takes any text");
    }
    hex
}

/// 32 digits of a digest, marked by a `%` that no escaped ocid has before a letter `x`.
fn short_digest(text: &str) -> String {
    format!("%x{}", &digest(text)[..32])
}

#[cfg(test)]
mod tests {
    use super::{UNPREFIXED, partition, source_ref, stream};

    #[test]
    fn takes_the_partition_from_the_prefix() {
        assert_eq!(partition("ocds-213czf-000-00001"), "ocds-213czf");
        assert_eq!(partition("OCDS-87SD3T-AD-063"), "ocds-87sd3t");
        assert_eq!(partition("ocds-213czf"), "ocds-213czf");
        for ocid in [
            "110",
            "PC-0001",
            "ocds-213",
            "ocds-213czf9",
            "ocds-21/czf-1",
            "衡采计-2023-0001",
        ] {
            assert_eq!(partition(ocid), UNPREFIXED, "{ocid}");
        }
    }

    #[test]
    fn escapes_what_a_stream_name_may_not_hold() {
        assert_eq!(stream("ocds-213czf-a"), "ocds/ocds-213czf/ocds-213czf-a");
        assert_eq!(stream("a/b%c d\u{1}"), "ocds/ocds-none/a%2Fb%25c%20d%01");
        assert_eq!(stream("采购1"), "ocds/ocds-none/采购1");
        let long = stream(&"x".repeat(200));
        assert!(
            long.len() <= 128 && long.starts_with("ocds/ocds-none/%x"),
            "{long}"
        );
        assert_ne!(long, stream(&"x".repeat(201)));
    }

    #[test]
    fn never_gives_two_releases_one_ref() {
        assert_ne!(source_ref("a/b", "c"), source_ref("a", "b/c"));
        assert_eq!(source_ref("ocds-213czf-1", "1"), "ocds-213czf-1/1");
        let long = source_ref("ocds-213czf-1", &"y".repeat(500));
        assert_eq!(long.len(), 71);
        assert_ne!(long, source_ref("ocds-213czf-1", &"y".repeat(499)));
    }
}
