//! What each type touches.

use super::*;
use crate::domain::{
    entity,
    payload::EventType,
    testkit::{LINE, World, part, payload, plan_filed},
};

/// The entities of the kit's fact of a type, as `kind owner/id`, in order.
fn touches_of(event_type: EventType) -> String {
    let payload = payload(event_type);
    let stream = World::new().fact(payload.clone()).stream;
    let name = |entity: &EntityRef| {
        assert_eq!(entity.partition(), stream.partition);
        let code = entity::code(entity.kind);
        format!("{code} {}/{}", entity.owner(), entity.id())
    };
    let names: Vec<String> = touched_by(&stream, &payload).iter().map(name).collect();
    names.join(", ")
}

/// Types, and what each of them touches.
const TABLE: &[(&[EventType], &str)] = {
    use EventType as E;
    &[
        (&[E::SyncBatchReceived], "SB BUDGET_INT/2024-01-02"),
        (&[E::OcdsReleaseImported], "OC ocds-213czf-000-00001/"),
        (&[E::OrganisationRegistered], "OR 114304000000990553/"),
        (
            &[
                E::OrganisationChanged,
                E::OrganisationMerged,
                E::OrganisationClosed,
            ],
            "OR 91430407MA9TE5T12X/",
        ),
        (&[E::RegionRegistered], "RG 430400/"),
        (&[E::SourceSystemRegistered], "SS NEW_SYSTEM/"),
        (&[E::ThresholdProfilePublished], "TH 430400/TH-1"),
        (&[E::HolidayCalendarPublished], "HC calendar/2024"),
        (
            &[
                E::BudgetLineApproved,
                E::BudgetLineAdjusted,
                E::BudgetLineFrozen,
                E::BudgetLineUnfrozen,
                E::BudgetLineClosed,
            ],
            "BL BL-1/",
        ),
        (
            &[
                E::IntentionPublished,
                E::IntentionRevised,
                E::IntentionWithdrawn,
            ],
            "",
        ),
        (
            &[E::PlanFiled, E::PlanRevised],
            "PJ PJ-1/, LT PJ-1/01, BL BL-1/",
        ),
        (&[E::PlanCancelled, E::PlanCompleted], "PJ PJ-1/, BL BL-1/"),
        (&[E::AgencyDelegated], "DG PJ-1/91430405MA9TE5T55E"),
        (
            &[E::LotFailed, E::LotRetryAbandoned],
            "LT PJ-1/01, PJ PJ-1/, BL BL-1/",
        ),
        (
            &[
                E::ProcurementDocumentIssued,
                E::BidReceived,
                E::BidWithdrawn,
                E::BidsOpened,
                E::CommitteeFormed,
                E::EvaluationConcluded,
                E::EvaluationReportDelivered,
                E::WinnerDetermined,
                E::AwardNoticeIssued,
                E::AwardRecorded,
            ],
            "LT PJ-1/01",
        ),
        (&[E::ContractSigned], "CT PJ-1/CT-1, LT PJ-1/01"),
        (&[E::SupplementSigned], "CT PJ-1/CT-1, PJ PJ-1/, BL BL-1/"),
        (
            &[
                E::ContractFiled,
                E::ContractChanged,
                E::ContractSuspended,
                E::ContractResumed,
                E::ContractTerminated,
                E::ContractCompleted,
                E::PerformanceStarted,
                E::GoodsDelivered,
                E::InvoiceReceived,
                E::SettlementConfirmed,
                E::LiquidatedDamagesAssessed,
                E::RectificationCompleted,
            ],
            "CT PJ-1/CT-1",
        ),
        (
            &[E::PaymentRequested, E::PaymentRejected],
            "PY PJ-1/PY-1, CT PJ-1/CT-1, PJ PJ-1/",
        ),
        (&[E::PaymentAccepted], "PY PJ-1/PY-1, CT PJ-1/CT-1"),
        (
            &[E::PaymentExecuted, E::PaymentReturned],
            "PY PJ-1/PY-1, CT PJ-1/CT-1, PJ PJ-1/, BL BL-1/",
        ),
        (
            &[
                E::AcceptanceRequested,
                E::AcceptanceTeamFormed,
                E::AcceptanceConcluded,
                E::AcceptanceMaterialUploaded,
            ],
            "AC PJ-1/AC-1, CT PJ-1/CT-1",
        ),
        (&[E::NoticePublished], "NO PJ-1/NO-1"),
    ]
};

#[test]
fn each_type_touches_what_the_table_says() {
    let mut told = 0;
    for (types, expected) in TABLE {
        for event_type in *types {
            told += 1;
            assert_eq!(&touches_of(*event_type), expected, "{event_type:?}");
        }
    }
    assert_eq!(told + 2, EventType::ALL.len());
}

#[test]
fn names_each_entity_once_and_nothing_for_no_payload() {
    let mut plan = plan_filed();
    plan.budget_parts.push(part(LINE, 0));
    let stream = World::new().fact(plan.clone()).stream;
    assert_eq!(touched_by(&stream, &plan.into()).len(), 3);
    assert!(touched(&stream, &v1::EventPayload::default()).is_empty());
}

#[test]
fn entity_names_come_back_from_their_text() {
    let entity = EntityRef::new(EntityKind::Lot, "4304", "PJ-1", "01");
    assert_eq!(entity.to_string(), "LT/4304/PJ-1/01");
    assert_eq!(entity::parse(&entity.to_string()), Some(entity));
    for bad in ["", "LT", "LT/4304/PJ-1", "XX/4304/PJ-1/01"] {
        assert_eq!(entity::parse(bad), None, "{bad}");
    }
}
