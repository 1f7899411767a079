//! Parts that do not sum, payments that wait (E024, E025).

use bihuan::events::v1::{AcceptanceResult, TermKind};

use super::{FAILED, awarded, contract_of};
use crate::{facts::*, harness::*, town::*};

#[test]
fn refuses_parts_that_do_not_sum() {
    run(async {
        let mut town =
            Town::with(&[line_approved(LINE, 1_000), line_approved(LINE_2, 1_000)]).await;
        let plan = |first, second| {
            change!(
                plan_on(PROJECT, &[(LINE, 600), (LINE_2, 400)]),
                PlanFiled,
                |p| {
                    p.budget_parts = parts(&[(LINE, first), (LINE_2, second)]);
                }
            )
        };
        for (first, sum) in [(599, "999"), (601, "1001")] {
            let refused = town.refuse(&[plan(first, 400)]).await;
            refused.is(
                FAILED,
                "E024_SUM_MISMATCH",
                &[("whole_fen", "1000"), ("sum_fen", sum)],
            );
        }
        // The sum is right, line by line it is not.
        let refused = town.refuse(&[plan(500, 500)]).await;
        refused.is(FAILED, "E024_SUM_MISMATCH", &[("whole_fen", "500")]);
        town.accept(&[plan(600, 400), award_recorded(PROJECT, 1_000)])
            .await;
        // Terms of a fixed total.
        let contract = |last| {
            change!(contract_signed(PROJECT, 1_000), ContractSigned, |c| c
                .terms[1]
                .amount_fen =
                last)
        };
        for (last, sum) in [(499, "999"), (501, "1001")] {
            let refused = town.refuse(&[contract(last)]).await;
            refused.is(
                FAILED,
                "E024_SUM_MISMATCH",
                &[
                    ("whole_fen", "1000"),
                    ("sum_fen", sum),
                    ("contract_id", CONTRACT),
                ],
            );
        }
        town.accept(&[contract(500)]).await;
        // What is executed is what was requested, in sum and line by line.
        town.accept(&[
            requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 300), (LINE_2, 100)]),
            payment_accepted(PROJECT, "PY-1"),
        ])
        .await;
        let refused = town
            .refuse(&[executed(PROJECT, "PY-1", &[(LINE, 300), (LINE_2, 99)])])
            .await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[
                ("payment_id", "PY-1"),
                ("requested_fen", "400"),
                ("given_fen", "399"),
            ],
        );
        let refused = town
            .refuse(&[executed(PROJECT, "PY-1", &[(LINE, 301), (LINE_2, 99)])])
            .await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[
                ("budget_line_id", LINE),
                ("requested_part_fen", "300"),
                ("given_part_fen", "301"),
            ],
        );
        town.accept(&[executed(PROJECT, "PY-1", &[(LINE, 300), (LINE_2, 100)])])
            .await;
        let refused = town
            .refuse(&[returned(PROJECT, "PY-1", &[(LINE, 300), (LINE_2, 99)])])
            .await;
        refused.is(FAILED, "E024_SUM_MISMATCH", &[("given_fen", "399")]);
        // No more is accepted than is payable, and nothing of what failed.
        town.accept(&[delivered(PROJECT, "1")]).await;
        let conclude = |result, fen| accepted(PROJECT, "AC-1", result, fen);
        let refused = town
            .refuse(&[conclude(AcceptanceResult::Passed, 1_001)])
            .await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[
                ("payable_fen", "1000"),
                ("accepted_fen", "0"),
                ("requested_fen", "1001"),
            ],
        );
        let refused = town.refuse(&[conclude(AcceptanceResult::Failed, 1)]).await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[("accepted_fen", "1"), ("limit_fen", "0")],
        );
        town.accept(&[conclude(AcceptanceResult::Passed, 1_000)])
            .await;
        // An ending names exactly the lines that it gives back.
        let refused = town.refuse(&[plan_completed(PROJECT, &[LINE])]).await;
        let both = format!("{LINE},{LINE_2}");
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[("expected_budget_line_ids", &both)],
        );
        town.accept(&[plan_completed(PROJECT, &[LINE, LINE_2])])
            .await;
        // Opening reads out exactly what was received.
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        for (bid, supplier) in [("B-1", SUPPLIER), ("B-2", OTHER_SUPPLIER)] {
            town.send(vec![bid_received(PROJECT, bid, supplier)])
                .await
                .expect("a bid");
        }
        let one = ("B-1", SUPPLIER, 900);
        let refused = town.refuse(&[bids_opened(PROJECT, &[one])]).await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[
                ("opened_count", "1"),
                ("expected_count", "2"),
                ("expected_bid_nos", "B-1,B-2"),
            ],
        );
        town.accept(&[bid_withdrawn(PROJECT, "B-2"), bids_opened(PROJECT, &[one])])
            .await;
    });
}

#[test]
fn refuses_payments_that_wait_for_acceptance_or_settlement() {
    run(async {
        let mut town = awarded(1_000).await;
        let contract = contract_of(&[
            ("A", TermKind::Advance, 100),
            ("P", TermKind::Progress, 300),
            ("F", TermKind::Final, 500),
            ("R", TermKind::Retention, 100),
        ]);
        town.accept(&[contract]).await;
        let early = |limit: &'static str, requested: &'static str| {
            [
                ("contract_id", CONTRACT),
                ("limit_fen", limit),
                ("requested_fen", requested),
            ]
        };
        let ask = |no: &str, term: &str, fen| requested(PROJECT, no, term, &[(LINE, fen)]);
        let refused = town.refuse(&[ask("PY-1", "A", 101)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("100", "101"));
        town.accept(&[ask("PY-1", "A", 100)]).await;
        let refused = town.refuse(&[ask("PY-2", "P", 1)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("0", "1"));
        town.accept(&[settled(PROJECT, "1", "P", 200)]).await;
        let refused = town.refuse(&[ask("PY-2", "P", 201)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("200", "201"));
        town.accept(&[ask("PY-2", "P", 200)]).await;
        let refused = town.refuse(&[ask("PY-3", "F", 1)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("0", "1"));
        town.accept(&[
            delivered(PROJECT, "1"),
            accepted(PROJECT, "AC-1", AcceptanceResult::Partial, 250),
        ])
        .await;
        let refused = town.refuse(&[ask("PY-3", "F", 251)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("250", "251"));
        town.accept(&[ask("PY-3", "F", 250)]).await;
        let refused = town.refuse(&[ask("PY-4", "R", 1)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("0", "1"));
        town.accept(&[accepted(PROJECT, "AC-2", AcceptanceResult::Passed, 300)])
            .await;
        let refused = town.refuse(&[ask("PY-4", "R", 101)]).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &early("100", "101"));
        town.accept(&[ask("PY-4", "R", 100)]).await;
        let refused = town.refuse(&[ask("PY-5", "F", 301)]).await;
        refused.is(
            FAILED,
            "E025_PAY_BEFORE_ACCEPTANCE",
            &[("limit_fen", "550")],
        );
        town.accept(&[ask("PY-5", "F", 300)]).await;
    });
}
