//! Examples of rules on tenders.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{
        bare_notice, bond, bond_back, clarified, document, example, plan, plan_by, tell, terminated,
    },
};
use crate::{
    domain::testkit::{LOT, SUPPLIER, SUPPLIER_2, bids_opened, instant},
    events::v1::{LawTrack, NoticeType, ProcurementMethod},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "GPL-35-BID-20D",
        Kept,
        |told| tender(told, "2023-08-21", "2023-09-05"),
        "kept",
    ),
    example(
        "GPL-35-BID-20D",
        AtTheBound,
        |told| tender(told, "2023-08-21", "2023-09-03"),
        "kept",
    ),
    example(
        "GPL-35-BID-20D",
        Broken,
        |told| tender(told, "2023-08-21", "2023-09-02"),
        "broken 19 of 20",
    ),
    example(
        "GPL-35-BID-20D",
        Kept,
        |told| {
            tender(told, "2023-08-21", "2023-08-30");
            clarified(told, "1", "2023-08-18", true, Some("2023-09-05"));
        },
        "kept",
    ),
    example(
        "GPL-35-BID-20D",
        NotApplicable,
        |told| by(told, ProcurementMethod::Inquiry, "2023-08-14", "2023-08-30"),
        "",
    ),
    example(
        "GPL-35-BID-20D",
        NotApplicable,
        |told| {
            plan(told, 300_000_000, |of| {
                of.law_track = LawTrack::TenderLaw.into();
            });
            document(told, "2023-08-14", "2023-08-15", "2023-08-16");
        },
        "not applicable",
    ),
    example(
        "GPLR-31-DOC-5WD",
        Kept,
        |told| tender(told, "2023-08-21", "2023-09-05"),
        "kept",
    ),
    example(
        "GPLR-31-DOC-5WD",
        Kept,
        |told| tender(told, "2023-08-18", "2023-09-05"),
        "info 4 of 5",
    ),
    example(
        "GPLR-31-DOC-5WD",
        AtTheBound,
        |told| {
            // 09-28, 10-07, 10-08, 10-09, 10-10, 10-11
            plan_by(told, ProcurementMethod::OpenTender);
            document(told, "2023-09-28", "2023-10-11", "2023-11-05");
        },
        "kept",
    ),
    example(
        "GPLR-31-DOC-5WD",
        Broken,
        |told| {
            plan_by(told, ProcurementMethod::OpenTender);
            document(told, "2023-09-28", "2023-10-09", "2023-11-05");
        },
        "broken 4 of 5",
    ),
    example(
        "GPLR-31-DOC-5WD",
        NotApplicable,
        |told| {
            by(
                told,
                ProcurementMethod::Negotiation,
                "2023-08-14",
                "2023-08-30",
            );
        },
        "",
    ),
    example(
        "GPLR-31-CLARIFY-15D",
        Kept,
        |told| {
            tender(told, "2023-08-21", "2023-09-05");
            clarified(told, "1", "2023-08-18", true, None);
        },
        "kept",
    ),
    example(
        "GPLR-31-CLARIFY-15D",
        AtTheBound,
        |told| {
            tender(told, "2023-08-21", "2023-09-05");
            clarified(told, "1", "2023-08-21", true, None);
        },
        "kept",
    ),
    example(
        "GPLR-31-CLARIFY-15D",
        Broken,
        |told| {
            tender(told, "2023-08-21", "2023-09-05");
            clarified(told, "1", "2023-08-22", true, None);
        },
        "broken 14 of 15",
    ),
    example(
        "GPLR-31-CLARIFY-15D",
        Kept,
        |told| {
            // The first is cured by the second, which moves the deadline.
            tender(told, "2023-08-21", "2023-09-05");
            clarified(told, "1", "2023-08-22", true, None);
            clarified(told, "2", "2023-08-25", true, Some("2023-09-11"));
        },
        "kept; kept",
    ),
    example(
        "GPLR-31-CLARIFY-15D",
        NotApplicable,
        |told| {
            tender(told, "2023-08-21", "2023-09-05");
            clarified(told, "1", "2023-09-01", false, None);
        },
        "not applicable",
    ),
    example(
        "MOF87-16-NOTICE-5WD",
        Kept,
        |told| noticed(told, "2023-08-14", "2023-08-21"),
        "kept",
    ),
    example(
        "MOF87-16-NOTICE-5WD",
        AtTheBound,
        |told| noticed(told, "2023-09-28", "2023-10-11"),
        "kept",
    ),
    example(
        "MOF87-16-NOTICE-5WD",
        Broken,
        |told| noticed(told, "2023-09-28", "2023-10-09"),
        "broken 4 of 5",
    ),
    example(
        "MOF87-16-NOTICE-5WD",
        NotApplicable,
        |told| noticed(told, "2023-08-14", ""),
        "not applicable",
    ),
    example(
        "MOF87-16-NOTICE-5WD",
        NotApplicable,
        |told| {
            plan_by(told, ProcurementMethod::Negotiation);
            tell(
                told,
                bare_notice("N-1", NoticeType::Tender, "2023-08-14"),
                |of| {
                    of.to = "2023-08-17".into();
                },
            );
        },
        "",
    ),
    example(
        "GPLR-21-PREQ-5WD",
        Kept,
        |told| prequalified(told, "2023-10-11"),
        "kept",
    ),
    example(
        "GPLR-21-PREQ-5WD",
        AtTheBound,
        |told| prequalified(told, "2023-10-09"),
        "kept",
    ),
    example(
        "GPLR-21-PREQ-5WD",
        Broken,
        |told| prequalified(told, "2023-10-08"),
        "broken 4 of 5",
    ),
    example(
        "GPLR-21-PREQ-5WD",
        NotApplicable,
        |told| prequalified(told, ""),
        "not applicable",
    ),
    example(
        "MOF87-29-TERM-5WD",
        Kept,
        |told| {
            given_up(told);
            bond_back(told, "B-1", "1", 2_000_000, "2023-09-27");
            bond_back(told, "B-2", "1", 1_000_000, "2023-09-27");
            bond_back(told, "B-2", "2", 1_000_000, "2023-10-08");
        },
        "met, due 2023-10-09",
    ),
    example(
        "MOF87-29-TERM-5WD",
        AtTheBound,
        |told| {
            given_up(told);
            bond_back(told, "B-1", "1", 2_000_000, "2023-09-27");
            bond_back(told, "B-2", "1", 2_000_000, "2023-10-09");
        },
        "met, due 2023-10-09",
    ),
    example(
        "MOF87-29-TERM-5WD",
        Broken,
        |told| {
            given_up(told);
            bond_back(told, "B-1", "1", 2_000_000, "2023-09-27");
            bond_back(told, "B-2", "1", 1_000_000, "2023-09-27");
            bond_back(told, "B-2", "2", 1_000_000, "2023-10-16");
        },
        "late 7/5, due 2023-10-09",
    ),
    Example {
        rule: "MOF87-29-TERM-5WD",
        shows: Broken,
        today: "2023-10-10",
        tells: given_up,
        says: "overdue 1/1, due 2023-10-09",
    },
    example(
        "MOF87-29-TERM-5WD",
        NotApplicable,
        |told| {
            tender(told, "2023-09-01", "2023-10-20");
            terminated(told, "2023-09-26");
        },
        "not applicable",
    ),
    example("HY-13-OPEN-TIME", Kept, |told| opened(told, 9, 0), "kept"),
    example(
        "HY-13-OPEN-TIME",
        AtTheBound,
        |told| opened(told, 9, 59),
        "kept",
    ),
    example(
        "HY-13-OPEN-TIME",
        Broken,
        |told| opened(told, 9, 60),
        "broken",
    ),
    example(
        "HY-13-OPEN-TIME",
        Broken,
        |told| opened(told, 10, 0),
        "broken",
    ),
    example(
        "HY-13-OPEN-TIME",
        Kept,
        |told| {
            tender(told, "2023-08-21", "2023-08-30");
            clarified(told, "1", "2023-08-18", true, Some("2023-09-05"));
            opened_at(told, 9, 0);
        },
        "kept",
    ),
    example(
        "HY-13-OPEN-TIME",
        NotApplicable,
        |told| {
            by(told, ProcurementMethod::Inquiry, "2023-08-21", "2023-09-05");
            opened_at(told, 10, 0);
        },
        "not applicable",
    ),
];

fn by(told: &mut Told, method: ProcurementMethod, issued: &str, deadline: &str) {
    plan_by(told, method);
    document(told, issued, deadline, deadline);
}

/// An open tender whose documents are issued on 2023-08-14.
fn tender(told: &mut Told, to: &str, deadline: &str) {
    plan_by(told, ProcurementMethod::OpenTender);
    document(told, "2023-08-14", to, deadline);
}

fn noticed(told: &mut Told, from: &str, to: &str) {
    plan_by(told, ProcurementMethod::OpenTender);
    tell(told, bare_notice("N-1", NoticeType::Tender, from), |of| {
        of.lot_nos = vec![LOT.into()];
        of.to = to.into();
    });
}

fn prequalified(told: &mut Told, to: &str) {
    plan_by(told, ProcurementMethod::InvitedTender);
    tell(
        told,
        bare_notice("N-1", NoticeType::Prequalification, "2023-09-26"),
        |of| {
            of.to = to.into();
        },
    );
}

/// A tender with two bonds, one of them for no lot in particular, is given up on 2023-09-26.
fn given_up(told: &mut Told) {
    tender(told, "2023-09-01", "2023-10-20");
    bond(told, "B-1", SUPPLIER, LOT);
    bond(told, "B-2", SUPPLIER_2, "");
    terminated(told, "2023-09-26");
}

fn opened_at(told: &mut Told, hour: i64, second: i64) {
    tell(told, bids_opened(), |of| {
        let mut at = instant("2023-09-05", hour).expect("an instant");
        at.seconds += second;
        of.opened_at = Some(at);
    });
}

fn opened(told: &mut Told, hour: i64, second: i64) {
    tender(told, "2023-08-21", "2023-09-05");
    opened_at(told, hour, second);
}

#[test]
fn a_finding_names_all_events_behind_it() {
    let mut told = Told::new();
    tender(&mut told, "2023-08-21", "2023-09-05");
    clarified(&mut told, "1", "2023-08-30", true, Some("2023-08-31"));
    let judgement = told.judged("2023-12-31");
    let short = judgement
        .findings
        .iter()
        .find(|of| of.rule_id == "GPL-35-BID-20D");
    let short = short.expect("17 days");
    assert_eq!((short.actual, short.expected), (Some(17), Some(20)));
    assert_eq!(short.evidence, [1, 2]);
    assert_eq!(short.subject, "document/4304/PJ-1/DOC-1");
    let moved = judgement
        .findings
        .iter()
        .find(|of| of.rule_id == "GPLR-31-CLARIFY-15D");
    assert_eq!(
        moved.expect("1 day").subject,
        "clarification/4304/PJ-1/DOC-1/1/01"
    );
}
