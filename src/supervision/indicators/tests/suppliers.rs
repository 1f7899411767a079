//! Examples of indicators of units and suppliers over their purchases.

use super::{
    Example,
    Shows::{AtTheBound, Fail, NotApplicable, Pass},
    kit::Bench,
};
use crate::{
    domain::{
        testkit::{
            AWARD_FEN, SUPPLIER, SUPPLIER_2, UNIT, award_recorded, contract_signed,
            market::emall_order_placed, organisation_registered, payment_executed,
            payment_requested, plan_filed, threshold_profile_published,
        },
        values::StreamKind,
    },
    events::v1::{self, OrganisationKind, ProcurementMethod},
};

/// 万元 in fen.
const WAN: i64 = 1_000_000;

const SPLIT: &str = "unit/4304/11430400000099004T/2024/A0201/open_tender";
const YEAR: &str = "unit/4304/11430400000099004T/2024";
const PAIR: &str = "supplier/4304/91430407MA9TE5T12X/11430400000099004T";

/// Plans by inquiry, of so many 万元, on days; the open tender threshold is 200万元.
fn planned(bench: &mut Bench, plans: &[(i64, &str)]) {
    bench.thresholds.push(threshold_profile_published());
    for (no, (amount_wan, on)) in plans.iter().enumerate() {
        bench.project(&format!("PJ-{no}"), |told| {
            told.tell(v1::PlanFiled {
                method: ProcurementMethod::Inquiry.into(),
                amount_fen: amount_wan * WAN,
                filed_on: (*on).to_owned(),
                ..plan_filed()
            });
        });
    }
}

/// Payments of a contract on days of 2024, in 万元.
fn paid(bench: &mut Bench, payments: &[(&str, i64)]) {
    bench.project("PJ-1", |told| {
        told.tell(contract_signed());
        for (no, (on, wan)) in payments.iter().enumerate() {
            told.tell(v1::PaymentRequested {
                payment_id: format!("PY-{no}"),
                ..payment_requested()
            });
            told.tell(v1::PaymentExecuted {
                payment_id: format!("PY-{no}"),
                amount_fen: wan * WAN,
                paid_on: format!("2024-{on}"),
                ..payment_executed()
            });
        }
    });
}

/// Orders placed on days of 2024, in 万元.
fn ordered(bench: &mut Bench, orders: &[(&str, i64)]) {
    for (no, (on, wan)) in orders.iter().enumerate() {
        let order_no = format!("EO-{no}");
        bench.stream(StreamKind::Order, &order_no, |told| {
            told.tell(v1::EmallOrderPlaced {
                order_no: order_no.clone(),
                amount_fen: wan * WAN,
                placed_on: format!("2024-{on}"),
                ..emall_order_placed()
            });
        });
    }
}

/// Awards to the supplier on days, by a method.
fn awarded(bench: &mut Bench, method: ProcurementMethod, days: &[&str]) {
    for (no, on) in days.iter().enumerate() {
        bench.project(&format!("PJ-{no}"), |told| {
            told.tell(v1::PlanFiled {
                method: method.into(),
                ..plan_filed()
            });
            told.tell(v1::AwardRecorded {
                determined_on: (*on).to_owned(),
                ..award_recorded()
            });
        });
    }
}

/// An award on a day to a supplier that was registered on 2024-01-01.
fn newcomer(bench: &mut Bench, award_fen: i64, on: &str) {
    bench.stream(StreamKind::Organisation, SUPPLIER, |told| {
        told.tell(organisation_registered(
            SUPPLIER,
            OrganisationKind::Supplier,
            "430400",
        ));
    });
    bench.project("PJ-1", |told| {
        told.tell(plan_filed());
        told.tell(v1::AwardRecorded {
            award_fen,
            determined_on: on.to_owned(),
            ..award_recorded()
        });
    });
}

const LOT: &str = "lot/4304/PJ-1/01";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        // domain 6, S5: the third plan makes 230万元.
        indicator: "BH-SPLIT",
        shows: Fail,
        fills: |bench| {
            let plans = [(90, "2024-03-10"), (80, "2024-06-15"), (60, "2024-09-20")];
            planned(bench, &plans);
        },
        subject: SPLIT,
        says: "fail purchases=3 together=230000000; limit=200000000",
    },
    Example {
        indicator: "BH-SPLIT",
        shows: Pass,
        fills: |bench| planned(bench, &[(90, "2024-03-10"), (80, "2024-06-15")]),
        subject: SPLIT,
        says: "pass purchases=2 together=170000000; limit=200000000",
    },
    Example {
        indicator: "BH-SPLIT",
        shows: AtTheBound,
        fills: |bench| planned(bench, &[(90, "2024-03-10"), (110, "2024-06-15")]),
        subject: SPLIT,
        says: "pass purchases=2 together=200000000; limit=200000000",
    },
    Example {
        // One reaches the limit by itself, and hides nothing.
        indicator: "BH-SPLIT",
        shows: NotApplicable,
        fills: |bench| planned(bench, &[(90, "2024-03-10"), (200, "2024-06-15")]),
        subject: SPLIT,
        says: "not_applicable: too few purchases below the limit",
    },
    Example {
        // Orders stay below the threshold of dispersed procurement, 60万元.
        indicator: "BH-SPLIT",
        shows: Fail,
        fills: |bench| {
            bench.thresholds.push(threshold_profile_published());
            ordered(bench, &[("03-01", 40), ("04-01", 21)]);
        },
        subject: "unit/4304/11430400000099004T/2024/A0201/small",
        says: "fail purchases=2 together=61000000; limit=60000000",
    },
    Example {
        indicator: "BH-YEAR-END-PAID",
        shows: Pass,
        fills: |bench| {
            let of = [
                ("01-31", 20),
                ("05-06", 20),
                ("08-01", 20),
                ("11-30", 30),
                ("12-01", 10),
            ];
            paid(bench, &of);
        },
        subject: YEAR,
        says: "pass december=10000000 year=100000000 share=0.100000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-PAID",
        shows: AtTheBound,
        fills: |bench| {
            let of = [
                ("01-31", 20),
                ("05-06", 20),
                ("08-01", 20),
                ("11-30", 10),
                ("12-31", 30),
            ];
            paid(bench, &of);
        },
        subject: YEAR,
        says: "pass december=30000000 year=100000000 share=0.300000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-PAID",
        shows: Fail,
        fills: |bench| {
            let of = [
                ("01-31", 20),
                ("05-06", 20),
                ("08-01", 20),
                ("12-01", 9),
                ("12-31", 31),
            ];
            paid(bench, &of);
        },
        subject: YEAR,
        says: "fail december=40000000 year=100000000 share=0.400000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-PAID",
        shows: NotApplicable,
        fills: |bench| {
            paid(
                bench,
                &[("01-31", 1), ("12-01", 1), ("12-02", 1), ("12-03", 1)],
            );
        },
        subject: YEAR,
        says: "not_applicable: too few in the year",
    },
    Example {
        indicator: "BH-YEAR-END-SIGNED",
        shows: Pass,
        fills: |bench| {
            let of = [
                ("01-31", 20),
                ("05-06", 20),
                ("08-01", 20),
                ("11-30", 40),
                ("12-01", 25),
            ];
            ordered(bench, &of);
        },
        subject: YEAR,
        says: "pass december=25000000 year=125000000 share=0.200000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-SIGNED",
        shows: AtTheBound,
        fills: |bench| {
            let of = [
                ("01-31", 1),
                ("05-06", 2),
                ("08-01", 2),
                ("11-30", 2),
                ("12-31", 3),
            ];
            ordered(bench, &of);
        },
        subject: YEAR,
        says: "pass december=3000000 year=10000000 share=0.300000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-SIGNED",
        shows: Fail,
        fills: |bench| {
            let of = [
                ("01-31", 1),
                ("05-06", 1),
                ("08-01", 2),
                ("11-30", 2),
                ("12-31", 4),
            ];
            ordered(bench, &of);
        },
        subject: YEAR,
        says: "fail december=4000000 year=10000000 share=0.400000000; share_max=0.300000000",
    },
    Example {
        indicator: "BH-YEAR-END-SIGNED",
        shows: NotApplicable,
        fills: |bench| ordered(bench, &[("01-31", 1), ("12-31", 4)]),
        subject: YEAR,
        says: "not_applicable: too few in the year",
    },
    Example {
        // 2022-03-01 to 2024-02-29 are 730 days apart, so that the first lies outside.
        indicator: "BH-SINGLE-SOURCE",
        shows: AtTheBound,
        fills: |bench| {
            let days = ["2022-03-01", "2023-06-01", "2024-02-29"];
            awarded(bench, ProcurementMethod::SingleSource, &days);
        },
        subject: PAIR,
        says: "pass awards=2 first_on=2022-03-01; awards_max=2",
    },
    Example {
        indicator: "BH-SINGLE-SOURCE",
        shows: Fail,
        fills: |bench| {
            let days = ["2022-03-02", "2023-06-01", "2024-02-29"];
            awarded(bench, ProcurementMethod::SingleSource, &days);
        },
        subject: PAIR,
        says: "fail awards=3 first_on=2022-03-02; awards_max=2",
    },
    Example {
        indicator: "BH-SINGLE-SOURCE",
        shows: Pass,
        fills: |bench| awarded(bench, ProcurementMethod::SingleSource, &["2022-03-01"]),
        subject: PAIR,
        says: "pass awards=1 first_on=2022-03-01; awards_max=2",
    },
    Example {
        indicator: "BH-SINGLE-SOURCE",
        shows: NotApplicable,
        fills: |bench| {
            let days = ["2022-03-01", "2022-03-02", "2022-03-03"];
            awarded(bench, ProcurementMethod::OpenTender, &days);
        },
        subject: PAIR,
        says: "not_applicable: nothing was awarded by single source",
    },
    Example {
        indicator: "BH-NEW-SUPPLIER",
        shows: Pass,
        fills: |bench| newcomer(bench, 100 * WAN, "2024-06-01"),
        subject: LOT,
        says: "pass award=100000000 known_since=2024-01-01 days=152; days_min=90",
    },
    Example {
        // 2024 is a leap year: 30 days of January, 29 of February, 31 of March.
        indicator: "BH-NEW-SUPPLIER",
        shows: AtTheBound,
        fills: |bench| newcomer(bench, 100 * WAN, "2024-03-31"),
        subject: LOT,
        says: "pass award=100000000 known_since=2024-01-01 days=90; days_min=90",
    },
    Example {
        indicator: "BH-NEW-SUPPLIER",
        shows: Fail,
        fills: |bench| newcomer(bench, 100 * WAN, "2024-03-30"),
        subject: LOT,
        says: "fail award=100000000 known_since=2024-01-01 days=89; days_min=90",
    },
    Example {
        // Not registered, and first seen with this award, half a year after the records begin.
        indicator: "BH-NEW-SUPPLIER",
        shows: Fail,
        fills: |bench| {
            awarded(bench, ProcurementMethod::Inquiry, &["2023-09-01"]);
            bench.project("PJ-1", |told| {
                told.tell(v1::AwardRecorded {
                    supplier: SUPPLIER_2.to_owned(),
                    award_fen: 100 * WAN,
                    determined_on: "2024-03-01".to_owned(),
                    ..award_recorded()
                });
            });
        },
        subject: LOT,
        says: "fail award=100000000 known_since=2024-03-01 days=0; days_min=90",
    },
    Example {
        indicator: "BH-NEW-SUPPLIER",
        shows: NotApplicable,
        fills: |bench| newcomer(bench, AWARD_FEN, "2024-01-02"),
        subject: LOT,
        says: "not_applicable: the award is not large",
    },
];

#[test]
fn a_year_that_is_not_over_is_not_judged() {
    let mut bench = Bench::new();
    let of = [
        ("01-31", 1),
        ("05-06", 1),
        ("08-01", 1),
        ("12-01", 1),
        ("12-30", 9),
    ];
    paid(&mut bench, &of);
    let before = bench.asked("BH-YEAR-END-PAID", "2024-12-30");
    assert_eq!(
        super::kit::words(&before[0]),
        "not_applicable: the year is not over"
    );
    let after = bench.asked("BH-YEAR-END-PAID", "2024-12-31");
    assert!(super::kit::words(&after[0]).starts_with("fail"));
    assert_eq!(after[0].belongs.unit, UNIT);
}
