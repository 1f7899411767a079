//! Intention, requirement, approval, plan.

use chrono::NaiveDate;

use super::{COMPLEX, COMPLEX_TO_ACCEPT, PUBLIC_SERVICE, Way};
use crate::{
    events::v1::{
        ApprovalDecided, ApprovalRequested, ApprovalResult, DemandSurveyed, LawTrack, MethodGround,
        Organisation, PlanFiled, PlanLot, ProcurementMethod, RequirementDefined,
        RequirementReviewDimension, RequirementReviewKind, RequirementReviewed, RequirementTrait,
        SmePolicy, SmePolicyKind, SurveyMethod, event_payload::Payload,
    },
    simulate::{
        book::Effect,
        budget,
        script::{MANAGEMENT, Script, Who},
    },
};

const REQUIREMENT: &str = "XQ-1";
const INTENTION: &str = "YX-1";

impl Script<'_> {
    /// Writes what comes before procurement, up to the plan.
    pub(super) fn plan_planted(&mut self, rule_id: &str) {
        self.publish_one(INTENTION);
        if rule_id == "MOF10-INTENT-30D" {
            self.breaks(rule_id, ("intention", INTENTION));
        }
        self.intention = Some(INTENTION.into());
        self.need_planted(rule_id);
        match rule_id {
            "HY-12-LIMIT" => self.ask_planted(rule_id, "SX-01", 8),
            "HY-12-ABOLISHED-USED" => self.ask_planted(rule_id, "SX-04", 2),
            _ => {}
        }
        if rule_id != "MOF10-INTENT-30D" {
            self.go_days(31);
        }
        self.go(1);
        self.file_planted(rule_id);
    }

    /// What makes the project one of those that are looked at more closely.
    pub(super) fn traits_planted(rule_id: &str) -> Vec<i32> {
        let is_complex = COMPLEX.contains(&rule_id) || rule_id == COMPLEX_TO_ACCEPT;
        if is_complex {
            vec![RequirementTrait::Complex.into()]
        } else if rule_id == PUBLIC_SERVICE {
            vec![RequirementTrait::PublicService.into()]
        } else {
            Vec::new()
        }
    }

    fn need_planted(&mut self, rule_id: &str) {
        let traits = Self::traits_planted(rule_id);
        let is_surveyed = !traits.is_empty() && !rule_id.starts_with("R22-11-SURVEY");
        if is_surveyed {
            let is_short = rule_id == "R22-10-RESPONDENTS";
            let surveyed = DemandSurveyed {
                requirement_id: REQUIREMENT.into(),
                survey_id: "DC-1".into(),
                respondents: if is_short { 2 } else { 4 },
                methods: vec![SurveyMethod::Questionnaire.into()],
                traits: traits.clone(),
                surveyed_on: self.track.today.to_string(),
            };
            let payload = Payload::DemandSurveyed(surveyed);
            self.by(Who::Unit, payload, "demand surveyed");
            if is_short {
                self.breaks(rule_id, ("survey", "DC-1"));
            }
        }
        self.go(1);
        let author = format!("BZ-{:05}", self.random.below(500));
        let is_forced = rule_id == "HY-09-FORCED";
        let defined = RequirementDefined {
            requirement_id: REQUIREMENT.into(),
            version: 1,
            technical: format!("{}的技术要求", self.outline.category.name),
            commercial: if is_forced {
                "交付与付款要求。中标供应商必须办理政采贷。".into()
            } else {
                "交付、售后与付款要求".into()
            },
            hash: self.hash(),
            author_nos: vec![author.clone()],
            traits,
            similar_contracts_required: Some(if rule_id == "R22-18-SIMILAR" { 3 } else { 2 }),
            defined_on: self.track.today.to_string(),
        };
        let payload = Payload::RequirementDefined(defined);
        self.by(Who::Unit, payload, "requirement defined");
        if is_forced || rule_id == "R22-18-SIMILAR" {
            self.breaks(rule_id, ("requirement", REQUIREMENT));
        }
        self.go(1);
        self.review_planted(rule_id, author);
    }

    fn review_planted(&mut self, rule_id: &str, author: String) {
        let is_key =
            !Self::traits_planted(rule_id).is_empty() && !rule_id.starts_with("R22-33-KEYREVIEW");
        let is_author = rule_id == "R22-32-APART";
        let reviewer = format!("SH-{:05}", self.random.below(500));
        let reviewed = RequirementReviewed {
            requirement_id: REQUIREMENT.into(),
            review_id: "SC-1".into(),
            version: 1,
            kind: if is_key {
                RequirementReviewKind::Key.into()
            } else {
                RequirementReviewKind::General.into()
            },
            dimensions: vec![RequirementReviewDimension::NonDiscrimination.into()],
            passed: rule_id != "R22-29-FAILED-REVIEW",
            reviewer_nos: vec![if is_author { author } else { reviewer }],
            reviewed_on: self.track.today.to_string(),
        };
        let payload = Payload::RequirementReviewed(reviewed);
        self.by(Who::Unit, payload, "requirement reviewed");
        if is_author {
            self.breaks(rule_id, ("review", "SC-1"));
        }
    }

    /// Asks for an approval that is decided after so many working days.
    fn ask_planted(&mut self, rule_id: &str, item_code: &str, days: i64) {
        let requested = ApprovalRequested {
            approval_id: "SP-1".into(),
            item_code: item_code.into(),
            item_region: "430400".into(),
            requested_on: self.track.today.to_string(),
        };
        let payload = Payload::ApprovalRequested(requested);
        self.by(Who::Unit, payload, "approval requested");
        if rule_id == "HY-12-LIMIT" {
            self.breaks_within((self.track.today, 5), rule_id, ("approval", "SP-1"));
        } else {
            self.breaks(rule_id, ("approval", "SP-1"));
        }
        self.go(days);
        let decided = ApprovalDecided {
            approval_id: "SP-1".into(),
            result: ApprovalResult::Approved.into(),
            reason: String::new(),
            decided_on: self.track.today.to_string(),
        };
        let payload = Payload::ApprovalDecided(decided);
        self.by(Who::Regulator, payload, "approval decided");
    }

    fn sme_policy(&self, rule_id: &str) -> SmePolicy {
        let amount_fen = self.outline.amount_fen();
        match rule_id {
            "MOF46-SMALL-ALL" | "MOF46-SMALL-ALL-WORKS" => SmePolicy {
                kind: SmePolicyKind::PartReserved.into(),
                reason: String::new(),
                reserved_fen: amount_fen / 2,
            },
            "MOF46-LARGE-30PCT" | "MOF46-LARGE-WORKS" => SmePolicy {
                kind: SmePolicyKind::PartReserved.into(),
                reason: String::new(),
                reserved_fen: amount_fen / 10,
            },
            "MOF46-DEDUCT" | "MOF46-DEDUCT-WORKS" => SmePolicy {
                kind: SmePolicyKind::NonReserved.into(),
                reason: "预留将无法确保充分供应".into(),
                reserved_fen: 0,
            },
            _ => SmePolicy {
                kind: SmePolicyKind::AllReserved.into(),
                reason: String::new(),
                reserved_fen: amount_fen,
            },
        }
    }

    fn file_planted(&mut self, rule_id: &str) {
        let amount_fen = self.outline.amount_fen();
        // A single source at the threshold of open tender is one by approval.
        self.method = match rule_id {
            "GPLR-38-SSP-5WD" => ProcurementMethod::OpenTender,
            _ => self.method_of_way(),
        };
        let ground = match self.method {
            ProcurementMethod::SingleSource => MethodGround::SingleUniqueSupplier,
            ProcurementMethod::Negotiation => MethodGround::NegotiationUrgent,
            _ => MethodGround::Unspecified,
        };
        let plan_id = format!("PL-{}", self.project_id);
        let parts = self.budget_parts(&self.outline.parts());
        let plan = PlanFiled {
            plan_id: plan_id.clone(),
            plan_no: format!(
                "衡财采计〔{}〕{:06}号",
                self.calendar.year(),
                self.outline.index + 1
            ),
            intention_ids: self.intention.iter().cloned().collect(),
            budget_parts: parts,
            project_name: self.name(),
            unit: self.unit().uscc.clone(),
            organisation: Organisation::Dispersed.into(),
            agency: String::new(),
            method: self.method.into(),
            method_ground: ground.into(),
            category: self.outline.category.code.into(),
            category_version: 2022,
            law_track: LawTrack::ProcurementLaw.into(),
            amount_fen,
            lots: vec![PlanLot {
                lot_no: super::LOT.into(),
                name: format!("{}第1包", self.outline.category.name),
                amount_fen,
                ceiling_fen: None,
                budget_parts: Vec::new(),
            }],
            sme_policy: Some(self.sme_policy(rule_id)),
            import_allowed: false,
            filed_on: self.track.today.to_string(),
        };
        let mut effects = Vec::new();
        for (line, fen) in self.outline.parts() {
            effects.extend([Effect::Occupy(line, fen), Effect::Open(line)]);
        }
        let draft = self.draft(MANAGEMENT, Who::Unit, Payload::PlanFiled(plan));
        self.accept_all(vec![draft], "plan filed", effects);
        if rule_id.starts_with("MOF46-SMALL-ALL") || rule_id.starts_with("R22-11-SURVEY") {
            self.breaks(rule_id, ("plan", &plan_id));
        }
        self.breaks_unit(rule_id);
    }

    /// What only all purchases of the unit show.
    fn breaks_unit(&mut self, rule_id: &str) {
        let year = self.calendar.year();
        let stream = format!("unit/4304/{}", self.unit().uscc);
        let (on, of) = match rule_id {
            "MOF46-LARGE-30PCT" => (None, "goods-services".to_owned()),
            "MOF46-LARGE-WORKS" => (None, "works".to_owned()),
            "GPLR-28-SPLIT" => {
                let (index, fen) = self.outline.lots[0].parts[0];
                let line = &self.lines[index];
                let is_half = line.need_fen > fen + self.outline.reserve_fen;
                if !is_half || line.last_on != self.outline.begins_on {
                    return;
                }
                let code = budget::project_code(self.world, year, line);
                let category = &line.category.code[..5];
                (Some(self.track.today), format!("{code}/2022/{category}"))
            }
            _ => return,
        };
        let last_day = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or_default();
        let about = (format!("{stream}/{year}/{of}"), stream);
        self.breaks_in(about, on.unwrap_or(last_day), rule_id);
    }

    /// Whether the project buys works.
    pub(super) fn is_of_works(&self) -> bool {
        self.way() == Way::Works
    }
}
