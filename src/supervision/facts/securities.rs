//! Deposits, guarantees, and loans on contracts.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::{
    projects::Project,
    rows::{Head, Rows, day, fen, flag, number, text},
};
use crate::{
    events::v1::{BondCollected, BondForm, event_payload::Payload},
    supervision::tables::{BONDS, LOANS},
};

/// The rows of all of them.
pub(super) fn securities(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    bonds(rows, project);
    loans(rows, project);
}

/// Whether a form stands in for money.
fn is_guarantee(form: BondForm) -> bool {
    use BondForm::{CreditSubstitute, EGuarantee, Insurance, PaperGuarantee};
    matches!(
        form,
        EGuarantee | PaperGuarantee | Insurance | CreditSubstitute
    )
}

/// What a guarantee secures, and for whom.
type Secured<'a> = (i32, &'a str, &'a str, &'a str);

fn secured(bond: &BondCollected) -> Secured<'_> {
    (bond.kind, &bond.lot_no, &bond.contract_id, &bond.payer)
}

fn bonds(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let issued: HashSet<Secured<'_>> = project
        .acts
        .iter()
        .filter_map(|(_, payload)| match payload {
            Payload::GuaranteeIssued(e) => {
                Some((e.kind, &*e.lot_no, &*e.contract_id, &*e.applicant))
            }
            _ => None,
        })
        .collect();
    for (act, payload) in &project.acts {
        let (kind, id, bond, is_guarantee) = match payload {
            Payload::BondCollected(e) => {
                let is_guarantee = is_guarantee(e.form());
                // What its guarantor told of already is not counted again when it is handed in.
                if is_guarantee && issued.contains(&secured(e)) {
                    continue;
                }
                let of = (e.kind, &e.payer, &e.lot_no, &e.contract_id, e.amount_fen);
                ("bond", &e.bond_id, of, is_guarantee)
            }
            Payload::GuaranteeIssued(e) => {
                let of = (
                    e.kind,
                    &e.applicant,
                    &e.lot_no,
                    &e.contract_id,
                    e.amount_fen,
                );
                ("guarantee", &e.guarantee_no, of, true)
            }
            _ => continue,
        };
        let (of_kind, supplier, lot_no, contract_id, amount_fen) = bond;
        let head = Head {
            supplier,
            ..project.head(Some(act.on()))
        };
        let rest = [
            text(id),
            number(of_kind),
            flag(is_guarantee),
            text(lot_no),
            text(contract_id),
            number(amount_fen),
        ];
        let subject = rows.subject(kind, id);
        rows.add(&BONDS, &head, subject, rest);
    }
}

/// A loan in the making.
#[derive(Default)]
struct Loan<'a> {
    contract_id: &'a str,
    bank: &'a str,
    applied_on: Option<NaiveDate>,
    approved_fen: i64,
    rate_bp: i32,
    disbursed_on: Option<NaiveDate>,
    disbursed_fen: i128,
    repaid_fen: i128,
}

fn loans_of<'a>(project: &Project<'a>) -> BTreeMap<&'a str, Loan<'a>> {
    let mut found = BTreeMap::<&str, Loan<'a>>::new();
    for (act, payload) in &project.acts {
        match payload {
            Payload::FinancingApplied(e) => {
                let of = found.entry(&e.financing_id).or_default();
                (of.contract_id, of.bank) = (&e.contract_id, &e.bank);
                of.applied_on = Some(act.on());
            }
            Payload::FinancingApproved(e) => {
                let of = found.entry(&e.financing_id).or_default();
                of.contract_id = &e.contract_id;
                (of.approved_fen, of.rate_bp) = (e.amount_fen, e.annual_rate_bp);
            }
            Payload::FinancingDisbursed(e) => {
                let of = found.entry(&e.financing_id).or_default();
                of.contract_id = &e.contract_id;
                of.disbursed_on = of.disbursed_on.or(Some(act.on()));
                of.disbursed_fen += i128::from(e.amount_fen);
            }
            Payload::FinancingRepaid(e) => {
                let of = found.entry(&e.financing_id).or_default();
                of.repaid_fen += i128::from(e.amount_fen);
            }
            _ => {}
        }
    }
    found
}

fn loans(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    for (id, of) in loans_of(project) {
        let contract = project.contracts.found.get(of.contract_id);
        let head = Head {
            supplier: contract.map_or("", |contract| contract.state.supplier()),
            ..project.head(of.applied_on.or(of.disbursed_on))
        };
        let rest = [
            text(id),
            text(of.contract_id),
            text(of.bank),
            day(of.applied_on),
            number(of.approved_fen),
            number(of.rate_bp),
            day(of.disbursed_on),
            fen(of.disbursed_fen),
            fen(of.repaid_fen),
            rows.workdays(of.applied_on, of.disbursed_on),
        ];
        let subject = rows.subject("financing", id);
        rows.add(&LOANS, &head, subject, rest);
    }
}
