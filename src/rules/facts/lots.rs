//! What facts on tenders and awards share: the acts of a project in order of their days, its lots,
//! their plans, methods, starts, deadlines and ends.

use chrono::{Days, NaiveDate};
use prost_types::Timestamp;

use crate::{
    domain::{
        calendar::Pause,
        payload::{day, day_of},
    },
    events::v1::{
        BondCollected, BondKind, LawTrack, PlanFiled, ProcurementMethod, ProcurementObject,
        ThresholdProfilePublished, event_payload::Payload,
    },
    rules::case::{Body, Case, Done, Place, Scene},
    views::Standing,
};

/// An act and what it says.
pub(super) type Act<'a> = (&'a Standing, &'a Payload);
/// A plan and the act that filed it.
pub(super) type Plan<'a> = (&'a Standing, &'a PlanFiled);

/// Why law on procurement is not asked of a project.
const TENDER_LAW: &str = "适用招标投标法的工程 works that follow the law on tendering and bidding";
/// A suspension without a day of lifting ends by law (政府采购法第57条).
const SUSPENSION_DAYS: u64 = 30;

/// The acts of a project, by legal date and then by position.
pub(super) struct Picture<'a> {
    acts: Vec<Act<'a>>,
}

/// The methods of tendering proper.
pub(super) fn is_tender(method: ProcurementMethod) -> bool {
    use ProcurementMethod::{InvitedTender, OpenTender};
    matches!(method, OpenTender | InvitedTender)
}

/// What a plan buys, by the letter of its category.
pub(super) fn object_of(plan: &PlanFiled) -> ProcurementObject {
    match plan.category.as_bytes().first() {
        Some(b'A') => ProcurementObject::Goods,
        Some(b'B') => ProcurementObject::Works,
        Some(b'C') => ProcurementObject::Service,
        _ => ProcurementObject::Unspecified,
    }
}

/// The thresholds in force for a plan on a day.
pub(super) fn thresholds(
    scene: &Scene<'_>,
    (act, plan): Plan<'_>,
    on: NaiveDate,
) -> Option<ThresholdProfilePublished> {
    let registered = scene.around.organisation(&plan.unit);
    let region = registered
        .map(|unit| unit.region)
        .filter(|region| !region.is_empty());
    let region = region.unwrap_or_else(|| act.fact.event.region_code.clone());
    let object = object_of(plan);
    scene.around.thresholds(
        &Place {
            region: &region,
            object,
        },
        on,
    )
}

/// Events behind acts, in order.
pub(super) fn evidence<'a>(acts: impl IntoIterator<Item = &'a Standing>) -> Vec<u64> {
    let mut positions: Vec<u64> = acts.into_iter().flat_map(Standing::positions).collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}

/// Adds events to those behind a case.
pub(super) fn add(case: &mut Case, positions: impl IntoIterator<Item = u64>) {
    case.evidence.extend(positions);
    case.evidence.sort_unstable();
    case.evidence.dedup();
}

/// A subject, or its n-th round where there is more than one.
pub(super) fn round(subject: String, number: usize) -> String {
    match number {
        0 => subject,
        _ => format!("{subject}/{}", number + 1),
    }
}

/// The day of an instant that a message may lack.
pub(super) fn day_at(instant: Option<&Timestamp>) -> Option<NaiveDate> {
    instant.and_then(day_of)
}

/// The lots that procurement starts with, where an act starts it.
fn starts(payload: &Payload) -> &[String] {
    match payload {
        Payload::ProcurementStarted(started) => &started.lot_nos,
        Payload::ProcurementDocumentIssued(document) => &document.lot_nos,
        Payload::SingleSourcePublicised(publicised) => &publicised.lot_nos,
        _ => &[],
    }
}

fn has(lot_nos: &[String], lot: &str) -> bool {
    lot_nos.iter().any(|no| no == lot)
}

impl<'a> Picture<'a> {
    /// Of what counts in a scene.
    pub(super) fn of(scene: &Scene<'a>) -> Self {
        let mut acts: Vec<Act<'a>> = scene.acts().collect();
        acts.sort_by_key(|(act, _)| (act.on(), act.position));
        Self { acts }
    }

    /// The acts, by legal date and then by position.
    pub(super) fn acts(&self) -> impl DoubleEndedIterator<Item = Act<'a>> + '_ {
        self.acts.iter().copied()
    }

    /// The first act from a day on, and before another act where there is one.
    pub(super) fn first(
        &self,
        from: NaiveDate,
        before: Option<&Standing>,
        is_it: impl Fn(&Payload) -> bool,
    ) -> Option<&'a Standing> {
        let until = before.map(|act| (act.on(), act.position));
        let mut acts = self.acts().filter(|(act, _)| {
            act.on() >= from && until.is_none_or(|until| (act.on(), act.position) < until)
        });
        acts.find(|(_, payload)| is_it(payload)).map(|(act, _)| act)
    }

    /// All lots, in the order in which they came.
    pub(super) fn lots(&self) -> Vec<&'a str> {
        let mut lots: Vec<&'a str> = Vec::new();
        for (_, payload) in self.acts() {
            let named: Vec<&'a str> = match payload {
                Payload::PlanFiled(plan) => plan.lots.iter().map(|lot| &*lot.lot_no).collect(),
                Payload::PlanRevised(plan) => plan.lots.iter().map(|lot| &*lot.lot_no).collect(),
                Payload::ReprocurementStarted(retry) => vec![&retry.new_lot_no],
                payload => starts(payload).iter().map(|lot| &**lot).collect(),
            };
            for lot in named {
                if !lots.contains(&lot) {
                    lots.push(lot);
                }
            }
        }
        lots
    }

    /// A lot and those that it retries, the planned one last.
    pub(super) fn line_of(&self, lot: &str) -> Vec<&'a str> {
        let mut line: Vec<&'a str> = Vec::new();
        let mut of = lot;
        loop {
            let retry = self.acts().find_map(|(_, payload)| match payload {
                Payload::ReprocurementStarted(retry) if retry.new_lot_no == of => Some(retry),
                _ => None,
            });
            let Some(retry) = retry.filter(|retry| !line.contains(&&*retry.lot_no)) else {
                return line;
            };
            line.push(&retry.lot_no);
            of = &retry.lot_no;
        }
    }

    /// The first act that plans a lot or the lot that it retries, and the id of the plan.
    pub(super) fn planned(&self, lot: &str) -> Option<(&'a Standing, &'a str)> {
        let root = self.line_of(lot).pop().unwrap_or(lot);
        self.acts().find_map(|(act, payload)| {
            let (id, lots) = match payload {
                Payload::PlanFiled(plan) => (&plan.plan_id, &plan.lots),
                Payload::PlanRevised(plan) => (&plan.plan_id, &plan.lots),
                _ => return None,
            };
            let is_of = lots.iter().any(|planned| planned.lot_no == root);
            is_of.then_some((act, id.as_str()))
        })
    }

    /// The plan of a lot.
    pub(super) fn plan_of(&self, lot: &str) -> Option<Plan<'a>> {
        let (_, id) = self.planned(lot)?;
        self.plans()
            .into_iter()
            .find(|(_, plan)| plan.plan_id == id)
    }

    /// All plans.
    pub(super) fn plans(&self) -> Vec<Plan<'a>> {
        let plans = self.acts().filter_map(|(act, payload)| match payload {
            Payload::PlanFiled(plan) => Some((act, plan)),
            _ => None,
        });
        plans.collect()
    }

    /// The amount of a plan on a day.
    pub(super) fn amount_of(&self, plan: &PlanFiled, on: NaiveDate) -> i64 {
        let revised = self.acts().rev().find_map(|(act, payload)| match payload {
            Payload::PlanRevised(revised) if revised.plan_id == plan.plan_id && act.on() <= on => {
                Some(revised.amount_fen)
            }
            _ => None,
        });
        revised.unwrap_or(plan.amount_fen)
    }

    /// The method of a lot on a day.
    pub(super) fn method_of(&self, lot: &str, on: NaiveDate) -> ProcurementMethod {
        let changed = self.acts().rev().find_map(|(act, payload)| match payload {
            Payload::MethodChangeApproved(approved)
                if act.on() <= on && has(&approved.lot_nos, lot) =>
            {
                Some(approved.to_method())
            }
            Payload::ReprocurementStarted(retry) if retry.new_lot_no == lot => {
                Some(retry.new_method())
            }
            _ => None,
        });
        let planned = || self.plan_of(lot).map(|(_, plan)| plan.method());
        changed
            .or_else(planned)
            .unwrap_or(ProcurementMethod::Unspecified)
    }

    /// Why the law on procurement does not hold for the tender of a lot, where it does not.
    pub(super) fn tender_law(&self, lot: &str) -> Option<Body> {
        let (_, plan) = self.plan_of(lot)?;
        let is_other = plan.law_track() == LawTrack::TenderLaw;
        is_other.then(|| Body::NotApplicable(TENDER_LAW.to_owned()))
    }

    /// The act that starts procurement of a lot; publicity of a single source counts if asked.
    pub(super) fn start_of(&self, lot: &str, by_publicity: bool) -> Option<&'a Standing> {
        let mut acts = self.acts().filter(|(_, payload)| {
            by_publicity || !matches!(payload, Payload::SingleSourcePublicised(_))
        });
        acts.find(|(_, payload)| has(starts(payload), lot))
            .map(|(act, _)| act)
    }

    /// The bid deadline of a lot of a document after all changes, and the changes.
    pub(super) fn deadline_of(
        &self,
        doc_id: &str,
        lot: &str,
    ) -> Option<(Timestamp, Vec<&'a Standing>)> {
        let mut deadline = None;
        let mut acts = Vec::new();
        for (act, payload) in self.acts() {
            let new = match payload {
                Payload::ProcurementDocumentIssued(document) if document.doc_id == doc_id => {
                    document.bid_deadline
                }
                Payload::ClarificationIssued(of)
                    if of.doc_id == doc_id && has(&of.lot_nos, lot) =>
                {
                    of.new_deadline
                }
                _ => None,
            };
            if new.is_some() {
                deadline = new;
                acts.push(act);
            }
        }
        deadline.map(|deadline| (deadline, acts))
    }

    /// When and why a lot ended without an award, from a day on.
    pub(super) fn ended(&self, lot: &str, from: NaiveDate) -> Option<(NaiveDate, String)> {
        let plan_id = self.planned(lot).map(|(_, id)| id);
        let mut acts = self.acts().filter(|(act, _)| act.on() >= from);
        acts.find_map(|(act, payload)| {
            let reason = match payload {
                Payload::LotFailed(failed) if failed.lot_no == lot => "废标 the lot failed",
                Payload::ProcurementTerminated(of) if has(&of.lot_nos, lot) => {
                    "采购终止 procurement was terminated"
                }
                Payload::AwardRevoked(of) if of.lot_no == lot && of.next_candidate.is_empty() => {
                    "中标(成交)结果撤销 the award was revoked"
                }
                Payload::PlanCancelled(of) if Some(&*of.plan_id) == plan_id => {
                    "采购计划取消 the plan was cancelled"
                }
                _ => return None,
            };
            Some((act.on(), reason.to_owned()))
        })
    }

    /// The spans in which finance suspended a lot.
    pub(super) fn suspensions(&self, lot: &str) -> Vec<Pause> {
        let mut pauses = Vec::new();
        for (act, payload) in self.acts() {
            let Payload::ComplaintSuspensionOrdered(ordered) = payload else {
                continue;
            };
            if !has(&ordered.lot_nos, lot) {
                continue;
            }
            let lifted = self.first(act.on(), None, |payload| {
                matches!(payload, Payload::ComplaintSuspensionLifted(lifted)
                    if lifted.complaint_id == ordered.complaint_id && has(&lifted.lot_nos, lot))
            });
            let longest = || act.on().checked_add_days(Days::new(SUSPENSION_DAYS));
            let until = lifted.map(Standing::on).or_else(|| day(&ordered.until));
            if let Some(until) = until.or_else(longest) {
                let after = act.on();
                pauses.push(Pause { after, until });
            }
        }
        pauses
    }

    /// The bid bonds.
    pub(super) fn bid_bonds(&self) -> Vec<BidBond<'a>> {
        let mut bonds: Vec<BidBond<'a>> = Vec::new();
        for (act, payload) in self.acts() {
            if let Payload::BondCollected(bond) = payload
                && bond.kind() == BondKind::Bid
            {
                let moves = Vec::new();
                bonds.push(BidBond { act, bond, moves });
            }
        }
        for (act, payload) in self.acts() {
            let (id, fen, is_return) = match payload {
                Payload::BondReturned(of) => (&of.bond_id, of.amount_fen, true),
                Payload::BondForfeited(of) => (&of.bond_id, of.amount_fen, false),
                _ => continue,
            };
            let bond = bonds.iter_mut().find(|bond| bond.bond.bond_id == *id);
            if let Some(bond) = bond {
                bond.moves.push((act, fen, is_return));
            }
        }
        bonds
    }
}

/// A bid bond, and what left it.
pub(super) struct BidBond<'a> {
    /// Its collection.
    pub(super) act: &'a Standing,
    /// The bond.
    pub(super) bond: &'a BondCollected,
    /// Returns, and what was kept for good.
    moves: Vec<(&'a Standing, i64, bool)>,
}

impl BidBond<'_> {
    /// What is held at the end of a day.
    pub(super) fn held_on(&self, on: NaiveDate) -> i64 {
        if self.act.on() > on {
            return 0;
        }
        let gone = self.moves.iter().filter(|(act, ..)| act.on() <= on);
        let gone: i128 = gone.map(|(_, fen, _)| i128::from(*fen)).sum();
        i64::try_from(i128::from(self.bond.amount_fen) - gone)
            .unwrap_or_default()
            .max(0)
    }

    /// What was returned after a day.
    pub(super) fn returned_after(&self, on: NaiveDate) -> Vec<(NaiveDate, i64)> {
        let moves = self
            .moves
            .iter()
            .filter(|(act, _, is_return)| *is_return && act.on() > on);
        moves.map(|(act, fen, _)| (act.on(), *fen)).collect()
    }

    /// The act after which nothing is left, and whether it was a return.
    fn last(&self) -> Option<(NaiveDate, bool)> {
        let mut moves = self
            .moves
            .iter()
            .map(|(act, _, is_return)| (act.on(), *is_return));
        moves.find(|(on, _)| self.held_on(*on) == 0)
    }

    /// When it was settled: nothing of it is left.
    pub(super) fn settled(&self) -> Option<Done> {
        let (on, _) = self.last()?;
        let acts = self
            .moves
            .iter()
            .map(|(act, ..)| *act)
            .filter(|act| act.on() <= on);
        Some(Done {
            on,
            evidence: evidence(acts),
        })
    }

    /// When the last of it was kept for good instead of returned.
    pub(super) fn forfeited(&self) -> Option<NaiveDate> {
        self.last()
            .filter(|(_, is_return)| !is_return)
            .map(|(on, _)| on)
    }
}
