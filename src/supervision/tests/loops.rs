//! The closed loop, days between stages, where events come from.

use super::{
    Figure, figure,
    kit::{City, tell, tell_from},
    stories::{accepted, delivered, line, notice, paid, s1},
};
use crate::{
    domain::{
        testkit::{
            AWARD_FEN, CONTRACT, LINE, LOT, budget_line_adjusted, budget_line_approved,
            contract_signed, contract_terminated, intention_published, lot_failed,
            lot_retry_abandoned, part, payment_term, plan_filed, procurement_document_issued,
            winner_determined,
        },
        values::StreamKind,
    },
    events::v1::{self, LoopStage, NoticeType, TermKind},
    rules::testkit::Told,
    supervision::metrics::Dimension,
};

const AT: &str = "2024-02-29";
/// The stages of the closed loop.
pub(super) const STAGES_COUNT: usize = 7;

pub(super) const FIGURES: &[Figure] = &[
    figure("M-08", (two_loops, AT), (1, 2, 5_000)),
    // Seven of S1; plan, execution, contract and payment, acceptance of the other.
    figure("M-08S", (two_loops, AT), (11, 14, 7_857)),
    figure("M-08A", (four_events, "2024-12-31"), (3, 4, 7_500)),
    figure(
        "M-08L",
        (twenty_events_one_late, "2024-12-31"),
        (12, 24, 50),
    ),
    figure(
        "M-08L",
        (twenty_events_two_late, "2024-12-31"),
        (100, 24, 416),
    ),
    figure("D-IP", (two_paces, AT), (71, 2, 3_550)),
    figure("D-PA", (two_paces, AT), (41, 2, 2_050)),
    figure("D-AC", (two_paces, AT), (23, 2, 1_150)),
    figure("D-CA", (two_paces, AT), (59, 2, 2_950)),
    figure("D-AP", (two_paces, AT), (27, 2, 1_350)),
    figure("M-12N", (three_approvals, AT), (3, 2, 150)),
    // Two working days and five.
    figure("M-12T", (three_approvals, AT), (7, 2, 350)),
];

/// Plan, award, contract, acceptance, last payment.
fn pace(told: &mut Told, [filed, won, signed, passed, last]: [&str; 5]) {
    tell(told, plan_filed(), |of| of.filed_on = filed.into());
    tell(told, winner_determined(), |of| {
        of.determined_on = won.into();
    });
    tell(told, contract_signed(), |of| {
        of.signed_on = signed.into();
        let mut term = payment_term("1", TermKind::Final, AWARD_FEN);
        term.acceptance_is_condition = true;
        of.terms = vec![term];
    });
    delivered(told, signed);
    accepted(told, passed);
    paid(told, "1", AWARD_FEN, passed, last);
}

fn completed(told: &mut Told, on: &str) {
    told.tell(v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: on.into(),
    });
}

/// A project whose line nobody approved, without intention and evaluation.
fn with_gaps(told: &mut Told) {
    tell(told, plan_filed(), |of| {
        of.budget_parts = vec![part("BL-9", 100_000_000)];
        of.filed_on = "2023-05-01".into();
    });
    tell(told, procurement_document_issued(), |of| {
        of.issued_on = "2023-05-04".into();
    });
    tell(told, winner_determined(), |of| {
        of.determined_on = "2023-06-01".into();
    });
    tell(told, contract_signed(), |of| {
        of.signed_on = "2023-06-10".into();
    });
    paid(told, "1", 30_000_000, "2023-06-12", "2023-06-14");
    delivered(told, "2023-07-01");
    accepted(told, "2023-07-05");
    paid(told, "2", 60_000_000, "2023-07-06", "2023-07-10");
    completed(told, "2023-07-11");
}

fn two_loops(city: &mut City) {
    line(city);
    city.project("PJ-1", s1);
    city.project("PJ-6", with_gaps);
}

/// 31, 19, 15, 27 and 19 days; 40, 22, 8, 32 and 8 days.
fn two_paces(city: &mut City) {
    for (id, published, days) in [
        (
            "PJ-1",
            "2023-03-01",
            [
                "2023-04-01",
                "2023-04-20",
                "2023-05-05",
                "2023-06-01",
                "2023-06-20",
            ],
        ),
        (
            "PJ-2",
            "2023-03-02",
            [
                "2023-04-11",
                "2023-05-03",
                "2023-05-11",
                "2023-06-12",
                "2023-06-20",
            ],
        ),
    ] {
        city.project(id, |told| {
            tell(told, intention_published(), |of| {
                of.published_on = published.into();
            });
            pace(told, days);
        });
    }
}

/// Three events that the budget system pushed, and one that was typed in elsewhere.
fn four_events(city: &mut City) {
    city.stream(StreamKind::BudgetLine, LINE, |told| {
        tell_from(told, "BUDGET_INT", 2, budget_line_approved(LINE));
        for (delta_fen, system) in [(1, "BUDGET_INT"), (2, "BUDGET_INT"), (3, "GP_MGMT")] {
            tell_from(told, system, 2, budget_line_adjusted(delta_fen));
        }
    });
}

fn twenty_events(city: &mut City, late: usize) {
    city.stream(StreamKind::BudgetLine, LINE, |told| {
        for number in 0..20 {
            let hours = if number < 20 - late { 12 } else { 100 };
            tell_from(told, "BUDGET_INT", hours, budget_line_adjusted(1));
        }
    });
}

fn twenty_events_one_late(city: &mut City) {
    twenty_events(city, 1);
}

fn twenty_events_two_late(city: &mut City) {
    twenty_events(city, 2);
}

fn approval(told: &mut Told, id: &str, requested_on: &str, decided_on: Option<&str>) {
    told.tell(v1::ApprovalRequested {
        approval_id: id.into(),
        item_code: "AI-1".into(),
        item_region: "430400".into(),
        requested_on: requested_on.into(),
    });
    if let Some(on) = decided_on {
        told.tell(v1::ApprovalDecided {
            approval_id: id.into(),
            result: v1::ApprovalResult::Approved.into(),
            decided_on: on.into(),
            ..v1::ApprovalDecided::default()
        });
    }
}

/// Across the working Saturday and Sunday of October 2023; one waits still.
fn three_approvals(city: &mut City) {
    city.project("PJ-1", |told| {
        tell(told, plan_filed(), |of| of.filed_on = "2023-09-01".into());
        approval(told, "AP-1", "2023-09-28", Some("2023-10-08"));
        approval(told, "AP-2", "2023-10-09", Some("2023-10-16"));
    });
    city.project("PJ-2", |told| {
        tell(told, plan_filed(), |of| of.filed_on = "2023-09-02".into());
        approval(told, "AP-1", "2023-10-09", None);
    });
}

#[test]
fn each_stage_has_its_coverage() {
    let mut city = City::default();
    two_loops(&mut city);
    let stages = city.at(AT).groups("M-08S", Dimension::Stage);
    let of = |stage: &str, covered: i64| (stage.to_owned(), covered, 2);
    assert_eq!(
        stages,
        [
            of("ACCEPTANCE", 2),
            of("BUDGET", 1),
            of("CONTRACT_PAYMENT", 2),
            of("CREDIT", 1),
            of("EXECUTION", 2),
            of("INTENTION", 1),
            of("PLAN", 2),
        ]
    );
}

#[test]
fn a_project_is_completed_when_its_last_contract_is() {
    let mut city = City::default();
    line(&mut city);
    city.project("PJ-1", s1);
    city.project("PJ-6", with_gaps);
    assert_eq!(city.at("2023-11-19").figure("M-08"), (0, 1, Some(0)));
    assert_eq!(city.at("2023-11-20").figure("M-08"), (1, 2, Some(5_000)));
    assert_eq!(city.at("2023-07-10").whole("M-08"), None);
}

#[test]
fn a_link_covers_a_stage_that_is_told_elsewhere() {
    let mut city = City::default();
    city.project("PJ-6", |told| {
        with_gaps(told);
        told.tell(v1::StageLinked {
            link_id: "SL-1".into(),
            from_stage: LoopStage::Budget.into(),
            to_stage: LoopStage::Intention.into(),
            from_ref: "BL-9".into(),
            to_ref: "IN-9".into(),
            on: "2023-07-12".into(),
        });
    });
    assert_eq!(city.at("2023-07-11").figure("M-08S").0, 4);
    assert_eq!(city.at("2023-07-12").figure("M-08S").0, 6);
}

#[test]
fn a_contract_that_was_terminated_asks_for_nothing_beside_another() {
    let mut city = City::default();
    city.project("PJ-6", |told| {
        with_gaps(told);
        tell(told, contract_signed(), |of| {
            of.contract_id = "CT-2".into();
            of.signed_on = "2023-06-11".into();
        });
        tell(told, contract_terminated(), |of| {
            of.contract_id = "CT-2".into();
            of.on = "2023-08-01".into();
        });
        notice(told, NoticeType::Contract, "2023-08-02");
    });
    let picture = city.at(AT);
    let covered = "SELECT covers_contract + covers_acceptance FROM projects";
    assert_eq!(picture.number(covered), 2);
    let lots = format!("SELECT count(*) FROM lot_terms WHERE lot_no = '{LOT}'");
    assert_eq!(picture.number(&lots), 1);
    assert_eq!(city.at("2023-07-31").whole("M-08"), None);
}

#[test]
fn a_lot_that_is_to_be_tried_again_keeps_its_project_open() {
    let mut city = City::default();
    city.project("PJ-6", |told| {
        with_gaps(told);
        tell(told, lot_failed(true), |of| {
            of.lot_no = "02".into();
            of.failed_on = "2023-06-01".into();
        });
        tell(told, lot_retry_abandoned(), |of| {
            of.lot_no = "02".into();
            of.on = "2023-09-01".into();
        });
    });
    assert_eq!(city.at("2023-08-31").whole("M-08"), None);
    assert_eq!(city.at("2023-09-01").figure("M-08"), (0, 1, Some(0)));
}
