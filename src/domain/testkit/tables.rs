//! How a state machine is enumerated.

use std::sync::LazyLock;

use super::{World, payload};
use crate::domain::{
    decider::Fact,
    machine::{Row, Status},
    payload::EventType,
    refusal::{Code, Refusal},
};

/// The kit's fact of every type but corrections and voids.
static FACTS: LazyLock<Vec<(EventType, Fact)>> = LazyLock::new(|| {
    let world = World::new();
    let types = EventType::ALL.iter().skip(2);
    let fact = |event_type: &EventType| (*event_type, world.fact(payload(*event_type)));
    types.map(fact).collect()
});

/// Asserts that a table leads where it is expected to and nowhere else, whatever the case, and that
/// every pair of status and event type that it does not name is refused: E001 where the object is
/// absent, else E002.
///
/// # Panics
/// When it does not.
pub fn assert_machine<S: Status>(
    table: &[Row<S>],
    statuses: &[S],
    expected: &[(S, EventType, S)],
    answer: impl Fn(S, &Fact) -> Result<(), Refusal>,
) {
    for (from, event, _, to) in table {
        let is_expected = expected.contains(&(*from, *event, *to));
        assert!(is_expected, "{from:?} {event:?} leads to {to:?}");
        assert!(statuses.contains(from) && statuses.contains(to));
    }
    for (from, event, to) in expected {
        let mut rows = table.iter();
        let is_there = rows.any(|(f, e, _, t)| (f, e, t) == (from, event, to));
        assert!(is_there, "{from:?} {event:?} does not lead to {to:?}");
    }
    for status in statuses {
        for (event_type, fact) in FACTS.iter() {
            let is_named = expected
                .iter()
                .any(|row| (row.0, row.1) == (*status, *event_type));
            if is_named {
                continue;
            }
            let code = match *status == S::default() {
                true => Code::E001_UNKNOWN_REF,
                false => Code::E002_ILLEGAL_TRANSITION,
            };
            let given = answer(*status, fact).err().map(|refusal| refusal.code);
            assert_eq!(given, Some(code), "{status:?} {event_type:?}");
        }
    }
}
