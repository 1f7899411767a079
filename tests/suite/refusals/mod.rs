//! Every refusal of docs/errors.md, over gRPC: at the limit and one fen beyond, with its figures;
//! which one is told when several apply; what stays of them in the access log.

use bihuan::events::v1::{self, TermKind, TermTrigger};
use tonic::Code;

use crate::{facts::*, town::*};

mod authority;
mod commitments;
mod coverage;
mod evidence;
mod payments;
mod precedence;
mod sequence;
mod shape;
mod sums;

const FAILED: Code = Code::FailedPrecondition;

/// A town with a budget line, a plan of all of it on one lot, and its award.
async fn awarded(fen: i64) -> Town {
    Town::with(&[
        line_approved(LINE, fen),
        plan_filed(PROJECT, LINE, fen),
        award_recorded(PROJECT, fen),
    ])
    .await
}

/// And a contract of all of it: half an advance, half final.
async fn contracted(fen: i64) -> Town {
    let mut town = awarded(fen).await;
    town.accept(&[contract_signed(PROJECT, fen)]).await;
    town
}

fn term(no: &str, kind: TermKind, amount_fen: i64) -> v1::PaymentTerm {
    v1::PaymentTerm {
        term_no: no.into(),
        kind: kind.into(),
        amount_fen,
        trigger: TermTrigger::Signed.into(),
        ..v1::PaymentTerm::default()
    }
}

/// A contract with these terms, which sum to its amount.
fn contract_of(terms: &[(&str, TermKind, i64)]) -> v1::Event {
    let amount_fen = terms.iter().map(|term| term.2).sum();
    change!(contract_signed(PROJECT, amount_fen), ContractSigned, |c| {
        c.terms = terms
            .iter()
            .map(|(no, kind, fen)| term(no, *kind, *fen))
            .collect();
    })
}
