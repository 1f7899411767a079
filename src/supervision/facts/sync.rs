//! What each system sent, and what it says that it sent.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rusqlite::types::Value;

use super::rows::{Head, Rows, day, evidence, number, text, written};
use crate::{
    domain::{
        payload::{day as parsed, day_of, payload_of},
        values::{hex, local_date},
    },
    events::v1::{ControlSum, event_payload::Payload},
    ledger::keys::event_id,
    supervision::{
        across::sync::{Sums, fingerprint},
        tables::{EVENT_TOTALS, SYNC_BATCHES},
    },
    views::acts::{amount_of, told},
};

/// What a system sent to a stream of one day of happening and of one of recording.
#[derive(Default)]
struct Total {
    count: i64,
    fingerprint: i64,
    sums: Sums,
    ids: String,
}

/// The day of an instant in microseconds.
fn day_of_us(us: u64) -> Option<NaiveDate> {
    local_date((us / 1_000_000).cast_signed(), 0)
}

/// The events of a stream as they were sent.
pub(super) fn totals(rows: &mut Rows<'_, '_>) {
    let (sent, as_of) = (rows.sight.sent, rows.sight.timeline.as_of());
    let mut totals = BTreeMap::<(&str, NaiveDate, NaiveDate), Total>::new();
    let known = &sent.items()[..sent.known_at(as_of.recorded_us)];
    for (index, item) in known.iter().enumerate() {
        let event = &item.fact.event;
        let days = event.occurred_at.as_ref().and_then(day_of);
        let days = days.zip(day_of_us(sent.recorded_us(index)));
        let Some(((occurred_on, recorded_on), payload)) = days.zip(payload_of(event)) else {
            continue;
        };
        let is_report = matches!(payload, Payload::SyncBatchReceived(_));
        if is_report || !as_of.counts(item.fact.legal_date) {
            continue;
        }
        let id = event_id(&event.source_system, &event.source_ref);
        let key = (event.source_system.as_str(), occurred_on, recorded_on);
        let total = totals.entry(key).or_default();
        total.count += 1;
        total.fingerprint += fingerprint(&id);
        total.ids.push_str(&hex(&id));
        if let Some(fen) = amount_of(payload) {
            total.sums.add(&told(payload).name, fen.into());
        }
    }
    for ((system, occurred_on, recorded_on), total) in totals {
        let row = [
            text(system),
            Value::Text(written(occurred_on)),
            Value::Text(written(recorded_on)),
            number(total.count),
            number(total.fingerprint),
            Value::Text(total.sums.to_text()),
            Value::Text(total.ids),
        ];
        rows.add_plain(&EVENT_TOTALS, row);
    }
}

fn reported(sums: &[ControlSum]) -> Sums {
    let mut of = Sums::default();
    for sum in sums {
        of.add(&sum.event_type, sum.sum_fen.into());
    }
    of
}

/// The batch reports of a system.
pub(super) fn batches(rows: &mut Rows<'_, '_>) {
    let history = rows.sight.timeline.history();
    let items = history.items();
    for (act, payload) in rows.acts() {
        let Payload::SyncBatchReceived(batch) = payload else {
            continue;
        };
        let at = items.binary_search_by_key(&act.position, |item| item.position);
        let recorded_on = at.ok().and_then(|at| day_of_us(history.recorded_us(at)));
        let head = Head {
            day: parsed(&batch.business_day),
            ..Head::default()
        };
        let subject = rows.subject("batch", &batch.batch_id);
        let rest = [
            text(&batch.system),
            text(&batch.batch_id),
            day(Some(act.on())),
            day(recorded_on),
            number(act.position.cast_signed()),
            number(batch.count),
            Value::Text(reported(&batch.sums).to_text()),
            text(&batch.digest),
            evidence([act]),
        ];
        rows.add(&SYNC_BATCHES, &head, subject, rest);
    }
}
