//! Examples of rules on what a notice of a result says.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{bare_notice, example, tell},
};
use crate::{
    domain::testkit::{
        LOT, SUPPLIER, SUPPLIER_2, SUPPLIER_3, evaluation_concluded, instant, ranked_bid,
        winner_determined,
    },
    events::v1::{self, EvaluationMethod, NoticeType, notice_published::Content},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "HY-01-UNQ-REASON",
        Kept,
        |told| {
            qualified(told, true);
            published(told, "2023-09-12", |of| of.unqualified_suppliers.clear());
        },
        "kept",
    ),
    example(
        "HY-01-UNQ-REASON",
        AtTheBound,
        |told| {
            qualified(told, false);
            published(told, "2023-09-12", |_| {});
        },
        "kept",
    ),
    example(
        "HY-01-UNQ-REASON",
        Broken,
        |told| {
            qualified(told, false);
            published(told, "2023-09-12", |of| of.unqualified_suppliers.clear());
        },
        "broken",
    ),
    example(
        "HY-01-UNQ-REASON",
        Broken,
        |told| {
            qualified(told, false);
            published(told, "2023-09-12", |of| {
                for failed in &mut of.unqualified_suppliers {
                    failed.reason = " ".into();
                }
            });
        },
        "broken",
    ),
    example(
        "HY-01-UNQ-REASON",
        NotApplicable,
        |told| published(told, "2023-09-12", |_| {}),
        "not applicable",
    ),
    example(
        "HY-01-TOP3",
        Kept,
        |told| {
            evaluated(told, EvaluationMethod::Comprehensive, 5);
            published(told, "2023-09-12", |_| {});
        },
        "kept",
    ),
    example(
        "HY-01-TOP3",
        AtTheBound,
        |told| {
            // Two valid ones: both.
            evaluated(told, EvaluationMethod::Comprehensive, 2);
            published(told, "2023-09-12", |of| of.top_candidates.truncate(2));
        },
        "kept",
    ),
    example(
        "HY-01-TOP3",
        Broken,
        |told| {
            evaluated(told, EvaluationMethod::Comprehensive, 3);
            published(told, "2023-09-12", |of| of.top_candidates.truncate(2));
        },
        "broken",
    ),
    example(
        "HY-01-TOP3",
        Broken,
        |told| {
            evaluated(told, EvaluationMethod::Comprehensive, 3);
            published(told, "2023-09-12", |of| {
                for shown in &mut of.top_candidates {
                    shown.score_x100 = shown.score_x100.filter(|_| shown.rank == 1);
                }
            });
        },
        "broken",
    ),
    example(
        "HY-01-TOP3",
        NotApplicable,
        |told| published(told, "2023-09-12", |of| of.top_candidates.clear()),
        "not applicable",
    ),
    example(
        "MOF243-02-SCORE",
        Kept,
        |told| {
            evaluated(told, EvaluationMethod::Comprehensive, 3);
            published(told, "2024-01-05", |of| of.top_candidates.truncate(1));
        },
        "kept",
    ),
    example(
        "MOF243-02-SCORE",
        AtTheBound,
        |told| {
            evaluated(told, EvaluationMethod::LowestPrice, 3);
            published(told, "2023-12-15", |of| {
                for shown in &mut of.top_candidates {
                    shown.score_x100 = None;
                    shown.evaluated_price_fen = Some(shown.price_fen);
                }
            });
        },
        "kept",
    ),
    example(
        "MOF243-02-SCORE",
        Broken,
        |told| {
            evaluated(told, EvaluationMethod::LowestPrice, 3);
            published(told, "2023-12-15", |_| {});
        },
        "broken",
    ),
    example(
        "MOF243-02-SCORE",
        Broken,
        |told| {
            // The scores of others are shown, not that of the winner.
            evaluated(told, EvaluationMethod::Comprehensive, 3);
            published(told, "2023-12-15", |of| {
                of.top_candidates.retain(|of| of.rank > 1);
            });
        },
        "broken",
    ),
    example(
        "MOF243-02-SCORE",
        NotApplicable,
        |told| {
            evaluated(told, EvaluationMethod::LowestPrice, 3);
            published(told, "2023-12-14", |_| {});
        },
        "",
    ),
    example(
        "MOF243-02-SCORE",
        NotApplicable,
        |told| {
            evaluated(told, EvaluationMethod::QualityPriority, 3);
            published(told, "2023-12-15", |_| {});
        },
        "not applicable",
    ),
    example(
        "GPLR-43-CONTENT",
        Kept,
        |told| published(told, "2023-09-12", |_| {}),
        "kept",
    ),
    example(
        "GPLR-43-CONTENT",
        AtTheBound,
        |told| published(told, "2023-09-12", |of| of.expert_names.truncate(1)),
        "kept",
    ),
    example(
        "GPLR-43-CONTENT",
        Broken,
        |told| published(told, "2023-09-12", |of| of.expert_names.clear()),
        "broken",
    ),
    example(
        "GPLR-43-CONTENT",
        Broken,
        |told| published(told, "2023-09-12", |of| of.items.clear()),
        "broken",
    ),
    example(
        "GPLR-43-CONTENT",
        NotApplicable,
        |told| qualified(told, true),
        "",
    ),
];

fn qualified(told: &mut Told, passed: bool) {
    told.tell(v1::QualificationReviewed {
        lot_no: LOT.into(),
        results: vec![v1::QualificationResult {
            supplier: SUPPLIER_3.into(),
            passed,
            ..v1::QualificationResult::default()
        }],
        reviewed_on: "2023-09-05".into(),
        ..v1::QualificationReviewed::default()
    });
}

/// The first bids are valid, the last one is not.
fn evaluated(told: &mut Told, method: EvaluationMethod, valid: i32) {
    tell(told, evaluation_concluded(), |of| {
        of.concluded_at = instant("2023-09-05", 17);
        of.method = method.into();
        let supplier = |rank| if rank == 1 { SUPPLIER } else { SUPPLIER_2 };
        let bid = |rank| ranked_bid(rank, supplier(rank), rank <= valid);
        of.ranking = (1..=valid + 1).map(bid).collect();
    });
}

/// A whole notice of the first supplier's award, with something changed.
fn published(told: &mut Told, on: &str, change: impl FnOnce(&mut v1::AwardResultNotice)) {
    tell(told, winner_determined(), |of| {
        of.determined_on = "2023-09-11".into();
    });
    let candidate = |rank: i32| v1::TopCandidate {
        rank,
        name: format!("供应商{rank}"),
        price_fen: 90_000_000,
        score_x100: Some((9_000 - rank).into()),
        evaluated_price_fen: None,
    };
    let mut result = v1::AwardResultNotice {
        winner: SUPPLIER.into(),
        items: vec!["电脑".into()],
        expert_names: vec!["张某".into(), "李某".into()],
        unqualified_suppliers: vec![v1::UnqualifiedSupplier {
            supplier: SUPPLIER_3.into(),
            name: "供应商丙".into(),
            legal_basis: "招标文件第二章第3条".into(),
            reason: "未提供财务报告".into(),
        }],
        top_candidates: (1..=3).map(candidate).collect(),
        notice_period_wd: 1,
        ..v1::AwardResultNotice::default()
    };
    change(&mut result);
    // It names no lot: those that the supplier won are meant.
    tell(
        told,
        bare_notice("N-1", NoticeType::AwardResult, on),
        |of| {
            of.content = Some(Content::AwardResult(result));
        },
    );
}
