//! Indicators of one lot or process: its period, its bids, who won.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;

use super::{Compared, Found, Said, outcome, reason, threshold_of};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Figure, Number, Outcome, Reason},
    picture::{Award, Bid, Lot, Picture},
};

const CANCELLED: Reason = reason("采购已取消", "the procurement was cancelled");
const NO_AWARD: Reason = reason("没有有效的中标结果", "no award is in force");
const PENDING: Reason = reason("中标结果尚未全部确定", "not every award is final");
const NO_BIDS: Reason = reason("没有可见的投标", "no bids are known");
const METHOD: Reason = reason("该采购方式不适用", "the method is not asked");
const NO_PERIOD: Reason = reason("没有投标期限", "no submission period is known");
const NO_COUNT: Reason = reason("投标家数未知", "how many bid is not known");
const NO_PRICES: Reason = reason(
    "不同供应商的有报价投标不足两个",
    "fewer than two tenderers with prices",
);
const NO_TIMES: Reason = reason(
    "中标供应商的投标没有接收时间",
    "when the winner's bid was received is not known",
);
const NOT_PRICE: Reason = reason("不以价格单独决定", "price alone does not decide");
const NO_VALID: Reason = reason("没有有报价的有效投标", "no valid bid has a price");

/// Statuses of bids that were handed in.
const SUBMITTED: [&str; 3] = ["pending", "valid", "disqualified"];
/// Statuses of awards that are final.
const FINAL: [&str; 3] = ["active", "cancelled", "unsuccessful"];
/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Whether a bid was handed in and not withdrawn.
pub(super) fn is_submitted(bid: &Bid) -> bool {
    SUBMITTED.contains(&bid.status.as_str())
}

/// The awards in force, once all are final and one is in force.
pub(super) fn final_awards(lot: &Lot) -> Result<Vec<&Award>, Reason> {
    let is_final = |award: &Award| FINAL.contains(&award.status.as_str());
    if !lot.awards.iter().all(is_final) {
        return Err(PENDING);
    }
    let active = active_awards(lot);
    if active.is_empty() {
        Err(NO_AWARD)
    } else {
        Ok(active)
    }
}

fn active_awards(lot: &Lot) -> Vec<&Award> {
    let active = lot.awards.iter().filter(|award| award.status == "active");
    active.collect()
}

/// Whether a lot is looked at: what was cancelled is not.
pub(super) fn is_open(lot: &Lot) -> bool {
    lot.status != "cancelled"
}

/// Answers of every lot; who is concerned is told by the function, else it is the winner.
fn of_lots(
    picture: &Picture<'_>,
    indicator: &Indicator,
    say: impl Fn(&Lot) -> Result<(Compared, Vec<String>), Reason>,
) -> Found {
    let lots = picture.lots()?.iter();
    let answer = |lot: &Lot| -> Outcome {
        let said = if is_open(lot) {
            say(lot)
        } else {
            Err(CANCELLED)
        };
        let mut belongs = lot.belongs.clone();
        let said = match said {
            Err(reason) => Said::No(reason),
            Ok((compared, concerned)) => {
                belongs.suppliers.extend(concerned);
                belongs.suppliers.sort_unstable();
                belongs.suppliers.dedup();
                Said::Compared(compared)
            }
        };
        outcome(indicator, lot.subject.clone(), belongs, said)
    };
    Ok(lots.map(answer).collect())
}

/// R003: the submission period has fewer whole days than asked.
pub(in super::super) fn short_period(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    of_lots(picture, indicator, |lot| {
        let by_method = &indicator.days_by_method;
        let own = by_method.get(&lot.method);
        let own = own.or_else(|| by_method.get(&lot.competition));
        if own == Some(&0) {
            return Err(METHOD);
        }
        let (from, until) = lot.period;
        if from == 0 || until == 0 {
            return Err(NO_PERIOD);
        }
        let days = (until - from) / DAY_S;
        let least = own
            .copied()
            .unwrap_or_else(|| indicator.threshold("days_min"));
        let compared = Compared {
            fails: days < least,
            figures: vec![Figure::new("days", Number::Days(days))],
            threshold: Some(Figure::new("days_min", Number::Days(least))),
            evidence: lot.evidence.clone(),
        };
        Ok((compared, Vec::new()))
    })
}

/// R018: one tenderer in a competitive procedure.
pub(in super::super) fn single(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    of_lots(picture, indicator, |lot| {
        if !indicator.is_asked_of(&lot.competition) {
            return Err(METHOD);
        }
        if lot.bidders_count < 0 {
            return Err(NO_COUNT);
        }
        let compared = Compared {
            fails: lot.bidders_count == 1,
            figures: vec![Figure::new("bidders", Number::Count(lot.bidders_count))],
            threshold: Some(Figure::new("bidders_min", Number::Count(2))),
            evidence: lot.evidence.clone(),
        };
        Ok((compared, Vec::new()))
    })
}

/// R028: different tenderers, the same price.
pub(in super::super) fn identical(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    of_lots(picture, indicator, |lot| {
        let priced = lot
            .bids
            .iter()
            .filter(|bid| is_submitted(bid) && bid.price.is_some() && !bid.tenderers.is_empty());
        let mut by_price: BTreeMap<_, BTreeSet<&[String]>> = BTreeMap::new();
        let mut tenderers: BTreeSet<&[String]> = BTreeSet::new();
        for bid in priced {
            tenderers.insert(&bid.tenderers);
            let price = (bid.price, bid.currency.as_str(), bid.decimal.as_str());
            by_price.entry(price).or_default().insert(&bid.tenderers);
        }
        if tenderers.len() < 2 {
            return Err(NO_PRICES);
        }
        by_price.retain(|_, who| who.len() > 1);
        let prices = by_price.keys().map(|(_, currency, decimal)| {
            let (decimal, currency) = ((*decimal).to_owned(), (*currency).to_owned());
            Figure::new("price", Number::Amount { decimal, currency })
        });
        let concerned = by_price
            .values()
            .flatten()
            .flat_map(|ids| ids.iter().cloned());
        let compared = Compared {
            fails: !by_price.is_empty(),
            figures: [Figure::count("tenderers", tenderers.len())]
                .into_iter()
                .chain(prices)
                .collect(),
            threshold: None,
            evidence: bids_evidence(lot),
        };
        Ok((compared, concerned.collect()))
    })
}

/// The events that tell of bids.
fn bids_evidence(lot: &Lot) -> Vec<u64> {
    lot.bids
        .iter()
        .flat_map(|bid| bid.evidence.iter().copied())
        .collect()
}

/// The events that tell of bids and awards.
pub(super) fn award_evidence(lot: &Lot) -> Vec<u64> {
    let awards = lot
        .awards
        .iter()
        .flat_map(|award| award.evidence.iter().copied());
    bids_evidence(lot).into_iter().chain(awards).collect()
}

fn moment(seconds: i64) -> Number {
    let moment = DateTime::from_timestamp(seconds, 0);
    Number::Text(moment.map_or_else(String::new, |moment| moment.to_rfc3339()))
}

/// R030: a valid bid of a winner was received after the deadline.
pub(in super::super) fn late(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    of_lots(picture, indicator, |lot| {
        let (_, until) = lot.period;
        if until == 0 {
            return Err(NO_PERIOD);
        }
        let awards = active_awards(lot);
        if awards.is_empty() {
            return Err(NO_AWARD);
        }
        let winners: BTreeSet<&String> = awards.iter().flat_map(|award| &award.suppliers).collect();
        let won = lot.bids.iter().filter(|bid| {
            let is_winner = bid.tenderers.iter().any(|id| winners.contains(id));
            is_winner && bid.status == "valid" && bid.received_at != 0
        });
        let last = won.max_by_key(|bid| bid.received_at).ok_or(NO_TIMES)?;
        let late = last.received_at > until;
        let tenderers = last
            .tenderers
            .iter()
            .filter(|id| late && winners.contains(id));
        let concerned = tenderers.cloned().collect();
        let compared = Compared {
            fails: late,
            figures: vec![Figure::new("received", moment(last.received_at))],
            threshold: Some(Figure::new("deadline", moment(until))),
            evidence: award_evidence(lot)
                .into_iter()
                .chain(lot.evidence.iter().copied())
                .collect(),
        };
        Ok((compared, concerned))
    })
}

fn tenderers_of<'a>(lot: &'a Lot, status: &str) -> BTreeSet<&'a String> {
    let bids = lot.bids.iter().filter(|bid| bid.status == status);
    bids.flat_map(|bid| &bid.tenderers).collect()
}

/// R035: only the winner's bids are valid, others were disqualified.
pub(in super::super) fn all_others_disqualified(
    picture: &Picture<'_>,
    indicator: &Indicator,
) -> Found {
    of_lots(picture, indicator, |lot| {
        let awards = final_awards(lot)?;
        let valid = tenderers_of(lot, "valid");
        let disqualified = tenderers_of(lot, "disqualified");
        if valid.is_empty() && disqualified.is_empty() {
            return Err(NO_BIDS);
        }
        let suppliers: BTreeSet<&String> =
            awards.iter().flat_map(|award| &award.suppliers).collect();
        let others = disqualified.difference(&valid).count();
        let least = usize::try_from(indicator.threshold("disqualified_min")).unwrap_or(usize::MAX);
        let fails = valid.len() == 1 && valid == suppliers && others >= least.max(1);
        let compared = Compared {
            fails,
            figures: vec![
                Figure::count("valid_tenderers", valid.len()),
                Figure::count("disqualified_others", others),
            ],
            threshold: threshold_of(indicator, "disqualified_min"),
            evidence: award_evidence(lot),
        };
        Ok((compared, valid.into_iter().cloned().collect()))
    })
}

/// R036: the lowest price was disqualified where price alone decides. A price that a bid that
/// counts shares is not passed over.
pub(in super::super) fn lowest_disqualified(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let main = super::groups::main_currencies(picture.lots()?);
    of_lots(picture, indicator, |lot| {
        if lot.price_rule == "other" {
            return Err(NOT_PRICE);
        }
        if active_awards(lot).is_empty() {
            return Err(NO_AWARD);
        }
        let currency = main.get(lot.belongs.partition.as_str());
        let priced = |bid: &&Bid| {
            is_submitted(bid) && bid.price.is_some() && Some(&bid.currency.as_str()) == currency
        };
        let priced: Vec<&Bid> = lot.bids.iter().filter(priced).collect();
        let least = |is_out: bool| {
            let bids = priced
                .iter()
                .filter(|bid| (bid.status == "disqualified") == is_out);
            bids.min_by_key(|bid| bid.price)
        };
        if !priced.iter().any(|bid| bid.status == "valid") {
            return Err(NO_VALID);
        }
        let kept = least(false).ok_or(NO_VALID)?;
        let out = least(true);
        let price = |name, bid: &Bid| {
            let (decimal, currency) = (bid.decimal.clone(), bid.currency.clone());
            Figure::new(name, Number::Amount { decimal, currency })
        };
        let fails = out.is_some_and(|out| out.price < kept.price);
        let concerned = out.filter(|_| fails).map(|out| out.tenderers.clone());
        let compared = Compared {
            fails,
            figures: out
                .iter()
                .map(|out| price("lowest_disqualified", out))
                .collect(),
            threshold: Some(price("lowest_kept", kept)),
            evidence: award_evidence(lot),
        };
        Ok((compared, concerned.unwrap_or_default()))
    })
}
