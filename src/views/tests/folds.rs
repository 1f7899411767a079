//! Folds of single objects from events that no decider need take.

use super::*;
use crate::{
    domain::{
        entity::EntityRef,
        payload::EventType,
        testkit::{self as kit, CONTRACT, LOT, PLAN_FEN, SUPPLIER},
    },
    events::{
        descriptor::schema,
        v1::{EntityKind, GapReason, LoopStage, LotState, MatterState, StageStatus},
    },
    views::{acts, framework, order, organisation, process},
};

fn fen(figure: Option<&v1::Figure>) -> i64 {
    figure.map_or(0, |figure| figure.amount_fen)
}

fn status(view: &v1::ProjectView, stage: LoopStage) -> StageStatus {
    let mut stages = view.stages.iter();
    stages
        .find(|of| of.stage() == stage)
        .expect("nine stages")
        .status()
}

#[test]
fn every_type_is_folded_by_every_view_without_a_panic() {
    let mut told = Told::default();
    for event_type in &EventType::ALL[2..] {
        told.tell(kit::payload(*event_type));
    }
    let count = u32::try_from(EventType::ALL.len() - 2).expect("few");
    assert_eq!(told.now().event_count, count);
    let timeline = Timeline::new(&told.history, AsOf::default());
    order::view(&timeline, PARTITION, "EO-1");
    framework::view(&timeline, PARTITION, "FA-1");
    let registry = organisation::registry(&timeline);
    organisation::supplier(
        &timeline,
        registry.clone(),
        (PARTITION, SUPPLIER),
        day("2024-01-01"),
    );
    organisation::unit(&timeline, registry, (PARTITION, kit::UNIT));
    process::view(&timeline);
}

#[test]
fn amounts_of_acts_are_those_that_the_schema_marks() {
    for event_type in &EventType::ALL[2..] {
        let payload = kit::payload(*event_type);
        let of = schema().by_name(event_type.name()).expect("in the schema");
        let is_marked = of.control_amount.is_some();
        assert_eq!(
            acts::amount_of(&payload).is_some(),
            is_marked,
            "{}",
            event_type.name()
        );
        assert_eq!(acts::told(&payload).name, event_type.name());
    }
    assert_eq!(
        acts::stage_of(&kit::plan_filed().into()),
        Some(LoopStage::Plan)
    );
    assert_eq!(acts::stage_of(&kit::regulator_registered().into()), None);
    assert_eq!(acts::stage_of(&kit::notice_published("N").into()), None);
}

#[test]
fn an_intention_is_published_withdrawn_or_exempted() {
    let mut told = Told::default();
    told.tell(kit::plan_filed());
    let gaps = |view: &v1::ProjectView| view.stages[1].gaps.len();
    let view = told.now();
    assert_eq!(status(&view, LoopStage::Intention), StageStatus::NotStarted);
    assert_eq!(gaps(&view), 1);
    let published = kit::intention_published();
    let id = published.intention_id.clone();
    let at = told.tell(published);
    assert_eq!(status(&told.now(), LoopStage::Intention), StageStatus::Done);
    assert_eq!(
        gaps(&told.now()),
        0,
        "a stage that was covered late is covered"
    );
    told.tell(v1::IntentionWithdrawn {
        intention_id: id,
        on: "2024-03-01".into(),
        ..v1::IntentionWithdrawn::default()
    });
    assert_eq!(
        status(&told.now(), LoopStage::Intention),
        StageStatus::Failed
    );
    told.void(at);
    told.tell(kit::example(EventType::IntentionExempted));
    assert_eq!(
        status(&told.now(), LoopStage::Intention),
        StageStatus::Exempt
    );
}

#[test]
fn a_failed_lot_is_retried_by_another_and_a_revoked_award_goes_to_the_next() {
    let mut told = Told::default();
    told.tell(kit::plan_filed());
    told.tell(kit::procurement_document_issued());
    told.tell(kit::bids_opened());
    told.tell(kit::evaluation_concluded());
    told.tell(kit::winner_determined());
    told.tell(kit::award_notice_issued());
    assert_eq!(told.now().lots[0].state(), LotState::Awarded);
    let revoked = |next: &str| v1::AwardRevoked {
        lot_no: LOT.into(),
        next_candidate: next.into(),
        next_award_fen: None,
        retry_intended: true,
        revoked_on: "2024-04-01".into(),
        ..v1::AwardRevoked::default()
    };
    let second = kit::SUPPLIER_2;
    told.tell(revoked(second));
    let view = told.now();
    let lot = &view.lots[0];
    assert_eq!(
        (lot.state(), lot.winner.as_str()),
        (LotState::AwardPending, second)
    );
    let opened = kit::bids_opened();
    let bid = opened
        .bidders
        .iter()
        .find(|bid| bid.supplier == second)
        .expect("it bid");
    assert_eq!(
        fen(lot.award.as_ref()),
        bid.price_fen,
        "at the price that was read out"
    );
    told.tell(revoked(""));
    let view = told.now();
    assert!(view.lots[0].retry_pending);
    assert!(
        view.stages[4]
            .gaps
            .iter()
            .any(|gap| gap.reason() == GapReason::RetryPending)
    );
    told.tell(v1::ReprocurementStarted {
        lot_no: LOT.into(),
        new_lot_no: "01-R1".into(),
        amount_fen: PLAN_FEN,
        started_on: "2024-05-01".into(),
        ..v1::ReprocurementStarted::default()
    });
    let view = told.now();
    let (failed, retry) = (&view.lots[0], &view.lots[1]);
    assert_eq!(
        (failed.state(), failed.retry_pending),
        (LotState::Failed, false)
    );
    assert_eq!(failed.retried_by_lot_no, "01-R1");
    assert_eq!(
        (retry.state(), retry.retries_lot_no.as_str()),
        (LotState::Planned, LOT)
    );
    assert_eq!(status(&view, LoopStage::Execution), StageStatus::InProgress);
}

#[test]
fn matters_open_close_and_hold_money_until_it_is_given_back() {
    let mut told = Told::default();
    let bond = |amount_fen| v1::BondCollected {
        bond_id: "BD-1".into(),
        amount_fen,
        payer: SUPPLIER.into(),
        contract_id: CONTRACT.into(),
        received_on: "2024-03-01".into(),
        ..v1::BondCollected::default()
    };
    let back = |no: &str, amount_fen| v1::BondReturned {
        bond_id: "BD-1".into(),
        return_no: no.into(),
        amount_fen,
        returned_on: "2024-05-01".into(),
        ..v1::BondReturned::default()
    };
    told.tell(bond(100));
    told.tell(back("1", 40));
    let view = told.now();
    assert_eq!(view.securities[0].state(), MatterState::Open);
    let remaining = view.securities[0].remaining.clone().expect("held");
    assert_eq!(
        (remaining.amount_fen, remaining.positions),
        (60, vec![0, 1])
    );
    let last = told.tell(back("2", 60));
    let view = told.now();
    assert_eq!(view.securities[0].state(), MatterState::Done);
    assert_eq!(view.securities[0].closed_on, "2024-05-01");
    told.correct(last, back("2", 50));
    let view = told.now();
    assert_eq!(view.securities[0].state(), MatterState::Open);
    assert_eq!(fen(view.securities[0].remaining.as_ref()), 10);
}

#[test]
fn an_irregular_fact_shows_at_the_stage_whose_gate_it_names() {
    let mut told = Told::default();
    told.tell(kit::plan_filed());
    let mut irregular = kit::example(EventType::IrregularFactRecorded);
    if let Payload::IrregularFactRecorded(fact) = &mut irregular {
        fact.violated_invariant = "E015_PAYMENT_OVER_CONTRACT".into();
    }
    told.tell(irregular);
    let view = told.now();
    assert_eq!(status(&view, LoopStage::Payment), StageStatus::Irregular);
    assert_eq!(view.records.len(), 1);
}

#[test]
fn a_completed_contract_without_a_credit_evaluation_is_a_gap_until_it_is_evaluated() {
    let mut told = Told::default();
    told.tell(kit::contract_signed());
    told.tell(kit::contract_completed());
    let credit = |view: &v1::ProjectView| view.stages[8].gaps.len();
    assert_eq!(credit(&told.now()), 1);
    told.tell(v1::CreditEvaluated {
        evaluation_id: "CE-1".into(),
        contract_id: CONTRACT.into(),
        subject: SUPPLIER.into(),
        evaluated_on: "2024-12-01".into(),
        ..v1::CreditEvaluated::default()
    });
    let view = told.now();
    assert_eq!((credit(&view), view.evaluations.len()), (0, 1));
    assert_eq!(status(&view, LoopStage::Credit), StageStatus::Done);
}

#[test]
fn a_correction_of_a_correction_tells_each_step_and_the_last_value() {
    let mut told = Told::default();
    let signed = |amount_fen| v1::ContractSigned {
        amount_fen,
        ..kit::contract_signed()
    };
    let original = told.tell(signed(500));
    told.correct(original, signed(400));
    told.correct(original, signed(300));
    let view = told.now();
    let [amended] = &view.amended[..] else {
        panic!("{:?}", view.amended)
    };
    let changes: Vec<_> = amended
        .steps
        .iter()
        .map(|step| {
            (
                &step.changes[0].before_json[..],
                &step.changes[0].after_json[..],
            )
        })
        .collect();
    assert_eq!(changes, [("\"500\"", "\"400\""), ("\"400\"", "\"300\"")]);
    let figure = view.amounts.expect("amounts").contract.expect("a figure");
    assert_eq!((figure.amount_fen, figure.positions), (300, vec![0, 2]));
    // As known before the second correction.
    let view = told.view(AsOf {
        legal_date: None,
        recorded_us: Some(1),
    });
    assert_eq!(view.amended[0].steps.len(), 1);
    assert_eq!(fen(view.amounts.expect("amounts").contract.as_ref()), 400);
}

#[test]
fn a_correction_that_moves_the_date_counts_by_the_resulting_date() {
    let mut told = Told::default();
    let signed = |on: &str| v1::ContractSigned {
        signed_on: on.into(),
        ..kit::contract_signed()
    };
    let original = told.tell(signed("2024-03-01"));
    told.correct(original, signed("2024-06-01"));
    let until = |legal: &str| AsOf {
        legal_date: Some(day(legal)),
        recorded_us: None,
    };
    let view = told.view(until("2024-05-31"));
    assert!(view.contracts.is_empty());
    assert!(
        !view.amended[0].counts,
        "told, though it does not count yet"
    );
    assert_eq!(told.view(until("2024-06-01")).contracts.len(), 1);
}

#[test]
fn a_line_and_its_project_tell_the_same_money() {
    let mut told = Told::default();
    told.tell(kit::plan_filed());
    told.tell(kit::contract_signed());
    told.tell(kit::payment_requested());
    told.tell(kit::payment_executed());
    let timeline = Timeline::new(&told.history, AsOf::default());
    let line = EntityRef::new(EntityKind::BudgetLine, PARTITION, kit::LINE, "");
    let of_line = crate::views::budget_line::Folding::of(&timeline, line);
    let projects = [(PROJECT.to_owned(), Folding::of(&timeline))].into();
    let of_line = of_line.view(&timeline, &projects);
    let of_project = told.now();
    let (line, project) = (&of_line.holdings[0], &of_project.budget_lines[0]);
    assert_eq!(
        (&line.occupied, &line.paid),
        (&project.occupied, &project.paid)
    );
    assert_eq!(fen(line.contracted.as_ref()), kit::AWARD_FEN);
    assert!(!project.known, "nothing of the line itself is told");
    assert_eq!(
        of_project.stages[0].gaps[0].reason(),
        GapReason::BudgetLineUnknown
    );
}
