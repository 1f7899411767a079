//! Contracts and orders, with what was paid under them.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::rows::{Head, Rows, day, fen, flag, number, text};
use crate::{
    domain::contract::{Contract, state::ClaimStatus},
    events::v1::{ContractState, EnterpriseSize, PaymentView, TermKind},
    supervision::tables::{CONTRACTS, PAYMENTS},
    views::contract::{Contracts, Folded},
};

/// The contracts of a stream, and what is told of them elsewhere in it.
pub(super) struct Book<'b, 'a> {
    /// The contracts.
    pub(super) contracts: &'b Contracts,
    /// Sizes of suppliers, by contract.
    pub(super) sizes: &'b HashMap<&'a str, EnterpriseSize>,
    /// The agency.
    pub(super) agency: &'b str,
    /// They are an order of the e-mall.
    pub(super) is_order: bool,
    /// Loans that were disbursed, by contract.
    pub(super) financed_fen: &'b HashMap<&'a str, i128>,
    /// Days of awards, by lot.
    pub(super) awarded: &'b HashMap<&'b str, Option<NaiveDate>>,
}

impl<'b> Book<'b, '_> {
    /// Contracts whose making counts, by id.
    pub(super) fn signed(&self) -> impl Iterator<Item = (&'b str, &'b Folded)> {
        let found = self.contracts.found.iter();
        let signed = found.filter(|(_, contract)| contract.is_signed());
        signed.map(|(id, contract)| (id.as_str(), contract))
    }

    /// Whether the supplier of a contract is a small or medium enterprise.
    pub(super) fn is_sme(&self, id: &str) -> bool {
        use EnterpriseSize::{Medium, Micro, Small};
        let size = self.sizes.get(id);
        size.is_some_and(|size| matches!(size, Medium | Small | Micro))
    }

    /// The head of a row about a contract.
    pub(super) fn head(&self, contract: &'b Folded, day: Option<NaiveDate>) -> Head<'b> {
        let signed = contract.state.signed.as_ref();
        Head {
            region: "",
            unit: signed.map_or("", |signed| &signed.buyer),
            supplier: signed.map_or("", |signed| &signed.supplier),
            agency: self.agency,
            day,
        }
    }
}

/// The day on which a contract was completed or terminated.
pub(super) fn ended_on(contract: &Folded) -> Option<NaiveDate> {
    let state = &contract.state;
    match contract.contract_state() {
        ContractState::Completed => state.completed_on,
        ContractState::Terminated => state.terminated.map(|end| end.on),
        _ => None,
    }
}

/// What was paid in advance, less what came back.
fn prepaid_fen(contract: &Contract) -> i128 {
    let claims = contract.claims.values();
    let prepaid = claims.filter(|claim| {
        claim.status == ClaimStatus::Executed && contract.kind_of(claim) == TermKind::Advance
    });
    prepaid.map(|claim| i128::from(claim.amount_fen)).sum()
}

/// The rows of contracts and their payments.
pub(super) fn contracts(rows: &mut Rows<'_, '_>, book: &Book<'_, '_>) {
    for (id, contract) in book.signed() {
        add(rows, book, (id, contract));
        for payment in contract.payments() {
            pay(rows, book, (id, contract), &payment);
        }
    }
}

fn add(rows: &mut Rows<'_, '_>, book: &Book<'_, '_>, (id, contract): (&str, &Folded)) {
    let (state, marks) = (&contract.state, &contract.marks);
    let Some(signed) = &state.signed else {
        return;
    };
    let figures = state.figures();
    let advance = signed
        .terms
        .values()
        .filter(|term| term.kind() == TermKind::Advance);
    let advance_fen: i128 = advance.map(|term| i128::from(term.amount_fen)).sum();
    let is_ended = matches!(
        contract.contract_state(),
        ContractState::Completed | ContractState::Terminated
    );
    let is_contract =
        !book.is_order || (marks.final_passed.is_some() && marks.terminated_at.is_none());
    let lot_no = signed.lot_no.as_str();
    let rest = [
        text(id),
        flag(book.is_order),
        flag(is_contract),
        flag(!is_ended),
        text(lot_no),
        number(book.sizes.get(id).map_or(0, |size| *size as i32)),
        flag(book.is_sme(id)),
        fen(figures.original_fen),
        fen(state.payable_fen()),
        fen(figures.paid_fen),
        fen(advance_fen),
        fen(prepaid_fen(state)),
        fen(book.financed_fen.get(id).copied().unwrap_or_default()),
        day(book.awarded.get(lot_no).copied().flatten()),
        day(marks.final_passed.map(|(_, on)| on)),
        day(marks.paid_on),
        day(ended_on(contract)),
    ];
    let head = book.head(contract, Some(signed.signed_on));
    let subject = rows.subject("contract", id);
    rows.add(&CONTRACTS, &head, subject, rest);
}

fn pay(
    rows: &mut Rows<'_, '_>,
    book: &Book<'_, '_>,
    (id, contract): (&str, &Folded),
    payment: &PaymentView,
) {
    let requested_on = payment.requested_on.parse().ok();
    let paid_on = payment.paid_on.parse().ok();
    let amount_fen = payment.amount.as_ref().map_or(0, |sum| sum.amount_fen);
    let rest = [
        text(&payment.payment_id),
        text(id),
        number(payment.term_kind),
        number(payment.state),
        number(amount_fen),
        day(requested_on),
        day(paid_on),
        rows.workdays(requested_on, paid_on),
    ];
    let head = book.head(contract, paid_on.or(requested_on));
    let subject = rows.subject("payment", &payment.payment_id);
    rows.add(&PAYMENTS, &head, subject, rest);
}
