//! One change to a good event is told, there.

use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::Kind;

use super::{
    super::{Parts, Rule, checker},
    check, example_of,
    tree::{self, Node, NodeValue},
};
use crate::events::{descriptor::schema, diff::equal_content, example, v1, wire::EventSubmission};

/// What is done to a node.
#[derive(Clone, Copy, Debug)]
enum Change {
    Drop,
    Repeat,
    Renumber,
    ZeroEnum,
    OtherEnum,
    WireType,
    NotUtf8,
}

const CHANGES: [Change; 7] = [
    Change::Drop,
    Change::Repeat,
    Change::Renumber,
    Change::ZeroEnum,
    Change::OtherEnum,
    Change::WireType,
    Change::NotUtf8,
];
/// A number that no message of the schema has.
const UNKNOWN: u32 = 19_999;

/// The bytes after a change to one node, and where it must be told; `None` where the change makes
/// no sense.
fn change(
    nodes: &[Node],
    way: &[usize],
    index: usize,
    change: Change,
) -> Option<(Vec<u8>, String)> {
    let mut changed = nodes.to_vec();
    let fields = tree::at(&mut changed, way);
    let node = fields[index].clone();
    let parent = node
        .path
        .rsplit_once('.')
        .map_or(String::new(), |(parent, _)| format!("{parent}."));
    let name = node
        .path
        .trim_end_matches(|c: char| c == ']' || c == '[' || c.is_ascii_digit());
    let mut path = node.path.clone();
    match (change, &node.value) {
        (Change::Drop, _) if node.is_needed() => {
            if node.field.is_list() {
                path = name.to_owned();
            }
            fields.remove(index);
        }
        (Change::Repeat, _) if !node.field.is_list() => fields.push(node),
        (Change::ZeroEnum, NodeValue::Number(_)) if node.is_needed() => {
            fields[index].value = NodeValue::Number(0);
        }
        (Change::OtherEnum, NodeValue::Number(_)) if matches!(node.field.kind(), Kind::Enum(_)) => {
            fields[index].value = NodeValue::Number(63);
        }
        (Change::NotUtf8, NodeValue::Bytes(_)) if node.field.kind() == Kind::String => {
            fields[index].value = NodeValue::Bytes(vec![0xc0, 0x80]);
        }
        (Change::WireType, NodeValue::Bytes(_)) if !matches!(node.field.kind(), Kind::Enum(_)) => {
            fields[index].value = NodeValue::Number(1);
            if node.field.is_list() {
                path = name.to_owned();
            }
        }
        (Change::Renumber, _) if way.is_empty() => {
            path = format!("{parent}{UNKNOWN}");
            let mut bytes = tree::encode(&changed);
            tree::put_bytes(&mut bytes, UNKNOWN, b"x");
            return Some((bytes, path));
        }
        _ => return None,
    }
    Some((tree::encode(&changed), path))
}

#[track_caller]
fn expect_violation(submission: &EventSubmission, bytes: Vec<u8>, path: &str, what: &str) {
    let mut submission = submission.clone();
    submission.event = bytes.into();
    let found = check(&submission).expect_err(what);
    let path = format!("events[0].event.{path}");
    assert!(
        found.iter().any(|violation| violation.path == path),
        "{what} {path}: {found:#?}"
    );
}

#[test]
fn tells_every_single_change_to_every_example() {
    let event = schema().message("Event").unwrap();
    let mut count = 0;
    for event_type in schema().event_types() {
        let submission = example::submission(event_type);
        let nodes = tree::parse(&event, &submission.event, "");
        assert_eq!(
            tree::encode(&nodes),
            submission.event,
            "the tree is the event"
        );
        for way in tree::messages(&nodes) {
            let fields = tree::at(&mut nodes.clone(), &way).len();
            for index in 0..fields {
                for kind in CHANGES {
                    if let Some((bytes, path)) = change(&nodes, &way, index, kind) {
                        let what = format!("{} {kind:?}", event_type.name);
                        expect_violation(&submission, bytes, &path, &what);
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 3_000, "{count} changes");
}

#[test]
fn tells_an_unknown_field_in_every_message() {
    let event = schema().message("Event").unwrap();
    for event_type in schema().event_types() {
        let submission = example::submission(event_type);
        let nodes = tree::parse(&event, &submission.event, "");
        for way in tree::messages(&nodes)
            .into_iter()
            .filter(|way| !way.is_empty())
        {
            let (last, above) = way.split_last().unwrap();
            let mut changed = nodes.clone();
            let node = &mut tree::at(&mut changed, above)[*last];
            let NodeValue::Message(children) = &node.value else {
                unreachable!("a message")
            };
            let mut content = tree::encode(children);
            tree::put_bytes(&mut content, UNKNOWN, b"x");
            node.value = NodeValue::Bytes(content);
            let path = format!("{}.{UNKNOWN}", node.path);
            expect_violation(&submission, tree::encode(&changed), &path, &event_type.name);
        }
    }
}

#[test]
fn refuses_every_cut() {
    for name in ["PlanFiled", "NoticePublished", "EventCorrected"] {
        let submission = example_of(name);
        for end in 0..submission.event.len() {
            let mut cut = submission.clone();
            cut.event = submission.event.slice(..end);
            assert!(check(&cut).is_err(), "{name} cut to {end} bytes");
        }
    }
}

#[test]
fn refuses_groups_anywhere() {
    let mut submission = example_of("PlanFiled");
    let mut bytes = submission.event.to_vec();
    tree::put_tag(&mut bytes, 50, 3);
    tree::put_tag(&mut bytes, 50, 4);
    submission.event = bytes.into();
    let found = check(&submission).unwrap_err();
    assert_eq!(
        (found[0].path.as_str(), found[0].rule),
        ("events[0].event", Rule::Shape)
    );
    assert!(found[0].message.contains("group"), "{}", found[0].message);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        sealed in prop::collection::vec(any::<u8>(), 0..60),
        personal in prop::collection::vec(any::<u8>(), 0..60),
        signature in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let parts = Parts { sealed: &sealed, personal: &personal, signature: &signature };
        prop_assert!(checker().check_event(&"", &bytes, parts).is_err());
    }

    #[test]
    fn damaged_events_never_panic_and_violations_are_bounded(
        index in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let event_type = index.get(schema().event_types());
        let mut submission = example::submission(event_type);
        let mut bytes = submission.event.to_vec();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        submission.event = bytes.into();
        match check(&submission) {
            Ok(checked) => {
                // What passes can be decoded whole: nothing of it is lost to a reader.
                let event = v1::Event::decode(submission.event.clone()).unwrap();
                prop_assert_eq!(&event.stream, checked.stream_name);
                prop_assert!(equal_content(&event.encode_to_vec(), &submission.event));
            }
            Err(found) => {
                prop_assert!(!found.is_empty() && found.len() <= 100);
                prop_assert!(found.iter().all(|violation| !violation.message.is_empty()));
            }
        }
    }

    #[test]
    fn order_of_fields_does_not_matter(
        index in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let event_type = index.get(schema().event_types());
        let mut submission = example::submission(event_type);
        let nodes = tree::parse(&schema().message("Event").unwrap(), &submission.event, "");
        let mut turned = nodes.clone();
        turned.rotate_left(seed as usize % nodes.len());
        submission.event = tree::encode(&turned).into();
        prop_assert!(check(&submission).is_ok(), "{:#?}", check(&submission));
    }
}
