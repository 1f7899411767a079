//! Four examples of each rule over pictures.

use super::{
    Example, Shows,
    kit::{City, send},
};
use crate::{
    domain::{
        testkit::{
            COUNTY, REGION, UNIT, World, budget_line_approved, plan_filed, sync_batch_received,
        },
        values::StreamKind,
    },
    events::v1::{self, SmallPurchaseExemption, SmePolicy, SmePolicyKind},
    rules::testkit::{Told, day},
};

/// 万元, in fen.
pub(super) const WAN: i64 = 1_000_000;

/// Plans by inquiry on one budget line: day and 万元.
pub(super) fn inquiries(city: &mut City, plans: &[(&str, i64)]) {
    city.threshold();
    city.line(|_| ());
    for (on, wan) in plans {
        city.plan(on, wan * WAN, |_| (), |_| ());
    }
}

/// Small purchases of a unit: tenths of 万元, whether in the e-mall, whether exempt.
pub(super) fn purchases(city: &mut City, purchases: &[(i64, bool, bool)]) {
    city.stream((StreamKind::Unit, UNIT, REGION), |told| {
        for (index, (tenths, is_in_mall, is_exempt)) in purchases.iter().enumerate() {
            let channel = if *is_in_mall { "HN_EMALL" } else { "SHOP" };
            let exemption = if *is_exempt {
                SmallPurchaseExemption::Emergency
            } else {
                SmallPurchaseExemption::Unspecified
            };
            told.tell(v1::SmallPurchaseRecorded {
                unit: UNIT.into(),
                purchase_id: format!("SP-{index}"),
                category: "A05040101".into(),
                category_version: 2022,
                amount_fen: tenths * WAN / 10,
                channel: channel.into(),
                exemption_reason: exemption.into(),
                purchased_on: format!("2023-{:02}-10", index + 1),
            });
        }
    });
}

/// The eight purchases of S5, two of them outside the e-mall.
pub(super) fn eight_purchases(city: &mut City) {
    let tenths = [480, 320, 150, 225, 99, 41, 410, 275];
    let of = tenths.map(|of| (of, of != 225 && of != 410, false));
    purchases(city, &of);
}

/// A region that is live since a day.
fn live(city: &mut City, region: &str, on: &str) {
    city.stream((StreamKind::Region, region, region), |told| {
        told.tell(v1::RegionOnboarded {
            region: region.into(),
            live_on: on.into(),
        });
    });
}

/// A plan in a region on each day.
fn heard(city: &mut City, region: &str, days: &[&str]) {
    city.stream((StreamKind::Project, "PJ-X", region), |told| {
        for on in days {
            told.tell(v1::PlanFiled {
                filed_on: (*on).into(),
                ..plan_filed()
            });
        }
    });
}

/// SHA-256 of the sorted ids of `A-1` and `A-2` of the budget system, made elsewhere.
pub(super) const DIGEST: &str = "1e3da4011137fb29cef2a6f95511badd28336e559257f05b80a89810885b862c";

/// Two budget lines of 3,000,000.00 yuan each that the budget system sent, the second recorded on
/// another day.
pub(super) fn lines_sent(city: &mut City, second_recorded_on: &str) {
    for (id, source_ref, on) in [
        ("BL-1", "A-1", "2024-01-02"),
        ("BL-2", "A-2", second_recorded_on),
    ] {
        city.stream((StreamKind::BudgetLine, id, REGION), |told| {
            let of = ("BUDGET_INT", source_ref);
            send(told, of, on, None, budget_line_approved(id));
        });
    }
}

/// The budget system's batch of 2 January 2024: recorded on a day, with a count and a sum.
pub(super) fn batch(city: &mut City, recorded_on: &str, count: i64, sum_fen: i64) {
    city.stream((StreamKind::System, "BUDGET_INT", REGION), |told| {
        report(told, recorded_on, count, sum_fen);
    });
}

/// A batch report in the stream of its system.
pub(super) fn report(told: &mut Told, recorded_on: &str, count: i64, sum_fen: i64) {
    let batch = v1::SyncBatchReceived {
        batch_id: format!("B-{}", told.next),
        count,
        sums: vec![v1::ControlSum {
            event_type: "BudgetLineApproved".into(),
            sum_fen,
        }],
        digest: DIGEST.into(),
        ..sync_batch_received()
    };
    let mut fact = World::new().fact(batch);
    fact.legal_date = day(recorded_on);
    told.push(fact, day(recorded_on), None);
}

/// Plans of 10,000,000 yuan of a category in a year: what each reserves, in 万元; with a negative
/// one the purchaser says why it reserves nothing.
fn plans(city: &mut City, year: i32, category: &str, reserved: &[i64]) {
    city.line(|line| {
        line.fiscal_year = year;
        line.approved_on = format!("{year}-01-05");
    });
    for wan in reserved {
        let (kind, reason) = match *wan {
            1_000 => (SmePolicyKind::AllReserved, ""),
            0.. => (SmePolicyKind::PartReserved, ""),
            _ => (SmePolicyKind::NonReserved, "预留将无法确保充分供应"),
        };
        let policy = SmePolicy {
            kind: kind.into(),
            reason: reason.into(),
            reserved_fen: (*wan).max(0) * WAN,
        };
        let change = |plan: &mut v1::PlanFiled| {
            plan.category = category.into();
            plan.sme_policy = Some(policy);
        };
        city.plan(&format!("{year}-03-01"), 1_000 * WAN, change, |_| ());
    }
}

/// A budget line that reserves so many 万元, so many of them for small and micro enterprises.
fn reserves(city: &mut City, sme: i64, small_micro: i64) {
    city.line(|line| {
        line.sme_reserved_fen = sme * WAN;
        line.small_micro_reserved_fen = small_micro * WAN;
    });
}

/// An example.
const fn example(
    rule: &'static str,
    shows: Shows,
    today: &'static str,
    says: &'static str,
    tells: fn(&mut City),
) -> Example {
    Example {
        rule,
        shows,
        today,
        tells,
        says,
    }
}

const SPLIT: &str = "GPLR-28-SPLIT";
const PENETRATION: &str = "HY-10-PEN-100";
const IDLE: &str = "HY-11-IDLE";
const SUM: &str = "SYS-SYNC-SUM";
const LARGE: &str = "MOF46-LARGE-30PCT";
const WORKS: &str = "MOF46-LARGE-WORKS";
const MICRO: &str = "MOF46-LARGE-MICRO";
const END: &str = "2023-12-31";

/// The examples.
pub(super) const EXAMPLES: &[Example] = &[
    example(SPLIT, Shows::Kept, END, "kept", |city| {
        inquiries(city, &[("2023-03-10", 90), ("2023-06-15", 80)]);
    }),
    example(SPLIT, Shows::Broken, END, "broken", |city| {
        let plans = [("2023-03-10", 90), ("2023-06-15", 80), ("2023-09-20", 60)];
        inquiries(city, &plans);
    }),
    example(SPLIT, Shows::AtTheBound, END, "kept", |city| {
        let plans = [("2023-03-10", 90), ("2023-06-15", 80), ("2023-09-20", 30)];
        inquiries(city, &plans);
    }),
    example(SPLIT, Shows::NotApplicable, END, "not applicable", |city| {
        inquiries(city, &[("2023-03-10", 90)]);
    }),
    example(PENETRATION, Shows::Kept, END, "kept", |city| {
        purchases(city, &[(480, true, false), (320, true, false)]);
    }),
    // 136.5 of 200 (domain 6, S5).
    example(
        PENETRATION,
        Shows::Broken,
        END,
        "broken 6825 of 10000",
        eight_purchases,
    ),
    // What is exempt counts nowhere.
    example(PENETRATION, Shows::AtTheBound, END, "kept", |city| {
        purchases(city, &[(480, true, false), (320, false, true)]);
    }),
    example(PENETRATION, Shows::NotApplicable, END, "", |city| {
        purchases(city, &[(320, false, true)]);
    }),
    // 90 days after 1 March.
    example(
        IDLE,
        Shows::Kept,
        "2023-04-30",
        "pending, due 2023-05-30",
        |city| {
            live(city, COUNTY, "2023-01-10");
            heard(city, COUNTY, &["2023-03-01"]);
        },
    ),
    // 90 days after 10 January; then 15 working days in April, 21 in May and 21 in June.
    example(
        IDLE,
        Shows::Broken,
        "2023-06-30",
        "overdue 81/57, due 2023-04-10",
        |city| live(city, COUNTY, "2023-01-10"),
    ),
    example(
        IDLE,
        Shows::AtTheBound,
        "2023-04-30",
        "pending, due 2023-07-09",
        |city| {
            live(city, COUNTY, "2023-01-10");
            heard(city, COUNTY, &["2023-04-10"]);
        },
    ),
    example(IDLE, Shows::NotApplicable, END, "not applicable", |city| {
        live(city, REGION, "2023-01-10");
    }),
    example(SUM, Shows::Kept, "2024-01-05", "kept", |city| {
        lines_sent(city, "2024-01-02");
        batch(city, "2024-01-02", 2, 600 * WAN);
    }),
    example(SUM, Shows::Broken, "2024-01-05", "broken", |city| {
        lines_sent(city, "2024-01-02");
        batch(city, "2024-01-02", 2, 600 * WAN + 1);
    }),
    // Recorded on the day of the report itself, a day after it happened.
    example(SUM, Shows::AtTheBound, "2024-01-05", "kept", |city| {
        lines_sent(city, "2024-01-03");
        batch(city, "2024-01-03", 2, 600 * WAN);
    }),
    example(SUM, Shows::NotApplicable, "2024-01-05", "", |city| {
        lines_sent(city, "2024-01-02");
    }),
    example(LARGE, Shows::Kept, END, "kept", |city| {
        plans(city, 2023, "A02010105", &[1_000, 0]);
    }),
    example(LARGE, Shows::Broken, END, "broken 2995 of 3000", |city| {
        plans(city, 2023, "A02010105", &[300, 299]);
    }),
    example(LARGE, Shows::AtTheBound, END, "kept", |city| {
        plans(city, 2023, "C21040000", &[300]);
    }),
    example(LARGE, Shows::NotApplicable, END, "not applicable", |city| {
        plans(city, 2023, "A02010105", &[-1]);
    }),
    example(WORKS, Shows::Kept, END, "kept", |city| {
        plans(city, 2023, "B07000000", &[1_000]);
    }),
    example(WORKS, Shows::Broken, END, "broken 3990 of 4000", |city| {
        plans(city, 2023, "B07000000", &[399]);
    }),
    example(WORKS, Shows::AtTheBound, END, "kept", |city| {
        plans(city, 2023, "B07000000", &[400]);
    }),
    // Before July 2022 it was 30 %.
    example(WORKS, Shows::AtTheBound, "2022-01-01", "kept", |city| {
        plans(city, 2021, "B07000000", &[300]);
    }),
    example(
        WORKS,
        Shows::NotApplicable,
        "2023-12-30",
        "not applicable",
        |city| plans(city, 2023, "B07000000", &[0]),
    ),
    example(MICRO, Shows::Kept, END, "kept", |city| {
        reserves(city, 100, 70);
    }),
    example(MICRO, Shows::Broken, END, "broken 5900 of 6000", |city| {
        reserves(city, 100, 59);
    }),
    example(MICRO, Shows::AtTheBound, END, "kept", |city| {
        reserves(city, 100, 60);
    }),
    example(MICRO, Shows::NotApplicable, END, "not applicable", |city| {
        reserves(city, 0, 0);
    }),
];
