//! What stands beside an event: sealed part, personal part, signature, and how the event binds
//! them.

use super::{
    checker::Parts,
    violation::{Path, Rule},
    walk::Walk,
};
use crate::events::commitment::{Part, commitment};

/// Checks the parts against the event that was walked before.
pub(super) fn check<'a>(walk: &mut Walk<'_, 'a>, parts: Parts<'a>, root: &Path<'_>) {
    let tables = walk.tables;
    let event_type = walk.met.number.and_then(|number| tables.event_type(number));
    let sealed = Bound {
        part: Part::Sealed,
        name: "sealed",
        commitment_name: "sealed_commitment",
        bytes: parts.sealed,
        commitment: walk.met.sealed_commitment,
        place: tables.sealed,
        is_allowed: event_type.is_none_or(|event_type| event_type.has_sealed),
    };
    let personal = Bound {
        part: Part::Personal,
        name: "personal",
        commitment_name: "personal_commitment",
        bytes: parts.personal,
        commitment: walk.met.personal_commitment,
        place: tables.personal,
        is_allowed: event_type.is_none_or(|event_type| event_type.has_personal),
    };
    check_bound(walk, &sealed, root);
    check_bound(walk, &personal, root);
    if !parts.signature.is_empty() {
        walk.message(
            tables.signature,
            parts.signature,
            &root.field("signature"),
            0,
        );
    }
}

/// A part and the commitment that binds it.
struct Bound<'a> {
    part: Part,
    name: &'static str,
    commitment_name: &'static str,
    bytes: &'a [u8],
    commitment: Option<&'a [u8]>,
    place: usize,
    is_allowed: bool,
}

fn check_bound<'a>(walk: &mut Walk<'_, 'a>, bound: &Bound<'a>, root: &Path<'_>) {
    let (event, name) = (root.field("event"), bound.name);
    let (part_path, commitment_path) = (root.field(name), event.field(bound.commitment_name));
    if bound.bytes.is_empty() {
        if bound.commitment.is_some() {
            let rule = if bound.is_allowed {
                Rule::MissingField
            } else {
                Rule::Shape
            };
            let path = if bound.is_allowed {
                &part_path
            } else {
                &commitment_path
            };
            let why = format_args!("a commitment is given, the {name} part is not");
            walk.report.add(path, rule, why);
        }
        return;
    }
    if !bound.is_allowed {
        let why = format_args!("the event's type has no {name} part");
        return walk.report.add(&part_path, Rule::Shape, why);
    }
    walk.may_quote = false;
    walk.message(bound.place, bound.bytes, &part_path, 0);
    walk.may_quote = true;
    let number = match bound.part {
        Part::Sealed => walk.met.sealed_number,
        Part::Personal => walk.met.personal_number,
    };
    if let (Some(found), Some(wanted)) = (number, walk.met.number)
        && found != wanted
    {
        let why = format_args!("a part of event type {found}, the event is of type {wanted}");
        walk.report.add(&part_path, Rule::Shape, why);
    }
    match bound.commitment {
        None => {
            let why = format_args!("the {name} part is given, its commitment is not");
            walk.report.add(&commitment_path, Rule::MissingField, why);
        }
        Some(given) if *given != commitment(bound.part, bound.bytes) => {
            let why = format_args!("not the commitment of the {name} part that was received");
            walk.report.add(&commitment_path, Rule::Shape, why);
        }
        Some(_) => {}
    }
}
