//! Tables in memory, filled from histories and from releases.

use std::fmt::Write as _;

use rusqlite::{Connection, params_from_iter};

use crate::{
    domain::{calendar::Calendar, values::StreamKind},
    events::v1,
    rules::{
        Packs,
        testkit::{Told, day},
        verdict::Judgement,
    },
    supervision::{
        indicators::{self, Outcome, Query, tables},
        sight::Sight,
    },
    views::{AsOf, Timeline},
};

/// The day that pictures are of, unless a test says otherwise.
pub(super) const TODAY: &str = "2025-06-30";

/// Tables in memory.
pub(super) struct Bench {
    /// The database.
    pub connection: Connection,
    next: u64,
    /// What every history told later stands beside.
    pub thresholds: Vec<v1::ThresholdProfilePublished>,
}

impl Bench {
    /// Empty tables.
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(&tables::create()).expect("tables");
        Self {
            connection,
            next: 100,
            thresholds: Vec::new(),
        }
    }

    /// A history of a stream to be told; its positions follow all those before.
    pub fn told(&self, kind: StreamKind, id: &str) -> Told {
        let mut told = Told::of(kind, id);
        told.next = self.next;
        told.thresholds.clone_from(&self.thresholds);
        told
    }

    /// Takes in a history.
    pub fn take(&mut self, told: &Told) {
        let timeline = Timeline::new(&told.history, AsOf::default());
        let sight = Sight {
            stream: &told.stream,
            position: told.history.items()[0].position,
            region_code: "430400",
            timeline: &timeline,
            sent: &told.history,
            judgement: &Judgement::default(),
            around: told,
            packs: &Packs::ours(),
            calendar: &Calendar::known(),
            today: day(TODAY),
        };
        for (table, values) in indicators::rows(&sight) {
            assert_eq!(values.len(), table.columns.len(), "{}", table.name);
            let inserted = self
                .connection
                .execute(&table.insert(), params_from_iter(values));
            inserted.expect("a row of the table");
        }
        self.next = told.next;
    }

    /// A project that a test tells.
    pub fn project(&mut self, id: &str, tells: impl FnOnce(&mut Told)) {
        self.stream(StreamKind::Project, id, tells);
    }

    /// A stream that a test tells.
    pub fn stream(&mut self, kind: StreamKind, id: &str, tells: impl FnOnce(&mut Told)) {
        let mut told = self.told(kind, id);
        tells(&mut told);
        self.take(&told);
    }

    /// A process of one release: its sections as JSON.
    pub fn process(&mut self, id: &str, sections: &str) {
        let json = format!("{{\"ocid\":\"{id}\",{sections}}}");
        self.stream(StreamKind::Ocds, id, |told| {
            told.tell(v1::OcdsReleaseImported {
                ocid: id.to_owned(),
                release_id: "1".to_owned(),
                released_on: "2024-01-10".to_owned(),
                release_json: json.into_bytes().into(),
                ..Default::default()
            });
        });
    }

    /// What an indicator says, as of a day.
    pub fn asked(&self, indicator: &str, as_of: &str) -> Vec<Outcome> {
        let query = Query {
            indicator: Some(indicator.to_owned()),
            ..Query::all(day(as_of))
        };
        indicators::evaluate(&self.connection, &query).expect("an answer")
    }

    /// What an indicator says of a subject, in words.
    pub fn says(&self, indicator: &str, subject: &str) -> String {
        let outcomes = self.asked(indicator, TODAY);
        let mut of = outcomes.iter().filter(|outcome| outcome.subject == subject);
        of.next().map_or_else(String::new, words)
    }
}

/// An outcome in words: verdict, figures, threshold; or the reason.
pub(super) fn words(outcome: &Outcome) -> String {
    let mut text = outcome.verdict.as_str().to_owned();
    if let Some(reason) = outcome.reason {
        let _ = write!(text, ": {}", reason.en);
    }
    for figure in &outcome.figures {
        let _ = write!(text, " {}={}", figure.name, figure.value);
    }
    if let Some(threshold) = &outcome.threshold {
        let _ = write!(text, "; {}={}", threshold.name, threshold.value);
    }
    text
}

/// A bid as JSON.
pub(super) fn bid(id: &str, who: &str, price: &str, status: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"status\":\"{status}\",\"tenderers\":[{{\"id\":\"{who}\"}}],\
         \"value\":{{\"amount\":{price},\"currency\":\"USD\"}}}}"
    )
}

/// Sections of bids and one award in force.
pub(super) fn bids_and_award(bids: &[String], winner: &str) -> String {
    format!(
        "\"bids\":{{\"details\":[{}]}},\"awards\":[{{\"id\":\"A\",\"status\":\"active\",\
         \"suppliers\":[{{\"id\":\"{winner}\"}}]}}]",
        bids.join(",")
    )
}
