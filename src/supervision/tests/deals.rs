//! Contracts and payment: scenarios S1 and S2, and a contract beside them.
//!
//! S1 is worth 2,860,000.00 yuan with a small supplier, S2 800,000.00 with a medium one, the third
//! 500,000.00 with a large one; of the third's only term 200,000.00 are paid.

use super::{
    Figure, figure,
    kit::{City, tell},
    stories::{HALF_FEN, accepted, delivered, line, paid, s1, s2, s2_unpaid, three_deals},
};
use crate::{
    domain::payload::payload_of,
    domain::testkit::{
        PAYMENT, PLAN, SUPPLIER_3, contract_signed, payment_returned, payment_term, plan_filed,
        winner_determined,
    },
    events::v1::{CorrectionEffect, EnterpriseSize, TermKind, event_payload::Payload},
    rules::verdict::FindingStatus,
    supervision::metrics::Dimension,
};

const AT: &str = "2024-02-29";

pub(super) const FIGURES: &[Figure] = &[
    figure("M-01", (three_deals, AT), (1, 2, 5_000)),
    // One working day and two.
    figure("M-01T", (three_deals, AT), (3, 2, 150)),
    // S1 all of five; S2 not its contract; the third two of four.
    figure("M-03D", (three_deals, AT), (7, 10, 7_000)),
    figure("M-03A", (three_deals, AT), (1, 3, 3_333)),
    figure("M-05B", (three_deals, AT), (1, 2, 5_000)),
    figure("M-05G", (three_deals, AT), (3_000_000, 4_000_000, 7_500)),
    figure("M-05P", (three_deals, AT), (HALF_FEN, 416_000_000, 3_437)),
    figure("M-05PS", (three_deals, AT), (HALF_FEN, 366_000_000, 3_907)),
    figure("M-05C", (three_deals, AT), (1, 3, 3_333)),
    figure("M-06", (three_deals, AT), (2, 4, 5_000)),
    // 143 at 13 and at 17 days, 80 at 97, 20 at 19, of 386: millions of fen.
    figure(
        "M-06D",
        (three_deals, AT),
        (12_430_000_000, 386_000_000, 3_220),
    ),
    figure("M-06O", (three_deals, AT), (30_000_000, 1, 30_000_000)),
    figure("M-06ON", (three_deals, AT), (1, 1, 1)),
    figure(
        "M-06OS",
        (three_deals, "2024-02-19"),
        (80_000_000, 1, 80_000_000),
    ),
    figure("M-06ONS", (three_deals, "2024-02-19"), (1, 1, 1)),
    figure("M-06I", (three_deals, AT), (1_440_000, 1, 1_440_000)),
    // 1, 1, 2 and 4 working days.
    figure("M-06F", (three_deals, AT), (3, 2, 150)),
    figure("SME-N", (three_deals, AT), (2, 3, 6_666)),
    figure(
        "SME-A",
        (three_deals, AT),
        (366_000_000, 416_000_000, 8_798),
    ),
    // 49 days and 36.
    figure("M-12E", (three_deals, AT), (85, 2, 4_250)),
    figure("SAVE-B", (three_deals, AT), (24_000_000, 360_000_000, 666)),
    figure("SAVE-C", (three_deals, AT), (19_000_000, 355_000_000, 535)),
];

#[test]
fn scenario_1_has_the_figures_of_the_domain() {
    let mut city = City::default();
    line(&mut city);
    city.project("PJ-1", s1);
    let picture = city.at("2023-12-31");
    for (metric, numerator, denominator, value) in [
        ("M-01", 1, 1, 10_000),
        ("M-01T", 1, 1, 100),
        ("M-03A", 1, 1, 10_000),
        ("M-03D", 5, 5, 10_000),
        ("M-05P", HALF_FEN, 2 * HALF_FEN, 5_000),
        ("M-06", 2, 2, 10_000),
        ("M-06D", 30 * HALF_FEN, 2 * HALF_FEN, 1_500),
        ("M-06O", 0, 1, 0),
        ("M-08", 1, 1, 10_000),
        ("M-08S", 7, 7, 10_000),
        ("M-12E", 49, 1, 4_900),
        ("D-IP", 29, 1, 2_900),
        ("D-PA", 34, 1, 3_400),
        ("D-AC", 15, 1, 1_500),
        ("D-CA", 38, 1, 3_800),
        ("D-AP", 17, 1, 1_700),
        ("SAVE-B", 14_000_000, 300_000_000, 466),
    ] {
        let expected = (numerator, denominator, Some(value));
        assert_eq!(picture.figure(metric), expected, "{metric}");
    }
}

#[test]
fn scenario_2_is_late_and_bears_interest() {
    let mut city = City::default();
    city.project("PJ-2", s2);
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-06"), (0, 1, Some(0)));
    assert_eq!(picture.figure("M-06I").0, 1_440_000);
    let late_cd = picture.number("SELECT late_cd FROM payment_terms");
    assert_eq!(late_cd, 36);
    // The day before it was paid, and the day before it was due.
    let unpaid = city.at("2024-02-19");
    assert_eq!(unpaid.figure("M-06O").0, 80_000_000);
    assert_eq!(unpaid.figure("M-06ON").0, 1);
    assert_eq!(unpaid.figure("M-06I").0, 1_400_000);
    let due = city.at("2024-01-14");
    assert_eq!(due.figure("M-06O").0, 0);
    assert_eq!(due.whole("M-06"), None);
    // At the end of the last day it is overdue, by no day.
    let last = city.at("2024-01-15");
    assert_eq!(last.figure("M-06O").0, 80_000_000);
    assert_eq!(last.figure("M-06I").0, 0);
}

#[test]
fn scenario_2b_is_late_since_the_end_of_inspection() {
    let mut city = City::default();
    city.project("PJ-2", |told| {
        tell(told, contract_signed(), |of| {
            of.supplier = SUPPLIER_3.into();
            of.supplier_size = EnterpriseSize::Large.into();
            of.amount_fen = 80_000_000;
            of.inspection_limit_days = Some(30);
            of.signed_on = "2023-09-15".into();
            let mut term = payment_term("1", TermKind::Final, 80_000_000);
            term.acceptance_is_condition = true;
            of.terms = vec![term];
        });
        delivered(told, "2023-10-01");
        accepted(told, "2023-12-20");
        paid(told, "1", 80_000_000, "2023-12-20", "2023-12-21");
    });
    let picture = city.at(AT);
    assert_eq!(picture.figure("M-06"), (0, 1, Some(0)));
    assert_eq!(picture.figure("M-06D").2, Some(5_100));
    assert_eq!(picture.number("SELECT late_cd FROM payment_terms"), 21);
    // No interest runs for a large supplier.
    assert_eq!(picture.figure("M-06I").0, 0);
}

#[test]
fn a_part_of_a_term_leaves_the_rest_overdue() {
    let mut city = City::default();
    city.project("PJ-2", |told| {
        s2_unpaid(told);
        paid(told, "1", 30_000_000, "2024-01-24", "2024-01-25");
    });
    let picture = city.at("2024-02-20");
    assert_eq!(picture.figure("M-06O").0, 50_000_000);
    // 30 at 10 days and 50 at 36, in ten thousands of fen, at five in ten thousand a day.
    assert_eq!(picture.figure("M-06I").0, 150_000 + 900_000);
    assert_eq!(
        picture.figure("M-06D"),
        (71 * 30_000_000, 30_000_000, Some(7_100))
    );
}

#[test]
fn what_is_no_longer_overdue_since_a_correction_bears_no_interest() {
    let mut city = City::default();
    city.project("PJ-2", |told| {
        s2_unpaid(told);
        let retroactive = CorrectionEffect::Retroactive;
        let items = told.history.items().to_vec();
        for item in &items {
            // Sixty days from the tenth of January end in March.
            match payload_of(&item.fact.event) {
                Some(Payload::GoodsDelivered(of)) => {
                    let mut of = of.clone();
                    of.delivered_on = "2024-01-05".into();
                    told.correct("2024-02-19", item.position, retroactive, of);
                }
                Some(Payload::AcceptanceConcluded(of)) => {
                    let mut of = of.clone();
                    of.concluded_on = "2024-01-10".into();
                    told.correct("2024-02-19", item.position, retroactive, of);
                }
                _ => {}
            }
        }
        let found = told.judged("2024-02-20").findings.into_iter();
        let owed = found.filter(|of| of.amount_fen.is_some_and(|fen| fen > 0));
        let stands: Vec<_> = owed.map(|of| of.status).collect();
        assert_eq!(stands, [FindingStatus::Superseded], "it stays, superseded");
    });
    let picture = city.at("2024-02-20");
    assert_eq!(picture.figure("M-06O").0, 0);
    assert_eq!(picture.figure("M-06I").0, 0);
}

#[test]
fn money_that_came_back_is_not_paid() {
    let mut city = City::default();
    city.project("PJ-2", |told| {
        s2(told);
        tell(told, payment_returned(), |of| {
            of.payment_id = format!("{PAYMENT}-2024-02-20");
            of.amount_fen = 80_000_000;
            of.returned_on = "2024-02-22".into();
        });
    });
    assert_eq!(city.at("2024-02-21").figure("M-06O").0, 0);
    assert_eq!(city.at("2024-02-22").figure("M-06O").0, 80_000_000);
}

#[test]
fn a_correction_changes_every_figure_that_rests_on_it() {
    let mut city = City::default();
    city.project("PJ-1", |told| {
        let mut plan = plan_filed();
        plan.plan_id = PLAN.into();
        let filed = told.tell(plan.clone());
        plan.unit = "12430400000099012J".into();
        plan.filed_on = "2024-01-20".into();
        told.correct("2024-01-21", filed, CorrectionEffect::Normal, plan);
        tell(told, winner_determined(), |_| ());
        tell(told, contract_signed(), |of| {
            of.signed_on = "2024-02-20".into();
        });
    });
    let picture = city.at("2024-03-01");
    assert_eq!(picture.figure("M-12E"), (31, 1, Some(3_100)));
    let groups = picture.groups("SAVE-B", Dimension::Unit);
    assert_eq!(
        groups,
        [("12430400000099012J".into(), 10_000_000, 100_000_000)]
    );
}
