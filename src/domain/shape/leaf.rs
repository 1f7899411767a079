//! The walk at its leaves: texts, bytes, numbers, instants.

use std::{fmt, ops::RangeInclusive, str};

use super::{
    checker::Instant,
    format,
    table::{FieldKind, FieldTable, Mark},
    violation::{Path, Quoted, Rule},
    walk::Walk,
    wire::{Reader, VARINT, WireFault},
};
use crate::domain::values::{LegalDate, StreamParts};

/// Seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: the range of instants.
const SECONDS: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

impl<'a> Walk<'_, 'a> {
    pub(super) fn text(&mut self, field: &FieldTable, bytes: &'a [u8], path: &Path<'_>) {
        if bytes.is_empty() {
            if field.is_required || field.is_list {
                self.missing(field, path);
            }
            return;
        }
        let Ok(text) = str::from_utf8(bytes) else {
            return self
                .report
                .add(path, Rule::Shape, format_args!("not UTF-8"));
        };
        if bytes.len() > field.bytes_max {
            return self.too_long(field, bytes.len(), path);
        }
        if let Err(fault) = format::check(field.format, text, self.tables) {
            return self.refuse_text(text, &fault, path);
        }
        match field.mark {
            Mark::SourceSystem => self.met.source_system = Some(text),
            Mark::SourceRef => self.met.source_ref = Some(text),
            Mark::Stream => {
                self.met.stream_name = Some(text);
                self.met.stream = StreamParts::parse(text).ok();
            }
            Mark::ActorOrg => self.met.actor_org = Some(text),
            Mark::Region => self.met.region = Some(text),
            Mark::StreamId => self.met.stream_id = Some(text),
            Mark::LegalDate if !self.is_in_correction => {
                self.met.legal_date = LegalDate::parse(text).ok();
            }
            _ => {}
        }
    }

    pub(super) fn bytes(&mut self, field: &FieldTable, bytes: &'a [u8], path: &Path<'_>) {
        let length = bytes.len();
        if length == 0 {
            if field.is_required || field.is_list {
                self.missing(field, path);
            }
            return;
        }
        if field.bytes_exact != 0 && length != field.bytes_exact {
            let why = format_args!("{length} bytes long, must be {}", field.bytes_exact);
            return self.report.add(path, Rule::Shape, why);
        }
        if length > field.bytes_max {
            return self.too_long(field, length, path);
        }
        match field.mark {
            Mark::SealedCommitment => self.met.sealed_commitment = Some(bytes),
            Mark::PersonalCommitment => self.met.personal_commitment = Some(bytes),
            _ => {}
        }
    }

    pub(super) fn instant(&mut self, field: &FieldTable, bytes: &[u8], path: &Path<'_>) {
        let instant = match read_instant(bytes) {
            Ok(instant) => instant,
            Err(fault) => {
                let why = format_args!("not an instant: {fault}");
                return self.report.add(path, Rule::Shape, why);
            }
        };
        match field.mark {
            Mark::OccurredAt => self.met.occurred_at = Some(instant),
            Mark::LegalDate if !self.is_in_correction => {
                self.met.legal_date = LegalDate::of_instant(instant.seconds, instant.nanos);
            }
            _ => {}
        }
    }

    pub(super) fn enumerated(
        &mut self,
        field: &FieldTable,
        place: usize,
        value: u64,
        path: &Path<'_>,
    ) {
        let table = &self.tables.enums[place];
        if !table.has(value) {
            let value = value.cast_signed();
            let why = format_args!("{} has no value {value}", table.name);
            return self.report.add(path, Rule::Shape, why);
        }
        if value == 0 && (field.is_required || field.is_list) {
            return self.missing(field, path);
        }
        if field.mark == Mark::ActorRole {
            self.met.actor_role = i32::try_from(value).ok();
        }
    }

    pub(super) fn integer(&mut self, field: &FieldTable, value: u64, path: &Path<'_>) {
        let value = value.cast_signed();
        if field.kind == FieldKind::Int32 && i32::try_from(value).is_err() {
            let why = format_args!("{value} does not fit 32 bits");
            return self.report.add(path, Rule::Shape, why);
        }
        if !(field.min..=field.max).contains(&value) {
            if value == 0 && field.is_required && !field.has_presence {
                return self.missing(field, path);
            }
            return self.report.add(
                path,
                field.range_rule,
                format_args!("{value}{}", Range(field)),
            );
        }
        if field.mark == Mark::ControlAmount && !self.is_in_correction {
            self.met.control_fen = Some(value);
        }
    }

    /// Tells that a required value is missing. A number that is absent is zero, whatever the
    /// encoder wrote, so an amount that may not be zero is a bad amount.
    #[cold]
    pub(super) fn missing(&mut self, field: &FieldTable, path: &Path<'_>) {
        match field.kind {
            FieldKind::Int32 | FieldKind::Int64 if field.is_money() => {
                let why = format_args!("missing or 0{}", Range(field));
                self.report.add(path, Rule::BadAmount, why);
            }
            FieldKind::Int32 | FieldKind::Int64 => {
                let why = format_args!("required, missing or 0{}", Range(field));
                self.report.add(path, Rule::MissingField, why);
            }
            FieldKind::Enum(place) => {
                let why = format_args!("a value of {} is required", self.tables.enums[place].name);
                self.report.add(path, Rule::MissingField, why);
            }
            _ => self
                .report
                .add(path, Rule::MissingField, format_args!("required")),
        }
    }

    #[cold]
    fn refuse_text(&mut self, text: &str, fault: &format::Fault, path: &Path<'_>) {
        let why = &fault.why;
        if self.may_quote {
            self.report
                .add(path, fault.rule, format_args!("{}: {why}", Quoted(text)));
        } else {
            self.report
                .add(path, fault.rule, format_args!("{}", without_quotes(why)));
        }
    }

    #[cold]
    fn too_long(&mut self, field: &FieldTable, length: usize, path: &Path<'_>) {
        let why = format_args!(
            "{length} bytes long, at most {} are allowed",
            field.bytes_max
        );
        self.report.add(path, Rule::Shape, why);
    }
}

/// Why a part's text is refused, without characters of it.
fn without_quotes(why: &str) -> &str {
    if why.contains("GB 32100") {
        "must be a code of GB 32100-2015"
    } else {
        why
    }
}

/// The range of a number, for messages.
struct Range<'t>(&'t FieldTable);

impl fmt::Display for Range<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.0.is_money() { " fen" } else { "" };
        match (self.0.min, self.0.max) {
            (min, i64::MAX) => write!(f, "{unit}, must be at least {min}"),
            (i64::MIN, max) => write!(f, "{unit}, must be at most {max}"),
            (min, max) => write!(f, "{unit}, must be {min} to {max}"),
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum InstantFault {
    #[error(transparent)]
    Wire(#[from] WireFault),
    #[error("google.protobuf.Timestamp has no field {0} of that type")]
    Field(u32),
    #[error("field {0} is given more than once")]
    Repeat(u32),
    #[error("must be of the years 0001 to 9999, with 0 to 999999999 nanoseconds")]
    Range,
}

fn read_instant(bytes: &[u8]) -> Result<Instant, InstantFault> {
    let mut reader = Reader::new(bytes);
    let mut values = [None; 2];
    while let Some((number, wire_type)) = reader.tag()? {
        if !(1..=2).contains(&number) || wire_type != VARINT {
            return Err(InstantFault::Field(number));
        }
        let value = reader.varint()?.cast_signed();
        if values[number as usize - 1].replace(value).is_some() {
            return Err(InstantFault::Repeat(number));
        }
    }
    let [seconds, nanos] = values.map(Option::unwrap_or_default);
    if !SECONDS.contains(&seconds) || !(0..1_000_000_000).contains(&nanos) {
        return Err(InstantFault::Range);
    }
    Ok(Instant {
        seconds,
        nanos: nanos as i32,
    })
}
