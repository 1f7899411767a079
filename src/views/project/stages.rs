//! The nine stages: when each began and last moved, its documents and notices, where it stands.
//!
//! A stage stands where its own acts put it; notices prove publication and move no stage. Decided
//! where the domain's specification is silent:
//! - 采购意向: done when one is published and not withdrawn, failed when all are withdrawn.
//! - 采购需求: done when defined; a failed review of the newest version is a failed stage.
//! - 采购计划: in progress while a change of method waits for its decision; failed when cancelled.
//! - 交易执行: done when every lot ended or was awarded and at least one was; failed when all ended.
//! - 合同: done when every awarded lot has a contract; failed when all are terminated unaccepted.
//! - 资金支付, 履约验收: over all contracts; a terminated contract is accepted as far as it went.
//! - 信用评价: done when every contract that ended or was accepted is evaluated.
//! - An irregular fact shows at the stage whose gate it names, whatever else is so.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Folding, lots::Lot};
use crate::{
    events::v1::{
        self, ContractState, IntentionExemption, LoopStage, StageStatus, event_payload::Payload,
        notice_published::Content,
    },
    views::{Standing, acts, contract::Folded, notices},
};

/// The stages in order.
pub const STAGES: [LoopStage; 9] = [
    LoopStage::Budget,
    LoopStage::Intention,
    LoopStage::Requirement,
    LoopStage::Plan,
    LoopStage::Execution,
    LoopStage::Contract,
    LoopStage::Payment,
    LoopStage::Acceptance,
    LoopStage::Credit,
];

/// One stage in the making.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stage {
    /// The day of its first act.
    pub first_on: Option<NaiveDate>,
    /// The day of its last act.
    pub last_on: Option<NaiveDate>,
    positions: BTreeSet<u64>,
    documents: Vec<v1::ViewDocument>,
    notices: Vec<v1::ViewNotice>,
    is_irregular: bool,
}

/// What the early stages said last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Early {
    published: BTreeSet<String>,
    withdrawn: BTreeSet<String>,
    exempted: Option<IntentionExemption>,
    defined_version: i32,
    reviewed: Option<(i32, bool)>,
    /// The position of the plan.
    pub filed_at: Option<u64>,
    /// The day of the plan.
    pub filed_on: Option<NaiveDate>,
    is_cancelled: bool,
    method_changes_open: BTreeSet<String>,
    /// Documents issued: their positions.
    pub issued_at: BTreeSet<u64>,
    /// Lots whose result was published; an empty one stands for all.
    pub results_published: BTreeSet<String>,
}

/// The stages of a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stages {
    /// By number less one.
    found: [Stage; 9],
    /// What the early stages said last.
    pub early: Early,
}

impl Stages {
    /// The stage.
    pub fn stage(&self, stage: LoopStage) -> &Stage {
        &self.found[index(stage)]
    }

    fn stage_mut(&mut self, stage: LoopStage) -> &mut Stage {
        &mut self.found[index(stage)]
    }

    /// Takes in an event.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        if let Some(stage) = acts::stage_of(payload) {
            self.stage_mut(stage).act(standing, payload);
            self.early.take(standing, payload);
        }
        match payload {
            Payload::NoticePublished(e) => self.publish(standing, e),
            Payload::IrregularFactRecorded(e) => {
                if let Some(stage) = stage_of_gate(&e.violated_invariant) {
                    let stage = self.stage_mut(stage);
                    stage.is_irregular = true;
                    stage.positions.extend(standing.positions());
                }
            }
            _ => {}
        }
    }

    fn publish(&mut self, standing: &Standing, e: &v1::NoticePublished) {
        if e.notice_type() == v1::NoticeType::AwardResult {
            let lots = e.lot_nos.iter().cloned();
            self.early.results_published.extend(lots);
            if e.lot_nos.is_empty() {
                self.early.results_published.insert(String::new());
            }
        }
        let Some(stage) = notices::stage_of(e.notice_type()) else {
            return;
        };
        let stage = self.stage_mut(stage);
        stage.notices.push(notices::notice(standing, e));
        stage.attach(standing);
        if let Some(Content::Contract(notice)) = &e.content {
            stage.digest(standing, "合同 contract", &notice.contract_hash);
        }
    }

    /// The stages as they are served, gaps left out.
    pub fn views(&self, folding: &Folding) -> Vec<v1::StageView> {
        let view = |stage: LoopStage| {
            let of = self.stage(stage);
            let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
            let status = match of.is_irregular {
                true => StageStatus::Irregular,
                false => self.status(stage, folding),
            };
            v1::StageView {
                stage: stage.into(),
                status: status.into(),
                first_on: day(of.first_on),
                last_on: day(of.last_on),
                positions: of.positions.iter().copied().collect(),
                documents: of.documents.clone(),
                notices: of.notices.clone(),
                gaps: Vec::new(),
            }
        };
        STAGES.into_iter().map(view).collect()
    }

    fn status(&self, stage: LoopStage, folding: &Folding) -> StageStatus {
        use StageStatus::{Done, Exempt, Failed, InProgress, NotStarted};
        let early = &self.early;
        let is_begun = self.stage(stage).first_on.is_some();
        let contracts = || folding.contracts.found.values().filter(|c| c.is_signed());
        match stage {
            LoopStage::Unspecified => NotStarted,
            LoopStage::Budget => match (folding.has_unknown_line, is_begun) {
                (false, true) => Done,
                (true, true) => InProgress,
                (_, false) => NotStarted,
            },
            LoopStage::Intention if early.published.len() > early.withdrawn.len() => Done,
            LoopStage::Intention if early.exempted.is_some() => Exempt,
            LoopStage::Intention if !early.withdrawn.is_empty() => Failed,
            LoopStage::Requirement if early.has_failed_review() => Failed,
            LoopStage::Requirement if early.defined_version > 0 => Done,
            LoopStage::Plan if early.is_cancelled => Failed,
            LoopStage::Plan if early.filed_at.is_some() => {
                match early.method_changes_open.is_empty() {
                    true => Done,
                    false => InProgress,
                }
            }
            LoopStage::Execution => execution(folding.lots.found.values(), is_begun),
            LoopStage::Contract => contract(folding),
            LoopStage::Payment => {
                let is_paid = |c: &Folded| c.sums().outstanding.fen() <= 0;
                match (is_begun, contracts().all(is_paid)) {
                    (false, _) => NotStarted,
                    (true, true) => Done,
                    (true, false) => InProgress,
                }
            }
            LoopStage::Acceptance => acceptance(contracts(), is_begun),
            LoopStage::Credit if is_begun => {
                let mut due = contracts().filter(|c| is_credit_due(c));
                match due.all(|c| c.marks.is_evaluated) {
                    true => Done,
                    false => InProgress,
                }
            }
            _ if is_begun => InProgress,
            _ => NotStarted,
        }
    }
}

/// Whether the parties of a contract are to be evaluated.
pub fn is_credit_due(contract: &Folded) -> bool {
    let marks = &contract.marks;
    marks.final_passed.is_some() || marks.completed_at.is_some() || marks.terminated_at.is_some()
}

fn execution<'a>(lots: impl Iterator<Item = &'a Lot>, is_begun: bool) -> StageStatus {
    let (mut all, mut ended, mut awarded, mut is_pending) = (0, 0, 0, false);
    for lot in lots {
        all += 1;
        ended += usize::from(lot.has_ended());
        awarded += usize::from(lot.is_awarded());
        is_pending |= lot.is_retry_pending;
    }
    match () {
        () if !is_begun => StageStatus::NotStarted,
        () if is_pending || ended + awarded < all => StageStatus::InProgress,
        () if awarded > 0 => StageStatus::Done,
        () if ended > 0 => StageStatus::Failed,
        () => StageStatus::InProgress,
    }
}

fn contract(folding: &Folding) -> StageStatus {
    let contracts = folding.contracts.found.values();
    let signed: Vec<_> = contracts.filter(|c| c.is_signed()).collect();
    let has_failed = |c: &&Folded| {
        c.contract_state() == ContractState::Terminated && c.marks.final_passed.is_none()
    };
    let mut lots = folding.lots.found.values();
    match () {
        () if signed.is_empty() => StageStatus::NotStarted,
        () if signed.iter().all(has_failed) => StageStatus::Failed,
        () if lots.any(|lot| lot.is_awarded() && lot.contract_ids.is_empty()) => {
            StageStatus::InProgress
        }
        () => StageStatus::Done,
    }
}

fn acceptance<'a>(contracts: impl Iterator<Item = &'a Folded>, is_begun: bool) -> StageStatus {
    let (mut is_done, mut is_rectifying) = (true, false);
    for contract in contracts {
        let marks = &contract.marks;
        is_done &= marks.final_passed.is_some() || marks.terminated_at.is_some();
        is_rectifying |= contract.contract_state() == ContractState::Rectifying;
    }
    match () {
        () if !is_begun => StageStatus::NotStarted,
        () if is_rectifying => StageStatus::Failed,
        () if is_done => StageStatus::Done,
        () => StageStatus::InProgress,
    }
}

impl Early {
    fn take(&mut self, standing: &Standing, payload: &Payload) {
        match payload {
            Payload::IntentionPublished(e) => {
                self.published.insert(e.intention_id.clone());
            }
            Payload::IntentionWithdrawn(e) => {
                self.withdrawn.insert(e.intention_id.clone());
            }
            Payload::IntentionExempted(e) => self.exempted = Some(e.reason_code()),
            Payload::RequirementDefined(e) => {
                self.defined_version = self.defined_version.max(e.version);
            }
            Payload::RequirementReviewed(e) => self.reviewed = Some((e.version, e.passed)),
            Payload::PlanFiled(_) => {
                self.filed_at = Some(standing.position);
                self.filed_on = Some(standing.on());
            }
            Payload::PlanCancelled(_) => self.is_cancelled = true,
            Payload::MethodChangeRequested(e) => {
                self.method_changes_open.insert(e.request_id.clone());
            }
            Payload::MethodChangeApproved(e) => {
                self.method_changes_open.remove(&e.request_id);
            }
            Payload::MethodChangeRejected(e) => {
                self.method_changes_open.remove(&e.request_id);
            }
            Payload::ProcurementDocumentIssued(_) => {
                self.issued_at.insert(standing.position);
            }
            _ => {}
        }
    }

    fn has_failed_review(&self) -> bool {
        let newest = |(version, passed): (i32, bool)| version >= self.defined_version && !passed;
        self.reviewed.is_some_and(newest)
    }

    /// Whether an intention was published, or exempted.
    pub fn has_intention(&self) -> bool {
        !self.published.is_empty() || self.exempted.is_some()
    }

    /// Whether a requirement was defined.
    pub fn has_requirement(&self) -> bool {
        self.defined_version > 0
    }

    /// Whether a requirement was reviewed.
    pub fn has_review(&self) -> bool {
        self.reviewed.is_some()
    }

    /// Whether the result of a lot was published.
    pub fn is_result_published(&self, lot_no: &str) -> bool {
        let published = &self.results_published;
        published.contains(lot_no) || published.contains("")
    }
}

impl Stage {
    /// Takes in an act of the stage.
    fn act(&mut self, standing: &Standing, payload: &Payload) {
        let on = standing.on();
        self.first_on = Some(self.first_on.map_or(on, |first| first.min(on)));
        self.last_on = self.last_on.max(Some(on));
        self.positions.extend(standing.positions());
        self.attach(standing);
        match payload {
            Payload::RequirementDefined(e) => {
                self.digest(standing, "采购需求 requirement", &e.hash);
            }
            Payload::ContractSigned(e) => {
                let hash = &e.size_declaration_hash;
                self.digest(standing, "中小企业声明函 size declaration", hash);
            }
            Payload::AbnormalLowPriceExplained(e) => {
                self.digest(standing, "低价说明 explanation", &e.explanation_hash);
            }
            Payload::AcceptanceMaterialUploaded(e) => {
                for file in &e.files {
                    self.digest(standing, &file.name, &file.hash);
                }
            }
            _ => {}
        }
    }

    fn attach(&mut self, standing: &Standing) {
        let attachments = &standing.fact.event.attachments;
        self.documents
            .extend(attachments.iter().map(|file| v1::ViewDocument {
                name: file.name.clone(),
                hash: file.hash.clone(),
                media_type: file.media_type.clone(),
                uri: file.uri.clone(),
                position: standing.position,
            }));
    }

    fn digest(&mut self, standing: &Standing, name: &str, hash: &str) {
        if !hash.is_empty() {
            self.documents.push(v1::ViewDocument {
                name: name.to_owned(),
                hash: hash.to_owned(),
                position: standing.position,
                ..v1::ViewDocument::default()
            });
        }
    }
}

/// The place of a stage in their order.
pub fn index(stage: LoopStage) -> usize {
    usize::try_from(i32::from(stage) - 1)
        .unwrap_or_default()
        .min(8)
}

/// The stage that a gate guards, by the code that an irregular fact names.
fn stage_of_gate(code: &str) -> Option<LoopStage> {
    Some(match code.get(..4)? {
        "E010" => LoopStage::Budget,
        "E011" => LoopStage::Plan,
        "E012" | "E019" => LoopStage::Execution,
        "E013" | "E014" | "E023" => LoopStage::Contract,
        "E015" | "E016" | "E017" | "E018" => LoopStage::Payment,
        "E024" | "E025" => LoopStage::Acceptance,
        _ => return None,
    })
}
