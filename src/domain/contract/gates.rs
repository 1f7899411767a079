//! Step gates of contract events: what must be known (E001) and dates (E003).

use chrono::NaiveDate;

use super::{state::Contract, status::ContractStatus::Absent};
use crate::{
    domain::{
        financing::gates::check_locked_account,
        gate::Env,
        holding::{check_parts, named_twice, twice},
        lot::Lot,
        payload::day,
        plan::check_lines,
        refusal::{Code, Refusal, bad_time, unknown, unknown_name},
    },
    events::v1::{self, EntityKind, LawTrack, event_payload::Payload},
};

/// The step gates of contract events. Every act on a contract needs one that is signed (E001) and
/// happens no earlier than the signing or the act that it ends (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let contract_id = match payload {
        Payload::ContractSigned(signing) => return check_signing(env, signing),
        Payload::ContractFiled(e) => &e.contract_id,
        Payload::SupplementSigned(e) => &e.contract_id,
        Payload::ContractChanged(e) => &e.contract_id,
        Payload::ContractSuspended(e) => &e.contract_id,
        Payload::ContractResumed(e) => &e.contract_id,
        Payload::ContractTerminated(e) => &e.contract_id,
        Payload::ContractCompleted(e) => &e.contract_id,
        Payload::PerformanceStarted(e) => &e.contract_id,
        Payload::GoodsDelivered(e) => &e.contract_id,
        Payload::InvoiceReceived(e) => &e.contract_id,
        Payload::SettlementConfirmed(e) => &e.contract_id,
        Payload::LiquidatedDamagesAssessed(e) => &e.contract_id,
        Payload::RectificationCompleted(e) => &e.contract_id,
        _ => return,
    };
    if let Payload::SupplementSigned(more) = payload {
        check_supplement(env, more);
    }
    with_contract(env, contract_id, |env, contract| {
        check_act(env, payload, contract);
    });
}

/// A supplement occupies more of budget lines: its parts make its amount (E024), on lines that the
/// plan's unit may draw on.
fn check_supplement(env: &mut Env<'_>, more: &v1::SupplementSigned) {
    check_parts(env, "budget_parts", more.amount_fen, &more.budget_parts);
    let loaded = env.project();
    if let Some(project) = loaded.get() {
        check_lines(env, &more.budget_parts, &project.unit, &project.region);
    }
}

/// Runs gates on a signed contract of the event's stream; E001 when there is none. No act on a
/// contract is earlier than its signing (E003).
pub fn with_contract(
    env: &mut Env<'_>,
    contract_id: &str,
    gates: impl FnOnce(&mut Env<'_>, &Contract),
) {
    let loaded = env.load::<Contract>(contract_id);
    match loaded.get().filter(|contract| contract.status != Absent) {
        Some(contract) => {
            let signed_on = contract.signed.as_ref().map(|signed| signed.signed_on);
            env.not_before("signing", signed_on);
            gates(env, contract);
        }
        None => env.refuse(unknown(&env.own(EntityKind::Contract, contract_id))),
    }
}

fn check_act(env: &mut Env<'_>, payload: &Payload, contract: &Contract) {
    match payload {
        Payload::ContractResumed(_) => env.not_before("suspension", contract.suspended_on),
        Payload::RectificationCompleted(_) => {
            env.not_before("failed acceptance", contract.failed_on);
        }
        Payload::ContractCompleted(_) => {
            env.not_before("final acceptance", contract.final_passed_on);
            env.not_before("newest payment", contract.money_moved_on);
        }
        Payload::ContractChanged(e) if !e.payee_account_ref.is_empty() => {
            check_locked_account(env, &e.contract_id, &e.payee_account_ref);
        }
        Payload::SettlementConfirmed(e) if !e.term_no.is_empty() => {
            check_term(env, contract, &e.term_no);
        }
        _ => {}
    }
}

/// Refuses with E001 a term that the contract does not have.
pub(in crate::domain) fn check_term(env: &mut Env<'_>, contract: &Contract, term_no: &str) {
    if contract.signed.is_some() && contract.term(term_no).is_none() {
        env.refuse(unknown_name("term_no", term_no));
    }
}

/// A contract is signed by the plan's unit with the winner of an awarded lot, under the plan's law,
/// not before the award; its own terms are whole.
fn check_signing(env: &mut Env<'_>, signing: &v1::ContractSigned) {
    let lot = env.load::<Lot>(&signing.lot_no);
    match lot.get().and_then(|lot| lot.award.as_ref()) {
        Some(award) => {
            env.not_before("award", Some(award.determined_on));
            // The days of 政府采购法第46条 run from the notice: nothing is signed before it.
            env.not_before("award notice", award.notified_on);
            if award.supplier != signing.supplier {
                env.refuse(other_winner(signing, &award.supplier));
            }
        }
        None => env.refuse(unawarded(signing)),
    }
    check_plan(env, signing);
    if let Some((start_on, end_on)) = reversed(&signing.start_on, &signing.end_on) {
        env.refuse(bad_time("start of performance", start_on, end_on));
    }
    if let Some(term_no) = named_twice(signing.terms.iter().map(|term| term.term_no.as_str())) {
        env.refuse(twice("term_no", term_no));
    }
}

fn check_plan(env: &mut Env<'_>, signing: &v1::ContractSigned) {
    let loaded = env.project();
    let Some(project) = loaded.get().filter(|project| !project.plan_id.is_empty()) else {
        env.refuse(unknown(&env.own(EntityKind::Project, "")));
        return;
    };
    if project.unit != signing.buyer {
        let message = format!(
            "contract {} has buyer {}, the plan is of unit {}",
            signing.contract_id, signing.buyer, project.unit
        );
        env.refuse(
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("buyer", &signing.buyer)
                .with("unit", &project.unit),
        );
    }
    if project.law_track != signing.law_track {
        let of_plan = LawTrack::try_from(project.law_track).unwrap_or_default();
        let (of_plan, given) = (of_plan.as_str_name(), signing.law_track().as_str_name());
        let message = format!(
            "contract {} follows {given}, its plan {of_plan}",
            signing.contract_id
        );
        env.refuse(
            Refusal::new(Code::E001_UNKNOWN_REF, message)
                .with("law_track", given)
                .with("plan_law_track", of_plan),
        );
    }
}

/// Two days in the wrong order.
fn reversed(from: &str, to: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (from, to) = (day(from)?, day(to)?);
    (to < from).then_some((from, to))
}

fn unawarded(signing: &v1::ContractSigned) -> Refusal {
    let message = format!(
        "lot {} has no award that contract {} could rest on (政府采购法第43条、第46条)",
        signing.lot_no, signing.contract_id
    );
    Refusal::new(Code::E001_UNKNOWN_REF, message)
        .with("lot_no", &signing.lot_no)
        .with("contract_id", &signing.contract_id)
}

fn other_winner(signing: &v1::ContractSigned, winner: &str) -> Refusal {
    let message = format!(
        "contract {} is with supplier {}, the winner of lot {} is {winner} (政府采购法第46条)",
        signing.contract_id, signing.supplier, signing.lot_no
    );
    Refusal::new(Code::E001_UNKNOWN_REF, message)
        .with("lot_no", &signing.lot_no)
        .with("supplier", &signing.supplier)
        .with("winner", winner)
}
