//! The step gates of what undoes an award or begins again: reevaluation, revocation,
//! reprocurement.
//!
//! Decided where the domain's specification is silent:
//! - An award falls to the next candidate or the lot fails, never both: with a candidate no parts
//!   are stated (E024).
//! - A method other than open tender needs no approval here, since its lack is a breach and no
//!   impossibility. An approval that is named must be of the failed lot and the new method (E001).

use super::{check_in_force, on_lot};
use crate::{
    domain::{
        gate::Env,
        holding::{check_parts, refuse_twice},
        lot::Lot,
        method_change::MethodChange,
        refusal::{Code, Refusal, unknown_name},
    },
    events::v1::{self, event_payload::Payload},
};

pub(super) fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::ReevaluationOrdered(event) => on_lot(env, &event.lot_no, |env, lot| {
            env.not_before("the end of evaluation", lot.concluded_on);
            let determined_on = lot.award.as_ref().map(|award| award.determined_on);
            env.not_before("determination of the winner", determined_on);
        }),
        Payload::AwardRevoked(event) => on_lot(env, &event.lot_no, |env, lot| {
            check_revocation(env, lot, event);
        }),
        Payload::ReprocurementStarted(event) => {
            check_in_force(env);
            on_lot(env, &event.lot_no, |env, lot| {
                env.not_before("failure of the lot", lot.failed_on);
            });
            check_parts(
                env,
                "budget parts of a lot",
                event.amount_fen,
                &event.budget_parts,
            );
            check_approval(env, event);
        }
        _ => {}
    }
}

fn check_revocation(env: &mut Env<'_>, lot: &Lot, event: &v1::AwardRevoked) {
    if let Some(award) = &lot.award {
        env.not_before("determination of the winner", Some(award.determined_on));
        env.not_before("the award notice", award.notified_on);
    }
    refuse_twice(env, &event.budget_parts);
    let next = &event.next_candidate;
    if next.is_empty() {
        if event.budget_parts.is_empty() {
            env.refuse(missing("budget_parts", "a lot that fails states its parts"));
        }
        return;
    }
    let holder = lot.award.as_ref().map(|award| award.supplier.as_str());
    let is_valid = lot.ranking.get(next).is_some_and(|ranked| ranked.is_valid);
    if !is_valid || lot.revoked.contains(next) || holder == Some(next) {
        env.refuse(unknown_name("next_candidate", next));
    }
    if event.next_award_fen.is_none() {
        env.refuse(missing(
            "next_award_fen",
            "a next candidate needs its award",
        ));
    }
    if !event.budget_parts.is_empty() {
        let message = "the award falls to the next candidate, so the lot gives nothing back";
        let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
        env.refuse(refusal.with("next_candidate", next));
    }
}

fn missing(field: &'static str, why: &str) -> Refusal {
    Refusal::new(Code::E022_MISSING_FIELD, why).with("field", field)
}

fn check_approval(env: &mut Env<'_>, event: &v1::ReprocurementStarted) {
    let id = &event.approval_request_id;
    if id.is_empty() {
        return;
    }
    let request = env.load::<MethodChange>(id);
    let approved = request.get();
    match approved.filter(|request| request.is_approved_for(&event.lot_no, event.new_method)) {
        Some(request) => env.not_before("approval of the method", request.decided_on),
        None => env.refuse(unknown_name("approval_request_id", id)),
    }
}
