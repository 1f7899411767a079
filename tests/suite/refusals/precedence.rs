//! Which of several refusals is told.

use bihuan::events::v1::{self, ActorRole, stream_expectation::Expected};
use tonic::Code;

use super::{FAILED, contracted};
use crate::{facts::*, harness::*, town::*};

#[test]
fn of_several_refusals_the_first_in_order_is_told() {
    run(async {
        let mut town =
            Town::with(&[line_approved(LINE, 1_000), line_approved("BL-OTHER", 9)]).await;
        // A plan on an unknown line (E001), dated before the approval of another (E003), over its
        // budget (E010), with wrong lots (E011) and wrong parts (E024), by a role that may not
        // (E020) and with a category that is none (E007): healed one by one.
        let county_line = v1::Event {
            region_code: "430421".into(),
            ..line_approved("BL-COUNTY", 9)
        };
        town.accept(&[county_line]).await;
        let bad = change!(plan_filed(PROJECT, LINE, 1_001), PlanFiled, |plan| {
            plan.category = "X".into();
            plan.filed_on = "2023-01-04".into();
            plan.lots[0].amount_fen = 7;
            plan.budget_parts = parts(&[(LINE, 1_001), ("BL-COUNTY", 1), ("BL-NONE", 1)]);
        });
        let mut bad = by(bad, "ETRADE", TRADE, ActorRole::TradeSys);
        bad.occurred_at = Some(midnight("2023-01-04"));
        let stale = |event: &v1::Event, expected| v1::AppendEventsRequest {
            expectations: vec![v1::StreamExpectation {
                stream: line_stream(LINE),
                expected: Some(expected),
            }],
            ..request(vec![sent(event)], noon(NOW))
        };
        let wrong = || Expected::Revision(7);
        let refused = town.refuse_request(stale(&bad, wrong())).await;
        refused.is(Code::InvalidArgument, "E007_BAD_CATEGORY", &[]);
        let mut bad = change!(bad, PlanFiled, |plan| plan.category = "A02010105".into());
        let refused = town.refuse_request(stale(&bad, wrong())).await;
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &[]);
        // The name is taken by another event.
        bad.actor_role = ActorRole::Purchaser.into();
        bad.actor_org = UNIT.into();
        bad.source_system = "BUDGET_INT".into();
        bad.source_ref = format!("{LINE}-approved");
        let refused = town.refuse_request(stale(&bad, wrong())).await;
        refused.is(Code::AlreadyExists, "E004_SOURCE_REF_CONFLICT", &[]);
        bad.source_system = "GP_MGMT".into();
        let refused = town.refuse_request(stale(&bad, wrong())).await;
        refused.is(Code::Aborted, "STALE_EXPECTATION", &[]);
        let refused = town
            .refuse_request(stale(&bad, Expected::Revision(0)))
            .await;
        refused.is(FAILED, "E026_WRONG_JURISDICTION", &[]);
        let bad = change!(bad, PlanFiled, |plan| {
            plan.budget_parts = parts(&[(LINE, 1_001), ("BL-NONE", 1)]);
        });
        town.refuse(std::slice::from_ref(&bad))
            .await
            .is(FAILED, "E001_UNKNOWN_REF", &[]);
        let mut bad = change!(bad, PlanFiled, |plan| {
            plan.budget_parts = parts(&[(LINE, 1_001), ("BL-OTHER", 1)]);
        });
        town.accept(&[line_closed("BL-OTHER")]).await;
        let refused = town.refuse(std::slice::from_ref(&bad)).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[]);
        bad = change!(bad, PlanFiled, |plan| plan.budget_parts =
            parts(&[(LINE, 1_002)]));
        town.refuse(std::slice::from_ref(&bad))
            .await
            .is(FAILED, "E003_BAD_TIME", &[]);
        bad = change!(bad, PlanFiled, |plan| plan.filed_on = "2023-02-01".into());
        bad.occurred_at = Some(midnight("2023-02-01"));
        let refused = town.refuse(std::slice::from_ref(&bad)).await;
        refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &[]);
        bad = change!(bad, PlanFiled, |plan| plan.budget_parts =
            parts(&[(LINE, 1_000)]));
        let refused = town.refuse(std::slice::from_ref(&bad)).await;
        refused.is(FAILED, "E011_LOT_SUM_MISMATCH", &[]);
        bad = change!(bad, PlanFiled, |plan| plan.lots[0].amount_fen = 1_001);
        let refused = town.refuse(std::slice::from_ref(&bad)).await;
        refused.is(FAILED, "E024_SUM_MISMATCH", &[]);
        bad = change!(bad, PlanFiled, |plan| {
            plan.amount_fen = 1_000;
            plan.lots[0].amount_fen = 1_000;
        });
        town.accept(&[bad]).await;
        // The first failing event of a batch decides, whatever comes after it.
        let refused = town
            .refuse(&[
                plan_filed("PJ-2", LINE, 1),
                plan_filed("PJ-3", "BL-NONE", 1),
            ])
            .await;
        refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &[("event_index", "0")]);
    });
}

#[test]
fn what_comes_after_execution_is_told_in_number_order_too() {
    run(async {
        let mut town = contracted(1_000).await;
        // Other payee (E017), over the contract (E015) and the budget (E016), before acceptance
        // (E025), parts that do not sum (E024).
        let mut bad = change!(
            requested(PROJECT, "PY-1", TERM_FINAL, &[(LINE, 1_001)]),
            PaymentRequested,
            |r| {
                r.payee = OTHER_SUPPLIER.into();
                r.amount_fen = 1_002;
            }
        );
        let steps: [(&str, fn(&mut v1::PaymentRequested)); 4] = [
            ("E015_PAYMENT_OVER_CONTRACT", |r| r.amount_fen = 1_000),
            ("E016_PAYMENT_OVER_BUDGET", |r| {
                r.budget_parts[0].amount_fen = 999;
            }),
            ("E017_PAYEE_MISMATCH", |r| r.payee = SUPPLIER.into()),
            ("E024_SUM_MISMATCH", |r| {
                r.budget_parts[0].amount_fen = 1_000;
            }),
        ];
        for (reason, heal) in steps {
            let refused = town.refuse(std::slice::from_ref(&bad)).await;
            assert_eq!(refused.reason, reason);
            bad = change!(bad, PaymentRequested, |r| heal(r));
        }
        let refused = town.refuse(std::slice::from_ref(&bad)).await;
        refused.is(FAILED, "E025_PAY_BEFORE_ACCEPTANCE", &[]);
    });
}
