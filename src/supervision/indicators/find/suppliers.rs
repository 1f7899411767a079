//! Suppliers: whom a unit turns to again and again, and who wins as soon as known.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Compared, Found, Said, outcome, reason, threshold_of};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Belongs, Figure, Number, Reason},
    picture::{Lot, Picture},
};

const NO_SINGLE: Reason = reason("没有单一来源采购", "nothing was awarded by single source");
const NO_AWARD: Reason = reason("没有人民币的有效中标结果", "no award in CNY is in force");
const SMALL: Reason = reason("中标金额不大", "the award is not large");
const YOUNG: Reason = reason(
    "账本记录的历史太短",
    "the records of the partition do not go back far enough",
);

/// Lots that were won by one supplier, with the day.
fn won(lots: &[Lot]) -> impl Iterator<Item = (&Lot, NaiveDate)> {
    let won = lots.iter().filter(|lot| !lot.supplier.is_empty());
    won.filter_map(|lot| Some((lot, lot.awarded_on.parse().ok()?)))
}

/// The most lots in a window of days, with the place of the first; days are in order, and a window
/// has one day at least.
fn most_in_window(days: &[NaiveDate], window: i64) -> (usize, usize) {
    let window = window.max(1);
    let (mut first, mut best) = (0, (0, 0));
    for (last, day) in days.iter().enumerate() {
        while (*day - days[first]).num_days() >= window {
            first += 1;
        }
        let count = last + 1 - first;
        if count > best.0 {
            best = (count, first);
        }
    }
    best
}

/// Partition, unit and supplier.
type Pair<'a> = (&'a str, &'a str, &'a str);

/// BH-SINGLE-SOURCE: a unit turns to one supplier without competition, again and again. Orders of
/// the e-mall are prices of a catalogue and do not count.
pub(in super::super) fn repeated(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let mut pairs: BTreeMap<Pair<'_>, Vec<(NaiveDate, &Lot)>> = BTreeMap::new();
    for (lot, on) in won(picture.lots()?) {
        let belongs = &lot.belongs;
        let key = (
            belongs.partition.as_str(),
            belongs.unit.as_str(),
            lot.supplier.as_str(),
        );
        pairs.entry(key).or_default().push((on, lot));
    }
    let most = usize::try_from(indicator.threshold("awards_max")).unwrap_or(usize::MAX);
    let window = indicator.threshold("window");
    let is_single =
        |lot: &Lot| lot.method != "EMALL_DIRECT" && indicator.is_asked_of(&lot.competition);
    let answer = |((partition, unit, supplier), lots): (Pair<'_>, Vec<_>)| {
        let mut single: Vec<(NaiveDate, &Lot)> = lots;
        let belongs = Belongs {
            stream: String::new(),
            suppliers: vec![supplier.to_owned()],
            origin: 0,
            ..single[0].1.belongs.clone()
        };
        single.retain(|(_, lot)| is_single(lot));
        single.sort_by_key(|(on, lot)| (*on, lot.subject.clone()));
        let days: Vec<NaiveDate> = single.iter().map(|(on, _)| *on).collect();
        let (count, first) = most_in_window(&days, window);
        let said = match count {
            0 => Said::No(NO_SINGLE),
            count => Said::Compared(Compared {
                fails: count > most,
                figures: vec![
                    Figure::count("awards", count),
                    Figure::new("first_on", Number::Text(days[first].to_string())),
                ],
                threshold: threshold_of(indicator, "awards_max"),
                evidence: single[first..first + count]
                    .iter()
                    .flat_map(|(_, lot)| lot.evidence.iter().copied())
                    .collect(),
            }),
        };
        let subject = format!("supplier/{partition}/{supplier}/{unit}");
        outcome(indicator, subject, belongs, said)
    };
    Ok(pairs.into_iter().map(answer).collect())
}

/// BH-NEW-SUPPLIER: a large award follows soon after the supplier was registered, or seen first
/// where it is not registered.
pub(in super::super) fn new(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let lots = picture.lots()?;
    let mut seen: BTreeMap<(&str, &str), (NaiveDate, &Lot)> = BTreeMap::new();
    let mut begins: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    for (lot, on) in won(lots) {
        let partition = lot.belongs.partition.as_str();
        let begin = begins.entry(partition).or_insert(on);
        *begin = on.min(*begin);
        let bidders = lot.bids.iter().flat_map(|bid| &bid.tenderers);
        for supplier in bidders.chain([&lot.supplier]) {
            let first = seen.entry((partition, supplier)).or_insert((on, lot));
            if on < first.0 {
                *first = (on, lot);
            }
        }
    }
    let mut found = Vec::new();
    for lot in lots {
        let said = newcomer(picture, indicator, lot, &seen, &begins)?;
        let said = said.map_or_else(Said::No, Said::Compared);
        found.push(outcome(
            indicator,
            lot.subject.clone(),
            lot.belongs.clone(),
            said,
        ));
    }
    Ok(found)
}

fn newcomer(
    picture: &Picture<'_>,
    indicator: &Indicator,
    lot: &Lot,
    seen: &BTreeMap<(&str, &str), (NaiveDate, &Lot)>,
    begins: &BTreeMap<&str, NaiveDate>,
) -> Result<Result<Compared, Reason>, crate::supervision::indicators::IndicatorError> {
    let (partition, supplier) = (lot.belongs.partition.as_str(), lot.supplier.as_str());
    let on = lot.awarded_on.parse::<NaiveDate>();
    let (Ok(on), false, true) = (on, supplier.is_empty(), lot.award_fen > 0) else {
        return Ok(Err(NO_AWARD));
    };
    if lot.award_fen < indicator.threshold("amount_min") {
        return Ok(Err(SMALL));
    }
    let least = indicator.threshold("days_min");
    let registered = picture.registration(partition, supplier)?;
    let registered = registered.and_then(|(on, at)| Some((on.parse::<NaiveDate>().ok()?, at)));
    let (since, at) = match (registered, seen.get(&(partition, supplier))) {
        (Some((since, at)), _) => (since, at.clone()),
        (None, Some((first, of))) => {
            let begin = begins.get(partition).copied().unwrap_or(on);
            if (on - begin).num_days() < least {
                return Ok(Err(YOUNG));
            }
            (*first, of.evidence.clone())
        }
        (None, None) => return Ok(Err(NO_AWARD)),
    };
    let days = (on - since).num_days();
    Ok(Ok(Compared {
        fails: days < least,
        figures: vec![
            Figure::new("award", Number::Fen(lot.award_fen)),
            Figure::new("known_since", Number::Text(since.to_string())),
            Figure::new("days", Number::Days(days)),
        ],
        threshold: threshold_of(indicator, "days_min"),
        evidence: lot.evidence.iter().copied().chain(at).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_window_is_found() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let days = ["2024-01-01", "2024-03-01", "2024-03-10", "2024-03-31"].map(day);
        // 03-01, 03-10 and 03-31 lie within 31 days; 01-01 does not.
        assert_eq!(most_in_window(&days, 31), (3, 1));
        assert_eq!(most_in_window(&days, 30), (2, 1));
        assert_eq!(most_in_window(&days, 365), (4, 0));
        assert_eq!(most_in_window(&days, 0), (1, 0));
        assert_eq!(most_in_window(&[], 31), (0, 0));
    }
}
