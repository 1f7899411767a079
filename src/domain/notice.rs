//! NO 公告: a notice, published once, with what it said.
//!
//! The entity is keyed by its stream and number (owner = stream id, id = notice id). A notice
//! changes nothing else: it is the receipt of publication, which deadlines look for. What a notice
//! names must be known (E001), whether its type has a use for it or not, and what it announces must
//! have happened before it (E003).
//!
//! An assessment lives in its agency's stream, so it is named there alone, and its result published
//! there names it; how the assessment goes on is its own matter.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    acceptance::Acceptance,
    assessment::Assessment,
    complaint::{Complaint, ComplaintStatus},
    contract::{Contract, ContractStatus},
    decider::Fact,
    entity::EntityRef,
    gate::{Env, Loaded},
    lot::Lot,
    machine::{Case, Row, advance},
    payload::{EventType, day, payload_of},
    project::Project,
    refusal::{Code, Refusal, bad_time, unknown, unknown_name},
    state::Stated,
    values::StreamKind,
};
use crate::events::v1::{EntityKind, NoticePublished, NoticeType, event_payload::Payload};

/// Where a notice stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NoticeStatus {
    /// Not published.
    #[default]
    Absent,
    /// Published; final.
    Published,
}

/// The state of a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Where it stands.
    pub status: NoticeStatus,
    /// Number of [`NoticeType`].
    pub notice_type: i32,
    /// The day of publication.
    pub published_on: Option<NaiveDate>,
}

/// Which event leads where.
pub const TRANSITIONS: &[Row<NoticeStatus>] = &[(
    NoticeStatus::Absent,
    EventType::NoticePublished,
    Case::Any,
    NoticeStatus::Published,
)];

fn next(notice: &Notice, entity: &EntityRef, payload: &Payload) -> Result<NoticeStatus, Refusal> {
    let event = (EventType::of(payload), Case::Other);
    advance(TRANSITIONS, notice.status, event, entity)
}

/// Whether the event may happen to the notice as it stands.
pub fn transition(notice: &Notice, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(payload) => next(notice, entity, payload).map(drop),
        None => Ok(()),
    }
}

/// The notice after one more fact.
pub fn evolve(notice: &mut Notice, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(notice, entity, payload) {
        notice.status = to;
    }
    if let Payload::NoticePublished(e) = payload {
        notice.notice_type = e.notice_type;
        notice.published_on = Some(fact.legal_date);
    }
}

/// The step gates of a notice.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let Payload::NoticePublished(notice) = payload else {
        return;
    };
    check_period(env, notice);
    if !notice.corrects_notice_id.is_empty() {
        let corrected = env.load::<Notice>(&notice.corrects_notice_id);
        match corrected.get() {
            Some(corrected) => env.not_before("corrected notice", corrected.published_on),
            None => env.refuse(unknown(
                &env.own(EntityKind::Notice, &notice.corrects_notice_id),
            )),
        }
    }
    check_assessment(env, notice);
    let names_nothing = notice.lot_nos.is_empty()
        && notice.contract_id.is_empty()
        && notice.acceptance_id.is_empty()
        && notice.complaint_id.is_empty();
    if let Some(project_id) = project_of(env, notice, names_nothing) {
        check_lots(env, notice, &project_id);
        check_contract(env, notice, &project_id);
        check_acceptance(env, notice, &project_id);
        check_complaint(env, notice, &project_id);
    }
}

/// The project whose objects the notice names. In a project's stream it is that project (E001 when
/// the notice says another); elsewhere it is the one that the notice names, which must be known.
fn project_of(env: &mut Env<'_>, notice: &NoticePublished, names_nothing: bool) -> Option<String> {
    let named = &notice.project_id;
    if env.fact.stream.kind == StreamKind::Project {
        if !named.is_empty() {
            env.own_stream("project_id", named);
        }
        return Some(env.fact.stream.id.clone());
    }
    if named.is_empty() {
        if !names_nothing {
            let message = "a notice outside a project's stream names its lots, contract, \
                           acceptance or complaint without naming the project";
            env.refuse(Refusal::new(Code::E001_UNKNOWN_REF, message).with("project_id", ""));
        }
        return None;
    }
    let project = env.load_stream::<Project>(named);
    if project.get().is_none() {
        let partition = &env.fact.stream.partition;
        let project = EntityRef::new(EntityKind::Project, partition, named, "");
        env.refuse(unknown(&project));
    }
    Some(named.clone())
}

fn object<T: Stated>(env: &Env<'_>, project_id: &str, id: &str) -> (EntityRef, Loaded<T>) {
    let entity = EntityRef::new(T::KIND, &env.fact.stream.partition, project_id, id);
    let loaded = env.load_at(&entity);
    (entity, loaded)
}

/// A result or a failure is published after it is there: of every lot that the notice names
/// (政府采购法实施条例第43条), of every lot of the plan if it names none. It ends secrets, so it may not come
/// early by saying nothing of lots.
fn check_lots(env: &mut Env<'_>, notice: &NoticePublished, project_id: &str) {
    let lot_nos = match notice.notice_type() {
        NoticeType::AwardResult | NoticeType::LotFailure if notice.lot_nos.is_empty() => {
            let project = env.load_stream::<Project>(project_id);
            project.get().map_or_else(Vec::new, |project| {
                let lots = project.lots.keys().chain(project.retry_lots.keys());
                lots.cloned().collect()
            })
        }
        _ => notice.lot_nos.clone(),
    };
    for lot_no in &lot_nos {
        let (entity, loaded) = object::<Lot>(env, project_id, lot_no);
        let Some(lot) = loaded.get() else {
            env.refuse(unknown(&entity));
            continue;
        };
        let (what, happened_on) = match notice.notice_type() {
            NoticeType::AwardResult => {
                let award = lot.award.as_ref();
                ("award", award.map(|award| award.determined_on))
            }
            NoticeType::LotFailure => ("failure", lot.failed_on),
            _ => continue,
        };
        match happened_on {
            Some(_) => env.not_before(what, happened_on),
            None => env.refuse(too_early(what, "lot_no", lot_no, env.fact)),
        }
    }
}

fn check_contract(env: &mut Env<'_>, notice: &NoticePublished, project_id: &str) {
    if notice.contract_id.is_empty() {
        return;
    }
    let (entity, loaded) = object::<Contract>(env, project_id, &notice.contract_id);
    match loaded
        .get()
        .filter(|contract| contract.status != ContractStatus::Absent)
    {
        Some(contract) => {
            let signed_on = contract.signed.as_ref().map(|signed| signed.signed_on);
            env.not_before("signing", signed_on);
        }
        None => env.refuse(unknown(&entity)),
    }
}

fn check_acceptance(env: &mut Env<'_>, notice: &NoticePublished, project_id: &str) {
    let id = &notice.acceptance_id;
    if id.is_empty() {
        return;
    }
    let (entity, loaded) = object::<Acceptance>(env, project_id, id);
    let Some(acceptance) = loaded.get() else {
        env.refuse(unknown(&entity));
        return;
    };
    if notice.notice_type() == NoticeType::AcceptanceResult {
        match acceptance.concluded_on {
            Some(concluded_on) => env.not_before("acceptance", Some(concluded_on)),
            None => env.refuse(too_early("acceptance", "acceptance_id", id, env.fact)),
        }
    }
}

/// A decision is published after it is there.
fn check_complaint(env: &mut Env<'_>, notice: &NoticePublished, project_id: &str) {
    let id = &notice.complaint_id;
    if id.is_empty() {
        return;
    }
    let (entity, loaded) = object::<Complaint>(env, project_id, id);
    let known = loaded.get();
    let Some(complaint) = known.filter(|known| known.status != ComplaintStatus::Absent) else {
        env.refuse(unknown(&entity));
        return;
    };
    if notice.notice_type() == NoticeType::ComplaintDecision {
        match complaint.decided_on {
            Some(decided_on) => env.not_before("decision", Some(decided_on)),
            None => env.refuse(too_early("decision", "complaint_id", id, env.fact)),
        }
    }
}

/// E001 for an assessment that the stream's agency does not have, and for a result of none.
fn check_assessment(env: &mut Env<'_>, notice: &NoticePublished) {
    let id = &notice.assessment_id;
    let is_agencys = env.fact.stream.kind == StreamKind::Agency;
    let is_result = notice.notice_type() == NoticeType::AssessmentResult;
    if id.is_empty() {
        if is_agencys && is_result {
            env.refuse(unknown_name("assessment_id", ""));
        }
        return;
    }
    let assessment = env.load::<Assessment>(id);
    if !is_agencys || assessment.get().is_none() {
        env.refuse(unknown(&env.own(EntityKind::Assessment, id)));
    }
}

/// E003: what a notice announces has not happened.
fn too_early(act: &str, what: &'static str, id: &str, fact: &Fact) -> Refusal {
    let message = format!("the notice announces the {act} of {what} {id} before it is recorded");
    Refusal::new(Code::E003_BAD_TIME, message)
        .with("depends_on", act)
        .with("legal_on", fact.legal_date)
        .with(what, id)
}

/// E003: a notice period ends before it begins.
fn check_period(env: &mut Env<'_>, notice: &NoticePublished) {
    if let (Some(from), Some(to)) = (day(&notice.from), day(&notice.to))
        && to < from
    {
        env.refuse(bad_time("first day of the notice period", from, to));
    }
}

#[cfg(test)]
mod tests;
