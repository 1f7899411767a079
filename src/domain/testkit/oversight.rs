//! Facts of venues, libraries, internal control, assessment, on-boarding and oversight.

use super::{CENTRAL, LOT, PROJECT, REGION, REGULATOR, UNIT, UNIT_2, instant, notice_published};
use crate::domain::registry::rule_pack::digest_of;
use crate::events::v1::{
    self, AssessmentGrade, AssessmentIndicator, BarrierType, ClueSource, ControlArea, LibraryKind,
    NoticeType, SystemModule, VenueDenialReason, VenueKind,
};

/// The room; the id of its stream.
pub const ROOM: &str = "VN-430400-01";
/// The library; the id of its stream.
pub const LIBRARY: &str = "LB-430400-01";

/// A room of the city.
pub fn venue_registered() -> v1::VenueRegistered {
    v1::VenueRegistered {
        venue_id: ROOM.to_owned(),
        region: REGION.to_owned(),
        room_no: "301".to_owned(),
        kind: VenueKind::Opening.into(),
        capacity: 20,
        on: "2024-01-03".to_owned(),
    }
}

/// A slot on 2024-02-06, from and until hours of the day.
pub fn venue_slot_opened(slot_id: &str, from: i64, to: i64) -> v1::VenueSlotOpened {
    v1::VenueSlotOpened {
        venue_id: ROOM.to_owned(),
        slot_id: slot_id.to_owned(),
        from: instant("2024-02-06", from),
        to: instant("2024-02-06", to),
        opened_on: "2024-01-04".to_owned(),
    }
}

/// A request for the kit's lot.
pub fn venue_requested(request_id: &str) -> v1::VenueRequested {
    v1::VenueRequested {
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        project_id: PROJECT.to_owned(),
        lot_nos: vec![LOT.to_owned()],
        kind: VenueKind::Opening.into(),
        desired_start: instant("2024-02-06", 9),
        duration_min: 120,
        requested_at: instant("2024-01-16", 9),
    }
}

/// Its denial.
pub fn venue_request_denied(request_id: &str) -> v1::VenueRequestDenied {
    v1::VenueRequestDenied {
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        reason: VenueDenialReason::NoRoom.into(),
        denied_on: "2024-01-17".to_owned(),
    }
}

/// Its withdrawal.
pub fn venue_request_withdrawn(request_id: &str) -> v1::VenueRequestWithdrawn {
    v1::VenueRequestWithdrawn {
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        withdrawn_on: "2024-01-17".to_owned(),
    }
}

/// The room for a request, on 2024-02-06 from and until minutes of the day.
///
/// # Panics
/// When the day is no day.
pub fn venue_allocated(request_id: &str, from_min: i64, to_min: i64) -> v1::VenueAllocated {
    let at = |minutes: i64| {
        instant("2024-02-06", 0).map(|mut at| {
            at.seconds += minutes * 60;
            at
        })
    };
    v1::VenueAllocated {
        venue_id: ROOM.to_owned(),
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        project_id: PROJECT.to_owned(),
        start: at(from_min),
        end: at(to_min),
        allocated_on: "2024-01-18".to_owned(),
    }
}

/// Its release.
pub fn venue_released(request_id: &str) -> v1::VenueReleased {
    v1::VenueReleased {
        venue_id: ROOM.to_owned(),
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        project_id: PROJECT.to_owned(),
        released_on: "2024-01-18".to_owned(),
    }
}

/// Its use.
pub fn venue_used(request_id: &str) -> v1::VenueUsed {
    v1::VenueUsed {
        venue_id: ROOM.to_owned(),
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        project_id: PROJECT.to_owned(),
        actual_start: instant("2024-02-06", 9),
        actual_end: instant("2024-02-06", 10),
    }
}

/// Nobody came.
pub fn venue_not_used(request_id: &str) -> v1::VenueNotUsed {
    v1::VenueNotUsed {
        venue_id: ROOM.to_owned(),
        request_id: request_id.to_owned(),
        region: REGION.to_owned(),
        project_id: PROJECT.to_owned(),
        on: "2024-02-06".to_owned(),
    }
}

/// A report of the library.
pub fn supplier_library_reported() -> v1::SupplierLibraryReported {
    v1::SupplierLibraryReported {
        library_id: LIBRARY.to_owned(),
        owner: UNIT.to_owned(),
        kind: LibraryKind::Backup.into(),
        basis_doc: String::new(),
        supplier_count: 36,
        used_as_condition: true,
        created_on: "2022-01-01".to_owned(),
        revives: String::new(),
        reported_on: "2024-02-01".to_owned(),
    }
}

/// Its abolition.
pub fn supplier_library_abolished() -> v1::SupplierLibraryAbolished {
    v1::SupplierLibraryAbolished {
        library_id: LIBRARY.to_owned(),
        doc_no: "衡财购〔2024〕5号".to_owned(),
        abolished_on: "2024-03-01".to_owned(),
    }
}

/// The decision to retain it.
pub fn supplier_library_retained() -> v1::SupplierLibraryRetained {
    v1::SupplierLibraryRetained {
        library_id: LIBRARY.to_owned(),
        legal_basis: "令110".to_owned(),
        approved_by: "衡阳市财政局".to_owned(),
        retained_on: "2024-02-20".to_owned(),
    }
}

/// A clue in the library's stream.
pub fn barrier_clue_received() -> v1::BarrierClueReceived {
    v1::BarrierClueReceived {
        clue_id: "BC-1".to_owned(),
        source: ClueSource::Public.into(),
        subject_ref: LIBRARY.to_owned(),
        clause_text: "须入库".to_owned(),
        barrier_type: BarrierType::Library.into(),
        received_on: "2024-02-02".to_owned(),
    }
}

/// Its confirmation.
pub fn barrier_confirmed() -> v1::BarrierConfirmed {
    v1::BarrierConfirmed {
        clue_id: "BC-1".to_owned(),
        confirmed_on: "2024-02-05".to_owned(),
    }
}

/// Its dismissal.
pub fn barrier_dismissed() -> v1::BarrierDismissed {
    v1::BarrierDismissed {
        clue_id: "BC-1".to_owned(),
        reason: "不属实".to_owned(),
        dismissed_on: "2024-02-05".to_owned(),
    }
}

/// The barrier is taken away.
pub fn barrier_rectified() -> v1::BarrierRectified {
    v1::BarrierRectified {
        clue_id: "BC-1".to_owned(),
        evidence: "已删除条款".to_owned(),
        rectified_on: "2024-02-08".to_owned(),
    }
}

/// Rules of internal control of the second unit.
pub fn internal_control_issued() -> v1::InternalControlIssued {
    v1::InternalControlIssued {
        control_id: "IC-1".to_owned(),
        unit: UNIT_2.to_owned(),
        doc_no: "衡示校〔2024〕1号".to_owned(),
        title: "政府采购内部控制制度".to_owned(),
        covers: vec![ControlArea::Demand.into(), ControlArea::Separation.into()],
        file_hash: "0".repeat(64),
        issued_on: "2024-02-01".to_owned(),
    }
}

/// Their filing.
pub fn internal_control_filed(filed_to: &str, filed_on: &str) -> v1::InternalControlFiled {
    v1::InternalControlFiled {
        control_id: "IC-1".to_owned(),
        filed_to: filed_to.to_owned(),
        filed_on: filed_on.to_owned(),
    }
}

/// Finance accepts it.
pub fn internal_control_filing_accepted(on: &str) -> v1::InternalControlFilingAccepted {
    v1::InternalControlFilingAccepted {
        control_id: "IC-1".to_owned(),
        decided_on: on.to_owned(),
    }
}

/// Finance returns it.
pub fn internal_control_filing_returned(on: &str) -> v1::InternalControlFilingReturned {
    v1::InternalControlFilingReturned {
        control_id: "IC-1".to_owned(),
        reason: "缺少验收环节".to_owned(),
        decided_on: on.to_owned(),
    }
}

/// An assessment of the central agency by two indicators.
pub fn assessment_plan_issued(weights_bp: [i32; 2]) -> v1::AssessmentPlanIssued {
    let codes = [AssessmentIndicator::Price, AssessmentIndicator::Service];
    let indicator = |(code, weight_bp): (AssessmentIndicator, i32)| v1::IndicatorWeight {
        code: code.into(),
        name: "指标".to_owned(),
        weight_bp,
    };
    v1::AssessmentPlanIssued {
        assessment_id: "AS-1".to_owned(),
        agency: CENTRAL.to_owned(),
        fiscal_year: 2023,
        indicators: codes.into_iter().zip(weights_bp).map(indicator).collect(),
        issued_on: "2024-02-01".to_owned(),
    }
}

/// A score.
pub fn assessment_scored(indicator: AssessmentIndicator) -> v1::AssessmentScored {
    v1::AssessmentScored {
        assessment_id: "AS-1".to_owned(),
        indicator: indicator.into(),
        score_x100: 9_250,
        evidence: String::new(),
        scored_on: "2024-02-20".to_owned(),
    }
}

/// The conclusion.
pub fn assessment_concluded() -> v1::AssessmentConcluded {
    v1::AssessmentConcluded {
        assessment_id: "AS-1".to_owned(),
        total_x100: 9_100,
        grade: AssessmentGrade::Excellent.into(),
        concluded_on: "2024-02-25".to_owned(),
    }
}

/// The notice of its result; it belongs into the agency's stream.
pub fn assessment_notice(notice_id: &str) -> v1::NoticePublished {
    v1::NoticePublished {
        notice_type: NoticeType::AssessmentResult.into(),
        project_id: String::new(),
        lot_nos: Vec::new(),
        assessment_id: "AS-1".to_owned(),
        published_at: instant("2024-02-27", 9),
        content: None,
        ..notice_published(notice_id)
    }
}

/// The order to mend.
pub fn assessment_rectification_ordered() -> v1::AssessmentRectificationOrdered {
    v1::AssessmentRectificationOrdered {
        assessment_id: "AS-1".to_owned(),
        what: "质疑答复超期".to_owned(),
        until: "2024-04-30".to_owned(),
        ordered_on: "2024-03-01".to_owned(),
    }
}

/// It is mended.
pub fn assessment_rectified() -> v1::AssessmentRectified {
    v1::AssessmentRectified {
        assessment_id: "AS-1".to_owned(),
        measures: "完善制度".to_owned(),
        rectified_on: "2024-04-01".to_owned(),
    }
}

/// The city begins to use the province's system.
pub fn region_onboarding_started() -> v1::RegionOnboardingStarted {
    v1::RegionOnboardingStarted {
        region: REGION.to_owned(),
        on: "2024-01-05".to_owned(),
    }
}

/// A module is in use.
pub fn region_module_enabled(module: SystemModule) -> v1::RegionModuleEnabled {
    v1::RegionModuleEnabled {
        region: REGION.to_owned(),
        module: module.into(),
        enabled_on: "2024-01-06".to_owned(),
    }
}

/// A module is out of use.
pub fn region_module_suspended(module: SystemModule) -> v1::RegionModuleSuspended {
    v1::RegionModuleSuspended {
        region: REGION.to_owned(),
        module: module.into(),
        reason: "升级".to_owned(),
        suspended_on: "2024-03-01".to_owned(),
    }
}

/// The city is live.
pub fn region_onboarded() -> v1::RegionOnboarded {
    v1::RegionOnboarded {
        region: REGION.to_owned(),
        live_on: "2024-02-01".to_owned(),
    }
}

/// A task of the city.
pub fn campaign_task_defined() -> v1::CampaignTaskDefined {
    v1::CampaignTaskDefined {
        region: REGION.to_owned(),
        task_no: "06".to_owned(),
        title: "资金支付".to_owned(),
        responsible: vec![UNIT.to_owned(), REGULATOR.to_owned()],
        responsible_kinds: Vec::new(),
        due_on: "2024-10-31".to_owned(),
        defined_on: "2024-01-05".to_owned(),
    }
}

/// The first unit has done it.
pub fn campaign_task_reported() -> v1::CampaignTaskReported {
    v1::CampaignTaskReported {
        region: REGION.to_owned(),
        task_no: "06".to_owned(),
        unit: UNIT.to_owned(),
        evidence: vec!["衡财购〔2024〕9号".to_owned()],
        completed_on: "2024-05-05".to_owned(),
    }
}

/// A version of the national rules, with the digest of its text.
pub fn rule_pack_adopted(version: &str) -> v1::RulePackAdopted {
    let content = "rules: []".to_owned();
    v1::RulePackAdopted {
        pack_id: "cn-national".to_owned(),
        version: version.to_owned(),
        digest: digest_of(&content),
        content,
        effective_from: "2024-02-01".to_owned(),
        adopted_on: "2024-01-20".to_owned(),
    }
}
