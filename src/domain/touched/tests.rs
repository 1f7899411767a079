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
        (&[E::RulePackAdopted], "RP rules/hy-site"),
        (&[E::IntentionPublished], "IT PJ-1/IN-1"),
        (
            &[
                E::IntentionRevised,
                E::IntentionWithdrawn,
                E::IntentionExempted,
            ],
            "IT PJ-1/INTENTION-2023-0001",
        ),
        (
            &[
                E::DemandSurveyed,
                E::RequirementDefined,
                E::RequirementReviewed,
            ],
            "RQ PJ-1/REQUIREMENT-2023-0001",
        ),
        (
            &[E::MethodChangeRequested, E::MethodChangeRejected],
            "MC PJ-1/REQUEST-2023-0001",
        ),
        (
            &[E::MethodChangeApproved],
            "MC PJ-1/REQUEST-2023-0001, LT PJ-1/01",
        ),
        (
            &[
                E::ProcurementStarted,
                E::ClarificationIssued,
                E::QualificationReviewed,
                E::AbnormalLowPriceTriggered,
                E::AbnormalLowPriceExplained,
                E::AbnormalLowPriceDecided,
                E::ProcurementTerminated,
                E::ReevaluationOrdered,
            ],
            "LT PJ-1/01",
        ),
        (
            &[E::AwardRevoked],
            "LT PJ-1/01, PJ PJ-1/, BL BL-2023-000001/",
        ),
        (&[E::SingleSourceArgued], "SG PJ-1/ARGUMENT-2023-0001"),
        (
            &[E::SingleSourcePublicised],
            "SG PJ-1/PUBLICITY-2023-0001, SG PJ-1/ARGUMENT-2023-0001, LT PJ-1/01",
        ),
        (
            &[E::SingleSourceReargued],
            "SG PJ-1/PUBLICITY-2023-0001, LT PJ-1/01",
        ),
        (&[E::SingleSourceObjected], "SG PJ-1/PUBLICITY-2023-0001"),
        (
            &[E::ReprocurementStarted],
            "LT PJ-1/01, LT PJ-1/01-R1, PJ PJ-1/",
        ),
        (
            &[E::AgencyFeePaid, E::ExpertFeePaid],
            "FE PJ-1/FEE-2023-0001",
        ),
        (
            &[
                E::ConfirmationRequested,
                E::ContractConfirmed,
                E::FinancingConsentGiven,
            ],
            "RV PJ-1/CONTRACT-2023-0001",
        ),
        (&[E::CreditEvaluated], "CE PJ-1/"),
        (
            &[E::BadConductRecorded, E::CreditRepaired],
            "BN 91430407MA9TE5T12X/RECORD-2023-0001",
        ),
        (
            &[E::InquiryReceived, E::InquiryAnswered],
            "IQ PJ-1/INQUIRY-2023-0001",
        ),
        (
            &[
                E::ChallengeFiled,
                E::ChallengeReceived,
                E::ChallengeRefused,
                E::ChallengeForwarded,
                E::ChallengeReplied,
                E::ChallengeWithdrawn,
            ],
            "CH PJ-1/CHALLENGE-2023-0001, CS PJ-1/",
        ),
        (
            &[
                E::ComplaintReceived,
                E::ComplaintCorrectionRequested,
                E::ComplaintCorrected,
                E::ComplaintReviewed,
                E::ComplaintCopiesSent,
                E::ComplaintResponded,
                E::ComplaintClockPaused,
                E::ComplaintClockResumed,
                E::ComplaintWithdrawn,
                E::ComplaintDecided,
            ],
            "CP PJ-1/COMPLAINT-2023-0001",
        ),
        (
            &[E::ComplaintSuspensionOrdered, E::ComplaintSuspensionLifted],
            "CP PJ-1/COMPLAINT-2023-0001, LT PJ-1/01",
        ),
        (&[E::EmallRulePublished], "ER 430400/RULE-2023-0001"),
        (
            &[E::EmallManagerAppointed],
            "EM 430400/APPOINTMENT-2023-0001",
        ),
        (&[E::EmallUnitActivated], "EU 12430400000099012J/"),
        (
            &[
                E::EmallRfqOpened,
                E::EmallRfqClosed,
                E::EmallRfqFailed,
                E::EmallOrderShipped,
            ],
            "EO EO-2023-000001/",
        ),
        (
            &[
                E::EmallOrderPlaced,
                E::EmallOrderCancelled,
                E::EmallOrderReturned,
            ],
            "EO EO-2023-000001/, CT EO-2023-000001/EO-2023-000001, \
             PJ EO-2023-000001/, BL BL-2023-000001/",
        ),
        (
            &[
                E::EmallOrderConfirmed,
                E::EmallOrderDelivered,
                E::EmallOrderAccepted,
            ],
            "EO EO-2023-000001/, CT EO-2023-000001/EO-2023-000001",
        ),
        (
            &[
                E::EmallObjectionRaised,
                E::EmallObjectionTaken,
                E::EmallObjectionResolved,
                E::EmallObjectionWithdrawn,
            ],
            "OB EO-2023-000001/OBJECTION-2023-0001",
        ),
        (
            &[E::SmallPurchaseRecorded],
            "SM 12430400000099012J/PURCHASE-2023-0001",
        ),
        (&[E::CanteenSpendDeclared], "CN 12430400000099012J/2023"),
        (&[E::FarmPlatformRegistered], "FP 12430400000099012J/P832"),
        (
            &[
                E::FarmReserveDeclared,
                E::FarmPurchaseReported,
                E::FarmPurchaseReversed,
            ],
            "FR 12430400000099012J/2023-P832",
        ),
        (
            &[
                E::FinancingApplied,
                E::FinancingApproved,
                E::FinancingRejected,
                E::FinancingCancelled,
                E::PayeeAccountLocked,
                E::PayeeAccountReleased,
                E::FinancingDisbursed,
                E::FinancingRepaid,
                E::FinancingDefaulted,
            ],
            "FN PJ-1/FINANCING-2023-0001, RV PJ-1/CONTRACT-2023-0001",
        ),
        (
            &[E::BondCollected, E::BondReturned, E::BondForfeited],
            "BD PJ-1/BOND-2023-0001, CT PJ-1/CONTRACT-2023-0001",
        ),
        (
            &[
                E::GuaranteeIssued,
                E::GuaranteeExtended,
                E::GuaranteeReleased,
                E::GuaranteeClaimed,
                E::GuaranteeExpired,
            ],
            "GT PJ-1/GUARANTEE-2023-0001, CT PJ-1/CONTRACT-2023-0001",
        ),
        (
            &[E::CreditEnhancementAccepted],
            "CX PJ-1/ENHANCEMENT-2023-0001",
        ),
        (
            &[E::VenueRegistered, E::VenueSlotOpened],
            "VN VN-430400-01/",
        ),
        (
            &[
                E::VenueRequested,
                E::VenueRequestDenied,
                E::VenueRequestWithdrawn,
            ],
            "VR 430400/REQUEST-2023-0001",
        ),
        (
            &[
                E::VenueAllocated,
                E::VenueReleased,
                E::VenueUsed,
                E::VenueNotUsed,
            ],
            "VN VN-430400-01/, VR 430400/REQUEST-2023-0001",
        ),
        (
            &[
                E::ApprovalItemCatalogued,
                E::ApprovalItemAbolished,
                E::ApprovalItemMerged,
                E::ApprovalItemJustified,
            ],
            "AI 430400/ITEM-CODE-2023-0001",
        ),
        (
            &[
                E::ApprovalRequested,
                E::ApprovalSupplementRequested,
                E::ApprovalSupplemented,
                E::ApprovalDecided,
                E::ApprovalWithdrawn,
            ],
            "AP PJ-1/APPROVAL-2023-0001",
        ),
        (
            &[
                E::SupplierLibraryReported,
                E::SupplierLibraryAbolished,
                E::SupplierLibraryRetained,
            ],
            "LB LB-430400-01/",
        ),
        (
            &[
                E::BarrierClueReceived,
                E::BarrierConfirmed,
                E::BarrierDismissed,
                E::BarrierRectified,
            ],
            "BC LB-430400-01/CLUE-2023-0001",
        ),
        (
            &[E::FairCompetitionReviewed],
            "FC LB-430400-01/REVIEW-2023-0001",
        ),
        (
            &[
                E::InternalControlIssued,
                E::InternalControlFiled,
                E::InternalControlFilingAccepted,
                E::InternalControlFilingReturned,
                E::InternalControlRevised,
                E::InternalControlRepealed,
            ],
            "IC 12430400000099012J/CONTROL-2023-0001",
        ),
        (
            &[
                E::AssessmentPlanIssued,
                E::AssessmentScored,
                E::AssessmentConcluded,
                E::AssessmentRectificationOrdered,
                E::AssessmentRectified,
            ],
            "AS 12430400000099020D/ASSESSMENT-2023-0001",
        ),
        (
            &[
                E::RegionOnboardingStarted,
                E::RegionModuleEnabled,
                E::RegionOnboarded,
                E::RegionModuleSuspended,
            ],
            "ON 430400/",
        ),
        (
            &[E::CampaignTaskDefined, E::CampaignTaskReported],
            "TK 430400/06",
        ),
        (
            &[E::OperatingProcedureIssued],
            "OP 12430400000099012J/PROCEDURE-2023-0001",
        ),
        (
            &[E::IrregularFactRecorded],
            "IF BL-2023-000001/FACT-2023-0001",
        ),
        (&[E::FindingWaived], "WV BL-2023-000001/WAIVER-2023-0001"),
        (&[E::StageLinked], "SL PJ-1/LINK-2023-0001"),
        (&[E::MetricReleased], "MT 430400/RELEASE-2023-0001"),
        (
            &[
                E::FrameworkDrafted,
                E::FrameworkPlanReviewed,
                E::FrameworkSolicited,
                E::FrameworkShortlisted,
                E::FrameworkAgreementSigned,
                E::FrameworkActivated,
                E::FrameworkFiled,
                E::FrameworkSupplementSolicited,
                E::FrameworkSupplierRemoved,
                E::FrameworkOrderPlaced,
                E::FrameworkExpired,
                E::FrameworkTerminated,
            ],
            "FA FA-430400-01/",
        ),
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
