//! Who may append what: E020 for roles and their scopes, E026 for jurisdictions.
//!
//! Decided on the claimed role and the registered organisations. Where the specification is silent:
//! - An agency may sign contracts and run acceptance when it is commissioned to (政府采购法第43条);
//!   it never commissions itself. Commissions are of projects, so in the stream of a unit it acts
//!   for itself alone.
//! - The central agency needs no commission, except to determine a winner.
//! - A unit that is not known yet (no plan filed) binds nobody.
//!
//! Read next: `jurisdiction`, over what a regulator has power.

mod jurisdiction;

use jurisdiction::check_jurisdiction;

use super::{
    challenge::Challenge,
    complaint::Complaint,
    contract::Contract,
    decider::Fact,
    delegation::Delegation,
    entity::EntityRef,
    financing::{Financing, receivable::loan_of},
    framework::Framework,
    gate::Env,
    intention::Intention,
    payload::EventType,
    project::Project,
    refusal::{Code, Refusal, status_name},
    values::StreamKind,
    venue::VenueRequest,
};
use crate::events::v1::{
    ActorRole, DelegationScope, EntityKind, NoticeType, event_payload::Payload,
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
    /// Loans of which it is the bank.
    OwnLoan,
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
const LENDER: Right = (ActorRole::Bank, Scope::OwnLoan);
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
        E::ConfirmationRequested => &[SUPPLIER, BANK],
        E::FinancingApplied | E::FinancingCancelled => &[SUPPLIER, LENDER],
        E::FinancingConsentGiven => &[SUPPLIER],
        E::FinancingApproved
        | E::FinancingRejected
        | E::PayeeAccountLocked
        | E::PayeeAccountReleased
        | E::FinancingDisbursed
        | E::FinancingRepaid
        | E::FinancingDefaulted => &[LENDER],
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
        Scope::Commissioned(scopes) => check_commission(env, payload, scopes),
        Scope::OwnContract => {
            let contract = env.load::<Contract>(contract_id(payload));
            let supplier = contract.get().map_or("", Contract::supplier);
            if !supplier.is_empty() && supplier != actor {
                let refusal = forbidden(fact, env.event_type, "a supplier acts on its contract");
                env.refuse(refusal.with("supplier", supplier));
            }
        }
        Scope::OwnLoan => {
            let bank = bank_of(env, payload);
            if !bank.is_empty() && bank != actor {
                let refusal = forbidden(fact, env.event_type, "a bank acts on its own loans");
                env.refuse(refusal.with("bank", bank));
            }
        }
        Scope::Itself => {
            let party = party_of(env, payload);
            if !party.is_empty() && party != actor {
                let refusal = forbidden(fact, env.event_type, "a party acts in its own name");
                env.refuse(refusal.with("party", party));
            }
        }
        Scope::Jurisdiction => check_jurisdiction(env, payload),
    }
}

/// E020 unless a commission covers what an agency does in a project, or what it asks for a project;
/// in a unit's stream, unless the unit is the agency.
fn check_commission(env: &mut Env<'_>, payload: &Payload, scopes: &[DelegationScope]) {
    let (fact, event_type) = (env.fact, env.event_type);
    let (actor, stream) = (fact.event.actor_org.as_str(), &fact.stream);
    let project_id = match stream.kind {
        StreamKind::Project | StreamKind::Order => stream.id.clone(),
        StreamKind::Unit if stream.id == actor => return,
        StreamKind::Unit => {
            let why = "commissions are of projects: for a unit acts the unit";
            env.refuse(forbidden(fact, event_type, why).with("unit", &stream.id));
            return;
        }
        _ => match project_of_room(env, payload) {
            Some(project_id) => project_id,
            None => return,
        },
    };
    let partition = &stream.partition;
    let commission = EntityRef::new(EntityKind::Delegation, partition, &project_id, actor);
    let delegation = env.load_at::<Delegation>(&commission);
    let (on, unit) = (fact.legal_date, unit_of(env, payload));
    let covers = |delegation: &Delegation| delegation.covers(scopes, on, &unit);
    if !delegation.get().is_some_and(covers) {
        let needed: Vec<String> = scopes.iter().map(status_name).collect();
        let why = "no commission of the agency in this project covers it on that day";
        let refusal = forbidden(fact, event_type, why).with("project_id", project_id);
        env.refuse(refusal.with("required_scopes", needed.join(",")));
    }
}

/// The project for which a room is asked, or was; empty if the request is not known, `None` if the
/// event is about no request.
fn project_of_room(env: &Env<'_>, payload: &Payload) -> Option<String> {
    match payload {
        Payload::VenueRequested(event) => Some(event.project_id.clone()),
        Payload::VenueRequestWithdrawn(event) => {
            let request = env.load::<VenueRequest>(&event.request_id);
            let project_id = request.get().map(|request| request.project_id.clone());
            Some(project_id.unwrap_or_default())
        }
        _ => None,
    }
}

/// The bank of the loan that an act is on, or that is applied to; empty if it is not known.
fn bank_of(env: &Env<'_>, payload: &Payload) -> String {
    if let Payload::FinancingApplied(event) = payload {
        return event.bank.clone();
    }
    let loan = loan_of(payload).map(|id| env.load::<Financing>(id));
    let loan = loan.as_ref().and_then(|loan| loan.get());
    loan.map_or_else(String::new, |loan| loan.bank.clone())
}

/// The party that an act is of: named by the payload, else who filed what the act is on; empty if
/// it is not known.
fn party_of(env: &Env<'_>, payload: &Payload) -> String {
    let complainant = |id: &str| {
        let complaint = env.load::<Complaint>(id);
        complaint
            .get()
            .map_or_else(String::new, |known| known.complainant.clone())
    };
    match payload {
        Payload::InquiryReceived(event) => event.supplier.clone(),
        Payload::ChallengeFiled(event) => event.supplier.clone(),
        Payload::ChallengeWithdrawn(event) => {
            let challenge = env.load::<Challenge>(&event.challenge_id);
            challenge
                .get()
                .map_or_else(String::new, |known| known.supplier.clone())
        }
        Payload::ComplaintReceived(event) => event.complainant.clone(),
        Payload::ComplaintCorrected(event) => complainant(&event.complaint_id),
        Payload::ComplaintWithdrawn(event) => complainant(&event.complaint_id),
        Payload::ComplaintResponded(event) => event.respondent.clone(),
        Payload::CreditEvaluated(event) => event.evaluator.clone(),
        Payload::CampaignTaskReported(event) => event.unit.clone(),
        _ => String::new(),
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
        Payload::VenueRequested(_) | Payload::VenueRequestWithdrawn(_) => {
            let project_id = project_of_room(env, payload).unwrap_or_default();
            let project = env.load_stream::<Project>(&project_id);
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
/// from one without power over what is told.
pub(super) fn check_retroactive(env: &mut Env<'_>, told: &Payload) {
    if env.fact.event.actor_role() == ActorRole::Regulator {
        check_jurisdiction(env, told);
    } else {
        let why = "only REGULATOR may correct retroactively";
        let refusal = forbidden(env.fact, env.event_type, why);
        env.refuse(refusal.with("allowed_roles", "REGULATOR"));
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

#[cfg(test)]
mod tests;
