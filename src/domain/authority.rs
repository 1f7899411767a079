//! Who may append what: E020 for roles and their scopes, E026 for jurisdictions.
//!
//! Decided on the claimed role and the registered organisations. Where the specification is silent:
//! - An agency may sign contracts and run acceptance when it is commissioned to (政府采购法第43条);
//!   it never commissions itself.
//! - The central agency needs no commission, except to determine a winner.
//! - A finance regulator registers itself, since somebody must be first. A regulator that is not
//!   registered has no known jurisdiction (E026). Its jurisdiction is its own level: 430400 for the
//!   city's bureau, its own code for a county's.
//! - A unit that is not known yet (no plan filed) binds nobody.

use super::{
    contract::Contract,
    decider::Fact,
    delegation::Delegation,
    entity::EntityRef,
    framework::Framework,
    gate::Env,
    intention::Intention,
    payload::EventType,
    profile,
    project::Project,
    refusal::{Code, Refusal, status_name},
    registry::Organisation,
    values::StreamKind,
};
use crate::events::v1::{
    ActorRole, DelegationScope, EntityKind, NoticeType, OrganisationKind, event_payload::Payload,
};

/// How far a role's right to append a type goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Any,
    /// Its own unit's projects.
    OwnUnit,
    /// Projects in which it is commissioned to one of these; to anything if none is named.
    Commissioned(&'static [DelegationScope]),
    /// Contracts of which it is the supplier.
    OwnContract,
    /// Its registered region.
    Jurisdiction,
    /// Acts in which it is itself the party named.
    Itself,
    /// Reports of the source system itself.
    OwnSystem,
}

/// A role and how far its right goes.
pub type Right = (ActorRole, Scope);

const PURCHASER: Right = (ActorRole::Purchaser, Scope::OwnUnit);
const REGULATOR: Right = (ActorRole::Regulator, Scope::Jurisdiction);
const TRADE: Right = (ActorRole::TradeSys, Scope::Any);
const TREASURY: Right = (ActorRole::TreasurySys, Scope::Any);
const CENTRAL: Right = (ActorRole::CentralAgency, Scope::Any);
const SUPPLIER: Right = (ActorRole::Supplier, Scope::OwnContract);

const fn agency(scopes: &'static [DelegationScope]) -> Right {
    (ActorRole::Agency, Scope::Commissioned(scopes))
}

const AGENCY: Right = agency(&[]);
const AGENCY_DOCUMENT: Right = agency(&[DelegationScope::Document]);
const AGENCY_EVALUATION: Right = agency(&[DelegationScope::Evaluation]);
const AGENCY_AWARD_NOTICE: Right = agency(&[DelegationScope::Notice, DelegationScope::Award]);
const AGENCY_NOTICE: Right = agency(&[DelegationScope::Notice]);
const AGENCY_AWARD: Right = agency(&[DelegationScope::Award]);
const AGENCY_CONTRACT: Right = agency(&[DelegationScope::Contract]);
const AGENCY_CHALLENGE: Right = agency(&[DelegationScope::Challenge]);
const SUPPLIER_ITSELF: Right = (ActorRole::Supplier, Scope::Itself);
const BANK: Right = (ActorRole::Bank, Scope::Any);
const GUARANTOR: Right = (ActorRole::Guarantor, Scope::Any);
const EMALL: Right = (ActorRole::EmallSys, Scope::Any);
const FARM: Right = (ActorRole::FarmSys, Scope::Any);
const VENUE: Right = (ActorRole::Venue, Scope::Any);
const AGENCY_ACCEPTANCE: Right = agency(&[DelegationScope::Acceptance]);
const CENTRAL_AWARD: Right = (
    ActorRole::CentralAgency,
    Scope::Commissioned(&[DelegationScope::Award]),
);

/// Every role that writes at all; experts, auditors and the public do not.
const WRITERS: &[ActorRole] = &[
    ActorRole::Purchaser,
    ActorRole::Agency,
    ActorRole::CentralAgency,
    ActorRole::Regulator,
    ActorRole::BudgetSys,
    ActorRole::TreasurySys,
    ActorRole::EmallSys,
    ActorRole::FarmSys,
    ActorRole::TradeSys,
    ActorRole::Venue,
    ActorRole::Bank,
    ActorRole::Guarantor,
    ActorRole::Supplier,
];

/// Who may append a type, and how far. Empty for types that any writing role may append, and for
/// corrections and voids, which follow their original.
pub fn rights(event_type: EventType) -> &'static [Right] {
    use EventType as E;
    match event_type {
        E::EventCorrected | E::EventVoided | E::SyncBatchReceived | E::OcdsReleaseImported => &[],
        E::OrganisationRegistered
        | E::OrganisationChanged
        | E::OrganisationMerged
        | E::OrganisationClosed
        | E::RegionRegistered
        | E::SourceSystemRegistered
        | E::ThresholdProfilePublished
        | E::HolidayCalendarPublished => &[REGULATOR],
        E::BudgetLineApproved
        | E::BudgetLineAdjusted
        | E::BudgetLineFrozen
        | E::BudgetLineUnfrozen
        | E::BudgetLineClosed => &[(ActorRole::BudgetSys, Scope::Any)],
        E::IntentionPublished
        | E::IntentionRevised
        | E::IntentionWithdrawn
        | E::IntentionExempted
        | E::RequirementDefined
        | E::RequirementReviewed
        | E::SmallPurchaseRecorded
        | E::PlanFiled
        | E::PlanRevised
        | E::PlanCancelled => &[PURCHASER, AGENCY],
        E::PlanCompleted
        | E::LotRetryAbandoned
        | E::AwardRecorded
        | E::AgencyDelegated
        | E::ContractChanged
        | E::ContractTerminated
        | E::ContractCompleted
        | E::PerformanceStarted
        | E::SettlementConfirmed
        | E::LiquidatedDamagesAssessed
        | E::RectificationCompleted => &[PURCHASER],
        E::GoodsDelivered | E::InvoiceReceived => &[PURCHASER, SUPPLIER],
        E::ProcurementDocumentIssued => &[PURCHASER, AGENCY_DOCUMENT, CENTRAL, TRADE],
        E::EvaluationReportDelivered | E::LotFailed => {
            &[PURCHASER, AGENCY_EVALUATION, CENTRAL, TRADE]
        }
        E::AwardNoticeIssued => &[PURCHASER, AGENCY_AWARD_NOTICE, CENTRAL, TRADE],
        E::NoticePublished => &[PURCHASER, AGENCY_NOTICE, CENTRAL, TRADE],
        E::BidReceived
        | E::BidWithdrawn
        | E::BidsOpened
        | E::CommitteeFormed
        | E::EvaluationConcluded => &[TRADE],
        E::WinnerDetermined => &[PURCHASER, AGENCY_AWARD, CENTRAL_AWARD],
        E::ContractSigned
        | E::SupplementSigned
        | E::ContractFiled
        | E::ContractSuspended
        | E::ContractResumed => &[PURCHASER, AGENCY_CONTRACT],
        E::AcceptanceRequested
        | E::AcceptanceTeamFormed
        | E::AcceptanceConcluded
        | E::AcceptanceMaterialUploaded => &[PURCHASER, AGENCY_ACCEPTANCE],
        E::PaymentRequested => &[PURCHASER, TREASURY],
        E::PaymentAccepted | E::PaymentRejected | E::PaymentExecuted | E::PaymentReturned => {
            &[TREASURY]
        }
        _ => rights_beyond(event_type),
    }
}

/// Rights to events beyond the money line.
fn rights_beyond(event_type: EventType) -> &'static [Right] {
    use EventType as E;
    match event_type {
        E::RulePackAdopted
        | E::MethodChangeApproved
        | E::MethodChangeRejected
        | E::BadConductRecorded
        | E::CreditRepaired
        | E::ComplaintCorrectionRequested
        | E::ComplaintReviewed
        | E::ComplaintCopiesSent
        | E::ComplaintSuspensionOrdered
        | E::ComplaintSuspensionLifted
        | E::ComplaintClockPaused
        | E::ComplaintClockResumed
        | E::ComplaintDecided
        | E::ApprovalSupplementRequested
        | E::ApprovalDecided
        | E::ApprovalItemCatalogued
        | E::ApprovalItemAbolished
        | E::ApprovalItemMerged
        | E::ApprovalItemJustified
        | E::BarrierConfirmed
        | E::BarrierDismissed
        | E::InternalControlFilingAccepted
        | E::InternalControlFilingReturned
        | E::AssessmentPlanIssued
        | E::AssessmentScored
        | E::AssessmentConcluded
        | E::AssessmentRectificationOrdered
        | E::RegionOnboardingStarted
        | E::RegionModuleEnabled
        | E::RegionOnboarded
        | E::RegionModuleSuspended
        | E::CampaignTaskDefined
        | E::IrregularFactRecorded
        | E::FindingWaived
        | E::MetricReleased
        | E::FrameworkPlanReviewed => &[REGULATOR],
        E::DemandSurveyed
        | E::MethodChangeRequested
        | E::QualificationReviewed
        | E::ProcurementTerminated
        | E::ReevaluationOrdered
        | E::AwardRevoked
        | E::SingleSourceArgued
        | E::SingleSourcePublicised
        | E::SingleSourceObjected
        | E::SingleSourceReargued
        | E::ReprocurementStarted
        | E::ApprovalRequested
        | E::ApprovalSupplemented
        | E::ApprovalWithdrawn
        | E::ChallengeRefused
        | E::ChallengeForwarded
        | E::BondCollected
        | E::BondReturned
        | E::BondForfeited
        | E::FrameworkDrafted
        | E::FrameworkSolicited
        | E::FrameworkShortlisted
        | E::FrameworkAgreementSigned
        | E::FrameworkActivated
        | E::FrameworkFiled
        | E::FrameworkSupplementSolicited
        | E::FrameworkSupplierRemoved
        | E::FrameworkOrderPlaced
        | E::FrameworkExpired
        | E::FrameworkTerminated => &[PURCHASER, AGENCY, CENTRAL],
        E::ProcurementStarted
        | E::AgencyFeePaid
        | E::ExpertFeePaid
        | E::CreditEnhancementAccepted
        | E::InternalControlIssued
        | E::InternalControlFiled
        | E::InternalControlRevised
        | E::InternalControlRepealed
        | E::BarrierRectified
        | E::FairCompetitionReviewed => &[PURCHASER, AGENCY],
        E::SupplierLibraryReported | E::SupplierLibraryAbolished | E::SupplierLibraryRetained => {
            &[PURCHASER, AGENCY, REGULATOR]
        }
        E::ClarificationIssued => &[PURCHASER, AGENCY_DOCUMENT, CENTRAL, TRADE],
        E::AbnormalLowPriceTriggered
        | E::AbnormalLowPriceExplained
        | E::AbnormalLowPriceDecided => &[TRADE],
        _ => rights_of_parties(event_type),
    }
}

/// Rights of suppliers, banks, guarantors, platforms and venues.
fn rights_of_parties(event_type: EventType) -> &'static [Right] {
    use EventType as E;
    match event_type {
        E::InquiryReceived => &[PURCHASER, AGENCY_CHALLENGE, CENTRAL, SUPPLIER_ITSELF],
        E::InquiryAnswered | E::ChallengeReceived | E::ChallengeReplied => {
            &[PURCHASER, AGENCY_CHALLENGE, CENTRAL]
        }
        E::ChallengeFiled
        | E::ChallengeWithdrawn
        | E::ComplaintCorrected
        | E::ComplaintWithdrawn => &[SUPPLIER_ITSELF],
        E::ComplaintReceived => &[REGULATOR, SUPPLIER_ITSELF],
        E::ComplaintResponded => &[SUPPLIER_ITSELF, PURCHASER, AGENCY],
        E::ConfirmationRequested | E::FinancingApplied | E::FinancingCancelled => &[SUPPLIER, BANK],
        E::FinancingConsentGiven => &[SUPPLIER],
        E::FinancingApproved
        | E::FinancingRejected
        | E::PayeeAccountLocked
        | E::PayeeAccountReleased
        | E::FinancingDisbursed
        | E::FinancingRepaid
        | E::FinancingDefaulted => &[BANK],
        E::GuaranteeIssued | E::GuaranteeExtended | E::GuaranteeExpired => &[GUARANTOR, BANK],
        E::GuaranteeReleased | E::GuaranteeClaimed => &[GUARANTOR, BANK, PURCHASER],
        E::CreditEvaluated => &[PURCHASER, AGENCY, CENTRAL, SUPPLIER_ITSELF],
        E::EmallRulePublished
        | E::EmallManagerAppointed
        | E::EmallObjectionTaken
        | E::EmallObjectionResolved => &[REGULATOR, EMALL],
        E::EmallUnitActivated
        | E::EmallRfqOpened
        | E::EmallRfqClosed
        | E::EmallRfqFailed
        | E::EmallOrderPlaced
        | E::EmallOrderConfirmed
        | E::EmallOrderShipped
        | E::EmallOrderDelivered
        | E::EmallOrderAccepted
        | E::EmallOrderCancelled
        | E::EmallOrderReturned
        | E::EmallObjectionRaised
        | E::EmallObjectionWithdrawn => &[EMALL],
        E::ContractConfirmed | E::CanteenSpendDeclared => &[PURCHASER],
        E::FarmPlatformRegistered
        | E::FarmReserveDeclared
        | E::FarmPurchaseReported
        | E::FarmPurchaseReversed => &[FARM],
        E::VenueRegistered
        | E::VenueSlotOpened
        | E::VenueAllocated
        | E::VenueRequestDenied
        | E::VenueReleased
        | E::VenueUsed
        | E::VenueNotUsed => &[VENUE, TRADE],
        E::VenueRequested | E::VenueRequestWithdrawn => &[PURCHASER, AGENCY, CENTRAL],
        E::AssessmentRectified => &[CENTRAL, REGULATOR],
        E::OperatingProcedureIssued => &[PURCHASER, AGENCY, CENTRAL, REGULATOR],
        E::CampaignTaskReported => &[
            (ActorRole::Purchaser, Scope::Itself),
            (ActorRole::Agency, Scope::Itself),
            (ActorRole::CentralAgency, Scope::Itself),
            (ActorRole::Regulator, Scope::Itself),
            (ActorRole::Venue, Scope::Itself),
            (ActorRole::Bank, Scope::Itself),
        ],
        // Any writing role: decided apart.
        _ => &[],
    }
}

/// Notices that only a regulator publishes.
const REGULATOR_NOTICES: [NoticeType; 3] = [
    NoticeType::AssessmentResult,
    NoticeType::ComplaintDecision,
    NoticeType::Penalty,
];
/// Results are published by those who answer for them (task 01).
const RESULT_NOTICE: &[Right] = &[PURCHASER, AGENCY_NOTICE, CENTRAL];

fn rights_to(payload: &Payload) -> &'static [Right] {
    match payload {
        Payload::NoticePublished(notice) if REGULATOR_NOTICES.contains(&notice.notice_type()) => {
            &[REGULATOR]
        }
        Payload::NoticePublished(notice) if notice.notice_type() == NoticeType::AwardResult => {
            RESULT_NOTICE
        }
        _ => rights(EventType::of(payload)),
    }
}

/// E020 when the claimed role may not append the event, or not here; E026 when a regulator has no
/// power over it. Of an original; corrections and voids follow theirs.
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let role = env.fact.event.actor_role();
    match payload {
        Payload::SyncBatchReceived(batch) => {
            let is_own = batch.system == env.fact.event.source_system;
            if !WRITERS.contains(&role) || !is_own {
                let refusal = forbidden(env.fact, env.event_type, "only the system itself reports");
                env.refuse(refusal.with("system", &batch.system));
            }
            return;
        }
        Payload::BarrierClueReceived(_) if role == ActorRole::Public => return,
        Payload::OcdsReleaseImported(_)
        | Payload::StageLinked(_)
        | Payload::BarrierClueReceived(_) => {
            if !WRITERS.contains(&role) {
                env.refuse(forbidden(env.fact, env.event_type, "the role never writes"));
            }
            return;
        }
        _ => {}
    }
    let rights = rights_to(payload);
    let Some((_, scope)) = rights.iter().find(|(allowed, _)| *allowed == role) else {
        let allowed: Vec<String> = rights.iter().map(|(role, _)| status_name(role)).collect();
        let allowed = allowed.join(",");
        let why = format!("only {allowed} may append it");
        let refusal = forbidden(env.fact, env.event_type, &why);
        env.refuse(refusal.with("allowed_roles", allowed));
        return;
    };
    check_scope(env, payload, *scope);
}

fn check_scope(env: &mut Env<'_>, payload: &Payload, scope: Scope) {
    let fact = env.fact;
    let actor = fact.event.actor_org.as_str();
    match scope {
        Scope::Any | Scope::OwnSystem => {}
        Scope::OwnUnit => {
            let unit = unit_of(env, payload);
            if !unit.is_empty() && unit != actor {
                let refusal = forbidden(fact, env.event_type, "a purchaser acts for its own unit");
                env.refuse(refusal.with("unit", unit));
            }
        }
        Scope::Commissioned(scopes) => {
            if fact.stream.kind != StreamKind::Project {
                return;
            }
            let delegation = env.load::<Delegation>(actor);
            let (on, unit) = (fact.legal_date, unit_of(env, payload));
            let covers = |delegation: &Delegation| delegation.covers(scopes, on, &unit);
            if !delegation.get().is_some_and(covers) {
                let needed: Vec<String> = scopes.iter().map(status_name).collect();
                let why = "no commission of the agency in this project covers it on that day";
                let refusal = forbidden(fact, env.event_type, why);
                env.refuse(refusal.with("required_scopes", needed.join(",")));
            }
        }
        Scope::OwnContract => {
            let contract = env.load::<Contract>(contract_id(payload));
            let supplier = contract.get().map_or("", Contract::supplier);
            if !supplier.is_empty() && supplier != actor {
                let refusal = forbidden(fact, env.event_type, "a supplier acts on its contract");
                env.refuse(refusal.with("supplier", supplier));
            }
        }
        Scope::Itself => {
            let party = party_of(payload);
            if !party.is_empty() && party != actor {
                let refusal = forbidden(fact, env.event_type, "a party acts in its own name");
                env.refuse(refusal.with("party", party));
            }
        }
        Scope::Jurisdiction => check_jurisdiction(env, Some(payload)),
    }
}

/// The party that an act is of, where the payload names it; empty where it does not.
fn party_of(payload: &Payload) -> &str {
    match payload {
        Payload::InquiryReceived(event) => &event.supplier,
        Payload::ChallengeFiled(event) => &event.supplier,
        Payload::ComplaintReceived(event) => &event.complainant,
        Payload::ComplaintResponded(event) => &event.respondent,
        Payload::CreditEvaluated(event) => &event.evaluator,
        Payload::CampaignTaskReported(event) => &event.unit,
        _ => "",
    }
}

/// The unit that an act is about: of the plan, of the stream, of the project; empty if not known.
fn unit_of(env: &Env<'_>, payload: &Payload) -> String {
    let stream = &env.fact.stream;
    match payload {
        Payload::PlanFiled(plan) => plan.unit.clone(),
        Payload::IntentionPublished(event) => event.unit.clone(),
        Payload::IntentionExempted(event) => event.unit.clone(),
        Payload::IntentionRevised(event) => unit_of_intention(env, &event.intention_id),
        Payload::IntentionWithdrawn(event) => unit_of_intention(env, &event.intention_id),
        Payload::FrameworkDrafted(event) => event.soliciting_unit.clone(),
        Payload::FrameworkOrderPlaced(event) => event.unit.clone(),
        Payload::VenueRequested(event) => {
            let project = env.load_stream::<Project>(&event.project_id);
            project.get().map_or_else(String::new, |p| p.unit.clone())
        }
        _ if stream.kind == StreamKind::Unit => stream.id.clone(),
        _ if stream.kind == StreamKind::Framework => {
            let framework = env.load_stream::<Framework>(&stream.id);
            framework
                .get()
                .map_or_else(String::new, |f| f.soliciting_unit.clone())
        }
        _ => {
            let project = env.project();
            project.get().map_or_else(String::new, |p| p.unit.clone())
        }
    }
}

/// The unit that an intention is of; empty if it is not known.
fn unit_of_intention(env: &Env<'_>, id: &str) -> String {
    let intention = env.load::<Intention>(id);
    intention.get().map_or_else(String::new, |i| i.unit.clone())
}

fn contract_id(payload: &Payload) -> &str {
    match payload {
        Payload::GoodsDelivered(event) => &event.contract_id,
        Payload::InvoiceReceived(event) => &event.contract_id,
        Payload::ConfirmationRequested(event) => &event.contract_id,
        Payload::FinancingConsentGiven(event) => &event.contract_id,
        Payload::FinancingApplied(event) => &event.contract_id,
        Payload::FinancingCancelled(event) => &event.contract_id,
        _ => "",
    }
}

/// E020 when a correction that changes deadlines does not come from a regulator, E026 when it comes
/// from one without power over it.
pub(super) fn check_retroactive(env: &mut Env<'_>) {
    if env.fact.event.actor_role() == ActorRole::Regulator {
        check_jurisdiction(env, None);
    } else {
        let why = "only REGULATOR may correct retroactively";
        let refusal = forbidden(env.fact, env.event_type, why);
        env.refuse(refusal.with("allowed_roles", "REGULATOR"));
    }
}

/// E026 unless the acting regulator is registered and its region is that of the fact.
fn check_jurisdiction(env: &mut Env<'_>, payload: Option<&Payload>) {
    let event = &env.fact.event;
    let (region, actor) = (event.region_code.as_str(), event.actor_org.as_str());
    if let Some(other) = payload.and_then(governed_region).filter(|r| *r != region) {
        env.refuse(wrong_jurisdiction(
            format!("the fact is of region {region}, its object of {other}"),
            env.fact,
            other,
        ));
    }
    if payload.is_some_and(|payload| is_self_registration(payload, actor)) {
        return;
    }
    let partition = profile::partition_of(region);
    let entity = EntityRef::new(EntityKind::Organisation, partition, actor, "");
    let loaded = env.load_at::<Organisation>(&entity);
    let registered = loaded
        .get()
        .filter(|organisation| organisation.is_active_as(OrganisationKind::FinanceRegulator));
    match registered {
        None => env.refuse(wrong_jurisdiction(
            format!("{actor} is not registered as a finance regulator, so it supervises nothing"),
            env.fact,
            "",
        )),
        Some(regulator) if regulator.region != supervising(payload, region) => {
            let supervised = &regulator.region;
            let message = match is_of_prefecture(payload) {
                true => format!(
                    "{actor} is the finance department of {supervised}; a change of method is \
                     decided by that of a city with districts (政府采购法第27条)"
                ),
                false => format!("{actor} supervises {supervised}, not {region}"),
            };
            env.refuse(wrong_jurisdiction(message, env.fact, supervised));
        }
        Some(_) => {}
    }
}

/// Whether the law gives an act to the city's finance department, whatever region it is about.
fn is_of_prefecture(payload: Option<&Payload>) -> bool {
    matches!(
        payload,
        Some(Payload::MethodChangeApproved(_) | Payload::MethodChangeRejected(_))
    )
}

/// The region whose finance department decides an act on a region.
fn supervising(payload: Option<&Payload>, region: &str) -> String {
    match is_of_prefecture(payload) {
        true => format!("{}00", profile::partition_of(region)),
        false => region.to_owned(),
    }
}

/// The region that an act of a regulator governs, where its payload names one that must be the
/// fact's. Suppliers, agencies and banks may come from anywhere.
fn governed_region(payload: &Payload) -> Option<&str> {
    let (kinds, region) = match payload {
        Payload::OrganisationRegistered(event) => (&event.kinds, &event.region),
        Payload::OrganisationChanged(event) => (&event.kinds, &event.region),
        Payload::ThresholdProfilePublished(event) => return Some(&event.region),
        Payload::EmallRulePublished(event) => return Some(&event.region),
        Payload::EmallManagerAppointed(event) => return Some(&event.region),
        Payload::RegionOnboardingStarted(event) => return Some(&event.region),
        Payload::RegionModuleEnabled(event) => return Some(&event.region),
        Payload::RegionOnboarded(event) => return Some(&event.region),
        Payload::RegionModuleSuspended(event) => return Some(&event.region),
        Payload::CampaignTaskDefined(event) => return Some(&event.region),
        _ => return None,
    };
    let governed = [
        OrganisationKind::BudgetUnit,
        OrganisationKind::CentralAgency,
        OrganisationKind::FinanceRegulator,
    ];
    let is_governed = governed.iter().any(|kind| kinds.contains(&(*kind as i32)));
    is_governed.then_some(region)
}

fn is_self_registration(payload: &Payload, actor: &str) -> bool {
    match payload {
        Payload::OrganisationRegistered(event) => {
            let kind = OrganisationKind::FinanceRegulator as i32;
            event.uscc == actor && event.kinds.contains(&kind)
        }
        _ => false,
    }
}

fn forbidden(fact: &Fact, event_type: EventType, why: &str) -> Refusal {
    let (role, name) = (status_name(&fact.event.actor_role()), event_type.name());
    let message = format!("{role} may not append {name}: {why}");
    Refusal::new(Code::E020_FORBIDDEN_ROLE, message)
        .with("actor_role", role)
        .with("actor_org", &fact.event.actor_org)
        .with("event_type", name)
}

fn wrong_jurisdiction(message: String, fact: &Fact, supervises: &str) -> Refusal {
    Refusal::new(Code::E026_WRONG_JURISDICTION, message)
        .with("actor_org", &fact.event.actor_org)
        .with("region_code", &fact.event.region_code)
        .with("supervised_region", supervises)
}

#[cfg(test)]
mod tests;
