//! The walk over a message's wire bytes, field by field, against its table.

use super::{
    checker::Instant,
    table::{FieldKind, FieldTable, LISTS_MAX, Mark, MessageTable, Tables},
    unique,
    violation::{Path, Report, Rule},
    wire::{LENGTH, Reader, VARINT, WireFault},
};
use crate::domain::values::{LegalDate, StreamParts};

/// The deepest nesting that is walked; the schema's own is less.
const DEPTH_MAX: u32 = 16;

/// What the walk met of the fields that are marked. What is wrong in itself stays out.
#[derive(Default)]
pub(super) struct Met<'a> {
    pub(super) source_system: Option<&'a str>,
    pub(super) source_ref: Option<&'a str>,
    pub(super) stream_name: Option<&'a str>,
    pub(super) stream: Option<StreamParts<'a>>,
    pub(super) occurred_at: Option<Instant>,
    pub(super) actor_org: Option<&'a str>,
    pub(super) actor_role: Option<i32>,
    pub(super) region: Option<&'a str>,
    pub(super) sealed_commitment: Option<&'a [u8]>,
    pub(super) personal_commitment: Option<&'a [u8]>,
    /// The event type.
    pub(super) number: Option<u32>,
    /// The type that a correction puts in the place of what it corrects.
    pub(super) replacement: Option<u32>,
    pub(super) sealed_number: Option<u32>,
    pub(super) personal_number: Option<u32>,
    pub(super) legal_date: Option<LegalDate>,
    pub(super) control_fen: Option<i64>,
    pub(super) stream_id: Option<&'a str>,
}

pub(super) struct Walk<'t, 'a> {
    pub(super) tables: &'t Tables,
    pub(super) report: Report,
    pub(super) met: Met<'a>,
    /// Values may be quoted: not in sealed and personal parts.
    pub(super) may_quote: bool,
    pub(super) is_in_correction: bool,
}

/// What was met of one message.
#[derive(Default)]
struct Frame {
    /// Slots taken.
    present: u64,
    counts: [u32; LISTS_MAX],
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn new(tables: &'t Tables) -> Self {
        Self {
            tables,
            report: Report::default(),
            met: Met::default(),
            may_quote: true,
            is_in_correction: false,
        }
    }

    /// Walks a message and everything in it.
    pub(super) fn message(&mut self, place: usize, bytes: &'a [u8], path: &Path<'_>, depth: u32) {
        if depth > DEPTH_MAX {
            let why = format_args!("nested deeper than {DEPTH_MAX} messages");
            return self.report.add(path, Rule::Shape, why);
        }
        let table = &self.tables.messages[place];
        let mut frame = Frame::default();
        let mut reader = Reader::new(bytes);
        if let Err(fault) = self.fields(table, &mut reader, &mut frame, path, depth) {
            return self
                .report
                .add(path, Rule::Shape, format_args!("not a message: {fault}"));
        }
        let absent = table.required & !frame.present;
        if absent != 0 {
            for field in table.fields.iter().filter(|field| field.is_required) {
                if absent >> field.slot & 1 == 1 {
                    self.missing(field, &path.field(&field.name));
                }
            }
        }
        if table
            .chosen
            .is_some_and(|slot| frame.present >> slot & 1 == 0)
        {
            let why = format_args!("{} must have a member", table.name);
            self.report.add(path, Rule::MissingField, why);
        }
        table.hook.check(self, bytes, path);
        for list in &table.unique {
            if frame.counts[usize::from(list.list)] > 1 {
                unique::check(self, list, bytes, path);
            }
        }
    }

    fn fields(
        &mut self,
        table: &'t MessageTable,
        reader: &mut Reader<'a>,
        frame: &mut Frame,
        path: &Path<'_>,
        depth: u32,
    ) -> Result<(), WireFault> {
        while let Some((number, wire_type)) = reader.tag()? {
            if self.report.is_full() {
                return Ok(());
            }
            match table.field(number) {
                Some(field) if field.is_list => {
                    self.list(field, wire_type, reader, frame, path, depth)?;
                }
                Some(field) => self.single(field, wire_type, reader, frame, path, depth)?,
                None => {
                    let why = format_args!("{} has no field {number}", table.name);
                    self.report.add(&path.unknown(number), Rule::Shape, why);
                    reader.skip(wire_type)?;
                }
            }
        }
        Ok(())
    }

    fn single(
        &mut self,
        field: &'t FieldTable,
        wire_type: u8,
        reader: &mut Reader<'a>,
        frame: &mut Frame,
        path: &Path<'_>,
        depth: u32,
    ) -> Result<(), WireFault> {
        let path = path.field(&field.name);
        let bit = 1 << field.slot;
        if frame.present & bit != 0 {
            match &field.oneof {
                Some(oneof) => {
                    let why = format_args!("a second member of {oneof}, of which one may be set");
                    self.report.add(&path, Rule::Shape, why);
                }
                None => self
                    .report
                    .add(&path, Rule::Shape, format_args!("given more than once")),
            }
            return reader.skip(wire_type);
        }
        frame.present |= bit;
        if wire_type != wire_type_of(field.kind) {
            self.wrong_wire_type(field, wire_type, &path);
            return reader.skip(wire_type);
        }
        self.value(field, reader, &path, depth)
    }

    fn list(
        &mut self,
        field: &'t FieldTable,
        wire_type: u8,
        reader: &mut Reader<'a>,
        frame: &mut Frame,
        path: &Path<'_>,
        depth: u32,
    ) -> Result<(), WireFault> {
        let wanted = wire_type_of(field.kind);
        let mut packed = None;
        if wire_type == LENGTH && wanted == VARINT {
            packed = Some(Reader::new(reader.bytes()?));
        } else if wire_type != wanted {
            frame.present |= 1 << field.slot;
            self.wrong_wire_type(field, wire_type, &path.field(&field.name));
            return reader.skip(wire_type);
        }
        loop {
            let from = packed.as_mut().unwrap_or(reader);
            if wire_type != wanted && from.is_at_end() {
                return Ok(());
            }
            frame.present |= 1 << field.slot;
            let count = &mut frame.counts[usize::from(field.list)];
            let index = *count;
            *count += 1;
            if index == field.items_max {
                let why = format_args!("more than {index} elements");
                self.report.add(&path.field(&field.name), Rule::Shape, why);
            }
            if index >= field.items_max {
                from.skip(wanted)?;
            } else {
                self.value(field, from, &path.item(&field.name, index), depth)?;
            }
            if packed.is_none() {
                return Ok(());
            }
        }
    }

    fn value(
        &mut self,
        field: &'t FieldTable,
        reader: &mut Reader<'a>,
        path: &Path<'_>,
        depth: u32,
    ) -> Result<(), WireFault> {
        match field.kind {
            FieldKind::Text => self.text(field, reader.bytes()?, path),
            FieldKind::Bytes => self.bytes(field, reader.bytes()?, path),
            FieldKind::Instant => self.instant(field, reader.bytes()?, path),
            FieldKind::Message(place) => {
                let bytes = reader.bytes()?;
                self.nested(field, place, bytes, path, depth);
            }
            FieldKind::Enum(place) => self.enumerated(field, place, reader.varint()?, path),
            FieldKind::Bool => {
                let value = reader.varint()?;
                if value > 1 {
                    let why = format_args!("{value} is no boolean, must be 0 or 1");
                    self.report.add(path, Rule::Shape, why);
                }
            }
            FieldKind::Int32 | FieldKind::Int64 => self.integer(field, reader.varint()?, path),
        }
        Ok(())
    }

    fn nested(
        &mut self,
        field: &FieldTable,
        place: usize,
        bytes: &'a [u8],
        path: &Path<'_>,
        depth: u32,
    ) {
        match field.mark {
            Mark::EventMember if self.is_in_correction => {
                let names_another =
                    matches!(field.name.as_str(), "event_corrected" | "event_voided");
                if names_another {
                    let why = format_args!("a correction holds no correction and no void");
                    return self.report.add(path, Rule::Shape, why);
                }
                self.met.replacement = Some(field.number);
            }
            Mark::EventMember => self.met.number = Some(field.number),
            Mark::SealedMember => self.met.sealed_number = Some(field.number),
            Mark::PersonalMember => self.met.personal_number = Some(field.number),
            _ => {}
        }
        let was_in_correction = self.is_in_correction;
        self.is_in_correction |= field.mark == Mark::Replacement;
        self.message(place, bytes, path, depth + 1);
        self.is_in_correction = was_in_correction;
    }

    #[cold]
    fn wrong_wire_type(&mut self, field: &FieldTable, wire_type: u8, path: &Path<'_>) {
        let wanted = wire_type_of(field.kind);
        let why = format_args!("wire type {wire_type}, must be {wanted}");
        self.report.add(path, Rule::Shape, why);
    }
}

fn wire_type_of(kind: FieldKind) -> u8 {
    match kind {
        FieldKind::Text | FieldKind::Bytes | FieldKind::Instant | FieldKind::Message(_) => LENGTH,
        FieldKind::Bool | FieldKind::Int32 | FieldKind::Int64 | FieldKind::Enum(_) => VARINT,
    }
}
