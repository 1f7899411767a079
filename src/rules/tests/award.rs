//! Examples of rules from the evaluation to the award.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told, day,
    project::{bare_notice, bond, bond_back, example, plan, plan_by, tell},
    said,
};
use crate::{
    domain::testkit::{
        LOT, SUPPLIER, SUPPLIER_2, award_notice_issued, award_recorded, evaluation_concluded,
        evaluation_report_delivered, instant, lot_failed, plan_lot, winner_determined,
    },
    events::v1::{self, LawTrack, NoticeType, ProcurementMethod, notice_published::Content},
};

/// 供应商丁, micro.
const SUPPLIER_4: &str = "92430421MA9TE5T47M";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "GPLR-43-REPORT-2WD",
        Kept,
        |told| {
            evaluated(told, "2023-09-27");
            reported(told, "2023-09-28");
        },
        "met, due 2023-10-07",
    ),
    example(
        "GPLR-43-REPORT-2WD",
        AtTheBound,
        |told| {
            evaluated(told, "2023-09-27");
            reported(told, "2023-10-07");
        },
        "met, due 2023-10-07",
    ),
    example(
        "GPLR-43-REPORT-2WD",
        Broken,
        |told| {
            evaluated(told, "2023-09-27");
            reported(told, "2023-10-09");
        },
        "late 2/2, due 2023-10-07",
    ),
    Example {
        rule: "GPLR-43-REPORT-2WD",
        shows: Kept,
        today: "2023-09-28",
        tells: |told| evaluated(told, "2023-09-27"),
        says: "pending, due 2023-10-07",
    },
    example(
        "GPLR-43-REPORT-2WD",
        Kept,
        |told| {
            evaluated(told, "2023-09-27");
            again(told, "2023-10-07");
            evaluated(told, "2023-10-10");
            reported(told, "2023-10-11");
        },
        "void, due 2023-10-07; met, due 2023-10-12",
    ),
    example(
        "GPLR-43-REPORT-2WD",
        NotApplicable,
        |told| reported(told, "2023-09-28"),
        "",
    ),
    example(
        "GPLR-43-REPORT-2WD",
        NotApplicable,
        |told| {
            plan(told, 300_000_000, |of| {
                of.law_track = LawTrack::TenderLaw.into();
            });
            evaluated(told, "2023-09-27");
        },
        "not applicable",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        Kept,
        |told| {
            evaluated(told, "2023-09-26");
            reported(told, "2023-09-27");
            won(told, SUPPLIER, "2023-10-08");
        },
        "met, due 2023-10-10",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        AtTheBound,
        |told| {
            evaluated(told, "2023-09-26");
            reported(told, "2023-09-27");
            won(told, SUPPLIER, "2023-10-10");
        },
        "met, due 2023-10-10",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        Broken,
        |told| {
            // By law, on the day after.
            evaluated(told, "2023-09-26");
            reported(told, "2023-09-27");
            tell(told, winner_determined(), |of| {
                of.determined_on = "2023-10-11".into();
                of.deemed = true;
            });
        },
        "late 1/1, due 2023-10-10",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        Kept,
        |told| {
            evaluated(told, "2023-09-26");
            reported(told, "2023-09-27");
            tell(told, lot_failed(false), |of| {
                of.failed_on = "2023-10-08".into();
            });
        },
        "void, due 2023-10-10",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        Kept,
        |told| {
            // Suspended from 09-28 to 10-09: 09-28 still counts.
            evaluated(told, "2023-09-26");
            reported(told, "2023-09-27");
            suspended(told, "2023-09-28", "2023-10-09");
            won(told, SUPPLIER, "2023-10-13");
        },
        "met, due 2023-10-13",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        Kept,
        |told| {
            // The report is delivered when the winner is already determined.
            evaluated(told, "2023-09-05");
            won(told, SUPPLIER, "2023-09-06");
            reported(told, "2023-09-11");
        },
        "met, due 2023-09-18",
    ),
    example(
        "GPLR-43-AWARD-5WD",
        NotApplicable,
        |told| evaluated(told, "2023-09-26"),
        "",
    ),
    example(
        "GPLR-43-NOTICE-2WD",
        Kept,
        |told| {
            won(told, SUPPLIER, "2023-09-27");
            noticed(told, SUPPLIER, "2023-09-27");
            published(told, "N-1", SUPPLIER, "2023-09-28");
        },
        "met, due 2023-10-07",
    ),
    example(
        "GPLR-43-NOTICE-2WD",
        AtTheBound,
        |told| {
            won(told, SUPPLIER, "2023-09-27");
            published(told, "N-1", SUPPLIER, "2023-09-28");
            noticed(told, SUPPLIER, "2023-10-07");
        },
        "met, due 2023-10-07",
    ),
    example(
        "GPLR-43-NOTICE-2WD",
        Broken,
        |told| {
            won(told, SUPPLIER, "2023-09-27");
            noticed(told, SUPPLIER, "2023-09-27");
            published(told, "N-1", SUPPLIER, "2023-10-09");
        },
        "late 2/2, due 2023-10-07",
    ),
    Example {
        rule: "GPLR-43-NOTICE-2WD",
        shows: Broken,
        today: "2023-10-08",
        tells: |told| {
            won(told, SUPPLIER, "2023-09-27");
            noticed(told, SUPPLIER, "2023-09-27");
        },
        says: "overdue 1/1, due 2023-10-07",
    },
    example(
        "GPLR-43-NOTICE-2WD",
        Kept,
        |told| {
            // Taken back; the next candidate's award is announced by acts of its own.
            won(told, SUPPLIER, "2023-09-11");
            noticed(told, SUPPLIER, "2023-09-12");
            published(told, "N-1", SUPPLIER, "2023-09-12");
            told.tell(v1::AwardRevoked {
                lot_no: LOT.into(),
                reason: "放弃中标".into(),
                next_candidate: SUPPLIER_2.into(),
                next_award_fen: Some(90_000_000),
                revoked_on: "2023-09-27".into(),
                ..v1::AwardRevoked::default()
            });
            noticed(told, SUPPLIER_2, "2023-09-28");
            published(told, "N-2", SUPPLIER_2, "2023-10-07");
        },
        "met, due 2023-09-13; met, due 2023-10-07",
    ),
    example(
        "GPLR-43-NOTICE-2WD",
        NotApplicable,
        |told| recorded(told, "2023-09-27"),
        "",
    ),
    example(
        "GPL-77-BANNED",
        Kept,
        |told| won(told, SUPPLIER_4, "2023-09-11"),
        "kept",
    ),
    example(
        "GPL-77-BANNED",
        AtTheBound,
        |told| {
            ban(told);
            recorded(told, "2024-06-01");
        },
        "kept",
    ),
    example(
        "GPL-77-BANNED",
        Broken,
        |told| {
            ban(told);
            recorded(told, "2024-05-31");
        },
        "broken",
    ),
    example(
        "GPL-77-BANNED",
        Broken,
        |told| {
            ban(told);
            won(told, SUPPLIER_4, "2023-06-01");
        },
        "broken",
    ),
    example(
        "GPL-77-BANNED",
        NotApplicable,
        |told| evaluated(told, "2023-09-05"),
        "",
    ),
    example(
        "GPLR-33-BOND-LOSER-5WD",
        Kept,
        |told| {
            lost(told, "2023-09-26");
            bond_back(told, "B-2", "1", 1_000_000, "2023-09-27");
            bond_back(told, "B-2", "2", 1_000_000, "2023-10-07");
        },
        "met, due 2023-10-09",
    ),
    example(
        "GPLR-33-BOND-LOSER-5WD",
        AtTheBound,
        |told| {
            lost(told, "2023-09-26");
            bond_back(told, "B-2", "1", 2_000_000, "2023-10-09");
        },
        "met, due 2023-10-09",
    ),
    example(
        "GPLR-33-BOND-LOSER-5WD",
        Broken,
        |told| {
            lost(told, "2023-09-26");
            bond_back(told, "B-2", "1", 1_999_999, "2023-10-09");
            bond_back(told, "B-2", "2", 1, "2023-10-10");
        },
        "late 1/1, due 2023-10-09",
    ),
    example(
        "GPLR-33-BOND-LOSER-5WD",
        Kept,
        |told| {
            lost(told, "2023-09-26");
            told.tell(v1::BondForfeited {
                bond_id: "B-2".into(),
                amount_fen: 2_000_000,
                reason: "提供虚假材料".into(),
                forfeited_on: "2023-09-28".into(),
                ..v1::BondForfeited::default()
            });
        },
        "void, due 2023-10-09",
    ),
    example(
        "GPLR-33-BOND-LOSER-5WD",
        NotApplicable,
        |told| {
            won(told, SUPPLIER, "2023-09-25");
            bond(told, "B-1", SUPPLIER, LOT);
            bond(told, "B-2", SUPPLIER_2, LOT);
            bond_back(told, "B-2", "1", 2_000_000, "2023-09-25");
            noticed(told, SUPPLIER, "2023-09-26");
        },
        "",
    ),
];

fn evaluated(told: &mut Told, on: &str) {
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant(on, 17);
    });
}

fn reported(told: &mut Told, on: &str) {
    tell(told, evaluation_report_delivered(), |of| {
        of.delivered_on = on.into();
    });
}

fn again(told: &mut Told, on: &str) {
    told.tell(v1::ReevaluationOrdered {
        lot_no: LOT.into(),
        order_no: "1".into(),
        reason: "评分汇总错误".into(),
        ordered_on: on.into(),
    });
}

fn won(told: &mut Told, supplier: &str, on: &str) {
    tell(told, winner_determined(), |of| {
        of.supplier = supplier.into();
        of.determined_on = on.into();
    });
}

fn recorded(told: &mut Told, on: &str) {
    tell(told, award_recorded(), |of| {
        of.supplier = SUPPLIER_4.into();
        of.determined_on = on.into();
    });
}

fn noticed(told: &mut Told, supplier: &str, on: &str) {
    tell(told, award_notice_issued(), |of| {
        of.supplier = supplier.into();
        of.issued_on = on.into();
    });
}

fn published(told: &mut Told, id: &str, winner: &str, on: &str) {
    tell(told, bare_notice(id, NoticeType::AwardResult, on), |of| {
        of.lot_nos = vec![LOT.into()];
        of.content = Some(Content::AwardResult(v1::AwardResultNotice {
            winner: winner.into(),
            ..v1::AwardResultNotice::default()
        }));
    });
}

fn suspended(told: &mut Told, from: &str, to: &str) {
    told.tell(v1::ComplaintSuspensionOrdered {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        until: String::new(),
        ordered_on: from.into(),
    });
    told.tell(v1::ComplaintSuspensionLifted {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        lifted_on: to.into(),
    });
}

/// Scenario S12: a ban from 2023-06-01 to 2024-05-31.
fn ban(told: &mut Told) {
    let ban = (day("2023-06-01"), day("2024-05-31"));
    told.bans.insert(SUPPLIER_4.into(), vec![ban]);
}

/// One supplier wins, another loses; both gave bonds.
fn lost(told: &mut Told, on: &str) {
    plan_by(told, ProcurementMethod::OpenTender);
    bond(told, "B-1", SUPPLIER, LOT);
    bond(told, "B-2", SUPPLIER_2, "");
    won(told, SUPPLIER, "2023-09-25");
    noticed(told, SUPPLIER, on);
}

#[test]
fn a_ban_of_a_day_before_or_after_an_award_is_no_finding() {
    for (on, says) in [
        ("2023-05-31", "kept"),
        ("2023-06-01", "broken"),
        ("2024-05-31", "broken"),
        ("2024-06-01", "kept"),
    ] {
        let mut told = Told::new();
        ban(&mut told);
        recorded(&mut told, on);
        assert_eq!(
            said(&told.judged("2024-12-31"), "GPL-77-BANNED"),
            says,
            "{on}"
        );
    }
}

#[test]
fn a_bond_for_no_lot_in_particular_goes_back_when_no_lot_is_left() {
    let mut told = Told::new();
    plan(&mut told, 300_000_000, |of| {
        of.lots = vec![plan_lot("01", 200_000_000), plan_lot("02", 100_000_000)];
    });
    bond(&mut told, "B-2", SUPPLIER_2, "");
    noticed(&mut told, SUPPLIER, "2023-09-12");
    let rule = "GPLR-33-BOND-LOSER-5WD";
    assert_eq!(said(&told.judged("2023-09-25"), rule), "");
    tell(&mut told, award_notice_issued(), |of| {
        of.lot_no = "02".into();
        of.issued_on = "2023-09-26".into();
    });
    assert_eq!(
        said(&told.judged("2023-09-28"), rule),
        "pending, due 2023-10-09"
    );
    bond_back(&mut told, "B-2", "1", 2_000_000, "2023-10-10");
    let judgement = told.judged("2023-10-31");
    assert_eq!(said(&judgement, rule), "late 1/1, due 2023-10-09");
    let found = judgement.findings.iter().find(|of| of.rule_id == rule);
    assert_eq!(found.map(|of| &of.evidence[..]), Some(&[1, 3, 4][..]));
}
