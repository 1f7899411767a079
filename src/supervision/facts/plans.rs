//! Plans line by line, as they are compared with one another; waivers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::rows::{Head, Rows, evidence, fen, flag, number, text};
use crate::{
    events::v1::{
        BudgetPart, LawTrack, PlanFiled, PlanLot, ProcurementMethod, ProcurementObject,
        SmePolicyKind, event_payload::Payload,
    },
    rules::case::Place,
    supervision::tables::{PLAN_LINES, WAIVERS},
    views::Standing,
};

/// A plan as last revised.
struct Plan<'a> {
    filed: &'a PlanFiled,
    on: NaiveDate,
    amount_fen: i64,
    parts: &'a [BudgetPart],
    lots: &'a [PlanLot],
    acts: Vec<&'a Standing>,
}

/// What a plan takes of each line.
type Lines<'a> = BTreeMap<&'a str, i128>;

/// The plans of a project.
pub(super) fn plans(rows: &mut Rows<'_, '_>) {
    let mut found = BTreeMap::<&str, Plan<'_>>::new();
    let mut approved = BTreeSet::<&str>::new();
    for (act, payload) in rows.acts() {
        match payload {
            Payload::PlanFiled(e) => {
                let plan = Plan {
                    filed: e,
                    on: act.on(),
                    amount_fen: e.amount_fen,
                    parts: &e.budget_parts,
                    lots: &e.lots,
                    acts: vec![act],
                };
                found.insert(&e.plan_id, plan);
            }
            Payload::PlanRevised(e) => {
                if let Some(plan) = found.get_mut(e.plan_id.as_str()) {
                    plan.amount_fen = e.amount_fen;
                    (plan.parts, plan.lots) = (&e.budget_parts, &e.lots);
                    plan.acts.push(act);
                }
            }
            Payload::PlanCancelled(e) => {
                found.remove(e.plan_id.as_str());
            }
            Payload::MethodChangeApproved(e) if e.to_method() != ProcurementMethod::OpenTender => {
                approved.extend(e.lot_nos.iter().map(String::as_str));
            }
            _ => {}
        }
    }
    for plan in found.values() {
        plan.add_to(rows, &approved);
    }
}

fn lines<'a>(parts: impl IntoIterator<Item = &'a BudgetPart>) -> Lines<'a> {
    let mut lines = Lines::new();
    for part in parts {
        *lines.entry(&part.budget_line_id).or_default() += i128::from(part.amount_fen);
    }
    lines
}

impl<'a> Plan<'a> {
    /// Whether it is procured in one of the ways that have to be approved above the threshold.
    fn is_of_another_method(&self) -> bool {
        use ProcurementMethod::{CoopInnovation, Emergency, Framework, OpenTender, Unspecified};
        let is_free = matches!(
            self.filed.method(),
            OpenTender | Framework | CoopInnovation | Emergency | Unspecified
        );
        !is_free && self.filed.law_track() != LawTrack::TenderLaw
    }

    /// What the lots whose method was approved take of each line.
    fn approved(&self, approved: &BTreeSet<&str>, lines: &Lines<'a>) -> Lines<'a> {
        let mut sums = Lines::new();
        let lots = self.lots.iter();
        for lot in lots.filter(|lot| approved.contains(lot.lot_no.as_str())) {
            for part in &lot.budget_parts {
                *sums.entry(&part.budget_line_id).or_default() += i128::from(part.amount_fen);
            }
            // A lot of a plan on one line need not name it.
            if lot.budget_parts.is_empty()
                && let Some(only) = lines.keys().next()
            {
                *sums.entry(only).or_default() += i128::from(lot.amount_fen);
            }
        }
        sums
    }

    /// What is reserved for small and medium enterprises of so much of it.
    fn reserved_fen(&self, amount_fen: i128) -> i128 {
        let policy = self.filed.sme_policy.as_ref();
        match policy.map(|policy| (policy.kind(), policy.reserved_fen)) {
            Some((SmePolicyKind::AllReserved, _)) => amount_fen,
            Some((SmePolicyKind::PartReserved, reserved_fen)) => {
                let whole = i128::from(self.amount_fen.max(1));
                (i128::from(reserved_fen) * amount_fen / whole).min(amount_fen)
            }
            _ => 0,
        }
    }

    fn is_unfit(&self) -> bool {
        let policy = self.filed.sme_policy.as_ref();
        policy.is_some_and(|policy| {
            policy.kind() == SmePolicyKind::NonReserved && !policy.reason.trim().is_empty()
        })
    }

    /// The open-tender threshold of the unit's region on its day; 0 where none is known.
    fn open_tender_fen(&self, rows: &Rows<'_, '_>) -> i64 {
        let around = rows.sight.around;
        let registered = around.organisation(&self.filed.unit).map(|of| of.region);
        let registered = registered.filter(|region| !region.is_empty());
        let place = Place {
            region: registered.as_deref().unwrap_or(rows.sight.region_code),
            object: match self.filed.category.as_bytes().first() {
                Some(b'A') => ProcurementObject::Goods,
                Some(b'B') => ProcurementObject::Works,
                Some(b'C') => ProcurementObject::Service,
                _ => ProcurementObject::Unspecified,
            },
        };
        let limits = around.thresholds(&place, self.on);
        limits.map_or(0, |limits| limits.open_tender_fen)
    }

    fn add_to(&self, rows: &mut Rows<'_, '_>, approved: &BTreeSet<&str>) {
        let of = self.filed;
        let lines = lines(self.parts);
        let approved = self.approved(approved, &lines);
        let open_tender_fen = self.open_tender_fen(rows);
        let head = Head {
            unit: &of.unit,
            agency: &of.agency,
            day: Some(self.on),
            ..Head::default()
        };
        for (line, amount_fen) in &lines {
            let approved_fen = approved.get(line).copied().unwrap_or_default();
            let unapproved_fen = match self.is_of_another_method() {
                true => (amount_fen - approved_fen).max(0),
                false => 0,
            };
            let subject = rows.subject("plan", &format!("{}/{line}", of.plan_id));
            let rest = [
                text(&of.plan_id),
                text(&format!(
                    "budget-line/{}/{line}",
                    rows.sight.stream.partition
                )),
                text(&of.category),
                number(of.category_version),
                number(self.amount_fen),
                fen(*amount_fen),
                fen(unapproved_fen),
                fen(self.reserved_fen(*amount_fen)),
                flag(self.is_unfit()),
                number(open_tender_fen),
                evidence(self.acts.iter().copied()),
            ];
            rows.add(&PLAN_LINES, &head, subject, rest);
        }
    }
}

/// The waivers of findings in a stream.
pub(super) fn waivers(rows: &mut Rows<'_, '_>) {
    let mut found = BTreeMap::<(&str, &str), Vec<&Standing>>::new();
    for (act, payload) in rows.acts() {
        if let Payload::FindingWaived(e) = payload {
            let of = (e.rule_id.as_str(), e.subject_ref.as_str());
            found.entry(of).or_default().push(act);
        }
    }
    for ((rule, subject), acts) in found {
        rows.add_plain(&WAIVERS, [text(rule), text(subject), evidence(acts)]);
    }
}
