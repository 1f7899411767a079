//! What is special to rules over pictures: days, evidence, exceptions, waivers, totals that are
//! kept, packs of a site.

use std::sync::Arc;

use super::{
    examples::{DIGEST, WAN, batch, eight_purchases, inquiries, lines_sent, purchases, report},
    kit::{City, judged_in, replace, said, send},
};
use crate::{
    domain::{
        calendar::Calendar,
        testkit::{
            LINE, LINE_2, REGION, UNIT, budget_line_adjusted, budget_line_approved, part,
            plan_filed, plan_lot,
        },
        values::{StreamKind, money::BP_WHOLE},
    },
    events::v1::{self, LawTrack, ProcurementMethod},
    rules::{
        Law, Pack, Packs, Severity,
        testkit::{Told, day},
        verdict::{FindingStatus, Judgement},
    },
    supervision::{
        across::rows,
        metrics::{self, Dimension, Filters, Period, Query},
    },
};

const SPLIT: &str = "GPLR-28-SPLIT";
const SUM: &str = "SYS-SYNC-SUM";
const END: &str = "2023-12-31";

/// The three plans of S5, and a fourth.
const FOUR: [(&str, i64); 4] = [
    ("2023-03-10", 90),
    ("2023-06-15", 80),
    ("2023-09-20", 60),
    ("2023-11-01", 10),
];

#[test]
fn a_split_is_one_finding_on_the_day_of_the_plan_that_crosses_the_threshold() {
    for plans in [&FOUR[..3], &FOUR] {
        let mut city = City::default();
        inquiries(&mut city, plans);
        let judgement = city.judged(END);
        let findings = judgement.findings.iter().filter(|of| of.rule_id == SPLIT);
        let findings: Vec<_> = findings.collect();
        let [finding] = findings[..] else {
            panic!("one finding: {findings:?}");
        };
        assert_eq!(finding.on, day("2023-09-20"));
        assert_eq!(
            finding.subject,
            format!("unit/4304/{UNIT}/2023/43040024T000000000001/2022/A0201")
        );
        // The budget line and the plans, each in a stream of its own.
        let streams: Vec<u64> = (1..=plans.len() as u64 + 1).map(|of| of * 1_000).collect();
        assert_eq!(finding.evidence, streams);
        let sum = if plans.len() == 3 {
            "2,300,000.00"
        } else {
            "2,400,000.00"
        };
        assert!(finding.details[0].contains(sum), "{:?}", finding.details);
    }
    // Before the third plan there is none.
    let mut city = City::default();
    inquiries(&mut city, &FOUR);
    assert_eq!(said(&city.judged("2023-09-19"), SPLIT), "kept");
}

#[test]
fn scenario_5_has_one_split_and_one_share_that_is_short() {
    let mut city = City::default();
    inquiries(&mut city, &FOUR[..3]);
    eight_purchases(&mut city);
    let judgement = city.judged("2023-10-09");
    let findings = judgement.findings.iter();
    let told: Vec<_> = findings
        .map(|of| {
            (
                of.rule_id.as_str(),
                of.severity,
                of.on.to_string(),
                of.actual,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            // The first purchase outside, of 22.5.
            (
                "HY-10-PEN-100",
                Severity::Info,
                "2023-04-10".to_owned(),
                Some(6_825)
            ),
            (SPLIT, Severity::Critical, "2023-09-20".to_owned(), None),
        ]
    );
}

/// What the rule on splits says of S5 with the third plan changed, and more told of it.
fn with_third(change: impl FnOnce(&mut v1::PlanFiled), more: impl FnOnce(&mut Told)) -> String {
    let mut city = City::default();
    inquiries(&mut city, &FOUR[..2]);
    city.plan("2023-09-20", 60 * WAN, change, more);
    said(&city.judged(END), SPLIT)
}

#[test]
fn plans_that_are_approved_tendered_cancelled_or_of_another_thing_are_no_part_of_a_split() {
    assert_eq!(with_third(|_| (), |_| ()), "broken");
    let approved = |told: &mut Told| {
        told.tell(v1::MethodChangeApproved {
            request_id: "MC-1".into(),
            lot_nos: vec!["01".into()],
            to_method: ProcurementMethod::Inquiry.into(),
            decided_on: "2023-09-25".into(),
            ..v1::MethodChangeApproved::default()
        });
    };
    assert_eq!(with_third(|_| (), approved), "kept");
    let cancelled = |told: &mut Told| {
        told.tell(v1::PlanCancelled {
            plan_id: "PL-PJ-3".into(),
            on: "2023-09-25".into(),
            ..v1::PlanCancelled::default()
        });
    };
    assert_eq!(with_third(|_| (), cancelled), "kept");
    let open = |plan: &mut v1::PlanFiled| plan.method = ProcurementMethod::OpenTender.into();
    assert_eq!(with_third(open, |_| ()), "kept");
    let tender_law = |plan: &mut v1::PlanFiled| plan.law_track = LawTrack::TenderLaw.into();
    assert_eq!(with_third(tender_law, |_| ()), "kept");
    let other = |plan: &mut v1::PlanFiled| plan.category = "A02020400".into();
    assert_eq!(with_third(other, |_| ()), "kept; not applicable");
    // The 2013 catalogue used the same codes for other things.
    let older = |plan: &mut v1::PlanFiled| plan.category_version = 2013;
    assert_eq!(with_third(older, |_| ()), "not applicable; kept");
    // The same leading five characters.
    let near = |plan: &mut v1::PlanFiled| plan.category = "A02010108".into();
    assert_eq!(with_third(near, |_| ()), "broken");
}

#[test]
fn a_plan_after_an_increase_of_its_line_is_no_part_of_a_split() {
    for (on, says) in [("2023-09-20", "kept"), ("2023-09-21", "broken")] {
        let mut city = City::default();
        city.threshold();
        city.stream((StreamKind::BudgetLine, LINE, REGION), |told| {
            told.tell(v1::BudgetLineApproved {
                fiscal_year: 2023,
                approved_on: "2023-01-05".into(),
                ..budget_line_approved(LINE)
            });
            told.tell(v1::BudgetLineAdjusted {
                adjusted_on: on.into(),
                ..budget_line_adjusted(60 * WAN)
            });
        });
        for (on, wan) in &FOUR[..3] {
            city.plan(on, wan * WAN, |_| (), |_| ());
        }
        assert_eq!(said(&city.judged(END), SPLIT), says, "{on}");
    }
}

#[test]
fn a_plan_on_two_lines_counts_with_what_is_left_unapproved_of_each() {
    let lot = |lot_no: &str, one: i64, two: i64| v1::PlanLot {
        budget_parts: vec![part(LINE, one), part(LINE_2, two)],
        ..plan_lot(lot_no, one + two)
    };
    let mut city = City::default();
    let change = |plan: &mut v1::PlanFiled| {
        plan.budget_parts = vec![part(LINE, 100), part(LINE_2, 201)];
        plan.lots = vec![lot("01", 60, 1), lot("02", 40, 200)];
        // A third of it, 100 of 301, is reserved.
        plan.sme_policy = Some(v1::SmePolicy {
            kind: v1::SmePolicyKind::PartReserved.into(),
            reserved_fen: 100,
            ..v1::SmePolicy::default()
        });
    };
    city.plan("2023-03-10", 301, change, |told| {
        told.tell(v1::MethodChangeApproved {
            request_id: "MC-1".into(),
            lot_nos: vec!["02".into()],
            to_method: ProcurementMethod::Inquiry.into(),
            decided_on: "2023-03-12".into(),
            ..v1::MethodChangeApproved::default()
        });
    });
    let lines = |today: &str| -> Vec<String> {
        let picture = city.picture(today);
        let sql = "SELECT line || ' ' || plan_fen || ' ' || amount_fen || ' ' || unapproved_fen \
                   || ' ' || reserved_fen FROM plan_lines ORDER BY line";
        let mut statement = picture.prepare(sql).expect("is sound");
        let lines = statement.query_map([], |row| row.get(0)).expect("reads");
        lines.collect::<Result<_, _>>().expect("reads")
    };
    let one = format!("budget-line/4304/{LINE}");
    let two = format!("budget-line/4304/{LINE_2}");
    // 100 of 301 of each line, rounded down: 33.2 and 66.8.
    let before = [
        format!("{one} 301 100 100 33"),
        format!("{two} 301 201 201 66"),
    ];
    assert_eq!(lines("2023-03-11"), before);
    let after = [
        format!("{one} 301 100 60 33"),
        format!("{two} 301 201 1 66"),
    ];
    assert_eq!(lines("2023-03-12"), after);
}

#[test]
fn the_share_in_the_mall_is_that_of_the_metric() {
    let mut city = City::default();
    purchases(
        &mut city,
        &[(480, true, false), (225, false, false), (99, true, false)],
    );
    let picture = city.picture(END);
    let judgement = judged_in(&picture, &Packs::ours(), END);
    let mut findings = judgement.findings.iter();
    let finding = findings
        .find(|of| of.rule_id == "HY-10-PEN-100")
        .expect("a finding");
    // The day on which it fell below all: that of the purchase outside, which is the evidence.
    assert_eq!(
        (finding.on, &finding.evidence[..]),
        (day("2023-02-10"), &[1_001][..])
    );
    let query = Query {
        metric: "M-10A".into(),
        dimension: Dimension::Whole,
        filters: Filters::default(),
        period: Period::default(),
        as_of: day(END),
    };
    let metric = metrics::evaluate(&picture, &query).expect("reads")[0].value;
    // 57.9 of 80.4.
    assert_eq!((finding.actual, metric), (Some(7_201), Some(7_201)));
    assert_eq!(finding.expected, Some(BP_WHOLE));
}

#[test]
fn a_silence_that_ended_stays_as_a_finding_that_is_rectified() {
    let rule = "HY-11-IDLE";
    let mut city = City::default();
    let county = "430421";
    city.stream((StreamKind::Region, county, county), |told| {
        told.tell(v1::RegionOnboarded {
            region: county.into(),
            live_on: "2023-01-10".into(),
        });
    });
    city.stream((StreamKind::Project, "PJ-X", county), |told| {
        for on in ["2023-01-20", "2023-04-22"] {
            told.tell(v1::PlanFiled {
                filed_on: on.into(),
                ..plan_filed()
            });
        }
    });
    // 92 days: due on 20 April, done on the 22nd, a Saturday.
    let judgement = city.judged("2023-05-01");
    let says = "late 2/1, due 2023-04-20; pending, due 2023-07-21";
    assert_eq!(said(&judgement, rule), says);
    let of_rule = judgement.findings.iter().find(|of| of.rule_id == rule);
    let finding = of_rule.expect("a finding");
    assert_eq!(finding.status, FindingStatus::Rectified);
    assert_eq!(finding.evidence, [1_000, 2_000, 2_001]);
}

#[test]
fn what_comes_after_the_report_and_what_is_corrected_is_not_of_the_reported_day() {
    let mut city = City::default();
    lines_sent(&mut city, "2024-01-02");
    batch(&mut city, "2024-01-02", 2, 600 * WAN);
    // An event of the day that is recorded on a later one.
    city.stream((StreamKind::BudgetLine, "BL-3", REGION), |told| {
        send(
            told,
            ("BUDGET_INT", "A-3"),
            "2024-01-04",
            None,
            budget_line_approved("BL-3"),
        );
    });
    assert_eq!(said(&city.judged("2024-01-05"), SUM), "kept");
    // A correction is an event of its own day and changes no total of the day it corrects.
    let (told, _) = &mut city.told[0];
    let correction = v1::EventCorrected {
        payload: Some(Box::new(v1::EventPayload {
            payload: Some(
                v1::BudgetLineApproved {
                    amount_fen: 1,
                    ..budget_line_approved("BL-1")
                }
                .into(),
            ),
        })),
        ..v1::EventCorrected::default()
    };
    send(
        told,
        ("BUDGET_INT", "A-4"),
        "2024-01-04",
        Some(1_000),
        correction,
    );
    assert_eq!(said(&city.judged("2024-12-31"), SUM), "kept");
}

/// The details of the only finding of the rule on batches.
fn details(judgement: &Judgement) -> String {
    let of_rule = judgement.findings.iter().filter(|of| of.rule_id == SUM);
    let details: Vec<String> = of_rule.map(|of| of.details.join("\n")).collect();
    details.join("\n\n")
}

#[test]
fn a_report_differs_in_count_sum_or_digest_and_the_newest_counts() {
    let mut city = City::default();
    lines_sent(&mut city, "2024-01-02");
    batch(&mut city, "2024-01-02", 3, 600 * WAN);
    let judgement = city.judged("2024-01-05");
    assert_eq!(
        details(&judgement),
        "所报3笔，账本2笔 3 events reported, 2 in the ledger"
    );
    let (told, _) = city.told.last_mut().expect("the batch");
    report(told, "2024-01-03", 2, 600 * WAN - 100);
    let judgement = city.judged("2024-01-05");
    assert_eq!(
        details(&judgement),
        "BudgetLineApproved所报5,999,999.00元，账本6,000,000.00元 BudgetLineApproved: 5,999,999.00 \
         yuan reported, 6,000,000.00 in the ledger"
    );
    let (told, _) = city.told.last_mut().expect("the batch");
    report(told, "2024-01-04", 2, 600 * WAN);
    assert_eq!(said(&city.judged("2024-01-05"), SUM), "kept");
    // Other ids with the same count and sums.
    let mut city = City::default();
    city.stream((StreamKind::BudgetLine, "BL-1", REGION), |told| {
        for source_ref in ["A-1", "A-3"] {
            let of = ("BUDGET_INT", source_ref);
            send(told, of, "2024-01-02", None, budget_line_approved("BL-1"));
        }
    });
    batch(&mut city, "2024-01-02", 2, 600 * WAN);
    let judgement = city.judged("2024-01-05");
    assert!(
        details(&judgement).starts_with("事件编号的摘要不一致"),
        "{judgement:?}"
    );
}

#[test]
fn totals_that_are_kept_say_the_same_and_are_made_anew_where_events_came() {
    let mut city = City::default();
    lines_sent(&mut city, "2024-01-02");
    batch(&mut city, "2024-01-02", 2, 600 * WAN);
    let today = "2024-01-05";
    let picture = city.picture(today);
    let now = || {
        rows(
            &picture,
            &Law::of(Packs::ours(), Calendar::known()),
            day(today),
        )
        .expect("reads")
    };
    let first = format!("{:?}", now());
    replace(&picture, today);
    assert_eq!(format!("{:?}", now()), first);
    let digest = || -> String {
        let sql = "SELECT group_concat(digest) FROM day_totals";
        picture.query_row(sql, [], |row| row.get(0)).expect("reads")
    };
    assert_eq!(digest(), DIGEST);
    // A kept total is believed while its events are the same, and only then.
    let spoil = "UPDATE day_totals SET digest = 'kept'";
    picture.execute(spoil, []).expect("writes");
    replace(&picture, today);
    assert_eq!(digest(), format!("kept,{DIGEST}"));
    picture.execute(spoil, []).expect("writes");
    let more = "UPDATE event_totals SET fingerprint = fingerprint + 1 WHERE position = 1000";
    picture.execute(more, []).expect("writes");
    replace(&picture, today);
    assert_eq!(digest(), DIGEST);
    // Once an event of a later day is there, nothing of the day can come any more.
    let is_final = || -> bool {
        let sql = "SELECT is_final FROM day_totals";
        picture.query_row(sql, [], |row| row.get(0)).expect("reads")
    };
    assert!(!is_final());
    let later = "INSERT INTO event_totals VALUES (9, 'GP_MGMT', '2024-01-02', '2024-01-03', 1, 1, \
                 '', '00000000000000000000000000000001')";
    picture.execute(later, []).expect("writes");
    replace(&picture, today);
    assert!(is_final());
    assert_eq!(digest(), DIGEST);
}

#[test]
fn a_waiver_in_any_stream_waives_the_finding() {
    let mut city = City::default();
    inquiries(&mut city, &FOUR);
    let judgement = city.judged(END);
    let open = judgement.findings.iter().find(|of| of.rule_id == SPLIT);
    let subject = open.expect("a finding").subject.clone();
    city.stream((StreamKind::Unit, UNIT, REGION), |told| {
        told.tell(v1::FindingWaived {
            waiver_id: "W-1".into(),
            rule_id: SPLIT.into(),
            subject_ref: subject,
            reason: "应急".into(),
            authority: "衡财购〔2023〕9号".into(),
            on: "2023-12-01".into(),
        });
    });
    assert_eq!(said(&city.judged(END), SPLIT), "waived");
    let picture = city.picture(END);
    replace(&picture, END);
    let sql = "SELECT stream || ' ' || kind || ' ' || region_code || ' ' || unit || ' ' \
               || severity || ' ' || found_on || ' ' || evidence FROM findings WHERE rule_id = ?1";
    let row: String = picture
        .query_row(sql, [SPLIT], |row| row.get(0))
        .expect("a row");
    let severity = i32::from(v1::Severity::Critical);
    assert_eq!(
        row,
        format!(
            "unit/4304/{UNIT} unit 430400 {UNIT} {severity} 2023-09-20 \
             1000,2000,3000,4000,5000,6000"
        )
    );
}

#[test]
fn a_pack_of_a_site_changes_such_a_rule_and_puts_conditions() {
    let rule = |more: &str| {
        format!(
            "pack = \"own\"\nversion = \"1\"\nzh = \"本地\"\nen = \"Own\"\n[[rule]]\nid = \"OWN\"\n\
             zh = \"一\"\nen = \"One\"\ncitation = \"本地\"\nseverity = \"minor\"\n\
             confidence = \"D\"\nkind = \"content\"\nfact = \"purchases_split\"\n{more}\n\
             from = \"2023-01-01\"\n"
        )
    };
    let mut city = City::default();
    inquiries(&mut city, &FOUR);
    city.plan(
        "2023-12-01",
        WAN,
        |plan| plan.category = "A02020400".into(),
        |_| (),
    );
    let picture = city.picture(END);
    for (more, says) in [
        ("limit = 5", "broken; not applicable"),
        ("limit = 3", "broken"),
        (
            "limit = 5\nwhen = \"year == 2024\"",
            "not applicable; not applicable",
        ),
        (
            "limit = 5\nwhen = \"region == '430400'\"",
            "broken; not applicable",
        ),
    ] {
        let pack = Pack::read(&rule(more)).expect("is sound");
        let packs = Arc::new(Packs::with([pack]).expect("stands beside ours"));
        assert_eq!(
            said(&judged_in(&picture, &packs, END), "OWN"),
            says,
            "{more}"
        );
    }
    assert!(Pack::read(&rule("limit = 5\nwhen = \"plan_fen > 1\"")).is_err());
}
