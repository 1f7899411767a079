//! Commitments: how an event binds the parts that stand beside it.

use sha2::{Digest as _, Sha256};

/// A part of an event that stands beside its public bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What stays closed until a moment that the law names.
    Sealed,
    /// Personal data, which can be erased.
    Personal,
}

/// SHA-256 of the part's domain and its bytes as sent: what `Event.sealed_commitment` and
/// `Event.personal_commitment` hold.
pub fn commitment(part: Part, bytes: &[u8]) -> [u8; 32] {
    let domain: &[u8] = match part {
        Part::Sealed => b"bihuan/sealed/v1\0",
        Part::Personal => b"bihuan/personal/v1\0",
    };
    Sha256::new()
        .chain_update(domain)
        .chain_update(bytes)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_to_the_part_and_its_class() {
        let whole: [u8; 32] = Sha256::digest(b"bihuan/sealed/v1\0abc").into();
        assert_eq!(commitment(Part::Sealed, b"abc"), whole);
        assert_ne!(commitment(Part::Personal, b"abc"), whole);
    }
}
