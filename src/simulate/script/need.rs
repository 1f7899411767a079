//! What comes before the plan: what a unit means to buy, what it needs, who must agree.

use super::{Script, Who};
use crate::{
    events::v1::{
        ApprovalDecided, ApprovalRequested, ApprovalResult, ApprovalSupplementRequested,
        ApprovalSupplemented, ApprovalWithdrawn, DemandSurveyed, FairCompetitionReviewed,
        FairReviewResult, IntentionExempted, IntentionExemption, IntentionPublished,
        IntentionRevised, IntentionWithdrawn, LoopStage, RequirementDefined,
        RequirementReviewDimension, RequirementReviewKind, RequirementReviewed, RequirementTrait,
        StageLinked, SurveyMethod, event_payload::Payload,
    },
    simulate::{city::approvals, draft::source},
};

impl Script<'_> {
    /// Writes what comes before the plan, up to the day of its filing.
    pub(super) fn prepare(&mut self) {
        if self.outline.has_intention {
            self.mean_to_buy();
        } else if self.random.chance(600) {
            self.exempt();
        }
        self.need();
        if self.random.chance(120) {
            self.ask_approval();
        }
        if self.random.chance(40) {
            self.review_competition();
        }
    }

    /// Goes on by some of the days that are left before the plan is filed.
    fn draw_near(&mut self) {
        let left = (self.outline.filed_on - self.track.today).num_days();
        self.pass_days(0, (left / 4).max(0));
        self.track.today = self.track.today.min(self.outline.filed_on);
    }

    /// Publishes an intention, in which something may change.
    fn mean_to_buy(&mut self) {
        let mut intention_id = "YX-1".to_owned();
        self.publish_one(&intention_id);
        self.publish_intention();
        if self.random.chance(80) {
            self.draw_near();
            let revised = IntentionRevised {
                intention_id: intention_id.clone(),
                name: self.name(),
                summary: "数量与预算有调整".into(),
                budget_fen: self.outline.amount_fen() + 1_000_000,
                expected_month: self.outline.filed_on.format("%Y-%m").to_string(),
                revised_on: self.track.today.to_string(),
            };
            let payload = Payload::IntentionRevised(revised);
            self.by(Who::Unit, payload, "intention revised");
        }
        if self.random.chance(20) {
            self.draw_near();
            let withdrawn = IntentionWithdrawn {
                intention_id,
                reason: "采购内容需重新论证".into(),
                on: self.track.today.to_string(),
            };
            let payload = Payload::IntentionWithdrawn(withdrawn);
            self.by(Who::Unit, payload, "intention withdrawn");
            intention_id = "YX-2".into();
            self.publish_one(&intention_id);
        }
        self.intention = Some(intention_id);
    }

    pub(super) fn publish_one(&mut self, intention_id: &str) {
        let published = IntentionPublished {
            intention_id: intention_id.into(),
            unit: self.unit().uscc.clone(),
            name: self.name(),
            summary: format!("采购{}一批", self.outline.category.name),
            budget_fen: self.outline.amount_fen(),
            expected_month: self.outline.filed_on.format("%Y-%m").to_string(),
            sme_reserved: self.random.chance(600),
            published_on: self.track.today.to_string(),
            channel: source::NOTICES.into(),
        };
        let payload = Payload::IntentionPublished(published);
        self.by(Who::Unit, payload, "intention published");
    }

    fn exempt(&mut self) {
        let reasons = [
            IntentionExemption::Sporadic,
            IntentionExemption::BatchCentral,
            IntentionExemption::Urgent,
        ];
        let exempted = IntentionExempted {
            intention_id: "YX-1".into(),
            unit: self.unit().uscc.clone(),
            reason_code: (*self.random.pick(&reasons)).into(),
            reason: String::new(),
            on: self.track.today.to_string(),
        };
        let payload = Payload::IntentionExempted(exempted);
        self.by(Who::Unit, payload, "intention exempted");
        self.intention = Some("YX-1".into());
    }

    /// Finds out what is needed, lays it down and has it reviewed.
    fn need(&mut self) {
        let requirement_id = "XQ-1".to_owned();
        let is_complex = self.random.chance(200);
        self.is_complex = is_complex;
        let mut traits = Vec::new();
        if is_complex {
            traits.push(RequirementTrait::Complex.into());
            self.draw_near();
            let respondents = self.random.between(2, 9) as i32;
            let surveyed = DemandSurveyed {
                requirement_id: requirement_id.clone(),
                survey_id: "DC-1".into(),
                respondents,
                methods: vec![SurveyMethod::Questionnaire.into()],
                traits: traits.clone(),
                surveyed_on: self.track.today.to_string(),
            };
            let payload = Payload::DemandSurveyed(surveyed);
            self.by(Who::Unit, payload, "demand surveyed");
            if respondents < 3 {
                let today = self.track.today;
                self.breaks_on(today, "R22-10-RESPONDENTS", ("survey", "DC-1"));
            }
        }
        // One in twelve is laid down again, since its review asked for it.
        let versions = if self.random.chance(80) { 2 } else { 1 };
        for version in 1..=versions {
            self.draw_near();
            let defined = RequirementDefined {
                requirement_id: requirement_id.clone(),
                version,
                technical: format!("{}的技术要求第{version}版", self.outline.category.name),
                commercial: "交付、售后与付款要求".into(),
                hash: self.hash(),
                author_nos: vec![format!("BZ-{:05}", self.random.below(500))],
                traits: traits.clone(),
                similar_contracts_required: self.random.chance(150).then_some(2),
                defined_on: self.track.today.to_string(),
            };
            let payload = Payload::RequirementDefined(defined);
            self.by(Who::Unit, payload, "requirement defined");
            if versions == 1 && self.random.chance(200) {
                continue;
            }
            self.draw_near();
            let (kind, dimension) = if is_complex {
                let dimension = RequirementReviewDimension::NonDiscrimination;
                (RequirementReviewKind::Key, dimension)
            } else {
                let dimension = RequirementReviewDimension::Competition;
                (RequirementReviewKind::General, dimension)
            };
            let reviewed = RequirementReviewed {
                requirement_id: requirement_id.clone(),
                review_id: format!("SC-{version}"),
                version,
                kind: kind.into(),
                dimensions: vec![dimension.into()],
                passed: version == versions,
                reviewer_nos: vec![format!("SH-{:05}", self.random.below(500))],
                reviewed_on: self.track.today.to_string(),
            };
            let payload = Payload::RequirementReviewed(reviewed);
            self.by(Who::Unit, payload, "requirement reviewed");
        }
    }

    /// Asks for an approval that the city's catalogue knows.
    fn ask_approval(&mut self) {
        self.draw_near();
        let approval_id = "SP-1".to_owned();
        let requested = ApprovalRequested {
            approval_id: approval_id.clone(),
            item_code: self.random.pick(&approvals::STANDING).to_string(),
            item_region: "430400".into(),
            requested_on: self.track.today.to_string(),
        };
        let payload = Payload::ApprovalRequested(requested);
        self.by(Who::Unit, payload, "approval requested");
        if self.random.chance(60) {
            let withdrawn = ApprovalWithdrawn {
                approval_id,
                withdrawn_on: self.track.today.to_string(),
            };
            let payload = Payload::ApprovalWithdrawn(withdrawn);
            self.by(Who::Unit, payload, "approval withdrawn");
            return;
        }
        if self.random.chance(250) {
            let asked = ApprovalSupplementRequested {
                approval_id: approval_id.clone(),
                what: "请补充资金来源说明".into(),
                requested_on: self.track.today.to_string(),
            };
            let payload = Payload::ApprovalSupplementRequested(asked);
            self.by(Who::Regulator, payload, "papers asked for");
            self.draw_near();
            let supplemented = ApprovalSupplemented {
                approval_id: approval_id.clone(),
                supplemented_on: self.track.today.to_string(),
            };
            let payload = Payload::ApprovalSupplemented(supplemented);
            self.by(Who::Unit, payload, "papers supplemented");
        }
        self.draw_near();
        // One in ten is not agreed to; the unit goes another way.
        let (result, reason) = if self.random.chance(100) {
            (ApprovalResult::Rejected, "不属于该事项适用范围")
        } else {
            (ApprovalResult::Approved, "")
        };
        let decided = ApprovalDecided {
            approval_id,
            result: result.into(),
            reason: reason.into(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::ApprovalDecided(decided);
        self.by(Who::Regulator, payload, "approval decided");
    }

    fn review_competition(&mut self) {
        self.draw_near();
        let reviewed = FairCompetitionReviewed {
            review_id: "GP-1".into(),
            doc: format!("{}采购需求", self.name()),
            reviewer: self.unit().uscc.clone(),
            result: FairReviewResult::NoEffect.into(),
            reviewed_on: self.track.today.to_string(),
        };
        let payload = Payload::FairCompetitionReviewed(reviewed);
        self.by(Who::Unit, payload, "competition reviewed");
    }

    /// Says which act of one stage rests on which of another, sometimes.
    pub(super) fn link(&mut self, from: (LoopStage, &str), to: (LoopStage, &str)) {
        if !self.random.chance(150) {
            return;
        }
        let linked = StageLinked {
            link_id: format!("GL-{}-{}", from.1, to.1),
            from_stage: from.0.into(),
            to_stage: to.0.into(),
            from_ref: from.1.into(),
            to_ref: to.1.into(),
            on: self.track.today.to_string(),
        };
        self.by(Who::Unit, Payload::StageLinked(linked), "stages linked");
    }
}
