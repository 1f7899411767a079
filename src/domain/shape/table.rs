//! The schema as flat tables, made for the walk.

use super::{cross::Hook, violation::Rule};
use crate::{domain::values::StreamKind, events::v1::Format};

/// Everything that the walk looks up.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) messages: Vec<MessageTable>,
    pub(super) enums: Vec<EnumTable>,
    /// Event types in order of number.
    pub(super) types: Vec<TypeTable>,
    /// Places in `messages`.
    pub(super) event: usize,
    pub(super) sealed: usize,
    pub(super) personal: usize,
    pub(super) signature: usize,
}

impl Tables {
    pub(super) fn event_type(&self, number: u32) -> Option<&TypeTable> {
        let index = self
            .types
            .binary_search_by_key(&number, |found| found.number)
            .ok()?;
        Some(&self.types[index])
    }

    pub(super) fn is_event_type(&self, name: &str) -> bool {
        self.types.iter().any(|event_type| event_type.name == name)
    }
}

/// The most slots of a message: single fields, lists and oneofs.
pub(super) const SLOTS_MAX: usize = 64;
/// The most lists of a message.
pub(super) const LISTS_MAX: usize = 8;

#[derive(Debug)]
pub(super) struct MessageTable {
    pub(super) name: String,
    pub(super) fields: Vec<FieldTable>,
    /// By field number: place in `fields` plus one, or 0.
    pub(super) places: Vec<u16>,
    /// Slots that must be taken.
    pub(super) required: u64,
    /// The slot of a oneof of which a member must be set.
    pub(super) chosen: Option<u8>,
    pub(super) unique: Vec<UniqueList>,
    pub(super) hook: Hook,
}

impl MessageTable {
    #[inline]
    pub(super) fn field(&self, number: u32) -> Option<&FieldTable> {
        let place = *self.places.get(number as usize)?;
        self.fields.get(usize::from(place).wrapping_sub(1))
    }
}

#[derive(Debug)]
pub(super) struct FieldTable {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) kind: FieldKind,
    pub(super) is_list: bool,
    /// The oneof that it is a member of.
    pub(super) oneof: Option<String>,
    /// Its bit among those present; members of a oneof share one.
    pub(super) slot: u8,
    /// Its counter among those of lists.
    pub(super) list: u8,
    pub(super) is_required: bool,
    pub(super) has_presence: bool,
    pub(super) format: Format,
    pub(super) min: i64,
    pub(super) max: i64,
    /// The rule that a number out of range breaks.
    pub(super) range_rule: Rule,
    pub(super) bytes_max: usize,
    pub(super) bytes_exact: usize,
    pub(super) items_max: u32,
    pub(super) mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldKind {
    Text,
    Bytes,
    Bool,
    Int32,
    Int64,
    /// A place in `enums`.
    Enum(usize),
    /// `google.protobuf.Timestamp`.
    Instant,
    /// A place in `messages`.
    Message(usize),
}

/// What the check of the envelope needs of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    SourceSystem,
    SourceRef,
    Stream,
    OccurredAt,
    ActorOrg,
    ActorRole,
    Region,
    SealedCommitment,
    PersonalCommitment,
    /// A member of `EventPayload`.
    EventMember,
    /// A member of `SealedPayload`.
    SealedMember,
    /// A member of `PersonalPayload`.
    PersonalMember,
    /// `EventCorrected.payload`.
    Replacement,
    LegalDate,
    ControlAmount,
    /// The id that names the event's stream.
    StreamId,
}

impl FieldTable {
    pub(super) fn is_money(&self) -> bool {
        self.range_rule == Rule::BadAmount
    }
}

#[derive(Debug)]
pub(super) struct EnumTable {
    pub(super) name: String,
    /// Bit n: number n exists.
    pub(super) known: u64,
}

impl EnumTable {
    #[inline]
    pub(super) fn has(&self, number: u64) -> bool {
        number < 64 && self.known >> number & 1 == 1
    }
}

/// A list whose elements must differ.
#[derive(Debug)]
pub(super) struct UniqueList {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) list: u8,
    /// The field of an element by which they differ; without it the element itself.
    pub(super) key: Option<(u32, String)>,
}

#[derive(Debug)]
pub(super) struct TypeTable {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) field: String,
    /// Kinds of stream that carry it; empty for any.
    pub(super) stream_kinds: Vec<StreamKind>,
    /// The name of the field that names the stream.
    pub(super) stream_id: Option<String>,
    /// The name of the field of the legal date.
    pub(super) legal_date: Option<String>,
    pub(super) has_sealed: bool,
    pub(super) has_personal: bool,
}
