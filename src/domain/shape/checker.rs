//! The checker: bytes in, what the ledger needs of them out, or every violation at once.

use std::{fmt, sync::LazyLock};

use chrono::NaiveDate;

use super::{
    compile::compile,
    envelope, parts,
    table::Tables,
    violation::{Path, Rule, Violation},
    walk::Walk,
};
use crate::{
    domain::values::StreamParts,
    events::{
        descriptor::{Schema, schema},
        v1::ActorRole,
    },
};

/// Checks received bytes against the schema. Made once, shared by all.
#[derive(Debug)]
pub struct Checker {
    tables: Tables,
}

/// What stands beside an event, as received; empty for absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts<'a> {
    /// Encoded `SealedPayload`.
    pub sealed: &'a [u8],
    /// Encoded `PersonalPayload`.
    pub personal: &'a [u8],
    /// Encoded `Signature`.
    pub signature: &'a [u8],
}

/// A point in time, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z, of the years 0001 to 9999.
    pub seconds: i64,
    /// Nanoseconds besides, 0 to 999,999,999.
    pub nanos: i32,
}

impl Instant {
    /// Microseconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn micros(self) -> i64 {
        self.seconds * 1_000_000 + i64::from(self.nanos / 1000)
    }
}

/// What the ledger needs of an event whose shape is good, borrowed from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked<'a> {
    /// The event type's number in `EventPayload`.
    pub number: u32,
    /// For a correction the number of the type that it states again.
    pub replacement: Option<u32>,
    /// The system that pushes the event.
    pub source_system: &'a str,
    /// The system's own number of the event.
    pub source_ref: &'a str,
    /// The stream's name as received.
    pub stream_name: &'a str,
    /// The parts of the stream's name.
    pub stream: StreamParts<'a>,
    /// The jurisdiction that the fact belongs to.
    pub region: &'a str,
    /// The organisation that acted.
    pub actor_org: &'a str,
    /// The capacity in which it acted.
    pub actor_role: ActorRole,
    /// When it happened.
    pub occurred_at: Instant,
    /// The day on which the act was done; of corrections, voids and synchronisation batches the
    /// day of `occurred_at`.
    pub legal_date: NaiveDate,
    /// The amount that counts in control totals, for types that have one.
    pub control_fen: Option<i64>,
}

static SHARED: LazyLock<Checker> = LazyLock::new(|| Checker::new(schema()));

/// The checker of this program's schema, made once.
pub fn checker() -> &'static Checker {
    &SHARED
}

impl Checker {
    /// Compiles the checker of a schema.
    ///
    /// # Panics
    /// When the schema has what events do not use (maps, floats, unsigned numbers, more than 64
    /// fields in a message): a bug of the build, found at start.
    pub fn new(schema: &Schema) -> Self {
        Self {
            tables: compile(schema),
        }
    }

    /// Checks an event and what stands beside it. Paths begin with `prefix`, such as `events[3]`.
    /// Errors: every violation, up to [`VIOLATIONS_MAX`](super::VIOLATIONS_MAX), never none.
    pub fn check_event<'a>(
        &self,
        prefix: &dyn fmt::Display,
        event: &'a [u8],
        parts: Parts<'a>,
    ) -> Result<Checked<'a>, Vec<Violation>> {
        let mut walk = Walk::new(&self.tables);
        let root = Path::root(prefix);
        let path = root.field("event");
        if event.is_empty() {
            walk.report
                .add(&path, Rule::MissingField, format_args!("required"));
            return Err(walk.report.into_violations());
        }
        walk.message(self.tables.event, event, &path, 0);
        let legal_date = envelope::check(&mut walk, &path);
        parts::check(&mut walk, parts, &root);
        if !walk.report.is_empty() {
            return Err(walk.report.into_violations());
        }
        let checked = legal_date.and_then(|legal_date| gather(&walk, legal_date));
        Ok(checked.expect("an event without violations has every required field"))
    }
}

fn gather<'a>(walk: &Walk<'_, 'a>, legal_date: NaiveDate) -> Option<Checked<'a>> {
    let met = &walk.met;
    Some(Checked {
        number: met.number?,
        replacement: met.replacement,
        source_system: met.source_system?,
        source_ref: met.source_ref?,
        stream_name: met.stream_name?,
        stream: met.stream?,
        region: met.region?,
        actor_org: met.actor_org?,
        actor_role: ActorRole::try_from(met.actor_role?).ok()?,
        occurred_at: met.occurred_at?,
        legal_date,
        control_fen: met.control_fen,
    })
}
