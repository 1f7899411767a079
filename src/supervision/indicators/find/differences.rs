//! How far the second lowest price lies above the winning one: too near, or too far.

use std::collections::BTreeMap;

use super::{
    Compared, FEW, Found, Said,
    bids::{award_evidence, final_awards, is_open},
    groups::main_currencies,
    outcome, reason, share,
};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Figure, Number, Reason},
    picture::{Bid, Lot, Picture},
    quartile::{Fences, fences},
};

const CANCELLED: Reason = reason("采购已取消", "the procurement was cancelled");
const SEVERAL: Reason = reason("有多个有效中标结果", "several awards are in force");
const JOINT: Reason = reason("中标供应商不止一家", "the award has not one supplier");
const NO_WINNER_PRICE: Reason = reason(
    "中标供应商没有主要货币的有效报价",
    "the winner has no valid price in the main currency",
);
const NO_SECOND: Reason = reason(
    "没有其他供应商的主要货币有效报价",
    "nobody else has a valid price in the main currency",
);
const NOT_LOWEST: Reason = reason("中标报价不是最低", "the winning price is not the lowest");
const TOO_LARGE: Reason = reason("报价无法比较", "the prices cannot be compared");
const NO_FENCE: Reason = reason(
    "界限不大于零，无从判断",
    "the fence does not lie above zero",
);

/// A difference, with the prices behind it.
struct Difference<'a> {
    nano: i128,
    winner: &'a Bid,
    second: &'a Bid,
}

/// The difference of a lot, as a share of the winning price.
fn difference<'a>(lot: &'a Lot, currency: Option<&&str>) -> Result<Difference<'a>, Reason> {
    if !is_open(lot) {
        return Err(CANCELLED);
    }
    let awards = final_awards(lot)?;
    let [award] = awards[..] else {
        return Err(SEVERAL);
    };
    let [supplier] = &award.suppliers[..] else {
        return Err(JOINT);
    };
    let counts = |bid: &&Bid| {
        bid.status == "valid"
            && bid.tenderers.len() == 1
            && bid.price.is_some()
            && Some(&bid.currency.as_str()) == currency
    };
    let valid = lot.bids.iter().filter(counts);
    let (won, lost): (Vec<&Bid>, Vec<&Bid>) = valid.partition(|bid| bid.tenderers[0] == *supplier);
    let least = |bids: Vec<&'a Bid>| bids.into_iter().min_by_key(|bid| bid.price);
    let winner = least(won).ok_or(NO_WINNER_PRICE)?;
    let second = least(lost).ok_or(NO_SECOND)?;
    let prices = (
        winner.price.unwrap_or_default(),
        second.price.unwrap_or_default(),
    );
    if prices.1 < prices.0 {
        return Err(NOT_LOWEST);
    }
    let nano = share(prices.1 - prices.0, prices.0).ok_or(TOO_LARGE)?;
    Ok(Difference {
        nano,
        winner,
        second,
    })
}

/// How a fence is used: whether a difference lies beyond it, and the fence in billionths.
type Beyond = fn(Fences, i128) -> Option<(bool, i128)>;

fn beyond(
    picture: &Picture<'_>,
    indicator: &Indicator,
    name: &'static str,
    beyond: Beyond,
) -> Found {
    let lots = picture.lots()?;
    let main = main_currencies(lots);
    let found: Vec<_> = lots
        .iter()
        .map(|lot| difference(lot, main.get(lot.belongs.partition.as_str())))
        .collect();
    let mut populations: BTreeMap<&str, Vec<i128>> = BTreeMap::new();
    for (lot, found) in lots.iter().zip(&found) {
        if let Ok(found) = found {
            let population = populations.entry(&lot.belongs.partition).or_default();
            population.push(found.nano);
        }
    }
    let least = usize::try_from(indicator.threshold("population_min")).unwrap_or(usize::MAX);
    populations.retain(|_, population| population.len() >= least);
    let of_partition = populations
        .iter_mut()
        .filter_map(|(partition, population)| Some((*partition, fences(population)?)));
    let fences: BTreeMap<&str, Fences> = of_partition.collect();
    let answer = |(lot, found): (&Lot, Result<Difference<'_>, Reason>)| {
        let mut belongs = lot.belongs.clone();
        let said = found.and_then(|found| {
            let fences = fences.get(lot.belongs.partition.as_str()).ok_or(FEW)?;
            let (fails, fence) = beyond(*fences, found.nano).ok_or(NO_FENCE)?;
            belongs.suppliers.clone_from(&found.winner.tenderers);
            belongs
                .suppliers
                .extend(found.second.tenderers.iter().cloned());
            let price = |name, bid: &Bid| {
                let (decimal, currency) = (bid.decimal.clone(), bid.currency.clone());
                Figure::new(name, Number::Amount { decimal, currency })
            };
            Ok(Compared {
                fails,
                figures: vec![
                    price("winning", found.winner),
                    price("second", found.second),
                    Figure::new("difference", Number::Share(found.nano)),
                ],
                threshold: Some(Figure::new(name, Number::Share(fence))),
                evidence: award_evidence(lot),
            })
        });
        let said = said.map_or_else(Said::No, Said::Compared);
        outcome(indicator, lot.subject.clone(), belongs, said)
    };
    Ok(lots.iter().zip(found).map(answer).collect())
}

/// R024: the second lowest price lies at or below the lower fence.
pub(in super::super) fn close(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    beyond(picture, indicator, "lower_fence", |fences, nano| {
        let has_fence = fences.has_lower();
        has_fence.then(|| (fences.is_low(nano), fences.lower()))
    })
}

/// R058: the second lowest price lies at or above the upper fence.
pub(in super::super) fn discounted(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    beyond(picture, indicator, "upper_fence", |fences, nano| {
        let has_fence = fences.has_upper();
        has_fence.then(|| (fences.is_high(nano), fences.upper()))
    })
}
