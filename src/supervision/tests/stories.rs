//! What deals tell: scenarios S1 and S2, and a contract beside them.

use super::kit::{City, tell};
use crate::{
    domain::{
        testkit::{
            CONTRACT, LINE, LOT, PAYMENT, SUPPLIER, SUPPLIER_2, SUPPLIER_3, acceptance_concluded,
            acceptance_material_uploaded, award_notice_issued, bids_opened, budget_line_approved,
            contract_filed, contract_signed, evaluation_concluded, evaluation_report_delivered,
            goods_delivered, instant, intention_published, invoice_received, notice_published,
            part, payment_executed, payment_requested, payment_term, plan_filed, plan_lot,
            procurement_document_issued, ranked_bid, winner_determined,
        },
        values::StreamKind,
    },
    events::v1::{
        self, AcceptanceResult, BondForm, BondKind, DayUnit, EnterpriseSize, NoticeType, TermKind,
        notice_published::Content,
    },
    rules::testkit::Told,
};

/// Half of what S1 comes to.
pub(super) const HALF_FEN: i64 = 143_000_000;

/// The budget line, approved before all of them.
pub(super) fn line(city: &mut City) {
    city.stream(StreamKind::BudgetLine, LINE, |told| {
        tell(told, budget_line_approved(LINE), |of| {
            of.approved_on = "2023-01-05".into();
        });
    });
}

/// A payment of a term, asked for on one day and executed on another.
pub(super) fn paid(told: &mut Told, term_no: &str, fen: i64, requested_on: &str, on: &str) {
    tell(told, payment_requested(), |of| {
        of.payment_id = format!("{PAYMENT}-{on}");
        of.term_no = term_no.into();
        of.amount_fen = fen;
        of.requested_on = requested_on.into();
    });
    tell(told, payment_executed(), |of| {
        of.payment_id = format!("{PAYMENT}-{on}");
        of.amount_fen = fen;
        of.paid_on = on.into();
    });
}

pub(super) fn delivered(told: &mut Told, on: &str) {
    tell(told, goods_delivered(), |of| of.delivered_on = on.into());
}

pub(super) fn accepted(told: &mut Told, on: &str) {
    tell(told, acceptance_concluded(AcceptanceResult::Passed), |of| {
        of.concluded_on = on.into();
    });
}

pub(super) fn notice(told: &mut Told, notice_type: NoticeType, on: &str) {
    tell(told, notice_published(on), |of| {
        of.notice_type = notice_type.into();
        of.contract_id = CONTRACT.into();
        of.acceptance_id = "AC-1".into();
        of.published_at = instant(on, 10);
        of.content = None;
    });
}

/// Documents of the lot with a bid bond; bids, of which three are valid; a winner; a notice of the
/// result with so many candidates.
fn tendered(told: &mut Told, days: [&str; 5], (award_fen, bond_fen, shown): (i64, i64, i32)) {
    let [issued, deadline, won, noticed, published] = days;
    tell(told, procurement_document_issued(), |of| {
        of.issued_on = issued.into();
        of.doc_from = issued.into();
        of.bid_deadline = instant(deadline, 9);
        of.bid_bond_fen = bond_fen;
    });
    tell(told, bids_opened(), |of| {
        of.opened_at = instant(deadline, 9);
    });
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant(deadline, 17);
        let bids = [SUPPLIER, SUPPLIER_2, SUPPLIER_3];
        let ranked = bids.iter().zip(1..);
        of.ranking = ranked
            .map(|(bid, rank)| ranked_bid(rank, bid, true))
            .collect();
    });
    tell(told, evaluation_report_delivered(), |of| {
        of.delivered_on = deadline.into();
    });
    tell(told, winner_determined(), |of| {
        of.award_fen = award_fen;
        of.determined_on = won.into();
    });
    tell(told, award_notice_issued(), |of| {
        of.award_fen = award_fen;
        of.issued_on = noticed.into();
    });
    let candidates = (1..=shown).map(|rank| v1::TopCandidate {
        rank,
        name: format!("候选{rank}"),
        price_fen: award_fen,
        evaluated_price_fen: Some(award_fen),
        ..v1::TopCandidate::default()
    });
    tell(told, notice_published("N-RESULT"), |of| {
        of.notice_type = NoticeType::AwardResult.into();
        of.lot_nos = vec![LOT.into()];
        of.published_at = instant(published, 10);
        of.content = Some(Content::AwardResult(v1::AwardResultNotice {
            winner: SUPPLIER.into(),
            award_fen,
            items: vec!["办公电脑".into()],
            expert_names: vec!["张三".into()],
            top_candidates: candidates.collect(),
            ..v1::AwardResultNotice::default()
        }));
    });
}

/// Scenario S1.
pub(super) fn s1(told: &mut Told) {
    tell(told, intention_published(), |of| {
        of.published_on = "2023-07-10".into();
    });
    tell(told, plan_filed(), |of| {
        of.filed_on = "2023-08-08".into();
        of.amount_fen = 300_000_000;
        of.budget_parts = vec![part(LINE, 300_000_000)];
        of.lots = vec![plan_lot(LOT, 300_000_000)];
    });
    let days = [
        "2023-08-14",
        "2023-09-05",
        "2023-09-11",
        "2023-09-12",
        "2023-09-12",
    ];
    tendered(told, days, (2 * HALF_FEN, 0, 3));
    tell(told, contract_signed(), |of| {
        of.amount_fen = 2 * HALF_FEN;
        of.signed_on = "2023-09-26".into();
        let mut last = payment_term("2", TermKind::Final, HALF_FEN);
        last.acceptance_is_condition = true;
        of.terms = vec![payment_term("1", TermKind::Advance, HALF_FEN), last];
    });
    notice(told, NoticeType::Contract, "2023-09-27");
    tell(told, contract_filed(), |of| {
        of.filed_on = "2023-09-28".into();
    });
    // The 7th and the 8th are working days at a weekend.
    paid(told, "1", HALF_FEN, "2023-10-07", "2023-10-09");
    delivered(told, "2023-10-20");
    accepted(told, "2023-11-03");
    tell(told, invoice_received(), |of| {
        of.amount_fen = HALF_FEN;
        of.received_on = "2023-11-06".into();
    });
    tell(told, acceptance_material_uploaded(), |of| {
        of.uploaded_at = instant("2023-11-08", 10);
    });
    notice(told, NoticeType::AcceptanceResult, "2023-11-09");
    told.tell(v1::CreditEvaluated {
        evaluation_id: "CE-1".into(),
        contract_id: CONTRACT.into(),
        subject: SUPPLIER.into(),
        evaluated_on: "2023-11-17".into(),
        ..v1::CreditEvaluated::default()
    });
    paid(told, "2", HALF_FEN, "2023-11-17", "2023-11-20");
    told.tell(v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: "2023-11-20".into(),
    });
}

/// A contract of one term due after acceptance.
fn of_one_term(
    told: &mut Told,
    (supplier, size): (&str, EnterpriseSize),
    (amount_fen, days): (i64, Option<i32>),
    signed_on: &str,
) {
    tell(told, contract_signed(), |of| {
        of.supplier = supplier.into();
        of.supplier_size = size.into();
        of.amount_fen = amount_fen;
        of.signed_on = signed_on.into();
        let mut term = payment_term("1", TermKind::Final, amount_fen);
        term.acceptance_is_condition = true;
        term.day_unit = DayUnit::Cd.into();
        term.days = days;
        of.terms = vec![term];
    });
}

/// Scenario S2, up to its payment.
pub(super) fn s2_unpaid(told: &mut Told) {
    let supplier = (SUPPLIER_2, EnterpriseSize::Medium);
    of_one_term(told, supplier, (80_000_000, Some(90)), "2023-11-01");
    delivered(told, "2023-11-10");
    accepted(told, "2023-11-15");
}

/// Scenario S2.
pub(super) fn s2(told: &mut Told) {
    s2_unpaid(told);
    paid(told, "1", 80_000_000, "2024-02-19", "2024-02-20");
}

/// A contract with a large supplier after a tender with a bid bond, of whose result no candidates
/// are shown; uploaded late, paid in part, secured by a guarantee and a deposit.
pub(super) fn third(told: &mut Told) {
    tell(told, plan_filed(), |of| {
        of.filed_on = "2023-10-01".into();
        of.agency = "91430405MA9TE5T55E".into();
        of.amount_fen = 60_000_000;
        of.budget_parts = vec![part(LINE, 60_000_000)];
        of.lots = vec![v1::PlanLot {
            ceiling_fen: Some(55_000_000),
            ..plan_lot(LOT, 60_000_000)
        }];
    });
    let days = [
        "2023-10-02",
        "2023-10-25",
        "2023-10-26",
        "2023-10-27",
        "2023-10-30",
    ];
    tendered(told, days, (50_000_000, 1_000_000, 0));
    let supplier = (SUPPLIER_3, EnterpriseSize::Large);
    of_one_term(told, supplier, (50_000_000, None), "2023-11-06");
    told.tell(v1::GuaranteeIssued {
        guarantee_no: "GT-1".into(),
        kind: BondKind::Performance.into(),
        applicant: SUPPLIER_3.into(),
        contract_id: CONTRACT.into(),
        amount_fen: 3_000_000,
        issued_on: "2023-11-06".into(),
        ..v1::GuaranteeIssued::default()
    });
    for (form, fen) in [
        // The guarantee again, as it was handed in, and a deposit beside it.
        (BondForm::EGuarantee, 3_000_000),
        (BondForm::Transfer, 1_000_000),
    ] {
        told.tell(v1::BondCollected {
            bond_id: format!("B-{fen}"),
            kind: BondKind::Performance.into(),
            form: form.into(),
            amount_fen: fen,
            payer: SUPPLIER_3.into(),
            contract_id: CONTRACT.into(),
            received_on: "2023-11-07".into(),
            ..v1::BondCollected::default()
        });
    }
    delivered(told, "2023-11-10");
    accepted(told, "2023-12-01");
    tell(told, acceptance_material_uploaded(), |of| {
        of.uploaded_at = instant("2023-12-11", 10);
    });
    paid(told, "1", 20_000_000, "2023-12-14", "2023-12-20");
}

/// S1, S2 and the third.
pub(super) fn three_deals(city: &mut City) {
    line(city);
    city.project("PJ-1", s1);
    city.project("PJ-2", s2);
    city.project("PJ-3", third);
}
