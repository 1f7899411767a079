//! Corrections and voids over gRPC: what was recorded wrongly is stated again in its place, and
//! every gate holds of the history as it now reads.

use bihuan::events::v1::{self, AcceptanceResult, ActorRole, CorrectionEffect, EntityKind};
use tonic::Code;

use crate::{facts::*, harness::*, town::*};

const FAILED: Code = Code::FailedPrecondition;

fn line_of(line: &str) -> v1::EntityRef {
    touched(EntityKind::BudgetLine, line, "")
}

fn plan_touches(project: &str, lines: &[&str]) -> Vec<v1::EntityRef> {
    let mut touches = vec![
        touched(EntityKind::Project, project, ""),
        touched(EntityKind::Lot, project, "01"),
    ];
    touches.extend(lines.iter().map(|line| line_of(line)));
    touches
}

/// Asserts what a line has available: one fen more is refused with the figure, and the last fen is
/// not.
async fn available(town: &mut Town, line: &str, fen: i64) {
    let ask = |fen| {
        let mut asked = request(vec![sent(&plan_filed("PJ-PROBE", line, fen))], noon(NOW));
        asked.validate_only = true;
        asked
    };
    let refused = town.refuse_request(ask(fen + 1)).await;
    refused.is(
        FAILED,
        "E010_PLAN_OVER_BUDGET",
        &[
            ("budget_line_id", line),
            ("available_fen", &fen.to_string()),
        ],
    );
    if fen > 0 {
        town.ask(ask(fen)).await.expect("within");
    }
}

#[test]
fn budget_parts_move_to_another_line() {
    run(async {
        let plan = plan_filed(PROJECT, LINE, 600);
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            line_approved(LINE_2, 1_000),
            plan.clone(),
        ])
        .await;
        let moved = change!(plan.clone(), PlanFiled, |p| p.budget_parts =
            parts(&[(LINE_2, 600)]));
        let expected = "PJ/4304/PJ-2023-000001/,LT/4304/PJ-2023-000001/01,\
                        BL/4304/BL-2023-000001/,BL/4304/BL-2023-000002/";
        // Whatever is left out, added or of another owner: the expected list is told.
        let mut too_many = plan_touches(PROJECT, &[LINE, LINE_2]);
        too_many.push(line_of("BL-3"));
        for touches in [
            plan_touches(PROJECT, &[LINE]),
            plan_touches(PROJECT, &[LINE_2]),
            vec![line_of(LINE), line_of(LINE_2)],
            too_many,
        ] {
            let refused = town
                .refuse(&[corrected(&plan, "c1", &moved, touches)])
                .await;
            refused.is(
                FAILED,
                "E001_UNKNOWN_REF",
                &[("expected_touches", expected)],
            );
        }
        let touches = plan_touches(PROJECT, &[LINE, LINE_2]);
        town.accept(&[corrected(&plan, "c1", &moved, touches.clone())])
            .await;
        available(&mut town, LINE, 1_000).await;
        available(&mut town, LINE_2, 400).await;
        let mut town = town.restarted().await;
        available(&mut town, LINE, 1_000).await;
        available(&mut town, LINE_2, 400).await;
        // Back again: the line that the last correction drew in must hear of it.
        let refused = town
            .refuse(&[corrected(
                &plan,
                "c2",
                &plan,
                plan_touches(PROJECT, &[LINE]),
            )])
            .await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[("expected_touches", expected)],
        );
        town.accept(&[corrected(&plan, "c2", &plan, touches)]).await;
        available(&mut town, LINE, 400).await;
        available(&mut town, LINE_2, 1_000).await;
    });
}

#[test]
fn sums_are_tested_again_on_the_history_as_it_now_reads() {
    run(async {
        let line = line_approved(LINE, 100);
        let first = plan_filed(PROJECT, LINE, 80);
        let mut town = Town::with(&[
            line.clone(),
            first.clone(),
            line_adjusted(LINE, "1", 50),
            plan_filed("PJ-2", LINE, 60),
        ])
        .await;
        available(&mut town, LINE, 10).await;
        // Ten more fit today, though they would not have fitted on the day.
        let more = |fen: i64| {
            change!(first.clone(), PlanFiled, |p| {
                p.amount_fen = fen;
                p.lots[0].amount_fen = fen;
                p.budget_parts[0].amount_fen = fen;
            })
        };
        let touches = || plan_touches(PROJECT, &[LINE]);
        let refused = town
            .refuse(&[corrected(&first, "c1", &more(91), touches())])
            .await;
        refused.is(
            FAILED,
            "E010_PLAN_OVER_BUDGET",
            &[("available_fen", "10"), ("requested_fen", "11")],
        );
        town.accept(&[corrected(&first, "c1", &more(90), touches())])
            .await;
        available(&mut town, LINE, 0).await;
        // The same for the approval itself.
        let less = |fen: i64| change!(line.clone(), BudgetLineApproved, |l| l.amount_fen = fen);
        let refused = town
            .refuse(&[corrected(&line, "c1", &less(99), vec![line_of(LINE)])])
            .await;
        refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &[("available_fen", "0")]);
        town.accept(&[corrected(&line, "c1", &less(107), vec![line_of(LINE)])])
            .await;
        available(&mut town, LINE, 7).await;
        // The newest correction counts, not their sum.
        town.accept(&[corrected(&line, "c2", &less(103), vec![line_of(LINE)])])
            .await;
        available(&mut town, LINE, 3).await;
        // Sums inside the replacement are its own.
        let torn = change!(more(90), PlanFiled, |p| p.lots[0].amount_fen = 89);
        let refused = town
            .refuse(&[corrected(&first, "c2", &torn, touches())])
            .await;
        refused.is(
            FAILED,
            "E011_LOT_SUM_MISMATCH",
            &[("plan_fen", "90"), ("lots_fen", "89")],
        );
    });
}

#[test]
fn awards_contracts_and_supplements_are_tested_again() {
    run(async {
        let award = award_recorded(PROJECT, 1_000);
        let contract = contract_signed(PROJECT, 1_000);
        let more = supplement(PROJECT, "1", LINE, 100);
        let mut town = Town::with(&[
            line_approved(LINE, 5_000),
            plan_filed(PROJECT, LINE, 1_000),
            award.clone(),
            contract.clone(),
            more.clone(),
        ])
        .await;
        let lot = || vec![touched(EntityKind::Lot, PROJECT, "01")];
        let less = change!(award.clone(), AwardRecorded, |a| a.award_fen = 999);
        let refused = town.refuse(&[corrected(&award, "c1", &less, lot())]).await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[("award_fen", "999"), ("contracted_fen", "1000")],
        );
        let over = change!(award.clone(), AwardRecorded, |a| a.award_fen = 1_001);
        let refused = town.refuse(&[corrected(&award, "c1", &over, lot())]).await;
        refused.is(FAILED, "E012_AWARD_OVER_CEILING", &[("limit_fen", "1000")]);
        let contract_touches = || {
            vec![
                touched(EntityKind::Contract, PROJECT, CONTRACT),
                touched(EntityKind::Lot, PROJECT, "01"),
            ]
        };
        let of_amount = |fen: i64| {
            change!(contract.clone(), ContractSigned, |c| {
                c.amount_fen = fen;
                c.terms[1].amount_fen = fen - c.terms[0].amount_fen;
            })
        };
        let refused = town
            .refuse(&[corrected(
                &contract,
                "c1",
                &of_amount(1_001),
                contract_touches(),
            )])
            .await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[("contracted_fen", "1001")],
        );
        // Ten per cent of less is less.
        let refused = town
            .refuse(&[corrected(
                &contract,
                "c1",
                &of_amount(999),
                contract_touches(),
            )])
            .await;
        refused.is(
            FAILED,
            "E014_SUPPLEMENT_OVER_10PCT",
            &[("original_fen", "999"), ("limit_fen", "99")],
        );
        let supplement_touches = vec![
            touched(EntityKind::Contract, PROJECT, CONTRACT),
            touched(EntityKind::Project, PROJECT, ""),
            line_of(LINE),
        ];
        let smaller = supplement(PROJECT, "1", LINE, 99);
        town.accept(&[corrected(&more, "c1", &smaller, supplement_touches)])
            .await;
        town.accept(&[corrected(
            &contract,
            "c1",
            &of_amount(999),
            contract_touches(),
        )])
        .await;
        available(&mut town, LINE, 5_000 - 1_000 - 99).await;
        // The contract must still be with the winner, on the day of the award or later.
        let other = change!(of_amount(999), ContractSigned, |c| c.supplier =
            OTHER_SUPPLIER.into());
        let refused = town
            .refuse(&[corrected(&contract, "c2", &other, contract_touches())])
            .await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[("winner", SUPPLIER)]);
        let early = change!(of_amount(999), ContractSigned, |c| c.signed_on =
            "2023-02-28".into());
        let refused = town
            .refuse(&[corrected(&contract, "c2", &early, contract_touches())])
            .await;
        refused.is(FAILED, "E003_BAD_TIME", &[("earliest_on", "2023-03-01")]);
    });
}

#[test]
fn payments_are_tested_again() {
    run(async {
        let ask = requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 500)]);
        let accept = accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 1_000);
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            award_recorded(PROJECT, 1_000),
            contract_signed(PROJECT, 1_000),
            delivered(PROJECT, "1"),
            accept.clone(),
            ask.clone(),
            payment_accepted(PROJECT, "PY-1"),
            executed(PROJECT, "PY-1", &[(LINE, 500)]),
            requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 400)]),
        ])
        .await;
        // What was executed is what was requested: correcting the request alone is refused.
        let touches = vec![
            touched(EntityKind::Payment, PROJECT, "PY-1"),
            touched(EntityKind::Contract, PROJECT, CONTRACT),
            touched(EntityKind::Project, PROJECT, ""),
        ];
        let less = requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 499)]);
        let refused = town.refuse(&[corrected(&ask, "c1", &less, touches)]).await;
        refused.is(
            FAILED,
            "E024_SUM_MISMATCH",
            &[("requested_fen", "499"), ("given_fen", "500")],
        );
        // What is claimed must still be accepted.
        let touches = || {
            vec![
                touched(EntityKind::Acceptance, PROJECT, "AC-1"),
                touched(EntityKind::Contract, PROJECT, CONTRACT),
            ]
        };
        let part = |fen| accepted(PROJECT, "AC-1", AcceptanceResult::Passed, fen);
        let refused = town
            .refuse(&[corrected(&accept, "c1", &part(399), touches())])
            .await;
        refused.is(
            FAILED,
            "E025_PAY_BEFORE_ACCEPTANCE",
            &[
                ("limit_fen", "399"),
                ("accepted_fen", "399"),
                ("claimed_fen", "400"),
                ("paid_fen", "0"),
            ],
        );
        // The correction requests nothing; 400 fen were requested before it and claim still.
        assert_eq!(refused.figures.get("requested_fen"), None);
        town.accept(&[corrected(&accept, "c1", &part(400), touches())])
            .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 1)])])
            .await;
        refused.is(
            FAILED,
            "E025_PAY_BEFORE_ACCEPTANCE",
            &[
                ("limit_fen", "400"),
                ("claimed_fen", "400"),
                ("requested_fen", "1"),
            ],
        );
    });
}

#[test]
fn what_follows_must_still_be_able_to_follow() {
    run(async {
        let line = line_approved(LINE, 1_000);
        let plan = plan_filed(PROJECT, LINE, 1_000);
        let delivery = delivered(PROJECT, "1");
        let mut town = Town::with(&[
            line.clone(),
            plan.clone(),
            award_recorded(PROJECT, 1_000),
            contract_signed(PROJECT, 1_000),
            delivery.clone(),
            accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 1_000),
        ])
        .await;
        let refused = town.refuse(&[voided(&line, vec![line_of(LINE)])]).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("position", "1")]);
        let refused = town
            .refuse(&[voided(&plan, plan_touches(PROJECT, &[LINE]))])
            .await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("position", "2")]);
        // The final acceptance rests on the delivery.
        let contract = vec![touched(EntityKind::Contract, PROJECT, CONTRACT)];
        let refused = town.refuse(&[voided(&delivery, contract)]).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("position", "5")]);
        available(&mut town, LINE, 0).await;
    });
}

#[test]
fn a_void_is_final_and_gives_back() {
    run(async {
        let plan = plan_filed(PROJECT, LINE, 600);
        let raise = line_adjusted(LINE, "1", 50);
        let mut town = Town::with(&[line_approved(LINE, 1_000), plan.clone(), raise.clone()]).await;
        available(&mut town, LINE, 450).await;
        let less = change!(raise.clone(), BudgetLineAdjusted, |a| a.delta_fen = 20);
        town.accept(&[corrected(&raise, "c1", &less, vec![line_of(LINE)])])
            .await;
        available(&mut town, LINE, 420).await;
        let void = voided(&raise, vec![line_of(LINE)]);
        town.accept(std::slice::from_ref(&void)).await;
        available(&mut town, LINE, 400).await;
        town.accept(&[voided(&plan, plan_touches(PROJECT, &[LINE]))])
            .await;
        available(&mut town, LINE, 1_000).await;
        let mut town = town.restarted().await;
        available(&mut town, LINE, 1_000).await;
        // Neither a correction nor another void of it.
        let refused = town
            .refuse(&[corrected(&raise, "c2", &less, vec![line_of(LINE)])])
            .await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("position", "2")]);
        let again = v1::Event {
            source_ref: "again".into(),
            ..void
        };
        let refused = town.refuse(&[again]).await;
        refused.is(FAILED, "E002_ILLEGAL_TRANSITION", &[("position", "2")]);
        // The object is free for another event of its own name.
        let second = v1::Event {
            source_ref: "second-plan".into(),
            ..plan
        };
        town.accept(&[second]).await;
        available(&mut town, LINE, 400).await;
    });
}

#[test]
fn only_originals_are_corrected_by_those_who_may_append_them() {
    run(async {
        let line = line_approved(LINE, 1_000);
        let raise = line_adjusted(LINE, "1", 50);
        let mut town = Town::with(&[line, raise.clone()]).await;
        let less = change!(raise.clone(), BudgetLineAdjusted, |a| a.delta_fen = 20);
        let first = corrected(&raise, "c1", &less, vec![line_of(LINE)]);
        town.accept(std::slice::from_ref(&first)).await;
        // Of a correction, of a void, of nothing.
        let of_correction = v1::EventCorrected {
            corrects: Some(name_of(&first)),
            payload: less.payload.clone().map(Box::new),
            touches: vec![line_of(LINE)],
            reason: "再更正".into(),
            authority: String::new(),
            effect: CorrectionEffect::Normal.into(),
        };
        let event = line_act(LINE, "cc", "2023-06-01", of_correction.clone());
        let refused = town.refuse(&[event]).await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[("source_ref", &first.source_ref)],
        );
        let of_nothing = v1::EventCorrected {
            corrects: Some(v1::EventName {
                source_system: "BUDGET_INT".into(),
                source_ref: "none".into(),
            }),
            ..of_correction.clone()
        };
        let event = line_act(LINE, "cc", "2023-06-01", of_nothing);
        let refused = town.refuse(&[event]).await;
        refused.is(FAILED, "E001_UNKNOWN_REF", &[("source_ref", "none")]);
        // A correction inside a correction is no shape at all.
        let nested = v1::EventCorrected {
            payload: first.payload.clone().map(Box::new),
            corrects: Some(name_of(&raise)),
            ..of_correction
        };
        let refused = town
            .refuse(&[line_act(LINE, "cc", "2023-06-01", nested)])
            .await;
        assert_eq!(refused.code, Code::InvalidArgument);
        // Another type, another object, another stream, another region.
        let frozen = line_frozen(LINE, "1", 5);
        let refused = town
            .refuse(&[corrected(&raise, "c2", &frozen, vec![line_of(LINE)])])
            .await;
        refused.is(
            FAILED,
            "E001_UNKNOWN_REF",
            &[
                ("expected_type", "BudgetLineAdjusted"),
                ("given_type", "BudgetLineFrozen"),
            ],
        );
        let elsewhere = v1::Event {
            region_code: "430421".into(),
            ..corrected(&raise, "c2", &less, vec![line_of(LINE)])
        };
        let refused = town.refuse(&[elsewhere]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("expected_region_code", "430400")],
        );
        // A role that could not have appended it.
        let purchaser = by(
            corrected(&raise, "c2", &less, vec![line_of(LINE)]),
            "GP_MGMT",
            UNIT,
            ActorRole::Purchaser,
        );
        let refused = town.refuse(&[purchaser]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("actor_role", "PURCHASER")],
        );
        let purchaser = by(
            voided(&raise, vec![line_of(LINE)]),
            "GP_MGMT",
            UNIT,
            ActorRole::Purchaser,
        );
        let refused = town.refuse(&[purchaser]).await;
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &[]);
        available(&mut town, LINE, 1_020).await;
        // A correction that was recorded may be sent again like any event.
        let receipts = town.accept(&[first]).await;
        assert_eq!(receipts[0].status(), v1::ReceiptStatus::AlreadyAppended);
    });
}

#[test]
fn only_regulators_correct_retroactively() {
    run(async {
        let delivery = delivered(PROJECT, "1");
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 1_000),
            award_recorded(PROJECT, 1_000),
            contract_signed(PROJECT, 1_000),
            delivery.clone(),
        ])
        .await;
        let earlier = change!(delivery.clone(), GoodsDelivered, |d| d.delivered_on =
            "2023-04-01".into());
        let contract = || vec![touched(EntityKind::Contract, PROJECT, CONTRACT)];
        let retroactive = || {
            change!(
                corrected(&delivery, "r1", &earlier, contract()),
                EventCorrected,
                |c| {
                    c.effect = CorrectionEffect::Retroactive.into();
                    c.authority = "衡财采〔2023〕7号".into();
                }
            )
        };
        let refused = town.refuse(&[retroactive()]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("actor_role", "PURCHASER"), ("allowed_roles", "REGULATOR")],
        );
        let refused = town.refuse(&[by_regulator(retroactive())]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("supervised_region", "")],
        );
        let regulator = v1::OrganisationKind::FinanceRegulator;
        town.accept(&[registered(CITY, regulator, "430400")]).await;
        town.accept(&[by_regulator(retroactive())]).await;
        // An ordinary correction of the purchaser's event is not the regulator's.
        let ordinary = by_regulator(corrected(&delivery, "c2", &earlier, contract()));
        let refused = town.refuse(&[ordinary]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("actor_role", "REGULATOR")],
        );
        town.accept(&[corrected(&delivery, "c3", &earlier, contract())])
            .await;
    });
}

#[test]
fn a_batch_may_append_an_event_and_correct_it() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let plan = plan_filed(PROJECT, LINE, 600);
        let less = change!(plan.clone(), PlanFiled, |p| {
            p.amount_fen = 500;
            p.lots[0].amount_fen = 500;
            p.budget_parts[0].amount_fen = 500;
        });
        let correction = corrected(&plan, "c1", &less, plan_touches(PROJECT, &[LINE]));
        town.accept(&[plan.clone(), correction, plan_filed("PJ-2", LINE, 500)])
            .await;
        available(&mut town, LINE, 0).await;
        // All or nothing: the void in front is undone with what follows it.
        let void = voided(&plan, plan_touches(PROJECT, &[LINE]));
        let refused = town
            .refuse(&[void.clone(), plan_filed("PJ-3", LINE, 501)])
            .await;
        refused.is(
            FAILED,
            "E010_PLAN_OVER_BUDGET",
            &[("event_index", "1"), ("available_fen", "500")],
        );
        available(&mut town, LINE, 0).await;
        town.accept(&[void, plan_filed("PJ-3", LINE, 500)]).await;
        available(&mut town, LINE, 0).await;
    });
}
