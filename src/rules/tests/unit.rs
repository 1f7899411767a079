//! Examples of rules on budget units.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        REGION, REGULATOR, SUPPLIER, UNIT_2, instant, notice_published, organisation_closed,
        organisation_registered,
        oversight::{
            internal_control_filed, internal_control_filing_accepted,
            internal_control_filing_returned, internal_control_issued,
        },
        threshold_profile_published,
    },
    domain::values::StreamKind,
    events::v1::{
        self, ControlArea, NoticeType, OrganisationKind, SmallPurchaseExemption,
        notice_published::Content,
    },
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            accepted(told, "2023-06-01");
        },
        says: "met, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            accepted(told, "2023-10-31");
        },
        says: "met, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::Broken,
        today: "2023-10-31",
        tells: returned_once,
        says: "overdue 0/0, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::Broken,
        today: "2023-11-30",
        tells: returned_once,
        says: "late 2/2, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::Broken,
        today: "2023-11-01",
        tells: |told| {
            unit(told, "2023-01-03");
            accepted(told, "2023-06-01");
            repealed(told, "2023-08-01");
        },
        says: "overdue 1/1, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            accepted(told, "2023-06-01");
            repealed(told, "2024-08-01");
        },
        says: "met, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            unit(told, "2024-02-01");
            accepted(told, "2024-06-03");
        },
        says: "not applicable",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            told.tell(v1::OrganisationClosed {
                on: "2023-09-01".into(),
                ..organisation_closed(UNIT_2)
            });
        },
        says: "void, due 2023-10-31",
    },
    Example {
        rule: "HY-02-IC-FILED",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, SUPPLIER, OrganisationKind::Supplier, "2023-01-03"),
        says: "",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| numbered(told, "衡示校〔2023〕12号"),
        says: "kept",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| numbered(told, "一二三四五六七八九十甲乙[2099]1234号"),
        says: "kept",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| numbered(told, "一二三四五六七八九十甲乙丙〔2023〕12号"),
        says: "broken",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| numbered(told, "衡示校〔2023〕12345号"),
        says: "broken",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| numbered(told, "内控制度"),
        says: "broken",
    },
    Example {
        rule: "HY-02-REDHEAD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            issued(told, "内控制度", &[ControlArea::Demand]);
            told.tell(repeal("2023-08-01"));
        },
        says: "not applicable",
    },
    Example {
        rule: "HY-02-SEPARATION",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            issued(told, "衡示校〔2023〕12号", &[ControlArea::Demand]);
            revised(
                told,
                &[
                    ControlArea::Demand,
                    ControlArea::Plan,
                    ControlArea::Separation,
                ],
            );
        },
        says: "kept",
    },
    Example {
        rule: "HY-02-SEPARATION",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| numbered(told, "衡示校〔2023〕12号"),
        says: "kept",
    },
    Example {
        rule: "HY-02-SEPARATION",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| issued(told, "衡示校〔2023〕12号", &[ControlArea::Demand]),
        says: "broken",
    },
    Example {
        rule: "HY-02-SEPARATION",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            issued(told, "衡示校〔2023〕12号", &[ControlArea::Demand]);
            told.tell(repeal("2023-08-01"));
        },
        says: "not applicable",
    },
    Example {
        rule: "HY-03-EMALL",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| bought(told, &[("HN_EMALL", 48_000_000)]),
        says: "kept",
    },
    Example {
        rule: "HY-03-EMALL",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| bought(told, &[("HN_EMALL", 49_999_999), ("INTRANET", 50_000_000)]),
        says: "kept; not applicable",
    },
    Example {
        rule: "HY-03-EMALL",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| bought(told, &[("INTRANET", 49_999_999)]),
        says: "broken",
    },
    Example {
        rule: "HY-03-EMALL",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: scenario_5,
        says: "kept; kept; kept; broken; kept; kept; broken; kept",
    },
    Example {
        rule: "HY-03-EMALL",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Unit, UNIT_2);
            let mut purchase = purchase(1, "INTRANET", 900_000);
            purchase.exemption_reason = SmallPurchaseExemption::NotListed.into();
            told.tell(purchase);
        },
        says: "not applicable",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2022-05-04");
            disclosed(told, 2022, "2023-03-20");
        },
        says: "met, due 2023-03-31",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2022-12-31");
            disclosed(told, 2022, "2023-03-31");
        },
        says: "met, due 2023-03-31",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::Broken,
        today: "2025-04-02",
        tells: |told| unit(told, "2024-06-03"),
        says: "overdue 2/2, due 2025-03-31",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::Broken,
        today: "2026-12-31",
        tells: |told| {
            unit(told, "2025-06-03");
            disclosed(told, 2024, "2026-03-30");
            disclosed(told, 2025, "2026-04-01");
        },
        says: "late 1/1, due 2026-03-31",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| unit(told, "2023-01-03"),
        says: "",
    },
    Example {
        rule: "CN-SME-DISCLOSE-0331",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, SUPPLIER, OrganisationKind::Supplier, "2020-01-03"),
        says: "",
    },
];

/// An organisation of the city enters the registry; its stream is told of.
pub(super) fn registered(told: &mut Told, uscc: &str, kind: OrganisationKind, on: &str) {
    told.is_of(StreamKind::Organisation, uscc);
    told.tell(v1::OrganisationRegistered {
        on: on.into(),
        ..organisation_registered(uscc, kind, REGION)
    });
}

/// The second unit enters the registry.
pub(super) fn unit(told: &mut Told, on: &str) {
    registered(told, UNIT_2, OrganisationKind::BudgetUnit, on);
}

fn accepted(told: &mut Told, on: &str) {
    let filed = internal_control_filed(REGULATOR, on);
    told.tell_beside(StreamKind::Unit, UNIT_2, filed);
    told.tell_beside(
        StreamKind::Unit,
        UNIT_2,
        internal_control_filing_accepted(on),
    );
}

/// Scenario 11: returned once, accepted two days after the last day.
fn returned_once(told: &mut Told) {
    unit(told, "2023-01-03");
    let filed = internal_control_filed(REGULATOR, "2023-10-27");
    told.tell_beside(StreamKind::Unit, UNIT_2, filed);
    let returned = internal_control_filing_returned("2023-10-30");
    told.tell_beside(StreamKind::Unit, UNIT_2, returned);
    accepted(told, "2023-11-02");
}

fn repeal(on: &str) -> v1::InternalControlRepealed {
    v1::InternalControlRepealed {
        control_id: "IC-1".into(),
        reason: "合并".into(),
        repealed_on: on.into(),
    }
}

fn repealed(told: &mut Told, on: &str) {
    told.tell_beside(StreamKind::Unit, UNIT_2, repeal(on));
}

fn issued(told: &mut Told, doc_no: &str, covers: &[ControlArea]) {
    told.is_of(StreamKind::Unit, UNIT_2);
    let mut issued = internal_control_issued();
    issued.doc_no = doc_no.into();
    issued.covers = covers.iter().map(|area| (*area).into()).collect();
    issued.issued_on = "2023-05-05".into();
    told.tell(issued);
}

fn numbered(told: &mut Told, doc_no: &str) {
    issued(
        told,
        doc_no,
        &[ControlArea::Separation, ControlArea::Demand],
    );
}

fn revised(told: &mut Told, covers: &[ControlArea]) {
    told.tell(v1::InternalControlRevised {
        control_id: "IC-1".into(),
        doc_no: "衡示校〔2023〕30号".into(),
        title: "政府采购内部控制制度".into(),
        covers: covers.iter().map(|area| (*area).into()).collect(),
        file_hash: "0".repeat(64),
        revised_on: "2023-07-03".into(),
    });
}

fn purchase(number: usize, channel: &str, amount_fen: i64) -> v1::SmallPurchaseRecorded {
    v1::SmallPurchaseRecorded {
        unit: UNIT_2.into(),
        purchase_id: format!("SP-{number}"),
        category: "A02010105".into(),
        category_version: 2022,
        amount_fen,
        channel: channel.into(),
        exemption_reason: 0,
        purchased_on: "2023-05-10".into(),
    }
}

/// Purchases of a unit, where the threshold is 500,000.00 yuan.
fn bought(told: &mut Told, purchases: &[(&str, i64)]) {
    told.is_of(StreamKind::Unit, UNIT_2);
    let mut thresholds = threshold_profile_published();
    thresholds.dispersed_limit_fen = 50_000_000;
    thresholds.effective_from = "2023-01-01".into();
    told.thresholds.push(thresholds);
    for (number, (channel, amount_fen)) in purchases.iter().enumerate() {
        told.tell(purchase(number, channel, *amount_fen));
    }
}

/// Scenario 5: eight purchases, two of them elsewhere.
fn scenario_5(told: &mut Told) {
    let fen = [480, 320, 150, 225, 99, 41, 410, 275].map(|amount| amount * 100_000);
    let channel = |fen: i64| match fen {
        22_500_000 | 41_000_000 => "INTRANET",
        _ => "HN_EMALL",
    };
    bought(told, &fen.map(|fen| (channel(fen), fen)));
}

fn disclosed(told: &mut Told, year: i32, on: &str) {
    let mut notice = notice_published(&format!("N-{year}"));
    notice.notice_type = NoticeType::SmeArrears.into();
    notice.published_at = instant(on, 10);
    notice.content = Some(Content::SmeArrears(v1::SmeArrearsNotice {
        year,
        ..v1::SmeArrearsNotice::default()
    }));
    told.tell_beside(StreamKind::Unit, UNIT_2, notice);
}
