//! Single sources: argued, made public, objected to, argued again.

use super::*;
use crate::domain::{
    lot::{Lot, LotStatus},
    testkit::{
        LOT, PLAN_FEN, SUPPLIER, SUPPLIER_2, World, assert_machine, assert_refusal, plan_cancelled,
        plan_filed, plan_lot, procurement_document_issued, regulator_registered,
    },
};
use crate::events::v1::{EntityKind, MethodGround, ProcurementMethod};
use Code::{E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME};

const ARGUMENT: &str = "SA-1";
const PUBLICITY: &str = "SP-1";
const UPHELD: ReargumentResult = ReargumentResult::ObjectionUpheld;
const REJECTED: ReargumentResult = ReargumentResult::ObjectionRejected;

fn argued(on: &str) -> v1::SingleSourceArgued {
    v1::SingleSourceArgued {
        argument_id: ARGUMENT.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        supplier: SUPPLIER.to_owned(),
        expert_nos: vec!["M-1".to_owned(), "M-2".to_owned(), "M-3".to_owned()],
        unique_reason: "专利".to_owned(),
        argued_on: on.to_owned(),
    }
}

fn publicised(on: &str) -> v1::SingleSourcePublicised {
    v1::SingleSourcePublicised {
        publicity_id: PUBLICITY.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        supplier: SUPPLIER.to_owned(),
        argument_id: ARGUMENT.to_owned(),
        from: "2024-01-12".to_owned(),
        to: "2024-01-19".to_owned(),
        channel: "CCGP_HY".to_owned(),
        publicised_on: on.to_owned(),
    }
}

fn objected(objection_no: &str, on: &str) -> v1::SingleSourceObjected {
    v1::SingleSourceObjected {
        publicity_id: PUBLICITY.to_owned(),
        objection_no: objection_no.to_owned(),
        objector: SUPPLIER_2.to_owned(),
        content: "市场上另有供应商".to_owned(),
        objected_on: on.to_owned(),
    }
}

fn reargued(result: ReargumentResult, on: &str) -> v1::SingleSourceReargued {
    v1::SingleSourceReargued {
        publicity_id: PUBLICITY.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        result: result.into(),
        reargued_on: on.to_owned(),
    }
}

/// A plan of two lots, the first of them argued on 2024-01-11.
fn world() -> World {
    let mut world = World::with_lines();
    let lots = [LOT, "02"].map(|lot_no| plan_lot(lot_no, PLAN_FEN / 2));
    world.given(v1::PlanFiled {
        lots: lots.into(),
        ..plan_filed()
    });
    world.given(argued("2024-01-11"));
    world
}

/// And made public on 2024-01-12.
fn public() -> World {
    let mut world = world();
    world.given(publicised("2024-01-12"));
    world
}

fn source(world: &World, id: &str) -> SingleSource {
    world.of_project(id)
}

fn assert_stands(world: &World, status: SingleSourceStatus, lot: LotStatus) {
    assert_eq!(source(world, PUBLICITY).status, status);
    assert_eq!(world.of_project::<Lot>(LOT).status, lot);
}

/// E002, where the object stands.
fn assert_status(world: &World, payload: impl Into<Payload>, status: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", status)]);
}

/// E003, the earliest day that is right.
fn assert_early(world: &World, payload: impl Into<Payload>, earliest: &str) {
    let refusal = world.refused(payload);
    assert_refusal(&refusal, E003_BAD_TIME, &[("earliest_on", earliest)]);
}

#[test]
fn goes_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use SingleSourceStatus::{Absent, Argued, Objected, Publicised, Rejected, Upheld};
    let expected = [
        (Absent, E::SingleSourceArgued, Argued),
        (Absent, E::SingleSourcePublicised, Publicised),
        (Argued, E::SingleSourcePublicised, Argued),
        (Publicised, E::SingleSourceObjected, Objected),
        (Objected, E::SingleSourceObjected, Objected),
        (Objected, E::SingleSourceReargued, Upheld),
        (Objected, E::SingleSourceReargued, Rejected),
        (Rejected, E::SingleSourceObjected, Objected),
    ];
    let statuses = [Absent, Argued, Publicised, Objected, Rejected, Upheld];
    let entity = EntityRef::new(EntityKind::SingleSource, "4304", "PJ-1", PUBLICITY);
    assert_machine(TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = SingleSource {
            status,
            ..SingleSource::default()
        };
        transition(&state, &entity, fact)
    });
}

#[test]
fn stands_after_a_rejected_objection_and_falls_with_an_upheld_one() {
    use SingleSourceStatus::{Objected, Publicised, Rejected, Upheld};
    let mut world = public();
    assert_stands(&world, Publicised, LotStatus::Publicised);
    world.given(objected("O-1", "2024-01-15"));
    assert_stands(&world, Objected, LotStatus::Publicised);
    world.given(reargued(REJECTED, "2024-01-16"));
    assert_stands(&world, Rejected, LotStatus::Publicised);
    world.given(objected("O-2", "2024-01-17"));
    world.given(objected("O-3", "2024-01-18"));
    let upholding = world.given(reargued(UPHELD, "2024-01-22"));
    assert_stands(&world, Upheld, LotStatus::Planned);
    assert_status(&world, objected("O-4", "2024-01-23"), "UPHELD");
    let void = world.void(upholding);
    world.append(void).expect("voided");
    assert_stands(&world, Objected, LotStatus::Publicised);
}

#[test]
fn keeps_what_was_argued_and_what_was_made_public() {
    let mut world = public();
    world.given(objected("O-1", "2024-01-15"));
    world.given(reargued(REJECTED, "2024-01-22"));
    let argument = source(&world, ARGUMENT);
    assert_eq!(argument.status, SingleSourceStatus::Argued);
    assert_eq!(argument.argued_on, day("2024-01-11"));
    let publicity = source(&world, PUBLICITY);
    assert_eq!(
        (publicity.supplier.as_str(), publicity.argument_id.as_str()),
        (SUPPLIER, ARGUMENT)
    );
    assert_eq!(publicity.lots, [LOT.to_owned()].into());
    assert_eq!(publicity.objections, ["O-1".to_owned()].into());
    assert_eq!(
        (publicity.publicised_on, publicity.publicised_to),
        (day("2024-01-12"), day("2024-01-19"))
    );
    assert_eq!(
        (publicity.objected_on, publicity.reargued_on),
        (day("2024-01-15"), day("2024-01-22"))
    );
}

#[test]
fn each_is_told_once() {
    let mut world = public();
    assert_status(&world, argued("2024-01-12"), "ARGUED");
    assert_status(&world, publicised("2024-01-13"), "PUBLICISED");
    let mut second = publicised("2024-01-13");
    second.publicity_id = "SP-2".to_owned();
    let refusal = world.refused(second);
    let figures = [("entity", "LT/4304/PJ-1/01"), ("status", "PUBLICISED")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(objected("O-1", "2024-01-15"));
    let refusal = world.refused(objected("O-1", "2024-01-16"));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("objection_no", "O-1")],
    );
}

#[test]
fn no_amendment_parts_publicity_from_its_argument() {
    let mut world = World::with_lines();
    let lots = [LOT, "02"].map(|lot_no| plan_lot(lot_no, PLAN_FEN / 2));
    world.given(v1::PlanFiled {
        lots: lots.into(),
        ..plan_filed()
    });
    let at = world.given(argued("2024-01-11"));
    let mut itself = publicised("2024-01-12");
    ARGUMENT.clone_into(&mut itself.publicity_id);
    assert_status(&world, itself, "ARGUED");
    world.given(publicised("2024-01-12"));
    let rests = &source(&world, ARGUMENT).publicities[PUBLICITY];
    assert_eq!(*rests, (SUPPLIER.to_owned(), [LOT.to_owned()].into()));
    let refusal = world.refused_fact(&world.void(at));
    assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    let mut other = argued("2024-01-11");
    SUPPLIER_2.clone_into(&mut other.supplier);
    let figures = [("supplier", SUPPLIER), ("publicity_id", PUBLICITY)];
    let refusal = world.refused_fact(&world.correction(at, other));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut elsewhere = argued("2024-01-11");
    elsewhere.lot_nos = vec!["02".to_owned()];
    let figures = [("lot_no", LOT), ("argument_id", ARGUMENT)];
    let refusal = world.refused_fact(&world.correction(at, elsewhere));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut wider = argued("2024-01-11");
    wider.lot_nos.push("02".to_owned());
    let wider = world.correction(at, wider);
    world.append(wider).expect("what was publicised is argued");
}

#[test]
fn experts_argue_about_known_lots_even_dated_before_the_filing() {
    let mut world = world();
    let other = |lot_no: &str| v1::SingleSourceArgued {
        argument_id: "SA-2".to_owned(),
        lot_nos: vec![lot_no.to_owned()],
        ..argued("2024-01-09")
    };
    let figures = [("entity_kind", "LT"), ("entity_id", "09")];
    assert_refusal(&world.refused(other("09")), E001_UNKNOWN_REF, &figures);
    world.given(other("02"));
    assert_eq!(source(&world, "SA-2").argued_on, day("2024-01-09"));
}

#[test]
fn publicity_is_of_a_plan_in_force_and_of_known_lots() {
    let mut world = world();
    let bare = |on: &str, lot_no: &str| v1::SingleSourcePublicised {
        argument_id: String::new(),
        lot_nos: vec![lot_no.to_owned()],
        ..publicised(on)
    };
    let refusal = world.refused(bare("2024-01-12", "09"));
    let figures = [("entity_kind", "LT"), ("entity_id", "09")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    assert_early(&world, bare("2024-01-09", LOT), "2024-01-10");
    world.clone().given(bare("2024-01-10", LOT));
    world.given(plan_cancelled());
    assert_status(&world, bare("2024-12-21", LOT), "CANCELLED");
}

#[test]
fn publicity_rests_on_its_argument() {
    let mut world = world();
    let mut unknown = publicised("2024-01-12");
    unknown.argument_id = "SA-9".to_owned();
    let figures = [("argument_id", "SA-9")];
    assert_refusal(&world.refused(unknown), E001_UNKNOWN_REF, &figures);
    let mut other = publicised("2024-01-12");
    other.supplier = SUPPLIER_2.to_owned();
    let figures = [("supplier", SUPPLIER_2), ("argument_id", ARGUMENT)];
    assert_refusal(&world.refused(other), E001_UNKNOWN_REF, &figures);
    let mut more = publicised("2024-01-12");
    more.lot_nos.push("02".to_owned());
    let figures = [("lot_no", "02"), ("argument_id", ARGUMENT)];
    assert_refusal(&world.refused(more), E001_UNKNOWN_REF, &figures);
    world.given(publicised("2024-01-12"));
    let mut on_publicity = publicised("2024-01-13");
    on_publicity.publicity_id = "SP-2".to_owned();
    on_publicity.argument_id = PUBLICITY.to_owned();
    let figures = [("argument_id", PUBLICITY)];
    assert_refusal(&world.refused(on_publicity), E001_UNKNOWN_REF, &figures);
}

#[test]
fn publicity_follows_its_argument_and_ends_after_it_begins() {
    let world = world();
    assert_early(&world, publicised("2024-01-10"), "2024-01-11");
    let mut short = publicised("2024-01-11");
    short.to = "2024-01-11".to_owned();
    let figures = [("earliest_on", "2024-01-12"), ("legal_on", "2024-01-11")];
    assert_refusal(&world.refused(short.clone()), E003_BAD_TIME, &figures);
    short.to = "2024-01-12".to_owned();
    world.clone().given(short);
}

#[test]
fn objections_are_to_a_publicity_and_not_before_it() {
    let world = world();
    let refusal = world.refused(objected("O-1", "2024-01-12"));
    let figures = [("entity_kind", "SG"), ("entity_id", PUBLICITY)];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    let mut to_argument = objected("O-1", "2024-01-12");
    to_argument.publicity_id = ARGUMENT.to_owned();
    assert_status(&world, to_argument, "ARGUED");
    let mut world = public();
    assert_early(&world, objected("O-1", "2024-01-11"), "2024-01-12");
    world.given(objected("O-1", "2024-01-12"));
    world.given(reargued(REJECTED, "2024-01-22"));
    assert_early(&world, objected("O-2", "2024-01-21"), "2024-01-22");
    world.given(objected("O-2", "2024-01-22"));
}

#[test]
fn arguing_again_answers_an_objection_about_the_same_lots() {
    let mut world = public();
    assert_status(&world, reargued(REJECTED, "2024-01-22"), "PUBLICISED");
    world.given(objected("O-1", "2024-01-15"));
    assert_early(&world, reargued(UPHELD, "2024-01-14"), "2024-01-15");
    let mut other = reargued(UPHELD, "2024-01-15");
    other.lot_nos.push("02".to_owned());
    let figures = [("expected_lot_nos", "01"), ("given_lot_nos", "01,02")];
    assert_refusal(&world.refused(other), E001_UNKNOWN_REF, &figures);
    world.given(reargued(UPHELD, "2024-01-15"));
}

#[test]
fn documents_follow_the_approval_of_the_single_source() {
    let mut world = public();
    world.given(regulator_registered());
    let refusal = world.refused(procurement_document_issued());
    let figures = [("method", "PROCUREMENT_METHOD_OPEN_TENDER")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.given(v1::MethodChangeRequested {
        request_id: "MC-1".to_owned(),
        lot_nos: vec![LOT.to_owned()],
        to_method: ProcurementMethod::SingleSource.into(),
        method_ground: MethodGround::SingleUniqueSupplier.into(),
        reason: "专利".to_owned(),
        requested_on: "2024-01-12".to_owned(),
    });
    world.given(v1::MethodChangeApproved {
        request_id: "MC-1".to_owned(),
        lot_nos: vec![LOT.to_owned()],
        to_method: ProcurementMethod::SingleSource.into(),
        doc_no: "衡财购批〔2024〕2号".to_owned(),
        decided_on: "2024-01-15".to_owned(),
    });
    world.given(procurement_document_issued());
    assert_stands(&world, SingleSourceStatus::Publicised, LotStatus::Open);
}
