//! Ids that may stand only once in a list.

use std::collections::HashMap;

use super::{
    table::UniqueList,
    violation::{Path, Rule},
    walk::Walk,
    wire::{Value, fields},
};

/// Lists up to this length are compared in place, longer ones through a map.
const FEW: usize = 16;

/// Tells elements of a list that name what an earlier element named.
pub(super) fn check(walk: &mut Walk<'_, '_>, list: &UniqueList, bytes: &[u8], path: &Path<'_>) {
    let mut few: [&[u8]; FEW] = [&[]; FEW];
    let mut many: HashMap<&[u8], u32> = HashMap::new();
    for (index, id) in (0u32..).zip(ids(list, bytes)) {
        let place = index as usize;
        let first = if place < FEW {
            let first = few[..place].iter().position(|other| *other == id);
            few[place] = id;
            first.map(|first| first as u32)
        } else {
            if place == FEW {
                many.extend(few.iter().copied().zip(0..));
            }
            let first = many.get(id).copied();
            many.entry(id).or_insert(index);
            first
        };
        if let Some(first) = first.filter(|_| !id.is_empty()) {
            refuse(walk, list, path, index, first);
        }
    }
}

/// The id of each element, empty where it has none.
fn ids<'a>(list: &'a UniqueList, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let elements = fields(bytes).filter(|(number, _)| *number == list.number);
    elements.map(|(_, element)| {
        let element = element.bytes().unwrap_or_default();
        let Some((key, _)) = &list.key else {
            return element;
        };
        let found = fields(element).find(|(number, _)| number == key);
        found
            .and_then(|(_, value): (u32, Value<'_>)| value.bytes())
            .unwrap_or_default()
    })
}

fn refuse(walk: &mut Walk<'_, '_>, list: &UniqueList, path: &Path<'_>, index: u32, first: u32) {
    let item = path.item(&list.name, index);
    let why = format_args!("names what {}[{first}] names already", list.name);
    match &list.key {
        Some((_, key)) => walk.report.add(&item.field(key), Rule::Shape, why),
        None => walk.report.add(&item, Rule::Shape, why),
    }
}
