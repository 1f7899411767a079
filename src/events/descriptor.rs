//! The schema as data: event types with their numbers, names, titles and marked fields, and the
//! rules that the schema states about its own fields.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};

use super::{DESCRIPTOR_SET, v1};

/// The package of the schema.
pub const PACKAGE: &str = "bihuan.v1";

/// One event type, a member of `EventPayload`.
#[derive(Clone, Debug)]
pub struct EventType {
    /// Its number in `EventPayload`.
    pub number: u32,
    /// Its name, such as `ContractSigned`.
    pub name: String,
    /// The member's name in `EventPayload`, such as `contract_signed`.
    pub field: String,
    /// Its message.
    pub message: MessageDescriptor,
    /// The kinds of stream that carry it; empty for any.
    pub stream_kinds: Vec<String>,
    /// Readers without the right see only that a position is taken, until the moment passes.
    pub is_withheld: bool,
    /// Its name in Chinese.
    pub title_zh: String,
    /// Its name in English.
    pub title_en: String,
    /// The field that is its legal date: text `YYYY-MM-DD` or an instant.
    pub legal_date: Option<FieldDescriptor>,
    /// The amount that counts in control totals.
    pub control_amount: Option<FieldDescriptor>,
    /// Its sealed part.
    pub sealed: Option<MessageDescriptor>,
    /// Its personal part.
    pub personal: Option<MessageDescriptor>,
}

impl EventType {
    /// The stage that it belongs to: its number divided by 100; 0 for the ledger's own types.
    pub fn stage(&self) -> u32 {
        self.number / 100
    }
}

/// The schema: its descriptor pool and its event types.
#[derive(Debug)]
pub struct Schema {
    pool: DescriptorPool,
    event_types: Vec<EventType>,
}

static SHARED: LazyLock<Schema> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("the build wrote the descriptor set");
    Schema::new(pool)
});

/// The schema of this program, read once.
pub fn schema() -> &'static Schema {
    &SHARED
}

impl Schema {
    /// Reads the event types of a pool.
    ///
    /// # Panics
    /// When the pool lacks the package's messages: it is not a build of this schema.
    pub fn new(pool: DescriptorPool) -> Self {
        let message = |name: &str| {
            let name = format!("{PACKAGE}.{name}");
            pool.get_message_by_name(&name)
                .expect("the schema has its messages")
        };
        let payload = message("EventPayload");
        let (sealed, personal) = (message("SealedPayload"), message("PersonalPayload"));
        let mut event_types: Vec<EventType> = payload
            .fields()
            .map(|field| event_type(&field, &sealed, &personal))
            .collect();
        event_types.sort_by_key(|event_type| event_type.number);
        Self { pool, event_types }
    }

    /// The descriptor pool.
    pub fn pool(&self) -> &DescriptorPool {
        &self.pool
    }

    /// Every event type, in order of number.
    pub fn event_types(&self) -> &[EventType] {
        &self.event_types
    }

    /// The event type of a number.
    pub fn by_number(&self, number: u32) -> Option<&EventType> {
        let index = self
            .event_types
            .binary_search_by_key(&number, |found| found.number)
            .ok()?;
        Some(&self.event_types[index])
    }

    /// The event type of a name, such as `ContractSigned`.
    pub fn by_name(&self, name: &str) -> Option<&EventType> {
        self.event_types
            .iter()
            .find(|event_type| event_type.name == name)
    }

    /// A message of the package by its short name, such as `Event`.
    pub fn message(&self, name: &str) -> Option<MessageDescriptor> {
        self.pool.get_message_by_name(&format!("{PACKAGE}.{name}"))
    }
}

/// The rule that the schema states about a field; without one the default, which asks nothing.
pub fn field_rule(field: &FieldDescriptor) -> v1::FieldRule {
    rule(field.parent_pool(), &field.options(), "bihuan.v1.field")
}

/// The rule that the schema states about an event type's message.
pub fn event_rule(message: &MessageDescriptor) -> v1::EventRule {
    rule(message.parent_pool(), &message.options(), "bihuan.v1.event")
}

/// Whether a field is a point in time.
pub fn is_instant(field: &FieldDescriptor) -> bool {
    match field.kind() {
        Kind::Message(message) => message.full_name() == "google.protobuf.Timestamp",
        _ => false,
    }
}

fn rule<T>(pool: &DescriptorPool, options: &DynamicMessage, extension: &str) -> T
where
    T: prost::Message + Default,
{
    let extension = pool
        .get_extension_by_name(extension)
        .expect("the schema has its options");
    if !options.has_extension(&extension) {
        return T::default();
    }
    let value = options.get_extension(&extension);
    let message = value
        .as_message()
        .expect("the schema's options are messages");
    message
        .transcode_to()
        .expect("the option is of the type that the schema gives it")
}

fn event_type(
    member: &FieldDescriptor,
    sealed: &MessageDescriptor,
    personal: &MessageDescriptor,
) -> EventType {
    let Kind::Message(message) = member.kind() else {
        panic!("every member of EventPayload is a message");
    };
    let rule = event_rule(&message);
    let marked =
        |mark: fn(&v1::FieldRule) -> bool| message.fields().find(|field| mark(&field_rule(field)));
    let part = |parts: &MessageDescriptor| match parts.get_field(member.number())?.kind() {
        Kind::Message(part) => Some(part),
        _ => None,
    };
    EventType {
        number: member.number(),
        name: message.name().to_owned(),
        field: member.name().to_owned(),
        stream_kinds: rule.stream_kinds,
        is_withheld: rule.withheld,
        title_zh: rule.title_zh,
        title_en: rule.title_en,
        legal_date: marked(|rule| rule.legal_date),
        control_amount: marked(|rule| rule.control_amount),
        sealed: part(sealed),
        personal: part(personal),
        message: message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_event_type_has_titles_and_a_legal_date() {
        let without_date = ["EventCorrected", "EventVoided", "SyncBatchReceived"];
        for event_type in schema().event_types() {
            assert!(!event_type.title_zh.is_empty(), "{}", event_type.name);
            assert!(!event_type.title_en.is_empty(), "{}", event_type.name);
            let has_none = without_date.contains(&event_type.name.as_str());
            assert_eq!(
                event_type.legal_date.is_none(),
                has_none,
                "{}",
                event_type.name
            );
        }
    }

    #[test]
    fn at_most_one_legal_date_and_control_amount_a_type() {
        for event_type in schema().event_types() {
            let rules: Vec<_> = event_type
                .message
                .fields()
                .map(|f| field_rule(&f))
                .collect();
            assert!(rules.iter().filter(|rule| rule.legal_date).count() <= 1);
            assert!(rules.iter().filter(|rule| rule.control_amount).count() <= 1);
        }
    }

    #[test]
    fn finds_types_by_number_and_name() {
        let signed = schema().by_number(700).unwrap();
        assert_eq!(
            (signed.name.as_str(), signed.field.as_str()),
            ("ContractSigned", "contract_signed")
        );
        assert_eq!(schema().by_name("ContractSigned").unwrap().number, 700);
        assert_eq!(signed.stage(), 7);
        assert!(schema().by_number(3).is_none() && schema().by_name("contract_signed").is_none());
        assert_eq!(signed.control_amount.as_ref().unwrap().name(), "amount_fen");
    }

    #[test]
    fn withheld_types_and_parts_are_those_of_the_law() {
        let named = |pick: fn(&EventType) -> bool| -> HashSet<&str> {
            schema()
                .event_types()
                .iter()
                .filter(|t| pick(t))
                .map(|t| t.name.as_str())
                .collect()
        };
        assert_eq!(
            named(|t| t.is_withheld),
            HashSet::from(["BidReceived", "BidWithdrawn", "CommitteeFormed"])
        );
        assert_eq!(
            named(|t| t.sealed.is_some()),
            HashSet::from(["BidReceived"])
        );
        assert_eq!(
            named(|t| t.personal.is_some()),
            HashSet::from([
                "CommitteeFormed",
                "AcceptanceTeamFormed",
                "EmallManagerAppointed",
            ])
        );
    }
}
