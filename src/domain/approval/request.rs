//! AP 审批: one approval that a project asks for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::item::ApprovalItem;
use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        gate::Env,
        machine::{Case, Row, advance},
        payload::{EventType, payload_of},
        profile::partition_of,
        refusal::{Refusal, unknown},
    },
    events::v1::{ApprovalResult, EntityKind, event_payload::Payload},
};

/// Where an approval stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ApprovalStatus {
    /// Not requested.
    #[default]
    Absent,
    /// 已申请.
    Requested,
    /// 补充材料中.
    Supplementing,
    /// 同意; final.
    Approved,
    /// 不同意; final.
    Rejected,
    /// 已撤回; final.
    Withdrawn,
}

/// The state of an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Where it stands.
    pub status: ApprovalStatus,
    /// The item.
    pub item_code: String,
    /// The region whose catalogue has it.
    pub item_region: String,
    /// The day of the request.
    pub requested_on: Option<NaiveDate>,
    /// The newest day on which papers were asked for.
    pub supplement_requested_on: Option<NaiveDate>,
    /// The newest day on which papers came.
    pub supplemented_on: Option<NaiveDate>,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The day of withdrawal.
    pub withdrawn_on: Option<NaiveDate>,
}

/// Which event leads where. A decision is `Taken` or `TurnedDown`.
pub const TRANSITIONS: &[Row<ApprovalStatus>] = {
    use ApprovalStatus::{Absent, Approved, Rejected, Requested, Supplementing, Withdrawn};
    use Case::{Any, Taken, TurnedDown};
    use EventType as E;
    &[
        (Absent, E::ApprovalRequested, Any, Requested),
        (
            Requested,
            E::ApprovalSupplementRequested,
            Any,
            Supplementing,
        ),
        (Requested, E::ApprovalDecided, Taken, Approved),
        (Requested, E::ApprovalDecided, TurnedDown, Rejected),
        (Requested, E::ApprovalWithdrawn, Any, Withdrawn),
        (Supplementing, E::ApprovalSupplemented, Any, Requested),
        (Supplementing, E::ApprovalWithdrawn, Any, Withdrawn),
    ]
};

fn case_of(payload: &Payload) -> Case {
    let Payload::ApprovalDecided(decision) = payload else {
        return Case::Other;
    };
    match decision.result() {
        ApprovalResult::Approved => Case::Taken,
        ApprovalResult::Rejected => Case::TurnedDown,
        ApprovalResult::Unspecified => Case::Other,
    }
}

fn next(
    approval: &Approval,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<ApprovalStatus, Refusal> {
    let event = (EventType::of(payload), case_of(payload));
    advance(TRANSITIONS, approval.status, event, entity)
}

/// Whether the event may happen to the approval as it stands: E001 for a decision without a
/// request.
pub fn transition(approval: &Approval, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(approval, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The approval after one more fact.
pub fn evolve(approval: &mut Approval, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(approval, entity, payload) {
        approval.status = to;
    }
    let on = Some(fact.legal_date);
    match payload {
        Payload::ApprovalRequested(e) => {
            approval.item_code.clone_from(&e.item_code);
            approval.item_region.clone_from(&e.item_region);
            approval.requested_on = on;
        }
        Payload::ApprovalSupplementRequested(_) => approval.supplement_requested_on = on,
        Payload::ApprovalSupplemented(_) => approval.supplemented_on = on,
        Payload::ApprovalDecided(_) => approval.decided_on = on,
        Payload::ApprovalWithdrawn(_) => approval.withdrawn_on = on,
        _ => {}
    }
}

/// The step gates of approvals: the item is known in its region (E001), each act follows the one
/// before (E003).
pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    let approval_id = match payload {
        Payload::ApprovalRequested(e) => {
            let (region, code) = (&e.item_region, &e.item_code);
            let partition = partition_of(region);
            let item = EntityRef::new(EntityKind::ApprovalItem, partition, region, code);
            if env.load_at::<ApprovalItem>(&item).get().is_none() {
                env.refuse(unknown(&item));
            }
            return;
        }
        Payload::ApprovalSupplementRequested(e) => &e.approval_id,
        Payload::ApprovalSupplemented(e) => &e.approval_id,
        Payload::ApprovalDecided(e) => &e.approval_id,
        Payload::ApprovalWithdrawn(e) => &e.approval_id,
        _ => return,
    };
    let loaded = env.load::<Approval>(approval_id);
    if let Some(approval) = loaded.get() {
        env.not_before("request", approval.requested_on);
        env.not_before("request for papers", approval.supplement_requested_on);
        env.not_before("coming of papers", approval.supplemented_on);
    }
}
