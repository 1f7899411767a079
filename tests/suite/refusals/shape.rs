//! What the bytes themselves get wrong: all of it at once, with its paths.

use crate::{facts::*, harness::*, town::*};
use bihuan::events::{
    v1::{self},
    wire::EventSubmission,
};
use prost::Message as _;
use tonic::Code;

#[test]
fn shape_violations_are_told_all_at_once_with_their_paths() {
    run(async {
        let mut town = Town::start().await;
        let line = change!(line_approved(LINE, -1), BudgetLineApproved, |line| {
            line.unit = "11430400000099004X".into();
            line.category = "D0201".into();
            line.func_code = "1".into();
            line.fund_nature = 0;
        });
        let line = v1::Event {
            source_ref: String::new(),
            region_code: "430401".into(),
            ..line
        };
        let plan = change!(plan_filed(PROJECT, LINE, 5), PlanFiled, |plan| {
            plan.lots[0].amount_fen = 0;
            plan.budget_parts[0].amount_fen = -5;
            plan.filed_on = "2023-02-02".into();
            plan.method = v1::ProcurementMethod::SingleSource.into();
        });
        let late = v1::Event {
            region_code: "430100".into(),
            ..line_adjusted(LINE, "1", 1)
        };
        let refused = town.refuse(&[line, plan, late]).await;
        let expected = [
            (
                "events[0].event.payload.budget_line_approved.amount_fen",
                "E008_BAD_AMOUNT",
            ),
            (
                "events[0].event.payload.budget_line_approved.category",
                "E007_BAD_CATEGORY",
            ),
            (
                "events[0].event.payload.budget_line_approved.func_code",
                "SHAPE",
            ),
            (
                "events[0].event.payload.budget_line_approved.fund_nature",
                "E022_MISSING_FIELD",
            ),
            (
                "events[0].event.payload.budget_line_approved.unit",
                "E005_BAD_USCC",
            ),
            ("events[0].event.region_code", "E006_BAD_REGION"),
            ("events[0].event.source_ref", "E022_MISSING_FIELD"),
            (
                "events[1].event.payload.plan_filed.budget_parts[0].amount_fen",
                "E008_BAD_AMOUNT",
            ),
            ("events[1].event.payload.plan_filed.filed_on", "SHAPE"),
            (
                "events[1].event.payload.plan_filed.lots[0].amount_fen",
                "E008_BAD_AMOUNT",
            ),
            (
                "events[1].event.payload.plan_filed.method_ground",
                "E022_MISSING_FIELD",
            ),
            ("events[2].event.region_code", "E006_BAD_REGION"),
        ];
        let expected = expected.map(|(path, code)| (path.to_owned(), code.to_owned()));
        assert_eq!(refused.violations(), expected);
        assert_eq!(refused.figures["violations"], "12");
    });
}

#[test]
fn each_shape_code_is_told_by_its_name() {
    run(async {
        let mut town = Town::start().await;
        let good = line_approved(LINE, 5);
        let cases = [
            (
                change!(good.clone(), BudgetLineApproved, |l| l.project_code =
                    "1".into()),
                "SHAPE",
            ),
            (
                v1::Event {
                    occurred_at: Some(midnight("2023-01-06")),
                    ..good.clone()
                },
                "SHAPE",
            ),
            (
                v1::Event {
                    actor_org: "91430407MA9TE5T12Y".into(),
                    ..good.clone()
                },
                "E005_BAD_USCC",
            ),
            (
                v1::Event {
                    region_code: "430471".into(),
                    ..good.clone()
                },
                "E006_BAD_REGION",
            ),
            (
                change!(good.clone(), BudgetLineApproved, |l| l.category_version =
                    2020),
                "E007_BAD_CATEGORY",
            ),
            (
                change!(good.clone(), BudgetLineApproved, |l| l.amount_fen = 0),
                "E008_BAD_AMOUNT",
            ),
            (
                v1::Event {
                    payload: None,
                    ..good.clone()
                },
                "E022_MISSING_FIELD",
            ),
        ];
        for (event, reason) in &cases {
            let refused = town.refuse(std::slice::from_ref(event)).await;
            // The reason of the status is that of the first violation.
            refused.is(
                Code::InvalidArgument,
                refused.violations()[0].1.as_str(),
                &[],
            );
            assert_eq!(refused.reason, *reason);
        }
        // One fen is an amount, and the largest number of fen is.
        for (n, fen) in [1, i64::MAX].into_iter().enumerate() {
            let line = line_approved(&format!("BL-{n}"), fen);
            town.accept(&[line]).await;
        }
    });
}

/// The reasons of shape, once by name each, for the table of what is covered.
#[test]
fn shape_reasons_come_with_invalid_argument() {
    run(async {
        let mut town = Town::start().await;
        let line = || line_approved(LINE, 5);
        let refused = town
            .refuse(&[v1::Event {
                actor_org: "1".into(),
                ..line()
            }])
            .await;
        refused.is(
            Code::InvalidArgument,
            "E005_BAD_USCC",
            &[("violations", "1")],
        );
        let refused = town
            .refuse(&[v1::Event {
                region_code: "430401".into(),
                ..line()
            }])
            .await;
        refused.is(
            Code::InvalidArgument,
            "E006_BAD_REGION",
            &[("violations", "1")],
        );
        let wrong = change!(line(), BudgetLineApproved, |l| l.category =
            "A0201010".into());
        let refused = town.refuse(&[wrong]).await;
        refused.is(
            Code::InvalidArgument,
            "E007_BAD_CATEGORY",
            &[("violations", "1")],
        );
        let refused = town.refuse(&[line_approved(LINE, 0)]).await;
        refused.is(
            Code::InvalidArgument,
            "E008_BAD_AMOUNT",
            &[("violations", "1")],
        );
        let refused = town
            .refuse(&[v1::Event {
                source_ref: String::new(),
                ..line()
            }])
            .await;
        refused.is(
            Code::InvalidArgument,
            "E022_MISSING_FIELD",
            &[("violations", "1")],
        );
        // Unknown fields are not dropped silently, wherever they stand.
        let mut bytes = line().encode_to_vec();
        bytes.extend([0xa0, 0x06, 0x01]);
        let unknown = EventSubmission {
            event: bytes.into(),
            ..EventSubmission::default()
        };
        let refused = town.refuse_request(request(vec![unknown], town.now)).await;
        refused.is(Code::InvalidArgument, "SHAPE", &[("violations", "1")]);
        let at = ("events[0].event.100".to_owned(), "SHAPE".to_owned());
        assert_eq!(refused.violations(), [at]);
        let torn = EventSubmission {
            event: line().encode_to_vec()[..60].to_vec().into(),
            ..EventSubmission::default()
        };
        let refused = town.refuse_request(request(vec![torn], town.now)).await;
        assert_eq!(refused.code, Code::InvalidArgument);
    });
}
