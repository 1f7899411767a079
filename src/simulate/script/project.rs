//! Plan, lots, end.

use super::{MANAGEMENT, Plant, Script, Who};
use crate::{
    events::v1::{
        ActorRole, AgencyDelegated, DelegationScope, LawTrack, LoopStage, Organisation,
        PlanCancelled, PlanCompleted, PlanFiled, PlanLot, PlanRevised, SmePolicy, SmePolicyKind,
        event_payload::Payload,
    },
    simulate::{book::Effect, calendar::after, draft::midnight, outline::Kind},
};

impl Script<'_> {
    /// Writes the project's life.
    pub(super) fn live(&mut self) {
        self.prepare();
        self.track.today = self.outline.filed_on.max(self.track.today);
        let plan = self.plan();
        self.plant_plans(&plan);
        self.file(&plan);
        let lines = &plan.budget_parts;
        self.link(
            (LoopStage::Budget, &lines[0].budget_line_id),
            (LoopStage::Plan, &plan.plan_id),
        );
        if self.random.chance(40) {
            self.revise(&plan);
        }
        if self.random.chance(20) {
            self.pass_workdays(3, 15);
            self.end(true);
            return;
        }
        if self.random.chance(350) {
            self.delegate();
        }
        self.unfinished = self.outline.lots.len() as u32;
        let fork = self.track;
        let mut latest = fork;
        for lot in 0..self.outline.lots.len() {
            self.track = fork;
            self.live_lot(lot);
            let ends = (self.track.recorded, self.track.phase);
            if ends > (latest.recorded, latest.phase) {
                latest = self.track;
            }
            latest.over |= self.track.over;
            latest.today = latest.today.max(self.track.today);
        }
        self.track = latest;
        if self.unfinished == 0 {
            // Another lot may have ended in the same phase by another source.
            self.track.source = "another";
            self.pass_workdays(1, 10);
            self.end(false);
        }
    }

    pub(super) fn name(&self) -> String {
        format!("{}{}采购项目", self.unit().name, self.outline.category.name)
    }

    fn plan(&mut self) -> PlanFiled {
        let amount_fen = self.outline.amount_fen();
        let is_catalogued = self.outline.category.code.starts_with("A0201");
        let (method, ground) = self.method(amount_fen);
        self.method = method;
        let sme = if self.random.chance(600) {
            SmePolicy {
                kind: SmePolicyKind::AllReserved.into(),
                reason: String::new(),
                reserved_fen: amount_fen,
            }
        } else {
            SmePolicy {
                kind: SmePolicyKind::NonReserved.into(),
                reason: "预留将无法确保充分供应".into(),
                reserved_fen: 0,
            }
        };
        let is_split = self.outline.lots[0].parts.len() > 1;
        let mut lots = Vec::new();
        for (index, lot) in self.outline.lots.iter().enumerate() {
            lots.push(PlanLot {
                lot_no: format!("{:02}", index + 1),
                name: format!("{}第{}包", self.outline.category.name, index + 1),
                amount_fen: lot.amount_fen,
                ceiling_fen: self.random.chance(500).then(|| lot.amount_fen * 99 / 100),
                budget_parts: if is_split {
                    self.budget_parts(&lot.parts)
                } else {
                    Vec::new()
                },
            });
        }
        let year = self.calendar.year();
        PlanFiled {
            plan_id: format!("PL-{}", self.project_id),
            plan_no: format!("衡财采计〔{year}〕{:06}号", self.outline.index + 1),
            intention_ids: self.intention.iter().cloned().collect(),
            budget_parts: self.budget_parts(&self.outline.parts()),
            project_name: self.name(),
            unit: self.unit().uscc.clone(),
            organisation: if is_catalogued {
                Organisation::Central.into()
            } else {
                Organisation::Dispersed.into()
            },
            agency: String::new(),
            method: method.into(),
            method_ground: ground.into(),
            category: self.outline.category.code.into(),
            category_version: 2022,
            law_track: LawTrack::ProcurementLaw.into(),
            amount_fen,
            lots,
            sme_policy: Some(sme),
            import_allowed: false,
            filed_on: self.track.today.to_string(),
        }
    }

    fn file(&mut self, plan: &PlanFiled) {
        let mut effects = Vec::new();
        for (line, fen) in self.outline.parts() {
            effects.extend([Effect::Occupy(line, fen), Effect::Open(line)]);
        }
        let payload = Payload::PlanFiled(plan.clone());
        let draft = self.draft(MANAGEMENT, Who::Unit, payload);
        self.accept_all(vec![draft], "plan filed", effects);
        // What is large is not surveyed, unless it is complex.
        let (rule_id, limit_fen) = match self.outline.category.kind {
            Kind::Works => ("R22-11-SURVEY-WORKS", 3_000_000_000),
            _ => ("R22-11-SURVEY", 1_000_000_000),
        };
        if plan.amount_fen >= limit_fen && !self.is_complex {
            self.breaks_on(self.track.today, rule_id, ("plan", &plan.plan_id));
        }
    }

    /// States the plan again without ceilings; its amounts stay.
    fn revise(&mut self, plan: &PlanFiled) {
        self.pass_workdays(1, 5);
        let mut lots = plan.lots.clone();
        for lot in &mut lots {
            lot.ceiling_fen = None;
        }
        let revised = PlanRevised {
            plan_id: plan.plan_id.clone(),
            budget_parts: plan.budget_parts.clone(),
            amount_fen: plan.amount_fen,
            lots,
            reason: "取消最高限价".into(),
            revised_on: self.track.today.to_string(),
        };
        let payload = Payload::PlanRevised(revised);
        self.accept(self.draft(MANAGEMENT, Who::Unit, payload), "plan revised");
    }

    /// Sends the planted plan before the right one.
    fn plant_plans(&mut self, plan: &PlanFiled) {
        let mut wrong = plan.clone();
        let Some(plant) = self.plant else { return };
        match plant {
            Plant::PlanOverBudget => {
                // Over everything that the line will ever have.
                let line = &self.lines[self.outline.lots[0].parts[0].0];
                let over_fen = line.need_fen * 4 + 100_000_000;
                wrong.amount_fen += over_fen;
                wrong.budget_parts[0].amount_fen += over_fen;
                wrong.lots[0].amount_fen += over_fen;
                if let Some(part) = wrong.lots[0].budget_parts.first_mut() {
                    part.amount_fen += over_fen;
                }
            }
            Plant::LotsOffPlan => {
                wrong.lots[0].amount_fen += 100;
                if let Some(part) = wrong.lots[0].budget_parts.first_mut() {
                    part.amount_fen += 100;
                }
            }
            Plant::PartsOffPlan => wrong.budget_parts[0].amount_fen -= 100,
            Plant::BadCategory => wrong.category = "X02010105".into(),
            Plant::UnknownLine => {
                let id = "BL-999999";
                wrong.budget_parts[0].budget_line_id = id.into();
                for lot in &mut wrong.lots {
                    for part in lot.budget_parts.iter_mut().take(1) {
                        part.budget_line_id = id.into();
                    }
                }
            }
            Plant::PlanInFuture => {
                wrong.filed_on = after(self.track.recorded.max(self.track.today), 40).to_string();
            }
            Plant::PlanByRegulator | Plant::PlanElsewhere => {}
            _ => return,
        }
        self.plants(plant);
        let filed_on = wrong.filed_on.parse().unwrap_or(self.track.today);
        let mut draft = self.draft(MANAGEMENT, Who::Unit, Payload::PlanFiled(wrong));
        draft.occurred_at = midnight(filed_on);
        let region = self.unit().region;
        match plant {
            Plant::PlanByRegulator => {
                draft
                    .actor
                    .clone_from(&self.world.regions[region].regulator);
                draft.role = ActorRole::Regulator;
            }
            Plant::PlanElsewhere => {
                let other = if region == 1 { 2 } else { 1 };
                draft.region = self.world.region_code(other).into();
            }
            _ => {}
        }
        self.refuse(draft, plant);
    }

    fn delegate(&mut self) {
        let agency = self.random.below(self.world.agencies.len() as u64) as usize;
        let scope = [
            DelegationScope::Document,
            DelegationScope::Notice,
            DelegationScope::Evaluation,
        ];
        let delegated = AgencyDelegated {
            delegation_id: format!("WT-{}", self.project_id),
            agency: self.world.agencies[agency].uscc.clone(),
            scope: scope.map(Into::into).to_vec(),
            from: self.track.today.to_string(),
            to: String::new(),
            on: self.track.today.to_string(),
        };
        let payload = Payload::AgencyDelegated(delegated);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "agency delegated",
        );
        self.agency = Some(agency);
    }

    /// Completes or cancels the plan: what was not paid is given back.
    pub(super) fn end(&mut self, is_cancelled: bool) {
        let mut effects = Vec::new();
        let mut budget_line_ids = Vec::new();
        for (line, (occupied, paid)) in &self.money {
            effects.extend([Effect::Occupy(*line, paid - occupied), Effect::Close(*line)]);
            budget_line_ids.push(self.lines[*line].id.clone());
        }
        let plan_id = format!("PL-{}", self.project_id);
        let on = self.track.today.to_string();
        let (payload, label) = if is_cancelled {
            let reason = "采购任务取消".into();
            let cancelled = PlanCancelled {
                plan_id,
                budget_line_ids,
                reason,
                on,
            };
            (Payload::PlanCancelled(cancelled), "plan cancelled")
        } else {
            let completed = PlanCompleted {
                plan_id,
                budget_line_ids,
                on,
            };
            (Payload::PlanCompleted(completed), "plan completed")
        };
        let draft = self.draft(MANAGEMENT, Who::Unit, payload);
        self.accept_all(vec![draft], label, effects);
    }
}
