//! What is owed under contracts: last days and statuses as the rules say, payments as they count
//! for each term.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::{
    contracts::Book,
    rows::{Head, Rows, day, fen, flag, number, status, text},
};
use crate::{
    rules::{
        case::Body,
        verdict::{FindingStatus, Obligation, ObligationStatus},
    },
    supervision::tables::PAYMENT_TERMS,
};

/// The rules whose obligations are the terms that are owed; those of the city come first, those on
/// small and medium enterprises stand in where the city's were not in force yet.
const RULES: [&str; 4] = [
    "HY-06-PAY-30D",
    "HY-06-PAY-AGREED",
    "CN-SME-PAY-30D",
    "CN-SME-PAY-60D",
];
/// What the findings begin with on which interest is told.
const INTEREST: &str = "CN-SME-PAY-";
/// The facts that tell what was paid of each term.
const FACTS: [&str; 2] = ["term_paid", "term_paid_as_agreed"];

/// What was paid of a term.
#[derive(Clone, Copy, Default)]
struct Paid {
    fen: i128,
    fen_days: i128,
    last_on: Option<NaiveDate>,
}

impl Paid {
    fn add(&mut self, fen: i64, since: NaiveDate, on: NaiveDate) {
        let days = (on - since).num_days().max(0);
        self.fen += i128::from(fen);
        self.fen_days += i128::from(fen) * i128::from(days);
        self.last_on = self.last_on.max(Some(on));
    }
}

/// The rows of terms.
pub(super) fn terms(rows: &mut Rows<'_, '_>, book: &Book<'_, '_>) {
    let mut owed = BTreeMap::<&str, &Obligation>::new();
    let judgement = rows.sight.judgement;
    for rule in RULES {
        for of in judgement.obligations.iter().filter(|of| of.rule_id == rule) {
            owed.entry(&of.subject).or_insert(of);
        }
    }
    if owed.is_empty() {
        return;
    }
    let paid = paid(rows);
    let bears = judgement
        .findings
        .iter()
        .filter(|finding| finding.rule_id.starts_with(INTEREST))
        // What the rules no longer state bears nothing.
        .filter(|finding| finding.status != FindingStatus::Superseded);
    let interest: HashMap<&str, i64> = bears
        .filter_map(|finding| Some((finding.subject.as_str(), finding.amount_fen?)))
        .collect();
    let contracts: Vec<_> = book
        .signed()
        .map(|(id, contract)| {
            (
                format!("{}/term/", rows.subject("contract", id)),
                id,
                contract,
            )
        })
        .collect();
    for (subject, of) in owed {
        let Some((_, id, contract)) = contracts
            .iter()
            .find(|(prefix, ..)| subject.starts_with(prefix.as_str()))
        else {
            continue;
        };
        let head = book.head(contract, Some(of.due_on));
        let paid = paid.get(subject).copied();
        let interest_fen = interest.get(subject).copied().unwrap_or_default();
        let of = Term {
            id,
            of,
            paid,
            interest_fen,
            is_sme: book.is_sme(id),
        };
        of.add_to(rows, &head);
    }
}

/// What was paid of each term.
fn paid(rows: &Rows<'_, '_>) -> HashMap<String, Paid> {
    let mut paid = HashMap::new();
    for case in FACTS.iter().flat_map(|fact| rows.cases(fact)) {
        let Body::Clock(clock) = case.body else {
            continue;
        };
        let mut of = Paid::default();
        for (on, fen) in clock.paid {
            of.add(fen, case.on, on);
        }
        paid.insert(case.subject, of);
    }
    paid
}

/// A term that is owed.
struct Term<'a> {
    id: &'a str,
    of: &'a Obligation,
    paid: Option<Paid>,
    interest_fen: i64,
    is_sme: bool,
}

impl Term<'_> {
    fn add_to(&self, rows: &mut Rows<'_, '_>, head: &Head<'_>) {
        let of = self.of;
        let amount_fen = of.amount_fen.unwrap_or_default();
        // A term that is judged as if a correction had not come may be known to no fact.
        let paid = self.paid.unwrap_or_else(|| {
            let mut paid = Paid::default();
            if let Some(on) = of.done_on {
                paid.add(amount_fen, of.triggered_on, on);
            }
            paid
        });
        let overdue_fen = match of.status {
            ObligationStatus::Overdue => (i128::from(amount_fen) - paid.fen).max(0),
            _ => 0,
        };
        let rest = [
            text(self.id),
            day(Some(of.triggered_on)),
            day(Some(of.due_on)),
            day(of.done_on),
            status(Some(of)),
            flag(self.is_sme),
            number(amount_fen),
            fen(paid.fen),
            fen(paid.fen_days),
            day(paid.last_on),
            fen(overdue_fen),
            number(of.late_calendar_days),
            number(self.interest_fen),
        ];
        rows.add(&PAYMENT_TERMS, head, of.subject.clone(), rest);
    }
}
