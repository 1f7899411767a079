//! Values: the words of the domain that have a syntax of their own.
//!
//! For: newtypes that are parsed once at the edge and are right from then on, dates at +08:00 and
//! exact arithmetic in fen. Not for: which region or system exists; that is the
//! [`profile`](super::profile)'s.
//!
//! *Invariants*: parsing is strict and pure; no value is ever mended, trimmed or upper-cased;
//! money is never a float.
//!
//! Read next: [`uscc`], [`stream`], [`money`].

pub mod category;
pub mod date;
pub mod hex;
pub mod lot_no;
pub mod money;
pub mod region;
pub mod stream;
pub mod uscc;

pub use category::Category;
pub use date::{LegalDate, local_date};
pub use hex::hex;
pub use lot_no::LotNo;
pub use region::Region;
pub use stream::{StreamKind, StreamName, StreamParts};
pub use uscc::Uscc;

/// Writes what every text newtype has: access, display and serialisation as its text.
macro_rules! text_value {
    ($name:ident, $fault:ty) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $fault;

            fn from_str(text: &str) -> Result<Self, $fault> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $fault;

            fn try_from(text: String) -> Result<Self, $fault> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }
    };
}
pub(crate) use text_value;
