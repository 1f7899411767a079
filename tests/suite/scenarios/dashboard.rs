//! S11: what a region does besides procurement: internal control, on-boarding, assessment, venues,
//! approvals, libraries; and what its dashboard shows of a year.

use bihuan::events::v1::{self, ActorRole};
use serde_json::json;

use super::story::*;
use crate::{facts::*, harness::run, law::law};

const CITY_STREAM: &str = "region/4304/430400";
const UNIT_KIND: &str = "ORGANISATION_KIND_BUDGET_UNIT";
const FINANCE_KIND: &str = "ORGANISATION_KIND_FINANCE_REGULATOR";

/// Nine fictional budget units beside the buyer.
const NINE_UNITS: [&str; 9] = [
    "11430400000098108M",
    "11430400000098116G",
    "11430400000098124B",
    "114304000000981326",
    "114304000000981401",
    "11430400000098159X",
    "11430400000098167Q",
    "11430400000098175K",
    "11430400000098183E",
];

/// The fourteen counties, districts and areas with their fictional finance departments.
const FOURTEEN: [(&str, &str); 14] = [
    ("430405", "11430405000097017Y"),
    ("430406", "114304060000970258"),
    ("430407", "11430407000097033H"),
    ("430408", "11430408000097041T"),
    ("430412", "1143041200009705XB"),
    ("430421", COUNTY),
    ("430422", "11430422000097068T"),
    ("430423", "114304230000970764"),
    ("430424", "11430424000097084D"),
    ("430426", "114304260000970925"),
    ("430481", "11430481000097105F"),
    ("430482", "11430482000097113Q"),
    ("HY-GXQ", "11430400000097121T"),
    ("HY-SMQ", "1143040000009713XJ"),
];

/// The modules of the seven stages.
const MODULES: [&str; 8] = [
    "BUDGET",
    "INTENTION",
    "PLAN",
    "EXECUTION",
    "CONTRACT",
    "PAYMENT",
    "ACCEPTANCE",
    "CREDIT",
];

/// Ten units: nine filings are accepted in time; the tenth is returned, filed again, and accepted
/// on 2 November.
async fn ten_units(s: &mut Story) {
    for uscc in NINE_UNITS {
        s.register(FINANCE, uscc, UNIT_KIND, "430400").await;
    }
    for uscc in NINE_UNITS.into_iter().chain([UNIT]) {
        let unit = Who(BUYER.0, uscc, BUYER.2);
        let stream = format!("unit/4304/{uscc}");
        let issued = json!({"controlId": "IC-1", "unit": uscc, "docNo": "衡示〔2023〕1号"});
        s.tell_in(&stream, unit, "2023-09-01", "InternalControlIssued", issued)
            .await;
        let filed = json!({"controlId": "IC-1", "filedTo": CITY});
        let control = json!({"controlId": "IC-1"});
        let mut acts = vec![
            (unit, "2023-09-05", "InternalControlFiled", &filed),
            (
                FINANCE,
                "2023-10-31",
                "InternalControlFilingAccepted",
                &control,
            ),
        ];
        if uscc == UNIT {
            acts.pop();
            acts.extend([
                (
                    FINANCE,
                    "2023-10-30",
                    "InternalControlFilingReturned",
                    &control,
                ),
                (unit, "2023-11-01", "InternalControlFiled", &filed),
                (
                    FINANCE,
                    "2023-11-02",
                    "InternalControlFilingAccepted",
                    &control,
                ),
            ]);
        }
        for (who, day, name, fields) in acts {
            s.tell_in(&stream, who, day, name, fields.clone()).await;
        }
    }
}

/// Thirteen regions are live and full by 30 June, HY-SMQ on 15 July.
async fn fourteen_regions(s: &mut Story) {
    for (region, finance) in FOURTEEN {
        let who = Who("GP_MGMT", finance, ActorRole::Regulator);
        if finance != COUNTY {
            s.register(who, finance, FINANCE_KIND, region).await;
        }
        let live_on = match region {
            "HY-SMQ" => "2023-07-15",
            _ => "2023-06-20",
        };
        let stream = format!("region/4304/{region}");
        let of_region = json!({"region": region});
        let mut acts = vec![("2023-02-01", "RegionOnboardingStarted", of_region.clone())];
        for module in MODULES {
            let module = format!("SYSTEM_MODULE_{module}");
            let enabled = json!({"region": region, "module": module});
            acts.push(("2023-06-01", "RegionModuleEnabled", enabled));
        }
        acts.push((live_on, "RegionOnboarded", of_region));
        for (day, name, fields) in acts {
            let mut act = s.act(who, day, name, fields);
            act.move_to(&stream, region);
            s.tell_act(act).await;
        }
    }
}

/// The central agency is assessed on 20 November, and its result published on the 28th.
async fn assessment(s: &mut Story) {
    let central = format!("agency/4304/{CENTRAL_CODE}");
    let plan = json!({
        "assessmentId": "AS-1", "agency": CENTRAL_CODE, "fiscalYear": 2023, "indicators": [
            {"code": "ASSESSMENT_INDICATOR_PRICE", "name": "价格", "weightBp": 10_000},
        ],
    });
    let score = json!({
        "assessmentId": "AS-1", "indicator": "ASSESSMENT_INDICATOR_PRICE", "scoreX100": 9000,
    });
    let end = json!({
        "assessmentId": "AS-1", "totalX100": 9000, "grade": "ASSESSMENT_GRADE_EXCELLENT",
    });
    let notice = json!({
        "noticeId": "NO-1", "noticeType": "NOTICE_TYPE_ASSESSMENT_RESULT", "projectId": null,
        "lotNos": [], "contractId": null, "contract": null, "assessmentId": "AS-1",
        "assessmentResult": {"text": "考核结果"}, "channel": "CCGP_HN",
    });
    let site = Who("CCGP_HN", CITY, FINANCE.2);
    for (who, day, name, fields) in [
        (FINANCE, "2023-10-09", "AssessmentPlanIssued", plan),
        (FINANCE, "2023-11-20", "AssessmentScored", score),
        (FINANCE, "2023-11-20", "AssessmentConcluded", end),
        (site, "2023-11-28", "NoticePublished", notice),
    ] {
        s.tell_in(&central, who, day, name, fields).await;
    }
}

/// Five libraries: three are abolished, one is retained, one stays open.
async fn five_libraries(s: &mut Story) {
    for number in 1..=5 {
        let id = format!("LB-{number}");
        let stream = format!("library/4304/{id}");
        let reported = json!({
            "libraryId": id, "owner": UNIT, "usedAsCondition": true, "createdOn": "2022-01-01",
            "revives": null,
        });
        s.tell_in(
            &stream,
            BUYER,
            "2023-09-01",
            "SupplierLibraryReported",
            reported,
        )
        .await;
        let of = json!({"libraryId": id, "legalBasis": "令110"});
        match number {
            1..=3 => {
                let ended = json!({"libraryId": id});
                s.tell_in(
                    &stream,
                    BUYER,
                    "2023-10-10",
                    "SupplierLibraryAbolished",
                    ended,
                )
                .await;
            }
            4 => {
                s.tell_in(
                    &stream,
                    FINANCE,
                    "2023-10-11",
                    "SupplierLibraryRetained",
                    of,
                )
                .await;
            }
            _ => {}
        }
    }
}

/// A lot whose bids are due on Monday, 9 October, at 08:30, and twenty requests for a room on that
/// morning: eighteen are given one, one is denied for want of rooms, one waits until the 16th.
async fn twenty_requests(s: &mut Story) {
    s.budget_line(LINE, "2023-01-16", 100_000_000).await;
    s.plan(
        LINE,
        "2023-08-08",
        "PROCUREMENT_METHOD_OPEN_TENDER",
        100_000_000,
    )
    .await;
    let document = json!({
        "docId": "DOC-1", "lotNos": ["01"], "docFrom": "2023-09-11", "docTo": "2023-09-18",
        "bidDeadline": "2023-10-09T08:30:00+08:00", "budgetFen": "100000000",
        "ceilingFen": "100000000", "bidBondFen": "0",
    });
    s.tell(BUYER, "2023-09-11", "ProcurementDocumentIssued", document)
        .await;
    let venue = "venue/4304/VN-1";
    let room = json!({"venueId": "VN-1", "region": "430400", "kind": "VENUE_KIND_OPENING"});
    s.tell_in(venue, CENTRE, "2023-09-28", "VenueRegistered", room)
        .await;
    for day in ["2023-10-09", "2023-10-16"] {
        let slot = json!({
            "venueId": "VN-1", "slotId": day, "from": format!("{day}T08:30:00+08:00"),
            "to": format!("{day}T12:00:00+08:00"),
        });
        s.tell_in(venue, CENTRE, "2023-09-28", "VenueSlotOpened", slot)
            .await;
    }
    for number in 1..=20 {
        let request = json!({
            "requestId": format!("RQ-{number}"), "region": "430400", "projectId": s.project,
            "lotNos": ["01"], "kind": "VENUE_KIND_OPENING",
            "desiredStart": "2023-10-09T09:00:00+08:00", "durationMin": 10,
        });
        s.tell_in(CITY_STREAM, BUYER, "2023-09-28", "VenueRequested", request)
            .await;
    }
    for number in 1..=19 {
        // Ten minutes each, from 08:30 on.
        let at = |tens: i64| format!("{:02}:{:02}", (51 + tens) / 6, (51 + tens) % 6 * 10);
        let (day, from, to) = match number {
            19 => ("2023-10-16", at(0), at(1)),
            _ => ("2023-10-09", at(number - 1), at(number)),
        };
        let given = json!({
            "venueId": "VN-1", "requestId": format!("RQ-{number}"), "region": "430400",
            "projectId": s.project, "start": format!("{day}T{from}:00+08:00"),
            "end": format!("{day}T{to}:00+08:00"),
        });
        s.tell_in(venue, CENTRE, "2023-10-07", "VenueAllocated", given)
            .await;
    }
    let denied = json!({
        "requestId": "RQ-20", "region": "430400", "reason": "VENUE_DENIAL_REASON_NO_ROOM",
    });
    s.tell_in(
        CITY_STREAM,
        CENTRE,
        "2023-10-07",
        "VenueRequestDenied",
        denied,
    )
    .await;
}

/// Twelve items that no law asks for: seven are abolished, five justified; one of the seven is
/// asked for all the same.
async fn twelve_items(s: &mut Story) {
    for number in 1..=12 {
        let code = format!("AI-{number}");
        let item = json!({
            "itemCode": code, "region": "430400", "owner": CITY, "statutory": false,
            "legalBasis": null,
        });
        let ended = json!({"itemCode": code, "region": "430400", "effectiveOn": "2023-08-01"});
        let grounded = json!({"itemCode": code, "region": "430400"});
        let (day, name, settled) = match number {
            1..=7 => ("2023-07-20", "ApprovalItemAbolished", ended),
            _ => ("2023-10-31", "ApprovalItemJustified", grounded),
        };
        s.tell_in(
            CITY_STREAM,
            FINANCE,
            "2023-01-09",
            "ApprovalItemCatalogued",
            item,
        )
        .await;
        s.tell_in(CITY_STREAM, FINANCE, day, name, settled).await;
    }
    let asked = json!({"approvalId": "AP-1", "itemCode": "AI-1", "itemRegion": "430400"});
    s.tell(BUYER, "2023-09-11", "ApprovalRequested", asked)
        .await;
}

/// The rules that S11 names.
const RULES: [&str; 11] = [
    "HY-02-IC-FILED",
    "HY-04-ASSESS",
    "HY-04-ASSESS-PUB",
    "MOF135-ASSESS-5WD",
    "HY-07-LIB-OPEN",
    "HY-11-ONLINE-0630",
    "HY-11-FULLFLOW",
    "HY-12-NONSTAT",
    "HY-12-ABOLISHED-USED",
    "HY-13-ONDEMAND",
    "HY-13-WAIT-3WD",
];

#[test]
fn a_year_of_the_region_shows_its_breaches_and_its_figures() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        ten_units(&mut s).await;
        fourteen_regions(&mut s).await;
        assessment(&mut s).await;
        five_libraries(&mut s).await;
        twenty_requests(&mut s).await;
        twelve_items(&mut s).await;
        // At the end of 30 June one area is not live.
        s.measures("2023-06-30", &[("M-11", 13, 14, 9_285)]).await;
        s.finds(
            "2023-06-30",
            &RULES,
            &["HY-11-ONLINE-0630 major open 2023-06-30 late 0/0"],
        )
        .await;
        s.measures("2023-07-15", &[("M-11", 14, 14, 10_000)]).await;
        // At the end of October one filing is missing.
        let by_october = [
            // 15 July was a Saturday: ten working days and fifteen calendar days from 30 June.
            "HY-11-ONLINE-0630 major rectified 2023-06-30 late 15/10",
            "HY-12-ABOLISHED-USED major open 2023-09-11",
            "HY-13-ONDEMAND major open 2023-10-07",
            // Three working days after 9 October end on the 12th.
            "HY-13-WAIT-3WD minor rectified 2023-10-12 late 4/2",
        ];
        let filing = "HY-02-IC-FILED major open 2023-10-31 late 0/0";
        let mut expected = by_october.to_vec();
        expected.push(filing);
        let missing = s.finds("2023-10-31", &RULES, &expected).await;
        s.measures(
            "2023-10-31",
            &[
                ("M-02", 9, 10, 9_000),
                ("M-12R", 7, 12, 5_833),
                ("M-13S", 18, 20, 9_000),
            ],
        )
        .await;
        // A month later it is there: the finding is rectified and stands.
        let mut expected = by_october.to_vec();
        expected.extend([
            "HY-02-IC-FILED major rectified 2023-10-31 late 2/2",
            // Published on the 28th: five working days after the 20th end on the 27th.
            "MOF135-ASSESS-5WD minor rectified 2023-11-27 late 1/1",
            "HY-07-LIB-OPEN major open 2023-11-30 late 0/0",
        ]);
        let mended = s.finds("2023-11-30", &RULES, &expected).await;
        let id_of = |rows: &[v1::FindingRow]| {
            let findings = rows.iter().filter_map(|row| row.finding.clone());
            let mut filings = findings.filter(|of| of.rule_id == "HY-02-IC-FILED");
            filings.next().map(|of| of.finding_id)
        };
        assert!(id_of(&missing).is_some() && id_of(&missing) == id_of(&mended));
        s.measures(
            "2023-11-30",
            &[("M-02", 10, 10, 10_000), ("M-07", 4, 5, 8_000)],
        )
        .await;
        let subject = format!("agency/4304/{CENTRAL_CODE}/2023");
        let met = [(subject.as_str(), "met, due 2023-11-30")];
        for rule in ["HY-04-ASSESS", "HY-04-ASSESS-PUB"] {
            s.obliges("2023-11-30", rule, &met).await;
        }
    });
}

#[test]
fn a_filing_comes_back_and_is_filed_again() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let unit = format!("unit/4304/{UNIT}");
        let issued = json!({
            "controlId": "IC-1", "unit": UNIT, "docNo": "衡示〔2023〕1号",
            "covers": ["CONTROL_AREA_DEMAND", "CONTROL_AREA_SEPARATION"],
        });
        s.tell_in(&unit, BUYER, "2023-09-01", "InternalControlIssued", issued)
            .await;
        let to = |finance: &str| json!({"controlId": "IC-1", "filedTo": finance});
        let mut abroad = s.act(BUYER, "2023-09-05", "InternalControlFiled", to(COUNTY));
        abroad.move_to(&unit, "430400");
        let refused = s.refused_act(abroad).await;
        gate(&refused, "E026_WRONG_JURISDICTION", &[]);
        let rules = json!({"controlId": "IC-1"});
        s.tell_in(&unit, BUYER, "2023-09-05", "InternalControlFiled", to(CITY))
            .await;
        s.tell_in(
            &unit,
            FINANCE,
            "2023-10-30",
            "InternalControlFilingReturned",
            rules.clone(),
        )
        .await;
        s.tell_in(&unit, BUYER, "2023-11-01", "InternalControlFiled", to(CITY))
            .await;
        s.tell_in(
            &unit,
            FINANCE,
            "2023-11-02",
            "InternalControlFilingAccepted",
            rules,
        )
        .await;
        let asked = v1::GetComplianceRequest {
            stream: unit,
            ..v1::GetComplianceRequest::default()
        };
        let told = law(&s.town.server).await.get_compliance(asked).await;
        let told = told.expect("a judgement").into_inner();
        assert_eq!(
            breaches(&told),
            [],
            "a red-header document that covers what it should"
        );
    });
}

#[test]
fn rooms_are_given_once_at_a_time() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        s.plan(
            LINE,
            "2023-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            100_000_000,
        )
        .await;
        let (venue, region) = ("venue/4304/VN-1", "region/4304/430400");
        let room = json!({"venueId": "VN-1", "kind": "VENUE_KIND_EVALUATION"});
        s.tell_in(venue, CENTRE, "2023-10-01", "VenueRegistered", room)
            .await;
        let slot = json!({
            "venueId": "VN-1", "slotId": "SL-1", "from": "2023-10-09T08:30:00+08:00",
            "to": "2023-10-09T12:00:00+08:00",
        });
        s.tell_in(venue, CENTRE, "2023-10-01", "VenueSlotOpened", slot)
            .await;
        for id in ["RQ-1", "RQ-2"] {
            let request = json!({
                "requestId": id, "region": "430400", "projectId": PROJECT, "lotNos": ["01"],
                "kind": "VENUE_KIND_EVALUATION", "desiredStart": "2023-10-09T09:00:00+08:00",
                "durationMin": 60,
            });
            s.tell_in(region, BUYER, "2023-10-02", "VenueRequested", request)
                .await;
        }
        let given = |id: &str, from: &str, to: &str| {
            json!({
                "venueId": "VN-1", "requestId": id, "region": "430400", "projectId": PROJECT,
                "start": format!("2023-10-09T{from}:00+08:00"),
                "end": format!("2023-10-09T{to}:00+08:00"),
            })
        };
        let first = given("RQ-1", "09:00", "11:00");
        s.tell_in(venue, CENTRE, "2023-10-03", "VenueAllocated", first)
            .await;
        for (from, to) in [("10:59", "12:00"), ("11:00", "12:01")] {
            let second = given("RQ-2", from, to);
            let mut act = s.act(CENTRE, "2023-10-03", "VenueAllocated", second);
            act.move_to(venue, "430400");
            let refused = s.refused_act(act).await;
            gate(&refused, "E019_VENUE_OVERLAP", &[]);
        }
        let second = given("RQ-2", "11:00", "12:00");
        s.tell_in(venue, CENTRE, "2023-10-03", "VenueAllocated", second)
            .await;
    });
}

#[test]
fn the_central_agency_is_assessed_and_nobody_else() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let plan = |agency: &str, weights: [i32; 2]| {
            json!({
                "assessmentId": "AS-1", "agency": agency, "fiscalYear": 2023, "indicators": [
                    {"code": "ASSESSMENT_INDICATOR_PRICE", "name": "价格", "weightBp": weights[0]},
                    {"code": "ASSESSMENT_INDICATOR_SERVICE", "name": "服务",
                     "weightBp": weights[1]},
                ],
            })
        };
        let stream = |agency: &str| format!("agency/4304/{agency}");
        let mut other = s.act(
            FINANCE,
            "2023-09-01",
            "AssessmentPlanIssued",
            plan(AGENCY, [5000; 2]),
        );
        other.move_to(&stream(AGENCY), "430400");
        gate(&s.refused_act(other).await, "E001_UNKNOWN_REF", &[]);
        let central = stream(CENTRAL_CODE);
        let light = plan(CENTRAL_CODE, [5000, 4999]);
        let mut light = s.act(FINANCE, "2023-09-01", "AssessmentPlanIssued", light);
        light.move_to(&central, "430400");
        gate(&s.refused_act(light).await, "E024_SUM_MISMATCH", &[]);
        let whole = plan(CENTRAL_CODE, [5000; 2]);
        s.tell_in(
            &central,
            FINANCE,
            "2023-09-01",
            "AssessmentPlanIssued",
            whole,
        )
        .await;
        for code in ["PRICE", "SERVICE"] {
            let score = json!({
                "assessmentId": "AS-1", "indicator": format!("ASSESSMENT_INDICATOR_{code}"),
                "scoreX100": 9000,
            });
            s.tell_in(&central, FINANCE, "2023-11-10", "AssessmentScored", score)
                .await;
        }
        let end = json!({
            "assessmentId": "AS-1", "totalX100": 9000, "grade": "ASSESSMENT_GRADE_EXCELLENT",
        });
        s.tell_in(&central, FINANCE, "2023-11-20", "AssessmentConcluded", end)
            .await;
        let notice = json!({
            "noticeId": "NO-1", "noticeType": "NOTICE_TYPE_ASSESSMENT_RESULT", "projectId": null,
            "lotNos": [], "contractId": null, "contract": null, "assessmentId": "AS-1",
            "assessmentResult": {"text": "考核结果"}, "channel": "CCGP_HN",
        });
        let site = Who("CCGP_HN", CITY, FINANCE.2);
        s.tell_in(&central, site, "2023-11-28", "NoticePublished", notice)
            .await;
    });
}

#[test]
fn libraries_and_approval_items_end_and_are_used_all_the_same() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        s.plan(
            LINE,
            "2023-02-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            100_000_000,
        )
        .await;
        let library = "library/4304/LB-1";
        let mut unknown = s.act(
            BUYER,
            "2023-09-01",
            "SupplierLibraryAbolished",
            json!({
                "libraryId": "LB-1",
            }),
        );
        unknown.move_to(library, "430400");
        gate(&s.refused_act(unknown).await, "E001_UNKNOWN_REF", &[]);
        let reported = json!({"libraryId": "LB-1", "owner": UNIT, "revives": null});
        s.tell_in(
            library,
            BUYER,
            "2023-09-01",
            "SupplierLibraryReported",
            reported,
        )
        .await;
        let ended = json!({"libraryId": "LB-1"});
        s.tell_in(
            library,
            BUYER,
            "2023-10-09",
            "SupplierLibraryAbolished",
            ended,
        )
        .await;
        let region = "region/4304/430400";
        let item = json!({"itemCode": "AI-1", "region": "430400", "owner": CITY});
        s.tell_in(
            region,
            FINANCE,
            "2023-01-09",
            "ApprovalItemCatalogued",
            item,
        )
        .await;
        let ended = json!({"itemCode": "AI-1", "region": "430400", "effectiveOn": "2023-08-01"});
        s.tell_in(
            region,
            FINANCE,
            "2023-07-20",
            "ApprovalItemAbolished",
            ended,
        )
        .await;
        let asked = json!({"approvalId": "AP-1", "itemCode": "AI-1", "itemRegion": "430400"});
        s.tell(BUYER, "2023-09-11", "ApprovalRequested", asked)
            .await;
        let unknown = json!({"approvalId": "AP-9", "result": "APPROVAL_RESULT_APPROVED"});
        let refused = s
            .refused(FINANCE, "2023-09-12", "ApprovalDecided", unknown)
            .await;
        gate(&refused, "E001_UNKNOWN_REF", &[]);
    });
}
