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
//! | registry, sync, ocds | their one object |
//! | EventCorrected, EventVoided | what they say that they touch |

use super::{entity::EntityRef, values::StreamName};
use crate::events::v1::{self, BudgetPart, EntityKind, event_payload::Payload};

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
        Payload::IntentionPublished(_)
        | Payload::IntentionRevised(_)
        | Payload::IntentionWithdrawn(_) => &mut touched,
        Payload::NoticePublished(event) => touched.own(EntityKind::Notice, &event.notice_id),
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
            .lines(&plan.budget_parts),
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
            .lines(&event.budget_parts),
        Payload::PaymentReturned(event) => touched
            .payment(&event.payment_id, &event.contract_id)
            .project()
            .lines(&event.budget_parts),
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
        Payload::LiquidatedDamagesAssessed(event) => touched.contract(&event.contract_id),
        Payload::RectificationCompleted(event) => touched.contract(&event.contract_id),
        _ => touched,
    }
}

#[cfg(test)]
mod tests;
