//! Entities: the objects that events touch, and how one is named.

use std::fmt;

use crate::events::v1::EntityKind;

/// Names an entity: its kind, its partition, the id of the stream that owns it, and its own id in
/// that stream (empty for the stream's own object, such as the line of a budget line stream).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityRef {
    /// What kind of object.
    pub kind: EntityKind,
    /// The prefecture, `4304` for Hengyang; `00` for the system's own.
    pub partition: String,
    /// The id of the owning stream.
    pub owner: String,
    /// The object's id in that stream.
    pub id: String,
}

impl EntityRef {
    /// Names an entity.
    pub fn new(kind: EntityKind, partition: &str, owner: &str, id: &str) -> Self {
        Self {
            kind,
            partition: partition.to_owned(),
            owner: owner.to_owned(),
            id: id.to_owned(),
        }
    }
}

/// Writes `<code>/<partition>/<owner>/<id>`: the text that indexes and snapshots use as a key.
impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, partition) = (code(self.kind), &self.partition);
        write!(f, "{code}/{partition}/{}/{}", self.owner, self.id)
    }
}

/// The two letters of a kind of entity, as the domain's documents use them.
pub fn code(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Unspecified => "--",
        EntityKind::BudgetLine => "BL",
        EntityKind::Project => "PJ",
        EntityKind::Lot => "LT",
        EntityKind::Contract => "CT",
        EntityKind::Payment => "PY",
        EntityKind::Acceptance => "AC",
        EntityKind::Notice => "NO",
        EntityKind::Organisation => "OR",
        EntityKind::Region => "RG",
        EntityKind::SourceSystem => "SS",
        EntityKind::ThresholdProfile => "TH",
        EntityKind::HolidayCalendar => "HC",
        EntityKind::SyncBatch => "SB",
        EntityKind::OcdsProcess => "OC",
        EntityKind::Delegation => "DG",
    }
}

/// Whether states of a kind are kept in the state store. The others live short and hold few
/// events, so they are folded from the journal when somebody asks.
pub fn is_snapshotted(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::BudgetLine | EntityKind::Project | EntityKind::Lot | EntityKind::Contract
    )
}

/// Reads what [`EntityRef`] writes; `None` for anything else.
pub fn parse(text: &str) -> Option<EntityRef> {
    let mut parts = text.splitn(4, '/');
    let (code_text, partition) = (parts.next()?, parts.next()?);
    let (owner, id) = (parts.next()?, parts.next()?);
    let kind = (1..)
        .map_while(|number| EntityKind::try_from(number).ok())
        .find(|kind| code(*kind) == code_text)?;
    Some(EntityRef::new(kind, partition, owner, id))
}
