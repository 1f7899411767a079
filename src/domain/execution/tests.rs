//! Lots: from documents to the award, failures, and what contracts may sum to.

use super::*;
use crate::domain::{
    entity::EntityRef,
    lot::{self, LotStatus, TRANSITIONS},
    machine::{Case, step},
    payload::EventType,
    project::{PlanStatus, Project},
    testkit::{
        AWARD_FEN, LINE, LOT, PARTITION, PLAN_FEN, PROJECT, SUPPLIER, SUPPLIER_2, SUPPLIER_3,
        World, assert_refusal, award_notice_issued, award_recorded, bid_received, bid_withdrawn,
        bids_opened, committee_formed, contract_signed, evaluation_concluded,
        evaluation_report_delivered, instant, lot_failed, lot_retry_abandoned, opened_bid, part,
        payload, plan_completed, plan_filed, plan_lot, procurement_document_issued, ranked_bid,
        winner_determined,
    },
};
use crate::events::v1::{self, EntityKind, ProcurementMethod};
use Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E012_AWARD_OVER_CEILING,
    E013_CONTRACT_OVER_AWARD, E024_SUM_MISMATCH,
};

fn lot(world: &World) -> Lot {
    world.of_project(LOT)
}

fn occupied(world: &World) -> i128 {
    let line: crate::domain::budget_line::BudgetLine = world.get(LINE, "").expect("the line");
    line.occupied_fen
}

#[test]
fn a_lot_runs_its_minimal_path() {
    let mut world = World::with_plan();
    let steps: [(Payload, LotStatus); 10] = [
        (procurement_document_issued().into(), LotStatus::Open),
        (bid_received("B-1").into(), LotStatus::Open),
        (bid_received("B-2").into(), LotStatus::Open),
        (committee_formed().into(), LotStatus::Open),
        (bids_opened().into(), LotStatus::Opened),
        (evaluation_concluded().into(), LotStatus::Evaluated),
        (evaluation_report_delivered().into(), LotStatus::Evaluated),
        (winner_determined().into(), LotStatus::AwardPending),
        (award_notice_issued().into(), LotStatus::Awarded),
        (contract_signed().into(), LotStatus::Contracted),
    ];
    for (payload, status) in steps {
        world.given(payload);
        assert_eq!(lot(&world).status, status);
    }
    let award = lot(&world).award.expect("an award");
    assert_eq!(
        (award.supplier.as_str(), award.amount_fen),
        (SUPPLIER, AWARD_FEN)
    );
    assert_eq!(award.determined_on.to_string(), "2024-02-08");
    assert!(!award.is_recorded && award.notified_on.is_some());
}

#[test]
fn an_award_can_be_recorded_without_its_execution() {
    let mut world = World::with_plan();
    world.given(award_recorded());
    let lot = lot(&world);
    assert_eq!(lot.status, LotStatus::Awarded);
    assert!(lot.award.expect("an award").is_recorded);
}

/// What each type is to a lot of which nothing but its status is known.
fn case_of(event_type: EventType) -> Case {
    use EventType as E;
    match event_type {
        E::PlanRevised => Case::Changed,
        E::AbnormalLowPriceTriggered => Case::Known,
        E::AwardRevoked => Case::Followed,
        E::BidReceived
        | E::ClarificationIssued
        | E::ComplaintSuspensionOrdered
        | E::ProcurementStarted
        | E::ReevaluationOrdered => Case::New,
        _ => Case::Other,
    }
}

#[test]
fn every_pair_without_a_row_is_refused() {
    use LotStatus as S;
    let entity = EntityRef::new(EntityKind::Lot, PARTITION, PROJECT, LOT);
    let world = World::new();
    let all = [
        S::Absent,
        S::Planned,
        S::Publicised,
        S::Open,
        S::Opened,
        S::Evaluated,
        S::AwardPending,
        S::Awarded,
        S::Contracted,
        S::Suspended,
        S::Failed,
        S::Terminated,
    ];
    let mut allowed = 0;
    for status in all {
        let lot = Lot {
            status,
            ..Lot::default()
        };
        for event_type in EventType::ALL.iter().copied().skip(2) {
            let case = case_of(event_type);
            let expected = match step(TRANSITIONS, status, event_type, case) {
                Some(_) => None,
                None if status == S::Absent => Some(E001_UNKNOWN_REF),
                None => Some(E002_ILLEGAL_TRANSITION),
            };
            allowed += usize::from(expected.is_none());
            let fact = world.fact(payload(event_type));
            let code = lot::transition(&lot, &entity, &fact).err().map(|r| r.code);
            assert_eq!(code, expected, "{status:?} {event_type:?}");
        }
    }
    let met = TRANSITIONS
        .iter()
        .filter(|row| row.2 == Case::Any || row.2 == case_of(row.1));
    assert_eq!(allowed, met.count());
}

/// Legal dates: each act one day too early, then on the very day.
#[test]
fn no_act_is_earlier_than_what_it_depends_on() {
    let mut world = World::with_plan();
    let mut document = procurement_document_issued();
    document.issued_on = "2024-01-09".to_owned();
    assert_early(&world, document, "2024-01-10");
    world.given(procurement_document_issued());
    let mut bid = bid_received("B-1");
    bid.received_at = instant("2024-01-14", 23);
    assert_early(&world, bid, "2024-01-15");
    let mut committee = committee_formed();
    committee.formed_on = "2024-01-14".to_owned();
    assert_early(&world, committee, "2024-01-15");
    let mut failure = lot_failed(true);
    failure.failed_on = "2024-01-14".to_owned();
    assert_early(&world, failure, "2024-01-15");
    world.given(bid_received("B-1"));
    world.given(bid_received("B-2"));
    world.given(bids_opened());
    let mut evaluation = evaluation_concluded();
    evaluation.concluded_at = instant("2024-02-05", 17);
    assert_early(&world, evaluation, "2024-02-06");
    world.given(evaluation_concluded());
    let mut report = evaluation_report_delivered();
    report.delivered_on = "2024-02-05".to_owned();
    assert_early(&world, report, "2024-02-06");
    let mut winner = winner_determined();
    winner.determined_on = "2024-02-05".to_owned();
    assert_early(&world, winner.clone(), "2024-02-06");
    winner.determined_on = "2024-02-06".to_owned();
    world.given(winner);
    let mut notice = award_notice_issued();
    notice.issued_on = "2024-02-05".to_owned();
    assert_early(&world, notice, "2024-02-06");
    let mut recorded = award_recorded();
    recorded.determined_on = "2024-01-09".to_owned();
    assert_early(&World::with_plan(), recorded, "2024-01-10");
}

fn assert_early(world: &World, payload: impl Into<Payload>, earliest_on: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", earliest_on)]);
}

#[test]
fn documents_end_after_they_begin_and_bids_are_due_after_the_issue() {
    let world = World::with_plan();
    let mut document = procurement_document_issued();
    document.doc_to = "2024-01-14".to_owned();
    assert_early(&world, document, "2024-01-15");
    let mut document = procurement_document_issued();
    document.bid_deadline = instant("2024-01-14", 23);
    assert_early(&world, document.clone(), "2024-01-15");
    document.bid_deadline = instant("2024-01-15", 9);
    world.clone().given(document);
}

#[test]
fn bids_are_opened_at_the_deadline_not_a_second_before() {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    world.given(bid_received("B-1"));
    world.given(bid_received("B-2"));
    let mut opening = bids_opened();
    opening.opened_at.as_mut().expect("an instant").seconds -= 1;
    let figures = [
        ("bid_deadline_us", "1707181200000000"),
        ("opened_at_us", "1707181199000000"),
    ];
    assert_refusal(&world.refused(opening), E003_BAD_TIME, &figures);
    world.given(bids_opened());
}

#[test]
fn exactly_the_bids_in_time_and_not_withdrawn_are_opened() {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    for bid_no in ["B-1", "B-2", "B-3"] {
        world.given(bid_received(bid_no));
    }
    world.given(bid_withdrawn("B-3"));
    let mut late = bid_received("B-4");
    late.received_at = instant("2024-02-06", 10);
    world.given(late);
    assert!(lot(&world).bids["B-4"].is_late);
    let bid = |bid_no: &str| opened_bid(bid_no, SUPPLIER, 1);
    for bid_nos in [
        vec!["B-1"],
        vec!["B-1", "B-2", "B-3"],
        vec!["B-1", "B-2", "B-4"],
        vec!["B-1", "B-2", "B-2"],
        vec!["B-1", "B-9"],
    ] {
        let mut opening = bids_opened();
        opening.bidders = bid_nos.iter().map(|bid_no| bid(bid_no)).collect();
        let refusal = world.refused(opening);
        let figures = [("expected_count", "2"), ("expected_bid_nos", "B-1,B-2")];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    }
    world.given(bids_opened());
    assert_eq!(lot(&world).bidders["B-2"], SUPPLIER_2);
}

#[test]
fn a_bid_after_the_deadline_is_kept_as_late_also_after_opening() {
    let mut world = World::with_opened_lot();
    let mut late = bid_received("B-3");
    late.received_at = instant("2024-02-06", 10);
    world.given(late.clone());
    assert!(lot(&world).bids["B-3"].is_late);
    late.bid_no = "B-4".to_owned();
    late.received_at = instant("2024-02-06", 9);
    let refusal = world.refused(late);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "OPENED")]);
}

#[test]
fn a_bid_is_received_once_and_withdrawn_once_before_the_deadline() {
    let mut world = World::with_plan();
    world.given(procurement_document_issued());
    world.given(bid_received("B-1"));
    let refusal = world.refused(bid_received("B-1"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("case", "KNOWN")]);
    let refusal = world.refused(bid_withdrawn("B-9"));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("bid_no", "B-9")]);
    let mut early = bid_withdrawn("B-1");
    early.withdrawn_at = instant("2024-02-05", 9);
    assert_eq!(world.refused(early).code, E003_BAD_TIME);
    let mut late = bid_withdrawn("B-1");
    late.withdrawn_at = instant("2024-02-06", 10);
    assert_eq!(world.refused(late.clone()).code, E003_BAD_TIME);
    late.withdrawn_at = instant("2024-02-06", 9);
    world.given(late);
    let refusal = world.refused(bid_withdrawn("B-1"));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
}

#[test]
fn only_those_who_bid_are_ranked_and_each_once() {
    let world = World::with_opened_lot();
    let mut evaluation = evaluation_concluded();
    evaluation.ranking.push(ranked_bid(3, SUPPLIER_3, true));
    let refusal = world.refused(evaluation);
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("supplier", SUPPLIER_3)]);
    let mut evaluation = evaluation_concluded();
    evaluation.ranking.push(ranked_bid(3, SUPPLIER, true));
    let refusal = world.refused(evaluation);
    assert_refusal(&refusal, E024_SUM_MISMATCH, &[("supplier", SUPPLIER)]);
}

#[test]
fn the_winner_is_ranked_and_valid_and_the_notice_says_the_award() {
    let mut world = World::with_opened_lot();
    world.given(evaluation_concluded());
    for supplier in [SUPPLIER_2, SUPPLIER_3] {
        let mut winner = winner_determined();
        winner.supplier = supplier.to_owned();
        let refusal = world.refused(winner);
        assert_refusal(&refusal, E001_UNKNOWN_REF, &[("supplier", supplier)]);
    }
    world.given(winner_determined());
    let mut notice = award_notice_issued();
    notice.supplier = SUPPLIER_2.to_owned();
    assert_eq!(world.refused(notice).code, E001_UNKNOWN_REF);
    let mut notice = award_notice_issued();
    notice.award_fen += 1;
    let figures = [("whole_fen", "90000000"), ("sum_fen", "90000001")];
    assert_refusal(&world.refused(notice), E024_SUM_MISMATCH, &figures);
}

#[test]
fn the_award_stays_within_amount_and_ceilings_to_the_fen() {
    // (ceiling of the plan, ceiling of the documents, limit)
    let table = [
        (None, None, PLAN_FEN),
        (Some(95_000_000), None, 95_000_000),
        (None, Some(94_000_000), 94_000_000),
        (Some(95_000_000), Some(96_000_000), 95_000_000),
        (Some(PLAN_FEN * 2), None, PLAN_FEN),
    ];
    for (plan_ceiling, document_ceiling, limit_fen) in table {
        let mut world = World::with_lines();
        let mut plan = plan_filed();
        plan.lots[0].ceiling_fen = plan_ceiling;
        world.given(plan);
        let mut document = procurement_document_issued();
        document.ceiling_fen = document_ceiling;
        world.given(document);
        world.given(bid_received("B-1"));
        world.given(bid_received("B-2"));
        world.given(bids_opened());
        world.given(evaluation_concluded());
        let mut winner = winner_determined();
        winner.award_fen = limit_fen + 1;
        let limit = limit_fen.to_string();
        let refusal = world.refused(winner.clone());
        assert_refusal(&refusal, E012_AWARD_OVER_CEILING, &[("limit_fen", &limit)]);
        winner.award_fen = limit_fen;
        world.given(winner);
    }
    let mut recorded = award_recorded();
    recorded.award_fen = PLAN_FEN + 1;
    let refusal = World::with_plan().refused(recorded);
    assert_eq!(refusal.code, E012_AWARD_OVER_CEILING);
}

#[test]
fn contracts_of_a_lot_sum_to_the_award_at_most() {
    let mut world = World::with_award();
    let contract = |id: &str, amount_fen: i64| {
        let mut contract = contract_signed();
        contract.contract_id = id.to_owned();
        contract.contract_no = id.to_owned();
        contract.amount_fen = amount_fen;
        contract.terms.truncate(1);
        contract.terms[0].amount_fen = amount_fen;
        contract
    };
    world.given(contract("CT-1", AWARD_FEN - 1));
    let refusal = world.refused(contract("CT-2", 2));
    let figures = [("award_fen", "90000000"), ("contracted_fen", "90000001")];
    assert_refusal(&refusal, E013_CONTRACT_OVER_AWARD, &figures);
    world.given(contract("CT-2", 1));
    assert_eq!(lot(&world).contracted_fen, i128::from(AWARD_FEN));
}

#[test]
fn a_final_failure_gives_back_at_once_and_a_retry_holds_until_given_up() {
    let mut world = World::with_opened_lot();
    world.given(lot_failed(false));
    assert_eq!(
        (lot(&world).status, occupied(&world)),
        (LotStatus::Failed, 0)
    );
    let refusal = world.refused(lot_retry_abandoned());
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);

    let mut world = World::with_opened_lot();
    world.given(lot_failed(true));
    assert!(lot(&world).is_held);
    assert_eq!(occupied(&world), i128::from(PLAN_FEN));
    let mut early = lot_retry_abandoned();
    early.on = "2024-02-05".to_owned();
    assert_early(&world, early, "2024-02-06");
    world.given(lot_retry_abandoned());
    assert_eq!(occupied(&world), 0);
    let refusal = world.refused(lot_retry_abandoned());
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    world.given(plan_completed());
    assert_eq!(occupied(&world), 0);
}

#[test]
fn a_retry_begins_no_earlier_than_its_own_start() {
    const RETRY: &str = "01-R1";
    let mut world = World::with_opened_lot();
    world.given(lot_failed(true));
    world.given(v1::ReprocurementStarted {
        lot_no: LOT.to_owned(),
        new_lot_no: RETRY.to_owned(),
        name: "办公电脑(重新采购)".to_owned(),
        amount_fen: PLAN_FEN,
        new_method: ProcurementMethod::OpenTender.into(),
        budget_parts: vec![part(LINE, PLAN_FEN)],
        started_on: "2024-02-20".to_owned(),
        ..Default::default()
    });
    let planned_on = world.of_project::<Lot>(RETRY).planned_on;
    assert_eq!(planned_on.expect("planned").to_string(), "2024-02-20");
    let started = |on: &str| v1::ProcurementStarted {
        start_id: "ST-1".to_owned(),
        lot_nos: vec![RETRY.to_owned()],
        on: on.to_owned(),
    };
    let recorded = |on: &str| v1::AwardRecorded {
        lot_no: RETRY.to_owned(),
        determined_on: on.to_owned(),
        ..award_recorded()
    };
    let issued = |on: &str| v1::ProcurementDocumentIssued {
        doc_id: "DOC-2".to_owned(),
        lot_nos: vec![RETRY.to_owned()],
        issued_on: on.to_owned(),
        doc_from: "2024-02-20".to_owned(),
        doc_to: "2024-02-27".to_owned(),
        bid_deadline: instant("2024-03-12", 9),
        ..procurement_document_issued()
    };
    let publicised = |on: &str| v1::SingleSourcePublicised {
        publicity_id: "SP-1".to_owned(),
        lot_nos: vec![RETRY.to_owned()],
        supplier: SUPPLIER.to_owned(),
        publicised_on: on.to_owned(),
        ..Default::default()
    };
    let acts = |on: &str| -> [Payload; 4] {
        let (started, recorded) = (started(on).into(), recorded(on).into());
        [started, recorded, issued(on).into(), publicised(on).into()]
    };
    for (early, timely) in acts("2024-02-19").into_iter().zip(acts("2024-02-20")) {
        assert_early(&world, early, "2024-02-20");
        world.clone().given(timely);
    }
    // The lot of the plan itself is as old as the plan.
    assert_early(
        &World::with_plan(),
        award_recorded_on("2024-01-09"),
        "2024-01-10",
    );
}

fn award_recorded_on(on: &str) -> v1::AwardRecorded {
    v1::AwardRecorded {
        determined_on: on.to_owned(),
        ..award_recorded()
    }
}

#[test]
fn completion_releases_what_a_failed_lot_still_holds() {
    let mut world = World::with_opened_lot();
    world.given(lot_failed(true));
    world.given(plan_completed());
    assert_eq!(occupied(&world), 0);
    let refusal = world.refused(lot_retry_abandoned());
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "COMPLETED")],
    );
    let project: Project = world.of_project("");
    assert_eq!(project.status, PlanStatus::Completed);
}

#[test]
fn a_failure_states_the_lots_parts() {
    let world = World::with_opened_lot();
    for parts in [
        vec![part(LINE, PLAN_FEN - 1)],
        vec![part(LINE, PLAN_FEN), part("BL-2", 1)],
    ] {
        let mut failure = lot_failed(false);
        failure.budget_parts = parts;
        let refusal = world.refused(failure);
        let figures = [("expected_parts_fen", "BL-1=100000000")];
        assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    }
}

#[test]
fn an_awarded_lot_does_not_fail() {
    let world = World::with_award();
    let refusal = world.refused(lot_failed(false));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "AWARDED")]);
}

#[test]
fn documents_open_all_the_lots_that_they_name() {
    let mut world = World::with_lines();
    let mut plan = plan_filed();
    plan.lots = vec![plan_lot("01", 60_000_000), plan_lot("02", 40_000_000)];
    world.given(plan);
    let mut document = procurement_document_issued();
    document.lot_nos = vec!["01".to_owned(), "02".to_owned(), "03".to_owned()];
    let refusal = world.refused(document.clone());
    assert_refusal(&refusal, E001_UNKNOWN_REF, &[("entity_id", "03")]);
    document.lot_nos.pop();
    world.given(document);
    for lot_no in ["01", "02"] {
        let lot: Lot = world.of_project(lot_no);
        assert_eq!(lot.status, LotStatus::Open);
    }
}
