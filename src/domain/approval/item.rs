//! AI 审批事项: something that a region's catalogue says needs approval.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        gate::Env,
        machine::{Case, Row, advance},
        payload::{EventType, day, payload_of},
        refusal::{Code, Refusal, unknown},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemStatus {
    /// Not in the catalogue.
    #[default]
    Absent,
    /// 已编目.
    Catalogued,
    /// 已取消; final.
    Abolished,
    /// 已合并 into another; final.
    Merged,
}

/// The state of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalItem {
    /// Where it stands.
    pub status: ItemStatus,
    /// Its name.
    pub name: String,
    /// Who approves.
    pub owner: String,
    /// 依据 as catalogued or as told last; empty for none.
    pub legal_basis: String,
    /// Number of the schema's `LoopStage`.
    pub stage: i32,
    /// Laid down by law.
    pub is_statutory: bool,
    /// The days that it may take.
    pub limit_days: Option<i32>,
    /// Number of the schema's `DayUnit`: how they are counted.
    pub limit_unit: i32,
    /// The day of listing.
    pub catalogued_on: Option<NaiveDate>,
    /// The newest day on which its law was told.
    pub justified_on: Option<NaiveDate>,
    /// The day of the decision that ended it.
    pub ended_on: Option<NaiveDate>,
    /// The first day without it.
    pub ended_from: Option<NaiveDate>,
    /// The item that it became part of; empty for none.
    pub merged_into: String,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<ItemStatus>] = {
    use Case::Any;
    use EventType as E;
    use ItemStatus::{Abolished, Absent, Catalogued, Merged};
    &[
        (Absent, E::ApprovalItemCatalogued, Any, Catalogued),
        (Catalogued, E::ApprovalItemJustified, Any, Catalogued),
        (Catalogued, E::ApprovalItemAbolished, Any, Abolished),
        (Catalogued, E::ApprovalItemMerged, Any, Merged),
    ]
};

fn next(item: &ApprovalItem, entity: &EntityRef, payload: &Payload) -> Result<ItemStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, item.status, event, entity)
}

/// Whether the event may happen to the item as it stands.
pub fn transition(item: &ApprovalItem, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(item, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The item after one more fact.
pub fn evolve(item: &mut ApprovalItem, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(item, entity, payload) {
        item.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::ApprovalItemCatalogued(e) => {
            item.name.clone_from(&e.name);
            item.owner.clone_from(&e.owner);
            item.legal_basis.clone_from(&e.legal_basis);
            item.stage = e.stage;
            item.is_statutory = e.statutory;
            item.limit_days = e.limit_days;
            item.limit_unit = e.limit_unit;
            item.catalogued_on = on;
        }
        Payload::ApprovalItemJustified(e) => {
            item.legal_basis.clone_from(&e.legal_basis);
            item.justified_on = on;
        }
        Payload::ApprovalItemAbolished(e) => {
            item.ended_on = on;
            item.ended_from = day(&e.effective_on);
        }
        Payload::ApprovalItemMerged(e) => {
            item.ended_on = on;
            item.ended_from = day(&e.effective_on);
            item.merged_into.clone_from(&e.into);
        }
        _ => {}
    }
}

/// The step gates of items: an event is of its region's stream, an item merges into another that is
/// known (E001), its end and its law follow its listing (E003).
pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    let (region, item_code) = match payload {
        Payload::ApprovalItemCatalogued(e) => return env.own_stream("region", &e.region),
        Payload::ApprovalItemAbolished(e) => (&e.region, &e.item_code),
        Payload::ApprovalItemMerged(e) => (&e.region, &e.item_code),
        Payload::ApprovalItemJustified(e) => (&e.region, &e.item_code),
        _ => return,
    };
    env.own_stream("region", region);
    let item = env.load::<ApprovalItem>(item_code);
    env.not_before("listing", item.get().and_then(|item| item.catalogued_on));
    if let Payload::ApprovalItemMerged(e) = payload {
        check_merger(env, e);
    }
}

fn check_merger(env: &mut Env<'_>, e: &v1::ApprovalItemMerged) {
    if e.into == e.item_code {
        let message = format!("item {} cannot become part of itself", e.item_code);
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message)
            .with("item_code", &e.item_code)
            .with("into", &e.into);
        env.refuse(refusal);
    }
    if env.load::<ApprovalItem>(&e.into).get().is_none() {
        env.refuse(unknown(&env.own(EntityKind::ApprovalItem, &e.into)));
    }
}
