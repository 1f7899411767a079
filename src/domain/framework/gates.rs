//! The step gates of framework agreements.

use super::state::Framework;
use crate::{
    domain::{
        entity::EntityRef,
        gate::Env,
        holding::{named_twice, twice},
        lot::Lot,
        payload::{day, day_of},
        project::Project,
        refusal::{Code, Refusal, bad_time, sum_mismatch, unknown, unknown_name},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// Thousandths in one.
const MILLI: i128 = 1_000;

/// The step gates of framework agreements: the stream is its own (E001), each act follows the one
/// before (E003), agreements are with whom they may be, orders of what is known.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let Some(id) = id_of(payload) else {
        return;
    };
    env.own_stream("framework_id", id);
    let loaded = env.load_stream::<Framework>(id);
    let Some(framework) = loaded.get() else {
        return;
    };
    check_order_of_acts(env, framework, payload);
    match payload {
        Payload::FrameworkSolicited(event) => check_deadline(env, event.deadline.as_ref()),
        Payload::FrameworkSupplementSolicited(event) => {
            check_deadline(env, event.deadline.as_ref());
        }
        Payload::FrameworkShortlisted(event) => check_shortlist(env, framework, event),
        Payload::FrameworkAgreementSigned(event) => check_agreement(env, framework, event),
        Payload::FrameworkSupplierRemoved(event) => {
            match framework.suppliers.get(&event.supplier) {
                Some(listed) => env.not_before("the short list", listed.shortlisted_on),
                None => env.refuse(unknown_name("supplier", &event.supplier)),
            }
        }
        Payload::FrameworkOrderPlaced(event) => check_order(env, event),
        Payload::FrameworkExpired(_) => check_expiry(env, framework),
        _ => {}
    }
}

fn id_of(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::FrameworkDrafted(event) => &event.framework_id,
        Payload::FrameworkPlanReviewed(event) => &event.framework_id,
        Payload::FrameworkSolicited(event) => &event.framework_id,
        Payload::FrameworkShortlisted(event) => &event.framework_id,
        Payload::FrameworkAgreementSigned(event) => &event.framework_id,
        Payload::FrameworkActivated(event) => &event.framework_id,
        Payload::FrameworkFiled(event) => &event.framework_id,
        Payload::FrameworkSupplementSolicited(event) => &event.framework_id,
        Payload::FrameworkSupplierRemoved(event) => &event.framework_id,
        Payload::FrameworkOrderPlaced(event) => &event.framework_id,
        Payload::FrameworkExpired(event) => &event.framework_id,
        Payload::FrameworkTerminated(event) => &event.framework_id,
        _ => return None,
    })
}

/// E003 for an act that is dated before the one it rests on.
fn check_order_of_acts(env: &mut Env<'_>, framework: &Framework, payload: &Payload) {
    let first_signed_on = framework
        .agreements
        .values()
        .filter_map(|a| a.signed_on)
        .min();
    let (what, earliest) = match payload {
        Payload::FrameworkPlanReviewed(_) | Payload::FrameworkTerminated(_) => {
            ("the draft", framework.drafted_on)
        }
        Payload::FrameworkSolicited(_) => ("the review", framework.reviewed_on),
        Payload::FrameworkShortlisted(_) => ("the call", framework.solicited_on),
        Payload::FrameworkActivated(_) | Payload::FrameworkFiled(_) => {
            ("the first agreement", first_signed_on)
        }
        Payload::FrameworkSupplementSolicited(_) | Payload::FrameworkOrderPlaced(_) => {
            ("the first day of orders", framework.activated_on)
        }
        _ => return,
    };
    env.not_before(what, earliest);
}

fn check_deadline(env: &mut Env<'_>, deadline: Option<&prost_types::Timestamp>) {
    let solicited_on = env.fact.legal_date;
    let deadline = deadline.and_then(day_of);
    if let Some(deadline) = deadline.filter(|deadline| *deadline < solicited_on) {
        env.refuse(bad_time("the call", solicited_on, deadline));
    }
}

fn check_shortlist(env: &mut Env<'_>, framework: &Framework, event: &v1::FrameworkShortlisted) {
    if !framework.is_open() {
        env.not_before("the day of the deadline", framework.deadline_on);
    }
    let listed = event
        .shortlisted
        .iter()
        .map(|listed| listed.supplier.as_str());
    if let Some(supplier) = named_twice(listed) {
        env.refuse(twice("supplier", supplier));
    }
    let (listed, responded) = (event.shortlisted.len(), event.responded_count);
    if i64::try_from(listed).unwrap_or(i64::MAX) > i64::from(responded) {
        let message = format!("{listed} suppliers are shortlisted, {responded} responded");
        let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
        env.refuse(
            refusal
                .with("responded_count", responded)
                .with("shortlisted_count", listed),
        );
    }
}

fn check_agreement(env: &mut Env<'_>, framework: &Framework, event: &v1::FrameworkAgreementSigned) {
    let supplier = &event.supplier;
    if !framework.is_shortlisted(supplier) {
        env.refuse(unknown_name("supplier", supplier));
    }
    let listed = framework.suppliers.get(supplier);
    env.not_before(
        "the short list",
        listed.and_then(|listed| listed.shortlisted_on),
    );
    if let (Some(from), Some(to)) = (day(&event.valid_from), day(&event.valid_to))
        && to < from
    {
        env.refuse(bad_time("first day of the agreement", from, to));
    }
    if let Some(sku) = named_twice(event.items.iter().map(|item| item.sku.as_str())) {
        env.refuse(twice("sku", sku));
    }
}

/// A framework ends by time after the last day of its last agreement.
fn check_expiry(env: &mut Env<'_>, framework: &Framework) {
    let after_last = framework.last_day().and_then(|day| day.succ_opt());
    env.not_before("the day after the last agreement's last", after_last);
}

/// What an order rests on is told by the framework's invariants.
fn check_order(env: &mut Env<'_>, event: &v1::FrameworkOrderPlaced) {
    check_lot(env, event);
    if let Some(sku) = named_twice(event.items.iter().map(|item| item.sku.as_str())) {
        env.refuse(twice("sku", sku));
    }
    let sum_fen = event.items.iter().map(line_fen).sum();
    if sum_fen != i128::from(event.amount_fen) {
        env.refuse(sum_mismatch(
            "lines of the order",
            event.amount_fen.into(),
            sum_fen,
        ));
    }
}

/// E001 for a lot that the ledger does not know, or one of another unit's project.
fn check_lot(env: &mut Env<'_>, event: &v1::FrameworkOrderPlaced) {
    let entity = |kind, id| {
        let partition = &env.fact.stream.partition;
        EntityRef::new(kind, partition, &event.project_id, id)
    };
    let (lot, project) = (
        entity(EntityKind::Lot, &event.lot_no),
        entity(EntityKind::Project, ""),
    );
    if env.load_at::<Lot>(&lot).get().is_none() {
        env.refuse(unknown(&lot));
    }
    let project = env.load_at::<Project>(&project);
    if project
        .get()
        .is_some_and(|project| project.unit != event.unit)
    {
        env.refuse(unknown_name("unit", &event.unit).with("project_id", &event.project_id));
    }
}

/// A line in fen, half up.
fn line_fen(item: &v1::FrameworkOrderItem) -> i128 {
    let exact = i128::from(item.qty_milli) * i128::from(item.unit_price_fen);
    (exact + MILLI / 2).div_euclid(MILLI)
}
