//! Every refusal of docs/errors.md, over gRPC: at the limit and one fen beyond, with its figures;
//! which one is told when several apply; what stays of them in the access log.

use bihuan::events::{
    v1::{
        self, AcceptanceResult, ActorRole, DelegationScope, OrganisationKind, TermKind,
        TermTrigger, stream_expectation::Expected,
    },
    wire::EventSubmission,
};
use prost::Message as _;
use tonic::Code;

use crate::{facts::*, harness::*, town::*};

const FAILED: Code = Code::FailedPrecondition;

/// A town with a budget line, a plan of all of it on one lot, and its award.
async fn awarded(fen: i64) -> Town {
    Town::with(&[
        line_approved(LINE, fen),
        plan_filed(PROJECT, LINE, fen),
        award_recorded(PROJECT, fen),
    ])
    .await
}

/// And a contract of all of it: half an advance, half final.
async fn contracted(fen: i64) -> Town {
    let mut town = awarded(fen).await;
    town.accept(&[contract_signed(PROJECT, fen)]).await;
    town
}

fn term(no: &str, kind: TermKind, amount_fen: i64) -> v1::PaymentTerm {
    v1::PaymentTerm {
        term_no: no.into(),
        kind: kind.into(),
        amount_fen,
        trigger: TermTrigger::Signed.into(),
        ..v1::PaymentTerm::default()
    }
}

/// A contract with these terms, which sum to its amount.
fn contract_of(terms: &[(&str, TermKind, i64)]) -> v1::Event {
    let amount_fen = terms.iter().map(|term| term.2).sum();
    change!(contract_signed(PROJECT, amount_fen), ContractSigned, |c| {
        c.terms = terms
            .iter()
            .map(|(no, kind, fen)| term(no, *kind, *fen))
            .collect();
    })
}

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

#[test]
fn refuses_what_a_role_may_not_append() {
    run(async {
        let mut town = contracted(1_000).await;
        let forbidden = |role: &'static str| [("actor_role", role)];
        // Another system's event.
        let line = by(
            line_approved(LINE_2, 5),
            "GP_MGMT",
            UNIT,
            ActorRole::Purchaser,
        );
        let refused = town.refuse(&[line]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[
                ("actor_role", "PURCHASER"),
                ("event_type", "BudgetLineApproved"),
                ("allowed_roles", "BUDGET_SYS"),
                ("event_index", "0"),
            ],
        );
        // Another unit's project.
        let other = v1::Event {
            actor_org: OTHER_UNIT.into(),
            ..delivered(PROJECT, "1")
        };
        let refused = town.refuse(&[other]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("unit", UNIT), ("actor_org", OTHER_UNIT)],
        );
        // A line of another unit.
        let line = change!(line_approved(LINE_2, 5), BudgetLineApproved, |line| line
            .unit =
            OTHER_UNIT.into());
        town.accept(&[line]).await;
        let refused = town.refuse(&[plan_filed("PJ-2", LINE_2, 5)]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("budget_line_unit", OTHER_UNIT), ("unit", UNIT)],
        );
        // An agency without a commission, with another one, with the right one.
        let notice = || {
            by(
                notice(PROJECT, "N-1", 10),
                "GP_MGMT",
                AGENCY,
                ActorRole::Agency,
            )
        };
        let refused = town.refuse(&[notice()]).await;
        let needed = [("required_scopes", "NOTICE")];
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &needed);
        town.accept(&[delegated(PROJECT, "DG-1", &[DelegationScope::Evaluation])])
            .await;
        let refused = town.refuse(&[notice()]).await;
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &needed);
        town.accept(&[delegated(PROJECT, "DG-2", &[DelegationScope::Notice])])
            .await;
        town.accept(&[notice()]).await;
        // A supplier on a contract that is not its own.
        let by_supplier = |no, org| by(delivered(PROJECT, no), "GP_MGMT", org, ActorRole::Supplier);
        let refused = town.refuse(&[by_supplier("1", OTHER_SUPPLIER)]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("supplier", SUPPLIER)],
        );
        town.accept(&[by_supplier("1", SUPPLIER)]).await;
        // Those who never write.
        for (role, name) in [
            (ActorRole::Expert, "EXPERT"),
            (ActorRole::Audit, "AUDIT"),
            (ActorRole::Public, "PUBLIC"),
        ] {
            let event = by(line_approved("BL-X", 5), "BUDGET_INT", CITY, role);
            let refused = town.refuse(&[event]).await;
            refused.is(
                Code::PermissionDenied,
                "E020_FORBIDDEN_ROLE",
                &forbidden(name),
            );
        }
        // A batch report of another system.
        let report = |source: &str| {
            let payload = v1::SyncBatchReceived {
                system: "GP_MGMT".into(),
                batch_id: "SB-1".into(),
                business_day: "2023-06-30".into(),
                count: 1,
                digest: "0".repeat(64),
                ..v1::SyncBatchReceived::default()
            };
            let event = event("SB-1", "system/00/GP_MGMT", "2023-06-30", payload.into());
            by(event, source, UNIT, ActorRole::Purchaser)
        };
        let refused = town.refuse(&[report("TREASURY_PAY")]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("system", "GP_MGMT")],
        );
        town.accept(&[report("GP_MGMT")]).await;
    });
}

#[test]
fn refuses_regulators_without_power() {
    run(async {
        let mut town = Town::start().await;
        let regulator = OrganisationKind::FinanceRegulator;
        let unit = registered(UNIT, OrganisationKind::BudgetUnit, "430400");
        let refused = town.refuse(std::slice::from_ref(&unit)).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[
                ("actor_org", CITY),
                ("region_code", "430400"),
                ("supervised_region", ""),
            ],
        );
        town.accept(&[registered(CITY, regulator, "430400"), unit])
            .await;
        // The city's bureau has no power over a county.
        let county = v1::Event {
            region_code: "430421".into(),
            ..registered(OTHER_UNIT, OrganisationKind::BudgetUnit, "430421")
        };
        let refused = town.refuse(&[county]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("region_code", "430421"), ("supervised_region", "430400")],
        );
        // Nor may it say that a county's unit is the city's fact.
        let misplaced = registered(OTHER_UNIT, OrganisationKind::BudgetUnit, "430421");
        let refused = town.refuse(&[misplaced]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("region_code", "430400"), ("supervised_region", "430421")],
        );
        // The county's own bureau registers itself, then its units.
        let county = |event: v1::Event| v1::Event {
            region_code: "430421".into(),
            actor_org: COUNTY.into(),
            ..event
        };
        let events = [
            county(registered(COUNTY, regulator, "430421")),
            county(registered(
                OTHER_UNIT,
                OrganisationKind::BudgetUnit,
                "430421",
            )),
        ];
        town.accept(&events).await;
        // A line of one region, a plan of another.
        let line = v1::Event {
            region_code: "430421".into(),
            ..line_approved(LINE, 100)
        };
        town.accept(&[line]).await;
        let refused = town.refuse(&[plan_filed(PROJECT, LINE, 100)]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("budget_line_region", "430421"), ("region_code", "430400")],
        );
    });
}

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

#[test]
fn refuses_plans_over_their_budget_line() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let over = |available: &str, requested: &str| {
            [
                ("budget_line_id".to_owned(), LINE.to_owned()),
                ("available_fen".to_owned(), available.to_owned()),
                ("requested_fen".to_owned(), requested.to_owned()),
            ]
        };
        // Each act that asks for more of a line: one fen beyond is refused, the last fen is not.
        let steps: Vec<(v1::Event, v1::Event, [(String, String); 3])> = vec![
            (
                plan_filed(PROJECT, LINE, 1_001),
                plan_filed(PROJECT, LINE, 700),
                over("1000", "1001"),
            ),
            (
                line_frozen(LINE, "1", 301),
                line_frozen(LINE, "1", 100),
                over("300", "301"),
            ),
            (
                line_adjusted(LINE, "1", -201),
                line_adjusted(LINE, "1", -50),
                over("200", "201"),
            ),
            (
                plan_revised(PROJECT, "1", LINE, 851),
                plan_revised(PROJECT, "1", LINE, 840),
                over("150", "151"),
            ),
            (
                plan_filed("PJ-2", LINE, 11),
                plan_filed("PJ-2", LINE, 10),
                over("10", "11"),
            ),
            (
                plan_filed("PJ-3", LINE, 1),
                line_adjusted(LINE, "2", 1),
                over("0", "1"),
            ),
        ];
        for (beyond, within, figures) in steps {
            let figures: Vec<_> = figures
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let refused = town.refuse(&[beyond]).await;
            refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &figures);
            town.accept(&[within]).await;
        }
        town.accept(&[plan_filed("PJ-3", LINE, 1)]).await;
        // A supplement occupies more.
        town.accept(&[award_recorded(PROJECT, 840), contract_signed(PROJECT, 840)])
            .await;
        town.accept(&[line_adjusted(LINE, "3", 40)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "1", LINE, 41)]).await;
        refused.is(
            FAILED,
            "E010_PLAN_OVER_BUDGET",
            &[("available_fen", "40"), ("requested_fen", "41")],
        );
        town.accept(&[supplement(PROJECT, "1", LINE, 40)]).await;
        // What a cancelled plan gives back is there again.
        town.accept(&[plan_cancelled("PJ-2", &[LINE])]).await;
        let refused = town.refuse(&[plan_filed("PJ-4", LINE, 11)]).await;
        refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &[("available_fen", "10")]);
        town.accept(&[plan_filed("PJ-4", LINE, 10)]).await;
    });
}

#[test]
fn refuses_lots_that_do_not_sum_to_their_plan() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let plan = |first, second| {
            change!(
                plan_of_lots(PROJECT, LINE, &[("01", 400), ("02", 600)]),
                PlanFiled,
                |plan| plan.lots = vec![lot("01", first), lot("02", second)]
            )
        };
        for (first, second, sum) in [(400, 599, "999"), (401, 600, "1001")] {
            let refused = town.refuse(&[plan(first, second)]).await;
            refused.is(
                FAILED,
                "E011_LOT_SUM_MISMATCH",
                &[("plan_fen", "1000"), ("lots_fen", sum)],
            );
        }
        town.accept(&[plan(400, 600)]).await;
    });
}

#[test]
fn refuses_awards_over_lot_or_ceiling() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 3_000)]).await;
        let plan = change!(
            plan_of_lots(PROJECT, LINE, &[("01", 1_000), ("02", 1_000)]),
            PlanFiled,
            |plan| plan.lots[1].ceiling_fen = Some(900)
        );
        town.accept(&[plan]).await;
        let award = |lot_no: &str, fen| {
            let award = change!(award_recorded(PROJECT, fen), AwardRecorded, |a| a.lot_no =
                lot_no.into());
            v1::Event {
                source_ref: format!("award-{lot_no}-{fen}"),
                ..award
            }
        };
        for (lot_no, limit) in [("01", 1_000), ("02", 900)] {
            let refused = town.refuse(&[award(lot_no, limit + 1)]).await;
            refused.is(
                FAILED,
                "E012_AWARD_OVER_CEILING",
                &[
                    ("lot_no", lot_no),
                    ("award_fen", &(limit + 1).to_string()),
                    ("limit_fen", &limit.to_string()),
                    ("lot_amount_fen", "1000"),
                ],
            );
            town.accept(&[award(lot_no, limit)]).await;
        }
        // The winner of a competition meets the ceiling of its documents.
        town.accept(&[plan_filed("PJ-2", LINE, 1_000)]).await;
        let documents = change!(
            documents_issued("PJ-2", "01"),
            ProcurementDocumentIssued,
            |d| d.ceiling_fen = Some(800)
        );
        town.accept(&[documents]).await;
        town.send(vec![bid_received("PJ-2", "B-1", SUPPLIER)])
            .await
            .expect("a bid");
        let opened = bids_opened("PJ-2", &[("B-1", SUPPLIER, 801)]);
        town.accept(&[opened, evaluated("PJ-2", &[(SUPPLIER, 801)])])
            .await;
        let refused = town
            .refuse(&[winner_determined("PJ-2", SUPPLIER, 801)])
            .await;
        refused.is(
            FAILED,
            "E012_AWARD_OVER_CEILING",
            &[("limit_fen", "800"), ("award_fen", "801")],
        );
        town.accept(&[winner_determined("PJ-2", SUPPLIER, 800)])
            .await;
    });
}

#[test]
fn refuses_contracts_over_their_award() {
    run(async {
        let mut town = awarded(1_000).await;
        let contract = |id: &str, fen| {
            let contract = change!(contract_signed(PROJECT, fen), ContractSigned, |c| {
                c.contract_id = id.into();
            });
            v1::Event {
                source_ref: format!("contract-{id}-{fen}"),
                ..contract
            }
        };
        let refused = town.refuse(&[contract("CT-1", 1_001)]).await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[
                ("lot_no", "01"),
                ("award_fen", "1000"),
                ("contracted_fen", "1001"),
            ],
        );
        town.accept(&[contract("CT-1", 600)]).await;
        let refused = town.refuse(&[contract("CT-2", 401)]).await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[("contracted_fen", "1001")],
        );
        town.accept(&[contract("CT-2", 400)]).await;
    });
}

#[test]
fn refuses_supplements_over_ten_per_cent() {
    run(async {
        let mut town = contracted(1_009).await;
        town.accept(&[line_adjusted(LINE, "1", 10_000)]).await;
        let over = |used: &'static str, requested: &'static str| {
            [
                ("contract_id", CONTRACT),
                ("original_fen", "1009"),
                ("limit_fen", "100"),
                ("used_fen", used),
                ("requested_fen", requested),
            ]
        };
        // 10 % of 1,009 fen is 100.9: 101 is too much.
        let refused = town.refuse(&[supplement(PROJECT, "1", LINE, 101)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("0", "101"));
        town.accept(&[supplement(PROJECT, "1", LINE, 60)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "2", LINE, 41)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("60", "41"));
        // Changes that take away make no room, changes that add use it.
        town.accept(&[contract_changed(PROJECT, "1", -500)]).await;
        let refused = town.refuse(&[contract_changed(PROJECT, "2", 41)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("60", "41"));
        town.accept(&[contract_changed(PROJECT, "2", 40)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "2", LINE, 1)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("100", "1"));
        // Works under 招标投标法 follow that law.
        let mut town = Town::with(&[
            line_approved(LINE, 10_000),
            change!(plan_filed(PROJECT, LINE, 1_000), PlanFiled, |p| p
                .law_track =
                v1::LawTrack::TenderLaw.into()),
            award_recorded(PROJECT, 1_000),
            change!(contract_signed(PROJECT, 1_000), ContractSigned, |c| c
                .law_track =
                v1::LawTrack::TenderLaw.into()),
        ])
        .await;
        town.accept(&[supplement(PROJECT, "1", LINE, 5_000)]).await;
    });
}

#[test]
fn refuses_payments_over_what_is_payable() {
    run(async {
        let mut town = contracted(1_000).await;
        town.accept(&[
            delivered(PROJECT, "1"),
            accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 1_000),
            requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 500)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 501)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[
                ("contract_id", CONTRACT),
                ("payable_fen", "1000"),
                ("claimed_fen", "500"),
                ("requested_fen", "501"),
                ("paid_fen", "0"),
            ],
        );
        // Damages lower what is payable.
        town.accept(&[damages(PROJECT, "1", 30)]).await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 471)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[("payable_fen", "970")],
        );
        town.accept(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 470)])])
            .await;
        // A rejected request claims nothing any more, a returned payment neither.
        town.accept(&[payment_rejected(PROJECT, "PY-2")]).await;
        town.accept(&[
            payment_accepted(PROJECT, "PY-1"),
            executed(PROJECT, "PY-1", &[(LINE, 500)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 471)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[("claimed_fen", "500"), ("paid_fen", "500")],
        );
        town.accept(&[returned(PROJECT, "PY-1", &[(LINE, 500)])])
            .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 971)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[
                ("claimed_fen", "0"),
                ("requested_fen", "971"),
                ("paid_fen", "0"),
            ],
        );
        town.accept(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 970)])])
            .await;
    });
}

#[test]
fn refuses_payments_over_what_the_project_occupies() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            line_approved(LINE_2, 1_000),
            plan_on(PROJECT, &[(LINE, 600), (LINE_2, 400)]),
            award_recorded(PROJECT, 1_000),
            contract_of(&[("1", TermKind::Advance, 1_000)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(
                PROJECT,
                "PY-1",
                "1",
                &[(LINE, 601), (LINE_2, 399)],
            )])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[
                ("budget_line_id", LINE),
                ("occupied_fen", "600"),
                ("claimed_fen", "601"),
            ],
        );
        town.accept(&[requested(PROJECT, "PY-1", "1", &[(LINE, 600), (LINE_2, 1)])])
            .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", "1", &[(LINE, 1)])])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[("claimed_fen", "601")],
        );
        town.accept(&[requested(PROJECT, "PY-2", "1", &[(LINE_2, 399)])])
            .await;
        // A line that the plan does not draw on bears nothing.
        town.accept(&[
            line_approved("BL-3", 1_000),
            payment_rejected(PROJECT, "PY-2"),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", "1", &[("BL-3", 1)])])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[
                ("budget_line_id", "BL-3"),
                ("occupied_fen", "0"),
                ("claimed_fen", "1"),
            ],
        );
    });
}

#[test]
fn refuses_other_payees_and_accounts() {
    run(async {
        let mut town = contracted(1_000).await;
        let request = || requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 100)]);
        let payee = change!(request(), PaymentRequested, |r| r.payee =
            OTHER_SUPPLIER.into());
        let refused = town.refuse(&[payee]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee", OTHER_SUPPLIER), ("supplier", SUPPLIER)],
        );
        let other = || {
            change!(request(), PaymentRequested, |r| r.payee_account_ref =
                "ACC-2".into())
        };
        let refused = town.refuse(&[other()]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee_account_ref", "ACC-2")],
        );
        let told = format!("{:?}", refused.status);
        assert!(
            !told.contains(ACCOUNT),
            "the right account is not told: {told}"
        );
        // A change of the contract moves the account.
        let moved = change!(contract_changed(PROJECT, "1", 0), ContractChanged, |c| c
            .payee_account_ref =
            "ACC-2".into());
        town.accept(&[moved]).await;
        let refused = town.refuse(&[request()]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee_account_ref", ACCOUNT)],
        );
        town.accept(&[other()]).await;
    });
}

#[test]
fn refuses_to_release_more_than_is_held() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000), line_frozen(LINE, "1", 300)]).await;
        let refused = town.refuse(&[line_unfrozen(LINE, "1", 301)]).await;
        refused.is(
            FAILED,
            "E023_RELEASE_OVER_HELD",
            &[
                ("budget_line_id", LINE),
                ("held_fen", "300"),
                ("released_fen", "301"),
            ],
        );
        town.accept(&[line_unfrozen(LINE, "1", 300)]).await;
        let refused = town.refuse(&[line_unfrozen(LINE, "2", 1)]).await;
        refused.is(FAILED, "E023_RELEASE_OVER_HELD", &[("held_fen", "0")]);
    });
}

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

#[test]
fn types_without_a_decider_are_not_recorded() {
    run(async {
        let mut town = Town::start().await;
        let payload = v1::IntentionPublished {
            intention_id: "IN-1".into(),
            unit: UNIT.into(),
            name: "台式计算机采购".into(),
            summary: "一批".into(),
            budget_fen: 5,
            expected_month: "2023-03".into(),
            sme_reserved: false,
            published_on: "2023-01-10".into(),
            channel: "CCGP_HY".into(),
        };
        let intention = act(PROJECT, "intention", "2023-01-10", payload);
        let line = line_approved(LINE, 5);
        let refused = town.refuse(&[line, intention]).await;
        refused.is(
            Code::Unimplemented,
            "UNIMPLEMENTED_TYPE",
            &[("event_type", "IntentionPublished"), ("event_index", "1")],
        );
    });
}

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

#[test]
fn refusals_stand_in_the_access_log_as_evidence() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        assert!(town.access().is_empty());
        let over = plan_filed("PJ-2", LINE, 1);
        let denied = by(
            line_approved(LINE_2, 5),
            "ETRADE",
            TRADE,
            ActorRole::TradeSys,
        );
        let conflict = line_approved(LINE, 999);
        let malformed = line_approved(LINE_2, 0);
        let good = line_approved("BL-GOOD", 5);
        let cases = [
            (&over, "E010_PLAN_OVER_BUDGET"),
            (&denied, "E020_FORBIDDEN_ROLE"),
            (&conflict, "E004_SOURCE_REF_CONFLICT"),
            (&malformed, "E008_BAD_AMOUNT"),
        ];
        for (event, reason) in cases {
            let refused = town.refuse(&[good.clone(), event.clone()]).await;
            assert_eq!(refused.reason, reason);
        }
        let log = town.access();
        assert_eq!(log.len(), cases.len());
        for (record, (event, reason)) in log.iter().zip(cases) {
            assert_eq!(record.kind(), v1::AccessKind::AppendRefused);
            assert_eq!(record.reason, reason);
            assert_eq!(record.role, event.actor_role, "{reason}");
            assert_eq!((record.event_index, record.event_count), (1, 2), "{reason}");
            assert_eq!(
                record.event,
                event.encode_to_vec(),
                "{reason}: bytes as received"
            );
            assert_eq!(record.principal, "loopback");
        }
        let figure = |name: &str| {
            let found = log[0].figures.iter().find(|figure| figure.name == name);
            found.map(|figure| figure.value.clone())
        };
        assert_eq!(figure("available_fen").as_deref(), Some("0"));
        assert_eq!(figure("requested_fen").as_deref(), Some("1"));
        assert_eq!(town.ledger().await.access_end_position, 4);

        // What is no refusal of the domain is only counted.
        let stale = v1::AppendEventsRequest {
            expectations: vec![v1::StreamExpectation {
                stream: line_stream(LINE),
                expected: Some(Expected::Revision(7)),
            }],
            ..request(vec![sent(&good)], town.now)
        };
        town.refuse_request(stale)
            .await
            .is(Code::Aborted, "STALE_EXPECTATION", &[]);
        let garbage = EventSubmission {
            event: vec![0xff; 40].into(),
            ..EventSubmission::default()
        };
        town.refuse_request(request(vec![garbage], town.now)).await;
        let misdated = v1::Event {
            occurred_at: Some(midnight("2023-01-06")),
            ..good.clone()
        };
        town.refuse(&[misdated])
            .await
            .is(Code::InvalidArgument, "SHAPE", &[]);
        let mut asked = request(vec![sent(&over)], town.now);
        asked.validate_only = true;
        town.refuse_request(asked).await;
        assert_eq!(town.access().len(), 4);

        // Nothing of a sealed part is in it, though its event is.
        let bid = bid_received("PJ-NONE", "B-1", SUPPLIER);
        let refused = town
            .refuse_request(request(vec![bid.clone()], town.now))
            .await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[]);
        let log = town.access();
        assert_eq!(log.last().expect("a record").event, bid.event);
        let sealed = v1::SealedPayload::decode(bid.sealed.clone()).expect("a part");
        let Some(v1::sealed_payload::Sealed::BidReceived(sealed)) = sealed.sealed else {
            panic!("the sealed part of a bid");
        };
        for record in &log {
            let bytes = record.encode_to_vec();
            let holds = |secret: &[u8]| bytes.windows(secret.len()).any(|w| w == secret);
            assert!(!holds(&sealed.nonce) && !holds(sealed.document_hash.as_bytes()));
        }
        // The log outlives a restart, and goes on.
        let mut town = town.restarted().await;
        town.refuse(&[over]).await;
        assert_eq!(town.access().len(), 6);
    });
}

/// Reasons that no event type can cause yet.
const NO_TYPE_YET: [&str; 2] = ["E018_FINANCING_OVER_RECEIVABLE", "E019_VENUE_OVERLAP"];

/// Reasons of full queues, full disks and damage: their tests stand with what causes them, in any
/// file that runs.
const ELSEWHERE: [&str; 5] = [
    "QUEUE_FULL",
    "DISK_NEARLY_FULL",
    "SHUTTING_DOWN",
    "JOURNAL_FAILED",
    "DAMAGE_FOUND",
];

mod coverage {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::PathBuf,
    };

    use super::{ELSEWHERE, NO_TYPE_YET};

    fn text(path: &str) -> String {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn is_reason(word: &str) -> bool {
        let is_upper =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        word.len() > 4 && word.bytes().all(is_upper) && word.contains(|c: char| c.is_alphabetic())
    }

    /// Literals of a source that look like reasons.
    fn literals(source: &str) -> BTreeSet<String> {
        let odd = source.split('"').skip(1).step_by(2);
        odd.filter(|word| is_reason(word))
            .map(str::to_owned)
            .collect()
    }

    /// Reason -> status, from the table of docs/errors.md.
    fn documented() -> BTreeMap<String, String> {
        let page = text("docs/errors.md");
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        let row = |line: &str| {
            let mut cells = line
                .split('|')
                .map(|cell| cell.trim().trim_matches('`').to_owned());
            cells.next();
            (
                cells.next().expect("a reason"),
                cells.next().expect("a status"),
            )
        };
        rows.map(row).collect()
    }

    /// Reasons in the code: names of refusals and shape rules, and those of the edge.
    fn known() -> BTreeSet<String> {
        let code = text("src/domain/refusal.rs");
        let begin = code.find("pub fn name(self)").expect("the names of codes");
        let end = begin
            + code[begin..]
                .find("\n    }\n}")
                .expect("the end of the names");
        let mut reasons = literals(&code[begin..end]);
        reasons.extend(literals(&text("src/domain/shape/violation.rs")));
        reasons.extend(literals(&text("src/grpc/status.rs")));
        reasons.insert("SHAPE".into());
        reasons
    }

    /// What the assertions of a test file expect: reason -> status codes.
    fn asserted(file: &str) -> BTreeMap<String, BTreeSet<String>> {
        let source = text(&format!("tests/suite/{file}"));
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for call in source.split(".is(").skip(1) {
            let mut quoted = call.split('"');
            let code = quoted.next().unwrap_or("").trim().trim_end_matches(',');
            let reason = quoted.next().unwrap_or("");
            let code = code.trim_start_matches("Code::");
            let code = if code == "FAILED" {
                "FailedPrecondition"
            } else {
                code
            };
            if is_reason(reason) && code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                found
                    .entry(reason.to_owned())
                    .or_default()
                    .insert(code.to_owned());
            }
        }
        found
    }

    /// `FailedPrecondition` as `FAILED_PRECONDITION`.
    fn screaming(code: &str) -> String {
        let mut name = String::new();
        for letter in code.chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_uppercase());
        }
        name
    }

    #[test]
    fn the_page_of_errors_lists_exactly_the_reasons_of_the_code() {
        let documented: BTreeSet<_> = documented().into_keys().collect();
        let mut known = known();
        for reason in NO_TYPE_YET {
            assert!(known.remove(reason), "{reason} is in the code");
            let page = text("docs/errors.md");
            assert!(
                page.contains(&format!("`{reason}`")),
                "{reason} is announced"
            );
        }
        assert_eq!(documented, known);
    }

    #[test]
    fn every_reason_is_asserted_over_grpc_with_the_status_that_the_page_names() {
        let mut asserted_in: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in [
            "append.rs",
            "refusals.rs",
            "reads.rs",
            "parts.rs",
            "corrections.rs",
        ] {
            for (reason, codes) in asserted(file) {
                asserted_in.entry(reason).or_default().extend(codes);
            }
        }
        let main = text("tests/suite/main.rs");
        let modules = main
            .lines()
            .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let others: Vec<_> = modules
            .filter(|module| *module != "refusals")
            .filter_map(|module| {
                let path = format!("{}/tests/suite/{module}.rs", env!("CARGO_MANIFEST_DIR"));
                fs::read_to_string(path).ok()
            })
            .collect();
        let mut untested = Vec::new();
        for (reason, status) in documented() {
            if ELSEWHERE.contains(&reason.as_str()) {
                let quoted = format!("\"{reason}\"");
                if !others.iter().any(|source| source.contains(&quoted)) {
                    untested.push(reason);
                }
                continue;
            }
            let Some(codes) = asserted_in.get(&reason) else {
                untested.push(reason);
                continue;
            };
            let codes: Vec<_> = codes.iter().map(|code| screaming(code)).collect();
            assert_eq!(codes, [status], "status of {reason}");
        }
        assert_eq!(
            untested,
            Vec::<String>::new(),
            "reasons that no test produces"
        );
    }
}
