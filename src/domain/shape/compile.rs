//! Compiles the schema with its options into the walk's tables. Only what events use is known: a
//! schema beyond that is a bug of the build and panics at start.

use std::collections::HashMap;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::{
    cross::Hook,
    table::{
        EnumTable, FieldKind, FieldTable, LISTS_MAX, Mark, MessageTable, SLOTS_MAX, Tables,
        TypeTable, UniqueList,
    },
    violation::Rule,
};
use crate::{
    domain::values::StreamKind,
    events::{
        descriptor::{EventType, Schema, field_rule, is_instant},
        v1::{FieldRule, Format},
    },
};

/// Defaults that `options.proto` states.
const BYTES_MAX: u32 = 4096;
const ID_BYTES_MAX: u32 = 64;
const ITEMS_MAX: u32 = 1000;
/// The end of the names of amounts of money.
const MONEY: &str = "_fen";

/// The field by which the elements of a list differ, by the element's message.
const KEYS: [(&str, &str); 8] = [
    ("AcceptanceMember", "member_no"),
    ("BudgetPart", "budget_line_id"),
    ("CommitteeMember", "member_no"),
    ("ControlSum", "event_type"),
    ("OpenedBid", "bid_no"),
    ("PaymentTerm", "term_no"),
    ("PersonDetail", "member_no"),
    ("PlanLot", "lot_no"),
];

/// The object id that names a stream, by the stream's kind.
const STREAM_IDS: [(StreamKind, &str); 4] = [
    (StreamKind::BudgetLine, "budget_line_id"),
    (StreamKind::Organisation, "uscc"),
    (StreamKind::Region, "region"),
    (StreamKind::System, "system"),
];

/// Marks of the envelope's fields, by name.
const ENVELOPE_MARKS: [(&str, Mark); 9] = [
    ("source_system", Mark::SourceSystem),
    ("source_ref", Mark::SourceRef),
    ("stream", Mark::Stream),
    ("occurred_at", Mark::OccurredAt),
    ("actor_org", Mark::ActorOrg),
    ("actor_role", Mark::ActorRole),
    ("region_code", Mark::Region),
    ("sealed_commitment", Mark::SealedCommitment),
    ("personal_commitment", Mark::PersonalCommitment),
];

/// Compiles the tables of a schema.
pub(super) fn compile(schema: &Schema) -> Tables {
    let mut compiler = Compiler {
        schema,
        places: HashMap::new(),
        messages: vec![],
        enums: vec![],
    };
    let root = |name| schema.message(name).expect("the schema has its messages");
    let event = compiler.message(&root("Event"));
    let sealed = compiler.message(&root("SealedPayload"));
    let personal = compiler.message(&root("PersonalPayload"));
    let signature = compiler.message(&root("Signature"));
    let messages = compiler
        .messages
        .into_iter()
        .map(|table| table.expect("compiled"))
        .collect();
    let types = schema.event_types().iter().map(type_table).collect();
    Tables {
        messages,
        enums: compiler.enums,
        types,
        event,
        sealed,
        personal,
        signature,
    }
}

struct Compiler<'s> {
    schema: &'s Schema,
    /// Places of messages and enums by full name.
    places: HashMap<String, usize>,
    messages: Vec<Option<MessageTable>>,
    enums: Vec<EnumTable>,
}

impl Compiler<'_> {
    fn message(&mut self, message: &MessageDescriptor) -> usize {
        if let Some(place) = self.places.get(message.full_name()) {
            return *place;
        }
        let place = self.messages.len();
        self.messages.push(None);
        self.places.insert(message.full_name().to_owned(), place);
        let mut numbering = Numbering::default();
        let fields: Vec<FieldTable> = message
            .fields()
            .map(|field| self.field(message, &field, &mut numbering))
            .collect();
        let highest = fields.iter().map(|field| field.number).max().unwrap_or(0);
        let mut places = vec![0; highest as usize + 1];
        for (index, field) in fields.iter().enumerate() {
            places[field.number as usize] = index as u16 + 1;
        }
        let must = |field: &&FieldTable| field.is_required && !may_be_absent(field);
        let required = fields
            .iter()
            .filter(must)
            .fold(0, |bits, field| bits | 1 << field.slot);
        let is_choice = message.name().ends_with("Payload");
        let chosen = is_choice.then(|| fields.first().expect("a payload has members").slot);
        let unique = fields
            .iter()
            .filter_map(|field| unique_list(message, field))
            .collect();
        let hook = Hook::of(message);
        let name = message.name().to_owned();
        self.messages[place] = Some(MessageTable {
            name,
            fields,
            places,
            required,
            chosen,
            unique,
            hook,
        });
        place
    }

    fn field(
        &mut self,
        message: &MessageDescriptor,
        field: &FieldDescriptor,
        numbering: &mut Numbering,
    ) -> FieldTable {
        let rule = field_rule(field);
        let oneof = field
            .containing_oneof()
            .filter(|oneof| !oneof.is_synthetic());
        let oneof = oneof.map(|oneof| oneof.name().to_owned());
        let format = rule.format();
        let is_money = field.name().ends_with(MONEY);
        let bytes_max = match (rule.max_bytes, format) {
            (0, Format::Id | Format::OpaqueRef) => ID_BYTES_MAX,
            (0, _) => BYTES_MAX,
            (max, _) => max,
        };
        FieldTable {
            number: field.number(),
            name: field.name().to_owned(),
            kind: self.kind(field),
            is_list: field.is_list(),
            slot: numbering.slot(oneof.as_deref()),
            list: if field.is_list() { numbering.list() } else { 0 },
            oneof,
            is_required: rule.required,
            has_presence: field.supports_presence(),
            format,
            min: rule.min.unwrap_or(if is_money { 0 } else { i64::MIN }),
            max: rule.max.unwrap_or(i64::MAX),
            range_rule: if is_money {
                Rule::BadAmount
            } else {
                Rule::Shape
            },
            bytes_max: bytes_max as usize,
            bytes_exact: rule.exact_bytes as usize,
            items_max: if rule.max_items == 0 {
                ITEMS_MAX
            } else {
                rule.max_items
            },
            mark: self.mark(message, field, &rule),
        }
    }

    fn kind(&mut self, field: &FieldDescriptor) -> FieldKind {
        match field.kind() {
            Kind::String => FieldKind::Text,
            Kind::Bytes => FieldKind::Bytes,
            Kind::Bool => FieldKind::Bool,
            Kind::Int32 => FieldKind::Int32,
            Kind::Int64 => FieldKind::Int64,
            Kind::Message(_) if is_instant(field) => FieldKind::Instant,
            Kind::Message(message) => FieldKind::Message(self.message(&message)),
            Kind::Enum(kind) => {
                if let Some(place) = self.places.get(kind.full_name()) {
                    return FieldKind::Enum(*place);
                }
                let known = kind.values().fold(0, |bits, value| {
                    let number = u32::try_from(value.number()).expect("enum numbers from 0");
                    assert!(number < 64, "enum numbers below 64: {}", value.full_name());
                    bits | 1 << number
                });
                let place = self.enums.len();
                self.enums.push(EnumTable {
                    name: kind.name().to_owned(),
                    known,
                });
                self.places.insert(kind.full_name().to_owned(), place);
                FieldKind::Enum(place)
            }
            other => panic!(
                "events have no fields of type {other:?}: {}",
                field.full_name()
            ),
        }
    }

    fn mark(&self, message: &MessageDescriptor, field: &FieldDescriptor, rule: &FieldRule) -> Mark {
        match message.name() {
            "Event" => {
                let found = ENVELOPE_MARKS
                    .iter()
                    .find(|(name, _)| *name == field.name());
                found.map_or(Mark::None, |(_, mark)| *mark)
            }
            "EventPayload" => Mark::EventMember,
            "SealedPayload" => Mark::SealedMember,
            "PersonalPayload" => Mark::PersonalMember,
            "EventCorrected" if field.name() == "payload" => Mark::Replacement,
            _ if rule.legal_date => Mark::LegalDate,
            _ if rule.control_amount => Mark::ControlAmount,
            name => {
                let event_type = self.schema.by_name(name);
                let id = event_type.and_then(stream_id);
                if id.as_deref() == Some(field.name()) {
                    Mark::StreamId
                } else {
                    Mark::None
                }
            }
        }
    }
}

/// Gives slots and counters to the fields of one message.
#[derive(Default)]
struct Numbering {
    slots: usize,
    lists: usize,
    oneofs: HashMap<String, u8>,
}

impl Numbering {
    fn slot(&mut self, oneof: Option<&str>) -> u8 {
        if let Some(slot) = oneof.and_then(|oneof| self.oneofs.get(oneof)) {
            return *slot;
        }
        assert!(
            self.slots < SLOTS_MAX,
            "a message has at most {SLOTS_MAX} slots"
        );
        let slot = self.slots as u8;
        self.slots += 1;
        if let Some(oneof) = oneof {
            self.oneofs.insert(oneof.to_owned(), slot);
        }
        slot
    }

    fn list(&mut self) -> u8 {
        assert!(
            self.lists < LISTS_MAX,
            "a message has at most {LISTS_MAX} lists"
        );
        self.lists += 1;
        (self.lists - 1) as u8
    }
}

/// Whether a required field may be absent all the same: a number that may be zero.
fn may_be_absent(field: &FieldTable) -> bool {
    let is_number = matches!(
        field.kind,
        FieldKind::Int32 | FieldKind::Int64 | FieldKind::Bool
    );
    is_number && !field.is_list && !field.has_presence && (field.min..=field.max).contains(&0)
}

fn unique_list(message: &MessageDescriptor, field: &FieldTable) -> Option<UniqueList> {
    if !field.is_list {
        return None;
    }
    let list = |key| {
        Some(UniqueList {
            number: field.number,
            name: field.name.clone(),
            list: field.list,
            key,
        })
    };
    let descriptor = message.get_field(field.number)?;
    if let Kind::Message(element) = descriptor.kind() {
        let (_, key) = KEYS.iter().find(|(name, _)| *name == element.name())?;
        let key = element
            .get_field_by_name(key)
            .expect("the schema has the keys of its lists");
        return list(Some((key.number(), key.name().to_owned())));
    }
    let is_id = matches!(field.format, Format::Id | Format::LotNo | Format::OpaqueRef);
    if is_id { list(None) } else { None }
}

fn stream_id(event_type: &EventType) -> Option<String> {
    let kinds = event_type
        .stream_kinds
        .iter()
        .filter_map(|kind| StreamKind::parse(kind));
    let names = kinds.filter_map(|kind| STREAM_IDS.iter().find(|(named, _)| *named == kind));
    let mut fields = names.filter_map(|(_, name)| event_type.message.get_field_by_name(name));
    let field = fields.find(|field| field_rule(field).object_id)?;
    Some(field.name().to_owned())
}

fn type_table(event_type: &EventType) -> TypeTable {
    let kinds = event_type.stream_kinds.iter();
    TypeTable {
        number: event_type.number,
        name: event_type.name.clone(),
        field: event_type.field.clone(),
        stream_kinds: kinds
            .map(|kind| StreamKind::parse(kind).expect("the schema's kinds of stream exist"))
            .collect(),
        stream_id: stream_id(event_type),
        legal_date: event_type
            .legal_date
            .as_ref()
            .map(|field| field.name().to_owned()),
        has_sealed: event_type.sealed.is_some(),
        has_personal: event_type.personal.is_some(),
    }
}
