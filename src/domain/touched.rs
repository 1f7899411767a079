//! Which entities an event touches: a pure function of stream and payload, so that indexes and
//! completeness evidence can be computed by anybody.
//!
//! | events | entities |
//! |---|---|
//! | BudgetLine* | BL |
//! | PlanFiled, PlanRevised | PJ, every LT stated, every BL stated |
//! | PlanCancelled, PlanCompleted | PJ, every BL named |
//! | AgencyDelegated | DG (project and agency) |
//! | LotFailed, LotRetryAbandoned | LT, PJ, every BL stated |
//! | documents, bids, committee, evaluation, award | LT (documents: each lot) |
//! | ContractSigned | CT, LT |
//! | SupplementSigned | CT, PJ, every BL stated |
//! | other events of a contract | CT |
//! | PaymentRequested, PaymentRejected | PY, CT, PJ |
//! | PaymentAccepted | PY, CT |
//! | PaymentExecuted, PaymentReturned | PY, CT, PJ, every BL stated |
//! | Acceptance* | AC, CT |
//! | NoticePublished | NO |
//! | Inquiry*, Complaint* | IQ, CP (suspensions: CP, every LT named) |
//! | Challenge* | CH, CS |
//! | consents and confirmations of a contract | RV (project and contract) |
//! | Financing*, PayeeAccount* | FN, RV |
//! | Bond*, Guarantee* | BD or GT, the CT named |
//! | CreditEnhancementAccepted | CX |
//! | CreditEvaluated | CE (project) |
//! | BadConductRecorded, CreditRepaired | BN |
//! | ApprovalItem* | AI |
//! | other Approval* | AP |
//! | registry, sync, ocds | their one object |
//! | Intention*; requirements; fees; StageLinked; Framework* | their one object |
//! | PlanFiled | and every IT that it follows |
//! | MethodChangeApproved | MC, each LT |
//! | SingleSourcePublicised | SG, SG of the argument named, each LT |
//! | SingleSourceReargued | SG, each LT |
//! | start, clarification, termination | each LT |
//! | qualification, low prices, reevaluation | LT |
//! | AwardRevoked | LT, PJ, every BL stated |
//! | ReprocurementStarted | LT failed, LT new, PJ |
//! | EventCorrected, EventVoided | what they say that they touch |

use super::{
    entity::EntityRef,
    values::{StreamKind, StreamName},
};
use crate::events::v1::{
    self, BudgetPart, EntityKind, FarmPlatform, NoticeType, event_payload::Payload,
};

/// Collects entities of a stream, each once.
struct Touched<'a> {
    stream: &'a StreamName,
    entities: Vec<EntityRef>,
}

impl Touched<'_> {
    fn add(&mut self, kind: EntityKind, owner: &str, id: &str) -> &mut Self {
        let entity = EntityRef::new(kind, &self.stream.partition, owner, id);
        if !self.entities.contains(&entity) {
            self.entities.push(entity);
        }
        self
    }

    /// An object of the event's own stream.
    fn own(&mut self, kind: EntityKind, id: &str) -> &mut Self {
        let stream = self.stream;
        self.add(kind, &stream.id, id)
    }

    fn project(&mut self) -> &mut Self {
        self.own(EntityKind::Project, "")
    }

    fn lots<'l>(&mut self, lot_nos: impl Iterator<Item = &'l str>) -> &mut Self {
        for lot_no in lot_nos {
            self.own(EntityKind::Lot, lot_no);
        }
        self
    }

    fn lines(&mut self, parts: &[BudgetPart]) -> &mut Self {
        for part in parts {
            self.add(EntityKind::BudgetLine, &part.budget_line_id, "");
        }
        self
    }

    fn line_ids(&mut self, ids: &[String]) -> &mut Self {
        for id in ids {
            self.add(EntityKind::BudgetLine, id, "");
        }
        self
    }

    fn intentions(&mut self, ids: &[String]) -> &mut Self {
        for id in ids {
            self.own(EntityKind::Intention, id);
        }
        self
    }

    /// A challenge, and the challenges of the project together.
    fn challenge(&mut self, id: &str) -> &mut Self {
        self.own(EntityKind::Challenge, id);
        self.own(EntityKind::ChallengeRoll, "")
    }

    /// The argument that a publicity rests on, if it names one.
    fn argument(&mut self, id: &str) -> &mut Self {
        match id {
            "" => self,
            id => self.own(EntityKind::SingleSource, id),
        }
    }

    fn contract(&mut self, id: &str) -> &mut Self {
        self.own(EntityKind::Contract, id)
    }

    fn payment(&mut self, payment_id: &str, contract_id: &str) -> &mut Self {
        self.own(EntityKind::Payment, payment_id);
        self.contract(contract_id)
    }

    fn acceptance(&mut self, acceptance_id: &str, contract_id: &str) -> &mut Self {
        self.own(EntityKind::Acceptance, acceptance_id);
        self.contract(contract_id)
    }

    /// Money that moves in an order, or what is payable, makes it paid or not paid any more.
    fn order_if_one(&mut self) -> &mut Self {
        match self.stream.kind {
            StreamKind::Order => self.own(EntityKind::Order, ""),
            _ => self,
        }
    }

    /// A notice, and the assessment whose result it publishes.
    fn notice(&mut self, event: &v1::NoticePublished) -> &mut Self {
        self.own(EntityKind::Notice, &event.notice_id);
        let publishes = event.notice_type() == NoticeType::AssessmentResult;
        if publishes && self.stream.kind == StreamKind::Agency && !event.assessment_id.is_empty() {
            self.own(EntityKind::Assessment, &event.assessment_id);
        }
        self
    }

    /// An order with its contract, its money and its budget lines.
    fn order(&mut self, order_no: &str) -> &mut Self {
        self.own(EntityKind::Order, "").contract(order_no)
    }

    /// A loan and what the contract owes.
    fn loan(&mut self, financing_id: &str, contract_id: &str) -> &mut Self {
        self.own(EntityKind::Financing, financing_id)
            .own(EntityKind::Receivable, contract_id)
    }

    /// A security, and the contract that it secures if it names one.
    fn security(&mut self, kind: EntityKind, id: &str, contract_id: &str) -> &mut Self {
        self.own(kind, id);
        match contract_id {
            "" => self,
            _ => self.contract(contract_id),
        }
    }

    /// The own venue and a request in a region's stream.
    fn allocation(&mut self, region: &str, request_id: &str) -> &mut Self {
        self.own(EntityKind::Venue, "")
            .add(EntityKind::VenueRequest, region, request_id)
    }

    /// What a unit reserves on a platform in a year.
    fn farm_reserve(&mut self, year: i32, platform: FarmPlatform) -> &mut Self {
        let platform = farm_platform(platform);
        self.own(EntityKind::FarmReserve, &format!("{year}-{platform}"))
    }

    /// What a correction or void says that it touches.
    fn stated(&mut self, touches: &[v1::EntityRef]) -> &mut Self {
        for entity in touches {
            self.add(entity.kind(), &entity.owner_id, &entity.id);
        }
        self
    }
}

/// Lists the entities that an event touches, without repeats, its own object first. Pure in stream
/// and payload.
pub fn touched(stream: &StreamName, payload: &v1::EventPayload) -> Vec<EntityRef> {
    payload
        .payload
        .as_ref()
        .map_or_else(Vec::new, |payload| touched_by(stream, payload))
}

/// As [`touched`], of the payload's member.
pub fn touched_by(stream: &StreamName, payload: &Payload) -> Vec<EntityRef> {
    let mut touched = Touched {
        stream,
        entities: Vec::with_capacity(1),
    };
    match payload {
        Payload::EventCorrected(event) => touched.stated(&event.touches),
        Payload::EventVoided(event) => touched.stated(&event.touches),
        Payload::SyncBatchReceived(event) => touched.own(EntityKind::SyncBatch, &event.batch_id),
        Payload::OcdsReleaseImported(_) => touched.own(EntityKind::OcdsProcess, ""),
        Payload::OrganisationRegistered(_)
        | Payload::OrganisationChanged(_)
        | Payload::OrganisationMerged(_)
        | Payload::OrganisationClosed(_) => touched.own(EntityKind::Organisation, ""),
        Payload::RegionRegistered(_) => touched.own(EntityKind::Region, ""),
        Payload::SourceSystemRegistered(_) => touched.own(EntityKind::SourceSystem, ""),
        Payload::ThresholdProfilePublished(event) => {
            touched.own(EntityKind::ThresholdProfile, &event.profile_id)
        }
        Payload::HolidayCalendarPublished(event) => {
            touched.own(EntityKind::HolidayCalendar, &event.year.to_string())
        }
        Payload::BudgetLineApproved(_)
        | Payload::BudgetLineAdjusted(_)
        | Payload::BudgetLineFrozen(_)
        | Payload::BudgetLineUnfrozen(_)
        | Payload::BudgetLineClosed(_) => touched.own(EntityKind::BudgetLine, ""),
        Payload::NoticePublished(event) => touched.notice(event),
        Payload::AgencyDelegated(event) => touched.own(EntityKind::Delegation, &event.agency),
        _ => touch_project(&mut touched, payload),
    };
    touched.entities
}

/// Events of the money line.
fn touch_project<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    let lot = EntityKind::Lot;
    match payload {
        Payload::PlanFiled(plan) => touched
            .project()
            .lots(plan.lots.iter().map(|lot| lot.lot_no.as_str()))
            .lines(&plan.budget_parts)
            .intentions(&plan.intention_ids),
        Payload::PlanRevised(plan) => touched
            .project()
            .lots(plan.lots.iter().map(|lot| lot.lot_no.as_str()))
            .lines(&plan.budget_parts),
        Payload::PlanCancelled(end) => touched.project().line_ids(&end.budget_line_ids),
        Payload::PlanCompleted(end) => touched.project().line_ids(&end.budget_line_ids),
        Payload::ProcurementDocumentIssued(event) => {
            touched.lots(event.lot_nos.iter().map(String::as_str))
        }
        Payload::BidReceived(event) => touched.own(lot, &event.lot_no),
        Payload::BidWithdrawn(event) => touched.own(lot, &event.lot_no),
        Payload::BidsOpened(event) => touched.own(lot, &event.lot_no),
        Payload::CommitteeFormed(event) => touched.own(lot, &event.lot_no),
        Payload::EvaluationConcluded(event) => touched.own(lot, &event.lot_no),
        Payload::EvaluationReportDelivered(event) => touched.own(lot, &event.lot_no),
        Payload::WinnerDetermined(event) => touched.own(lot, &event.lot_no),
        Payload::AwardNoticeIssued(event) => touched.own(lot, &event.lot_no),
        Payload::AwardRecorded(event) => touched.own(lot, &event.lot_no),
        Payload::LotFailed(event) => touched
            .own(lot, &event.lot_no)
            .project()
            .lines(&event.budget_parts),
        Payload::LotRetryAbandoned(event) => touched
            .own(lot, &event.lot_no)
            .project()
            .lines(&event.budget_parts),
        Payload::PaymentRequested(event) => touched
            .payment(&event.payment_id, &event.contract_id)
            .project(),
        Payload::PaymentAccepted(event) => touched.payment(&event.payment_id, &event.contract_id),
        Payload::PaymentRejected(event) => touched
            .payment(&event.payment_id, &event.contract_id)
            .project(),
        Payload::PaymentExecuted(event) => touched
            .payment(&event.payment_id, &event.contract_id)
            .project()
            .lines(&event.budget_parts)
            .order_if_one(),
        Payload::PaymentReturned(event) => touched
            .payment(&event.payment_id, &event.contract_id)
            .project()
            .lines(&event.budget_parts)
            .order_if_one(),
        Payload::AcceptanceRequested(e) => touched.acceptance(&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceTeamFormed(e) => touched.acceptance(&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceConcluded(e) => touched.acceptance(&e.acceptance_id, &e.contract_id),
        Payload::AcceptanceMaterialUploaded(e) => {
            touched.acceptance(&e.acceptance_id, &e.contract_id)
        }
        _ => touch_contract(touched, payload),
    }
}

/// Events of a contract alone.
fn touch_contract<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    match payload {
        Payload::ContractSigned(event) => touched
            .contract(&event.contract_id)
            .own(EntityKind::Lot, &event.lot_no),
        Payload::SupplementSigned(event) => touched
            .contract(&event.contract_id)
            .project()
            .lines(&event.budget_parts),
        Payload::ContractFiled(event) => touched.contract(&event.contract_id),
        Payload::ContractChanged(event) => touched.contract(&event.contract_id),
        Payload::ContractSuspended(event) => touched.contract(&event.contract_id),
        Payload::ContractResumed(event) => touched.contract(&event.contract_id),
        Payload::ContractTerminated(event) => touched.contract(&event.contract_id),
        Payload::ContractCompleted(event) => touched.contract(&event.contract_id),
        Payload::PerformanceStarted(event) => touched.contract(&event.contract_id),
        Payload::GoodsDelivered(event) => touched.contract(&event.contract_id),
        Payload::InvoiceReceived(event) => touched.contract(&event.contract_id),
        Payload::SettlementConfirmed(event) => touched.contract(&event.contract_id),
        Payload::LiquidatedDamagesAssessed(event) => {
            touched.contract(&event.contract_id).order_if_one()
        }
        Payload::RectificationCompleted(event) => touched.contract(&event.contract_id),
        _ => touch_early(touched, payload),
    }
}

/// Events before the award that are not of the money line.
fn touch_early<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    use EntityKind as K;
    match payload {
        Payload::IntentionPublished(e) => touched.own(K::Intention, &e.intention_id),
        Payload::IntentionRevised(e) => touched.own(K::Intention, &e.intention_id),
        Payload::IntentionWithdrawn(e) => touched.own(K::Intention, &e.intention_id),
        Payload::IntentionExempted(e) => touched.own(K::Intention, &e.intention_id),
        Payload::DemandSurveyed(e) => touched.own(K::Requirement, &e.requirement_id),
        Payload::RequirementDefined(e) => touched.own(K::Requirement, &e.requirement_id),
        Payload::RequirementReviewed(e) => touched.own(K::Requirement, &e.requirement_id),
        Payload::MethodChangeRequested(e) => touched.own(K::MethodChange, &e.request_id),
        Payload::MethodChangeApproved(e) => touched
            .own(K::MethodChange, &e.request_id)
            .lots(e.lot_nos.iter().map(String::as_str)),
        Payload::MethodChangeRejected(e) => touched.own(K::MethodChange, &e.request_id),
        Payload::ProcurementStarted(e) => touched.lots(e.lot_nos.iter().map(String::as_str)),
        Payload::ClarificationIssued(e) => touched.lots(e.lot_nos.iter().map(String::as_str)),
        Payload::QualificationReviewed(e) => touched.own(K::Lot, &e.lot_no),
        Payload::AbnormalLowPriceTriggered(e) => touched.own(K::Lot, &e.lot_no),
        Payload::AbnormalLowPriceExplained(e) => touched.own(K::Lot, &e.lot_no),
        Payload::AbnormalLowPriceDecided(e) => touched.own(K::Lot, &e.lot_no),
        Payload::ProcurementTerminated(e) => touched.lots(e.lot_nos.iter().map(String::as_str)),
        Payload::ReevaluationOrdered(e) => touched.own(K::Lot, &e.lot_no),
        Payload::AwardRevoked(e) => touched
            .own(K::Lot, &e.lot_no)
            .project()
            .lines(&e.budget_parts),
        Payload::SingleSourceArgued(e) => touched.own(K::SingleSource, &e.argument_id),
        Payload::SingleSourcePublicised(e) => touched
            .own(K::SingleSource, &e.publicity_id)
            .argument(&e.argument_id)
            .lots(e.lot_nos.iter().map(String::as_str)),
        Payload::SingleSourceObjected(e) => touched.own(K::SingleSource, &e.publicity_id),
        Payload::SingleSourceReargued(e) => touched
            .own(K::SingleSource, &e.publicity_id)
            .lots(e.lot_nos.iter().map(String::as_str)),
        Payload::ReprocurementStarted(e) => touched
            .own(K::Lot, &e.lot_no)
            .own(K::Lot, &e.new_lot_no)
            .project(),
        Payload::AgencyFeePaid(e) => touched.own(K::Fee, &e.fee_id),
        Payload::ExpertFeePaid(e) => touched.own(K::Fee, &e.fee_id),
        Payload::ConfirmationRequested(e) => touched.own(K::Receivable, &e.contract_id),
        Payload::ContractConfirmed(e) => touched.own(K::Receivable, &e.contract_id),
        Payload::CreditEvaluated(_) => touched.own(K::Credit, ""),
        Payload::BadConductRecorded(e) => touched.own(K::Ban, &e.record_id),
        Payload::CreditRepaired(e) => touched.own(K::Ban, &e.record_id),
        Payload::StageLinked(e) => touched.own(K::StageLink, &e.link_id),
        _ => touch_disputes(touched, payload),
    }
}

/// Inquiries, challenges, complaints, loans and securities.
fn touch_disputes<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    use EntityKind as K;
    match payload {
        Payload::InquiryReceived(e) => touched.own(K::Inquiry, &e.inquiry_id),
        Payload::InquiryAnswered(e) => touched.own(K::Inquiry, &e.inquiry_id),
        Payload::ChallengeFiled(e) => touched.challenge(&e.challenge_id),
        Payload::ChallengeReceived(e) => touched.challenge(&e.challenge_id),
        Payload::ChallengeRefused(e) => touched.challenge(&e.challenge_id),
        Payload::ChallengeForwarded(e) => touched.challenge(&e.challenge_id),
        Payload::ChallengeReplied(e) => touched.challenge(&e.challenge_id),
        Payload::ChallengeWithdrawn(e) => touched.challenge(&e.challenge_id),
        Payload::ComplaintReceived(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintCorrectionRequested(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintCorrected(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintReviewed(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintCopiesSent(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintResponded(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintSuspensionOrdered(e) => touched
            .own(K::Complaint, &e.complaint_id)
            .lots(e.lot_nos.iter().map(String::as_str)),
        Payload::ComplaintSuspensionLifted(e) => touched
            .own(K::Complaint, &e.complaint_id)
            .lots(e.lot_nos.iter().map(String::as_str)),
        Payload::ComplaintClockPaused(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintClockResumed(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintWithdrawn(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::ComplaintDecided(e) => touched.own(K::Complaint, &e.complaint_id),
        Payload::FinancingConsentGiven(e) => touched.own(K::Receivable, &e.contract_id),
        Payload::FinancingApplied(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingApproved(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingRejected(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingCancelled(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::PayeeAccountLocked(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::PayeeAccountReleased(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingDisbursed(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingRepaid(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::FinancingDefaulted(e) => touched.loan(&e.financing_id, &e.contract_id),
        Payload::BondCollected(e) => touched.security(K::Bond, &e.bond_id, &e.contract_id),
        Payload::BondReturned(e) => touched.security(K::Bond, &e.bond_id, &e.contract_id),
        Payload::BondForfeited(e) => touched.security(K::Bond, &e.bond_id, &e.contract_id),
        Payload::GuaranteeIssued(e) => {
            touched.security(K::Guarantee, &e.guarantee_no, &e.contract_id)
        }
        Payload::GuaranteeExtended(e) => {
            touched.security(K::Guarantee, &e.guarantee_no, &e.contract_id)
        }
        Payload::GuaranteeReleased(e) => {
            touched.security(K::Guarantee, &e.guarantee_no, &e.contract_id)
        }
        Payload::GuaranteeClaimed(e) => {
            touched.security(K::Guarantee, &e.guarantee_no, &e.contract_id)
        }
        Payload::GuaranteeExpired(e) => {
            touched.security(K::Guarantee, &e.guarantee_no, &e.contract_id)
        }
        Payload::CreditEnhancementAccepted(e) => {
            touched.own(K::CreditEnhancement, &e.enhancement_id)
        }
        Payload::ApprovalRequested(e) => touched.own(K::Approval, &e.approval_id),
        Payload::ApprovalSupplementRequested(e) => touched.own(K::Approval, &e.approval_id),
        Payload::ApprovalSupplemented(e) => touched.own(K::Approval, &e.approval_id),
        Payload::ApprovalDecided(e) => touched.own(K::Approval, &e.approval_id),
        Payload::ApprovalWithdrawn(e) => touched.own(K::Approval, &e.approval_id),
        _ => touch_market(touched, payload),
    }
}

/// E-mall, farm products and framework agreements.
fn touch_market<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    use EntityKind as K;
    match payload {
        Payload::EmallRulePublished(e) => touched.own(K::EmallRule, &e.rule_id),
        Payload::EmallManagerAppointed(e) => touched.own(K::EmallManager, &e.appointment_id),
        Payload::EmallUnitActivated(_) => touched.own(K::EmallUnit, ""),
        Payload::EmallRfqOpened(_)
        | Payload::EmallRfqClosed(_)
        | Payload::EmallRfqFailed(_)
        | Payload::EmallOrderShipped(_) => touched.own(K::Order, ""),
        Payload::EmallOrderPlaced(e) => touched.order(&e.order_no).project().lines(&e.budget_parts),
        Payload::EmallOrderConfirmed(e) => touched.order(&e.order_no),
        Payload::EmallOrderDelivered(e) => touched.order(&e.order_no),
        Payload::EmallOrderAccepted(e) => touched.order(&e.order_no),
        Payload::EmallOrderCancelled(e) => {
            touched.order(&e.order_no).project().lines(&e.budget_parts)
        }
        Payload::EmallOrderReturned(e) => {
            touched.order(&e.order_no).project().lines(&e.budget_parts)
        }
        Payload::EmallObjectionRaised(e) => touched.own(K::EmallObjection, &e.objection_id),
        Payload::EmallObjectionTaken(e) => touched.own(K::EmallObjection, &e.objection_id),
        Payload::EmallObjectionResolved(e) => touched.own(K::EmallObjection, &e.objection_id),
        Payload::EmallObjectionWithdrawn(e) => touched.own(K::EmallObjection, &e.objection_id),
        Payload::SmallPurchaseRecorded(e) => touched.own(K::SmallPurchase, &e.purchase_id),
        Payload::CanteenSpendDeclared(e) => {
            touched.own(K::CanteenSpend, &e.fiscal_year.to_string())
        }
        Payload::FarmPlatformRegistered(e) => {
            touched.own(K::FarmAccount, farm_platform(e.platform()))
        }
        Payload::FarmReserveDeclared(e) => touched.farm_reserve(e.fiscal_year, e.platform()),
        Payload::FarmPurchaseReported(e) => touched.farm_reserve(e.fiscal_year, e.platform()),
        Payload::FarmPurchaseReversed(e) => touched.farm_reserve(e.fiscal_year, e.platform()),
        Payload::FrameworkDrafted(_)
        | Payload::FrameworkPlanReviewed(_)
        | Payload::FrameworkSolicited(_)
        | Payload::FrameworkShortlisted(_)
        | Payload::FrameworkAgreementSigned(_)
        | Payload::FrameworkActivated(_)
        | Payload::FrameworkFiled(_)
        | Payload::FrameworkSupplementSolicited(_)
        | Payload::FrameworkSupplierRemoved(_)
        | Payload::FrameworkOrderPlaced(_)
        | Payload::FrameworkExpired(_)
        | Payload::FrameworkTerminated(_) => touched.own(K::Framework, ""),
        _ => touch_oversight(touched, payload),
    }
}

/// Venues, approval items, libraries, internal control, assessment, on-boarding, oversight.
fn touch_oversight<'a, 'b>(touched: &'a mut Touched<'b>, payload: &Payload) -> &'a mut Touched<'b> {
    use EntityKind as K;
    match payload {
        Payload::VenueRegistered(_) | Payload::VenueSlotOpened(_) => touched.own(K::Venue, ""),
        Payload::VenueRequested(e) => touched.own(K::VenueRequest, &e.request_id),
        Payload::VenueRequestDenied(e) => touched.own(K::VenueRequest, &e.request_id),
        Payload::VenueRequestWithdrawn(e) => touched.own(K::VenueRequest, &e.request_id),
        Payload::VenueAllocated(e) => touched.allocation(&e.region, &e.request_id),
        Payload::VenueReleased(e) => touched.allocation(&e.region, &e.request_id),
        Payload::VenueUsed(e) => touched.allocation(&e.region, &e.request_id),
        Payload::VenueNotUsed(e) => touched.allocation(&e.region, &e.request_id),
        Payload::ApprovalItemCatalogued(e) => touched.own(K::ApprovalItem, &e.item_code),
        Payload::ApprovalItemAbolished(e) => touched.own(K::ApprovalItem, &e.item_code),
        Payload::ApprovalItemMerged(e) => touched.own(K::ApprovalItem, &e.item_code),
        Payload::ApprovalItemJustified(e) => touched.own(K::ApprovalItem, &e.item_code),
        Payload::SupplierLibraryReported(_)
        | Payload::SupplierLibraryAbolished(_)
        | Payload::SupplierLibraryRetained(_) => touched.own(K::Library, ""),
        Payload::BarrierClueReceived(e) => touched.own(K::BarrierClue, &e.clue_id),
        Payload::BarrierConfirmed(e) => touched.own(K::BarrierClue, &e.clue_id),
        Payload::BarrierDismissed(e) => touched.own(K::BarrierClue, &e.clue_id),
        Payload::BarrierRectified(e) => touched.own(K::BarrierClue, &e.clue_id),
        Payload::FairCompetitionReviewed(e) => touched.own(K::FairReview, &e.review_id),
        Payload::InternalControlIssued(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::InternalControlFiled(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::InternalControlFilingAccepted(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::InternalControlFilingReturned(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::InternalControlRevised(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::InternalControlRepealed(e) => touched.own(K::InternalControl, &e.control_id),
        Payload::AssessmentPlanIssued(e) => touched.own(K::Assessment, &e.assessment_id),
        Payload::AssessmentScored(e) => touched.own(K::Assessment, &e.assessment_id),
        Payload::AssessmentConcluded(e) => touched.own(K::Assessment, &e.assessment_id),
        Payload::AssessmentRectificationOrdered(e) => touched.own(K::Assessment, &e.assessment_id),
        Payload::AssessmentRectified(e) => touched.own(K::Assessment, &e.assessment_id),
        Payload::RegionOnboardingStarted(_)
        | Payload::RegionModuleEnabled(_)
        | Payload::RegionOnboarded(_)
        | Payload::RegionModuleSuspended(_) => touched.own(K::Onboarding, ""),
        Payload::CampaignTaskDefined(e) => touched.own(K::CampaignTask, &e.task_no),
        Payload::CampaignTaskReported(e) => touched.own(K::CampaignTask, &e.task_no),
        Payload::OperatingProcedureIssued(e) => touched.own(K::Procedure, &e.procedure_id),
        Payload::IrregularFactRecorded(e) => touched.own(K::IrregularFact, &e.fact_id),
        Payload::FindingWaived(e) => touched.own(K::Waiver, &e.waiver_id),
        Payload::MetricReleased(e) => touched.own(K::Metric, &e.release_id),
        Payload::RulePackAdopted(e) => touched.own(K::RulePack, &e.pack_id),
        _ => touched,
    }
}

/// The platform as entity ids have it.
pub(super) fn farm_platform(platform: FarmPlatform) -> &'static str {
    match platform {
        FarmPlatform::P832 => "P832",
        FarmPlatform::HnRural => "HN_RURAL",
        FarmPlatform::Unspecified => "",
    }
}

#[cfg(test)]
mod tests;
