//! Purchases that stay below a limit each, and exceed it together.

use std::collections::BTreeMap;

use super::{Compared, Found, Said, outcome, reason};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Belongs, Figure, Number, Reason},
    picture::{Picture, Purchase},
};

const NO_LIMIT: Reason = reason("限额未知", "the limit is not known");
const FEW: Reason = reason(
    "低于限额的采购次数不足",
    "too few purchases below the limit",
);

/// A unit's purchases of a category in a year, by the limit that they stay below.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// The leading characters of a category.
fn class_of(category: &str, digits: usize) -> &str {
    category.get(..digits).unwrap_or(category)
}

/// BH-SPLIT: several purchases, each below the limit, exceed it together. What another method was
/// approved for is left out.
pub(in super::super) fn split(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let digits = usize::try_from(indicator.threshold("category_digits")).unwrap_or(usize::MAX);
    let mut groups: BTreeMap<Key<'_>, Vec<&Purchase>> = BTreeMap::new();
    let purchases = picture.purchases()?.iter();
    for purchase in purchases.filter(|purchase| !purchase.is_approved) {
        let year = purchase.bought_on.get(..4).unwrap_or_default();
        let key = (
            purchase.belongs.partition.as_str(),
            purchase.belongs.unit.as_str(),
            year,
            class_of(&purchase.category, digits),
            purchase.limit_kind.as_str(),
        );
        groups.entry(key).or_default().push(purchase);
    }
    let answer = |(key, purchases): (Key<'_>, Vec<&Purchase>)| {
        let (partition, unit, year, class, kind) = key;
        let subject = format!("unit/{partition}/{unit}/{year}/{class}/{kind}");
        let belongs = Belongs {
            stream: String::new(),
            origin: 0,
            ..purchases[0].belongs.clone()
        };
        let said = compare(indicator, &purchases).map_or_else(Said::No, Said::Compared);
        outcome(indicator, subject, belongs, said)
    };
    Ok(groups.into_iter().map(answer).collect())
}

/// The limit is the lowest that was in force on the day of one of them.
fn compare(indicator: &Indicator, purchases: &[&Purchase]) -> Result<Compared, Reason> {
    let below = |purchase: &&&Purchase| purchase.amount_fen < purchase.limit_fen;
    let known = purchases.iter().filter(|purchase| purchase.limit_fen > 0);
    let limit_fen = known
        .map(|purchase| purchase.limit_fen)
        .min()
        .ok_or(NO_LIMIT)?;
    let below: Vec<&&Purchase> = purchases.iter().filter(below).collect();
    let least = usize::try_from(indicator.threshold("purchases_min")).unwrap_or(usize::MAX);
    if below.len() < least {
        return Err(FEW);
    }
    let sum: i128 = below
        .iter()
        .map(|purchase| i128::from(purchase.amount_fen))
        .sum();
    let sum_fen = i64::try_from(sum).unwrap_or(i64::MAX);
    Ok(Compared {
        fails: sum > i128::from(limit_fen),
        figures: vec![
            Figure::count("purchases", below.len()),
            Figure::new("together", Number::Fen(sum_fen)),
        ],
        threshold: Some(Figure::new("limit", Number::Fen(limit_fen))),
        evidence: below
            .iter()
            .flat_map(|purchase| purchase.evidence.iter().copied())
            .collect(),
    })
}
