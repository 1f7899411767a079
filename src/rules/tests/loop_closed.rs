//! Examples of rules on the closed loop and on what the ledger itself tells.

use super::{Example, Shows, Told};
use crate::{
    domain::{
        payload::EventType,
        testkit::{
            CONTRACT, LINE, acceptance_concluded, award_recorded, budget_line_approved,
            contract_signed, example, intention_published, payment_executed, plan_filed,
            winner_determined,
        },
        values::StreamKind,
    },
    events::v1::{self, AcceptanceResult, LoopStage, event_payload::Payload},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            stages(told, "2023-11-17");
            completed(told, "2023-11-20");
        },
        says: "met, due 2023-12-20",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::AtTheBound,
        today: "2024-02-29",
        tells: |told| {
            stages(told, "2024-01-31");
            completed(told, "2024-01-01");
        },
        says: "met, due 2024-01-31",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::Broken,
        today: "2024-02-29",
        tells: |told| {
            stages(told, "2024-02-01");
            completed(told, "2024-01-01");
        },
        says: "late 1/1, due 2024-01-31",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::Broken,
        today: "2023-12-20",
        tells: |told| {
            told.tell(contract_signed());
            completed(told, "2023-11-20");
        },
        says: "overdue 0/0, due 2023-12-20",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::Broken,
        today: "2023-12-21",
        tells: |told| {
            stages_without_line(told, "2023-11-17");
            completed(told, "2023-11-20");
        },
        says: "overdue 1/1, due 2023-12-20",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            stages_without_line(told, "2023-11-17");
            linked(told);
            completed(told, "2023-11-20");
        },
        says: "met, due 2023-12-20",
    },
    Example {
        rule: "HY-08-LOOP-GAP",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            stages(told, "2023-11-17");
        },
        says: "",
    },
    Example {
        rule: "HY-08-CREDIT-10WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            accepted(told, "2023-11-03", true);
            evaluated(told, "2023-11-16");
        },
        says: "met, due 2023-11-17",
    },
    Example {
        rule: "HY-08-CREDIT-10WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            accepted(told, "2023-11-03", true);
            evaluated(told, "2023-11-17");
        },
        says: "met, due 2023-11-17",
    },
    Example {
        rule: "HY-08-CREDIT-10WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            accepted(told, "2023-09-20", true);
            evaluated(told, "2023-10-11");
        },
        says: "late 1/1, due 2023-10-10",
    },
    Example {
        rule: "HY-08-CREDIT-10WD",
        shows: Shows::Broken,
        today: "2023-11-20",
        tells: |told| {
            accepted(told, "2023-11-03", true);
        },
        says: "overdue 3/1, due 2023-11-17",
    },
    Example {
        rule: "HY-08-CREDIT-10WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            accepted(told, "2023-11-03", false);
        },
        says: "",
    },
    Example {
        rule: "HY-08-LAG-1WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            told.tell_late("2023-09-28", completed_on("2023-09-28"));
        },
        says: "met, due 2023-10-07",
    },
    Example {
        rule: "HY-08-LAG-1WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            told.tell_late("2023-10-07", completed_on("2023-09-28"));
        },
        says: "met, due 2023-10-07",
    },
    Example {
        rule: "HY-08-LAG-1WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            told.tell_late("2023-10-09", completed_on("2023-09-28"));
        },
        says: "late 2/2, due 2023-10-07",
    },
    Example {
        rule: "HY-08-LAG-1WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.tell_late("2023-10-09", completed_on("2022-12-30"));
        },
        says: "",
    },
    Example {
        rule: "SYS-AWARD-RECORDED",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            told.tell(winner_determined());
        },
        says: "kept",
    },
    Example {
        rule: "SYS-AWARD-RECORDED",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_recorded());
            told.tell(winner_determined());
        },
        says: "kept",
    },
    Example {
        rule: "SYS-AWARD-RECORDED",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_recorded());
        },
        says: "broken",
    },
    Example {
        rule: "SYS-AWARD-RECORDED",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            told.tell(contract_signed());
        },
        says: "",
    },
    Example {
        rule: "SYS-IRREGULAR-FACT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            irregular(told, Some(100));
        },
        says: "broken",
    },
    Example {
        rule: "SYS-IRREGULAR-FACT",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            irregular(told, None);
        },
        says: "broken",
    },
    Example {
        rule: "SYS-IRREGULAR-FACT",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            told.tell(payment_executed());
        },
        says: "",
    },
    Example {
        rule: "SYS-IRREGULAR-FACT",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |_| {},
        says: "",
    },
];

/// All stages, the last of them on a day.
fn stages(told: &mut Told, last_on: &str) {
    told.tell_beside(StreamKind::BudgetLine, LINE, budget_line_approved(LINE));
    stages_without_line(told, last_on);
}

fn stages_without_line(told: &mut Told, last_on: &str) {
    let mut intention = intention_published();
    intention.published_on = "2023-07-10".into();
    told.tell(intention);
    let mut plan = plan_filed();
    plan.filed_on = "2023-08-08".into();
    told.tell(plan);
    let mut winner = winner_determined();
    winner.determined_on = "2023-09-11".into();
    told.tell(winner);
    let mut signed = contract_signed();
    signed.signed_on = "2023-09-26".into();
    told.tell(signed);
    let mut paid = payment_executed();
    paid.paid_on = "2023-10-09".into();
    told.tell(paid);
    accepted(told, "2023-11-03", true);
    evaluated(told, last_on);
}

fn linked(told: &mut Told) {
    told.tell(v1::StageLinked {
        link_id: "L-1".into(),
        from_stage: LoopStage::Budget.into(),
        to_stage: LoopStage::Plan.into(),
        from_ref: LINE.into(),
        to_ref: "PL-1".into(),
        on: "2023-08-08".into(),
    });
}

fn completed_on(on: &str) -> v1::ContractCompleted {
    v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: on.into(),
    }
}

fn completed(told: &mut Told, on: &str) {
    told.tell(completed_on(on));
}

fn accepted(told: &mut Told, on: &str, is_final: bool) {
    let mut concluded = acceptance_concluded(AcceptanceResult::Passed);
    concluded.is_final = is_final;
    concluded.concluded_on = on.into();
    told.tell(concluded);
}

fn evaluated(told: &mut Told, on: &str) {
    told.tell(v1::CreditEvaluated {
        evaluation_id: "CE-1".into(),
        contract_id: CONTRACT.into(),
        evaluated_on: on.into(),
        ..v1::CreditEvaluated::default()
    });
}

fn irregular(told: &mut Told, amount_fen: Option<i64>) {
    let Payload::IrregularFactRecorded(mut fact) = example(EventType::IrregularFactRecorded) else {
        panic!("is no irregular fact");
    };
    fact.amount_fen = amount_fen;
    told.tell(fact);
}
