//! Step gates of securities: the lot or contract named is known, a security keeps its contract
//! (E001), days follow each other (E003).

use chrono::NaiveDate;

use super::{
    bond::{Bond, BondStatus},
    letter::{Guarantee, GuaranteeStatus},
};
use crate::{
    domain::{
        contract::{Contract, ContractStatus},
        gate::Env,
        inquiry::check_lot,
        payload::day,
        refusal::{Code, Refusal, bad_time, unknown},
    },
    events::v1::{self, EntityKind, event_payload::Payload},
};

/// The step gates of securities.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    match payload {
        Payload::BondCollected(e) => check_given(env, &e.lot_no, &e.contract_id),
        Payload::BondReturned(e) => check_bond(env, &e.bond_id, &e.contract_id),
        Payload::BondForfeited(e) => check_bond(env, &e.bond_id, &e.contract_id),
        Payload::GuaranteeIssued(e) => {
            check_given(env, &e.lot_no, &e.contract_id);
            check_validity(env, e);
        }
        Payload::GuaranteeExtended(e) => {
            with_guarantee(env, &e.guarantee_no, &e.contract_id, |env, guarantee| {
                let longer = (guarantee.valid_to, day(&e.valid_to));
                refuse_reversed(env, "last day of the guarantee", longer);
            });
        }
        Payload::GuaranteeReleased(e) => {
            with_guarantee(env, &e.guarantee_no, &e.contract_id, |_, _| {});
        }
        Payload::GuaranteeClaimed(e) => {
            with_guarantee(env, &e.guarantee_no, &e.contract_id, |_, _| {});
        }
        Payload::GuaranteeExpired(e) => {
            with_guarantee(env, &e.guarantee_no, &e.contract_id, |env, guarantee| {
                let over = guarantee.valid_to.and_then(|last| last.succ_opt());
                env.not_before("day after the last of the guarantee", over);
            });
        }
        Payload::CreditEnhancementAccepted(e) => check_given(env, &e.lot_no, &e.contract_id),
        _ => {}
    }
}

/// E001 for a lot or contract that is named and not known. The contract may be younger than what
/// secures it: performance bonds are given before it is signed.
fn check_given(env: &mut Env<'_>, lot_no: &str, contract_id: &str) {
    check_lot(env, lot_no);
    if contract_id.is_empty() {
        return;
    }
    let loaded = env.load::<Contract>(contract_id);
    let is_known = |contract: &Contract| contract.status != ContractStatus::Absent;
    if !loaded.get().is_some_and(is_known) {
        env.refuse(unknown(&env.own(EntityKind::Contract, contract_id)));
    }
}

fn check_validity(env: &mut Env<'_>, e: &v1::GuaranteeIssued) {
    let validity = (day(&e.valid_from), day(&e.valid_to));
    refuse_reversed(env, "first day of the guarantee", validity);
}

/// E003 for a later day that is before an earlier one.
fn refuse_reversed(
    env: &mut Env<'_>,
    what: &'static str,
    (earlier, later): (Option<NaiveDate>, Option<NaiveDate>),
) {
    if let (Some(earlier), Some(later)) = (earlier, later)
        && later < earlier
    {
        env.refuse(bad_time(what, earlier, later));
    }
}

fn check_bond(env: &mut Env<'_>, id: &str, contract_id: &str) {
    let loaded = env.load::<Bond>(id);
    let Some(bond) = loaded
        .get()
        .filter(|bond| bond.status != BondStatus::Absent)
    else {
        env.refuse(unknown(&env.own(EntityKind::Bond, id)));
        return;
    };
    same_contract(env, "bond_id", id, (&bond.contract_id, contract_id));
    env.not_before("receipt", bond.received_on);
}

fn with_guarantee(
    env: &mut Env<'_>,
    no: &str,
    contract_id: &str,
    gates: impl FnOnce(&mut Env<'_>, &Guarantee),
) {
    let loaded = env.load::<Guarantee>(no);
    let known = loaded.get().filter(|g| g.status != GuaranteeStatus::Absent);
    let Some(guarantee) = known else {
        env.refuse(unknown(&env.own(EntityKind::Guarantee, no)));
        return;
    };
    same_contract(
        env,
        "guarantee_no",
        no,
        (&guarantee.contract_id, contract_id),
    );
    env.not_before("issue", guarantee.issued_on);
    gates(env, guarantee);
}

/// E001: a security keeps its contract, or stays without one.
fn same_contract(env: &mut Env<'_>, what: &'static str, id: &str, (expected, given): (&str, &str)) {
    if expected != given {
        let name = |contract_id: &str| match contract_id {
            "" => "no contract".to_owned(),
            contract_id => format!("contract {contract_id}"),
        };
        let message = format!(
            "{what} {id} secures {}, not {}",
            name(expected),
            name(given)
        );
        let refusal = Refusal::new(Code::E001_UNKNOWN_REF, message)
            .with(what, id)
            .with("contract_id", given)
            .with("secured_contract_id", expected);
        env.refuse(refusal);
    }
}
