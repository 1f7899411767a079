//! Rows of what rules say: obligations and findings, and which streams they are of.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use rusqlite::types::Value;

use super::sight::{Row, Sight};
use crate::{
    domain::values::{StreamKind, StreamName},
    events::v1::{self, event_payload::Payload},
    ledger::law::Stages,
    models::tables::{Column, Table},
    rules::{
        Packs,
        verdict::{Finding, Obligation, ObligationStatus},
    },
    views::Timeline,
};

const POSITION: Column = (
    "position",
    "INTEGER",
    "position of the stream's first event",
);
const RULE: Column = ("rule_id", "TEXT", "the rule");
const RULE_FROM: Column = ("rule_from", "TEXT", "first day of the rule's version");
const SUBJECT: Column = ("subject", "TEXT", "what it is about");
const STREAM: Column = ("stream", "TEXT", "the stream");
const KIND: Column = ("kind", "TEXT", "the stream's kind");
const PARTITION: Column = ("partition", "TEXT", "prefecture");
const REGION: Column = (
    "region_code",
    "TEXT",
    "region that the stream's first event names",
);
const UNIT: Column = (
    "unit",
    "TEXT",
    "the unit that it falls to; empty where none",
);
const SEVERITY: Column = ("severity", "INTEGER", "Severity");
const LATE_CALENDAR_DAYS: Column = (
    "late_calendar_days",
    "INTEGER",
    "calendar days beyond the last one",
);
const LATE_WORKING_DAYS: Column = ("late_working_days", "INTEGER", "working days of these");
const PROVISIONAL: Column = (
    "provisional",
    "INTEGER",
    "1 where holidays that are not published may move it",
);
const STAGE: Column = (
    "stage",
    "INTEGER",
    "Stage of what happened first of its evidence; 0 for none",
);
const EVIDENCE: Column = ("evidence", "TEXT", "positions of events, between commas");

/// Obligations.
pub const OBLIGATIONS: Table = Table {
    name: "obligations",
    row: "something that has to be done by a day, or had; what is known only once it is done (the \
          recording of events) where it was late",
    columns: &[
        POSITION,
        RULE,
        SUBJECT,
        RULE_FROM,
        STREAM,
        KIND,
        PARTITION,
        REGION,
        UNIT,
        SEVERITY,
        ("status", "INTEGER", "ObligationStatus"),
        ("convention", "INTEGER", "Convention"),
        ("length", "INTEGER", "days"),
        ("triggered_on", "TEXT", "legal date of the trigger"),
        ("due_on", "TEXT", "last day"),
        (
            "done_on",
            "TEXT",
            "when it was done; empty where it was not",
        ),
        LATE_CALENDAR_DAYS,
        LATE_WORKING_DAYS,
        ("amount_fen", "TEXT", "amount asked for; empty where none"),
        PROVISIONAL,
        ("reason", "TEXT", "why it is void"),
        STAGE,
        EVIDENCE,
    ],
    key: &["position", "rule_id", "subject"],
    owner: &["position"],
    indexes: &[
        &["due_on"],
        &["late_calendar_days"],
        &["rule_id"],
        &["stream"],
        &["unit"],
        &["region_code"],
        &["status", "due_on"],
    ],
};

/// Findings.
pub const FINDINGS: Table = Table {
    name: "findings",
    row: "a breach of a rule",
    columns: &[
        POSITION,
        RULE,
        SUBJECT,
        ("finding_id", "TEXT", "tells it from all others"),
        RULE_FROM,
        STREAM,
        KIND,
        PARTITION,
        REGION,
        UNIT,
        SEVERITY,
        ("status", "INTEGER", "FindingStatus"),
        ("found_on", "TEXT", "the day of the breach"),
        ("due_on", "TEXT", "last day, of a deadline"),
        ("actual_on", "TEXT", "when it was done, of a deadline"),
        LATE_CALENDAR_DAYS,
        LATE_WORKING_DAYS,
        (
            "expected",
            "TEXT",
            "what the rule asks for; empty where no figure",
        ),
        ("actual", "TEXT", "what there is; empty where no figure"),
        (
            "amount_fen",
            "INTEGER",
            "an amount that follows from it, such as interest; 0 for none",
        ),
        PROVISIONAL,
        ("details", "TEXT", "what is wrong, a line each"),
        STAGE,
        EVIDENCE,
        (
            "aliases",
            "TEXT",
            "rules for which it stands, between commas",
        ),
        (
            "superseded_by",
            "TEXT",
            "position of the correction or void since which it is not stated; empty where it is",
        ),
    ],
    key: &["position", "rule_id", "subject"],
    owner: &["position"],
    indexes: &[
        &["finding_id"],
        &["found_on"],
        &["late_calendar_days"],
        &["amount_fen"],
        &["rule_id"],
        &["stream"],
        &["unit"],
        &["region_code"],
    ],
};

/// Streams that were judged.
pub const STREAMS: Table = Table {
    name: "streams",
    row: "a stream that was judged",
    columns: &[
        POSITION,
        STREAM,
        (
            "next_on",
            "TEXT",
            "the day on which the rules may say something else though nothing happens",
        ),
    ],
    key: &["position"],
    owner: &["position"],
    indexes: &[&["stream"], &["next_on"]],
};

/// What was read for the judgement of a stream.
pub const READS: Table = Table {
    name: "reads",
    row: "a stream that was read to judge another",
    columns: &[("read", "TEXT", "the stream that was read"), POSITION],
    key: &["read", "position"],
    owner: &["position"],
    indexes: &[&["position"]],
};

/// The last day there is, for what no day changes.
const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn int(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

/// A value of an enumeration.
fn word(value: impl Into<i32>) -> Value {
    Value::Integer(i64::from(value.into()))
}

fn day(on: Option<NaiveDate>) -> Value {
    text(on.map(|on| on.to_string()).unwrap_or_default())
}

fn figure(number: Option<i64>) -> Value {
    text(number.map(|number| number.to_string()).unwrap_or_default())
}

fn positions(evidence: &[u64]) -> Value {
    let each = evidence.iter().map(u64::to_string);
    text(each.collect::<Vec<_>>().join(","))
}

/// The unit that a stream is of: whoever buys, or the unit whose duties it holds.
pub fn unit_of(stream: &StreamName, timeline: &Timeline<'_>) -> String {
    if stream.kind == StreamKind::Unit {
        return stream.id.clone();
    }
    let acts = timeline.standing().iter().rev();
    let units = acts.filter_map(|act| match act.payload()? {
        Payload::PlanFiled(e) => Some((2, &e.unit)),
        Payload::IntentionPublished(e) => Some((1, &e.unit)),
        Payload::IntentionExempted(e) => Some((1, &e.unit)),
        Payload::BudgetLineApproved(e) => Some((1, &e.unit)),
        Payload::EmallOrderPlaced(e) => Some((1, &e.unit)),
        _ => None,
    });
    // A plan says it better than the intention before it.
    let unit = units.max_by_key(|(weight, _)| *weight);
    unit.map(|(_, unit)| unit.clone()).unwrap_or_default()
}

/// The day on which the rules may say something else of a stream though nothing happens in it.
fn next_on(kind: StreamKind, obligations: &[Obligation], today: NaiveDate) -> NaiveDate {
    let tomorrow = today.checked_add_days(Days::new(1));
    let tomorrow = tomorrow.unwrap_or(NaiveDate::MAX);
    // Units, regions, systems and rooms have duties that begin without an event.
    if !matches!(
        kind,
        StreamKind::Project | StreamKind::Order | StreamKind::BudgetLine | StreamKind::Ocds
    ) {
        return tomorrow;
    }
    let day = |of: &Obligation| {
        // A pause that is open moves the last day on with each day, from the day after its order.
        if of.counting.pauses.iter().any(|pause| pause.until >= today) {
            return Some(tomorrow);
        }
        match of.status {
            ObligationStatus::Pending => Some(of.due_on.max(tomorrow)),
            ObligationStatus::Paused | ObligationStatus::Overdue => Some(tomorrow),
            ObligationStatus::Met | ObligationStatus::Late | ObligationStatus::Void => None,
        }
    };
    obligations.iter().filter_map(day).min().unwrap_or(NEVER)
}

/// Whose rows are, and what they have in common.
pub struct Whose<'a> {
    /// The position of the stream's first event; -1 for what no single stream shows.
    pub position: i64,
    /// The stream that they are about.
    pub stream: &'a StreamName,
    /// Its region.
    pub region_code: &'a str,
    /// The unit that they fall to.
    pub unit: &'a str,
    /// The stages of its events.
    pub stages: &'a Stages,
}

impl Whose<'_> {
    fn position(&self) -> Value {
        Value::Integer(self.position)
    }

    /// The stream, its kind, prefecture and region, and the unit.
    fn whose(&self) -> [Value; 5] {
        [
            text(self.stream.to_string()),
            text(self.stream.kind.to_string()),
            text(&self.stream.partition),
            text(self.region_code),
            text(self.unit),
        ]
    }

    /// The row of an obligation.
    pub fn obligation(&self, of: &Obligation) -> Row {
        let mut row = vec![
            self.position(),
            text(&of.rule_id),
            text(&of.subject),
            day(Some(of.rule_from)),
        ];
        row.extend(self.whose());
        row.extend([
            word(v1::Severity::from(of.severity)),
            word(v1::ObligationStatus::from(of.status)),
            word(v1::Convention::from(of.convention)),
            int(of.length),
            day(Some(of.triggered_on)),
            day(Some(of.due_on)),
            day(of.done_on),
            int(of.late_calendar_days),
            int(of.late_working_days),
            figure(of.amount_fen),
            int(of.is_provisional),
            text(of.reason.clone().unwrap_or_default()),
            int(self.stages.of(&of.evidence)),
            positions(&of.evidence),
        ]);
        debug_assert_eq!(row.len(), OBLIGATIONS.columns.len());
        (&OBLIGATIONS, row)
    }

    /// The row of a finding.
    pub fn finding(&self, of: &Finding) -> Row {
        let mut row = vec![
            self.position(),
            text(&of.rule_id),
            text(&of.subject),
            text(&of.id),
            day(Some(of.rule_from)),
        ];
        row.extend(self.whose());
        row.extend([
            word(v1::Severity::from(of.severity)),
            word(v1::FindingStatus::from(of.status)),
            day(Some(of.on)),
            day(of.due_on),
            day(of.actual_on),
            int(of.late_calendar_days.unwrap_or_default()),
            int(of.late_working_days.unwrap_or_default()),
            figure(of.expected),
            figure(of.actual),
            int(of.amount_fen.unwrap_or_default()),
            int(of.is_provisional),
            text(of.details.join("\n")),
            int(self.stages.of(&of.evidence)),
            positions(&of.evidence),
            text(of.aliases.join(",")),
            text(
                of.superseded_by
                    .map(|position| position.to_string())
                    .unwrap_or_default(),
            ),
        ]);
        debug_assert_eq!(row.len(), FINDINGS.columns.len());
        (&FINDINGS, row)
    }
}

/// Whether an obligation is told among many: one that was over as soon as it was known, and was
/// met, was nobody's to do. There is one for each event.
pub fn is_told(packs: &Packs, of: &Obligation) -> bool {
    let mut rules = packs.rules();
    of.status != ObligationStatus::Met
        || !rules.any(|rule| rule.fact.is_known_when_done() && rule.id == of.rule_id)
}

/// What rules say of a stream, as rows.
pub fn rows(sight: &Sight<'_>) -> Vec<Row> {
    let unit = unit_of(sight.stream, sight.timeline);
    let stages = Stages::of_timeline(sight.timeline);
    let of = Whose {
        position: sight.position.cast_signed(),
        stream: sight.stream,
        region_code: sight.region_code,
        unit: &unit,
        stages: &stages,
    };
    let judgement = sight.judgement;
    let mut rows = vec![(
        &STREAMS,
        vec![
            of.position(),
            text(sight.stream.to_string()),
            day(Some(next_on(
                sight.stream.kind,
                &sight.judgement.obligations,
                sight.today,
            ))),
        ],
    )];
    let obligations = judgement.obligations.iter();
    let told = obligations.filter(|of_| is_told(sight.packs, of_));
    rows.extend(told.map(|of_| of.obligation(of_)));
    rows.extend(judgement.findings.iter().map(|of_| of.finding(of_)));
    rows
}

/// What was read to judge a stream, as rows.
pub fn reads(position: u64, reads: &BTreeSet<StreamName>) -> impl Iterator<Item = Row> + '_ {
    reads.iter().map(move |read| {
        let row = vec![
            text(read.to_string()),
            Value::Integer(position.cast_signed()),
        ];
        (&READS, row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{calendar::Pause, testkit::acceptance_concluded},
        events::v1::AcceptanceResult,
        rules::testkit::{Told, day as on},
    };

    #[test]
    fn a_stream_is_judged_again_before_its_rules_say_something_else() {
        let mut told = Told::new();
        let mut concluded = acceptance_concluded(AcceptanceResult::Passed);
        concluded.concluded_on = "2023-11-03".into();
        told.tell(concluded);
        let kind = told.stream.kind;
        let of = |today: &str, pause: Option<(&str, &str)>| {
            let mut obligations = told.judged(today).obligations;
            obligations.retain(|of| of.rule_id == "HY-03-ACC-UPLOAD-5WD");
            assert_eq!(obligations.len(), 1, "{today}");
            obligations[0]
                .counting
                .pauses
                .extend(pause.map(|(after, until)| Pause {
                    after: on(after),
                    until: on(until),
                }));
            next_on(kind, &obligations, on(today)).to_string()
        };
        // Five working days end on Friday, the tenth; overdue grows with each day.
        assert_eq!(of("2023-11-06", None), "2023-11-10");
        assert_eq!(of("2023-11-09", None), "2023-11-10");
        assert_eq!(of("2023-11-10", None), "2023-11-11");
        assert_eq!(of("2023-12-01", None), "2023-12-02");
        // Ordered today and open: it still counts today, and tomorrow no more.
        let open = Some(("2023-11-06", "2023-11-06"));
        assert_eq!(of("2023-11-06", open), "2023-11-07");
        let over = Some(("2023-11-03", "2023-11-05"));
        assert_eq!(of("2023-11-06", over), "2023-11-10");
        assert_eq!(next_on(kind, &[], on("2023-11-06")), NEVER);
        assert_eq!(
            next_on(StreamKind::Unit, &[], on("2023-11-06")).to_string(),
            "2023-11-07"
        );
    }
}
