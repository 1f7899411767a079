//! Approvals of a project.

use super::*;
use crate::domain::testkit::PROJECT;
use crate::events::v1::ApprovalResult;
use request::ApprovalStatus;

const APPROVAL: &str = "AP-1";

pub(super) fn requested(item_region: &str) -> v1::ApprovalRequested {
    v1::ApprovalRequested {
        approval_id: APPROVAL.to_owned(),
        item_code: ITEM.to_owned(),
        item_region: item_region.to_owned(),
        requested_on: "2024-02-01".to_owned(),
    }
}

fn papers_requested(on: &str) -> v1::ApprovalSupplementRequested {
    v1::ApprovalSupplementRequested {
        approval_id: APPROVAL.to_owned(),
        what: "论证意见".to_owned(),
        requested_on: on.to_owned(),
    }
}

fn papers_came(on: &str) -> v1::ApprovalSupplemented {
    v1::ApprovalSupplemented {
        approval_id: APPROVAL.to_owned(),
        supplemented_on: on.to_owned(),
    }
}

fn decided(result: ApprovalResult, on: &str) -> v1::ApprovalDecided {
    v1::ApprovalDecided {
        approval_id: APPROVAL.to_owned(),
        result: result.into(),
        reason: String::new(),
        decided_on: on.to_owned(),
    }
}

fn withdrawn(on: &str) -> v1::ApprovalWithdrawn {
    v1::ApprovalWithdrawn {
        approval_id: APPROVAL.to_owned(),
        withdrawn_on: on.to_owned(),
    }
}

/// And a request for approval of 2024-02-01.
fn asked() -> World {
    let mut world = catalogue();
    world.given(requested(REGION));
    world
}

fn approval(world: &World) -> Approval {
    world.of_project(APPROVAL)
}

#[test]
fn approvals_go_where_the_domain_says_and_nowhere_else() {
    use ApprovalStatus::{Absent, Approved, Rejected, Requested, Supplementing, Withdrawn};
    use EventType as E;
    let expected = [
        (Absent, E::ApprovalRequested, Requested),
        (Requested, E::ApprovalSupplementRequested, Supplementing),
        (Supplementing, E::ApprovalSupplemented, Requested),
        (Requested, E::ApprovalDecided, Approved),
        (Requested, E::ApprovalDecided, Rejected),
        (Requested, E::ApprovalWithdrawn, Withdrawn),
        // Who does not bring the papers may still give up.
        (Supplementing, E::ApprovalWithdrawn, Withdrawn),
    ];
    let statuses = [
        Absent,
        Requested,
        Supplementing,
        Approved,
        Rejected,
        Withdrawn,
    ];
    let entity = EntityRef::new(EntityKind::Approval, "4304", PROJECT, APPROVAL);
    assert_machine(
        request::TRANSITIONS,
        &statuses,
        &expected,
        |status, fact| {
            let state = Approval {
                status,
                ..Approval::default()
            };
            request::transition(&state, &entity, fact)
        },
    );
}

#[test]
fn a_request_is_for_an_item_of_the_catalogue_of_its_region() {
    let mut world = catalogue();
    for (region, code) in [(COUNTY, ITEM), ("430100", ITEM), (REGION, OTHER)] {
        let mut request = requested(region);
        request.item_code = code.to_owned();
        let figures = [
            ("entity_kind", "AI"),
            ("entity_owner", region),
            ("entity_id", code),
        ];
        assert_refusal(&world.refused(request), E001_UNKNOWN_REF, &figures);
    }
    // The catalogue is a list of what was approved before.
    let mut early = requested(REGION);
    early.requested_on = "2024-01-04".to_owned();
    world.given(early);
    let approval = approval(&world);
    assert_eq!(
        (approval.item_code.as_str(), approval.item_region.as_str()),
        (ITEM, REGION)
    );
    assert_eq!(told(approval.requested_on), "2024-01-04");
    let refusal = world.refused(requested(REGION));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "REQUESTED")],
    );
}

#[test]
fn nothing_is_decided_or_withdrawn_without_a_request() {
    let world = catalogue();
    let acts: [Payload; 4] = [
        decided(ApprovalResult::Approved, "2024-02-05").into(),
        withdrawn("2024-02-05").into(),
        papers_requested("2024-02-05").into(),
        papers_came("2024-02-05").into(),
    ];
    for act in acts {
        let figures = [("entity_kind", "AP"), ("entity_id", APPROVAL)];
        assert_refusal(&world.refused(act), E001_UNKNOWN_REF, &figures);
    }
}

#[test]
fn each_act_of_an_approval_follows_the_one_before() {
    let approved = |on: &str| decided(ApprovalResult::Approved, on);
    let mut world = asked();
    assert_early(&world, approved("2024-01-31"), "2024-02-01");
    assert_early(&world, withdrawn("2024-01-31"), "2024-02-01");
    assert_early(&world, papers_requested("2024-01-31"), "2024-02-01");
    world.clone().given(approved("2024-02-01"));
    world.given(papers_requested("2024-02-02"));
    assert_early(&world, papers_came("2024-02-01"), "2024-02-02");
    let figures = [("status", "SUPPLEMENTING")];
    let refusal = world.refused(approved("2024-02-03"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    world.clone().given(withdrawn("2024-02-02"));
    world.given(papers_came("2024-02-04"));
    assert_early(&world, approved("2024-02-03"), "2024-02-04");
    assert_early(&world, papers_requested("2024-02-03"), "2024-02-04");
    world.given(approved("2024-02-04"));
}

#[test]
fn an_approval_is_given_refused_or_withdrawn_once() {
    let mut world = asked();
    world.given(papers_requested("2024-02-02"));
    assert_eq!(approval(&world).status, ApprovalStatus::Supplementing);
    let refusal = world.refused(papers_requested("2024-02-03"));
    assert_refusal(
        &refusal,
        E002_ILLEGAL_TRANSITION,
        &[("status", "SUPPLEMENTING")],
    );
    let mut back = world.clone();
    back.given(withdrawn("2024-02-03"));
    assert_eq!(approval(&back).status, ApprovalStatus::Withdrawn);
    assert_eq!(told(approval(&back).withdrawn_on), "2024-02-03");
    world.given(papers_came("2024-02-03"));
    assert_eq!(approval(&world).status, ApprovalStatus::Requested);
    for (result, status) in [
        (ApprovalResult::Approved, ApprovalStatus::Approved),
        (ApprovalResult::Rejected, ApprovalStatus::Rejected),
    ] {
        let mut world = world.clone();
        let at = world.given(decided(result, "2024-02-05"));
        assert_eq!(approval(&world).status, status);
        assert_eq!(told(approval(&world).decided_on), "2024-02-05");
        let refusal = world.refused(decided(result, "2024-02-06"));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
        assert_eq!(
            world.refused(withdrawn("2024-02-06")).code,
            E002_ILLEGAL_TRANSITION
        );
        let void = world.void(at);
        world.append(void).expect("voided");
        assert_eq!(approval(&world).status, ApprovalStatus::Requested);
    }
    let neither = decided(ApprovalResult::Unspecified, "2024-02-05");
    assert_eq!(world.refused(neither).code, E002_ILLEGAL_TRANSITION);
}
