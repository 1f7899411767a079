//! Contracts of a project, and what flags on them look at.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rusqlite::types::Value;

use super::{count, int, lots::Lots, origin, place, project::Project, subject, text};
use crate::{
    events::v1::{
        AcceptanceResult, ContractSigned, LawTrack, Origin, PaymentRequested, TermKind,
        event_payload::Payload,
    },
    supervision::{
        indicators::{
            exact::{self, CNY},
            tables::{CONTRACT_FLAGS, FLAG_PAYMENTS},
        },
        sight::{Row, Sight},
    },
    views::Standing,
};

/// A request for payment, and what became of it.
#[derive(Default)]
pub(super) struct Claim<'a> {
    request: Option<&'a PaymentRequested>,
    amount_fen: i64,
    executed: Option<&'a Standing>,
}

/// A pledge of the account of a contract.
struct Lock<'a> {
    financing_id: &'a str,
    account: &'a str,
    act: &'a Standing,
    until: Option<(NaiveDate, u64)>,
}

/// A contract in the making.
#[derive(Default)]
pub(super) struct Contract<'a> {
    signed: Option<(&'a Standing, &'a ContractSigned)>,
    supplements: BTreeMap<&'a str, (i64, &'a Standing)>,
    changes: BTreeMap<&'a str, (i64, &'a Standing)>,
    /// Payments by their id.
    pub claims: BTreeMap<&'a str, Claim<'a>>,
    accepted: Option<&'a Standing>,
    acceptors: BTreeSet<&'a str>,
    acceptors_at: Vec<u64>,
    locks: Vec<Lock<'a>>,
    accounts: Vec<(&'a str, &'a Standing)>,
}

/// Folds the contracts of a project.
#[derive(Default)]
pub(super) struct Contracts<'a> {
    found: BTreeMap<&'a str, Contract<'a>>,
}

impl<'a> Contracts<'a> {
    fn of(&mut self, contract_id: &'a str) -> &mut Contract<'a> {
        self.found.entry(contract_id).or_default()
    }

    /// Takes in an act; one that is of no contract changes nothing.
    pub fn take(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::ContractSigned(e) => self.of(&e.contract_id).signed = Some((act, e)),
            Payload::SupplementSigned(e) => {
                let supplement = (e.amount_fen, act);
                let contract = self.of(&e.contract_id);
                contract.supplements.insert(&e.supplement_no, supplement);
            }
            Payload::ContractChanged(e) => {
                let contract = self.of(&e.contract_id);
                if e.delta_fen != 0 {
                    contract.changes.insert(&e.change_no, (e.delta_fen, act));
                }
                if !e.payee_account_ref.is_empty() {
                    contract.accounts.push((&e.payee_account_ref, act));
                }
            }
            Payload::AcceptanceTeamFormed(e) => {
                let members = e.members.iter().map(|member| member.member_no.as_str());
                self.of(&e.contract_id).accepts(act, members);
            }
            Payload::AcceptanceConcluded(e) => {
                let contract = self.of(&e.contract_id);
                contract.accepts(act, e.signers.iter().map(String::as_str));
                if e.is_final && e.result() == AcceptanceResult::Passed {
                    contract.accepted = contract.accepted.or(Some(act));
                }
            }
            Payload::PayeeAccountLocked(e) => self.of(&e.contract_id).locks.push(Lock {
                financing_id: &e.financing_id,
                account: &e.account_ref,
                act,
                until: None,
            }),
            Payload::PayeeAccountReleased(e) => {
                let mut locks = self.of(&e.contract_id).locks.iter_mut();
                let lock = locks.find(|lock| lock.financing_id == e.financing_id);
                if let Some(lock) = lock {
                    lock.until = Some((act.on(), act.position));
                }
            }
            _ => {
                if let Some(contract_id) = paid_contract(payload) {
                    self.of(contract_id).pay(act, payload);
                }
            }
        }
    }
}

/// The contract that an act of payment is of.
pub(super) fn paid_contract(payload: &Payload) -> Option<&str> {
    Some(match payload {
        Payload::PaymentRequested(e) => &e.contract_id,
        Payload::PaymentExecuted(e) => &e.contract_id,
        Payload::PaymentReturned(e) => &e.contract_id,
        _ => return None,
    })
}

impl<'a> Contract<'a> {
    fn accepts(&mut self, act: &Standing, persons: impl Iterator<Item = &'a str>) {
        self.acceptors.extend(persons);
        self.acceptors_at.extend(act.positions());
    }

    /// Takes in an act of payment.
    pub fn pay(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::PaymentRequested(e) => {
                self.accounts.push((&e.payee_account_ref, act));
                let claim = self.claims.entry(&e.payment_id).or_default();
                claim.request = Some(e);
            }
            Payload::PaymentExecuted(e) => {
                let claim = self.claims.entry(&e.payment_id).or_default();
                claim.amount_fen = e.amount_fen;
                claim.executed = Some(act);
            }
            Payload::PaymentReturned(e) => {
                self.claims.entry(&e.payment_id).or_default().executed = None;
            }
            _ => {}
        }
    }

    /// Payments that were made and did not come back, in order of days.
    pub fn paid(&self) -> Vec<(&'a str, &Claim<'a>, &'a Standing)> {
        let made = self
            .claims
            .iter()
            .filter_map(|(id, claim)| Some((*id, claim, claim.executed?)));
        let mut made: Vec<_> = made.collect();
        made.sort_by_key(|(_, _, act)| (act.on(), act.position));
        made
    }

    fn delta_fen(&self) -> i64 {
        let all = self.supplements.values().chain(self.changes.values());
        all.fold(0, |sum, (fen, _)| sum.saturating_add(*fen))
    }

    /// What adds to the amount; what lowers it does not make room for more.
    fn added_fen(&self) -> i64 {
        let all = self.supplements.values().chain(self.changes.values());
        let raising = all.filter(|(fen, _)| *fen > 0);
        raising.fold(0, |sum, (fen, _)| sum.saturating_add(*fen))
    }

    /// The first payment due on acceptance by its term, or that completes the amount.
    fn final_payment(&self) -> Option<&'a Standing> {
        let (_, signed) = self.signed?;
        let payable = i128::from(signed.amount_fen) + i128::from(self.delta_fen());
        let mut sum = 0;
        for (_, claim, act) in self.paid() {
            sum += i128::from(claim.amount_fen);
            let of = |term_no: &str| signed.terms.iter().find(|term| term.term_no == term_no);
            let term = claim.request.and_then(|request| of(&request.term_no));
            let is_final = term.is_some_and(|term| {
                matches!(
                    term.kind(),
                    TermKind::Acceptance | TermKind::Final | TermKind::Retention
                )
            });
            if is_final || sum >= payable {
                return Some(act);
            }
        }
        None
    }

    /// Acts that name another account while a pledge holds.
    fn account_changes(&self) -> Vec<&'a Standing> {
        let breaks = |(account, act): &(&'a str, &'a Standing)| {
            let at = (act.on(), act.position);
            self.locks.iter().any(|lock| {
                let begins = (lock.act.on(), lock.act.position);
                *account != lock.account && begins < at && lock.until.is_none_or(|end| at < end)
            })
        };
        let accounts = self.accounts.iter().filter(|named| breaks(named));
        accounts.map(|(_, act)| *act).collect()
    }
}

fn of_acts<'a>(acts: impl IntoIterator<Item = &'a Standing>) -> Value {
    let positions = acts.into_iter().flat_map(Standing::positions);
    text(exact::positions(positions))
}

fn day_of(act: Option<&Standing>) -> Value {
    text(act.map_or_else(String::new, |act| act.on().to_string()))
}

/// Writes contracts that were signed, and their payments.
pub(super) fn write(
    sight: &Sight<'_>,
    project: &Project<'_>,
    lots: &Lots<'_>,
    contracts: &Contracts<'_>,
    rows: &mut Vec<Row>,
) {
    for (contract_id, contract) in &contracts.found {
        if let Some((act, signed)) = contract.signed {
            let values = row(sight, project, lots, (act, signed), contract);
            rows.push((&CONTRACT_FLAGS, values));
            write_payments(
                sight,
                (contract_id, &signed.buyer),
                Origin::Project,
                contract,
                rows,
            );
        }
    }
}

fn row(
    sight: &Sight<'_>,
    project: &Project<'_>,
    lots: &Lots<'_>,
    (act, signed): (&Standing, &ContractSigned),
    contract: &Contract<'_>,
) -> Vec<Value> {
    let lot = lots.get(&signed.lot_no);
    let award = lot.and_then(super::lots::Lot::in_force);
    let method = lot.map_or(0, |lot| i32::from(lot.method()));
    let award_acts = award.map(|award| award.act).into_iter().chain([act]);
    let mut values = vec![
        place(sight.position),
        text(&signed.contract_id),
        text(sight.stream.to_string()),
        text(subject(sight, "contract", &signed.contract_id)),
        text(&sight.stream.partition),
        text(&sight.stream.id),
        origin(Origin::Project),
        text(&signed.lot_no),
        text(""),
        text(&signed.buyer),
        text(&signed.supplier),
        text(sight.region_code),
        int(method),
        text(project.category()),
        text(&signed.signed_on),
        text(exact::yuan(signed.amount_fen)),
        text(CNY),
        int(signed.amount_fen),
        text(award.map_or_else(String::new, |award| exact::yuan(award.award_fen))),
        text(if award.is_some() { CNY } else { "" }),
    ];
    let is_limited = signed.law_track() != LawTrack::TenderLaw;
    values.extend(figures(project, is_limited, contract));
    let changes = contract
        .supplements
        .values()
        .chain(contract.changes.values());
    values.extend([of_acts(award_acts), of_acts(changes.map(|(_, act)| *act))]);
    values.extend(evidence(project, contract));
    values
}

/// The columns from `added_fen` to `shared`.
fn figures(project: &Project<'_>, is_limited: bool, contract: &Contract<'_>) -> Vec<Value> {
    let paid = contract.paid();
    let paid_fen = paid.iter().fold(0_i64, |sum, (_, claim, _)| {
        sum.saturating_add(claim.amount_fen)
    });
    let buyers: BTreeSet<&str> = project.buyers.iter().copied().collect();
    let shared: Vec<&str> = buyers.intersection(&contract.acceptors).copied().collect();
    vec![
        int(contract.added_fen()),
        int(contract.delta_fen()),
        count(contract.supplements.len() + contract.changes.len()),
        int(is_limited),
        text(if paid.is_empty() {
            String::new()
        } else {
            exact::yuan(paid_fen)
        }),
        text(if paid.is_empty() { "" } else { CNY }),
        day_of(contract.final_payment()),
        day_of(contract.accepted),
        int(1),
        day_of(contract.locks.first().map(|lock| lock.act)),
        count(contract.account_changes().len()),
        count(buyers.len()),
        count(contract.acceptors.len()),
        text(shared.join("\n")),
    ]
}

/// The columns from `paid_evidence` on.
fn evidence(project: &Project<'_>, contract: &Contract<'_>) -> [Value; 4] {
    let paid = contract.paid();
    let pledged = contract.locks.iter().map(|lock| lock.act);
    let ends = contract
        .final_payment()
        .into_iter()
        .chain(contract.accepted);
    let persons = project.buyers_at.iter().chain(&contract.acceptors_at);
    [
        of_acts(paid.iter().map(|(_, _, act)| *act)),
        of_acts(ends),
        of_acts(pledged.chain(contract.account_changes())),
        text(exact::positions(persons.copied())),
    ]
}

/// Writes the payments of a contract that were made and did not come back.
pub(super) fn write_payments(
    sight: &Sight<'_>,
    (contract_id, unit): (&str, &str),
    of: Origin,
    contract: &Contract<'_>,
    rows: &mut Vec<Row>,
) {
    for (payment_id, claim, act) in contract.paid() {
        let values = vec![
            place(sight.position),
            text(contract_id),
            text(payment_id),
            text(&sight.stream.partition),
            origin(of),
            text(unit),
            text(sight.region_code),
            text(act.on().to_string()),
            text(exact::yuan(claim.amount_fen)),
            text(CNY),
            int(claim.amount_fen),
            of_acts([act]),
        ];
        rows.push((&FLAG_PAYMENTS, values));
    }
}

impl<'a> Claim<'a> {
    /// The amount in fen that was paid.
    pub fn amount_fen(&self) -> i64 {
        self.amount_fen
    }

    /// The act of paying.
    pub fn executed(&self) -> Option<&'a Standing> {
        self.executed
    }
}
