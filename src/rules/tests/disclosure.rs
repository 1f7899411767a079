//! Examples of 全过程公开; and scenario S1, from the intention to the completed contract.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{bare_notice, document, example, notice, plan, plan_by, tell, thresholds},
    said,
};
use crate::{
    domain::testkit::{
        CONTRACT, LOT, SUPPLIER, SUPPLIER_2, acceptance_concluded, acceptance_material_uploaded,
        award_notice_issued, award_recorded, bids_opened, contract_completed, contract_filed,
        contract_signed, evaluation_concluded, evaluation_report_delivered, instant,
        intention_published, ranked_bid, winner_determined,
    },
    events::v1::{
        self, AcceptanceResult, EvaluationMethod, NoticeType, ProcurementMethod,
        notice_published::Content,
    },
};

/// What this family shows. Stages come in the order of their names: ACCEPTANCE, CONTRACT,
/// INTENTION, REQUIREMENT, RESULT.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "HY-03-DISC",
        Kept,
        clean_tender,
        "kept; kept; kept; kept; kept",
    ),
    example(
        "HY-03-DISC",
        AtTheBound,
        |told| {
            started(told);
            notice(told, "N-1", NoticeType::Intention, "2023-08-15");
        },
        "kept",
    ),
    example("HY-03-DISC", Broken, started, "broken"),
    example(
        "HY-03-DISC",
        Broken,
        |told| {
            intended(told, "2023-07-10");
            started(told);
            tell(told, winner_determined(), |of| {
                of.determined_on = "2023-09-11".into();
            });
            signed(told);
            accepted(told);
            tell(told, contract_completed(), |of| of.on = "2023-11-20".into());
        },
        "broken; broken; kept; kept; broken",
    ),
    example(
        "HY-03-DISC",
        Kept,
        |told| {
            // Of an award that was made elsewhere nothing is known.
            tell(told, award_recorded(), |of| {
                of.determined_on = "2023-09-11".into();
            });
            signed(told);
        },
        "",
    ),
    example(
        "HY-03-DISC",
        NotApplicable,
        |told| {
            told.tell(v1::IntentionExempted {
                intention_id: "IN-1".into(),
                reason_code: v1::IntentionExemption::BatchCentral.into(),
                on: "2023-08-01".into(),
                ..v1::IntentionExempted::default()
            });
            started(told);
        },
        "not applicable",
    ),
    example(
        "HY-03-DISC",
        NotApplicable,
        |told| plan_by(told, ProcurementMethod::OpenTender),
        "",
    ),
];

fn intended(told: &mut Told, on: &str) {
    tell(told, intention_published(), |of| {
        of.name = "办公设备采购".into();
        of.budget_fen = 300_000_000;
        of.published_on = on.into();
    });
}

fn started(told: &mut Told) {
    plan_by(told, ProcurementMethod::OpenTender);
    document(told, "2023-08-14", "2023-08-21", "2023-09-05");
}

fn signed(told: &mut Told) {
    tell(told, contract_signed(), |of| {
        of.amount_fen = 286_000_000;
        of.signed_on = "2023-09-26".into();
    });
}

fn accepted(told: &mut Told) {
    tell(told, acceptance_concluded(AcceptanceResult::Passed), |of| {
        of.concluded_on = "2023-11-03".into();
    });
}

/// Evaluation, report, winner and notices of scenario S1.
fn awarded(told: &mut Told) {
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant("2023-09-05", 17);
        of.method = EvaluationMethod::Comprehensive.into();
        of.ranking = vec![
            ranked_bid(1, SUPPLIER, true),
            ranked_bid(2, SUPPLIER_2, true),
        ];
    });
    tell(told, evaluation_report_delivered(), |of| {
        of.delivered_on = "2023-09-06".into();
    });
    tell(told, winner_determined(), |of| {
        of.award_fen = 286_000_000;
        of.determined_on = "2023-09-11".into();
    });
    tell(told, award_notice_issued(), |of| {
        of.award_fen = 286_000_000;
        of.issued_on = "2023-09-12".into();
    });
    let candidate = |rank: i32| v1::TopCandidate {
        rank,
        name: format!("供应商{rank}"),
        price_fen: 286_000_000,
        score_x100: Some((9_000 - rank).into()),
        evaluated_price_fen: None,
    };
    tell(
        told,
        bare_notice("N-2", NoticeType::AwardResult, "2023-09-12"),
        |of| {
            of.lot_nos = vec![LOT.into()];
            of.content = Some(Content::AwardResult(v1::AwardResultNotice {
                winner: SUPPLIER.into(),
                award_fen: 286_000_000,
                items: vec!["电脑".into()],
                expert_names: vec!["张某".into()],
                top_candidates: (1..=2).map(candidate).collect(),
                notice_period_wd: 1,
                ..v1::AwardResultNotice::default()
            }));
        },
    );
}

/// Scenario S1.
fn clean_tender(told: &mut Told) {
    thresholds(told);
    intended(told, "2023-07-10");
    plan(told, 300_000_000, |of| {
        of.intention_ids = vec!["IN-1".into()];
    });
    document(told, "2023-08-14", "2023-08-21", "2023-09-05");
    tell(
        told,
        bare_notice("N-1", NoticeType::Tender, "2023-08-14"),
        |of| {
            of.to = "2023-08-21".into();
        },
    );
    tell(told, bids_opened(), |of| {
        of.opened_at = instant("2023-09-05", 9);
    });
    awarded(told);
    signed(told);
    tell(
        told,
        bare_notice("N-3", NoticeType::Contract, "2023-09-27"),
        |of| {
            of.contract_id = CONTRACT.into();
        },
    );
    tell(told, contract_filed(), |of| {
        of.filed_on = "2023-09-28".into();
    });
    accepted(told);
    tell(told, acceptance_material_uploaded(), |of| {
        of.uploaded_at = instant("2023-11-08", 15);
    });
    tell(
        told,
        bare_notice("N-4", NoticeType::AcceptanceResult, "2023-11-09"),
        |of| {
            of.acceptance_id = "AC-1".into();
        },
    );
    tell(told, contract_completed(), |of| of.on = "2023-11-20".into());
}

#[test]
fn a_clean_tender_across_national_day_breaks_no_rule() {
    let mut told = Told::new();
    clean_tender(&mut told);
    let judgement = told.judged("2023-12-31");
    for (rule, says) in [
        ("MOF10-INTENT-30D", "kept"),
        ("R22-11-SURVEY", "not applicable"),
        ("R22-33-KEYREVIEW", "not applicable"),
        ("GPLR-29-PLAN", "kept"),
        ("GPL-27-METHOD-APPROVAL", "not applicable"),
        ("GPL-35-BID-20D", "kept"),
        ("GPLR-31-DOC-5WD", "kept"),
        ("MOF87-16-NOTICE-5WD", "kept"),
        ("HY-13-OPEN-TIME", "kept"),
        ("GPLR-43-REPORT-2WD", "met, due 2023-09-07"),
        ("GPLR-43-AWARD-5WD", "met, due 2023-09-13"),
        ("GPLR-43-NOTICE-2WD", "met, due 2023-09-13"),
        ("HY-01-UNQ-REASON", "not applicable"),
        ("HY-01-TOP3", "kept"),
        ("MOF243-02-SCORE", ""),
        ("HY-03-ACC-UPLOAD-5WD", "met, due 2023-11-10"),
        ("HY-03-ACC-PUB-5WD", "met, due 2023-11-10"),
    ] {
        assert_eq!(said(&judgement, rule), says, "{rule}");
    }
    // Terms, payments and credit are told elsewhere, and nobody is registered.
    let elsewhere = ["SYS-", "HY-05-", "HY-06-", "HY-08-", "CN-SME-"];
    let of_scenario = |id: &str| !elsewhere.iter().any(|of| id.starts_with(of));
    let found = judgement.findings.iter();
    let found: Vec<_> = found.filter(|of| of_scenario(&of.rule_id)).collect();
    assert!(found.is_empty(), "{found:#?}");
}
