//! What refers to nothing, what the state does not allow, dates that cannot be (E001, E002, E003).

use bihuan::events::v1::{self, AcceptanceResult};

use super::{FAILED, contracted};
use crate::{facts::*, harness::*, town::*};

#[test]
fn refuses_what_refers_to_nothing() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let refused = town.refuse(&[plan_filed(PROJECT, LINE_2, 1)]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[
                ("budget_line_id", LINE_2),
                ("entity_kind", "BL"),
                ("entity_owner", LINE_2),
                ("event_index", "0"),
            ],
        );
        let refused = town.refuse(&[award_recorded(PROJECT, 1)]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[
                ("entity_kind", "LT"),
                ("entity_owner", PROJECT),
                ("entity_id", "01"),
            ],
        );
        town.accept(&[plan_filed(PROJECT, LINE, 1_000)]).await;
        let contract = contract_signed(PROJECT, 1_000);
        let refused = town.refuse(std::slice::from_ref(&contract)).await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[("lot_no", "01")]);
        town.accept(&[award_recorded(PROJECT, 1_000)]).await;
        let other = change!(contract.clone(), ContractSigned, |c| c.supplier =
            OTHER_SUPPLIER.into());
        let refused = town.refuse(&[other]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[("supplier", OTHER_SUPPLIER), ("winner", SUPPLIER)],
        );
        town.accept(&[contract]).await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-1", "9", &[(LINE, 1)])])
            .await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[("term_no", "9")]);
        let refused = town.refuse(&[payment_accepted(PROJECT, "PY-1")]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[("entity_kind", "PY"), ("entity_id", "PY-1")],
        );
        let stray = change!(delivered(PROJECT, "1"), GoodsDelivered, |d| d.contract_id =
            "CT-2".into());
        let refused = town.refuse(&[stray]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[("entity_kind", "CT"), ("entity_id", "CT-2")],
        );
        let unknown = v1::Event {
            source_system: "NOBODY".into(),
            ..line_approved("BL-X", 5)
        };
        let refused = town.refuse(&[unknown]).await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[("source_system", "NOBODY")]);
    });
}

#[test]
fn refuses_what_the_state_does_not_allow() {
    run(async {
        let mut town = contracted(1_000).await;
        let again = v1::Event {
            source_ref: "again".into(),
            ..line_approved(LINE, 1_000)
        };
        let refused = town.refuse(&[again]).await;
        refused.is(
            FAILED,
            "E002_ILLEGAL_TRANSITION",
            &[
                ("entity", "BL/4304/BL-2023-000001/"),
                ("status", "APPROVED"),
                ("event_type", "BudgetLineApproved"),
            ],
        );
        let again = v1::Event {
            source_ref: "again".into(),
            ..award_recorded(PROJECT, 1_000)
        };
        let refused = town.refuse(&[again]).await;
        refused.is(
            FAILED,
            "E002_ILLEGAL_TRANSITION",
            &[("status", "CONTRACTED")],
        );
        town.accept(&[delivered(PROJECT, "1")]).await;
        let twice = v1::Event {
            source_ref: "again".into(),
            ..delivered(PROJECT, "1")
        };
        let refused = town.refuse(&[twice]).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("delivery_no", "1")]);
        // Completed too early: figures of what is still owed.
        town.accept(&[accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 1_000)])
            .await;
        let refused = town.refuse(&[contract_completed(PROJECT)]).await;
        refused.is(
            FAILED,
            "E002_ILLEGAL_TRANSITION",
            &[
                ("payable_fen", "1000"),
                ("requested_fen", "0"),
                ("paid_fen", "0"),
            ],
        );
        let refused = town
            .refuse(&[executed(PROJECT, "PY-1", &[(LINE, 1)])])
            .await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[]);
        town.accept(&[requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 500)])])
            .await;
        let refused = town
            .refuse(&[executed(PROJECT, "PY-1", &[(LINE, 500)])])
            .await;
        refused.is(
            FAILED,
            "E002_ILLEGAL_TRANSITION",
            &[("status", "REQUESTED")],
        );
        // Plans that have ended bear no award; a closed line bears no plan.
        town.accept(&[line_approved(LINE_2, 10), plan_filed("PJ-2", LINE_2, 4)])
            .await;
        town.accept(&[plan_cancelled("PJ-2", &[LINE_2])]).await;
        let late = change!(award_recorded("PJ-2", 4), AwardRecorded, |award| award
            .determined_on =
            "2023-05-25".into());
        let late = v1::Event {
            occurred_at: Some(midnight("2023-05-25")),
            ..late
        };
        let refused = town.refuse(&[late]).await;
        refused.is(
            FAILED,
            "E002_ILLEGAL_TRANSITION",
            &[("status", "CANCELLED")],
        );
        town.accept(&[line_closed(LINE_2)]).await;
        let refused = town.refuse(&[plan_filed("PJ-3", LINE_2, 1)]).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("status", "CLOSED")]);
    });
}

#[test]
fn refuses_legal_dates_in_the_future_and_before_what_they_depend_on() {
    run(async {
        let mut town = Town::start().await;
        let line = |day: &str| {
            let line = change!(line_approved(LINE, 1_000), BudgetLineApproved, |line| {
                line.approved_on = day.into();
            });
            v1::Event {
                occurred_at: Some(midnight(day)),
                ..line
            }
        };
        // Recorded on 2023-01-05 at 23:54:59: tomorrow is five minutes and a second away.
        town.now = midnight("2023-01-06").seconds - 301;
        let refused = town.refuse(&[line("2023-01-06")]).await;
        refused.is(
            FAILED,
            "E003_BAD_TIME",
            &[("latest_on", "2023-01-05"), ("legal_on", "2023-01-06")],
        );
        town.now += 1;
        town.accept(&[line("2023-01-06")]).await;
        town.now = noon(NOW);
        let early = change!(plan_filed(PROJECT, LINE, 1_000), PlanFiled, |plan| plan
            .filed_on =
            "2023-01-05".into());
        let early = v1::Event {
            occurred_at: Some(midnight("2023-01-05")),
            ..early
        };
        let refused = town.refuse(&[early]).await;
        refused.is(
            FAILED,
            "E003_BAD_TIME",
            &[
                ("depends_on", "approval of the budget line"),
                ("earliest_on", "2023-01-06"),
                ("legal_on", "2023-01-05"),
            ],
        );
        town.accept(&[
            plan_filed(PROJECT, LINE, 1_000),
            award_recorded(PROJECT, 1_000),
        ])
        .await;
        let signed = |day: &str| {
            let contract = change!(contract_signed(PROJECT, 1_000), ContractSigned, |c| c
                .signed_on =
                day.into());
            v1::Event {
                occurred_at: Some(midnight(day)),
                ..contract
            }
        };
        let refused = town.refuse(&[signed("2023-02-28")]).await;
        refused.is(
            FAILED,
            "E003_BAD_TIME",
            &[("depends_on", "award"), ("earliest_on", "2023-03-01")],
        );
        town.accept(&[signed("2023-03-01")]).await;
    });
}
