//! Rules applied to cases: a pure function of history, rules, calendar and day.
//!
//! A correction that is recorded after the last day of an obligation does not change it, unless a
//! regulator marks it as retroactive (domain 0.2(4)): such an obligation is judged again as if the
//! correction had not come.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{Datelike as _, NaiveDate};

use super::{
    Convention, Packs, Parameters,
    case::{Agreed, Around, Body, Case, Clock, Done, Interest, Scene, Whole},
    condition::Holds,
    facts::variables::Known,
    late::{Beside, LateCorrections},
    pack::{Asks, Rule},
    superseded::superseded,
    verdict::{
        Counting, Finding, FindingStatus, Judgement, Obligation, ObligationStatus, PassedOver,
        finding_id,
    },
};
use crate::{
    domain::{
        calendar::{Calendar, Due, Pause},
        values::{StreamName, money::BP_WHOLE},
    },
    events::v1::event_payload::Payload,
    views::{AsOf, History, Timeline},
};

/// What is judged by: the packs in force, and working days.
pub struct Law {
    /// The packs.
    pub packs: Arc<Packs>,
    /// Working days.
    pub calendar: Calendar,
}

/// A stream to be judged.
pub struct Matter<'a> {
    /// The stream.
    pub stream: &'a StreamName,
    /// Its events.
    pub history: &'a History,
    /// The two moments.
    pub as_of: AsOf,
    /// The day at whose end obligations stand where they are said to stand.
    pub today: NaiveDate,
    /// What stands beside it.
    pub around: &'a dyn Around,
}

/// That a regulator waived a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule.
    pub rule_id: String,
    /// What the finding is about.
    pub subject: String,
    /// Positions of the events that say so.
    pub evidence: Vec<u64>,
}

impl Law {
    /// The law of packs.
    pub fn of(packs: impl Into<Arc<Packs>>, calendar: Calendar) -> Self {
        Self {
            packs: packs.into(),
            calendar,
        }
    }

    /// What the rules say of a stream, and what they said of it as its events once read.
    pub fn judge(&self, matter: &Matter<'_>) -> Judgement {
        let mut judgement = self.judge_as_it_reads(matter);
        let superseded = superseded(self, matter, &judgement.findings);
        if !superseded.is_empty() {
            judgement.findings.extend(superseded);
            sort_findings(&mut judgement.findings);
        }
        judgement
    }

    /// What the rules say of a stream as its events read at the moments of the matter.
    pub(super) fn judge_as_it_reads(&self, matter: &Matter<'_>) -> Judgement {
        let timeline = Timeline::new(matter.history, matter.as_of);
        let beside = Beside::new(matter.around);
        let matter = &Matter {
            around: &beside,
            ..*matter
        };
        let mut judgement = self.judge_timeline(matter, &timeline);
        let mut late = LateCorrections::of(matter.history);
        late.0.extend(beside.late_corrections());
        if !late.0.is_empty() {
            self.undo_late_corrections(matter, &late, &mut judgement);
        }
        merge_aliases(&self.packs, &mut judgement.findings);
        waive(&timeline, &mut judgement.findings);
        sort_findings(&mut judgement.findings);
        sort_obligations(&mut judgement.obligations);
        judgement
    }

    /// What a version of a rule says of cases that were found in a picture.
    pub fn apply_cases(&self, rule: &Rule, wholes: &[Whole], today: NaiveDate) -> Judgement {
        let mut judgement = Judgement::default();
        for whole in wholes {
            let case = &whole.case;
            if !rule.is_in_force(rule.day_of(case)) {
                continue;
            }
            let holds = match (&rule.when, &case.body) {
                (None, _) | (_, Body::NotApplicable(_)) => Holds::Yes,
                (Some(when), _) => when.holds_of_whole(whole),
            };
            match holds {
                Holds::Yes => self.apply(rule, case, today, &mut judgement),
                Holds::No(reason) => judgement.passed_over.push(PassedOver {
                    rule_id: rule.id.clone(),
                    subject: case.subject.clone(),
                    reason,
                }),
            }
        }
        judgement
    }

    /// Settles what all rules say of a picture: aliases are merged, waivers applied, everything
    /// put in order.
    pub fn settle(&self, judgement: &mut Judgement, waivers: &[Waiver]) {
        let findings = &mut judgement.findings;
        merge_aliases(&self.packs, findings);
        for waiver in waivers {
            let is_of =
                |of: &&mut Finding| of.rule_id == waiver.rule_id && of.subject == waiver.subject;
            for finding in findings.iter_mut().filter(is_of) {
                finding.status = FindingStatus::Waived;
                finding.evidence.extend(&waiver.evidence);
            }
        }
        sort_findings(findings);
        sort_obligations(&mut judgement.obligations);
    }

    fn judge_timeline(&self, matter: &Matter<'_>, timeline: &Timeline<'_>) -> Judgement {
        let scene = Scene {
            stream: matter.stream,
            timeline,
            around: matter.around,
            calendar: &self.calendar,
            today: matter.today,
        };
        let mut found: HashMap<(&str, Parameters), Vec<Case>> = HashMap::new();
        let mut judgement = Judgement::default();
        for rule in self.packs.rules() {
            if !rule.fact.streams.contains(&matter.stream.kind) {
                continue;
            }
            let cases = found
                .entry((rule.fact.name, rule.parameters))
                .or_insert_with(|| (rule.fact.find)(&scene, &rule.parameters));
            for case in cases.iter() {
                if !rule.is_in_force(rule.day_of(case)) {
                    continue;
                }
                match rule.condition_on(&scene, case) {
                    Holds::Yes => self.apply(rule, case, matter.today, &mut judgement),
                    Holds::No(reason) => judgement.passed_over.push(PassedOver {
                        rule_id: rule.id.clone(),
                        subject: case.subject.clone(),
                        reason,
                    }),
                }
            }
        }
        judgement
    }

    /// Judges again what a correction changed after its last day.
    fn undo_late_corrections(
        &self,
        matter: &Matter<'_>,
        late: &LateCorrections,
        judgement: &mut Judgement,
    ) {
        let cut: BTreeSet<NaiveDate> = judgement
            .obligations
            .iter()
            .filter(|obligation| late.change(obligation))
            .map(|obligation| obligation.due_on)
            .collect();
        for due_on in cut {
            let history = late.without(matter.history, due_on);
            let timeline = Timeline::new(&history, matter.as_of);
            let beside = Beside::without_after(matter.around, due_on);
            let matter = &Matter {
                around: &beside,
                ..*matter
            };
            let before = self.judge_timeline(matter, &timeline);
            for obligation in &mut judgement.obligations {
                if obligation.due_on != due_on || !late.change(obligation) {
                    continue;
                }
                let is_same = |other: &&Obligation| {
                    other.rule_id == obligation.rule_id && other.subject == obligation.subject
                };
                let Some(then) = before.obligations.iter().find(is_same) else {
                    continue;
                };
                let key = (then.rule_id.clone(), then.subject.clone());
                *obligation = then.clone();
                let is_of =
                    |finding: &&Finding| finding.rule_id == key.0 && finding.subject == key.1;
                let finding = before.findings.iter().find(is_of).cloned();
                judgement.findings.retain(|finding| !is_of(&finding));
                judgement.findings.extend(finding);
            }
        }
    }

    fn apply(&self, rule: &Rule, case: &Case, today: NaiveDate, judgement: &mut Judgement) {
        let breach = Breach::new(rule, case);
        match (&rule.asks, &case.body) {
            (_, Body::NotApplicable(reason)) => judgement.passed_over.push(PassedOver {
                rule_id: rule.id.clone(),
                subject: case.subject.clone(),
                reason: reason.clone(),
            }),
            (Asks::Deadline { .. }, Body::Clock(clock)) => {
                self.apply_deadline(rule, (case, clock), today, judgement);
            }
            (Asks::Span { convention, length }, Body::Span { from, to }) => {
                let days = convention.days(&self.calendar, *from, *to);
                if days >= i64::from(*length) {
                    // The strict reading does not count the first day of a window.
                    let strict = self.calendar.workdays_after(*from, *to);
                    if *convention == Convention::WinWd && strict < *length {
                        let mut finding = breach.finding();
                        finding.severity = super::Severity::Info;
                        finding.expected = Some((*length).into());
                        finding.actual = Some(strict.into());
                        judgement.findings.push(finding);
                        return;
                    }
                    judgement.kept.push(breach.kept());
                    return;
                }
                let mut finding = breach.finding();
                finding.expected = Some((*length).into());
                finding.actual = Some(days);
                judgement.findings.push(finding);
            }
            (Asks::Content { .. }, Body::Content(wrong)) => {
                if wrong.is_empty() {
                    judgement.kept.push(breach.kept());
                    return;
                }
                let mut finding = breach.finding();
                finding.details.clone_from(wrong);
                judgement.findings.push(finding);
            }
            (Asks::Exists { .. }, Body::Exists(is_there)) => match is_there {
                true => judgement.kept.push(breach.kept()),
                false => judgement.findings.push(breach.finding()),
            },
            (
                Asks::Ratio {
                    at_least_bp,
                    at_most_bp,
                },
                Body::Ratio { part, whole },
            ) => {
                use crate::domain::values::money::{exceeds_share, falls_below_share};
                let low = at_least_bp.filter(|bp| falls_below_share(*part, *whole, *bp));
                let high = at_most_bp.filter(|bp| exceeds_share(*part, *whole, *bp));
                let Some(bound) = low.or(high) else {
                    judgement.kept.push(breach.kept());
                    return;
                };
                let mut finding = breach.finding();
                finding.expected = Some(bound);
                finding.actual = match whole {
                    0 => None,
                    whole => i64::try_from(part * 10_000 / whole).ok(),
                };
                judgement.findings.push(finding);
            }
            // A pack is refused where a rule asks of a fact what that does not tell.
            _ => {}
        }
    }

    fn apply_deadline(
        &self,
        rule: &Rule,
        (case, clock): (&Case, &Clock),
        today: NaiveDate,
        judgement: &mut Judgement,
    ) {
        let Asks::Deadline {
            convention,
            length,
            on,
            at_least_bp,
        } = &rule.asks
        else {
            return;
        };
        let fixed = on.and_then(|on| on.of_year(case.on.year()));
        if let (Some(on), Some(since)) = (fixed, clock.bound_since)
            && on < since
        {
            judgement.passed_over.push(PassedOver {
                rule_id: rule.id.clone(),
                subject: case.subject.clone(),
                reason: format!("{since}起方有此主体 there was nobody to do it until {since}"),
            });
            return;
        }
        let length = clock.length.or(*length).unwrap_or_default() + clock.more_days;
        let from = fixed.unwrap_or(case.on);
        let mut counting = Counting {
            from,
            pauses: closed(&clock.pauses, today),
            more_days: clock.more_days,
            agreed: clock.agreed,
            allowed: None,
            no_earlier: clock.no_earlier,
            no_later: clock.no_later,
        };
        let due = convention.due(&self.calendar, from, length, &counting.pauses);
        let mut counted = (*convention, length, due);
        if let Some(agreed) = clock.agreed
            && let Some(earlier) = self.earlier(agreed, from, &counting.pauses, counted)
        {
            counting.allowed = Some((counted.0, counted.1));
            counted = earlier;
        }
        let due = &mut counted.2;
        due.on = clock.no_earlier.map_or(due.on, |day| day.max(due.on));
        due.on = clock.no_later.map_or(due.on, |day| day.min(due.on));
        let due_on = due.on;
        let mut clock = Cow::Borrowed(clock);
        let enough_since = clock.level.as_ref().map(|level| {
            let share_bp = at_least_bp.unwrap_or(BP_WHOLE);
            level.enough_since(share_bp, (case.on, due_on), today)
        });
        if let Some(since) = enough_since {
            clock.to_mut().done = since.map(|on| Done {
                on,
                evidence: Vec::new(),
            });
        }
        let obligation = self.obligation(rule, case, &clock, (counted, counting), today);
        let finding = Self::of_obligation(&obligation, &clock, today);
        judgement.findings.extend(finding);
        judgement.obligations.push(obligation);
    }

    /// The end of what was agreed, where that is no later than the end of what the rule allows.
    fn earlier(
        &self,
        agreed: Agreed,
        from: NaiveDate,
        pauses: &[Pause],
        allowed: (Convention, u32, Due),
    ) -> Option<(Convention, u32, Due)> {
        let (convention, days) = match agreed {
            Agreed::Calendar(days) => (allowed.0, days.min(allowed.1)),
            Agreed::Working(days) => (Convention::WdX, days),
        };
        let due = convention.due(&self.calendar, from, days, pauses);
        (due.on <= allowed.2.on).then_some((convention, days, due))
    }

    fn obligation(
        &self,
        rule: &Rule,
        case: &Case,
        clock: &Clock,
        ((convention, length, due), counting): ((Convention, u32, Due), Counting),
        today: NaiveDate,
    ) -> Obligation {
        use ObligationStatus::{Late, Met, Overdue, Paused, Pending, Void};
        let is_paused = clock
            .pauses
            .iter()
            .any(|p| p.after < today && today < p.until);
        let (status, until) = match (&clock.done, &clock.void) {
            (Some(done), _) if clock.has_to_last && done.on < due.on => (Overdue, due.on),
            (None, None) if clock.has_to_last && due.on <= today => (Met, due.on),
            (Some(_), _) if clock.has_to_last => (Met, due.on),
            (Some(done), _) if done.on <= due.on => (Met, due.on),
            (Some(done), _) => (Late, done.on),
            (None, Some((on, _))) if *on <= due.on => (Void, due.on),
            // What falls away later leaves a breach that stands, and grows no more.
            (None, Some((on, _))) if *on <= today => (Overdue, *on),
            (None, _) if due.on <= today => (Overdue, today),
            (None, _) if is_paused => (Paused, due.on),
            (None, _) => (Pending, due.on),
        };
        let mut evidence = case.evidence.clone();
        evidence.extend(clock.done.iter().flat_map(|done| &done.evidence));
        evidence.sort_unstable();
        evidence.dedup();
        Obligation {
            rule_id: rule.id.clone(),
            rule_from: rule.from,
            severity: rule.severity,
            subject: case.subject.clone(),
            convention,
            length,
            counting,
            triggered_on: case.on,
            due_on: due.on,
            done_on: clock.done.as_ref().map(|done| done.on),
            status,
            late_calendar_days: u32::try_from((until - due.on).num_days()).unwrap_or_default(),
            late_working_days: self.calendar.workdays_after(due.on, until),
            is_provisional: due.is_provisional,
            amount_fen: clock.amount_fen,
            evidence,
            reason: clock.void.as_ref().map(|(_, reason)| reason.clone()),
        }
    }

    /// The finding of an obligation that was not met in time.
    fn of_obligation(of: &Obligation, clock: &Clock, today: NaiveDate) -> Option<Finding> {
        let status = match of.status {
            ObligationStatus::Late => FindingStatus::Rectified,
            ObligationStatus::Overdue => FindingStatus::Open,
            _ => return None,
        };
        let interest = clock.interest.map(|interest| interest.on(of, clock, today));
        Some(Finding {
            id: finding_id(&of.rule_id, &of.subject),
            rule_id: of.rule_id.clone(),
            rule_from: of.rule_from,
            severity: of.severity,
            subject: of.subject.clone(),
            status,
            on: match clock.has_to_last {
                true => of.done_on.unwrap_or(of.due_on),
                false => of.due_on,
            },
            due_on: Some(of.due_on),
            actual_on: of.done_on,
            late_calendar_days: Some(of.late_calendar_days),
            late_working_days: Some(of.late_working_days),
            expected: None,
            actual: None,
            amount_fen: interest,
            is_provisional: of.is_provisional,
            details: Vec::new(),
            evidence: of.evidence.clone(),
            aliases: Vec::new(),
            superseded_by: None,
        })
    }
}

/// Pauses as they stand at the end of a day: one that is still open has lasted until then.
fn closed(pauses: &[Pause], today: NaiveDate) -> Vec<Pause> {
    let close = |pause: &Pause| Pause {
        until: match pause.until == NaiveDate::MAX {
            true => today,
            false => pause.until,
        },
        ..*pause
    };
    pauses.iter().map(close).collect()
}

impl Interest {
    /// What is owed on what was overdue: each part for the days from the last day, exclusive, to
    /// its payment or today, inclusive; rounded down as a whole.
    fn on(self, of: &Obligation, clock: &Clock, today: NaiveDate) -> i64 {
        let due_on = of.due_on;
        let days = |on: NaiveDate| i128::from((on - due_on).num_days().max(0));
        let whole = i128::from(clock.amount_fen.unwrap_or_default());
        let (mut paid, mut fen_days) = (0_i128, 0_i128);
        for (on, fen) in &clock.paid {
            let fen = i128::from(*fen).min(whole - paid);
            paid += fen;
            fen_days += fen * days(*on);
        }
        fen_days += (whole - paid).max(0) * days(today);
        let fen = match self {
            Self::Daily(bp) => fen_days * i128::from(bp) / 10_000,
            Self::Yearly(bp) => fen_days * i128::from(bp) / (10_000 * 365),
        };
        i64::try_from(fen).unwrap_or(i64::MAX)
    }
}

impl Rule {
    /// The day that decides whether this version applies to a case: that of the trigger, or the
    /// last day where the rule names it (domain 0.2(5)).
    fn day_of(&self, case: &Case) -> NaiveDate {
        match &self.asks {
            Asks::Deadline { on: Some(on), .. } => on.of_year(case.on.year()).unwrap_or(case.on),
            _ => case.on,
        }
    }

    /// What its condition says of a case; a case to which the rule does not apply anyway has its
    /// own reason.
    fn condition_on(&self, scene: &Scene<'_>, case: &Case) -> Holds {
        match (&self.when, &case.body) {
            (None, _) | (_, Body::NotApplicable(_)) => Holds::Yes,
            (Some(when), _) => when.holds(&Known::new(scene, case)),
        }
    }
}

/// In order of their days.
fn sort_findings(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (a.on, &a.rule_id, &a.subject).cmp(&(b.on, &b.rule_id, &b.subject)));
}

/// In order of their last days.
fn sort_obligations(obligations: &mut [Obligation]) {
    obligations.sort_by(|a, b| {
        (a.due_on, &a.rule_id, &a.subject).cmp(&(b.due_on, &b.rule_id, &b.subject))
    });
}

/// A rule and a case.
struct Breach<'a> {
    rule: &'a Rule,
    case: &'a Case,
}

impl<'a> Breach<'a> {
    fn new(rule: &'a Rule, case: &'a Case) -> Self {
        Self { rule, case }
    }

    fn kept(&self) -> (String, String) {
        (self.rule.id.clone(), self.case.subject.clone())
    }

    fn finding(&self) -> Finding {
        let (rule, case) = (self.rule, self.case);
        let mut evidence = case.evidence.clone();
        evidence.sort_unstable();
        evidence.dedup();
        Finding {
            id: finding_id(&rule.id, &case.subject),
            rule_id: rule.id.clone(),
            rule_from: rule.from,
            severity: rule.severity,
            subject: case.subject.clone(),
            status: FindingStatus::Open,
            on: case.on,
            due_on: None,
            actual_on: None,
            late_calendar_days: None,
            late_working_days: None,
            expected: None,
            actual: None,
            amount_fen: None,
            is_provisional: false,
            details: Vec::new(),
            evidence,
            aliases: Vec::new(),
            superseded_by: None,
        }
    }
}

/// Keeps one finding of a breach that two rules name: the alias stands with the other.
fn merge_aliases(packs: &Packs, findings: &mut Vec<Finding>) {
    let aliases: Vec<(&str, &str)> = packs
        .rules()
        .filter_map(|rule| Some((rule.id.as_str(), rule.alias_of.as_deref()?)))
        .collect();
    for (alias, of) in aliases {
        let subjects: Vec<String> = findings
            .iter()
            .filter(|finding| finding.rule_id == alias)
            .map(|finding| finding.subject.clone())
            .collect();
        for subject in subjects {
            let is_main =
                |finding: &&mut Finding| finding.rule_id == of && finding.subject == subject;
            if let Some(main) = findings.iter_mut().find(is_main) {
                main.aliases.push(alias.to_owned());
                findings.retain(|finding| finding.rule_id != alias || finding.subject != subject);
            }
        }
    }
}

/// Marks what a regulator waived; the waiver is evidence as the breach is.
fn waive(timeline: &Timeline<'_>, findings: &mut [Finding]) {
    for act in timeline.standing() {
        let Some(Payload::FindingWaived(waiver)) = act.payload() else {
            continue;
        };
        for finding in findings.iter_mut() {
            if finding.rule_id == waiver.rule_id && finding.subject == waiver.subject_ref {
                finding.status = FindingStatus::Waived;
                finding.evidence.extend(act.positions());
            }
        }
    }
}
