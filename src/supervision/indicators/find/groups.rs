//! Indicators of buyers, procuring entities and tenderers over all their lots.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Compared, FEW, Found, Said,
    bids::{award_evidence, final_awards, is_open, is_submitted},
    outcome, reason, share,
};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Belongs, Figure, Number, Reason},
    picture::{Lot, Picture},
    quartile::{fences, quantile},
};

const FEW_BIDS: Reason = reason("投标次数低于百分位数", "fewer bids than the percentile");
const NO_FENCE: Reason = reason(
    "界限不大于零，无从判断",
    "the fence does not lie above zero",
);
const FEW_OF_OWN: Reason = reason("投标太少", "too few bids");
const FEW_PROCESSES: Reason = reason("中标项目太少", "too few processes won");

/// The scheme of native classifications.
const CATEGORY: &str = "品目";

/// The main currency of each partition: the one that most of its bids are in; of equally many the
/// first by name.
pub(super) fn main_currencies(lots: &[Lot]) -> BTreeMap<&str, &str> {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for lot in lots {
        let of = counts.entry(&lot.belongs.partition).or_default();
        for bid in lot.bids.iter().filter(|bid| bid.price.is_some()) {
            *of.entry(&bid.currency).or_default() += 1;
        }
    }
    let main = counts.into_iter();
    main.filter_map(|(partition, of)| Some((partition, most_frequent(of)?)))
        .collect()
}

fn most_frequent(of: BTreeMap<&str, usize>) -> Option<&str> {
    let found = of.into_iter().rev().max_by_key(|(_, count)| *count);
    found.map(|(currency, _)| currency)
}

/// A part of a whole, and the events behind them.
#[derive(Default)]
struct Tally {
    part: usize,
    whole: usize,
    evidence: Vec<u64>,
}

impl Tally {
    fn nano(&self) -> i128 {
        let part = i128::try_from(self.part).unwrap_or(i128::MAX);
        let whole = i128::try_from(self.whole).unwrap_or(i128::MAX);
        share(part, whole).unwrap_or_default()
    }
}

/// Who is asked of: partition, then id.
type Who<'a> = (&'a str, &'a str);

fn least(indicator: &Indicator, name: &str) -> usize {
    usize::try_from(indicator.threshold(name)).unwrap_or(usize::MAX)
}

/// Values of subjects, by their partitions.
fn by_partition<'a>(values: impl Iterator<Item = (Who<'a>, i128)>) -> BTreeMap<&'a str, Vec<i128>> {
    let mut populations: BTreeMap<&str, Vec<i128>> = BTreeMap::new();
    for ((partition, _), value) in values {
        populations.entry(partition).or_default().push(value);
    }
    populations
}

fn belongs_to((partition, id): Who<'_>, group: &str) -> Belongs {
    let mut belongs = Belongs {
        partition: partition.to_owned(),
        ..Belongs::default()
    };
    match group {
        "buyer" => id.clone_into(&mut belongs.unit),
        "tenderer" => belongs.suppliers.push(id.to_owned()),
        _ => {}
    }
    belongs
}

/// R025: who bids often and wins rarely.
pub(in super::super) fn unsuccessful(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let mut tallies: BTreeMap<Who<'_>, Tally> = BTreeMap::new();
    for lot in picture.lots()?.iter().filter(|lot| is_open(lot)) {
        count_wins(lot, &mut tallies);
    }
    let percentile = u32::try_from(indicator.threshold("percentile")).unwrap_or(75);
    let ratios = by_partition(tallies.iter().map(|(who, tally)| (*who, tally.nano())));
    let counts = by_partition(tallies.iter().map(|(who, tally)| {
        let count = i128::try_from(tally.whole).unwrap_or(i128::MAX);
        (*who, count)
    }));
    let least = least(indicator, "population_min");
    let bounds = ratios
        .into_iter()
        .filter(|(_, population)| population.len() >= least);
    let bounds: BTreeMap<&str, _> = bounds
        .filter_map(|(partition, mut ratios)| {
            let mut counts = counts.get(partition)?.clone();
            counts.sort_unstable();
            let bounds = (quantile(&counts, percentile)?, fences(&mut ratios)?);
            Some((partition, bounds))
        })
        .collect();
    let answer = |(who, tally): (Who<'_>, Tally)| {
        let said = bounds.get(who.0).ok_or(FEW).and_then(|(often, fences)| {
            if !fences.has_lower() {
                return Err(NO_FENCE);
            }
            if !often.is_reached_by(i128::try_from(tally.whole).unwrap_or(i128::MAX)) {
                return Err(FEW_BIDS);
            }
            Ok(Compared {
                fails: fences.is_low(tally.nano()),
                figures: vec![
                    Figure::count("wins", tally.part),
                    Figure::count("valid_bids", tally.whole),
                    Figure::new("ratio", Number::Share(tally.nano())),
                ],
                threshold: Some(Figure::new("lower_fence", Number::Share(fences.lower()))),
                evidence: tally.evidence,
            })
        });
        let said = said.map_or_else(Said::No, Said::Compared);
        let subject = format!("tenderer/{}/{}", who.0, who.1);
        outcome(indicator, subject, belongs_to(who, "tenderer"), said)
    };
    Ok(tallies.into_iter().map(answer).collect())
}

/// Counts each tenderer with valid bids once, as winner or not.
fn count_wins<'a>(lot: &'a Lot, tallies: &mut BTreeMap<Who<'a>, Tally>) {
    let Ok(awards) = final_awards(lot) else {
        return;
    };
    let [award] = awards[..] else { return };
    let [supplier] = &award.suppliers[..] else {
        return;
    };
    let valid = lot.bids.iter().filter(|bid| bid.status == "valid");
    let valid: BTreeSet<&str> = valid
        .filter_map(|bid| match &bid.tenderers[..] {
            [tenderer] => Some(tenderer.as_str()),
            _ => None,
        })
        .collect();
    for tenderer in valid {
        let tally = tallies
            .entry((&lot.belongs.partition, tenderer))
            .or_default();
        tally.part += usize::from(tenderer == supplier);
        tally.whole += 1;
        tally.evidence.extend(award_evidence(lot));
    }
}

/// R038: of whose bids too many are disqualified: buyers, procuring entities, tenderers.
pub(in super::super) fn disqualified(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    const GROUPS: [&str; 3] = ["buyer", "procuring-entity", "tenderer"];
    let mut found = Vec::new();
    for group in GROUPS {
        let mut tallies: BTreeMap<Who<'_>, Tally> = BTreeMap::new();
        for lot in picture.lots()?.iter().filter(|lot| is_open(lot)) {
            count_disqualified(lot, group, &mut tallies);
        }
        found.extend(of_group(indicator, group, tallies));
    }
    Ok(found)
}

fn count_disqualified<'a>(lot: &'a Lot, group: &str, tallies: &mut BTreeMap<Who<'a>, Tally>) {
    for bid in lot.bids.iter().filter(|bid| is_submitted(bid)) {
        let one = |id: &'a String| std::slice::from_ref(id);
        let ids: &[String] = match group {
            "buyer" => one(&lot.belongs.unit),
            "procuring-entity" => one(&lot.procuring_entity),
            _ => &bid.tenderers,
        };
        for id in ids.iter().filter(|id| !id.is_empty()) {
            let tally = tallies.entry((&lot.belongs.partition, id)).or_default();
            tally.part += usize::from(bid.status == "disqualified");
            tally.whole += 1;
            tally.evidence.extend(&bid.evidence);
        }
    }
}

fn of_group(
    indicator: &Indicator,
    group: &str,
    tallies: BTreeMap<Who<'_>, Tally>,
) -> Vec<crate::supervision::indicators::Outcome> {
    let bids_min = least(indicator, "bids_min");
    let enough = tallies.iter().filter(|(_, tally)| tally.whole >= bids_min);
    let populations = by_partition(enough.map(|(who, tally)| (*who, tally.nano())));
    let population_min = least(indicator, "population_min");
    let answer = |(who, tally): (Who<'_>, Tally)| {
        let said = if tally.whole < bids_min {
            Err(FEW_OF_OWN)
        } else {
            let population = populations.get(who.0);
            let population = population.filter(|all| all.len() >= population_min);
            population
                .and_then(|all| fences(&mut all.clone()))
                .ok_or(FEW)
        };
        let said = said.and_then(|fences| match fences.has_upper() {
            false => Err(NO_FENCE),
            true => Ok(Compared {
                fails: fences.is_high(tally.nano()),
                figures: vec![
                    Figure::count("disqualified", tally.part),
                    Figure::count("submitted", tally.whole),
                    Figure::new("ratio", Number::Share(tally.nano())),
                ],
                threshold: Some(Figure::new("upper_fence", Number::Share(fences.upper()))),
                evidence: tally.evidence,
            }),
        });
        let said = said.map_or_else(Said::No, Said::Compared);
        let subject = format!("{group}/{}/{}", who.0, who.1);
        outcome(indicator, subject, belongs_to(who, group), said)
    };
    tallies.into_iter().map(answer).collect()
}

/// What a supplier won.
#[derive(Default)]
struct Won<'a> {
    processes: usize,
    classes: BTreeSet<&'a str>,
    evidence: Vec<u64>,
}

/// The leading characters of a code.
fn first_level(code: &str, digits: usize) -> &str {
    let end = code
        .char_indices()
        .nth(digits)
        .map_or(code.len(), |(at, _)| at);
    &code[..end]
}

/// R048: who wins in too many classes.
pub(in super::super) fn heterogeneous(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let digits = (
        least(indicator, "digits"),
        least(indicator, "category_digits"),
    );
    let mut suppliers: BTreeMap<Who<'_>, Won<'_>> = BTreeMap::new();
    for lot in picture.lots()?.iter().filter(|lot| is_open(lot)) {
        count_classes(lot, digits, &mut suppliers);
    }
    let processes_min = least(indicator, "processes_min");
    let enough = suppliers
        .iter()
        .filter(|(_, won)| won.processes >= processes_min);
    let variety = |won: &Won<'_>| i128::try_from(won.classes.len()).unwrap_or(i128::MAX);
    let populations = by_partition(enough.map(|(who, won)| (*who, variety(won))));
    let population_min = least(indicator, "population_min");
    let bounds = populations
        .into_iter()
        .filter(|(_, all)| all.len() >= population_min);
    let bounds: BTreeMap<&str, _> = bounds
        .filter_map(|(partition, mut all)| Some((partition, fences(&mut all)?)))
        .collect();
    let answer = |(who, won): (Who<'_>, Won<'_>)| {
        let said = match bounds.get(who.0) {
            _ if won.processes < processes_min => Err(FEW_PROCESSES),
            None => Err(FEW),
            Some(fences) => Ok(Compared {
                fails: fences.is_high(variety(&won)),
                figures: vec![
                    Figure::count("classes", won.classes.len()),
                    Figure::count("processes", won.processes),
                ],
                threshold: Some(Figure::new(
                    "upper_fence",
                    Number::Count(i64::try_from(fences.upper()).unwrap_or(i64::MAX)),
                )),
                evidence: won.evidence,
            }),
        };
        let said = said.map_or_else(Said::No, Said::Compared);
        let subject = format!("tenderer/{}/{}", who.0, who.1);
        outcome(indicator, subject, belongs_to(who, "tenderer"), said)
    };
    Ok(suppliers.into_iter().map(answer).collect())
}

/// Counts a lot once for each supplier, with the classes of the awards that it won alone.
fn count_classes<'a>(
    lot: &'a Lot,
    (digits, category_digits): (usize, usize),
    suppliers: &mut BTreeMap<Who<'a>, Won<'a>>,
) {
    let mut counted: BTreeSet<&str> = BTreeSet::new();
    for award in lot.awards.iter().filter(|award| award.status == "active") {
        let [supplier] = &award.suppliers[..] else {
            continue;
        };
        if award.codes.is_empty() {
            continue;
        }
        let won = suppliers
            .entry((&lot.belongs.partition, supplier))
            .or_default();
        won.processes += usize::from(counted.insert(supplier));
        won.evidence.extend(&award.evidence);
        for (code, scheme) in &award.codes {
            let digits = if scheme == CATEGORY {
                category_digits
            } else {
                digits
            };
            won.classes.insert(first_level(code, digits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_is_as_many_characters_as_asked() {
        assert_eq!(first_level("A02010105", 3), "A02");
        assert_eq!(first_level("43210000", 2), "43");
        assert_eq!(first_level("办公", 1), "办");
        assert_eq!(first_level("C", 3), "C");
    }
}
