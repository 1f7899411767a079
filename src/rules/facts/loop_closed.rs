//! The closed loop: stages covered, credit evaluated, facts recorded in time and as they were.

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters, variables,
};
use crate::{
    domain::values::{StreamKind, local_date},
    events::v1::{
        AcceptanceResult, AwardBasis, CreditEvaluated, LoopStage, event_payload::Payload,
    },
    rules::case::{Body, Case, Clock, Done, Scene, first},
    views::{Standing, Timeline, acts::stage_of},
};

const PROJECT: &[StreamKind] = &[StreamKind::Project];
/// Streams whose facts systems push; registry, calendar and imports have their own pace.
const PUSHED: &[StreamKind] = &[
    StreamKind::BudgetLine,
    StreamKind::Project,
    StreamKind::Order,
    StreamKind::Framework,
    StreamKind::Unit,
    StreamKind::Supplier,
    StreamKind::Agency,
    StreamKind::Venue,
    StreamKind::Library,
    StreamKind::Region,
];

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "loop_closed",
        kind: IsClock,
        streams: PROJECT,
        zh: "自合同履行完毕之日起，至采购预算、采购意向、采购计划、交易执行、合同支付、履约验收、\
             信用评价七个环节全部有记录",
        en: "From the completion of a contract until all seven stages are covered: budget, \
             intention, plan, execution, contract and payment, acceptance, credit",
        variables: variables::PROJECT,
        parameters: &[],
        find: loop_closed,
    },
    Fact {
        name: "credit_evaluated",
        kind: IsClock,
        streams: PROJECT,
        zh: "自最终验收合格之日起，至信用评价",
        en: "From passed final acceptance to an evaluation of credit",
        variables: variables::PROJECT,
        parameters: &[],
        find: credit_evaluated,
    },
    Fact {
        name: "recorded",
        kind: IsClock,
        streams: PUSHED,
        zh: "自业务发生之日起，至记入账本",
        en: "From the day of a fact to its recording",
        variables: variables::COMMON,
        parameters: &[],
        find: recorded,
    },
    Fact {
        name: "award_made_in_view",
        kind: IsContent,
        streams: PROJECT,
        zh: "中标、成交结果是否由交易执行产生，而不是直接登记",
        en: "Whether an award was made before the ledger's eyes or only recorded",
        variables: variables::PROJECT,
        parameters: &[],
        find: awards,
    },
    Fact {
        name: "no_irregular_fact",
        kind: IsContent,
        streams: &StreamKind::ALL,
        zh: "登记的异常事实",
        en: "Irregular facts that were recorded",
        variables: variables::COMMON,
        parameters: &[],
        find: irregular,
    },
];

/// One clock for each contract that was completed; completed again, it is asked anew.
fn loop_closed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut completed: Vec<(&str, &Standing)> = Vec::new();
    for (act, payload) in scene.acts() {
        if let Payload::ContractCompleted(e) = payload {
            completed.retain(|(id, _)| *id != e.contract_id);
            completed.push((&e.contract_id, act));
        }
    }
    let case = |(id, act): (&str, &Standing)| {
        let covered = [
            budget(scene),
            covered(scene, LoopStage::Intention, is_intention),
            covered(scene, LoopStage::Plan, |payload| {
                matches!(payload, Payload::PlanFiled(_))
            }),
            covered(scene, LoopStage::Execution, |payload| {
                stage_of(payload) == Some(LoopStage::Execution)
            }),
            covered(
                scene,
                LoopStage::Contract,
                |payload| matches!(payload, Payload::ContractSigned(e) if e.contract_id == id),
            ),
            covered(
                scene,
                LoopStage::Payment,
                |payload| matches!(payload, Payload::PaymentExecuted(e) if e.contract_id == id),
            ),
            covered(
                scene,
                LoopStage::Acceptance,
                |payload| matches!(payload, Payload::AcceptanceConcluded(e) if e.contract_id == id),
            ),
            covered(
                scene,
                LoopStage::Credit,
                |payload| matches!(payload, Payload::CreditEvaluated(e) if is_about(e, id)),
            ),
        ];
        let stages: Option<Vec<Done>> = covered.into_iter().collect();
        let clock = Clock {
            done: stages.and_then(|stages| stages.into_iter().max_by_key(|done| done.on)),
            ..Clock::default()
        };
        Case::of(act, scene.subject("contract", id), Body::Clock(clock))
    };
    completed.into_iter().map(case).collect()
}

/// The first act that covers a stage, or a link that says where it is covered.
fn covered(scene: &Scene<'_>, stage: LoopStage, covers: impl Fn(&Payload) -> bool) -> Option<Done> {
    let is_it = |payload: &Payload| match payload {
        Payload::StageLinked(e) => e.from_stage() == stage || e.to_stage() == stage,
        payload => covers(payload),
    };
    let acts = scene.acts().filter(|(_, payload)| is_it(payload));
    let (act, _) = acts.min_by_key(|(act, _)| (act.on(), act.position))?;
    Some(Done::by(act))
}

fn is_intention(payload: &Payload) -> bool {
    matches!(
        payload,
        Payload::IntentionPublished(_) | Payload::IntentionExempted(_)
    )
}

/// The budget is covered by an approved line that the plan rests on.
fn budget(scene: &Scene<'_>) -> Option<Done> {
    let is_approved = |line: &str| {
        let history = scene.beside(StreamKind::BudgetLine, line);
        let timeline = Timeline::new(&history, scene.timeline.as_of());
        let mut acts = timeline.standing().iter().filter_map(Standing::payload);
        acts.any(|payload| matches!(payload, Payload::BudgetLineApproved(_)))
    };
    covered(scene, LoopStage::Budget, |payload| match payload {
        Payload::PlanFiled(plan) => {
            let mut lines = plan.budget_parts.iter();
            lines.any(|part| is_approved(&part.budget_line_id))
        }
        _ => false,
    })
}

/// Whether an evaluation is about a contract, or about the project as a whole.
fn is_about(evaluated: &CreditEvaluated, contract_id: &str) -> bool {
    evaluated.contract_id.is_empty() || evaluated.contract_id == contract_id
}

/// One clock for each contract, from the first final acceptance that passed.
fn credit_evaluated(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::AcceptanceConcluded(concluded) = payload else {
            continue;
        };
        let id = concluded.contract_id.as_str();
        let subject = scene.subject("contract", id);
        let is_known = cases.iter().any(|case| case.subject == subject);
        let is_passed = concluded.is_final && concluded.result() == AcceptanceResult::Passed;
        if !is_passed || is_known {
            continue;
        }
        let clock = Clock {
            done: first(
                scene,
                act.on(),
                |payload| matches!(payload, Payload::CreditEvaluated(e) if is_about(e, id)),
            ),
            ..Clock::default()
        };
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// One clock for each fact; it was recorded when it was first told, whatever was corrected since.
fn recorded(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let history = scene.timeline.history();
    let case = |(act, _): (&Standing, &Payload)| {
        let items = history.items();
        let index = items
            .binary_search_by_key(&act.position, |item| item.position)
            .ok()?;
        let seconds = (history.recorded_us(index) / 1_000_000).cast_signed();
        let done = Done {
            on: local_date(seconds, 0)?,
            evidence: vec![act.position],
        };
        let clock = Clock {
            done: Some(done),
            ..Clock::default()
        };
        let subject = scene.subject("event", &act.position.to_string());
        Some(Case::of(act, subject, Body::Clock(clock)))
    };
    scene.acts().filter_map(case).collect()
}

/// One case for each award.
fn awards(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |(act, payload): (&Standing, &Payload)| {
        let (lot_no, wrong) = match payload {
            Payload::WinnerDetermined(e) => (&e.lot_no, Vec::new()),
            Payload::AwardRecorded(e) => {
                let basis = match e.basis() {
                    AwardBasis::Migrated => "历史数据迁移 made before the ledger",
                    AwardBasis::Framework => "框架协议第二阶段 second stage of a framework",
                    _ => "其他 made elsewhere",
                };
                (&e.lot_no, vec![basis.to_owned()])
            }
            _ => return None,
        };
        Some(Case::of(
            act,
            scene.subject("lot", lot_no),
            Body::Content(wrong),
        ))
    };
    // A lot that is awarded again stands as it was awarded last.
    let mut cases: Vec<Case> = Vec::new();
    for case in scene.acts().filter_map(case) {
        cases.retain(|other| other.subject != case.subject);
        cases.push(case);
    }
    cases
}

/// One case for each irregular fact.
fn irregular(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |(act, payload): (&Standing, &Payload)| {
        let Payload::IrregularFactRecorded(fact) = payload else {
            return None;
        };
        let about = format!("{} {}", fact.violated_invariant, fact.subject_ref);
        let wrong = vec![about, fact.description.clone()];
        let subject = scene.subject("irregular-fact", &fact.fact_id);
        Some(Case::of(act, subject, Body::Content(wrong)))
    };
    scene.acts().filter_map(case).collect()
}
