//! What is missing of a project after what is recorded.
//!
//! A gap follows from an act whose counterpart is not recorded, whatever their order and whether
//! or not the counterpart is due yet: deadlines are findings.

use super::{Folding, stages::is_credit_due};
use crate::{
    events::v1::{self, EntityKind, GapReason, LoopStage},
    views::contract::Folded,
};

/// What people read of a reason.
fn words(reason: GapReason) -> (&'static str, &'static str) {
    use GapReason as G;
    match reason {
        G::Unspecified => ("", ""),
        G::BudgetLineUnknown => ("预算指标没有记录", "the budget line is not recorded"),
        G::IntentionMissing => (
            "已备案采购计划，但没有公开采购意向，也没有豁免",
            "a plan is filed, but no intention is published or exempted",
        ),
        G::RequirementMissing => (
            "已发出采购文件，但没有确定采购需求",
            "documents are issued, but no requirement is defined",
        ),
        G::RequirementNotReviewed => (
            "已发出采购文件，但采购需求没有审查",
            "documents are issued, but the requirement is not reviewed",
        ),
        G::PlanMissing => (
            "已开始采购实施，但没有备案采购计划",
            "execution began, but no plan is filed",
        ),
        G::AwardNotPublished => (
            "已确定中标（成交）供应商，但没有公告结果",
            "a winner is determined, but no result is published",
        ),
        G::RetryPending => (
            "已废标，准备重新采购，尚未开始",
            "the lot failed, and its retry is intended and not begun",
        ),
        G::ContractMissing => (
            "已中标（成交），但没有签订合同",
            "the lot is awarded, but no contract is signed",
        ),
        G::ContractNotPublished => (
            "合同已签订，但没有公告",
            "the contract is signed, but not published",
        ),
        G::ContractNotFiled => (
            "合同已签订，但没有备案",
            "the contract is signed, but not filed",
        ),
        G::ChangeNotPublished => (
            "合同已补充或变更，但没有公告",
            "the contract is supplemented or changed, but no change is published",
        ),
        G::PaymentOutstanding => (
            "已验收或已完成，但没有付清",
            "the contract is accepted or completed, but not paid in full",
        ),
        G::AcceptanceMissing => (
            "已付清或已完成，但没有通过最终验收",
            "the contract is paid in full or completed, but no final acceptance passed",
        ),
        G::AcceptanceNotUploaded => (
            "验收已结束，但没有上传验收资料",
            "the acceptance is concluded, but its material is not uploaded",
        ),
        G::AcceptanceNotPublished => (
            "验收已结束，但没有公告验收结果",
            "the acceptance is concluded, but its result is not published",
        ),
        G::CreditMissing => (
            "合同已验收、完成或终止，但没有信用评价",
            "the contract is accepted, completed or terminated without a credit evaluation",
        ),
    }
}

/// Gaps by stage.
struct Gaps<'a> {
    stages: &'a mut [v1::StageView],
}

impl Gaps<'_> {
    fn add(
        &mut self,
        stage: LoopStage,
        reason: GapReason,
        object: (EntityKind, &str),
        positions: Vec<u64>,
    ) {
        let (text_zh, text_en) = words(reason);
        let stage = &mut self.stages[super::stages::index(stage)];
        stage.gaps.push(v1::Gap {
            reason: reason.into(),
            object_kind: object.0.into(),
            object_id: object.1.to_owned(),
            text_zh: text_zh.to_owned(),
            text_en: text_en.to_owned(),
            positions,
        });
    }
}

/// Writes the gaps of a project into its stages.
pub fn fill(folding: &Folding, project_id: &str, stages: &mut [v1::StageView]) {
    let mut gaps = Gaps { stages };
    early(folding, project_id, &mut gaps);
    for lot in folding.lots.found.values() {
        let object = (EntityKind::Lot, lot.lot_no.as_str());
        let awarded: Vec<u64> = lot.awarded_at.iter().copied().collect();
        let has_winner = !lot.winner.is_empty();
        if has_winner && !folding.stages.early.is_result_published(&lot.lot_no) {
            let reason = GapReason::AwardNotPublished;
            gaps.add(LoopStage::Execution, reason, object, awarded.clone());
        }
        if lot.is_retry_pending {
            let positions = lot.positions.iter().copied().collect();
            gaps.add(
                LoopStage::Execution,
                GapReason::RetryPending,
                object,
                positions,
            );
        }
        if lot.is_awarded() && lot.contract_ids.is_empty() {
            gaps.add(
                LoopStage::Contract,
                GapReason::ContractMissing,
                object,
                awarded,
            );
        }
    }
    for (id, contract) in &folding.contracts.found {
        if contract.is_signed() {
            of_contract(id, contract, &mut gaps);
        }
    }
}

fn early(folding: &Folding, project_id: &str, gaps: &mut Gaps<'_>) {
    let early = &folding.stages.early;
    let project = (EntityKind::Project, project_id);
    let plan: Vec<u64> = early.filed_at.into_iter().collect();
    for line in &folding.unknown_lines {
        let object = (EntityKind::BudgetLine, line.as_str());
        gaps.add(
            LoopStage::Budget,
            GapReason::BudgetLineUnknown,
            object,
            plan.clone(),
        );
    }
    if early.filed_at.is_some() && !early.has_intention() {
        gaps.add(
            LoopStage::Intention,
            GapReason::IntentionMissing,
            project,
            plan,
        );
    }
    // All of them, in whatever order they came.
    let issued: Vec<u64> = early.issued_at.iter().copied().collect();
    if !issued.is_empty() {
        if !early.has_requirement() {
            let reason = GapReason::RequirementMissing;
            gaps.add(LoopStage::Requirement, reason, project, issued);
        } else if !early.has_review() {
            let reason = GapReason::RequirementNotReviewed;
            gaps.add(LoopStage::Requirement, reason, project, issued);
        }
    }
    let has_begun = folding
        .stages
        .stage(LoopStage::Execution)
        .first_on
        .is_some();
    if has_begun && early.filed_at.is_none() {
        gaps.add(LoopStage::Plan, GapReason::PlanMissing, project, Vec::new());
    }
}

fn of_contract(id: &str, contract: &Folded, gaps: &mut Gaps<'_>) {
    let object = (EntityKind::Contract, id);
    let marks = &contract.marks;
    let signed = contract.signed_at();
    if !marks.is_published {
        let reason = GapReason::ContractNotPublished;
        gaps.add(LoopStage::Contract, reason, object, signed.clone());
    }
    if !marks.is_filed {
        let reason = GapReason::ContractNotFiled;
        gaps.add(LoopStage::Contract, reason, object, signed);
    }
    if !marks.changed_at.is_empty() && !marks.is_change_published {
        let reason = GapReason::ChangeNotPublished;
        // All of them, in whatever order they came.
        let changed = marks.changed_at.iter().copied().collect();
        gaps.add(LoopStage::Contract, reason, object, changed);
    }
    let sums = contract.sums();
    let accepted = marks.final_passed.map(|(at, _)| at);
    let ended: Vec<u64> = accepted.into_iter().chain(marks.completed_at).collect();
    if !ended.is_empty() && sums.outstanding.fen() > 0 {
        let reason = GapReason::PaymentOutstanding;
        gaps.add(LoopStage::Payment, reason, object, ended);
    }
    let is_paid = sums.paid.fen() > 0 && sums.outstanding.fen() <= 0;
    let is_over = is_paid || marks.completed_at.is_some();
    if is_over && accepted.is_none() && marks.terminated_at.is_none() {
        let positions = sums.paid.positions().chain(marks.completed_at).collect();
        let reason = GapReason::AcceptanceMissing;
        gaps.add(LoopStage::Acceptance, reason, object, positions);
    }
    for (acceptance, marks) in &marks.acceptances {
        let Some(concluded) = marks.concluded_at else {
            continue;
        };
        let object = (EntityKind::Acceptance, acceptance.as_str());
        if !marks.is_uploaded {
            let reason = GapReason::AcceptanceNotUploaded;
            gaps.add(LoopStage::Acceptance, reason, object, vec![concluded]);
        }
        if !marks.is_published {
            let reason = GapReason::AcceptanceNotPublished;
            gaps.add(LoopStage::Acceptance, reason, object, vec![concluded]);
        }
    }
    if is_credit_due(contract) && !marks.is_evaluated {
        let positions = accepted
            .into_iter()
            .chain(marks.completed_at)
            .chain(marks.terminated_at);
        let reason = GapReason::CreditMissing;
        gaps.add(LoopStage::Credit, reason, object, positions.collect());
    }
}
