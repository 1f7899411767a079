//! Entities: the objects that events touch, and how one is named.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::events::v1::EntityKind;

/// Names an entity: its kind, its partition, the id of the stream that owns it, and its own id in
/// that stream (empty for the stream's own object, such as the line of a budget line stream).
///
/// Held as the text that indexes and snapshots use as a key, `<code>/<partition>/<owner>/<id>`: a
/// name is made, hashed and compared several times for each event, and this is one allocation.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityRef {
    /// What kind of object.
    pub kind: EntityKind,
    text: Box<str>,
    partition_end: u32,
    owner_end: u32,
}

/// Where the partition begins: after the code of the kind and a slash.
const PARTITION_AT: usize = 3;

impl EntityRef {
    /// Names an entity.
    pub fn new(kind: EntityKind, partition: &str, owner: &str, id: &str) -> Self {
        let partition_end = PARTITION_AT + partition.len();
        let owner_end = partition_end + 1 + owner.len();
        let mut text = String::with_capacity(owner_end + 1 + id.len());
        for part in [code(kind), "/", partition, "/", owner, "/", id] {
            text.push_str(part);
        }
        Self {
            kind,
            text: text.into_boxed_str(),
            partition_end: partition_end as u32,
            owner_end: owner_end as u32,
        }
    }

    /// The name as one text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The prefecture, `4304` for Hengyang; `00` for the system's own.
    pub fn partition(&self) -> &str {
        &self.text[PARTITION_AT..self.partition_end as usize]
    }

    /// The id of the owning stream.
    pub fn owner(&self) -> &str {
        &self.text[self.partition_end as usize + 1..self.owner_end as usize]
    }

    /// The object's id in that stream.
    pub fn id(&self) -> &str {
        &self.text[self.owner_end as usize + 1..]
    }
}

/// By its parts: the number of its kind, partition, owner, id.
impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = i32::from(self.kind);
        (kind, self.partition(), self.owner(), self.id()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (kind, partition, owner, id) =
            <(i32, String, String, String)>::deserialize(deserializer)?;
        let kind = EntityKind::try_from(kind).map_err(serde::de::Error::custom)?;
        Ok(Self::new(kind, &partition, &owner, &id))
    }
}

/// Writes [`EntityRef::as_str`].
impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
        EntityKind::Intention => "IT",
        EntityKind::Requirement => "RQ",
        EntityKind::MethodChange => "MC",
        EntityKind::SingleSource => "SG",
        EntityKind::Credit => "CE",
        EntityKind::Ban => "BN",
        EntityKind::Inquiry => "IQ",
        EntityKind::Challenge => "CH",
        EntityKind::ChallengeRoll => "CS",
        EntityKind::Complaint => "CP",
        EntityKind::Order => "EO",
        EntityKind::EmallObjection => "OB",
        EntityKind::EmallRule => "ER",
        EntityKind::EmallManager => "EM",
        EntityKind::EmallUnit => "EU",
        EntityKind::SmallPurchase => "SM",
        EntityKind::CanteenSpend => "CN",
        EntityKind::FarmAccount => "FP",
        EntityKind::FarmReserve => "FR",
        EntityKind::Financing => "FN",
        EntityKind::Receivable => "RV",
        EntityKind::Bond => "BD",
        EntityKind::Guarantee => "GT",
        EntityKind::CreditEnhancement => "CX",
        EntityKind::Venue => "VN",
        EntityKind::VenueRequest => "VR",
        EntityKind::ApprovalItem => "AI",
        EntityKind::Approval => "AP",
        EntityKind::Library => "LB",
        EntityKind::BarrierClue => "BC",
        EntityKind::FairReview => "FC",
        EntityKind::InternalControl => "IC",
        EntityKind::Assessment => "AS",
        EntityKind::Onboarding => "ON",
        EntityKind::CampaignTask => "TK",
        EntityKind::Procedure => "OP",
        EntityKind::IrregularFact => "IF",
        EntityKind::Waiver => "WV",
        EntityKind::StageLink => "SL",
        EntityKind::Metric => "MT",
        EntityKind::RulePack => "RP",
        EntityKind::Framework => "FA",
        EntityKind::Fee => "FE",
    }
}

/// Whether states of a kind are kept in the state store. The others live short and hold few
/// events, so they are folded from the journal when somebody asks.
pub fn is_snapshotted(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::BudgetLine
            | EntityKind::Project
            | EntityKind::Lot
            | EntityKind::Contract
            | EntityKind::Framework
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
