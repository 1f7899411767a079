//! Equal content: whether two encoded events say the same, and where they first differ. Encoders
//! may write the same event in different bytes; what they decode to counts.

use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, ReflectMessage as _, Value};

use super::{descriptor::schema, v1};

/// Whether two encoded events say the same, commitments included. What cannot be decoded equals
/// only its own bytes.
pub fn equal_content(a: &[u8], b: &[u8]) -> bool {
    if a == b {
        return true;
    }
    match (v1::Event::decode(a), v1::Event::decode(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// The path of the first field, in order of number, in which two encoded events differ, such as
/// `payload.plan_filed.lots[2].amount_fen`; of lists of different length the first element that
/// one lacks. `None` when they say the same. An event that cannot be decoded differs as a whole,
/// at the empty path.
pub fn first_difference(a: &[u8], b: &[u8]) -> Option<String> {
    if equal_content(a, b) {
        return None;
    }
    let decode = |bytes: &[u8]| {
        let event = schema().message("Event").expect("the schema has events");
        DynamicMessage::decode(event, bytes).ok()
    };
    match (decode(a), decode(b)) {
        (Some(a), Some(b)) => message(&a, &b, ""),
        _ => Some(String::new()),
    }
}

fn message(a: &DynamicMessage, b: &DynamicMessage, path: &str) -> Option<String> {
    let descriptor = a.descriptor();
    let mut fields: Vec<FieldDescriptor> = descriptor.fields().collect();
    fields.sort_by_key(FieldDescriptor::number);
    for field in fields {
        let has = (a.has_field(&field), b.has_field(&field));
        if has == (false, false) {
            continue;
        }
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", field.name());
        if has.0 != has.1 && !field.is_list() {
            return Some(path);
        }
        let found = value(&a.get_field(&field), &b.get_field(&field), &path);
        if found.is_some() {
            return found;
        }
    }
    None
}

fn value(a: &Value, b: &Value, path: &str) -> Option<String> {
    match (a, b) {
        (Value::Message(a), Value::Message(b)) if is_plain(a) => message(a, b, path),
        (Value::List(a), Value::List(b)) => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                let found = value(a, b, &format!("{path}[{index}]"));
                if found.is_some() {
                    return found;
                }
            }
            let common = a.len().min(b.len());
            (a.len() != b.len()).then(|| format!("{path}[{common}]"))
        }
        _ => (a != b).then(|| path.to_owned()),
    }
}

/// Whether a message's fields are of interest by themselves; an instant is one value.
fn is_plain(message: &DynamicMessage) -> bool {
    message.descriptor().package_name() == super::descriptor::PACKAGE
}

#[cfg(test)]
mod tests {
    use prost_types::Timestamp;

    use super::*;
    use crate::events::v1::event_payload::Payload;
    use crate::events::v1::{BudgetPart, Event, EventPayload, PlanLot, PlanRevised};

    fn event(change: impl FnOnce(&mut Event, &mut PlanRevised)) -> Vec<u8> {
        let part = BudgetPart {
            budget_line_id: "BL-1".into(),
            amount_fen: 5,
        };
        let lot = PlanLot {
            lot_no: "01".into(),
            amount_fen: 5,
            ..Default::default()
        };
        let mut plan = PlanRevised {
            plan_id: "PL-1".into(),
            budget_parts: vec![part],
            lots: vec![lot.clone(), lot],
            ..Default::default()
        };
        let mut event = Event {
            source_system: "GP_MGMT".into(),
            occurred_at: Some(Timestamp {
                seconds: 1,
                nanos: 0,
            }),
            ..Default::default()
        };
        change(&mut event, &mut plan);
        event.payload = Some(EventPayload {
            payload: Some(Payload::PlanRevised(plan)),
        });
        event.encode_to_vec()
    }

    #[test]
    fn names_the_first_difference_in_order_of_number() {
        let a = event(|_, _| {});
        let cases = [
            (event(|_, _| {}), None),
            (
                event(|event, _| event.source_system.clear()),
                Some("source_system"),
            ),
            (
                event(|event, _| event.occurred_at = None),
                Some("occurred_at"),
            ),
            (
                event(|event, _| {
                    event.occurred_at = Some(Timestamp {
                        seconds: 1,
                        nanos: 1,
                    });
                }),
                Some("occurred_at"),
            ),
            (
                event(|event, _| event.sealed_commitment = vec![1; 32].into()),
                Some("sealed_commitment"),
            ),
            (
                event(|_, plan| plan.lots[1].amount_fen = 6),
                Some("payload.plan_revised.lots[1].amount_fen"),
            ),
            (
                event(|_, plan| plan.lots[1].ceiling_fen = Some(0)),
                Some("payload.plan_revised.lots[1].ceiling_fen"),
            ),
            (
                event(|_, plan| plan.lots.truncate(1)),
                Some("payload.plan_revised.lots[1]"),
            ),
            (
                event(|_, plan| plan.budget_parts.clear()),
                Some("payload.plan_revised.budget_parts[0]"),
            ),
        ];
        for (b, path) in &cases {
            assert_eq!(first_difference(&a, b).as_deref(), *path);
            assert_eq!(first_difference(b, &a).as_deref(), *path);
            assert_eq!(equal_content(&a, b), path.is_none());
        }
    }

    #[test]
    fn different_types_differ_at_the_first_of_their_members() {
        let a = event(|_, _| {});
        let closed = Payload::PlanCompleted(v1::PlanCompleted::default());
        let mut b = Event::decode(a.as_slice()).unwrap();
        b.payload = Some(EventPayload {
            payload: Some(closed),
        });
        let path = first_difference(&a, &b.encode_to_vec());
        assert_eq!(path.as_deref(), Some("payload.plan_revised"));
    }

    #[test]
    fn encoders_may_differ() {
        let a = event(|_, _| {});
        // The same event with its first field moved to the end, and an explicit zero.
        let (first, rest) = a.split_at(2 + "GP_MGMT".len());
        let b = [rest, first, &[0x30, 0x00]].concat();
        assert_ne!(a, b);
        assert!(equal_content(&a, &b));
        assert_eq!(first_difference(&a, &b), None);
    }

    #[test]
    fn what_cannot_be_decoded_differs_as_a_whole() {
        let a = event(|_, _| {});
        assert_eq!(first_difference(&a, &a[1..]).as_deref(), Some(""));
        assert!(equal_content(&[0xff], &[0xff]));
    }
}
