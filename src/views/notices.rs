//! Notices as views list them, and the stage that each belongs to.

use super::Standing;
use crate::{
    domain::values::local_date,
    events::v1::{self, LoopStage, NoticeType},
};

/// A notice.
pub fn notice(standing: &Standing, e: &v1::NoticePublished) -> v1::ViewNotice {
    v1::ViewNotice {
        notice_id: e.notice_id.clone(),
        notice_type: e.notice_type,
        channel: e.channel.clone(),
        url: e.url.clone(),
        published_on: e
            .published_at
            .as_ref()
            .and_then(|at| local_date(at.seconds, at.nanos))
            .map_or_else(|| standing.on().to_string(), |day| day.to_string()),
        from: e.from.clone(),
        to: e.to.clone(),
        lot_nos: e.lot_nos.clone(),
        contract_id: e.contract_id.clone(),
        acceptance_id: e.acceptance_id.clone(),
        complaint_id: e.complaint_id.clone(),
        corrects_notice_id: e.corrects_notice_id.clone(),
        position: standing.position,
    }
}

/// The stage that a notice publishes something of.
pub fn stage_of(notice_type: NoticeType) -> Option<LoopStage> {
    use NoticeType as N;
    Some(match notice_type {
        N::Intention => LoopStage::Intention,
        N::Tender
        | N::Correction
        | N::SingleSource
        | N::AwardResult
        | N::Termination
        | N::LotFailure
        | N::Prequalification
        | N::Shortlist => LoopStage::Execution,
        N::Contract | N::ContractChange => LoopStage::Contract,
        N::SmeArrears => LoopStage::Payment,
        N::AcceptanceResult => LoopStage::Acceptance,
        N::Penalty => LoopStage::Credit,
        N::Unspecified | N::AssessmentResult | N::ComplaintDecision => return None,
    })
}
