//! Roles, scopes and jurisdictions.

use super::*;
use crate::domain::{
    payload::payload_of,
    testkit::{
        AGENCY, ALL_ROLES, COUNTY, COUNTY_REGULATOR, PROJECT, REGION, REGULATOR, SUPPLIER,
        SUPPLIER_2, UNIT_2, World, agency_delegated, assert_refusal, award_recorded, by,
        contract_signed, goods_delivered, notice_published, ocds_release_imported, on_stream,
        organisation_closed, organisation_registered,
        oversight::{venue_request_withdrawn, venue_requested},
        payload, plan_filed, procurement_document_issued, region_registered, regulator_registered,
        sync_batch_received, threshold_profile_published,
    },
};
use crate::events::v1::{self, OrganisationKind};
use Code::{E020_FORBIDDEN_ROLE, E026_WRONG_JURISDICTION};

/// Domain.md 5, by roles as they are written there: each type with those who may append it.
const TABLE: &[(&[ActorRole], &[EventType])] = {
    use ActorRole as R;
    use EventType as E;
    &[
        (
            &[R::Regulator],
            &[
                E::OrganisationRegistered,
                E::OrganisationChanged,
                E::OrganisationMerged,
                E::OrganisationClosed,
                E::RegionRegistered,
                E::SourceSystemRegistered,
                E::ThresholdProfilePublished,
                E::HolidayCalendarPublished,
            ],
        ),
        (
            &[R::BudgetSys],
            &[
                E::BudgetLineApproved,
                E::BudgetLineAdjusted,
                E::BudgetLineFrozen,
                E::BudgetLineUnfrozen,
                E::BudgetLineClosed,
            ],
        ),
        (
            &[R::Purchaser, R::Agency],
            &[
                E::IntentionPublished,
                E::IntentionRevised,
                E::IntentionWithdrawn,
                E::IntentionExempted,
                E::RequirementDefined,
                E::RequirementReviewed,
                E::SmallPurchaseRecorded,
                E::PlanFiled,
                E::PlanRevised,
                E::PlanCancelled,
                E::ContractSigned,
                E::SupplementSigned,
                E::ContractFiled,
                E::ContractSuspended,
                E::ContractResumed,
                E::AcceptanceRequested,
                E::AcceptanceTeamFormed,
                E::AcceptanceConcluded,
                E::AcceptanceMaterialUploaded,
            ],
        ),
        (
            &[R::Purchaser],
            &[
                E::PlanCompleted,
                E::LotRetryAbandoned,
                E::AwardRecorded,
                E::AgencyDelegated,
                E::ContractChanged,
                E::ContractTerminated,
                E::ContractCompleted,
                E::PerformanceStarted,
                E::SettlementConfirmed,
                E::LiquidatedDamagesAssessed,
                E::RectificationCompleted,
            ],
        ),
        (
            &[R::Purchaser, R::Supplier],
            &[E::GoodsDelivered, E::InvoiceReceived],
        ),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency, R::TradeSys],
            &[
                E::ProcurementDocumentIssued,
                E::EvaluationReportDelivered,
                E::LotFailed,
                E::AwardNoticeIssued,
                E::NoticePublished,
            ],
        ),
        (
            &[R::TradeSys],
            &[
                E::BidReceived,
                E::BidWithdrawn,
                E::BidsOpened,
                E::CommitteeFormed,
                E::EvaluationConcluded,
            ],
        ),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency],
            &[E::WinnerDetermined],
        ),
        (&[R::Purchaser, R::TreasurySys], &[E::PaymentRequested]),
        (
            &[R::TreasurySys],
            &[
                E::PaymentAccepted,
                E::PaymentRejected,
                E::PaymentExecuted,
                E::PaymentReturned,
            ],
        ),
        (
            &[R::Regulator],
            &[
                E::RulePackAdopted,
                E::MethodChangeApproved,
                E::MethodChangeRejected,
                E::BadConductRecorded,
                E::CreditRepaired,
                E::ComplaintCorrectionRequested,
                E::ComplaintReviewed,
                E::ComplaintCopiesSent,
                E::ComplaintSuspensionOrdered,
                E::ComplaintSuspensionLifted,
                E::ComplaintClockPaused,
                E::ComplaintClockResumed,
                E::ComplaintDecided,
                E::ApprovalSupplementRequested,
                E::ApprovalDecided,
                E::ApprovalItemCatalogued,
                E::ApprovalItemAbolished,
                E::ApprovalItemMerged,
                E::ApprovalItemJustified,
                E::BarrierConfirmed,
                E::BarrierDismissed,
                E::InternalControlFilingAccepted,
                E::InternalControlFilingReturned,
                E::AssessmentPlanIssued,
                E::AssessmentScored,
                E::AssessmentConcluded,
                E::AssessmentRectificationOrdered,
                E::RegionOnboardingStarted,
                E::RegionModuleEnabled,
                E::RegionOnboarded,
                E::RegionModuleSuspended,
                E::CampaignTaskDefined,
                E::IrregularFactRecorded,
                E::FindingWaived,
                E::MetricReleased,
                E::FrameworkPlanReviewed,
            ],
        ),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency],
            &[
                E::DemandSurveyed,
                E::MethodChangeRequested,
                E::QualificationReviewed,
                E::ProcurementTerminated,
                E::ReevaluationOrdered,
                E::AwardRevoked,
                E::SingleSourceArgued,
                E::SingleSourcePublicised,
                E::SingleSourceObjected,
                E::SingleSourceReargued,
                E::ReprocurementStarted,
                E::ApprovalRequested,
                E::ApprovalSupplemented,
                E::ApprovalWithdrawn,
                E::ChallengeRefused,
                E::ChallengeForwarded,
                E::BondCollected,
                E::BondReturned,
                E::BondForfeited,
                E::FrameworkDrafted,
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
                E::InquiryAnswered,
                E::ChallengeReceived,
                E::ChallengeReplied,
                E::VenueRequested,
                E::VenueRequestWithdrawn,
            ],
        ),
        (
            &[R::Purchaser, R::Agency],
            &[
                E::ProcurementStarted,
                E::AgencyFeePaid,
                E::ExpertFeePaid,
                E::CreditEnhancementAccepted,
                E::InternalControlIssued,
                E::InternalControlFiled,
                E::InternalControlRevised,
                E::InternalControlRepealed,
                E::BarrierRectified,
                E::FairCompetitionReviewed,
            ],
        ),
        (
            &[R::Purchaser, R::Agency, R::Regulator],
            &[
                E::SupplierLibraryReported,
                E::SupplierLibraryAbolished,
                E::SupplierLibraryRetained,
            ],
        ),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency, R::TradeSys],
            &[E::ClarificationIssued],
        ),
        (
            &[R::TradeSys],
            &[
                E::AbnormalLowPriceTriggered,
                E::AbnormalLowPriceExplained,
                E::AbnormalLowPriceDecided,
            ],
        ),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency, R::Supplier],
            &[E::InquiryReceived, E::CreditEvaluated],
        ),
        (
            &[R::Supplier],
            &[
                E::ChallengeFiled,
                E::ChallengeWithdrawn,
                E::ComplaintCorrected,
                E::ComplaintWithdrawn,
                E::FinancingConsentGiven,
            ],
        ),
        (&[R::Regulator, R::Supplier], &[E::ComplaintReceived]),
        (
            &[R::Supplier, R::Purchaser, R::Agency],
            &[E::ComplaintResponded],
        ),
        (
            &[R::Supplier, R::Bank],
            &[
                E::ConfirmationRequested,
                E::FinancingApplied,
                E::FinancingCancelled,
            ],
        ),
        (
            &[R::Bank],
            &[
                E::FinancingApproved,
                E::FinancingRejected,
                E::PayeeAccountLocked,
                E::PayeeAccountReleased,
                E::FinancingDisbursed,
                E::FinancingRepaid,
                E::FinancingDefaulted,
            ],
        ),
        (
            &[R::Guarantor, R::Bank],
            &[
                E::GuaranteeIssued,
                E::GuaranteeExtended,
                E::GuaranteeExpired,
            ],
        ),
        (
            &[R::Guarantor, R::Bank, R::Purchaser],
            &[E::GuaranteeReleased, E::GuaranteeClaimed],
        ),
        (
            &[R::Regulator, R::EmallSys],
            &[
                E::EmallRulePublished,
                E::EmallManagerAppointed,
                E::EmallObjectionTaken,
                E::EmallObjectionResolved,
            ],
        ),
        (
            &[R::EmallSys],
            &[
                E::EmallUnitActivated,
                E::EmallRfqOpened,
                E::EmallRfqClosed,
                E::EmallRfqFailed,
                E::EmallOrderPlaced,
                E::EmallOrderConfirmed,
                E::EmallOrderShipped,
                E::EmallOrderDelivered,
                E::EmallOrderAccepted,
                E::EmallOrderCancelled,
                E::EmallOrderReturned,
                E::EmallObjectionRaised,
                E::EmallObjectionWithdrawn,
            ],
        ),
        (
            &[R::Purchaser],
            &[E::ContractConfirmed, E::CanteenSpendDeclared],
        ),
        (
            &[R::FarmSys],
            &[
                E::FarmPlatformRegistered,
                E::FarmReserveDeclared,
                E::FarmPurchaseReported,
                E::FarmPurchaseReversed,
            ],
        ),
        (
            &[R::Venue, R::TradeSys],
            &[
                E::VenueRegistered,
                E::VenueSlotOpened,
                E::VenueAllocated,
                E::VenueRequestDenied,
                E::VenueReleased,
                E::VenueUsed,
                E::VenueNotUsed,
            ],
        ),
        (&[R::CentralAgency, R::Regulator], &[E::AssessmentRectified]),
        (
            &[R::Purchaser, R::Agency, R::CentralAgency, R::Regulator],
            &[E::OperatingProcedureIssued],
        ),
        (
            &[
                R::Purchaser,
                R::Agency,
                R::CentralAgency,
                R::Regulator,
                R::Venue,
                R::Bank,
            ],
            &[E::CampaignTaskReported],
        ),
    ]
};

#[test]
fn every_type_is_appended_by_whom_the_table_says_and_nobody_else() {
    let world = World::new();
    let mut told = 0;
    for (roles, types) in TABLE {
        for event_type in *types {
            told += 1;
            let rights: Vec<ActorRole> = rights(*event_type).iter().map(|right| right.0).collect();
            assert_eq!(&rights, roles, "{event_type:?}");
            for role in ALL_ROLES.iter().filter(|role| !roles.contains(role)) {
                let fact = by(world.fact(payload(*event_type)), *role, REGULATOR);
                let refusal = world.refused_fact(&fact);
                assert_eq!(refusal.code, E020_FORBIDDEN_ROLE, "{event_type:?} {role:?}");
            }
        }
    }
    // Corrections and voids follow their original; batches, releases, links of stages and clues of
    // barriers are anybody's who writes.
    assert_eq!(told + 6, EventType::ALL.len());
}

#[test]
fn writing_roles_alone_report_batches_and_releases() {
    let world = World::new();
    for role in ALL_ROLES {
        let is_writer = WRITERS.contains(&role);
        for fact in [
            world.fact(sync_batch_received()),
            world.fact(ocds_release_imported()),
        ] {
            let answer = world.decide(&by(fact, role, REGULATOR));
            assert_eq!(answer.is_ok(), is_writer, "{role:?}");
        }
    }
    // Links and clues may fail their gates; who sends them is no reason for those who write. Clues
    // the public reports too.
    for role in ALL_ROLES {
        let is_writer = WRITERS.contains(&role);
        for (event_type, is_open) in [
            (EventType::StageLinked, is_writer),
            (
                EventType::BarrierClueReceived,
                is_writer || role == ActorRole::Public,
            ),
        ] {
            let answer = world.decide(&by(world.fact(payload(event_type)), role, REGULATOR));
            let is_refused = answer.is_err_and(|refusal| refusal.code == E020_FORBIDDEN_ROLE);
            assert_eq!(is_refused, !is_open, "{event_type:?} {role:?}");
        }
    }
    let mut batch = world.fact(sync_batch_received());
    batch.event.source_system = "GP_MGMT".to_owned();
    let refusal = world.refused_fact(&batch);
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("system", "BUDGET_INT")]);
}

#[test]
fn a_purchaser_acts_for_its_own_unit() {
    let world = World::with_plan();
    for attempt in [
        world.fact(procurement_document_issued()),
        world.fact(award_recorded()),
        world.fact(notice_published("NO-1")),
        world.fact(plan_filed()),
    ] {
        let refusal = world.refused_fact(&by(attempt, ActorRole::Purchaser, UNIT_2));
        assert_eq!(refusal.code, E020_FORBIDDEN_ROLE);
    }
    // Before a plan is filed nobody's unit is known.
    let notice = by(
        world.fact(notice_published("NO-1")),
        ActorRole::Purchaser,
        UNIT_2,
    );
    World::with_lines().decide(&notice).expect("no plan yet");
}

#[test]
fn a_supplier_delivers_on_its_own_contract() {
    let mut world = World::with_award();
    world.given(contract_signed());
    let delivery = world.fact(goods_delivered());
    let other = by(delivery.clone(), ActorRole::Supplier, SUPPLIER_2);
    let refusal = world.refused_fact(&other);
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("supplier", SUPPLIER)]);
    let own = by(delivery, ActorRole::Supplier, SUPPLIER);
    world.decide(&own).expect("its own contract");
}

#[test]
fn decisions_and_penalties_are_published_by_the_regulator_and_results_not_by_platforms() {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    let notice = |notice_type: NoticeType| {
        let mut notice = notice_published("NO-1");
        notice.notice_type = notice_type.into();
        notice.content = None;
        world.fact(notice)
    };
    for notice_type in [
        NoticeType::AssessmentResult,
        NoticeType::ComplaintDecision,
        NoticeType::Penalty,
    ] {
        let fact = notice(notice_type);
        assert_eq!(world.refused_fact(&fact).code, E020_FORBIDDEN_ROLE);
        let fact = by(fact, ActorRole::Regulator, REGULATOR);
        world.decide(&fact).expect("the regulator publishes it");
    }
    let fact = by(notice(NoticeType::Tender), ActorRole::TradeSys, REGULATOR);
    world.decide(&fact).expect("platforms relay");
    let fact = by(
        notice(NoticeType::AwardResult),
        ActorRole::TradeSys,
        REGULATOR,
    );
    assert_eq!(world.refused_fact(&fact).code, E020_FORBIDDEN_ROLE);
}

#[test]
fn a_regulator_supervises_its_own_level_once_it_is_registered() {
    let mut world = World::new();
    let refusal = world.refused(region_registered());
    let figures = [("actor_org", REGULATOR), ("supervised_region", "")];
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    world.given(regulator_registered());
    world
        .decide(&world.fact(region_registered()))
        .expect("own level");
    // A county is its own bureau's.
    let mut of_county = threshold_profile_published();
    of_county.region = COUNTY.to_owned();
    let mut fact = world.fact(of_county);
    fact.event.region_code = COUNTY.to_owned();
    let refusal = world.refused_fact(&fact);
    assert_refusal(
        &refusal,
        E026_WRONG_JURISDICTION,
        &[("supervised_region", REGION), ("region_code", COUNTY)],
    );
    let kind = OrganisationKind::FinanceRegulator;
    let registered = organisation_registered(COUNTY_REGULATOR, kind, COUNTY);
    let mut own = by(
        world.fact(registered),
        ActorRole::Regulator,
        COUNTY_REGULATOR,
    );
    own.event.region_code = COUNTY.to_owned();
    world.append(own).expect("it registers itself");
    let fact = by(fact, ActorRole::Regulator, COUNTY_REGULATOR);
    world.decide(&fact).expect("its own level");
}

#[test]
fn nobody_else_is_a_regulator() {
    let mut world = World::new();
    world.given(regulator_registered());
    let registration = |uscc: &str, kind| world.fact(organisation_registered(uscc, kind, REGION));
    let as_regulator = |fact: Fact, uscc| by(fact, ActorRole::Regulator, uscc);
    // Not by registering itself as something else, not by being registered as something else.
    let own = registration(SUPPLIER, OrganisationKind::Supplier);
    let refusal = world.refused_fact(&as_regulator(own.clone(), SUPPLIER));
    assert_eq!(refusal.code, E026_WRONG_JURISDICTION);
    let mut with_supplier = world.clone();
    with_supplier
        .append(own)
        .expect("the regulator registers it");
    let other = registration(SUPPLIER_2, OrganisationKind::Supplier);
    let refusal = with_supplier.refused_fact(&as_regulator(other, SUPPLIER));
    assert_eq!(refusal.code, E026_WRONG_JURISDICTION);
    // Not after it closed.
    let mut closed = world.clone();
    closed.given(organisation_closed(REGULATOR));
    let refusal = closed.refused(region_registered());
    assert_eq!(refusal.code, E026_WRONG_JURISDICTION);
}

#[test]
fn a_budget_units_region_is_the_facts_and_a_suppliers_is_where_it_is() {
    let mut world = World::new();
    world.given(regulator_registered());
    let registration =
        |kind, region: &str| world.fact(organisation_registered(SUPPLIER_2, kind, region));
    let unit = registration(OrganisationKind::BudgetUnit, COUNTY);
    let refusal = world.refused_fact(&unit);
    let figures = [("supervised_region", COUNTY)];
    assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
    let supplier = registration(OrganisationKind::Supplier, "430100");
    world
        .decide(&supplier)
        .expect("suppliers come from anywhere");
}

#[test]
fn an_unregistered_organisation_may_act_in_any_other_role() {
    let world = World::with_plan();
    let fact = world.fact(notice_published("NO-1"));
    assert!(payload_of(&fact.event).is_some());
    world.decide(&fact).expect("a finding later, no refusal");
    let unknown: v1::ActorRole = ActorRole::Unspecified;
    let fact = by(fact, unknown, REGULATOR);
    assert_eq!(world.refused_fact(&fact).code, E020_FORBIDDEN_ROLE);
}

#[test]
fn what_stands_in_a_regions_stream_is_that_regions_but_for_its_registration() {
    let mut world = World::new();
    world.given(regulator_registered());
    let figures = [("region_code", REGION), ("supervised_region", COUNTY)];
    let types = EventType::ALL.iter().filter(|event_type| {
        let rights = rights(**event_type).iter();
        let is_regulators = rights.clone().any(|right| *right == super::REGULATOR);
        is_regulators && **event_type != EventType::RegionRegistered
    });
    let mut tested = 0;
    for event_type in types {
        let fact = by(
            world.fact(payload(*event_type)),
            ActorRole::Regulator,
            REGULATOR,
        );
        if fact.stream.kind != StreamKind::Region {
            continue;
        }
        let strayed = on_stream(fact, &format!("region/4304/{COUNTY}"));
        let refusal = world.refused_fact(&strayed);
        assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
        tested += 1;
    }
    assert!(tested > 12, "{tested}");
    let mut county = region_registered();
    COUNTY.clone_into(&mut county.region);
    world.given(county);
}

#[test]
fn no_correction_moves_an_organisation_to_another_regulators_region() {
    let mut world = World::new();
    world.given(regulator_registered());
    let unit = |region: &str| organisation_registered(UNIT_2, OrganisationKind::BudgetUnit, region);
    let at = world.given(unit(REGION));
    let figures = [("supervised_region", COUNTY)];
    for effect in [
        v1::CorrectionEffect::Normal,
        v1::CorrectionEffect::Retroactive,
    ] {
        let mut moved = world.correction(at, unit(COUNTY));
        mark(&mut moved, effect);
        let refusal = world.refused_fact(&moved);
        assert_refusal(&refusal, E026_WRONG_JURISDICTION, &figures);
        let mut same = world.correction(at, unit(REGION));
        mark(&mut same, effect);
        world.decide(&same).expect("it stays where it is");
    }
}

fn mark(correction: &mut Fact, effect: v1::CorrectionEffect) {
    let payload = correction.event.payload.as_mut().expect("a payload");
    if let Some(Payload::EventCorrected(event)) = &mut payload.payload {
        event.effect = effect.into();
    }
}

#[test]
fn an_agency_acts_for_no_unit_but_itself() {
    let world = World::with_plan();
    for event_type in [
        EventType::SmallPurchaseRecorded,
        EventType::InternalControlIssued,
    ] {
        let fact = by(world.fact(payload(event_type)), ActorRole::Agency, AGENCY);
        let unit = fact.stream.id.clone();
        let refusal = world.refused_fact(&fact);
        assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("unit", &unit)]);
        let own = by(fact, ActorRole::Agency, &unit);
        let answer = world.decide(&own);
        let is_refused = answer.is_err_and(|refusal| refusal.code == E020_FORBIDDEN_ROLE);
        assert!(!is_refused, "{event_type:?}");
    }
}

#[test]
fn an_agency_asks_for_rooms_of_projects_that_it_is_commissioned_in() {
    let mut world = World::with_plan();
    let ask = |world: &World, payload: Payload| by(world.fact(payload), ActorRole::Agency, AGENCY);
    let figures = [("actor_org", AGENCY), ("project_id", PROJECT)];
    let asked = ask(&world, venue_requested("R-1").into());
    assert_refusal(&world.refused_fact(&asked), E020_FORBIDDEN_ROLE, &figures);
    let withdrawn = ask(&world, venue_request_withdrawn("R-1").into());
    let refusal = world.refused_fact(&withdrawn);
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("project_id", "")]);
    world.given(venue_requested("R-1"));
    let refusal = world.refused_fact(&withdrawn);
    assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &figures);
    let other = by(withdrawn.clone(), ActorRole::Purchaser, UNIT_2);
    assert_eq!(world.refused_fact(&other).code, E020_FORBIDDEN_ROLE);
    world.given(agency_delegated(&[DelegationScope::Document]));
    let asked = ask(&world, venue_requested("R-2").into());
    world.append(asked).expect("any commission will do");
    world.append(withdrawn).expect("any commission will do");
}

#[test]
fn a_supplier_goes_on_with_its_own_challenge_and_complaint_alone() {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    world.given(v1::ChallengeReceived {
        challenge_id: "CH-1".to_owned(),
        supplier: SUPPLIER.to_owned(),
        subject: v1::ChallengeSubject::Document.into(),
        received_on: "2024-01-15".to_owned(),
        ..Default::default()
    });
    world.given(v1::ComplaintReceived {
        complaint_id: "CP-1".to_owned(),
        complainant: SUPPLIER.to_owned(),
        subjects: vec![v1::ChallengeSubject::Document.into()],
        accepted_by: REGULATOR.to_owned(),
        received_on: "2024-01-24".to_owned(),
        ..Default::default()
    });
    let acts: [Payload; 3] = [
        v1::ChallengeWithdrawn {
            challenge_id: "CH-1".to_owned(),
            withdrawn_on: "2024-02-01".to_owned(),
        }
        .into(),
        v1::ComplaintCorrected {
            complaint_id: "CP-1".to_owned(),
            received_on: "2024-02-01".to_owned(),
        }
        .into(),
        v1::ComplaintWithdrawn {
            complaint_id: "CP-1".to_owned(),
            withdrawn_on: "2024-02-01".to_owned(),
        }
        .into(),
    ];
    for act in acts {
        let fact = world.fact(act);
        let other = by(fact.clone(), ActorRole::Supplier, SUPPLIER_2);
        let refusal = world.refused_fact(&other);
        assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("party", SUPPLIER)]);
        let own = world.decide(&by(fact, ActorRole::Supplier, SUPPLIER));
        let is_refused = own.is_err_and(|refusal| refusal.code == E020_FORBIDDEN_ROLE);
        assert!(!is_refused);
    }
}
